"""Where in the columns of a line its signs are, and how likely each is there.

In: float32[t,16], as a model gives them: class 0 is nothing, the others the signs of `SIGNS` from 1; and a text, signs
by number from 0, as `texts.py` finds it. Out: places and probabilities. Plain numpy; knows nothing of pictures.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

from digitrec.reading.texts import LEAST, NEVER, Columns


def places(said: Sequence[tuple[float, float]], steps: int) -> list[tuple[int, int]]:
    """Return for each sign from and to which of so many columns is its own, by `said_at`.

    The nothing between two signs is shared between them.
    """
    cuts = [round((left[1] + right[0]) / 2) for left, right in pairwise(said)]
    return _in_order(cuts, steps) if said else []


def said_at(columns: Columns, signs: tuple[int, ...]) -> list[tuple[float, float]]:
    """Return from and to which column each sign is said, on the likeliest way of saying them all (Viterbi)."""
    if not signs:
        return []
    steps, states = len(columns), 2 * len(signs) + 1  # nothing, sign, nothing, sign, … nothing
    classes = [0] * states
    classes[1::2] = [sign + 1 for sign in signs]
    said = columns[:, classes].tolist()
    # From a sign to the next without nothing between them, where they differ.
    skips = [state > 1 and state % 2 == 1 and classes[state] != classes[state - 2] for state in range(states)]
    scores = [*said[0][:2], *[NEVER] * (states - 2)]
    came: list[list[int]] = []  # by how many states back it came, in each column
    for column in said[1:]:
        back, now = [], []
        for state, score in enumerate(scores):
            best, most = 0, score
            if state and scores[state - 1] > most:
                best, most = 1, scores[state - 1]
            if skips[state] and scores[state - 2] > most:
                best, most = 2, scores[state - 2]
            back.append(best)
            now.append(most + column[state])
        came.append(back)
        scores = now
    state = states - 1 if scores[-1] > scores[-2] else states - 2
    path = [state]
    for back in reversed(came):
        state -= back[state]
        path.append(state)
    spans: list[tuple[float, float] | None] = [None] * len(signs)
    # Too few columns for so many signs: then one stands where its neighbours leave it.
    for step, state in enumerate(reversed(path)):
        if state % 2:
            first, _ = spans[state // 2] or (float(step), 0.0)
            spans[state // 2] = (first, float(step + 1))
    return [span or (steps * (number + 0.5) / len(spans),) * 2 for number, span in enumerate(spans)]


def alone(columns: Columns) -> npt.NDArray[np.float64]:
    """Return float64[15], the probability of each sign where these columns, float32[t,16], say one sign or nothing."""
    said = columns.astype(np.float64)
    nothing = said[:, :1]
    before, after = nothing.cumsum(0) - nothing, nothing[::-1].cumsum(0)[::-1] - nothing
    sums = said[:, 1:].cumsum(0)
    begins, ends = before - (sums - said[:, 1:]), sums + after
    ways = np.where(np.tri(len(said), dtype=bool)[:, :, None], ends[:, None] + begins[None], -np.inf)
    chances = np.logaddexp.reduce(ways.reshape(-1, ways.shape[2]), axis=0)
    chances -= np.logaddexp.reduce([*chances, float(nothing.sum())])
    return np.asarray(np.exp(chances))


def softened(chances: npt.NDArray[np.float64], temperature: float) -> npt.NDArray[np.float64]:
    """Return probabilities float64[…,n] with their logarithms divided by the temperature, one in all again."""
    powers = np.maximum(chances, LEAST) ** (1 / temperature)
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def _in_order(cuts: list[int], last: int) -> list[tuple[int, int]]:
    # Signs without columns of their own were given places among the others.
    return list(pairwise(accumulate([0, *(min(cut, last) for cut in cuts), last], max)))
