"""What this machine reaches here and now, in GFLOP/s, in each arithmetic.

In: nothing. Out: one JSON line. The better of a product of two 512×512 matrices and a 3×3 convolution
of 64 to 64 channels: on some processors the libraries do one twice as well as the other. A process of
its own, so that nothing of it is left beside the training that is measured next.
"""

import json
import statistics
import time

import torch


def main(times: int = 15) -> None:
    """Measure and print."""
    print(json.dumps({kind: peak(getattr(torch, kind), times) for kind in ("float32", "bfloat16")}))


@torch.no_grad()
def peak(kind: torch.dtype, times: int) -> float:
    """Return GFLOP/s in this arithmetic, of the median of so many."""
    left = torch.rand(512, 512).to(kind)
    layer = torch.nn.Conv2d(64, 64, 3, bias=False, dtype=kind)
    layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)
    images = torch.rand(256, 64, 12, 12).to(kind).contiguous(memory_format=torch.channels_last)
    best = 0.0
    for work, run in ((2 * 512**3, lambda: left @ left), (2 * 256 * 64 * 64 * 9 * 100, lambda: layer(images))):
        seconds = []
        for _ in range(times):
            clock = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - clock)
        best = max(best, work / statistics.median(seconds) / 1e9)
    return best


if __name__ == "__main__":
    main()
