"""On a CUDA card: steps recorded once and replayed, since a card computes one of ours faster than it is told to.

In: a function of tensors that computes on the card alone. Out: the same function; the first calls run as they are, then
one is recorded as a CUDA graph and replayed for all that have its shapes. What it keeps between calls (weights,
optimizer) must stay in the same tensors. Knows nothing of training.
"""

from collections import Counter
from collections.abc import Callable

import torch
from torch import Tensor

_AS_THEY_ARE = 3
"""Calls before one is recorded: libraries choose their ways and take their memory in the first ones."""


class Recorded:
    """A function of tensors on the card, replayed where that can be."""

    def __init__(self, function: Callable[..., Tensor]) -> None:
        """Keep the function, whose arguments are all tensors on the card."""
        self._function = function
        self._stream = torch.cuda.Stream()
        self._seen: Counter[tuple[torch.Size, ...]] = Counter()
        self._recordings: dict[tuple[torch.Size, ...], _Recording] = {}

    def __call__(self, *given: Tensor) -> Tensor:
        """Return what the function returns, in a tensor of its own."""
        shapes = tuple(each.shape for each in given)
        if shapes not in self._recordings:
            self._seen[shapes] += 1
            if self._seen[shapes] <= _AS_THEY_ARE:
                return self._beside(given)
            self._recordings[shapes] = self._record(given)
        graph, kept, result = self._recordings[shapes]
        for place, each in zip(kept, given, strict=True):
            place.copy_(each)
        graph.replay()
        return result.clone()

    def _beside(self, given: tuple[Tensor, ...]) -> Tensor:
        """Run it as it is, in the stream in which it is recorded later, as CUDA graphs want it."""
        current = torch.cuda.current_stream()
        self._stream.wait_stream(current)
        with torch.cuda.stream(self._stream):
            result = self._function(*given)
        current.wait_stream(self._stream)
        return result

    def _record(self, given: tuple[Tensor, ...]) -> "_Recording":
        """Record the function for these shapes; nothing is computed yet."""
        graph, kept = torch.cuda.CUDAGraph(), tuple(each.clone() for each in given)
        with torch.cuda.graph(graph, stream=self._stream):
            result = self._function(*kept)
        return graph, kept, result


_Recording = tuple[torch.cuda.CUDAGraph, tuple[Tensor, ...], Tensor]
"""A graph, the tensors it reads, and the one it writes."""
