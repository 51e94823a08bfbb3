"""The same numbers under the names of other code: cymr, jaxcmr, and the symbols of Kahana's group.

A name is not a number: cymr's ``P1`` is our ``phi_s`` times the scale of learning, and the ``tau`` of Howard & Kahana
is our ``T``. What is converted here gives the same likelihood in the other code; what cannot is refused by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from memlab.core.errors import NotSupported, UnknownName
from memlab.data.notation_rules import ALL, CONSTANT, Notation, Numbers, OurValues

__all__ = ["NOTATIONS", "from_notation", "notation", "to_notation"]

NOTATIONS = tuple(dict.fromkeys(one.name for one in ALL))
"""Whose names there are."""


def notation(name: str, model: str) -> Notation:
    """Return how other code names the numbers of a model.

    Raises
    ------
    UnknownName
        No such notation.
    NotSupported
        It has no names for this model.
    """
    if name not in NOTATIONS:
        raise UnknownName("there is no notation", name, NOTATIONS)
    found = {one.model: one for one in ALL if one.name == name}
    if model not in found:
        raise NotSupported(f"{name} has no names for the numbers of {model}; it has some for: {', '.join(found)}.")
    return found[model]


def to_notation(
    name: str,
    values: Numbers,
    *,
    model: str = "cmr",
    options: Mapping[str, Any] | None = None,
    ignore: Collection[str] = (),
    distractor_seconds: float | None = None,
    delay_seconds: float | None = None,
) -> dict[str, float]:
    """Return our values under the names of other code, as it wants them.

    Parameters
    ----------
    name
        One of `NOTATIONS`.
    values
        A value for every parameter of the model.
    options
        Of the model, where they differ from its defaults.
    ignore
        Options and parameters without a counterpart that are to be left out all the same; the other code then does
        something else.
    distractor_seconds, delay_seconds
        How long distraction lasts before each item and before the test, for cymr, whose drift is that of a whole
        stretch. None: the lists have none, and `beta_distract` is left out.

    Raises
    ------
    NotSupported
        A parameter or an option that has no counterpart there; names it.

    Examples
    --------
    >>> theirs = to_notation(
    ...     "kahana",
    ...     {"beta": 0.6, "new_to_old": 1.0, "beta_distract": 0.2, "T": 0.5, "stop_scale": 0.0, "stop_growth": 0.0},
    ...     model="tcm",
    ... )
    >>> theirs["tau"], theirs["gamma_fc"]
    (0.5, 0.5)
    """
    known = notation(name, model)
    _check_options(known, options or {}, ignore)
    seconds = {"distractor": distractor_seconds or 0.0, "delay": delay_seconds or 0.0}
    try:
        return known.to(OurValues(model, values, ignore), seconds)
    except KeyError as error:
        raise NotSupported(
            f"{model}: there is no value of {error.args[0]}, which {name} needs. Give every parameter."
        ) from None


def from_notation(
    name: str,
    theirs: Numbers,
    *,
    model: str = "cmr",
    distractor_seconds: float | None = None,
    delay_seconds: float | None = None,
) -> tuple[dict[str, float], dict[str, str | bool]]:
    """Return our values for numbers of other code, and the options of our model that they are for.

    Parameters
    ----------
    distractor_seconds, delay_seconds
        How long the distraction was that cymr's B_distract or B_retention is the drift of.

    Raises
    ------
    UnknownName
        A name that the other code does not have.
    NotSupported
        A number that is missing, or has no counterpart here; names it.

    Examples
    --------
    >>> values, options = from_notation(
    ...     "cymr",
    ...     dict(B_enc=0.6, B_start=0.3, B_rec=0.7, Lfc=0.4, Lcf=2, P1=4, P2=1, T=0.6, X1=0.01, X2=0.3),
    ... )
    >>> values["phi_s"], values["T"], options["choice_rule"]
    (2.0, 0.3, 'softmax')
    """
    known = notation(name, model)
    for given in theirs:
        if given not in (*known.needed, *known.optional):
            raise UnknownName(f"{name} has no parameter", given, (*known.needed, *known.optional))
    missing = [needed for needed in known.needed if needed not in theirs]
    if missing:
        raise NotSupported(f"{name}: {', '.join(missing)} must be given. Needed: {', '.join(known.needed)}.")
    seconds = {"distractor": distractor_seconds or 0.0, "delay": delay_seconds or 0.0}
    return known.back(theirs, seconds), dict(known.options)


def _check_options(known: Notation, options: Mapping[str, Any], ignore: Collection[str]) -> None:
    """Raise where the model does something that the other code does not."""
    has = {**_DEFAULTS.get(known.model, {}), **options}
    for option, needed in known.options.items():
        if option not in ignore and has.get(option, needed) != needed:
            raise NotSupported(
                f"{known.name} has {known.model} with {option}={needed} only; these values are for "
                f"{option}={has[option]}. Fit again with {option}={needed}, or have {option} ignored."
            )


_DEFAULTS: dict[str, dict[str, str | bool]] = {"cmr": {"choice_rule": "power", **CONSTANT, "semantics": False}}
"""The model's own options where none are given; a test holds that they are."""
