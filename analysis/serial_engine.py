"""Which engine counts serial order: compiled kernels for large data, NumPy otherwise; both give the same numbers."""

from __future__ import annotations

import sys
from typing import Protocol, cast

from memlab.analysis.counts import COMPILED_FROM
from memlab.core.recall import Ints, RecallData

__all__ = ["SerialEngine", "serial_engine"]


class SerialEngine(Protocol):
    """What `serial_kernels` and `serial_vectorised` both offer.

    Every function takes ``place`` (n_lists, n_items) from `memlab.analysis.places`, ``subject`` (n_lists,) indices and
    ``n_subjects``, and returns whole numbers with a row a subject.
    """

    def kinds(self, place: Ints, subject: Ints, n_subjects: int) -> Ints:
        """Return right, too early, too late, repeated, intrusion and blank by place, (n_subjects, 6, n_items)."""

    def next_right(self, place: Ints, subject: Ints, n_subjects: int) -> tuple[Ints, Ints]:
        """Return right next places and all, by the kind of each place, (n_subjects, 6, n_items - 1) both."""

    def found(self, place: Ints, subject: Ints, n_subjects: int) -> Ints:
        """Return items given anywhere, and right after the item before them, (n_subjects, 2, n_items)."""

    def displacements(self, place: Ints, subject: Ints, n_subjects: int, keep_repeats: bool) -> tuple[Ints, Ints]:
        """Return actual and possible displacements, (n_subjects, 2 n_items - 1)."""

    def sequels(self, place: Ints, subject: Ints, n_subjects: int, first_only: bool, strict: bool) -> Ints:
        """Return fill-in, infill and others after an item given one place too early, (n_subjects, 3)."""


def serial_engine(data: RecallData) -> SerialEngine:
    """Return the compiled kernels for large data or where numba is loaded already, NumPy otherwise."""
    if data.recalls.position.size >= COMPILED_FROM or "numba" in sys.modules:
        from memlab.analysis import serial_kernels

        return cast(SerialEngine, serial_kernels)
    from memlab.analysis import serial_vectorised

    return cast(SerialEngine, serial_vectorised)
