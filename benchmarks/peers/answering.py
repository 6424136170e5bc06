"""How a reader of pictures answers the benchmark: a process that is asked for one picture after the other.

In: on standard input a line a picture, its path as JSON. Out: on standard output first a line that says
who answers, then a line a picture: text, confidence from 0 to 1, and milliseconds from the path to the
text, decoding included; from readers that say it, also which digits each digit may be. Needs nothing but
the standard library, since it runs in every reader's environment.
"""

import json
import os
import sys
import time
from collections.abc import Callable

Answer = tuple[str, float]
"""Text and confidence."""

Sets = list[list[int]]
"""For each digit of a text those that it may be."""


def serve(version: str, read: Callable[[str], Answer | tuple[*Answer, Sets]]) -> None:
    """Answer until there are no more questions; what a library prints meanwhile goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    print(json.dumps({"version": version}), file=out, flush=True)
    for line in sys.stdin:
        path = json.loads(line)
        clock = time.perf_counter()
        try:
            text, confidence, *either = read(path)
            answer = {"text": text, "confidence": float(confidence)}
            if either:
                answer["either"] = either[0]
        except Exception as error:  # noqa: BLE001 - a reader that fails at a picture has not read it
            answer = {"text": "", "confidence": 0.0, "error": f"{type(error).__name__}: {error}"}
        answer["ms"] = 1000 * (time.perf_counter() - clock)
        print(json.dumps(answer), file=out, flush=True)


def digits_of(text: str) -> str:
    """Return the digits of a text: what else a general reader reads is held neither for nor against it."""
    return "".join(letter for letter in text if letter in "0123456789")
