"""PNM files: plain and binary, of any white, give the same; what is none is refused, and nothing takes seconds."""

import time

import numpy as np
import pytest
from damaged import GREY
from hypothesis import given
from hypothesis import strategies as st

from digitrec.errors import PictureError
from digitrec.reading import pnm
from digitrec.reading.picture import load_picture

WHITES = st.sampled_from([1, 7, 100, 255, 256, 1000, 4095, 65535])


def binary(values: np.ndarray, most: int) -> bytes:
    """Return whole numbers [h,w] or [h,w,3] as a binary file."""
    head = f"P{4 + values.ndim - 1} {values.shape[1]} {values.shape[0]} {most}\n"
    return head.encode() + values.astype(">u2" if most > 255 else np.uint8).tobytes()


def plain(values: np.ndarray, most: int, gap: str = " ") -> bytes:
    """Return whole numbers [h,w] or [h,w,3] as a plain file."""
    head = f"P{values.ndim} # grey\n{values.shape[1]}\t{values.shape[0]} # and white\r\n{most}\n"
    return (head + gap.join(map(str, values.ravel()))).encode()


def decoded(content: bytes) -> np.ndarray:
    return np.asarray(pnm.decoded(content, pnm.head_of(content), "name"))


@given(
    high=st.integers(1, 9),
    wide=st.integers(1, 9),
    colours=st.booleans(),
    most=WHITES,
    gap=st.sampled_from([" ", "\n", "\t\r\n ", " # 7\n"]),
    seed=st.integers(0, 99),
)
def test_plain_and_binary_numbers_are_shares_of_white(
    high: int, wide: int, *, colours: bool, most: int, gap: str, seed: int
) -> None:
    values = np.random.default_rng(seed).integers(0, most + 1, (high, wide, 3) if colours else (high, wide))
    white = 65535 if most > 255 and not colours else 255
    found = decoded(binary(values, most))

    assert found.dtype == (np.uint8 if white == 255 else np.uint16)
    assert np.abs(found - values * (white / most)).max() < 0.501
    assert np.array_equal(decoded(plain(values, most, gap)), found)


@given(high=st.integers(1, 20), wide=st.integers(1, 20), gap=st.sampled_from(["", " ", "\n"]), seed=st.integers(0, 99))
def test_bits_are_ink(high: int, wide: int, gap: str, seed: int) -> None:
    bits = np.random.default_rng(seed).integers(0, 2, (high, wide), dtype=np.uint8)
    size = f"{wide} {high}\n".encode()

    assert np.array_equal(decoded(b"P1 " + size + gap.join(map(str, bits.ravel())).encode()), 255 * (1 - bits))
    assert np.array_equal(decoded(b"P4 " + size + np.packbits(bits, axis=1).tobytes()), 255 * (1 - bits))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"P5 # no size\n", "no width and height"),
        (b"P5 5 5 0\n" + bytes(25), "white is 0, and not 1 to 65535"),
        (b"P5 5 5 70000\n" + bytes(50), "white is 70000"),
        (b"P6 5 5 255\n" + bytes(74), "cut short"),
        (b"P4 9 9\n" + bytes(17), "cut short"),
        (b"P2 2 2 255\n1 2 3", "cut short"),
        (b"P2 99999 2000 255\n1 2 3", "cut short"),
        (b"P1 3 1\n10", "cut short"),
        (b"P1 3 1\n102", "a number that is not from 0 to 1"),
        (b"P2 2 1 255\n1 256", "a number that is not from 0 to 255"),
        (b"P2 2 1 255\n-1 25", "a number that is not from 0 to 255"),
        (b"P2 2 1 255\none two", "PNM"),
        (b"P5 99999 99999 255\n", "at most 200,000,000 in all"),
        (b"P5 0 1 255\n", "0×1 pixels; expected at least 1×1"),
        (b"P5\n" + b"#\n" * 1_000_000 + b"1 1 255\n1", "no width and height"),
    ],
)
def test_what_is_none_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(PictureError, match=complaint) as caught:
        load_picture(content)
    assert str(caught.value).isprintable()


def test_there_is_one_page() -> None:
    assert load_picture(binary(GREY, 255)).pixels.shape == GREY.shape
    with pytest.raises(PictureError, match="no page 1"):
        load_picture(binary(GREY, 255), page=1)


def test_a_plain_file_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pnm, "LARGEST_PLAIN", 1000)
    with pytest.raises(PictureError, match=r"bytes of plain numbers; expected at most 1,000: save it as a binary one"):
        load_picture(plain(GREY, 255))
    assert load_picture(binary(GREY, 255)).pixels.shape == GREY.shape


@pytest.mark.parametrize(
    "content",
    [
        b"P2 4000 4500 255\n" + b"1 " * 18_000_000,
        b"P2 1000 1000 255\n" + b"#a\n" * 5_000_000 + b"1 " * 1_000_000,
        b"P5 6000 6000 300\n" + b"\0\1" * 36_000_000,
        b"P6 4000 3000 100\n" + b"\1" * 36_000_000,
    ],
    ids=["plain", "comments", "a white of 300", "a white of 100"],
)
def test_large_files_are_decoded_in_time(content: bytes) -> None:
    begun = time.process_time()
    load_picture(content)

    assert time.process_time() - begun < 5
