"""`Counts`: how often something happened and how often it could have, by subject; what tables, fits and scores share.

A count is made by one of two engines that give the same whole numbers: `memlab.analysis.kernels` (compiled, for large
data) and `memlab.analysis.vectorised` (NumPy, where loading numba would cost more than it saves).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from memlab.core.recall import Floats, Ints, Labels, RecallData

__all__ = ["Counts", "Engine", "engine", "group_by_subject", "ratio"]

COMPILED_FROM = 1_000_000
"""Cells of the recall table (lists x outputs) from which numba is worth loading: importing it and reading the kernels
from its cache takes 0.4 s, in which NumPy counts a curve of one to two million cells."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Events that happened, and that could have, by subject.

    Attributes
    ----------
    x : (n_x,) int, or (n_x, 2) int
        What the columns are: serial positions, lags, or (output, serial position) pairs.
    actual : (n_subjects, n_x) int
        How often it happened.
    possible : (n_subjects, n_x) int
        How often it could have.
    subjects : (n_subjects,)
        Labels, sorted.
    """

    x: Ints
    actual: Ints
    possible: Ints
    subjects: Labels

    def prob(self) -> Floats:
        """Return actual / possible of each subject, (n_subjects, n_x); NaN where it was never possible."""
        return ratio(self.actual, self.possible)

    def pooled(self) -> Floats:
        """Return the sum of actual over the sum of possible, all subjects together, (n_x,)."""
        return ratio(self.actual.sum(axis=0), self.possible.sum(axis=0))


def ratio(actual: Ints, possible: Ints) -> Floats:
    """Return actual / possible, NaN where possible is 0.

    Examples
    --------
    >>> ratio(np.array([1, 0]), np.array([4, 0]))
    array([0.25,  nan])
    """
    share: Floats = np.full(np.shape(possible), np.nan)
    np.divide(actual, possible, out=share, where=np.asarray(possible) != 0)
    return share


class Engine(Protocol):
    """What `kernels` and `vectorised` both offer.

    Every function takes ``position`` (n_lists, n_outputs), ``n_items`` a list, ``subject`` (n_lists,) indices and
    ``n_subjects``, and returns two whole-number arrays with a row a subject.
    """

    def spc(self, position: Ints, n_items: int, subject: Ints, n_subjects: int) -> Ints:
        """Return in how many lists each position was recalled, (n_subjects, n_items)."""

    def pfr(self, position: Ints, n_items: int, subject: Ints, n_subjects: int, strict: bool) -> tuple[Ints, Ints]:
        """Return first recalls by position, (n_subjects, n_items), and lists, (n_subjects,)."""

    def pnr(self, position: Ints, n_items: int, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
        """Return actual and possible recalls, (n_subjects, n_items outputs, n_items positions)."""

    def lag_crp(
        self,
        position: Ints,
        n_items: int,
        subject: Ints,
        n_subjects: int,
        skip_intrusions: bool,
        skip_repeats: bool,
        keep_recalled: bool,
    ) -> tuple[Ints, Ints]:
        """Return actual and possible transitions by lag, (n_subjects, 2 n_items - 1)."""

    def lag_rank(self, position: Ints, n_items: int, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
        """Return doubled rank sums and transitions by how many items were possible, (n_subjects, n_items + 1)."""


def engine(data: RecallData) -> Engine:
    """Return the compiled kernels for large data or where numba is loaded already, NumPy otherwise."""
    if data.recalls.position.size >= COMPILED_FROM or "numba" in sys.modules:
        from memlab.analysis import kernels

        return cast(Engine, kernels)
    from memlab.analysis import vectorised

    return cast(Engine, vectorised)


def group_by_subject(data: RecallData) -> tuple[Labels, Ints]:
    """Return the subjects, sorted, and each list's index into them, (n_lists,).

    The same as `RecallData.subjects` and `RecallData.subject_index`, without sorting every list's label: lists of one
    subject usually stand together.
    """
    labels: Any = data.study.subject
    if not len(labels):
        return labels, np.zeros(0, dtype=np.int64)
    starts = np.concatenate([[True], labels[1:] != labels[:-1]])
    subjects, run_subject = np.unique(labels[starts], return_inverse=True)
    run = np.cumsum(starts) - 1
    return subjects, run_subject.astype(np.int64)[run]
