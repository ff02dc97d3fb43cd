"""The two networks as flat lists of convolutions, in the order of the forward pass.

Both the conversion (which weight goes where, how many multiplications) and the reference forward pass read these
lists. The engine has its own copy of the same tables; the fixtures hold the two together.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Conv:
    path: str
    kind: str  # 'conv' or 'depthwise'
    kernel: int
    stride: int
    inputs: int
    outputs: int
    padding: str  # 'same' as TensorFlow pads, or 'valid'
    activation: str  # 'prelu', 'relu6' or 'linear'
    opens: bool = False  # the first convolution of a block: its input is what a residual adds
    residual: bool = False  # the last convolution of a residual block: the block's input is added to its output


def bottleneck(path, inputs, hidden, outputs, kernel, stride, activation, expand=True):
    residual = stride == 1 and inputs == outputs
    convs = []
    if expand:
        convs.append(Conv(f'{path}/expand', 'conv', 1, 1, inputs, hidden, 'same', activation, opens=True))
    convs.append(Conv(f'{path}/depthwise', 'depthwise', kernel, stride, hidden, hidden, 'same', activation, opens=not expand))
    convs.append(Conv(f'{path}/project', 'conv', 1, 1, hidden, outputs, 'same', 'linear', residual=residual))
    return convs


def mobile_face_net():
    convs = [
        Conv('stem', 'conv', 3, 2, 3, 64, 'same', 'prelu'),
        Conv('stem-depthwise', 'depthwise', 3, 1, 64, 64, 'same', 'prelu'),
        Conv('stem-project', 'conv', 1, 1, 64, 64, 'same', 'linear'),
    ]
    channels = 64
    for stage, (down_hidden, hidden, outputs, repeats) in enumerate(((128, 128, 64, 4), (256, 256, 128, 6), (512, 256, 128, 2)), 1):
        convs += bottleneck(f'down{stage}', channels, down_hidden, outputs, 3, 2, 'prelu')
        for i in range(repeats):
            convs += bottleneck(f'stage{stage}/{i}', outputs, hidden, outputs, 3, 1, 'prelu')
        channels = outputs
    return convs + [
        Conv('head', 'conv', 1, 1, 128, 512, 'same', 'prelu'),
        Conv('global-depthwise', 'depthwise', 7, 1, 512, 512, 'valid', 'linear'),
        Conv('global-project', 'conv', 1, 1, 512, 512, 'same', 'linear'),
        Conv('embedding', 'conv', 1, 1, 512, 192, 'same', 'linear'),
    ]


# (expansion, kernel, stride of the first block, output channels, blocks)
LITE0_STAGES = ((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1))


def efficientnet_lite0():
    convs = [Conv('stem', 'conv', 3, 2, 3, 32, 'same', 'relu6')]
    channels, index = 32, 0
    for expansion, kernel, stride, outputs, repeats in LITE0_STAGES:
        for i in range(repeats):
            convs += bottleneck(
                f'blocks/{index}', channels, channels * expansion, outputs, kernel, stride if i == 0 else 1, 'relu6', expansion > 1
            )
            channels = outputs
            index += 1
    return convs + [Conv('head', 'conv', 1, 1, 320, 1280, 'same', 'relu6')]


def kernel_shape(conv):
    if conv.kind == 'depthwise':
        return (conv.kernel, conv.kernel, conv.inputs, 1)
    return (conv.kernel, conv.kernel, conv.inputs, conv.outputs)


def macs(convs, size):
    """Multiplications with addition for one picture of size x size."""
    total = 0
    for conv in convs:
        size = -(-size // conv.stride) if conv.padding == 'same' else (size - conv.kernel) // conv.stride + 1
        depth = 1 if conv.kind == 'depthwise' else conv.inputs
        total += conv.kernel**2 * depth * conv.outputs * size * size
    return total
