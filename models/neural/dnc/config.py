"""`DNCConfig`: sizes and options of a DNC, and what may be taken from it without new weights."""

from __future__ import annotations

import dataclasses
from typing import Literal, get_args, get_type_hints

from memlab.core.errors import ParameterError
from memlab.models.neural.dnc.addressing import Allocation, Similarity

__all__ = ["CHANGEABLE", "DNCConfig"]

CHANGEABLE = (
    *("slots", "similarity", "allocation", "allocation_strength", "jitter", "usage_gradient", "deallocation"),
    *("links", "content", "allocate", "write", "decay", "noise"),
)
"""Fields on which no weight's shape depends: limits and lesions of a trained network change these."""


@dataclasses.dataclass(frozen=True)
class DNCConfig:
    """Sizes and options of a DNC; the defaults are the published equations.

    Attributes
    ----------
    hidden, layers : int
        Units of a controller layer, and layers; several make the paper's deep LSTM, in which every layer sees the input
        and every layer feeds the outputs.
    controller : {"lstm", "feedforward"}
    layer_norm : bool
        Whether the controller's output is normalised (Ba et al. 2016) before it becomes interface and output; not in
        the paper, and worth a factor of five in training steps.
    start_strength : float, at least 0
        Added to the read strengths, before `oneplus`, by fresh weights: 4 lets reading start sharp, which free recall
        in any order needs (see `start_sharp`). Needs `layer_norm`. Of trained weights it says only how they started.
    slots, word, heads : int
        N, W and R.
    similarity : {"cosine", "euclidean", "squared_euclidean", "manhattan"}
    allocation : {"sort", "ratio", "softmax"}
        See `allocation_weights`.
    allocation_strength : float
        Of the softmax allocation.
    jitter : float in [0, 1)
        First usage of slot i is ``jitter i / N``: the asymmetry that ratio and softmax allocation need.
    masking, deallocation, sharpening : bool
        The three changes of Csordas & Schmidhuber (2019): keys with masks, rows emptied when freed, links made crisp.
    usage_gradient : bool
        Whether a gradient runs from usage to the write weights; DeepMind's code has none.
    links, content, allocate, write : bool
        False takes away forward and backward reading, content addressing (reading and writing), allocation, writing.
    decay : float in [0, 1)
        Share of every cell of memory that is lost at each step, before the step's write.
    noise : float, at least 0
        SD of the Gaussian noise that is added to every cell of memory at each step, after the step's write.
    """

    hidden: int = 64
    layers: int = 1
    controller: Literal["lstm", "feedforward"] = "lstm"
    layer_norm: bool = False
    start_strength: float = 0.0
    slots: int = 16
    word: int = 16
    heads: int = 1
    similarity: Similarity = "cosine"
    allocation: Allocation = "sort"
    allocation_strength: float = 10.0
    jitter: float = 0.0
    masking: bool = False
    deallocation: bool = False
    sharpening: bool = False
    usage_gradient: bool = True
    links: bool = True
    content: bool = True
    allocate: bool = True
    write: bool = True
    decay: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in dataclasses.fields(self):
            _check(field.name, getattr(self, field.name), hints[field.name])
        if self.start_strength and not self.layer_norm:
            raise ParameterError("dnc: start_strength needs layer_norm = True, whose bias it uses.")


def _check(name: str, value: object, hint: object) -> None:
    """Refuse a value that its field does not allow."""
    if hint is bool:
        allowed, fine = "True or False", isinstance(value, bool)
    elif choices := get_args(hint):
        allowed, fine = " or ".join(map(repr, choices)), value in choices
    elif hint is int:
        allowed, fine = (
            "a whole number of at least 1",
            isinstance(value, int) and not isinstance(value, bool) and value >= 1,
        )
    else:
        below_one = name in ("decay", "jitter")
        allowed = "a number of at least 0" + (" and below 1" if below_one else "")
        fine = isinstance(value, (int, float)) and 0 <= value < (1 if below_one else float("inf"))
    if not fine:
        raise ParameterError(f"dnc: {name} must be {allowed}. Got {value!r} instead.")
