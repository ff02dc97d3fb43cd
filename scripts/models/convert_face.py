"""Converts the networks of the face profile: python convert_face.py [FETCH_FOLDER]."""

import base64
import json
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


def read_graph(path):
    graph = json.loads(path.with_suffix('.json').read_text())
    raw = path.with_suffix('.bin').read_bytes()
    tensors, offset = {}, 0
    for spec in graph['weightsManifest'][0]['weights']:
        count = int(np.prod(spec['shape'], dtype=np.int64))
        stored = spec.get('quantization', {}).get('dtype', spec['dtype'])
        dtype = np.dtype({'float32': '<f4', 'float16': '<f2', 'int32': '<i4'}[stored])
        tensors[spec['name']] = np.frombuffer(raw, dtype, count, offset).reshape(spec['shape'])
        offset += count * dtype.itemsize
    if offset != len(raw):
        raise ValueError(f'{path.name}: {len(raw) - offset} bytes are left over')
    return graph, tensors


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

    The graph has a Relu fused into its depthwise convolutions ahead of the parametric part, and the PReLU constants
    carry the wrong sign. PReLU is upstream relu(x) + 0.5 alpha (x - |x|), whose constant the converter stored as
    -0.5 alpha; PReLU after each convolution with alpha = -2 * constant ... see ALPHA_FACTOR.
    """
    graph, upstream = read_graph(source / 'mobilefacenet')
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


ALPHA_FACTOR = np.float32(-1)
