"""The library's random numbers in NumPy: Philox4x32-10, as in Sources/DMTensors/Random.

Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", 2011.
"""

import numpy as np

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def blocks(first, count, stream, key):
    """The cipher of the counters first ..< first + count: [count, 4] words of 32 bits."""
    counters = np.arange(first, first + count, dtype=np.uint64)
    c = [counters & LOW, counters >> HALF]
    c += [np.full(count, word, np.uint64) for word in (stream & 0xFFFFFFFF, stream >> 32)]
    k = [key & 0xFFFFFFFF, key >> 32]
    for _ in range(10):
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(b >> HALF) ^ c[1] ^ np.uint64(k[0]), b & LOW, (a >> HALF) ^ c[3] ^ np.uint64(k[1]), a & LOW]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(c, axis=1)


def hashed(name):
    """FNV-1a with 64 bits: the seed of what has this name."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return value


def uniform(name, shape, dtype):
    """Numbers in [0, 1): 24 random bits in float32, 53 in float64."""
    count = int(np.prod(shape))
    if dtype == np.float32:
        words = blocks(0, -(-count // 4), 0, hashed(name)).reshape(-1)[:count]
        values = (words >> np.uint64(8)).astype(np.float32) * np.float32(2.0**-24)
    else:
        words = blocks(0, -(-count // 2), 0, hashed(name))
        both = np.stack([words[:, 1] << HALF | words[:, 0], words[:, 3] << HALF | words[:, 2]], axis=1).reshape(-1)[:count]
        values = (both >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return values.reshape(shape)


def drawn(name, shape, spread=1.0, center=0.0, dtype=np.float32):
    """Numbers in [center - spread, center + spread), each step rounded as the tests round it."""
    signed = uniform(name, shape, dtype) * dtype(2) - dtype(1)
    return signed * dtype(spread) + dtype(center)


if __name__ == "__main__":
    # The known answer of Random123 for a counter and a key of zeros.
    assert [hex(int(word)) for word in blocks(0, 1, 0, 0)[0]] == ["0x6627e8d5", "0xe169c58d", "0xbc57ac4c", "0x9b00dbd8"]
    print("Philox4x32-10 gives Random123's known answer")
