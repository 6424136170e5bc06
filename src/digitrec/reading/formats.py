"""Kinds of picture files: told apart by their first bytes, decoded a page at a time.

In: a file's bytes and a name for messages. Out: Pillow images, loaded, in whatever mode
the file has. The first bytes choose the decoder, so no other sees the file; what a header
claims is limited before anything is decoded, how long a PDF is drawn too, and a big JPEG is
made smaller while it is decoded. Knows nothing of paths, orientation or ink.
"""

import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from io import BytesIO
from itertools import count as counted
from typing import Any, NamedTuple

from PIL import Image

from digitrec.errors import DigitrecError, MissingExtraError, PictureError
from digitrec.reading import pnm
from digitrec.reading.pdf import drawn

WORKING_SIDE = 2048
"""A picture's longer side is at most this when it is read: a stroke on a page of A4 is then 4 to 8 pixels wide."""

NEAR = 0.7
"""A picture may be reduced to this much of `WORKING_SIDE` where that is the quicker."""

LARGEST_PIXELS = 200_000_000
"""A picture that claims more pixels is refused: as many as the largest telephone's camera gives."""

LARGEST_DECODED = 400_000_000
"""A picture that takes more bytes once decoded is refused: a small file can claim them, and they take seconds."""

LONGEST_SIDE = 100_000
"""A picture that claims a longer side is refused."""

HEAD = 1024
"""Bytes from which a kind is told."""

_MOST_SCANS = 20
"""A progressive JPEG's passes over `LARGEST_PIXELS`; as many more as it is smaller. A bomb has thousands."""

_CUT_SHORT = ("truncated", "requires a buffer", "unexpected end", "not enough")
"""What decoders say where a file ends too early."""

_MAGIC = {
    "JPEG": rb"\xff\xd8\xff",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "WebP": rb"RIFF....WEBP",
    "TIFF": rb"II[*+]\0|MM\0[*+]",
    "GIF": rb"GIF8[79]a",
    "BMP": rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0",
    "PNM": rb"P[1-6]\s+[\d#]",
    "HEIC": rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)",
    "PDF": rb"\s*%PDF-",
}

_KINDS = {kind: re.compile(magic, re.DOTALL) for kind, magic in _MAGIC.items()}

_DECODERS = {
    "JPEG": ("PIL.JpegImagePlugin", "jpeg_factory"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "WebP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "HEIC": ("pillow_heif", "HeifImageFile"),
}
# Not Image.open, whose own limit on pixels can only be moved for the whole process.

_PDFIUM = threading.Lock()
"""PDFium may be used by one thread at a time."""


class Page(NamedTuple):
    """One page as it was decoded: its number, from 0, its size before decoding made it smaller, if more follow it."""

    image: Image.Image
    number: int
    size: tuple[int, int]
    more: bool = False


def kind_of(head: bytes) -> str | None:
    """Return the kind of picture that begins with these bytes (`HEAD` of them are enough), None for no known one."""
    return next((kind for kind, magic in _KINDS.items() if magic.match(head)), None)


def pages(content: bytes, name: str, first: int = 0) -> Iterator[Page]:
    """Yield the pages of a TIFF or PDF from number `first`; the first frame alone of any other kind.

    Raises
    ------
    PictureError
        When it is none of the known kinds, damaged, too large, or has no page `first`.
    MissingExtraError
        When its kind needs what the extra `photos` would bring.
    """
    kind = kind_of(content[:HEAD])
    if kind is None:
        raise PictureError(f"{name}: {_described(content)}; expected a picture: {', '.join(_MAGIC)}")
    if kind in {"PDF", "PNM"}:
        found = (_pdf_pages if kind == "PDF" else _pnm_pages)(content, name, first)
    else:
        found = _pages(content, name, kind, first)
    number = -1
    for page in found:
        number = page.number
        yield page
    if number < 0:
        raise PictureError(f"{name}: has no page {first}; pages count from 0: ask for a lower one")


def require_size(width: int, height: int, name: str) -> None:
    """Refuse a picture with no pixels, or with so many that they fill the memory."""
    if width < 1 or height < 1:
        raise PictureError(f"{name}: {width}×{height} pixels; expected at least 1×1")
    if width * height > LARGEST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise PictureError(
            f"{name}: {width:,}×{height:,} pixels; "
            f"expected at most {LARGEST_PIXELS:,} in all and {LONGEST_SIDE:,} a side: make it smaller"
        )


@contextmanager
def decoding(name: str, kind: str) -> Iterator[None]:
    """Turn whatever goes wrong in a decoder into a PictureError, and keep its warnings to itself."""
    try:
        # Where threads overlap here, a filter may be left behind: it silences these three packages, and nothing else.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"(PIL|pillow_heif|pypdfium2)\b")
            yield
    except DigitrecError:
        raise
    except (MemoryError, Image.DecompressionBombError):
        raise PictureError(f"{name}: does not fit in memory; make the picture smaller") from None
    except Exception as error:  # noqa: BLE001 - decoders of damaged files raise anything
        reason = " ".join(str(error).split())[:150]
        short = isinstance(error, EOFError) or any(each in reason.lower() for each in _CUT_SHORT)
        if error.__cause__ is not None or not isinstance(error, OSError | SyntaxError | ValueError) or not reason:
            reason = "its numbers make no sense"  # what an IndexError says is of no use to the reader
        state = "cut short" if short else "damaged, or of a sort that is not read"
        raise PictureError(
            f"{name}: {kind}, {state} ({reason}); expected a whole file: copy or save it again"
        ) from None


def _pages(content: bytes, name: str, kind: str, first: int) -> Iterator[Page]:
    decoder = _imported(*_DECODERS[kind], name=name, kind=kind)
    with decoding(name, kind):
        image: Image.Image = decoder(BytesIO(content))
    with closing(image):
        for number in range(first, first + 1) if kind != "TIFF" else counted(first):
            with decoding(name, kind):
                if number:
                    try:
                        if kind != "TIFF":
                            return
                        image.seek(number)
                    except EOFError:
                        return
                size = image.size
                require_size(*size, name)
                if kind == "JPEG":
                    _require_few_scans(content, size, name)
                    _draft(image)
                require_room(image, name)
                image.load()
            # Pillow knows it of the first page alone, unless it looks through them all.
            yield Page(image, number, size, kind == "TIFF" and number == 0 and getattr(image, "is_animated", False))


def _draft(image: Image.Image) -> None:
    """Let a JPEG be decoded at 1/2, 1/4 or 1/8 of its size where that is close to `WORKING_SIDE`, or more."""
    width, height = image.size
    scale = next((s for s in (8, 4, 2) if max(width, height) >= s * NEAR * WORKING_SIDE), 1)
    if scale > 1:
        image.draft(None, (max(1, width // scale), max(1, height // scale)))


def require_room(image: Image.Image, name: str) -> None:
    """Refuse what Pillow would take too much memory for: a byte or two a pixel in these modes, four in all others."""
    needed = image.width * image.height * {"1": 1, "L": 1, "I;16": 2}.get(image.mode, 4)
    if needed > LARGEST_DECODED:
        raise PictureError(
            f"{name}: {image.width:,}×{image.height:,} pixels take {needed:,} bytes; "
            f"expected at most {LARGEST_DECODED:,}: make it smaller, or grey, or a JPEG"
        )


def _require_few_scans(content: bytes, size: tuple[int, int], name: str) -> None:
    scans = content.count(b"\xff\xda")
    if scans * size[0] * size[1] > _MOST_SCANS * LARGEST_PIXELS:
        raise PictureError(f"{name}: a JPEG of {scans:,} scans, which would take minutes to decode; save it anew")


def _pnm_pages(content: bytes, name: str, first: int) -> Iterator[Page]:
    with decoding(name, "PNM"):
        head = pnm.head_of(content)
        require_size(head.width, head.height, name)
        image = pnm.decoded(content, head, name)
    if not first:
        yield Page(image, 0, image.size)


def _pdf_pages(content: bytes, name: str, first: int) -> Iterator[Page]:
    pdfium = _imported("pypdfium2", "PdfDocument", name=name, kind="PDF")
    with _PDFIUM, decoding(name, "PDF"):
        document = pdfium(content)
    try:
        with _PDFIUM, decoding(name, "PDF"):
            count = len(document)
        for number in range(first, count):
            with _PDFIUM, decoding(name, "PDF"), closing(document[number]) as page:
                image = drawn(page, WORKING_SIDE, name)
            yield Page(image, number, image.size, more=number == 0 and count > 1)
    finally:
        with _PDFIUM:
            document.close()


def _imported(module: str, attribute: str, *, name: str, kind: str) -> Callable[..., Any]:
    try:
        found: Callable[..., Any] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name != module or module.startswith("PIL"):
            raise
        raise MissingExtraError(
            f"{name}: {kind} needs {module.replace('_', '-')}, which is not installed: pip install 'digitrec[photos]'"
        ) from None
    return found


def _described(content: bytes) -> str:
    """Return in words what bytes of no known kind are."""
    if not content:
        return "empty"
    start = content[:24].decode("utf-8", errors="ignore").strip()
    if start and all(letter.isprintable() or letter.isspace() for letter in start):
        return f"text that begins with {start!r}"
    return f"bytes that begin with {content[:8].hex(' ')}"
