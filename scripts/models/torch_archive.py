"""Reads a PyTorch checkpoint of the legacy (pre-1.6) layout without PyTorch.

The layout is five pickles (magic, protocol, platform, state, storage keys) followed by the storages, each an int64
count and raw little-endian values. Only the four names such a file needs are resolved; any other is refused, so that
a file cannot run code.
"""

import collections
import pathlib
import pickle
import struct

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
STORAGE_DTYPES = {'FloatStorage': np.dtype('<f4'), 'LongStorage': np.dtype('<i8')}


def _tensor(storage: tuple[str, str], offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object) -> tuple:
    return storage, offset, tuple(shape), tuple(stride)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) == ('torch._utils', '_rebuild_tensor_v2'):
            return _tensor
        if (module, name) == ('collections', 'OrderedDict'):
            return collections.OrderedDict
        if module == 'torch' and name in STORAGE_DTYPES:
            return name
        raise pickle.UnpicklingError(f'{module}.{name} is not allowed in a weight file')

    def persistent_load(self, pid: tuple) -> tuple[str, str]:
        kind, storage_type, key = pid[0], pid[1], pid[2]
        if kind != 'storage':
            raise pickle.UnpicklingError(f'{kind} is not a storage')
        return storage_type, key


def read(path: pathlib.Path) -> dict[str, np.ndarray]:
    """Tensors of a checkpoint by name, C-contiguous."""
    with path.open('rb') as file:
        if _Unpickler(file).load() != MAGIC:
            raise ValueError(f'{path.name} is not a legacy PyTorch checkpoint')
        _Unpickler(file).load()
        _Unpickler(file).load()
        state = _Unpickler(file).load()
        keys = _Unpickler(file).load()
        types = {key: kind for (kind, key), *_ in state.values()}
        storages = {}
        for key in keys:
            (count,) = struct.unpack('<q', file.read(8))
            dtype = STORAGE_DTYPES[types[key]]
            storages[key] = np.frombuffer(file.read(count * dtype.itemsize), dtype)
    tensors = {}
    for name, ((_, key), offset, shape, stride) in state.items():
        values = storages[key][offset:]
        strides = [s * values.itemsize for s in stride]
        tensors[name] = np.lib.stride_tricks.as_strided(values, shape, strides).copy()
    return tensors
