"""Prints the convolutions of ResNet-50 DeepLabv3+ on two images of 321x321 as lines for cases.json.

python3 layers.py      (a Python that has torch)
"""

import collections
import json
import os
import sys

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/parity"))
import networks

if __name__ == "__main__":
    found = collections.Counter()

    def note(convolution, inputs, output):
        batch, channels, height, width = inputs[0].shape
        found[(batch, height, width, channels, output.shape[1], convolution.kernel_size[0], convolution.stride[0],
               convolution.dilation[0])] += 1

    network = networks.DeepLabV3Plus(networks.ResNet(50, output_stride=16), 21).eval()
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(note)
    with torch.inference_mode():
        network(torch.zeros(2, 3, 321, 321))
    names = ["batch", "height", "width", "inputs", "outputs", "kernel", "stride", "dilation", "count"]
    print(",\n".join(json.dumps(dict(zip(names, (*layer, count)))) for layer, count in found.items()))
