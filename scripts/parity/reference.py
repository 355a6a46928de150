"""Reference files: a few entries and the norm of each tensor, enough to hold another implementation against."""

import os

import numpy as np
from safetensors.numpy import save_file

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/ParityTests/References")


def positions(count, samples):
    """Which entries of a tensor of so many stand for it."""
    if count <= samples:
        return np.arange(count)
    return (np.arange(samples, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(40503)) % np.uint64(count)


def digest(tensors, samples):
    """The sampled entries [tensors, samples] (rest zero) and the norms [tensors] of named arrays."""
    entries = np.zeros((len(tensors), samples))
    for row, array in zip(entries, tensors.values()):
        flat = np.asarray(array, np.float64).reshape(-1)
        chosen = flat[positions(flat.size, samples)]
        row[: chosen.size] = chosen
    norms = np.array([np.linalg.norm(np.asarray(array, np.float64)) for array in tensors.values()])
    return entries, norms


def relative_error(tensors, expected, samples):
    """The largest error of a tensor, estimated from entries and norm, in units of its norm.

    A tensor with less than 1e-3 of the largest norm of its group is measured against that much, as what nearly cancels
    has few digits to compare; one with less than 1e-6 is zero but for rounding (the gradient of a shift before a
    normalization), and measured against the largest.
    """
    (found, found_norms), (entries, norms) = digest(tensors, samples), digest(expected, samples)
    largest = norms.max()
    scales = np.where(norms < 1e-6 * largest, largest, np.maximum(norms, 1e-3 * largest))
    counts = np.array([np.asarray(array).size for array in tensors.values()])
    chosen = np.minimum(counts, samples)
    spread = np.sqrt(counts / chosen * ((found - entries) ** 2).sum(axis=1))
    return (np.maximum(spread, np.abs(found_norms - norms)) / scales).max()


class Reference:
    """What one file holds: groups of named tensors, and remarks."""

    def __init__(self, name, samples=8, dtype=np.float32):
        self.name, self.samples, self.dtype = name, samples, dtype
        self.groups, self.remarks = {}, {}

    def add(self, group, tensors):
        self.groups[group] = {name: np.asarray(array, np.float64) for name, array in tensors.items()}

    def error(self, groups):
        """The largest relative error of other values for the same groups."""
        return max(self.error_of(name, groups[name]) for name, tensors in self.groups.items() if tensors)

    def error_of(self, group, tensors):
        """The largest relative error of other values for one group."""
        return relative_error(tensors, self.groups[group], self.samples)

    def write(self):
        arrays, metadata = {}, dict(self.remarks)
        for group, tensors in self.groups.items():
            if not tensors:
                continue
            entries, norms = digest(tensors, self.samples)
            arrays[group], arrays[group + ".norms"] = entries.astype(self.dtype), norms.astype(self.dtype)
            metadata[group] = "\n".join(tensors)
        os.makedirs(FOLDER, exist_ok=True)
        path = os.path.join(FOLDER, self.name + ".safetensors")
        save_file(arrays, path, metadata)
        print(f"{self.name}: {os.path.getsize(path)} bytes", flush=True)
