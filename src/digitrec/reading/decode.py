"""What the columns of a line say: log-probabilities column by column → the likeliest texts, and where each sign is.

In: float32[t,16], as a model gives them: class 0 is nothing, the others the signs of `SIGNS` from 1.
Out: sequences of signs by number from 0, with their probabilities. Plain numpy; knows nothing of pictures.
"""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

Columns = npt.NDArray[np.float32]

STRIDE = 4
"""Pixels of a line to a column."""

BEAM = 12
"""How many texts are followed from column to column."""

_UNLIKELY = -7.0
"""A sign whose log-probability in a column is less is not followed there."""

_NEVER = -math.inf


@dataclass(frozen=True)
class Text:
    """One thing that a line may say."""

    signs: tuple[int, ...]
    """By number, from 0."""
    log_probability: float


def likeliest(
    columns: Columns, beam: int = BEAM, allowed: Callable[[tuple[int, ...]], bool] | None = None
) -> list[Text]:
    """Return the texts that the columns most probably say, the likeliest first: a prefix beam search.

    The probability of a text is the sum over all the ways in which the columns say it (Graves 2012,
    "Supervised sequence labelling", section 7.5; Hannun et al. 2014, algorithm 1).

    Parameters
    ----------
    columns
        float32[t,16], log-probabilities.
    beam
        How many texts are followed.
    allowed
        Says of the beginning of a text whether it may be followed; without it all are.
    """
    # For each text: the log-probability that it was said and the last column says nothing, and that it says its sign.
    texts: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}
    for column in columns.tolist():
        found: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [_NEVER, _NEVER])
        said = [(sign, chance) for sign, chance in enumerate(column[1:]) if chance > _UNLIKELY]
        for text, (silent, spoken) in texts.items():
            either = _add(silent, spoken)
            same = found[text]
            same[0] = _add(same[0], either + column[0])
            if text:
                same[1] = _add(same[1], spoken + column[text[-1] + 1])
            for sign, chance in said:
                before = silent if text and text[-1] == sign else either
                longer = (*text, sign)
                if before == _NEVER or (allowed and longer not in texts and not allowed(longer)):
                    continue
                entry = found[longer]
                entry[1] = _add(entry[1], before + chance)
        best = sorted(found.items(), key=lambda item: -_add(*item[1]))[:beam]
        texts = {text: (silent, spoken) for text, (silent, spoken) in best}
    return [Text(text, _add(*chances)) for text, chances in sorted(texts.items(), key=lambda item: -_add(*item[1]))]


def surety(texts: list[Text]) -> float:
    """Return the probability of the first text among these, 0 to 1."""
    logs = np.array([text.log_probability for text in texts])
    return float(np.exp(logs[0] - np.logaddexp.reduce(logs)))


def places(columns: Columns, signs: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return for each sign from and to which column it stands, where the columns say just these signs.

    The likeliest way of saying them is followed (Viterbi); the nothing between two signs is shared
    between them at its middle.
    """
    if not signs:
        return []
    steps = len(columns)
    states = 2 * len(signs) + 1  # nothing, sign, nothing, sign, … nothing
    classes = np.zeros(states, dtype=int)
    classes[1::2] = np.array(signs) + 1
    scores = np.full(states, _NEVER)
    scores[:2] = columns[0, classes[:2]]
    # From a sign to the next without nothing between them, where they differ.
    skips = np.zeros(states, dtype=bool)
    skips[3::2] = classes[3::2] != classes[1:-2:2]
    came = np.zeros((steps, states), dtype=np.int8)
    for step in range(1, steps):
        choices = np.full((3, states), _NEVER)
        choices[0] = scores
        choices[1, 1:] = scores[:-1]
        choices[2, 2:] = np.where(skips[2:], scores[:-2], _NEVER)
        came[step] = choices.argmax(0)
        scores = choices.max(0) + columns[step, classes]
    state = states - 1 if scores[-1] > scores[-2] else states - 2
    path = [state]
    for step in range(steps - 1, 0, -1):
        state -= int(came[step, state])
        path.append(state)
    said = np.array(path[::-1])
    spans = []
    for number in range(len(signs)):
        columns_of = np.flatnonzero(said == 2 * number + 1)
        # Too few columns for so many signs: then it stands where its neighbours leave it.
        spans.append((float(columns_of[0]), float(columns_of[-1] + 1)) if len(columns_of) else None)
    return _filled(spans, steps)


def log_probability(columns: Columns, signs: tuple[int, ...]) -> float:
    """Return how probably the columns, float32[t,16], say just these signs, in all ways (Graves et al. 2006)."""
    classes = np.zeros(2 * len(signs) + 1, dtype=int)  # nothing, sign, nothing, sign, … nothing
    classes[1::2] = np.array(signs, dtype=int) + 1
    skips = np.zeros(len(classes), dtype=bool)
    skips[3::2] = classes[3::2] != classes[1:-2:2]
    said = columns.astype(np.float64)[:, classes]
    scores = np.full(len(classes), _NEVER)
    scores[:2] = said[0, :2]
    for step in said[1:]:
        longer = np.logaddexp(scores[1:], scores[:-1])
        longer[1:] = np.where(skips[2:], np.logaddexp(longer[1:], scores[:-2]), longer[1:])
        scores = np.concatenate([scores[:1], longer]) + step
    return float(np.logaddexp(scores[-1], scores[-2]) if signs else scores[-1])


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


def _filled(spans: list[tuple[float, float] | None], steps: int) -> list[tuple[int, int]]:
    known = [span or (steps * (number + 0.5) / len(spans),) * 2 for number, span in enumerate(spans)]
    # In order, even where signs without columns of their own were given places among the others.
    edges = [0, *(round((left[1] + right[0]) / 2) for left, right in pairwise(known)), steps]
    return list(pairwise(accumulate(edges, max)))


def _add(first: float, second: float) -> float:
    """Return the logarithm of the sum of two probabilities of which these are the logarithms."""
    if first == _NEVER:
        return second
    if second == _NEVER:
        return first
    high, low = (first, second) if first > second else (second, first)
    return high + math.log1p(math.exp(low - high))
