"""What a model answers to one digit, ready to be shown."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Answer:
    """A test digit and the answer to it.

    Attributes
    ----------
    index
        Its place among the test digits.
    image
        uint8[28,28], 255 for ink.
    probabilities
        float[10].
    expected
        Its label.
    doubtful
        Whether the label is known to be wrong or undecidable.
    """

    index: int
    image: npt.NDArray[np.uint8]
    probabilities: npt.NDArray[np.floating]
    expected: int
    doubtful: bool = False

    @property
    def predicted(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def right(self) -> bool:
        """Whether that is the digit expected."""
        return self.predicted == self.expected

    @property
    def title(self) -> str:
        """One line that names the digit."""
        return f"test digit {self.index}" + (" (doubtful label)" if self.doubtful else "")

    def to_json(self) -> dict[str, Any]:
        """Return the answer as what `json.dumps` takes, without the image."""
        return {
            "index": self.index,
            "predicted": self.predicted,
            "expected": self.expected,
            "right": self.right,
            "doubtful": self.doubtful,
            "probabilities": [float(probability) for probability in self.probabilities],
        }
