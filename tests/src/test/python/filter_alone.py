"""What the reference's EMA costs in PyTorch: the same numbers as FilterBenchmark.

    python filter_alone.py [THREADS]

Prints milliseconds, and in brackets how many additions in place that is: medians of 15 rounds in turn.
"""

import statistics
import sys
import time

import torch


def ways(variables, size):
    weights = [torch.zeros(size) for _ in range(variables)]
    state = [torch.zeros(size) for _ in range(variables)]
    gradients = [torch.zeros(size) for _ in range(variables)]

    def addition():
        torch._foreach_add_(weights, gradients)

    def in_place():
        torch._foreach_mul_(state, 0.98)
        torch._foreach_add_(state, gradients, alpha=0.02)
        torch._foreach_add_(gradients, state, alpha=2.0)

    def lerp():
        torch._foreach_lerp_(state, gradients, 0.02)
        torch._foreach_add_(gradients, state, alpha=2.0)

    def new_tensors():
        torch._foreach_mul_(state, 0.98)
        torch._foreach_add_(state, gradients, alpha=0.02)
        return torch._foreach_add(gradients, state, alpha=2.0)

    return {"addition": addition, "foreach, in place": in_place,
            "foreach with lerp, in place": lerp, "foreach, new tensors": new_tensors}


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    print("PyTorch", torch.__version__, "on", torch.get_num_threads(), "threads")
    for variables, size, steps in ((100, 1000, 40), (10, 1_000_000, 5), (1, 25_000_000, 2)):
        all_ways = ways(variables, size)
        times = {name: [] for name in all_ways}
        for _ in range(16):
            for name, way in all_ways.items():
                start = time.perf_counter()
                for _ in range(steps):
                    way()
                times[name].append((time.perf_counter() - start) / steps * 1e3)
        print(f"{variables} x {size}")
        unit = statistics.median(times["addition"][1:])
        for name, values in times.items():
            median = statistics.median(values[1:])
            print(f"  {name:30} {median:8.3f} ({median / unit:.1f})")


main()
