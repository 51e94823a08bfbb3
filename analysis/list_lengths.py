"""Accuracy of serial recall by list length."""

from __future__ import annotations

import numpy as np

from memlab.analysis.counts import ratio
from memlab.analysis.serial_order import Scoring, serial_accuracy_counts
from memlab.analysis.tables import Column, Table, as_conditions, stack
from memlab.core.recall import RecallData

__all__ = ["length_function"]


def length_function(data: object, *, scoring: Scoring = "strict", as_frame: bool = True) -> Table:
    """List-length function: the share of items recalled, by the length of the list.

    Conditions that differ in nothing but the length in their names (``known-5``, ``known-6``) are one curve.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    scoring
        See `memlab.analysis.serial_accuracy_counts`.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; list_length; prob; actual (items); possible (items studied). A ``condition`` column leads where there
        are several curves.
    """
    curves: dict[str, list[dict[str, Column]]] = {}
    for name, one in as_conditions(data).items():
        curves.setdefault(_without_length(name, one.list_length), []).append(_columns(one, scoring))
    tables = {
        name: {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
        for name, parts in curves.items()
    }
    return stack(tables, as_frame)


def _without_length(name: str, length: int) -> str:
    """Return the name of a condition without its list length.

    Examples
    --------
    >>> _without_length("known-6", 6), _without_length("6", 6), _without_length("quiet", 6)
    ('known', 'all', 'quiet')
    """
    return "all" if name == str(length) else name.removesuffix(f"-{length}")


def _columns(data: RecallData, scoring: Scoring) -> dict[str, Column]:
    counts = serial_accuracy_counts(data, scoring)
    actual, possible = counts.actual.sum(axis=1), counts.possible.sum(axis=1)
    return {
        "subject": counts.subjects,
        "list_length": np.full(len(actual), data.list_length),
        "prob": ratio(actual, possible),
        "actual": actual,
        "possible": possible,
    }
