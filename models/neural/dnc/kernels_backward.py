"""The DNC's backward pass over a whole sequence, compiled; its readable twin is autograd through `forward_eager`.

Each kernel undoes one kernel of `kernels_forward`, which names the equation. A gradient is called by its array's name
with ``d_`` before it. Kernels add to a gradient unless they say that they set it.
"""

from __future__ import annotations

import math

import numpy as np

from memlab.core.compiled import compiled, compiled_in_any_order
from memlab.models.neural.dnc.addressing import EPSILON
from memlab.models.neural.dnc.kernels_controller_backward import Carried, Gradients, add, d_control
from memlab.models.neural.dnc.kernels_exponential import exponential
from memlab.models.neural.dnc.kernels_products import add_outer, each_times, each_times_transposed, times
from memlab.models.neural.dnc.trace import Array, Limits, Trace, Weights

__all__ = ["run_backward"]


@compiled
def d_bring_into_range(d_xi: Array, d_keys: Array, d_write_key: Array, xi: Array) -> None:
    """Turn gradients of the interface in its range into those before its nonlinearity, in place.

    Those of the keys, which have none, are copied.
    """
    heads, word, one = d_keys.shape[1], d_keys.shape[2], xi.dtype.type(1)
    strengths, erase, free = heads * word, heads * word + heads + word + 1, heads * word + heads + 3 * word + 1
    for b in range(len(xi)):
        for k in range(heads):
            for w in range(word):
                d_xi[b, k * word + w] = d_keys[b, k, w]
        for w in range(word):
            d_xi[b, strengths + heads + w] = d_write_key[b, 0, w]
        for k in range(strengths, strengths + heads):
            d_xi[b, k] *= one - exponential(one - xi[b, k])  # the sigmoid, from 1 + softplus
        d_xi[b, erase - 1] *= one - exponential(one - xi[b, erase - 1])
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
    usage: Array, write: Array, read: Array, psi: Array, usage_gradient: bool, room: Array,
) -> None:  # fmt: skip
    """Turn the gradient of u into that of the step before; set those of the free gates.

    `usage`, `write` and `read` are of the step before; `room` (B, N) is used up.
    """
    n_lists, n_heads, n_slots = read.shape
    one, zero = d_usage.dtype.type(1), d_usage.dtype.type(0)
    for b in range(n_lists):
        for r in range(n_heads):
            gate, total = xi[b, free + r], zero
            for n in range(n_slots):  # of psi, then of this head's factor: no division, it may be 0
                room[b, n] = d_usage[b, n] * (usage[b, n] + write[b, n] - usage[b, n] * write[b, n])
            for other in range(n_heads):
                if other != r:
                    other_gate = xi[b, free + other]
                    for n in range(n_slots):
                        room[b, n] *= one - other_gate * read[b, other, n]
            for n in range(n_slots):
                total -= room[b, n] * read[b, r, n]
                d_read[b, r, n] -= room[b, n] * gate
            d_xi[b, free + r] = total
        for n in range(n_slots):
            room[b, n] = d_usage[b, n] * psi[b, n]
            d_usage[b, n] = room[b, n] * (one - write[b, n])
        if usage_gradient:
            for n in range(n_slots):
                d_write[b, n] += room[b, n] * (one - usage[b, n])


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
def d_weigh(
    d_memory: Array, d_keys: Array, d_xi: Array, d_content: Array, memory: Array, length: Array, keys: Array,
    xi: Array, strengths: int, alike: Array, content: Array, room: Array,
) -> None:  # fmt: skip
    """Turn gradients of content into those of products of rows and keys; set those of strengths.

    What comes by way of the lengths is set in `d_keys` and added to `d_memory`; `room` (B, N) is used up.
    """
    n_lists, word, n_slots = memory.shape
    zero, epsilon = memory.dtype.type(0), memory.dtype.type(EPSILON)
    for b in range(n_lists):
        for n in range(n_slots):
            room[b, n] = zero  # of the lengths of the rows
        for k in range(keys.shape[1]):
            strength, squares, mean, d_strength, d_length = xi[b, strengths + k], epsilon, zero, zero, zero
            for w in range(word):
                squares += keys[b, k, w] * keys[b, k, w]
            key_length = math.sqrt(squares)
            for n in range(n_slots):
                mean += content[b, k, n] * d_content[b, k, n]
            for n in range(n_slots):
                d = content[b, k, n] * (d_content[b, k, n] - mean)
                d_strength += d * alike[b, k, n]
                d_product = d * strength / (key_length * length[b, n] + epsilon)
                d_content[b, k, n] = d_product
                d_length += d_product * alike[b, k, n] * length[b, n]
                room[b, n] += d_product * alike[b, k, n] * key_length
            d_xi[b, strengths + k] = d_strength
            d_length /= key_length
            for w in range(word):
                d_keys[b, k, w] = -d_length * keys[b, k, w]
        for n in range(n_slots):
            room[b, n] /= length[b, n]
        for w in range(word):
            for n in range(n_slots):
                d_memory[b, w, n] -= room[b, n] * memory[b, w, n]


@compiled
def d_look_up(
    d_memory: Array, d_keys: Array, d_xi: Array, d_content: Array, memory: Array, length: Array, keys: Array,
    xi: Array, strengths: int, alike: Array, content: Array, room: Array,
) -> None:  # fmt: skip
    """Add the gradient of memory and set those of keys and strengths; `d_content` is used up."""
    d_weigh(d_memory, d_keys, d_xi, d_content, memory, length, keys, xi, strengths, alike, content, room)
    each_times_transposed(d_content, memory, d_keys)
    add_outer(keys, d_content, d_memory)


@compiled_in_any_order
def d_place_write(
    d_write: Array, d_allocation: Array, d_content: Array, d_xi: Array,
    allocation: Array, content: Array, xi: Array, gates: int, limits: Limits,
) -> None:  # fmt: skip
    """Set the gradients of allocation, of the write key's content and of the two gates; use up that of the weights."""
    n_lists, n_slots = d_write.shape
    one, zero = d_write.dtype.type(1), d_write.dtype.type(0)
    for b in range(n_lists):
        free, alike = zero, zero
        to_free, to_alike = xi[b, gates] * xi[b, gates + 1], (one - xi[b, gates]) * xi[b, gates + 1]
        for n in range(n_slots):
            free += d_write[b, n] * allocation[b, n]
            alike += d_write[b, n] * content[b, 0, n]
            d_allocation[b, n] = d_write[b, n] * to_free
            d_content[b, 0, n] = d_write[b, n] * to_alike
        if not (limits.allocate and limits.write):
            free = zero
            for n in range(n_slots):
                d_allocation[b, n] = zero
        if not (limits.content and limits.write):
            alike = zero
            for n in range(n_slots):
                d_content[b, 0, n] = zero
        d_xi[b, gates] = xi[b, gates + 1] * (free - alike)
        d_xi[b, gates + 1] = xi[b, gates] * free + (one - xi[b, gates]) * alike
        for n in range(n_slots):
            d_write[b, n] = zero


@compiled_in_any_order
def d_write_memory(
    d_memory: Array, d_write: Array, d_xi: Array, before: Array, write: Array, xi: Array, erase: int, decay: float
) -> None:
    """Turn the gradient of memory into that of the step before; set those of the erase and the write vector."""
    n_lists, word, n_slots = d_memory.shape
    one, zero = d_memory.dtype.type(1), d_memory.dtype.type(0)
    kept = one - d_memory.dtype.type(decay)
    for b in range(n_lists):
        for w in range(word):
            e, v, d_e, d_v = xi[b, erase + w], xi[b, erase + word + w], zero, zero
            for n in range(n_slots):
                d, old = d_memory[b, w, n], kept * before[b, w, n]
                d_v += d * write[b, n]
                d_e -= d * write[b, n] * old
                d_write[b, n] += d * (v - old * e)
                d_memory[b, w, n] = d * kept * (one - write[b, n] * e)
            d_xi[b, erase + w] = d_e
            d_xi[b, erase + word + w] = d_v


@compiled_in_any_order
def d_link_up(
    d_link: Array, d_precedence: Array, d_write: Array, d_written: Array, link: Array, precedence: Array, write: Array
) -> None:
    """Turn the gradients of links and precedence into those of the step before, whose `link` and `precedence` are."""
    n_lists, n_slots = write.shape
    one, zero, fours = write.dtype.type(1), write.dtype.type(0), n_slots - n_slots % 4
    for b in range(n_lists):
        total, along = zero, d_written[b]
        for n in range(n_slots):
            total += write[b, n]
            along -= d_precedence[b, n] * precedence[b, n]
        for n in range(n_slots):
            d_write[b, n] += along + d_precedence[b, n]
            d_precedence[b, n] *= one - total
        for i in range(n_slots):
            d_link[b, i, i] = zero
        for i in range(0, fours, 4):  # four rows at a time, so that what they share is loaded once
            w0, w1, w2, w3 = write[b, i], write[b, i + 1], write[b, i + 2], write[b, i + 3]
            s0 = s1 = s2 = s3 = zero
            for j in range(n_slots):
                d0, d1, d2, d3 = d_link[b, i, j], d_link[b, i + 1, j], d_link[b, i + 2, j], d_link[b, i + 3, j]
                l0, l1, l2, l3 = link[b, i, j], link[b, i + 1, j], link[b, i + 2, j], link[b, i + 3, j]
                p = precedence[b, j]
                s0, s1, s2, s3 = s0 + d0 * (p - l0), s1 + d1 * (p - l1), s2 + d2 * (p - l2), s3 + d3 * (p - l3)
                d_write[b, j] -= (d0 * l0 + d1 * l1) + (d2 * l2 + d3 * l3)
                d_precedence[b, j] += (d0 * w0 + d1 * w1) + (d2 * w2 + d3 * w3)
            d_write[b, i] += s0
            d_write[b, i + 1] += s1
            d_write[b, i + 2] += s2
            d_write[b, i + 3] += s3
        for i in range(fours, n_slots):
            w0, s0 = write[b, i], zero
            for j in range(n_slots):
                s0 += d_link[b, i, j] * (precedence[b, j] - link[b, i, j])
                d_write[b, j] -= d_link[b, i, j] * link[b, i, j]
                d_precedence[b, j] += d_link[b, i, j] * w0
            d_write[b, i] += s0
        for i in range(n_slots):
            kept = one - write[b, i]
            for j in range(n_slots):
                d_link[b, i, j] *= kept - write[b, j]


@compiled
def d_follow_links(d_link: Array, d_read: Array, d_backward: Array, d_forward: Array, link: Array, read: Array) -> None:
    """Add the gradients of the links and of the read weights of the step before, `read`."""
    each_times_transposed(d_backward, link, d_read)
    each_times(d_forward, link, d_read)
    add_outer(d_forward, read, d_link)
    add_outer(read, d_backward, d_link)


@compiled_in_any_order
def d_mix(
    d_read: Array, d_parts: tuple[Array, Array, Array], d_xi: Array, parts: tuple[Array, Array, Array],
    xi: Array, modes: int, has_content: bool,
) -> None:  # fmt: skip
    """Set the gradients of the parts and of the modes; use up that of the read weights."""
    n_lists, n_heads, n_slots = d_read.shape
    back, content, fore = parts
    d_back, d_content, d_fore = d_parts
    zero = xi.dtype.type(0)
    for b in range(n_lists):
        for r in range(n_heads):
            mode, of_back, of_alike, of_fore = modes + 3 * r, zero, zero, zero
            to_back, to_alike, to_fore = xi[b, mode], xi[b, mode + 1] if has_content else zero, xi[b, mode + 2]
            for n in range(n_slots):
                d = d_read[b, r, n]
                of_back += d * back[b, r, n]
                of_alike += d * content[b, r, n]
                of_fore += d * fore[b, r, n]
                d_back[b, r, n] = d * to_back
                d_content[b, r, n] = d * to_alike
                d_fore[b, r, n] = d * to_fore
                d_read[b, r, n] = zero
            d_xi[b, mode] = of_back
            d_xi[b, mode + 1] = of_alike if has_content else zero
            d_xi[b, mode + 2] = of_fore


@compiled
def d_read_memory(
    d_memory: Array, d_read: Array, d_parts: tuple[Array, Array, Array], d_xi: Array, d_reads: Array,
    memory: Array, read: Array, parts: tuple[Array, Array, Array], xi: Array, modes: int, has_content: bool,
) -> None:  # fmt: skip
    """Add the gradient of memory; set those of the parts and of the modes; use up those of the weights and reads."""
    n_lists, n_heads = read.shape[:2]
    by_head = d_reads.reshape((n_lists, n_heads, memory.shape[1]))
    each_times(by_head, memory, d_read)
    add_outer(by_head, read, d_memory)
    d_mix(d_read, d_parts, d_xi, parts, xi, modes, has_content)
    for b in range(n_lists):
        for k in range(d_reads.shape[1]):
            d_reads[b, k] = memory.dtype.type(0)


@compiled
def run_backward(weights: Weights, limits: Limits, trace: Trace, carried: Carried, gradients: Gradients) -> None:
    """Go back through a sequence; `carried` and `gradients` are filled in place."""
    n_steps, n_lists, heads = trace.backward.shape[:3]
    word = trace.memory.shape[2]
    write_key = heads * (word + 1)  # where the parts of the interface begin
    erase, free = write_key + word + 1, write_key + 3 * word + 1
    d_backward, d_forward = np.empty_like(trace.backward[0]), np.empty_like(trace.forward[0])
    d_content, d_write_content = np.empty_like(trace.content[0]), np.empty_like(trace.write_content[0])
    d_keys, d_write_key = np.empty_like(trace.keys[0]), np.empty_like(trace.write_key[0])
    d_allocation, room = np.empty_like(trace.allocation[0]), np.empty_like(trace.length[0])
    d_features, from_xi = np.empty_like(trace.features[0]), np.empty_like(trace.features[0])
    n_layers, hidden = len(trace.h), trace.h.shape[3]
    seen = gradients.inputs.shape[2] + heads * word + min(n_layers, 2) * hidden
    d_seen = np.empty((n_lists, seen), trace.seen.dtype)
    for t in range(n_steps - 1, -1, -1):
        xi, d_xi, content, write_content = trace.xi[t], gradients.xi[t], trace.content[t], trace.write_content[t]
        new, old, write, read = trace.memory[t + 1], trace.memory[t], trace.write[t + 1], trace.read[t]
        for b in range(n_lists):
            add(carried.reads[b], gradients.reads[t, b], 0)
        parts, d_parts = (trace.backward[t], content, trace.forward[t]), (d_backward, d_content, d_forward)
        d_read_memory(
            carried.memory, carried.read, d_parts, d_xi, carried.reads, new, trace.read[t + 1], parts, xi,
            free + heads + 2, limits.content,
        )  # fmt: skip
        if limits.links:
            d_follow_links(carried.link, carried.read, d_backward, d_forward, trace.link[t + 1], read)
        d_look_up(
            carried.memory, d_keys, d_xi, d_content, new, trace.length[t + 1], trace.keys[t], xi, heads * word,
            trace.alike[t], content, room,
        )  # fmt: skip
        d_link_up(
            carried.link, carried.precedence, carried.write, carried.written, trace.link[t], trace.precedence[t], write
        )
        d_write_memory(carried.memory, carried.write, d_xi, old, write, xi, erase, limits.decay)
        allocation, gates = trace.allocation[t], free + heads
        d_place_write(carried.write, d_allocation, d_write_content, d_xi, allocation, write_content, xi, gates, limits)
        d_look_up(
            carried.memory, d_write_key, d_xi, d_write_content, old, trace.length[t], trace.write_key[t], xi, erase - 1,
            trace.write_alike[t], write_content, room,
        )  # fmt: skip
        d_allocate(carried.usage, d_allocation, trace.usage[t + 1], trace.order[t])
        d_use(
            carried.usage, carried.write, carried.read, d_xi, xi, free, trace.usage[t], trace.write[t], read,
            trace.retention[t], limits.usage_gradient, room,
        )  # fmt: skip
        d_bring_into_range(d_xi, d_keys, d_write_key, xi)
        times(d_xi, weights.interface, from_xi)
        for b in range(n_lists):
            add(gradients.features[t, b], from_xi[b], 0)
        d_control(weights, trace, carried, gradients, t, d_features, d_seen)
