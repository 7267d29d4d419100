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
        <source>Layers count from 1, rows and columns of a cell from 0.</source>
        <translation>层从 1 数起，单元格的行和列从 0 数起。</translation>
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
        <translation>训练准确率</translation>
    </message>
    <message>
        <source>Test accuracy</source>
        <translation>测试准确率</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>梯度范数</translation>
    </message>
    <message>
        <source>Update ratio</source>
        <translation>更新比例</translation>
    </message>
    <message>
        <source>Dead units</source>
        <translation>失活神经元</translation>
    </message>
    <message>
        <source>Saturated units</source>
        <translation>饱和神经元</translation>
    </message>
    <message>
        <source>Sign of a cell</source>
        <translation>单元格变号</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>表达式</translation>
    </message>
    <message>
        <source>Not finite</source>
        <translation>非有限值</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>training accuracy</source>
        <translation>训练准确率</translation>
    </message>
    <message>
        <source>test accuracy</source>
        <translation>测试准确率</translation>
    </message>
    <message>
        <source>gradient norm</source>
        <translation>梯度范数</translation>
    </message>
    <message>
        <source>update/weight ratio</source>
        <translation>更新比例</translation>
    </message>
    <message>
        <source>share of dead units</source>
        <translation>失活比例</translation>
    </message>
    <message>
        <source>share of saturated activations</source>
        <translation>饱和比例</translation>
    </message>
    <message>
        <source>after step {step}</source>
        <translation>第 {step} 步之后</translation>
    </message>
    <message>
        <source>at the start of batch {batch}</source>
        <translation>第 {batch} 批开始时</translation>
    </message>
    <message>
        <source>a value is no finite number</source>
        <translation>出现非有限的值</translation>
    </message>
    <message>
        <source>{cell} changes sign</source>
        <translation>{cell} 变号</translation>
    </message>
    <message>
        <source>{quantity} of layer {k}</source>
        <translation>第 {k} 层的{quantity}</translation>
    </message>
    <message>
        <source>{quantity} below {value}</source>
        <translation>{quantity} 低于 {value}</translation>
    </message>
    <message>
        <source>{quantity} above {value}</source>
        <translation>{quantity} 高于 {value}</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>That is too much text: {n} MB at most.</source>
        <translation>文本太长：最多 {n} MB。</translation>
    </message>
    <message>
        <source>The text leaves numbers out (“…”): print all of them and copy again.</source>
        <translation>文本省略了一些数（“…”）：请全部打印出来再复制。</translation>
    </message>
    <message>
        <source>A cell is empty: between two separators there must be a number.</source>
        <translation>有一个单元格是空的：两个分隔符之间必须有一个数。</translation>
    </message>
    <message>
        <source>There are no numbers in this text.</source>
        <translation>这段文本里没有数。</translation>
    </message>
    <message>
        <source>All rows must be equally long; numbers in row 1: {first}, in row {i}: {n}.</source>
        <translation>各行必须一样长；第 1 行有 {first} 个数，第 {i} 行有 {n} 个。</translation>
    </message>
    <message>
        <source>“{text}” stands outside of the brackets.</source>
        <translation>“{text}”在括号之外。</translation>
    </message>
    <message>
        <source>Row {i}: “{text}” is not a number.</source>
        <translation>第 {i} 行：“{text}”不是数。</translation>
    </message>
    <message>
        <source>Row {i}: “{text}” is not a finite number.</source>
        <translation>第 {i} 行：“{text}”不是有限的数。</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Initialisation</source>
        <translation>初始化</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>标识</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Bias</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>Backward by</source>
        <translation>反向方式</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>Deviation</source>
        <translation>标准差</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Generator</source>
        <translation>随机数发生器</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Over the batch</source>
        <translation>对整批</translation>
    </message>
    <message>
        <source>Gradient of</source>
        <translation>梯度取自</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Momentum</source>
        <translation>动量</translation>
    </message>
    <message>
        <source>Form of momentum</source>
        <translation>动量形式</translation>
    </message>
    <message>
        <source>Bias gradient</source>
        <translation>偏置梯度</translation>
    </message>
    <message>
        <source>Share for tests</source>
        <translation>测试所占比例</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>样本数</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>函数</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>To be predicted</source>
        <translation>预测目标</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入列</translation>
    </message>
    <message>
        <source>Kind of target</source>
        <translation>目标类型</translation>
    </message>
    <message>
        <source>Heading line</source>
        <translation>标题行</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>分隔符</translation>
    </message>
    <message>
        <source>Decimal mark</source>
        <translation>小数点</translation>
    </message>
    <message>
        <source>Standardise</source>
        <translation>标准化</translation>
    </message>
    <message>
        <source>Image size</source>
        <translation>图像尺寸</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批大小</translation>
    </message>
    <message>
        <source>Shuffle</source>
        <translation>打乱</translation>
    </message>
    <message>
        <source>Drop a short batch</source>
        <translation>丢弃不满的批</translation>
    </message>
    <message>
        <source>Normalise</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>Every … batches</source>
        <translation>每隔几批</translation>
    </message>
    <message>
        <source>Test examples</source>
        <translation>测试样本数</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>尺度</translation>
    </message>
    <message>
        <source>Running mean of</source>
        <translation>滑动平均的批数</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数值类型</translation>
    </message>
    <message>
        <source>Executor</source>
        <translation>执行器</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Autograd beside</source>
        <translation>并列自动求导</translation>
    </message>
    <message>
        <source>Orientation</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>各层宽度</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>激活函数</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>{name} {old} → {new}</source>
        <translation>{name} {old} → {new}</translation>
    </message>
    <message>
        <source>The short name by which the lesson&apos;s file and runs are told apart: letters, digits, &apos;.&apos;, &apos;_&apos; and &apos;-&apos;.</source>
        <translation>用来区分课程文件和各次运行的短名：字母、数字、“.”、“_”和“-”。</translation>
    </message>
    <message>
        <source>The name of the lesson in the window; one that is empty is made up from the layers.</source>
        <translation>课程在窗口中的名称；留空则由各层生成。</translation>
    </message>
    <message>
        <source>Where the lesson comes from, for whoever reads its file.</source>
        <translation>课程的出处，供阅读其文件的人参考。</translation>
    </message>
    <message>
        <source>The widths of the layers: how many numbers go in, how many units each layer has, how many come out.</source>
        <translation>各层宽度：输入多少个数，每层有多少单元，输出多少个数。</translation>
    </message>
    <message>
        <source>What a hidden layer applies to its weighted sums.</source>
        <translation>隐藏层对加权和施加的函数。</translation>
    </message>
    <message>
        <source>What the last layer applies to its weighted sums; classes want softmax, or sigmoid for one output.</source>
        <translation>最后一层对加权和施加的函数；分类用 softmax，单个输出用 sigmoid。</translation>
    </message>
    <message>
        <source>Whether each layer adds a bias; input-column: a column of ones is appended to the inputs instead.</source>
        <translation>每层是否加偏置；input-column：改为给输入添一列 1。</translation>
    </message>
    <message>
        <source>How the way back is divided: layers, from delta to delta; separate, every operation has a step of its own.</source>
        <translation>反向如何分步：layers，从 delta 到 delta；separate，每个运算各占一步。</translation>
    </message>
    <message>
        <source>How weights and biases start: all the same (constant), typed by you (explicit), or drawn at random.</source>
        <translation>权重和偏置如何开始：全部相同（constant）、由你填写（explicit），或随机抽取。</translation>
    </message>
    <message>
        <source>The number at which every weight and bias starts.</source>
        <translation>每个权重和偏置的起始值。</translation>
    </message>
    <message>
        <source>The mean of the normal distribution from which weights and biases are drawn.</source>
        <translation>抽取权重和偏置的正态分布的均值。</translation>
    </message>
    <message>
        <source>The standard deviation of the normal distribution from which weights and biases are drawn.</source>
        <translation>抽取权重和偏置的正态分布的标准差。</translation>
    </message>
    <message>
        <source>The smallest number that can be drawn.</source>
        <translation>可能抽到的最小数。</translation>
    </message>
    <message>
        <source>The largest number that can be drawn.</source>
        <translation>可能抽到的最大数。</translation>
    </message>
    <message>
        <source>The weights and biases of each layer, to be typed or pasted.</source>
        <translation>各层的权重和偏置，可键入或粘贴。</translation>
    </message>
    <message>
        <source>The biases of each layer, to be typed or pasted.</source>
        <translation>各层的偏置，可键入或粘贴。</translation>
    </message>
    <message>
        <source>What draws the random numbers: numpy, or torch for those that PyTorch&apos;s code would draw.</source>
        <translation>由谁抽取随机数：numpy，或 torch（与 PyTorch 代码抽到的相同）。</translation>
    </message>
    <message>
        <source>Fixes what is drawn: the weights at the start, and the order of examples that are shuffled.</source>
        <translation>固定抽取的结果：起始权重，以及打乱时样本的顺序。</translation>
    </message>
    <message>
        <source>What measures how wrong the outputs are; cross_entropy needs softmax, binary_cross_entropy sigmoid.</source>
        <translation>衡量输出错得多厉害；cross_entropy 需要 softmax，binary_cross_entropy 需要 sigmoid。</translation>
    </message>
    <message>
        <source>Whether the losses of the examples in a batch are added up (sum) or averaged (mean).</source>
        <translation>一批样本的损失是相加（sum）还是取平均（mean）。</translation>
    </message>
    <message>
        <source>What the gradient is taken of: same, the loss that is shown; sum, the sum although the mean is shown.</source>
        <translation>对什么求梯度：same，显示的损失；sum，虽显示平均值仍对总和求。</translation>
    </message>
    <message>
        <source>How the gradient changes the weights; sgd takes learning rate times gradient away.</source>
        <translation>梯度如何改变权重；sgd 减去学习率乘梯度。</translation>
    </message>
    <message>
        <source>How far each update goes: the factor η of the gradient.</source>
        <translation>每次更新走多远：梯度的系数 η。</translation>
    </message>
    <message>
        <source>How much of the update before goes into the next one: the factor γ, 0 for none.</source>
        <translation>上一次更新有多少带入下一次：系数 γ，0 表示没有。</translation>
    </message>
    <message>
        <source>Which formula momentum follows: torch, v = γv + g, W −= ηv; classic, v = γv + ηg, W −= v.</source>
        <translation>动量遵循哪个公式：torch，v = γv + g，W −= ηv；classic，v = γv + ηg，W −= v。</translation>
    </message>
    <message>
        <source>What changes the biases: same, their gradient; mean, the error averaged over the batch.</source>
        <translation>用什么更新偏置：same，其梯度；mean，误差在批次上的平均。</translation>
    </message>
    <message>
        <source>Where the examples come from: typed (points), drawn, ready-made (mnist …), or your files (csv, images).</source>
        <translation>样本来自哪里：键入（points）、生成、现成（mnist …），或你的文件（csv、images）。</translation>
    </message>
    <message>
        <source>The examples, a row each with inputs x and targets y, to be typed or pasted.</source>
        <translation>样本，每行一个，含输入 x 和目标 y，可键入或粘贴。</translation>
    </message>
    <message>
        <source>The targets of the examples, to be typed or pasted.</source>
        <translation>样本的目标，可键入或粘贴。</translation>
    </message>
    <message>
        <source>Fixes which points are drawn and which examples test; the net has a seed of its own.</source>
        <translation>固定生成哪些点、哪些样本用于测试；网络另有自己的种子。</translation>
    </message>
    <message>
        <source>The share of the examples that is never trained on, but tests the net.</source>
        <translation>从不用于训练、只用来测试网络的样本比例。</translation>
    </message>
    <message>
        <source>How many points are drawn, those that test included.</source>
        <translation>生成多少个点，包括用于测试的。</translation>
    </message>
    <message>
        <source>How far the points are shifted at random: a standard deviation, 0 for none.</source>
        <translation>点随机偏移多远：标准差，0 表示不偏移。</translation>
    </message>
    <message>
        <source>How many classes there are, an arm or a cloud of points for each.</source>
        <translation>有多少个类别，每类一条臂或一团点。</translation>
    </message>
    <message>
        <source>The function whose curve is to be learned.</source>
        <translation>要学习其曲线的函数。</translation>
    </message>
    <message>
        <source>Where the data are: a CSV file, or a folder that holds a folder of images for each class.</source>
        <translation>数据在哪里：一个 CSV 文件，或每类一个图像子文件夹的文件夹。</translation>
    </message>
    <message>
        <source>The column to be predicted, by name or number, or several as in [&quot;a&quot;, &quot;b&quot;]; empty for the last one.</source>
        <translation>要预测的列，用名称或编号，多列写作 [&quot;a&quot;, &quot;b&quot;]；留空为最后一列。</translation>
    </message>
    <message>
        <source>The columns that go into the net, as in [&quot;a&quot;, &quot;b&quot;]; [] for all the others.</source>
        <translation>输入网络的列，如 [&quot;a&quot;, &quot;b&quot;]；[] 表示其余所有列。</translation>
    </message>
    <message>
        <source>Whether the target is a class or a number; auto looks at its cells.</source>
        <translation>目标是类别还是数值；auto 由单元格判断。</translation>
    </message>
    <message>
        <source>Whether the first row holds the names of the columns.</source>
        <translation>第一行是否为列名。</translation>
    </message>
    <message>
        <source>What stands between the cells of a row.</source>
        <translation>一行中单元格之间的分隔符。</translation>
    </message>
    <message>
        <source>What stands before the decimals of a number: a point or a comma.</source>
        <translation>数字小数部分之前是点还是逗号。</translation>
    </message>
    <message>
        <source>Whether each input has its mean taken out and is divided by its deviation, both of the training rows.</source>
        <translation>每个输入是否减去均值并除以标准差（均取自训练行）。</translation>
    </message>
    <message>
        <source>The rows and columns to which every image is scaled, as in [28, 28].</source>
        <translation>每幅图像缩放到的行数和列数，如 [28, 28]。</translation>
    </message>
    <message>
        <source>How many examples go through the net before each update.</source>
        <translation>每次更新之前有多少样本通过网络。</translation>
    </message>
    <message>
        <source>Whether the examples come in a new order in every epoch.</source>
        <translation>每轮是否以新的顺序给出样本。</translation>
    </message>
    <message>
        <source>Whether examples that do not fill a last batch are left out of the epoch.</source>
        <translation>不足一批的剩余样本是否在该轮中略去。</translation>
    </message>
    <message>
        <source>How pixels are scaled: unit, 0 to 1; mnist, unit with its mean and deviation taken out; none, not at all.</source>
        <translation>像素如何缩放：unit，0 到 1；mnist，再减均值除标准差；none，不缩放。</translation>
    </message>
    <message>
        <source>After how many batches the net is tested.</source>
        <translation>每多少批测试一次网络。</translation>
    </message>
    <message>
        <source>How many test examples are used: 0 for none, -1 for all.</source>
        <translation>使用多少测试样本：0 为不用，-1 为全部。</translation>
    </message>
    <message>
        <source>How test inputs are scaled: same, as in training; raw, as the source has them.</source>
        <translation>测试输入如何缩放：same，与训练相同；raw，保持来源原样。</translation>
    </message>
    <message>
        <source>Over how many batches the loss is averaged besides; 0 for not at all.</source>
        <translation>另外在多少批上取损失平均；0 表示不取。</translation>
    </message>
    <message>
        <source>How exact the numbers are: float64 has about 16 digits, float32 about 7.</source>
        <translation>数的精度：float64 约 16 位，float32 约 7 位。</translation>
    </message>
    <message>
        <source>What computes: numpy at once; compiled, fast beside the window; torch, PyTorch without autograd.</source>
        <translation>由什么计算：numpy，立即可用；compiled，在窗口旁快速运行；torch，不用自动求导的 PyTorch。</translation>
    </message>
    <message>
        <source>Where it is computed: on the processor (cpu), or with torch on a graphics card (cuda, mps).</source>
        <translation>在哪里计算：处理器（cpu），或用 torch 在显卡上（cuda、mps）。</translation>
    </message>
    <message>
        <source>Whether torch.autograd&apos;s gradients are shown beside those derived by hand.</source>
        <translation>是否在手推梯度旁显示 torch.autograd 的梯度。</translation>
    </message>
    <message>
        <source>How it is shown: row, z = x W + b; column, z = W x + b; nothing is computed otherwise.</source>
        <translation>如何显示：row，z = x W + b；column，z = W x + b；计算并无不同。</translation>
    </message>
    <message>
        <source>{sentence} (and {n} more)</source>
        <translation>{sentence}（另有 {n} 处）</translation>
    </message>
    <message>
        <source>Asking the net…</source>
        <translation>正在询问网络…</translation>
    </message>
    <message>
        <source>The outputs are no longer finite numbers.</source>
        <translation>输出不再是有限数。</translation>
    </message>
    <message>
        <source>{share} right</source>
        <translation>正确 {share}</translation>
    </message>
    <message>
        <source>batch {batch}, step {step}</source>
        <translation>第 {batch} 批，第 {step} 步</translation>
    </message>
    <message>
        <source>batch {batch}</source>
        <translation>第 {batch} 批</translation>
    </message>
    <message>
        <source>{n} test examples</source>
        <translation>{n} 个测试样本</translation>
    </message>
    <message>
        <source>{n} training examples</source>
        <translation>{n} 个训练样本</translation>
    </message>
    <message>
        <source>scaled as in training (the accuracy curve tests the first {n}, with raw values)</source>
        <translation>按训练方式缩放（准确率曲线测试前 {n} 个，用原始值）</translation>
    </message>
    <message>
        <source>scaled as in training (the accuracy curve tests raw values)</source>
        <translation>按训练方式缩放（准确率曲线用原始值测试）</translation>
    </message>
    <message>
        <source>the accuracy curve tests the first {n}</source>
        <translation>准确率曲线测试前 {n} 个</translation>
    </message>
    <message>
        <source>anew every few seconds</source>
        <translation>每几秒更新</translation>
    </message>
    <message>
        <source>The data are classes: {output} with {better} learns the share of each, {now} with {loss} only numbers.</source>
        <translation>数据是类别：{output} 配 {better} 学习各类的份额，{now} 配 {loss} 只学数值。</translation>
    </message>
    <message>
        <source>Layer {layers}: all weights of a layer start equal, so its units will stay equal.</source>
        <translation>第 {layers} 层：同一层的权重起点全都相同，它的单元将始终相同。</translation>
    </message>
    <message>
        <source>{inputs}, {outputs}; {train} rows to train, {test} to test.</source>
        <translation>{inputs}，{outputs}；训练 {train} 行，测试 {test} 行。</translation>
    </message>
    <message>
        <source>{n} inputs</source>
        <translation>{n} 个输入</translation>
    </message>
    <message>
        <source>1 input</source>
        <translation>1 个输入</translation>
    </message>
    <message>
        <source>{n} numbers to predict</source>
        <translation>要预测 {n} 个数</translation>
    </message>
    <message>
        <source>1 number to predict</source>
        <translation>预测 1 个数</translation>
    </message>
    <message>
        <source>{n} classes ({names})</source>
        <translation>{n} 个类别（{names}）</translation>
    </message>
    <message>
        <source>{path} could not be read: {error}</source>
        <translation>无法读取 {path}：{error}</translation>
    </message>
</context>
<context>
    <name>AdviceLine</name>
    <message>
        <source>Use {values}</source>
        <translation>使用 {values}</translation>
    </message>
</context>
<context>
    <name>ApproachDialog</name>
    <message>
        <source>How it came about</source>
        <translation>发散的经过</translation>
    </message>
    <message>
        <source>Click a batch to look at it.</source>
        <translation>点击某一批即可查看。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Stopped in batch {batch}: the loss is no longer a finite number.</source>
        <translation>在第 {batch} 批停止：损失不再是有限的数。</translation>
    </message>
    <message>
        <source>Stopped in batch {batch}: {array} (layer {layer}, unit {unit}) is no longer a finite number.</source>
        <translation>在第 {batch} 批停止：{array}（第 {layer} 层，神经元 {unit}）不再是有限的数。</translation>
    </message>
    <message>
        <source>Back {n} batches, half the rate</source>
        <translation>退回 {n} 批，学习率减半</translation>
    </message>
    <message>
        <source>Back to batch {batch}, half the rate</source>
        <translation>退回第 {batch} 批，学习率减半</translation>
    </message>
    <message>
        <source>It was the very first update: at learning rate {rate} it is larger than numbers can be.</source>
        <translation>第一次更新就已发散：学习率为 {rate} 时，更新量超出了数的范围。</translation>
    </message>
    <message>
        <source>It was the very first batch, before any update: the start weights or inputs are too large.</source>
        <translation>第一批还没有更新就已发散：初始权重或输入太大。</translation>
    </message>
    <message>
        <source>One batch was enough: the gradient of layer {layer} had the norm {before}, and its update at learning rate {rate} left the weights with the norm {after}.</source>
        <translation>一批就够了：第 {layer} 层的梯度范数为 {before}，以学习率 {rate} 更新后，权重的范数达到 {after}。</translation>
    </message>
    <message>
        <source>In the last {n} batches the gradient of layer {layer} grew from {before} to {after}: every update overshot more than the one before.</source>
        <translation>在最后 {n} 批中，第 {layer} 层的梯度从 {before} 增长到 {after}：每次更新都比前一次冲过头更多。</translation>
    </message>
    <message>
        <source>In the last {n} batches the gradient of layer {layer} grew from {before} to {after}, with ups and downs: the updates overshot more and more.</source>
        <translation>在最后 {n} 批中，第 {layer} 层的梯度从 {before} 起伏增长到 {after}：更新越来越冲过头。</translation>
    </message>
    <message>
        <source>It came suddenly: from batch {first} to batch {last} the gradient of layer {layer} jumped from {before} to {after}. One update was far too large.</source>
        <translation>来得突然：从第 {first} 批到第 {last} 批，第 {layer} 层的梯度从 {before} 跳到 {after}。有一次更新实在太大。</translation>
    </message>
    <message>
        <source>In the last {n} batches the weights of layer {layer} grew from {before} to {after}, while no gradient grew 100-fold.</source>
        <translation>在最后 {n} 批中，第 {layer} 层的权重从 {before} 增长到 {after}，而没有梯度增长到 100 倍。</translation>
    </message>
    <message>
        <source>It came suddenly: the update of batch {last} took the weights of layer {layer} from {before} to {after}, at learning rate {rate}.</source>
        <translation>来得突然：第 {last} 批的更新（学习率 {rate}）使第 {layer} 层的权重从 {before} 变为 {after}。</translation>
    </message>
    <message>
        <source>In the last {all} batches nothing grew 100-fold, but the weights of layer {layer} are large: their norm was {before} and is {after}.</source>
        <translation>在最后 {all} 批中没有什么增长到 100 倍，但第 {layer} 层的权重很大：范数从 {before} 变为 {after}。</translation>
    </message>
    <message>
        <source>Up to batch {last} nothing stands out: no gradient and no weights grew 100-fold. It happened within batch {batch}.</source>
        <translation>到第 {last} 批为止没有异常：没有梯度或权重增长到 100 倍。发散就发生在第 {batch} 批之内。</translation>
    </message>
    <message>
        <source>more than 1e154</source>
        <translation>大于 1e154</translation>
    </message>
</context>
<context>
    <name>ApproachPlot</name>
    <message>
        <source>Gradient norms and loss of the last batches: arrow keys read them, Enter goes to a batch</source>
        <translation>最后几批的梯度范数和损失：用方向键读取，回车转到该批</translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation>第 {n} 批</translation>
    </message>
    <message>
        <source>training stopped here</source>
        <translation>训练在此停止</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>gradient</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>No batch was finished before, so there is nothing to draw.</source>
        <translation>此前没有完成任何批次，无可绘制。</translation>
    </message>
    <message>
        <source>gradient norm of each layer</source>
        <translation>各层的梯度范数</translation>
    </message>
    <message>
        <source>stopped in batch {n}</source>
        <translation>停在第 {n} 批</translation>
    </message>
    <message>
        <source>shown now</source>
        <translation>当前所示</translation>
    </message>
    <message>
        <source>batch</source>
        <translation>批次</translation>
    </message>
</context>
<context>
    <name>Bars</name>
    <message>
        <source>Outputs</source>
        <translation>输出</translation>
    </message>
</context>
<context>
    <name>BreakpointForm</name>
    <message>
        <source>Add breakpoint</source>
        <translation>添加断点</translation>
    </message>
    <message>
        <source>Kind of breakpoint</source>
        <translation>断点类型</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Array</source>
        <translation>数组</translation>
    </message>
    <message>
        <source>Below or above</source>
        <translation>低于或高于</translation>
    </message>
    <message>
        <source>below</source>
        <translation>低于</translation>
    </message>
    <message>
        <source>above</source>
        <translation>高于</translation>
    </message>
    <message>
        <source>Expression</source>
        <translation>表达式</translation>
    </message>
    <message>
        <source>Row, from 0</source>
        <translation>行，从 0 起</translation>
    </message>
    <message>
        <source>row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Column, from 0</source>
        <translation>列，从 0 起</translation>
    </message>
    <message>
        <source>column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>all layers</source>
        <translation>所有层</translation>
    </message>
    <message>
        <source>layer {k}</source>
        <translation>第 {k} 层</translation>
    </message>
    <message>
        <source>{name}: type a whole number, such as {example}.</source>
        <translation>{name}：请输入整数，如 {example}。</translation>
    </message>
    <message>
        <source>Value: type a number, such as 0.1 or 1e-3.</source>
        <translation>值：请输入数，如 0.1 或 1e-3。</translation>
    </message>
</context>
<context>
    <name>BreakpointRow</name>
    <message>
        <source>Delete breakpoint</source>
        <translation>删除断点</translation>
    </message>
    <message>
        <source>Enabled: {text}</source>
        <translation>启用：{text}</translation>
    </message>
    <message>
        <source>stopped here</source>
        <translation>停在这里</translation>
    </message>
    <message>
        <source>not in this lesson</source>
        <translation>本课没有</translation>
    </message>
    <message>
        <source>hit once</source>
        <translation>命中 1 次</translation>
    </message>
    <message>
        <source>hit {n} times</source>
        <translation>命中 {n} 次</translation>
    </message>
    <message>
        <source>disabled</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Double-click or Enter: change. Space: enable or disable. Del: delete.</source>
        <translation>双击或回车：修改。空格：启用或停用。Del：删除。</translation>
    </message>
</context>
<context>
    <name>Browse</name>
    <message>
        <source>true</source>
        <translation>真实</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>{wrong} of {count} wrong, the furthest from 0.5 first</source>
        <translation>{count} 个中错 {wrong} 个，离 0.5 最远的在前</translation>
    </message>
    <message>
        <source>{wrong} of {count} wrong, the surest first</source>
        <translation>{count} 个中错 {wrong} 个，最有把握的在前</translation>
    </message>
    <message>
        <source>{wrong} of {count} wrong, the largest output first</source>
        <translation>{count} 个中错 {wrong} 个，输出最大的在前</translation>
    </message>
</context>
<context>
    <name>BuildDialog</name>
    <message>
        <source>Build a network</source>
        <translation>搭建网络</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Back to what stood here before another lesson was chosen</source>
        <translation>回到选择其他课程之前的内容</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Go to the field that this is about</source>
        <translation>转到这里所说的字段</translation>
    </message>
    <message>
        <source>Fit the net to the data</source>
        <translation>让网络适应数据</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Start a new run of this lesson</source>
        <translation>用本课开始新的运行</translation>
    </message>
    <message>
        <source>The Build panel</source>
        <translation>“搭建”面板</translation>
    </message>
    <message>
        <source>The open lesson: {title}</source>
        <translation>已打开的课程：{title}</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Start from a lesson file</source>
        <translation>以课程文件为起点</translation>
    </message>
    <message>
        <source>Lessons (*.toml)</source>
        <translation>课程 (*.toml)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>正在打开 {name}…</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>every {n}</source>
        <translation>每 {n} 批</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>可以开始</translation>
    </message>
    <message>
        <source>Use {sizes}</source>
        <translation>使用 {sizes}</translation>
    </message>
    <message>
        <source>Save the lesson</source>
        <translation>保存课程</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>{path} could not be written: {reason}</source>
        <translation>无法写入 {path}：{reason}</translation>
    </message>
    <message>
        <source>Saved as {path}</source>
        <translation>已保存为 {path}</translation>
    </message>
</context>
<context>
    <name>BuildPanel</name>
    <message>
        <source>Build a network</source>
        <translation>搭建网络</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>搭建</translation>
    </message>
    <message>
        <source>Start a new run</source>
        <translation>开始新的运行</translation>
    </message>
    <message>
        <source>The run before stays under File, Earlier runs</source>
        <translation>之前的运行保留在“文件”菜单的“先前的训练”中</translation>
    </message>
    <message>
        <source>Fit the net to the data</source>
        <translation>让网络适应数据</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃更改</translation>
    </message>
    <message>
        <source>Back to the network that is running</source>
        <translation>回到正在运行的网络</translation>
    </message>
    <message>
        <source>More…</source>
        <translation>更多…</translation>
    </message>
    <message>
        <source>All keys of the lesson, with what stands here, to be saved, too</source>
        <translation>课程的全部设置，带上这里的内容，也可保存</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>{n} more</source>
        <translation>另有 {n} 项</translation>
    </message>
    <message>
        <source>New: {changes}</source>
        <translation>新运行：{changes}</translation>
    </message>
    <message>
        <source>The network that is running. What you change here becomes a new run.</source>
        <translation>正在运行的网络。在这里所做的更改会成为新的运行。</translation>
    </message>
    <message>
        <source>Use {sizes}</source>
        <translation>使用 {sizes}</translation>
    </message>
</context>
<context>
    <name>BusyBar</name>
    <message>
        <source>Under way</source>
        <translation>进行中</translation>
    </message>
</context>
<context>
    <name>CellEditor</name>
    <message>
        <source>New value of {name}</source>
        <translation>{name} 的新值</translation>
    </message>
    <message>
        <source>Only a finite number can stand here, such as 0.5 or -2e-3, at most {most} in magnitude.</source>
        <translation>这里只能填有限的数，如 0.5 或 -2e-3，绝对值不超过 {most}。</translation>
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
        <source>The larger distance of the two from the value here, divided by the larger of the two numbers compared, or by 1/100 of the gradient&apos;s largest cell if that is more. 0: they agree in every digit</source>
        <translation>两者与本课的值之差中较大的一个，除以所比较的两个数中较大的那个；若该梯度最大一格的 1/100 更大，则除以它。0：每一位都相同</translation>
    </message>
    <message>
        <source>Not computed yet in this batch; differences and autograd say what is to come</source>
        <translation>本批次尚未计算；差分与自动求导给出即将得到的值</translation>
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
        <source>{count}; at kinks: {kinks}</source>
        <translation>{count}；在折点处：{kinks}</translation>
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
        <source>✓ {count} of {total} gradients verified</source>
        <translation>✓ {total} 个梯度中有 {count} 个已验证</translation>
    </message>
    <message>
        <source>, {count} of them at kinks alone</source>
        <translation>，其中 {count} 个仅在折点处</translation>
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
    <name>CompareDialog</name>
    <message>
        <source>Compare runs</source>
        <translation>比较运行</translation>
    </message>
    <message>
        <source>What is different</source>
        <translation>不同之处</translation>
    </message>
    <message>
        <source>Its value in each run</source>
        <translation>它在各次运行中的值</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Which curves</source>
        <translation>显示哪些曲线</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>loss, smoothed</source>
        <translation>损失（平滑）</translation>
    </message>
    <message>
        <source>train accuracy, smoothed</source>
        <translation>训练准确率（平滑）</translation>
    </message>
    <message>
        <source>Amount by which they part</source>
        <translation>判定分开的差值</translation>
    </message>
    <message>
        <source>Array whose difference is shown</source>
        <translation>显示哪个数组的差</translation>
    </message>
    <message>
        <source>Run that is taken from the first</source>
        <translation>从第一次运行中减去的运行</translation>
    </message>
    <message>
        <source>array</source>
        <translation>数组</translation>
    </message>
    <message>
        <source>which run less which</source>
        <translation>哪次运行减哪次</translation>
    </message>
    <message>
        <source>Batch whose difference is shown</source>
        <translation>显示哪个批次之后的差</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Run to be opened</source>
        <translation>要打开的运行</translation>
    </message>
    <message>
        <source>Different</source>
        <translation>不同项</translation>
    </message>
    <message>
        <source>they part by more than</source>
        <translation>分开超过</translation>
    </message>
    <message>
        <source>Give {least} to {most} values, one for each run.</source>
        <translation>请给出 {least} 到 {most} 个值，每次运行一个。</translation>
    </message>
    <message>
        <source>{n} runs: {key} = {others} compared with {first}.</source>
        <translation>{n} 次运行：{key} = {others} 与 {first} 比较。</translation>
    </message>
    <message>
        <source>run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>after batch {n}</source>
        <translation>第 {n} 批之后</translation>
    </message>
    <message>
        <source>{a} and {b}</source>
        <translation>{a} 和 {b}</translation>
    </message>
    <message>
        <source>When the runs have ended, any array of one less that of another is drawn here as a heatmap, after any batch: blue where it is less, red where it is more.</source>
        <translation>运行结束后，此处以热图显示任一批次之后一次运行的数组减去另一次的：较小处为蓝，较大处为红。</translation>
    </message>
    <message>
        <source>All runs take the same examples in the same order.</source>
        <translation>所有运行以相同顺序使用相同样本。</translation>
    </message>
    <message>
        <source>All runs take the same examples in the same order, that of the first run. Opened by themselves, the others shuffle them differently, because the order, too, comes from the seed.</source>
        <translation>所有运行以相同顺序（第一次运行的顺序）使用相同样本。单独打开时，其他运行的打乱顺序不同，因为顺序也来自种子。</translation>
    </message>
    <message>
        <source>The runs take different batches, because {keys} is different: their curves, weights and biases can be compared, what belongs to a batch cannot.</source>
        <translation>由于 {keys} 不同，各运行使用不同的批次：曲线、权重和偏置可以比较，属于某个批次的数组不能。</translation>
    </message>
    <message>
        <source>They start from the same weights and biases.</source>
        <translation>它们从相同的权重和偏置开始。</translation>
    </message>
    <message>
        <source>They start from different weights and biases.</source>
        <translation>它们从不同的权重和偏置开始。</translation>
    </message>
    <message>
        <source>Their weights have different shapes.</source>
        <translation>它们的权重形状不同。</translation>
    </message>
    <message>
        <source>The run with {name} diverged ({why}); all stand after batch {n}.</source>
        <translation>{name} 的运行发散了（{why}）；所有运行停在批次 {n} 之后。</translation>
    </message>
    <message>
        <source>{first} less {other}</source>
        <translation>{first} 减 {other}</translation>
    </message>
    <message>
        <source>No batch was finished by all runs.</source>
        <translation>没有所有运行都完成的批次。</translation>
    </message>
    <message>
        <source>all weights and biases</source>
        <translation>所有权重和偏置</translation>
    </message>
    <message>
        <source>Choose one array to see its difference cell by cell.</source>
        <translation>选择一个数组以逐格查看差值。</translation>
    </message>
    <message>
        <source>weights and biases</source>
        <translation>权重和偏置</translation>
    </message>
    <message>
        <source>The amount must be a number that is not negative.</source>
        <translation>差值必须是非负数。</translation>
    </message>
    <message>
        <source>{array}: the runs first part by more than {amount} in batch {n}.</source>
        <translation>{array}：各运行在批次 {n} 首次相差超过 {amount}。</translation>
    </message>
    <message>
        <source>{array}: looking, batch {n} of {total}…</source>
        <translation>{array}：正在查找，批次 {n}/{total}…</translation>
    </message>
    <message>
        <source>{array}: the runs never part by more than {amount}; the largest difference is {x}.</source>
        <translation>{array}：各运行相差从未超过 {amount}；最大差值为 {x}。</translation>
    </message>
</context>
<context>
    <name>ComparePlot</name>
    <message>
        <source>Curves of the runs: arrow keys choose the batch whose difference is shown</source>
        <translation>各运行的曲线：方向键选择显示差值的批次</translation>
    </message>
    <message>
        <source>Compare trains the runs on the same batches; here their curves are drawn over each other, and below how far they are apart after each batch.</source>
        <translation>“比较”用相同的批次训练各次运行；此处叠画它们的曲线，下方是每批之后相差多少。</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>train accuracy</source>
        <translation>训练准确率</translation>
    </message>
    <message>
        <source>largest difference of {array} from the first run</source>
        <translation>{array} 与第一次运行的最大差值</translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation>第 {n} 批</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>差</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>they part</source>
        <translation>分开</translation>
    </message>
</context>
<context>
    <name>Confusion</name>
    <message>
        <source>Confusion matrix: arrow keys move, Enter opens a cell&apos;s images</source>
        <translation>混淆矩阵：方向键移动，回车打开单元格中的图像</translation>
    </message>
    <message>
        <source>{count} of {whole} examples of {true} were taken for {predicted}</source>
        <translation>{whole} 个 {true} 中有 {count} 个被认作 {predicted}</translation>
    </message>
    <message>
        <source>{count} of {whole} examples of {true} were recognised</source>
        <translation>{whole} 个 {true} 中认对 {count} 个</translation>
    </message>
    <message>
        <source>predicted class</source>
        <translation>预测类别</translation>
    </message>
    <message>
        <source>sum</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>right</source>
        <translation>正确</translation>
    </message>
    <message>
        <source>true class</source>
        <translation>真实类别</translation>
    </message>
</context>
<context>
    <name>CsvDialog</name>
    <message>
        <source>Data from a CSV file</source>
        <translation>来自 CSV 文件的数据</translation>
    </message>
    <message>
        <source>No file chosen yet</source>
        <translation>尚未选择文件</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>CSV 文件</translation>
    </message>
    <message>
        <source>Choose file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>comma ,</source>
        <translation>逗号 ,</translation>
    </message>
    <message>
        <source>semicolon ;</source>
        <translation>分号 ;</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>制表符</translation>
    </message>
    <message>
        <source>bar |</source>
        <translation>竖线 |</translation>
    </message>
    <message>
        <source>space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>point 1.5</source>
        <translation>点 1.5</translation>
    </message>
    <message>
        <source>comma 1,5</source>
        <translation>逗号 1,5</translation>
    </message>
    <message>
        <source>names</source>
        <translation>列名</translation>
    </message>
    <message>
        <source>data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>分隔符</translation>
    </message>
    <message>
        <source>Decimal sign</source>
        <translation>小数点</translation>
    </message>
    <message>
        <source>First row</source>
        <translation>第一行</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Target is a</source>
        <translation>目标类型</translation>
    </message>
    <message>
        <source>Rows to test</source>
        <translation>测试行</translation>
    </message>
    <message>
        <source>Seed of the split</source>
        <translation>划分种子</translation>
    </message>
    <message>
        <source>Standardise the inputs</source>
        <translation>标准化输入</translation>
    </message>
    <message>
        <source>Takes the mean of the training rows out of each input and divides it by their deviation</source>
        <translation>每个输入减去训练行的均值，再除以其标准差</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入列</translation>
    </message>
    <message>
        <source>First rows of the file</source>
        <translation>文件的前几行</translation>
    </message>
    <message>
        <source>Use this data</source>
        <translation>使用这些数据</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Tables as text (*.csv *.tsv *.txt);;All files (*)</source>
        <translation>文本表格 (*.csv *.tsv *.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose a CSV file</source>
        <translation>选择 CSV 文件</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>The file could not be read: {error}</source>
        <translation>无法读取文件：{error}</translation>
    </message>
    <message>
        <source>{encoding} text; rows: {rows}, columns: {columns}</source>
        <translation>{encoding} 文本；{rows} 行，{columns} 列</translation>
    </message>
    <message>
        <source>auto: {value}</source>
        <translation>自动：{value}</translation>
    </message>
    <message>
        <source>{name} (words)</source>
        <translation>{name}（文字）</translation>
    </message>
    <message>
        <source>1 input</source>
        <translation>1 个输入</translation>
    </message>
    <message>
        <source>{n} inputs</source>
        <translation>{n} 个输入</translation>
    </message>
    <message>
        <source>1 number to predict</source>
        <translation>预测 1 个数</translation>
    </message>
    <message>
        <source>{n} classes ({names})</source>
        <translation>{n} 个类别（{names}）</translation>
    </message>
    <message>
        <source>not standardised</source>
        <translation>未标准化</translation>
    </message>
    <message>
        <source>inputs standardised by mean and deviation of the training rows</source>
        <translation>输入按训练行的均值和标准差标准化</translation>
    </message>
    <message>
        <source>{inputs}, {outputs}; {train} rows to train, {test} to test; {scaled}.</source>
        <translation>{inputs}，{outputs}；{train} 行训练，{test} 行测试；{scaled}。</translation>
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
        <source>loss test</source>
        <translation>测试损失</translation>
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
    <name>DataView</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>{train} + {test} test</source>
        <translation>{train} + {test} 测试</translation>
    </message>
    <message>
        <source>{train} training examples</source>
        <translation>{train} 个训练样本</translation>
    </message>
</context>
<context>
    <name>Diagram</name>
    <message>
        <source>exactly 0, below a logarithmic axis</source>
        <translation>恰为 0，在对数轴之下</translation>
    </message>
    <message>
        <source>too small for this axis</source>
        <translation>太小，超出此轴</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 项</translation>
    </message>
</context>
<context>
    <name>DownloadDialog</name>
    <message>
        <source>Get {name}</source>
        <translation>获取 {name}</translation>
    </message>
    <message>
        <source>About {fetched} MB to download; {kept} MB will be kept in {folder}</source>
        <translation>约需下载 {fetched} MB；{kept} MB 将保存在 {folder}</translation>
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
    <name>Draw</name>
    <message>
        <source>The net sees</source>
        <translation>网络看到的</translation>
    </message>
    <message>
        <source>Undo stroke</source>
        <translation>撤销一笔</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Run it forward step by step</source>
        <translation>逐步前向运行</translation>
    </message>
    <message>
        <source>Draw with the mouse</source>
        <translation>用鼠标绘制</translation>
    </message>
    <message>
        <source>8 × 8: blocks of 4 × 4 counted, after fitting the ink to the height.</source>
        <translation>8 × 8：笔迹撑满高度后，按 4 × 4 方块计数。</translation>
    </message>
    <message>
        <source>{rows} × {columns}: fitted into {box}, centre of mass in the middle, as in MNIST.</source>
        <translation>{rows} × {columns}：缩放到 {box}，重心居中，与 MNIST 相同。</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Outputs</source>
        <translation>输出</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>{name} must be {what}, not {value}</source>
        <translation>{name} 必须是{what}，不能是 {value}</translation>
    </message>
    <message>
        <source>{name} must be a finite number, not {value}</source>
        <translation>{name} 必须是有限的数，不能是 {value}</translation>
    </message>
    <message>
        <source>{section} must be a section, not {value}</source>
        <translation>{section} 必须是一节，不能是 {value}</translation>
    </message>
    <message>
        <source>{section} is not a section</source>
        <translation>{section} 不是一节</translation>
    </message>
    <message>
        <source>unknown key {key}; allowed here: {names}</source>
        <translation>未知的键 {key}；此处可用：{names}</translation>
    </message>
    <message>
        <source>{key} = {value} is not known; allowed: {names}</source>
        <translation>{key} = {value} 无法识别；可用：{names}</translation>
    </message>
    <message>
        <source>{key} = {value} must be {sign} {low}</source>
        <translation>{key} = {value}，但必须 {sign} {low}</translation>
    </message>
    <message>
        <source>{key} = {value} must be {sign} {low} and &lt;= {high}</source>
        <translation>{key} = {value}，但必须 {sign} {low} 且 &lt;= {high}</translation>
    </message>
    <message>
        <source>{key} = {value} must be &gt;= {low} and &lt; {high}</source>
        <translation>{key} = {value}，但必须 &gt;= {low} 且 &lt; {high}</translation>
    </message>
    <message>
        <source>{key} is missing</source>
        <translation>缺少 {key}</translation>
    </message>
    <message>
        <source>and {n} more fault</source>
        <translation>另有 {n} 处错误</translation>
    </message>
    <message>
        <source>and {n} more faults</source>
        <translation>另有 {n} 处错误</translation>
    </message>
    <message>
        <source>there is no lesson {name}; the shipped lessons are {names}, and a path to a .toml file works too</source>
        <translation>没有课程 {name}；自带的课程有 {names}，也可以给出 .toml 文件的路径</translation>
    </message>
    <message>
        <source>larger than {most} MB, the most a lesson file may have</source>
        <translation>超过 {most} MB，这是课程文件的上限</translation>
    </message>
    <message>
        <source>cannot be read: {why}</source>
        <translation>无法读取：{why}</translation>
    </message>
    <message>
        <source>is not UTF-8 text (byte {at})</source>
        <translation>不是 UTF-8 文本（第 {at} 字节）</translation>
    </message>
    <message>
        <source>is not valid TOML: {why}</source>
        <translation>不是有效的 TOML：{why}</translation>
    </message>
    <message>
        <source>would have {size} MB; the most a lesson file may have is {most} MB</source>
        <translation>将达到 {size} MB；课程文件最多 {most} MB</translation>
    </message>
    <message>
        <source>{text} holds a character that no file can have</source>
        <translation>{text} 含有文件中不能有的字符</translation>
    </message>
    <message>
        <source>format = {value} is not known to this version, which reads format = {format}</source>
        <translation>此版本不认识 format = {value}，只能读取 format = {format}</translation>
    </message>
    <message>
        <source>id = {value} must be 1 to 64 letters, digits, &apos;.&apos;, &apos;_&apos; or &apos;-&apos;</source>
        <translation>id = {value}，但必须由 1 到 64 个字母、数字、“.”、“_”或“-”组成</translation>
    </message>
    <message>
        <source>network.sizes = {sizes} must name at least an input and one layer, as in [2, 1]</source>
        <translation>network.sizes = {sizes}，但至少要有输入和一层，例如 [2, 1]</translation>
    </message>
    <message>
        <source>network.sizes = {sizes}: {size} is out of range, allowed 1 to {most}</source>
        <translation>network.sizes = {sizes}：{size} 超出范围，可用 1 到 {most}</translation>
    </message>
    <message>
        <source>data.image_size = {size} must be rows and columns, each 1 to {most}, as in [28, 28]</source>
        <translation>data.image_size = {size}，但必须是行数和列数，各为 1 到 {most}，例如 [28, 28]</translation>
    </message>
    <message>
        <source>network.activation names {n} activations for {layers} hidden layers; give one name, or one per hidden layer</source>
        <translation>network.activation 给出了 {n} 个激活函数，而隐藏层有 {layers} 个；请给一个名称，或每个隐藏层一个</translation>
    </message>
    <message>
        <source>loss.name = &quot;{loss}&quot; needs network.output = &quot;{needed}&quot;, not &quot;{output}&quot;</source>
        <translation>loss.name = &quot;{loss}&quot; 需要 network.output = &quot;{needed}&quot;，而不是 &quot;{output}&quot;</translation>
    </message>
    <message>
        <source>run.device = &quot;{device}&quot; needs run.executor = &quot;torch&quot;, not &quot;{executor}&quot;</source>
        <translation>run.device = &quot;{device}&quot; 需要 run.executor = &quot;torch&quot;，而不是 &quot;{executor}&quot;</translation>
    </message>
    <message>
        <source>run.device = &quot;mps&quot; has no float64; use run.dtype = &quot;float32&quot;</source>
        <translation>run.device = &quot;mps&quot; 没有 float64；请用 run.dtype = &quot;float32&quot;</translation>
    </message>
    <message>
        <source>data.{key} belongs to data.source = {sources}, not to &quot;{source}&quot;</source>
        <translation>data.{key} 属于 data.source = {sources}，不属于 &quot;{source}&quot;</translation>
    </message>
    <message>
        <source>data.normalize = &quot;{normalize}&quot; is for images; {what}</source>
        <translation>data.normalize = &quot;{normalize}&quot; 用于图像；{what}</translation>
    </message>
    <message>
        <source>evaluation.scale = &quot;raw&quot; needs data.standardise = false, which scales the test rows too</source>
        <translation>evaluation.scale = &quot;raw&quot; 需要 data.standardise = false，因为标准化也会缩放测试行</translation>
    </message>
    <message>
        <source>data.path is empty; it must name {what}</source>
        <translation>data.path 为空；应写出{what}</translation>
    </message>
    <message>
        <source>data.path = {path} may name another computer, because it begins with two slashes; copy the data to this one and name them there</source>
        <translation>data.path = {path} 以两个斜杠开头，可能指向另一台计算机；请把数据复制到本机，再写出本机的路径</translation>
    </message>
    <message>
        <source>data.separator and data.decimal are both &quot;,&quot;; a number could not be told from two</source>
        <translation>data.separator 与 data.decimal 都是 &quot;,&quot;；这样分不清一个数还是两个数</translation>
    </message>
    <message>
        <source>data.target = {names} must name a column, or several different ones</source>
        <translation>data.target = {names}，但必须写出一列，或互不相同的若干列</translation>
    </message>
    <message>
        <source>data.kind = &quot;class&quot; needs one column, but data.target names {n}</source>
        <translation>data.kind = &quot;class&quot; 只能有一列，而 data.target 写了 {n} 列</translation>
    </message>
    <message>
        <source>data.{key} = {value} is no column; they count from 1</source>
        <translation>data.{key} = {value} 不是列；列从 1 数起</translation>
    </message>
    <message>
        <source>data.inputs names the target; what is to be predicted cannot be an input</source>
        <translation>data.inputs 中有目标列；要预测的不能作为输入</translation>
    </message>
    <message>
        <source>network.sizes = {sizes} does not fit data.source = {source}, which has {what}; network.sizes = {fitting} would</source>
        <translation>network.sizes = {sizes} 与 data.source = {source} 不符，它有 {what}；network.sizes = {fitting} 就相符</translation>
    </message>
    <message>
        <source>loss.name = &quot;cross_entropy&quot; needs a share for each class, not one output that is 0 or 1; use binary_cross_entropy, or 2 outputs</source>
        <translation>loss.name = &quot;cross_entropy&quot; 需要每个类别的概率，而不是一个为 0 或 1 的输出；请用 binary_cross_entropy，或 2 个输出</translation>
    </message>
    <message>
        <source>loss.name = &quot;{loss}&quot; is for classes; a curve has numbers, as &quot;mse&quot; takes them</source>
        <translation>loss.name = &quot;{loss}&quot; 用于类别；曲线的目标是数值，可用 &quot;mse&quot;</translation>
    </message>
    <message>
        <source>evaluation.examples must be 0 for points, which have no test examples</source>
        <translation>数据为 points 时 evaluation.examples 必须为 0，因为没有测试样本</translation>
    </message>
    <message>
        <source>evaluation.examples = {n} must be 0: {why}</source>
        <translation>evaluation.examples = {n}，但必须为 0：{why}</translation>
    </message>
    <message>
        <source>evaluation.examples must be 0: the data have no test examples (data.test_share = 0)</source>
        <translation>evaluation.examples 必须为 0：数据没有测试样本（data.test_share = 0）</translation>
    </message>
    <message>
        <source>data.x is empty; give at least one example, as in x = [[1.0, 1.0]]</source>
        <translation>data.x 为空；请至少给出一个样本，例如 x = [[1.0, 1.0]]</translation>
    </message>
    <message>
        <source>data.x has {n} examples but data.y has {m}; they must be as many</source>
        <translation>data.x 有 {n} 个样本，而 data.y 有 {m} 个；两者必须一样多</translation>
    </message>
    <message>
        <source>data.{name}[{row}] has {n} numbers, but network.sizes = {sizes} asks for {wanted}</source>
        <translation>data.{name}[{row}] 有 {n} 个数，而 network.sizes = {sizes} 要求 {wanted} 个</translation>
    </message>
    <message>
        <source>data.y[{row}] = {value}: {why}</source>
        <translation>data.y[{row}] = {value} 不可用：{why}</translation>
    </message>
    <message>
        <source>a target is {value}: {why}</source>
        <translation>有一个目标是 {value}：{why}</translation>
    </message>
    <message>
        <source>data.batch_size = {size} is more than the {n} examples and data.drop_last drops the only batch</source>
        <translation>data.batch_size = {size} 多于 {n} 个样本，而 data.drop_last 会丢弃这唯一的一批</translation>
    </message>
    <message>
        <source>init.W has {n} matrices for {layers} layers; give one per layer</source>
        <translation>init.W 有 {n} 个矩阵，而网络有 {layers} 层；请每层给一个</translation>
    </message>
    <message>
        <source>init.b has {n} vectors; this network needs {wanted}</source>
        <translation>init.b 有 {n} 个向量；这个网络需要 {wanted} 个</translation>
    </message>
    <message>
        <source>init.W[{index}] must have {rows} rows of {columns} numbers (W{layer} is n_in x n_out)</source>
        <translation>init.W[{index}] 必须有 {rows} 行，每行 {columns} 个数（W{layer} 为 n_in x n_out）</translation>
    </message>
    <message>
        <source>init.b[{index}] must have {n} numbers, not {found}</source>
        <translation>init.b[{index}] 必须有 {n} 个数，而不是 {found} 个</translation>
    </message>
    <message>
        <source>init.high = {high} must not be below init.low = {low}</source>
        <translation>init.high = {high} 不能小于 init.low = {low}</translation>
    </message>
    <message>
        <source>{key} = {number} is beyond run.dtype = &quot;{dtype}&quot;, allowed up to {largest}</source>
        <translation>{key} = {number} 超出 run.dtype = &quot;{dtype}&quot; 的范围，最大可用 {largest}</translation>
    </message>
    <message>
        <source>{number} in the data is beyond run.dtype = &quot;{dtype}&quot;, allowed up to {largest}</source>
        <translation>数据中的 {number} 超出 run.dtype = &quot;{dtype}&quot; 的范围，最大可用 {largest}</translation>
    </message>
    <message>
        <source>network.sizes = {sizes} does not fit the data, which have {what}; with {fitting} it would</source>
        <translation>network.sizes = {sizes} 与数据不符，数据有 {what}；改为 {fitting} 就相符</translation>
    </message>
    <message>
        <source>{key} cannot change during a run; these can: {names}</source>
        <translation>{key} 在训练中不能改变；可以改变的有：{names}</translation>
    </message>
    <message>
        <source>{array} cannot be typed; weights, biases, inputs and targets can</source>
        <translation>{array} 不能手动改动；权重、偏置、输入和目标可以</translation>
    </message>
    <message>
        <source>there is no line {number} of this run</source>
        <translation>本次训练没有分支 {number}</translation>
    </message>
    <message>
        <source>batch {batch} cannot be gone to: the run has {n} finished batches</source>
        <translation>无法转到第 {batch} 批：本次训练完成了 {n} 批</translation>
    </message>
    <message>
        <source>{array}[{row}, {column}] does not exist in batch {batch}</source>
        <translation>第 {batch} 批中没有 {array}[{row}, {column}]</translation>
    </message>
    <message>
        <source>{array}[{row}, {column}] does not exist: {name} of batch {batch} is {rows} x {columns}</source>
        <translation>没有 {array}[{row}, {column}]：第 {batch} 批的 {name} 是 {rows} x {columns}</translation>
    </message>
    <message>
        <source>{value} cannot be a number of {array}: {dtype} holds finite numbers only</source>
        <translation>{value} 不能作为 {array} 中的数：{dtype} 只能是有限的数</translation>
    </message>
    <message>
        <source>{array}[{row}, {column}] is no cell of a parameter</source>
        <translation>{array}[{row}, {column}] 不是参数的单元格</translation>
    </message>
    <message>
        <source>training stopped: {array} ({what}) is no longer a finite number in batch {batch}</source>
        <translation>训练停止：在第 {batch} 批，{array}（{what}）不再是有限的数</translation>
    </message>
    <message>
        <source>The run is being taken up; Reset gives it up.</source>
        <translation>正在接续这次训练；点击“重置”可放弃。</translation>
    </message>
    <message>
        <source>The numbers differ from the recording&apos;s: it was made on another machine or with other versions.</source>
        <translation>数值与记录不同：记录来自另一台计算机，或使用了其他版本。</translation>
    </message>
    <message>
        <source>not enough memory for this lesson</source>
        <translation>内存不足，无法打开本课</translation>
    </message>
    <message>
        <source>{lesson} could not be prepared ({kind}: {why})</source>
        <translation>无法准备 {lesson}（{kind}：{why}）</translation>
    </message>
    <message>
        <source>The gradients of this batch are not complete: {n} steps are still to come.</source>
        <translation>这一批的梯度还不完整：还有 {n} 步要做。</translation>
    </message>
    <message>
        <source>A gradient is no longer a finite number, so there is no direction to go in.</source>
        <translation>有梯度不再是有限的数，因此没有可走的方向。</translation>
    </message>
    <message>
        <source>The loss of this batch is no longer a finite number.</source>
        <translation>这一批的损失不再是有限的数。</translation>
    </message>
    <message>
        <source>{array} is not a finite number, so there are no gradients to check</source>
        <translation>{array} 不是有限的数，因此没有梯度可以检验</translation>
    </message>
    <message>
        <source>{array} has no gradient to check</source>
        <translation>{array} 没有可检验的梯度</translation>
    </message>
    <message>
        <source>this lesson has no array {array}</source>
        <translation>本课没有数组 {array}</translation>
    </message>
    <message>
        <source>{array} has no cell {cell}: it is {shape}</source>
        <translation>{array} 没有单元格 {cell}：它的形状是 {shape}</translation>
    </message>
    <message>
        <source>the check was stopped</source>
        <translation>检验已中止</translation>
    </message>
    <message>
        <source>PyTorch could not be loaded: {why}</source>
        <translation>无法加载 PyTorch：{why}</translation>
    </message>
    <message>
        <source>run.executor = &quot;torch&quot;: {why}. &quot;numpy&quot; and &quot;compiled&quot; do without it</source>
        <translation>run.executor = &quot;torch&quot;：{why}。&quot;numpy&quot; 和 &quot;compiled&quot; 不需要它</translation>
    </message>
    <message>
        <source>run.device = &quot;{device}&quot;: {why}; allowed here: {devices} (&quot;cpu&quot; gives the same numbers to rounding)</source>
        <translation>run.device = &quot;{device}&quot;：{why}；此处可用：{devices}（&quot;cpu&quot; 给出相同的数值，仅舍入不同）</translation>
    </message>
    <message>
        <source>init.rng = &quot;torch&quot;: {why}. init.rng = &quot;numpy&quot; does without it, and starts from other numbers</source>
        <translation>init.rng = &quot;torch&quot;：{why}。init.rng = &quot;numpy&quot; 不需要它，但起始的数值不同</translation>
    </message>
    <message>
        <source>The value must be a finite number such as 0.1, not {what}.</source>
        <translation>值必须是有限的数，例如 0.1，不能是 {what}。</translation>
    </message>
    <message>
        <source>The {name} must be a whole number from {least}, not {what}.</source>
        <translation>{name} 必须是不小于 {least} 的整数，不能是 {what}。</translation>
    </message>
    <message>
        <source>The {name} must be one of {names}, not {what}.</source>
        <translation>{name} 必须是 {names} 之一，不能是 {what}。</translation>
    </message>
    <message>
        <source>There is no layer {layer}; this lesson has layers 1 to {layers}.</source>
        <translation>没有第 {layer} 层；本课有第 1 到 {layers} 层。</translation>
    </message>
    <message>
        <source>There is no step {step}; a batch of this lesson has steps 1 to {steps}.</source>
        <translation>没有第 {step} 步；本课每批有第 1 到 {steps} 步。</translation>
    </message>
    <message>
        <source>The {what} cannot cross {value}; it goes from 0 to 1.</source>
        <translation>{what}不会越过 {value}；它在 0 到 1 之间。</translation>
    </message>
    <message>
        <source>The {what} is that of the whole net; it has no layer.</source>
        <translation>{what}属于整个网络，不分层。</translation>
    </message>
    <message>
        <source>This lesson has no classes, so there is no accuracy; stop at its loss instead.</source>
        <translation>本课没有类别，因此没有准确率；请改为按损失停下。</translation>
    </message>
    <message>
        <source>This lesson measures no test accuracy: its evaluation.examples is 0.</source>
        <translation>本课不测量测试准确率：其 evaluation.examples 为 0。</translation>
    </message>
    <message>
        <source>No layer of this lesson is {allowed}, so there is no {what}.</source>
        <translation>本课没有使用 {allowed} 的层，因此没有{what}。</translation>
    </message>
    <message>
        <source>Layer {layer} of this lesson is not {allowed}, so there is no {what}.</source>
        <translation>本课第 {layer} 层不是 {allowed}，因此没有{what}。</translation>
    </message>
    <message>
        <source>The array of a sign change must be a name such as W2.</source>
        <translation>变号断点的数组必须是名称，例如 W2。</translation>
    </message>
    <message>
        <source>There is no array {array}; there are {names}.</source>
        <translation>没有数组 {array}；可用的有 {names}。</translation>
    </message>
    <message>
        <source>There is no {array}[{row}, {column}]: rows go from 0 to {rows}, columns from 0 to {columns}.</source>
        <translation>没有 {array}[{row}, {column}]：行从 0 到 {rows}，列从 0 到 {columns}。</translation>
    </message>
    <message>
        <source>The watch must be an expression such as abs(dW1).max().</source>
        <translation>监视必须是表达式，例如 abs(dW1).max()。</translation>
    </message>
    <message>
        <source>enabled must be true or false.</source>
        <translation>enabled 必须是 true 或 false。</translation>
    </message>
    <message>
        <source>A breakpoint must be a table of names and values.</source>
        <translation>断点必须是由名称和值组成的表。</translation>
    </message>
    <message>
        <source>The kind of a breakpoint must be one of {names}, not {what}.</source>
        <translation>断点类型必须是 {names} 之一，不能是 {what}。</translation>
    </message>
    <message>
        <source>A breakpoint of kind {kind} has no {key}.</source>
        <translation>{kind} 类型的断点没有 {key}。</translation>
    </message>
    <message>
        <source>A breakpoint of kind {kind} lacks its {key}.</source>
        <translation>{kind} 类型的断点缺少 {key}。</translation>
    </message>
    <message>
        <source>There is a breakpoint for that already: number {number}.</source>
        <translation>已经有这样的断点：编号 {number}。</translation>
    </message>
    <message>
        <source>Type an expression over the arrays, such as abs(dW1).max().</source>
        <translation>请输入由数组构成的表达式，例如 abs(dW1).max()。</translation>
    </message>
    <message>
        <source>The expression has {n} characters; {most} are allowed.</source>
        <translation>表达式有 {n} 个字符；最多 {most} 个。</translation>
    </message>
    <message>
        <source>The expression is nested deeper than {most} levels.</source>
        <translation>表达式的嵌套超过 {most} 层。</translation>
    </message>
    <message>
        <source>The expression is nested deeper than {most} levels; take it apart.</source>
        <translation>表达式的嵌套超过 {most} 层；请把它拆开。</translation>
    </message>
    <message>
        <source>Character {at}: {text} cannot be read here; write an expression such as norm(dW1) / norm(W1).</source>
        <translation>第 {at} 个字符：此处的 {text} 无法读取；请写表达式，例如 norm(dW1) / norm(W1)。</translation>
    </message>
    <message>
        <source>Character {at}: there is no array {name}; there are {names}.</source>
        <translation>第 {at} 个字符：没有数组 {name}；可用的有 {names}。</translation>
    </message>
    <message>
        <source>Character {at}: the sign {what} has no meaning here; {allowed}.</source>
        <translation>第 {at} 个字符：符号 {what} 在此没有意义；{allowed}。</translation>
    </message>
    <message>
        <source>Character {at}: a sign is missing after the number; write numbers as in 0.5 or 1e-3.</source>
        <translation>第 {at} 个字符：数的后面缺少运算符；数写作 0.5 或 1e-3。</translation>
    </message>
    <message>
        <source>Character {at}: {what}; {allowed}.</source>
        <translation>第 {at} 个字符：{what}；{allowed}。</translation>
    </message>
    <message>
        <source>There is no array {array} in this lesson.</source>
        <translation>本课没有数组 {array}。</translation>
    </message>
    <message>
        <source>{text} is {shape} numbers, not one; pick a cell as in W1[0, 1], or take .max(), .mean() or norm(…) of it.</source>
        <translation>{text} 是 {shape} 个数，而不是一个；请像 W1[0, 1] 那样取一个单元格，或对它取 .max()、.mean() 或 norm(…)。</translation>
    </message>
    <message>
        <source>{a} @ {b} in {text}: the columns of the left must be as many as the rows of the right.</source>
        <translation>{text} 中的 {a} @ {b}：左边的列数必须等于右边的行数。</translation>
    </message>
    <message>
        <source>{a} @ {b} in {text} takes too long for every batch.</source>
        <translation>{text} 中的 {a} @ {b} 对每一批来说都太慢。</translation>
    </message>
    <message>
        <source>{text} makes {n} numbers; {most} are allowed.</source>
        <translation>{text} 得到 {n} 个数；最多 {most} 个。</translation>
    </message>
    <message>
        <source>{name} along axis {axis} in {text}: {what} has no such axis.</source>
        <translation>{text} 中沿轴 {axis} 的 {name}：{what} 没有这个轴。</translation>
    </message>
    <message>
        <source>[{index}] picks no cell of {what}; rows and columns count from 0.</source>
        <translation>[{index}] 没有取到 {what} 的任何单元格；行和列从 0 数起。</translation>
    </message>
    <message>
        <source>There is no [{index}] in {what}; rows and columns count from 0.</source>
        <translation>{what} 中没有 [{index}]；行和列从 0 数起。</translation>
    </message>
    <message>
        <source>{what} and {allowed} do not go together in {text}; shapes must be equal, or one a row, a column or a number.</source>
        <translation>{text} 中的 {what} 与 {allowed} 不能一起运算；形状必须相同，或其中之一是一行、一列或一个数。</translation>
    </message>
    <message>
        <source>{path} is not a file.</source>
        <translation>{path} 不是文件。</translation>
    </message>
    <message>
        <source>{path} is empty.</source>
        <translation>{path} 是空的。</translation>
    </message>
    <message>
        <source>{path} cannot be read ({why}).</source>
        <translation>无法读取 {path}（{why}）。</translation>
    </message>
    <message>
        <source>{path} is larger than {most} MB, the most that a CSV file may have.</source>
        <translation>{path} 超过 {most} MB，这是 CSV 文件的上限。</translation>
    </message>
    <message>
        <source>{path} is UTF-16 text; save it as UTF-8.</source>
        <translation>{path} 是 UTF-16 文本；请另存为 UTF-8。</translation>
    </message>
    <message>
        <source>{path} is not UTF-8 text: byte {at} (0x{byte}, in line {line}) does not belong there; save the file as UTF-8.</source>
        <translation>{path} 不是 UTF-8 文本：第 {at} 字节（0x{byte}，第 {line} 行）不应出现；请把文件另存为 UTF-8。</translation>
    </message>
    <message>
        <source>{path} is not a text file: line {line} holds a byte of 0.</source>
        <translation>{path} 不是文本文件：第 {line} 行含有值为 0 的字节。</translation>
    </message>
    <message>
        <source>{path} has {n} columns, more than the {most} that a CSV file may have.</source>
        <translation>{path} 有 {n} 列，超过 CSV 文件的上限 {most} 列。</translation>
    </message>
    <message>
        <source>{path} has more than {most} rows, the most that a CSV file may have.</source>
        <translation>{path} 超过 {most} 行，这是 CSV 文件的上限。</translation>
    </message>
    <message>
        <source>{path} has no rows.</source>
        <translation>{path} 没有数据行。</translation>
    </message>
    <message>
        <source>{path} has no rows below its header.</source>
        <translation>{path} 在标题行下面没有数据行。</translation>
    </message>
    <message>
        <source>{path}, line {line}: the row cannot be taken apart ({why}).</source>
        <translation>{path}，第 {line} 行：这一行无法拆分（{why}）。</translation>
    </message>
    <message>
        <source>{path}, line {line}: the row has {what}, but line {first} has {width}.</source>
        <translation>{path}，第 {line} 行：这一行有 {what}，而第 {first} 行有 {width} 个。</translation>
    </message>
    <message>
        <source>{path}, line {line}, column {column} &quot;{name}&quot;: {what}.</source>
        <translation>{path}，第 {line} 行，第 {column} 列“{name}”：{what}。</translation>
    </message>
    <message>
        <source>{path}, line {line}, column {column} &quot;{name}&quot;: {what}. A column of words can be left out: data.inputs names the others.</source>
        <translation>{path}，第 {line} 行，第 {column} 列“{name}”：{what}。文字列可以不用：在 data.inputs 中写出其余各列。</translation>
    </message>
    <message>
        <source>{path}, line {line}, column {column} &quot;{name}&quot;: the cell is empty, no class.</source>
        <translation>{path}，第 {line} 行，第 {column} 列“{name}”：单元格是空的，没有类别。</translation>
    </message>
    <message>
        <source>{path}, column {column} &quot;{name}&quot;: more than {most} different cells are too many for classes.</source>
        <translation>{path}，第 {column} 列“{name}”：超过 {most} 种不同的单元格，作为类别太多。</translation>
    </message>
    <message>
        <source>{path}, column {column} &quot;{name}&quot;: one class only, {class_name}; there must be two.</source>
        <translation>{path}，第 {column} 列“{name}”：只有一个类别 {class_name}；必须有两个。</translation>
    </message>
    <message>
        <source>choose a target and at least one input.</source>
        <translation>请选择目标和至少一个输入。</translation>
    </message>
    <message>
        <source>{what} is named twice in data.{key}; it can be {allowed} once.</source>
        <translation>{what}在 data.{key} 中出现两次；它只能{allowed}一次。</translation>
    </message>
    <message>
        <source>{what} is both target and input; it can be only one of them.</source>
        <translation>{what}既是目标又是输入；它只能是其中之一。</translation>
    </message>
    <message>
        <source>every column is a target; at least one must be left as an input.</source>
        <translation>每一列都是目标；至少要留一列作为输入。</translation>
    </message>
    <message>
        <source>data.{key} = {wanted}, but there are only {n} columns.</source>
        <translation>data.{key} = {wanted}，但只有 {n} 列。</translation>
    </message>
    <message>
        <source>there is no column &quot;{wanted}&quot; (data.{key}); there are {names}.</source>
        <translation>没有列“{wanted}”（data.{key}）；可用的有 {names}。</translation>
    </message>
    <message>
        <source>columns {first} and {others} are both named &quot;{wanted}&quot; (data.{key}); give the number instead.</source>
        <translation>第 {first} 列和第 {others} 列都叫“{wanted}”（data.{key}）；请改用列的编号。</translation>
    </message>
    <message>
        <source>The folder {path} cannot be read ({why}).</source>
        <translation>无法读取文件夹 {path}（{why}）。</translation>
    </message>
    <message>
        <source>{path} must hold a folder of pictures for each of at least two classes; it holds {what}.</source>
        <translation>{path} 中每个类别应有一个图像子文件夹，至少两个；现在有{what}。</translation>
    </message>
    <message>
        <source>{path} holds {n} folders, more than {most} classes are not allowed.</source>
        <translation>{path} 中有 {n} 个文件夹，类别不能超过 {most} 个。</translation>
    </message>
    <message>
        <source>{path} holds no pictures; allowed are {names}.</source>
        <translation>{path} 中没有图像；可用的有 {names}。</translation>
    </message>
    <message>
        <source>{path} holds more than {most} pictures, the most allowed.</source>
        <translation>{path} 中的图像超过 {most} 幅，这是上限。</translation>
    </message>
    <message>
        <source>{n} pictures of {rows} x {columns} are more than the {most} pixels allowed in all; a smaller data.image_size helps.</source>
        <translation>{n} 幅 {rows} x {columns} 的图像，总像素超过上限 {most}；可把 data.image_size 改小。</translation>
    </message>
    <message>
        <source>{path} is larger than {most} MB, the most that a picture may have.</source>
        <translation>{path} 超过 {most} MB，这是图像文件的上限。</translation>
    </message>
    <message>
        <source>{path} has more than the {most} pixels that a picture may have.</source>
        <translation>{path} 超过图像的上限 {most} 像素。</translation>
    </message>
    <message>
        <source>{path} has 32 bits per pixel; allowed are pictures of up to 16.</source>
        <translation>{path} 每像素 32 位；最多可用 16 位的图像。</translation>
    </message>
    <message>
        <source>{path} is not a picture, or its beginning is damaged; allowed are {names}.</source>
        <translation>{path} 不是图像，或其开头已损坏；可用的有 {names}。</translation>
    </message>
    <message>
        <source>{path} is damaged: {why}.</source>
        <translation>{path} 已损坏：{why}。</translation>
    </message>
    <message>
        <source>{path} is damaged: {why}; {title} can be downloaded again.</source>
        <translation>{path} 已损坏：{why}；可以重新下载 {title}。</translation>
    </message>
    <message>
        <source>{title} was not found in {folders}; it can be downloaded, or the bundled 8x8 digits can be used instead.</source>
        <translation>在 {folders} 中没有找到 {title}；可以下载，也可以改用自带的 8x8 手写数字。</translation>
    </message>
    <message>
        <source>The data folder {path} cannot be read ({why}).</source>
        <translation>无法读取数据文件夹 {path}（{why}）。</translation>
    </message>
    <message>
        <source>The data folder {path} cannot be read ({why}); allowed is an existing folder, in which {raw} and the like are looked for.</source>
        <translation>无法读取数据文件夹 {path}（{why}）；应为一个已有的文件夹，程序会在其中寻找 {raw} 等。</translation>
    </message>
    <message>
        <source>There is no data source {source}; allowed are {names}.</source>
        <translation>没有数据源 {source}；可用的有 {names}。</translation>
    </message>
    <message>
        <source>Points need one y for each x; found {n} of x and {m} of y.</source>
        <translation>每个 x 都要有一个 y；现有 {n} 个 x 和 {m} 个 y。</translation>
    </message>
    <message>
        <source>The {name} of the points is not a table of numbers; {allowed}.</source>
        <translation>数据点的 {name} 不是数表；{allowed}。</translation>
    </message>
    <message>
        <source>The {name} of the points has the shape {shape}; {allowed}.</source>
        <translation>数据点的 {name} 形状为 {shape}；{allowed}。</translation>
    </message>
    <message>
        <source>The {name} of the points holds a number that is not finite; {allowed}.</source>
        <translation>数据点的 {name} 中有不是有限的数；{allowed}。</translation>
    </message>
    <message>
        <source>The {name} of the points holds {number}; allowed are numbers up to {largest}.</source>
        <translation>数据点的 {name} 中有 {number}；数最大到 {largest}。</translation>
    </message>
    <message>
        <source>No network connection could be made to fetch {title} ({why}); the bundled 8x8 digits can be used instead.</source>
        <translation>无法连接网络以获取 {title}（{why}）；可以改用自带的 8x8 手写数字。</translation>
    </message>
    <message>
        <source>{file} could not be downloaded ({why}); it can be tried again later.</source>
        <translation>无法下载 {file}（{why}）；可以稍后再试。</translation>
    </message>
    <message>
        <source>{title} could not be written into {path} ({why}); the bundled 8x8 digits can be used instead.</source>
        <translation>无法把 {title} 写入 {path}（{why}）；可以改用自带的 8x8 手写数字。</translation>
    </message>
    <message>
        <source>is not a recording of Backstep</source>
        <translation>不是 Backstep 的记录</translation>
    </message>
    <message>
        <source>is not a recording: {why}</source>
        <translation>不是记录：{why}</translation>
    </message>
    <message>
        <source>has format {value}; this version reads format {format}</source>
        <translation>格式为 {value}；此版本读取格式 {format}</translation>
    </message>
    <message>
        <source>a recording has {parts}, and this file differs in: {names}</source>
        <translation>记录包含 {parts}，而此文件在这些部分不同：{names}</translation>
    </message>
    <message>
        <source>layout must be at most {most} texts of at most {length} characters</source>
        <translation>layout 最多 {most} 段文本，每段最多 {length} 个字符</translation>
    </message>
    <message>
        <source>{n} changes; a recording has at most {most}</source>
        <translation>{n} 处改动；一份记录最多 {most} 处</translation>
    </message>
    <message>
        <source>{n} changes of the lesson; a recording has at most {most}</source>
        <translation>{n} 处课程改动；一份记录最多 {most} 处</translation>
    </message>
    <message>
        <source>{n} watches; a recording has at most {most}</source>
        <translation>{n} 个监视；一份记录最多 {most} 个</translation>
    </message>
    <message>
        <source>has to have {change} or {edit}</source>
        <translation>必须含有 {change}，或 {edit}</translation>
    </message>
    <message>
        <source>kind must be change or edit, with what belongs to it</source>
        <translation>kind 必须是 change 或 edit，并带有其所属的内容</translation>
    </message>
    <message>
        <source>{key} cannot change during a run</source>
        <translation>{key} 在训练中不能改变</translation>
    </message>
    <message>
        <source>old must be a number, a text, true or false</source>
        <translation>old 必须是数、文本、true 或 false</translation>
    </message>
    <message>
        <source>old and new must be finite numbers</source>
        <translation>old 和 new 必须是有限的数</translation>
    </message>
    <message>
        <source>part must be true or false</source>
        <translation>part 必须是 true 或 false</translation>
    </message>
    <message>
        <source>{array} is no array that can be typed</source>
        <translation>{array} 不是可以手动改动的数组</translation>
    </message>
    <message>
        <source>{array}[{row}, {column}] does not exist: {name} is {rows} x {columns}</source>
        <translation>没有 {array}[{row}, {column}]：{name} 是 {rows} x {columns}</translation>
    </message>
    <message>
        <source>{name} must be a whole number from {least} on, not {value}</source>
        <translation>{name} 必须是不小于 {least} 的整数，不能是 {value}</translation>
    </message>
    <message>
        <source>larger than {most} MB, the most a recording may have</source>
        <translation>超过 {most} MB，这是记录的上限</translation>
    </message>
    <message>
        <source>would have {size} MB; the most a recording may have is {most} MB</source>
        <translation>将达到 {size} MB；记录最多 {most} MB</translation>
    </message>
    <message>
        <source>cannot be saved: {text} has a character that no file can have; of a path to data, each folder&apos;s name must be UTF-8</source>
        <translation>无法保存：{text} 含有文件中不能有的字符；数据路径中各文件夹的名称必须是 UTF-8</translation>
    </message>
    <message>
        <source>{path} cannot be written: {why}</source>
        <translation>无法写入 {path}：{why}</translation>
    </message>
    <message>
        <source>A batch can be worked out while training is paused; pause it first.</source>
        <translation>训练暂停时才能演算一批；请先暂停。</translation>
    </message>
    <message>
        <source>this run cannot be written as a script: {why}</source>
        <translation>这次训练无法写成脚本：{why}</translation>
    </message>
    <message>
        <source>TensorBoard&apos;s event files are written through PyTorch: {why}</source>
        <translation>TensorBoard 的事件文件要通过 PyTorch 写入：{why}</translation>
    </message>
    <message>
        <source>TensorBoard&apos;s event files need the package tensorboard, which is not installed here; pip install tensorboard adds it ({why})</source>
        <translation>TensorBoard 的事件文件需要 tensorboard 包，此处没有安装；可用 pip install tensorboard 安装（{why}）</translation>
    </message>
    <message>
        <source>{n} runs cannot be compared; allowed are {least} to {most}</source>
        <translation>无法比较 {n} 次运行；可比较 {least} 到 {most} 次</translation>
    </message>
    <message>
        <source>batch {batch} is not finished; the runs have {n}</source>
        <translation>第 {batch} 批尚未完成；各次运行完成了 {n} 批</translation>
    </message>
    <message>
        <source>run {run} has no array {array}</source>
        <translation>运行 {run} 没有数组 {array}</translation>
    </message>
    <message>
        <source>{array} is not computed in run {run}, which has no momentum</source>
        <translation>运行 {run} 没有动量，因此不计算 {array}</translation>
    </message>
    <message>
        <source>{array} belongs to a batch, and {keys} make the batches of the runs different</source>
        <translation>{array} 属于某一批，而 {keys} 使各次运行的批次不同</translation>
    </message>
    <message>
        <source>{array} is {rows} x {columns} in run {one} and {more} x {others} in run {two}</source>
        <translation>{array} 在运行 {one} 中是 {rows} x {columns}，在运行 {two} 中是 {more} x {others}</translation>
    </message>
    <message>
        <source>{text} is no range; write FROM:TO:COUNT, for example 0.001:1:8, or FROM:TO:COUNT:lin</source>
        <translation>{text} 不是范围；请写 FROM:TO:COUNT（起点、终点、个数），例如 0.001:1:8，或 FROM:TO:COUNT:lin</translation>
    </message>
    <message>
        <source>a value has no # and no line break</source>
        <translation>值中不能有 # 和换行</translation>
    </message>
    <message>
        <source>{text} has an empty value; separate values by single commas</source>
        <translation>{text} 中有空值；值之间只用一个逗号分隔</translation>
    </message>
    <message>
        <source>{n} values are too many; a sweep has at most {most} runs</source>
        <translation>{n} 个值太多；一次扫描最多 {most} 次运行</translation>
    </message>
    <message>
        <source>{value} is given twice</source>
        <translation>{value} 出现了两次</translation>
    </message>
    <message>
        <source>the ends of a range must be two different finite numbers</source>
        <translation>范围的两端必须是两个不同的有限的数</translation>
    </message>
    <message>
        <source>a range has 2 to {most} values</source>
        <translation>范围可有 2 到 {most} 个值</translation>
    </message>
    <message>
        <source>a logarithmic range needs both ends above 0</source>
        <translation>对数范围的两端都必须大于 0</translation>
    </message>
    <message>
        <source>a sweep needs a key to vary, for example optimizer.learning_rate=0.001:1:8</source>
        <translation>扫描需要一个要改变的键，例如 optimizer.learning_rate=0.001:1:8</translation>
    </message>
    <message>
        <source>{key} is varied twice; give all its values at once</source>
        <translation>{key} 被改变了两次；请一次给出它的所有值</translation>
    </message>
    <message>
        <source>these values make {n} runs; a sweep has at most {most}</source>
        <translation>这些值会产生 {n} 次运行；一次扫描最多 {most} 次</translation>
    </message>
    <message>
        <source>a sweep is so many batches long, or so many epochs</source>
        <translation>扫描的长度以批计，或以轮计</translation>
    </message>
    <message>
        <source>{name} = {value}: allowed are 1 to {most}</source>
        <translation>{name} = {value}：可用 1 到 {most}</translation>
    </message>
    <message>
        <source>{address} names no Dask scheduler; it is named as in tcp://127.0.0.1:8786</source>
        <translation>{address} 不是 Dask 调度器的地址；写法如 tcp://127.0.0.1:8786</translation>
    </message>
    <message>
        <source>no Dask scheduler answers at {address}; it is named as in tcp://127.0.0.1:8786</source>
        <translation>{address} 处没有 Dask 调度器应答；写法如 tcp://127.0.0.1:8786</translation>
    </message>
    <message>
        <source>the Dask scheduler at {address} has no workers; start one with: dask worker {same}</source>
        <translation>{address} 处的 Dask 调度器没有工作进程；可这样启动一个：dask worker {same}</translation>
    </message>
    <message>
        <source>the Dask scheduler at {address} is gone; what has ended is kept, the rest can be run later</source>
        <translation>{address} 处的 Dask 调度器已消失；已结束的会保留，其余的可以稍后再运行</translation>
    </message>
    <message>
        <source>a Dask worker cannot import {name}; Backstep has to be installed there</source>
        <translation>Dask 工作进程无法导入 {name}；那里必须安装 Backstep</translation>
    </message>
    <message>
        <source>a Dask cluster needs the packages dask and distributed, the extra named cluster; install them with: pip install &apos;backstep[cluster]&apos;</source>
        <translation>Dask 集群需要 dask 和 distributed 包，即名为 cluster 的附加项；可这样安装：pip install &apos;backstep[cluster]&apos;</translation>
    </message>
    <message>
        <source>there is not enough memory for this lesson</source>
        <translation>内存不足，无法训练本课</translation>
    </message>
    <message>
        <source>its process was lost every time it was tried: killed, or out of memory</source>
        <translation>每次尝试时其进程都丢失了：被终止，或内存不足</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>text or {what}</source>
        <translation>文本或{what}</translation>
    </message>
    <message>
        <source>a whole number or {what}</source>
        <translation>整数或{what}</translation>
    </message>
    <message>
        <source>true or false or {what}</source>
        <translation>true、false 或{what}</translation>
    </message>
    <message>
        <source>a list, each item {what}</source>
        <translation>列表，每项为{what}</translation>
    </message>
    <message>
        <source>data.standardise does it for a CSV</source>
        <translation>CSV 请用 data.standardise</translation>
    </message>
    <message>
        <source>the source &quot;{source}&quot; is used as it is: &quot;none&quot;</source>
        <translation>数据源 &quot;{source}&quot; 按原样使用：&quot;none&quot;</translation>
    </message>
    <message>
        <source>the CSV file</source>
        <translation>CSV 文件</translation>
    </message>
    <message>
        <source>the folder that holds a folder of images per class</source>
        <translation>每类一个图像子文件夹的文件夹</translation>
    </message>
    <message>
        <source>{n} input and {what}</source>
        <translation>{n} 个输入和 {what}</translation>
    </message>
    <message>
        <source>{n} inputs and {what}</source>
        <translation>{n} 个输入和 {what}</translation>
    </message>
    <message>
        <source>{n} input</source>
        <translation>{n} 个输入</translation>
    </message>
    <message>
        <source>{n} inputs</source>
        <translation>{n} 个输入</translation>
    </message>
    <message>
        <source>{n} output</source>
        <translation>{n} 个输出</translation>
    </message>
    <message>
        <source>{n} outputs</source>
        <translation>{n} 个输出</translation>
    </message>
    <message>
        <source>{n} output, {names}</source>
        <translation>{n} 个输出：{names}</translation>
    </message>
    <message>
        <source>{n} outputs, {names}</source>
        <translation>{n} 个输出：{names}</translation>
    </message>
    <message>
        <source>{n} class</source>
        <translation>{n} 个类别</translation>
    </message>
    <message>
        <source>{n} classes</source>
        <translation>{n} 个类别</translation>
    </message>
    <message>
        <source>{n} class in {name}</source>
        <translation>{n} 个类别（{name}）</translation>
    </message>
    <message>
        <source>{n} classes in {name}</source>
        <translation>{n} 个类别（{name}）</translation>
    </message>
    <message>
        <source>{n} classes, so 2 outputs, or 1 that is 0 or 1</source>
        <translation>{n} 个类别，因此要 2 个输出，或 1 个为 0 或 1 的输出</translation>
    </message>
    <message>
        <source>one output has no accuracy</source>
        <translation>只有一个输出时没有准确率</translation>
    </message>
    <message>
        <source>numbers have no accuracy</source>
        <translation>数值没有准确率</translation>
    </message>
    <message>
        <source>cross_entropy needs shares &gt;= 0 that add up to 1</source>
        <translation>cross_entropy 需要 &gt;= 0 且总和为 1 的概率</translation>
    </message>
    <message>
        <source>binary_cross_entropy needs targets from 0 to 1</source>
        <translation>binary_cross_entropy 需要 0 到 1 之间的目标</translation>
    </message>
    <message>
        <source>layer {layer}</source>
        <translation>第 {layer} 层</translation>
    </message>
    <message>
        <source>layer {layer}, unit {unit}</source>
        <translation>第 {layer} 层，神经元 {unit}</translation>
    </message>
    <message>
        <source>this PyTorch finds no CUDA device</source>
        <translation>此 PyTorch 找不到 CUDA 设备</translation>
    </message>
    <message>
        <source>this PyTorch finds no Metal device</source>
        <translation>此 PyTorch 找不到 Metal 设备</translation>
    </message>
    <message>
        <source>so large a number</source>
        <translation>这样大的数</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>training accuracy</source>
        <translation>训练准确率</translation>
    </message>
    <message>
        <source>test accuracy</source>
        <translation>测试准确率</translation>
    </message>
    <message>
        <source>gradient norm</source>
        <translation>梯度范数</translation>
    </message>
    <message>
        <source>update/weight ratio</source>
        <translation>更新/权重比</translation>
    </message>
    <message>
        <source>share of dead units</source>
        <translation>失活比例</translation>
    </message>
    <message>
        <source>share of saturated activations</source>
        <translation>饱和比例</translation>
    </message>
    <message>
        <source>sigmoid or tanh</source>
        <translation>sigmoid 或 tanh</translation>
    </message>
    <message>
        <source>with code {code}</source>
        <translation>（代码 {code}）</translation>
    </message>
    <message>
        <source>write {text}</source>
        <translation>请写 {text}</translation>
    </message>
    <message>
        <source>allowed are letters a to z, digits and + - * / % @ . , : ( ) [ ] &lt; &gt; = !</source>
        <translation>可用字母 a 到 z、数字以及 + - * / % @ . , : ( ) [ ] &lt; &gt; = !</translation>
    </message>
    <message>
        <source>{what} is not known here</source>
        <translation>此处不认识{what}</translation>
    </message>
    <message>
        <source>this</source>
        <translation>这种写法</translation>
    </message>
    <message>
        <source>a function of one&apos;s own</source>
        <translation>自定义函数</translation>
    </message>
    <message>
        <source>a choice</source>
        <translation>条件选择</translation>
    </message>
    <message>
        <source>a combination with and, or</source>
        <translation>用 and、or 的组合</translation>
    </message>
    <message>
        <source>a combination with not</source>
        <translation>用 not 的组合</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>write arithmetic over arrays, as in norm(dW1) / norm(W1)</source>
        <translation>请写数组的算术式，例如 norm(dW1) / norm(W1)</translation>
    </message>
    <message>
        <source>after a value can come .T, {names}</source>
        <translation>值的后面可以写 .T、{names}</translation>
    </message>
    <message>
        <source>.{name} is not known here</source>
        <translation>此处不认识 .{name}</translation>
    </message>
    <message>
        <source>.{name}(…) is not known here</source>
        <translation>此处不认识 .{name}(…)</translation>
    </message>
    <message>
        <source>.{name}() takes nothing but axis</source>
        <translation>.{name}() 除 axis 外不接受任何参数</translation>
    </message>
    <message>
        <source>axis is a whole number</source>
        <translation>axis 是整数</translation>
    </message>
    <message>
        <source>{text} is no number</source>
        <translation>{text} 不是数</translation>
    </message>
    <message>
        <source>write numbers as in 0.5 or 1e-3</source>
        <translation>数写作 0.5 或 1e-3</translation>
    </message>
    <message>
        <source>this number is too large</source>
        <translation>这个数太大</translation>
    </message>
    <message>
        <source>numbers go up to 1.8e308</source>
        <translation>数最大到 1.8e308</translation>
    </message>
    <message>
        <source>this sign has no meaning here</source>
        <translation>这个符号在此没有意义</translation>
    </message>
    <message>
        <source>calculate with + - * / // % ** and @</source>
        <translation>可用的运算符是 + - * / // % ** 和 @</translation>
    </message>
    <message>
        <source>this exponent is not a plain number</source>
        <translation>这个指数不是单纯的数</translation>
    </message>
    <message>
        <source>this exponent is too large</source>
        <translation>这个指数太大</translation>
    </message>
    <message>
        <source>an exponent is a number from -{most} to {limit}, and exp(…) is there too</source>
        <translation>指数是 -{most} 到 {limit} 的数，也可以用 exp(…)</translation>
    </message>
    <message>
        <source>this comparison is not known here</source>
        <translation>此处不认识这种比较</translation>
    </message>
    <message>
        <source>compare with &lt; &lt;= &gt; &gt;= == and !=</source>
        <translation>比较用 &lt; &lt;= &gt; &gt;= == 和 !=</translation>
    </message>
    <message>
        <source>this cannot be called</source>
        <translation>它不能作为函数调用</translation>
    </message>
    <message>
        <source>functions are {names}</source>
        <translation>可用的函数有 {names}</translation>
    </message>
    <message>
        <source>there is no function {name}</source>
        <translation>没有函数 {name}</translation>
    </message>
    <message>
        <source>{name} takes one value, not {n}</source>
        <translation>{name} 接受一个值，而不是 {n} 个</translation>
    </message>
    <message>
        <source>write {name}(W1)</source>
        <translation>请写 {name}(W1)</translation>
    </message>
    <message>
        <source>only axis can be named in a call</source>
        <translation>调用时只能给出 axis 这个名称</translation>
    </message>
    <message>
        <source>write axis=0 or axis=1</source>
        <translation>请写 axis=0 或 axis=1</translation>
    </message>
    <message>
        <source>there is no axis {axis}</source>
        <translation>没有轴 {axis}</translation>
    </message>
    <message>
        <source>axis 0 runs down a column, axis 1 along a row</source>
        <translation>轴 0 沿列向下，轴 1 沿行</translation>
    </message>
    <message>
        <source>there is no cell in these brackets</source>
        <translation>方括号里没有单元格</translation>
    </message>
    <message>
        <source>a cell is [row, column], counted from 0</source>
        <translation>单元格写作 [行，列]，从 0 数起</translation>
    </message>
    <message>
        <source>an index is a whole number or a range as in 0:3</source>
        <translation>下标是整数，或像 0:3 这样的范围</translation>
    </message>
    <message>
        <source>a range cannot go on by 0</source>
        <translation>范围的步长不能是 0</translation>
    </message>
    <message>
        <source>leave the step out, or take 1 or 2</source>
        <translation>请省略步长，或用 1 或 2</translation>
    </message>
    <message>
        <source>this is not a whole number</source>
        <translation>这不是整数</translation>
    </message>
    <message>
        <source>{name} works cell by cell</source>
        <translation>{name} 逐个单元格计算</translation>
    </message>
    <message>
        <source>only what reduces an array takes an axis</source>
        <translation>只有归约数组的函数才接受轴</translation>
    </message>
    <message>
        <source>{shape}, min {least}, max {largest}</source>
        <translation>{shape}，最小 {least}，最大 {largest}</translation>
    </message>
    <message>
        <source>column {column} &quot;{name}&quot;</source>
        <translation>第 {column} 列“{name}”</translation>
    </message>
    <message>
        <source>a target</source>
        <translation>作为目标</translation>
    </message>
    <message>
        <source>an input</source>
        <translation>作为输入</translation>
    </message>
    <message>
        <source>{n} cell</source>
        <translation>{n} 个单元格</translation>
    </message>
    <message>
        <source>{n} cells</source>
        <translation>{n} 个单元格</translation>
    </message>
    <message>
        <source>&quot;{cell}&quot; is not a number</source>
        <translation>“{cell}”不是数</translation>
    </message>
    <message>
        <source>&quot;{cell}&quot; is beyond {largest}, the largest number that a CSV file may have</source>
        <translation>“{cell}”超出 {largest}，这是 CSV 文件中数的上限</translation>
    </message>
    <message>
        <source>the cell is empty, not a number</source>
        <translation>单元格是空的，不是数</translation>
    </message>
    <message>
        <source>UTF-8 with a byte order mark</source>
        <translation>带字节顺序标记的 UTF-8</translation>
    </message>
    <message>
        <source>none</source>
        <translation>零个</translation>
    </message>
    <message>
        <source>only &quot;{name}&quot;</source>
        <translation>一个“{name}”</translation>
    </message>
    <message>
        <source>allowed is a list of rows of finite numbers, all equally long</source>
        <translation>应为若干行有限的数，各行一样长</translation>
    </message>
    <message>
        <source>its checksum is {found} instead of {wanted}</source>
        <translation>校验和为 {found}，应为 {wanted}</translation>
    </message>
    <message>
        <source>its magic number is 0x{found} instead of 0x{wanted}</source>
        <translation>魔数为 0x{found}，应为 0x{wanted}</translation>
    </message>
    <message>
        <source>it is {n} bytes long instead of {wanted}</source>
        <translation>长度为 {n} 字节，应为 {wanted} 字节</translation>
    </message>
    <message>
        <source>its header announces {found} values instead of {wanted}</source>
        <translation>文件头声明有 {found} 个值，应为 {wanted} 个</translation>
    </message>
    <message>
        <source>it was never unpacked, or arrived only in part</source>
        <translation>尚未解压，或只收到一部分</translation>
    </message>
    <message>
        <source>it is missing beside the other files</source>
        <translation>其他文件都在，唯独缺少它</translation>
    </message>
    <message>
        <source>it holds the label {label}, and there are only 0 to {most}</source>
        <translation>含有标签 {label}，而标签只有 0 到 {most}</translation>
    </message>
    <message>
        <source>the connection was cut after {n} of {size} bytes</source>
        <translation>连接中断，{size} 字节中只收到 {n} 字节</translation>
    </message>
    <message>
        <source>what arrived has the wrong checksum</source>
        <translation>收到的内容校验和不对</translation>
    </message>
    <message>
        <source>what arrived does not unpack to {title}</source>
        <translation>收到的内容解压后不是 {title}</translation>
    </message>
    <message>
        <source>the server answered {code} {reason}</source>
        <translation>服务器回答 {code} {reason}</translation>
    </message>
    <message>
        <source>change {number}</source>
        <translation>第 {number} 处改动</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>表</translation>
    </message>
    <message>
        <source>{name} is no number that a recording may have</source>
        <translation>记录中不能有数 {name}</translation>
    </message>
    <message>
        <source>{text} is too large for a number</source>
        <translation>{text} 作为数太大</translation>
    </message>
    <message>
        <source>{text}… has too many digits</source>
        <translation>{text}… 位数太多</translation>
    </message>
    <message>
        <source>[Errno {number}] {what}</source>
        <translation>错误 {number}：{what}</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>Connection reset by peer</source>
        <translation>连接被对方重置</translation>
    </message>
    <message>
        <source>Network is unreachable</source>
        <translation>网络不可达</translation>
    </message>
    <message>
        <source>No route to host</source>
        <translation>无法到达主机</translation>
    </message>
    <message>
        <source>Name or service not known</source>
        <translation>找不到这个主机名</translation>
    </message>
    <message>
        <source>Temporary failure in name resolution</source>
        <translation>暂时无法解析主机名</translation>
    </message>
    <message>
        <source>nodename nor servname provided, or not known</source>
        <translation>找不到这个主机名</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>The read operation timed out</source>
        <translation>读取超时</translation>
    </message>
    <message>
        <source>image file is truncated</source>
        <translation>图像文件不完整</translation>
    </message>
    <message>
        <source>image file is truncated ({n} bytes not processed)</source>
        <translation>图像文件不完整（还有 {n} 字节未处理）</translation>
    </message>
    <message>
        <source>broken data stream when reading image file</source>
        <translation>图像数据已损坏</translation>
    </message>
    <message>
        <source>Truncated File Read</source>
        <translation>文件不完整</translation>
    </message>
    <message>
        <source>{text} expected after {sign}</source>
        <translation>{sign} 后面应有 {text}</translation>
    </message>
    <message>
        <source>field larger than field limit ({n})</source>
        <translation>单元格超过上限 {n} 个字符</translation>
    </message>
    <message>
        <source>Expected &apos;]]&apos; at the end of an array declaration</source>
        <translation>数组节名的末尾应有“]]”</translation>
    </message>
    <message>
        <source>Found invalid character {text}</source>
        <translation>含有无效的字符 {text}</translation>
    </message>
    <message>
        <source>Unescaped &apos;\&apos; in a string</source>
        <translation>字符串中的“\”没有转义</translation>
    </message>
    <message>
        <source>Duplicate inline table key {name}</source>
        <translation>行内的表中键 {name} 重复</translation>
    </message>
    <message>
        <source>Cannot mutate immutable namespace {name}</source>
        <translation>不能再改动 {name}</translation>
    </message>
    <message>
        <source>Invalid date or datetime</source>
        <translation>无效的日期或时间</translation>
    </message>
    <message>
        <source>Invalid hex value</source>
        <translation>无效的十六进制值</translation>
    </message>
    <message>
        <source>Invalid control character at: line {line} column {column} (char {at})</source>
        <translation>控制字符无效：第 {line} 行，第 {column} 列（第 {at} 个字符）</translation>
    </message>
    <message>
        <source>it is a folder; give the name of a file</source>
        <translation>这是文件夹；请给出文件名</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation>不是文件</translation>
    </message>
    <message>
        <source>no listing reads {source}</source>
        <translation>没有代码能读取 {source}</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有这个文件或文件夹</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>这是文件夹</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>磁盘空间不足</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>文件系统是只读的</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名太长</translation>
    </message>
    <message>
        <source>Too many levels of symbolic links</source>
        <translation>符号链接层数太多</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>读写出错</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>超出磁盘配额</translation>
    </message>
    <message>
        <source>embedded null byte</source>
        <translation>名称中有空字节</translation>
    </message>
    <message>
        <source>No module named {name}</source>
        <translation>没有模块 {name}</translation>
    </message>
    <message>
        <source>{what} (at line {line}, column {column})</source>
        <translation>{what}（第 {line} 行，第 {column} 列）</translation>
    </message>
    <message>
        <source>{what} (at end of document)</source>
        <translation>{what}（在文件末尾）</translation>
    </message>
    <message>
        <source>Expected &apos;=&apos; after a key in a key/value pair</source>
        <translation>键的后面应有“=”</translation>
    </message>
    <message>
        <source>Expected newline or end of document after a statement</source>
        <translation>语句之后应换行或结束</translation>
    </message>
    <message>
        <source>Expected &apos;]&apos; at the end of a table declaration</source>
        <translation>节名的末尾应有“]”</translation>
    </message>
    <message>
        <source>Invalid value</source>
        <translation>无效的值</translation>
    </message>
    <message>
        <source>Invalid statement</source>
        <translation>无效的语句</translation>
    </message>
    <message>
        <source>Invalid initial character for a key part</source>
        <translation>键的首字符无效</translation>
    </message>
    <message>
        <source>Unclosed array</source>
        <translation>列表没有结束</translation>
    </message>
    <message>
        <source>Unclosed inline table</source>
        <translation>行内的表没有结束</translation>
    </message>
    <message>
        <source>Unterminated string</source>
        <translation>字符串没有结束</translation>
    </message>
    <message>
        <source>Cannot overwrite a value</source>
        <translation>同一个键给出了两次值</translation>
    </message>
    <message>
        <source>Cannot declare {name} twice</source>
        <translation>{name} 不能声明两次</translation>
    </message>
    <message>
        <source>Illegal character {text}</source>
        <translation>非法字符 {text}</translation>
    </message>
    <message>
        <source>Expecting value: line {line} column {column} (char {at})</source>
        <translation>应有一个值：第 {line} 行，第 {column} 列（第 {at} 个字符）</translation>
    </message>
    <message>
        <source>Expecting property name enclosed in double quotes: line {line} column {column} (char {at})</source>
        <translation>应有双引号中的名称：第 {line} 行，第 {column} 列（第 {at} 个字符）</translation>
    </message>
    <message>
        <source>Expecting {text} delimiter: line {line} column {column} (char {at})</source>
        <translation>应有分隔符 {text}：第 {line} 行，第 {column} 列（第 {at} 个字符）</translation>
    </message>
    <message>
        <source>Unterminated string starting at: line {line} column {column} (char {at})</source>
        <translation>字符串没有结束：始于第 {line} 行，第 {column} 列（第 {at} 个字符）</translation>
    </message>
    <message>
        <source>Extra data: line {line} column {column} (char {at})</source>
        <translation>末尾有多余的内容：第 {line} 行，第 {column} 列（第 {at} 个字符）</translation>
    </message>
    <message>
        <source>{codec} codec can&apos;t decode byte {byte} in position {at}: {reason}</source>
        <translation>{codec} 无法解码第 {at} 处的字节 {byte}：{reason}</translation>
    </message>
    <message>
        <source>unexpected end of data</source>
        <translation>内容意外结束</translation>
    </message>
</context>
<context>
    <name>Examples</name>
    <message>
        <source>true</source>
        <translation>真实</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>example</source>
        <translation>样本</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>What to export</source>
        <translation>要导出的内容</translation>
    </message>
    <message>
        <source>Arrays</source>
        <translation>数组</translation>
    </message>
    <message>
        <source>Metrics</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>动画</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Worked example, worksheet</source>
        <translation>演算示例、练习单</translation>
    </message>
    <message>
        <source>Save &amp;as</source>
        <translation>另存为(&amp;a)</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>导出进度</translation>
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
        <source>Every array as an NPZ file, under the names of the interface: numpy.load reads it.</source>
        <translation>把每个数组存成 NPZ 文件，名称与界面一致，可用 numpy.load 读取。</translation>
    </message>
    <message>
        <source>W is stored as n_in x n_out, with a row per example in z and a (z = x W + b), however the window turns them.</source>
        <translation>W 按 n_in x n_out 存放，z 和 a 每行一个样本（z = x W + b），与窗口如何转置无关。</translation>
    </message>
    <message>
        <source>Loss, accuracy and learning rate of every batch.</source>
        <translation>每个批次的损失、准确率和学习率。</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>格式(&amp;F)</translation>
    </message>
    <message>
        <source>CSV, for spreadsheets and pandas</source>
        <translation>CSV，供电子表格和 pandas 使用</translation>
    </message>
    <message>
        <source>TensorBoard, into a folder</source>
        <translation>TensorBoard，写入文件夹</translation>
    </message>
    <message>
        <source>A panel, or the whole window, as it is on screen.</source>
        <translation>一个面板或整个窗口，与屏幕上所见相同。</translation>
    </message>
    <message>
        <source>&amp;Of</source>
        <translation>对象(&amp;O)</translation>
    </message>
    <message>
        <source>PNG</source>
        <translation>PNG</translation>
    </message>
    <message>
        <source>SVG, which can be enlarged</source>
        <translation>SVG，可任意放大</translation>
    </message>
    <message>
        <source>&amp;Size of a PNG</source>
        <translation>PNG 大小(&amp;S)</translation>
    </message>
    <message>
        <source>as on screen</source>
        <translation>与屏幕相同</translation>
    </message>
    <message>
        <source>twice</source>
        <translation>两倍</translation>
    </message>
    <message>
        <source>three times</source>
        <translation>三倍</translation>
    </message>
    <message>
        <source>The training goes on from here while the chosen panels are filmed.</source>
        <translation>训练从当前位置继续，同时录下所选面板。</translation>
    </message>
    <message>
        <source>Panels in the film</source>
        <translation>动画中的面板</translation>
    </message>
    <message>
        <source>animated GIF</source>
        <translation>GIF 动画</translation>
    </message>
    <message>
        <source>MP4 film</source>
        <translation>MP4 视频</translation>
    </message>
    <message>
        <source>F&amp;rames</source>
        <translation>帧数(&amp;r)</translation>
    </message>
    <message>
        <source>&amp;Batches per frame</source>
        <translation>每帧批次数(&amp;B)</translation>
    </message>
    <message>
        <source>Frames per secon&amp;d</source>
        <translation>每秒帧数(&amp;d)</translation>
    </message>
    <message>
        <source>A script of its own that trains the run again, with everything you changed, and compares its numbers with those here.</source>
        <translation>一个独立的脚本：连同你的所有改动重新训练一遍，并与这里的数值比较。</translation>
    </message>
    <message>
        <source>Written &amp;in</source>
        <translation>所用语言库(&amp;i)</translation>
    </message>
    <message>
        <source>The batch step by step, with formulas and numbers: a worked example. With blanks it is a worksheet to hand out.</source>
        <translation>逐步演算这一批，附公式和数：演算示例。留出空格就是可以分发的练习单。</translation>
    </message>
    <message>
        <source>{n} significant digits</source>
        <translation>{n} 位有效数字</translation>
    </message>
    <message>
        <source>&amp;Numbers</source>
        <translation>数字(&amp;N)</translation>
    </message>
    <message>
        <source>Worksheet: leave blan&amp;ks to fill in</source>
        <translation>练习单：留空待填(&amp;k)</translation>
    </message>
    <message>
        <source>&amp;Answers</source>
        <translation>答案(&amp;A)</translation>
    </message>
    <message>
        <source>at the end</source>
        <translation>在末尾</translation>
    </message>
    <message>
        <source>in a file of their own</source>
        <translation>单独成一个文件</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>PDF, A4</source>
        <translation>PDF，A4</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>They are as they stand after step {step} of batch {batch}.</source>
        <translation>取批次 {batch} 第 {step} 步之后的数值。</translation>
    </message>
    <message>
        <source>Left out, because the batch has yet to compute them: {names}.</source>
        <translation>以下数组本批次尚未计算，因此略去：{names}。</translation>
    </message>
    <message>
        <source>Left out, because the batch has yet to compute them: {names} and {more} more.</source>
        <translation>以下数组本批次尚未计算，因此略去：{names} 以及另外 {more} 个。</translation>
    </message>
    <message>
        <source>This file is there already and will be replaced.</source>
        <translation>该文件已存在，将被替换。</translation>
    </message>
    <message>
        <source>{name} is there already and will be replaced.</source>
        <translation>{name} 已存在，将被替换。</translation>
    </message>
    <message>
        <source>Folder for TensorBoard</source>
        <translation>TensorBoard 文件夹</translation>
    </message>
    <message>
        <source>Say where it is to be written.</source>
        <translation>请指定保存位置。</translation>
    </message>
    <message>
        <source>What is written here is no {other}: let the name end in {ending}.</source>
        <translation>这里写入的不是 {other}：文件名应以 {ending} 结尾。</translation>
    </message>
    <message>
        <source>Choose at least one panel for the film.</source>
        <translation>请至少为动画选择一个面板。</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>已取消，没有写入任何文件。</translation>
    </message>
    <message>
        <source>It has {taken} of {frames} frames: training stopped in batch {batch}.</source>
        <translation>共 {frames} 帧，得到 {taken} 帧：训练在第 {batch} 批停止。</translation>
    </message>
    <message>
        <source>It has {taken} of {frames} frames: a breakpoint stopped the run in batch {batch}.</source>
        <translation>共 {frames} 帧，得到 {taken} 帧：断点在第 {batch} 批停下了训练。</translation>
    </message>
    <message>
        <source>Written: {path} ({size})</source>
        <translation>已写入：{path}（{size}）</translation>
    </message>
    <message>
        <source>The answers: {name}</source>
        <translation>答案：{name}</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <source>{path} was not written: {error}</source>
        <translation>未能写入 {path}：{error}</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Lessons and saved runs (*.toml *{suffix});;All files (*)</source>
        <translation>课程与已保存的训练 (*.toml *{suffix});;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>正在打开 {name}…</translation>
    </message>
    <message>
        <source>Saved runs (*{suffix})</source>
        <translation>已保存的训练 (*{suffix})</translation>
    </message>
    <message>
        <source>Save run</source>
        <translation>保存训练</translation>
    </message>
    <message>
        <source>Saving {name}…</source>
        <translation>正在保存 {name}…</translation>
    </message>
    <message>
        <source>{path} cannot be written ({why}); the run is as it was.</source>
        <translation>无法写入 {path}（{why}）；训练保持原样。</translation>
    </message>
    <message>
        <source>Saved as {path}.</source>
        <translation>已保存为 {path}。</translation>
    </message>
    <message>
        <source>{lesson}, batch {batch}, rate {rate}</source>
        <translation>{lesson}，第 {batch} 批，学习率 {rate}</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>尚无</translation>
    </message>
</context>
<context>
    <name>Film</name>
    <message>
        <source>A film has 1 to {most} frames, not {frames}.</source>
        <translation>动画可有 1 到 {most} 帧，不能是 {frames} 帧。</translation>
    </message>
    <message>
        <source>{name}: a film&apos;s name ends in .gif or .mp4.</source>
        <translation>{name}：动画的文件名须以 .gif 或 .mp4 结尾。</translation>
    </message>
    <message>
        <source>A GIF needs the package pillow, which is not installed here; pip install pillow adds it.</source>
        <translation>生成 GIF 需要 pillow 包，这里没有安装；可用 pip install pillow 安装。</translation>
    </message>
    <message>
        <source>A GIF of {width} x {height} pixels can have {most} frames; choose fewer, or an MP4.</source>
        <translation>{width} x {height} 像素的 GIF 最多 {most} 帧；请减少帧数，或改用 MP4。</translation>
    </message>
    <message>
        <source>An MP4 needs the package imageio-ffmpeg, which is not installed here; pip install imageio-ffmpeg adds it. A GIF does without it.</source>
        <translation>生成 MP4 需要 imageio-ffmpeg 包，这里没有安装；可用 pip install imageio-ffmpeg 安装。GIF 不需要它。</translation>
    </message>
    <message>
        <source>{path} cannot be written: the film broke off; the disk may be full.</source>
        <translation>无法写入 {path}：动画中断，磁盘可能已满。</translation>
    </message>
</context>
<context>
    <name>FittedCurve</name>
    <message>
        <source>Fitted curve: arrow keys go from example to example</source>
        <translation>拟合曲线：方向键在样本间移动</translation>
    </message>
    <message>
        <source>The outputs are no longer finite numbers.</source>
        <translation>输出不再是有限数。</translation>
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
        <source>The old values are kept only while you step.</source>
        <translation>旧值只在单步时保留。</translation>
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
        <source>mean of {count:,}</source>
        <translation>{count:,} 个的均值</translation>
    </message>
    <message>
        <source>sum of {count:,}</source>
        <translation>{count:,} 个的和</translation>
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
        <translation>各层 健康</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>layer {layer}: the gradients are no longer finite numbers</source>
        <translation>第 {layer} 层的梯度不再是有限的数</translation>
    </message>
    <message>
        <source>layer {layer}: {share} of activations saturated</source>
        <translation>第 {layer} 层有 {share} 的激活值饱和</translation>
    </message>
    <message>
        <source>layer {layer}: {share} of units dead, off for the whole batch</source>
        <translation>第 {layer} 层有 {share} 的神经元失活（整批都关闭）</translation>
    </message>
    <message>
        <source>no gradient reaches layer {layer}</source>
        <translation>没有梯度到达第 {layer} 层</translation>
    </message>
    <message>
        <source>gradients shrink {fold}-fold per layer</source>
        <translation>梯度每经一层缩小到 1/{fold}</translation>
    </message>
    <message>
        <source>gradients grow {fold}-fold per layer on their way back</source>
        <translation>梯度反向每经一层增大到 {fold} 倍</translation>
    </message>
    <message>
        <source>layer {layer}: one update changes the weights by {share} of their size</source>
        <translation>第 {layer} 层的一次更新使权重改变其大小的 {share}</translation>
    </message>
    <message>
        <source>layer {layer}: an update changes less than 1/100,000 of the weights&apos; size</source>
        <translation>第 {layer} 层的一次更新不到权重大小的 1/100,000</translation>
    </message>
    <message>
        <source>gradient norm {value}, {each} a weight</source>
        <translation>梯度范数 {value}，每个权重 {each}</translation>
    </message>
    <message>
        <source>‖∂W‖: length of the gradient of the layer&apos;s weights; a layer has it the longer, the more weights it has, so a layer&apos;s tooltip also says its root mean square, what one weight gets. ΔW/W: how far one update moves the weights, as a share of their size; about 0.001 is usual. Dead: relu units that are 0 for the whole batch. Saturated: activations within 0.02 of an end of sigmoid or tanh, where almost no gradient passes.</source>
        <translation>‖∂W‖：该层权重梯度的长度；权重越多它就越长，所以每层的提示还给出它的均方根，即单个权重得到的梯度。ΔW/W：一次更新使权重移动多远，以权重大小的比例计；通常约为 0.001。死亡：对整个批次都为 0 的 relu 单元。饱和：与 sigmoid 或 tanh 的某一端相差不到 0.02 的激活值，几乎没有梯度能通过。</translation>
    </message>
    <message>
        <source>update over weights {value}</source>
        <translation>更新比例 {value}</translation>
    </message>
    <message>
        <source>dead units {share}</source>
        <translation>失活 {share}</translation>
    </message>
    <message>
        <source>saturated {share}</source>
        <translation>饱和 {share}</translation>
    </message>
    <message>
        <source>layer {layer}</source>
        <translation>第 {layer} 层</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>健康</translation>
    </message>
    <message>
        <source>dead</source>
        <translation>失活</translation>
    </message>
    <message>
        <source>sat.</source>
        <translation>饱和</translation>
    </message>
    <message>
        <source>saturated</source>
        <translation>饱和</translation>
    </message>
    <message>
        <source>Nothing is off now.</source>
        <translation>目前一切正常。</translation>
    </message>
</context>
<context>
    <name>HeatMap</name>
    <message>
        <source>Difference as a heatmap: arrow keys read its cells</source>
        <translation>差值热图：方向键读取单元格</translation>
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
    <name>Images</name>
    <message>
        <source>Draw</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>浏览</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Image {index}: {true}</source>
        <translation>图像 {index}：{true}</translation>
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
        <translation>位数</translation>
    </message>
    <message>
        <source>running, {n} steps</source>
        <translation>运行 · 每批 {n} 步</translation>
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
    <name>LayerRow</name>
    <message>
        <source>Width, {layer}</source>
        <translation>宽度，{layer}</translation>
    </message>
    <message>
        <source>Activation, {layer}</source>
        <translation>激活函数，{layer}</translation>
    </message>
    <message>
        <source>Move {layer} up</source>
        <translation>上移{layer}</translation>
    </message>
    <message>
        <source>Move {layer} down</source>
        <translation>下移{layer}</translation>
    </message>
    <message>
        <source>Remove {layer}</source>
        <translation>删除{layer}</translation>
    </message>
</context>
<context>
    <name>LayersField</name>
    <message>
        <source>Add a layer</source>
        <translation>添加一层</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Layer {k}</source>
        <translation>第 {k} 层</translation>
    </message>
</context>
<context>
    <name>LessonForm</name>
    <message>
        <source>My net {shape}</source>
        <translation>我的网络 {shape}</translation>
    </message>
    <message>
        <source>Folder with a folder of images per class</source>
        <translation>每类图像一个子文件夹的文件夹</translation>
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
        <translation>在第 {n} 步之后停下，或取消</translation>
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
        <source>Open recent</source>
        <translation>最近打开的文件</translation>
    </message>
    <message>
        <source>Earlier runs</source>
        <translation>先前的训练</translation>
    </message>
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
        <translation>来历</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>断点</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>搭建</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>讲解</translation>
    </message>
    <message>
        <source>Your input has taken the place of example {n} of this batch; the target is still that example&apos;s. Step shows what the net does with it, Undo brings the example back.</source>
        <translation>你的输入取代了本批的第 {n} 个样本；目标值仍是原样本的。“单步”显示网络如何处理它，“撤销”恢复原样本。</translation>
    </message>
    <message>
        <source>Example {n} of the data is not in this batch.</source>
        <translation>数据中的第 {n} 个样本不在本批中。</translation>
    </message>
    <message>
        <source>the loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>{array} (layer {layer})</source>
        <translation>{array}（第 {layer} 层）</translation>
    </message>
    <message>
        <source>{array} (layer {layer}, unit {unit})</source>
        <translation>{array}（第 {layer} 层，单元 {unit}）</translation>
    </message>
    <message>
        <source>Training stopped in batch {batch} at learning rate {rate}: {what} is no longer a finite number (the largest of {dtype} is {largest}). Everything can still be looked at. Reset starts again at the lesson&apos;s rate, {start}.</source>
        <translation>训练在第 {batch} 批停止，学习率 {rate}：{what} 不再是有限数（{dtype} 最大为 {largest}）。一切仍可查看。重置会以课程的学习率 {start} 重新开始。</translation>
    </message>
    <message>
        <source>Back to batch {batch}, half the rate</source>
        <translation>退回第 {batch} 批，学习率减半</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>How it came about</source>
        <translation>发散的经过</translation>
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
        <source>Digits {shape}, in place of {name}</source>
        <translation>数字 {shape}，代替 {name}</translation>
    </message>
    <message>
        <source>… and {n} more</source>
        <translation>……另有 {n} 条</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{name} is a table of data and no lesson. A network can be built that learns it.</source>
        <translation>{name} 是数据表，不是课程。可以搭建一个学习它的网络。</translation>
    </message>
    <message>
        <source>Build on it…</source>
        <translation>以它搭建…</translation>
    </message>
    <message>
        <source>The last run ended without being closed: {lesson}, batch {batch}.</source>
        <translation>上次训练未正常关闭：{lesson}，第 {batch} 批。</translation>
    </message>
    <message>
        <source>Take it up</source>
        <translation>接着训练</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Whole window</source>
        <translation>整个窗口</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Layer health</source>
        <translation>层健康</translation>
    </message>
    <message>
        <source>Nothing in this lesson is random: it starts from given weights, whatever the seed.</source>
        <translation>本课程没有任何随机性：无论种子为何，都从给定的权重开始。</translation>
    </message>
    <message>
        <source>Memory for checkpoints</source>
        <translation>检查点内存</translation>
    </message>
    <message>
        <source>MB that checkpoints may take. With less, going far back takes longer.</source>
        <translation>检查点可占用的内存（MB）。越少，回到很久以前越慢。</translation>
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
    <name>MatrixText</name>
    <message>
        <source>the difference of {name}</source>
        <translation>{name} 的差</translation>
    </message>
    <message>
        <source>Copy {name}: {n} numbers are too many for the clipboard</source>
        <translation>复制 {name}：{n} 个数对剪贴板来说太多</translation>
    </message>
    <message>
        <source>Copy {name}: {n} numbers are too many for the clipboard; use Export, Arrays</source>
        <translation>复制 {name}：{n} 个数对剪贴板来说太多；请用“导出”中的“数组”</translation>
    </message>
    <message>
        <source>Copy {name} as text</source>
        <translation>复制 {name} 为文本</translation>
    </message>
    <message>
        <source>Copy {name} as TSV, for a spreadsheet</source>
        <translation>复制 {name} 为 TSV（用于电子表格）</translation>
    </message>
    <message>
        <source>Copy {name} as LaTeX</source>
        <translation>复制 {name} 为 LaTeX</translation>
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
    <name>NetPicture</name>
    <message>
        <source>Picture of the net</source>
        <translation>网络示意图</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Layer {k}</source>
        <translation>第 {k} 层</translation>
    </message>
</context>
<context>
    <name>NetSummary</name>
    <message>
        <source>Parameters of each layer</source>
        <translation>各层的参数个数</translation>
    </message>
    <message>
        <source>layer {k}: {arithmetic}</source>
        <translation>第 {k} 层：{arithmetic}</translation>
    </message>
</context>
<context>
    <name>NetworkView</name>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>its numbers are being prepared</source>
        <translation>数值正在准备中</translation>
    </message>
    <message>
        <source>example {number:,} of {count:,}</source>
        <translation>样本 {number:,} / {count:,}</translation>
    </message>
    <message>
        <source>Click to show the next example of the batch (Ctrl+PgDown)</source>
        <translation>点击显示批次中的下一个样本（Ctrl+PgDown）</translation>
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
    <name>NumbersPart</name>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
</context>
<context>
    <name>OriginView</name>
    <message>
        <source>the terms come to {sum}
the cell is {cell}
the difference is {difference}</source>
        <translation>各项之和为 {sum}
单元格的值为 {cell}
相差 {difference}</translation>
    </message>
    <message>
        <source>1 term</source>
        <translation>1 项</translation>
    </message>
    <message>
        <source>{n} terms</source>
        <translation>{n} 项</translation>
    </message>
    <message>
        <source>✗ the terms come to {sum}</source>
        <translation>✗ 各项之和为 {sum}</translation>
    </message>
    <message>
        <source>but for {difference} of rounding</source>
        <translation>只差舍入 {difference}</translation>
    </message>
    <message>
        <source>{cell}: pending</source>
        <translation>{cell}：待计算</translation>
    </message>
    <message>
        <source>Last batches</source>
        <translation>最近各批</translation>
    </message>
    <message>
        <source>old velocity</source>
        <translation>旧速度</translation>
    </message>
    <message>
        <source>new velocity</source>
        <translation>新速度</translation>
    </message>
    <message>
        <source>gradient</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>batch {n}: {what}</source>
        <translation>第 {n} 批：{what}</translation>
    </message>
    <message>
        <source>change {exact}</source>
        <translation>变化 {exact}</translation>
    </message>
    <message>
        <source>Click: go to the end of batch {n}</source>
        <translation>点击：转到第 {n} 批结束时</translation>
    </message>
    <message>
        <source>example {s}: </source>
        <translation>样本 {s}： </translation>
    </message>
    <message>
        <source>The examples that pushed most</source>
        <translation>推动最大的样本</translation>
    </message>
    <message>
        <source>up</source>
        <translation>推高</translation>
    </message>
    <message>
        <source>down</source>
        <translation>拉低</translation>
    </message>
    <message>
        <source>Examples that pushed most: {which}</source>
        <translation>推动最大的样本：{which}</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>各项</translation>
    </message>
    <message>
        <source>{share} of all magnitudes</source>
        <translation>占绝对值总和的 {share}</translation>
    </message>
    <message>
        <source>term</source>
        <translation>项</translation>
    </message>
    <message>
        <source>share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>old</source>
        <translation>旧</translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation>第 {n} 批</translation>
    </message>
    <message>
        <source>{cell} before its update</source>
        <translation>更新前的 {cell}</translation>
    </message>
    <message>
        <source>Trail</source>
        <translation>追溯路径</translation>
    </message>
    <message>
        <source>Origin of a number</source>
        <translation>数值的来历</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>来历</translation>
    </message>
    <message>
        <source>Back along the trail (Alt+Left)</source>
        <translation>沿追溯路径后退（Alt+←）</translation>
    </message>
    <message>
        <source>Forward along the trail (Alt+Right)</source>
        <translation>沿追溯路径前进（Alt+→）</translation>
    </message>
    <message>
        <source>This batch has no such cell: the last batch of an epoch may be shorter.</source>
        <translation>这一批没有这个单元格：一轮的最后一批可能较小。</translation>
    </message>
    <message>
        <source>Click a number in the matrices or in the network: here you see what it was computed from, term by term, back to the input and the target.

With the keys: Tab to the matrices, arrows to a number, Enter.</source>
        <translation>点击矩阵或网络中的一个数：这里会逐项显示它由什么算出，一直追溯到输入和目标。

用键盘：Tab 到矩阵，方向键选数，回车。</translation>
    </message>
    <message>
        <source>Go to batch {n}</source>
        <translation>转到第 {n} 批</translation>
    </message>
    <message>
        <source>Typed before batch {n}: {old} → {new}.</source>
        <translation>第 {n} 批之前手动改动：{old} → {new}。</translation>
    </message>
    <message>
        <source>Not computed yet in this batch: step {n} will do it.</source>
        <translation>本批次中尚未计算：第 {n} 步会计算它。</translation>
    </message>
    <message>
        <source>Pause to see it: the numbers that it was computed from are kept only then.</source>
        <translation>暂停后可见：只有那时才保留算出它的各个数。</translation>
    </message>
    <message>
        <source>The numbers that it was computed from have been overwritten and are not kept.</source>
        <translation>算出它的各个数已被覆盖，没有保留。</translation>
    </message>
    <message>
        <source>The input that is always 1: its weights serve the first layer as biases.</source>
        <translation>恒为 1 的输入：它的权重就是第一层的偏置。</translation>
    </message>
    <message>
        <source>A target: what example {s} should come out as. The trail ends here.</source>
        <translation>目标：样本 {s} 应得的输出。追溯到此为止。</translation>
    </message>
    <message>
        <source>A velocity starts at 0: nothing has moved yet. The trail ends here.</source>
        <translation>速度从 0 开始：还没有任何移动。追溯到此为止。</translation>
    </message>
    <message>
        <source>An initial value: no update has changed it yet. The trail ends here.</source>
        <translation>初始值：还没有更新改动过它。追溯到此为止。</translation>
    </message>
    <message>
        <source>As the update of batch {n} left it.</source>
        <translation>第 {n} 批更新后的值。</translation>
    </message>
    <message>
        <source>A pixel of example {s}: row {row}, column {column}. The trail ends here.</source>
        <translation>样本 {s} 的像素：第 {row} 行，第 {column} 列。追溯到此为止。</translation>
    </message>
    <message>
        <source>An input of example {s}. The trail ends here.</source>
        <translation>样本 {s} 的输入。追溯到此为止。</translation>
    </message>
    <message>
        <source>Each of the {n} inputs of the layer adds its value times its weight, and the bias is added.</source>
        <translation>该层的 {n} 个输入各自乘以权重后相加，再加上偏置。</translation>
    </message>
    <message>
        <source>Each of the {n} inputs of the layer adds its value times its weight.</source>
        <translation>该层的 {n} 个输入各自乘以权重后相加。</translation>
    </message>
    <message>
        <source>e to its own logit, divided by the sum of e to each of the {n} logits.</source>
        <translation>e 的自身 logit 次方，除以 e 的各 logit 次方之和（共 {n} 个）。</translation>
    </message>
    <message>
        <source>Each of the {n} units of layer {after} sends its error back through the weight between them.</source>
        <translation>第 {after} 层的 {n} 个神经元各自沿两者之间的权重传回误差。</translation>
    </message>
    <message>
        <source>The one unit of layer {after} sends its error back through the weight between them.</source>
        <translation>第 {after} 层唯一的神经元把误差沿它们之间的权重传回。</translation>
    </message>
    <message>
        <source>The slope of the activation is in every term.</source>
        <translation>每一项都含激活函数的导数。</translation>
    </message>
    <message>
        <source>Output minus target: with this pair of output and loss the slopes cancel.</source>
        <translation>输出减去目标：这种输出与损失的组合使导数相互抵消。</translation>
    </message>
    <message>
        <source>The loss is a mean over the {m} examples.</source>
        <translation>损失是 {m} 个样本的平均。</translation>
    </message>
    <message>
        <source>How the loss changes when this output changes a little.</source>
        <translation>这个输出稍有变化时，损失怎样变化。</translation>
    </message>
    <message>
        <source>Each output adds its slope of the loss times J, how far its share follows this logit.</source>
        <translation>每个输出贡献损失对它的导数乘以 J；J 是它的概率随这个 logit 变化多少。</translation>
    </message>
    <message>
        <source>Each output adds its gradient times J, how far its share follows this logit.</source>
        <translation>每个输出贡献它的梯度乘以 J；J 是它的概率随这个 logit 变化多少。</translation>
    </message>
    <message>
        <source>The one example of this batch gives its input times its error.</source>
        <translation>本批唯一的样本：输入乘以误差。</translation>
    </message>
    <message>
        <source>Each of the {m} examples of this batch adds its input times its error.</source>
        <translation>本批 {m} 个样本各自的输入乘以误差，再相加。</translation>
    </message>
    <message>
        <source>The one example of this batch gives its error.</source>
        <translation>本批唯一的样本的误差。</translation>
    </message>
    <message>
        <source>Each of the {m} examples of this batch adds its error.</source>
        <translation>本批 {m} 个样本的误差相加。</translation>
    </message>
    <message>
        <source>Each of the {m} examples of this batch adds its error, divided by {m}.</source>
        <translation>本批 {m} 个样本的误差相加，各除以 {m}。</translation>
    </message>
    <message>
        <source>The logarithm of the share; the tiny ε keeps log 0 away.</source>
        <translation>概率的对数；极小的 ε 避免出现 log 0。</translation>
    </message>
    <message>
        <source>The slope of the logarithm is one over the share.</source>
        <translation>对数的导数是概率的倒数。</translation>
    </message>
    <message>
        <source>Only the logarithm of the true class is in the loss: the gradient is minus the target.</source>
        <translation>损失中只有真实类别的对数：梯度就是目标的相反数。</translation>
    </message>
    <message>
        <source>The old value, less the learning rate η = {eta} times the {what}.</source>
        <translation>旧值减去学习率 η = {eta} 乘以{what}。</translation>
    </message>
    <message>
        <source>velocity</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>The old value, less the velocity.</source>
        <translation>旧值减去速度。</translation>
    </message>
    <message>
        <source>γ = {gamma} of the old velocity stays, and the gradient is added.</source>
        <translation>保留 γ = {gamma} 倍的旧速度，再加上梯度。</translation>
    </message>
    <message>
        <source>γ = {gamma} of the old velocity stays, and η = {eta} times the gradient is added.</source>
        <translation>保留 γ = {gamma} 倍的旧速度，再加上 η = {eta} 倍的梯度。</translation>
    </message>
    <message>
        <source>The identity passes the sum on as it is.</source>
        <translation>恒等函数让加权和原样通过。</translation>
    </message>
    <message>
        <source>The gradient of the activation, times the slope of the activation.</source>
        <translation>激活值的梯度乘以激活函数的导数。</translation>
    </message>
    <message>
        <source>The activation {name} of the unit&apos;s sum z.</source>
        <translation>对神经元的加权和 z 施加激活函数 {name}。</translation>
    </message>
    <message>
        <source>The surprise of the example: minus the logarithm of the share of its true class.</source>
        <translation>这个样本的“意外”：真实类别概率的负对数。</translation>
    </message>
    <message>
        <source>Each of the {m} examples adds its surprise: minus the logarithm of the share of its true class.</source>
        <translation>{m} 个样本各自的“意外”相加：真实类别概率的负对数。</translation>
    </message>
    <message>
        <source>Each output of the example adds how far it is from its target.</source>
        <translation>样本的每个输出与目标的差距相加。</translation>
    </message>
    <message>
        <source>Each output of each of the {m} examples adds how far it is from its target.</source>
        <translation>{m} 个样本的每个输出与目标的差距相加。</translation>
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
    <name>Pad</name>
    <message>
        <source>Drawing pad: Backspace takes a stroke back, Delete clears</source>
        <translation>画板：退格键撤销一笔，删除键清除</translation>
    </message>
    <message>
        <source>Draw here</source>
        <translation>在此绘制</translation>
    </message>
</context>
<context>
    <name>ParameterCount</name>
    <message>
        <source>{n} parameters</source>
        <translation>{n} 个参数</translation>
    </message>
    <message>
        <source>, with their gradients about {n} GB</source>
        <translation>，连同梯度约 {n} GB</translation>
    </message>
</context>
<context>
    <name>PathField</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Look for the data, and see what will be made of them</source>
        <translation>查找数据，并看看会如何处理它们</translation>
    </message>
</context>
<context>
    <name>PlaceDialog</name>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Batch to go to</source>
        <translation>要转到的批次</translation>
    </message>
    <message>
        <source>A batch such as 4217, a step of it such as 4217.12, or &quot;epoch 3&quot;.</source>
        <translation>批次（如 4217）、其中一步（如 4217.12），或 “epoch 3”。</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>That names no batch of a run.</source>
        <translation>这不是任何批次。</translation>
    </message>
    <message>
        <source>Batches of this lesson have {n} steps.</source>
        <translation>本课每批有 {n} 步。</translation>
    </message>
    <message>
        <source>Trains on until batch {n}.</source>
        <translation>继续训练到第 {n} 批。</translation>
    </message>
    <message>
        <source>The end of batch {n}, as it was.</source>
        <translation>第 {n} 批结束时的原状。</translation>
    </message>
    <message>
        <source>Batch {n}, after step {step}, as it was.</source>
        <translation>第 {n} 批第 {step} 步之后的原状。</translation>
    </message>
</context>
<context>
    <name>Plot</name>
    <message>
        <source>Output that is shown</source>
        <translation>显示的输出</translation>
    </message>
    <message>
        <source>The net predicts several numbers; one of them is shown</source>
        <translation>网络预测多个数值，这里显示其中一个</translation>
    </message>
    <message>
        <source>Point anywhere to read inputs and output; click a point to turn to that example.</source>
        <translation>指向任意处可读取输入和输出；点击数据点转到该样本。</translation>
    </message>
    <message>
        <source>Test {n}:</source>
        <translation>测试 {n}：</translation>
    </message>
    <message>
        <source>Example {n}:</source>
        <translation>样本 {n}：</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>test</source>
        <translation>测试</translation>
    </message>
</context>
<context>
    <name>PointsField</name>
    <message>
        <source>Add example</source>
        <translation>添加样本</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Take the selected examples out</source>
        <translation>删除选中的样本</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>The numbers of the clipboard, as a spreadsheet, CSV, LaTeX or Python has them</source>
        <translation>剪贴板中的数，可来自电子表格、CSV、LaTeX 或 Python</translation>
    </message>
    <message>
        <source>Points: inputs and targets</source>
        <translation>数据点：输入和目标</translation>
    </message>
    <message>
        <source>These are too many numbers to be typed: {n} at most.</source>
        <translation>数太多，无法逐个输入：最多 {n} 个。</translation>
    </message>
    <message>
        <source>There are no points yet: add an example, or paste some.</source>
        <translation>还没有数据点：请添加样本或粘贴。</translation>
    </message>
    <message>
        <source>Points: type or paste their numbers; still missing: {n}.</source>
        <translation>数据点：请输入或粘贴各数；还缺 {n} 个。</translation>
    </message>
    <message>
        <source>Examples: {n}</source>
        <translation>样本：{n}</translation>
    </message>
    <message>
        <source>An example has {n} numbers here, {x} of x and {y} of y; rows of the text have {c}.</source>
        <translation>这里每个样本有 {n} 个数，x 有 {x} 个，y 有 {y} 个；文本每行有 {c} 个。</translation>
    </message>
    <message>
        <source>Pasted: {r} × {c} numbers.</source>
        <translation>已粘贴：{r} × {c} 个数。</translation>
    </message>
</context>
<context>
    <name>ProbeView</name>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>What would this learning rate do</source>
        <translation>这个学习率会怎样</translation>
    </message>
    <message>
        <source>batch {n}</source>
        <translation>第 {n} 批</translation>
    </message>
    <message>
        <source>{rate} from batch {n} on</source>
        <translation>从第 {n} 批起为 {rate}</translation>
    </message>
    <message>
        <source>batch {n} · update made</source>
        <translation>第 {n} 批 · 已更新</translation>
    </message>
    <message>
        <source>Training is running. Pause it, and every learning rate is tried on the batch it stops at.</source>
        <translation>训练正在运行。暂停后，会在停下的那一批上尝试各种学习率。</translation>
    </message>
    <message>
        <source>Trying learning rates…</source>
        <translation>正在尝试各种学习率…</translation>
    </message>
    <message>
        <source>Training has stopped: {array} is no longer a finite number, so this batch has no gradient to follow. Reset, and start with a smaller rate.</source>
        <translation>训练已停止：{array} 不再是有限的数，因此这一批没有可用的梯度。请重置，用较小的学习率开始。</translation>
    </message>
    <message>
        <source>Batch {n} has not all its gradients yet. With step {step} they are complete, and every learning rate can be tried before the weights are changed.</source>
        <translation>第 {n} 批的梯度还不完整。到第 {step} 步就齐全了，可以在权重改变之前尝试各种学习率。</translation>
    </message>
    <message>
        <source>Go to step {step}</source>
        <translation>转到第 {step} 步</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>.</source>
        <translation>。</translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss is no longer a finite number; it was {before}</source>
        <translation>学习率为 {rate} 时，这一批的损失不再是有限的数（原为 {before}）</translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss stays at {before}; the straight-line prediction says {line}</source>
        <translation>学习率为 {rate} 时，这一批的损失保持 {before}（直线预测 {line}）</translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss falls from {before} to {after}; the straight-line prediction says {line}</source>
        <translation>学习率为 {rate} 时，这一批的损失从 {before} 降到 {after}（直线预测 {line}）</translation>
    </message>
    <message>
        <source>At {rate} this batch&apos;s loss rises from {before} to {after}; the straight-line prediction says {line}</source>
        <translation>学习率为 {rate} 时，这一批的损失从 {before} 升到 {after}（直线预测 {line}）</translation>
    </message>
    <message>
        <source>{sentence}, and a loss cannot be negative: so far the slope does not carry</source>
        <translation>{sentence}，而损失不可能为负：斜率管不到那么远</translation>
    </message>
    <message>
        <source>the gradient is 0, so no rate changes anything</source>
        <translation>梯度为 0，任何学习率都不起作用</translation>
    </message>
    <message>
        <source>momentum carries the weights uphill, so no rate lowers the loss</source>
        <translation>动量使权重往上坡走，任何学习率都不能降低损失</translation>
    </message>
    <message>
        <source>no rate tried lowers it</source>
        <translation>试过的学习率都不能降低它</translation>
    </message>
    <message>
        <source>best rate here {rate}, for this one batch alone</source>
        <translation>此处最佳学习率 {rate}，只对这一批而言</translation>
    </message>
    <message>
        <source>it falls up to the largest rate tried, {rate}, for this one batch alone</source>
        <translation>直到试过的最大学习率 {rate} 它都在下降，只对这一批而言</translation>
    </message>
    <message>
        <source>above {rate} one update changes weights of a layer by more than their size</source>
        <translation>高于 {rate} 时，一次更新使某层权重的变化超过其自身大小</translation>
    </message>
    <message>
        <source>above {rate} it rises</source>
        <translation>高于 {rate} 则上升</translation>
    </message>
</context>
<context>
    <name>QuizView</name>
    <message>
        <source>Predict</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Reveal</source>
        <translation>看答案</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>What will {cell} be?</source>
        <translation>{cell} 会是多少？</translation>
    </message>
    <message>
        <source>Step {i} · {phase} · {title}</source>
        <translation>第 {i} 步 · {phase} · {title}</translation>
    </message>
    <message>
        <source>Training has stopped: no step comes next.</source>
        <translation>训练已停止：没有下一步了。</translation>
    </message>
    <message>
        <source>The batch is done. The next step loads new examples.</source>
        <translation>这一批已完成。下一步会载入新的样本。</translation>
    </message>
    <message>
        <source>Nothing to work out: each value passes on as it is.</source>
        <translation>没有什么可算：每个值原样通过。</translation>
    </message>
    <message>
        <source>This step leaves the finite numbers. Watch what happens.</source>
        <translation>这一步会超出有限的数。看看会发生什么。</translation>
    </message>
    <message>
        <source>Too many numbers meet here to add them up by hand. Watch this one.</source>
        <translation>这里相加的数太多，无法手算。这一步看看就好。</translation>
    </message>
    <message>
        <source>This update is too small to be seen in six figures.</source>
        <translation>这次更新太小，六位数字看不出来。</translation>
    </message>
    <message>
        <source>Training runs. Pause it to predict what comes next.</source>
        <translation>训练正在运行。暂停后即可预测下一步。</translation>
    </message>
    <message>
        <source>Here is how it comes about.</source>
        <translation>它是这样算出来的。</translation>
    </message>
    <message>
        <source>a value before it is computed</source>
        <translation>在计算之前预测一个值</translation>
    </message>
    <message>
        <source>{right} of {asked} right, {streak} in a row</source>
        <translation>答对 {right} / {asked}，连对 {streak} 个</translation>
    </message>
    <message>
        <source>{right} of {asked} right</source>
        <translation>答对 {right} / {asked}</translation>
    </message>
    <message>
        <source>Now it is right.</source>
        <translation>现在对了。</translation>
    </message>
    <message>
        <source>Right, {n} in a row!</source>
        <translation>对了，连对 {n} 个！</translation>
    </message>
    <message>
        <source>Right!</source>
        <translation>对了！</translation>
    </message>
    <message>
        <source>Write a number such as 0.7, a fraction such as 7/10 or a calculation such as 1.4*0.5.</source>
        <translation>请写一个数，如 0.7；分数，如 7/10；或算式，如 1.4*0.5。</translation>
    </message>
    <message>
        <source>This does not read as a number.</source>
        <translation>这读不成一个数。</translation>
    </message>
    <message>
        <source>Give it to {n} significant figures.</source>
        <translation>请写出 {n} 位有效数字。</translation>
    </message>
    <message>
        <source>Right so far.</source>
        <translation>到此为止是对的。</translation>
    </message>
    <message>
        <source>Not quite.</source>
        <translation>不太对。</translation>
    </message>
    <message>
        <source>You left out the slope of the logarithm, 1/a: {number} × …</source>
        <translation>漏了对数的导数 1/a：{number} × …</translation>
    </message>
    <message>
        <source>You left out softmax: its slopes, a matrix, turn dL/da into dL/dz.</source>
        <translation>漏了 softmax：它的导数矩阵把 dL/da 变成 dL/dz。</translation>
    </message>
    <message>
        <source>You left out the slope of the activation, {slope}: {number} × …</source>
        <translation>漏了激活函数的导数 {slope}：{number} × …</translation>
    </message>
    <message>
        <source>No slope belongs here: with this loss it cancels, and output minus target is left.</source>
        <translation>这里不需要导数：与这个损失相互抵消，只剩输出减去目标。</translation>
    </message>
    <message>
        <source>a(1 − a) is only one slope of softmax: the other logits move the loss too.</source>
        <translation>a(1 − a) 只是 softmax 的一个导数：其他 logit 也影响损失。</translation>
    </message>
    <message>
        <source>That is the error a − y itself: the slope of this loss is only its sign.</source>
        <translation>这是误差 a − y 本身：这个损失的导数只取它的符号。</translation>
    </message>
    <message>
        <source>That is the error a − y: the slope of the mean square is 2/n times as large.</source>
        <translation>这是误差 a − y：均方的导数是它的 2/n 倍。</translation>
    </message>
    <message>
        <source>That is the cell with row and column swapped.</source>
        <translation>这是行列互换后的单元格。</translation>
    </message>
    <message>
        <source>Rows and columns of the weights are swapped: take those that lead into this unit.</source>
        <translation>权重的行列弄反了：应取通向这个神经元的权重。</translation>
    </message>
    <message>
        <source>The weights are to be transposed: going back, take those that lead out of this unit.</source>
        <translation>权重应当转置：反向时取从这个神经元引出的权重。</translation>
    </message>
    <message>
        <source>You used the weights after the update: the way back uses those of the way forward.</source>
        <translation>用了更新后的权重：反向应使用前向时的权重。</translation>
    </message>
    <message>
        <source>You left out the learning rate, η = {number}.</source>
        <translation>漏了学习率 η = {number}。</translation>
    </message>
    <message>
        <source>You left out the momentum: γ = {number} times the old velocity stays.</source>
        <translation>漏了动量：要保留 γ = {number} 倍的旧速度。</translation>
    </message>
    <message>
        <source>Not all of the old velocity stays: multiply it by γ = {number}.</source>
        <translation>旧速度不是全部保留：要乘以 γ = {number}。</translation>
    </message>
    <message>
        <source>The learning rate, {number}, comes later: in this form the update multiplies by it.</source>
        <translation>学习率 {number} 在后面才用：这种形式在更新时才乘以它。</translation>
    </message>
    <message>
        <source>The learning rate, {number}, is in the velocity already.</source>
        <translation>速度中已经含有学习率 {number}。</translation>
    </message>
    <message>
        <source>You used the old velocity: take the one that has just been computed.</source>
        <translation>用了旧速度：应取刚算出的速度。</translation>
    </message>
    <message>
        <source>That is the value before the update.</source>
        <translation>这是更新前的值。</translation>
    </message>
    <message>
        <source>That is the size of the step: take it away from the old value.</source>
        <translation>这是步长：要从旧值中减去它。</translation>
    </message>
    <message>
        <source>You left out the bias: … {signed}</source>
        <translation>漏了偏置：… {signed}</translation>
    </message>
    <message>
        <source>You used z of the layer before: what came in here is a, after the activation.</source>
        <translation>用了上一层的 z ：这里传入的是激活之后的 a。</translation>
    </message>
    <message>
        <source>That is the share itself: take its logarithm.</source>
        <translation>这是概率本身：还要取对数。</translation>
    </message>
    <message>
        <source>That is z, the weighted sum: now apply the activation.</source>
        <translation>这是加权和 z ：还要施加激活函数。</translation>
    </message>
    <message>
        <source>Divide by the sum over all classes: the shares add up to 1.</source>
        <translation>要除以所有类别之和：概率总和为 1。</translation>
    </message>
    <message>
        <source>You left out the factor 1/2 of this loss.</source>
        <translation>漏了这个损失的系数 1/2。</translation>
    </message>
    <message>
        <source>Those are the {kept} added up: each is to be multiplied by its {missing} first.</source>
        <translation>那是把 {kept} 相加：每个应先乘以它的 {missing}。</translation>
    </message>
    <message>
        <source>{missing} is missing: each number that is added up has it as a factor.</source>
        <translation>缺少 {missing}：相加的每个数都以它为因子。</translation>
    </message>
    <message>
        <source>That is {kept} alone: the factor {missing} = {number} is missing.</source>
        <translation>那只是 {kept}：缺少因子 {missing} = {number}。</translation>
    </message>
    <message>
        <source>The factor {missing} = {number} is missing.</source>
        <translation>缺少因子 {missing} = {number}。</translation>
    </message>
    <message>
        <source>The sign of the gradient is wrong: the velocity adds it.</source>
        <translation>梯度的符号错了：速度要加上它。</translation>
    </message>
    <message>
        <source>The sign of the step is wrong: it goes against the gradient, so it is taken away.</source>
        <translation>步子的符号错了：应逆着梯度走，所以要减去。</translation>
    </message>
    <message>
        <source>The size is right, the sign is not: the error is output minus target.</source>
        <translation>大小对，符号不对：误差是输出减去目标。</translation>
    </message>
    <message>
        <source>The sign of z is the wrong way round.</source>
        <translation>加权和 z 的符号反了。</translation>
    </message>
    <message>
        <source>The size is right, the sign is not.</source>
        <translation>大小对，符号不对。</translation>
    </message>
    <message>
        <source>You divided by the {number} examples of the batch: here they are added up.</source>
        <translation>除以了批次的 {number} 个样本：这里是相加。</translation>
    </message>
    <message>
        <source>This is the mean over the batch: divide by its {number} examples.</source>
        <translation>这里取整批的平均：要除以 {number} 个样本。</translation>
    </message>
    <message>
        <source>That is the value of another example of the batch.</source>
        <translation>这是批次中另一个样本的值。</translation>
    </message>
    <message>
        <source>That is what a single example adds: take all of the batch together.</source>
        <translation>这只是一个样本的贡献：要把整批加在一起。</translation>
    </message>
    <message>
        <source>What this step does: {sentence}</source>
        <translation>这一步做的是：{sentence}</translation>
    </message>
    <message>
        <source>Enter goes on.</source>
        <translation>按回车继续。</translation>
    </message>
    <message>
        <source>Try again, or go on with Enter. Esc reveals.</source>
        <translation>再试一次，或按回车继续。Esc 看答案。</translation>
    </message>
    <message>
        <source>A number, a fraction or a calculation. Enter checks, Esc reveals.</source>
        <translation>数、分数或算式。回车检查，Esc 看答案。</translation>
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
        <translation>学习率 {text}：必须大于 0 且不超过 1e6，如 0.05 或 1e-3；仍为 {old}。</translation>
    </message>
</context>
<context>
    <name>RatePlot</name>
    <message>
        <source>Loss over learning rate: arrow keys move the rate</source>
        <translation>损失随学习率的变化：用方向键移动学习率</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>loss after</source>
        <translation>更新后损失</translation>
    </message>
    <message>
        <source>straight line</source>
        <translation>直线预测</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>差</translation>
    </message>
    <message>
        <source>learning rate, along −velocity</source>
        <translation>学习率，沿 −速度</translation>
    </message>
    <message>
        <source>learning rate, along −gradient</source>
        <translation>学习率，沿 −梯度</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>before {loss}</source>
        <translation>更新前 {loss}</translation>
    </message>
    <message>
        <source>update larger than the weights</source>
        <translation>更新大于权重</translation>
    </message>
    <message>
        <source>rises above {rate}</source>
        <translation>高于 {rate} 上升</translation>
    </message>
    <message>
        <source>best {rate}</source>
        <translation>最佳 {rate}</translation>
    </message>
    <message>
        <source>now {rate}</source>
        <translation>当前 {rate}</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Delete (Del)</source>
        <translation>删除（Del）</translation>
    </message>
</context>
<context>
    <name>SectionList</name>
    <message>
        <source>Sections of the lesson</source>
        <translation>课程的各部分</translation>
    </message>
    <message>
        <source>something is wrong here</source>
        <translation>这里有误</translation>
    </message>
</context>
<context>
    <name>Seen</name>
    <message>
        <source>What the net sees</source>
        <translation>网络看到的图像</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Images: arrow keys move, Enter opens one in the drawing pad</source>
        <translation>图像：方向键移动，回车在画板中打开</translation>
    </message>
    <message>
        <source>Image {index}: {true}. The net says {predicted}, with output {output}.</source>
        <translation>图像 {index}：{true}。网络认为是 {predicted}，输出 {output}。</translation>
    </message>
    <message>
        <source>Image {index}: {true}. The net says {predicted}, with output {output}; {true} has {other}.</source>
        <translation>图像 {index}：{true}。网络认为是 {predicted}，输出 {output}；{true} 的输出是 {other}。</translation>
    </message>
    <message>
        <source>No such images.</source>
        <translation>没有这样的图像。</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>Sparkline</name>
    <message>
        <source>{n} values, from {low} to {high}</source>
        <translation>{n} 个值，从 {low} 到 {high}</translation>
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
        <source>test: {examples}, scaled as in training</source>
        <translation>测试：{examples}，按训练方式缩放</translation>
    </message>
    <message>
        <source>test: {examples}, raw 0 to {top}</source>
        <translation>测试：{examples}，原始值 0 到 {top}</translation>
    </message>
    <message>
        <source>all images</source>
        <translation>全部图像</translation>
    </message>
    <message>
        <source>all examples</source>
        <translation>全部样本</translation>
    </message>
    <message>
        <source>first {n} images</source>
        <translation>前 {n} 张图像</translation>
    </message>
    <message>
        <source>first {n} examples</source>
        <translation>前 {n} 个样本</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>种子 {seed}</translation>
    </message>
</context>
<context>
    <name>StopsView</name>
    <message>
        <source>Breakpoints and watches</source>
        <translation>断点与监视</translation>
    </message>
    <message>
        <source>Breakpoints</source>
        <translation>断点</translation>
    </message>
    <message>
        <source>None yet. Run goes on until you pause it, or stops where you say here.</source>
        <translation>还没有断点。运行会一直继续到暂停，或停在这里指定的地方。</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Watches</source>
        <translation>监视</translation>
    </message>
    <message>
        <source>None yet. An expression over the arrays becomes a number and a curve.</source>
        <translation>还没有监视。由数组写成的表达式会显示为数值和曲线。</translation>
    </message>
    <message>
        <source>Cells are [row, column], counted from 0 in the matrices as they are shown.</source>
        <translation>单元格写作 [行，列]，从 0 数起，按矩阵显示的样子。</translation>
    </message>
    <message>
        <source>{on} of {n} enabled</source>
        <translation>启用 {on} / {n}</translation>
    </message>
    <message>
        <source>{text} is watched already.</source>
        <translation>已在监视 {text}。</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>修改</translation>
    </message>
</context>
<context>
    <name>Study</name>
    <message>
        <source>Activation</source>
        <translation>激活函数</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Learning rate η</source>
        <translation>学习率 η</translation>
    </message>
    <message>
        <source>Momentum γ</source>
        <translation>动量 γ</translation>
    </message>
    <message>
        <source>{sentence} {next}</source>
        <translation>{sentence}{next}</translation>
    </message>
    <message>
        <source>There is not enough memory for these runs.</source>
        <translation>内存不足以进行这些训练。</translation>
    </message>
    <message>
        <source>Something went wrong inside Backstep ({error}).</source>
        <translation>Backstep 内部出错（{error}）。</translation>
    </message>
</context>
<context>
    <name>StudyDialog</name>
    <message>
        <source>Progress of the runs</source>
        <translation>运行进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Open in the debugger</source>
        <translation>在调试器中打开</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The seed changes nothing here: weights and order of examples are given.</source>
        <translation>种子在此不起作用：权重和样本顺序都是给定的。</translation>
    </message>
</context>
<context>
    <name>Surface</name>
    <message>
        <source>Decision surface: arrow keys go from example to example</source>
        <translation>决策面：方向键在样本间移动</translation>
    </message>
    <message>
        <source>The outputs are no longer finite numbers.</source>
        <translation>输出不再是有限数。</translation>
    </message>
    <message>
        <source>line: {value}</source>
        <translation>分界线：{value}</translation>
    </message>
</context>
<context>
    <name>SweepDialog</name>
    <message>
        <source>Sweep</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>Key to vary</source>
        <translation>要变化的键</translation>
    </message>
    <message>
        <source>Second key to vary</source>
        <translation>第二个要变化的键</translation>
    </message>
    <message>
        <source>Values of the key</source>
        <translation>该键的取值</translation>
    </message>
    <message>
        <source>Values of the second key</source>
        <translation>第二个键的取值</translation>
    </message>
    <message>
        <source>Where the runs are made</source>
        <translation>在哪里运行</translation>
    </message>
    <message>
        <source>on this machine</source>
        <translation>在本机</translation>
    </message>
    <message>
        <source>on a Dask cluster</source>
        <translation>在 Dask 集群</translation>
    </message>
    <message>
        <source>Processes side by side; 0 is one per processor</source>
        <translation>并行进程数；0 表示每个处理器一个</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Address of the Dask scheduler</source>
        <translation>Dask 调度器地址</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>{range} asks for {asked} values, of which {n} are different whole numbers</source>
        <translation>{range} 要 {asked} 个值，其中不同的整数有 {n} 个</translation>
    </message>
    <message>
        <source>Progress of the sweep</source>
        <translation>扫描进度</translation>
    </message>
    <message>
        <source>nothing else</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Length of each run</source>
        <translation>每次训练的长度</translation>
    </message>
    <message>
        <source>What the length of a run is counted in</source>
        <translation>训练长度的计量单位</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>批</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>轮</translation>
    </message>
    <message>
        <source>What is drawn upwards</source>
        <translation>纵轴内容</translation>
    </message>
    <message>
        <source>loss at the end</source>
        <translation>最终损失</translation>
    </message>
    <message>
        <source>train accuracy at the end</source>
        <translation>最终训练准确率</translation>
    </message>
    <message>
        <source>test accuracy at the end</source>
        <translation>最终测试准确率</translation>
    </message>
    <message>
        <source>test loss at the end</source>
        <translation>结束时的测试损失</translation>
    </message>
    <message>
        <source>Choose a point to see its run.</source>
        <translation>选择一个点以查看其运行。</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>and</source>
        <translation>以及</translation>
    </message>
    <message>
        <source>processes</source>
        <translation>个进程</translation>
    </message>
    <message>
        <source>Each run</source>
        <translation>每次训练</translation>
    </message>
    <message>
        <source>The same key cannot be varied twice; give all its values at once.</source>
        <translation>同一个键不能变化两次；请一次给出它的全部取值。</translation>
    </message>
    <message>
        <source>These are {n} runs; at most {most} are possible.</source>
        <translation>共 {n} 次运行；最多 {most} 次。</translation>
    </message>
    <message>
        <source>Name the Dask scheduler by its address, as in tcp://127.0.0.1:8786.</source>
        <translation>请填写 Dask 调度器的地址，例如 tcp://127.0.0.1:8786。</translation>
    </message>
    <message>
        <source>{n} runs</source>
        <translation>{n} 次运行</translation>
    </message>
    <message>
        <source>1 run</source>
        <translation>1 次运行</translation>
    </message>
    <message>
        <source>{key} changes nothing here</source>
        <translation>{key} 在这里不起作用</translation>
    </message>
    <message>
        <source>each run sees batches × batch size examples; counted in epochs, all see as many</source>
        <translation>每次训练看到“批数 × 批大小”个样本；按轮计则都一样多</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Ending the runs under way…</source>
        <translation>正在结束进行中的运行…</translation>
    </message>
    <message>
        <source>{done} of {total} runs</source>
        <translation>{done}/{total} 次运行</translation>
    </message>
    <message>
        <source>Ended after {done} of {total} runs. Start goes on with the others.</source>
        <translation>完成 {done}/{total} 次后结束。点“开始”继续其余运行。</translation>
    </message>
    <message>
        <source>{n} runs done</source>
        <translation>{n} 次运行完成</translation>
    </message>
    <message>
        <source>{n} diverged</source>
        <translation>{n} 次发散</translation>
    </message>
    <message>
        <source>{n} could not be run: {why}</source>
        <translation>{n} 次无法运行：{why}</translation>
    </message>
    <message>
        <source>least loss at the end, {loss}, with {values}</source>
        <translation>最终损失最小为 {loss}，{values}</translation>
    </message>
    <message>
        <source>Save the runs</source>
        <translation>保存运行结果</translation>
    </message>
    <message>
        <source>Saved in {path}.</source>
        <translation>已保存到 {path}。</translation>
    </message>
    <message>
        <source>{path} cannot be written: {why}</source>
        <translation>无法写入 {path}：{why}</translation>
    </message>
</context>
<context>
    <name>SweepPlot</name>
    <message>
        <source>Runs of the sweep: arrow keys choose one, Enter opens it</source>
        <translation>扫描的各次运行：方向键选择，回车打开</translation>
    </message>
    <message>
        <source>Each run becomes a point here, as soon as it has ended.</source>
        <translation>每次运行结束后在此成为一个点。</translation>
    </message>
    <message>
        <source>loss, mean of the last tenth of the batches</source>
        <translation>损失，最后十分之一批次的平均</translation>
    </message>
    <message>
        <source>train accuracy, mean of the last tenth of the batches</source>
        <translation>训练准确率，最后十分之一批次的平均</translation>
    </message>
    <message>
        <source>test accuracy at the end</source>
        <translation>最终测试准确率</translation>
    </message>
    <message>
        <source>test loss at the end</source>
        <translation>结束时的测试损失</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>发散</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>{values}: not run yet</source>
        <translation>{values}：尚未运行</translation>
    </message>
    <message>
        <source>{values}: could not be run: {why}</source>
        <translation>{values}：无法运行：{why}</translation>
    </message>
    <message>
        <source>{values}: diverged after {n} batches: {why}</source>
        <translation>{values}：{n} 个批次后发散：{why}</translation>
    </message>
    <message>
        <source>loss {x}</source>
        <translation>损失 {x}</translation>
    </message>
    <message>
        <source>train accuracy {x}</source>
        <translation>训练准确率 {x}</translation>
    </message>
    <message>
        <source>test accuracy {x}</source>
        <translation>测试准确率 {x}</translation>
    </message>
    <message>
        <source>test loss {x}</source>
        <translation>测试损失 {x}</translation>
    </message>
</context>
<context>
    <name>Table</name>
    <message>
        <source>Examples with targets and outputs, the worst first</source>
        <translation>样本及其目标和输出，最差的在前</translation>
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
        <source>W, b as updated; z, a, δ, ∂W from before the update</source>
        <translation>W、b 已更新；z、a、δ、∂W 为更新之前的值</translation>
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
        <translation>在第 {n} 步之后停下，或取消（F9）</translation>
    </message>
    <message>
        <source>before batch {batch}: {key} {old} → {new}</source>
        <translation>第 {batch} 批之前：{key} {old} → {new}</translation>
    </message>
    <message>
        <source>before batch {batch}: {what}</source>
        <translation>第 {batch} 批之前：{what}</translation>
    </message>
    <message>
        <source>Go to batch {n}</source>
        <translation>转到第 {n} 批</translation>
    </message>
    <message>
        <source>to batch {n}</source>
        <translation>到第 {n} 批</translation>
    </message>
    <message>
        <source>Line {number}: {ends}</source>
        <translation>分支 {number}：{ends}</translation>
    </message>
    <message>
        <source>Line {number}: from batch {begins}; {ends}</source>
        <translation>第 {number} 条：从第 {begins} 批起；{ends}</translation>
    </message>
    <message>
        <source>Line {number}: from batch {begins}, {told}; {ends}</source>
        <translation>分支 {number}：从第 {begins} 批起，{told}；{ends}</translation>
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
        <translation>训练分支 {n}</translation>
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
        <source>{rate} applies from the next batch on</source>
        <translation>从下一批起使用 {rate}</translation>
    </message>
    <message>
        <source>RUNNING</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>BREAKPOINT</source>
        <translation>断点</translation>
    </message>
    <message>
        <source>LOOKING BACK</source>
        <translation>回看中</translation>
    </message>
    <message>
        <source>trains at {n}</source>
        <translation>训练到第 {n} 批</translation>
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
        <source>batch {b} · step {s}/{n}</source>
        <translation>批次 {b} · 步骤 {s}/{n}</translation>
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
        <translation>添加监视</translation>
    </message>
    <message>
        <source>Watch expression</source>
        <translation>监视表达式</translation>
    </message>
</context>
<context>
    <name>WatchRow</name>
    <message>
        <source>Delete watch</source>
        <translation>删除监视</translation>
    </message>
    <message>
        <source>Curve of {text}</source>
        <translation>{text} 的曲线</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>无值</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>待计算</translation>
    </message>
    <message>
        <source>This batch has yet to compute it.</source>
        <translation>本批次中尚未计算。</translation>
    </message>
    <message>
        <source>Double-click or Enter: change. Del: delete.</source>
        <translation>双击或回车：修改。Del：删除。</translation>
    </message>
</context>
<context>
    <name>WeightsField</name>
    <message>
        <source>Layer whose weights are shown</source>
        <translation>显示哪一层的权重</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Paste turned</source>
        <translation>转置粘贴</translation>
    </message>
    <message>
        <source>The numbers of the clipboard, as a spreadsheet, CSV, LaTeX or Python has them</source>
        <translation>剪贴板中的数，可来自电子表格、CSV、LaTeX 或 Python</translation>
    </message>
    <message>
        <source>Rows of the text become columns</source>
        <translation>文本的行变为列</translation>
    </message>
    <message>
        <source>Fill with 0</source>
        <translation>填 0</translation>
    </message>
    <message>
        <source>Put 0 into every cell that is empty, in all layers</source>
        <translation>在所有层的每个空单元格里填 0</translation>
    </message>
    <message>
        <source>Biases</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>Layer {k}</source>
        <translation>第 {k} 层</translation>
    </message>
    <message>
        <source>This net has too many weights to be typed: {n} at most.</source>
        <translation>这个网络的权重太多，无法逐个输入：最多 {n} 个。</translation>
    </message>
    <message>
        <source>{name}: type or paste its numbers; still missing: {n}.</source>
        <translation>{name}：请输入或粘贴各数；还缺 {n} 个。</translation>
    </message>
    <message>
        <source>ones</source>
        <translation>全 1</translation>
    </message>
    <message>
        <source>from {i}</source>
        <translation>自 {i}</translation>
    </message>
    <message>
        <source>to {j}</source>
        <translation>至 {j}</translation>
    </message>
    <message>
        <source>outputs × inputs</source>
        <translation>输出 × 输入</translation>
    </message>
    <message>
        <source>inputs × outputs</source>
        <translation>输入 × 输出</translation>
    </message>
    <message>
        <source>{name} is {rows} × {columns} here (rows × columns), the text {r} × {c}: it does not fit.</source>
        <translation>{name} 在这里是 {rows} × {columns}（行 × 列），文本是 {r} × {c}：放不下。</translation>
    </message>
    <message>
        <source>Turned, it does.</source>
        <translation>转置后可以。</translation>
    </message>
    <message>
        <source>Turn it</source>
        <translation>转置</translation>
    </message>
    <message>
        <source>{name}: {n} of {all} numbers pasted.</source>
        <translation>{name}：粘贴了 {all} 个数中的 {n} 个。</translation>
    </message>
    <message>
        <source>Go to {name}</source>
        <translation>转到 {name}</translation>
    </message>
</context>
<context>
    <name>Worked</name>
    <message>
        <source>{lesson}: batch {batch} worked out</source>
        <translation>{lesson}：批次 {batch} 演算</translation>
    </message>
    <message>
        <source>Epoch {epoch}, batch {batch}. Examples in the batch: {examples}.</source>
        <translation>第 {epoch} 轮，批次 {batch}，含 {examples} 个样本。</translation>
    </message>
    <message>
        <source>Learning rate η = {rate}.</source>
        <translation>学习率 η = {rate}。</translation>
    </message>
    <message>
        <source>Momentum γ = {momentum}.</source>
        <translation>动量 γ = {momentum}。</translation>
    </message>
    <message>
        <source>Numbers are rounded to {digits} significant digits.</source>
        <translation>数值保留 {digits} 位有效数字。</translation>
    </message>
    <message>
        <source>Of larger matrices the first and last {ends} rows and columns are written.</source>
        <translation>较大的矩阵只写出首尾的各 {ends} 行列。</translation>
    </message>
    <message>
        <source>Fill in what is left blank. Each result is needed again further down.</source>
        <translation>请填写空白处。每个结果在后面还会用到。</translation>
    </message>
    <message>
        <source>Calculate with the numbers as printed; where they nearly cancel, the last digits of an answer may differ.</source>
        <translation>请用印出的数计算；在几乎相消之处，答案的末几位可能不同。</translation>
    </message>
    <message>
        <source>Blank {n}:</source>
        <translation>空格 {n}：</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>已知</translation>
    </message>
    <message>
        <source>Step {index}: {title}</source>
        <translation>第 {index} 步：{title}</translation>
    </message>
    <message>
        <source>Written for the first example of the batch, s = 1.</source>
        <translation>这里写出批次中的第一个样本，s = 1。</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>答案</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
</context>
<context>
    <name>_Asking</name>
    <message>
        <source>layers from 1, cells from 0</source>
        <translation>层从 1 起，单元格从 0 起</translation>
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
        <translation>单元格：方向键移动，Ctrl+← 和 Ctrl+→ 切换数组，回车选择，F2 编辑</translation>
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
        <translation>第 {batch} 批之前改动：{old} → {new}</translation>
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
        <translation>点击行号：在该步之后停下，或取消</translation>
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
    <name>_Model</name>
    <message>
        <source>target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>不使用</translation>
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
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Open anyone&apos;s lesson or a saved run; both can be dropped on the window, too</source>
        <translation>打开课程文件或已保存的训练；也可以把文件拖到窗口上</translation>
    </message>
    <message>
        <source>Build a network…</source>
        <translation>搭建网络…</translation>
    </message>
    <message>
        <source>Put a lesson together: layers, start, loss, optimizer, data; start it or save it</source>
        <translation>组合一课：层、初始值、损失、优化器、数据；然后开始或保存</translation>
    </message>
    <message>
        <source>Save run</source>
        <translation>保存训练</translation>
    </message>
    <message>
        <source>Save lesson, seed, changes, position, breakpoints and watches: it opens to the same numbers</source>
        <translation>保存课程、种子、改动、位置、断点和监视：重新打开时数值完全相同</translation>
    </message>
    <message>
        <source>Save run as…</source>
        <translation>训练另存为…</translation>
    </message>
    <message>
        <source>Save the run in another file</source>
        <translation>把训练保存到另一个文件</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Arrays, metrics, pictures, a film, code or a worked example as a file</source>
        <translation>把数组、指标、图片、动画、代码或演算示例存成文件</translation>
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
        <translation>撤销上一个运算，也可跨批次；正在进行的训练会继续</translation>
    </message>
    <message>
        <source>Back a phase</source>
        <translation>后退一个阶段</translation>
    </message>
    <message>
        <source>Go back to the end of the phase before</source>
        <translation>回到上一阶段结束时</translation>
    </message>
    <message>
        <source>Back a batch</source>
        <translation>后退一批</translation>
    </message>
    <message>
        <source>Go back to the end of the batch before</source>
        <translation>回到上一批结束时</translation>
    </message>
    <message>
        <source>Back an epoch</source>
        <translation>后退一轮</translation>
    </message>
    <message>
        <source>Go back to the end of the epoch before</source>
        <translation>回到上一轮结束时</translation>
    </message>
    <message>
        <source>Go to the start</source>
        <translation>回到起点</translation>
    </message>
    <message>
        <source>Go back to before the first step of the run; what was recorded stays</source>
        <translation>回到训练的第一步之前；已有记录保留</translation>
    </message>
    <message>
        <source>Go to batch…</source>
        <translation>转到批次…</translation>
    </message>
    <message>
        <source>Type a batch to go to, back or on</source>
        <translation>输入要转到的批次，向后或向前均可</translation>
    </message>
    <message>
        <source>Go to the end, follow live</source>
        <translation>转到末尾，实时跟随</translation>
    </message>
    <message>
        <source>Go to the last batch of the run, and watch it if it trains on</source>
        <translation>转到训练的最后一批；若仍在训练则实时跟随</translation>
    </message>
    <message>
        <source>Undo the last change</source>
        <translation>撤销上次更改</translation>
    </message>
    <message>
        <source>Take back the last change of a rate, a switch or a typed cell, and go to its batch</source>
        <translation>撤销上一次对学习率、开关或单元格的更改，并转到那一批</translation>
    </message>
    <message>
        <source>Other lines of the run…</source>
        <translation>训练的其他分支…</translation>
    </message>
    <message>
        <source>Return to what happened before a change in the past</source>
        <translation>回到在过去作更改之前的训练</translation>
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
        <source>Sweep…</source>
        <translation>扫描…</translation>
    </message>
    <message>
        <source>Train the lesson many times with a key varied, in the background, and see all runs in one plot</source>
        <translation>在后台改变一个键多次训练本课，并在一张图中查看所有训练</translation>
    </message>
    <message>
        <source>Compare runs…</source>
        <translation>比较训练…</translation>
    </message>
    <message>
        <source>Train two or more runs on the same batches with one thing different, and see where they part</source>
        <translation>在相同批次上训练两个或更多只差一处的训练，看它们在哪里分开</translation>
    </message>
    <message>
        <source>Stop at this step</source>
        <translation>停在这一步</translation>
    </message>
    <message>
        <source>Set a breakpoint after the step shown, or take it away</source>
        <translation>在所示步骤之后设置或取消断点</translation>
    </message>
    <message>
        <source>Memory for checkpoints…</source>
        <translation>检查点内存…</translation>
    </message>
    <message>
        <source>Say how much memory going back may take</source>
        <translation>设定后退可占用多少内存</translation>
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
        <translation>数值的来历</translation>
    </message>
    <message>
        <source>Show the terms of the number that was clicked, at the right</source>
        <translation>在右侧显示所点数值的各项</translation>
    </message>
    <message>
        <source>What a learning rate would do</source>
        <translation>学习率会怎样</translation>
    </message>
    <message>
        <source>Show the loss of this batch over the learning rate, at the right</source>
        <translation>在右侧显示这一批的损失随学习率的变化</translation>
    </message>
    <message>
        <source>Breakpoints and watches</source>
        <translation>断点与监视</translation>
    </message>
    <message>
        <source>Say where to stop and what to watch, at the right</source>
        <translation>在右侧设定在哪里停下、监视什么</translation>
    </message>
    <message>
        <source>Predict the next value</source>
        <translation>预测下一个值</translation>
    </message>
    <message>
        <source>Work out a value of the coming step yourself, then see it</source>
        <translation>先自己算出下一步的一个值，再看结果</translation>
    </message>
    <message>
        <source>Data panel</source>
        <translation>数据面板</translation>
    </message>
    <message>
        <source>Show what the net makes of its data: surface or curve, a digit of your own, the test set</source>
        <translation>显示网络如何看待数据：决策面或曲线、你自己写的数字、测试集</translation>
    </message>
    <message>
        <source>Build panel</source>
        <translation>搭建面板</translation>
    </message>
    <message>
        <source>Change layers, start, loss, optimizer and data of this network, for a new run, at the right</source>
        <translation>在右侧更改此网络的层、初始化、损失、优化器和数据，用于新的运行</translation>
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
        <source>Next example of the batch</source>
        <translation>批次的下一个样本</translation>
    </message>
    <message>
        <source>Show the next example of the batch in the network; after the last comes the first</source>
        <translation>在网络中显示批次的下一个样本；最后一个之后回到第一个</translation>
    </message>
    <message>
        <source>Previous example of the batch</source>
        <translation>批次的上一个样本</translation>
    </message>
    <message>
        <source>Show the example before in the network; before the first comes the last</source>
        <translation>在网络中显示上一个样本；第一个之前是最后一个</translation>
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
    <message>
        <source>Anywhere</source>
        <translation>任何地方</translation>
    </message>
    <message>
        <source>On to the next control or panel, back</source>
        <translation>到下一个控件或面板，返回</translation>
    </message>
    <message>
        <source>On the tabs: another tab</source>
        <translation>在标签上：另一个标签</translation>
    </message>
    <message>
        <source>In the matrices</source>
        <translation>在矩阵中</translation>
    </message>
    <message>
        <source>From cell to cell</source>
        <translation>从单元格到单元格</translation>
    </message>
    <message>
        <source>To another array</source>
        <translation>到另一个数组</translation>
    </message>
    <message>
        <source>Where the number came from</source>
        <translation>这个数从哪里来</translation>
    </message>
    <message>
        <source>Type another number</source>
        <translation>键入另一个数</translation>
    </message>
    <message>
        <source>Leave the number as it was</source>
        <translation>保持原来的数</translation>
    </message>
    <message>
        <source>On the timeline</source>
        <translation>在时间线上</translation>
    </message>
    <message>
        <source>From step to step</source>
        <translation>从步骤到步骤</translation>
    </message>
    <message>
        <source>To the first, the last step</source>
        <translation>到第一步、最后一步</translation>
    </message>
    <message>
        <source>Go to that step</source>
        <translation>前往该步骤</translation>
    </message>
    <message>
        <source>Stop there</source>
        <translation>在那里停下</translation>
    </message>
    <message>
        <source>At the right</source>
        <translation>在右侧</translation>
    </message>
    <message>
        <source>Step: another cell is worked out</source>
        <translation>步骤：演算另一个单元格</translation>
    </message>
    <message>
        <source>Origin: from term to term</source>
        <translation>来历：从一项到另一项</translation>
    </message>
    <message>
        <source>Origin: where a factor came from</source>
        <translation>来历：一个因子从哪里来</translation>
    </message>
    <message>
        <source>Origin: back, forward</source>
        <translation>来历：后退、前进</translation>
    </message>
    <message>
        <source>Predict: check, go on</source>
        <translation>预测：核对、继续</translation>
    </message>
    <message>
        <source>Predict: reveal</source>
        <translation>预测：揭示</translation>
    </message>
    <message>
        <source>Curves: from batch to batch</source>
        <translation>曲线：从批次到批次</translation>
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
