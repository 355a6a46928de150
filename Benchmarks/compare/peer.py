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

    wall, processor = {}, {}

    def timed(name, work):
        """Times work several times over, after once that does not count."""
        work()
        wall[name], processor[name] = [], []
        for _ in range(repetitions):
            start, before = time.perf_counter(), time.process_time()
            work()
            wall[name].append(time.perf_counter() - start)
            processor[name].append(time.process_time() - before)

    import peer_convolutions
    import peer_training

    result = {"threads": threads, "residentBefore": resident_peak(), "seconds": wall, "processorSeconds": processor}
    if case["kind"] == "convolutions":
        peer_convolutions.measure(case["layers"], layout, timed)
    else:
        work = {"step": peer_training.Training, "prediction": peer_training.Prediction}[case["kind"]](case, layout)
        timed(case["kind"], work.run)
        result["parameters"] = work.parameter_count
    print(json.dumps(result | {"resident": resident_peak()}))


if __name__ == "__main__":
    main()
