"""Runs every case on our side and in PyTorch in turn, each time in a process of its own, and prints the table.

See `run --help` and ../README.md.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SIDES = ["ours", "NCHW", "NHWC"]
MEMORY_CASES = ["smallstep", "r50step", "diffmatchstep"]
EXPECTED = os.path.join(HERE, "expected.json")
# glibc would hand large blocks back after every use, and the system clear new ones: PyTorch is spared both.
PEER_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": str(1 << 33), "MALLOC_TRIM_THRESHOLD_": str(1 << 33)}


class Side:
    """What all rounds of one side measured of one case."""

    def __init__(self):
        self.seconds, self.resident, self.before, self.tensors, self.parameters = {}, [], 0, 0, None

    def add(self, result, clock):
        for name, found in result[clock].items():
            self.seconds.setdefault(name, []).extend(found)
        self.resident.append(result["resident"])
        self.before, self.tensors = result["residentBefore"], result.get("tensors", 0)
        self.parameters = result.get("parameters")

    def total(self, counts, average):
        """The time of the whole case: each part as often as it occurs."""
        return sum(average(found) * counts(name) for name, found in self.seconds.items())

    def memory(self):
        """The least of the rounds' peaks."""
        return min(self.resident)


def measured(command, case, environment=None):
    """The line of JSON that a process prints for a case."""
    run = subprocess.run(
        command, input=json.dumps(case), capture_output=True, text=True, env=os.environ | (environment or {}))
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{run.stderr}")
    return json.loads(run.stdout.splitlines()[-1])


def run_side(side, case, options):
    if side == "ours":
        return measured([options.measure, str(options.threads), str(options.repetitions)], case)
    command = [options.python, os.path.join(HERE, "peer.py"), str(options.threads), str(options.repetitions), side]
    return measured(command, case, PEER_ENVIRONMENT)


def run_case(name, case, options):
    """All rounds of a case, the sides in turn."""
    sides = {side: Side() for side in SIDES}
    for number in range(options.rounds):
        for side in SIDES:
            result = run_side(side, case, options)
            sides[side].add(result, options.clock)
            least = sum(min(found) for found in result[options.clock].values())
            print(f"{name}: round {number + 1} of {options.rounds}, {side}: {1e3 * least:.0f} ms", file=sys.stderr, flush=True)
    parameters = {side.parameters for side in sides.values()}
    if len(parameters) != 1:
        sys.exit(f"{name}: the networks differ, they have {parameters} parameters")
    return sides


def name_of(layer):
    """The name under which both sides time a layer."""
    return "{kernel}x{kernel} {inputs}>{outputs} @{height}x{width} b{batch} stride {stride} dilation {dilation}".format(**layer)


def counts_of(case):
    """How often each timed part occurs in the network."""
    counts = {}
    for l in case.get("layers", []):
        name = name_of(l)
        counts |= {f"{name} {part}": l["count"] for part in ("forward", "weights", "input")}
    return lambda name: counts.get(name, 1)


def ratio_of(name, sides, average):
    """PyTorch's time / ours; for `conv3x3` the geometric mean over layers and passes, PyTorch's better layout in each."""
    ours, layouts = sides["ours"], [sides["NCHW"], sides["NHWC"]]
    if name == "conv3x3":
        logarithms = [
            math.log(min(average(side.seconds[part]) for side in layouts) / average(found)) for part, found in ours.seconds.items()]
        return math.exp(statistics.mean(logarithms))
    counts = counts_of(CASES[name])
    return min(side.total(counts, average) for side in layouts) / ours.total(counts, average)


def memory_ratio(sides):
    return min(sides["NCHW"].memory(), sides["NHWC"].memory()) / sides["ours"].memory()


def print_state(options):
    with open("/proc/cpuinfo") as file:
        lines = file.read().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    flags = next((line for line in lines if line.startswith("flags")), "")
    features = [name for name in ("avx2", "fma", "avx512f", "avx512_bf16") if f" {name}" in flags]
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()
    versions = "import torch, platform; print('Python', platform.python_version() + ', PyTorch', torch.__version__)"
    print(f"processor: {model}, {os.cpu_count()} cores; {' '.join(features)}")
    print("load average before: %.2f %.2f %.2f" % os.getloadavg())
    print(f"threads: {options.threads}; rounds: {options.rounds} of {options.repetitions} repetitions after one to warm up")
    print(f"versions: {swift[0] if swift else 'Swift unknown'}; "
          + subprocess.run([options.python, "-c", versions], capture_output=True, text=True).stdout.strip())
    for name in ("OPENBLAS_CORETYPE", "DIFFMATCH_KERNELS", "DIFFMATCH_EXACT"):
        print(f"{name}: {os.environ.get(name, 'not set')}")


def print_case(name, sides):
    counts = counts_of(CASES[name])

    def cell(side):
        return f"{1e3 * side.total(counts, min):.0f} / {1e3 * side.total(counts, statistics.median):.0f}"

    def megabytes(side):
        return f"{side.memory() / 1e6:.0f}"

    ours = sides["ours"]
    row = [name, str(ours.parameters or "-"), *(cell(sides[side]) for side in SIDES),
           f"{ratio_of(name, sides, min):.2f} / {ratio_of(name, sides, statistics.median):.2f}",
           *(megabytes(sides[side]) for side in SIDES), f"{ours.tensors / 1e6:.0f}"]
    print("| " + " | ".join(row) + " |", flush=True)


def print_layers(name, sides):
    """The layers of a case, one by one: GFLOP/s of the direct convolution, forward / input / weights."""
    print(f"\n{name}, GFLOP/s of the direct convolution (forward / input / weights)")
    print("| layer | times | ours | NCHW | NHWC |\n|---|---|---|---|---|")
    counts = counts_of(CASES[name])
    for l in CASES[name]["layers"]:
        layer = name_of(l)
        rows, columns = (-(-extent // l["stride"]) for extent in (l["height"], l["width"]))
        operations = 2e-9 * l["batch"] * rows * columns * l["kernel"] ** 2 * l["inputs"] * l["outputs"]

        def speeds(side):
            found = [sides[side].seconds.get(f"{layer} {part}") for part in ("forward", "input", "weights")]
            return " / ".join(f"{operations / min(f):.0f}" if f else "-" for f in found)

        print(f"| {layer} | {counts(layer + ' forward')} | " + " | ".join(speeds(side) for side in SIDES) + " |")


def print_mlx(options):
    """One line on MLX's convolution, or why there is none."""
    script = os.path.join(HERE, "mlx_convolution.py")
    run = subprocess.run([options.mlx, script], capture_output=True, text=True)
    line = run.stdout.strip() if run.returncode == 0 else "not measured: " + (run.stderr.strip().splitlines() or ["no message"])[-1]
    print(f"MLX: {line}")


def holds(ratios):
    """Whether no ratio fell below what is expected by more than the tolerance; says which did."""
    with open(EXPECTED) as file:
        expected = json.load(file)
    fallen = {
        name: (ratio, expected["ratios"][name]) for name, ratio in ratios.items()
        if name in expected["ratios"] and ratio < expected["ratios"][name] * (1 - expected["tolerance"])}
    for name, (ratio, before) in fallen.items():
        print(f"{name} fell to {ratio:.2f} from {before:.2f}, by more than {expected['tolerance']:.0%}")
    return not fallen


def parsed():
    parser = argparse.ArgumentParser(prog="run", description="Times this library and PyTorch side by side, in turn.")
    parser.add_argument("python", nargs="?", default="python3", help="a Python that has torch")
    parser.add_argument("--measure", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=2, help="compute threads of both sides")
    parser.add_argument(
        "--processor-time", dest="clock", action="store_const", const="processorSeconds", default="seconds",
        help="compare processor time instead of real time, for a machine that does other work; only one thread has a meaning then")
    parser.add_argument("--rounds", type=int, default=3, help="how often the sides take turns")
    parser.add_argument("--repetitions", type=int, default=3, help="timed runs of each process")
    parser.add_argument("--case", action="append", choices=list(CASES), help="one case; may be repeated; all unless given")
    parser.add_argument("--layers", action="store_true", help="print every layer of the convolution cases")
    parser.add_argument("--mlx", metavar="PYTHON", help="a Python that has mlx[cpu]: one line on its convolution")
    parser.add_argument(
        "--check", action="store_true",
        help="one thread, processor time: exit with 1 where a ratio fell below expected.json by more than its tolerance")
    options = parser.parse_args()
    if options.check:
        options.threads, options.clock = 1, "processorSeconds"
    if options.clock == "processorSeconds" and options.threads != 1:
        parser.error("--processor-time needs --threads 1: threads that wait for each other take processor time too")
    return options


with open(os.path.join(HERE, "cases.json")) as file:
    CASES = json.load(file)

if __name__ == "__main__":
    options = parsed()
    print_state(options)
    print("\nmilliseconds" + (" of processor time" if options.clock == "processorSeconds" else "") + " (least / median), PyTorch / ours, peak resident megabytes")
    print("| case | parameters | ours | PyTorch NCHW | PyTorch NHWC | ratio | ours MB | NCHW MB | NHWC MB | our tensors MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    found = {}
    for name in [name for name in CASES if not options.case or name in options.case]:
        found[name] = run_case(name, CASES[name], options)
        print_case(name, found[name])
    if options.layers:
        for name in [name for name in found if "layers" in CASES[name]]:
            print_layers(name, found[name])
    if found:
        first = next(iter(found.values()))
        print(f"\nbefore any tensor: ours {first['ours'].before / 1e6:.0f} MB, PyTorch {first['NCHW'].before / 1e6:.0f} MB")
    if options.mlx:
        print_mlx(options)
    print("load average after: %.2f %.2f %.2f" % os.getloadavg())
    ratios = {name: ratio_of(name, sides, min) for name, sides in found.items()}
    memories = [memory_ratio(found[name]) for name in MEMORY_CASES if name in found]
    if memories:
        ratios["memory"] = min(memories)
    names, passed = [*CASES, "memory"], not options.check or holds(ratios)
    print("ratios: " + " ".join(f"{name}={ratios[name]:.2f}" if name in ratios else f"{name}=-" for name in names))
    sys.exit(0 if passed else 1)
