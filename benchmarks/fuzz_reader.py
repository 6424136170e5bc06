"""Reads damaged files for as long as one likes, guided by which code they reach: for atheris, and not for pytest.

In: seconds, and a folder for what fails. Out: how many were read, and a file for each crash, each answer that took
longer than five seconds of the processor, and each new most of memory above `MEGABYTES`. Atheris has wheels for Linux
alone and is in none of the extras:

    pip install atheris hypothesis
    python benchmarks/fuzz_reader.py 300 found/
"""

import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["digitrec", "PIL"], enable_loader_override=False):
    import digitrec
    from digitrec.errors import PictureError

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "reading"))

from damaged import WHOLE, claiming

SECONDS, MEGABYTES = 5.0, 1000

_SIDES = (1, 2, 60, 90, 300, 2048, 4000, 16_383, 30_000, 65_535)


class Fuzz:
    """Reads what it is given and keeps what should not be."""

    def __init__(self, seconds: float, folder: Path) -> None:
        """Read until so many seconds are over; what fails is put into the folder."""
        self.folder = folder
        self.read = self.refused = self.failed = 0
        self.slowest, self.most = 0.0, MEGABYTES
        self._end = time.monotonic() + seconds

    def __call__(self, content: bytes) -> None:
        """Read one file."""
        begun = time.process_time()
        try:
            digitrec.read(content)
            self.read += 1
        except PictureError:
            self.refused += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self._keep(content, f"{type(error).__name__}: {error}")
        took = time.process_time() - begun
        self.slowest = max(self.slowest, took)
        if took > SECONDS:
            self._keep(content, f"{took:.1f} s")
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if most > self.most:
            self.most = most
            self._keep(content, f"{most} MB")
        if time.monotonic() > self._end:
            self.tell()
            sys.stdout.flush()
            raise KeyboardInterrupt

    def tell(self) -> None:
        """Print what was done."""
        print(f"{self.read} read, {self.refused} refused, {self.failed} failed; the slowest took {self.slowest:.2f} s")

    def _keep(self, content: bytes, why: str) -> None:
        self.failed += 1
        path = self.folder / hashlib.sha256(content).hexdigest()[:16]
        path.write_bytes(content)
        print(f"{path}: {why}", flush=True)


def changed(content: bytes, most: int, seed: int) -> bytes:
    """Return a file with changes: at times another size in a header, else bytes as atheris changes them."""
    rng = np.random.default_rng(seed)
    if rng.integers(20) == 0:
        names = sorted(WHOLE)
        content = claiming(names[rng.integers(len(names))], *(int(side) for side in rng.choice(_SIDES, 2)))
    found: Any = atheris.Mutate(content, most)
    return bytes(found)


def main() -> None:
    """Read from the whole files on."""
    seconds, folder = float(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for name, content in WHOLE.items():
            (Path(corpus) / name).write_bytes(content)
        options = ["-max_len=8192", "-timeout=60", "-rss_limit_mb=0", f"-artifact_prefix={folder}/"]
        atheris.Setup([sys.argv[0], corpus, *options], Fuzz(seconds, folder), custom_mutator=changed)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
