"""Fitting to counts: how often each serial position was recalled, for models that give its probability (SIMPLE)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from memlab.core.crediting import first_correct
from memlab.core.errors import NotSupported, UsageError
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats, RecallData
from memlab.fitting.curves import ExactCurve
from memlab.fitting.intervals import sum_by_subject
from memlab.fitting.optimise import GENERATIONS, POPULATION, Method, Progress, Search
from memlab.fitting.problem import Problem
from memlab.fitting.result import Fit, Objective, Unit
from memlab.fitting.search import SearchSpace

__all__ = ["CountObjective", "count_problem", "fit_counts", "recalled_items", "require_curve"]

SURE = 1e-6
"""A predicted probability is kept this far from 0 and 1: SIMPLE caps its sum at 1, and one item missed there would make
the data impossible whatever else the values do."""


def require_curve(model: Model) -> None:
    """Refuse a model that does not give its serial-position curve without simulation.

    Raises
    ------
    NotSupported
    """
    if not isinstance(model, ExactCurve):
        raise NotSupported(
            f"{model.name} gives no probability of recall by serial position without simulation. "
            "Fit it with --objective likelihood or curves."
        )


def recalled_items(data: RecallData) -> Floats:
    """Return which items were recalled, (n_lists, list_length), 0 or 1; repeats and intrusions do not count.

    Examples
    --------
    >>> from memlab.core.recall import Recalls, StudyLists
    >>> recalled_items(RecallData(StudyLists.simple(1, 3), Recalls(np.array([[3, -1, 3, 1]]))))
    array([[1., 0., 1.]])
    """
    kept = data.recalls.truncate(data.study.max_responses)
    position = first_correct(kept.position, data.list_length)
    found = np.zeros((data.n_lists, data.list_length + 1))
    np.put_along_axis(found, position, 1.0, axis=1)
    return found[:, 1:]


@dataclass(frozen=True, eq=False)
class CountObjective:
    """Minus the binomial log-likelihood of the counts of recalled items by serial position, nats.

    Each item of each list is a trial of its own: -sum [r ln p + (1 - r) ln (1 - p)]. That is the binomial likelihood of
    the counts without its coefficient, which does not depend on the values. p is kept `SURE` away from 0 and 1.

    Attributes
    ----------
    model : Model
    data : tuple of RecallData
        One a condition.
    """

    model: Model
    data: tuple[RecallData, ...]

    kind: ClassVar[Objective] = "counts"
    smooth: ClassVar[bool] = True

    @property
    def conditions(self) -> list[str]:
        """The conditions, in order."""
        return [data.name for data in self.data]

    @property
    def n_lists(self) -> int:
        """Lists over all conditions."""
        return sum(data.n_lists for data in self.data)

    @property
    def n_events(self) -> int:
        """Items that could be recalled, over all lists."""
        return sum(data.n_lists * data.list_length for data in self.data)

    @property
    def dropped(self) -> Mapping[str, Any]:
        """Nothing that the record needs: repeats and intrusions are no counts."""
        return {}

    @cached_property
    def _recalled(self) -> list[Floats]:
        return [recalled_items(data) for data in self.data]

    def __call__(self, points: Floats) -> Floats:
        """Return the value of each set of values, (n_points, n_parameters) gives (n_points,)."""
        names = [p.name for p in self.model.parameters]
        return np.array([self._value(dict(zip(names, row.tolist(), strict=True))) for row in points])

    def by_subject(self, values: Values) -> Floats:
        """Return the value of each person's lists, over all conditions, (n_subjects,)."""
        return sum_by_subject([data.study for data in self.data], self._lists(values))

    def _value(self, values: Values) -> float:
        return sum(float(one.sum()) for one in self._lists(values))

    def _lists(self, values: Values) -> list[Floats]:
        """Return the value of each list, an array (n_lists,) a condition."""
        assert isinstance(self.model, ExactCurve)
        found = []
        for data, recalled in zip(self.data, self._recalled, strict=True):
            p = np.clip(self.model.serial_position_curve(data.study, values), SURE, 1.0 - SURE)
            found.append(-np.log(np.where(recalled > 0, p, 1.0 - p)).sum(axis=1))
        return found


def fit_counts(
    model: Model,
    data: Sequence[RecallData],
    *,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    method: Method = "de",
    restarts: int = 1,
    seed: int = 1,
    tolerance: float | None = None,
    generations: int = GENERATIONS,
    progress: Progress | None = None,
) -> Fit:
    """Fit one set of values to the counts of all conditions together; see `memlab.fitting.likelihood.fit_likelihood`.

    Parameters
    ----------
    data
        One a condition.
    """
    search = Search(method, tolerance, generations, POPULATION)
    return count_problem(model, data, free=free, fixed=fixed, search=search, restarts=restarts, seed=seed).solve(
        progress
    )


def count_problem(
    model: Model,
    data: Sequence[RecallData],
    *,
    free: Sequence[str] | None = None,
    fixed: Values | None = None,
    search: Search | None = None,
    restarts: int = 1,
    seed: int = 1,
    unit: Unit = "group",
    who: str = "all",
) -> Problem:
    """Return the fit as a `Problem`; see `fit_counts`."""
    require_curve(model)
    if not data:
        raise UsageError(f"{model.name}: there are no lists to fit.")
    objective, space = CountObjective(model, tuple(data)), SearchSpace.of(model, free, fixed)
    notes = {"likelihood": "binomial, without its coefficient"}
    return Problem(model, objective, space, search or Search(), restarts, seed, unit, who, notes)
