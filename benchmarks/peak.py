"""What this machine reaches here and now, in GFLOP/s, in each arithmetic; its CUDA card where it has one.

In: nothing. Out: one JSON line. The better of a product of two square matrices (512×512, on a card 8192×8192) and a 3×3
convolution of 64 to 64 channels: on some processors the libraries do one twice as well as the other. A process of
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
    on_card = torch.cuda.is_available()
    device, side, count = ("cuda", 8192, 16_384) if on_card else ("cpu", 512, 256)
    left = torch.rand(side, side, device=device).to(kind)
    layer = torch.nn.Conv2d(64, 64, 3, bias=False, device=device, dtype=kind)
    layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)
    images = torch.rand(count, 64, 12, 12, device=device).to(kind).contiguous(memory_format=torch.channels_last)
    best = 0.0
    for work, run in ((2 * side**3, lambda: left @ left), (2 * count * 64 * 64 * 9 * 100, lambda: layer(images))):
        seconds = []
        for _ in range(times):
            clock = time.perf_counter()
            run()
            if on_card:
                torch.cuda.synchronize()
            seconds.append(time.perf_counter() - clock)
        best = max(best, work / statistics.median(seconds) / 1e9)
    return best


if __name__ == "__main__":
    main()
