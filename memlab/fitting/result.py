"""`Fit`: what one fit found, whom it saw and how it was done; one JSON file each."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from memlab.core.errors import DataError
from memlab.core.files import write_text

__all__ = ["Fit", "HeldOut", "Objective", "Restart", "Unit"]

Objective = Literal["likelihood", "curves", "counts"]
Unit = Literal["subject", "group", "condition"]

SCHEMA = 1


@dataclass(frozen=True)
class Restart:
    """One run of the optimiser from its own seed.

    Attributes
    ----------
    value : float
        What was minimised: nats (likelihood, counts) or distance (curves).
    values : dict
        Every parameter.
    evaluations : int
    converged : bool
    message : str
        Why it stopped.
    """

    value: float
    values: Mapping[str, float]
    evaluations: int
    converged: bool
    message: str


@dataclass(frozen=True)
class HeldOut:
    """The score on lists that the values were not fitted to, by cross-validation over lists.

    Attributes
    ----------
    folds : int
        The unit's lists were dealt to so many folds in turn; each was scored by a fit to the others.
    log_likelihood : float, nats
        Over all lists, each under the values of the fit that did not see it.
    n_events : int
        Recalls and observed stops.
    by_list : list of float, nats
        In the order of the lists.
    """

    folds: int
    log_likelihood: float
    n_events: int
    by_list: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Fit:
    """One set of values, fitted to one unit: a subject, a condition or everybody.

    Attributes
    ----------
    model : str
        Registered name.
    options : dict
        Options of the model that differ from its defaults.
    unit : {"subject", "group", "condition"}
    who : str
        The subject's label, the condition's name, or ``"all"``.
    conditions : list of str
        The conditions whose lists were fitted.
    objective : {"likelihood", "curves", "counts"}
    value : float
        What was minimised, at its lowest: minus the log-likelihood (nats), or the distance.
    values : dict of float
        Every parameter, free and fixed.
    free : list of str
        The fitted parameters: k of AIC and BIC is their number.
    bounds : dict of [low, high]
        Of the free parameters.
    at_bound : list of str
        Free parameters that lie on an end of their range.
    n_lists, n_events : int
        What was fitted: lists; recalls and observed stops (likelihood), or points of curves, or counts.
    dropped : dict of int
        Repeats, intrusions and lists that were left out; `method` has the rule as ``events``.
    method : dict
        Optimiser, population, tolerance, limit.
    restarts : list of Restart
        Every run; the best is the result.
    converged : bool
        Whether the best run settled.
    message : str
    evaluations : int
        Over all restarts.
    seconds : float
    seed : int
    data : dict
        ``id``, ``sha256`` and ``citation`` of the data.
    versions : dict
        memlab, Python, numpy, scipy.
    held_out : HeldOut or None
        Where cross-validation was asked for.
    intervals : dict of [low, high]
        95 % intervals of the free parameters that have one (see `memlab.fitting.intervals`); none of curves.
        ``method["intervals"]`` says how they were made.
    """

    model: str
    unit: Unit
    who: str
    conditions: list[str]
    objective: Objective
    value: float
    values: Mapping[str, float]
    free: list[str]
    bounds: Mapping[str, list[float]]
    at_bound: list[str]
    n_lists: int
    n_events: int
    converged: bool
    message: str
    evaluations: int
    seconds: float
    seed: int
    options: Mapping[str, Any] = field(default_factory=dict)
    dropped: Mapping[str, Any] = field(default_factory=dict)
    method: Mapping[str, Any] = field(default_factory=dict)
    restarts: list[Restart] = field(default_factory=list)
    data: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    held_out: HeldOut | None = None
    intervals: Mapping[str, list[float]] = field(default_factory=dict)

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood in nats; NaN where a distance was minimised."""
        return float("nan") if self.objective == "curves" else -self.value

    @property
    def spread(self) -> float:
        """How far the worst restart stayed behind the best; NaN with one."""
        values = [restart.value for restart in self.restarts]
        return max(values) - min(values) if len(values) > 1 else float("nan")

    def write(self, path: str | Path) -> Path:
        """Write the fit as JSON, whole or not at all."""
        text = json.dumps({"schema": SCHEMA, **dataclasses.asdict(self)}, indent=1, ensure_ascii=False)
        return write_text(path, text + "\n")

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read what `write` wrote.

        Raises
        ------
        DataError
            Not readable, or no fit.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            assert content.pop("schema") == SCHEMA
            restarts = [Restart(**restart) for restart in content.pop("restarts")]
            held_out = content.pop("held_out")
            return cls(**content, restarts=restarts, held_out=None if held_out is None else HeldOut(**held_out))
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}.") from None
        except (AssertionError, AttributeError, KeyError, TypeError, ValueError):
            raise DataError(f"{path} is not a fit: memlab fit --out writes one.") from None
