"""`Problem`: one fit to be done: an objective, a search space, and how the minimum is looked for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from memlab.core.errors import NotSupported
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats
from memlab.fitting.intervals import intervals
from memlab.fitting.optimise import INTERRUPTED, Progress, Run, Search, restart
from memlab.fitting.result import Fit, Objective, Restart, Unit
from memlab.fitting.search import SearchSpace
from memlab.run_folder import versions

__all__ = ["FitObjective", "Problem"]


Evaluate = Callable[[Floats], Floats]


class FitObjective(Protocol):
    """What a fit makes small."""

    @property
    def kind(self) -> Objective:
        """``"likelihood"``, ``"curves"`` or ``"counts"``."""

    @property
    def smooth(self) -> bool:
        """Whether it has slopes, so that the search may end with L-BFGS-B."""

    @property
    def conditions(self) -> list[str]:
        """The conditions that are fitted."""

    @property
    def n_lists(self) -> int:
        """Lists that are fitted."""

    @property
    def n_events(self) -> int:
        """What is fitted of them: see `Fit`."""

    @property
    def dropped(self) -> Mapping[str, Any]:
        """What was left out."""

    def __call__(self, points: Floats) -> Floats:
        """Return the value of each set of values: (n_points, n_parameters) gives (n_points,)."""


@dataclass(frozen=True, eq=False)
class Problem:
    """One fit to be done.

    Attributes
    ----------
    model : Model
    objective : FitObjective
    space : SearchSpace
    search : Search
    restarts : int
        Runs of the optimiser, each from its own random numbers.
    seed : int
    unit : {"subject", "group", "condition"}
    who : str
    notes : dict
        What else the record of the method says: ``held``, why a parameter was not fitted.
    rescore : callable or None
        Gives the value at the values found, and what the record says of it, by random numbers that the search has not
        adapted to; None where the objective has none.
    start : dict or None
        Values that the first run starts from; None: the model's defaults.
    """

    model: Model
    objective: FitObjective
    space: SearchSpace
    search: Search
    restarts: int = 1
    seed: int = 1
    unit: Unit = "group"
    who: str = "all"
    notes: Mapping[str, Any] = field(default_factory=dict)
    rescore: Callable[[Values], tuple[float, dict[str, Any]]] | None = None
    start: Values | None = None

    def run(self, number: int, progress: Progress | None = None, evaluate: Evaluate | None = None) -> Run:
        """Return one run of the optimiser, the ``number``-th from 0.

        Parameters
        ----------
        evaluate
            Stands in for the objective: the same numbers, got another way.
        """
        return restart(evaluate or self.objective, self.space, self.search, self.seed, number, self.start, progress)

    def solve(self, progress: Progress | None = None, evaluate: Evaluate | None = None) -> Fit:
        """Do every run, one after the other, and return the best; on Ctrl-C the best so far, not converged."""
        begun, runs = time.perf_counter(), []
        for number in range(self.restarts):
            runs.append(self.run(number, progress, evaluate))
            if runs[-1].message == INTERRUPTED:
                break
        return self.fit(runs, time.perf_counter() - begun)

    def fit(self, runs: Sequence[Run], seconds: float, *, with_intervals: bool = True) -> Fit:
        """Return the record of these runs."""
        ordered = sorted(runs, key=lambda run: run.value)
        best = ordered[0]
        if math.isinf(best.value):
            raise NotSupported(
                f"{self.model.name}, {self.who}: under every set of values that was tried some list is impossible. Fit "
                "it with --objective curves, or leave such lists out."
            )
        values = self.space.values(best.x)
        value, more = (best.value, {}) if self.rescore is None else self.rescore(values)
        stopped = any(run.message == INTERRUPTED for run in runs)
        known, how = self._intervals(values) if with_intervals and not stopped else ({}, None)
        return Fit(
            model=self.model.name,
            unit=self.unit,
            who=self.who,
            conditions=self.objective.conditions,
            objective=self.objective.kind,
            value=value,
            values=values,
            free=list(self.space.free),
            bounds=self.space.bounds,
            at_bound=self.space.at_bound(values),
            n_lists=self.objective.n_lists,
            n_events=self.objective.n_events,
            converged=best.converged and not stopped,
            message=INTERRUPTED if stopped else best.message,
            evaluations=sum(run.evaluations for run in runs),
            seconds=seconds,
            seed=self.seed,
            options=_changed_options(self.model),
            dropped=dict(self.objective.dropped),
            method=self._method() | more | ({"intervals": how} if how else {}),
            intervals=known,
            restarts=[self._record(run) for run in ordered],
            versions=versions(),
        )

    def _intervals(self, values: Values) -> tuple[dict[str, list[float]], str | None]:
        """Return the intervals of the values and how they were made: none of a distance, or of an estimate."""
        if self.objective.kind == "curves" or not self.objective.smooth:
            return {}, None
        return intervals(self.objective, self.space, values, getattr(self.objective, "by_subject", None))

    def _record(self, run: Run) -> Restart:
        return Restart(run.value, self.space.values(run.x), run.evaluations, run.converged, run.message)

    def _method(self) -> dict[str, Any]:
        found = {
            "optimiser": self.search.method,
            "tolerance": self.search.settled_below,
            "generations": self.search.generations,
            "population": self.search.population if self.search.method == "de" else None,
            "polished": self.search.polish and self.search.method != "lbfgs",
            "start": None if self.start is None else dict(self.start),
            **self.notes,
        }
        return {name: value for name, value in found.items() if value is not None}


def _changed_options(model: Model) -> dict[str, Any]:
    default = type(model)().options
    return {name: value for name, value in model.options.items() if value != default[name]}
