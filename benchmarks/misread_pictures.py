"""The page *My digit was misread*: what goes wrong, what helps, and what the program itself says of each.

In: MNIST's validation digits, strokes drawn here, and the model that comes along. Out: a picture a case
in `docs/misread/`, and `docs/misread.md` with the answers and warnings as the program gave them. Each
picture shows the steps of reading: the picture, its ink, and the lines, 28 pixels high, as the model
reads them; where something helps, the same again below with it.

    python benchmarks/misread_pictures.py                      # write page and pictures
    python benchmarks/misread_pictures.py --model FILE --docs FOLDER
"""

import argparse
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from digitrec.data.digits import Digits
from digitrec.data.mnist import load_mnist
from digitrec.model import Model
from digitrec.reading.ink import find_ink
from digitrec.reading.picture import Picture, load_picture
from digitrec.reading.reader import Reader
from digitrec.reading.reading import Reading

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "misread.md"

Map = npt.NDArray[np.float32]
"""float32[h,w], 1 for full ink."""
Pixels = npt.NDArray[np.uint8]
Point = tuple[float, float]

PAPER, PEN = 232.0, 45.0
PANEL = 200, 120
"""Pixels of a step at most, across and down."""

SEVEN: tuple[tuple[Point, ...], ...] = (
    ((0.05, 0.05), (0.35, 0.02), (0.62, 0.0), (0.5, 0.3), (0.36, 0.62), (0.28, 1.0)),
)
BAR: tuple[Point, ...] = ((0.12, 0.52), (0.62, 0.46))
STEM: tuple[Point, ...] = ((0.5, 0.0), (0.5, 0.5), (0.48, 1.0))
LONG_FLAG: tuple[Point, ...] = ((0.5, 0.0), (0.3, 0.3), (0.05, 0.68))
SHORT_FLAG: tuple[Point, ...] = ((0.5, 0.0), (0.4, 0.1), (0.26, 0.22))
FOOT: tuple[Point, ...] = ((0.25, 1.0), (0.72, 0.99))
LETTER: tuple[tuple[Point, ...], ...] = (
    ((0.0, 1.0), (0.0, 0.0), (0.35, 0.6), (0.7, 0.0), (0.7, 1.0)),
    ((1.0, 0.0), (1.7, 1.0)),
    ((1.7, 0.0), (1.0, 1.0)),
)


@dataclass(frozen=True)
class Case:
    """One thing that goes wrong."""

    name: str
    title: str
    text: str
    """What is written; empty where it is no digit."""
    why: str
    helps: str
    wrong: Callable[["Hand"], Pixels]
    helped: Callable[["Hand"], Pixels] | None = None


@dataclass(frozen=True)
class Answer:
    """What the program says of a picture."""

    text: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Hand:
    """Writes numbers with MNIST's validation digits, and strokes with a pen."""

    digits: Digits

    def number(self, text: str, height: int, gap: float = 0.2) -> Map:
        """Return a number that high, its digits `gap` heights apart."""
        signs = [self._digit(int(letter), height) for letter in text]
        step = round(gap * height)
        wide = sum(sign.shape[1] for sign in signs) + step * (len(signs) - 1)
        found, across = np.zeros((height, wide), dtype=np.float32), 0
        for sign in signs:
            place = found[:, across : across + sign.shape[1]]
            np.maximum(place, sign, out=place)
            across += sign.shape[1] + step
        return found

    def apart(self, first: str, second: str, height: int, gap: float) -> Map:
        """Return two numbers that high, `gap` heights apart."""
        room = np.zeros((height, round(gap * height)), dtype=np.float32)
        return np.hstack([self.number(first, height), room, self.number(second, height)])

    def _digit(self, digit: int, height: int) -> Map:
        """Return a digit as ink, enlarged and made crisp: of its kind the one nearest to their mean."""
        same = self.digits.images[self.digits.labels == digit].astype(np.float32)
        image = same[np.square(same - same.mean(0)).sum((1, 2)).argmin()]
        rows, columns = np.flatnonzero(image.max(1) > 60), np.flatnonzero(image.max(0) > 60)  # noqa: PLR2004 - ink
        image = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        wide = max(1, round(image.shape[1] * height / len(rows)))
        way = cv2.INTER_CUBIC if height > len(rows) else cv2.INTER_AREA
        large = np.asarray(cv2.resize(image / 255, (wide, height), interpolation=way), dtype=np.float32)
        sharp = max(1.0, height / len(rows) / 2)
        return np.asarray(np.clip((large - 0.5) * sharp + 0.5, 0, 1), dtype=np.float32)

    @staticmethod
    def strokes(lines: Sequence[Sequence[Point]], height: int, pen: int) -> Map:
        """Return lines drawn with a pen, their points in heights."""
        wide = max(point[0] for line in lines for point in line)
        canvas = np.zeros((height + 2 * pen, round(wide * height) + 2 * pen), dtype=np.uint8)
        for line in lines:
            points = np.rint((np.array(line) * height + pen) * 16).astype(np.int32)
            cv2.polylines(canvas, [points], isClosed=False, color=255, thickness=pen, lineType=cv2.LINE_AA, shift=4)
        return np.asarray(canvas / 255, dtype=np.float32)


def on_paper(amount: Map, margin: float = 0.6, strength: float = 1.0) -> Pixels:
    """Return ink on paper, with so many of its heights around it, as a picture."""
    around = max(2, round(margin * amount.shape[0]))
    return _picture(PAPER - (PAPER - PEN) * strength * np.pad(amount, around))


def _picture(page: npt.NDArray[np.floating]) -> Pixels:
    grain = np.random.default_rng(0).normal(0, 1.2, page.shape)
    return np.asarray(np.rint(np.clip(page + grain, 0, 255)), dtype=np.uint8)


def blurred(picture: Pixels, share: float) -> Pixels:
    """Return a picture out of focus by this share of its height."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), share * picture.shape[0]), dtype=np.uint8)


def cut(picture: Pixels, share: float) -> Pixels:
    """Return a picture without this share of it at the right."""
    return np.ascontiguousarray(picture[:, : round((1 - share) * picture.shape[1])])


def in_shadow(picture: Pixels) -> Pixels:
    """Return a picture with a hand's shadow over its right part, its edge crossing the number."""
    high, wide = picture.shape
    down, across = np.mgrid[:high, :wide]
    dark = np.clip((across - 0.45 * wide - 0.25 * down) / 4, 0, 1)
    return _picture(picture * (1 - 0.72 * dark))


def ruled(picture: Pixels, row: float, thick: int, level: float) -> Pixels:
    """Return a picture with a printed line from side to side."""
    found = picture.copy()
    top = round(row * picture.shape[0])
    found[top : top + thick] = np.minimum(found[top : top + thick], level)
    return found


def scribble(height: int, pen: int) -> Map:
    """Return a scribble."""
    turns = np.linspace(0, 9 * np.pi, 200)
    points = np.stack([turns / 22 + 0.35 * np.cos(turns) + 0.35, 0.5 + 0.45 * np.sin(1.13 * turns)], 1)
    return Hand.strokes([[(float(x), float(y)) for x, y in points]], height, pen)


CASES = (
    Case(
        "small",
        "Too small",
        "2608",
        "In eight pixels an 8 and a 6 differ by one or two of them: here it goes well, but it may go wrong.",
        "Go nearer, or scan at 300 dots per inch; from about 20 pixels on a digit has all that the model looks at.",
        lambda hand: on_paper(hand.number("2608", 7), 3),
        lambda hand: on_paper(hand.number("2608", 40)),
    ),
    Case(
        "blurred",
        "Too blurred",
        "3895",
        "Out of focus, holes close, gaps fill and strokes break: what is left may look like another digit.",
        "Tap on the number so that the camera focuses there, hold still, and have more light.",
        lambda hand: blurred(on_paper(hand.number("3895", 60)), 0.07),
        lambda hand: on_paper(hand.number("3895", 60)),
    ),
    Case(
        "cut",
        "Cut at the edge",
        "1740",
        "What is not in the picture cannot be read, and half a 0 is a bracket, a 1 or a 6.",
        "Leave a margin of half a digit on all sides.",
        lambda hand: cut(on_paper(hand.number("1740", 60)), 0.24),
        lambda hand: on_paper(hand.number("1740", 60)),
    ),
    Case(
        "side-by-side",
        "Two numbers side by side",
        "35 / 68",
        "What stands on one line is one number until there is a gap of more than twice its digits' height, since people"
        " leave gaps within numbers, too: so is a table whose columns are close and have no lines between them.",
        "Leave more room between them, draw lines between, write them one below the other, or cut the picture; the"
        " boxes in `--json` tell where each digit is.",
        lambda hand: on_paper(hand.apart("35", "68", 60, 1.5)),
        lambda hand: on_paper(hand.apart("35", "68", 60, 3)),
    ),
    Case(
        "shadow",
        "A shadow across it",
        "5062",
        "Light that changes slowly is taken out. Along the sharp edge of a dark shadow pale ink is no darker than what"
        " is around it, and within hardly darker: a side of the 0 and the whole 2 are lost.",
        "Move the lamp or yourself, or photograph in the shade altogether: even light matters, not bright light.",
        lambda hand: in_shadow(on_paper(hand.number("5062", 60), strength=0.35)),
        lambda hand: on_paper(hand.number("5062", 60), strength=0.35),
    ),
    Case(
        "touching",
        "Two digits that touch",
        "350",
        "A line is read whole and need not be cut, so digits may touch. When they lie on each other, strokes are lost.",
        "Write them apart, or give a rule: with `--expect 3` or `--pattern` the likeliest text that obeys it is read.",
        lambda hand: on_paper(hand.number("350", 60, -0.24)),
        lambda hand: on_paper(hand.number("350", 60, 0.06)),
    ),
    Case(
        "ruled",
        "A ruled line through it",
        "4172",
        "Printed lines are told from strokes by their length. As dark and as thick as the pen, one takes bars and feet"
        " of digits with it, or stays and adds some.",
        "Write above the line, with a pen that is darker than the print.",
        lambda hand: ruled(on_paper(hand.number("4172", 60)), 0.62, 6, PEN),
        lambda hand: ruled(on_paper(hand.number("4172", 60)), 0.82, 2, 150),
    ),
    Case(
        "seven",
        "A crossed seven",
        "7",
        "MNIST's writers cross few of theirs, and a bar makes a 7 look a little like a 2, a 4 or a letter. The model"
        " has been shown drawn bars.",
        "Nothing should be needed; if yours is misread, make the upper stroke longer than the bar.",
        lambda hand: on_paper(hand.strokes([*SEVEN, BAR], 80, 7)),
        lambda hand: on_paper(hand.strokes(SEVEN, 80, 7)),
    ),
    Case(
        "one",
        "A one with a long flag",
        "1",
        "In much of Europe the flag of a 1 reaches far down. MNIST's ones are bare strokes; such a one looks more like"
        " its 7, 4 or 2. The model has been shown drawn flags.",
        "A shorter flag; a foot below makes it plain that it is no 7.",
        lambda hand: on_paper(hand.strokes([STEM, LONG_FLAG], 80, 7)),
        lambda hand: on_paper(hand.strokes([STEM, SHORT_FLAG, FOOT], 80, 7)),
    ),
    Case(
        "upside-down",
        "Upside down",
        "2957",
        "The reader obeys what the camera noted about its orientation, and turns a page that lies on its side, and says"
        " so. 6 and 9 read well upside down, and are then wrong without a sign of doubt; what is unclear is tried"
        " turned around, and told of.",
        "Turn the picture, and save it turned.",
        lambda hand: np.ascontiguousarray(on_paper(hand.number("2957", 60))[::-1, ::-1]),
        lambda hand: on_paper(hand.number("2957", 60)),
    ),
    Case(
        "letters",
        "Not a digit: letters",
        "",
        "Letters are left out where they look like no digit. An O, an l or an S is another matter.",
        "Cut the picture so that it holds the number alone.",
        lambda hand: on_paper(hand.strokes(LETTER, 80, 7)),
    ),
    Case(
        "scribble",
        "Not a digit: a scribble",
        "",
        "Loops look like zeros and strokes like ones, to a person too who expects digits.",
        "Leave out of the picture what is crossed out, or write the number anew; `--threshold 0.9` declines more.",
        lambda _: on_paper(scribble(80, 6)),
    ),
)

INTRODUCTION = """\
# My digit was misread

Written by `benchmarks/misread_pictures.py`: every answer and warning below is the program's own, to the picture beside
it. Each picture shows the steps from left to right: what came, the ink that was found, and the line, 28 pixels high, as
the model reads it. Below it the same once more, with what helps. The digits are MNIST's validation digits and strokes
drawn for this page.

See the steps of your own picture with `digitrec read --steps FOLDER yours.jpg`. If the ink is wrong, light, focus or
paper are the matter; if the ink is right and the answer is not, it is the writing, or the model.

- `digitrec read --threshold 0.9` shows `?` for every digit that is less sure than that.
- `digitrec read --expect 4` and `--pattern '\\d{4}-\\d{2}'` read the likeliest text that obeys a rule.
  Without a rule dates and round numbers are likelier than what looks about the same; for codes that begin with
  noughts give one.
- `digitrec read --json` has the alternatives of each digit.
"""


def main() -> None:
    """Write page and pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="A model file or run instead of the one that comes along.")
    parser.add_argument("--docs", type=Path, default=DOCS, help="Where the page and the folder of pictures go.")
    asked = parser.parse_args()
    reader = Reader(Model.load(asked.model) if asked.model else None)
    pictures = asked.docs / "misread"
    pictures.mkdir(parents=True, exist_ok=True)
    hand = Hand(load_mnist().validation)
    for case in CASES:
        rows = [steps(load_picture(made), reader.read(made)) for made in pictures_of(case, hand)]
        (pictures / f"{case.name}.png").write_bytes(stacked(rows))
    (asked.docs / PAGE.name).write_text(page(answers(reader, hand)), encoding="utf-8")
    print(f"wrote {asked.docs / PAGE.name} and {len(CASES)} pictures")


def pictures_of(case: Case, hand: Hand) -> list[Pixels]:
    """Return the picture that goes wrong and, if there is one, that with what helps."""
    return [made(hand) for made in (case.wrong, case.helped) if made]


def answers(reader: Reader, hand: Hand) -> dict[str, list[Answer]]:
    """Return what the program says of each case's pictures."""
    return {case.name: [answer(reader.read(made)) for made in pictures_of(case, hand)] for case in CASES}


def answer(reading: Reading) -> Answer:
    """Return what the page quotes of a reading."""
    return Answer(" / ".join(reading.text.splitlines()), reading.warnings)


def page(answered: dict[str, list[Answer]]) -> str:
    """Return the page with these answers."""
    lines = [INTRODUCTION]
    for case in CASES:
        first, *second = answered[case.name]
        written = f"`{case.text}`" if case.text else "no digit"
        lines += [
            f"## {case.title}",
            "",
            f"![The steps of reading: {case.title.lower()}](misread/{case.name}.png)",
            "",
            f"{case.why}",
            "",
            f"- Written is {written}; {said(first, case.text)}",
            f"- What helps: {case.helps}",
        ]
        lines += [f"- With that, below: {said(each, case.text)}" for each in second]
        lines.append("")
    return "\n".join(lines)


def said(given: Answer, text: str) -> str:
    """Return an answer in words."""
    answered = f"`{given.text}` is read" if given.text else "nothing is read"
    word = "right" if given.text == text else "wrong"
    told = "; ".join(f"*{warning}*" for warning in given.warnings) or "no warning"
    return (
        f"{answered}, which is {word}, with {told}." if not given.warnings else f"{answered}, which is {word}: {told}."
    )


def steps(picture: Picture, reading: Reading) -> Image.Image:
    """Return the picture, its ink and its lines as the model read them, side by side."""
    ink = find_ink(picture, reading.picture["polarity"])
    panels = [("picture", picture.pixels), ("ink", 255 - ink.amount)]
    panels += [("as it is read", 255 - line.seen) for line in reading.lines[:2]]
    if not reading.lines:
        panels.append(("nothing is read", np.full((28, 28), 255, dtype=np.uint8)))
    strip = Image.new("L", (len(panels) * (PANEL[0] + 12) + 12, PANEL[1] + 34), 255)
    draw, font = ImageDraw.Draw(strip), ImageFont.load_default(13)
    for number, (title, pixels) in enumerate(panels):
        left = 12 + number * (PANEL[0] + 12)
        draw.text((left, 6), title, 90, font)
        small = Image.fromarray(np.asarray(pixels)).convert("L")
        factor = min(PANEL[0] / small.width, PANEL[1] / small.height)
        size = (max(1, round(small.width * factor)), max(1, round(small.height * factor)))
        shown = small.resize(size, Image.Resampling.NEAREST if factor > 2 else Image.Resampling.BILINEAR)  # noqa: PLR2004
        strip.paste(shown, (left, 26))
        draw.rectangle((left - 1, 25, left + size[0], 26 + size[1]), outline=200)
    return strip


def stacked(rows: Sequence[Image.Image]) -> bytes:
    """Return strips one above the other, as the bytes of a small PNG."""
    sheet = Image.new("L", (max(row.width for row in rows), sum(row.height for row in rows)), 255)
    down = 0
    for row in rows:
        sheet.paste(row, (0, down))
        down += row.height
    file = io.BytesIO()
    # Few greys: grain takes most of the room and says least.
    sheet.quantize(24).save(file, format="PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    main()
