"""What the columns of a line say: log-probabilities column by column → the likeliest texts, and where each sign is.

In: float32[t,16], as a model gives them: class 0 is nothing, the others the signs of `SIGNS` from 1.
Out: sequences of signs by number from 0, with their probabilities. Plain numpy; knows nothing of pictures.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

Columns = npt.NDArray[np.float32]

BEAM = 12
"""How many texts are followed from column to column."""

_UNLIKELY = 0.001
"""A sign whose probability in a column is less is not followed there."""

_CERTAIN = 0.999
"""A column that says nothing with more probability begins no sign."""

_NEAR = 2.0
"""Pixels beside the middle of a sign within which no line is cut."""

_LEAST = 1e-300
"""No probability that counts is less."""

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
    # For each text: the probability that it was said and the last column says nothing, and that it says its sign.
    texts: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    scale = 0.0  # the logarithm of what all probabilities were divided by
    for column in np.exp(columns, dtype=np.float64).tolist():
        nothing = column[0]
        if nothing > _CERTAIN:
            texts = {
                text: ((silent + spoken) * nothing, spoken * column[text[-1] + 1] if text else 0.0)
                for text, (silent, spoken) in texts.items()
            }
            continue
        found: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
        said = [(sign, chance) for sign, chance in enumerate(column[1:]) if chance > _UNLIKELY]
        for text, (silent, spoken) in texts.items():
            either = silent + spoken
            same = found[text]
            same[0] += either * nothing
            last = text[-1] if text else -1
            if text:
                same[1] += spoken * column[last + 1]
            for sign, chance in said:
                before = silent if sign == last else either
                longer = (*text, sign)
                if not before or (allowed and longer not in texts and not allowed(longer)):
                    continue
                found[longer][1] += before * chance
        best = sorted(found.items(), key=lambda item: -item[1][0] - item[1][1])[:beam]
        most = sum(best[0][1]) or 1.0
        scale += math.log(most)
        texts = {text: (silent / most, spoken / most) for text, (silent, spoken) in best}
    logs = [
        Text(text, math.log(silent + spoken) + scale if silent + spoken else _NEVER)
        for text, (silent, spoken) in texts.items()
    ]
    return sorted(logs, key=lambda text: -text.log_probability)


def surety(texts: list[Text]) -> float:
    """Return the probability of the first text among these, 0 to 1."""
    logs = np.array([text.log_probability for text in texts])
    return float(np.exp(logs[0] - np.logaddexp.reduce(logs)))


def places(said: Sequence[tuple[float, float]], steps: int) -> list[tuple[int, int]]:
    """Return for each sign from and to which of so many columns is its own, by `said_at`.

    The nothing between two signs is shared between them.
    """
    cuts = [round((left[1] + right[0]) / 2) for left, right in pairwise(said)]
    return _in_order(cuts, steps) if said else []


def extents(
    said: Sequence[tuple[float, float]], steps: int, image: npt.NDArray[np.uint8], lead: float = 0.0
) -> list[tuple[int, int]]:
    """Return for each sign from and to which column of pixels it stands in the line, uint8[28,w], that they were of.

    A network says a sign where it likes, in its order: some before it comes, but always as long before. Between the
    middles of two signs the line is cut where it has least ink.

    Parameters
    ----------
    said, steps
        As in `places`.
    image
        The line that the columns are of.
    lead
        Pixels from where a sign is said to the middle of its ink, as in the model's file.
    """
    stride = image.shape[1] / steps
    ink = image.sum(0, dtype=np.float64)
    middles = [stride * (first + last) / 2 + lead for first, last in said]
    cuts = []
    for left, right in pairwise(middles):
        between = np.arange(max(1, math.ceil(left + _NEAR)), min(image.shape[1] - 1, math.floor(right - _NEAR)) + 1)
        middle = round((left + right) / 2)
        # Where several places have as little ink, that in the middle.
        cost = ink[between] + ink[between - 1] + 1e-3 * np.abs(between - middle)
        cuts.append(int(between[cost.argmin()]) if len(between) else middle)
    return _in_order(cuts, image.shape[1]) if said else []


def said_at(columns: Columns, signs: tuple[int, ...]) -> list[tuple[float, float]]:
    """Return from and to which column each sign is said, on the likeliest way of saying them all (Viterbi)."""
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
    return [span or (steps * (number + 0.5) / len(spans),) * 2 for number, span in enumerate(spans)]


def log_probabilities(looks: Sequence[Columns], texts: Sequence[tuple[int, ...]]) -> npt.NDArray[np.float64]:
    """Return float64[texts,looks]: how probably each look, float32[t,16], says just each text's signs, in all ways.

    The sum over all the ways is that of Graves et al. 2006, section 4.1, for all looks and texts at once.
    """
    steps, states = max(map(len, looks)), 2 * max(map(len, texts)) + 1
    # A look that has fewer columns goes on with columns that say nothing for certain.
    chances = np.zeros((len(looks), steps, looks[0].shape[1]))
    chances[:, :, 0] = 1
    for look, columns in zip(chances, looks, strict=True):
        look[: len(columns)] = np.exp(columns)
    classes = np.zeros((len(texts), states), dtype=int)  # nothing, sign, nothing, sign, … nothing
    for row, text in zip(classes, texts, strict=True):
        row[1 : 2 * len(text) : 2] = np.array(text, dtype=int) + 1
    # From a sign to the next without nothing between them, where they differ.
    skips = np.zeros((len(texts), 1, states))
    skips[:, 0, 3::2] = classes[:, 3::2] != classes[:, 1:-2:2]
    said = chances[:, :, classes].transpose(1, 2, 0, 3)  # steps, texts, looks, states
    scores = np.zeros(said.shape[1:])
    scores[:, :, :2] = said[0, :, :, :2]
    logs = np.zeros(scores.shape[:2])
    for step in said[1:]:
        longer = scores.copy()
        longer[:, :, 1:] += scores[:, :, :-1]
        longer[:, :, 2:] += scores[:, :, :-2] * skips[:, :, 2:]
        scores = longer * step
        most = np.maximum(scores.max(2), _LEAST)
        scores /= most[:, :, None]
        logs += np.log(most)
    ends = np.array([2 * len(text) for text in texts])
    rows = np.arange(len(texts))
    last = scores[rows, :, ends] + np.where(ends[:, None] > 0, scores[rows, :, ends - 1], 0)
    with np.errstate(divide="ignore"):
        return np.asarray(logs + np.log(last))


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
    powers = np.maximum(chances, _LEAST) ** (1 / temperature)
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def _in_order(cuts: list[int], last: int) -> list[tuple[int, int]]:
    # Signs without columns of their own were given places among the others.
    return list(pairwise(accumulate([0, *(min(cut, last) for cut in cuts), last], max)))
