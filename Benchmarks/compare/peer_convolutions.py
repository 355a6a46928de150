"""The passes of convolutions in PyTorch, layer by layer."""

import torch
import torch.nn.functional as F


def measure(layers, layout, timed):
    """Times every pass, under the names that the library's side gives them."""
    for l in layers:
        batch, height, width, inputs, outputs, kernel, stride, dilation = (l[name] for name in (
            "batch", "height", "width", "inputs", "outputs", "kernel", "stride", "dilation"))
        name = f"{kernel}x{kernel} {inputs}>{outputs} @{height}x{width} b{batch} stride {stride} dilation {dilation}"
        padding = dilation * (kernel - 1) // 2
        x = torch.randn(batch, inputs, height, width).contiguous(memory_format=layout)
        w = torch.randn(outputs, inputs, kernel, kernel).contiguous(memory_format=layout)
        dy = torch.randn_like(F.conv2d(x, w, None, stride, padding, dilation))

        def backward(*wanted):
            torch.ops.aten.convolution_backward(
                dy, x, w, None, [stride] * 2, [padding] * 2, [dilation] * 2, False, [0, 0], 1, [*wanted, False])

        with torch.inference_mode():
            timed(name + " forward", lambda: F.conv2d(x, w, None, stride, padding, dilation))
            timed(name + " weights", lambda: backward(False, True))
            if inputs > 3:
                timed(name + " input", lambda: backward(True, False))
