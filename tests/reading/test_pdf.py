"""Pages of a PDF: drawn as they are, not endlessly, and by one thread at a time."""

import time
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading import formats, pdf
from digitrec.reading.picture import load_pages, load_picture

pytest.importorskip("pypdfium2")


def pdf_of(drawing: bytes, box: str = "0 0 500 250") -> bytes:
    """Return a PDF of one page, in points, with this drawn on it."""
    packed = zlib.compress(drawing)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources<<>>>>".encode(),
        f"<</Length {len(packed)}/Filter/FlateDecode>>stream\n".encode() + packed + b"\nendstream",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(places)
    return content + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(content)


def test_what_is_drawn_is_where_it_is_on_white_and_no_finer_than_is_of_use() -> None:
    found = load_picture(pdf_of(b"1 0 0 rg 250 125 250 125 re f"))

    assert found.pixels.shape == (1024, 2048, 3)
    assert (found.pixels[:510, 1026:] == [255, 0, 0]).all()
    assert (found.pixels[514:] == 255).all()
    assert (found.pixels[:, :1022] == 255).all()
    assert load_picture(pdf_of(b"", "0 0 72 36")).pixels.shape == (150, 300)


def test_a_page_that_takes_long_to_draw_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.5)
    content = pdf_of(b"1 1 m 400 400 l S\n" * 300_000)
    begun = time.process_time()
    with pytest.raises(PictureError, match=r"bytes: a page that takes over 0.5 s to draw; expected handwriting"):
        load_picture(content)

    assert time.process_time() - begun < 5
    assert load_picture(pdf_of(b"1 1 m 400 400 l S\n")).pixels.shape == (1024, 2048)


class Alone:
    """A document, or a page of it, that notes what is asked of it while others might ask too."""

    def __init__(self, asked: list[str]) -> None:
        """Begin."""
        self.asked = asked

    def note(self, what: str) -> None:
        """Note it, and whether it was asked for by one thread alone."""
        guarded = formats._PDFIUM.locked()  # noqa: SLF001 - what keeps others out shows nowhere else
        self.asked.append(what if guarded else f"{what}, unguarded")

    def __len__(self) -> int:
        """Return how many pages there are."""
        self.note("count")
        return 2

    def __getitem__(self, number: int) -> "Alone":
        """Return a page."""
        self.note(f"page {number}")
        return self

    def close(self) -> None:
        """End."""
        self.note("close")


def test_whatever_is_asked_of_a_document_is_asked_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    white = Image.fromarray(np.full((9, 9), 255, np.uint8))

    def opens(*_: Any, **__: Any) -> Callable[[bytes], Alone]:
        return lambda _: Alone(asked)

    monkeypatch.setattr(formats, "_imported", opens)
    monkeypatch.setattr(formats, "drawn", lambda *_: white)

    assert len(list(load_pages(b"%PDF-1.7\n"))) == 2
    assert asked == ["count", "page 0", "close", "page 1", "close", "close"]
