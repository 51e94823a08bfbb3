"""What makes a fit doubtful: bounds, restarts that disagree, no convergence, a special case that fits better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from memlab.fitting.result import Fit
from memlab.models import get_model
from memlab.nesting import Nested, agrees, special_cases

__all__ = ["fit_warnings", "nesting_warnings"]

SPREAD = 0.5
"""Restarts further apart than this (nats) have found different places: it would move AIC by 1."""

WORSE = 0.01
"""A general model may be this much (nats) behind its special case before it is said: optimisers stop somewhere."""


def fit_warnings(fits: Sequence[Fit]) -> tuple[str, ...]:
    """Say how many fits lie on a bound, did not settle, or have restarts that disagree."""
    return tuple(text for text in (_not_settled(fits), _on_bounds(fits), _spread(fits)) if text)


def _not_settled(fits: Sequence[Fit]) -> str:
    found = [fit for fit in fits if not fit.converged]
    if not found:
        return ""
    return f"{_of(len(found), fits)} did not settle ({found[0].message.rstrip('.')}): better values may exist."


def _on_bounds(fits: Sequence[Fit]) -> str:
    counts = Counter(name for fit in fits for name in fit.at_bound)
    if not counts:
        return ""
    n = sum(bool(fit.at_bound) for fit in fits)
    named = ", ".join(f"{name} ({count})" for name, count in counts.most_common())
    return f"{_of(n, fits)} {'have' if n > 1 else 'has'} a parameter on a bound: {named}."


def _spread(fits: Sequence[Fit]) -> str:
    found = [fit.spread for fit in fits if fit.spread > SPREAD]  # NaN, with one restart, is not
    if not found:
        return ""
    return (
        f"Restarts of {_of(len(found), fits)} end up to {max(found):.1f} nats apart: the likelihood has several tops; "
        "take more --restarts."
    )


def _of(n: int, fits: Sequence[Fit]) -> str:
    return f"{n} of {len(fits)} fit{'s' if len(fits) > 1 else ''}"


def nesting_warnings(fits: Mapping[str, Sequence[Fit]]) -> dict[str, list[str]]:
    """Say where a model has a lower likelihood than a special case of it, which it cannot have at its maximum.

    Special cases are those of `memlab.nesting`, and the same model with fewer free parameters, the others at the same
    values.

    Parameters
    ----------
    fits
        By account, one a unit, the units in the same order.

    Returns
    -------
    dict of list of str
        By the account of the general model.
    """
    found: dict[str, list[str]] = {}
    for general, its_fits in fits.items():
        for special, other_fits in fits.items():
            if general != special:
                text = _compared(special, other_fits, its_fits)
                found.setdefault(general, []).extend([text] if text else [])
    return {name: texts for name, texts in found.items() if texts}


def _compared(special: str, its_fits: Sequence[Fit], general_fits: Sequence[Fit]) -> str:
    pairs = list(zip(its_fits, general_fits, strict=True))
    short = [s.log_likelihood - g.log_likelihood for s, g in pairs if _is_special(s, g)]
    worse = [gap for gap in short if gap > WORSE]
    if not worse:
        return ""
    return (
        f"{_of(len(worse), general_fits)} {'are' if len(worse) > 1 else 'is'} worse than its special case {special}, "
        f"by up to {max(worse):.2f} nats: the search has missed the maximum; take more --restarts."
    )


def _is_special(special: Fit, general: Fit) -> bool:
    if special.model == general.model:
        return special.options == general.options and _fewer_free(special, general)
    pairs = special_cases(general.model, _options(general))
    return any(_holds(pair, special, general) for pair in pairs if pair.special == special.model)


def _holds(pair: Nested, special: Fit, general: Fit) -> bool:
    """Return whether the general fit was free to take the special one's values."""
    if not agrees(pair.special, pair.special_options, _options(special)):
        return False
    mapped = pair.as_general(special.values)
    return all(name in general.free or mapped[name] == value for name, value in general.values.items())


def _fewer_free(special: Fit, general: Fit) -> bool:
    held = [name for name in general.values if name not in general.free]
    return set(special.free) < set(general.free) and all(special.values[n] == general.values[n] for n in held)


def _options(fit: Fit) -> Mapping[str, object]:
    return get_model(fit.model).with_options(**fit.options).options
