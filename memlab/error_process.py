"""Repeats and intrusions: three explicit treatments, and the error process that gives them a probability.

A model that chooses among the items left gives a repeat or an intrusion no probability. Either they are dropped
(`memlab.core.sequences.sequences_of`), or an *error process* runs beside the model: at each output

1. an intrusion comes with probability p_intrusion;
2. otherwise, if anything was recalled, a repeat with probability p_repeat, each recalled item alike;
3. otherwise the model goes on: it stops or chooses an item.

An error leaves the model where it was. The likelihood is then that of the errors times that of the model on the
credited recalls, and both probabilities have a closed-form maximum: errors over chances for one. The end of recall
needs that no error came instead, so an observed end is a chance too; a full record has none. Beside every model of
credited recalls the process is the same, so it moves all log-likelihoods of a data set by the same amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import xlog1py, xlogy

from memlab.core.errors import DataError, ParameterError, UsageError
from memlab.core.recall import INTRUSION, STOP, Floats, Ints, RecallData, Recalls
from memlab.core.sequences import Handling, ends_observed

__all__ = [
    "TREATMENTS",
    "ErrorCounts",
    "ErrorProcess",
    "Treatment",
    "count_errors",
    "fit_error_process",
    "handling_of",
    "with_errors",
]

Treatment = Literal["drop_events", "drop_lists", "error_process"]

TREATMENTS: dict[str, str] = {
    "drop_events": "repeats and intrusions are deleted and the rest of the list is kept",
    "drop_lists": "lists with a repeat or an intrusion are left out",
    "error_process": "repeats and intrusions come from an error process with two fitted probabilities, the same beside "
    "every model",
}
"""What is done with repeats and intrusions, in the words of a report."""

HALF = 0.5
"""Added to errors and to non-errors where the values are used on other lists: an error that happened to be missing must
not be impossible there (Jeffreys' prior)."""


def handling_of(treatment: str) -> Handling:
    """Return what a model's sequences are made with: under an error process the errors are deleted from them.

    Raises
    ------
    UsageError
        Another treatment.
    """
    if treatment not in get_args(Treatment):
        raise UsageError(f"events must be {', '.join(get_args(Treatment))}. Got {treatment!r} instead.")
    return "drop_lists" if treatment == "drop_lists" else "drop_events"


@dataclass(frozen=True, eq=False)
class ErrorCounts:
    """Errors and chances for one, of each list, (n_lists,) each.

    Attributes
    ----------
    intrusions : int
    outputs : int
        Responses and observed ends: at each an intrusion could come.
    repeats : int
    repeatable : int
        Outputs that are no intrusion and have a recalled item before them: at each a repeat could come.
    which : float, nats
        Log-probability of which items were repeated, each of those recalled alike.
    """

    intrusions: Ints
    outputs: Ints
    repeats: Ints
    repeatable: Ints
    which: Floats

    def log_likelihood(self, process: ErrorProcess) -> Floats:
        """Return the log-probability of each list's errors, (n_lists,), nats."""
        log_p: Floats = self.which + _bernoulli(self.intrusions, self.outputs, process.p_intrusion)
        return log_p + _bernoulli(self.repeats, self.repeatable, process.p_repeat)


@dataclass(frozen=True)
class ErrorProcess:
    """A fitted error process.

    Attributes
    ----------
    p_intrusion, p_repeat : in [0, 1]
    log_likelihood : float, nats
        Of the errors of the lists that it was fitted to; a model's is added to it.
    n_events : int
        Outputs: responses, right or wrong, and observed ends. With an error process they are the n of BIC.
    k : int
        Fitted parameters.
    """

    p_intrusion: float
    p_repeat: float
    log_likelihood: float
    n_events: int
    k: int = 2


def count_errors(data: RecallData) -> ErrorCounts:
    """Count the errors of each list and the chances for one.

    Parameters
    ----------
    data : RecallData
        Responses beyond ``max_responses`` are not looked at. Every response that is not on the list is an intrusion.

    Examples
    --------
    >>> from memlab.core.recall import StudyLists
    >>> counts = count_errors(RecallData(StudyLists.simple(1, 3), Recalls(np.array([[3, -1, 3, 1]]))))
    >>> counts.intrusions, counts.outputs, counts.repeats, counts.repeatable  # the end is an output too
    (array([1]), array([5]), array([1]), array([3]))
    """
    kept = data.recalls.truncate(data.study.max_responses)
    ended = ends_observed(data.study, kept)
    n_lists, zeros = kept.n_lists, np.zeros(kept.n_lists, dtype=np.int64)
    intrusions, repeats, repeatable, which = zeros.copy(), zeros.copy(), zeros.copy(), np.zeros(n_lists)
    recalled = np.zeros((n_lists, data.list_length + 1), dtype=np.bool_)
    rows, before = np.arange(n_lists), zeros.copy()
    for response in data.study.at_first_presentation(kept.position).T:
        wrong, right = response < 0, response > 0
        again = right & recalled[rows, np.maximum(response, 0)]
        intrusions += wrong
        repeats += again
        repeatable += right & (before > 0)
        which -= np.where(again, np.log(np.maximum(before, 1)), 0.0)
        recalled[rows[right], response[right]] = True
        before += right & ~again
    outputs = (kept.position != STOP).sum(axis=1) + ended
    return ErrorCounts(intrusions, outputs, repeats, repeatable + (ended & (before > 0)), which)


def fit_error_process(data: RecallData | Sequence[RecallData], *, smoothing: float = 0.0) -> ErrorProcess:
    """Fit the two probabilities of an error process.

    Parameters
    ----------
    data
        One condition or several, under one set of probabilities.
    smoothing : >= 0
        0: the maximum of the likelihood, errors over chances. `HALF`: half an error and half a non-error are added,
        for values that other lists are scored by.

    Raises
    ------
    DataError
        There is no output.

    Examples
    --------
    >>> from memlab.core.recall import StudyLists
    >>> fitted = fit_error_process(RecallData(StudyLists.simple(1, 3), Recalls(np.array([[3, -1, 3, 1]]))))
    >>> fitted.p_intrusion, round(fitted.p_repeat, 3), fitted.n_events
    (0.2, 0.333, 5)
    """
    counts = [count_errors(one) for one in ([data] if isinstance(data, RecallData) else data)]
    outputs = sum(int(one.outputs.sum()) for one in counts)
    if not outputs:
        raise DataError("there is no recall and no end of recall that an error process could be fitted to.")
    intrusions, repeats, repeatable = (
        sum(int(getattr(one, name).sum()) for one in counts) for name in ("intrusions", "repeats", "repeatable")
    )
    fitted = ErrorProcess(_rate(intrusions, outputs, smoothing), _rate(repeats, repeatable, smoothing), 0.0, outputs)
    total = sum(float(one.log_likelihood(fitted).sum()) for one in counts)
    return ErrorProcess(fitted.p_intrusion, fitted.p_repeat, total, outputs)


def with_errors(data: RecallData, process: ErrorProcess, rng: np.random.Generator) -> RecallData:
    """Put the errors of a process into recalls that have none, so that a model's curves can be had with errors.

    Parameters
    ----------
    data : RecallData
        What a model simulated: every item at most once.
    process
        Both probabilities below 1, or recall would not end.

    Returns
    -------
    RecallData
        As wide as the longest list; no times. Cut it with `Recalls.truncate` if the people's record was cut.

    Raises
    ------
    DataError
        The recalls have repeats or intrusions already.
    ParameterError
        A probability of 1.
    """
    if max(process.p_intrusion, process.p_repeat) >= 1.0:
        raise ParameterError("an error process that always errs never ends; p_intrusion and p_repeat must be below 1.")
    counts = count_errors(data)
    if counts.intrusions.any() or counts.repeats.any():
        raise DataError(
            f"condition {data.name} has repeats or intrusions already; an error process is for recalls without."
        )
    lists = [_with_errors(row[row > 0].tolist(), process, rng) for row in data.recalls.position]
    position = np.zeros((len(lists), max(1, *map(len, lists), 1)), dtype=np.int64)
    for row, responses in zip(position, lists, strict=True):
        row[: len(responses)] = responses
    return RecallData(data.study, Recalls(position), data.name)


def _with_errors(recalled: list[int], process: ErrorProcess, rng: np.random.Generator) -> list[int]:
    """Return one list's responses: errors before each recall and before the end."""
    responses: list[int] = []
    for done in range(len(recalled) + 1):
        while True:
            if rng.random() < process.p_intrusion:
                responses.append(INTRUSION)
            elif done and rng.random() < process.p_repeat:
                responses.append(recalled[rng.integers(done)])
            else:
                break
        responses += recalled[done : done + 1]
    return responses


def _rate(errors: int, chances: int, smoothing: float) -> float:
    """Return errors over chances; 0 where there was no chance."""
    return (errors + smoothing) / (chances + 2 * smoothing) if chances + smoothing > 0 else 0.0


def _bernoulli(errors: Ints, chances: Ints, p: float) -> Floats:
    return np.asarray(xlogy(errors, p) + xlog1py(chances - errors, -p))
