"""Writes what Pillow and torchvision make of an image with fixed draws.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install torch torchvision pillow numpy
    /tmp/reference/bin/python scripts/reference/views.py > Tests/DMDatasetsTests/Reference/views.json
"""

import json
import math

import numpy
import torch
import torchvision.transforms.functional as functional
from PIL import Image, ImageFilter, ImageOps

random = numpy.random.default_rng(2)
height, width = 13, 17
# Random colors, smoothed a little, so that there are edges and even areas.
pixels = random.integers(0, 256, (height, width, 3)).astype(numpy.uint8)
pixels[4:9, 5:13] = [200, 60, 20]
labels = random.integers(0, 5, (height, width)).astype(numpy.uint8)
image, mask = Image.fromarray(pixels), Image.fromarray(labels)

weak = []
for long_side, top, left, flipped, side in [
    (17, 1, 4, False, 10), (9, 0, 0, False, 10), (11, 0, 1, True, 10), (12, 0, 1, True, 10), (23, 7, 11, False, 10),
    (34, 15, 21, True, 10), (29, 10, 1, False, 12),
]:
    short_side = int(height * long_side / width + 0.5)
    scaled = image.resize((long_side, short_side), Image.BILINEAR)
    scaled_mask = mask.resize((long_side, short_side), Image.NEAREST)
    pad = (0, 0, max(0, side - long_side), max(0, side - short_side))
    scaled, scaled_mask = ImageOps.expand(scaled, pad, 0), ImageOps.expand(scaled_mask, pad, 255)
    box = (left, top, left + side, top + side)
    scaled, scaled_mask = scaled.crop(box), scaled_mask.crop(box)
    if flipped:
        scaled, scaled_mask = (v.transpose(Image.FLIP_LEFT_RIGHT) for v in (scaled, scaled_mask))
    weak.append(
        {"height": short_side, "width": long_side, "top": top, "left": left, "flipped": flipped, "side": side,
         "image": numpy.asarray(scaled).flatten().tolist(), "mask": numpy.asarray(scaled_mask).flatten().tolist()}
    )

tensor = torch.from_numpy(pixels).permute(2, 0, 1).double() / 255
changes = []
for name, factors, change in [
    ("brightness", [0.55, 1.45], functional.adjust_brightness), ("contrast", [0.5, 1.4], functional.adjust_contrast),
    ("saturation", [0.6, 1.5], functional.adjust_saturation), ("hue", [-0.25, 0.13], functional.adjust_hue),
]:
    for factor in factors:
        floats = change(tensor, factor).permute(1, 2, 0).flatten().tolist()
        changes.append({"kind": name, "factor": factor, "tensor": [round(v, 5) for v in floats],
                        "pillow": numpy.asarray(change(image, factor)).flatten().tolist()})
gray = numpy.asarray(image.convert("L")).flatten().tolist()

blurs = []
for sigma in [0.1, 0.5, 1.0, 2.0]:
    size = 2 * max(1, math.ceil(3 * sigma)) + 1
    floats = functional.gaussian_blur(tensor, size, sigma).permute(1, 2, 0).flatten().tolist()
    blurs.append({"sigma": sigma, "tensor": [round(v, 5) for v in floats],
                  "pillow": numpy.asarray(image.filter(ImageFilter.GaussianBlur(sigma))).flatten().tolist()})

print(json.dumps({"height": height, "width": width, "image": pixels.flatten().tolist(), "mask": labels.flatten().tolist(),
                  "weak": weak, "changes": changes, "gray": gray, "blurs": blurs}, separators=(",", ":")))
