"""Bits a recall event: the score that every model with a probability of recall sequences shares, networks too."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from memlab.core.recall import Floats
from memlab.core.sequences import Sequences

__all__ = ["bits_per_event", "uniform_log_likelihood"]


def bits_per_event(log_likelihood: ArrayLike, n_events: ArrayLike) -> float:
    """Return what an event costs on average, over all lists together; NaN without an event.

    Parameters
    ----------
    log_likelihood : (...), nats
        Of lists, subjects or conditions.
    n_events : (...)
        Their recalls and observed stops.

    Examples
    --------
    >>> bits_per_event([-np.log(8), -np.log(2)], [1, 1])
    2.0
    """
    events = float(np.sum(n_events))
    return float(-np.sum(log_likelihood) / np.log(2) / events) if events else float("nan")


def uniform_log_likelihood(sequences: Sequences) -> Floats:
    """Return the log-likelihood of each list where the items left and stopping are equally probable, (n_lists,), nats.

    Nothing is fitted: a floor that knows only that nothing is recalled twice. In serial recall, where every place has
    an item or none, a blank is as probable as each item left.

    Examples
    --------
    >>> from memlab.core.recall import RecallData, Recalls, StudyLists
    >>> from memlab.core.sequences import sequences_of
    >>> one = sequences_of(RecallData(StudyLists.simple(1, 3), Recalls(np.array([[2, 1, 0]]))))
    >>> np.exp(uniform_log_likelihood(one))  # 1/4, 1/3, and 1/2 for the stop
    array([0.04166667])
    """
    from scipy.special import gammaln

    if sequences.study.serial is not None:
        given = sequences.position > 0
        left = sequences.study.n_items[:, None] - (np.cumsum(given, axis=1) - given)
        if sequences.study.serial.cue is not None:
            left = np.full(given.shape, sequences.study.list_length - 1)  # all but the item shown, at each question
        of_list: Floats = -np.log(left + 1.0).sum(axis=1)
        return of_list
    choices = sequences.study.n_items + 1  # at the first output: every item, and stopping
    log_p: Floats = gammaln(choices - sequences.n_events + 1) - gammaln(choices + 1)
    return log_p
