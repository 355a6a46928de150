"""Writes regions in COCO's form and what pycocotools makes of them.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install pycocotools numpy
    /tmp/reference/bin/python scripts/reference/coco-regions.py > Tests/DMDatasetsTests/Reference/coco-regions.json
"""

import json

import numpy
from pycocotools import mask

random = numpy.random.default_rng(5)
height, width = 40, 53
regions = []
for corners in [3, 4, 5, 6, 7, 8, 12, 16]:
    # Corners around a center, so that the outline does not cross itself, partly beyond the image.
    angles = numpy.sort(random.uniform(0, 2 * numpy.pi, corners))
    radii = random.uniform(6, 24, corners)
    x = random.uniform(10, width - 10) + radii * numpy.cos(angles)
    y = random.uniform(10, height - 10) + radii * numpy.sin(angles)
    polygon = [round(float(v), 2) for pair in zip(x, y) for v in pair]
    run_length = mask.frPyObjects([polygon], height, width)[0]
    pixels = mask.decode(run_length)
    flat = pixels.flatten(order="F")
    changes = numpy.flatnonzero(numpy.diff(numpy.concatenate([[0], flat, [2]])))
    counts = numpy.diff(numpy.concatenate([[0], changes])).tolist()
    assert sum(counts) == height * width
    regions.append({"polygon": polygon, "counts": counts, "text": run_length["counts"].decode(), "area": int(pixels.sum())})
print(json.dumps({"height": height, "width": width, "regions": regions}))
