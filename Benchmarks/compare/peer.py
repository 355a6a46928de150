"""Measures one case in PyTorch and prints one line of JSON, as `measure` does for the library.

python3 peer.py THREADS REPETITIONS NCHW|NHWC < case.json
"""

import json
import sys
import time


def resident_peak():
    """The most memory that this process ever held, in bytes."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def main():
    threads, repetitions, layout = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    case = json.load(sys.stdin)
    import torch

    torch.set_num_threads(threads)
    layout = {"NCHW": torch.contiguous_format, "NHWC": torch.channels_last}[layout]

    def seconds(work):
        work()
        found = []
        for _ in range(repetitions):
            start = time.perf_counter()
            work()
            found.append(time.perf_counter() - start)
        return found

    import peer_convolutions
    import peer_training

    result = {"threads": threads, "residentBefore": resident_peak(), "version": torch.__version__}
    if case["kind"] == "convolutions":
        result["seconds"] = peer_convolutions.measure(case["layers"], layout, seconds)
    else:
        work = {"step": peer_training.Training, "prediction": peer_training.Prediction}[case["kind"]](case, layout)
        result["seconds"] = {case["kind"]: seconds(work.run)}
        result["parameters"] = work.parameter_count
    print(json.dumps(result | {"resident": resident_peak()}))


if __name__ == "__main__":
    main()
