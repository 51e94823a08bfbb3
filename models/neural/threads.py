"""`one_thread`: torch kept to one thread of the processor while networks run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["one_thread"]

_lock = threading.Lock()
_inside = {"count": 0, "before": 1}


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread: for matrices this small more only wait for each other, and sums depend on their number.

    It may be nested, and entered by several threads of Python at once; the last to leave restores what was before.
    """
    with _lock:
        if not _inside["count"]:
            _inside["before"] = torch.get_num_threads()
            torch.set_num_threads(1)
        _inside["count"] += 1
    try:
        yield
    finally:
        with _lock:
            _inside["count"] -= 1
            if not _inside["count"]:
                torch.set_num_threads(_inside["before"])
