"""The mathematics, one definition per operation.

Shapes, everywhere in this file: a batch has ``m`` rows, one example each. For layer ``k`` with ``n_in``
inputs and ``n_out`` outputs

    a_in   (m, n_in)      what the layer receives: x, or the a of the layer before
    W      (n_in, n_out)  weights          b      (1, n_out)  biases
    z, a   (m, n_out)     before and after the activation
    delta  (m, n_out)     dL/dz            g      (m, n_out)  dL/da
    y      (m, n_out)     targets          dW, db            as W, b

An operation takes arrays (what its step reads, in that order) and then, by name, the numbers that steer it
(``share`` and ``gradient_share``: 1 for a sum over the batch, 1/m for a mean, in the loss and in its gradient;
``learning_rate``, ``momentum``). It returns a new array and changes nothing. It is written in the subset of NumPy
that numba also compiles and that PyTorch has under the same names, so that every executor runs these very lines.
"""

import numpy as np

EPSILON = 1e-12  # document 003 adds it where a division or a logarithm could meet 0

# ---- a layer: z = a_in W + b -------------------------------------------------------------------------------


def affine(a_in, W, b):
    """z = a_in W + b"""
    return a_in @ W + b


def linear(a_in, W):
    """z = a_in W, a layer without bias"""
    return a_in @ W


def backward_through_weights(delta, W):
    """g = dL/da_in = delta W^T"""
    return delta @ W.T


def weight_gradient(a_in, delta):
    """dL/dW = a_in^T delta, summed over the batch"""
    return a_in.T @ delta


def bias_gradient(delta):
    """dL/db = sum of delta over the batch"""
    return delta.sum(axis=0)


def bias_gradient_mean(delta):
    """The mean of delta over the batch: what documents 000 and 001 use in place of the sum"""
    return delta.sum(axis=0) / delta.shape[0]


# ---- activations: a = phi(z), and g -> delta = dL/dz by z or a, whichever says it shorter ----------------------


def identity(z):
    """a = z"""
    return z


def identity_backward(g):
    """delta = g, since phi'(z) = 1"""
    return g


def sigmoid(z):
    """a = 1 / (1 + e^-z)"""
    return 1 / (1 + np.exp(-z))


def sigmoid_backward(g, a):
    """delta = g * a (1 - a)"""
    return g * a * (1 - a)


def tanh(z):
    """a = tanh z"""
    return np.tanh(z)


def tanh_backward(g, a):
    """delta = g * (1 - a^2)"""
    return g * (1 - a * a)


def relu(z):
    """a = max(z, 0)"""
    return np.where(z > 0, z, 0)


def relu_backward(g, z):
    """delta = g where z > 0, else 0 (0 at the kink)"""
    return np.where(z > 0, g, 0)


def leaky_relu(z):
    """a = z where z > 0, else z / 100"""
    return np.where(z > 0, z, z / 100)


def leaky_relu_backward(g, z):
    """delta = g where z > 0, else g / 100"""
    return np.where(z > 0, g, g / 100)


def softplus(z):
    """a = log(1 + e^z) = log(e^0 + e^z), which logaddexp finds without overflow"""
    return np.logaddexp(0, z)


def softplus_backward(g, z):
    """delta = g / (1 + e^-z)"""
    return g / (1 + np.exp(-z))


def row_max(z):
    """The largest value of each row, as a column"""
    top = np.maximum(z[:, 0], z[:, -1])
    for column in range(1, z.shape[1] - 1):
        top = np.maximum(top, z[:, column])
    return np.expand_dims(top, 1)


def row_sum(z):
    """The sum of each row, as a column"""
    return np.expand_dims(z.sum(axis=1), 1)


def softmax(z):
    """a_i = e^z_i / sum_j e^z_j, row by row, shifted by the row's maximum so that e^z cannot overflow"""
    e = np.exp(z - row_max(z))
    return e / row_sum(e)


def softmax_backward(g, a):
    """delta = a * (g - g.a), row by row: the Jacobian diag(a) - a a^T applied to g"""
    return a * (g - row_sum(g * a))


# ---- softmax and logarithm as nodes of their own, as document 003 has them ----------------------------------


def softmax_epsilon(z):
    """a_i = e^z_i / (sum_j e^z_j + epsilon)"""
    e = np.exp(z - row_max(z))
    return e / (row_sum(e) + EPSILON)


def softmax_jacobian(a):
    """J = diag(a) - a a^T of one example, (n_out, n_out)"""
    return np.diag(a) - np.outer(a, a)


def softmax_backward_jacobian(g, a):
    """delta = g J, one example after the other through its full Jacobian"""
    delta = np.empty_like(g)
    for row in range(len(g)):
        delta[row] = g[row] @ softmax_jacobian(a[row])
    return delta


def log(a):
    """log p = log(a + epsilon)"""
    return np.log(a + EPSILON)


def log_backward(g, a):
    """dL/da = g / (a + epsilon)"""
    return g / (a + EPSILON)


def negative_log_likelihood(logp, y, share):
    """L = -share * sum y log p"""
    return -share * (y * logp).sum()


def negative_log_likelihood_gradient(y, gradient_share):
    """dL/dlog p = -gradient_share * y"""
    return -gradient_share * y


# ---- losses over the output a, and g = dL/da ----------------------------------------------------------------


def half_squared_error(a, y, share):
    """L = share * 1/2 sum (a - y)^2"""
    return share * ((a - y) ** 2).sum() / 2


def half_squared_error_gradient(a, y, gradient_share):
    """g = gradient_share * (a - y)"""
    return gradient_share * (a - y)


def mse(a, y, share):
    """L = share * sum over the batch of the mean over the outputs of (a - y)^2"""
    return share * ((a - y) ** 2).sum() / a.shape[1]


def mse_gradient(a, y, gradient_share):
    """g = gradient_share * 2 (a - y) / n_out"""
    return gradient_share * 2 * (a - y) / a.shape[1]


def l1(a, y, share):
    """L = share * sum |a - y|"""
    return share * np.abs(a - y).sum()


def l1_gradient(a, y, gradient_share):
    """g = gradient_share * sign(a - y), 0 where a = y"""
    return gradient_share * np.sign(a - y)


# ---- losses over the logits z, fused with the output activation: no logarithm of a rounded probability ------


def cross_entropy(z, y, share):
    """L = -share * sum y log softmax(z) = share * sum over the batch of (log sum_j e^z_j - y.z)"""
    top = row_max(z)
    return share * ((top + np.log(row_sum(np.exp(z - top)))).sum() - (y * z).sum())


def binary_cross_entropy(z, y, share):
    """L = -share * sum [y log s + (1 - y) log(1 - s)], s = sigmoid(z), = share * sum (log(1 + e^z) - y z)"""
    return share * (np.logaddexp(0, z) - y * z).sum()


def output_error(a, y, gradient_share):
    """delta = gradient_share * (a - y): dL/dz of cross-entropy after softmax, of binary cross-entropy after sigmoid"""
    return gradient_share * (a - y)


# ---- updates -----------------------------------------------------------------------------------------------


def sgd(W, dW, learning_rate):
    """W := W - eta dW"""
    return W - learning_rate * dW


def velocity_torch(v, dW, momentum):
    """v := gamma v + dW, the form PyTorch uses"""
    return momentum * v + dW


def velocity_classic(v, dW, momentum, learning_rate):
    """v := gamma v + eta dW, the classic form"""
    return momentum * v + learning_rate * dW


def subtract(W, v):
    """W := W - v, the update that goes with the classic velocity"""
    return W - v


ACTIVATIONS = {
    "identity": (identity, identity_backward),
    "sigmoid": (sigmoid, sigmoid_backward),
    "tanh": (tanh, tanh_backward),
    "relu": (relu, relu_backward),
    "leaky_relu": (leaky_relu, leaky_relu_backward),
    "softplus": (softplus, softplus_backward),
    "softmax": (softmax, softmax_backward),
}
LOSSES = {
    "half_squared_error": (half_squared_error, half_squared_error_gradient),
    "mse": (mse, mse_gradient),
    "l1": (l1, l1_gradient),
}
FUSED_LOSSES = {  # loss over the logits, and the output activation it belongs to
    "cross_entropy": (cross_entropy, "softmax"),
    "binary_cross_entropy": (binary_cross_entropy, "sigmoid"),
}
