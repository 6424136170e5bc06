"""A slash or a one: told by how far a stroke leans and how high it is beside the digits around it.

In: the ink of a line, and the texts that it may say. Out: the same texts, those with slashes likelier or less likely.
Told only where each sign stands alone. Ones lean as a hand does and are as high as its other digits; slashes reach
above and below them (`experiments/LOG.md`, 74). Knows nothing of models.
"""

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import Text

_SLASH, _ONE = SIGNS.index("/"), 1

_INK, _TALL = 60, 0.5
"""From where on a pixel is ink of a sign, and of the height of a line's digits: what is lower is a dot, or a rest."""

_FINE = 64.0
"""Pixels of height that are enough to tell pieces apart, and strokes by."""

_LEANS, _REACHES, _LEVEL, _LOW = 0.18, 1.12, 1.03, 0.75
"""Of its height, a slash leans so far to the right; beside the other signs it is so high; and a one is not higher, nor
as low as what a form prints between its digits."""

_FOR, _AGAINST, _UNLIKE, _AS_HIGH, _AS_FAR = 2.5, -1.5, -5.0, 0.9, 0.75
"""The logarithm of how many times likelier a slash looks like that than a one; like one no higher than digits; and like
one that is not so much of the highest one's height, and leans less than so much of what that does."""


def slash_evidence(amount: npt.NDArray[np.uint8], height: float) -> list[float]:
    """Return for each tall piece of a line, from left to right, how much it looks like a slash rather than a one.

    As a logarithm of probabilities; 0 where it does not tell. `amount`, uint8[h,w], is the line's ink, `height` that of
    its digits.
    """
    labels, stats, height = pieces_of(amount, height)
    heights = stats[:, cv2.CC_STAT_HEIGHT].tolist()
    tall = [label for label in range(1, len(stats)) if heights[label] >= _TALL * height]
    tall.sort(key=lambda label: int(stats[label, cv2.CC_STAT_LEFT]))

    def lean(label: int) -> float:
        left, top, wide, high, _ = stats[label].tolist()
        return _lean(labels[top : top + high, left : left + wide] == label)

    found, highest, leans = [], 0, 0.0  # the highest slash, and how far it leans
    for label in tall:
        others = [heights[other] for other in tall if other != label]
        reach = heights[label] / median(others) if others else 1.0
        if not others or _LEVEL < reach < _REACHES or reach < _LOW:
            found.append(0.0)
        elif reach <= _LEVEL:
            found.append(_AGAINST)
        else:
            found.append(_FOR if lean(label) >= _LEANS else 0.0)
            if found[-1] > 0 and heights[label] > highest:
                highest, leans = heights[label], lean(label)
    # Slashes of one line are about as high as each other, or lean as far, but for what looks like one by itself.
    return [
        _UNLIKE if told <= 0 and heights[label] < _AS_HIGH * highest and lean(label) < _AS_FAR * leans else told
        for label, told in zip(tall, found, strict=True)
    ]


def pieces_of(
    amount: npt.NDArray[np.uint8], height: float
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], float]:
    """Return the pieces of a line's ink, labels and stats as OpenCV has them, and how high its digits are there.

    In a copy no larger than it takes to tell the pieces apart.
    """
    fine = min(1.0, _FINE / height)
    if fine < 1:
        size = tuple(max(1, round(side * fine)) for side in amount.shape[::-1])
        amount = np.asarray(cv2.resize(amount, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((amount > _INK).astype(np.uint8), connectivity=8)
    return np.asarray(labels, dtype=np.int32), np.asarray(stats, dtype=np.int32), height * fine


def _lean(piece: npt.NDArray[np.bool_]) -> float:
    """Return how far to the right a piece goes on its way up, of that way."""
    rows, columns = np.nonzero(piece)
    (_, both), (_, down) = np.cov(columns, rows)
    return float(-both / down) if down else 0.0


def may_hold_slashes(signs: tuple[int, ...]) -> bool:
    """Whether a text has a sign that may be a slash or a one."""
    return len(signs) > 1 and (_ONE in signs or _SLASH in signs)


def with_slashes(signs: tuple[int, ...], evidence: Sequence[float]) -> tuple[int, ...]:
    """Return a text by number with slashes for its ones that look like them.

    >>> with_slashes((8, 1, 5), (0.0, 2.5, -1.5)) == (8, SIGNS.index("/"), 5)
    True
    """
    if len(signs) != len(evidence):
        return signs
    return tuple(_SLASH if sign == _ONE and told > 0 else sign for sign, told in zip(signs, evidence, strict=True))


def weighed(texts: list[Text], evidence: Sequence[float]) -> list[Text]:
    """Return texts, the likeliest first, those with slashes as much likelier as the strokes there look like some."""
    if not any(len(text.signs) == len(evidence) and _SLASH in text.signs for text in texts):
        return texts
    found = [Text(text.signs, text.log_probability + _told(text.signs, evidence)) for text in texts]
    # All together are as probable as before: of what is not listed nothing is known.
    before, after = (np.logaddexp.reduce([text.log_probability for text in some]) for some in (texts, found))
    found = [Text(text.signs, float(text.log_probability + before - after)) for text in found]
    return sorted(found, key=lambda text: -text.log_probability)


def _told(signs: tuple[int, ...], evidence: Sequence[float]) -> float:
    if len(signs) != len(evidence):
        return 0.0
    return sum(told for sign, told in zip(signs, evidence, strict=True) if sign == _SLASH)
