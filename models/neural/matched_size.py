"""`matched_config`: the size at which a network has about as many weights as another."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from memlab.core.errors import UnknownName
from memlab.models.neural.network import build_network
from memlab.models.neural.sizes import check_size
from memlab.models.neural.transformer import TransformerConfig

__all__ = ["SIZED_BY", "matched_config"]

SIZED_BY: dict[str, tuple[str, ...]] = {
    "lstm": ("hidden",),
    "gru": ("hidden",),
    "rnn": ("hidden",),
    "key_value": ("hidden",),
    "transformer": ("width", "feed_forward"),
}
"""Network -> the sizes that `matched_config` sets, the coarser first."""


def matched_config(
    name: str, n_in: int, n_out: int, n_weights: int, config: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the configuration whose number of weights is nearest to a given one, for instance a DNC's.

    The sizes in `SIZED_BY` are set, all else stays as ``config`` and the defaults have it. A recurrent network gets the
    nearest ``hidden``: within 2 % from 20,000 weights up. A Transformer gets the nearest ``width`` that its heads can
    share, then the nearest ``feed_forward`` at that width: within 1 %.

    Parameters
    ----------
    name
        In `SIZED_BY`.
    n_in, n_out
        Features of an input and of an output.
    n_weights
        The number to match; what is too small for any network gives the smallest.
    config
        Options that are wanted in any case.

    Raises
    ------
    UnknownName
        No such network, or none that is sized here, or an option that it does not have.
    ParameterError
        A value that an option does not allow.

    Examples
    --------
    >>> matched_config("lstm", n_in=20, n_out=17, n_weights=32_000)
    {'hidden': 77}
    """
    if name not in SIZED_BY:
        raise UnknownName("no size is matched for network", name, SIZED_BY)
    found = {option: value for option, value in (config or {}).items() if option not in SIZED_BY[name]}
    for option in SIZED_BY[name]:
        step = _heads(found) if option == "width" else 1

        def count(n: int, option: str = option, step: int = step) -> int:
            return _count(name, n_in, n_out, found | {option: n * step})

        found[option] = step * _nearest(count, n_weights)
    return found


def _heads(config: dict[str, Any]) -> int:
    """Return what a Transformer's width must be a multiple of."""
    heads = config.get("heads", TransformerConfig.heads)
    check_size("transformer", "heads", heads)
    return math.lcm(2, heads)


def _count(name: str, n_in: int, n_out: int, config: dict[str, Any]) -> int:
    with torch.device("meta"):  # shapes without numbers
        return build_network(name, n_in, n_out, config).n_weights


def _nearest(count: Callable[[int], int], goal: int) -> int:
    """Return the n >= 1 with count(n) nearest to the goal; count rises with n."""
    high = 1
    while count(high) < goal:
        high *= 2
    low = max(1, high // 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(middle) < goal else (low, middle)
    return min((low, high), key=lambda n: abs(count(n) - goal))
