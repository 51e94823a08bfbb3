"""The same counts as `memlab.analysis.serial_kernels` in NumPy, for data of an experiment's size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from memlab.core.recall import INTRUSION, OMISSION, Ints

__all__ = ["displacements", "found", "kinds", "next_right", "sequels"]

Mask = NDArray[np.bool_]


def _sum(mask: Mask, subject: Ints, n_subjects: int) -> Ints:
    """Count the true lists of each subject in each column, (n_subjects, n_columns)."""
    row, column = np.nonzero(mask)
    cell = subject[row] * mask.shape[1] + column
    total = np.bincount(cell, minlength=n_subjects * mask.shape[1])
    return total.reshape(n_subjects, mask.shape[1]).astype(np.int64)


def _first(place: Ints) -> Mask:
    """Return which responses are the first of their item, (n_lists, n_items)."""
    seen = np.zeros((len(place), place.shape[1] + 1), dtype=bool)
    seen[:, 0] = True  # no item
    first, rows = np.zeros(place.shape, dtype=bool), np.arange(len(place))
    for output in range(place.shape[1]):
        given = np.maximum(place[:, output], 0)
        first[:, output] = ~seen[rows, given]
        seen[rows, given] = True
    return first


def _due(place: Ints) -> Ints:
    return np.arange(1, place.shape[1] + 1)


def _kinds(place: Ints) -> tuple[Mask, ...]:
    """Return where each kind of response stands, (n_lists, n_items) each."""
    first, due = _first(place), _due(place)
    return (
        place == due,
        first & (place > due),
        first & (place < due),
        (place > 0) & ~first & (place != due),
        place == INTRUSION,
        place == OMISSION,
    )


def kinds(place: Ints, subject: Ints, n_subjects: int) -> Ints:
    """Count what stands at each place: right, too early, too late, repeated, intrusion, blank."""
    return np.stack([_sum(mask, subject, n_subjects) for mask in _kinds(place)], axis=1)


def next_right(place: Ints, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
    """Count right answers at the next place, and next places, by what stands at a place."""
    right = place[:, 1:] == _due(place)[1:]
    before = [mask[:, :-1] for mask in _kinds(place)]
    actual, possible = (
        np.stack([_sum(mask, subject, n_subjects) for mask in masks], axis=1)
        for masks in ([mask & right for mask in before], before)
    )
    return actual, possible


def found(place: Ints, subject: Ints, n_subjects: int) -> Ints:
    """Count the lists in which each item was given anywhere, and directly after the item before it."""
    first = _first(place)
    before = np.concatenate([np.zeros((len(place), 1), dtype=np.int64), place[:, :-1]], axis=1)[:, : place.shape[1]]
    before[:, 1:][before[:, 1:] <= 0] = -9  # nothing comes after a blank or an intrusion
    masks = []
    for counted in (first, first & (place == before + 1)):
        given = np.zeros((len(place), place.shape[1] + 1), dtype=bool)
        row, output = np.nonzero(counted)
        given[row, place[row, output]] = True
        masks.append(given[:, 1:])
    return np.stack([_sum(mask, subject, n_subjects) for mask in masks], axis=1)


def displacements(place: Ints, subject: Ints, n_subjects: int, keep_repeats: bool) -> tuple[Ints, Ints]:
    """Count items by output place less the place where they were due, and the displacements that were open."""
    n_items = place.shape[1]
    counted = place > 0 if keep_repeats else _first(place)
    row, output = np.nonzero(counted)
    cell = subject[row] * (2 * n_items - 1) + output + n_items - place[row, output]
    actual = np.bincount(cell, minlength=n_subjects * (2 * n_items - 1)).reshape(n_subjects, 2 * n_items - 1)
    per_place = _sum(counted, subject, n_subjects)
    possible = np.zeros_like(actual)
    for o in range(n_items):
        possible[:, o : o + n_items] += per_place[:, o : o + 1]
    return actual.astype(np.int64), possible.astype(np.int64)


def sequels(place: Ints, subject: Ints, n_subjects: int, first_only: bool, strict: bool) -> Ints:
    """Count what follows an item given one place too early: the item it displaced, the one after it, anything else."""
    n_items = place.shape[1]
    there = np.ones(place.shape, dtype=bool) if strict else _first(place)
    ahead = np.where(place > 0, place - _due(place), n_items + 1)  # farther than any item can be
    order = np.argsort(~there, axis=1, kind="stable")  # what counts moves up
    ahead = np.where(np.take_along_axis(there, order, axis=1), np.take_along_axis(ahead, order, axis=1), 0)
    early = ahead == 1
    if first_only or strict:
        early &= np.cumsum(ahead != 0, axis=1) == 1
    nothing = np.full((len(place), 1), n_items + 1)
    after = np.concatenate([ahead[:, 1:], nothing], axis=1)[:, :n_items]
    masks = (early & (after == -1), early & (after == 1), early & (np.abs(after) != 1))
    return np.stack([_sum(mask, subject, n_subjects).sum(axis=1) for mask in masks], axis=1)
