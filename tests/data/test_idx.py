"""IDX files are read whole or refused, with the file, what was found and what was expected."""

import gzip
import hashlib
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from complaints import complaint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitrec.data.idx import MOST_DIGITS, idx_bytes, idx_sha256, read_images, read_labels
from digitrec.data.mnist import Mnist

Bytes = npt.NDArray[np.uint8]

# Hypothesis sees that all examples share one tmp_path; each writes its file anew.
shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def images(mnist: Mnist) -> Bytes:
    """Some real images."""
    return mnist.test.images[:20]


@pytest.fixture
def labels(mnist: Mnist) -> Bytes:
    """The labels of `images`."""
    return mnist.test.labels[:20]


@shared_folder
@given(count=st.integers(0, 4), seed=st.integers(0, 2**32 - 1), packed=st.booleans())
def test_images_come_back_as_they_were_written(tmp_path: Path, count: int, seed: int, packed: bool) -> None:
    images = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8)
    path = tmp_path / "images"
    path.write_bytes(gzip.compress(idx_bytes(images)) if packed else idx_bytes(images))
    read = read_images(path)
    assert read.dtype == np.uint8
    assert np.array_equal(read, images)


@shared_folder
@given(values=st.lists(st.integers(0, 9)), packed=st.booleans())
def test_labels_come_back_as_they_were_written(tmp_path: Path, values: list[int], packed: bool) -> None:
    labels = np.array(values, np.uint8)
    path = tmp_path / "labels"
    path.write_bytes(gzip.compress(idx_bytes(labels)) if packed else idx_bytes(labels))
    read = read_labels(path)
    assert read.dtype == np.uint8
    assert np.array_equal(read, labels)


def test_the_bytes_are_those_of_the_format() -> None:
    assert idx_bytes(np.array([7, 2], np.uint8)) == bytes.fromhex("00000801 00000002 0702")
    image = np.arange(784, dtype=np.uint16).astype(np.uint8).reshape(1, 28, 28)
    assert idx_bytes(image) == bytes.fromhex("00000803 00000001 0000001c 0000001c") + bytes(i % 256 for i in range(784))


def test_the_digest_is_that_of_the_plain_file(tmp_path: Path, labels: Bytes) -> None:
    path = tmp_path / "labels"
    path.write_bytes(idx_bytes(labels))
    assert idx_sha256(labels) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_digest_of_real_labels_is_the_one_published(mnist: Mnist) -> None:
    assert idx_sha256(mnist.test.labels) == "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"


# -1 to -8 are in the trailer (length and checksum), -9 is in the last block, 2 to 10 in the header.
@pytest.mark.parametrize("cut", [-1, -4, -5, -8, -9, -100, 1000, 11, 10, 9, 3, 2])
@pytest.mark.parametrize("read", [read_images, read_labels])
def test_gzip_data_cut_off_anywhere_is_refused(
    tmp_path: Path, images: Bytes, read: Callable[[Path], Bytes], cut: int
) -> None:
    # Labels that do not compress, for a file long enough to be cut where the images are.
    labels = np.random.default_rng(0).integers(0, 10, 5000, np.uint8)
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(idx_bytes(images if read is read_images else labels))[:cut])
    said = complaint(lambda: read(path))
    assert str(path) in said
    assert "cut off gzip data" in said


def test_gzip_data_with_another_checksum_is_refused(tmp_path: Path, labels: Bytes) -> None:
    packed = bytearray(gzip.compress(idx_bytes(labels)))
    packed[-6] ^= 1
    (tmp_path / "labels.gz").write_bytes(packed)
    assert "damaged" in complaint(lambda: read_labels(tmp_path / "labels.gz"))


def test_gzip_data_with_a_flipped_byte_inside_is_refused(tmp_path: Path, images: Bytes) -> None:
    packed = bytearray(gzip.compress(idx_bytes(images)))
    for place in range(10, len(packed) - 8, 97):
        damaged = packed.copy()
        damaged[place] ^= 0xFF
        (tmp_path / "images.gz").write_bytes(damaged)
        assert str(tmp_path / "images.gz") in complaint(lambda: read_images(tmp_path / "images.gz"))


@pytest.mark.parametrize(("cut", "left"), [(-1, "15,679"), (-784, "14,896"), (17, "1"), (16, "0")])
def test_a_plain_file_that_is_too_short_is_refused_with_both_lengths(
    tmp_path: Path, images: Bytes, cut: int, left: str
) -> None:
    path = tmp_path / "images"
    path.write_bytes(idx_bytes(images)[:cut])
    said = complaint(lambda: read_images(path))
    assert f"{path}: the header promises 20 digits, 15,680 bytes, but there are {left};" in said


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize("read", [read_images, read_labels])
def test_a_file_that_is_too_long_is_refused(
    tmp_path: Path, images: Bytes, labels: Bytes, read: Callable[[Path], Bytes], pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(idx_bytes(images if read is read_images else labels) + b"\0"))
    said = complaint(lambda: read(path))
    assert str(path) in said
    assert "promises 20 digits" in said
    assert "there are more" in said


def test_images_given_as_labels_are_refused(tmp_path: Path, images: Bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(idx_bytes(images))
    assert complaint(lambda: read_labels(path)) == f"{path}: magic number 2051; expected 2049, as IDX labels have it"


def test_labels_given_as_images_are_refused(tmp_path: Path, labels: Bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(idx_bytes(labels))
    assert complaint(lambda: read_images(path)) == f"{path}: magic number 2049; expected 2051, as IDX images have it"


@pytest.mark.parametrize("count", [19, 21])
def test_a_header_with_another_count_is_refused(tmp_path: Path, labels: Bytes, count: int) -> None:
    path = tmp_path / "labels"
    path.write_bytes(struct.pack(">2I", 2049, count) + labels.tobytes())
    said = complaint(lambda: read_labels(path))
    assert f"{path}: the header promises {count} digits" in said


@pytest.mark.parametrize("count", [MOST_DIGITS + 1, 2**32 - 1])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_a_header_that_promises_billions_is_refused_before_memory_is_taken(
    tmp_path: Path, count: int, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(struct.pack(">4I", 2051, count, 28, 28)))
    said = complaint(lambda: read_images(path))
    assert said == f"{path}: the header promises {count:,} digits; expected at most 2,000,000"


@pytest.mark.parametrize("shape", [(29, 28), (28, 29), (56, 14), (0, 0)])
def test_images_of_another_size_are_refused(tmp_path: Path, shape: tuple[int, int]) -> None:
    path = tmp_path / "images"
    path.write_bytes(idx_bytes(np.zeros((2, *shape), np.uint8)))
    said = complaint(lambda: read_images(path))
    assert said == f"{path}: images of {shape[0]}×{shape[1]} pixels; expected 28×28"


@pytest.mark.parametrize("content", [b"", b"\0", gzip.compress(b"", mtime=0), idx_bytes(np.zeros(3, np.uint8))[:7]])
@pytest.mark.parametrize("read", [read_images, read_labels])
def test_a_file_without_a_whole_header_is_refused(
    tmp_path: Path, read: Callable[[Path], Bytes], content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    said = complaint(lambda: read(path))
    assert f"{path}: " in said
    assert "expected an IDX file" in said


@pytest.mark.parametrize("read", [read_images, read_labels])
def test_a_text_file_is_refused(tmp_path: Path, read: Callable[[Path], Bytes]) -> None:
    path = tmp_path / "file"
    path.write_text("5 0 4 1 9 2 1 3 1 4 3 5 3 6 1 7 2 8 6 9\n")
    said = complaint(lambda: read(path))
    assert f"{path}: magic number {int.from_bytes(b'5 0 ', 'big')}; expected 20" in said


def test_a_label_that_is_no_digit_is_named_with_its_index(tmp_path: Path, labels: Bytes) -> None:
    wrong = labels.copy()
    wrong[[7, 9]] = 10, 255
    path = tmp_path / "labels"
    path.write_bytes(idx_bytes(wrong))
    assert complaint(lambda: read_labels(path)) == f"{path}: label 10 at index 7; expected labels from 0 to 9"


@pytest.mark.parametrize("read", [read_images, read_labels])
def test_a_file_that_is_not_there_is_the_systems_error(tmp_path: Path, read: Callable[[Path], Bytes]) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing")
