"""How familiar a picture looks to a network: what tells a digit from a letter or a shoe that it would read as one.

In: a network that has learnt, the training digits. Out: a torch module that goes into the model file. A picture is
unfamiliar where the network's features lie far from those of all ten digits (Lee et al. 2018, *A Simple Unified
Framework for Detecting Out-of-Distribution Samples*, section 2), or where its pixels are not made of what digits are.
Nothing but training digits is seen.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from digitrec.data.digits import CLASSES, Digits
from digitrec.training.network import Committee

_FITTED_ON, _SCALED_ON = 10_000, 2_000
_PARTS = 40
"""Principal components of the pixels."""

_WIDEST = 512
"""Networks with more features are left without: the file would be mostly this."""

_AT_ONCE = 250
_Array = npt.NDArray[np.float64]


class Familiarity(nn.Module):
    """Bytes uint8[n,28,28] and features float32[n,d] → float32[n], the greater the more familiar."""

    mean: Tensor
    parts: Tensor
    centres: Tensor
    whitening: Tensor
    usual: Tensor
    spread: Tensor

    def __init__(self, mean: _Array, parts: _Array, centres: _Array, whitening: _Array) -> None:
        """Make it.

        Parameters
        ----------
        mean, parts
            float[784] and float[784,40]: the mean digit in 0..1, and its principal components.
        centres, whitening
            float[10,d] and float[d,d]: each digit's mean features, already whitened, and what whitens features.
        """
        super().__init__()
        for name, values in (("mean", mean), ("parts", parts), ("centres", centres), ("whitening", whitening)):
            self.register_buffer(name, torch.from_numpy(values).float())
        self.register_buffer("usual", torch.zeros(2))
        self.register_buffer("spread", torch.ones(2))

    def forward(self, images: Tensor, features: Tensor) -> Tensor:
        """Return float32[n]."""
        strange = (self.logarithms(images, features) - self.usual) / self.spread
        # The stranger of the two counts; both count where they are alike.
        return -(2 * strange).logsumexp(1) / 2

    def logarithms(self, images: Tensor, features: Tensor) -> Tensor:
        """Return float32[n,2], of the distances from the nearest digit's features and from what digits are made of."""
        white = features @ self.whitening
        apart = (white.unsqueeze(1) - self.centres).square().sum(2).amin(1)
        pixels = images.flatten(1).float() / 255 - self.mean
        left = (pixels - (pixels @ self.parts) @ self.parts.T).square().sum(1)
        return torch.stack([apart, left], dim=1).clamp(min=1e-3).log()


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
    pixels = images[:cut].reshape(cut, -1) / 255
    mean = pixels.mean(axis=0)
    parts = np.linalg.eigh(np.cov(pixels - mean, rowvar=False))[1][:, -_PARTS:]
    known, whose = features[:cut], labels[:cut]
    centres = np.stack([known[whose == digit].mean(axis=0) for digit in range(CLASSES)])
    # A little of the mean variance all round, so that features that never change can be divided by.
    within = np.cov(known - centres[whose], rowvar=False)
    level = np.trace(np.cov(known, rowvar=False)) / len(within)
    within += (1e-3 * level + 1e-9) * np.eye(len(within))
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(values)
    found = Familiarity(mean, np.ascontiguousarray(parts), centres @ whitening, whitening)
    with torch.inference_mode():
        rest = torch.from_numpy(features[cut:]).float()
        logarithms = found.logarithms(torch.from_numpy(images[cut:]), rest)
        found.usual.copy_(logarithms.mean(0))
        found.spread.copy_(logarithms.std(0).clamp(min=1e-3))
    return found


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
