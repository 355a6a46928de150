"""Measures how the cost of a training step grows, and draws it.

See `scaling --help` and ../README.md.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys

from driver import measured

# The demonstration's network: a step on a batch of 4 + 4 images of 96x96.
BASE = {"kind": "step", "height": 96, "width": 96, "classes": 10, "images": 4, "settings": {"pseudoLabels.threshold": "0"}}


def square(side):
    return {"height": side, "width": side}


def setting(key):
    return lambda value: {"settings": BASE["settings"] | {key: str(value)}}


# Name, what x is, the values, how a case differs at a value, and x of a value.
SERIES = [
    ("pixels", "pixels of an image", (48, 64, 96, 128, 192, 256), square, lambda side: side * side),
    ("pixels-softmax", "pixels of an image (softmax attention)", (48, 64, 96, 128),
     lambda side: square(side) | setting("denoiser.attention")("softmax"), lambda side: side * side),
    ("batch", "images of a batch (labeled, and as many unlabeled)", (1, 2, 4, 8), lambda n: {"images": n}, None),
    ("classes", "classes", (2, 5, 10, 21, 41, 81), lambda n: {"classes": n}, None),
    ("layers", "layers of the denoiser, L", (1, 2, 4, 8), setting("denoiser.layers"), None),
    ("steps", "sampling steps of the teacher, S", (1, 2, 3, 6, 12), setting("diffusion.samplingSteps"), None),
]


def slope(xs, ys):
    """The exponent b of the power law a x^b that fits best: the slope of the logarithms."""
    return statistics.linear_regression([math.log(x) for x in xs], [math.log(y) for y in ys]).slope


def measure(options, threads, difference):
    case = BASE | difference
    result = measured([options.measure, str(threads), str(options.repetitions)], case)
    return min(result["processorSeconds" if options.processor_time else "seconds"]["step"]), result["tensors"]


def parsed():
    parser = argparse.ArgumentParser(prog="scaling", description="Cost of a DiffMatch step against size, batch, classes, L and S.")
    parser.add_argument("output", nargs="?", default="runs/scaling", help="the folder of the plots")
    parser.add_argument("--measure", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--draw", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repetitions", type=int, default=2)
    parser.add_argument("--processor-time", action="store_true", help="of all threads added up, for a machine that does other work")
    parser.add_argument("--series", action="append", choices=[name for name, *_ in SERIES], help="one of the plots; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    options = parsed()
    os.makedirs(options.output, exist_ok=True)
    print("load average before: %.2f %.2f %.2f" % os.getloadavg())
    for name, meaning, values, difference, x_of in SERIES:
        if options.series and name not in options.series:
            continue
        xs = [x_of(value) if x_of else value for value in values]
        columns, memory, lines = [], [], []
        for threads in options.threads:
            found = [measure(options, threads, difference(value)) for value in values]
            times, memory = [seconds for seconds, _ in found], [tensors for _, tensors in found]
            columns.append(times)
            lines.append({"label": f"threads: {threads}, exponent {slope(xs, times):.2f}", "points": list(zip(xs, times))})
        kind = ", processor time" if options.processor_time else ""
        print(f"\n{meaning}: milliseconds of a step{kind}, and megabytes of tensors at their peak")
        threads = [f"{threads} thread{'s' if threads > 1 else ''}" for threads in options.threads]
        print("| " + " | ".join([meaning, *threads, "MB"]) + " |\n" + "|---" * (len(threads) + 2) + "|")
        for index, x in enumerate(xs):
            print("| " + " | ".join([str(x), *(f"{1e3 * times[index]:.0f}" for times in columns), f"{memory[index] / 1e6:.0f}"]) + " |")
        exponents = [f"{slope(xs, times):.2f}" for times in columns]
        print("| exponent | " + " | ".join([*exponents, f"{slope(xs, memory):.2f}"]) + " |", flush=True)
        path = os.path.join(options.output, name + ".png")
        unit = "seconds in processor time" if options.processor_time else "seconds"
        plot = {"title": "cost of a DiffMatch step", "xLabel": meaning, "yLabel": unit, "scale": "logarithmic", "series": lines}
        drawn = subprocess.run([options.draw, path], input=json.dumps(plot), text=True, capture_output=True)
        if drawn.returncode != 0:
            sys.exit(f"draw {path} failed:\n{drawn.stderr}")
        print(path)
    print("load average after: %.2f %.2f %.2f" % os.getloadavg())
