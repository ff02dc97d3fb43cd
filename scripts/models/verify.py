"""Compares what was converted with independent runtimes: python verify.py [FETCH_FOLDER].

MobileFaceNet against the TensorFlow Lite file of another package (needs ai-edge-litert), EfficientNet-Lite0 against
ONNX Runtime on a graph built from the checkpoint as PyTorch keeps it (needs onnx and onnxruntime).
"""

import pathlib
import sys
import tempfile

import numpy as np

import blocks
import convert_face
import convert_object
import fetch
import forward
import torch_archive
import weights


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def face(folder):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(fetch.expo(folder) / 'MobileFaceNet.tflite'))
    interpreter.allocate_tensors()
    picture = ((forward.lcg_picture(112) - 127.5) / 128).astype(np.float32)
    batch = np.stack([picture, picture[:, ::-1]])
    interpreter.set_tensor(interpreter.get_input_details()[0]['index'], batch)
    interpreter.invoke()
    theirs = interpreter.get_tensor(interpreter.get_output_details()[0]['index'])
    tensors = weights.read(convert_face.TARGET, convert_face.EMBEDDING)
    ours = forward.run(blocks.mobile_face_net(), tensors, batch)[:, 0, 0]
    return float(np.abs(unit(ours) - unit(theirs)).max())


def lite0(folder):
    import onnx
    import onnxruntime
    from onnx import helper, numpy_helper

    state = torch_archive.read(next(fetch.lite0(folder).glob('*.pth')))
    nodes, constants, value, entry = [], [], 'input', 'input'
    for conv in blocks.efficientnet_lite0():
        name, norm = convert_object.upstream_names(conv.path)
        names = [f'{name}.weight'] + [f'{norm}.{n}' for n in ('weight', 'bias', 'running_mean', 'running_var')]
        constants += [numpy_helper.from_array(state[n], n) for n in names]
        if conv.opens:
            entry = value
        group = conv.inputs if conv.kind == 'depthwise' else 1
        nodes.append(
            helper.make_node(
                'Conv', [value, names[0]], [conv.path + ':c'], strides=[conv.stride] * 2, group=group, auto_pad='SAME_UPPER'
            )
        )
        nodes.append(helper.make_node('BatchNormalization', [conv.path + ':c', *names[1:]], [conv.path + ':n'], epsilon=1e-3))
        value = conv.path + ':n'
        if conv.activation == 'relu6':
            nodes.append(helper.make_node('Clip', [value], [value + 'a'], min=0.0, max=6.0))
            value += 'a'
        if conv.residual:
            nodes.append(helper.make_node('Add', [value, entry], [value + 'r']))
            value += 'r'
    nodes.append(helper.make_node('GlobalAveragePool', [value], ['pooled']))
    shape = lambda n, s: helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, s)
    graph = helper.make_graph(nodes, 'lite0', [shape('input', ['N', 3, 224, 224])], [shape('pooled', ['N', 1280, 1, 1])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 9)])
    model.ir_version = 6
    session = onnxruntime.InferenceSession(model.SerializeToString())
    picture = ((forward.lcg_picture(224) - 127) / 128).astype(np.float32)[None]
    theirs = session.run(None, {'input': picture.transpose(0, 3, 1, 2)})[0][:, :, 0, 0]
    tensors = weights.read(convert_object.TARGET, convert_object.EMBEDDING)
    ours = forward.run(blocks.efficientnet_lite0(), tensors, picture).mean(axis=(1, 2))
    return float(np.abs(unit(ours) - unit(theirs)).max())


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(tempfile.mkdtemp(prefix='semblance-models-'))
    results = {'mobile-face-net against TensorFlow Lite': face(folder), 'efficientnet-lite0 against ONNX Runtime': lite0(folder)}
    for name, difference in results.items():
        print(f'{name}: largest difference between unit vectors {difference:.1e}')
    if max(results.values()) > 1e-5:
        sys.exit('The conversion differs from the independent runtime by more than 1e-5.')


if __name__ == '__main__':
    main()
