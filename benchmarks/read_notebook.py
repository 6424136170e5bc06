"""The plain notebook way: the whole picture grey, squashed to 28×28, inverted if it is bright, one digit.

In, out: as `peers/answering.py`; the argument is a run of the recipe `dense`, the notebook's network.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "peers"))

import numpy as np
from answering import Answer, serve
from PIL import Image

import digitrec
from digitrec.data.digits import SIDE

BRIGHT = 127


def main() -> None:
    """Answer."""
    model = digitrec.Model.load(sys.argv[1])

    def read(path: str) -> Answer:
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR))
        if pixels.mean() > BRIGHT:
            pixels = 255 - pixels
        (chances,) = model.probabilities(pixels[None])
        return str(chances.argmax()), float(chances.max())

    serve(f"`dense` of digitrec {digitrec.__version__}", read)


if __name__ == "__main__":
    main()
