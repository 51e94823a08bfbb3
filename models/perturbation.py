"""The perturbation model: items exchange their places in memory, now and then, with their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.models.probed import draw_answers
from memlab.models.serial_lists import BLANK, SERIAL_CURVES, allowed_blanks, check_serial

__all__ = ["Perturbation", "step_matrix"]

_OURS = "illustrative: the specification has no value that it is sure of"
_PARAMETERS = (
    Parameter(
        "theta", 0.1, 0.0, 1.0, "probability that an item inside the list changes its place in one step", source=_OURS
    ),
    Parameter("steps", 2, 0, 500, "steps between study and test", source=_OURS, integer=True),
    Parameter("steps_output", 2, 0, 100, "steps after each output place", source=_OURS, integer=True),
    Parameter("rate", 0.5, 0.0, 20.0, "further steps in a retention interval", "1/s", _OURS),
    BLANK,
)


@dataclass(frozen=True)
class Perturbation(Model):
    """Each item is bound to its place; in every step it may move to a place next to it.

    In one step an item moves up with probability theta/2 and down with theta/2; the first and the last move inwards
    only. The distribution of an item over places is thus multiplied, in each step, by a tridiagonal matrix
    (`step_matrix`). There are ``steps`` of them, and ``rate`` × the retention interval more, before the test. Recall
    reads the places in order. After each output place follow ``steps_output`` steps, in which the items not yet out
    move among the places not yet read: so later items are perturbed more, and there is primacy.

    In probed recall the place of the item shown is taken as known, and the place after it is read, before any output.
    Where the item shown stands there itself, it is not given: each other item is given with its probability of standing
    there, given that the item shown does not. Where omissions are not allowed blank counts as 0. Whether people know
    the length makes no difference.

    Notes
    -----
    For whole orders, items must move in pairs. Here each step takes, with equal probability, the pairs of places
    (1, 2), (3, 4), … or (2, 3), (4, 5), …, and exchanges the items of each pair with probability theta. That
    gives each item exactly the matrix above; what else it says of two items together is ours.

    No likelihood of a whole order. `place_probabilities` has the exact probability of each single response. Blanks are
    independent of everything else; no intrusions and no repetitions, no times. Groups are not looked at: the hierarchy
    of codes of Lee & Estes (1981) is left out.

    References
    ----------
    Estes (1972), in Melton & Martin, Coding processes in human memory; Lee & Estes (1977), J. Verbal Learn. Verbal
    Behav. 16, 395-418; Lee & Estes (1981), J. Exp. Psychol. Hum. Learn. Mem. 7, 149-169.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> values = {"theta": 0.12, "steps": 10, "steps_output": 0, "blank": 0.0}
    >>> study = StudyLists.simple(1, 5, serial=SerialTest())
    >>> Perturbation().place_probabilities(study, values)[0].diagonal().round(3)
    array([0.625, 0.414, 0.403, 0.414, 0.625])
    """

    name: ClassVar[str] = "perturbation"
    title: ClassVar[str] = "Perturbation model: items exchange places with their neighbours"
    citation: ClassVar[str] = (
        "Estes (1972), in Melton & Martin, Coding processes in human memory; Lee & Estes (1977), "
        "J. Verbal Learn. Verbal Behav. 16, 395-418"
    )
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table."""
        return _PARAMETERS

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            Lists that are not for serial recall, or that hold an item twice.
        """
        v = self.resolve(values)
        v["blank"] = float(allowed_blanks(study, v["blank"]))
        if study.serial is not None and study.serial.cue is not None:
            answers = self.place_probabilities(study, {**v, "blank": 0.0}).reshape(-1, study.list_length)
            return draw_answers(study, answers, v["blank"], rng)
        steps = self._steps(study, v)
        order = _orders(study.list_length, steps, int(v["steps_output"]), v["theta"], rng)
        if _backward(study):
            order = study.list_length + 1 - order
        return Recalls(np.where(rng.random(order.shape) < v["blank"], OMISSION, order))

    def place_probabilities(self, study: StudyLists, values: Values | None = None) -> Floats:
        """Return the exact probability of each single response, (n_lists, N, N): output place, serial position.

        In probed recall of each answer, (n_lists, n_cues, N).

        What a row lacks to 1 is the probability of a blank.
        """
        v = self.resolve(values)
        steps = self._steps(study, v)
        cue = None if study.serial is None else study.serial.cue
        steps_output = int(v["steps_output"]) if cue is None else 0
        found = np.empty((study.n_lists, study.list_length, study.list_length))
        for number in np.unique(steps):
            found[steps == number] = _places(study.list_length, int(number), steps_output, v["theta"])
        if cue is not None:
            found = _after_the_cue(found, cue)
        found *= 1.0 - float(allowed_blanks(study, v["blank"]))
        return found[:, :, ::-1] if _backward(study) else found

    def _steps(self, study: StudyLists, v: dict[str, float]) -> Ints:
        """Return the number of steps of each list before the test, (n_lists,)."""
        check_serial(self.name, study, directions=("forward", "backward", "probed"))
        assert study.serial is not None
        seconds = study.distractor[:, -1] + study.serial.rest_seconds
        return np.asarray(v["steps"] + np.rint(v["rate"] * seconds), dtype=np.int64)


def _backward(study: StudyLists) -> bool:
    return study.serial is not None and study.serial.direction == "backward"


def step_matrix(n: int, theta: float) -> Floats:
    """Return the matrix of one step, (n, n): from a place (row) to a place (column).

    Symmetric, its rows add up to 1; its eigenvalues are 1 - theta (1 - cos(pi k / n)), k = 0 .. n - 1.

    Examples
    --------
    >>> step_matrix(3, 0.2)
    array([[0.9, 0.1, 0. ],
           [0.1, 0.8, 0.1],
           [0. , 0.1, 0.9]])
    """
    beside = np.full(max(n - 1, 0), theta / 2)
    off: Floats = np.diag(beside, 1) + np.diag(beside, -1)
    return off + np.diag(1.0 - off.sum(axis=1))


def _places(n: int, steps: int, steps_output: int, theta: float) -> Floats:
    """Return the probability that item i (column) stands at place k (row) when that place is read."""
    at = np.linalg.matrix_power(step_matrix(n, theta), steps)
    for read in range(1, n):
        at[read:] = np.linalg.matrix_power(step_matrix(n - read, theta), steps_output) @ at[read:]
    return at


def _after_the_cue(at: Floats, cue: Ints) -> Floats:
    """Return the probability that each item, but for that shown, stands at the place after it, (n_lists, n_cues, N).

    Parameters
    ----------
    at : (n_lists, N, N)
        Probability of each item (last axis) at each place.
    cue : (n_lists, n_cues)
        Positions from 1.
    """
    there: Floats = np.take_along_axis(at, cue[:, :, np.newaxis], axis=1)  # place cue + 1, from 0
    np.put_along_axis(there, cue[:, :, np.newaxis] - 1, 0.0, axis=2)
    there /= there.sum(axis=2, keepdims=True)  # above 0: no item is ever sure to stand at another place
    return there


@compiled
def _step(order: Ints, begin: int, theta: float, rng: np.random.Generator) -> None:
    """Exchange items of neighbouring places from ``begin`` on: of every second pair, which one is drawn."""
    offset = 1 if rng.random() < 0.5 else 0
    for place in range(begin + offset, order.size - 1, 2):
        if rng.random() < theta:
            order[place], order[place + 1] = order[place + 1], order[place]


@compiled
def _orders(n: int, steps: Ints, steps_output: int, theta: float, rng: np.random.Generator) -> Ints:
    """Return the items in the order of the places, (n_lists, n), from 1."""
    orders = np.empty((steps.size, n), dtype=np.int64)
    for row in range(steps.size):
        order = orders[row]
        for place in range(n):
            order[place] = place + 1
        for _ in range(steps[row]):
            _step(order, 0, theta, rng)
        for read in range(1, n):
            for _ in range(steps_output):
                _step(order, read, theta, rng)
    return orders
