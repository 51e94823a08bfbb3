"""`SearchSpace`: a model's free parameters as the vector that an optimiser moves, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from memlab.core.errors import NotSupported, ParameterError, UnknownName
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import Floats

__all__ = ["SearchSpace"]

Bools = NDArray[np.bool_]

WIDE_RANGE = 5.0
"""Parameters with a wider range are searched on the scale ln(1 + value): most of what a strength or an exponent does
happens at its small values."""

AT_BOUND = 0.001
"""A value closer to a bound than this share of the range, on the scale of the search, is reported as lying on it."""


@dataclass(frozen=True)
class SearchSpace:
    """The free parameters of a fit, on the scale of the search, and the values of the others.

    The scale is ln(1 + value) for a parameter with a range wider than `WIDE_RANGE` from 0 or more, else the value.

    Attributes
    ----------
    parameters : tuple of Parameter
        The model's whole table.
    free : tuple of str
        The parameters that are fitted, in the order of the table.
    held : dict of float
        The value of every other parameter.

    Examples
    --------
    >>> from memlab.models import get_model
    >>> SearchSpace.of(get_model("chance"), None, None).values(np.array([0.25]))
    {'p': 0.25}
    """

    parameters: tuple[Parameter, ...]
    free: tuple[str, ...]
    held: Mapping[str, float]

    @classmethod
    def of(cls, model: Model, free: Sequence[str] | None, fixed: Values | None) -> SearchSpace:
        """Return the space of the free parameters: those named, or all that are not fixed.

        Parameters
        ----------
        fixed
            Values of parameters that are not fitted; what is neither free nor given stays at its default.

        Raises
        ------
        UnknownName
            A parameter that the model does not have.
        ParameterError
            Both free and fixed; a value out of its range.
        NotSupported
            Nothing is free.
        """
        table = [p.name for p in model.parameters]
        values = model.resolve(fixed)
        for name in free or ():
            if name not in table:
                raise UnknownName(f"{model.name} has no parameter", name, table)
            if name in (fixed or {}):
                raise ParameterError(f"{model.name}: {name} is both free and fixed; choose one.")
        chosen = tuple(n for n in table if (n not in (fixed or {}) if free is None else n in free))
        if not chosen:
            raise NotSupported(f"{model.name}: every parameter is fixed; there is nothing to fit.")
        return cls(model.parameters, chosen, {n: v for n, v in values.items() if n not in chosen})

    @cached_property
    def _free(self) -> tuple[Parameter, ...]:
        return tuple(p for p in self.parameters if p.name in self.free)

    @cached_property
    def _wide(self) -> Bools:
        return np.array([not p.integer and p.low >= 0 and p.high - p.low > WIDE_RANGE for p in self._free])

    @cached_property
    def integers(self) -> Bools:
        """Which free parameters are whole numbers, (n_free,)."""
        return np.array([p.integer for p in self._free])

    @cached_property
    def low(self) -> Floats:
        """The lower bounds on the scale of the search, (n_free,)."""
        return self._scaled(np.array([p.low for p in self._free], dtype=np.float64))

    @cached_property
    def high(self) -> Floats:
        """The upper bounds on the scale of the search, (n_free,)."""
        return self._scaled(np.array([p.high for p in self._free], dtype=np.float64))

    @property
    def bounds(self) -> dict[str, list[float]]:
        """The bounds of the free parameters, on their own scale."""
        return {p.name: [float(p.low), float(p.high)] for p in self._free}

    def _scaled(self, values: Floats) -> Floats:
        found: Floats = np.where(self._wide, np.log1p(np.maximum(values, 0.0)), values)
        return found

    def vector(self, values: Values) -> Floats:
        """Return values as a point of the search, (n_free,); what is missing is at its default."""
        return self._scaled(np.array([values.get(p.name, p.default) for p in self._free], dtype=np.float64))

    def points(self, x: Floats) -> Floats:
        """Return points of the search as sets of values.

        Parameters
        ----------
        x : (n_points, n_free)

        Returns
        -------
        (n_points, n_parameters)
            A column a parameter of the model, free or held.
        """
        own = np.where(self._wide, np.expm1(np.where(self._wide, x, 0.0)), x)
        own = np.where(self.integers, np.round(own), own)
        found = np.tile(self._row, (len(x), 1))
        own = np.where(
            own < self._low + self._hair, self._low, np.where(own > self._high - self._hair, self._high, own)
        )
        found[:, self._columns] = own
        return found

    @cached_property
    def _row(self) -> Floats:
        return np.array([self.held.get(p.name, p.default) for p in self.parameters], dtype=np.float64)

    @cached_property
    def _columns(self) -> NDArray[np.intp]:
        return np.array([i for i, p in enumerate(self.parameters) if p.name in self.free], dtype=np.intp)

    @cached_property
    def _hair(self) -> Floats:
        """A value nearer to a bound than this is the bound, missed by rounding, (n_free,)."""
        return 1e-12 * (self._high - self._low)

    @cached_property
    def _low(self) -> Floats:
        return np.array([p.low for p in self._free], dtype=np.float64)

    @cached_property
    def _high(self) -> Floats:
        return np.array([p.high for p in self._free], dtype=np.float64)

    def values(self, x: Floats) -> dict[str, float]:
        """Return one point of the search, (n_free,), as the values of all parameters."""
        return {p.name: float(v) for p, v in zip(self.parameters, self.points(x[None, :])[0], strict=True)}

    def at_bound(self, values: Values) -> list[str]:
        """Return the free parameters that lie on an end of their range."""
        x, margin = self.vector(values), AT_BOUND * (self.high - self.low)
        near = np.minimum(x - self.low, self.high - x) <= margin
        return [name for name, is_near in zip(self.free, near, strict=True) if is_near]
