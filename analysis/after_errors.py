"""What people say after an item that came too early: the item it displaced (fill-in) or the next one (infill)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from memlab.analysis.counts import group_by_subject, ratio
from memlab.analysis.places import places_of
from memlab.analysis.serial_engine import serial_engine
from memlab.analysis.tables import Column, Table, check_option, tabulate
from memlab.core.recall import Floats, Ints, Labels, RecallData

__all__ = ["DEFINITIONS", "FillIn", "fill_in", "fill_in_counts"]

Definition = Literal["any", "first_error", "strict"]
DEFINITIONS: tuple[Definition, ...] = get_args(Definition)


@dataclass(frozen=True, eq=False)
class FillIn:
    """What followed items that were given one place too early, by subject.

    Attributes
    ----------
    fill_in, infill, other : (n_subjects,) int
        The displaced item; the item after the early one; anything else, or nothing.
    subjects : (n_subjects,)
        Labels, sorted.
    """

    fill_in: Ints
    infill: Ints
    other: Ints
    subjects: Labels

    def share(self) -> Floats:
        """Return fill-ins out of fill-ins and infills, (n_subjects,); NaN without either. Above 1/2: no chaining."""
        return ratio(self.fill_in, self.fill_in + self.infill)


def fill_in(data: object, *, as_frame: bool = True) -> Table:
    """Fill-in and infill: what follows an item that was given one place too early, in three definitions.

    After A C of a list A B C D, B is a fill-in and D an infill. A chain of associations predicts infill, a code of
    positions or a gradient of strength fill-in.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; definition (see `fill_in_counts`); fill_in; infill; other (counts); prob (fill-ins out of fill-ins and
        infills, NaN without either); actual (fill_in); possible (fill_in + infill). The usual ratio of fill-in to
        infill is that of the sums over subjects.

    References
    ----------
    Surprenant, Kelley, Farley & Neath (2005), Memory 13; Farrell, Hurlstone & Lewandowsky (2013), Mem. Cognit. 41,
    938-952.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        parts = [_columns(fill_in_counts(one, definition), definition) for definition in DEFINITIONS]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    return tabulate(data, columns, as_frame)


def _columns(counts: FillIn, definition: Definition) -> dict[str, Column]:
    return {
        "subject": counts.subjects,
        "definition": np.full(len(counts.subjects), definition, dtype=object),
        "fill_in": counts.fill_in,
        "infill": counts.infill,
        "other": counts.other,
        "prob": counts.share(),
        "actual": counts.fill_in,
        "possible": counts.fill_in + counts.infill,
    }


def fill_in_counts(data: RecallData, definition: Definition = "first_error") -> FillIn:
    """Count what follows an item that was given one place too early.

    Parameters
    ----------
    data
        One condition.
    definition
        ``"any"``: blanks, intrusions and repeats are passed over; an item at the place before its own, followed by an
        item one place late (fill-in) or one place early (infill). Every such item counts. ``"first_error"``: the same,
        but only of the first item in a list that is out of its place. ``"strict"``: the first error of any kind in a
        list is an item one place too early; the very next response is the displaced item, or the item after the early
        one.

    Raises
    ------
    UsageError
        Another definition, or probed recall.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> lists = Recalls(np.array([[1, 3, 2, 4], [1, 3, 4, 2], [-1, 3, 2, 4]]))
    >>> data = RecallData(StudyLists.simple(3, 4), lists)
    >>> [fill_in_counts(data, d).fill_in.item() for d in DEFINITIONS], fill_in_counts(data).infill.item()
    ([2, 2, 1], 1)
    """
    check_option("definition", definition, Definition)
    subjects, subject = group_by_subject(data)
    engine = serial_engine(data)
    counts = engine.sequels(
        places_of(data), subject, len(subjects), definition == "first_error", definition == "strict"
    )
    return FillIn(counts[:, 0], counts[:, 1], counts[:, 2], subjects)
