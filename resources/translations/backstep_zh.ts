<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name></name>
    <message>
        <source>Forward</source>
        <translation>前向传播</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Backward</source>
        <translation>反向传播</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>参数更新</translation>
    </message>
    <message>
        <source>The activation is the identity, so its slope is 1.</source>
        <translation>激活函数是恒等函数，导数为 1。</translation>
    </message>
    <message>
        <source>Multiplying by the slope of the activation turns dL/da into dL/dz.</source>
        <translation>乘以激活函数的导数，就把 dL/da 变成 dL/dz。</translation>
    </message>
    <message>
        <source>Weighted sum of layer {k}</source>
        <translation>第 {k} 层的加权和</translation>
    </message>
    <message>
        <source>Each unit adds up its inputs, each times its weight, and adds its bias.</source>
        <translation>每个神经元把各个输入乘以对应的权重后相加，再加上偏置。</translation>
    </message>
    <message>
        <source>Each unit adds up its inputs, each times its weight.</source>
        <translation>每个神经元把各个输入乘以对应的权重后相加。</translation>
    </message>
    <message>
        <source>Activation of layer {k}</source>
        <translation>第 {k} 层的激活</translation>
    </message>
    <message>
        <source>The identity: each value passes on as it is.</source>
        <translation>恒等函数：每个值原样通过。</translation>
    </message>
    <message>
        <source>The sigmoid squeezes each sum into the range from 0 to 1.</source>
        <translation>sigmoid 函数把每个加权和压缩到 0 与 1 之间。</translation>
    </message>
    <message>
        <source>The tanh squeezes each sum into the range from -1 to 1.</source>
        <translation>tanh 函数把每个加权和压缩到 -1 与 1 之间。</translation>
    </message>
    <message>
        <source>ReLU lets positive sums pass and cuts negative ones to 0.</source>
        <translation>ReLU 让正的加权和通过，把负的截断为 0。</translation>
    </message>
    <message>
        <source>Leaky ReLU lets positive sums pass and shrinks negative ones.</source>
        <translation>Leaky ReLU 让正的加权和通过，把负的按比例缩小。</translation>
    </message>
    <message>
        <source>Softplus is a smooth version of ReLU, always above 0.</source>
        <translation>softplus 是 ReLU 的平滑版本，恒大于 0。</translation>
    </message>
    <message>
        <source>Softmax turns the logits into shares that add up to 1.</source>
        <translation>softmax 把 logits 转换成总和为 1 的概率。</translation>
    </message>
    <message>
        <source>Logarithm of the shares</source>
        <translation>概率的对数</translation>
    </message>
    <message>
        <source>Taken by itself, as a node of the net; the tiny number added keeps log 0 away.</source>
        <translation>它单独作为网络的一个节点；加上的极小数避免出现 log 0。</translation>
    </message>
    <message>
        <source>Half the squared difference between output and target, added up: how wrong we are.</source>
        <translation>输出与目标之差的平方和的一半：衡量错了多少。</translation>
    </message>
    <message>
        <source>The squared difference between output and target, averaged over the outputs.</source>
        <translation>输出与目标之差的平方，对所有输出取平均。</translation>
    </message>
    <message>
        <source>The distance between output and target, added up.</source>
        <translation>输出与目标之差的绝对值之和。</translation>
    </message>
    <message>
        <source>How surprised the net is by the true class: minus the logarithm of its share.</source>
        <translation>网络对真实类别感到多“意外”：真实类别概率的负对数，即交叉熵。</translation>
    </message>
    <message>
        <source>How surprised the net is by each target, as if each output were a coin.</source>
        <translation>网络对每个目标感到多“意外”：把每个输出看作一枚硬币的概率，即二元交叉熵。</translation>
    </message>
    <message>
        <source>Error of the output layer</source>
        <translation>输出层的误差</translation>
    </message>
    <message>
        <source>With this pair of output and loss the slopes cancel: the error is output minus target.</source>
        <translation>这种输出与损失的组合使导数相互抵消：误差就是输出减去目标。</translation>
    </message>
    <message>
        <source>How the loss changes when the output&apos;s sum z changes a little.</source>
        <translation>输出层的加权和 z 稍有变化时，损失会变化多少。</translation>
    </message>
    <message>
        <source>Gradient of the output</source>
        <translation>输出的梯度</translation>
    </message>
    <message>
        <source>How the loss changes when an output changes a little.</source>
        <translation>输出稍有变化时，损失怎样变化。</translation>
    </message>
    <message>
        <source>Gradient of the logarithms</source>
        <translation>对数的梯度</translation>
    </message>
    <message>
        <source>Only the logarithm of the true class is in the loss: the gradient is minus the target.</source>
        <translation>损失中只有真实类别的对数：梯度就是目标的相反数。</translation>
    </message>
    <message>
        <source>Gradient of the shares</source>
        <translation>概率的梯度</translation>
    </message>
    <message>
        <source>The slope of the logarithm is one over the share: a small share of the true class pulls hard.</source>
        <translation>对数的导数是概率的倒数：真实类别的概率越小，拉力越大。</translation>
    </message>
    <message>
        <source>Error of layer {k}</source>
        <translation>第 {k} 层的误差</translation>
    </message>
    <message>
        <source>Every share depends on every logit: each example goes through a matrix of slopes.</source>
        <translation>每个概率都取决于所有 logit：每个样本都要乘一个导数矩阵。</translation>
    </message>
    <message>
        <source>Gradient of the activation of layer {k}</source>
        <translation>第 {k} 层激活值的梯度</translation>
    </message>
    <message>
        <source>The error of layer {after} flows back through the weights that carried the signal forward.</source>
        <translation>第 {after} 层的误差沿前向传播时经过的权重反向流回。</translation>
    </message>
    <message>
        <source>Weight gradient of layer {k}</source>
        <translation>第 {k} 层的权重梯度</translation>
    </message>
    <message>
        <source>Each weight&apos;s share of the blame: the error at its output × the signal at its input.</source>
        <translation>每个权重应负的责任：输出端的误差 × 输入端的信号。</translation>
    </message>
    <message>
        <source>Bias gradient of layer {k}</source>
        <translation>第 {k} 层的偏置梯度</translation>
    </message>
    <message>
        <source>A bias feeds its unit directly, so its gradient is the unit&apos;s error, summed over the batch.</source>
        <translation>偏置直接加到神经元上，因此它的梯度就是该神经元的误差在批次上的总和。</translation>
    </message>
    <message>
        <source>The unit&apos;s error averaged over the batch, as the document does it (the exact gradient is the sum).</source>
        <translation>神经元的误差在批次上的平均值，与原文档的做法一致（精确的梯度是总和）。</translation>
    </message>
    <message>
        <source>Velocity of the biases of layer {k}</source>
        <translation>第 {k} 层偏置的速度</translation>
    </message>
    <message>
        <source>Velocity of the weights of layer {k}</source>
        <translation>第 {k} 层权重的速度</translation>
    </message>
    <message>
        <source>Momentum remembers: part of the old velocity stays, the new gradient is added.</source>
        <translation>动量有记忆：保留一部分旧速度，再加上新的梯度。</translation>
    </message>
    <message>
        <source>Update of the biases of layer {k}</source>
        <translation>更新第 {k} 层的偏置</translation>
    </message>
    <message>
        <source>Update of the weights of layer {k}</source>
        <translation>更新第 {k} 层的权重</translation>
    </message>
    <message>
        <source>A small step downhill: the learning rate times the gradient is taken away.</source>
        <translation>沿下坡方向走一小步：减去学习率与梯度的乘积。</translation>
    </message>
    <message>
        <source>✓ verified</source>
        <translation>✓ 已验证</translation>
    </message>
    <message>
        <source>– not comparable</source>
        <translation>– 无法比较</translation>
    </message>
    <message>
        <source>✗ WRONG</source>
        <translation>✗ 错误</translation>
    </message>
    <message>
        <source>not computed yet</source>
        <translation>尚未计算</translation>
    </message>
    <message>
        <source>The loss has a kink here, where a ReLU switches on or the error of an l1 loss is 0: its slope to the left is not that to the right. The backward phase picks one side for each function on its own, and the product need not be a slope of the whole, as here. So there is nothing to compare.</source>
        <translation>损失在这里有折点（某个 ReLU 正好开启，或 l1 损失的误差为 0）：左侧的斜率与右侧的不同。反向阶段为每个函数各自选定一侧，乘起来不一定是整个损失的斜率，这里就不是，所以无从比较。</translation>
    </message>
    <message>
        <source>The loss has a kink here, where a ReLU switches on or the error of an l1 loss is 0: it has one slope to the left and another to the right. The value here lies between them, as it should: a subgradient.</source>
        <translation>损失在这里有折点（某个 ReLU 正好开启，或 l1 损失的误差为 0）：左侧一个斜率，右侧另一个。本课的值介于两者之间，理应如此：这是次梯度。</translation>
    </message>
    <message>
        <source>A value lies so near a kink that rounding puts it on one side here and on the other in the comparison.</source>
        <translation>某个值离折点太近，舍入使它在本课中落在一侧，在对照计算中落在另一侧。</translation>
    </message>
    <message>
        <source>The loss shown is the mean over the batch, but the lesson takes the gradient of the sum. Differences and autograd start from the mean, so they are multiplied by the number of examples.</source>
        <translation>所显示的损失是整批的平均，本课求的却是总和的梯度。中心差分和自动求导从平均出发，所以要乘以样本数。</translation>
    </message>
    <message>
        <source>The lesson averages its bias gradient over the batch. Differences and autograd find the sum, so they are divided by the number of examples.</source>
        <translation>本课把偏置梯度对整批取平均。中心差分和自动求导得到的是总和，所以要除以样本数。</translation>
    </message>
    <message>
        <source>The ReLU is off here, so nothing flows through it: the gradient is exactly 0.</source>
        <translation>此处的修正线性单元处于关闭状态，没有任何东西流过，因此梯度恰为 0。</translation>
    </message>
    <message>
        <source>What differs is only rounding, as measured by nudging every number by its last digit.</source>
        <translation>差异只是舍入误差，其大小由微调每个数的末位测得。</translation>
    </message>
    <message>
        <source>The probability is below the 1e-12 that the logarithm adds, so 1e-12 sets the slope.</source>
        <translation>概率小于对数中所加的 1e-12，因此斜率由 1e-12 决定。</translation>
    </message>
    <message>
        <source>The lesson computes no such gradient; differences and autograd do.</source>
        <translation>本课不计算这个梯度；差分与自动求导给出了它。</translation>
    </message>
    <message>
        <source>The loss does not depend on it: it is taken of z directly.</source>
        <translation>损失与它无关：损失直接由 z 算出。</translation>
    </message>
    <message>
        <source>Not a finite number, so there is nothing to compare.</source>
        <translation>不是有限的数，因此无从比较。</translation>
    </message>
    <message>
        <source>Training accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update ratio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dead units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saturated units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign of a cell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not finite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss</source>
        <translation type="unfinished">损失</translation>
    </message>
    <message>
        <source>training accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>test accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gradient norm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>update/weight ratio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>share of dead units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>share of saturated activations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after step {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at the start of batch {batch}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a value is no finite number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{cell} changes sign</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{quantity} of layer {k}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{quantity} below {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{quantity} above {value}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ApproachDialog</name>
    <message>
        <source>How it came about</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click a batch to look at it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished">关闭</translation>
    </message>
    <message>
        <source>Stopped in batch {batch}: the loss is no longer a finite number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped in batch {batch}: {array} (layer {layer}, unit {unit}) is no longer a finite number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back {n} batches, half the rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to batch {batch}, half the rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was the very first update: at learning rate {rate} it is larger than numbers can be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was the very first batch, before any update: the start weights or inputs are too large.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One batch was enough: the gradient of layer {layer} had the norm {before}, and its update at learning rate {rate} left the weights with the norm {after}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the last {n} batches the gradient of layer {layer} grew from {before} to {after}: every update overshot more than the one before.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the last {n} batches the gradient of layer {layer} grew from {before} to {after}, with ups and downs: the updates overshot more and more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It came suddenly: from batch {first} to batch {last} the gradient of layer {layer} jumped from {before} to {after}. One update was far too large.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the last {n} batches the weights of layer {layer} grew from {before} to {after}, while no gradient grew 100-fold.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It came suddenly: the update of batch {last} took the weights of layer {layer} from {before} to {after}, at learning rate {rate}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the last {all} batches nothing grew 100-fold, but the weights of layer {layer} are large: their norm was {before} and is {after}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up to batch {last} nothing stands out: no gradient and no weights grew 100-fold. It happened within batch {batch}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more than 1e154</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ApproachPlot</name>
    <message>
        <source>Gradient norms and loss of the last batches: arrow keys read them, Enter goes to a batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation type="unfinished">第 {n} 批</translation>
    </message>
    <message>
        <source>training stopped here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss</source>
        <translation type="unfinished">损失</translation>
    </message>
    <message>
        <source>gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No batch was finished before, so there is nothing to draw.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gradient norm of each layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped in batch {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shown now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>batch</source>
        <translation type="unfinished">批次</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BreakpointForm</name>
    <message>
        <source>Add breakpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind of breakpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Array</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Below or above</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>below</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>above</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Expression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Row, from 0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column, from 0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {k}</source>
        <translation type="unfinished">第 {k} 层</translation>
    </message>
    <message>
        <source>{name}: type a whole number, such as {example}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value: type a number, such as 0.1 or 1e-3.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BreakpointRow</name>
    <message>
        <source>Delete breakpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enabled: {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in this lesson</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hit once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hit {n} times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>disabled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click or Enter: change. Space: enable or disable. Del: delete.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CellEditor</name>
    <message>
        <source>New value of {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only a finite number can stand here, such as 0.5 or -2e-3, at most {most} in magnitude.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CheckDialog</name>
    <message>
        <source>Gradient check</source>
        <translation>梯度检验</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Each row compares one cell of a gradient, written [row, column] from 0. Differences: the loss with that number a little higher less the loss with it a little lower, over the distance. Autograd: PyTorch&apos;s gradient. Rel. error: how far off they are, as a share of the value. Click a row to go to its step.</source>
        <translation>每行比较梯度中的一个数，位置写作 [行，列]，从 0 开始。中心差分：把这个数稍微调高和调低，两次损失之差除以间距。自动求导：PyTorch 的梯度。相对误差：相差多少，占该值的比例。点击一行即可转到它的步骤。</translation>
    </message>
    <message>
        <source>What to check</source>
        <translation>检验对象</translation>
    </message>
    <message>
        <source>Cell</source>
        <translation>单元格</translation>
    </message>
    <message>
        <source>cell: row, column</source>
        <translation>单元格：行，列</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检验</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>本课的值</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>中心差分</translation>
    </message>
    <message>
        <source>Autograd</source>
        <translation>自动求导</translation>
    </message>
    <message>
        <source>Rel. error</source>
        <translation>相对误差</translation>
    </message>
    <message>
        <source>Cells compared</source>
        <translation>已比较的单元格</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Number of the step that computes the gradient</source>
        <translation>计算这个梯度的步骤的编号</translation>
    </message>
    <message>
        <source>How the loss changes with the array of that name</source>
        <translation>损失随该数组变化的快慢</translation>
    </message>
    <message>
        <source>Row and column of the number compared, from 0: the largest of the gradient, or the farthest off</source>
        <translation>所比较的数的行和列，从 0 开始：梯度中最大的，或相差最远的</translation>
    </message>
    <message>
        <source>The value that the lesson&apos;s step has computed</source>
        <translation>本课的步骤算出的值</translation>
    </message>
    <message>
        <source>Central difference: (loss with the number a little higher − loss with it a little lower) / distance. Two values at a kink: the slopes to its left and right</source>
        <translation>中心差分：（数稍高时的损失 − 数稍低时的损失）/ 间距。在折点处有两个值：左右两侧的斜率</translation>
    </message>
    <message>
        <source>The gradient that PyTorch computes by itself</source>
        <translation>PyTorch 自己算出的梯度</translation>
    </message>
    <message>
        <source>The larger distance of the two from the value here, divided by the larger of the two numbers compared. 0: they agree in every digit</source>
        <translation>两者与本课的值之差中较大的一个，除以所比较的两个数中较大的那个。0：每一位都相同</translation>
    </message>
    <message>
        <source>A difference takes two forward passes for every number, so of large arrays it compares a sample</source>
        <translation>中心差分对每个数都要做两次前向计算，所以大数组只抽样比较</translation>
    </message>
    <message>
        <source>Verified when both agree with the value here as closely as rounding lets them</source>
        <translation>两者与本课的值之差不超出舍入误差所及，即为已验证</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检验…</translation>
    </message>
    <message>
        <source>A cell is two whole numbers from 0, row and column, as in 0, 2</source>
        <translation>单元格由两个从 0 开始的整数表示，先行后列，例如 0，2</translation>
    </message>
    <message>
        <source>every backward step</source>
        <translation>每个反向步骤</translation>
    </message>
    <message>
        <source>by {name}</source>
        <translation>对 {name}</translation>
    </message>
    <message>
        <source>{count}; autograd: all</source>
        <translation>{count}；自动求导：全部</translation>
    </message>
    <message>
        <source>✗ {count} of {total} gradients WRONG, the first is {name}</source>
        <translation>✗ {total} 个梯度中有 {count} 个错误，第一个是 {name}</translation>
    </message>
    <message>
        <source>Not computed yet in this batch: finish its backward phase first</source>
        <translation>本批次尚未计算：请先完成反向阶段</translation>
    </message>
    <message>
        <source>✓ {count} of {total} gradients verified</source>
        <translation>✓ {total} 个梯度中有 {count} 个已验证</translation>
    </message>
    <message>
        <source>Not comparable</source>
        <translation>无法比较</translation>
    </message>
    <message>
        <source>batch {batch}, after step {step}</source>
        <translation>第 {batch} 批，第 {step} 步之后</translation>
    </message>
    <message>
        <source>loading PyTorch…</source>
        <translation>正在载入 PyTorch…</translation>
    </message>
    <message>
        <source>the run has moved on</source>
        <translation>训练已继续前进</translation>
    </message>
    <message>
        <source>Wrong: differences or autograd find another value. The cell is the farthest off.</source>
        <translation>错误：中心差分或自动求导得到另一个值。所示的是相差最远的单元格。</translation>
    </message>
    <message>
        <source>Along this one number the loss is a line or a parabola, so differences have no error: 0.</source>
        <translation>单看这一个数，损失是直线或抛物线，所以中心差分没有误差：0。</translation>
    </message>
</context>
<context>
    <name>CodeStrip</name>
    <message>
        <source>The lesson as code</source>
        <translation>课程的代码</translation>
    </message>
    <message>
        <source>Show the code in {dialect}</source>
        <translation>用 {dialect} 显示代码</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the whole script</source>
        <translation>复制整个脚本</translation>
    </message>
</context>
<context>
    <name>CurvesView</name>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Exponential smoothing; the unsmoothed values stay visible behind</source>
        <translation>指数平滑；未平滑的值仍以浅色显示在后面</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic loss axis</source>
        <translation>损失对数坐标轴</translation>
    </message>
    <message>
        <source>Logarithmic loss axis: values of zero and below are not drawn</source>
        <translation>损失对数坐标轴：不绘制小于或等于零的值</translation>
    </message>
    <message>
        <source>fit</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Show all batches</source>
        <translation>显示所有批次</translation>
    </message>
    <message>
        <source>Show all batches and follow new ones (double-click)</source>
        <translation>显示所有批次并跟随新批次（双击）</translation>
    </message>
    <message>
        <source>Curves: arrow keys move the crosshair</source>
        <translation>曲线：用方向键移动十字线</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>mean of {n}</source>
        <translation>每 {n} 批均值</translation>
    </message>
    <message>
        <source>accuracy train</source>
        <translation>训练准确率</translation>
    </message>
    <message>
        <source>accuracy test</source>
        <translation>测试准确率</translation>
    </message>
    <message>
        <source>prediction ŷ</source>
        <translation>预测值 ŷ</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>No batch is finished yet.</source>
        <translation>还没有完成任何批次。</translation>
    </message>
    <message>
        <source>After {n} batches</source>
        <translation>{n} 个批次之后</translation>
    </message>
    <message>
        <source>loss between {low} and {high}</source>
        <translation>损失在 {low} 与 {high} 之间</translation>
    </message>
    <message>
        <source>diverged at batch {n}</source>
        <translation>在第 {n} 批发散</translation>
    </message>
    <message>
        <source>smooth {value} ▾</source>
        <translation>平滑 {value} ▾</translation>
    </message>
    <message>
        <source>before batch {batch}: {key} {old} → {new}</source>
        <translation>第 {batch} 批之前：{key} {old} → {new}</translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation>第 {n} 批</translation>
    </message>
    <message>
        <source>crosshair batch {n}</source>
        <translation>十字线：第 {n} 批</translation>
    </message>
    <message>
        <source>the curves begin after the first batch</source>
        <translation>第一批完成后开始绘制曲线</translation>
    </message>
    <message>
        <source>no loss above zero to draw on a log axis</source>
        <translation>没有大于零的损失可在对数坐标轴上绘制</translation>
    </message>
    <message>
        <source>batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>{name} (log)</source>
        <translation>{name}（对数）</translation>
    </message>
    <message>
        <source>not on a log axis</source>
        <translation>对数轴上画不出</translation>
    </message>
    <message>
        <source>at {n}</source>
        <translation>第 {n} 批时</translation>
    </message>
    <message>
        <source>smooth {value}</source>
        <translation>平滑 {value}</translation>
    </message>
    <message>
        <source>first example</source>
        <translation>第一个样本</translation>
    </message>
    <message>
        <source>target y = {y}</source>
        <translation>目标 y = {y}</translation>
    </message>
</context>
<context>
    <name>DownloadDialog</name>
    <message>
        <source>Get MNIST</source>
        <translation>获取 MNIST</translation>
    </message>
    <message>
        <source>About 12 MB to download; 55 MB will be kept in {folder}</source>
        <translation>需下载约 12 MB；将在 {folder} 中保留 55 MB</translation>
    </message>
    <message>
        <source>Download progress</source>
        <translation>下载进度</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Use bundled digits</source>
        <translation>使用自带的手写数字</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>The download was cancelled.</source>
        <translation>下载已取消。</translation>
    </message>
    <message>
        <source>{done} of {total} MB — {file}</source>
        <translation>已下载 {done} / {total} MB — {file}</translation>
    </message>
    <message>
        <source>The download failed: {error}</source>
        <translation>下载失败：{error}</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>FormulaCard</name>
    <message>
        <source>Formula without a step</source>
        <translation>没有对应步骤的公式</translation>
    </message>
    <message>
        <source>Step {i}, {title}: {formula}</source>
        <translation>第 {i} 步，{title}：{formula}</translation>
    </message>
    <message>
        <source>Go to step {i}: {title}</source>
        <translation>转到第 {i} 步：{title}</translation>
    </message>
</context>
<context>
    <name>FormulaPage</name>
    <message>
        <source>Formula with numbers</source>
        <translation>代入数值的公式</translation>
    </message>
    <message>
        <source>The values before the update are kept only while you step.</source>
        <translation>只有单步执行时才保留更新前的数值。</translation>
    </message>
    <message>
        <source>torch.autograd: PyTorch could not be loaded</source>
        <translation>torch.autograd：无法加载 PyTorch</translation>
    </message>
    <message>
        <source>differs by {value}</source>
        <translation>相差 {value}</translation>
    </message>
</context>
<context>
    <name>GraphPainter</name>
    <message>
        <source>target y = {values}</source>
        <translation>目标 y = {values}</translation>
    </message>
    <message>
        <source>mean over {count:,} examples</source>
        <translation>{count:,} 个样本的均值</translation>
    </message>
    <message>
        <source>sum over {count:,} examples</source>
        <translation>{count:,} 个样本之和</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Layer {number}</source>
        <translation>第 {number} 层</translation>
    </message>
    <message>
        <source>In</source>
        <translation>入</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>output ŷ</source>
        <translation>输出 ŷ</translation>
    </message>
    <message>
        <source>activation</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>error has flowed back through here</source>
        <translation>误差已反向流过此处</translation>
    </message>
    <message>
        <source>{count:,} nodes</source>
        <translation>{count:,} 个节点</translation>
    </message>
    <message>
        <source>{count:,} nodes, {per:,} a cell</source>
        <translation>{count:,} 个节点，每格 {per:,} 个</translation>
    </message>
    <message>
        <source>not computed yet in this batch</source>
        <translation>本批次中尚未计算</translation>
    </message>
    <message>
        <source>{name} = {value}</source>
        <translation>{name} = {value}</translation>
    </message>
    <message>
        <source>Input, node {node}</source>
        <translation>输入，节点 {node}</translation>
    </message>
    <message>
        <source>Layer {layer}, node {node}</source>
        <translation>第 {layer} 层，节点 {node}</translation>
    </message>
    <message>
        <source>Bias of layer {layer}, node {node}</source>
        <translation>第 {layer} 层节点 {node} 的偏置</translation>
    </message>
    <message>
        <source>Input node {first} → layer {layer} node {second}</source>
        <translation>输入节点 {first} → 第 {layer} 层节点 {second}</translation>
    </message>
    <message>
        <source>Layer {before} node {first} → layer {layer} node {second}</source>
        <translation>第 {before} 层节点 {first} → 第 {layer} 层节点 {second}</translation>
    </message>
</context>
<context>
    <name>HealthView</name>
    <message>
        <source>Layer health</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {layer}: the gradients are no longer finite numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {layer}: {share} of units saturated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {layer}: {share} of units dead, off for the whole batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no gradient reaches layer {layer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gradients shrink {fold}-fold per layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gradients grow {fold}-fold per layer on their way back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {layer}: one update changes the weights by {share} of their size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {layer}: an update changes less than 1/100,000 of the weights&apos; size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gradient norm {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>update over weights {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dead units {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>saturated {share}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {layer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>‖∂W‖: length of the layer&apos;s gradient, weights and biases. ΔW/W: how far one update moves the weights, as a share of their size; about 0.001 is usual. Dead: relu units that are 0 for the whole batch. Saturated: activations within 0.02 of an end of sigmoid or tanh, where almost no gradient passes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Health</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sat.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>saturated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is off now.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImagePainter</name>
    <message>
        <source>Input, row {row}, column {column}
x[{index}] = {value}</source>
        <translation>输入，行 {row}，列 {column}
x[{index}] = {value}</translation>
    </message>
    <message>
        <source>Batch of {count:,}</source>
        <translation>本批 {count:,} 个样本</translation>
    </message>
    <message>
        <source>{first:,}–{last:,} of {count:,}</source>
        <translation>{first:,}–{last:,}，共 {count:,} 个</translation>
    </message>
    <message>
        <source>Click to show the next examples of the batch</source>
        <translation>点击显示本批次的后续样本</translation>
    </message>
    <message>
        <source>{count:,} wrong</source>
        <translation>错 {count:,} 个</translation>
    </message>
    <message>
        <source>Layer {number}</source>
        <translation>第 {number} 层</translation>
    </message>
    <message>
        <source>first {shown} of {count:,} {activation} units</source>
        <translation>{count:,} 个 {activation} 神经元中的前 {shown} 个</translation>
    </message>
    <message>
        <source>{count} {activation} units</source>
        <translation>{count} 个 {activation} 神经元</translation>
    </message>
    <message>
        <source>output ŷ</source>
        <translation>输出 ŷ</translation>
    </message>
    <message>
        <source>Output ŷ</source>
        <translation>输出 ŷ</translation>
    </message>
    <message>
        <source>from unit {unit}</source>
        <translation>来自神经元 {unit}</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>true label</source>
        <translation>真实标签</translation>
    </message>
    <message>
        <source>{name}: not computed yet in this batch</source>
        <translation>{name}：本批次中尚未计算</translation>
    </message>
    <message>
        <source>{name} = {value}</source>
        <translation>{name} = {value}</translation>
    </message>
    <message>
        <source>Output {unit} (layer {layer})</source>
        <translation>输出 {unit}（第 {layer} 层）</translation>
    </message>
    <message>
        <source>Layer {layer}, unit {unit}</source>
        <translation>第 {layer} 层，神经元 {unit}</translation>
    </message>
    <message>
        <source>target {value}</source>
        <translation>目标 {value}</translation>
    </message>
    <message>
        <source>the true label</source>
        <translation>真实标签</translation>
    </message>
    <message>
        <source>Layer {before} unit {first} → layer {layer} unit {second}</source>
        <translation>第 {before} 层神经元 {first} → 第 {layer} 层神经元 {second}</translation>
    </message>
    <message>
        <source>Example {number:,}, true label {label}</source>
        <translation>样本 {number:,}，真实标签 {label}</translation>
    </message>
    <message>
        <source>the net says {label}</source>
        <translation>网络判断为 {label}</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>… {n} more terms: {sum} …</source>
        <translation>… 另外 {n} 项：{sum} …</translation>
    </message>
</context>
<context>
    <name>InspectorView</name>
    <message>
        <source>Step inspector</source>
        <translation>步骤查看器</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>{n} digits</source>
        <translation>{n} 位数字</translation>
    </message>
    <message>
        <source>Digits: auto</source>
        <translation>位数：自动</translation>
    </message>
    <message>
        <source>Significant digits of the numbers</source>
        <translation>数值的有效位数</translation>
    </message>
    <message>
        <source>Digits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running, {n} steps</source>
        <translation>正在运行，每批 {n} 步</translation>
    </message>
    <message>
        <source>{i} of {n}</source>
        <translation>第 {i} / {n} 步</translation>
    </message>
    <message>
        <source>Before the first step</source>
        <translation>第一步之前</translation>
    </message>
    <message>
        <source>The batch is loaded: x goes in, y is the target. Press Step to compute the first operation.</source>
        <translation>批次已载入：x 是输入，y 是目标。按“单步”计算第一个运算。</translation>
    </message>
</context>
<context>
    <name>LessonPage</name>
    <message>
        <source>Lesson page</source>
        <translation>课程页</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>Document {number}</source>
        <translation>文档 {number}</translation>
    </message>
    <message>
        <source>This lesson has no page of its own. These are its formulas.</source>
        <translation>这一课没有自己的课程页。下面是它的公式。</translation>
    </message>
    <message>
        <source>What to look at</source>
        <translation>看什么</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>动手试试</translation>
    </message>
    <message>
        <source>Formulas</source>
        <translation>公式</translation>
    </message>
    <message>
        <source>Press a formula: the debugger goes to the step that computes it.</source>
        <translation>点击公式，调试器就会走到计算它的那一步。</translation>
    </message>
    <message>
        <source>Stop after step {n}, or no longer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>English</source>
        <translation>中文</translation>
    </message>
</context>
<context>
    <name>LogSlider</name>
    <message>
        <source>Learning rate, logarithmic</source>
        <translation>学习率（对数刻度）</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stops</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>讲解</translation>
    </message>
    <message>
        <source>layer {layer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer {layer}, unit {unit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training stopped in batch {batch} at learning rate {rate}: {array} ({where}) is no longer a finite number. Everything can still be looked at. Reset starts again at the lesson&apos;s rate, {start}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to batch {batch}, half the rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>How it came about</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing {lesson}: compiling its operations (about 15 s the first time)…</source>
        <translation>正在准备 {lesson}：编译运算（首次约需 15 秒）…</translation>
    </message>
    <message>
        <source>Preparing {lesson}: loading PyTorch (some seconds)…</source>
        <translation>正在准备 {lesson}：加载 PyTorch（需要几秒）…</translation>
    </message>
    <message>
        <source>Preparing {lesson}: reading its data…</source>
        <translation>正在准备 {lesson}：读取数据…</translation>
    </message>
    <message>
        <source>Open it on the cpu</source>
        <translation>改用 cpu 打开</translation>
    </message>
    <message>
        <source>Open it without PyTorch</source>
        <translation>不用 PyTorch 打开</translation>
    </message>
    <message>
        <source>Digits {shape}, in place of MNIST</source>
        <translation>手写数字 {shape}，代替 MNIST</translation>
    </message>
    <message>
        <source>The last run ended without being closed: {lesson}, batch {batch}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open lesson</source>
        <translation>打开课程</translation>
    </message>
    <message>
        <source>Lessons (*.toml);;All files (*)</source>
        <translation>课程 (*.toml);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Nothing in this lesson is random: it starts from given weights, whatever the seed.</source>
        <translation>本课程没有任何随机性：无论种子为何，都从给定的权重开始。</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Backstep {version}: a time-travelling debugger for neural-network training.</source>
        <translation>Backstep {version}：神经网络训练的时间旅行调试器。</translation>
    </message>
    <message>
        <source>About Backstep</source>
        <translation>关于 Backstep</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>NetworkView</name>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>example {number:,} of {count:,}</source>
        <translation>样本 {number:,} / {count:,}</translation>
    </message>
    <message>
        <source>Click to show the next example of the batch</source>
        <translation>点击显示本批次的下一个样本</translation>
    </message>
    <message>
        <source>live, batch {batch:,}</source>
        <translation>实时，第 {batch:,} 批</translation>
    </message>
    <message>
        <source>stopped at step {step}, batch {batch:,}</source>
        <translation>停在第 {batch:,} 批第 {step} 步</translation>
    </message>
    <message>
        <source>before the first step</source>
        <translation>第一步之前</translation>
    </message>
    <message>
        <source>before the first step of batch {batch:,}</source>
        <translation>第 {batch:,} 批第一步之前</translation>
    </message>
    <message>
        <source>values after step {step}</source>
        <translation>第 {step} 步之后的值</translation>
    </message>
    <message>
        <source>{state} · loss {loss}</source>
        <translation>{state} · 损失 {loss}</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>activation</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>-max</source>
        <translation>-max</translation>
    </message>
    <message>
        <source>+max</source>
        <translation>+max</translation>
    </message>
    <message>
        <source>No network yet.</source>
        <translation>还没有网络。</translation>
    </message>
    <message>
        <source>Network {sizes}.</source>
        <translation>网络 {sizes}。</translation>
    </message>
    <message>
        <source>Example {number} of {count}.</source>
        <translation>第 {number} 个样本，共 {count} 个。</translation>
    </message>
    <message>
        <source>Input image {height} by {width}, true label {label}.</source>
        <translation>输入图像 {height} × {width}，真实标签 {label}。</translation>
    </message>
    <message>
        <source>Input {values}.</source>
        <translation>输入 {values}。</translation>
    </message>
    <message>
        <source>Outputs not computed yet.</source>
        <translation>输出尚未计算。</translation>
    </message>
    <message>
        <source>Outputs {values}; largest for label {label}.</source>
        <translation>输出 {values}；标签 {label} 的值最大。</translation>
    </message>
    <message>
        <source>Outputs {values}, target {target}.</source>
        <translation>输出 {values}，目标 {target}。</translation>
    </message>
    <message>
        <source>Loss {value}.</source>
        <translation>损失 {value}。</translation>
    </message>
    <message>
        <source>Before the first step of batch {batch}.</source>
        <translation>第 {batch} 批第一步之前。</translation>
    </message>
    <message>
        <source>After step {step} of {count}, which reads {reads} and writes {writes}.</source>
        <translation>第 {step} 步（共 {count} 步）之后，该步读取 {reads}，写入 {writes}。</translation>
    </message>
</context>
<context>
    <name>OriginView</name>
    <message>
        <source>the terms come to {sum}
the cell is {cell}
the difference is {difference}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 term</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} terms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✗ the terms come to {sum}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>but for {difference} of rounding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{cell}: pending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last batches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>old velocity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>new velocity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>batch {n}: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change {exact}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click: go to the end of batch {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>example {s}: </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The examples that pushed most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Examples that pushed most: {which}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Terms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{share} of all magnitudes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>old</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation type="unfinished">第 {n} 批</translation>
    </message>
    <message>
        <source>{cell} before its update</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Origin of a number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Origin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back along the trail (Alt+Left)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forward along the trail (Alt+Right)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This batch has no such cell: the last batch of an epoch may be shorter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click a number in the matrices or in the network: here you see what it was computed from, term by term, back to the input and the target.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to batch {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Typed before batch {n}: {old} → {new}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not computed yet in this batch: step {n} will do it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause to see it: the numbers that it was computed from are kept only then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The numbers that it was computed from have been overwritten and are not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The input that is always 1: its weights serve the first layer as biases.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A target: what example {s} should come out as. The trail ends here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A velocity starts at 0: nothing has moved yet. The trail ends here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An initial value: no update has changed it yet. The trail ends here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the update of batch {n} left it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A pixel of example {s}: row {row}, column {column}. The trail ends here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An input of example {s}. The trail ends here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each of the {n} inputs of the layer adds its value times its weight, and the bias is added.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each of the {n} inputs of the layer adds its value times its weight.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>e to its own logit, divided by the sum of e to each of the {n} logits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each of the {n} units of layer {after} sends its error back through the weight between them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The slope of the activation is in every term.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output minus target: with this pair of output and loss the slopes cancel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The loss is a mean over the {m} examples.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the loss changes when this output changes a little.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each output adds its slope of the loss times J, how far its share follows this logit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each output adds its gradient times J, how far its share follows this logit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The one example of this batch gives its input times its error.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each of the {m} examples of this batch adds its input times its error.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The one example of this batch gives its error.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each of the {m} examples of this batch adds its error.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each of the {m} examples of this batch adds its error, divided by {m}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The logarithm of the share; the tiny ε keeps log 0 away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The slope of the logarithm is one over the share.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only the logarithm of the true class is in the loss: the gradient is minus the target.</source>
        <translation type="unfinished">损失中只有真实类别的对数：梯度就是目标的相反数。</translation>
    </message>
    <message>
        <source>The old value, less the learning rate η = {eta} times the {what}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>velocity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The old value, less the velocity.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>γ = {gamma} of the old velocity stays, and the gradient is added.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>γ = {gamma} of the old velocity stays, and η = {eta} times the gradient is added.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The identity passes the sum on as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gradient of the activation, times the slope of the activation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The activation {name} of the unit&apos;s sum z.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The surprise of the example: minus the logarithm of the share of its true class.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each of the {m} examples adds its surprise: minus the logarithm of the share of its true class.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each output of the example adds how far it is from its target.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each output of each of the {m} examples adds how far it is from its target.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>batch {b} of {n}</source>
        <translation>第 {b} 批，共 {n} 批</translation>
    </message>
    <message>
        <source>batch {b}</source>
        <translation>第 {b} 批</translation>
    </message>
    <message>
        <source>loss {value}</source>
        <translation>损失 {value}</translation>
    </message>
    <message>
        <source>loss {value}, mean of {n} batches</source>
        <translation>损失 {value}（{n} 批的平均）</translation>
    </message>
    <message>
        <source>test accuracy {share} %</source>
        <translation>测试准确率 {share} %</translation>
    </message>
    <message>
        <source>Diverged: in batch {b}, {array} is no longer a finite number.</source>
        <translation>发散了：在第 {b} 批，{array} 不再是有限的数。</translation>
    </message>
    <message>
        <source>x = ({x}): the net has no finite answer</source>
        <translation>x = ({x})：网络给不出有限的答案</translation>
    </message>
    <message>
        <source>x = ({x}): the net answers {output}</source>
        <translation>x = ({x})：网络回答 {output}</translation>
    </message>
    <message>
        <source>x = ({x}): the net answered {output}, in batch {b}</source>
        <translation>x = ({x})：网络在第 {b} 批时回答 {output}</translation>
    </message>
    <message>
        <source>Every gradient agrees; the largest relative error is {error}</source>
        <translation>所有梯度都一致；最大相对误差为 {error}</translation>
    </message>
    <message>
        <source>These gradients differ: {names}</source>
        <translation>这些梯度不一致：{names}</translation>
    </message>
    <message>
        <source>Every number looked at lies at a kink of the loss, so none can be compared.</source>
        <translation>检查的每个数都在损失的折点处，因此都无法比较。</translation>
    </message>
    <message>
        <source>This batch has not computed its gradients yet: there is nothing to compare.</source>
        <translation>本批次尚未计算梯度：还没有可比较的。</translation>
    </message>
    <message>
        <source>No gradient could be compared.</source>
        <translation>没有梯度可以比较。</translation>
    </message>
</context>
<context>
    <name>PlaceDialog</name>
    <message>
        <source>Go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch to go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">取消</translation>
    </message>
    <message>
        <source>Type a batch such as 4217, a step of it such as 4217.12, or &quot;epoch 3&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trains on until batch {n}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The end of batch {n}, as it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch {n}, after step {step}, as it was.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProbeView</name>
    <message>
        <source>Learning rate</source>
        <translation type="unfinished">学习率</translation>
    </message>
    <message>
        <source>What would this learning rate do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation type="unfinished">第 {n} 批</translation>
    </message>
    <message>
        <source>{rate} from batch {n} on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>batch {n}, looking back: its update is made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training is running. Pause it, and every learning rate is tried on the batch it stops at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trying learning rates…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training has stopped: {array} is no longer a finite number, so this batch has no gradient to follow. Reset, and start with a smaller rate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch {n} has not all its gradients yet. With step {step} they are complete, and every learning rate can be tried before the weights are changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to step {step}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss is no longer a finite number; it was {before}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss stays at {before}; the straight-line prediction says {line}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss falls from {before} to {after}; the straight-line prediction says {line}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss rises from {before} to {after}; the straight-line prediction says {line}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the gradient is 0, so no rate changes anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>momentum carries the weights uphill, so no rate lowers the loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no rate tried lowers it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>best here {rate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it falls up to the largest rate tried, {rate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>above {rate} it rises</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuizView</name>
    <message>
        <source>Predict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished">检验</translation>
    </message>
    <message>
        <source>Reveal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What will {cell} be?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step {i} · {phase} · {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training has stopped: no step comes next.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The batch is done. The next step loads new examples.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to work out: each value passes on as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This step leaves the finite numbers. Watch what happens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too many numbers meet here to add them up by hand. Watch this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This update is too small to be seen in six figures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training runs. Pause it to predict what comes next.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here is how it comes about.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a value before it is computed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{right} of {asked} right, {streak} in a row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{right} of {asked} right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now it is right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right, {n} in a row!</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right!</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a number such as 0.7, a fraction such as 7/10 or a calculation such as 1.4*0.5.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This does not read as a number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give it to {n} significant figures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right so far.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not quite.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You left out the slope of the logarithm, 1/a: {number} × …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You left out softmax: its slopes, a matrix, turn dL/da into dL/dz.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You left out the slope of the activation, {slope}: {number} × …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No slope belongs here: with this loss it cancels, and output minus target is left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a(1 − a) is only one slope of softmax: the other logits move the loss too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the error a − y itself: the slope of this loss is only its sign.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the error a − y: the slope of the mean square is 2/n times as large.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the cell with row and column swapped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows and columns of the weights are swapped: take those that lead into this unit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights are to be transposed: going back, take those that lead out of this unit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You used the weights after the update: the way back uses those of the way forward.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You left out the learning rate, η = {number}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You left out the momentum: γ = {number} times the old velocity stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not all of the old velocity stays: multiply it by γ = {number}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The learning rate, {number}, comes later: in this form the update multiplies by it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The learning rate, {number}, is in the velocity already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You used the old velocity: take the one that has just been computed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the value before the update.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the size of the step: take it away from the old value.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You left out the bias: … {signed}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You used z of the layer before: what came in here is a, after the activation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the share itself: take its logarithm.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is z, the weighted sum: now apply the activation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Divide by the sum over all classes: the shares add up to 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You left out the factor 1/2 of this loss.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign of the gradient is wrong: the velocity adds it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign of the step is wrong: it goes against the gradient, so it is taken away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The size is right, the sign is not: the error is output minus target.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sign of z is the wrong way round.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The size is right, the sign is not.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You divided by the {number} examples of the batch: here they are added up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the mean over the batch: divide by its {number} examples.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is the value of another example of the batch.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is what a single example adds: take all of the batch together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this step does: {sentence}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again, or go on with Enter. Esc reveals.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A number, a fraction or a calculation. Enter checks, Esc reveals.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RateField</name>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Learning rate {text}: must be above 0 and at most 1e6, such as 0.05 or 1e-3; {old} stays.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RatePlot</name>
    <message>
        <source>Loss over learning rate: arrow keys move the rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation type="unfinished">学习率</translation>
    </message>
    <message>
        <source>loss after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>straight line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>difference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>learning rate, along −velocity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>learning rate, along −gradient</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss</source>
        <translation type="unfinished">损失</translation>
    </message>
    <message>
        <source>before {loss}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rises above {rate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>best {rate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>now {rate}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Delete (Del)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Sparkline</name>
    <message>
        <source>{n} values, from {low} to {high}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusView</name>
    <message>
        <source>loss: sum over the batch</source>
        <translation>损失：在批次上求和</translation>
    </message>
    <message>
        <source>loss: mean over the batch</source>
        <translation>损失：在批次上取平均</translation>
    </message>
    <message>
        <source>gradient: of the loss shown</source>
        <translation>梯度：对所示损失求</translation>
    </message>
    <message>
        <source>gradient: of the sum over the batch</source>
        <translation>梯度：对批次总和求</translation>
    </message>
    <message>
        <source>bias gradient: as the weights</source>
        <translation>偏置梯度：与权重相同</translation>
    </message>
    <message>
        <source>bias gradient: mean</source>
        <translation>偏置梯度：取平均</translation>
    </message>
    <message>
        <source>momentum: v = γv + g, W −= ηv</source>
        <translation>动量：v = γv + g，W −= ηv</translation>
    </message>
    <message>
        <source>momentum: v = γv + ηg, W −= v</source>
        <translation>动量：v = γv + ηg，W −= v</translation>
    </message>
    <message>
        <source>test: {count} images, scaled as in training</source>
        <translation>测试：{count}图像，缩放与训练相同</translation>
    </message>
    <message>
        <source>test: {count} images, raw 0 to {top}</source>
        <translation>测试：{count}图像，原始值 0 到 {top}</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>种子 {seed}</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>first {n}</source>
        <translation>前 {n} 张</translation>
    </message>
</context>
<context>
    <name>StopsView</name>
    <message>
        <source>Breakpoints and watches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Breakpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None yet. Run goes on until you pause it, or stops where you say here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None yet. An expression over the arrays becomes a number and a curve.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cells are [row, column] from 0, as stored: W1[input, unit], a1[example, unit].</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{on} of {n} enabled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{text} is watched already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tags</name>
    <message>
        <source>reads</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>writes</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>this step reads {names}</source>
        <translation>这一步读取 {names}</translation>
    </message>
    <message>
        <source>this step writes {names}</source>
        <translation>这一步写入 {names}</translation>
    </message>
</context>
<context>
    <name>TensorsView</name>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>every value the step can see</source>
        <translation>这一步能看到的所有值</translation>
    </message>
    <message>
        <source>rows are the {m} examples of the batch</source>
        <translation>每行是批次的一个样本，共 {m} 个</translation>
    </message>
    <message>
        <source>columns are the {m} examples of the batch</source>
        <translation>每列是批次的一个样本，共 {m} 个</translation>
    </message>
    <message>
        <source> · each matrix has its own colour scale</source>
        <translation> · 各矩阵有各自的色标</translation>
    </message>
</context>
<context>
    <name>TimelineView</name>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>{n} batches done, batch {batch}</source>
        <translation>已完成 {n} 批，现在是第 {batch} 批</translation>
    </message>
    <message>
        <source>step {step} of {steps}</source>
        <translation>第 {step} 步，共 {steps} 步</translation>
    </message>
    <message>
        <source>done: {step}</source>
        <translation>已完成：{step}</translation>
    </message>
    <message>
        <source>diverged at batch {n}</source>
        <translation>在第 {n} 批发散</translation>
    </message>
    <message>
        <source>learning rate {old} → {new} before batch {n}</source>
        <translation>第 {n} 批之前学习率 {old} → {new}</translation>
    </message>
    <message>
        <source>Stop after step {n}, or no longer (F9)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>before batch {batch}: {key} {old} → {new}</source>
        <translation>第 {batch} 批之前：{key} {old} → {new}</translation>
    </message>
    <message>
        <source>Go to batch {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to batch {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number}: {ends}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number}: from batch {begins}, {told}; {ends}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch {n}</source>
        <translation>第 {n} 批</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Run, line {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} batches</source>
        <translation>{n} 批</translation>
    </message>
    <message>
        <source>{n} steps</source>
        <translation>{n} 步</translation>
    </message>
    <message>
        <source>1 batch</source>
        <translation>1 批</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前向传播</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Backward</source>
        <translation>反向传播</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>参数更新</translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>Speed of Run</source>
        <translation>运行速度</translation>
    </message>
    <message>
        <source>How fast Run goes: from one operation a second to as fast as it can</source>
        <translation>运行的快慢：从每秒一个运算到全速</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Learning rate: applies from the next batch; nothing is reset. Wheel and arrow keys work too.</source>
        <translation>学习率：从下一批次起生效，不会重置任何内容。也可用滚轮和方向键调节。</translation>
    </message>
    <message>
        <source>Learning rate η</source>
        <translation>学习率 η</translation>
    </message>
    <message>
        <source>Momentum</source>
        <translation>动量</translation>
    </message>
    <message>
        <source>Momentum γ, 0 to 0.99: applies from the next batch</source>
        <translation>动量 γ，0 到 0.99：从下一批次起生效</translation>
    </message>
    <message>
        <source>Momentum γ</source>
        <translation>动量 γ</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>full speed</source>
        <translation>全速</translation>
    </message>
    <message>
        <source>{n} op/s</source>
        <translation>{n} 步/秒</translation>
    </message>
    <message>
        <source>{n} batches/s</source>
        <translation>{n} 批/秒</translation>
    </message>
    <message>
        <source>epoch {e} · batch {b} · step {s}/{n}</source>
        <translation>轮次 {e} · 批次 {b} · 步骤 {s}/{n}</translation>
    </message>
    <message>
        <source>in use: {rate}</source>
        <translation>当前 {rate}</translation>
    </message>
    <message>
        <source>{rate} until next batch</source>
        <translation>下一批前仍为 {rate}</translation>
    </message>
    <message>
        <source>RUNNING</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>BREAKPOINT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LOOKING BACK</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trains at {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>STOPPED</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>no longer finite</source>
        <translation>不再是有限值</translation>
    </message>
    <message>
        <source>layer {k}</source>
        <translation>第 {k} 层</translation>
    </message>
    <message>
        <source>READY</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>nothing computed yet</source>
        <translation>尚未计算</translation>
    </message>
    <message>
        <source>NOT OPENED</source>
        <translation>未能打开</translation>
    </message>
    <message>
        <source>PREPARING</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
</context>
<context>
    <name>WatchForm</name>
    <message>
        <source>Add watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watch expression</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WatchRow</name>
    <message>
        <source>Delete watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Curve of {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pending</source>
        <translation type="unfinished">待计算</translation>
    </message>
    <message>
        <source>This batch has yet to compute it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click or Enter: change. Del: delete.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Badge</name>
    <message>
        <source>not checked</source>
        <translation>未检查</translation>
    </message>
    <message>
        <source>Check this gradient against central differences and torch.autograd</source>
        <translation>用中心差分和 torch.autograd 检查这个梯度</translation>
    </message>
    <message>
        <source>Gradient check: {verdict}</source>
        <translation>梯度检查：{verdict}</translation>
    </message>
    <message>
        <source>Central differences: {n} of {cells} cells compared, largest relative error {error}</source>
        <translation>中心差分：比较了 {cells} 个数中的 {n} 个，最大相对误差 {error}</translation>
    </message>
    <message>
        <source>torch.autograd: all cells compared, largest relative error {error}</source>
        <translation>torch.autograd：全部比较，最大相对误差 {error}</translation>
    </message>
</context>
<context>
    <name>_Canvas</name>
    <message>
        <source>Cells: arrow keys move, Ctrl+Left and Ctrl+Right change the array, Enter chooses, F2 edits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>前向传播</translation>
    </message>
    <message>
        <source>Backward</source>
        <translation>反向传播</translation>
    </message>
    <message>
        <source>Momentum</source>
        <translation>动量</translation>
    </message>
    <message>
        <source>Layer {k}</source>
        <translation>第 {k} 层</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>input, target</source>
        <translation>输入，目标</translation>
    </message>
    <message>
        <source>{name} ({rows} × {columns}): not computed yet in this batch</source>
        <translation>{name}（{rows} × {columns}）：本批次中尚未计算</translation>
    </message>
    <message>
        <source>{rows} × {columns} matrix</source>
        <translation>{rows} × {columns} 矩阵</translation>
    </message>
    <message>
        <source>edited before batch {batch}: {old} → {new}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} ({shape}) pending</source>
        <translation>{name}（{shape}）待计算</translation>
    </message>
    <message>
        <source>{name} ({shape}) from {low} to {high}</source>
        <translation>{name}（{shape}）从 {low} 到 {high}</translation>
    </message>
</context>
<context>
    <name>_Choice</name>
    <message>
        <source>Click to switch; it applies from the next batch</source>
        <translation>点击切换；从下一批次起生效</translation>
    </message>
    <message>
        <source> (from the next batch)</source>
        <translation>（下一批次起）</translation>
    </message>
</context>
<context>
    <name>_Gutter</name>
    <message>
        <source>Press a line&apos;s number: stop after its step, or no longer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Legend</name>
    <message>
        <source>read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>written</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>positive</source>
        <translation>正值</translation>
    </message>
    <message>
        <source>negative</source>
        <translation>负值</translation>
    </message>
    <message>
        <source>rate change</source>
        <translation>学习率变化</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>待计算</translation>
    </message>
</context>
<context>
    <name>_NextFormula</name>
    <message>
        <source>next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>Open lesson file…</source>
        <translation>打开课程文件…</translation>
    </message>
    <message>
        <source>Open anyone&apos;s lesson (.toml)</source>
        <translation>打开任何人编写的课程（.toml）</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Stop training and close the window</source>
        <translation>停止训练并关闭窗口</translation>
    </message>
    <message>
        <source>Step back</source>
        <translation>后退一步</translation>
    </message>
    <message>
        <source>Undo the last operation, also across batches; the run goes on if it trains</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back a phase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go back to the end of the phase before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back a batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go back to the end of the batch before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back an epoch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go back to the end of the epoch before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go back to before the first step of the run; what was recorded stays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to batch…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a batch to go to, back or on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the end, follow live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the last batch of the run, and watch it if it trains on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the last change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take back the last change of a rate, a switch or a typed cell, and go to its batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other lines of the run…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Return to what happened before a change in the past</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step</source>
        <translation>单步</translation>
    </message>
    <message>
        <source>Do the next operation of the batch</source>
        <translation>执行本批次的下一个运算</translation>
    </message>
    <message>
        <source>Finish phase</source>
        <translation>完成阶段</translation>
    </message>
    <message>
        <source>Go on to the end of forward, loss, backward or update</source>
        <translation>继续到前向传播、损失、反向传播或参数更新结束</translation>
    </message>
    <message>
        <source>Finish batch</source>
        <translation>完成批次</translation>
    </message>
    <message>
        <source>Go on until every step of this batch is done</source>
        <translation>继续到本批次的所有步骤完成</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Train at the chosen speed until you pause</source>
        <translation>以所选速度训练，直到暂停</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>The same start again, bit for bit</source>
        <translation>回到完全相同的起点，逐位一致</translation>
    </message>
    <message>
        <source>Reseed</source>
        <translation>更换种子</translation>
    </message>
    <message>
        <source>Start again from another random seed</source>
        <translation>用另一个随机种子重新开始</translation>
    </message>
    <message>
        <source>Check gradients</source>
        <translation>梯度检验</translation>
    </message>
    <message>
        <source>Hold every gradient of this batch against two independent computations</source>
        <translation>将本批次的每个梯度与两种独立的算法作比较</translation>
    </message>
    <message>
        <source>Stop at this step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set a breakpoint after the step shown, or take it away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>加快</translation>
    </message>
    <message>
        <source>Run at the next higher speed</source>
        <translation>提高一档运行速度</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>减慢</translation>
    </message>
    <message>
        <source>Run at the next lower speed</source>
        <translation>降低一档运行速度</translation>
    </message>
    <message>
        <source>Higher learning rate</source>
        <translation>提高学习率</translation>
    </message>
    <message>
        <source>Raise the learning rate by 26 %</source>
        <translation>将学习率提高 26%</translation>
    </message>
    <message>
        <source>Lower learning rate</source>
        <translation>降低学习率</translation>
    </message>
    <message>
        <source>Lower the learning rate by 21 %</source>
        <translation>将学习率降低 21%</translation>
    </message>
    <message>
        <source>Type a learning rate</source>
        <translation>输入学习率</translation>
    </message>
    <message>
        <source>Put the cursor into the learning rate field</source>
        <translation>将光标放入学习率输入框</translation>
    </message>
    <message>
        <source>Explain the step</source>
        <translation>讲解步骤</translation>
    </message>
    <message>
        <source>Show what the step does, at the right</source>
        <translation>在右侧显示这一步做什么</translation>
    </message>
    <message>
        <source>Explain the lesson</source>
        <translation>讲解课程</translation>
    </message>
    <message>
        <source>Show the lesson&apos;s page, at the right: what to look at and to try, and its formulas</source>
        <translation>在右侧显示课程页：看什么、试什么，以及公式</translation>
    </message>
    <message>
        <source>Where a number came from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the terms of the number that was clicked, at the right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a learning rate would do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the loss of this batch over the learning rate, at the right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Breakpoints and watches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say where to stop and what to watch, at the right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict the next value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Work out a value of the coming step yourself, then see it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>系统主题</translation>
    </message>
    <message>
        <source>Follow the desktop</source>
        <translation>跟随桌面设置</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Always light</source>
        <translation>始终使用浅色</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Always dark</source>
        <translation>始终使用深色</translation>
    </message>
    <message>
        <source>Logarithmic loss axis</source>
        <translation>损失对数坐标轴</translation>
    </message>
    <message>
        <source>Switch the loss axis between logarithmic and linear</source>
        <translation>在对数与线性损失坐标轴之间切换</translation>
    </message>
    <message>
        <source>Turn matrices</source>
        <translation>转置矩阵</translation>
    </message>
    <message>
        <source>Switch between z = x W + b (rows are examples) and z = W x + b (columns are examples)</source>
        <translation>在 z = x W + b（每行一个样本）与 z = W x + b（每列一个样本）之间切换</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>List every shortcut</source>
        <translation>列出所有快捷键</translation>
    </message>
    <message>
        <source>About Backstep</source>
        <translation>关于 Backstep</translation>
    </message>
    <message>
        <source>Version and licences</source>
        <translation>版本与许可证</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>Something went wrong inside Backstep ({error}). Your run is kept; Reset starts again.</source>
        <translation>Backstep 内部出错（{error}）。您的训练已保留；点击“重置”可重新开始。</translation>
    </message>
</context>
</TS>
