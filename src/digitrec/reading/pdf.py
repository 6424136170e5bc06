"""A page of a PDF as pixels, drawn in bounded time.

In: a page as pypdfium2 opened it. Out: an RGB image of Pillow. Whoever calls this sees to it that one thread at a time
uses PDFium. Knows nothing of files.
"""

import math
import time
from contextlib import closing
from importlib import import_module
from typing import Any

from PIL import Image

from digitrec.errors import PictureError

SECONDS = 5.0
"""Of the processor, to draw a page; one with handwriting takes a tenth of one."""

_FINEST = 300 / 72
"""Pixels to a point of a page: 300 to an inch, finer than which a small page is only larger."""

_WHITE = 0xFFFFFFFF


def drawn(page: Any, side: int, name: str) -> Image.Image:
    """Return a page with its longer side about `side` pixels, less where that were finer than 300 to an inch.

    Raises
    ------
    PictureError
        When it has no area, or takes too long to draw.
    """
    pdfium, raw = import_module("pypdfium2"), import_module("pypdfium2.raw")
    width, height = page.get_size()
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise PictureError(f"{name}: a page of {width}×{height} points; expected a page with an area")
    scale = min(side / max(width, height), _FINEST)
    size = math.ceil(width * scale), math.ceil(height * scale)
    with closing(pdfium.PdfBitmap.new_native(*size, raw.FPDFBitmap_BGR)) as bitmap:
        raw.FPDFBitmap_FillRect(bitmap.raw, 0, 0, *size, _WHITE)
        until = time.thread_time() + SECONDS
        # It is asked after every hundred things that it drew.
        asked = dict(raw.IFSDK_PAUSE._fields_)["NeedToPauseNow"](lambda _: time.thread_time() > until)
        pause = raw.IFSDK_PAUSE(version=1, NeedToPauseNow=asked)
        try:
            state = raw.FPDF_RenderPageBitmap_Start(bitmap.raw, page.raw, 0, 0, *size, 0, raw.FPDF_ANNOT, pause)
        finally:
            raw.FPDF_RenderPage_Close(page.raw)
        if state == raw.FPDF_RENDER_TOBECONTINUED:
            raise PictureError(
                f"{name}: a page that takes over {SECONDS:g} s to draw; expected handwriting: save it as a picture"
            )
        if state != raw.FPDF_RENDER_DONE:
            raise ValueError("a page that cannot be drawn")
        image: Image.Image = bitmap.to_pil()
        return image.convert("RGB")  # a copy: the bitmap's memory goes with it
