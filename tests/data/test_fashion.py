"""Fashion-MNIST comes from a folder that is named, Debian's, the cache or mirrors, and is believed by its SHA-256."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from complaints import complaint
from loopback import closed_port, delivers, expecting, gzipped, lies, mirror

from conftest import write_folder
from digitrec.data import fashion
from digitrec.data.archives import ARCHIVES, FASHION_MNIST, cache_folder, digests, read_cached
from digitrec.data.digits import Digits
from digitrec.data.fashion import find_fashion, load_fashion
from digitrec.data.mirrors import mirrors
from digitrec.data.mnist import Mnist


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine that has no clothes, with a cache of our own in which no fetching leaves anything half done."""
    monkeypatch.setattr(fashion, "DEBIAN", tmp_path / "debian")
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("DIGITREC_FASHION", raising=False)
    yield
    names = {path.name for path in cache_folder(FASHION_MNIST).glob("*")}
    assert names <= {archive.name for archive in FASHION_MNIST.archives["test"]}


@pytest.fixture
def clothes(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> Digits:
    """A hundred digits, which are now what is expected as Fashion-MNIST."""
    few = mnist.test[:100]
    plain = digests((few.images, few.labels))
    packed = expecting(gzipped(few))
    archives = tuple(replace(archive, sha256=sha256) for archive, sha256 in zip(packed, plain, strict=True))
    monkeypatch.setitem(FASHION_MNIST.archives, "test", archives)
    return few


def test_a_folder_that_is_named_is_believed_as_it_is(
    mnist: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "clothes", mnist.train[:5], mnist.test[:7])
    named = load_fashion(folder)
    monkeypatch.setenv("DIGITREC_FASHION", str(folder))

    assert np.array_equal(named, mnist.test.images[:7])
    assert np.array_equal(load_fashion(), named)
    assert "nowhere: no such folder" in complaint(lambda: load_fashion("nowhere"))


def test_debians_is_taken_where_it_is_what_it_should_be(clothes: Digits, mnist: Mnist, tmp_path: Path) -> None:
    write_folder(tmp_path / "debian", mnist.train[:5], clothes)
    assert np.array_equal(load_fashion(), clothes.images)

    write_folder(tmp_path / "debian", mnist.train[:5], mnist.test[5:105])
    assert "could not be fetched" in complaint(load_fashion)


def test_a_mirror_is_asked_once_and_believed_by_its_digest(clothes: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    with mirror(lies) as liar, mirror(delivers(gzipped(clothes))) as honest, closed_port() as silent:
        monkeypatch.setenv("DIGITREC_FASHION_MIRRORS", f"{silent} {liar.url} {honest.url}")
        found = load_fashion(progress=lambda name, *_: told.append(name))
        asked = len(honest.asked)

        assert np.array_equal(found, clothes.images)
        assert np.array_equal(load_fashion(), clothes.images)
        assert len(honest.asked) == asked == 2
    assert set(told) == {archive.name for archive in FASHION_MNIST.archives["test"]}
    assert read_cached("test", FASHION_MNIST) is not None
    assert read_cached("test") is None


def test_without_any_it_says_what_to_do(clothes: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as silent, mirror(lies) as liar:
        monkeypatch.setenv("DIGITREC_FASHION_MIRRORS", f"{silent} {liar.url}")
        said = complaint(load_fashion)
        assert find_fashion() is None
        assert "nowhere: no such folder" in complaint(lambda: find_fashion("nowhere"))
        monkeypatch.setenv("DIGITREC_FASHION", "elsewhere")
        assert "elsewhere: no such folder" in complaint(find_fashion)

    assert said.startswith("Fashion-MNIST could not be fetched (")
    assert "not reachable" in said
    assert f"{liar.url}: sent something that is not {FASHION_MNIST.archives['test'][0].name}.gz" in said
    assert said.endswith("with --fashion FOLDER or DIGITREC_FASHION")
    assert len(clothes) == 100


def test_its_files_have_mnists_names_and_mirrors_of_their_own() -> None:
    ours = [archive.name for archive in FASHION_MNIST.archives["test"]]

    assert ours == [archive.name for archive in ARCHIVES["test"]]
    assert not set(mirrors(FASHION_MNIST)) & set(mirrors())
