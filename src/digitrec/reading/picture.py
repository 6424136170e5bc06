"""Any picture as upright pixels: the first step of reading.

In: a path, bytes, an open file, "-" for standard input, a Pillow image or a NumPy array. Out: a
`Picture`, uint8, grey or RGB, at most `WORKING_SIDE` a side. Says what is wrong with a source that
is no picture; knows nothing of ink, and takes nothing from the network.
"""

import operator
import os
import stat
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

from digitrec.errors import PictureError
from digitrec.reading.formats import HEAD, Page, decoding, kind_of, pages, require_room, require_size
from digitrec.reading.pixels import ORIENTATION, image_of, one_picture, orientation, upright

LARGEST_FILE = 200 * 10**6
"""A file of more bytes is refused."""

_AT_ONCE = 2**20
_LONGEST_SHOWN = 250
_UNTOLD = {"JPEG", "MPO", "PPM"}  # whose size does not tell how long they are decoded
_SIDEWAYS = 5
"""From this EXIF orientation on, width and height change places."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as it is read.

    Attributes
    ----------
    pixels
        uint8[h,w] grey or uint8[h,w,3] RGB, upright, the longer side at most `WORKING_SIDE`.
    source
        What it came from: a file's name, "standard input", "bytes", "array", "image".
    page
        Its number in the file, from 0.
    width, height
        Of the upright picture before it was reduced: boxes are given in these pixels.
    more
        Whether it is the first of several pages, of which this one alone was asked for.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    source: str
    page: int
    width: int
    height: int
    more: bool = False

    @property
    def scale(self) -> float:
        """How many pixels of the picture, along a side, one of `pixels` stands for; 1 where it was not reduced."""
        # By the longer side: the shorter one is rounded to whole pixels, which may be few.
        return max(self.width, self.height) / int(max(self.pixels.shape[:2]))


Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | Picture
"""What a picture is loaded from; a NumPy array, or what NumPy makes one of, is the one other."""


def load_picture(source: Source | npt.NDArray[Any], *, page: int = 0) -> Picture:
    """Return a picture from wherever it is.

    >>> load_picture("photo.jpg").pixels.shape
    (1536, 2048, 3)

    Parameters
    ----------
    source
        A path; "-" for standard input; a file's bytes; a file open for reading bytes; a Pillow image, of
        which the current frame counts; an array [h,w] or [h,w,1..4] of bool, integers or floats; or a
        Picture, which is returned as it is. What a file holds is told by its content: JPEG, PNG, WebP,
        TIFF, BMP, GIF, PNM, and, with the extra `photos`, HEIC and PDF.
    page
        Which page of a TIFF or PDF, from 0. An animation is read by its first frame.

    Raises
    ------
    PictureError
        When there is nothing, or no picture, or a damaged or too large one, or no such page.
    MissingExtraError
        When it is a HEIC or PDF and the extra `photos` is not installed.
    """
    if isinstance(source, Picture):
        return source
    try:
        first = operator.index(page)
    except TypeError:
        first = -1
    if first < 0:
        raise PictureError(f"page {page!r}; expected a whole number from 0")
    with closing(_loaded(source, first)) as found:
        return next(found)


def load_pages(source: Source | npt.NDArray[Any]) -> Iterator[Picture]:
    """Yield the pages of a TIFF or PDF one after the other, the one picture of any other source.

    Sources and errors are those of `load_picture`; an error of a later page comes after the pages
    before it.
    """
    if isinstance(source, Picture):
        yield source
    else:
        for picture in _loaded(source, 0):
            yield replace(picture, more=False)


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as it can stand in a message of one line."""
    text = os.fspath(path)
    text = text if text.isprintable() and text else ascii(text)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:60]}…{text[-60:]}"


def _loaded(source: Source | npt.NDArray[Any], first: int) -> Generator[Picture]:
    """Yield the pictures of a source from page `first`."""
    if isinstance(source, Image.Image):
        yield _of_image(source, "image", first)
    elif isinstance(source, bytes | bytearray | memoryview):
        yield from _of_file(bytes(source), "bytes", first)
    elif isinstance(source, str | os.PathLike):
        path = os.fsdecode(source)
        source_name = "standard input" if path == "-" else path
        yield from _of_file(_standard_input() if path == "-" else _content(path), source_name, first)
    elif hasattr(source, "read"):
        name = getattr(source, "name", None)
        name = name if isinstance(name, str) and name else "open file"
        yield from _of_file(_read(source, name), name, first)
    elif hasattr(source, "__array__"):
        yield _of_array(source, first)
    else:
        raise PictureError(
            f"a {type(source).__name__}; expected a path, bytes, an open file, a Pillow image or a NumPy array"
        )


def _of_file(content: bytes, source: str, first: int) -> Iterator[Picture]:
    name = shown(source)
    if len(content) > LARGEST_FILE:
        raise PictureError(_too_large(name, len(content)))
    for page in pages(content, name, first):
        yield _picture(page, source, name)


def _of_image(image: Image.Image, source: str, first: int) -> Picture:
    if first:
        raise PictureError(f"page {first} of an {source}; expected page 0: seek to the page first")
    require_size(*image.size, source)
    content = _undecoded(image, source)
    for page in pages(content, source) if content else ():
        # A draft, which is smaller or grey, is what the caller wants.
        if page.size == image.size and (page.image.mode == image.mode or image.format == "PPM"):
            if orientation(page.image) != (turn := orientation(image)):
                page.image.getexif()[ORIENTATION] = turn
            return _picture(page, source, source)
    with decoding(source, f"{image.mode} image"):
        if isinstance(image, ImageFile.ImageFile) and image.tile:  # those are what is not decoded yet
            require_room(image, source)
        size = image.size
        image.load()
    return _picture(Page(image, 0, size), source, source)


def _undecoded(image: Image.Image, source: str) -> bytes:
    """Return the bytes of a JPEG or PNM that Pillow has opened and not decoded yet, of any other image none."""
    if not isinstance(image, ImageFile.ImageFile) or not image.tile or image.fp is None:
        return b""
    with decoding(source, f"{image.mode} image"):
        place = image.fp.tell()
        try:
            image.fp.seek(image.tile[0].offset if image.format == "MPO" else 0)  # of its frames the current one
            head = image.fp.read(HEAD)
            content = head + _read(image.fp, source) if image.format in _UNTOLD and kind_of(head) else b""
        finally:
            image.fp.seek(place)
    if len(content) > LARGEST_FILE:
        raise PictureError(_too_large(source, len(content)))
    return content


def _of_array(source: Any, first: int) -> Picture:
    try:
        array = np.asarray(source)
    except Exception as error:  # noqa: BLE001 - other libraries' arrays raise what they like
        reason = " ".join(str(error).split())[:150]
        raise PictureError(f"a {type(source).__name__} that is no NumPy array ({reason}); make it one first") from None
    array = one_picture(array, "array")
    require_size(array.shape[1], array.shape[0], "array")
    return _of_image(image_of(array, "array"), "array", first)


def _picture(page: Page, source: str, name: str) -> Picture:
    with decoding(name, f"{page.image.mode} image"):
        pixels = upright(page.image, name)
        width, height = page.size
        if orientation(page.image) >= _SIDEWAYS:
            width, height = height, width
    return Picture(pixels=pixels, source=source, page=page.number, width=width, height=height, more=page.more)


def _content(path: str) -> bytes:
    """Return what is in an ordinary file; anything that could wait, or never end, is not opened."""
    name, file_path = shown(path), Path(path)
    try:
        status = file_path.stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()  # says so where it may not be looked into
            raise PictureError(f"{name}: a folder; expected a picture: name the files in it")
        if not stat.S_ISREG(status.st_mode):
            raise PictureError(f"{name}: a pipe or a device; expected a file: use - for standard input")
        if status.st_size > LARGEST_FILE:
            raise PictureError(_too_large(name, status.st_size))
        with file_path.open("rb") as file:
            return _read(file, path)
    except OSError as error:
        raise PictureError(f"{name}: {error.strerror or error}; expected a picture that can be read") from None
    except ValueError as error:  # a path with a zero byte in it
        raise PictureError(f"{name}: {error}; expected the path of a picture") from None


def _standard_input() -> bytes:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None or sys.stdin.isatty():
        raise PictureError("standard input: nothing is piped in; expected a picture: digitrec read - < photo.jpg")
    return _read(stream, "standard input")


def _read(file: Any, name: str) -> bytes:
    """Return what is left to read in an open file, one byte more than is allowed at most."""
    name = shown(name)
    parts: list[bytes] = []
    left = LARGEST_FILE + 1
    try:
        while left > 0 and (part := file.read(min(_AT_ONCE, left))):
            if isinstance(part, str):
                raise PictureError(f"{name}: opened as text; expected a file opened with 'rb'")
            parts.append(part)
            left -= len(part)
    except OSError as error:
        raise PictureError(f"{name}: {error.strerror or error}; expected a file that can be read") from None
    except ValueError as error:  # a closed file; text that is no text
        raise PictureError(f"{name}: {error}; expected a file open for reading, with 'rb'") from None
    return b"".join(parts)


def _too_large(name: str, size: int) -> str:
    return f"{name}: {size:,} bytes or more; expected at most {LARGEST_FILE:,}: make the picture smaller"
