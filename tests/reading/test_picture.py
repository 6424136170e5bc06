"""Any picture in: files of every kind, images and arrays come out as known pixels, and all else as one clear line."""

import importlib.util
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from damaged import TURNED, damaged, file_of
from hardships import forbidden
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin, TiffImagePlugin

from digitrec.errors import DigitrecError, MissingExtraError, PictureError
from digitrec.reading import formats, picture
from digitrec.reading.formats import LONGEST_SIDE, WORKING_SIDE
from digitrec.reading.picture import LARGEST_FILE, Picture, load_pages, load_picture

# A stroke that is the same in no other orientation, dark on light.
GREY = np.full((24, 40), 230, dtype=np.uint8)
GREY[4:8, 6:30] = 20
GREY[8:20, 6:10] = 60
COLOURS = np.stack([GREY, GREY // 2 + 40, 255 - GREY], axis=2)


def complaint(call: Callable[[], object], expected: type[DigitrecError] = PictureError) -> str:
    """Return the message of the error that `call` must raise: one line, not too long a one."""
    with pytest.raises(expected) as caught:
        call()
    message = str(caught.value)
    assert message.isprintable()
    assert 0 < len(message) < 400
    return message


def difference(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> int:
    """Return how far two arrays of the same shape are apart at most."""
    assert one.shape == other.shape
    assert one.dtype == other.dtype == np.uint8
    return int(np.abs(one.astype(int) - other).max())


# ---- kinds and modes of files


@pytest.mark.parametrize(
    ("kind", "options", "apart"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("TIFF", {"compression": "jpeg"}, 30),
        ("GIF", {}, 0),
        ("PPM", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("JPEG", {"quality": 95, "subsampling": 0}, 20),
        ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}, 20),
    ],
)
def test_files_of_every_kind_give_their_pixels(tmp_path: Path, kind: str, options: dict[str, Any], apart: int) -> None:
    for pixels in (GREY, COLOURS):
        path = tmp_path / "picture.txt"  # the content tells the kind, not the name
        path.write_bytes(file_of(pixels, kind, **options))
        found = load_picture(path)

        assert found.pixels.shape[:2] == (24, 40)
        as_colours = found.pixels if pixels.ndim == found.pixels.ndim else np.dstack([found.pixels] * 3)
        assert difference(as_colours, pixels) <= apart
        assert (found.source, found.page, found.width, found.height, found.scale) == (str(path), 0, 40, 24, 1)
        if kind != "JPEG":
            assert found.pixels.ndim == pixels.ndim


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("1", "PNG", np.where(GREY > 127, 255, 0).astype(np.uint8)),
        ("1", "TIFF", np.where(GREY > 127, 255, 0).astype(np.uint8)),
        ("1", "PPM", np.where(GREY > 127, 255, 0).astype(np.uint8)),
        ("P", "PNG", GREY),
        ("P", "GIF", GREY),
        ("P", "BMP", GREY),
        ("LA", "PNG", GREY),
        ("RGBA", "PNG", GREY),
        ("RGBA", "WEBP", GREY),
        ("CMYK", "TIFF", GREY),
        ("LAB", "TIFF", GREY),
        ("YCbCr", "TIFF", GREY),
        ("F", "TIFF", GREY),
    ],
)
def test_every_mode_is_converted_right(mode: str, kind: str, expected: npt.NDArray[np.uint8]) -> None:
    image = Image.fromarray(GREY)
    if mode == "LAB":
        image = Image.merge("LAB", [image, Image.new("L", image.size, 128), Image.new("L", image.size, 128)])
        expected = load_picture(file_of(image, kind)).pixels
        assert abs(int(expected.min()) - 20) < 15  # L* is not quite grey, and darker where it is dark
    elif mode == "1":
        image = image.point(lambda value: 255 * (value > 127)).convert("1", dither=Image.Dither.NONE)
    elif mode == "P":
        image = image.convert("RGB").quantize(8)
    elif mode in {"YCbCr", "CMYK"}:
        image = image.convert("RGB").convert(mode)
    else:
        image = image.convert(mode)
    options = {"lossless": True} if kind == "WEBP" else {}
    found = load_picture(file_of(image, kind, **options)).pixels
    assert difference(found if found.ndim == 2 else found[..., 0], expected) <= 1


def test_a_cmyk_jpeg_is_not_inverted() -> None:
    found = load_picture(file_of(Image.fromarray(COLOURS).convert("CMYK"), "JPEG", quality=95)).pixels
    assert difference(found, COLOURS) < 60  # chroma is subsampled
    assert np.abs(found.astype(int) - COLOURS).mean() < 6


def test_grey_in_a_file_of_colours_is_grey_and_one_coloured_pixel_is_not_lost() -> None:
    as_colours = np.dstack([GREY] * 3)
    assert load_picture(file_of(as_colours, "PNG")).pixels.shape == (24, 40)
    as_colours[1, 1] = (9, 200, 9)
    assert load_picture(file_of(as_colours, "PNG")).pixels.shape == (24, 40, 3)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_sixteen_bits_keep_their_brightness(kind: str) -> None:
    full = GREY.astype(np.uint16) * 257
    assert difference(load_picture(file_of(full, kind)).pixels, GREY) <= 1


def test_twelve_bits_in_a_file_of_sixteen_are_as_bright_as_they_were() -> None:
    twelve = (GREY.astype(np.uint32) * 4095 // 255).astype(np.uint16)
    assert difference(load_picture(file_of(twelve, "PNG")).pixels, GREY) <= 1
    assert load_picture(file_of(np.full((5, 5), 3, dtype=np.uint16), "PNG")).pixels.max() == 3  # black stays black


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_all_eight_orientations_are_set_upright(kind: str, turn: int) -> None:
    undo: list[Callable[[npt.NDArray[Any]], npt.NDArray[Any]]] = [
        lambda a: a,
        lambda a: a[:, ::-1],
        lambda a: a[::-1, ::-1],
        lambda a: a[::-1],
        lambda a: a.transpose(1, 0),
        lambda a: np.rot90(a, 1),
        lambda a: a[::-1, ::-1].transpose(1, 0),
        lambda a: np.rot90(a, -1),
    ]
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = np.ascontiguousarray(undo[turn - 1](GREY))
    options = {"lossless": True} if kind == "WEBP" else {}
    found = load_picture(file_of(stored, kind, exif=exif, **options))

    grey = found.pixels if found.pixels.ndim == 2 else found.pixels[..., 0]
    assert difference(grey, GREY) < (25 if kind == "JPEG" else 1)
    assert (found.width, found.height) == (40, 24)


def test_damaged_exif_does_no_harm() -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\x00\x12\x01\x03\0\x01"
    found = load_picture(file_of(GREY, "JPEG", exif=exif))
    assert found.pixels.shape == (24, 40)


# ---- transparency


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (70, 255), (255, 0), (180, 0)])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_ink_on_nothing_gets_a_ground_that_contrasts(mode: str, ink: int, ground: int) -> None:
    shape = (255 - GREY) // 2 + 100
    shape[GREY > 200] = 0
    image = Image.new("L", (40, 24), ink).convert(mode)
    image.putalpha(Image.fromarray(shape))
    found = load_picture(file_of(image, "PNG")).pixels

    assert found.shape == (24, 40)
    assert found[0, 0] == ground
    assert abs(int(found[5, 10]) - ink) < abs(int(found[5, 10]) - ground)


def test_colours_behind_full_transparency_do_not_show() -> None:
    hidden = Image.fromarray(np.dstack([COLOURS, np.zeros_like(GREY)]))
    assert len(np.unique(load_picture(file_of(hidden, "PNG")).pixels)) == 1


def test_an_alpha_that_is_the_same_everywhere_is_dropped() -> None:
    faint = Image.fromarray(np.dstack([COLOURS, np.full_like(GREY, 9)]))
    assert difference(load_picture(file_of(faint, "PNG")).pixels, COLOURS) == 0


def test_paper_cut_out_with_its_writing_goes_on_as_paper() -> None:
    alpha = np.zeros_like(GREY)
    alpha[2:22, 2:38] = 255
    found = load_picture(file_of(Image.fromarray(np.dstack([GREY, alpha])), "PNG")).pixels
    assert found[0, 0] == 230
    assert difference(found, GREY) == 0


@pytest.mark.parametrize("transparency", [1, bytes([255, 0])])
def test_a_transparent_colour_of_a_palette_gets_a_ground(transparency: int | bytes) -> None:
    image = Image.fromarray((GREY > 200).astype(np.uint8))
    image.putpalette([0, 0, 0, 3, 3, 3])  # black ink, and black where nothing is
    found = load_picture(file_of(image, "PNG", transparency=transparency)).pixels
    assert difference(found, np.where(GREY > 200, 255, 0).astype(np.uint8)) == 0


# ---- size


def test_a_large_photo_is_reduced_and_knows_its_size() -> None:
    photo = np.full((1200, 4000), 220, dtype=np.uint8)
    photo[400:800, 2000:2400] = 10
    for kind in ("JPEG", "PNG"):
        found = load_picture(file_of(photo, kind))
        assert found.pixels.shape == (600, 2000)
        assert (found.width, found.height, found.scale) == (4000, 1200, 2)
        assert found.pixels[210:390, 1010:1190].max() < 30
        assert found.pixels[:, :990].min() > 200


@pytest.mark.parametrize("side", [2048, 2049, 2500, 3000, 4095, 4100, 5000, 6500, 9000, 20000])
def test_a_side_is_never_longer_than_the_working_one_nor_much_shorter(side: int) -> None:
    found = load_picture(np.full((side, 3), 9, dtype=np.uint8))
    assert 0.69 * WORKING_SIDE < len(found.pixels) <= WORKING_SIDE
    assert (found.width, found.height) == (3, side)
    assert (found.pixels == 9).all()


def test_the_smallest_and_the_thinnest_are_fine() -> None:
    assert load_picture(file_of(GREY[:1, :1], "PNG")).pixels.shape == (1, 1)
    thin = load_picture(file_of(np.full((2, 30000), 77, dtype=np.uint8), "PNG"))
    assert (thin.pixels == 77).all()
    assert (thin.width, thin.height) == (30000, 2)


# ---- pages


def test_all_pages_of_a_tiff(tmp_path: Path) -> None:
    sides = [(20, 10), (30, 15), (8, 9)]
    first, *others = (Image.new("L", side, 50 * number) for number, side in enumerate(sides))
    path = tmp_path / "fax.tif"
    first.save(path, save_all=True, append_images=[*others, Image.new("1", (7, 5), 1)])
    found = list(load_pages(path))

    assert [(each.width, each.height) for each in found] == [*sides, (7, 5)]
    assert [int(each.pixels[0, 0]) for each in found] == [0, 50, 100, 255]
    assert [each.page for each in found] == [0, 1, 2, 3]
    assert load_picture(path, page=2).pixels.shape == (9, 8)
    assert "page 4" in complaint(lambda: load_picture(path, page=4))
    assert "page -1" in complaint(lambda: load_picture(path, page=-1))


def test_the_first_of_several_pages_says_so_where_it_alone_is_loaded() -> None:
    pages = [Image.fromarray(GREY) for _ in range(3)]
    several = file_of(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    assert load_picture(several).more
    assert not load_picture(several, page=1).more
    assert not any(each.more for each in load_pages(several))
    for kind in ("TIFF", "PNG"):
        assert not load_picture(file_of(GREY, kind)).more
    assert not load_picture(file_of(pages[0], "GIF", save_all=True, append_images=pages[1:])).more
    assert not load_picture(GREY).more


def test_pages_that_lie_in_a_circle_end() -> None:
    content = bytearray(file_of(GREY, "TIFF"))
    (directory,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, directory)
    struct.pack_into("<I", content, directory + 2 + 12 * entries, directory)
    assert len(list(load_pages(bytes(content)))) == 1
    assert not load_picture(bytes(content)).more


def test_each_page_has_an_orientation_of_its_own() -> None:
    buffer = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(buffer, new=True) as writer:
        for turn in (1, 6, 3):
            exif = Image.Exif()
            exif[0x0112] = turn
            Image.fromarray(GREY).save(writer, "TIFF", exif=exif)
            writer.newFrame()
        content = buffer.getvalue()
    straight, left, over = load_pages(content)
    assert difference(straight.pixels, GREY) == 0
    assert difference(left.pixels, np.rot90(GREY, -1)) == 0
    assert (left.width, left.height) == (24, 40)
    assert difference(over.pixels, GREY[::-1, ::-1]) == 0


def test_the_small_copies_that_cameras_put_behind_a_photo_are_no_pages() -> None:
    small = Image.fromarray(GREY).resize((10, 6))
    (found,) = load_pages(file_of(GREY, "MPO", save_all=True, append_images=[small]))
    assert (found.width, found.height) == (40, 24)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_read_by_its_first_frame(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    frames = [Image.fromarray(GREY), Image.new("L", (40, 24), 99)]
    content = file_of(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, **options)
    (found,) = load_pages(content)
    assert difference(found.pixels, GREY) == 0
    assert "page 1" in complaint(lambda: load_picture(content, page=1))


# ---- sources


def test_every_source_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = file_of(GREY, "PNG")
    path = tmp_path / "a name\nwith lines.png"
    path.write_bytes(content)
    found = [load_picture(each) for each in (path, str(path), content, bytearray(content), memoryview(content))]
    with path.open("rb") as file:
        found.append(load_picture(file))
    found.append(load_picture(io.BytesIO(content)))
    with Image.open(path) as image:
        found.append(load_picture(image))
    for name in ("-", Path("-")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        found.append(load_picture(name))
    found.append(load_picture(GREY))

    assert all(np.array_equal(each.pixels, GREY) for each in found)
    assert [each.source for each in found] == [
        *[str(path)] * 2,
        *["bytes"] * 3,
        str(path),
        "open file",
        "image",
        *["standard input"] * 2,
        "array",
    ]
    assert load_picture(found[0]) is found[0]
    assert list(load_pages(found[0])) == [found[0]]


def test_what_is_given_is_not_changed() -> None:
    array = COLOURS.copy()
    image = Image.fromarray(array).convert("RGBA")
    image.getexif()[0x0112] = 6
    found = load_picture(array), load_picture(image)
    assert found[1].pixels.shape == (40, 24, 3)
    array[:] = 0
    assert found[0].pixels.any()
    assert (image.size, image.mode) == ((40, 24), "RGBA")


# ---- arrays


UNIT = (GREY / 255).astype(np.float32)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (GREY, GREY),
        (GREY[..., None], GREY),
        (GREY[::-1, ::-1], GREY[::-1, ::-1]),
        (GREY > 127, np.where(GREY > 127, 255, 0)),
        ((GREY > 127).astype(np.uint8), np.where(GREY > 127, 255, 0)),
        ((GREY > 127).astype(np.int64), np.where(GREY > 127, 255, 0)),
        (GREY.astype(np.int64), GREY),
        (GREY.astype(">u2"), GREY),
        (GREY.astype(np.uint16) * 257, GREY),
        (GREY.astype(np.uint64) * 2**40, np.rint(GREY * (255 / 230))),
        (GREY.astype(np.int16) - 128, np.rint((GREY - 20.0) * 255 / 210)),
        (GREY.astype(np.float64), GREY),
        (UNIT, GREY),
        (UNIT.astype(np.longdouble), GREY),
        (UNIT * 2 - 1, np.rint((GREY - 20.0) * 255 / 210)),
        ((UNIT.astype(np.float64) * 2 - 1) * 1.7e308, np.rint((GREY - 20.0) * 255 / 210)),
        (UNIT * 1000, np.rint((GREY - 20.0) * 255 / 210)),
        (np.full((3, 3), -7.5), np.zeros((3, 3))),
        (np.zeros((3, 3), dtype=np.float16), np.zeros((3, 3))),
        (COLOURS, COLOURS),
        (COLOURS / 255, COLOURS),
        (np.dstack([COLOURS, np.full_like(GREY, 255)]), COLOURS),
        (np.dstack([COLOURS.astype(np.float64), np.ones(GREY.shape)]), COLOURS),
        (np.dstack([GREY, np.full_like(GREY, 255)]), GREY),
        (np.dstack([np.zeros_like(UNIT), UNIT < 0.5]), np.where(GREY < 127, 0, 255)),
    ],
)
def test_arrays_of_any_dtype_and_channels(array: npt.NDArray[Any], expected: npt.NDArray[Any]) -> None:
    assert difference(load_picture(array).pixels, expected.astype(np.uint8)) <= 1


@pytest.mark.parametrize("shape", [(1, 28, 28), (28, 28, 1), (1, 28, 28, 1), (1, 1, 28, 28), (1, 28, 28, 3)])
def test_a_batch_of_one_is_its_picture(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    channels = 3 if shape[-1] == 3 else 1

    batch = np.broadcast_to(picture[..., None], (28, 28, channels)).reshape(shape)

    assert (load_picture(batch).pixels == load_picture(picture).pixels).all()


def test_one_row_of_colours_is_a_picture_and_no_batch() -> None:
    assert load_picture(np.zeros((1, 40, 3), dtype=np.uint8)).width == 40


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (np.zeros((3, 0), dtype=np.uint8), "at least 1×1"),
        (np.zeros((0, 0, 3)), "at least 1×1"),
        (np.zeros(5, dtype=np.uint8), r"shape \(5,\)"),
        (np.zeros(784), r"reshape\(28, 28\)"),
        (np.float32(3), r"shape \(\)|float32"),
        (np.zeros((9, 28, 28)), "channels last"),
        (np.zeros((3, 28, 28)), r"pictures\[0\]"),
        (np.zeros((1, 3, 28, 28)), "channels last"),
        (np.array([[1, np.nan]]), "NaN"),
        (np.array([[1, np.inf]], dtype=np.float16), "NaN or infinite"),
        (np.zeros((3, 3), dtype=complex), "complex128"),
        (np.array([["a"]]), "expected bool"),
        (np.array([[None]]), "object"),
        (np.zeros((1, LONGEST_SIDE + 1), dtype=bool), "at most"),
    ],
)
def test_arrays_that_are_no_pictures_are_refused(array: Any, what: str) -> None:
    assert re.search(what, complaint(lambda: load_picture(array)))


def test_other_objects_are_refused_by_their_type() -> None:
    class Broken:
        def __array__(self) -> None:
            raise RuntimeError("call detach first")

    broken: Any = Broken()
    for source, what in ((3, "an? int"), (None, "NoneType"), ([[1]], "list"), (broken, "detach")):
        assert re.search(what, complaint(lambda source=source: load_picture(source)))  # type: ignore[misc]
    page: Any = 1.5
    assert "1.5" in complaint(lambda: load_picture(GREY, page=page))
    assert "page 1" in complaint(lambda: load_picture(GREY, page=1))


# ---- bad input


def png_claiming(width: int, height: int) -> bytes:
    """Return a small and otherwise correct PNG whose header claims this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(10_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"Dear Sir, here is my picture", "text that begins with 'Dear Sir"),
        (b"\0" * 100, "bytes that begin with 00 00"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"P5\n", "text"),
        (b"P5 0 7 255\n", "PNM|at least"),
        (png_claiming(100_000, 100_000), "100,000×100,000 pixels; expected at most"),
        (png_claiming(LONGEST_SIDE + 1, 1), "at most"),
        (png_claiming(14_000, 14_000), "784,000,000 bytes"),
        (png_claiming(3000, 3000), "PNG"),
        (file_of(GREY, "PNG")[:-40], "PNG"),
        (file_of(GREY, "BMP")[:-40], "cut short"),
        (file_of(GREY, "TIFF")[:-40], "TIFF"),
        (file_of(GREY, "WEBP")[:-40], "WebP"),
        (file_of(GREY, "GIF")[:-40], "GIF"),
        (file_of(GREY, "PPM")[:-40], "PNM"),
        (file_of(np.array([[np.nan, 1]], dtype=np.float32), "TIFF"), "NaN"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"GIF89a", "cut short"),
        (file_of(GREY, "JPEG")[:300], "cut short"),
    ],
)
def test_contents_that_are_no_pictures_are_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    message = complaint(lambda: load_picture(path))
    assert message.startswith(str(path))
    assert re.search(what, message)


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9])
def test_a_jpeg_cut_short_is_refused(part: float) -> None:
    rng = np.random.default_rng(3)
    content = file_of(rng.integers(0, 255, (400, 400, 3)).astype(np.uint8), "JPEG")
    assert "cut short" in complaint(lambda: load_picture(content[: int(part * len(content))]))


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    large = file_of(Image.new("L", (4500, 4500)), "JPEG", progressive=True)
    end = large.rindex(b"\xff\xda")
    assert "scans" in complaint(lambda: load_picture(large[:-2] + large[end:-2] * 1000))
    assert load_picture(large).width == 4500


def position(image: ImageFile.ImageFile) -> int:
    """Return how far its file was read."""
    assert image.fp is not None
    return image.fp.tell()


def test_an_image_that_is_not_decoded_yet_is_read_as_its_file_is_and_stays_as_it_was() -> None:
    photo = np.full((1500, 4500, 3), (220, 210, 200), dtype=np.uint8)
    photo[400:800, 2000:2400] = 10
    plain = b"P2 40 24 255\n" + b" ".join(str(grey).encode() for grey in GREY.ravel().tolist())
    for content in (file_of(photo, "JPEG", exif=TURNED), file_of(GREY, "PPM"), file_of(GREY > 99, "PPM"), plain):
        expected = load_picture(content)
        with Image.open(io.BytesIO(content)) as image:
            before = (image.size, image.mode, list(image.tile), position(image))
            found = load_picture(image)
            assert before == (image.size, image.mode, image.tile, position(image))
            assert np.array_equal(found.pixels, expected.pixels)
            assert (found.width, found.height, found.source) == (expected.width, expected.height, "image")
            image.load()
            assert image.size == before[0]


def test_what_was_changed_of_an_image_before_it_is_decoded_counts() -> None:
    content = file_of(COLOURS.repeat(8, axis=0).repeat(8, axis=1), "JPEG", exif=TURNED)
    with Image.open(io.BytesIO(content)) as image:
        image.getexif()[0x0112] = 1
        assert load_picture(image).pixels.shape == (192, 320, 3)
    with Image.open(io.BytesIO(content)) as image:
        image.draft("L", (160, 96))
        assert load_picture(image).pixels.shape == (160, 96)
    frames = [Image.fromarray(GREY), Image.fromarray(GREY[::-1].copy())]
    with Image.open(io.BytesIO(file_of(frames[0], "MPO", save_all=True, append_images=frames[1:]))) as image:
        assert difference(load_picture(image).pixels, GREY) < 25
        image.seek(1)
        assert difference(load_picture(image).pixels, GREY[::-1]) < 25
    with Image.open(io.BytesIO(file_of(frames[0], "TIFF", compression="jpeg"))) as image:
        assert difference(load_picture(image).pixels, GREY) < 30


def test_an_image_that_is_not_decoded_yet_has_the_limits_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    large = file_of(Image.new("L", (4500, 4500)), "JPEG", progressive=True)
    end = large.rindex(b"\xff\xda")
    with Image.open(io.BytesIO(large[:-2] + large[end:-2] * 1000)) as image:
        assert "scans" in complaint(lambda: load_picture(image))
        assert image.tile  # not decoded
    image = PngImagePlugin.PngImageFile(io.BytesIO(png_claiming(14_000, 14_000)))
    assert "784,000,000 bytes" in complaint(lambda: load_picture(image))

    monkeypatch.setattr(picture, "LARGEST_FILE", 100)
    with Image.open(io.BytesIO(file_of(GREY, "JPEG"))) as image:
        assert "at most 100" in complaint(lambda: load_picture(image))


def test_paths_that_are_no_files_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    for path, what in [
        (tmp_path, "a folder"),
        (pipe, "a pipe or a device"),
        ("/dev/zero", "a pipe or a device"),
        (circle, "symbolic links"),
        (tmp_path / "missing.png", "No such file"),
        (tmp_path / "line\nbreak.png", r"line\\nbreak"),
        ("", "No such file"),
        ("zero\0byte.png", "null"),
        ("x" * 5000, "too long"),
        (tmp_path / "missing.png" / "below", "No such file"),
    ]:
        assert re.search(what, complaint(lambda path=path: load_picture(path)))  # type: ignore[misc]


def test_what_may_not_be_read_is_refused() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = folder / "secret.png"
        path.write_bytes(file_of(GREY, "PNG"))
        below = folder / "below"
        below.mkdir()
        with forbidden(path):
            assert "Permission denied" in complaint(lambda: load_picture(path))
        with forbidden(below):
            assert "Permission denied" in complaint(lambda: load_picture(below))


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.bmp"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)  # takes no room
    assert "200,000,001 bytes" in complaint(lambda: load_picture(path))

    monkeypatch.setattr(picture, "LARGEST_FILE", 100)
    content = file_of(GREY, "PNG")
    for source in (content, io.BytesIO(content)):
        assert "at most 100" in complaint(lambda source=source: load_picture(source))  # type: ignore[misc]


def test_open_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    closed = io.BytesIO(b"x")
    closed.close()
    assert "closed" in complaint(lambda: load_picture(closed))
    text: Any = io.StringIO("text")
    assert "'rb'" in complaint(lambda: load_picture(text))
    with (tmp_path / "out").open("wb") as file:
        assert re.search("open for reading|can be read", complaint(lambda: load_picture(file)))
    with Image.open(io.BytesIO(file_of(GREY, "PNG"))) as image:
        pass
    image.close()
    assert complaint(lambda: load_picture(image))


def test_standard_input_that_is_a_terminal_or_closed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    for stdin in (None, io.StringIO(), Terminal(io.BytesIO())):
        monkeypatch.setattr(sys, "stdin", stdin)
        assert "nothing is piped in" in complaint(lambda: load_picture("-"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    assert complaint(lambda: load_picture("-")).startswith("standard input: empty")


# ---- the extra


def a_pdf(pages: int) -> bytes:
    """Return a PDF whose pages hold the picture."""
    images = [Image.fromarray(GREY).resize((800, 480), Image.Resampling.NEAREST) for _ in range(pages)]
    return file_of(images[0], "PDF", save_all=True, append_images=images[1:])


def test_pages_of_a_pdf() -> None:
    pytest.importorskip("pypdfium2")
    found = list(load_pages(a_pdf(3)))
    assert [each.page for each in found] == [0, 1, 2]
    assert [load_picture(a_pdf(count)).more for count in (1, 2)] == [False, True]
    for each in found:
        assert max(each.pixels.shape) == each.width <= WORKING_SIDE
        assert each.width / each.height == pytest.approx(40 / 24, rel=0.01)
        small = Image.fromarray(each.pixels).resize((40, 24), Image.Resampling.BOX)
        assert np.abs(np.asarray(small, dtype=int) - GREY).mean() < 6
    assert "page 3" in complaint(lambda: load_picture(a_pdf(3), page=3))
    assert "PDF" in complaint(lambda: load_picture(b"%PDF-1.4\nnothing more"))


def test_a_heic_photo() -> None:
    heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    large = Image.fromarray(COLOURS).resize((160, 96), Image.Resampling.NEAREST)
    heif.from_pillow(large).save(buffer, quality=95)
    found = load_picture(buffer.getvalue())
    assert found.pixels.shape == (96, 160, 3)
    assert np.abs(found.pixels.astype(int) - np.asarray(large)).mean() < 8
    assert "HEIC" in complaint(lambda: load_picture(buffer.getvalue()[:200]))

    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    heif.from_pillow(large).save(buffer, exif=exif.tobytes())
    turned = load_picture(buffer.getvalue())
    assert turned.pixels.shape == (160, 96, 3)
    assert (turned.width, turned.height) == (96, 160)


@pytest.mark.parametrize(
    ("content", "module"),
    [(b"%PDF-1.7\n", "pypdfium2"), (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "pillow_heif")],
)
def test_without_the_extra_it_says_what_to_install(
    content: bytes, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    message = complaint(lambda: load_picture(content), MissingExtraError)
    assert module.replace("_", "-") in message
    assert "pip install 'digitrec[photos]'" in message


def test_loading_pictures_loads_nothing_heavy() -> None:
    code = "import sys, digitrec.reading.picture, digitrec.reading.folder; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "PIL.Image" in loaded
    assert not loaded & {"torch", "matplotlib", "cyclopts", "rich", "pillow_heif", "pypdfium2", "onnxruntime"}


def test_threads_may_load_at_once() -> None:
    contents = [file_of(GREY, "PNG"), file_of(GREY, "JPEG", exif=TURNED), file_of(COLOURS, "TIFF")] * 20
    if importlib.util.find_spec("pypdfium2"):
        contents += [a_pdf(2)] * 4
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda content: load_picture(content).pixels, contents))
    for content, pixels in zip(contents, at_once, strict=True):
        assert difference(load_picture(content).pixels, pixels) == 0


# ---- damage of all sorts


@settings(max_examples=250, deadline=5000)
@given(damaged())
def test_a_damaged_file_is_a_picture_or_one_clear_line(content: bytes) -> None:
    try:
        for _, found in zip(range(5), load_pages(content), strict=False):
            assert isinstance(found, Picture)
            assert found.pixels.dtype == np.uint8
            assert 0 < max(found.pixels.shape[:2]) <= WORKING_SIDE
    except DigitrecError as error:
        one_line = str(error).isprintable()
    else:
        one_line = True
    assert one_line


@settings(max_examples=100)
@given(st.binary(max_size=64))
def test_the_kind_of_any_bytes_is_known_or_none(content: bytes) -> None:
    assert formats.kind_of(content) in {None, "JPEG", "PNG", "WebP", "TIFF", "GIF", "BMP", "PNM", "HEIC", "PDF"}
