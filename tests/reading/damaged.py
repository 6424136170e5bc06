"""Files of every kind with handwriting in them, whole, claiming another size, or with damaged bytes.

Out: `WHOLE`, bytes by name; `claiming`, a file whose header tells another size; `damaged`, a strategy of
hypothesis. Knows nothing of how files are read.
"""

import io
import re
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from PIL import Image

TURNED = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
"""EXIF that says: turn by a quarter."""


def _page() -> npt.NDArray[np.uint8]:
    """Return 4 7 0 in strokes, dark on light, uint8[h,w]."""
    page = np.full((60, 90), 225, dtype=np.uint8)
    for stroke in ([(16, 12), (12, 30), (26, 30)], [(22, 12), (22, 46)], [(38, 14), (54, 13), (44, 46)]):
        cv2.polylines(page, [np.array(stroke, dtype=np.int32)], isClosed=False, color=40, thickness=4)
    cv2.ellipse(page, (72, 30), (8, 16), 0, 0, 360, 40, 4)
    return page


def file_of(image: Image.Image | npt.NDArray[Any], kind: str, **options: Any) -> bytes:
    """Return a picture as a file's bytes."""
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


GREY = _page()
_COLOURS = np.stack([GREY, GREY // 2 + 40, 255 - GREY], axis=2)
_MORE = [Image.fromarray(_COLOURS), Image.fromarray(GREY[::-1].copy())]

WHOLE = {
    "jpeg": file_of(_COLOURS, "JPEG"),
    "progressive": file_of(GREY, "JPEG", progressive=True, exif=TURNED),
    "cmyk": file_of(Image.fromarray(_COLOURS).convert("CMYK"), "JPEG"),
    "png": file_of(GREY, "PNG"),
    "png16": file_of(GREY.astype(np.uint16) * 200, "PNG"),
    "palette": file_of(Image.fromarray(GREY).convert("P"), "PNG", transparency=3),
    "animated png": file_of(GREY, "PNG", save_all=True, append_images=_MORE),
    "webp": file_of(GREY, "WEBP"),
    "lossless": file_of(np.dstack([_COLOURS, GREY]), "WEBP", lossless=True),
    "gif": file_of(GREY, "GIF"),
    "animated gif": file_of(GREY, "GIF", save_all=True, append_images=_MORE),
    "bmp": file_of(GREY, "BMP"),
    "pgm": file_of(GREY, "PPM"),
    "tiff": file_of(GREY, "TIFF", save_all=True, append_images=_MORE),
    "lzw": file_of(_COLOURS, "TIFF", compression="tiff_lzw"),
    "fax": file_of(Image.fromarray(GREY > 99), "TIFF", compression="group4"),
    "float": file_of((GREY / 255).astype(np.float32), "TIFF"),
}
"""Valid files, by name."""


def claiming(name: str, width: int, height: int) -> bytes:
    """Return one of the whole files with another size in its header, which is otherwise right, to 65,535 a side."""
    content = bytearray(WHOLE[name])
    if content.startswith(b"\x89PNG"):
        struct.pack_into(">II", content, 16, width, height)
        struct.pack_into(">I", content, 29, zlib.crc32(content[12:29]))
    elif content.startswith(b"\xff\xd8"):
        frame = re.search(rb"\xff[\xc0-\xc2]\0.\x08", bytes(content), re.DOTALL)
        assert frame is not None
        struct.pack_into(">HH", content, frame.end(), height, width)
    elif content.startswith(b"GIF"):
        screen = content.index(b",\0\0\0\0")  # the first frame's descriptor
        struct.pack_into("<HH", content, 6, width, height)
        struct.pack_into("<HH", content, screen + 5, width, height)
    elif content.startswith(b"BM"):
        struct.pack_into("<ii", content, 18, width, height)
    elif content.startswith(b"P5"):
        content = bytearray(re.sub(rb"P5\s+\d+\s+\d+", f"P5 {width} {height}".encode(), bytes(content), count=1))
    elif content.startswith(b"II*"):
        _claim_in_tiff(content, width, height)
    elif content[12:16] == b"VP8 ":
        struct.pack_into("<HH", content, 26, width & 0x3FFF, height & 0x3FFF)
    elif content[12:16] == b"VP8L":
        bits = struct.unpack_from("<I", content, 21)[0] & ~0xFFFFFFF
        struct.pack_into("<I", content, 21, bits | (width - 1 & 0x3FFF) | (height - 1 & 0x3FFF) << 14)
    return bytes(content)


def _claim_in_tiff(content: bytearray, width: int, height: int) -> None:
    """Write a size into a TIFF's first directory, and that all rows are in one strip."""
    (directory,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, directory)
    for place in range(directory + 2, directory + 2 + 12 * entries, 12):
        (tag,) = struct.unpack_from("<H", content, place)
        value = {256: width, 257: height, 278: height}.get(tag)
        if value is not None:
            struct.pack_into("<HII", content, place + 2, 4, 1, value)


_SIDES = st.one_of(st.integers(1, 200), st.sampled_from([1, 2, 4096, 16_383, 30_000, 65_535]))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file with bytes changed, cut out, doubled or put in, in its first part more often, or of another size."""
    name = draw(st.sampled_from(sorted(WHOLE)))
    resized = draw(st.integers(0, 3)) == 0
    content = bytearray(claiming(name, draw(_SIDES), draw(_SIDES)) if resized else WHOLE[name])
    for _ in range(draw(st.integers(0 if resized else 1, 5))):
        reach = min(len(content), draw(st.sampled_from([32, 128, 100_000])))
        at = draw(st.integers(0, max(0, reach - 1)))
        length = draw(st.integers(1, 8))
        how = draw(st.sampled_from(["change", "flip", "cut", "put in", "end", "double"]))
        if how == "change":
            content[at : at + length] = draw(st.binary(min_size=length, max_size=length))
        elif how == "flip" and content:
            content[at] ^= 1 << draw(st.integers(0, 7))
        elif how == "cut":
            del content[at : at + length]
        elif how == "put in":
            content[at:at] = draw(st.binary(min_size=1, max_size=length))
        elif how == "double":
            content[at:at] = content[at : at + 40 * length]
        elif how == "end":
            del content[at + 8 :]
    return bytes(content)
