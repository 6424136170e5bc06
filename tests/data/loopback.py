"""Mirrors on loopback, good and bad: real HTTP servers in threads, on ports that the system chooses."""

import gzip
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from digitrec.data.archives import ARCHIVES, Archive
from digitrec.data.digits import Digits
from digitrec.data.idx import idx_bytes

PATIENCE = 60.0
"""Seconds after which a test that waits for another thread fails; none comes near."""


class Mirror(ThreadingHTTPServer):
    """A server that treats each request as `behave` says, and remembers the names of files asked for."""

    daemon_threads = False

    def __init__(self, behave: "Behaviour") -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.behave = behave
        self.asked: list[str] = []
        self.released = threading.Event()
        self._sockets: list[socket.socket] = []

    @property
    def url(self) -> str:
        """Where the files are."""
        return f"http://127.0.0.1:{self.server_port}/"

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remember each connection, to end it with the test."""
        connection, address = super().get_request()
        self._sockets.append(connection)
        return connection, address

    def release(self) -> None:
        """End all that waits: behaviours that are silent, and connections that nobody reads."""
        self.released.set()
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Request(BaseHTTPRequestHandler):
    """One request: the answer is the mirror's business."""

    @property
    def mirror(self) -> Mirror:
        """The mirror that was asked."""
        return cast("Mirror", self.server)

    @property
    def name(self) -> str:
        """The file asked for."""
        return self.path.lstrip("/")

    def do_GET(self) -> None:
        """Behave, until the other side has had enough."""
        self.mirror.asked.append(self.name)
        with suppress(ConnectionError):
            self.mirror.behave(self)

    def head(self, length: int | None, kind: str = "application/gzip") -> None:
        """Promise `length` bytes, or say nothing of how many."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


Behaviour = Callable[[_Request], None]


@contextmanager
def mirror(behave: Behaviour) -> Iterator[Mirror]:
    """Run a mirror until the block ends."""
    server = Mirror(behave)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.release()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def closed_port() -> Iterator[str]:
    """Hold a port at which nobody listens, and give its address."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/"


def gzipped(digits: Digits) -> dict[str, bytes]:
    """Return the two files of MNIST's test part as a mirror keeps them, under their names."""
    names = (f"{archive.name}.gz" for archive in ARCHIVES["test"])
    arrays = (digits.images, digits.labels)
    return {
        name: gzip.compress(idx_bytes(array), compresslevel=1, mtime=0)
        for name, array in zip(names, arrays, strict=True)
    }


def expecting(files: Mapping[str, bytes]) -> tuple[Archive, Archive]:
    """Return the test part's archives with the digests of these gzipped files, for nobody gzips as in 1998."""
    images, labels = (
        replace(archive, gzip_sha256=hashlib.sha256(files[f"{archive.name}.gz"]).hexdigest())
        for archive in ARCHIVES["test"]
    )
    return images, labels


def delivers(files: Mapping[str, bytes]) -> Behaviour:
    """Send what is asked for, or 404."""

    def behave(request: _Request) -> None:
        if request.name not in files:
            request.send_error(404)
            return
        request.head(len(files[request.name]))
        request.wfile.write(files[request.name])

    return behave


def lies(request: _Request) -> None:
    """Answer every request with a page of HTML and a 200, as a hotel's network does."""
    page = b"<html><body>Welcome! Please log in.</body></html>"
    request.head(len(page), "text/html")
    request.wfile.write(page)


def keeps_silent(request: _Request) -> None:
    """Take the request and answer nobody but who waits far longer than the test allows."""
    if not request.mirror.released.wait(3):
        request.send_error(404)


def never_ends(request: _Request) -> None:
    """Send zeros until the other side hangs up; were it to take 128 MiB of them, the test has failed anyway."""
    request.head(None)
    for _ in range(2048):
        request.wfile.write(bytes(65536))


def breaks_off(files: Mapping[str, bytes], times: int) -> Behaviour:
    """Send half of each file and hang up, this many times for each; then deliver."""

    def behave(request: _Request) -> None:
        if request.mirror.asked.count(request.name) > times:
            delivers(files)(request)
            return
        content = files[request.name]
        request.head(len(content))
        request.wfile.write(content[: len(content) // 2])

    return behave


def stalls(files: Mapping[str, bytes], half_sent: threading.Event) -> Behaviour:
    """Send half of a file, say so to the test, and then nothing more."""

    def behave(request: _Request) -> None:
        content = files[request.name]
        request.head(len(content))
        request.wfile.write(content[: len(content) // 2])
        half_sent.set()
        request.mirror.released.wait(PATIENCE)

    return behave
