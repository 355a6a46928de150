"""Times the same layers in PyTorch, on one thread, in processor time; see kernels.c."""

import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)

LAYERS = [
    (16, 24, 64, 64, 1), (16, 24, 32, 32, 1), (16, 12, 64, 64, 1), (16, 12, 96, 96, 2), (16, 12, 96, 64, 6), (4, 81, 64, 64, 1),
    (4, 21, 256, 256, 1),
]


def shortest(function, runs=7):
    best = float("inf")
    for _ in range(runs):
        start = time.thread_time()
        function()
        best = min(best, time.thread_time() - start)
    return best


def convolution(batch, side, inputs, outputs, dilation, memory_format):
    x = torch.randn(batch, inputs, side, side).to(memory_format=memory_format)
    w = torch.randn(outputs, inputs, 3, 3).to(memory_format=memory_format)
    dy = torch.randn_like(F.conv2d(x, w, padding=dilation, dilation=dilation))

    def backward(mask):
        ones, around = [1, 1], [dilation, dilation]
        torch.ops.aten.convolution_backward(dy, x, w, None, ones, around, around, False, [0, 0], 1, mask)

    with torch.inference_mode():
        forward = shortest(lambda: F.conv2d(x, w, padding=dilation, dilation=dilation))
    return forward, shortest(lambda: backward([True, False, False])), shortest(lambda: backward([False, True, False]))


def feed_forward(rows, inputs, hidden):
    first, second = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, inputs)
    x, dy = torch.randn(rows, inputs, requires_grad=True), torch.randn(rows, inputs)

    def forward():
        return x + second(F.gelu(first(x)))

    with torch.inference_mode():
        alone = shortest(forward)
    return alone, shortest(lambda: forward().backward(dy))


print(f"PyTorch {torch.__version__}")
for batch, side, inputs, outputs, dilation in LAYERS:
    operations = 2e-9 * batch * side * side * 9 * inputs * outputs
    print(f"3x3 {inputs}>{outputs} @{side} b{batch} dilation {dilation}")
    for name, memory_format in (("NCHW", torch.contiguous_format), ("NHWC", torch.channels_last)):
        times = convolution(batch, side, inputs, outputs, dilation, memory_format)
        print("  %s: forward %.0f, input %.0f, weights %.0f" % (name, *(operations / t for t in times)))
print("feed-forward 64>256>64 of 9216 rows: forward %.2f ms, forward and backward %.2f ms"
      % tuple(1e3 * t for t in feed_forward(16 * 24 * 24, 64, 256)))
