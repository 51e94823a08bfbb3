"""cymr's files: the JSON that defines parameters, and the table (CSV) of fitted ones.

An expression for a dependent parameter is computed where it is arithmetic (``1 - Lfc``); nothing in a file is run, as
cymr runs it.
"""

from __future__ import annotations

import ast
import json
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from memlab.core.errors import DataError, NotSupported, UnknownName, UsageError
from memlab.core.files import write_text
from memlab.core.long_file import read_columns
from memlab.data.formats.opening import opened
from memlab.data.formats.quail import parse_json
from memlab.data.parameter_sets import ParameterSet

__all__ = [
    "CymrFit",
    "CymrParameters",
    "read_cymr_parameters",
    "read_cymr_results",
    "read_cymr_values",
    "write_cymr_parameters",
]

SECTIONS = ("options", "fixed", "free", "dependent", "dynamic")
NOT_PARAMETERS = ("subject", "rep", "logl", "n", "k", "aic", "bic", "waic")
"""Columns of the table of results that are no parameters."""


@dataclass(frozen=True)
class CymrParameters:
    """What ``cymr.parameters.Parameters.to_json`` writes, under cymr's names.

    Attributes
    ----------
    fixed : dict of float
    free : dict of (low, high)
        The bounds of a fit.
    dependent : dict of str
        Expressions in the other parameters.
    dynamic : dict
        Parameters that change from event to event.
    options : dict
    """

    fixed: Mapping[str, float]
    free: Mapping[str, tuple[float, float]]
    dependent: Mapping[str, str] = field(default_factory=dict)
    dynamic: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def parameter_set(self, free: Mapping[str, float] | None = None, *, data: str = "", **how: Any) -> ParameterSet:
        """Return memlab's parameter set for the fixed values and those of the free parameters.

        Parameters
        ----------
        free
            A value for each free parameter; also one for a dependent parameter, which otherwise is computed.
        **how
            See `ParameterSet.of`.

        Raises
        ------
        NotSupported, UnknownName
            A number that is missing, or has no counterpart; see `memlab.data.notations.from_notation`.
        """
        return ParameterSet.of("cymr", self.values(free), data=data, **how)

    def values(self, free: Mapping[str, float] | None = None) -> dict[str, float]:
        """Return a value for each parameter that is fixed, given, or depends on such by arithmetic.

        Raises
        ------
        NotSupported
            An expression that is more than arithmetic, or needs a parameter without a value.
        """
        found = {**self.fixed, **(free or {})}
        for name, expression in self.dependent.items():
            if name not in found:
                found[name] = _computed(name, expression, found)
        return found


OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
LONGEST_EXPRESSION = 200


def _computed(name: str, expression: str, values: Mapping[str, float]) -> float:
    """Return what an expression of numbers, parameters, + - * / and brackets gives."""

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return float(node.value)
        if isinstance(node, ast.Name):
            return values[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        raise KeyError

    try:
        return value(ast.parse(expression[:LONGEST_EXPRESSION].strip(), mode="eval").body)
    except (KeyError, SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        raise NotSupported(f"cymr: {name} = {expression[:40]!r} cannot be computed here. Give its value.") from None


def read_cymr_parameters(path: str | Path) -> CymrParameters:
    """Read cymr's JSON of parameters.

    Raises
    ------
    DataError
        Not JSON, no ``fixed`` or ``free``, or a value that is no number; names the entry.
    """
    path = Path(path)
    content = parse_json(path)
    if not isinstance(content, dict) or not {"fixed", "free"} <= set(content):
        raise DataError(f"{path.name} holds no parameters of cymr: it needs 'fixed' and 'free'.")
    sections = {name: content.get(name) or {} for name in SECTIONS}
    for name, section in sections.items():
        if not isinstance(section, dict):
            raise DataError(f"{path.name}: '{name}' must be an object, names with values.")
    return CymrParameters(
        {name: _number(path.name, "fixed", name, value) for name, value in sections["fixed"].items()},
        {name: _bounds(path.name, name, value) for name, value in sections["free"].items()},
        {name: str(value) for name, value in sections["dependent"].items()},
        sections["dynamic"],
        sections["options"],
    )


def _number(file: str, section: str, name: str, value: Any) -> float:
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < math.inf
    if not known:
        raise DataError(f"{file}: {section}.{name} is {str(value)[:40]!r}; it must be a number.")
    return float(value)


def _bounds(file: str, name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise DataError(f"{file}: free.{name} must be its two bounds. Got {str(value)[:40]!r} instead.")
    low, high = (_number(file, "free", name, bound) for bound in value)
    return low, high


@dataclass(frozen=True)
class CymrFit:
    """The best fit of one subject, under cymr's names.

    Attributes
    ----------
    subject : int or str
    values : dict of float
    logl : float, nats
    n, k : int
        Data points, and free parameters.
    """

    subject: int | str
    values: Mapping[str, float]
    logl: float
    n: int
    k: int

    def parameter_set(self, *, data: str = "", **how: Any) -> ParameterSet:
        """Return memlab's parameter set; see `CymrParameters.parameter_set`."""
        return ParameterSet.of("cymr", self.values, data=data, **how)


def read_cymr_results(path: str | Path) -> dict[int | str, CymrFit]:
    """Read the table that ``cymr`` returns from ``fit_indiv``, saved as CSV: the best repetition of each subject.

    Raises
    ------
    DataError
        A missing column (subject, logl, n, k), or a field that is no number; names the row.
    """
    with opened(Path(path)) as plain:
        table = read_columns(plain)
    table.need("subject", "logl", "n", "k")
    names = [name for name in table.columns if name not in NOT_PARAMETERS and name]
    values = {name: table.numbers(name, missing=True).tolist() for name in names}
    logl, subjects = table.numbers("logl"), table.labels("subject").tolist()
    n, k = table.whole("n").tolist(), table.whole("k").tolist()
    best: dict[int | str, int] = {}
    for row in np.argsort(-logl, kind="stable").tolist():
        best.setdefault(subjects[row], row)
    return {
        subject: CymrFit(
            subject,
            {name: values[name][best[subject]] for name in names if not math.isnan(values[name][best[subject]])},
            float(logl[best[subject]]),
            n[best[subject]],
            k[best[subject]],
        )
        for subject in dict.fromkeys(subjects)
    }


def read_cymr_values(
    path: str | Path, free: Mapping[str, float] | None = None, subject: str | None = None
) -> dict[str, float]:
    """Return the values in a file of cymr, under its names: its JSON of parameters, or its table of fits.

    Parameters
    ----------
    free
        Of a JSON: a value for each free parameter.
    subject
        Of a table: whose values; not needed where there is one subject.

    Raises
    ------
    DataError
        Neither of these files.
    UnknownName
        No such subject.
    UsageError
        None is named where there are several.
    NotSupported
        See `CymrParameters.values`.
    """
    if Path(path).suffix.lower() == ".json":
        return read_cymr_parameters(path).values(free)
    fits = {str(label): fit for label, fit in read_cymr_results(path).items()}
    if subject is None and len(fits) > 1:
        raise UsageError(
            f"{Path(path).name} has fits of {len(fits)} subjects. Name one with --subject: {', '.join(fits)}."
        )
    whose = next(iter(fits)) if subject is None else subject
    if whose not in fits:
        raise UnknownName(f"{Path(path).name} has no fit of subject", whose, fits)
    return {**fits[whose].values, **(free or {})}


def write_cymr_parameters(parameters: ParameterSet, path: str | Path, **how: Any) -> Path:
    """Write a parameter set as the JSON that ``cymr.cmr.read_config`` reads, with every value fixed.

    Its network is cymr's localist one (``config_loc_cmr``).

    Parameters
    ----------
    **how
        See `ParameterSet.to`.

    Raises
    ------
    NotSupported
        A parameter or an option that has no counterpart there, or semantics, whose patterns are not in this file.
    """
    fixed = parameters.to("cymr", **how)
    if "s" in fixed:
        raise NotSupported(
            "cymr keeps semantics in a file of patterns, which is not written here. Use the names alone."
        )
    distraction = any(fixed.get(name) for name in ("B_distract", "B_retention"))
    content = {
        "options": {"distraction": distraction, "scope": "list", "filter_recalls": False},
        "fixed": fixed,
        "free": {},
        "dependent": {},
        "dynamic": {},
        "sublayers": {"f": ["task"], "c": ["task"]},
        "weights": {
            "fc": {"task-item_task-item": "Afc + Dfc * loc"},
            "cf": {"task-item_task-item": "Acf + Dcf * loc"},
        },
        "sublayer_param": {},
    }
    return write_text(path, json.dumps(content, indent=4) + "\n")
