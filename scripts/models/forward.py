"""A plain numpy forward pass of a list of convolutions: the yardstick for the engine's fixtures, not a fast path."""

import numpy as np


def lcg_picture(size):
    """A picture of integers that any language reproduces exactly: ramps of three slopes plus noise of four bits.

    state = (1664525 * state + 1013904223) mod 2^32 from state 1, one step a value, in the order row, column, channel;
    value = (2 * column * (channel + 1) + 3 * row + (state >> 28)) mod 256.
    """
    picture = np.zeros((size, size, 3), np.float64)
    state = 1
    for row in range(size):
        for column in range(size):
            for channel in range(3):
                state = (1664525 * state + 1013904223) & 0xFFFFFFFF
                picture[row, column, channel] = (2 * column * (channel + 1) + 3 * row + (state >> 28)) % 256
    return picture


def _pad(x, kernel, stride, padding):
    if padding == 'valid':
        return x
    pads = []
    for size in x.shape[1:3]:
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads.append((total // 2, total - total // 2))
    return np.pad(x, ((0, 0), *pads, (0, 0)))


def convolve(x, kernel, stride, padding, depthwise):
    k = kernel.shape[0]
    x = _pad(x, k, stride, padding)
    height, width = (x.shape[1] - k) // stride + 1, (x.shape[2] - k) // stride + 1
    out = 0
    for i in range(k):
        for j in range(k):
            tap = x[:, i : i + (height - 1) * stride + 1 : stride, j : j + (width - 1) * stride + 1 : stride]
            out = out + (tap * kernel[i, j, :, 0] if depthwise else tap @ kernel[i, j])
    return out


def run(convs, tensors, x, epsilon=1e-3, dtype=np.float64):
    """The output of the last convolution, N x H x W x C, for a normalised picture batch N x H x W x 3."""
    x = x.astype(dtype)
    entry = x
    for conv in convs:
        if conv.opens:
            entry = x
        x = convolve(x, tensors[f'{conv.path}/kernel'].astype(dtype), conv.stride, conv.padding, conv.kind == 'depthwise')
        if f'{conv.path}/bias' in tensors:
            x = x + tensors[f'{conv.path}/bias']
        else:
            gamma, beta, mean, variance = (tensors[f'{conv.path}/{n}'].astype(dtype) for n in ('gamma', 'beta', 'mean', 'variance'))
            x = (x - mean) * (gamma / np.sqrt(variance + epsilon)) + beta
        if conv.activation == 'relu6':
            x = np.clip(x, 0, 6)
        elif conv.activation == 'prelu':
            x = np.where(x < 0, x * tensors[f'{conv.path}/alpha'], x)
        if conv.residual:
            x = x + entry
    return x
