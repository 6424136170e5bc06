"""Digits out of focus: blurred evenly, as behind glass, as moved while the shutter was open; or left as mere edges.

In: float32[n,28,28] in 0..255, an amount, a seeded generator. Out: the same, blurred. Borders go on as they end.
"""

import cv2
import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.float32]

_SIDE = 28
_CUT = 4
"""A Gaussian is cut off after so many deviations."""

_AT_ONCE = 1000


def blur(images: Images, deviation: float, _: object = None) -> Images:
    """Blur each image with a Gaussian of this deviation in pixels."""
    if deviation <= 0:
        return images.copy()
    width = 2 * int(_CUT * deviation + 0.5) + 1
    found = np.empty_like(images, order="C")
    for number, image in enumerate(images):
        cv2.GaussianBlur(image, (width, width), deviation, dst=found[number], borderType=cv2.BORDER_REPLICATE)
    return found


def glass_blur(images: Images, level: tuple[float, int, int], generator: np.random.Generator) -> Images:
    """Blur by a deviation, let pixels change places with near ones, so far and so many times, and blur again."""
    deviation, far, times = level
    # Images last: what is at one place in all of them lies side by side.
    shuffled = np.ascontiguousarray(np.floor(blur(images, deviation)).transpose(1, 2, 0))
    everyone = np.arange(len(images))
    for _ in range(times):
        for row in range(_SIDE - far, far, -1):
            for column in range(_SIDE - far, far, -1):
                chosen = everyone[generator.random(len(images)) < 0.5]  # noqa: PLR2004 - a coin
                down, right = generator.integers(-far, far, size=(2, len(chosen)))
                here = shuffled[row, column, chosen]
                shuffled[row, column, chosen] = shuffled[row + down, column + right, chosen]
                shuffled[row + down, column + right, chosen] = here
    return blur(np.ascontiguousarray(shuffled.transpose(2, 0, 1)), deviation)


def motion_blur(images: Images, level: tuple[int, float], generator: np.random.Generator) -> Images:
    """Trail each image to one side, up to 45 degrees up or down, as ImageMagick's `-motion-blur` does.

    A pixel is the mean of those on a line that begins at it, weighted by half a Gaussian.
    """
    radius, deviation = level
    weights = np.exp(-(np.arange(2 * radius + 1) ** 2) / (2 * deviation**2))
    weights /= weights.sum()
    angles = np.radians(generator.uniform(-45, 45, len(images)))[:, None]
    found = np.zeros_like(images, order="C")
    for start in range(0, len(images), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        numbers = np.arange(len(images[part]))[:, None, None]
        for step, weight in enumerate(weights[weights > 1e-4]):  # noqa: PLR2004 - the rest of the trail is not seen
            across = np.ceil(step * np.cos(angles[part]) - 0.5).astype(np.intp)
            down = np.ceil(step * np.sin(angles[part]) - 0.5).astype(np.intp)
            columns = np.clip(np.arange(_SIDE) + across, 0, _SIDE - 1)[:, None, :]
            rows = np.clip(np.arange(_SIDE) + down, 0, _SIDE - 1)[:, :, None]
            found[part] += np.float32(weight) * images[part][numbers, rows, columns]
    return found


def canny_edges(images: Images, _: float, __: np.random.Generator) -> Images:
    """Leave the edges of the strokes (Canny 1986), after a blur of one pixel; thresholds of a tenth and a fifth."""
    fine = 16  # gradients are whole numbers; these are more of them
    found = np.empty_like(images, order="C")
    for number, image in enumerate(blur(images, 1.0)):
        across = (fine * cv2.Sobel(image, cv2.CV_32F, 1, 0)).round().astype(np.int16)
        down = (fine * cv2.Sobel(image, cv2.CV_32F, 0, 1)).round().astype(np.int16)
        found[number] = cv2.Canny(across, down, 0.1 * 255 * fine, 0.2 * 255 * fine, L2gradient=True)
    return found
