"""Words in a number's line are left out, before it and after it; groups of digits are not."""

import math
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.data.mnist import Mnist
from digitrec.reading.labels import TRUST, number_of, without_labels
from digitrec.reading.layout import Line
from digitrec.reading.looks import Look
from digitrec.reading.normalise import framed
from digitrec.reading.reader import Reader
from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import Text

Pixels = npt.NDArray[np.uint8]


def number(mnist: Mnist, digits: str, choice: int = 0) -> Pixels:
    """Return ink, light on dark: validation digits beside each other, 84 pixels high cells."""
    images = [mnist.validation.images[mnist.validation.labels == int(digit)][choice] for digit in digits]
    trimmed = [image[:, np.flatnonzero(image.max(0))[0] : np.flatnonzero(image.max(0))[-1] + 2] for image in images]
    return np.asarray(np.hstack([each.repeat(3, axis=0).repeat(3, axis=1) for each in trimmed]), dtype=np.uint8)


def word(letters: str, high: float = 2.7) -> Pixels:
    """Return ink, light on dark: letters of strokes, as high as the digits."""
    font, thick = cv2.FONT_HERSHEY_DUPLEX, 6
    (wide, _), _ = cv2.getTextSize(letters, font, high, thick)
    ink = np.zeros((84, wide + 8), dtype=np.uint8)
    cv2.putText(ink, letters, (2, 71), font, high, 255, thick, cv2.LINE_AA)
    return ink


def page(*pieces: Pixels, gap: int = 48) -> Pixels:
    """Return dark ink on a page, the pieces so far apart on one line."""
    spaced = [np.pad(piece, ((0, 0), (0, gap))) for piece in pieces]
    line = np.hstack(spaced)
    ink = np.zeros((420, max(640, line.shape[1] + 160)), dtype=np.uint8)
    ink[160 : 160 + line.shape[0], 80 : 80 + line.shape[1]] = cv2.GaussianBlur(line, (0, 0), 1.2)
    return np.asarray(232 - 0.8 * ink, dtype=np.uint8)


@pytest.mark.parametrize("letters", ["Bus:", "ROOM", "Seat:", "Page", "CODE", "Total:"])
def test_a_word_before_a_number_is_left_out_and_the_number_is_less_sure(mnist: Mnist, letters: str) -> None:
    digits = ("3027", "59", "6048", "8235")
    readings = [Reader().read(page(word(letters), number(mnist, text))) for text in digits]

    right = [reading for reading, text in zip(readings, digits, strict=True) if reading.text == text]
    assert len(right) >= 3, [reading.text for reading in readings]
    assert all(reading.confidence <= TRUST for reading in right)


def test_a_unit_after_a_number_is_left_out_though_its_letters_look_like_digits(mnist: Mnist) -> None:
    digits = ("3027", "59", "6048")
    right = [Reader().read(page(number(mnist, text), word("mg"))).text == text for text in digits]

    assert sum(right) >= 2


def test_groups_of_digits_stay_whole(mnist: Mnist) -> None:
    reader, kept = Reader(), 0
    for choice in range(6):
        groups = [number(mnist, text, choice) for text in ("036", "28", "495")]
        alone = "".join(reader.read(page(group)).text for group in groups)
        kept += reader.read(page(*groups)).text == alone

    assert kept >= 5


def test_a_word_on_either_side_of_a_number_is_left_out(mnist: Mnist) -> None:
    reading = Reader().read(page(word("ROOM"), number(mnist, "3027"), word("mg")))

    assert reading.text == "3027"
    assert any("word" in each for each in reading.warnings)


HIGH = 60


def written(*pieces: tuple[int, int], whole: str = "", sure: float = 0.1, left: int = 40) -> Look:
    """Return a look at a line: blocks 30 pixels wide of such heights after such gaps, and what all of it says."""
    blocks = [np.pad(np.full((high, 30), 255, np.uint8), ((HIGH - high, 0), (gap, 0))) for gap, high in pieces]
    amount = np.hstack(blocks)
    line = Line((left, 100, amount.shape[1], HIGH), float(HIGH), amount, amount, (), 150.0)
    return look_of(line, whole, sure)


def look_of(line: Line, text: str, sure: float) -> Look:
    texts = [Text(tuple(SIGNS.index(sign) for sign in text), math.log(sure))]
    return Look(line, framed(line.amount, line.height).prepare(), np.zeros((7, 16), dtype=np.float32), texts, ())


def parted(read: Look, *said: tuple[str, float], page: bool = True) -> str:
    """Return what is left of a line whose parts, the first and the other, say this so probably."""

    def look(line: Line) -> Look:
        begins = line.box[0] == read.line.box[0]
        text, sure = said[0] if begins else said[1]
        return look_of(line, text, sure)

    found = number_of(read, look, look, page=page)
    assert found.trust == (1.0 if found is read else TRUST)
    return "".join(SIGNS[sign] for sign in found.signs)


def test_a_word_is_what_has_several_signs_that_are_no_digits_and_no_group_with_one_scribble() -> None:
    row = written((0, 60), (6, 60), (6, 60), (6, 60), (40, 60), (6, 60), whole="?0??27")

    assert parted(row, ("?0??", 0.7), ("27", 0.97)) == "27"
    assert parted(row, ("04?1", 0.6), ("27", 0.97)) == "?0??27"
    assert parted(row, ("04?1", 0.3), ("27", 0.97)) == "27"
    assert parted(row, ("?0??", 0.7), ("27", 0.3)) == "?0??27"  # makes no sense
    assert parted(row, ("?0??", 0.7), ("2?", 0.97)) == "?0??27"
    assert parted(row, ("?0??", 0.7), ("27", 0.97), page=False) == "?0??27"
    assert parted(row, ("????", 0.7), ("27", 0.97), page=False) == "27"


def test_a_line_that_is_read_surely_holds_a_word_only_where_several_signs_are_no_digits() -> None:
    row = written((0, 60), (6, 60), (6, 60), (6, 60), (40, 60), (6, 60), whole="?00?27", sure=0.95)

    assert parted(row, ("?00?", 0.9), ("27", 0.97)) == "27"
    assert parted(replace(row, texts=look_of(row.line, "0?0027", 0.95).texts), ("0?00", 0.9), ("27", 0.97)) == "0?0027"


def test_no_word_is_looked_for_in_what_is_far_lower_than_a_number() -> None:
    def fails(_: Line) -> Look:
        raise AssertionError

    low = written((0, 60), (6, 60), (40, 60), (6, 60), whole="??27", sure=0.3)
    line = Line((40, 300, 600, 200), 200.0, np.full((200, 600), 255, np.uint8), low.line.whole, (), 150.0)
    number = look_of(line, "4711", 0.99)

    assert without_labels([number, low], fails, fails, page=True) == [number, low]
    with pytest.raises(AssertionError):
        without_labels([low], fails, fails, page=True)


def test_a_capital_and_low_letters_are_a_word_though_they_look_like_digits() -> None:
    word_like = written((0, 60), (6, 32), (6, 34), (40, 60), (6, 60), whole="84527", left=10)
    digits = written((0, 60), (6, 58), (6, 57), (40, 60), (6, 60), whole="84527", left=10)
    low = written((0, 32), (6, 34), (6, 30), (40, 60), (6, 60), whole="84527", left=10)

    assert parted(word_like, ("845", 0.4), ("27", 0.97)) == "27"
    assert parted(word_like, ("845", 0.95), ("27", 0.97)) == "84527"  # low noughts, and sure
    assert parted(digits, ("845", 0.4), ("27", 0.97)) == "84527"
    assert parted(word_like, ("845", 0.4), ("27", 0.97), page=False) == "84527"
    assert parted(low, ("845", 0.4), ("27", 0.97), page=False) == "27"


def test_letters_as_far_apart_as_the_number_are_no_word() -> None:
    def look(line: Line) -> Look:
        begins, wide = line.box[0] == 40, line.box[2]
        return look_of(line, ("3" if wide < 40 else "??") if begins else "27" if wide < 70 else "327", 0.95)

    spread = written((0, 60), (38, 60), (40, 60), (6, 60), whole="??27")
    near = written((0, 60), (6, 60), (40, 60), (6, 60), whole="??27")

    assert number_of(spread, look, look, page=True) is spread
    assert number_of(near, look, look, page=True).trust == TRUST


def test_letters_after_a_number_are_a_unit_where_they_are_small() -> None:
    unit = written((0, 60), (6, 60), (40, 36), (6, 36), whole="27?9")
    digits = written((0, 60), (6, 60), (40, 60), (6, 60), whole="27?9")

    assert parted(unit, ("27", 0.97), ("?9", 0.3)) == "27"
    assert parted(digits, ("27", 0.97), ("?9", 0.3)) == "27?9"
    assert parted(digits, ("27", 0.97), ("??", 0.3)) == "27"


def test_an_item_and_a_speck_go_and_a_group_that_is_read_badly_stays() -> None:
    item = written((0, 60), (6, 60), (70, 60), (6, 60), whole="0127")
    group = written((0, 60), (6, 60), (6, 60), (70, 60), (6, 60), whole="03027")
    speck = written((0, 20), (70, 60), (6, 60), whole="327")

    assert parted(item, ("01", 0.2), ("27", 0.97)) == "27"
    assert parted(item, ("01", 0.6), ("27", 0.97)) == "0127"
    assert parted(group, ("030", 0.2), ("27", 0.97)) == "03027"
    assert parted(group, ("030", 0.01), ("27", 0.97)) == "27"
    assert parted(speck, ("", 0.2), ("27", 0.97)) == "27"
    assert parted(item, ("", 0.2), ("27", 0.97)) == "0127"  # as high as digits, and not cut off


def test_a_dash_is_no_end_of_a_word() -> None:
    row = written((0, 60), (6, 60), (60, 60), (6, 60), whole="??27")
    dashed = Line(row.line.box, row.line.height, row.line.amount, row.line.whole, (("-", (125, 130, 20, 6)),), 150.0)

    assert parted(row, ("??", 0.7), ("27", 0.97)) == "27"
    assert parted(look_of(dashed, "??27", 0.1), ("??", 0.7), ("27", 0.97)) == "??27"


def test_a_page_of_prose_is_given_up_and_no_piece_is_looked_at_twice() -> None:
    seen: list[Line] = []

    def glance(line: Line) -> Look:
        return look_of(line, "?3" * (line.box[2] // 40), 0.3)

    def look(line: Line) -> Look:
        seen.append(line)
        return glance(line)

    prose = [written(*[(40, 60), (6, 60), (6, 60)] * 30, whole="?3?" * 30, left=10 + 3 * row) for row in range(40)]

    assert without_labels(prose, look, glance, page=True) == prose
    assert len({line.box for line in seen}) == len(seen)
    assert sum(line.box[2] for line in seen) < 50_000  # of half a million and more


def test_a_number_in_a_page_of_prose_is_read_in_time_to_leave_its_label_out() -> None:
    label = written((0, 60), (6, 60), (40, 60), (6, 60), whole="??27")

    def look(line: Line) -> Look:
        return look_of(line, "??" if line.box[0] == label.line.box[0] else "27", 0.95)

    assert without_labels([label], look, look, page=True)[0].trust == TRUST


def test_digits_far_apart_are_but_glanced_at() -> None:
    def fails(_: Line) -> Look:
        raise AssertionError

    def glance(line: Line) -> Look:
        return look_of(line, "4" * (1 + line.box[2] // 100), 0.95)

    evenly = written(*[(70, 60)] * 5, whole="44444", sure=0.5)

    assert number_of(evenly, fails, glance, page=True) is evenly


def test_a_rest_that_a_glance_takes_for_a_digit_but_not_surely_is_looked_at() -> None:
    rest = written((0, 40), (60, 60), (6, 60), whole="651", sure=0.1)

    def look(line: Line) -> Look:
        return look_of(line, "6", 0.2) if line.box[2] < 60 else look_of(line, "51", 0.99)

    def glance(line: Line) -> Look:
        return look_of(line, "1", 0.83) if line.box[2] < 60 else look_of(line, "51", 0.99)

    assert number_of(rest, look, glance, page=True).signs == (5, 1)
