"""Graph models that are run as they come: read, denormals set to 0, written back under our names."""

import base64
import json

import numpy as np

import weights

STORED = {'float32': '<f4', 'float16': '<f2', 'int32': '<i4'}
CONVOLUTIONS = {'Conv2D': 1, '_FusedConv2D': 1, 'DepthwiseConv2dNative': 2, 'FusedDepthwiseConv2dNative': 2}


def read(path):
    """A graph and its tensors by name, in their stored type, in the order of the file."""
    graph = json.loads(path.with_suffix('.json').read_text())
    raw = path.with_suffix('.bin').read_bytes()
    tensors, offset = {}, 0
    for spec in graph['weightsManifest'][0]['weights']:
        count = int(np.prod(spec['shape'], dtype=np.int64))
        dtype = np.dtype(STORED[spec.get('quantization', {}).get('dtype', spec['dtype'])])
        tensors[spec['name']] = np.frombuffer(raw, dtype, count, offset).reshape(spec['shape'])
        offset += count * dtype.itemsize
    if offset != len(raw):
        raise ValueError(f'{path.name}: {len(raw) - offset} bytes are left over')
    return graph, tensors


def macs(graph, tensors, size):
    """Multiplications of the convolutions for one square picture, by following the spatial size through the graph."""
    nodes = {n['name']: n for n in graph['modelTopology']['node']}
    sizes = {}

    def of(name):
        name = name.split(':')[0].lstrip('^')
        if name not in sizes:
            sizes[name] = out(nodes[name])
        return sizes[name]

    def out(node):
        if node['op'] == 'Placeholder':
            return size
        if node['op'] == 'Const':
            return None
        inputs = [s for s in map(of, node.get('input', [])) if s]
        if node['op'] in ('Pad', 'PadV2'):
            before, after = tensors[node['input'][1]][1]
            return inputs[0] + int(before) + int(after)
        if 'strides' in node.get('attr', {}):
            stride = int(node['attr']['strides']['list']['i'][1])
            if base64.b64decode(node['attr']['padding']['s']) == b'SAME':
                return -(-inputs[0] // stride)
            kernel = tensors[node['input'][1]].shape[0] if node['op'] in CONVOLUTIONS else int(node['attr']['ksize']['list']['i'][1])
            return (inputs[0] - kernel) // stride + 1
        return inputs[0] if inputs else None

    return sum(int(tensors[n['input'][1]].size) * of(n['name']) ** 2 for n in nodes.values() if n['op'] in CONVOLUTIONS)


def copy(source, target, size):
    """Writes target.json and target.bin; returns the count of parameters and of multiplications."""
    graph, tensors = read(source)
    chunks, flushed = [], 0
    for values in tensors.values():
        if values.dtype == np.float32:
            values, count = weights.flush(values)
            flushed += count
        chunks.append(values.tobytes())
    graph['weightsManifest'][0]['paths'] = [f'{target.name}.bin']
    graph.pop('userDefinedMetadata', None)
    target.with_suffix('.json').write_text(json.dumps(graph, separators=(',', ':')) + '\n')
    target.with_suffix('.bin').write_bytes(b''.join(chunks))
    parameters = sum(int(v.size) for v in tensors.values() if v.dtype != np.int32)
    print(f'{target.name}: {parameters} parameters, {flushed} denormals set to 0')
    return {'parameters': parameters, 'macs': macs(graph, tensors, size)}
