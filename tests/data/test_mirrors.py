"""What a mirror sends is believed by its SHA-256 alone, and a bad mirror is told apart by its reason."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from complaints import complaint
from hardships import room_for
from loopback import (
    Behaviour,
    breaks_off,
    closed_port,
    delivers,
    expecting,
    gzipped,
    keeps_silent,
    lies,
    mirror,
    never_ends,
    stalls,
)

from digitrec.data import mirrors
from digitrec.data.archives import ARCHIVES
from digitrec.data.mirrors import fetch_from_mirror
from digitrec.data.mnist import Mnist

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


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of our own, in which no fetching leaves anything, whatever happens."""
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield tmp_path / "mnist"
    assert list((tmp_path / "mnist").glob("*")) == []


def fails(behave: Behaviour) -> tuple[str, list[str]]:
    """Return what is said of a mirror that behaves like this, less its address, and what it was asked for."""
    with mirror(behave) as server:
        said = complaint(lambda: fetch_from_mirror(server.url, "test"))
        assert said.startswith(f"{server.url}: ")
        return said.removeprefix(f"{server.url}: "), server.asked


def test_a_good_mirror_delivers_mnist(files: Files, mnist: Mnist) -> None:
    with mirror(delivers(files)) as server:
        images, labels = fetch_from_mirror(server.url, "test")
    assert server.asked == [IMAGES, LABELS]
    assert np.array_equal(images, mnist.test.images)
    assert np.array_equal(labels, mnist.test.labels)


def test_progress_is_told_by_name_with_bytes_that_grow_to_the_total(files: Files) -> None:
    told: list[tuple[str, int, int]] = []
    with mirror(delivers(files)) as server:
        fetch_from_mirror(server.url, "test", lambda name, received, total: told.append((name, received, total)))
    for name, content in files.items():
        steps = [(received, total) for each, received, total in told if f"{each}.gz" == name]
        assert len(steps) > 1
        assert {total for _, total in steps} == {len(content)}
        counts = [received for received, _ in steps]
        assert counts == sorted(counts)
        assert 0 < counts[0] < counts[-1] == len(content)
    assert {f"{name}.gz" for name, _, _ in told} == set(files)


@pytest.mark.usefixtures("files")
def test_a_mirror_that_lies_is_not_believed() -> None:
    said, asked = fails(lies)
    assert said == "sent something that is not t10k-images-idx3-ubyte.gz"
    assert asked == [IMAGES]


def test_a_mirror_that_delivers_one_changed_bit_is_not_believed(files: Files) -> None:
    content = bytearray(files[LABELS])
    # In the gzip header's time, where only the SHA-256 sees it.
    content[4] ^= 1
    said, asked = fails(delivers({**files, LABELS: bytes(content)}))
    assert said == "sent something that is not t10k-labels-idx1-ubyte.gz"
    assert asked == [IMAGES, LABELS]


def test_a_mirror_that_mixes_the_files_up_is_not_believed(files: Files) -> None:
    said, _ = fails(delivers({IMAGES: files[LABELS], LABELS: files[IMAGES]}))
    assert said == "sent something that is not t10k-images-idx3-ubyte.gz"


@pytest.mark.usefixtures("files")
def test_a_mirror_without_the_file_is_not_asked_twice() -> None:
    said, asked = fails(delivers({}))
    assert said.startswith("answered with an error (404")
    assert asked == [IMAGES]


def test_a_mirror_that_never_answers_is_given_up(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files
    monkeypatch.setattr(mirrors, "SILENCE_SECONDS", 0.2)
    said, asked = fails(keeps_silent)
    assert said == "no answer within 0.2 s"
    assert asked == [IMAGES]


def test_a_mirror_that_falls_silent_half_way_is_given_up(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    # Slow is another matter: here nothing at all comes any more.
    monkeypatch.setattr(mirrors, "SLOWEST_BYTES_PER_SECOND", 0)
    monkeypatch.setattr(mirrors, "SILENCE_SECONDS", 0.2)
    said, asked = fails(stalls(files, threading.Event()))
    assert said == "silent for 0.2 s in the midst of a file"
    assert asked == [IMAGES]


def test_a_mirror_that_is_too_slow_is_given_up(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files
    monkeypatch.setattr(mirrors, "_LARGEST", 2**60)
    monkeypatch.setattr(mirrors, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(mirrors, "SLOWEST_BYTES_PER_SECOND", 10**12)
    said, _ = fails(never_ends)
    assert said == "slower than 1,000,000,000,000 bytes a second"


@pytest.mark.usefixtures("files")
def test_a_mirror_that_sends_without_end_is_given_up() -> None:
    said, asked = fails(never_ends)
    assert said == "sent more than 33,554,432 bytes as t10k-images-idx3-ubyte.gz"
    assert asked == [IMAGES]


def test_a_mirror_that_breaks_off_once_is_asked_again_and_delivers(files: Files, mnist: Mnist) -> None:
    with mirror(breaks_off(files, times=1)) as server:
        images, labels = fetch_from_mirror(server.url, "test")
    assert server.asked == [IMAGES, IMAGES, LABELS, LABELS]
    assert np.array_equal(images, mnist.test.images)
    assert np.array_equal(labels, mnist.test.labels)


def test_a_mirror_that_always_breaks_off_is_given_up(files: Files) -> None:
    said, asked = fails(breaks_off(files, times=9))
    assert said == "broke off 2 times"
    assert asked == [IMAGES, IMAGES]


@pytest.mark.usefixtures("files")
def test_a_port_at_which_nobody_listens_is_not_reachable() -> None:
    with closed_port() as url:
        assert complaint(lambda: fetch_from_mirror(url, "test")) == f"{url}: not reachable"


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("url", ["", "nonsense/", "gopher://127.0.0.1/", "http://[/", "http://127.0.0.1:99999/"])
def test_an_address_that_is_none_is_not_reachable(url: str) -> None:
    assert complaint(lambda: fetch_from_mirror(url, "test")) == f"{url}: not reachable"


@pytest.mark.usefixtures("files")
def test_a_server_that_does_not_speak_http_is_not_reachable_or_breaks_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert complaint(lambda: fetch_from_mirror(url, "test")) == f"{url}: not reachable"
        thread.join()


def test_a_disk_that_fills_up_while_fetching_is_the_caches_trouble_not_the_mirrors(files: Files, cache: Path) -> None:
    with mirror(delivers(files)) as server, room_for(1_000_000):
        said = complaint(lambda: fetch_from_mirror(server.url, "test"))
    assert said.startswith(f"cannot write the cache {cache}: File too large; ")


def test_the_mirrors_are_those_of_the_variable_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITREC_MIRRORS", " http://one.example/mnist  http://two.example/ ")
    assert mirrors.mirrors() == ("http://one.example/mnist/", "http://two.example/")


@pytest.mark.parametrize("variable", ["", "  "])
def test_without_the_variable_there_are_public_mirrors_reached_safely(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("DIGITREC_MIRRORS", variable)
    assert len(mirrors.mirrors()) >= 2
    assert all(url.startswith("https://") and url.endswith("/") for url in mirrors.mirrors())
