"""How the curves of a model move with one parameter, all else as it was."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from memlab.comparison import CURVE_COLUMNS, as_columns, curve_rows
from memlab.contender import Contender, Piece, Progress, Simulated, simulate_pieces
from memlab.core.errors import ParameterError, UnknownName, UsageError
from memlab.core.files import Columns
from memlab.core.model import Model
from memlab.curve_sets import curve_set
from memlab.lists import ListCondition
from memlab.target import Target

__all__ = ["Step", "Sweep", "run_sweep", "steps_of"]

MOST_VALUES, MOST_COLUMNS = 24, 8
"""Of the first parameter: more lines could not be told apart; of the second: more panels would not fit beside each
other."""


@dataclass(frozen=True, eq=False)
class Step:
    """The model at one setting of the swept parameters.

    Attributes
    ----------
    contender : Contender
        With these values; labelled by them.
    swept : dict of float
        The swept parameters in order, one or two.
    """

    contender: Contender
    swept: Mapping[str, float]

    @property
    def source(self) -> str:
        """The line that it is: the first parameter's value, ``beta_enc=0.5``."""
        return _label(*next(iter(self.swept.items())))

    @property
    def column(self) -> str:
        """The column of panels that it is in: the second parameter's value, or nothing."""
        return ", ".join(itertools.starmap(_label, list(self.swept.items())[1:]))


def _label(name: str, value: float) -> str:
    return f"{name}={value:.10g}"


@dataclass(frozen=True, eq=False)
class Sweep:
    """A model at every value of one parameter, or of two.

    Attributes
    ----------
    base : Contender
        The model with the values that all else stays at.
    steps : tuple of Step
        In the order of the values; the first parameter changes slowest.
    conditions : tuple of ListCondition
    simulated : dict
        By (label of the step's contender, condition).
    target : Target or None
        The people behind the lines.
    seed : int
    interrupted : bool
        Whether some pieces are missing.
    """

    base: Contender
    steps: tuple[Step, ...]
    conditions: tuple[ListCondition, ...]
    simulated: Mapping[tuple[str, str], Simulated]
    target: Target | None
    seed: int
    interrupted: bool = False

    @property
    def swept(self) -> tuple[str, ...]:
        """The swept parameters."""
        return tuple(self.steps[0].swept)

    def curves(self) -> Columns:
        """Return every curve: ``source, condition, measure, x, value, low, high, error``, and the swept parameters.

        A source is ``people``, where there are any, or the first parameter with its value. With two parameters the
        second's value stands in ``condition``, because it is what a column of the figure is for. Low and high are as in
        `memlab.comparison.Comparison.curves`; ``error`` is the Monte-Carlo standard error of ``value``, or for trained
        networks the standard error over networks; people have none.
        """
        rows: list[tuple[object, ...]] = []
        nothing = (float("nan"),) * len(self.swept)
        for condition in self.conditions:
            columns = dict.fromkeys(self._column(step, condition) for step in self.steps)
            for column in columns if condition.people else ():
                assert condition.people is not None
                for measure in curve_set(condition.people.paradigm).curves:
                    curve = condition.people.everyone[measure]
                    none = np.full(len(curve.x), np.nan)
                    found = curve_rows("people", column, measure, curve.x, curve.mean, *curve.interval(), none)
                    rows += [(*row, *nothing) for row in found]
            for step in self.steps:
                rows += self._rows(step, condition)
        return as_columns((*CURVE_COLUMNS, "error", *self.swept), rows)

    def _column(self, step: Step, condition: ListCondition) -> str:
        return step.column or condition.name

    def _rows(self, step: Step, condition: ListCondition) -> list[tuple[object, ...]]:
        done = self.simulated.get((step.contender.name, condition.name))
        rows: list[tuple[object, ...]] = []
        for measure in done.drawn(curve_set(condition.study.paradigm).curves) if done else ():
            assert done is not None
            mean, spread = done.mean(measure), done.spread(measure)
            error = spread / 1.96 / np.sqrt(np.maximum((~np.isnan(done.curves[measure])).sum(axis=0), 1))
            labels = (step.source, self._column(step, condition), measure)
            rows += curve_rows(*labels, done.x[measure], mean, mean - spread, mean + spread, error)
        return [(*row, *step.swept.values()) for row in rows]


def steps_of(base: Contender, swept: Mapping[str, str | Sequence[float]]) -> list[Step]:
    """Return the model at every value of the swept parameters, everything else as it is in `base`.

    Parameters
    ----------
    base
        The model with its values.
    swept
        By parameter, of one parameter or of two: the values, or text, ``"0.1:0.9:9"`` (start, stop, how many, both ends
        included) or ``"1,2,5"``. A range of a parameter that takes whole numbers only is rounded to them.

    Raises
    ------
    UnknownName
        The model has no such parameter.
    ParameterError
        A value out of the parameter's range, or text that is neither.
    UsageError
        No parameter or more than two, or too many values.
    """
    if not 1 <= len(swept) <= 2:
        raise UsageError(f"a sweep moves one parameter or two: --param NAME=START:STOP:N. Got {len(swept)}.")
    checked = {name: _values(base.model, name, values) for name, values in swept.items()}
    for (name, values), most in zip(checked.items(), (MOST_VALUES, MOST_COLUMNS), strict=False):
        if len(values) > most:
            raise UsageError(f"{name}: at most {most} values can be told apart in one figure. Got {len(values)}.")
    return [_step(base, dict(zip(checked, one, strict=True))) for one in itertools.product(*checked.values())]


def _values(model: Model, name: str, given: str | Sequence[float]) -> list[float]:
    """Return the checked values of a parameter, each once."""
    known = {parameter.name: parameter for parameter in model.parameters}
    if name not in known:
        raise UnknownName(f"{model.name} has no parameter", name, known)
    values = _read(name, given, whole=known[name].integer) if isinstance(given, str) else given
    found = list(dict.fromkeys(known[name].check(value, model.name) for value in values))
    if not found:
        raise ParameterError(f"{name} needs at least one value.")
    return found


def _read(name: str, text: str, *, whole: bool) -> list[float]:
    """Return the values that a text stands for."""
    try:
        if ":" not in text:
            return [float(part) for part in text.split(",")]
        start, stop, n = text.split(":")
        with np.errstate(invalid="ignore"):  # an infinite end is refused as a value
            points = np.linspace(float(start), float(stop), min(int(n), MOST + 1))
    except ValueError:
        points = np.zeros(0)
    if not 2 <= len(points) <= MOST:
        raise ParameterError(
            f"{name}: write START:STOP:N with N from 2 to {MOST}, or A,B,C. Got '{text}' instead."
        ) from None
    # Ten digits: 0.3 is meant, not 0.30000000000000004.
    return [float(f"{round(point) if whole and np.isfinite(point) else point:.10g}") for point in points]


MOST = 10_000
"""Values of a parameter that a sweep may ask for; one more digit than anybody would look at."""


def _step(base: Contender, swept: Mapping[str, float]) -> Step:
    values = {**base.parameters.values, **swept}
    base.model.resolve(values)
    label = ", ".join(itertools.starmap(_label, swept.items()))
    parameters = replace(base.parameters, values=values, conditions={})
    return Step(replace(base, parameters=parameters, per_condition=False, label=label), swept)


def run_sweep(
    base: Contender,
    swept: Mapping[str, str | Sequence[float]],
    conditions: Sequence[ListCondition],
    target: Target | None = None,
    *,
    seed: int = 1,
    replications: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Sweep:
    """Simulate a model at every value of the swept parameters, in every condition.

    All values get the same stream of random numbers, so that curves move with the parameter and not with chance.

    Parameters
    ----------
    base
        The model with the values that all else stays at.
    swept
        As `steps_of` takes them.
    conditions
        The lists; one only where two parameters are swept.
    target
        The people that the conditions are from, or None.
    seed, replications, jobs, progress
        As `memlab.lesioning.run_lesions` takes them.

    Raises
    ------
    UnknownName, ParameterError, UsageError
        As `steps_of`; or two parameters and several conditions.
    """
    steps = steps_of(base, swept)
    if len(swept) > 1 and len(conditions) > 1:
        names = ", ".join(condition.name for condition in conditions)
        raise UsageError(f"with two parameters a column of the figure is a value: name one --conditions of {names}.")
    pieces = [Piece(step.contender, c.name, c.study) for step in steps for c in conditions]
    done, interrupted = simulate_pieces(pieces, seed, replications, jobs, progress)
    return Sweep(base, tuple(steps), tuple(conditions), done, target, seed, interrupted)
