"""Any picture → what is written in it: the whole way through.

In: a picture, as `load_picture` takes it. Out: a `Reading`. Picture → ink → lines → the 28 rows that the
model reads → columns → texts → digits with boxes. One digit is a line of length one. Needs onnxruntime
and no torch.
"""

from dataclasses import replace
from functools import cache, partial
from importlib import resources
from typing import Any

from digitrec.model import Model
from digitrec.reading.advice import advice, disobeying
from digitrec.reading.beside_numbers import without_faint, without_small, without_words
from digitrec.reading.confidence import (
    fitted,
    least_soft,
    makes_more_sense,
    require_probability,
    sense,
    trust_in_line,
    trust_in_page,
)
from digitrec.reading.halves import with_halves_joined
from digitrec.reading.ink import Ink, Polarity, find_ink
from digitrec.reading.labels import without_labels
from digitrec.reading.layout import MOST, Line, find_lines
from digitrec.reading.line_reading import line_reading
from digitrec.reading.looks import SURE, Look, look_at
from digitrec.reading.pattern import Pattern, one_reading, require_pattern
from digitrec.reading.picture import Picture, load_picture
from digitrec.reading.reading import Reading
from digitrec.reading.rules import is_page
from digitrec.reading.sideways import TURNED, quarters, turned_picture, warning
from digitrec.reading.texts import surety
from digitrec.reading.upside_down import turned, warning_if_upside_down, worth_turning

_LOOKED_AT_AGAIN, _DOUBTFUL = 30, 2000
"""On a page of more lines each is looked at once only; and so are those after so many pixels of lines that left doubt:
it is no page of numbers."""

_MOST_TO_READ = 24_000
"""Pixels along all lines of a page together, as they are read: about a thousand digits. What is left is not read."""

_TOO_MUCH = "too much for one reading: the rest was not read; cut the picture into parts"

_WORD = "beside a number stands what looks like a word: it was left out; cut the picture if that is wrong"

_CLEAR, _HALF_CLEAR = 0.9, 0.5
"""A page, or a number cut out of one, that makes so much sense is not looked at with its colours exchanged."""

_FEW = 8
"""A page of more lines is not read the other way round as well, nor are words looked for in them."""


class Reader:
    """Reads pictures with one model.

    >>> Reader().read("photo.jpg").text
    '2026'
    """

    def __init__(self, model: Model | None = None, *, threshold: float = 0.0, pattern: Pattern | None = None) -> None:
        """Make one.

        Parameters
        ----------
        model
            One of the recipe `reader`; without it, the one that comes with digitrec.
        threshold
            Digits of less confidence, 0 to 1, are declined.
        pattern
            Rules for what a line may say, made by `Pattern.compile`; of what the model holds possible, the likeliest
            that obeys is read, where it is likelier than that the line breaks them (`looks.BROKEN`).

        Raises
        ------
        ModelError
            When the model is none, or reads single digits only.
        PatternError
            When the rules are no `Pattern`.
        DataError
            When the threshold is no probability.
        """
        self.model = shipped_model() if model is None else model
        self._fitted = fitted(self.model)
        self.threshold = require_probability("threshold", threshold)
        self.pattern = require_pattern(pattern)

    @one_reading()
    def read(self, source: Any, *, page: int = 0) -> Reading:
        """Return what is written in a picture; sources and errors as in `load_picture`."""
        picture = load_picture(source, page=page)
        ink = find_ink(picture)
        reads, whole = self._read(ink)
        clear = _CLEAR if is_page(ink.mask.shape) else _HALF_CLEAR
        if not ink.sure_of_polarity and len(reads) <= _FEW and sense(reads) < clear:  # the reading tells
            other: Polarity = "light on dark" if ink.polarity == "dark on light" else "dark on light"
            other_ink = find_ink(picture, other)
            other_reads, other_whole = self._read(other_ink, most=_FEW)
            if makes_more_sense(other_reads, reads):
                ink, reads, whole = other_ink, other_reads, other_whole
        glance = partial(look_at, model=self.model, pattern=None, again=False)
        # A page that has too much to be read has as much on its side.
        quarter = quarters(ink, reads, _few_lines, glance) if whole else 0
        if quarter:
            picture = turned_picture(picture, quarter)
            ink = find_ink(picture, ink.polarity)
            reads, whole = self._read(ink)
        over = self._turned(reads, quarter)
        # Rules choose what a line says, not which lines there are.
        reads = [self._by_rules(read) for read in reads]
        return self._reading(picture, ink, reads, over, whole=whole, quarter=quarter)

    def _read(self, ink: Ink, most: int = MOST) -> tuple[list[Look], bool]:
        """Return the lines of an ink map as they were read, none where it has more than `most`; and if that is all."""
        lines = find_lines(ink)
        if len(lines) > most:
            return [], False
        looks = self._looks(lines)
        look = partial(look_at, model=self.model, pattern=None)
        glance = partial(look, again=False)
        clear = without_faint(looks)
        page = is_page(ink.mask.shape)
        if len(clear) <= _FEW:
            clear = without_labels(clear, look, glance, page=page)
        if page:
            clear = without_words(with_halves_joined(clear, glance, look))
        return without_small(clear), len(looks) == len(lines) < MOST

    def _looks(self, lines: list[Line], *, again: bool = True) -> list[Look]:
        """Return what lines say; not of all, where that is too much; `again` as in `look_at`."""
        few = again and len(lines) <= _LOOKED_AT_AGAIN
        looks: list[Look] = []
        wide = doubtful = 0
        for line in lines:
            if wide > _MOST_TO_READ:
                break
            looks.append(look_at(line, self.model, None, again=few and doubtful < _DOUBTFUL))
            wide += looks[-1].prepared.image.shape[1]
            doubtful += looks[-1].prepared.image.shape[1] if surety(looks[-1].texts) < SURE else 0
        return looks

    def _by_rules(self, read: Look) -> Look:
        """Return a line as it is read by the rules, or as it was where nothing likely obeys them.

        One that obeys them already is looked at again, too: what is usual in numbers counts for nothing beside rules.
        """
        if self.pattern is None:
            return read
        ruled = look_at(read.line, self.model, self.pattern)
        return replace(ruled, trust=read.trust) if self.pattern.matches(ruled.signs) else read

    def _reading(  # noqa: PLR0913 - one caller, nothing to leave out
        self, picture: Picture, ink: Ink, reads: list[Look], over: str, *, whole: bool, quarter: int
    ) -> Reading:
        page_trust = trust_in_page(reads) * (TURNED if quarter else 1.0)
        trust = [
            page_trust * trust_in_line(read, ink.mask.shape) * (surety(read.texts) if read.forced else 1.0)
            for read in reads
        ]
        lines = [
            line_reading(read, picture.scale, self._fitted, trust=each, threshold=self.threshold)
            for read, each in zip(reads, trust, strict=True)
        ]
        return Reading(
            lines=tuple(line for line in lines if line.digits),
            warnings=(
                *(() if whole else (_TOO_MUCH,)),
                *advice(picture, ink, lines, turned=over, soft=least_soft(reads)),
                *disobeying([read.signs for read in reads], self.pattern),
                *((_WORD,) if any(read.trust < 1 for read in reads) else ()),
            ),
            picture={
                "source": picture.source,
                "page": picture.page,
                "width": picture.width,
                "height": picture.height,
                "turned": 90 * quarter,
                "polarity": ink.polarity,
            },
            model={"name": self.model.name, "version": self.model.metadata.get("version")},
            upright=picture.pixels,
        )

    def _turned(self, reads: list[Look], quarter: int) -> str:
        """Return what to say of how a picture was turned, or should be: unclear ones may say more upside down."""
        if quarter:
            return warning(quarter)
        if not worth_turning(reads):
            return ""
        lines = turned(reads)
        # Most that is unclear makes no sense upside down either, which one look tells.
        if not warning_if_upside_down(reads, self._looks(lines, again=False)):
            return ""
        return warning_if_upside_down(reads, self._looks(lines))


def _few_lines(ink: Ink) -> list[Line]:
    """Return the lines of an ink map, none where it has many."""
    lines = find_lines(ink)
    return lines if len(lines) <= _LOOKED_AT_AGAIN else []


@cache
def shipped_model(threads: int | None = None) -> Model:
    """Return the model that comes with digitrec, loaded once; threads as in `Model.load`."""
    content = resources.files("digitrec").joinpath("models", "reader.onnx").read_bytes()
    return Model.from_bytes(content, "reader.onnx", threads=threads)


@cache
def _usual() -> Reader:
    return Reader()


def read(source: Any, *, page: int = 0) -> Reading:
    """Return what is written in a picture, read with the model that comes with digitrec.

    >>> print(read("photo.jpg"))
    2026

    Parameters
    ----------
    source
        A path, bytes, an open file, "-" for standard input, a Pillow image, or an array of any sensible
        dtype and channels.
    page
        Which page of a file that has several, from 0.

    Raises
    ------
    PictureError
        When it is no picture, damaged or too large.
    """
    return _usual().read(source, page=page)
