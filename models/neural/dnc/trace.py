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
from memlab.models.neural.dnc.space import arrays

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

    wanted = {
        "h": ((d, rows, b, h), dtype),
        "s": ((d, rows, b, h), dtype),
        "memory": ((rows, b, w, n), dtype),
        "length": ((rows, b, n), dtype),
        "usage": ((rows, b, n), dtype),
        "write": ((rows, b, n), dtype),
        "read": ((rows, b, r, n), dtype),
        "link": ((rows, b, n, n), dtype),
        "precedence": ((rows, b, n), dtype),
        "reads": ((t + 1, b, r * w), dtype),
        "features": ((t, b, features), dtype),
        "seen": ((d, steps, b, seen), dtype),
        "gates": ((d, steps, b, 4 * h), dtype),
        "squashed": ((d, steps, b, h), dtype),
        "normed": ((steps, b, features), dtype),
        "spread": ((steps, b), dtype),
        "xi": ((steps, b, x), dtype),
        "keys": ((steps, b, r, w), dtype),
        "write_key": ((steps, b, 1, w), dtype),
        "retention": ((steps, b, n), dtype),
        "order": ((steps, b, n), np.dtype(np.int64)),
        "allocation": ((steps, b, n), dtype),
        "alike": ((steps, b, r, n), dtype),
        "write_alike": ((steps, b, 1, n), dtype),
        "content": ((steps, b, r, n), dtype),
        "write_content": ((steps, b, 1, n), dtype),
        "backward": ((steps, b, r, n), dtype),
        "forward": ((steps, b, r, n), dtype),
        "written": ((b,), dtype),
    }
    return Trace(**arrays(wanted))
