"""Compiled counts: one pass over the lists. Importing this module loads numba; see `memlab.analysis.counts.engine`.

Each function promises what `Engine` says; `vectorised` gives the same numbers.
"""

from __future__ import annotations

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Ints

__all__ = ["lag_crp", "lag_rank", "pfr", "pnr", "spc"]


@compiled
def spc(position: Ints, n_items: int, subject: Ints, n_subjects: int) -> Ints:
    """Count in how many lists each position was recalled."""
    recalled = np.zeros((n_subjects, n_items), dtype=np.int64)
    last_list = np.full(n_items, -1, dtype=np.int64)  # where each position was last seen: nothing to clear
    for i in range(position.shape[0]):
        for o in range(position.shape[1]):
            p = position[i, o]
            if p == 0:
                break
            if p > 0 and last_list[p - 1] != i:
                last_list[p - 1] = i
                recalled[subject[i], p - 1] += 1
    return recalled


@compiled
def pfr(position: Ints, n_items: int, subject: Ints, n_subjects: int, strict: bool) -> tuple[Ints, Ints]:
    """Count first recalls by position, and the lists they are out of."""
    first = np.zeros((n_subjects, n_items), dtype=np.int64)
    lists = np.zeros(n_subjects, dtype=np.int64)
    for i in range(position.shape[0]):
        found = 0
        for o in range(position.shape[1]):
            found = max(position[i, o], 0)
            if strict or found > 0 or position[i, o] == 0:
                break
        if found > 0:
            first[subject[i], found - 1] += 1
        if strict or found > 0:
            lists[subject[i]] += 1
    return first, lists


@compiled
def pnr(position: Ints, n_items: int, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
    """Count credited recalls by output and serial position, and the positions not yet recalled then."""
    actual = np.zeros((n_subjects, n_items, n_items), dtype=np.int64)
    possible = np.zeros((n_subjects, n_items, n_items), dtype=np.int64)
    remaining = np.empty(n_items, dtype=np.int64)
    for i in range(position.shape[0]):
        s = subject[i]
        remaining[:] = 1
        n_credited = 0
        for o in range(position.shape[1]):
            p = position[i, o]
            if p == 0:
                break
            if p > 0 and remaining[p - 1]:
                for j in range(n_items):
                    possible[s, n_credited, j] += remaining[j]
                actual[s, n_credited, p - 1] += 1
                remaining[p - 1] = 0
                n_credited += 1
    return actual, possible


@compiled
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
    actual = np.zeros((n_subjects, 2 * n_items - 1), dtype=np.int64)
    possible = np.zeros((n_subjects, 2 * n_items - 1), dtype=np.int64)
    remaining = np.empty(n_items, dtype=np.int64)
    open_items = np.ones(n_items, dtype=np.int64) if keep_recalled else remaining
    for i in range(position.shape[0]):
        s = subject[i]
        remaining[:] = 1
        previous = 0
        for o in range(position.shape[1]):
            p = position[i, o]
            if p == 0:
                break
            if p < 0:
                previous = previous if skip_intrusions else 0
                continue
            if not remaining[p - 1]:
                previous = previous if skip_repeats else 0
                continue
            if previous > 0:
                start = n_items - previous  # column of position 1
                open_lags = possible[s, start : start + n_items]
                for j in range(n_items):
                    open_lags[j] += open_items[j]
                actual[s, start + p - 1] += 1
            remaining[p - 1] = 0
            previous = p
    possible[:, n_items - 1] = 0  # no item follows itself
    return actual, possible


@compiled
def lag_rank(position: Ints, n_items: int, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
    """Sum the doubled ranks of the absolute lags, kept apart by the number of items that were possible.

    A transition's doubled rank is twice the possible items that are farther away plus the others equally far:
    whole numbers, so that the sum does not depend on the order of the lists.
    """
    ranks = np.zeros((n_subjects, n_items + 1), dtype=np.int64)
    transitions = np.zeros((n_subjects, n_items + 1), dtype=np.int64)
    remaining = np.empty(n_items, dtype=np.int64)
    for i in range(position.shape[0]):
        s = subject[i]
        remaining[:] = 1
        n_remaining = n_items
        previous = 0
        for o in range(position.shape[1]):
            p = position[i, o]
            if p == 0:
                break
            if p < 0 or not remaining[p - 1]:
                previous = 0
                continue
            if previous > 0:
                distance = abs(p - previous)
                nearer = 0
                for j in range(max(previous - distance, 0), min(previous + distance - 1, n_items)):
                    nearer += remaining[j]
                other = 2 * previous - p
                tied = remaining[other - 1] if 0 < other <= n_items else 0
                ranks[s, n_remaining] += 2 * (n_remaining - nearer - tied - 1) + tied
                transitions[s, n_remaining] += 1
            remaining[p - 1] = 0
            n_remaining -= 1
            previous = p
    return ranks, transitions
