"""The networks of the library's settings in PyTorch, made of the parts that the parity tests are made of."""

import json
import os
import sys

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/parity"))
import networks

# The library's defaults of the settings that a case may change.
DEFAULTS = {
    "method": "diffmatch", "encoder.name": "compact", "encoder.channels": "32", "decoder.channels": "64", "decoder.lowLevelChannels": "16",
    "decoder.rates": "[2, 4, 6]", "denoiser.layers": "4", "denoiser.channels": "64", "denoiser.heads": "8", "denoiser.points": "4",
    "denoiser.attention": "deformable", "diffusion.samplingSteps": "3", "pseudoLabels.threshold": "0.95",
    "training.auxiliaryLossWeight": "0",
}


class Settings:
    """The values of a case's settings, which name no other keys than those that this side knows."""

    def __init__(self, given):
        unknown = set(given) - set(DEFAULTS)
        assert not unknown, f"PyTorch's side does not know {unknown}"
        assert given.get("method", "diffmatch") == "supervised" or float(given.get("training.auxiliaryLossWeight", "0.5")) == 0, \
            "PyTorch's side has no auxiliary classifier: set training.auxiliaryLossWeight to 0"
        self.values = DEFAULTS | given

    def text(self, key):
        return self.values[key]

    def value(self, key):
        return json.loads(self.values[key])


class Compact(nn.Module):
    """The compact encoder: a stem of stride 2, three stages at strides 4, 8 and 8."""

    def __init__(self, width):
        super().__init__()
        self.stem = nn.Sequential(networks.convolution(3, width, 3, 2), nn.BatchNorm2d(width), nn.ReLU(inplace=True))

        def stage(inputs, outputs, stride, dilation):
            return nn.Sequential(
                networks.Basic(inputs, outputs, stride, dilation, dilation), networks.Basic(outputs, outputs, 1, dilation, dilation))

        self.stage1, self.stage2 = stage(width, width, 2, 1), stage(width, 2 * width, 2, 1)
        self.stage3 = stage(2 * width, 3 * width, 1, 2)
        self.channels = (width, 3 * width)

    def forward(self, x):
        low = self.stage1(self.stem(x))
        return low, self.stage3(self.stage2(low))


class Segmentation(nn.Module):
    """Encoder, decoder, and a classifier of pixels or a denoiser with its table of codes."""

    def __init__(self, settings, classes):
        super().__init__()
        name, width = settings.text("encoder.name"), settings.value("decoder.channels")
        self.encoder = (
            Compact(settings.value("encoder.channels")) if name == "compact"
            else networks.ResNet(int(name.removeprefix("resnet")), output_stride=16))
        self.decoder = networks.Decoder(
            *self.encoder.channels, width, settings.value("decoder.lowLevelChannels"), settings.value("decoder.rates"))
        if settings.text("method") == "supervised":
            self.classifier = nn.Conv2d(width, classes, 1)
            return
        self.table = nn.Parameter(torch.randn(classes + 1, width))
        self.denoiser = networks.MaskDenoiser(
            width, settings.value("denoiser.channels"), width, classes, settings.text("denoiser.attention"),
            settings.value("denoiser.layers"), settings.value("denoiser.heads"), settings.value("denoiser.points"))
        for layer in self.denoiser.layers:
            if isinstance(layer.attn, networks.DeformableAttention):
                # As far apart as the compass directions that the library starts from.
                nn.init.uniform_(layer.attn.sampling_offsets.bias, -4, 4)

    def features(self, images, dropout=None):
        levels = self.encoder(images)
        return self.decoder(*(levels if dropout is None else dropout(levels)))

    def codes(self):
        return 0.1 * (2 * torch.sigmoid(self.table) - 1)

    def parameter_count(self):
        return sum(parameter.numel() for parameter in self.parameters())


def folded(network):
    """The network for inference, every batch normalization folded into the convolution before it."""
    network = network.eval()
    for module in list(network.modules()):
        pairs = [("conv", "bn"), ("conv1", "bn1"), ("conv2", "bn2"), ("conv3", "bn3"), ("0", "1")]
        for convolution, norm in pairs:
            first, second = getattr(module, convolution, None), getattr(module, norm, None)
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                setattr(module, convolution, fuse_conv_bn_eval(first, second))
                setattr(module, norm, nn.Identity())
    return network
