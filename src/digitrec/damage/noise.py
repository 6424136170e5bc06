"""Digits with grain, dead and burnt pixels, and drops of mud.

In: float32[n,28,28] in 0..255, an amount, a seeded generator. Out: the same, noisy; not clipped.
"""

import numpy as np
import numpy.typing as npt

from digitrec.damage.blurring import blur

Images = npt.NDArray[np.float32]


def shot_noise(images: Images, photons: float, generator: np.random.Generator) -> Images:
    """Count, at each pixel, the photons that full ink would give so many of: the fewer, the grainier."""
    return (generator.poisson(images / 255 * photons) * np.float32(255 / photons)).astype(np.float32)


def impulse_noise(images: Images, share: float, generator: np.random.Generator) -> Images:
    """Make this share of the pixels ground or full ink, as often the one as the other."""
    draws = generator.random(images.shape, dtype=np.float32)
    return np.where(draws < share / 2, np.float32(0), np.where(draws < share, np.float32(255), images))


def grain(images: Images, deviation: float, generator: np.random.Generator) -> Images:
    """Add Gaussian noise whose deviation is this share of full ink."""
    return images + np.float32(255 * deviation) * generator.standard_normal(images.shape, dtype=np.float32)


def spatter(images: Images, level: tuple[float, float, float, float, float], generator: np.random.Generator) -> Images:
    """Throw mud, a quarter as bright as ink, at each image.

    There is mud where Gaussian noise of a mean and a deviation, blurred, is above a threshold; its edges are blurred,
    and faint ones dropped.
    """
    mean, deviation, blurred, threshold, edge = level
    wet = blur(np.float32(mean) + np.float32(deviation) * generator.standard_normal(images.shape, np.float32), blurred)
    mud = blur((wet > threshold).astype(np.float32), edge)
    mud[mud < 0.8] = 0  # noqa: PLR2004 - as defined
    return images * (1 - mud) + np.float32(63) * mud
