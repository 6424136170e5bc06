"""What was tried on this machine, so that it is tried once: in the cache, by processor, torch and threads.

In: a name, and a trial to run where its answer is not known. Out: the answer. Knows nothing of what is tried.
"""

import json
from collections.abc import Callable
from pathlib import Path

import torch

from digitrec.data.archives import cache_folder
from digitrec.files import write_atomically
from digitrec.training.environment import processor
from digitrec.training.memory import kept_memory


def tried_once(name: str, trial: Callable[[], bool]) -> bool:
    """Return what the trial of that name said, which is run where the cache does not tell."""
    path = cache_folder().parent / "trials.json"
    key = f"{processor()}, torch {torch.__version__}, {torch.get_num_threads()} threads, {name}"
    known = _remembered(path)
    if key not in known:
        with kept_memory():
            known[key] = trial()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, json.dumps(known, indent=2).encode())
        except OSError:
            # It is only remembered to save seconds.
            pass
    return known[key]


def _remembered(path: Path) -> dict[str, bool]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
