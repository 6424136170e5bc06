"""Digits as pictures: a contact sheet, and answers beside what was asked.

In: bytes and probabilities. Out: Pillow images, dark ink on white. Knows nothing of files
or of where the digits come from.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from digitrec.data.digits import CLASSES, SIDE, Digits
from digitrec.drawing.answer import Answer

_GREY, _GREEN, _RED = (110, 110, 110), (22, 130, 60), (200, 40, 40)
_CARD = (430, 212)
_SCALE = 6


def contact_sheet(digits: Digits, columns: int = 20) -> Image.Image:
    """Return a sheet with a row for each digit: its count, then the first `columns` of its images."""
    cell, left, top = SIDE + 4, 110, 40
    sheet = Image.new("RGB", (left + columns * cell + 12, top + CLASSES * cell + 12), "white")
    draw = ImageDraw.Draw(sheet)
    draw.text((12, 12), f"{len(digits):,} digits, the first {columns} of each", "black", _font(14))
    for digit in range(CLASSES):
        of_digit = np.flatnonzero(digits.labels == digit)
        y = top + digit * cell
        draw.text((12, y + 4), str(digit), "black", _font(18))
        draw.text((36, y + 8), f"{len(of_digit):,}", _GREY, _font(13))
        for column, index in enumerate(of_digit[:columns]):
            sheet.paste(_on_paper(digits.images[index]), (left + column * cell, y))
    return sheet


def augmentation_sheet(images: npt.NDArray[np.uint8], changed: npt.NDArray[np.uint8], title: str) -> Image.Image:
    """Return a sheet with a row for each of uint8[n,28,28]: as it is, then as it is in uint8[times,n,28,28]."""
    cell, top, gap = SIDE + 4, 40, 16
    sheet = Image.new("RGB", (12 + (1 + len(changed)) * cell + gap + 12, top + len(images) * cell + 12), "white")
    ImageDraw.Draw(sheet).text((12, 12), title, "black", _font(14))
    for row, image in enumerate(images):
        y = top + row * cell
        sheet.paste(_on_paper(image), (12, y))
        for column, other in enumerate(changed[:, row], start=1):
            sheet.paste(_on_paper(other), (12 + gap + column * cell, y))
    return sheet


def answer_sheet(answers: Sequence[Answer], columns: int = 2) -> Image.Image:
    """Return one card an answer: the digit, its ten probabilities as bars, prediction and expected digit."""
    columns = min(columns, len(answers))
    rows = -(-len(answers) // columns)
    width, height = _CARD
    sheet = Image.new("RGB", (columns * width, rows * height), "white")
    for number, answer in enumerate(answers):
        sheet.paste(_card(answer), (number % columns * width, number // columns * height))
    return sheet


def _card(answer: Answer) -> Image.Image:
    card = Image.new("RGB", _CARD, "white")
    draw = ImageDraw.Draw(card)
    size = SIDE * _SCALE
    card.paste(_on_paper(answer.image).resize((size, size), Image.Resampling.NEAREST), (12, 30))
    draw.rectangle((11, 29, 12 + size, 30 + size), outline=(200, 200, 200))
    draw.text((12, 8), answer.title, "black", _font(14))
    colour = _GREEN if answer.right else _RED
    for digit, probability in enumerate(answer.probabilities.tolist()):
        y = 30 + digit * 17
        bar = colour if digit == answer.predicted else _GREY
        draw.text((198, y), str(digit), "black", _font(13))
        draw.rectangle((214, y + 2, 214 + 140 * probability, y + 13), fill=bar)
        draw.text((362, y), f"{100 * probability:.1f} %", bar, _font(13))
    verdict = f"predicted {answer.predicted}, expected {answer.expected}: {'right' if answer.right else 'wrong'}"
    draw.text((198, 8), verdict, colour, _font(14))
    return card


def _on_paper(image: npt.NDArray[np.uint8]) -> Image.Image:
    """Return dark ink on white, as people write."""
    return Image.fromarray(255 - image).convert("RGB")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that Pillow brings along."""
    return ImageFont.load_default(size)
