"""Pictures of black and white dots, as a fax has them → the grey levels that the dots stand for.

In: uint8[h,w] or uint8[h,w,3]. Out: the same softened, or the same object where it is no such picture. Knows nothing of
ink: to what looks for strokes each dot is one.
"""

import cv2
import numpy as np
import numpy.typing as npt

_SIGMA = 1.5
"""Pixels by which dots are softened; of 1.2 to 2.5 as good as any (log, 82)."""

_EVERYWHERE = 0.1
"""Of the pixels, so many differ from the next one along a row, and along a column: ten times as many as of writing."""


def without_dots(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a picture of two levels that change everywhere in grey levels, any other as it is."""
    grey = pixels if pixels.ndim == 2 else pixels[:, :, 1]  # noqa: PLR2004 - rows and columns
    # Quick for all others: few rows of a photo have but two levels.
    some = grey[:: max(1, len(grey) // 8)]
    low, high = int(some.min()), int(some.max())
    if (
        low == high
        or min(grey.shape) == 1
        or not ((some == low) | (some == high)).all()
        or not ((grey == low) | (grey == high)).all()
    ):
        return pixels
    changes = min(float((grey[1:] != grey[:-1]).mean()), float((grey[:, 1:] != grey[:, :-1]).mean()))
    if changes < _EVERYWHERE:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), _SIGMA), dtype=np.uint8)
