"""Writes and reads the weight format of the engine, and the files around it."""

import hashlib
import json
import pathlib

import numpy as np

import forward

APACHE = pathlib.Path(__file__).parent / 'LICENSE-Apache-2.0.txt'
FORMAT = 'semblance-weights/1'
# Below this a weight adds nothing to a float32 sum, and products with it are denormal, which slows a convolution ten-fold.
SMALLEST = 1e-12


def flush(values):
    """Values with everything below SMALLEST set to 0, and how many were."""
    small = (np.abs(values) < SMALLEST) & (values != 0)
    return np.where(small, 0, values).astype(values.dtype), int(small.sum())


def write_json(path: pathlib.Path, value) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + '\n')


def write(folder: pathlib.Path, network: str, tensors: dict[str, np.ndarray]) -> None:
    """`offset` and `length` count values, not bytes; the .bin is little-endian float32 without gaps."""
    entries, offset, chunks = [], 0, []
    for name, values in tensors.items():
        entries.append({'name': name, 'shape': list(values.shape), 'offset': offset, 'length': int(values.size)})
        offset += int(values.size)
        chunks.append(np.ascontiguousarray(values, '<f4').tobytes())
    (folder / f'{network}.bin').write_bytes(b''.join(chunks))
    lines = ',\n'.join('    ' + json.dumps(e) for e in entries)
    head = json.dumps({'format': FORMAT, 'network': network, 'dtype': 'float32'})[:-1]
    (folder / f'{network}.json').write_text(head + ', "tensors": [\n' + lines + '\n]}\n')


def read(folder: pathlib.Path, network: str) -> dict[str, np.ndarray]:
    header = json.loads((folder / f'{network}.json').read_text())
    values = np.fromfile(folder / f'{network}.bin', '<f4')
    return {t['name']: values[t['offset'] : t['offset'] + t['length']].reshape(t['shape']) for t in header['tensors']}


def file_entry(path: pathlib.Path):
    data = path.read_bytes()
    return {'name': path.name, 'sha256': hashlib.sha256(data).hexdigest(), 'bytes': len(data)}


def write_fixture(folder: pathlib.Path, network: str, output: np.ndarray, size: int, **more) -> None:
    """What a correct forward pass gives for `forward.lcg_picture(size)`, to be met within 1e-4 of the largest value."""
    write_json(
        folder / 'fixture.json',
        {
            'network': network,
            'picture': {
                'width': size,
                'height': size,
                'channels': 'RGB',
                'formula': 'value[row][column][channel] = (2*column*(channel+1) + 3*row + (state >>> 28)) mod 256; '
                'state starts at 1 and before each value becomes (1664525*state + 1013904223) mod 2^32; '
                'order: row, column, channel',
                'first': [int(v) for v in forward.lcg_picture(size).reshape(-1)[:8]],
                'sum': int(forward.lcg_picture(size).sum()),
            },
            'output': {
                'length': int(output.size),
                'first': [round(float(v), 7) for v in output[:8]],
                'sum': round(float(output.sum()), 6),
                'norm': round(float(np.linalg.norm(output)), 6),
            },
            **more,
        },
    )
