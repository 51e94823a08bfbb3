"""Which of a comparison's curves its figure draws: not more conditions than a page holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from memlab.analysis.figures.style import PEOPLE

__all__ = ["MOST_CONDITIONS", "drawn_curves"]

MOST_CONDITIONS = 12
"""With more, a figure of several curves a condition is longer than a page."""

CHOSEN = {"gew2012_e2": ("length_known-4", "length_known-6", "length_known-8", "length_known-12", "length_unknown-8")}
"""By data set with more conditions: those that are drawn."""

EXPECTED = ("repetitions",)
"""Curves that are drawn only where people have something other than 0: not all data hold a second response with the
same item."""


def drawn_curves(curves: Mapping[str, Sequence[Any]], data: str) -> tuple[Mapping[str, Sequence[Any]], str]:
    """Return the curves that are drawn, and a sentence on what was left out (empty if nothing was).

    Parameters
    ----------
    curves
        ``source, condition, measure, x, value, low, high``.
    data
        The id of the people.
    """
    conditions = list(dict.fromkeys(curves["condition"]))
    shown = _conditions(conditions, data)
    silent = [name for name in EXPECTED if name in curves["measure"] and not _of_people(curves, name)]
    keep = [c in shown and m not in silent for c, m in zip(curves["condition"], curves["measure"], strict=True)]
    if all(keep):
        return curves, ""
    kept = {
        name: [value for value, is_kept in zip(rows, keep, strict=True) if is_kept] for name, rows in curves.items()
    }
    said = f" Drawn are {len(shown)} of {len(conditions)} conditions." if len(shown) < len(conditions) else ""
    said += "".join(f" The people's record has no {name}, which are not drawn." for name in silent)
    return kept, f"{said} All numbers are in curves.csv."


def _conditions(names: list[str], data: str) -> list[str]:
    """Return all conditions, or those chosen for the data, or some evenly spread over them."""
    if len(names) <= MOST_CONDITIONS:
        return names
    chosen = [name for name in CHOSEN.get(data, ()) if name in names]
    return chosen or [names[i] for i in np.linspace(0, len(names) - 1, MOST_CONDITIONS).round().astype(int)]


def _of_people(curves: Mapping[str, Sequence[Any]], measure: str) -> bool:
    """Return whether people have any value other than 0; True where there are no people."""
    rows = zip(curves["source"], curves["measure"], curves["value"], strict=True)
    values = [float(value) for source, name, value in rows if source == PEOPLE and name == measure]
    return not values or any(values)
