"""Ink told from ground: a picture → how much ink lies on each pixel.

In: a `Picture`. Out: an `Ink`: a map uint8[h,w] of the picture's size, 255 for full ink, without the
light, the shadows, the colour and the ruled lines of what it was written on. Knows nothing of digits:
a letter and a scribble are ink as well.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.errors import PictureError
from digitrec.reading.colours import most_telling
from digitrec.reading.dither import without_dots
from digitrec.reading.fingers import fingers_on
from digitrec.reading.frames import without_frame
from digitrec.reading.full_ink import contrast_of, full_ink
from digitrec.reading.grain import grain, softened
from digitrec.reading.ground import from_closed, from_level
from digitrec.reading.highlights import without_highlights
from digitrec.reading.jagged import find_jagged
from digitrec.reading.panel import find_panels
from digitrec.reading.paper_alone import Corners, colour_instead, of_sheets, paper_instead, within
from digitrec.reading.picture import Picture
from digitrec.reading.polarity import (
    Grey,
    has_thin_strokes,
    is_even,
    is_ground,
    is_told_by_its_edge,
    majority_is_light,
    strokes_are_dark,
)
from digitrec.reading.quantile import quantile
from digitrec.reading.rules import find_rules, is_page, is_tiny
from digitrec.reading.screenshot import find_photo
from digitrec.reading.shadows import strokes_beside_shadows
from digitrec.reading.sheet import find_sheet

Polarity = Literal["dark on light", "light on dark"]
_POLARITIES = get_args(Polarity)

_PALEST = 0.4
"""Of the strongest ink in a picture: so strong is full ink at least, wherever it is."""

_LEAST_CONTRAST = 12.0
"""Grey levels between ground and ink below which nothing counts as written."""

_WRITTEN, _CHALK = 0.14, 220.0
"""Of the light of the paper, or for light ink of chalk's: what differs by less is not written."""

_OF_CONTRAST = 0.7
"""Of the contrast that ink has at least: a line of it may be so faint, since not all of its strokes are full."""

_ABOVE_NOISE = 6.0
"""How many deviations of the ground's noise ink must stand out by."""

_PIECE = 0.15
"""Of a picture: what is no larger may be a piece of a sheet."""


@dataclass(frozen=True)
class Ink:
    """How much ink lies on each pixel of a picture."""

    amount: Grey
    """uint8[h,w], 255 for full ink, as measured by the darkest strokes around."""
    mask: npt.NDArray[np.bool_]
    """bool[h,w]: what counts as a stroke."""
    depth: Grey
    """uint8[h,w]: grey levels between each pixel and the ground, as lit as most of the picture."""
    polarity: Polarity
    sure_of_polarity: bool
    """Whether the picture itself told which of its two colours is ink."""
    contrast: float
    """Grey levels between ground and ink."""
    noise: float
    """Grey levels, the deviation of the ground."""
    faintest: float = 0.0
    """Grey levels between ground and ink below which nothing counts as written here, in the mean over a line."""
    upright: Grey | None = None
    """uint8, perhaps reduced: 1 on the upright lines of the paper, which are no ink."""

    @property
    def blank(self) -> bool:
        """Whether there is no ink at all."""
        return not self.mask.any()


def find_ink(picture: Picture, polarity: Polarity | None = None) -> Ink:
    """Return the ink of a picture.

    What a sheet of paper lies on, what is around a canvas on a screen, and a finger are painted over first. The ground
    is the picture with all filled that is as narrow as strokes, which follows light and shadow but not them; ink is
    what differs from it to one side by more than its noise. What counts as full ink is taken from the neighbourhood, so
    that pencil beside felt pen is seen. The frame of a small picture is ground; of a screen the photo on it counts.

    >>> find_ink(load_picture("photo.jpg")).polarity
    'dark on light'

    Parameters
    ----------
    picture
        As `load_picture` returns it.
    polarity
        Decides what is ink where the caller knows it better: "dark on light" or "light on dark".

    Returns
    -------
    Ink
        Maps of ink as large as `picture.pixels`; blank where nothing is written.

    Raises
    ------
    PictureError
        When it is no `Picture`, or there is no such polarity.
    """
    if not isinstance(picture, Picture):
        raise PictureError(f"find_ink: a {type(picture).__name__}; expected a Picture: find_ink(load_picture(source))")
    if polarity is not None and polarity not in _POLARITIES:
        raise PictureError(f"polarity {polarity!r}; expected one of {', '.join(map(repr, _POLARITIES))}, or None")
    page = is_page(picture.pixels.shape[:2])
    pixels = without_dots(picture.pixels) if page else picture.pixels
    rows = find_photo(pixels) if page else None
    if rows is not None:
        return _within(find_ink(replace(picture, pixels=pixels[rows]), polarity), rows, len(pixels))
    whole = without_highlights(pixels) if page else pixels
    sheet = find_sheet(whole) if page else None
    sheet = find_jagged(whole) if page and sheet is None else sheet
    found = _on_sheet(whole, sheet, polarity, page=page)
    # What is small and empty may be a piece of a sheet that a shadow cut off.
    if found.blank and sheet is not None and cv2.contourArea(sheet) < _PIECE * found.mask.size:
        return _on_sheet(whole, None, polarity, page=page)
    return found


def _on_sheet(whole: npt.NDArray[np.uint8], sheet: Corners | None, polarity: Polarity | None, *, page: bool) -> Ink:
    """Return the ink of a picture on its sheet alone, where it has one, or on its canvas; as `find_ink`."""
    pixels, seen = whole, (slice(None), slice(None))
    alone = (sheet,) if sheet is not None else find_panels(pixels) if page else ()
    if alone:
        inside, seen = of_sheets(alone, pixels.shape), within(np.concatenate(alone), pixels.shape[:2])
        pixels = colour_instead(pixels, inside) if sheet is None else paper_instead(pixels, inside, clean=True)
        # On a table of another colour it is seen only now what is highlighted on the paper.
        pixels = pixels if sheet is None else without_highlights(pixels)
    grey, small = most_telling(pixels, of_photo=sheet is not None)
    unframed = without_frame(grey)
    if unframed is not grey:
        grey = unframed
        small = np.asarray(cv2.resize(grey, small.shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.uint8)
    even = is_tiny(grey.shape) or (sheet is None and is_even(grey, small))
    fingers = None if even or not page else fingers_on(whole, sheet)
    if fingers is not None:
        grey, small = most_telling(paper_instead(pixels, ~fingers), of_photo=True)
    if polarity is not None:
        return _find(grey, small, seen, even=even, dark=polarity == "dark on light", sure=True)
    if even or is_told_by_its_edge(small):
        dark, sure = majority_is_light(small)
        sure = sure and (even or has_thin_strokes(small))
        return _find(grey, small, seen, even=even, dark=dark, sure=sure)
    dark, sure = strokes_are_dark(small)
    found = _find(grey, small, seen, even=False, dark=dark, sure=sure)
    return _find(grey, small, seen, even=False, dark=not dark, sure=True) if is_ground(found.mask, small) else found


def _within(ink: Ink, rows: slice, high: int) -> Ink:
    """Return the ink of some of a picture's rows, which are so many, as that of the picture."""
    around = ((rows.start, high - rows.stop), (0, 0))
    return replace(
        ink,
        amount=np.asarray(np.pad(ink.amount, around), dtype=np.uint8),
        mask=np.asarray(np.pad(ink.mask, around), dtype=np.bool_),
        depth=np.asarray(np.pad(ink.depth, around), dtype=np.uint8),
        upright=None,
    )


def _find(  # noqa: PLR0913 - keyword-only but for the picture
    grey: Grey, small: Grey, seen: tuple[slice, slice], *, even: bool, dark: bool, sure: bool
) -> Ink:
    """Return what is darker than the ground, or lighter, in a picture and the same reduced.

    What is `seen` there is the camera's, and tells how noisy it is. The ground of an `even` picture is as light all
    over, and hard edges are no noise there.
    """
    tiny = is_tiny(grey.shape)
    # Creases, clouds and cloth are fainter than the palest pencil, which takes a sixth of the light.
    written = 0.0 if tiny else _WRITTEN * (quantile(grey, 0.9) if dark else _CHALK)
    noise = 0.0 if even else grain(grey[seen])
    floor = max(_LEAST_CONTRAST, _ABOVE_NOISE * noise)
    if is_page(grey.shape) and floor > max(_LEAST_CONTRAST, 0.7 * written):
        grey, noise = softened(grey, noise, max(_LEAST_CONTRAST, 0.7 * written) / _ABOVE_NOISE)
        floor = max(_LEAST_CONTRAST, _ABOVE_NOISE * noise)
    if even:
        difference = from_level(grey, dark=dark)
        levels = difference if dark else -difference
    else:
        levels = from_closed(grey, small, dark=dark, noise=noise)
    contrast = contrast_of(levels, floor)
    if not even and is_page(grey.shape) and contrast > floor:
        strokes = strokes_beside_shadows(levels, contrast, small.shape)
        if strokes is not None:
            levels = from_closed(grey, small, dark=dark, noise=noise, strokes=strokes)
            contrast = contrast_of(levels, floor)
    nothing = np.zeros(grey.shape, dtype=np.uint8)
    told: Polarity = "dark on light" if dark else "light on dark"
    found = Ink(nothing, nothing.astype(bool), nothing, told, sure_of_polarity=sure, contrast=contrast, noise=noise)
    if contrast <= max(floor, written):
        return found
    if not tiny:
        # A page's rules are long, and so are found though they are fainter than any ink.
        faint = max(0.5 * floor, 0.1 * contrast) if is_page(grey.shape) else max(floor, 0.25 * contrast)
        floor = max(floor, 0.15 * contrast)
        rules = find_rules(levels > faint)
        levels, found = rules.erased(levels, contrast), replace(found, upright=rules.upright)
    full = np.full(grey.shape, contrast, dtype=np.float32) if tiny else full_ink(levels, max(floor, _PALEST * contrast))
    share = np.asarray(levels if tiny else cv2.GaussianBlur(levels, (0, 0), 0.7), dtype=np.float32)
    share /= full
    # Bytes at once: from a tenth, which is none, to as much above 0.75 as makes 255.
    amount = cv2.addWeighted(share, 255 / 0.75, share, 0, -0.1 * 255 / 0.75, dtype=cv2.CV_8U)
    depth = cv2.addWeighted(levels, 1, levels, 0, 0, dtype=cv2.CV_8U)  # bytes, none where it is lighter
    return replace(
        found,
        amount=np.asarray(amount, dtype=np.uint8),
        mask=share > 0.4,  # noqa: PLR2004
        depth=np.asarray(depth, dtype=np.uint8),
        faintest=0.0 if tiny else _OF_CONTRAST * max(_LEAST_CONTRAST, written),
    )
