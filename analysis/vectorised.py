"""The same counts as `memlab.analysis.kernels` in NumPy: a loop over outputs, all lists at once.

For data of an experiment's size, where importing numba takes longer than counting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memlab.core.recall import Ints

__all__ = ["lag_crp", "lag_rank", "pfr", "pnr", "spc"]

Mask = NDArray[np.bool_]


def _tally(subject: Ints, column: Ints, n_subjects: int, n_columns: int) -> Ints:
    """Count the pairs (subject, column), (n_subjects, n_columns)."""
    cell = subject * n_columns + column
    return np.bincount(cell, minlength=n_subjects * n_columns).reshape(n_subjects, n_columns).astype(np.int64)


def _sum_rows(rows: NDArray[Any], subject: Ints, n_subjects: int) -> Ints:
    """Sum the rows of each subject, (n_subjects, n_columns)."""
    total = np.zeros((n_subjects, rows.shape[1]), dtype=np.int64)
    if not len(rows):
        return total
    order = np.argsort(subject, kind="stable")
    starts = np.flatnonzero(np.diff(subject[order], prepend=-1))
    total[subject[order][starts]] = np.add.reduceat(rows[order], starts, axis=0, dtype=np.int64)
    return total


def _steps(position: Ints, n_items: int) -> Iterator[tuple[Ints, Mask, Mask]]:
    """Yield each output: its positions (0 for none), which are first correct recalls, and what remained before it."""
    n_lists, n_outputs = position.shape
    remaining = np.ones((n_lists, n_items), dtype=bool)
    rows = np.arange(n_lists)
    for output in range(n_outputs):
        found = np.maximum(position[:, output], 0)
        new = (found > 0) & remaining[rows, found - 1]
        yield found, new, remaining
        remaining[rows[new], found[new] - 1] = False


def spc(position: Ints, n_items: int, subject: Ints, n_subjects: int) -> Ints:
    """Count in how many lists each position was recalled."""
    recalled = np.zeros((len(position), n_items + 1), dtype=bool)
    recalled[np.arange(len(position))[:, None], np.maximum(position, 0)] = True
    return _sum_rows(recalled[:, 1:], subject, n_subjects)


def pfr(position: Ints, n_items: int, subject: Ints, n_subjects: int, strict: bool) -> tuple[Ints, Ints]:
    """Count first recalls by position, and the lists they are out of."""
    first = np.zeros(len(position), dtype=np.int64)
    if position.shape[1]:
        output = 0 if strict else np.argmax(position > 0, axis=1)
        first = np.maximum(position[np.arange(len(position)), output], 0)
    some = first > 0
    counted = np.ones_like(some) if strict else some
    lists = np.bincount(subject[counted], minlength=n_subjects).astype(np.int64)
    return _tally(subject[some], first[some] - 1, n_subjects, n_items), lists


def pnr(position: Ints, n_items: int, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
    """Count credited recalls by output and serial position, and the positions not yet recalled then."""
    actual = np.zeros((n_subjects, n_items, n_items), dtype=np.int64)
    recalls = np.zeros((n_subjects, n_items), dtype=np.int64)
    n_credited = np.zeros(len(position), dtype=np.int64)
    for found, new, _ in _steps(position, n_items):
        np.add.at(actual, (subject[new], n_credited[new], found[new] - 1), 1)
        np.add.at(recalls, (subject[new], n_credited[new]), 1)
        n_credited += new
    # An item was possible at output n unless it had come before it in a list that has an nth recall.
    possible = np.repeat(recalls[:, :, None], n_items, axis=2)
    came = np.zeros((len(position), n_items), dtype=np.int64)  # the output at which each item came; 0: never
    at = np.zeros(len(position), dtype=np.int64)
    for found, new, _ in _steps(position, n_items):
        at += new
        came[np.flatnonzero(new), found[new] - 1] = at[new]
    for output in range(1, n_items):
        goes_on = n_credited > output
        gone = (came > 0) & (came <= output) & goes_on[:, None]
        possible[:, output] -= _sum_rows(gone, subject, n_subjects)
    return actual, possible


def lag_crp(
    position: Ints,
    n_items: int,
    subject: Ints,
    n_subjects: int,
    skip_intrusions: bool,
    skip_repeats: bool,
    keep_recalled: bool,
) -> tuple[Ints, Ints]:
    """Count transitions by lag, and the lags that were open."""
    width = 2 * n_items - 1
    actual = np.zeros((n_subjects, width), dtype=np.int64)
    possible = np.zeros((n_subjects, width), dtype=np.int64)
    previous = np.zeros(len(position), dtype=np.int64)
    for output, (found, new, remaining) in enumerate(_steps(position, n_items)):
        moved = np.flatnonzero(new & (previous > 0))
        start = n_items - previous[moved]  # column of position 1
        actual += _tally(subject[moved], start + found[moved] - 1, n_subjects, width)
        open_list, open_item = np.nonzero(remaining[moved] | keep_recalled)
        possible += _tally(subject[moved][open_list], start[open_list] + open_item, n_subjects, width)
        skipped = (position[:, output] < 0) if skip_intrusions else np.zeros(len(position), dtype=bool)
        skipped |= (found > 0) & ~new & skip_repeats
        previous = np.where(new, found, np.where(skipped, previous, 0))
    possible[:, n_items - 1] = 0  # no item follows itself
    return actual, possible


def lag_rank(position: Ints, n_items: int, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
    """Sum the doubled ranks of the absolute lags, kept apart by the number of items that were possible."""
    ranks = np.zeros((n_subjects, n_items + 1), dtype=np.int64)
    transitions = np.zeros((n_subjects, n_items + 1), dtype=np.int64)
    previous = np.zeros(len(position), dtype=np.int64)
    places = np.arange(1, n_items + 1)
    for found, new, remaining in _steps(position, n_items):
        moved = np.flatnonzero(new & (previous > 0))
        open_items = remaining[moved]
        distance = np.abs(places - previous[moved, None])
        own = np.abs(found[moved] - previous[moved])[:, None]
        farther = (open_items & (distance > own)).sum(axis=1)
        tied = (open_items & (distance == own)).sum(axis=1) - 1
        cell = (subject[moved], open_items.sum(axis=1))
        np.add.at(ranks, cell, 2 * farther + tied)
        np.add.at(transitions, cell, 1)
        previous = np.where(new, found, 0)
    return ranks, transitions
