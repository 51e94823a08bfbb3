"""`Model`: what every model class inherits, so that a new theory is one file.

A model is a frozen dataclass. Its fields are its *options* (which rule, not which number); its numbers are in
`parameters`. See ``models/chance.py`` for the smallest whole example.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self, get_args, get_type_hints

import numpy as np

from memlab.core.errors import ParameterError, UnknownName
from memlab.core.parameters import Parameter, Values, resolve
from memlab.core.recall import RecallData, Recalls, StudyLists

__all__ = ["Model", "credited_positions"]


@dataclasses.dataclass(frozen=True)
class Model(ABC):
    """Base of every model.

    Class attributes that a model sets
    ----------------------------------
    name : str
        The name in the registry.
    title : str
        One line: the theory's full name.
    citation : str
        The paper.
    parameters : tuple of Parameter
        The table. A model whose table depends on its options overrides `parameters` as a property.
    predicts : tuple of str
        The curves that the model has something to say about: ``"spc"``, ``"pfr"``, ``"lag_crp"``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    predicts: ClassVar[tuple[str, ...]] = ("spc", "pfr", "lag_crp")

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """The table of parameters (a property, because options may add or drop some)."""

    @abstractmethod
    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list."""

    @property
    def options(self) -> dict[str, Any]:
        """The options by name, with the value each has now."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}

    def with_options(self, **options: Any) -> Self:
        """Return the same model with other options.

        Raises
        ------
        UnknownName
            An option the model does not have.
        ParameterError
            A value that the option does not allow.
        """
        for name in options:
            if name not in self.options:
                raise UnknownName(f"{self.name} has no option", name, self.options)
        return dataclasses.replace(self, **options)

    def __post_init__(self) -> None:
        """Check each option against its declared choices."""
        hints = get_type_hints(type(self))
        for name, value in self.options.items():
            choices = get_args(hints[name]) or ((True, False) if hints[name] is bool else ())
            if choices and value not in choices:
                allowed = ", ".join(repr(c) for c in choices)
                raise ParameterError(f"{self.name}: option {name} must be one of {allowed}. Got {value!r} instead.")

    def resolve(self, values: Values | None) -> dict[str, float]:
        """Return a checked value for every parameter."""
        return resolve(self.name, self.parameters, values)

    def defaults(self) -> Mapping[str, float]:
        """Return the default of every parameter."""
        return {p.name: p.default for p in self.parameters}


def credited_positions(study: StudyLists, recalls: Recalls) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the first correct recalls alone, in order: what a likelihood without an error process is taken of.

    Repeats and intrusions are dropped (``drop_events``), the rest moves up.

    Returns
    -------
    (n_lists, list_length) int
        1-based positions, `STOP` after the last.

    Examples
    --------
    >>> study = StudyLists.simple(1, 3)
    >>> credited_positions(study, Recalls(np.array([[3, -1, 3, 1]])))
    array([[3, 1, 0]])
    """
    RecallData(study, recalls)  # one row a list, positions within the list
    from memlab.core.crediting import first_correct

    return first_correct(recalls.position, study.list_length)
