"""A model that enters a comparison, and what it does with the lists of a condition, simulated again and again."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from memlab.analysis.means import subject_mean
from memlab.analysis.scores import rmsd
from memlab.core.model import Model
from memlab.core.recall import Floats, Ints, StudyLists
from memlab.curve_sets import curve_set
from memlab.curves import Curve, curve_of
from memlab.data.parameter_sets import ParameterSet
from memlab.simulation import simulate_condition
from memlab.target import TargetCondition

__all__ = [
    "Contender",
    "Piece",
    "Progress",
    "simulate_pieces",
    "Simulated",
    "distance_from",
    "jackknife",
    "jackknife_error",
    "left_out",
    "simulate_contender",
]

MIN_REPLICATIONS, MAX_REPLICATIONS = 4, 24
"""Simulated experiments a condition: at least, and at most where the Monte-Carlo error stays large."""

TARGET_ERROR = 0.03
"""Simulation stops when every score's Monte-Carlo error is below this share of the score."""

NEGLIGIBLE_ERROR = 0.0005
"""… or below this (in units of probability): more replications would change nothing that is printed."""


Progress = Callable[[str, int, int], None]
"""Called with what was done, how many pieces are done, and how many there are."""


@dataclass(frozen=True)
class Contender:
    """A model with the parameter values that it enters with.

    Attributes
    ----------
    model : Model
    parameters : ParameterSet
    per_condition : bool
        Whether each condition has its own values.
    label : str
        What it is called where the model's name would not tell it from others: two lesions of one model.
    """

    model: Model
    parameters: ParameterSet
    per_condition: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        """The label, or the model's registered name."""
        return self.label or self.model.name

    @property
    def seeds(self) -> tuple[str, ...]:
        """The trained networks that it stands for, by seed: the model's, or the one that its option names."""
        chosen = self.model.options.get("network_seed", "all")
        return self.model.seeds if chosen == "all" else (str(chosen),)

    def values(self, condition: str) -> dict[str, float]:
        """Return the values for a condition."""
        return self.parameters.for_condition(condition, per_condition=self.per_condition)


@dataclass(frozen=True, eq=False)
class Simulated:
    """One model in one condition, simulated as an experiment of the people's size, again and again.

    Attributes
    ----------
    x : dict of (n_x,) int
        By measure.
    curves : dict of (n_rows, n_x) float
        By measure: the mean curve of each simulated experiment; of trained networks, of each network.
    replications : int
        Simulated experiments, over all networks.
    seeds : tuple of str
        The networks, in the order of the rows; empty for a theory.
    """

    x: Mapping[str, Ints]
    curves: Mapping[str, Floats]
    replications: int
    seeds: tuple[str, ...] = ()

    def drawn(self, curves: Sequence[str]) -> list[str]:
        """Return the measures that are among these curves, in the order in which they were computed."""
        return [measure for measure in self.curves if measure in curves]

    def mean(self, measure: str) -> Floats:
        """Return the mean curve over experiments, or over networks, (n_x,)."""
        return subject_mean(self.curves[measure])

    def spread(self, measure: str) -> Floats:
        """Return 1.96 SD of the curve, (n_x,); NaN where under two have it.

        Over experiments of this size; of trained networks over these, each network's curve being the mean of its
        experiments: the seed band.
        """
        return 1.96 * curve_of(self.x[measure], self.curves[measure]).sd


def left_out(statistic: Callable[[Floats], float], curves: Floats) -> Floats:
    """Return a statistic of the mean curve with one row left out at a time, (n_rows,)."""
    return np.array([statistic(subject_mean(np.delete(curves, i, axis=0))) for i in range(len(curves))])


def jackknife_error(without_one: Floats) -> float:
    """Return the jackknife standard error from the values with one left out at a time; NaN of under two."""
    n = len(without_one)
    if n < 2:
        return float("nan")
    return float(np.sqrt((n - 1) / n * ((without_one - without_one.mean()) ** 2).sum()))


def jackknife(statistic: Callable[[Floats], float], curves: Floats) -> tuple[float, float]:
    """Return a statistic of the mean curve and its error, by leaving out one row at a time.

    A row is a simulated experiment, and the error is the Monte-Carlo error; or it is a trained network, and the error
    is that over training seeds. It is NaN with one row.
    """
    error = jackknife_error(left_out(statistic, curves)) if len(curves) > 1 else float("nan")
    return statistic(subject_mean(curves)), error


@dataclass(frozen=True, eq=False)
class Piece:
    """One model in one condition: what is simulated at a time.

    Attributes
    ----------
    contender : Contender
    condition : str
    study : StudyLists
        The lists.
    people : TargetCondition or None
        Whom its scores are computed against; None where there are no people.
    """

    contender: Contender
    condition: str
    study: StudyLists
    people: TargetCondition | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        """What is computed of the model's recalls."""
        return curve_set(self.study.paradigm).simulated(self.contender.model)


def simulate_contender(piece: Piece, seed: int, replications: int | None) -> Simulated:
    """Simulate a condition until the Monte-Carlo error of every curve's score is small.

    A model that stands for trained networks is simulated network by network, replication r with the network of seed
    ``seeds[r % len(seeds)]``: one round of them, or as many whole rounds as it takes to reach `replications`. The
    stopping rule is not for them, because the networks are as many as were trained.

    Parameters
    ----------
    replications
        A fixed number of simulated experiments; None goes on until the error is small (see `TARGET_ERROR`), or where
        there are no people makes `MIN_REPLICATIONS`.
    """
    contender, people = piece.contender, piece.people
    if contender.seeds:
        return _simulate_networks(piece, seed, replications)
    rows: dict[str, list[Floats]] = {measure: [] for measure in piece.measures}
    x: dict[str, Ints] = {}
    most = replications or (MAX_REPLICATIONS if people is not None else MIN_REPLICATIONS)
    for replication in range(most):
        for measure, points, curve in _experiment(piece, contender.model, seed, replication):
            x[measure] = points
            rows[measure].append(curve)
        if people is None or replications is not None or replication + 1 < MIN_REPLICATIONS:
            continue
        if _settled({m: np.array(r) for m, r in rows.items()}, people):
            break
    return Simulated(x, {measure: np.array(r) for measure, r in rows.items()}, replication + 1)


def _experiment(piece: Piece, model: Model, seed: int, replication: int) -> Iterator[tuple[str, Ints, Floats]]:
    """Simulate one experiment; yield measure, x and the mean curve over its subjects, each (n_x,)."""
    values = piece.contender.values(piece.condition)
    data = simulate_condition(model, piece.study, values, seed, piece.condition, replication)
    for measure, (x, by_subject) in curve_set(data.study.paradigm).subject_curves(data, piece.measures).items():
        yield measure, x, subject_mean(by_subject)


def _simulate_networks(piece: Piece, seed: int, replications: int | None) -> Simulated:
    """Simulate each trained network equally often, and average each network's own experiments."""
    contender, seeds = piece.contender, piece.contender.seeds
    rounds = math.ceil((replications or 1) / len(seeds))
    rows: dict[str, list[list[Floats]]] = {measure: [[] for _ in seeds] for measure in piece.measures}
    x: dict[str, Ints] = {}
    networks = [contender.model.with_options(network_seed=network_seed) for network_seed in seeds]
    for replication in range(rounds * len(seeds)):
        which = replication % len(seeds)
        for measure, points, curve in _experiment(piece, networks[which], seed, replication):
            x[measure] = points
            rows[measure][which].append(curve)
    curves = {measure: np.array([subject_mean(one) for one in by_seed]) for measure, by_seed in rows.items()}
    return Simulated(x, curves, rounds * len(seeds), seeds)


def _settled(curves: Mapping[str, Floats], condition: TargetCondition) -> bool:
    for measure in curve_set(condition.paradigm).curves:
        if measure not in curves:
            continue
        score, error = jackknife(distance_from(condition.scored[measure]), curves[measure])
        if error > max(TARGET_ERROR * score, NEGLIGIBLE_ERROR):
            return False
    return True


def distance_from(people: Curve) -> Callable[[Floats], float]:
    """Return the function that gives a curve's RMSD from the people's."""
    return lambda curve: rmsd(curve, people.mean)


def simulate_pieces(
    pieces: Sequence[Piece], seed: int, replications: int | None, jobs: int, progress: Progress | None
) -> tuple[dict[tuple[str, str], Simulated], bool]:
    """Simulate every piece; return the results by (contender, condition), and whether Ctrl-C left some out."""
    done: dict[tuple[str, str], Simulated] = {}
    try:
        for piece, result in _in_threads(pieces, seed, replications, jobs):
            done[piece.contender.name, piece.condition] = result
            if progress:
                progress(f"{piece.contender.name} {piece.condition}", len(done), len(pieces))
    except KeyboardInterrupt:
        return done, True
    return done, False


def _in_threads(
    pieces: Sequence[Piece], seed: int, replications: int | None, jobs: int
) -> Iterator[tuple[Piece, Simulated]]:
    """Yield each piece with its result as they finish; kernels run without the interpreter's lock."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(max_workers=max(1, jobs))
    waiting = {pool.submit(simulate_contender, piece, seed, replications): piece for piece in pieces}
    try:
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
