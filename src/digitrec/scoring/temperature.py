"""The one number that makes a network as sure as it is right, fitted on digits that it has not learnt from.

In: logits and labels, two arrays. Out: a temperature, by which logits are divided before the softmax (Guo et al.
2017, *On Calibration of Modern Neural Networks*, section 4.2). It changes no answer. Knows no network and no file.
"""

import math

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import CLASSES
from digitrec.scoring.score import require_scorable

LEAST, MOST = 0.05, 20.0
"""Where the temperature is looked for."""

_HALVINGS = 50


def fit_temperature(logits: npt.NDArray[np.floating], labels: npt.NDArray[np.integer], classes: int = CLASSES) -> float:
    """Return the temperature of the least negative log-likelihood.

    Each label counts as though it were any of the classes once in n + 2 times, so that digits that are all read right
    do not make the network infinitely sure (after Platt 1999, *Probabilistic outputs for support vector machines*,
    section 2.2).

    >>> fit_temperature(2 * np.log(calibrated), labels)  # doctest: +SKIP
    2.0

    Parameters
    ----------
    logits
        float[n,classes], unnormalised log-probabilities of the ten digits, or of so many classes.
    labels
        int[n], the digits expected, or the classes.
    classes
        How many there are.

    Returns
    -------
    float
        From 0.05 to 20.

    Raises
    ------
    ScoreError
        When shapes do not fit, a logit is not finite, a label not one of the classes, or there is nothing to fit on.
    """
    logits, labels = np.asarray(logits, dtype=np.float64), np.asarray(labels)
    require_scorable(logits, labels, classes)
    doubt = 1 / (len(labels) + 2)
    expected = (1 - doubt) * logits[np.arange(len(labels)), labels.astype(np.intp)] + doubt * logits.mean(axis=1)
    centred = logits - expected[:, None]
    # The loss is convex in 1/temperature, so that its slope crosses zero once: halve, on the scale of factors.
    low, high = -math.log(MOST), -math.log(LEAST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _slope(centred, math.exp(middle)) > 0 else (middle, high)
    return math.exp(-(low + high) / 2)


def _slope(centred: npt.NDArray[np.float64], inverse: float) -> float:
    """Return the loss's slope at 1/temperature, of logits with that of the labels taken off."""
    scaled = centred * inverse
    scaled -= scaled.max(axis=1, keepdims=True)
    weights = np.exp(scaled)
    return float(((weights * centred).sum(axis=1) / weights.sum(axis=1)).mean())
