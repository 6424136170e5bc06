"""PNM, the simplest of picture files: bits, greys or colours as plain or binary numbers after a short head.

In: a file's bytes. Out: its size, then a Pillow image, grey of 8 or 16 bits or RGB. All numbers are read at once:
Pillow reads them one by one where they are plain, or white is neither 255 nor 65535, which takes seconds for some
megabytes. Knows nothing of paths.
"""

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from digitrec.errors import PictureError

LARGEST_PLAIN = 50_000_000
"""A file of plain numbers of more bytes is refused: twelve megapixels of grey have about as many."""

_BITS, _COLOURS, _BINARY = (1, 4), (3, 6), 4
_LONGEST_HEAD = 2**20
_NUMBER = rb"(?:\s|#[^\r\n]*+)*+(\d{1,10})"
_OF_BITS = re.compile(rb"P[14]" + 2 * _NUMBER + rb"\s")
_OF_OTHERS = re.compile(rb"P[2356]" + 3 * _NUMBER + rb"\s")
_BYTE, _WORD = 255, 65535


class Head(NamedTuple):
    """What a file begins with."""

    kind: int
    """1 to 6, the digit after its P."""
    width: int
    height: int
    most: int
    """The number that is white, 1 to 65535; of bits 1."""
    begins: int
    """Where the first pixel is."""


def head_of(content: bytes) -> Head:
    """Return the head of a file; raises ValueError where it is none."""
    found = (_OF_BITS.match(content, 0, _LONGEST_HEAD)) or _OF_OTHERS.match(content, 0, _LONGEST_HEAD)
    if found is None:
        raise ValueError("no width and height at its beginning")
    width, height, *most = map(int, found.groups())
    if most and not 0 < most[0] <= _WORD:
        raise ValueError(f"white is {most[0]}, and not 1 to {_WORD}")
    return Head(int(content[1:2]), width, height, most[0] if most else 1, found.end())


def decoded(content: bytes, head: Head, name: str) -> Image.Image:
    """Return the picture: mode L, I;16 where grey has more than 8 bits, or RGB.

    Raises
    ------
    ValueError
        When it ends too early, or has numbers that are none or beyond white.
    PictureError
        When it has plain numbers, and too many bytes.
    """
    count = head.width * head.height * (3 if head.kind in _COLOURS else 1)
    if head.kind >= _BINARY:
        values = _binary(content, head, count)
    elif len(content) > LARGEST_PLAIN:
        raise PictureError(
            f"{name}: a PNM of {len(content):,} bytes of plain numbers; "
            f"expected at most {LARGEST_PLAIN:,}: save it as a binary one, or as a PNG"
        )
    else:
        values = _plain(content, head, count)
    shape = (head.height, head.width, 3)[: 3 if head.kind in _COLOURS else 2]
    if head.kind in _BITS:
        return Image.fromarray(np.where(values, np.uint8(0), np.uint8(_BYTE)).reshape(shape))
    white = _WORD if head.most > _BYTE and head.kind not in _COLOURS else _BYTE
    dtype = np.uint8 if white == _BYTE else np.uint16
    if head.most != white:  # or they are what they should be
        values = np.rint(np.arange(1 + _WORD) / head.most * white).clip(0, white).astype(dtype)[values]
    return Image.fromarray(values.astype(dtype, copy=False).reshape(shape))


def _binary(content: bytes, head: Head, count: int) -> npt.NDArray[np.integer]:
    dtype = np.dtype(">u2" if head.most > _BYTE else "u1")
    row = -(-head.width // 8)
    needed = row * head.height if head.kind in _BITS else count * dtype.itemsize
    if len(content) - head.begins < needed:
        raise ValueError("not enough pixels")
    if head.kind in _BITS:
        rows = np.frombuffer(content, np.uint8, needed, head.begins).reshape(head.height, row)
        return np.unpackbits(rows, axis=1, count=head.width)
    return np.frombuffer(content, dtype, count, head.begins)


def _plain(content: bytes, head: Head, count: int) -> npt.NDArray[np.integer]:
    text = re.sub(rb"#[^\r\n]*", b"", content[head.begins :])
    values: npt.NDArray[np.integer]
    if head.kind in _BITS:  # which nothing need part
        values = np.frombuffer(text.translate(None, b" \t\r\n\v\f"), np.uint8)[:count] - np.uint8(ord("0"))
    else:
        if text.translate(None, b"0123456789 \t\r\n\v\f"):  # older versions of numpy only warn of it
            raise ValueError(f"a number that is not from 0 to {head.most}")
        values = np.fromstring(text, np.int32, sep=" ")[:count]
    if len(values) < count:
        raise ValueError("not enough pixels")
    if values.min() < 0 or values.max() > head.most:
        raise ValueError(f"a number that is not from 0 to {head.most}")
    return values
