"""Pictures of black and white dots are softened, others are not."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.dither import without_dots


def page(mnist: Mnist, digits: str, choice: int) -> npt.NDArray[np.uint8]:
    """Return dark validation digits, 84 pixels high, on paper whose one side lies in shadow."""
    images = [mnist.validation.images[mnist.validation.labels == int(digit)][choice] for digit in digits]
    ink = np.zeros((300, 900))
    for place, image in enumerate(images):
        ink[100:184, 100 + 100 * place : 184 + 100 * place] = np.kron(image, np.ones((3, 3)))
    light = np.linspace(110, 240, 900)[None]
    return np.asarray(light * (1 - 0.8 * ink / 255), dtype=np.uint8)


def dithered(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.fromarray(grey).convert("1")).astype(np.uint8) * 255


@pytest.mark.parametrize("choice", [0, 1, 2])
def test_a_number_of_dots_is_read_as_before(mnist: Mnist, choice: int) -> None:
    grey = page(mnist, "40716", choice)
    dots = dithered(grey)

    assert without_dots(dots) is not dots
    assert digitrec.read(dots).text == digitrec.read(grey).text


def test_other_pictures_are_not_touched(mnist: Mnist) -> None:
    grey = page(mnist, "40716", 0)
    scan = np.where(grey > 90, 255, 0).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (300, 400), dtype=np.uint8)

    for picture in (grey, scan, noise, np.stack([scan] * 3, axis=2), np.full((300, 400), 255, dtype=np.uint8)):
        assert without_dots(picture) is picture
