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
from digitrec.reading.incline import incline, levelled
from digitrec.reading.layout import Box, Line
from digitrec.reading.normalise import BOX, Framed, Prepared, framed
from digitrec.reading.pattern import Pattern
from digitrec.reading.prior import as_dates, log_prior, with_prior
from digitrec.reading.signs import SIGNS
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
"""Zoom, slant and squeeze of each other look, at a line and at a digit alone, which may come from a scan that was
stretched."""

STRETCHED = ((1.0, 0.0, 1.25), (1.0, 0.0, 1.5))
"""The same of a line with too few signs for what stands alone in it: ones beside one another have few columns each."""

_WIDER, _NARROWER, _NARROW = STRETCHED[0], (1.0, 0.0, 0.75), 12.0
"""The last look at a line, as others write: the first where its ink is narrower than so many pixels, of the 28 rows, to
a sign, the second elsewhere."""

_APART = (1.5, 2.5)
"""A number so narrow that it was framed as one digit becomes so many times as wide, from and to, as a line."""

_INK, _HIGH = 60, 0.85
"""From where on a pixel is ink; and of the height of a line's digits: a piece of ink that is so high is a sign, or
several, and no part of one."""

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

BROKEN = math.log(0.01)
"""How likely a line is to break rules that were given, in its logarithm: what obeys them is read where it is likelier
than what breaks them by that, and is as sure as that makes it."""


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
    forced: bool = False
    """Whether rules chose another text than the likeliest."""

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
    zoom, wide, pieces = 1.0, 1.0, 0
    prepared, columns, texts = _first(frame, model, pattern)
    one = prepared.image.shape[1] == SIDE
    if again and one and surety(texts) < SURE and (standing := standing_alone(amount, line.height)) > 1:
        # No digit but several: so that each has its columns.
        one, zoom, wide = False, frame.larger_as_line, _apart(frame, standing)
        prepared, columns, texts = _first(frame, model, pattern, zoom, wide)
    may_be_slashes = pattern is None and may_hold_slashes(texts[0].signs)
    evidence = slash_evidence(amount, line.height) if may_be_slashes else []
    if again and prepared.image.shape[1] <= _LONGEST:
        pieces = 0 if one or wide > 1 else standing_alone(amount, line.height)
        crowded = 0 < len(texts[0].signs) < pieces
        if crowded or surety(texts) < SURE or (pattern is None and as_dates(texts[0].signs)):
            of_line = (*OF_A_LINE, _by_width(prepared.image, texts[0].signs), *(STRETCHED if crowded else ()))
            others = OF_ONE if one else of_line
            ways = [(zoom * larger, slant, wide * wider) for larger, slant, wider in others]
            images = [frame.prepare(zoom=way[0], slant=way[1], squeeze=way[2]).image for way in ways]
            texts = _together([columns, *_columns_of(images, model)], pattern, evidence)
    if pattern is None:
        texts = with_prior(weighed(texts, evidence), separated=bool(separators))
    texts = _with_all(texts, pieces)
    return Look(line, prepared, columns, texts, separators, forced=_forced(texts, pattern))


def _first(
    frame: Framed, model: Model, pattern: Pattern | None, zoom: float = 1.0, wide: float = 1.0
) -> tuple[Prepared, npt.NDArray[np.float32], list[Text]]:
    """Return a line as it is prepared, so much larger and wider, its columns, and the texts that they may say."""
    prepared = frame.prepare(zoom=zoom, squeeze=wide)
    columns = model.columns(prepared.image[None])[0]
    return prepared, columns, texts_by_rules(columns, pattern)


def _apart(frame: Framed, standing: int) -> float:
    """Return by how much to widen what was framed as one digit, of which so many pieces are as high as that."""
    needed = standing * _NARROW * frame.tall / BOX / frame.cropped.shape[1]
    return float(np.clip(needed, *_APART))


def _by_width(image: npt.NDArray[np.uint8], signs: tuple[int, ...]) -> tuple[float, float, float]:
    """Return the look at a line, uint8[28,w], in which narrow signs become wider, and others narrower."""
    inked = np.flatnonzero(image.max(0) > _INK)
    wide = (inked[-1] + 1 - inked[0]) / max(1, len(signs)) if len(inked) else 0.0
    return _WIDER if wide < _NARROW else _NARROWER


def _columns_of(images: list[npt.NDArray[np.uint8]], model: Model) -> list[npt.NDArray[np.float32]]:
    """Return what a model says of images uint8[28,w], of those of one width at once, in any order."""
    found: list[npt.NDArray[np.float32]] = []
    for wide in {image.shape[1] for image in images}:
        found.extend(model.columns(np.stack([image for image in images if image.shape[1] == wide])))
    return found


def standing_alone(amount: npt.NDArray[np.uint8], height: float) -> int:
    """Return how many pieces of ink in a line, uint8[h,w], are as high as its digits: `height` pixels."""
    _, stats, high = pieces_of(amount, height)
    return int((stats[1:, cv2.CC_STAT_HEIGHT] >= _HIGH * high).sum())


def _with_all(texts: list[Text], pieces: int) -> list[Text]:
    """Return texts, first the likeliest when each piece that stands alone has a sign; it is no surer for that."""
    if len(texts[0].signs) >= pieces:
        return texts
    return sorted(texts, key=lambda text: _MISSED * max(0, pieces - len(text.signs)) - text.log_probability)


def _together(looks: list[npt.NDArray[np.float32]], pattern: Pattern | None, evidence: Sequence[float]) -> list[Text]:
    """Return the texts that are likely in any look, each with the mean of its log-probabilities over all.

    And those with slashes where strokes look like some (`slashes.py`), and dates.
    """
    likely = {
        text.signs
        for look in looks
        for place, text in enumerate(texts_by_rules(look, pattern, _BEAM_AGAIN))
        if place < _OF_EACH or log_prior(text.signs) > 0
    }
    if pattern is None:
        likely.update([with_slashes(signs, evidence) for signs in likely])
        likely.update([date for signs in likely for date in as_dates(signs)])
    means = log_probabilities(looks, list(likely)).mean(1).tolist()
    return _by_rules([Text(signs, mean) for signs, mean in zip(likely, means, strict=True)], pattern)


def texts_by_rules(columns: npt.NDArray[np.float32], pattern: Pattern | None, beam: int = BEAM) -> list[Text]:
    """Return what a line may say, the likeliest first, what breaks the rules less likely."""
    texts = likeliest(columns, beam)
    if pattern is None:
        return texts
    obeying = [text for text in likeliest(columns, BEAM_WITH_RULES, pattern.allows) if pattern.matches(text.signs)]
    known = {text.signs for text in obeying}
    return _by_rules([*obeying, *(text for text in texts if text.signs not in known)], pattern)


def _by_rules(texts: list[Text], pattern: Pattern | None) -> list[Text]:
    """Return texts, the likeliest first, those that break the rules so much less likely."""
    return sorted(
        (Text(text.signs, text.log_probability + _broken(text, pattern)) for text in texts),
        key=lambda text: (-text.log_probability, text.signs),
    )


def _broken(text: Text, pattern: Pattern | None) -> float:
    return 0.0 if pattern is None or pattern.matches(text.signs) else BROKEN


def _forced(texts: list[Text], pattern: Pattern | None) -> bool:
    """Whether a text that breaks the rules would be likelier than the first without them."""
    return any(text.log_probability - _broken(text, pattern) > texts[0].log_probability for text in texts[1:])
