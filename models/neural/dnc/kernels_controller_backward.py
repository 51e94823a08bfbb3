"""The controller's part of the DNC's backward pass, compiled, and the tuples of gradients that the pass fills."""

from __future__ import annotations

from typing import NamedTuple

from memlab.core.compiled import compiled, compiled_in_any_order
from memlab.models.neural.dnc.kernels_products import times_transposed
from memlab.models.neural.dnc.trace import Array, Trace, Weights

__all__ = ["Carried", "Gradients", "d_control"]


class Carried(NamedTuple):
    """Gradients of the state, which go from step to step: of the last state at first, of the initial one at the end."""

    h: Array  # (D, B, H)
    s: Array  # (D, B, H)
    memory: Array  # (B, N, W)
    usage: Array  # (B, N)
    write: Array  # (B, N)
    read: Array  # (B, R, N)
    link: Array  # (B, N, N)
    precedence: Array  # (B, N)
    reads: Array  # (B, R W)
    written: Array  # (B,)


class Gradients(NamedTuple):
    """Gradients of what the weights made at each step, from which the weights' own come by one product each."""

    inputs: Array  # (T, B, n_in), or (T, B, 0) where nobody asks
    features: Array  # (T, B, F), first of the outputs alone, then whole
    reads: Array  # (T, B, R W), of the outputs alone
    gates: Array  # (D, T, B, 4 H), of the sums before their nonlinearity
    xi: Array  # (T, B, X), before its nonlinearity


@compiled_in_any_order
def d_lstm(d_gates: Array, d_s: Array, d_h: Array, gates: Array, s_before: Array, squashed: Array) -> None:
    """Set the gradient of the gates' sums; turn that of s into that of s of the step before."""
    n_lists, hidden = d_s.shape
    one = d_s.dtype.type(1)
    for b in range(n_lists):
        for j in range(hidden):
            i, f, o, g = gates[b, j], gates[b, hidden + j], gates[b, 2 * hidden + j], gates[b, 3 * hidden + j]
            d = d_s[b, j] + d_h[b, j] * o * (one - squashed[b, j] * squashed[b, j])
            d_gates[b, j] = d * g * i * (one - i)
            d_gates[b, hidden + j] = d * s_before[b, j] * f * (one - f)
            d_gates[b, 2 * hidden + j] = d_h[b, j] * squashed[b, j] * o * (one - o)
            d_gates[b, 3 * hidden + j] = d * i * (one - g * g)
            d_s[b, j] = d * f


@compiled_in_any_order
def add(d_part: Array, d_row: Array, start: int) -> int:
    """Add what stands in a row from `start` on to the gradient of a part, and return where the next part begins."""
    own = d_row[start : start + len(d_part)]
    for k in range(len(d_part)):
        d_part[k] += own[k]
    return start + len(d_part)


@compiled
def unsee(d_seen: Array, d_x: Array, d_reads: Array, d_own: Array, d_below: Array, layer: int) -> None:
    """Share out the gradient of what a layer saw; that of its own h is set."""
    for b in range(len(d_x)):
        for k in range(d_own.shape[1]):
            d_own[b, k] = d_seen.dtype.type(0)
        end = add(d_own[b], d_seen[b], add(d_reads[b], d_seen[b], add(d_x[b], d_seen[b], 0)))
        if layer:
            add(d_below[b], d_seen[b], end)


@compiled_in_any_order
def d_layer_norm(d_out: Array, d_in: Array, normed: Array, spread: Array, scale: Array) -> None:
    """Set the gradient before the layer norm from the one after it."""
    n_lists, n = d_out.shape
    count = d_out.dtype.type(n)
    for b in range(n_lists):
        total = along = d_out.dtype.type(0)
        for j in range(n):
            d = d_out[b, j] * scale[j]
            total += d
            along += d * normed[b, j]
        for j in range(n):
            d_in[b, j] = (d_out[b, j] * scale[j] - total / count - normed[b, j] * (along / count)) * spread[b]


@compiled
def d_control(
    weights: Weights, trace: Trace, carried: Carried, gradients: Gradients, t: int, d_features: Array, d_seen: Array
) -> None:
    """Go back through the controller's layers, from the gradient of the features of step t to that of what it saw."""
    n_layers, hidden = len(trace.h), trace.h.shape[3]
    n_lists, unasked = len(d_features), trace.seen.shape[3] - d_seen.shape[1]
    if len(weights.scale):
        d_layer_norm(gradients.features[t], d_features, trace.normed[t], trace.spread[t], weights.scale)
    else:
        for b in range(n_lists):
            for j in range(d_features.shape[1]):
                d_features[b, j] = gradients.features[t, b, j]
    for b in range(n_lists):
        for k in range(gradients.inputs.shape[2]):
            gradients.inputs[t, b, k] = d_features.dtype.type(0)
    for layer in range(n_layers - 1, -1, -1):
        d_h, d_gates = carried.h[layer], gradients.gates[layer, t]
        for b in range(n_lists):
            add(d_h[b], d_features[b], layer * hidden)
        d_lstm(d_gates, carried.s[layer], d_h, trace.gates[layer, t], trace.s[layer, t], trace.squashed[layer, t])
        times_transposed(d_gates, weights.controller[layer, unasked:], d_seen)
        unsee(d_seen, gradients.inputs[t], carried.reads, d_h, carried.h[max(layer - 1, 0)], layer)
