"""Loads into PyTorch's networks what `swift test --filter ExportTests` wrote with DIFFMATCH_EXPORT=FOLDER.

python3 scripts/parity/exported.py FOLDER
"""

import os
import sys

import torch
from safetensors.torch import load_file

from drawing import fill
import networks as own


def check(make, draw, weights, what):
    expected, found = make(), make()
    with torch.no_grad():
        fill(expected, draw)
    found.load_state_dict(weights, strict=True)
    names = [name for name in expected.state_dict() if not name.endswith("num_batches_tracked")]
    assert list(weights) == names, "the order of the names"
    assert all(torch.equal(expected.state_dict()[name], found.state_dict()[name]) for name in names)
    print(f"{what}: {len(names)} tensors load and are equal")


if __name__ == "__main__":
    def path(name):
        return os.path.join(sys.argv[1], name)

    def resnet():
        return own.ResNet(50, "deep", classes=1000)

    def efficientnet():
        return own.EfficientNetLite0(classes=1000)

    check(resnet, "export-resnet50", torch.load(path("resnet50.pth"), weights_only=True), "ResNet-50, .pth")
    stored = load_file(path("resnet50.safetensors"))
    names = [name for name in resnet().state_dict() if name in stored]
    check(resnet, "export-resnet50", {name: stored[name] for name in names}, "ResNet-50, safetensors")
    check(efficientnet, "export-efficientnet", torch.load(path("efficientnet.pth"), weights_only=True), "EfficientNet-Lite0, .pth")
