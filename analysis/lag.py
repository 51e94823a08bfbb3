"""By lag, the distance in the list between successive recalls: the lag-CRP and the lag rank (temporal factor)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from memlab.analysis.counts import Counts, engine, group_by_subject
from memlab.analysis.tables import Column, Table, check_option, tabulate, tidy
from memlab.core.recall import Floats, Ints, Labels, RecallData

__all__ = ["LagRanks", "lag_crp", "lag_crp_counts", "lag_rank", "lag_rank_counts"]

Between = Literal["break", "drop", "drop_with_repeats"]
Possible = Literal["remaining", "all"]


def lag_crp(
    data: object, *, between: Between = "break", possible: Possible = "remaining", as_frame: bool = True
) -> Table:
    """Conditional response probability by lag: how far in the list recall moves from one item to the next.

    Parameters
    ----------
    data
        A long table (psifr's raw columns), a path to one, a RecallData or a Conditions.
    between
        What an intrusion or a repeat between two first correct recalls does; see `lag_crp_counts`.
    possible
        Which lags were open; see `lag_crp_counts`.
    as_frame
        False returns a dict of columns and leaves pandas alone.

    Returns
    -------
    Table with columns
        subject; lag; prob (NaN where never possible); actual; possible. A ``condition`` column leads where there are
        several.

    References
    ----------
    Kahana (1996), Mem. Cognit. 24, 103-109.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        counts = lag_crp_counts(one, between=between, possible=possible)
        return tidy(counts, lag=counts.x)

    return tabulate(data, columns, as_frame)


def lag_rank(data: object, *, as_frame: bool = True) -> Table:
    """Temporal factor: the mean percentile rank of the absolute lags among those that were possible.

    Parameters
    ----------
    data, as_frame
        See `lag_crp`.

    Returns
    -------
    Table with columns
        subject; rank (1: always the nearest item, .5: no preference; NaN without a transition).

    References
    ----------
    Polyn, Norman & Kahana (2009), Psychol. Rev. 116, 129-156.
    """

    def columns(one: RecallData) -> dict[str, Column]:
        ranks = lag_rank_counts(one)
        return {"subject": ranks.subjects, "rank": ranks.rank}

    return tabulate(data, columns, as_frame)


def lag_crp_counts(data: RecallData, *, between: Between = "break", possible: Possible = "remaining") -> Counts:
    """Count transitions by lag, and the lags that were open.

    A transition runs between two first correct recalls that are adjacent in output; its lag is the second's serial
    position less the first's.

    Parameters
    ----------
    data
        One condition.
    between
        What an intrusion or a repeat between two first correct recalls does: ``"break"`` the transition; ``"drop"``:
        intrusions are deleted first, repeats still break; ``"drop_with_repeats"``: both are deleted first.
    possible
        Which lags were open: those of the items that ``"remaining"`` to be recalled, or of ``"all"`` items but the last
        recalled.

    Returns
    -------
    Counts
        x: lags -(list_length - 1) .. list_length - 1; lag 0 is never possible.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> data = RecallData(StudyLists.simple(1, 3), Recalls(np.array([[2, 3, 1]])))
    >>> lag_crp_counts(data).possible
    array([[1, 1, 0, 1, 0]])
    """
    check_option("between", between, Between)
    check_option("possible", possible, Possible)
    subjects, subject = group_by_subject(data)
    actual, open_lags = engine(data).lag_crp(
        data.recalls.position,
        data.list_length,
        subject,
        len(subjects),
        between != "break",
        between == "drop_with_repeats",
        possible == "all",
    )
    return Counts(np.arange(1 - data.list_length, data.list_length), actual, open_lags, subjects)


@dataclass(frozen=True, eq=False)
class LagRanks:
    """The mean percentile rank of each subject's absolute lags.

    Attributes
    ----------
    rank : (n_subjects,) float, in [0, 1]
        1: always the nearest item possible; .5: no preference; NaN without a transition.
    transitions : (n_subjects,) int
        Transitions with a rank: those with at least two items possible.
    subjects : (n_subjects,)
        Labels, sorted.
    """

    rank: Floats
    transitions: Ints
    subjects: Labels


def lag_rank_counts(data: RecallData) -> LagRanks:
    """Rank the absolute lag of each transition among those that were possible; a tie shares its ranks.

    Transitions are those of `lag_crp_counts` by default. A rank is the share of the other possible items that are
    farther away, those equally far counting half.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> data = RecallData(StudyLists.simple(1, 4), Recalls(np.array([[2, 3, 1, 4]])))
    >>> lag_rank_counts(data).rank  # 2-3 ties with 2-1, 4 is farther: 3/4; 3-1: 4 is nearer: 0
    array([0.375])
    """
    subjects, subject = group_by_subject(data)
    doubled, transitions = engine(data).lag_rank(data.recalls.position, data.list_length, subject, len(subjects))
    others = np.arange(1, data.list_length)  # possible items beside the one recalled; without any there is no rank
    n_ranked = transitions[:, 2:].sum(axis=1)
    total = (doubled[:, 2:] / (2 * others)).sum(axis=1)
    rank = np.divide(total, n_ranked, out=np.full(len(subjects), np.nan), where=n_ranked > 0)
    return LagRanks(rank, n_ranked, subjects)
