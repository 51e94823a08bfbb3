"""`Trace`: what the fused forward pass keeps of a sequence for its backward pass, and the tuples the kernels take.

Shapes: T steps, B lists, D layers, H units, K what a controller layer sees (input, reads, own state, layer below),
F = D H features, X entries of the interface, N slots, W word size, R read heads. Arrays of states have a row for the
initial state and one for every step; without gradients two rows take turns, and one row serves all steps of the rest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from memlab.models.neural.dnc.interface import interface_parts

__all__ = ["Limits", "Sizes", "Trace", "Weights", "empty_trace"]

Array = NDArray[Any]


class Sizes(NamedTuple):
    """Sizes of a run."""

    steps: int
    lists: int
    inputs: int
    layers: int
    hidden: int
    slots: int
    word: int
    heads: int


class Weights(NamedTuple):
    """Weights that a step needs; the outputs are made of all steps at once."""

    controller: Array  # (D, K, 4 H), gates in the order i, f, o, s
    bias: Array  # (D, 4 H)
    interface: Array  # (X, F)
    scale: Array  # (F,) of the layer norm; (0,) without one
    shift: Array  # (F,)


class Limits(NamedTuple):
    """Lesions and limits; see `DNCConfig`."""

    links: bool
    content: bool
    allocate: bool
    write: bool
    usage_gradient: bool
    decay: float
    noise: float
    epsilon: float  # of the layer norm


class Trace(NamedTuple):
    """What happened. The first group has a row more than there are steps."""

    h: Array  # (D, T + 1, B, H)
    s: Array  # (D, T + 1, B, H)
    memory: Array  # (T + 1, B, W, N): slots last, as most loops run over them and words are short
    length: Array  # (T + 1, B, N), of the rows of memory
    usage: Array  # (T + 1, B, N)
    write: Array  # (T + 1, B, N), write weights
    read: Array  # (T + 1, B, R, N), read weights
    link: Array  # (T + 1, B, N, N)
    precedence: Array  # (T + 1, B, N)
    reads: Array  # (T + 1, B, R W); always whole
    features: Array  # (T, B, F), after the layer norm; always whole
    seen: Array  # (D, T, B, K), what each layer of the controller sees
    gates: Array  # (D, T, B, 4 H), after their nonlinearity
    squashed: Array  # (D, T, B, H), tanh s
    normed: Array  # (T, B, F), before the layer norm's scale and shift; (T, B, 0) without one
    spread: Array  # (T, B), one over the SD that the layer norm divided by
    xi: Array  # (T, B, X), the interface in its range
    keys: Array  # (T, B, R, W), the read keys in it
    write_key: Array  # (T, B, 1, W)
    retention: Array  # (T, B, N), psi
    order: Array  # (T, B, N), slots by ascending usage
    allocation: Array  # (T, B, N)
    alike: Array  # (T, B, R, N), cosine of rows and read keys
    write_alike: Array  # (T, B, 1, N), cosine of rows and the write key
    content: Array  # (T, B, R, N), content weights
    write_content: Array  # (T, B, 1, N)
    backward: Array  # (T, B, R, N)
    forward: Array  # (T, B, R, N)
    written: Array  # (B,)


def empty_trace(sizes: Sizes, dtype: np.dtype[Any], *, keep: bool) -> Trace:
    """Return room for a run; with `keep` every step is kept, as the backward pass needs."""
    t, b, n_in, d, h, n, w, r = sizes
    rows, steps = (t + 1, t) if keep else (2, 1)
    features, x = d * h, sum(interface_parts(r, w))
    seen = n_in + r * w + h + (h if d > 1 else 0)

    def room(*shape: int) -> Array:
        return np.empty(shape, dtype)

    return Trace(
        h=room(d, rows, b, h),
        s=room(d, rows, b, h),
        memory=room(rows, b, w, n),
        length=room(rows, b, n),
        usage=room(rows, b, n),
        write=room(rows, b, n),
        read=room(rows, b, r, n),
        link=room(rows, b, n, n),
        precedence=room(rows, b, n),
        reads=room(t + 1, b, r * w),
        features=room(t, b, features),
        seen=room(d, steps, b, seen),
        gates=room(d, steps, b, 4 * h),
        squashed=room(d, steps, b, h),
        normed=room(steps, b, features),
        spread=room(steps, b),
        xi=room(steps, b, x),
        keys=room(steps, b, r, w),
        write_key=room(steps, b, 1, w),
        retention=room(steps, b, n),
        order=np.empty((steps, b, n), np.int64),
        allocation=room(steps, b, n),
        alike=room(steps, b, r, n),
        write_alike=room(steps, b, 1, n),
        content=room(steps, b, r, n),
        write_content=room(steps, b, 1, n),
        backward=room(steps, b, r, n),
        forward=room(steps, b, r, n),
        written=room(b),
    )
