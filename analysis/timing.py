"""When items are recalled: inter-response times (irt) by output position."""

from __future__ import annotations

from typing import Literal

import numpy as np

from memlab.analysis.counts import group_by_subject
from memlab.analysis.credited import Mask, first_correct, responded
from memlab.analysis.tables import Column, Table, check_option, tabulate
from memlab.core.recall import Floats, Ints, Labels, RecallData

__all__ = ["inter_response_times", "irt"]

Responses = Literal["all", "credited"]


def irt(
    data: object, *, responses: Responses = "all", by_number_recalled: bool = False, as_frame: bool = True
) -> Table:
    """Mean inter-response time by output position.

    The time of output 1 runs from the start of the test; that of output n from response n - 1. Times that are not known
    are left out.

    Parameters
    ----------
    data
        A long table (psifr's raw columns with ``response_time``), a path to one, a RecallData or a Conditions.
    responses
        ``"all"``, or ``"credited"``: only the time between two first correct recalls that are adjacent in output (and
        that to the first response, if it is one).
    by_number_recalled
        Keep lists apart by the number of responses in them: times rise toward the end of a list, wherever that is.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; n_recalled (responses in the list, where asked for); output (from 1, every response counts); irt (s);
        n (times that the mean is of). Only rows with n > 0.

    References
    ----------
    Murdock & Okada (1970), J. Exp. Psychol. 86, 263-267.
    """
    check_option("responses", responses, Responses)

    def columns(one: RecallData) -> dict[str, Column]:
        return _columns(one, _known(one, responses), by_number_recalled)

    return tabulate(data, columns, as_frame)


def inter_response_times(data: RecallData) -> Floats:
    """Return the time of each response since the one before it, (n_lists, n_outputs), seconds; NaN where unknown."""
    return np.diff(data.recalls.time, axis=1, prepend=0.0)


def _known(data: RecallData, responses: Responses) -> Mask:
    """Return which inter-response times count, (n_lists, n_outputs)."""
    known = responded(data) & ~np.isnan(inter_response_times(data))
    if responses == "all":
        return known
    credited = first_correct(data)
    after_credited = np.concatenate([np.ones((data.n_lists, 1), dtype=bool), credited[:, :-1]], axis=1)
    return np.asarray(known & credited & after_credited[:, : credited.shape[1]])


def _columns(data: RecallData, known: Mask, by_number_recalled: bool) -> dict[str, Column]:
    subjects, subject = group_by_subject(data)
    row, output = np.nonzero(known)
    n_responses = responded(data).sum(axis=1) if by_number_recalled else np.zeros(data.n_lists, dtype=np.int64)
    width = data.recalls.n_outputs + 1
    cell = (subject[row] * width + n_responses[row]) * width + output + 1
    cells, place, n = np.unique(cell, return_inverse=True, return_counts=True)
    total = np.bincount(place, weights=inter_response_times(data)[known], minlength=len(cells))
    table = _labels(cells, width, subjects, by_number_recalled)
    return {**table, "irt": total / n, "n": n.astype(np.int64)}


def _labels(cells: Ints, width: int, subjects: Labels, by_number_recalled: bool) -> dict[str, Column]:
    table: dict[str, Column] = {"subject": subjects[cells // width**2]}
    if by_number_recalled:
        table["n_recalled"] = cells // width % width
    return {**table, "output": cells % width}
