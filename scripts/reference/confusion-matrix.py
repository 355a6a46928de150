"""Writes random masks and scikit-learn's confusion matrix of them, and per-class figures.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install scikit-learn numpy
    /tmp/reference/bin/python scripts/reference/confusion-matrix.py > Tests/DiffMatchTests/Reference/confusion-matrix.json
"""

import json

import numpy
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, jaccard_score

random = numpy.random.default_rng(7)
cases = []
for classes, height, width in [(2, 5, 7), (4, 9, 13), (7, 11, 17), (3, 1, 1)]:
    truth = random.integers(0, classes, height * width)
    truth[random.random(truth.size) < 0.15] = 255
    if (truth == 255).all():
        truth[0] = 0
    prediction = numpy.where(random.random(truth.size) < 0.6, truth, random.integers(0, classes, truth.size))
    prediction[prediction == 255] = random.integers(0, classes)
    known = truth != 255
    labels = list(range(classes))
    present = sorted(set(truth[known].tolist()))
    cases.append(
        {
            "classes": classes,
            "shape": [height, width],
            "truth": truth.tolist(),
            "prediction": prediction.tolist(),
            "matrix": confusion_matrix(truth[known], prediction[known], labels=labels).flatten().tolist(),
            "present": present,
            "iou": jaccard_score(truth[known], prediction[known], labels=present, average=None, zero_division=0).tolist(),
            "pixelAccuracy": accuracy_score(truth[known], prediction[known]),
            "meanAccuracy": balanced_accuracy_score(truth[known], prediction[known]),
        }
    )
print(json.dumps(cases))
