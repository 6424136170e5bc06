"""How noisy a picture is from pixel to pixel, and the same made soft.

In: a grey picture. Out: the deviation of its ground in grey levels; a softer picture and its deviation. Knows nothing
of ink but that strokes are few.
"""

import math

import cv2
import numpy as np

from digitrec.reading.polarity import Grey
from digitrec.reading.quantile import quantile

_SOFTEST = 1.5
"""Pixels by which a picture is softened at most where its noise would hide ink."""


def grain(grey: Grey) -> float:
    """Return the deviation of the ground from pixel to pixel, by the lesser ones, which strokes do not move."""
    fine = grey[:1024, :1024]
    away = np.asarray(cv2.boxFilter(fine, cv2.CV_32F, (3, 3)), dtype=np.float32)
    away -= fine
    # Not by the median, which is nothing where half of the pixels are as light as can be.
    return float(1.06 * quantile(np.abs(away, out=away), 0.70) / 1.036)


def softened(grey: Grey, noise: float, wanted: float) -> tuple[Grey, float]:
    """Return a picture softened until its ground deviates by no more than is wanted, and by how much it does then."""
    # What a Gaussian leaves of the deviation of pixels that do not hang together.
    left = 1 / (2 * math.sqrt(math.pi))
    sigma = min(_SOFTEST, left * noise / wanted)
    if sigma <= left:
        return grey, noise
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), dtype=np.uint8), left * noise / sigma
