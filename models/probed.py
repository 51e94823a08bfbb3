"""What models of probed recall share: an item is shown, and one of the others is given as the one that followed it.

Each question is answered as if it were the only one about its list, whatever was asked and answered before, and the
item that is shown is never the answer. Both are ours.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, xlog1py, xlogy

from memlab.core.recall import OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.models.choice import SUPPORT_FLOOR

__all__ = ["by_cue", "draw_answers", "item_shown", "log_choice", "log_probability_of_answers", "one_question_each"]


def one_question_each(study: StudyLists) -> StudyLists:
    """Return the lists with a row for each question, list after list; lists without questions as they are.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> two = StudyLists.simple(1, 4, serial=SerialTest("probed", cue=np.array([[3, 1]])))
    >>> item_shown(one_question_each(two))
    array([2, 0])
    """
    if study.serial is None or study.serial.cue is None or study.serial.cue.shape[1] == 1:
        return study
    rows = study.select(np.repeat(np.arange(study.n_lists), study.serial.cue.shape[1]))
    assert rows.serial is not None
    return dataclasses.replace(rows, serial=dataclasses.replace(rows.serial, cue=study.serial.cue.reshape(-1, 1)))


def by_cue(study: StudyLists, answers: NDArray[Any]) -> NDArray[Any]:
    """Return what there is for each row of `one_question_each` with a row a list; other tests' as it is."""
    return answers if study.serial is None or study.serial.cue is None else answers.reshape(study.serial.cue.shape)


def item_shown(study: StudyLists) -> Ints:
    """Return the position of the item that each row's question shows, from 0, (n_lists,); -1 where there is none."""
    if study.serial is None or study.serial.cue is None:
        return np.full(study.n_lists, -1)
    return study.serial.cue[:, 0] - 1


def log_choice(support: Floats, shown: Ints, softmax: bool, sensitivity: Floats) -> Floats:
    """Return ln P of each answer by the rules of `memlab.models.choice`, minus infinity of the item shown.

    Parameters
    ----------
    support : (n_points, n_questions, N)
    shown : (n_questions,)
        From 0.
    softmax
        The softmax rule; else the power rule.
    sensitivity : (n_points,)
        T of the softmax rule or tau of the power rule.

    Returns
    -------
    (n_points, n_questions, N), nats
    """
    slope, floored = sensitivity[:, np.newaxis, np.newaxis], np.maximum(support, SUPPORT_FLOOR)
    weight: Floats = 2.0 / slope * floored if softmax else slope * np.log(floored)
    weight[:, np.arange(shown.size), shown] = -np.inf
    log_p: Floats = weight - logsumexp(weight, axis=2, keepdims=True)
    return log_p


def draw_answers(study: StudyLists, probability: Floats, blank: float, rng: np.random.Generator) -> Recalls:
    """Return answers drawn from their probabilities, blank with a probability of its own.

    Parameters
    ----------
    probability : (n_questions, N)
        Of all questions of `one_question_each`; need not sum to 1.
    """
    reached = np.cumsum(probability, axis=1)
    threshold = rng.random(len(reached)) * reached[:, -1]
    answer = np.minimum((reached <= threshold[:, np.newaxis]).sum(axis=1), reached.shape[1] - 1) + 1
    return Recalls(by_cue(study, np.where(rng.random(len(answer)) < blank, OMISSION, answer)))


def log_probability_of_answers(log_p: Floats, position: Ints, blank: Floats) -> Floats:
    """Return ln P of all answers about a list.

    Parameters
    ----------
    log_p : (n_points, n_questions, N)
        Of each answer that is given, from `log_choice`.
    position : (n_lists, n_cues)
        Answers from 1, `OMISSION` for none; n_questions is n_lists n_cues.
    blank : (n_points,)
        Probability that there is none.

    Returns
    -------
    (n_points, n_lists), nats
    """
    answer, b = position.ravel(), blank[:, np.newaxis]
    empty = (answer == OMISSION).astype(np.float64)
    chosen = np.where(empty, 0.0, log_p[:, np.arange(answer.size), np.maximum(answer - 1, 0)])
    each = chosen + xlogy(empty, b) + xlog1py(1.0 - empty, -b)  # (n_points, n_questions)
    total: Floats = each.reshape(len(blank), *position.shape).sum(axis=2)
    return total
