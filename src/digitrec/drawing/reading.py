"""What was read, as pictures: boxes and digits on the picture itself, and the steps that led there.

In: a `Reading`. Out: Pillow images. Colours are of Okabe and Ito's palette, told apart by colour-blind
people too, and no colour says what a sign does not say as well. Knows nothing of files or models.
"""

import io
import textwrap
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitrec.reading.ink import find_ink
from digitrec.reading.picture import Picture
from digitrec.reading.reading import UNSURE, Box, Digit, Mark, Reading
from digitrec.reading.signs import OTHER

Colour = tuple[int, int, int]
Label = tuple[tuple[float, float, str], str, Colour, int]
"""Where something is written, with its anchor, what, in which colour and how large."""

READ, NOT_READ, GREY = (0, 90, 160), (213, 94, 0), (90, 90, 90)
"""Blue for a digit, vermilion for one that was declined and what is none, grey for a separator and for words."""

_NAMES = {".": "dot", ",": "comma", "-": "dash", "/": "slash"}
"""Written out, since a dot above a dot is not seen."""

_SMALLEST, _LARGEST = 480, 2048
"""Pixels along the longer side: smaller pictures are enlarged, larger ones were made smaller when they were read."""

_LEGIBLE = 26
"""How high digits should be, in pixels, so that what is written beside them is no larger than they are."""

_PANEL = (360, 280)
_TITLE = 170
"""No step is narrower, so that what is written above it has room."""

_CROP = 28 * 2
_NUMBERED = 20
"""Lines; the numbers of more would cover them."""

_ROW, _ROWS = 8, 6
"""Digits to a row of the last step, and rows up to which each line has its own."""

_SHOWN = 40
"""Digits in the last step; a page of more would be as long as its name is wide."""

_MOST_WARNINGS = 4


def annotated(reading: Reading) -> Image.Image:
    """Return the upright picture with what was read: a box a digit, the digit above it, its confidence below.

    A digit that was declined is `?` in another colour, and what is no digit `x`; separators are grey,
    and named. A small picture is enlarged; below it stand its text and the warnings.
    """
    factor = _factor(reading)
    high, wide = (max(1, round(side * factor)) for side in reading.upright.shape[:2])
    picture = Image.fromarray(reading.upright).convert("RGB")
    picture = picture.resize((wide, high), Image.Resampling.NEAREST if factor > 1 else Image.Resampling.BOX)
    signs: list[Digit | Mark] = []
    for line in reading.lines:
        signs += [*line.digits, *line.marks]
    per_pixel = wide / max(1, int(reading.picture["width"]))
    boxes = [_scaled(sign.box, per_pixel) for sign in signs]
    size = int(np.clip(0.7 * np.median([box[3] for box in boxes]) if boxes else 20, 12, 40))
    rim, pen = round(1.5 * size), max(1, size // 10)
    caption = _caption(reading, max(24, (wide + 2 * rim) // 8))
    canvas = Image.new("RGB", (max(wide + 2 * rim, 240), high + 2 * rim + 20 * len(caption)), "white")
    canvas.paste(picture, (rim, rim))
    draw = ImageDraw.Draw(canvas)
    edges = [(x + rim, y + rim, x + w + rim, y + h + rim) for x, y, w, h in boxes]
    for sign, (left, top, right, bottom) in zip(signs, edges, strict=True):
        draw.rectangle((left - pen, top - pen, right + pen - 1, bottom + pen - 1), outline=_label(sign)[1], width=pen)
    labels: list[Label] = []
    for sign, (left, top, right, bottom) in zip(signs, edges, strict=True):
        label, colour = _label(sign)
        middle = (left + right) / 2
        labels.append(((middle, top - pen - 2, "mb"), label, colour, size if len(label) == 1 else max(10, size // 2)))
        if isinstance(sign, Digit):
            sure = f"{100 * sign.confidence:.0f}"
            labels.append(((middle, bottom + pen + 2, "mt"), sure, colour, max(10, size // 2)))
    # After all boxes, so that none of a neighbour or of the line below covers what is written.
    _write(draw, labels)
    for number, (written, colour) in enumerate(caption):
        draw.text((8, high + 2 * rim + 20 * number - 4), written, colour, _font(14))
    return canvas


def annotated_png(reading: Reading) -> bytes:
    """Return the same as the bytes of a PNG file."""
    return png(annotated(reading))


def png(picture: Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()


def steps(reading: Reading) -> Image.Image:
    """Return how a picture was read as one strip: itself, its ink, its lines, and each digit as the model saw it."""
    known = reading.picture
    picture = Picture(reading.upright, str(known["source"]), int(known["page"]), known["width"], known["height"])
    ink = Image.fromarray(255 - find_ink(picture, known["polarity"]).amount)
    panels = [
        ("picture", _panel(Image.fromarray(reading.upright).convert("RGB"))),
        (f"ink: {known['polarity']}", _panel(ink)),
        ("lines", _lines(ink, reading)),
        ("digits, as they were read", _crops(reading)),
    ]
    wide = sum(max(panel.width, _TITLE) + 16 for _, panel in panels) + 16
    strip = Image.new("RGB", (wide, max(panel.height for _, panel in panels) + 52), "white")
    draw, across = ImageDraw.Draw(strip), 16
    for title, panel in panels:
        draw.text((across, 10), title, "black", _font(14))
        strip.paste(panel, (across, 36))
        draw.rectangle((across - 1, 35, across + panel.width, 36 + panel.height), outline=(200, 200, 200))
        across += max(panel.width, _TITLE) + 16
    return strip


def _factor(reading: Reading) -> float:
    """Return by how much to enlarge a picture: in whole steps, since its pixels are what was read."""
    longer = max(reading.upright.shape[:2])
    heights = [digit.box[3] for line in reading.lines for digit in line.digits]
    needed = _SMALLEST / longer
    if heights:
        seen = float(np.median(heights)) * reading.upright.shape[1] / max(1, int(reading.picture["width"]))
        needed = max(needed, _LEGIBLE / max(seen, 1.0))
    most = _LARGEST / longer
    return max(1, int(min(np.ceil(needed), max(most, 1)))) if longer <= _LARGEST else most


def _label(sign: Digit | Mark) -> tuple[str, Colour]:
    if isinstance(sign, Digit):
        return (UNSURE, NOT_READ) if sign.digit is None else (str(sign.digit), READ)
    return ("x", NOT_READ) if sign.sign == OTHER else (_NAMES.get(sign.sign, sign.sign), GREY)


def _caption(reading: Reading, letters: int) -> list[tuple[str, Colour]]:
    """Return the lines below a picture: its text, how sure it is, and what stood in the way."""
    texts = "  ".join(line.text for line in reading.lines)
    lines = [(f"{texts}   {100 * reading.confidence:.0f} %", READ)] if reading.lines else []
    warnings = [line for warning in reading.warnings[:_MOST_WARNINGS] for line in textwrap.wrap(warning, letters)]
    short = [(textwrap.shorten(text, letters, placeholder=" …"), colour) for text, colour in lines]
    return short + [(line, GREY) for line in warnings]


def _lines(ink: Image.Image, reading: Reading) -> Image.Image:
    """Return the ink with a box around each line, numbered in reading order."""
    panel = _panel(ink)
    draw = ImageDraw.Draw(panel)
    for number, line in enumerate(reading.lines, start=1):
        left, top, wide, high = _scaled(line.box, panel.width / max(1, int(reading.picture["width"])))
        draw.rectangle((left, top, left + wide, top + high), outline=READ, width=2)
        if 1 < len(reading.lines) <= _NUMBERED:
            _write(draw, [((max(left, 2), max(top, 2), "lt"), str(number), READ, 12)])
    return panel


def _crops(reading: Reading) -> Image.Image:
    """Return the digits uint8[28,28] that were read, with what they were read as, a row or more a line."""
    lines = [line.digits for line in reading.lines]
    rows = _rows(lines)
    if len(rows) > _ROWS:
        rows = _rows([tuple(digit for digits in lines for digit in digits)[:_SHOWN]])
    hidden = sum(map(len, lines)) - sum(map(len, rows))
    wide, high = max([len(row) for row in rows], default=0), _CROP + 26
    panel = Image.new(
        "RGB", (max(200, wide * (_CROP + 8) + 8), max(60, len(rows) * high + 8 + 20 * (hidden > 0))), "white"
    )
    draw = ImageDraw.Draw(panel)
    if not rows:
        draw.text((8, 8), "none", GREY, _font(14))
    for row, digits in enumerate(rows):
        for column, digit in enumerate(digits):
            x, y = 8 + column * (_CROP + 8), 8 + row * high
            panel.paste(Image.fromarray(255 - digit.seen).resize((_CROP, _CROP), Image.Resampling.NEAREST), (x, y))
            draw.rectangle((x - 1, y - 1, x + _CROP, y + _CROP), outline=(200, 200, 200))
            label, colour = _label(digit)
            draw.text((x, y + _CROP + 2), f"{label}  {100 * digit.confidence:.0f} %", colour, _font(12))
    if hidden > 0:
        draw.text((8, 8 + len(rows) * high), f"and {hidden:,} more", GREY, _font(12))
    return panel


def _rows(lines: list[tuple[Digit, ...]]) -> list[tuple[Digit, ...]]:
    return [digits[start : start + _ROW] for digits in lines for start in range(0, len(digits), _ROW)]


def _panel(picture: Image.Image) -> Image.Image:
    """Return a picture as large as a step is: enlarged in whole steps, reduced by areas."""
    factor = min(_PANEL[0] / picture.width, _PANEL[1] / picture.height)
    factor = int(factor) if factor >= 1 else factor
    size = tuple(max(1, round(side * factor)) for side in picture.size)
    way = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.BOX
    return picture.resize((size[0], size[1]), way).convert("RGB")


def _scaled(box: Box, factor: float) -> Box:
    left, top, wide, high = box
    return round(left * factor), round(top * factor), max(1, round(wide * factor)), max(1, round(high * factor))


def _write(draw: ImageDraw.ImageDraw, labels: Sequence[Label]) -> None:
    """Write so that it can be read on any picture: on halos of white, and all of these before any text."""
    for (across, down, anchor), text, _, size in labels:
        draw.text((across, down), text, "white", _font(size), anchor, stroke_width=max(2, size // 8))
    for (across, down, anchor), text, colour, size in labels:
        draw.text((across, down), text, colour, _font(size), anchor)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that Pillow brings along."""
    return ImageFont.load_default(size)
