"""The object embedding as data and as a reference in numpy; resources/models/object/README.md says it in words."""

import math

import numpy as np

import forward

CROP = 2 / 3  # side of the central crop over the side of the picture
COLOUR = {
    'bins': 12,
    'step': 2,
    'offset': 30,
    'red': 0.8,
    'green': 0.7,
    'sigma': 0.5,
    'share': 0.15,
}


def expected_mean(gamma, beta):
    """Mean of relu6(N(beta, gamma^2)), per channel: the pooled output the network gives on average on what it learned from.

    After batch normalisation a channel has mean beta and standard deviation |gamma| over the training pictures. The
    mean of a normal value cut below at 0 and above at 6 is r(beta) - r(beta - 6) with r(x) = x Phi(x/s) + s phi(x/s).
    """

    def rectified(x, s):
        z = x / s
        return x * 0.5 * (1 + math.erf(z / math.sqrt(2))) + s * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    pairs = zip(gamma.astype(float), beta.astype(float))
    return np.array([rectified(b, abs(g)) - rectified(b - 6, abs(g)) for g, b in pairs])


def unit(v):
    return v / np.linalg.norm(v)


def network_part(full, cropped, mean):
    """Unit vector of 1280 from the pooled outputs of the picture and of its mirrored central crop."""
    return unit(unit(full - mean) + unit(cropped - mean))


def colour_part(picture):
    """Unit vector of 144 from a picture of 224 x 224 x 3 with values 0 to 255."""
    size, bins = picture.shape[0], COLOUR['bins']
    middle = (size - 1) / 2
    histogram = np.zeros((bins, bins))
    for row in range(0, size, COLOUR['step']):
        for column in range(0, size, COLOUR['step']):
            distance = ((row - middle) ** 2 + (column - middle) ** 2) / (size / 2) ** 2
            weight = math.exp(-distance / (2 * COLOUR['sigma'] ** 2))
            red, green, blue = picture[row, column]
            total = red + green + blue + COLOUR['offset']
            at = []
            for value, highest in ((red, COLOUR['red']), (green, COLOUR['green'])):
                place = min(max(value / total / highest * bins - 0.5, 0), bins - 1)
                lower = min(int(place), bins - 2)
                at.append((lower, place - lower))
            (i, s), (j, t) = at
            histogram[i, j] += weight * (1 - s) * (1 - t)
            histogram[i + 1, j] += weight * s * (1 - t)
            histogram[i, j + 1] += weight * (1 - s) * t
            histogram[i + 1, j + 1] += weight * s * t
    return np.sqrt(histogram / histogram.sum()).reshape(-1)


def embedding(network, colour):
    """Unit vector of 1424: both parts, so that a cosine is 0.85 of the network's plus 0.15 of the colours'."""
    return np.concatenate([math.sqrt(1 - COLOUR['share']) * network, math.sqrt(COLOUR['share']) * colour])


def central_crop(picture):
    """The central crop, brought back to the picture's size by bilinear sampling with pixel centres at .5, and mirrored."""
    size = picture.shape[0]
    first = (1 - CROP) / 2 * size
    place = first + (np.arange(size) + 0.5) * CROP - 0.5
    lower = np.floor(place).astype(int)
    t = place - lower
    lerp = lambda a, shape: a[lower] * (1 - t).reshape(shape) + a[lower + 1] * t.reshape(shape)
    rows = lerp(picture, (-1, 1, 1))
    return lerp(rows.transpose(1, 0, 2), (-1, 1, 1)).transpose(1, 0, 2)[:, ::-1]


def reference(convs, tensors, picture, normalise, epsilon, mean):
    pooled = [forward.run(convs, tensors, normalise(p)[None], epsilon).mean(axis=(1, 2))[0] for p in (picture, central_crop(picture))]
    return pooled, network_part(*pooled, mean), colour_part(picture)
