"""`Parameter`: the one table that drives defaults, bounds, checks, messages and the manual."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memlab.core.errors import ParameterError, UnknownName

__all__ = ["Parameter", "Values", "resolve"]

Values = Mapping[str, float]
"""Parameter values by name; what is left out takes its default."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a model.

    Attributes
    ----------
    name
        The paper's symbol, spelled out (``beta_enc``).
    default
        Used when the caller gives no value; inside ``[low, high]``.
    low, high
        The allowed range, both ends included, and the bounds of a fit. Finite.
    meaning
        One line in the words of the theory.
    unit
        ``"s"``, ``"1/s"``, … or ``""`` for a pure number.
    source
        Where the default (and the range) comes from, with our confidence in it.
    integer
        Whether only whole numbers are allowed.
    """

    name: str
    default: float
    low: float
    high: float
    meaning: str
    unit: str = ""
    source: str = ""
    integer: bool = False

    def __post_init__(self) -> None:
        assert math.isfinite(self.high - self.low), self.name
        assert self.low <= self.default <= self.high, self.name

    def check(self, value: object, owner: str) -> float:
        """Return ``value`` as a float, or raise.

        Raises
        ------
        ParameterError
            Not a number, NaN, out of range, or not whole where only whole numbers are allowed.
        """
        kind = "a whole number" if self.integer else "a number"
        rule = f"must be {kind} in [{self.low:g}, {self.high:g}]{' ' + self.unit if self.unit else ''}"
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise ParameterError(f"{owner}: {self.name} {rule}. Got {value!r} instead.") from None
        whole = not self.integer or number.is_integer()
        if not (self.low <= number <= self.high and whole):  # NaN fails the comparison
            raise ParameterError(f"{owner}: {self.name} {rule}. Got {number:g} instead.")
        return number


def resolve(owner: str, parameters: Sequence[Parameter], values: Values | None) -> dict[str, float]:
    """Return a value for every parameter: the caller's, checked, or the default.

    Parameters
    ----------
    owner
        The model's name, for messages.
    parameters
        The model's table.
    values
        The caller's values by name, or None.

    Raises
    ------
    UnknownName
        A name that the model does not have.
    ParameterError
        A value out of its range.

    Examples
    --------
    >>> p = Parameter("p", 0.5, 0, 1, "probability of recall")
    >>> resolve("chance", (p,), {"p": 0.25})
    {'p': 0.25}
    """
    given = dict(values or {})
    resolved = {p.name: p.check(given.pop(p.name), owner) if p.name in given else float(p.default) for p in parameters}
    for name in given:
        raise UnknownName(f"{owner} has no parameter", str(name), [p.name for p in parameters])
    return resolved
