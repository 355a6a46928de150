"""Weights and inputs drawn from the library's Philox, each from a stream named after it."""

import math

import numpy as np
import torch

from philox import drawn

EMBEDDINGS = {"table.weight"}


def to_own(name, array):
    """PyTorch's layout of a parameter -> the library's: [out, in, h, w] -> [h, w, in, out], [out, in] -> [in, out]."""
    if array.ndim == 4:
        return array.transpose(2, 3, 1, 0)
    return array.T if array.ndim == 2 and name not in EMBEDDINGS else array


def to_torch(name, array):
    if array.ndim == 4:
        return array.transpose(3, 2, 0, 1)
    return array.T if array.ndim == 2 and name not in EMBEDDINGS else array


def spread_and_center(name, shape):
    """How far and around what a parameter of the library's shape is drawn."""
    if len(shape) == 4:
        return math.sqrt(6 / (shape[0] * shape[1] * shape[2])), 0
    if len(shape) == 2:
        return math.sqrt(3 / shape[0]), 0
    if name.endswith("running_var"):
        return 0.5, 1
    if name.endswith("sampling_offsets.bias"):
        return 1.5, 0
    if name.endswith("weight"):
        return 0.25, 1
    return 0.2, 0


def fill(module, case, shift=2.5):
    """Draws every parameter and running statistic of a module.

    The shifts of batch normalizations lie around `shift` and -`shift`, channel by channel in turn: a ReLU
    behind them seldom sees a number so near zero that rounding decides its gradient.
    """
    state = module.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        shape = to_own(name, np.empty(tensor.shape, np.int8)).shape
        values = drawn(f"{case}/{name}", shape, *spread_and_center(name, shape))
        if name.endswith("bias") and name.removesuffix("bias") + "running_mean" in state:
            values += np.where(np.arange(shape[0]) % 2 == 0, np.float32(shift), np.float32(-shift))
        tensor.copy_(torch.from_numpy(np.ascontiguousarray(to_torch(name, values))))


def labels(name, shape, classes, ignored=0.1):
    """Classes, and 255 for a share of `ignored`."""
    values = np.floor((drawn(name, shape, 0.5, 0.5, np.float64)) * classes / (1 - ignored)).astype(np.int64)
    return np.where(values < classes, values, 255)


def images(x):
    """[n, h, w, c] -> PyTorch's [n, c, h, w]."""
    return x.permute(0, 3, 1, 2)


def pixels(x):
    """[n, c, h, w] -> [n, h, w, c]."""
    return x.permute(0, 2, 3, 1)
