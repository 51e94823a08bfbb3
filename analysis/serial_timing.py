"""When items are given in serial recall: by output place, and by how far they are from where they belong."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from memlab.analysis.counts import group_by_subject
from memlab.analysis.places import places_of
from memlab.analysis.tables import Column, Table, check_option, tabulate
from memlab.analysis.timing import inter_response_times
from memlab.core.recall import Floats, Ints, RecallData

__all__ = ["displacement_latency", "serial_latency"]

Responses = Literal["correct", "all"]
Mask = NDArray[np.bool_]


def serial_latency(data: object, *, responses: Responses = "correct", as_frame: bool = True) -> Table:
    """Mean time of a response since the one before it, by output place.

    The time of place 1 runs from the start of the test. Times that are not known are left out.

    Parameters
    ----------
    data
        A long table (psifr's raw columns with ``response_time``), a path to one, a RecallData or a Conditions.
    responses
        ``"correct"``: items at their places. ``"all"``: blanks and errors too.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; output (place, from 1); irt (s); n (times that the mean is of). Only rows with n > 0.
    """
    check_option("responses", responses, Responses)

    def columns(one: RecallData) -> dict[str, Column]:
        place, time = _aligned(one)
        output = np.broadcast_to(np.arange(1, one.list_length + 1), place.shape)
        keep = ~np.isnan(time) & ((place == output) | (responses == "all"))
        subject, x, mean, n = _means(one, output, time, keep)
        return {"subject": subject, "output": x, "irt": mean, "n": n}

    return tabulate(data, columns, as_frame)


def displacement_latency(data: object, *, as_frame: bool = True) -> Table:
    """Mean time of a response since the one before it, by displacement.

    The first place is left out, because its time holds the preparation of the whole response; so are blanks,
    intrusions and repeats.

    Parameters
    ----------
    data, as_frame
        See `serial_latency`.

    Returns
    -------
    Table with columns
        subject; displacement (output place less serial position); irt (s); adjusted (s, irt less the subject's mean
        time of correct items at the same place: places differ in speed and in the displacements that they allow; NaN
        where none was correct there); n. Only rows with n > 0.

    References
    ----------
    Farrell & Lewandowsky (2004), J. Mem. Lang. 51, 115-135.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        place, time = _aligned(one)
        output = np.broadcast_to(np.arange(1, one.list_length + 1), place.shape)
        keep = ~np.isnan(time) & (place > 0) & (output > 1) & ~_given_before(place)
        subject, x, mean, n = _means(one, output - place, time, keep)
        adjusted = _means(one, output - place, time - _correct_times(one, place, time), keep)[2]
        return {"subject": subject, "displacement": x, "irt": mean, "adjusted": adjusted, "n": n}

    return tabulate(data, columns, as_frame)


def _aligned(data: RecallData) -> tuple[Ints, Floats]:
    """Return what was given at each place and its time since the response before, each (n_lists, list_length)."""
    place = places_of(data)
    time = np.full(place.shape, np.nan)
    width = min(place.shape[1], data.recalls.n_outputs)
    time[:, :width] = inter_response_times(data)[:, :width]
    return place, time


def _given_before(place: Ints) -> Mask:
    """Return which responses repeat one before them in the list, (n_lists, list_length)."""
    repeated = np.zeros(place.shape, dtype=bool)
    for output in range(1, place.shape[1]):
        repeated[:, output] = (place[:, :output] == place[:, output : output + 1]).any(axis=1)
    return repeated


def _correct_times(data: RecallData, place: Ints, time: Floats) -> Floats:
    """Return the mean time of the subject's correct items at each place, (n_lists, list_length); NaN where none."""
    subjects, subject = group_by_subject(data)
    correct = (place == np.arange(1, place.shape[1] + 1)) & ~np.isnan(time)
    total, n = np.zeros((len(subjects), place.shape[1])), np.zeros((len(subjects), place.shape[1]))
    np.add.at(total, subject, np.where(correct, time, 0.0))
    np.add.at(n, subject, correct)
    mean = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    return np.asarray(mean[subject], dtype=np.float64)


def _means(data: RecallData, x: Ints, time: Floats, keep: Mask) -> tuple[Column, Ints, Floats, Ints]:
    """Return subject, x, mean time and number of times of each subject and x that has one."""
    subjects, subject = group_by_subject(data)
    row, output = np.nonzero(keep)
    width = 2 * data.list_length + 1
    cell = subject[row] * width + x[row, output] + data.list_length
    cells, at, n = np.unique(cell, return_inverse=True, return_counts=True)
    total = np.bincount(at, weights=time[row, output], minlength=len(cells))
    return subjects[cells // width], cells % width - data.list_length, total / n, n.astype(np.int64)
