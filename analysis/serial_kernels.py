"""Compiled counts of serial order: one pass over the lists. Importing this module loads numba.

Each function promises what `SerialEngine` says; `serial_vectorised` gives the same numbers.
"""

from __future__ import annotations

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.recall import Ints

__all__ = ["displacements", "found", "kinds", "next_right", "sequels"]


@compiled
def _kind(p: int, o: int, again: bool) -> int:
    """Return the kind of response p at place o (from 0): its index in `memlab.analysis.serial_order.KINDS`."""
    if p < 0:
        return 4 if p == -1 else 5
    if p == o + 1:
        return 0
    if again:
        return 3
    return 1 if p > o + 1 else 2


@compiled
def kinds(place: Ints, subject: Ints, n_subjects: int) -> Ints:
    """Count what stands at each place: right, too early, too late, repeated, intrusion, blank."""
    n_lists, n_items = place.shape
    count = np.zeros((n_subjects, 6, n_items), dtype=np.int64)
    last_list = np.full(n_items, -1, dtype=np.int64)  # where each item was last seen: nothing to clear
    for i in range(n_lists):
        for o in range(n_items):
            p = place[i, o]
            count[subject[i], _kind(p, o, p > 0 and last_list[p - 1] == i), o] += 1
            if p > 0:
                last_list[p - 1] = i
    return count


@compiled
def next_right(place: Ints, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
    """Count right answers at the next place, and next places, by what stands at a place."""
    n_lists, n_items = place.shape
    actual = np.zeros((n_subjects, 6, n_items - 1), dtype=np.int64)
    possible = np.zeros((n_subjects, 6, n_items - 1), dtype=np.int64)
    last_list = np.full(n_items, -1, dtype=np.int64)
    for i in range(n_lists):
        for o in range(n_items - 1):
            p = place[i, o]
            kind = _kind(p, o, p > 0 and last_list[p - 1] == i)
            if p > 0:
                last_list[p - 1] = i
            possible[subject[i], kind, o] += 1
            if place[i, o + 1] == o + 2:
                actual[subject[i], kind, o] += 1
    return actual, possible


@compiled
def found(place: Ints, subject: Ints, n_subjects: int) -> Ints:
    """Count the lists in which each item was given anywhere, and directly after the item before it."""
    n_lists, n_items = place.shape
    count = np.zeros((n_subjects, 2, n_items), dtype=np.int64)
    last_list = np.full(n_items, -1, dtype=np.int64)
    for i in range(n_lists):
        before = 0  # the start of the list, which item 1 comes after
        for o in range(n_items):
            p = place[i, o]
            if p > 0 and last_list[p - 1] != i:
                last_list[p - 1] = i
                count[subject[i], 0, p - 1] += 1
                if p == before + 1:
                    count[subject[i], 1, p - 1] += 1
            before = p if p > 0 else -9  # nothing comes after a blank or an intrusion
    return count


@compiled
def displacements(place: Ints, subject: Ints, n_subjects: int, keep_repeats: bool) -> tuple[Ints, Ints]:
    """Count items by output place less the place where they were due, and the displacements that were open."""
    n_lists, n_items = place.shape
    actual = np.zeros((n_subjects, 2 * n_items - 1), dtype=np.int64)
    possible = np.zeros((n_subjects, 2 * n_items - 1), dtype=np.int64)
    last_list = np.full(n_items, -1, dtype=np.int64)
    for i in range(n_lists):
        s = subject[i]
        for o in range(n_items):
            p = place[i, o]
            if p < 0 or (last_list[p - 1] == i and not keep_repeats):
                continue
            last_list[p - 1] = i
            actual[s, o + n_items - p] += 1
            for j in range(o, o + n_items):
                possible[s, j] += 1
    return actual, possible


@compiled
def sequels(place: Ints, subject: Ints, n_subjects: int, first_only: bool, strict: bool) -> Ints:
    """Count what follows an item given one place too early: the item it displaced, the one after it, anything else."""
    n_lists, n_items = place.shape
    count = np.zeros((n_subjects, 3), dtype=np.int64)
    last_list = np.full(n_items, -1, dtype=np.int64)
    for i in range(n_lists):
        waiting, done = False, False
        for o in range(n_items):
            p = place[i, o]
            if not strict and (p < 0 or last_list[p - 1] == i):
                continue  # blanks, intrusions and repeats are passed over
            if p > 0:
                last_list[p - 1] = i
            ahead = p - o - 1 if p > 0 else n_items + 1  # farther than any item can be
            if waiting:
                sequel = 0 if ahead == -1 else (1 if ahead == 1 else 2)
                count[subject[i], sequel] += 1
            waiting = ahead == 1 and not done
            done = done or ((first_only or strict) and ahead != 0)
        if waiting:
            count[subject[i], 2] += 1
    return count
