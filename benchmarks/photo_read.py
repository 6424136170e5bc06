"""The README's picture of a photo with what is read in it: `docs/photo-read.png`, made of `docs/photo.jpg`.

In: that photo and the model that comes along. Out: what `digitrec read docs/photo.jpg --annotated FOLDER` writes, in
few colours.

    python benchmarks/photo_read.py
"""

import io
from pathlib import Path

from PIL import Image

from digitrec.drawing.reading import annotated
from digitrec.reading.reader import read

DOCS = Path(__file__).parents[1] / "docs"
PHOTO = DOCS / "photo.jpg"
PICTURE = DOCS / "photo-read.png"

COLOURS = 64
"""Enough for grey paper, black ink and blue boxes; all that the camera saw of the paper takes most of the room."""


def main() -> None:
    """Write the picture."""
    PICTURE.write_bytes(made())
    print(f"wrote {PICTURE}")


def made() -> bytes:
    """Return the picture, as the bytes of a PNG file."""
    file = io.BytesIO()
    few = annotated(read(PHOTO)).quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, format="PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    main()
