"""Copying and repeat-copying: binary lists to be given back, once or several times. Tasks for networks, not people.

Their authors' way of asking whether a memory can store and step through a list (Graves, Wayne & Danihelka 2014,
arXiv:1410.5401). The trainer of networks draws its own batches (`memlab.models.neural.tasks`); this is the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memlab.core.errors import UsageError
from memlab.core.parameters import Parameter
from memlab.core.recall import Ints
from memlab.paradigms.materials import binary_vectors

__all__ = ["DESIGN", "CopyTrials", "Copying", "share_right"]

DESIGN: tuple[Parameter, ...] = (
    Parameter("list_length", 10, 1, 1000, "vectors a list", "items", "within the 1-20 of Graves et al.", integer=True),
    Parameter("n_features", 8, 1, 1000, "bits a vector", "bits", "Graves et al. (2014), copy task", integer=True),
    Parameter("least_repeats", 1, 1, 1000, "fewest times that a list is given back", "", "plain copying", integer=True),
    Parameter("most_repeats", 1, 1, 1000, "most times that a list is given back", "", "plain copying", integer=True),
)
"""The numbers of a design, each with its default and range: the table that checks them."""

_DEFAULT = {number.name: int(number.default) for number in DESIGN}

Bits = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CopyTrials:
    """Lists and how often each is to be given back.

    Attributes
    ----------
    items : (n_lists, list_length, n_features) float, 0 or 1
    repeats : (n_lists,) int
    """

    items: Bits
    repeats: Ints

    def targets(self, trial: int) -> Bits:
        """Return what is to be given back in a trial, (list_length * repeats, n_features).

        Examples
        --------
        >>> CopyTrials(np.array([[[0.0], [1.0]]]), np.array([2])).targets(0).ravel()
        array([0., 1., 0., 1.])
        """
        return np.tile(self.items[trial], (int(self.repeats[trial]), 1))


@dataclass(frozen=True)
class Copying:
    """A copying task.

    Attributes
    ----------
    list_length, n_features : int
        Vectors a list, bits a vector.
    least_repeats, most_repeats : int
        How often a list is to be given back: drawn evenly, both included. 1 and 1 is plain copying.

    Raises
    ------
    ParameterError
        A number that is out of its range in `DESIGN`.
    UsageError
        More repeats at least than at most.

    Examples
    --------
    >>> Copying(list_length=4).trials(2, np.random.default_rng(1)).items.shape
    (2, 4, 8)
    """

    list_length: int = _DEFAULT["list_length"]
    n_features: int = _DEFAULT["n_features"]
    least_repeats: int = _DEFAULT["least_repeats"]
    most_repeats: int = _DEFAULT["most_repeats"]

    def __post_init__(self) -> None:
        for number in DESIGN:
            object.__setattr__(self, number.name, int(number.check(getattr(self, number.name), "copying")))
        if self.least_repeats > self.most_repeats:
            raise UsageError(
                f"copying: least_repeats must be at most most_repeats. Got {self.least_repeats} and "
                f"{self.most_repeats} instead."
            )

    def trials(self, n_lists: int, rng: np.random.Generator) -> CopyTrials:
        """Draw trials; the bits are independent, so a vector may come twice in a list."""
        drawn = binary_vectors(n_lists * self.list_length, self.n_features, rng, distinct=False)
        repeats = rng.integers(self.least_repeats, self.most_repeats + 1, n_lists)
        return CopyTrials(drawn.reshape(n_lists, self.list_length, self.n_features), repeats)


def share_right(targets: ArrayLike, given: ArrayLike) -> float:
    """Return the share of bits given back right.

    Parameters
    ----------
    targets : array, 0 or 1
    given : array of the same shape
        Bits, or the probability of a 1, which counts as a 1 above .5.

    Raises
    ------
    UsageError
        Different shapes.

    Examples
    --------
    >>> share_right([[0, 1], [1, 1]], [[0.1, 0.9], [0.4, 0.6]])
    0.75
    """
    wanted, got = np.asarray(targets) > 0.5, np.asarray(given) > 0.5
    if wanted.shape != got.shape:
        raise UsageError(f"copying: {got.shape} was given where {wanted.shape} was to be given back.")
    right: Any = (wanted == got).mean()
    return float(right)
