"""Converts the networks of the face profile: python convert_face.py [FETCH_FOLDER]."""

import base64
import pathlib
import shutil
import sys
import tempfile

import numpy as np

import blocks
import fetch
import forward
import graphs
import weights

TARGET = pathlib.Path(__file__).resolve().parents[2] / 'resources' / 'models' / 'face'
EMBEDDING = 'mobile-face-net'
INPUT = {'width': 112, 'height': 112, 'channels': 'RGB', 'layout': 'NHWC'}
NORMALISATION = {'mean': 127.5, 'scale': 1 / 128}


def upstream_path(path):
    """The scope of one of our convolutions in the upstream graph, below MobileFaceNet/."""
    fixed = {
        'stem': 'MobileFaceNet/Conv2d_0',
        'stem-depthwise': 'MobileFaceNet/SeparableConv2d',
        'stem-project': 'MobileFaceNet/Conv',
        'head': 'MobileFaceNet/Conv2d_7',
        'global-depthwise': 'Logits/SeparableConv2d',
        'global-project': 'Logits/Conv',
        'embedding': 'Logits/LinearConv1x1',
    }
    if path in fixed:
        return fixed[path]
    block, part = path.rsplit('/', 1)
    scope = {'expand': 'Conv', 'depthwise': 'SeparableConv2d', 'project': 'Conv_1'}[part]
    if block.startswith('down'):
        group, index = {'down1': (2, 0), 'down2': (3, 0), 'down3': (5, 0)}[block]
    else:
        stage, position = block.split('/')
        # The first group keeps its down-sampling block and its repeats in one scope, the others do not.
        group, index = {'stage1': (2, int(position) + 1), 'stage2': (4, int(position)), 'stage3': (6, int(position))}[stage]
    return f'MobileFaceNet/Conv2d_{group}_InvResBlock_{index}/{scope}'


def check_strides(graph, convs):
    nodes = {n['name']: n for n in graph['modelTopology']['node']}
    for conv in convs:
        scope = 'MobileFaceNet/' + upstream_path(conv.path)
        name = f'{scope}/depthwise' if conv.kind == 'depthwise' else f'{scope}/BatchNorm/FusedBatchNorm'
        attributes = nodes[name]['attr']
        stride = int(attributes['strides']['list']['i'][1])
        padding = base64.b64decode(attributes['padding']['s']).decode().lower()
        if stride != conv.stride or (padding != conv.padding and conv.kernel > 1):
            raise ValueError(f'{conv.path}: stride {stride} and padding {padding} upstream differ from the block table')


def mobile_face_net(source):
    """Undoes the two faults of the packaged graph by reading the weights only.

    The graph has a Relu fused into its depthwise convolutions ahead of the parametric part, and its PReLU constants
    carry the wrong sign. Upstream writes PReLU as relu(x) + 0.5 alpha (x - |x|) and the packaged constant is
    -0.5 alpha, so a PReLU after each convolution takes alpha = -2 * constant.
    """
    graph, upstream = graphs.read(source / 'mobilefacenet')
    convs = blocks.mobile_face_net()
    check_strides(graph, convs)
    tensors, used = {}, set()

    def take(name, shape):
        values = upstream[name]
        if values.shape != shape:
            raise ValueError(f'{name} has shape {values.shape}, the block table says {shape}')
        used.add(name)
        return values

    flushed = 0
    for conv in convs:
        scope = 'MobileFaceNet/' + upstream_path(conv.path)
        operation = 'depthwise' if conv.kind == 'depthwise' else 'Conv2D'
        kernel, count = weights.flush(take(f'{scope}/{operation}_weights', blocks.kernel_shape(conv)))
        bias, more = weights.flush(take(f'{scope}/{operation}_bn_offset', (conv.outputs,)))
        flushed += count + more
        tensors[f'{conv.path}/kernel'] = kernel
        tensors[f'{conv.path}/bias'] = bias
        if conv.activation == 'prelu':
            tensors[f'{conv.path}/alpha'] = ALPHA_FACTOR * take(f'{scope}/mul', (conv.outputs,))
    left = {n for n, v in upstream.items() if v.size > 1} - used
    if left:
        raise ValueError(f'weights without a place: {sorted(left)}')
    weights.write(TARGET, EMBEDDING, tensors)
    parameters = sum(v.size for v in tensors.values())
    print(f'{EMBEDDING}: {parameters} parameters, {flushed} denormals set to 0')
    return convs, tensors, parameters


def manifest(convs, parameters, graph_entries):
    packaged = {'registry': 'npm', 'name': fetch.HUMAN_MODELS, 'version': fetch.HUMAN_MODELS_VERSION}
    mediapipe = {'upstream': 'MediaPipe', 'authors': 'The MediaPipe Authors', 'licence': 'Apache-2.0', 'licenceFile': 'LICENSE-Apache-2.0.txt'}
    networks = {
        EMBEDDING: {
            'role': 'embedding',
            'files': [f'{EMBEDDING}.json', f'{EMBEDDING}.bin'],
            'source': {
                **packaged,
                'upstream': 'sirius-ai/MobileFaceNet_TF',
                'authors': 'sirius-ai',
                'licence': 'Apache-2.0',
                'licenceFile': 'LICENSE-Apache-2.0.txt',
            },
            'input': INPUT,
            'normalisation': NORMALISATION,
            'dimensions': 192,
            'parameters': parameters,
            'macs': blocks.macs(convs, INPUT['height']),
        }
    }
    for name, role, source_input, normalisation, outputs in (
        ('blazeface-back', 'detector', 256, {'mean': 127.5, 'scale': 1 / 127.5}, DETECTOR_OUTPUTS),
        ('facemesh', 'landmarks', 192, {'mean': 0, 'scale': 1 / 255}, LANDMARK_OUTPUTS),
    ):
        networks[name] = {
            'role': role,
            'files': [f'{name}.json', f'{name}.bin'],
            'source': {**packaged, **mediapipe},
            'input': {'width': source_input, 'height': source_input, 'channels': 'RGB', 'layout': 'NHWC'},
            'normalisation': normalisation,
            'outputs': outputs,
            **graph_entries[name],
        }
    names = ['LICENSE-Apache-2.0.txt', 'LICENSE-human-models-MIT.txt', 'fixture.json']
    names += [f for n in networks.values() for f in n['files']]
    return {
        'format': 'semblance-models/1',
        'profile': 'face',
        'packaging': {**packaged, 'licence': 'MIT', 'licenceFile': 'LICENSE-human-models-MIT.txt'},
        'networks': networks,
        'files': [weights.file_entry(TARGET / n) for n in sorted(names)],
    }


DETECTOR_OUTPUTS = {
    'scores16': 'Identity:0',
    'scores8': 'Identity_1:0',
    'boxes16': 'Identity_2:0',
    'boxes8': 'Identity_3:0',
}
LANDMARK_OUTPUTS = {'contours': 'Identity:0', 'presence': 'Identity_1:0', 'mesh': 'Identity_2:0'}
ALPHA_FACTOR = np.float32(-2)


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(tempfile.mkdtemp(prefix='semblance-models-'))
    source = fetch.human_models(folder)
    TARGET.mkdir(parents=True, exist_ok=True)
    convs, tensors, parameters = mobile_face_net(source)
    graph_entries = {name: graphs.copy(source / name, TARGET / name, size) for name, size in (('blazeface-back', 256), ('facemesh', 192))}
    picture = (forward.lcg_picture(INPUT['height']) - NORMALISATION['mean']) * NORMALISATION['scale']
    weights.write_fixture(TARGET, EMBEDDING, forward.run(convs, tensors, picture[None])[0, 0, 0], INPUT['height'])
    shutil.copyfile(weights.APACHE, TARGET / 'LICENSE-Apache-2.0.txt')
    shutil.copyfile(source / 'LICENSE', TARGET / 'LICENSE-human-models-MIT.txt')
    weights.write_json(TARGET / 'manifest.json', manifest(convs, parameters, graph_entries))


if __name__ == '__main__':
    main()
