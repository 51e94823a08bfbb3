"""The known values that recovery simulates subjects with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from memlab.core.errors import DataError
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats
from memlab.core.rng import stream
from memlab.fitting.result import Fit
from memlab.fitting.search import SearchSpace

__all__ = ["SPREAD", "around", "anywhere", "fitted_values"]

SPREAD = 0.5
"""Known values differ between subjects by this SD, in logits of where a value lies in its range: a value in the middle
moves by an eighth of the range, a small one by half of itself, and none leaves its range."""

INSIDE = 0.01
"""A centre closer to a bound than this share of the range counts as this far inside: a logit has no place for a
bound."""


def around(
    model: Model, center: Values, free: Sequence[str], n: int, spread: float, seed: int
) -> list[dict[str, float]]:
    """Return n sets of values around a centre.

    Each free parameter is moved by its own normal number, on the logit of where its value lies between its bounds on
    the scale of the search (see `memlab.fitting.search.SearchSpace`). The others stay at the centre.

    Parameters
    ----------
    center
        Values by name; what is left out is at its default.
    spread
        SD in logits; 0 gives everybody the centre.
    """
    space = _space(model, center, free)
    if spread == 0:
        return [space.values(space.vector(center)) for _ in range(n)]
    share = (space.vector(center) - space.low) / (space.high - space.low)
    inside = np.clip(share, INSIDE, 1 - INSIDE)
    logit = np.log(inside / (1 - inside))
    moved = [logit + spread * _drawn(seed, model, i).standard_normal(len(logit)) for i in range(n)]
    return [_values_at(space, 1 / (1 + np.exp(-one))) for one in moved]


def anywhere(model: Model, center: Values, free: Sequence[str], n: int, seed: int) -> list[dict[str, float]]:
    """Return n sets of values, each free parameter uniform between its bounds on the scale of the search."""
    space = _space(model, center, free)
    return [_values_at(space, _drawn(seed, model, i).random(len(space.free))) for i in range(n)]


def _space(model: Model, center: Values, free: Sequence[str]) -> SearchSpace:
    return SearchSpace.of(model, tuple(free), {name: v for name, v in center.items() if name not in free})


def _drawn(seed: int, model: Model, number: int) -> np.random.Generator:
    return stream(seed, "true values", model.name, number)


def _values_at(space: SearchSpace, share: Floats) -> dict[str, float]:
    return space.values(space.low + share * (space.high - space.low))


def fitted_values(folder: str | Path, model: Model) -> list[dict[str, float]]:
    """Return the values of every fit of a model in a folder of fits, in the order of their files.

    Raises
    ------
    DataError
        No such folder, or no fit of the model in it.
    """
    place = Path(folder)
    if not place.is_dir():
        raise DataError(f"there is no folder of fits {place}: memlab fit --out makes one, or choose another --truth.")
    fits = [fit for fit in map(_fit, sorted(place.rglob("*.json"))) if fit is not None and fit.model == model.name]
    if not fits:
        raise DataError(f"{place} has no fit of {model.name}: memlab fit {model.name} --per subject --out writes some.")
    return [model.resolve(fit.values) for fit in fits]


def _fit(path: Path) -> Fit | None:
    try:
        return Fit.read(path)
    except DataError:
        return None
