"""A look at a line counts in what is known beforehand, unless rules say more; and it is the real model that looks."""

from typing import Any

import cv2
import numpy as np
import pytest

from digitrec.data.mnist import Mnist
from digitrec.reading.ink import find_ink
from digitrec.reading.layout import Line, find_lines
from digitrec.reading.looks import look_at, standing_alone
from digitrec.reading.normalise import Framed, Prepared, framed
from digitrec.reading.pattern import Pattern
from digitrec.reading.picture import load_picture
from digitrec.reading.prior import with_prior
from digitrec.reading.reader import shipped_model
from digitrec.reading.signs import SIGNS
from digitrec.reading.slashes import slash_evidence, weighed
from digitrec.reading.texts import Text, likeliest


@pytest.mark.parametrize("number", [(1, 0, 0, 0), (0, 7)])
def test_what_is_known_beforehand_counts_where_there_are_no_rules(mnist: Mnist, number: tuple[int, ...]) -> None:
    images = [mnist.validation.images[mnist.validation.labels == digit][0] for digit in number]
    (line,) = find_lines(find_ink(load_picture(255 - np.hstack(images))))

    free = look_at(line, shipped_model(), None, again=False)
    by_ink = likeliest(free.columns)
    evidence = slash_evidence(line.amount, line.height)
    assert chances(free.texts) == chances(with_prior(weighed(by_ink, evidence))) != chances(by_ink)
    ruled = look_at(line, shipped_model(), Pattern.compile(pattern=r"\d+"), again=False)
    obeying = [text for text in ruled.texts if text.signs]
    assert dict(chances(obeying)).items() <= dict(chances(likeliest(ruled.columns, 40))).items()


def chances(texts: list[Text]) -> list[tuple[tuple[int, ...], float]]:
    return [(text.signs, round(text.log_probability, 6)) for text in texts]


def crowded(mnist: Mnist, number: str, apart: int, share: float = 1.0) -> Line:
    """Return a line of validation digits so many pixels apart, four times as high as MNIST's, narrower by a share."""
    images = []
    for digit in number:
        image = mnist.validation.images[mnist.validation.labels == int(digit)][3]
        columns = np.flatnonzero(image.max(0))
        images += [image[:, columns[0] : columns[-1] + 1], np.zeros((28, apart), dtype=np.uint8)]
    page = np.pad(np.hstack(images), 10)
    large = cv2.resize(page, (round(share * 4 * page.shape[1]), 4 * len(page)), interpolation=cv2.INTER_NEAREST)
    (line,) = find_lines(find_ink(load_picture(255 - large)))
    return line


def test_pieces_as_high_as_digits_are_counted_and_no_smaller_ones(mnist: Mnist) -> None:
    line = crowded(mnist, "4147", 3)
    specked = line.amount.copy()
    specked[5:9, 3:7] = 255

    assert standing_alone(line.amount, line.height) == 4
    assert standing_alone(specked, line.height) == 4
    assert standing_alone(np.zeros_like(specked), line.height) == 0


def test_each_piece_that_stands_alone_gets_a_sign(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {number: crowded(mnist, number, 2) for number in ("1111", "11181", "411", "818", "7117")}
    lines["11111"] = crowded(mnist, "11111", 1)

    def read() -> dict[str, str]:
        looks = {number: look_at(line, shipped_model(), None) for number, line in lines.items()}
        return {number: "".join(SIGNS[sign] for sign in look.signs) for number, look in looks.items()}

    with_all = read()
    assert all(len(text) >= len(number) for number, text in with_all.items()), with_all
    monkeypatch.setattr("digitrec.reading.looks.standing_alone", lambda _amount, _height: 0)
    assert any(len(text) < len(number) for number, text in read().items())


@pytest.mark.parametrize(("number", "share"), [("111", 1.0), ("191", 0.6), ("717", 0.5), ("1171", 0.5), ("81", 0.7)])
def test_a_number_as_narrow_as_one_digit_is_read_whole(mnist: Mnist, number: str, share: float) -> None:
    line = crowded(mnist, number, 3, share)
    assert framed(line.amount, line.height).prepare().image.shape == (28, 28)

    look = look_at(line, shipped_model(), None)

    assert "".join(SIGNS[sign] for sign in look.signs) == number
    left, right = look.prepared.back(0, 0, look.prepared.image.shape[1], 28)[::2]
    assert left < 0 < line.amount.shape[1] < right


def test_a_number_with_ones_where_a_date_has_slashes_is_weighed_against_that_date_however_sure_it_is(
    mnist: Mnist,
) -> None:
    line = crowded(mnist, "917165", 6)
    read = look_at(line, shipped_model(), None)
    ruled = look_at(line, shipped_model(), Pattern.compile(pattern=r"\d+"))

    said, under_rules = (
        {"".join(SIGNS[sign] for sign in text.signs): text.log_probability for text in look.texts}
        for look in (read, ruled)
    )
    assert next(iter(said)) == next(iter(under_rules)) == "917165"  # they are ones
    assert said["9/7/65"] > under_rules.get("9/7/65", -np.inf)


@pytest.mark.parametrize(("number", "apart", "squeezed", "not_so"), [("1111", 1, 1.25, 0.75), ("2068", 9, 0.75, 1.25)])
def test_narrow_digits_are_looked_at_wider_and_others_narrower(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch, number: str, apart: int, squeezed: float, not_so: float
) -> None:
    asked = []
    prepare = Framed.prepare

    def seen(self: Framed, **look: Any) -> Prepared:
        asked.append(look.get("squeeze", 1.0))
        return prepare(self, **look)

    monkeypatch.setattr(Framed, "prepare", seen)
    monkeypatch.setattr("digitrec.reading.looks.SURE", 1.1)
    look_at(crowded(mnist, number, apart), shipped_model(), None)

    assert squeezed in asked
    assert not_so not in asked
