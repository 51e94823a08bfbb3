"""Recalls in, tidy tables out: one analysis a concept, the same for people and models.

Names are imported when they are first used: counting a small experiment needs neither pandas nor numba.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Counts": "counts",
    "LagRanks": "lag",
    "lag_crp": "lag",
    "lag_crp_counts": "lag",
    "lag_rank": "lag",
    "lag_rank_counts": "lag",
    "pfr": "serial_position",
    "pfr_counts": "serial_position",
    "pnr": "serial_position",
    "pnr_counts": "serial_position",
    "spc": "serial_position",
    "spc_counts": "serial_position",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module(f"memlab.analysis.{_PUBLIC[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'memlab.analysis' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
