"""The whole of reading on damaged and hostile files: an answer or one clear line, in bounded time and memory."""

import base64
import json
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from damaged import GREY, WHOLE, claiming, damaged, file_of
from hypothesis import example, given, settings
from PIL import Image

import digitrec
from digitrec.errors import PictureError
from digitrec.reading.reading import Reading

SECONDS = 5.0
"""Of the processor: a bound, and no measure of speed."""

MEGABYTES = 600
"""The most that reading a picture of up to 12 megapixels takes, with Python, its libraries and the model."""

Answer = Reading | PictureError


def answer(content: bytes) -> Answer:
    """Return what is read, or the complaint; whatever else is raised is a failure, as is taking too long."""
    begun = time.process_time()
    try:
        found: Answer = digitrec.read(content)
    except PictureError as error:
        found = error
    assert time.process_time() - begun < SECONDS
    return found


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_every_whole_file_is_read(name: str) -> None:
    found = answer(WHOLE[name])
    assert isinstance(found, Reading)
    if name != "progressive":  # that one lies on its side
        assert found.text == "470"


@settings(max_examples=150, deadline=None)
@given(damaged())
@example(b"")
@example(claiming("bmp", 30_000, 2))
@example(claiming("gif", 65_535, 65_535))
@example(claiming("jpeg", 65_535, 2))
@example(claiming("cmyk", 4096, 4096))
@example(claiming("fax", 4096, 4096))
def test_a_damaged_file_is_read_or_refused_in_time(content: bytes) -> None:
    found = answer(content)
    if isinstance(found, Reading):
        assert set(found.text) <= set("0123456789?\n")
        json.dumps(found.to_json(), allow_nan=False)
    else:
        assert str(found).isprintable()


_PAGES = [Image.fromarray(np.roll(GREY, place, axis=1)) for place in range(100)]


def dots() -> npt.NDArray[np.uint8]:
    """Return a page of twenty thousand pale dots, and a number."""
    page = np.full((2048, 2048), 255, dtype=np.uint8)
    for down, right in np.ndindex(4, 4):
        page[down::14, right::14] = 200
    cv2.putText(page, "47", (700, 1100), cv2.FONT_HERSHEY_SIMPLEX, 14, 0, 40)
    return page


def letters() -> npt.NDArray[np.uint8]:
    """Return a page of letters and digits in groups, as no one writes them."""
    page, drawn = np.full((1400, 2048), 255, dtype=np.uint8), np.random.default_rng(0)
    for line in range(8):
        right = 12.0
        while right < 2000:
            for sign in drawn.choice(list("abcdefghknopqrsuvxyz0123456789"), drawn.integers(2, 6)):
                cv2.putText(page, str(sign), (int(right), 80 + 160 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1)
                right += 11
            right += 12
    return page


def hostile() -> dict[str, bytes]:
    """Return files that claim much, hold much, or are odd, none of more than 12 megapixels unless it is refused."""
    colours = Image.new("RGB", (4000, 3000), (200, 190, 180))
    thousands = Image.new("1", (8, 8), 1)
    specks = np.random.default_rng(0).integers(0, 2, (300, 400), dtype=np.uint8) * 255
    return {
        "bomb.png": claiming("png", 60_000, 60_000),
        "bomb.gif": claiming("animated gif", 65_535, 65_535),
        "bomb.tif": claiming("lzw", 60_000, 60_000),
        "bomb.jpg": claiming("progressive", 65_500, 65_500),
        "hollow.png": claiming("png", 4000, 3000),
        "hollow.jpg": claiming("progressive", 4000, 3000),
        "even.png": file_of(colours, "PNG", compress_level=1),
        "even.jpg": file_of(colours, "JPEG", progressive=True, subsampling=0),
        "cmyk.jpg": file_of(colours.convert("CMYK"), "JPEG"),
        "cmyk.tif": file_of(colours.convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "float.tif": file_of(colours.convert("F"), "TIFF", compression="tiff_lzw"),
        "deep.png": file_of(np.full((3000, 4000), 40_000, dtype=np.uint16), "PNG", compress_level=1),
        "clear.png": file_of(colours.convert("RGBA"), "PNG", compress_level=1),
        "wide.png": file_of(np.tile(GREY[20:22], (1, 334))[:, :30_000], "PNG"),
        "high.png": file_of(np.tile(GREY[:, 20:22], (500, 1)), "PNG"),
        "specks.png": file_of(np.kron(specks, np.ones((5, 5), dtype=np.uint8)), "PNG"),
        "dots.png": file_of(dots(), "PNG"),
        "letters.png": file_of(letters(), "PNG"),
        "salt.png": file_of(255 - 255 * (np.random.default_rng(0).random((2048, 2048)) < 0.02).astype(np.uint8), "PNG"),
        "pages.tif": file_of(thousands, "TIFF", save_all=True, append_images=[thousands] * 1000),
        "frames.gif": file_of(_PAGES[0], "GIF", save_all=True, append_images=_PAGES[1:]),
    }


_READ_ALL = """
import json, re, sys, time
from pathlib import Path
import digitrec
from digitrec.errors import PictureError

digitrec.read(Path(sys.argv[1]))
for path in sys.argv[2:]:
    begun = time.process_time()
    try:
        digitrec.read(path)
        complaint = ""
    except PictureError as error:
        complaint = str(error)
    most = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    print(json.dumps([Path(path).name, complaint, time.process_time() - begun, most]), flush=True)
"""


# Linux alone tells a process's own peak: what getrusage says starts with the peak of whoever started the process.
@pytest.mark.skipif(sys.platform != "linux", reason="a process's own peak of memory is told by Linux alone")
def test_hostile_files_take_bounded_time_and_memory(tmp_path: Path) -> None:
    paths = []
    for name, content in {"first.png": WHOLE["png"], **hostile()}.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", _READ_ALL, *map(str, paths)], capture_output=True, text=True, timeout=120, check=False
    )

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, *_ in rows] == [path.name for path in paths[1:]], done.stderr
    refused = {name for name, complaint, *_ in rows if complaint}
    assert refused == {"bomb.png", "bomb.gif", "bomb.tif", "bomb.jpg", "hollow.png"}
    assert all("expected" in complaint for _, complaint, *_ in rows if complaint)
    assert max(seconds for *_, seconds, _ in rows) < SECONDS, rows
    assert max(most for *_, most in rows) < MEGABYTES, rows


WEDGE = (
    "SUkqAHQAAAAmoHhlf//yC45MfTTIKJ6aZBE5B8/TCD/VPS3T/Zma/x0fT/WEH0ulv/p/1W/6p//9LX/9b/qn//0Ia/3X9/7S/tV+"
    "Q0Z/6///02l//r/1a//6tpfT1/DC+rFf/01tO1tMIMLER///4AIAIAAJAAABBAABAAAAoA8AAAEBBAABAAAAWgAAAAIBAwABAAAA"
    "AQAAAAMBAwABAAAABAAAAAYBAwABAAAAAQAAABEBBAABAAAACAAAABYBBAABAAAAWgAAABcBBAABAAAAawAAABwBAwABAAAAAQAA"
    "AAAAAAA="
)
"""A damaged TIFF that fuzzing found: an outline in it has four corners, two of which are one."""


def test_an_outline_of_which_two_corners_are_one_is_no_box() -> None:
    assert digitrec.read(base64.b64decode(WEDGE)).warnings
