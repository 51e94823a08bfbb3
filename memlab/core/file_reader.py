"""Who reads a file of recalls: a place that the top of memlab names, so that core imports nothing above it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

__all__ = ["read_file", "use_reader"]

_PLACE: list[str] = []


def use_reader(place: str) -> None:
    """Have files read by ``"module:function"``, which is imported when the first file is read."""
    _PLACE[:] = [place]


def read_file(path: str | Path) -> Any:
    """Return the conditions of a file of recalls, in whatever format it is."""
    module, _, function = _PLACE[0].partition(":")
    return getattr(importlib.import_module(module), function)(path)
