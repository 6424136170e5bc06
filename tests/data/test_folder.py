"""Digits from a folder: every usual spelling is read, and everything else is refused by name."""

import gzip
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from complaints import complaint
from hardships import forbidden
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitrec.data.digits import Digits
from digitrec.data.folder import read_folder
from digitrec.data.idx import idx_bytes
from digitrec.data.mnist import Mnist, load_mnist, load_part
from digitrec.errors import DataError

TRAIN, TEST = 30, 20

SPELLINGS = ["{}-{}-idx{}-ubyte", "{}-{}-idx{}-ubyte.gz", "{}-{}.idx{}-ubyte", "{}-{}.idx{}-ubyte.gz"]


@pytest.fixture(scope="module")
def train(mnist: Mnist) -> Digits:
    """A few real digits to learn from."""
    return mnist.train[:TRAIN]


@pytest.fixture(scope="module")
def test(mnist: Mnist) -> Digits:
    """A few real digits to test on."""
    return mnist.test[:TEST]


@pytest.fixture(scope="module")
def keras(train: Digits, test: Digits) -> dict[str, Any]:
    """The arrays of Keras's mnist.npz, fewer of them."""
    return {"x_train": train.images, "y_train": train.labels, "x_test": test.images, "y_test": test.labels}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="digitrec-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def lay(folder: Path, train: Digits, test: Digits, spellings: list[str]) -> None:
    """Write the four files, each in its spelling."""
    arrays = {
        ("train", "images", 3): train.images,
        ("train", "labels", 1): train.labels,
        ("t10k", "images", 3): test.images,
        ("t10k", "labels", 1): test.labels,
    }
    for (name, array), spelling in zip(arrays.items(), spellings, strict=True):
        path = folder / spelling.format(*name)
        path.write_bytes(gzip.compress(idx_bytes(array)) if path.suffix == ".gz" else idx_bytes(array))


def assert_read(folder: Path, train: Digits, test: Digits) -> None:
    """Check that both parts in the folder are these digits."""
    for part, digits in (("train", train), ("test", test)):
        images, labels = read_folder(folder, "train" if part == "train" else "test")
        assert images.dtype == labels.dtype == np.uint8
        assert np.array_equal(images, digits.images)
        assert np.array_equal(labels, digits.labels)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_four_files_are_read_in_each_spelling(tmp_path: Path, train: Digits, test: Digits, spelling: str) -> None:
    lay(tmp_path, train, test, [spelling] * 4)
    assert_read(tmp_path, train, test)


def test_the_four_files_are_read_in_mixed_spellings(tmp_path: Path, train: Digits, test: Digits) -> None:
    lay(tmp_path, train, test, SPELLINGS)
    assert_read(tmp_path, train, test)


def test_files_whose_gzip_data_have_a_plain_name_are_read(tmp_path: Path, train: Digits, test: Digits) -> None:
    lay(tmp_path, train, test, SPELLINGS[:1] * 4)
    for path in tmp_path.iterdir():
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert_read(tmp_path, train, test)


def test_keras_npz_is_read_from_its_folder_and_by_its_name(
    tmp_path: Path, train: Digits, test: Digits, keras: dict[str, Any]
) -> None:
    np.savez(tmp_path / "mnist.npz", **keras)
    assert_read(tmp_path, train, test)
    assert_read(tmp_path / "mnist.npz", train, test)


def test_a_compressed_npz_with_wide_labels_under_another_name_is_read(
    tmp_path: Path, train: Digits, test: Digits, keras: dict[str, Any]
) -> None:
    wide = {name: array.astype(np.int64) if name.startswith("y") else array for name, array in keras.items()}
    np.savez_compressed(tmp_path / "ours.npz", **wide)
    assert_read(tmp_path / "ours.npz", train, test)


def test_a_folder_may_hold_one_part_only(tmp_path: Path, train: Digits, test: Digits) -> None:
    lay(tmp_path, train, test, SPELLINGS[:1] * 4)
    for path in tmp_path.glob("train*"):
        path.unlink()
    assert len(load_part("test", tmp_path)) == TEST
    assert "no train-images-idx3-ubyte" in complaint(lambda: load_part("train", tmp_path))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    said = complaint(lambda: read_folder(tmp_path / "nowhere", "train"))
    assert f"{tmp_path / 'nowhere'}: no such folder; expected one with MNIST's four IDX files or mnist.npz" in said


def test_an_empty_folder_is_told_what_it_lacks(tmp_path: Path) -> None:
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert f"{tmp_path}: no train-images-idx3-ubyte (plain or .gz)" in said
    for name in ("train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "mnist.npz"):
        assert name in said


@pytest.mark.parametrize(
    "missing",
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
)
def test_the_one_of_the_four_files_that_is_missing_is_named(
    tmp_path: Path, train: Digits, test: Digits, missing: str
) -> None:
    lay(tmp_path, train, test, SPELLINGS[:1] * 4)
    (tmp_path / missing).unlink()
    assert f"{tmp_path}: no {missing} (plain or .gz);" in complaint(lambda: load_mnist(tmp_path))


@pytest.mark.parametrize("part", ["train", "test"])
def test_counts_that_do_not_match_are_both_named(tmp_path: Path, mnist: Mnist, part: str) -> None:
    name = "train" if part == "train" else "t10k"
    lay(tmp_path, mnist.train[:TRAIN], mnist.test[:TEST], SPELLINGS[:1] * 4)
    (tmp_path / f"{name}-labels-idx1-ubyte").write_bytes(idx_bytes(mnist.train.labels[:7]))
    count = TRAIN if part == "train" else TEST
    said = complaint(lambda: load_mnist(tmp_path))
    assert said == f"the folder {tmp_path}: {count} {part} images but 7 {part} labels"


def test_a_folder_with_no_digits_in_its_files_is_refused(tmp_path: Path, mnist: Mnist) -> None:
    lay(tmp_path, mnist.train[:0], mnist.test[:TEST], SPELLINGS[:1] * 4)
    assert "no train digits in it; expected at least one" in complaint(lambda: load_mnist(tmp_path))


def test_a_damaged_file_in_the_folder_is_named(tmp_path: Path, train: Digits, test: Digits) -> None:
    lay(tmp_path, train, test, SPELLINGS[1:2] * 4)
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-10])
    assert f"{path}: damaged or cut off gzip data" in complaint(lambda: load_mnist(tmp_path))


@pytest.mark.parametrize("locked", ["", "train-labels-idx1-ubyte"], ids=["folder", "file"])
def test_what_may_not_be_read_is_named(open_folder: Path, train: Digits, test: Digits, locked: str) -> None:
    lay(open_folder, train, test, SPELLINGS[:1] * 4)
    with forbidden(open_folder / locked):
        said = complaint(lambda: load_mnist(open_folder))
    assert f"{open_folder / locked}" in said
    assert "Permission denied" in said


def test_an_npz_that_may_not_be_read_is_named(open_folder: Path, keras: dict[str, Any]) -> None:
    np.savez(open_folder / "mnist.npz", **keras)
    with forbidden(open_folder / "mnist.npz"):
        said = complaint(lambda: load_mnist(open_folder))
    assert said == f"{open_folder / 'mnist.npz'}: Permission denied"


@pytest.mark.parametrize("cut", [0, 2, 100, -1, -100])
def test_an_npz_cut_off_is_refused(tmp_path: Path, keras: dict[str, Any], cut: int) -> None:
    path = tmp_path / "mnist.npz"
    np.savez_compressed(path, **keras)
    path.write_bytes(path.read_bytes()[:cut])
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert str(path) in said
    assert "expected Keras's mnist.npz with x_train, y_train, x_test, y_test" in said


# Both stored and deflated data, and any byte of them: real digits are recognisable wherever the damage is.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(data=st.data(), pack=st.sampled_from([np.savez, np.savez_compressed]))
def test_an_npz_with_any_byte_changed_is_refused_or_means_the_same(
    tmp_path: Path, train: Digits, keras: dict[str, Any], data: st.DataObject, pack: Callable[..., None]
) -> None:
    path = tmp_path / "mnist.npz"
    few = {name: array[:2] for name, array in keras.items()}
    pack(path, **few)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        images, labels = read_folder(tmp_path, "train")
    except DataError as error:
        assert str(path) in str(error)  # noqa: PT017 - whether there is an error is not the question
    else:
        assert np.array_equal(images, train.images[:2])
        assert np.array_equal(labels, train.labels[:2])


@pytest.mark.parametrize("missing", ["x_train", "y_train"])
def test_an_npz_without_one_of_the_arrays_is_refused_by_its_name(
    tmp_path: Path, keras: dict[str, Any], missing: str
) -> None:
    np.savez(tmp_path / "mnist.npz", **{name: array for name, array in keras.items() if name != missing})
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert f"{tmp_path / 'mnist.npz'}: " in said
    assert missing in said.split(";")[0]


def test_an_npz_of_objects_is_refused_and_its_pickle_not_run(tmp_path: Path, keras: dict[str, Any]) -> None:
    ran = tmp_path / "ran"
    content = {**keras, "y_train": np.array([_Toucher(ran)], dtype=object)}
    np.savez(tmp_path / "mnist.npz", **content)
    assert "allow_pickle=False" in complaint(lambda: read_folder(tmp_path, "train"))
    assert not ran.exists()


class _Toucher:
    """An object whose pickle makes a file when it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self._path,)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((3, 784), np.uint8),
        np.zeros((3, 29, 28), np.uint8),
        np.zeros((28, 28), np.uint8),
        np.zeros((3, 28, 28, 1), np.uint8),
        np.zeros((3, 28, 28), np.float32),
        np.zeros((), np.uint8),
    ],
)
def test_an_npz_with_images_of_another_shape_or_type_is_refused(
    tmp_path: Path, keras: dict[str, Any], images: np.ndarray[Any, Any]
) -> None:
    np.savez(tmp_path / "mnist.npz", **{**keras, "x_train": images})
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert f"mnist.npz: x_train is {images.dtype}{images.shape}; expected uint8 (n, 28, 28)" in said


@pytest.mark.parametrize(
    "labels",
    [
        np.zeros((3, 1), np.uint8),
        np.zeros(3, np.float32),
        np.array(["5", "0", "4"]),
        np.array([5, 10, 4]),
        np.array([5, -1, 4]),
        np.array([5, 256, 4]),
    ],
)
def test_an_npz_with_labels_that_are_no_digits_is_refused(
    tmp_path: Path, keras: dict[str, Any], labels: np.ndarray[Any, Any]
) -> None:
    np.savez(tmp_path / "mnist.npz", **{**keras, "y_train": labels})
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert f"mnist.npz: y_train is {labels.dtype}{labels.shape}; expected digits from 0 to 9 (n,)" in said


def test_an_npz_with_unequal_counts_is_refused(tmp_path: Path, keras: dict[str, Any]) -> None:
    np.savez(tmp_path / "mnist.npz", **{**keras, "y_test": keras["y_test"][:7]})
    assert f"{TEST} test images but 7 test labels" in complaint(lambda: load_mnist(tmp_path))


@pytest.mark.parametrize("count", [10**9, 10**15, 10**30])
def test_an_npz_whose_header_promises_billions_is_refused(tmp_path: Path, keras: dict[str, Any], count: int) -> None:
    header = io.BytesIO()
    promise = {"descr": "|u1", "fortran_order": False, "shape": (count, 28, 28)}
    np.lib.format.write_array_header_1_0(header, promise)
    _zip(tmp_path / "mnist.npz", keras, {"x_train": header.getvalue() + bytes(784)})
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert str(tmp_path / "mnist.npz") in said


def test_an_npz_with_something_other_than_an_array_is_refused(tmp_path: Path, keras: dict[str, Any]) -> None:
    _zip(tmp_path / "mnist.npz", keras, {"x_train": b"no array at all"})
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert str(tmp_path / "mnist.npz") in said


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, keras: dict[str, Any]) -> None:
    _zip(tmp_path / "mnist.npz", keras, {})
    with zipfile.ZipFile(tmp_path / "mnist.npz", "a") as archive:
        archive.writestr("bomb.npy", b"")
        # The directory at the end says what would come out.
        archive.infolist()[-1].file_size = 2_000_000_000
    said = complaint(lambda: read_folder(tmp_path, "train"))
    assert said == f"{tmp_path / 'mnist.npz'}: too large; expected at most 2,000,000 digits"


def test_a_file_that_is_no_npz_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "digits.txt"
    path.write_text("5 0 4 1 9")
    said = complaint(lambda: read_folder(path, "train"))
    assert f"{path}: " in said
    assert "expected Keras's mnist.npz" in said


def _zip(path: Path, arrays: dict[str, Any], raw: dict[str, bytes]) -> None:
    """Write an npz with some members as raw bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array)
            archive.writestr(f"{name}.npy", raw.get(name, member.getvalue()))
