"""One model, intact and with lesions, on the same lists: curves and scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from memlab.analysis.list_ends import END_POSITIONS, middle_positions
from memlab.comparison import CURVE_COLUMNS, as_columns, curve_rows, measure_ceiling, score_in
from memlab.contender import (
    Contender,
    Piece,
    Progress,
    Simulated,
    distance_from,
    jackknife_error,
    left_out,
    simulate_pieces,
)
from memlab.core.errors import UsageError
from memlab.core.files import Columns
from memlab.core.recall import Floats
from memlab.curves import MEASURES
from memlab.lists import ListCondition
from memlab.signatures import SIGNATURES
from memlab.target import Target

__all__ = ["INTACT", "LESION_SCORES", "Lesions", "early_and_middle", "end_of_list", "run_lesions"]

INTACT = "intact"
"""The label of the model that nothing was taken out of; figures know it by the same word."""

Statistic = Callable[[Floats], float]


def end_of_list(spc: Floats) -> float:
    """Return the mean recall of the last positions: the recency part of the curve."""
    return float(spc[-END_POSITIONS:].mean())


def early_and_middle(spc: Floats) -> float:
    """Return the mean recall of all positions before the last third; NaN for a list without a middle.

    A third, because in theories with a buffer recency reaches further back than the last positions.
    """
    try:
        return float(spc[: middle_positions(len(spc)).stop].mean())
    except UsageError:
        return float("nan")


LESION_SCORES: tuple[tuple[str, str, Statistic], ...] = (
    ("recalled", "spc", lambda curve: float(curve.sum())),
    ("end_of_list", "spc", end_of_list),
    ("early_and_middle", "spc", early_and_middle),
    *SIGNATURES,
)
"""(name, curve it is computed of, function) of what a curve shows by itself, without people."""


@dataclass(frozen=True, eq=False)
class Lesions:
    """An intact model and its lesions.

    Attributes
    ----------
    contenders : tuple of Contender
        Labelled `INTACT`, then each with the words of its lesion.
    conditions : tuple of ListCondition
    simulated : dict
        By (label, condition).
    target : Target or None
        The people; None for lists that no people of ours recalled.
    seed : int
    interrupted : bool
        Whether some pieces are missing.
    """

    contenders: tuple[Contender, ...]
    conditions: tuple[ListCondition, ...]
    simulated: Mapping[tuple[str, str], Simulated]
    target: Target | None
    seed: int
    interrupted: bool = False
    _tables: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The lesions, in order."""
        return tuple(contender.name for contender in self.contenders[1:])

    def curves(self) -> Columns:
        """Return every curve: ``source, condition, measure, x, value, low, high``.

        The sources are ``people`` where there are any, ``intact``, and the words of each lesion. Low and high are as in
        `memlab.comparison.Comparison.curves`.
        """
        rows: list[tuple[object, ...]] = []
        for condition in self.conditions:
            for measure, curve in (condition.people.everyone if condition.people else {}).items():
                rows += curve_rows("people", condition.name, measure, curve.x, curve.mean, *curve.interval())
            for contender in self.contenders:
                done = self.simulated.get((contender.name, condition.name))
                for measure in done.curves if done else ():
                    assert done is not None
                    mean, spread = done.mean(measure), done.spread(measure)
                    ends = (mean - spread, mean + spread)
                    rows += curve_rows(contender.name, condition.name, measure, done.x[measure], mean, *ends)
        return as_columns(CURVE_COLUMNS, rows)

    def scores(self) -> Columns:
        """Return the scores: ``lesion, condition, measure, value, error, intact, ceiling``.

        Measures: ``recalled`` (items a list), ``end_of_list`` and ``early_and_middle`` (mean recall of the last three
        positions, and of all before the last third), the signatures (see `memlab.signatures`); where there are people,
        ``rmsd_spc``, ``rmsd_pfr`` and ``rmsd_lag_crp`` from the scored ones. `error` is the Monte-Carlo error, or for
        trained networks that over networks; `intact` the intact model's value; `ceiling` the noise ceiling of an RMSD.
        The condition ``mean`` is the mean over conditions.
        """
        if "scores" not in self._tables:
            self._tables["scores"] = _score_table(self)
        scores: Columns = self._tables["scores"]
        return scores

    def score(self, lesion: str, measure: str, condition: str = "mean") -> float:
        """Return one score; NaN where there is none."""
        return score_in(self.scores(), "lesion", lesion, condition, measure)

    def ceiling(self, measure: str) -> float:
        """Return the noise ceiling of a score, the mean over conditions; NaN without people."""
        each = [measure_ceiling(c.people, measure) if c.people else float("nan") for c in self.conditions]
        return float(np.mean(each))


SCORE_COLUMNS = ("lesion", "condition", "measure", "value", "error", "intact", "ceiling")
Row = tuple[str, str, str, float, float, float]


def _score_table(lesions: Lesions) -> Columns:
    rows = [row for condition in lesions.conditions for row in _people_rows(condition)]
    rows = [*rows, *_means(rows)]
    for contender in lesions.contenders:
        rows += _contender_rows(lesions, contender)
    intact = {row[1:3]: row[3] for row in rows if row[0] == INTACT}
    nan = float("nan")
    full = [(*row[:5], nan if row[0] == "people" else intact.get(row[1:3], nan), row[5]) for row in rows]
    return as_columns(SCORE_COLUMNS, full)


def _people_rows(condition: ListCondition) -> list[Row]:
    if condition.people is None:
        return []
    curves, nan = condition.people.scored, float("nan")
    return [
        ("people", condition.name, name, statistic(curves[kind].mean), nan, nan)
        for name, kind, statistic in LESION_SCORES
    ]


def _means(rows: Sequence[Row]) -> list[Row]:
    """Return the means over conditions of people's scores."""
    names, nan = dict.fromkeys(row[2] for row in rows), float("nan")
    return [("people", "mean", n, float(np.mean([row[3] for row in rows if row[2] == n])), nan, nan) for n in names]


def _contender_rows(lesions: Lesions, contender: Contender) -> list[Row]:
    """Return a contender's scores in every condition that is finished, and their means."""
    rows: list[Row] = []
    without_one: dict[str, list[Floats]] = {}
    for condition in lesions.conditions:
        done = lesions.simulated.get((contender.name, condition.name))
        for name, kind, statistic in _statistics(condition) if done else ():
            assert done is not None
            if kind in done.curves:
                left = left_out(statistic, done.curves[kind])
                without_one.setdefault(name, []).append(left)
                ceiling = measure_ceiling(condition.people, name) if condition.people else float("nan")
                value, error = statistic(done.mean(kind)), jackknife_error(left)
                rows.append((contender.name, condition.name, name, value, error, ceiling))
    for name, parts in without_one.items():
        values = np.array([row[3:] for row in rows if row[2] == name])
        error = _error_of_mean(parts, joint=bool(contender.seeds))
        rows.append((contender.name, "mean", name, float(values[:, 0].mean()), error, float(values[:, 2].mean())))
    return rows


def _error_of_mean(without_one: Sequence[Floats], *, joint: bool) -> float:
    """Return the error of a mean over conditions: the same networks are in all, simulated experiments in one each."""
    if joint:
        return jackknife_error(np.mean(without_one, axis=0))
    return float(np.sqrt(sum(jackknife_error(left) ** 2 for left in without_one)) / len(without_one))


def _statistics(condition: ListCondition) -> tuple[tuple[str, str, Statistic], ...]:
    if condition.people is None:
        return LESION_SCORES
    scored = condition.people.scored
    return (*LESION_SCORES, *((f"rmsd_{kind}", kind, distance_from(scored[kind])) for kind in MEASURES))


def run_lesions(
    contenders: Sequence[Contender],
    conditions: Sequence[ListCondition],
    target: Target | None,
    *,
    seed: int = 1,
    replications: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Lesions:
    """Simulate an intact model and its lesions in every condition.

    All get the same stream of random numbers, so that a lesion which changes nothing changes no recall.

    Parameters
    ----------
    contenders
        The first is the intact one, labelled `INTACT`.
    conditions
        The lists.
    target
        The people that the conditions are from, or None.
    seed
        The same seed gives the same result, whatever `jobs` is.
    replications
        Simulated experiments a condition. None: `memlab.contender.MIN_REPLICATIONS`, or one with each trained network.
    jobs
        Threads.
    progress
        Told of every finished piece.

    Returns
    -------
    Lesions
        On Ctrl-C, of what was finished, with ``interrupted`` set.
    """
    pieces = [Piece(contender, c.name, c.study) for contender in contenders for c in conditions]
    done, interrupted = simulate_pieces(pieces, seed, replications, jobs, progress)
    return Lesions(tuple(contenders), tuple(conditions), done, target, seed, interrupted)
