"""Slashes reach above and below the digits beside them; ones that lean do not."""

import math

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.signs import SIGNS
from digitrec.reading.slashes import may_hold_slashes, slash_evidence, weighed, with_slashes
from digitrec.reading.texts import Text

SLASH = SIGNS.index("/")


def line_of(*strokes: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    """Return a line with noughts of 60 pixels at its ends, and strokes between: left, lean to the right, height."""
    ink = np.zeros((110, 400), dtype=np.uint8)
    for across in (40, 360):
        cv2.ellipse(ink, (across, 55), (20, 30), 0, 0, 360, 255, 5)
    for left, lean, high in strokes:
        cv2.line(ink, (left, 55 + high // 2), (left + lean, 55 - high // 2), 255, 5, cv2.LINE_AA)
    return ink


def said(text: str, chance: float) -> Text:
    return Text(tuple(SIGNS.index(sign) for sign in text), math.log(chance))


def test_what_leans_and_is_higher_than_the_digits_is_rather_a_slash_and_what_is_no_higher_a_one() -> None:
    evidence = slash_evidence(line_of((100, 30, 82), (180, 30, 60), (270, 0, 82)), 60)

    assert len(evidence) == 5
    assert evidence[1] > 0 > evidence[2]
    assert evidence[3] == 0  # an upright one that is high
    assert slash_evidence(np.zeros((40, 40), dtype=np.uint8), 20) == []
    assert slash_evidence(line_of()[:, :90], 60) == [0.0]


@pytest.mark.parametrize(("high", "read"), [(82, "0/0"), (60, "010")])
def test_the_text_that_suits_the_stroke_comes_first_and_all_together_are_as_probable(high: int, read: str) -> None:
    evidence = slash_evidence(line_of((170, 40, high)), 60)
    found = weighed([said("010", 0.5), said("0/0", 0.4), said("00", 0.05)], evidence)

    assert found[0].signs == said(read, 1).signs
    assert sum(math.exp(text.log_probability) for text in found) == pytest.approx(0.95)


def test_where_signs_touch_nothing_is_told() -> None:
    evidence = slash_evidence(line_of((170, 40, 82)), 60)
    texts = [said("0110", 0.5), said("01/0", 0.4)]

    assert weighed(texts, evidence) == texts
    assert with_slashes(texts[0].signs, evidence) == texts[0].signs
    assert with_slashes((0, 1, 0), evidence) == (0, SLASH, 0)


def test_a_stroke_alone_is_neither() -> None:
    assert not may_hold_slashes((1,))
    assert not may_hold_slashes((2, 3))
    assert may_hold_slashes((2, SLASH, 3))
    assert may_hold_slashes((2, 1))


def test_beside_a_slash_what_is_lower_and_leans_less_is_none() -> None:
    with_slash = slash_evidence(line_of((100, 10, 64), (180, 40, 86), (270, 36, 72)), 60)
    alone = slash_evidence(line_of((100, 10, 64)), 60)

    assert with_slash[2] > 0
    assert with_slash[1] < -4 < alone[1]
    assert with_slash[3] > 0  # lower, and leans as far
    steeper = slash_evidence(line_of((100, 24, 80), (250, 46, 94)), 60)
    assert steeper[1] > 0  # looks like one by itself
