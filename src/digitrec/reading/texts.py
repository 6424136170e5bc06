"""What a line may say: log-probabilities column by column → the likeliest texts.

In: float32[t,16], as a model gives them: class 0 is nothing, the others the signs of `SIGNS` from 1.
Out: sequences of signs by number from 0, with their probabilities. Plain numpy; knows nothing of pictures, nor of where
in the columns a sign is (`decode.py`).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Columns = npt.NDArray[np.float32]

BEAM = 12
"""How many texts are followed from column to column."""

_UNLIKELY = 0.001
"""A sign whose probability in a column is less is not followed there."""

_CERTAIN = 0.999
"""A column that says nothing with more probability begins no sign."""

LEAST = 1e-300
"""No probability that counts is less."""

NEVER = -math.inf

_AT_ONCE = 64
"""Columns whose probabilities are gathered together."""


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
    # Texts are nodes of a tree, each one sign longer than the one above it: numbers are found far quicker than tuples.
    tree = _Tree()
    # For each text: the probability that it was said and the last column says nothing, and that it says its sign.
    texts: dict[int, tuple[float, float]] = {0: (1.0, 0.0)}
    scale = 0.0  # the logarithm of what all probabilities were divided by
    for column in np.exp(columns, dtype=np.float64).tolist():
        nothing = column.pop(0)
        column.append(0.0)  # what the empty text's last sign, -1, is said with
        silent_of = {text: (silent + spoken) * nothing for text, (silent, spoken) in texts.items()}
        spoken_of = {text: spoken * column[tree.last[text]] for text, (_, spoken) in texts.items()}
        if nothing > _CERTAIN:
            texts = {text: (silent, spoken_of[text]) for text, silent in silent_of.items()}
            continue
        said = [sign for sign, chance in enumerate(column) if chance > _UNLIKELY]
        # A longer text has its probability from one text alone: what has less than each of those kept is not kept.
        least = min(silent_of[text] + spoken_of[text] for text in texts) if len(texts) == beam else 0.0
        for text, (silent, spoken) in texts.items():
            for sign in said:
                chance = column[sign] * (silent if sign == tree.last[text] else silent + spoken)
                longer = tree.longer.get((text, sign))
                if longer in texts:
                    spoken_of[longer] += chance
                elif chance > least and (allowed is None or allowed((*tree.signs(text), sign))):
                    spoken_of[longer or tree.grow(text, sign)] = chance
        found = [(text, silent_of.get(text, 0.0), spoken) for text, spoken in spoken_of.items()]
        if len(found) > beam:
            found = sorted(found, key=lambda item: -item[1] - item[2])[:beam]
        most = max(silent + spoken for _, silent, spoken in found) or 1.0
        scale += math.log(most)
        texts = {text: (silent / most, spoken / most) for text, silent, spoken in found}
    logs = [
        Text(tree.signs(text), math.log(silent + spoken) + scale if silent + spoken else NEVER)
        for text, (silent, spoken) in texts.items()
    ]
    return sorted(logs, key=lambda text: -text.log_probability)


class _Tree:
    """Texts by number, each another with one sign more; 0 is the empty one."""

    def __init__(self) -> None:
        self.last = [-1]
        """Of each text its last sign."""
        self.longer: dict[tuple[int, int], int] = {}
        """By a text and a sign more, the text that both are, where there is one."""
        self._above = [0]

    def grow(self, text: int, sign: int) -> int:
        """Return a new text: with a sign more."""
        self.longer[text, sign] = len(self.last)
        self.last.append(sign)
        self._above.append(text)
        return self.longer[text, sign]

    def signs(self, text: int) -> tuple[int, ...]:
        """Return what a text says."""
        signs = []
        while text:
            signs.append(self.last[text])
            text = self._above[text]
        return tuple(reversed(signs))


def surety(texts: list[Text]) -> float:
    """Return the probability of the first text among these, 0 to 1."""
    first, *others = (text.log_probability for text in texts)
    if first == NEVER:
        return 0.0 if any(other > NEVER for other in others) else 1 / len(texts)
    # Of few numbers in plain Python, which is quicker; capped where the others are far likelier.
    return 1 / (1 + sum(math.exp(min(other - first, 700.0)) for other in others))


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
    scores = np.zeros((len(texts), len(looks), states))
    logs = np.zeros(scores.shape[:2])
    columns_in_turn = _steps(chances, classes)
    scores[:, :, :2] = next(columns_in_turn)[:, :, :2]
    for step in columns_in_turn:
        longer = scores.copy()
        longer[:, :, 1:] += scores[:, :, :-1]
        longer[:, :, 2:] += scores[:, :, :-2] * skips[:, :, 2:]
        scores = longer * step
        most = np.maximum(scores.max(2), LEAST)
        scores /= most[:, :, None]
        logs += np.log(most)
    ends = np.array([2 * len(text) for text in texts])
    rows = np.arange(len(texts))
    last = scores[rows, :, ends] + np.where(ends[:, None] > 0, scores[rows, :, ends - 1], 0)
    with np.errstate(divide="ignore"):
        return np.asarray(logs + np.log(last))


def _steps(chances: npt.NDArray[np.float64], classes: npt.NDArray[np.int_]) -> Iterator[npt.NDArray[np.float64]]:
    """Yield for each column float64[texts,looks,states]; gathered for some at a time, since all may be much memory."""
    for start in range(0, chances.shape[1], _AT_ONCE):
        yield from chances[:, start : start + _AT_ONCE, classes].transpose(1, 2, 0, 3)
