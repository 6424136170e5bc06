"""One line → what it may say: looked at once, and where that leaves doubt or ink without a sign, several times.

In: a `Line`, a model of lines, perhaps rules. Out: a `Look`: the line as it was prepared, its columns,
and the texts that it may say, the likeliest first. Knows nothing of pictures, boxes or answers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE
from digitrec.model import Model
from digitrec.reading.decode import said_at
from digitrec.reading.incline import incline, levelled
from digitrec.reading.layout import Box, Line
from digitrec.reading.normalise import Prepared, framed
from digitrec.reading.pattern import Pattern
from digitrec.reading.prior import as_dates, log_prior, with_prior
from digitrec.reading.signs import NO_DIGIT, SIGNS
from digitrec.reading.slashes import may_hold_slashes, pieces_of, slash_evidence, weighed, with_slashes
from digitrec.reading.texts import BEAM, Text, likeliest, log_probabilities, surety

SURE = 0.99
"""A line that is read less surely is looked at again."""

_LONGEST = 2000
"""Pixels of a line, as it is read, about a hundred digits: a longer one is prose or a pattern, and looked at once."""

BEAM_WITH_RULES = 40
"""How many texts are followed where most will break the rules."""

OF_A_LINE = ((0.9, 0.0, 1.0), (1.1, 0.0, 1.0), (1.0, 0.2, 1.0), (1.0, -0.2, 1.0))
OF_ONE = ((1.0, 0.0, 0.8), (1.0, 0.0, 0.65))
"""Zoom, slant and squeeze of each other look, at a line and at a digit alone: wide ones, or scans that
were stretched, are seen as others write them."""

STRETCHED = ((1.0, 0.0, 1.25), (1.0, 0.0, 1.5))
"""The same of a line with too few signs for what stands alone in it: ones beside one another have few columns each."""

WIDER, NARROWER, _NARROW = (1.0, 0.0, 1.25), (1.0, 0.0, 0.75), 12.0
"""One more look at a line whose signs take less than so many pixels of the 28 rows' in the mean; and at any other."""

_INK, _HIGH = 60, 0.85
"""From where on a pixel is ink; and of the height of a line's digits: a piece of ink that is so high is a sign, or
several, and no part of one."""

_LOW, _NEAR = ".,-", 3.0
"""Signs that are never as high as digits; and pixels, of the 28 rows, that a sign may be said beside its ink."""

_MISSED = 8.0
"""By so much in its logarithm a text comes after others for each piece that it leaves without a sign."""

_LIKELY, _CLEARER = -2.0, (0.3, 1.0)
"""In its logarithm: what a line that was made level says is likelier than before by the former where it is as likely as
that, and by the latter else."""

STROKES = frozenset({1, *range(10, len(SIGNS))})
"""Signs that a crease or a speck may look like: a one, and all that are no digits."""

_BEAM_AGAIN = 6
"""How many texts are followed in each of several looks, which are compared with one another afterwards."""

_OF_EACH = 4
"""Texts of each look that are compared."""


@dataclass(frozen=True)
class Look:
    """A line, as the model saw it and what it said."""

    line: Line
    prepared: Prepared
    columns: npt.NDArray[np.float32]
    """float32[t,16]."""
    texts: list[Text]
    separators: tuple[tuple[str, Box], ...]
    """Those that were taken out of the line before it was read."""
    slope: float = 0.0
    """By how many rows it falls for each column to the right, where it was made level first."""
    trust: float = 1.0
    """By what to multiply the confidence of its digits, for what stood beside them."""

    @property
    def probability(self) -> float:
        """How probable what it says is, of all that it might say."""
        return math.exp(self.texts[0].log_probability)

    @property
    def signs(self) -> tuple[int, ...]:
        """What it says, by number."""
        return self.texts[0].signs


def look_at(line: Line, model: Model, pattern: Pattern | None, *, again: bool = True) -> Look:
    """Return what a line may say; `again` allows more looks where one leaves doubt.

    Where rules are to be obeyed that may name separators, the line is also read with those in it.
    """
    found = _look(line, line.amount, line.separators, model, pattern, again=again)
    slope = incline(line.whole, line.height) if again else 0.0
    if slope:
        level = _look(line, levelled(line.amount, slope), line.separators, model, pattern, again=again)
        likely, before = (look.texts[0].log_probability for look in (level, found))
        if likely > before + (_CLEARER[0] if likely > _LIKELY else _CLEARER[1]):
            found = replace(level, slope=slope)
    if pattern is not None and pattern.pattern is not None and line.separators and not pattern.matches(found.signs):
        whole = _look(line, line.whole, (), model, pattern, again=again)
        if pattern.matches(whole.signs):
            return whole
    return found


def _look(  # noqa: PLR0913 - two callers, nothing to leave out
    line: Line,
    amount: npt.NDArray[np.uint8],
    separators: tuple[tuple[str, Box], ...],
    model: Model,
    pattern: Pattern | None,
    *,
    again: bool,
) -> Look:
    frame = framed(amount, line.height)
    prepared = frame.prepare()
    columns = model.columns(prepared.image[None])[0]
    texts, pieces = _texts(columns, pattern), 0
    may_be_slashes = pattern is None and may_hold_slashes(texts[0].signs)
    evidence = slash_evidence(amount, line.height) if may_be_slashes else []
    if again and prepared.image.shape[1] <= _LONGEST:
        one = prepared.image.shape[1] == SIDE
        pieces = 0 if one else _signs_expected(amount, line.height, prepared, columns, texts[0].signs)
        crowded = 0 < _high_signs(texts[0].signs) < pieces
        if crowded or surety(texts) < SURE or (pattern is None and as_dates(texts[0].signs)):
            others = (
                OF_ONE if one else STRETCHED if crowded else (*OF_A_LINE, _as_usual(prepared.image, texts[0].signs))
            )
            images = [frame.prepare(zoom=each[0], slant=each[1], squeeze=each[2]).image for each in others]
            # What is crowded has too few columns as it is: what can only be said with more is not held against it.
            looks = [*([] if crowded else [columns]), *_columns_of(images, model)]
            texts = _together(looks, pattern, evidence)
    if pattern is None:
        texts = with_prior(weighed(texts, evidence), separated=bool(separators))
    return Look(line, prepared, columns, _with_all(texts, pieces), separators)


def _as_usual(image: npt.NDArray[np.uint8], signs: tuple[int, ...]) -> tuple[float, float, float]:
    """Return the look at a line, uint8[28,w], in which signs that are narrow become wider, and others narrower."""
    inked = np.flatnonzero(image.max(0) > _INK)
    wide = (inked[-1] + 1 - inked[0]) / max(1, len(signs)) if len(inked) else 0.0
    return WIDER if wide < _NARROW else NARROWER


def _columns_of(images: list[npt.NDArray[np.uint8]], model: Model) -> list[npt.NDArray[np.float32]]:
    """Return what a model says of images uint8[28,w], of those of one width at once, in any order."""
    found: list[npt.NDArray[np.float32]] = []
    for wide in {image.shape[1] for image in images}:
        found.extend(model.columns(np.stack([image for image in images if image.shape[1] == wide])))
    return found


def standing_alone(amount: npt.NDArray[np.uint8], height: float) -> list[tuple[float, float]]:
    """Return from and to which column there are pieces of ink, in a line uint8[h,w], as high as its digits.

    Those are `height` pixels high.
    """
    _, stats, high = pieces_of(amount, height)
    lefts, wide = stats[1:, cv2.CC_STAT_LEFT], stats[1:, cv2.CC_STAT_WIDTH]
    tall = stats[1:, cv2.CC_STAT_HEIGHT] >= _HIGH * high
    ends = np.stack([lefts, lefts + wide], axis=1)[tall] * (height / high)
    return [(float(first), float(last)) for first, last in ends]


def _signs_expected(
    amount: npt.NDArray[np.uint8],
    height: float,
    prepared: Prepared,
    columns: npt.NDArray[np.float32],
    signs: tuple[int, ...],
) -> int:
    """Return how many signs as high as digits a line has at least, and such as stand for lower ones in what it says."""
    pieces = standing_alone(amount, height)
    lower = 0
    if NO_DIGIT in signs:  # which may be an equals sign as well as a letter
        step = prepared.image.shape[1] / len(columns)
        for sign, (first, last) in zip(signs, said_at(columns, signs), strict=True):
            left, _, right, _ = prepared.back(step * first - _NEAR, 0, step * last + _NEAR, SIDE)
            lower += sign == NO_DIGIT and not any(begin < right and left < end for begin, end in pieces)
    return len(pieces) + lower if pieces else 0


def _high_signs(signs: tuple[int, ...]) -> int:
    """Return how many of the signs are, or may be, as high as digits."""
    return sum(SIGNS[sign] not in _LOW for sign in signs)


def _with_all(texts: list[Text], pieces: int) -> list[Text]:
    """Return texts, first the likeliest when each piece that stands alone has a sign; it is no surer for that."""
    if _high_signs(texts[0].signs) >= pieces:
        return texts
    return sorted(texts, key=lambda text: _MISSED * max(0, pieces - _high_signs(text.signs)) - text.log_probability)


def _together(looks: list[npt.NDArray[np.float32]], pattern: Pattern | None, evidence: Sequence[float]) -> list[Text]:
    """Return the texts that are likely in any look, each with the mean of its log-probabilities over all.

    And those with slashes where strokes look like some (`slashes.py`), and dates.
    """
    likely = {
        text.signs
        for look in looks
        for place, text in enumerate(_texts(look, pattern, _BEAM_AGAIN))
        if place < _OF_EACH or log_prior(text.signs) > 0
    }
    if pattern is None:
        likely.update([with_slashes(signs, evidence) for signs in likely])
        likely.update([date for signs in likely for date in as_dates(signs)])
    else:
        likely = {signs for signs in likely if pattern.matches(signs)} or likely
    means = log_probabilities(looks, list(likely)).mean(1).tolist()
    return sorted(
        (Text(signs, mean) for signs, mean in zip(likely, means, strict=True)),
        key=lambda text: (-text.log_probability, text.signs),
    )


def _texts(columns: npt.NDArray[np.float32], pattern: Pattern | None, beam: int = BEAM) -> list[Text]:
    """Return what a line may say, the likeliest first; of what obeys the rules, if anything does."""
    if pattern is not None:
        obeying = likeliest(columns, BEAM_WITH_RULES, pattern.allows)
        obeying = [text for text in obeying if pattern.matches(text.signs)]
        if obeying:
            return obeying
    return likeliest(columns, beam)
