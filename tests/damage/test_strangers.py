"""Pictures that are no digits: what kinds there are, and that letters lie as digits do."""

from pathlib import Path

import numpy as np
import pytest

from digitrec import Mnist
from digitrec.damage import strangers as module
from digitrec.damage.strangers import as_a_digit, strangers


def test_there_are_kinds_with_nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_FONT_FOLDERS", (str(tmp_path),))
    found, again, other = (strangers(30, seed=seed) for seed in (1, 1, 2))

    assert list(found) == ["blank", "noise", "scribbles", "letters, drawn", "letters, drawn, unlike digits"]
    for kind, images in found.items():
        assert images.dtype == np.uint8
        assert images.shape == (30, 28, 28)
        assert np.array_equal(images, again[kind])
        assert np.array_equal(images, other[kind]) == (kind == "blank")
    assert not np.ptp(found["blank"], axis=(1, 2)).any()


@pytest.mark.parametrize(("count", "greys"), [(1, [0]), (2, [0, 255]), (6, [0, 51, 102, 153, 204, 255])])
def test_blank_pictures_are_as_many_as_asked_for_from_black_to_white(count: int, greys: list[int]) -> None:
    assert strangers(count)["blank"][:, 0, 0].tolist() == greys


def test_no_more_pictures_are_blank_than_there_are_greys() -> None:
    assert np.array_equal(strangers(300)["blank"][:, 5, 5], np.arange(256))


def test_letters_and_scribbles_lie_as_digits_do() -> None:
    found = strangers(40, seed=3)
    down, across = np.indices((28, 28))

    for kind in ("scribbles", "letters, drawn"):
        for image in found[kind]:
            rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
            assert max(np.ptp(rows), np.ptp(columns)) + 1 in {19, 20}
            middle = [float(np.average(each, weights=image)) for each in (down, across)]
            assert np.abs(np.array(middle) - 13.5).max() <= 1.5


def test_a_picture_becomes_as_a_digit() -> None:
    picture = np.zeros((90, 60), np.uint8)
    picture[10:50, 30:40] = 255
    found = as_a_digit(picture)

    assert found.shape == (28, 28)
    assert np.array_equal(np.flatnonzero(found.any(axis=1)), np.arange(4, 24))
    assert found.any(axis=0).sum() == 5


def test_clothes_are_shown_where_they_are_given(mnist: Mnist) -> None:
    clothes = mnist.test.images[:7]

    assert "clothes (Fashion-MNIST)" not in strangers(5)
    assert np.array_equal(strangers(5, clothes=clothes)["clothes (Fashion-MNIST)"], clothes[:5])
    assert np.array_equal(strangers(10, clothes=clothes)["clothes (Fashion-MNIST)"], clothes)
