"""How familiar a picture looks to a network: what tells a digit from a letter or a shoe that it would read as one.

In: a network that has learnt, the training digits. Out: a torch module that goes into the model file. A picture is
unfamiliar where, for each of the ten digits, the network's features lie far from those of that digit (Lee et al. 2018,
*A Simple Unified Framework for Detecting Out-of-Distribution Samples*, section 2), or its softened pixels are not made
of what that digit is made of: its principal components (Tipping & Bishop 1999). How far is usual differs from digit to
digit. Nothing but training digits is seen.
"""

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from digitrec.data.digits import CLASSES, SIDE, Digits
from digitrec.training.network import Committee

_FITTED_ON, _SCALED_ON = 10_000, 2_000
_PARTS = 20
"""Principal components of each digit's softened pixels."""

_SOFTENED = 1.2
"""Deviation, in pixels, of the Gaussian that pixels are softened by, so that the width of a pen tells little."""

_ENOUGH = 20
"""With fewer digits of a kind to tell from, how far is usual is taken from all kinds."""

_WIDEST = 512
"""Networks with more features are left without: the file would be mostly this."""

_AT_ONCE = 250
_Array = npt.NDArray[np.float64]


class Familiarity(nn.Module):
    """Bytes uint8[n,28,28] and features float32[n,d] → float32[n], the greater the more familiar."""

    filter: Tensor
    means: Tensor
    parts: Tensor
    centres: Tensor
    whitening: Tensor
    usual: Tensor
    spread: Tensor

    def __init__(self, means: _Array, parts: _Array, centres: _Array, whitening: _Array) -> None:
        """Make it.

        Parameters
        ----------
        means, parts
            float[10,196] and float[10,196,k]: each digit's mean, softened and at half the size, and its principal
            components.
        centres, whitening
            float[10,d] and float[d,d]: each digit's mean features, already whitened, and what whitens features.
        """
        super().__init__()
        for name, values in (("means", means), ("parts", parts), ("centres", centres), ("whitening", whitening)):
            self.register_buffer(name, torch.from_numpy(values).float())
        self.register_buffer("filter", _softening())
        self.register_buffer("usual", torch.zeros(CLASSES, 2))
        self.register_buffer("spread", torch.ones(CLASSES, 2))

    def forward(self, images: Tensor, features: Tensor) -> Tensor:
        """Return float32[n]."""
        strange = (self.logarithms(images, features) - self.usual) / self.spread
        # For the digit that it is most like, the stranger of the two counts; both count where they are alike.
        return -strange.logsumexp(2).amin(1)

    def logarithms(self, images: Tensor, features: Tensor) -> Tensor:
        """Return float32[n,10,2], of the distances from each digit's features and from what it is made of."""
        apart = _squares(features @ self.whitening, self.centres)
        pixels = softened(images, self.filter)
        # Of a sum of squares, what the components do not hold. As products of whole matrices,
        # which run near a processor's peak.
        flat = self.parts.permute(1, 0, 2).flatten(1)  # (196, 10 k)
        of_means = torch.einsum("cp,cpk->ck", self.means, self.parts).flatten()
        held = (pixels @ flat - of_means).unflatten(1, (CLASSES, self.parts.shape[2])).square().sum(2)
        left = _squares(pixels, self.means) - held
        return torch.stack([apart, left], dim=2).clamp(min=1e-3).log()


def _squares(points: Tensor, others: Tensor) -> Tensor:
    """Return float32[n,m], the squared distances of float32[n,d] from float32[m,d]."""
    return points.square().sum(1, keepdim=True) - 2 * points @ others.T + others.square().sum(1)


def softened(images: Tensor, filter_: Tensor) -> Tensor:
    """Return float32[n,196] in 0..1: bytes uint8[n,28,28] softened and at half the size, rows and columns by turns."""
    return (filter_ @ (images.float() / 255) @ filter_.T).flatten(1)


def _softening() -> Tensor:
    """Return float32[14,28]: a Gaussian, and then the mean of every two pixels of a row."""
    line = np.convolve(cv2.getGaussianKernel(7, _SOFTENED).ravel(), [0.5, 0.5])
    rows = np.zeros((SIDE // 2, SIDE + len(line)))
    for row in range(SIDE // 2):
        rows[row, 2 * row : 2 * row + len(line)] = line
    edge = len(line) // 2 - 1
    return torch.from_numpy(rows[:, edge : edge + SIDE].copy()).float()


def features_of(network: nn.Module, images: Tensor) -> Tensor | None:
    """Return float32[n,d], what the network's last layer answers from; None for networks of another shape."""
    if not isinstance(network, nn.Sequential):
        return None
    last = network[-1]
    if isinstance(last, Committee):
        shown = network[:-1](images)
        parts = [features_of(member, shown) for member in last.members]
        known = [part for part in parts if part is not None]
        return torch.cat(known, dim=1) if len(known) == len(parts) else None
    if not isinstance(last, nn.Linear):
        return None
    found: Tensor = network[:-1](images)
    return found.flatten(1).float()


def fit_familiarity(network: nn.Module, train: Digits) -> Familiarity | None:
    """Return what tells how familiar a picture is to the network, on the CPU; None where that has no use.

    None where the network has no features or very many, or there are too few digits to know them by.
    """
    enough = _FITTED_ON + _SCALED_ON
    images, labels = train.images[:enough], train.labels[:enough]
    cut = len(images) * _FITTED_ON // enough
    features = _features(network, images)
    if features is None or len(set(labels[:cut].tolist())) < CLASSES or cut < 2 * features.shape[1]:
        return None
    known, whose = features[:cut], labels[:cut]
    centres = np.stack([known[whose == digit].mean(axis=0) for digit in range(CLASSES)])
    # A little of the mean variance all round, so that features that never change can be divided by.
    within = np.cov(known - centres[whose], rowvar=False)
    level = np.trace(np.cov(known, rowvar=False)) / len(within)
    within += (1e-3 * level + 1e-9) * np.eye(len(within))
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(values)
    with torch.inference_mode():
        pixels = softened(torch.from_numpy(images), _softening())
    means, parts = _made_of(pixels[:cut].numpy().astype(np.float64), whose)
    found = Familiarity(means, parts, centres @ whitening, whitening)
    with torch.inference_mode():
        rest = torch.from_numpy(features[cut:]).float()
        own = torch.from_numpy(labels[cut:].astype(np.int64))
        logarithms = found.logarithms(torch.from_numpy(images[cut:]), rest)[torch.arange(len(own)), own]
        for digit in range(CLASSES):
            of_digit = own == digit
            some = logarithms[of_digit] if int(of_digit.sum()) >= _ENOUGH else logarithms
            found.usual[digit] = some.mean(0)
            found.spread[digit] = some.std(0).clamp(min=1e-3)
    return found


def _made_of(pixels: _Array, labels: npt.NDArray[np.uint8]) -> tuple[_Array, _Array]:
    """Return each digit's mean and principal components, of softened pixels float[n,196]."""
    means = np.stack([pixels[labels == digit].mean(axis=0) for digit in range(CLASSES)])
    moved = [pixels[labels == digit] - means[digit] for digit in range(CLASSES)]
    parts = [np.linalg.eigh(each.T @ each)[1][:, -_PARTS:] for each in moved]
    return means, np.ascontiguousarray(np.stack(parts))


def _features(network: nn.Module, images: npt.NDArray[np.uint8]) -> _Array | None:
    """Return float64[n,d], or None where there are none or too many."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(images), _AT_ONCE):
            part = features_of(network, torch.from_numpy(images[start : start + _AT_ONCE]))
            if part is None or part.shape[1] > _WIDEST:
                return None
            found.append(part.numpy())
    return np.concatenate(found).astype(np.float64) if found else None
