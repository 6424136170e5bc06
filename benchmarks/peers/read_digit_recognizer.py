"""digit-recognizer-py with its own preparation and its own weights.

In, out: as `answering.py`. Its package asks for torchvision, of which it uses three steps: to 28×28, to
a tensor, less mean by deviation. Where torchvision cannot be imported these three stand in for it, the
first as torchvision itself does it to Pillow's pictures: by Pillow, bilinearly.
"""

import sys
import types
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from answering import Answer, serve
from PIL import Image


def main() -> None:
    """Answer."""
    instead = "" if torchvision_works() else ", its three steps of torchvision done by Pillow and torch"
    if instead:
        stand_in()
    from digit_recognizer import DigitRecognizer  # noqa: PLC0415 - once torchvision is there

    recognizer = DigitRecognizer(device="cpu")

    def read(path: str) -> Answer:
        found = recognizer.predict(path, detailed=True)
        return str(found.digit), found.confidence

    name = f"digit-recognizer-py {version('digit-recognizer-py')} on torch {torch.__version__}{instead}"
    serve(name, read)


def torchvision_works() -> bool:
    """Return whether it can be imported."""
    try:
        import torchvision.transforms  # noqa: F401, PLC0415 - asked for here
    except (ImportError, RuntimeError):
        return False
    return True


def stand_in() -> None:
    """Put the three steps where torchvision would be."""
    steps = types.ModuleType("torchvision.transforms")
    steps.Compose, steps.Resize, steps.ToTensor, steps.Normalize = compose, resize, to_tensor, normalize
    parent = types.ModuleType("torchvision")
    parent.transforms = steps
    sys.modules.update({"torchvision": parent, "torchvision.transforms": steps})


def compose(steps: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Return one step after the other."""

    def run(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return run


def resize(size: tuple[int, int]) -> Callable[[Image.Image], Image.Image]:
    """Return the step to height and width."""
    return lambda picture: picture.resize(size[::-1], Image.Resampling.BILINEAR)


def to_tensor() -> Callable[[Image.Image], torch.Tensor]:
    """Return the step to float32[1,h,w] in 0..1."""
    return lambda picture: torch.from_numpy(np.asarray(picture, dtype=np.float32)[None] / 255)


def normalize(mean: tuple[float, ...], deviation: tuple[float, ...]) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the step less mean by deviation."""
    return lambda image: (image - mean[0]) / deviation[0]


if __name__ == "__main__":
    main()
