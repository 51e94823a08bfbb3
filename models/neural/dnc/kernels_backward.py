"""The DNC's backward pass over a whole sequence, compiled; its readable twin is autograd through `forward_eager`.

Each kernel undoes one kernel of `kernels_forward`, which names the equation. A gradient is called by its array's name
with ``d_`` before it. Kernels add to a gradient unless they say that they set it.
"""

from __future__ import annotations

import math

import numpy as np

from memlab.core.compiled import compiled, compiled_in_any_order
from memlab.models.neural.dnc.addressing import EPSILON
from memlab.models.neural.dnc.kernels_controller_backward import Carried, Gradients, d_control
from memlab.models.neural.dnc.kernels_products import times
from memlab.models.neural.dnc.trace import Array, Limits, Trace, Weights

__all__ = ["run_backward"]


@compiled
def d_bring_into_range(d_xi: Array, xi: Array, heads: int, word: int) -> None:
    """Turn gradients of the interface in its range into those before its nonlinearity, in place."""
    one = xi.dtype.type(1)
    strengths, erase, free = heads * word, heads * word + heads + word + 1, heads * word + heads + 3 * word + 1
    for b in range(len(xi)):
        for k in range(strengths, strengths + heads):
            d_xi[b, k] *= one - math.exp(one - xi[b, k])  # the sigmoid, from 1 + softplus
        d_xi[b, erase - 1] *= one - math.exp(one - xi[b, erase - 1])
        for k in range(erase, erase + word):
            d_xi[b, k] *= xi[b, k] * (one - xi[b, k])
        for k in range(free, free + heads + 2):
            d_xi[b, k] *= xi[b, k] * (one - xi[b, k])
        for k in range(free + heads + 2, free + 4 * heads + 2, 3):
            mean = xi[b, k] * d_xi[b, k] + xi[b, k + 1] * d_xi[b, k + 1] + xi[b, k + 2] * d_xi[b, k + 2]
            for part in range(k, k + 3):
                d_xi[b, part] = xi[b, part] * (d_xi[b, part] - mean)


@compiled_in_any_order
def d_use(
    d_usage: Array, d_write: Array, d_read: Array, d_xi: Array, xi: Array, free: int,
    usage: Array, write: Array, read: Array, psi: Array, usage_gradient: bool,
) -> None:  # fmt: skip
    """Turn the gradient of u into that of the step before; set those of the free gates.

    `usage`, `write` and `read` are of the step before.
    """
    n_lists, n_slots = d_usage.shape
    n_heads = read.shape[1]
    one, zero = d_usage.dtype.type(1), d_usage.dtype.type(0)
    for b in range(n_lists):
        for r in range(n_heads):
            gate, total = xi[b, free + r], zero
            for n in range(n_slots):
                u, w = usage[b, n], write[b, n]
                d = d_usage[b, n] * (u + w - u * w)  # of psi, then of this head's factor: no division, it may be 0
                for other in range(n_heads):
                    if other != r:
                        d *= one - xi[b, free + other] * read[b, other, n]
                total -= d * read[b, r, n]
                d_read[b, r, n] -= d * gate
            d_xi[b, free + r] = total
        for n in range(n_slots):
            d = d_usage[b, n] * psi[b, n]
            d_usage[b, n] = d * (one - write[b, n])
            if usage_gradient:
                d_write[b, n] += d * (one - usage[b, n])


@compiled
def d_allocate(d_usage: Array, d_allocation: Array, usage: Array, order: Array) -> None:
    """Add the gradient of usage, without division, so that a usage of 0 is nothing special."""
    n_lists, n_slots = usage.shape
    one, zero = usage.dtype.type(1), usage.dtype.type(0)
    for b in range(n_lists):
        later = zero  # sum over later k of da[k] (1 - u[k]) prod of the u between
        for place in range(n_slots - 1, -1, -1):
            n = order[b, place]
            own, d_own = usage[b, n], d_allocation[b, n]
            d_allocation[b, n] = later - d_own
            later = d_own * (one - own) + own * later
        taken = one
        for place in range(n_slots):
            n = order[b, place]
            d_usage[b, n] += taken * d_allocation[b, n]
            taken *= usage[b, n]


@compiled_in_any_order
def d_look_up(
    d_memory: Array, d_xi: Array, d_content: Array, memory: Array, length: Array, xi: Array,
    places: tuple[int, int, int, int], alike: Array, content: Array, d_length: Array,
) -> None:  # fmt: skip
    """Add the gradient of memory and set those of keys and strengths; `places` as in `look_up`.

    `d_content` (B, R + 1, N) is used up; `d_length` (N,) is room for what the lengths of the rows get.
    """
    n_lists, n_slots, word = memory.shape
    keys, strengths, n_keys, first = places
    zero, epsilon = memory.dtype.type(0), memory.dtype.type(EPSILON)
    for b in range(n_lists):
        for n in range(n_slots):
            d_length[n] = zero
        for k in range(n_keys):
            here, strength, head = keys + k * word, xi[b, strengths + k], first + k
            key, d_key = xi[b, here : here + word], d_xi[b, here : here + word]
            squares, mean, d_strength, d_key_length = epsilon, zero, zero, zero
            for w in range(word):
                squares += key[w] * key[w]
            for w in range(word):
                d_key[w] = zero
            key_length = math.sqrt(squares)
            for n in range(n_slots):
                mean += content[b, head, n] * d_content[b, head, n]
            for n in range(n_slots):
                d = content[b, head, n] * (d_content[b, head, n] - mean)
                d_strength += d * alike[b, head, n]
                d_product = d * strength / (key_length * length[b, n] + epsilon)
                d_content[b, head, n] = d_product
                d_key_length += d_product * alike[b, head, n] * length[b, n]
                d_length[n] += d_product * alike[b, head, n] * key_length
            d_xi[b, strengths + k] = d_strength
            for n in range(n_slots):
                d_product = d_content[b, head, n]
                for w in range(word):
                    d_key[w] += d_product * memory[b, n, w]
                for w in range(word):
                    d_memory[b, n, w] += d_product * key[w]
            d_key_length /= key_length
            for w in range(word):
                d_key[w] -= d_key_length * key[w]
        for n in range(n_slots):
            d = d_length[n] / length[b, n]
            for w in range(word):
                d_memory[b, n, w] -= d * memory[b, n, w]


@compiled_in_any_order
def d_place_write(
    d_write: Array, d_allocation: Array, d_content: Array, d_xi: Array,
    allocation: Array, content: Array, xi: Array, gates: int, limits: Limits,
) -> None:  # fmt: skip
    """Set the gradients of allocation, of the write key's content and of the two gates; use up that of the weights."""
    n_lists, n_slots = d_write.shape
    one, zero = d_write.dtype.type(1), d_write.dtype.type(0)
    last = content.shape[1] - 1
    for b in range(n_lists):
        free, alike = zero, zero
        to_free, to_alike = xi[b, gates] * xi[b, gates + 1], (one - xi[b, gates]) * xi[b, gates + 1]
        for n in range(n_slots):
            free += d_write[b, n] * allocation[b, n]
            alike += d_write[b, n] * content[b, last, n]
            d_allocation[b, n] = d_write[b, n] * to_free
            d_content[b, last, n] = d_write[b, n] * to_alike
        if not (limits.allocate and limits.write):
            free = zero
            for n in range(n_slots):
                d_allocation[b, n] = zero
        if not (limits.content and limits.write):
            alike = zero
            for n in range(n_slots):
                d_content[b, last, n] = zero
        d_xi[b, gates] = xi[b, gates + 1] * (free - alike)
        d_xi[b, gates + 1] = xi[b, gates] * free + (one - xi[b, gates]) * alike
        for n in range(n_slots):
            d_write[b, n] = zero


@compiled_in_any_order
def d_write_memory(
    d_memory: Array, d_write: Array, d_xi: Array, before: Array, write: Array, xi: Array, erase: int, decay: float
) -> None:
    """Turn the gradient of memory into that of the step before; set those of the erase and the write vector."""
    n_lists, n_slots, word = d_memory.shape
    one, zero = d_memory.dtype.type(1), d_memory.dtype.type(0)
    kept = one - d_memory.dtype.type(decay)
    for b in range(n_lists):
        e, v = xi[b, erase : erase + word], xi[b, erase + word : erase + 2 * word]
        d_e, d_v = d_xi[b, erase : erase + word], d_xi[b, erase + word : erase + 2 * word]
        for w in range(word):
            d_e[w] = zero
        for w in range(word):
            d_v[w] = zero
        for n in range(n_slots):
            weight, total = write[b, n], zero
            for w in range(word):
                total += d_memory[b, n, w] * (v[w] - kept * before[b, n, w] * e[w])
            d_write[b, n] += total
            for w in range(word):
                d_v[w] += d_memory[b, n, w] * weight
            for w in range(word):
                d_e[w] -= d_memory[b, n, w] * weight * kept * before[b, n, w]
            for w in range(word):
                d_memory[b, n, w] *= kept * (one - weight * e[w])


@compiled_in_any_order
def d_link_up(
    d_link: Array, d_precedence: Array, d_write: Array, d_written: Array, link: Array, precedence: Array, write: Array
) -> None:
    """Turn the gradients of links and precedence into those of the step before, whose `link` and `precedence` are."""
    n_lists, n_slots = write.shape
    one, zero = write.dtype.type(1), write.dtype.type(0)
    for b in range(n_lists):
        total, along = zero, d_written[b]
        for n in range(n_slots):
            total += write[b, n]
            along -= d_precedence[b, n] * precedence[b, n]
        for n in range(n_slots):
            d_write[b, n] += along + d_precedence[b, n]
            d_precedence[b, n] *= one - total
        for i in range(n_slots):
            w_i, d_w_i = write[b, i], zero
            d_link[b, i, i] = zero
            for j in range(n_slots):
                d, old = d_link[b, i, j], link[b, i, j]
                d_w_i += d * (precedence[b, j] - old)
                d_write[b, j] -= d * old
                d_precedence[b, j] += d * w_i
                d_link[b, i, j] = d * (one - w_i - write[b, j])
            d_write[b, i] += d_w_i


@compiled_in_any_order
def d_follow_links(d_link: Array, d_read: Array, d_backward: Array, d_forward: Array, link: Array, read: Array) -> None:
    """Add the gradients of the links and of the read weights of the step before, `read`."""
    n_lists, n_heads, n_slots = read.shape
    zero = link.dtype.type(0)
    for b in range(n_lists):
        for r in range(n_heads):
            for i in range(n_slots):
                d_f, w_i, total = d_forward[b, r, i], read[b, r, i], zero
                for j in range(n_slots):
                    total += link[b, i, j] * d_backward[b, r, j]
                for j in range(n_slots):
                    d_read[b, r, j] += link[b, i, j] * d_f
                for j in range(n_slots):
                    d_link[b, i, j] += d_f * read[b, r, j] + w_i * d_backward[b, r, j]
                d_read[b, r, i] += total


@compiled_in_any_order
def d_read_memory(
    d_memory: Array, d_read: Array, d_parts: tuple[Array, Array, Array], d_xi: Array, d_reads: Array,
    memory: Array, read: Array, parts: tuple[Array, Array, Array], xi: Array, modes: int, has_content: bool,
) -> None:  # fmt: skip
    """Add the gradient of memory; set those of the parts and of the modes; use up those of the weights and reads."""
    n_lists, n_slots, word = memory.shape
    zero = memory.dtype.type(0)
    for b in range(n_lists):
        for r in range(read.shape[1]):
            mode, d_back, d_alike, d_fore = modes + 3 * r, zero, zero, zero
            alike = xi[b, mode + 1] if has_content else zero
            d_out = d_reads[b, r * word : (r + 1) * word]
            for n in range(n_slots):
                d = d_read[b, r, n]
                for w in range(word):
                    d += d_out[w] * memory[b, n, w]
                for w in range(word):
                    d_memory[b, n, w] += read[b, r, n] * d_out[w]
                d_back += d * parts[0][b, r, n]
                d_alike += d * parts[1][b, r, n]
                d_fore += d * parts[2][b, r, n]
                d_parts[0][b, r, n] = d * xi[b, mode]
                d_parts[1][b, r, n] = d * alike
                d_parts[2][b, r, n] = d * xi[b, mode + 2]
                d_read[b, r, n] = zero
            d_xi[b, mode] = d_back
            d_xi[b, mode + 1] = d_alike if has_content else zero
            d_xi[b, mode + 2] = d_fore
            for w in range(word):
                d_out[w] = zero


@compiled
def run_backward(weights: Weights, limits: Limits, trace: Trace, carried: Carried, gradients: Gradients) -> None:
    """Go back through a sequence; `carried` and `gradients` are filled in place."""
    n_steps, n_lists, heads = trace.backward.shape[:3]
    word = trace.memory.shape[3]
    write_key = heads * word + heads
    erase, free = write_key + word + 1, write_key + 3 * word + 1  # where the parts of the interface begin
    d_backward, d_forward = np.empty_like(trace.backward[0]), np.empty_like(trace.forward[0])
    d_content, d_allocation = np.empty_like(trace.content[0]), np.empty_like(trace.allocation[0])
    d_features, from_xi = np.empty_like(trace.features[0]), np.empty_like(trace.features[0])
    d_seen, d_length = np.empty_like(trace.seen[0, 0]), np.empty_like(trace.length[0, 0])
    for t in range(n_steps - 1, -1, -1):
        xi, d_xi, write, content, alike = (
            trace.xi[t],
            gradients.xi[t],
            trace.write[t + 1],
            trace.content[t],
            trace.alike[t],
        )
        new, old, read = trace.memory[t + 1], trace.memory[t], trace.read[t]
        for b in range(n_lists):
            for k in range(heads * word):
                carried.reads[b, k] += gradients.reads[t, b, k]
        parts, d_parts = (trace.backward[t], content, trace.forward[t]), (d_backward, d_content, d_forward)
        d_read_memory(
            carried.memory, carried.read, d_parts, d_xi, carried.reads, new, trace.read[t + 1], parts, xi,
            free + heads + 2, limits.content,
        )  # fmt: skip
        if limits.links:
            d_follow_links(carried.link, carried.read, d_backward, d_forward, trace.link[t + 1], read)
        places, length = (0, heads * word, heads, 0), trace.length[t + 1]
        d_look_up(carried.memory, d_xi, d_content, new, length, xi, places, alike, content, d_length)
        d_link_up(
            carried.link, carried.precedence, carried.write, carried.written, trace.link[t], trace.precedence[t], write
        )
        d_write_memory(carried.memory, carried.write, d_xi, old, write, xi, erase, limits.decay)
        allocation, gates = trace.allocation[t], free + heads
        d_place_write(carried.write, d_allocation, d_content, d_xi, allocation, content, xi, gates, limits)
        places, length = (write_key, erase - 1, 1, heads), trace.length[t]
        d_look_up(carried.memory, d_xi, d_content, old, length, xi, places, alike, content, d_length)
        d_allocate(carried.usage, d_allocation, trace.usage[t + 1], trace.order[t])
        d_use(
            carried.usage, carried.write, carried.read, d_xi, xi, free, trace.usage[t], trace.write[t], read,
            trace.retention[t], limits.usage_gradient,
        )  # fmt: skip
        d_bring_into_range(d_xi, xi, heads, word)
        times(d_xi, weights.interface, from_xi)
        for b in range(n_lists):
            for k in range(from_xi.shape[1]):
                gradients.features[t, b, k] += from_xi[b, k]
        d_control(weights, trace, carried, gradients, t, d_features, d_seen)
