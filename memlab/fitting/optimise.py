"""`minimise`: differential evolution, L-BFGS-B or CMA-ES over a search space, a whole population in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from memlab.core.errors import MissingExtra, NotSupported, UsageError
from memlab.core.parameters import Values
from memlab.core.recall import Floats
from memlab.core.rng import stream
from memlab.fitting.search import SearchSpace

__all__ = ["METHODS", "Method", "Progress", "Run", "Search", "minimise", "restart"]

Method = Literal["de", "lbfgs", "cma"]
METHODS: tuple[str, ...] = get_args(Method)

Objective = Callable[[Floats], Floats]
"""Takes sets of values, (n_points, n_parameters), and gives what is minimised, (n_points,)."""

Progress = Callable[[int, float], None]
"""Called after each generation with its number and the lowest value so far."""

TOLERANCE: dict[str, float] = {"de": 0.01, "lbfgs": 1e-9, "cma": 1e-4}
"""When a search has settled. de: the SD of the population's values falls below this share of their mean (scipy's own
rule and value; what is left to gain is left to polishing). lbfgs: a step gains less than this share. cma: the values of
the last generations range over less than this share of the way gone since the first."""

GENERATIONS = 1000
"""At most so many generations (L-BFGS-B: steps)."""

POPULATION = 15
"""Members of differential evolution's population for each free parameter: scipy's own value."""

STARTS = 16
"""Points for each free parameter from the best of which a run of L-BFGS-B starts."""

STEP = 1e-6
"""Half the distance, on the scale of the search and as a share of the range, between the points of a difference
quotient: near the cube root of the precision of a double, where a central difference is the most exact."""

SIGMA = 0.25
"""CMA-ES starts with this SD, as a share of each range: its author's advice of about a quarter."""

NEAR = 0.1
"""The same where somebody gave the values to start from: the search is then to mend them rather than to start anew."""

STRIDE = 0.02
"""The first step of a descent, as a share of the ranges."""

HIGHEST = 1e300
"""Stands for an infinite value in CMA-ES, which ranks."""

CEILING = 10.0
"""An infinite value (an impossible list) counts in a descent as so many times the size of its first value above it."""


@dataclass(frozen=True)
class Search:
    """How a minimum is looked for.

    Attributes
    ----------
    method : {"de", "lbfgs", "cma"}
        Differential evolution; L-BFGS-B from the best of many points; CMA-ES.
    tolerance : float, > 0, or None
        See `TOLERANCE`, which None takes.
    generations : int
    population : int
        Members for each free parameter (differential evolution).
    polish : bool
        Whether L-BFGS-B ends the search: only for a smooth objective.
    sigma : float, > 0
        The SD that CMA-ES starts with, as a share of each range.
    """

    method: Method = "de"
    tolerance: float | None = None
    generations: int = GENERATIONS
    population: int = POPULATION
    polish: bool = True
    sigma: float = SIGMA

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UsageError(f"method must be one of {', '.join(METHODS)}. Got {self.method!r} instead.")
        if not (self.settled_below > 0 and self.generations >= 1 and self.population >= 1):
            raise UsageError("tolerance must be above 0; generations and population must be at least 1.")

    @property
    def settled_below(self) -> float:
        """The tolerance, or the method's own."""
        return TOLERANCE[self.method] if self.tolerance is None else self.tolerance


@dataclass(frozen=True, eq=False)
class Run:
    """What one run of an optimiser found.

    Attributes
    ----------
    x : (n_free,) float
        The best point, on the scale of the search.
    value : float
    evaluations, generations : int
    converged : bool
    message : str
        Why it stopped.
    """

    x: Floats
    value: float
    evaluations: int
    generations: int
    converged: bool
    message: str


class _Watched:
    """An objective on the scale of the search that counts, and remembers the best point it has seen."""

    def __init__(self, objective: Objective, space: SearchSpace, progress: Progress | None) -> None:
        self.objective, self.space, self.progress = objective, space, progress
        self.evaluations = self.generations = 0
        self.best, self.best_x = np.inf, space.low.copy()

    def __call__(self, x: Floats) -> Floats:
        """Return the values of points (n_points, n_free), (n_points,); NaN counts as infinite."""
        found = np.asarray(self.objective(self.space.points(x)), dtype=np.float64)
        values: Floats = np.where(np.isnan(found), np.inf, found)
        self.evaluations += len(x)
        lowest = int(np.argmin(values))
        if values[lowest] < self.best:
            self.best, self.best_x = float(values[lowest]), x[lowest].copy()
        return values

    def columns(self, x: Floats) -> Floats:
        """Return the values of points that stand in columns, (n_free, n_points), as scipy has them."""
        return self(x.T)

    def next_generation(self, *_: Any, **__: Any) -> None:
        self.generations += 1
        if self.progress is not None:
            self.progress(self.generations, self.best)

    def run(self, converged: bool, message: str) -> Run:
        return Run(self.best_x, self.best, self.evaluations, self.generations, converged, message.rstrip("."))


def minimise(
    objective: Objective,
    space: SearchSpace,
    *,
    method: Method = "de",
    restarts: int = 1,
    seed: int = 1,
    tolerance: float | None = None,
    generations: int = GENERATIONS,
    population: int = POPULATION,
    polish: bool = True,
    start: Values | None = None,
    progress: Progress | None = None,
) -> list[Run]:
    """Return the runs of an optimiser, the best first.

    Parameters
    ----------
    objective
        Takes (n_points, n_parameters), sets of values in the order of the model's table, not checked; gives
        (n_points,). The same values must give the same number: a simulated objective takes the same seed each time.
    space
        Which parameters are free, and their bounds.
    restarts
        Runs, each from its own random numbers.
    start
        Values that the first run may start from; the model's defaults.

    Raises
    ------
    UsageError
        No such method; a number that is not allowed.
    MissingExtra
        CMA-ES without the package cma.
    """
    search = Search(method, tolerance, generations, population, polish)
    runs: list[Run] = []
    for number in range(restarts):
        runs.append(restart(objective, space, search, seed, number, start, progress))
        if runs[-1].message == INTERRUPTED:
            break
    return sorted(runs, key=lambda run: run.value)


INTERRUPTED = "interrupted"
"""The message of a run that Ctrl-C ended."""


def restart(
    objective: Objective,
    space: SearchSpace,
    search: Search,
    seed: int,
    number: int,
    start: Values | None = None,
    progress: Progress | None = None,
) -> Run:
    """Return one run of the optimiser, the ``number``-th from 0; on Ctrl-C the best point so far, not converged."""
    watched = _Watched(objective, space, progress)
    rng = stream(seed, "fit", search.method, number)
    first = space.vector(start or {}) if number == 0 else None
    how = {"de": _differential_evolution, "lbfgs": _multi_start, "cma": _cma}[search.method]
    try:
        return how(watched, search, rng, first)
    except KeyboardInterrupt:
        if watched.best == np.inf:
            raise
        return watched.run(False, INTERRUPTED)


def _sobol(space: SearchSpace, n: int, rng: np.random.Generator, first: Floats | None) -> Floats:
    """Return n points spread over the space, (n, n_free), among them ``first``."""
    from scipy.stats.qmc import Sobol

    sequence = Sobol(len(space.free), rng=rng).random_base2(int(np.ceil(np.log2(n))))
    x: Floats = space.low + (space.high - space.low) * sequence[:n]
    if first is not None:
        x[0] = first
    return x


def _differential_evolution(watched: _Watched, search: Search, rng: np.random.Generator, first: Floats | None) -> Run:
    """Let a population evolve, then go downhill from the best; of a smooth objective also from where it began.

    The population can settle in another valley than the best of its first members lies in, and the other way round.
    """
    from scipy.optimize import Bounds, differential_evolution

    space = watched.space
    members = max(5, search.population * len(space.free))  # scipy takes no fewer than five
    population = _sobol(space, members, rng, first)
    if search.polish:
        watched(population)
        _descend(watched, watched.best_x, search)
    result = differential_evolution(
        watched.columns,  # type: ignore[arg-type]  # the stubs do not know vectorized=True
        Bounds(space.low, space.high),
        integrality=space.integers,
        maxiter=search.generations,
        tol=search.settled_below,
        init=population,
        updating="deferred",
        vectorized=True,
        polish=False,
        rng=rng,
        callback=watched.next_generation,
    )
    if search.polish:
        _descend(watched, np.asarray(result.x), search)
    return watched.run(bool(result.success), str(result.message))


def _multi_start(watched: _Watched, search: Search, rng: np.random.Generator, first: Floats | None) -> Run:
    space = watched.space
    if space.integers.any():
        names = ", ".join(n for n, whole in zip(space.free, space.integers, strict=True) if whole)
        raise NotSupported(f"lbfgs needs slopes, and {names} is a whole number; use de or cma, or fix it.")
    x = _sobol(space, STARTS * len(space.free), rng, first)
    watched(x)
    converged, message = _descend(watched, watched.best_x, search)
    return watched.run(converged, message)


def _descend(watched: _Watched, x: Floats, search: Search) -> tuple[bool, str]:
    """Go downhill from x with L-BFGS-B, whole numbers held; the point is in ``watched``. Return whether it settled."""
    from scipy.optimize import minimize

    space = watched.space
    moving = np.flatnonzero(~space.integers)
    if not moving.size or not np.isfinite(watched.best):
        return False, "nothing to descend"
    alone = search.method == "lbfgs"
    slope = _Slope(watched, x.copy(), moving)
    result = minimize(
        slope,
        np.zeros(moving.size),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(slope.low, slope.high, strict=True)),
        options={"maxiter": search.generations, "ftol": search.settled_below if alone else TOLERANCE["lbfgs"]},
        callback=watched.next_generation if alone else None,
    )
    return bool(result.success), str(result.message)


class _Slope:
    """Value and slope by central differences, one-sided on a bound: one call of the objective for all points.

    The point is given as strides from where the descent began: the first step of L-BFGS-B has the length 1, and over
    the whole range it would end on a bound, where lists can be impossible.
    """

    def __init__(self, watched: _Watched, x: Floats, moving: np.ndarray[tuple[int], np.dtype[np.intp]]) -> None:
        space = watched.space
        self.watched, self.x, self.moving = watched, x, moving
        self.stride = STRIDE * (space.high - space.low)[moving]
        self.low, self.high = ((end[moving] - x[moving]) / self.stride for end in (space.low, space.high))
        self.ceiling = watched.best + CEILING * (1.0 + abs(watched.best))

    def __call__(self, z: Floats) -> tuple[float, Floats]:
        """Return the value at z (n_moving,) and its slope (n_moving,)."""
        step = STEP / STRIDE
        above, below = np.minimum(z + step, self.high), np.maximum(z - step, self.low)
        points = np.tile(z, (2, len(z), 1))
        for i in range(len(z)):
            points[0, i, i], points[1, i, i] = above[i], below[i]
        value, *around = self._values(np.concatenate([z[None, :], *points]))
        rise = np.subtract(*np.reshape(around, (2, len(z))))
        return float(value), rise / (above - below)

    def _values(self, z: Floats) -> Floats:
        x = np.tile(self.x, (len(z), 1))
        x[:, self.moving] += z * self.stride
        np.clip(x, self.watched.space.low, self.watched.space.high, out=x)
        found: Floats = np.minimum(self.watched(x), self.ceiling)
        return found


SPARE = (0.0, 1.0, 1.0, 0.5)
"""Lower and upper bound, width and start of a coordinate that nothing depends on."""


def _of_two(x: Floats, spare: float) -> Floats:
    """Return a point of at least two coordinates: the package refuses one, and gets a spare one beside it."""
    return x if len(x) > 1 else np.append(x, spare)


def _cma(watched: _Watched, search: Search, rng: np.random.Generator, first: Floats | None) -> Run:
    try:
        import cma
    except ImportError:
        raise MissingExtra("the method cma", "cma", "cma") from None
    space = watched.space
    n = len(space.free)
    width = space.high - space.low
    unit = np.where(space.integers, 1.0, width)  # the package takes whole numbers as they are
    start = first if first is not None else space.low + width * rng.random(n)
    watched(start[None, :])  # the strategy itself only draws around it
    low, high, deviation, begin = (
        _of_two(x / unit, spare) for x, spare in zip((space.low, space.high, width, start), SPARE, strict=True)
    )
    options = {
        "bounds": [low.tolist(), high.tolist()],
        "CMA_stds": deviation.tolist(),
        "seed": np.nan,  # it must not seed numpy's global stream: the numbers come from ours
        "randn": lambda *shape: rng.standard_normal(shape),
        "integer_variables": np.flatnonzero(space.integers).tolist(),
        "maxiter": search.generations,
        "tolfun": 0.0,
        "tolfunrel": search.settled_below,
        "verbose": -9,
    }
    strategy = cma.CMAEvolutionStrategy(begin.tolist(), search.sigma if first is not None else SIGMA, options)
    while not strategy.stop():
        asked = strategy.ask()
        values = watched(np.clip(np.array(asked), low, high)[:, :n] * unit)
        strategy.tell(asked, np.minimum(values, HIGHEST).tolist())
        watched.next_generation()
    if search.polish:
        _descend(watched, watched.best_x, search)
    why = dict(strategy.stop())
    return watched.run("maxiter" not in why, f"CMA-ES stopped at {', '.join(why)}")
