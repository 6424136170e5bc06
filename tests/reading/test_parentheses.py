"""Parentheses are two arcs that open towards each other, with digits between; ones, sevens and one arc are none."""

import cv2
import numpy as np
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.ink import find_ink
from digitrec.reading.layout import find_lines
from digitrec.reading.parentheses import parentheses_among
from digitrec.reading.parts import connected_parts
from digitrec.reading.picture import load_picture

HIGH = 100


def line(shapes: str, *, bend: float = 0.16) -> np.ndarray:
    """Return a picture of strokes, uint8[300,w]: `(` and `)` so bent, `|` straight, `7`, `6` and a ring, `o`."""
    picture = np.full((300, 120 + 90 * len(shapes)), 255, dtype=np.uint8)
    for place, shape in enumerate(shapes):
        x = 90 + 90 * place
        turn = {"(": 1, ")": -1}.get(shape, 0)
        if shape == "o":
            cv2.ellipse(picture, (x, 150), (26, HIGH // 2), 0, 0, 360, 0, 7, cv2.LINE_AA)
        elif shape == "6":
            stroke(picture, np.array([(x + 8, 100), (x - 8, 130), (x - 12, 160), (x - 8, 190), (x + 2, 198)]))
            cv2.circle(picture, (x + 2, 182), 14, 0, 6, cv2.LINE_AA)
        elif shape == "7":
            stroke(picture, np.array([(x - 20, 100), (x + 20, 100), (x - 6, 200)]))
        else:
            rows = np.linspace(-1, 1, 30)
            columns = x + turn * bend * HIGH * (rows**2 - 0.5)
            points = np.stack([columns, 150 + rows * HIGH / 2], axis=1)
            stroke(picture, np.rint(points).astype(np.int32))
    return picture


def stroke(picture: np.ndarray, points: np.ndarray) -> None:
    cv2.polylines(picture, [points], isClosed=False, color=0, thickness=7, lineType=cv2.LINE_AA)


def found_in(picture: np.ndarray) -> str:
    """Return the parentheses of a picture's only line, from left to right."""
    labels, parts = connected_parts(find_ink(load_picture(picture)))
    found = parentheses_among(parts, labels)
    return "".join(found[part.label] for part in sorted(parts, key=lambda part: part.left) if part.label in found)


@pytest.mark.parametrize("shapes", ["(o)", "(o|o)oo|", "o(oo)o", "(o)(o)"])
def test_arcs_that_open_towards_each_other_around_digits_are_a_pair(shapes: str) -> None:
    assert found_in(line(shapes)) == "".join(shape for shape in shapes if shape in "()")


@pytest.mark.parametrize(
    "shapes",
    ["|o|", "(o|", "|o)", "6o)", ")o(", "oo)oo", "(o7", "()", "(ooooooo)", "(o(", "7o|"],
    ids=lambda shapes: shapes,
)
def test_what_is_no_pair_stays(shapes: str) -> None:
    assert not found_in(line(shapes))


def test_ones_that_are_a_little_bent_stay() -> None:
    assert not found_in(line("(o)", bend=0.06))
    assert found_in(line("(o)", bend=0.1)) == "()"


def test_they_are_told_of_beside_the_digits_of_a_line() -> None:
    (found,) = find_lines(find_ink(load_picture(line("(oo)o"))))

    assert [kind for kind, _ in found.separators] == ["(", ")"]
    assert found.amount[:, 5:40].max() < 60 <= found.whole[:, 5:40].max()


def test_a_telephone_number_is_read_without_its_parentheses(mnist: Mnist) -> None:
    picture, text, left = np.full((160, 560), 255, dtype=np.uint8), "", 60
    for shape, number in (("(", 0), ("", 4), (")", 7), ("", 8)):
        if shape:
            middle, turned = ((left, 80), 180) if shape == "(" else ((left + 20, 80), 0)
            cv2.ellipse(picture, middle, (24, 58), 0, turned - 75, turned + 75, 0, 7, cv2.LINE_AA)
            left += 30
        digit = cv2.resize(mnist.test.images[number], (112, 112), interpolation=cv2.INTER_CUBIC)
        np.minimum(picture[24:136, left : left + 112], 255 - digit, out=picture[24:136, left : left + 112])
        left += 100
        text += str(mnist.test.labels[number])

    assert digitrec.read(picture).text == text
