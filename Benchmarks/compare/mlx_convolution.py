"""Times a convolution of MLX on the processor, forward, and prints one line."""

import importlib.metadata
import time

import mlx.core as mx

mx.set_default_device(mx.cpu)
x, w = mx.random.normal((4, 81, 81, 64)), mx.random.normal((64, 3, 3, 64))
mx.eval(x, w)
best = float("inf")
for _ in range(3):
    start = time.perf_counter()
    mx.eval(mx.conv2d(x, w, padding=1))
    best = min(best, time.perf_counter() - start)
speed = 2e-9 * 4 * 81 * 81 * 9 * 64 * 64 / best
print(f"{importlib.metadata.version('mlx')}, 3x3 64>64 @81x81 b4 forward: {1e3 * best:.0f} ms, {speed:.1f} GFLOP/s")
