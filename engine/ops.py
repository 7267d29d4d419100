"""The mathematics, one definition per operation.

Shapes, everywhere in this file: a batch has ``m`` rows, one example each. For layer ``k`` with ``n_in``
inputs and ``n_out`` outputs

    a_in   (m, n_in)      what the layer receives: x, or the a of the layer before
    W      (n_in, n_out)  weights          b      (1, n_out)  biases
    z, a   (m, n_out)     before and after the activation
    delta  (m, n_out)     dL/dz            g      (m, n_out)  dL/da
    y      (m, n_out)     targets          dW, db            as W, b

An operation takes arrays (what its step reads, in that order) and then, by name, the numbers that steer it
(``share``, ``learning_rate``, ``momentum``). It returns a new array and changes nothing. It is written in the
subset of NumPy that numba also compiles, so that stepping and running execute these very lines.
"""

import numpy as np

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


def softmax(z):
    """a_i = e^z_i / sum_j e^z_j, row by row, shifted by the row's maximum so that e^z cannot overflow"""
    a = np.empty_like(z)
    for row in range(len(z)):
        e = np.exp(z[row] - z[row].max())
        a[row] = e / e.sum()
    return a


def softmax_backward(g, a):
    """delta = a * (g - g.a), row by row: the Jacobian diag(a) - a a^T applied to g"""
    return a * (g - np.expand_dims((g * a).sum(axis=1), 1))


# ---- losses over the output a, and g = dL/da; share is 1 (sum over the batch) or 1/m (mean) -----------------


def half_squared_error(a, y, share):
    """L = share * 1/2 sum (a - y)^2"""
    return share * ((a - y) ** 2).sum() / 2


def half_squared_error_gradient(a, y, share):
    """g = share * (a - y)"""
    return share * (a - y)


def mse(a, y, share):
    """L = share * sum over the batch of the mean over the outputs of (a - y)^2"""
    return share * ((a - y) ** 2).sum() / a.shape[1]


def mse_gradient(a, y, share):
    """g = share * 2 (a - y) / n_out"""
    return share * 2 * (a - y) / a.shape[1]


def l1(a, y, share):
    """L = share * sum |a - y|"""
    return share * np.abs(a - y).sum()


def l1_gradient(a, y, share):
    """g = share * sign(a - y), 0 where a = y"""
    return share * np.sign(a - y)


# ---- losses over the logits z, fused with the output activation: no logarithm of a rounded probability ------


def cross_entropy(z, y, share):
    """L = -share * sum y log softmax(z) = share * sum over the batch of (log sum_j e^z_j - y.z)"""
    total = 0.0
    for row in range(len(z)):
        top = z[row].max()
        total += top + np.log(np.exp(z[row] - top).sum()) - (y[row] * z[row]).sum()
    return share * total


def binary_cross_entropy(z, y, share):
    """L = -share * sum [y log s + (1 - y) log(1 - s)], s = sigmoid(z), = share * sum (log(1 + e^z) - y z)"""
    return share * (np.logaddexp(0, z) - y * z).sum()


def output_error(a, y, share):
    """delta = share * (a - y): dL/dz of cross-entropy after softmax, and of binary cross-entropy after sigmoid"""
    return share * (a - y)


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
