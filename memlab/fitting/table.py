"""The table of fits: one row a fit, and a column a parameter."""

from __future__ import annotations

from collections.abc import Sequence

from memlab.core.files import Columns
from memlab.fitting.result import Fit

__all__ = ["fit_table"]


def fit_table(fits: Sequence[Fit]) -> Columns:
    """Return fits as columns.

    Columns
    -------
    model, objective, unit, who, conditions (joined by ``;``); value, log_likelihood (nats; empty for curves); k (free
    parameters), n_lists, n_events; held_out (log-likelihood, nats) and folds, where there was cross-validation;
    converged, spread (of the restarts), at_bound (joined by ``;``), seed; then each parameter. How long a fit took is
    in its JSON, not here: the same seed gives the same table.
    """
    names = list(dict.fromkeys(name for fit in fits for name in fit.values))
    nothing = float("nan")
    columns: dict[str, list[object]] = {
        "model": [fit.model for fit in fits],
        "objective": [fit.objective for fit in fits],
        "unit": [fit.unit for fit in fits],
        "who": [fit.who for fit in fits],
        "conditions": [";".join(fit.conditions) for fit in fits],
        "value": [fit.value for fit in fits],
        "log_likelihood": [fit.log_likelihood for fit in fits],
        "k": [len(fit.free) for fit in fits],
        "n_lists": [fit.n_lists for fit in fits],
        "n_events": [fit.n_events for fit in fits],
        "held_out": [nothing if fit.held_out is None else fit.held_out.log_likelihood for fit in fits],
        "folds": ["" if fit.held_out is None else fit.held_out.folds for fit in fits],
        "converged": ["yes" if fit.converged else "no" for fit in fits],
        "spread": [fit.spread for fit in fits],
        "at_bound": [";".join(fit.at_bound) for fit in fits],
        "seed": [fit.seed for fit in fits],
    }
    return columns | {name: [fit.values.get(name, nothing) for fit in fits] for name in names}
