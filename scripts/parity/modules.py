"""Layers and networks: outputs, gradients and running statistics of one training pass."""

import sys

import torch
from torch import nn

from drawing import fill, images, pixels, to_own
from philox import drawn
from reference import Reference
import networks as own


class Case:
    """A module with inputs of given shapes, and how it is called.

    `call(module, memory_format, *inputs)` returns outputs in the library's layout. The loss is the mean of each
    output times numbers drawn for it, added up.
    """

    def __init__(self, name, make, inputs, call, training=True, tracked=False, steady=2e-4, shift=2.5):
        self.name, self.make, self.inputs, self.call = name, make, inputs, call
        self.training, self.tracked, self.steady, self.shift = training, tracked, steady, shift

    def run(self, draw, dtype, memory_format=torch.contiguous_format):
        module = self.make()
        with torch.no_grad():
            fill(module, draw, self.shift)
        module = module.to(dtype).train(self.training)
        module = module.to(memory_format=memory_format)
        inputs = [
            torch.from_numpy(drawn(f"{draw}/input{i}", shape)).to(dtype).requires_grad_(self.tracked)
            for i, shape in enumerate(self.inputs)]
        outputs = self.call(module, memory_format, *inputs)
        loss = sum(
            (y * torch.from_numpy(drawn(f"{draw}/probe{i}", tuple(y.shape))).to(dtype)).mean() for i, y in enumerate(outputs))
        loss.backward()
        groups = {"outputs": {f"output{i}": y.detach().numpy() for i, y in enumerate(outputs)}}
        groups["gradients"] = {f"input{i}": x.grad.numpy() for i, x in enumerate(inputs) if self.tracked}
        groups["gradients"] |= {name: to_own(name, p.grad.numpy()) for name, p in module.named_parameters()}
        groups["statistics"] = {
            name: b.numpy() for name, b in module.named_buffers() if "running" in name and self.training}
        return groups

    def write(self):
        """Writes the first draw for which rounding decides no maximum.

        Where a ReLU or a pooling sees numbers that differ by rounding alone, one float32 implementation
        takes one side and another the other: a few gradients then differ by parts in a thousand, PyTorch's
        own in its two layouts among them. Such draws say nothing about an implementation. `steady` is the error up
        to which both layouts count as undisturbed.
        """
        for draw in [self.name] + [f"{self.name}.{attempt}" for attempt in range(1, 10)]:
            reference = Reference(self.name)
            for group, tensors in self.run(draw, torch.float64).items():
                reference.add(group, tensors)
            errors = [reference.error(self.run(draw, torch.float32, layout)) for layout in (torch.contiguous_format, torch.channels_last)]
            print(f"{draw}: PyTorch's float32 is off by NCHW {errors[0]:.1e}, NHWC {errors[1]:.1e}", flush=True)
            if max(errors) < self.steady:
                break
        reference.remarks |= {"draw": draw, "torch NCHW": f"{errors[0]:.1e}", "torch NHWC": f"{errors[1]:.1e}"}
        reference.write()


def image_case(name, make, inputs, **options):
    def call(module, memory_format, *x):
        y = module(*[images(x).contiguous(memory_format=memory_format) for x in x])
        return [pixels(y) for y in (y if isinstance(y, tuple) else (y,))]

    return Case(name, make, inputs, call, **options)


def tinted_case(name, make, shape, **options):
    """Images with a color each, so that the mean of a whole image has something to tell."""
    def call(module, memory_format, x, tint):
        return [pixels(module(images(x + tint).contiguous(memory_format=memory_format)))]

    return Case(name, make, [shape, (shape[0], 1, 1, shape[3])], call, **options)


def token_case(name, make, shape, **options):
    return Case(name, make, [shape, (1, *shape[1:])], lambda module, _, x, p: [module(x, p)], **options)


def plain_case(name, make, shape, **options):
    return Case(name, make, [shape], lambda module, _, x: [module(x)], **options)


def resnet(depth, stem, stride):
    return image_case(f"resnet{depth}-{stem}-{stride}", lambda: own.ResNet(depth, stem, stride), [(2, 65, 65, 3)], shift=4)


class Named(nn.Module):
    """A module and a function behind it, under the module's own names."""

    def __init__(self, module, after=lambda x: x):
        super().__init__()
        for name, parameter in module.named_parameters(recurse=False):
            self.register_parameter(name, parameter)
        for name, buffer in module.named_buffers(recurse=False):
            self.register_buffer(name, buffer)
        self.__dict__["inner"], self.after = module, after

    def forward(self, x):
        values = dict(self.named_parameters(recurse=False)) | dict(self.named_buffers(recurse=False))
        self.inner.train(self.training)
        return self.after(torch.func.functional_call(self.inner, values, (x,)))


LAYERS = [
    image_case("convolution-strided", lambda: nn.Conv2d(5, 8, 3, 2, 1), [(2, 9, 12, 5)], tracked=True),
    image_case("convolution-dilated-groups", lambda: own.convolution(6, 9, 3, 1, 2, 3), [(2, 11, 8, 6)], tracked=True),
    image_case("convolution-depthwise", lambda: own.convolution(16, 16, 5, 2, 1, 16), [(2, 12, 13, 16)], tracked=True),
    image_case("convolution-same", lambda: own.SameConvolution(7, 7, 3, 2, groups=7, bias=False), [(2, 12, 13, 7)], tracked=True),
    plain_case("linear", lambda: nn.Linear(19, 11), (3, 5, 19), tracked=True),
    image_case("batch-normalization", lambda: nn.BatchNorm2d(6), [(3, 7, 5, 6)], tracked=True),
    image_case("batch-normalization-rectified", lambda: Named(nn.BatchNorm2d(6), nn.functional.relu), [(3, 7, 5, 6)], tracked=True),
    image_case("batch-normalization-inference", lambda: nn.BatchNorm2d(6), [(3, 7, 5, 6)], training=False, tracked=True),
    plain_case("layer-normalization", lambda: nn.LayerNorm(24), (4, 6, 24), tracked=True),
    plain_case("feed-forward", lambda: own.FeedForward(10, 21, 6), (4, 7, 10), tracked=True),
    token_case("softmax-attention", lambda: own.SoftmaxAttention(24, 4), (2, 6, 7, 24), tracked=True),
    token_case("deformable-attention", lambda: own.DeformableAttention(24, 4, 3), (2, 6, 7, 24), tracked=True),
    image_case("residual-basic", lambda: own.Basic(8, 12, 2, 1, 2), [(2, 13, 13, 8)], tracked=True),
    image_case("residual-bottleneck", lambda: own.Bottleneck(16, 8, 1, 2, 2), [(2, 13, 13, 16)], tracked=True),
    tinted_case("atrous-pyramid", lambda: own.ASPP(8, 6, (6, 12, 18)), (8, 21, 21, 8), tracked=True),
    image_case("decoder", lambda: own.Decoder(6, 9, 12, 5, (1, 2)), [(4, 17, 17, 6), (4, 9, 9, 9)], tracked=True),
    image_case("inverted-bottleneck", lambda: own.Inverted(8, 8, 5, 1, 2), [(2, 14, 11, 8)], tracked=True),
]


def denoiser_case(kind):
    def call(module, _, features, mask, log_snr):
        return [module(features, mask, 5 * log_snr)]

    return Case(
        f"denoiser-{kind}", lambda: own.MaskDenoiser(16, 32, 16, 7, kind), [(2, 8, 9, 16), (2, 8, 9, 16), (2,)], call)


NETWORKS = [
    resnet(18, "classic", 32), resnet(18, "deep", 8), resnet(34, "classic", 16), resnet(34, "deep", 32),
    resnet(50, "classic", 32), resnet(50, "deep", 16), resnet(101, "classic", 8), resnet(101, "deep", 16),
    tinted_case("deeplab-resnet50", lambda: own.DeepLabV3Plus(own.ResNet(50, "deep", 16), 21), (4, 65, 65, 3), shift=4),
    tinted_case("deeplab-resnet101", lambda: own.DeepLabV3Plus(own.ResNet(101, "deep", 16), 21), (4, 65, 65, 3), steady=5e-4, shift=4),
    image_case("efficientnet-lite0-32", lambda: own.EfficientNetLite0(32), [(4, 64, 65, 3)], steady=5e-4),
    image_case("efficientnet-lite0-16", lambda: own.EfficientNetLite0(16), [(4, 65, 64, 3)], steady=5e-4),
    denoiser_case("deformable"), denoiser_case("softmax"),
]

if __name__ == "__main__":
    torch.set_num_threads(1)
    for case in LAYERS + NETWORKS:
        if len(sys.argv) == 1 or case.name in sys.argv[1:]:
            case.write()
