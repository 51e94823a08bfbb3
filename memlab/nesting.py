"""Which model is a special case of which: a general model that fits worse than its special case was not fitted well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from memlab.core.parameters import Values

__all__ = ["NESTED", "Nested", "special_cases"]


@dataclass(frozen=True)
class Nested:
    """A special case of a model.

    Attributes
    ----------
    special, general : str
        Registered names.
    as_general : function
        Gives, for values of the special case, the values of the general model at which the two are one.
    special_options, general_options : dict
        Options under which that holds, where they are not the defaults.
    """

    special: str
    general: str
    as_general: Callable[[Values], dict[str, float]]
    special_options: Mapping[str, Any] = field(default_factory=dict)
    general_options: Mapping[str, Any] = field(default_factory=dict)


_SHARED = ("beta_enc", "beta_start", "beta_rec", "beta_distract", "gamma_fc", "phi_s", "phi_d")
_STOP = ("stop_scale", "stop_growth")


def _tcm_as_cmr(v: Values) -> dict[str, float]:
    new_to_old = v["new_to_old"]
    nothing = dict.fromkeys(("beta_start", "delta", "alpha", "phi_s", "phi_d"), 0.0)
    drift = {"beta_enc": v["beta"], "beta_rec": v["beta"], "gamma_fc": new_to_old / (1.0 + new_to_old)}
    return {**nothing, **drift, **{name: v[name] for name in ("beta_distract", "T", *_STOP)}}


def _summed_similarity_as_cmr(v: Values) -> dict[str, float]:
    return {**{name: v[name] for name in (*_SHARED, *_STOP)}, "tau": v["theta"], "delta": 0.0, "alpha": 0.0}


NESTED: tuple[Nested, ...] = (
    Nested("tcm", "cmr", _tcm_as_cmr, general_options={"choice_rule": "softmax"}),
    Nested("summed_similarity", "cmr", _summed_similarity_as_cmr, special_options={"similarity": "dot"}),
)
"""Every pair of ours; a test takes both likelihoods. With default options none is nested in another: `tcm` has the
softmax rule and `cmr` the power rule, and chance ends recall after a binomial number, which no stop rule here gives."""


def special_cases(general: str, options: Mapping[str, Any]) -> list[Nested]:
    """Return the special cases of a model with these options (all of them, by name).

    Examples
    --------
    >>> from memlab.models import get_model
    >>> [pair.special for pair in special_cases("cmr", get_model("cmr").with_options(choice_rule="softmax").options)]
    ['tcm']
    """
    return [pair for pair in NESTED if pair.general == general and agrees(pair.general, pair.general_options, options)]


def agrees(name: str, needed: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    """Return whether a model's options are its defaults but for those needed."""
    from memlab.models import get_model

    return dict(options) == {**get_model(name).options, **needed}
