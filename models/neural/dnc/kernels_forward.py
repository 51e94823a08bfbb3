"""The DNC's forward pass over a whole sequence, compiled. Its readable twin is `forward_eager` of the network.

Each kernel does one equation for all lists of a step; `run_forward` puts them in the paper's order. Shapes are those of
`Trace`, without the axis of steps. Constants are made in the arrays' precision: a bare 1 would turn float32 to float64.
"""

from __future__ import annotations

import math

import numpy as np

from memlab.core.compiled import compiled, compiled_in_any_order
from memlab.models.neural.dnc.addressing import EPSILON
from memlab.models.neural.dnc.kernels_exponential import exponential, sigmoid
from memlab.models.neural.dnc.kernels_products import each_times, each_times_transposed, times, times_transposed
from memlab.models.neural.dnc.trace import Array, Limits, Trace, Weights

__all__ = ["run_forward"]


@compiled
def oneplus(x: float, one: float) -> float:
    """Return 1 + ln(1 + e^x)."""
    return one + max(x, one - one) + math.log1p(exponential(-abs(x)))


@compiled_in_any_order
def place(row: Array, start: int, part: Array) -> int:
    """Copy a part into a row, and return where the next one begins.

    A slice, as an index that is a sum could be negative for all that the compiler knows, and then there are no vectors.
    """
    own = row[start : start + len(part)]
    for k in range(len(part)):
        own[k] = part[k]
    return start + len(part)


@compiled
def see(seen: Array, x: Array, reads: Array, own: Array, below: Array, layer: int) -> None:
    """Put beside each other what a layer of the controller sees: [x; reads; own h of the step before; h below]."""
    for b in range(len(x)):
        end = place(seen[b], place(seen[b], place(seen[b], 0, x[b]), reads[b]), own[b])
        if end < seen.shape[1]:  # the first layer has nothing below it
            place(seen[b], end, below[b])
            if not layer:
                for k in range(end, seen.shape[1]):
                    seen[b, k] = seen.dtype.type(0)


@compiled_in_any_order
def lstm(gates: Array, bias: Array, s_before: Array, s: Array, squashed: Array, h: Array) -> None:
    """Turn sums into gates in place, and take the LSTM's step."""
    n_lists, hidden = s.shape
    one, two = s.dtype.type(1), s.dtype.type(2)
    for b in range(n_lists):
        for j in range(3 * hidden):
            gates[b, j] = sigmoid(gates[b, j] + bias[j], one)
        for j in range(hidden):  # a loop from 3 * hidden on would not become vector instructions
            g = gates[b, 3 * hidden + j] + bias[3 * hidden + j]
            gates[b, 3 * hidden + j] = two * sigmoid(two * g, one) - one  # tanh
        for j in range(hidden):
            s[b, j] = gates[b, hidden + j] * s_before[b, j] + gates[b, j] * gates[b, 3 * hidden + j]
        for j in range(hidden):
            squashed[b, j] = two * sigmoid(two * s[b, j], one) - one
            h[b, j] = gates[b, 2 * hidden + j] * squashed[b, j]


@compiled_in_any_order
def layer_norm(features: Array, normed: Array, spread: Array, weights: Weights, epsilon: float) -> None:
    """Normalise the features in place, and keep what the backward pass needs."""
    n_lists, n = features.shape
    count, one = features.dtype.type(n), features.dtype.type(1)
    for b in range(n_lists):
        total = squares = features.dtype.type(0)
        for j in range(n):
            total += features[b, j]
        mean = total / count
        for j in range(n):
            squares += (features[b, j] - mean) * (features[b, j] - mean)
        spread[b] = one / math.sqrt(squares / count + features.dtype.type(epsilon))
        for j in range(n):
            normed[b, j] = (features[b, j] - mean) * spread[b]
            features[b, j] = normed[b, j] * weights.scale[j] + weights.shift[j]


@compiled_in_any_order
def bring_into_range(xi: Array, keys: Array, write_key: Array) -> None:
    """Apply to each part of the interface its nonlinearity, in place, and copy the keys; see `read_interface`."""
    heads, word, one = keys.shape[1], keys.shape[2], xi.dtype.type(1)
    strengths, erase, free = heads * word, heads * word + heads + word + 1, heads * word + heads + 3 * word + 1
    for b in range(len(xi)):
        for k in range(heads):
            place(keys[b, k], 0, xi[b, k * word : (k + 1) * word])
        place(write_key[b, 0], 0, xi[b, strengths + heads : strengths + heads + word])
        for k in range(strengths, strengths + heads):
            xi[b, k] = oneplus(xi[b, k], one)
        xi[b, erase - 1] = oneplus(xi[b, erase - 1], one)
        gates, modes = xi[b, free : free + heads + 2], xi[b, free + heads + 2 :]
        erased = xi[b, erase : erase + word]
        for k in range(word):
            erased[k] = sigmoid(erased[k], one)
        for k in range(heads + 2):
            gates[k] = sigmoid(gates[k], one)
        for k in range(0, 3 * heads, 3):
            largest = max(modes[k], modes[k + 1], modes[k + 2])
            modes[k], modes[k + 1], modes[k + 2] = modes[k] - largest, modes[k + 1] - largest, modes[k + 2] - largest
        for k in range(3 * heads):
            modes[k] = exponential(modes[k])
        for k in range(0, 3 * heads, 3):
            share = one / (modes[k] + modes[k + 1] + modes[k + 2])
            modes[k], modes[k + 1], modes[k + 2] = modes[k] * share, modes[k + 1] * share, modes[k + 2] * share


@compiled_in_any_order
def use(
    usage: Array, usage_before: Array, write_before: Array, read_before: Array, psi: Array, xi: Array, free: int
) -> None:
    """Set psi = prod_i (1 - f^i w^{r,i}) and u = (u + w - u w) psi, from the weights of the step before.

    The free gates stand in `xi` from `free` on.
    """
    n_lists, n_slots = usage.shape
    one = usage.dtype.type(1)
    for b in range(n_lists):
        for n in range(n_slots):
            psi[b, n] = one
        for r in range(read_before.shape[1]):
            for n in range(n_slots):
                psi[b, n] *= one - xi[b, free + r] * read_before[b, r, n]
        for n in range(n_slots):
            u, w = usage_before[b, n], write_before[b, n]
            usage[b, n] = (u + w - u * w) * psi[b, n]


@compiled_in_any_order
def sort(usage: Array, order: Array, room: Array) -> None:
    """Set the slots by ascending usage, ties by index; NaN comes last. `room` (2, N) is used up.

    A slot's place is the number of slots before it. Counting takes more comparisons than sorting, but no branches.
    """
    n_lists, n_slots = usage.shape
    zero, one, last = usage.dtype.type(0), usage.dtype.type(1), usage.dtype.type(np.inf)
    for b in range(n_lists):
        for n in range(n_slots):
            room[0, n] = usage[b, n] if usage[b, n] <= last else last
            room[1, n] = zero
        for n in range(n_slots):
            own = room[0, n]
            for other in range(n_slots):
                u = room[0, other]
                room[1, other] += one if u > own or (u == own and other > n) else zero
        for n in range(n_slots):
            order[b, int(room[1, n])] = n


@compiled
def allocate(usage: Array, order: Array, allocation: Array) -> None:
    """Set a[phi_j] = (1 - u[phi_j]) prod_{m<j} u[phi_m], slots phi in ascending usage."""
    n_lists, n_slots = usage.shape
    one = usage.dtype.type(1)
    for b in range(n_lists):
        taken = one
        for place in range(n_slots):
            u = usage[b, order[b, place]]
            allocation[b, order[b, place]] = (one - u) * taken
            taken *= u


@compiled_in_any_order
def measure(memory: Array, length: Array) -> None:
    """Set the lengths of memory's rows, sqrt(sum M^2 + epsilon)."""
    n_lists, word, n_slots = memory.shape
    epsilon = memory.dtype.type(EPSILON)
    for b in range(n_lists):
        for n in range(n_slots):
            length[b, n] = epsilon
        for w in range(word):
            for n in range(n_slots):
                length[b, n] += memory[b, w, n] * memory[b, w, n]
        for n in range(n_slots):
            length[b, n] = math.sqrt(length[b, n])


@compiled_in_any_order
def weigh(alike: Array, content: Array, keys: Array, length: Array, xi: Array, strengths: int) -> None:
    """Turn products of rows and keys into cosines in place, and set the softmax of strength times cosine.

    The strengths stand in `xi` from `strengths` on.
    """
    n_lists, n_keys, n_slots = alike.shape
    word = keys.shape[2]
    one, epsilon = xi.dtype.type(1), xi.dtype.type(EPSILON)
    for b in range(n_lists):
        for k in range(n_keys):
            strength, squares, largest = xi[b, strengths + k], epsilon, -xi.dtype.type(np.inf)
            for w in range(word):
                squares += keys[b, k, w] * keys[b, k, w]
            key_length, total = math.sqrt(squares), one - one
            for n in range(n_slots):
                alike[b, k, n] /= key_length * length[b, n] + epsilon
            for n in range(0, n_slots - 3, 4):  # four that do not wait for each other
                largest = max(
                    largest, max(max(alike[b, k, n], alike[b, k, n + 1]), max(alike[b, k, n + 2], alike[b, k, n + 3]))
                )
            for n in range(n_slots - n_slots % 4, n_slots):
                largest = max(largest, alike[b, k, n])
            for n in range(n_slots):
                content[b, k, n] = exponential(strength * (alike[b, k, n] - largest))
            for n in range(n_slots):
                total += content[b, k, n]
            share = one / total
            for n in range(n_slots):
                content[b, k, n] *= share


@compiled
def look_up(memory: Array, length: Array, keys: Array, xi: Array, strengths: int, alike: Array, content: Array) -> None:
    """Set the cosine of rows and keys, and the content weights; see `weigh`."""
    for b in range(len(alike)):
        for k in range(alike.shape[1]):
            for n in range(alike.shape[2]):
                alike[b, k, n] = memory.dtype.type(0)
    each_times(keys, memory, alike)
    weigh(alike, content, keys, length, xi, strengths)


@compiled_in_any_order
def place_write(write: Array, allocation: Array, content: Array, xi: Array, gates: int, limits: Limits) -> None:
    """Set w = g^w [g^a a + (1 - g^a) c]; g^a and g^w stand in `xi` at `gates`, c is the write key's, (B, 1, N)."""
    n_lists, n_slots = write.shape
    one, zero = write.dtype.type(1), write.dtype.type(0)
    for b in range(n_lists):
        allowed = xi[b, gates + 1] if limits.write else zero
        to_free = allowed * xi[b, gates] if limits.allocate else zero
        to_alike = allowed * (one - xi[b, gates]) if limits.content else zero
        for n in range(n_slots):
            write[b, n] = to_free * allocation[b, n] + to_alike * content[b, 0, n]


@compiled_in_any_order
def write_memory(
    memory: Array, before: Array, write: Array, xi: Array, erase: int, noise: Array, limits: Limits
) -> None:
    """Set M = (1 - decay) M (1 - w e^T) + w v^T + noise; `noise` is (0, 0, 0) without any.

    In `xi` the erase vector e stands at `erase`, and the write vector v after it.
    """
    n_lists, word, n_slots = memory.shape
    one, scale = memory.dtype.type(1), memory.dtype.type(limits.noise)
    kept = one - memory.dtype.type(limits.decay)
    for b in range(n_lists):
        for w in range(word):
            e, v = xi[b, erase + w], xi[b, erase + word + w]
            for n in range(n_slots):
                memory[b, w, n] = kept * before[b, w, n] * (one - write[b, n] * e) + write[b, n] * v
            if len(noise):
                for n in range(n_slots):
                    memory[b, w, n] += scale * noise[b, n, w]


@compiled_in_any_order
def link_up(
    link: Array, link_before: Array, precedence: Array, precedence_before: Array, write: Array, written: Array
) -> None:
    """Set L[i, j] = (1 - w[i] - w[j]) L[i, j] + w[i] p[j] with an empty diagonal, then p = (1 - sum w) p + w."""
    n_lists, n_slots = write.shape
    one, zero = write.dtype.type(1), write.dtype.type(0)
    for b in range(n_lists):
        total = zero
        for i in range(n_slots):
            w_i = write[b, i]
            total += w_i
            for j in range(n_slots):
                link[b, i, j] = (one - w_i - write[b, j]) * link_before[b, i, j] + w_i * precedence_before[b, j]
            link[b, i, i] = zero
        for n in range(n_slots):
            precedence[b, n] = (one - total) * precedence_before[b, n] + write[b, n]
        written[b] += total


@compiled
def follow_links(link: Array, read_before: Array, backward: Array, forward: Array, links: bool) -> None:
    """Set f = L w and b = L^T w for each head, from the read weights of the step before; nothing without links."""
    n_lists, n_heads, n_slots = read_before.shape
    zero = link.dtype.type(0)
    for b in range(n_lists):
        for r in range(n_heads):
            for n in range(n_slots):
                backward[b, r, n] = forward[b, r, n] = zero
    if links:
        each_times(read_before, link, backward)
        each_times_transposed(read_before, link, forward)


@compiled_in_any_order
def mix(read: Array, parts: tuple[Array, Array, Array], xi: Array, modes: int, has_content: bool) -> None:
    """Set the read weights, the modes' mixture of `parts` = backward, content and forward."""
    n_lists, n_heads, n_slots = read.shape
    back, content, fore = parts
    for b in range(n_lists):
        for r in range(n_heads):
            to_back, to_fore = xi[b, modes + 3 * r], xi[b, modes + 3 * r + 2]
            to_alike = xi[b, modes + 3 * r + 1] if has_content else xi.dtype.type(0)
            for n in range(n_slots):
                read[b, r, n] = to_back * back[b, r, n] + to_alike * content[b, r, n] + to_fore * fore[b, r, n]


@compiled
def read_memory(
    memory: Array, read: Array, parts: tuple[Array, Array, Array], xi: Array, modes: int, reads: Array, content: bool
) -> None:
    """Set the read weights (see `mix`; the modes stand in `xi` from `modes` on) and what they read."""
    n_lists, n_heads = read.shape[:2]
    mix(read, parts, xi, modes, content)
    for b in range(n_lists):
        for k in range(reads.shape[1]):
            reads[b, k] = memory.dtype.type(0)
    each_times_transposed(read, memory, reads.reshape((n_lists, n_heads, memory.shape[1])))


@compiled
def control(x: Array, weights: Weights, limits: Limits, trace: Trace, t: int, now: int, then: int, step: int) -> None:
    """Run the controller's layers and set the features of step t."""
    n_layers, hidden = len(trace.h), trace.h.shape[3]
    for layer in range(n_layers):
        seen, gates, h = trace.seen[layer, step], trace.gates[layer, step], trace.h[layer, now]
        see(seen, x, trace.reads[t], trace.h[layer, then], trace.h[max(layer - 1, 0), now], layer)
        times(seen, weights.controller[layer], gates)
        lstm(gates, weights.bias[layer], trace.s[layer, then], trace.s[layer, now], trace.squashed[layer, step], h)
        for b in range(len(x)):
            for j in range(hidden):
                trace.features[t, b, layer * hidden + j] = h[b, j]
    if len(weights.scale):
        layer_norm(trace.features[t], trace.normed[step], trace.spread[step], weights, limits.epsilon)


@compiled
def run_forward(inputs: Array, noise: Array, weights: Weights, limits: Limits, trace: Trace) -> None:
    """Run a sequence whose initial state stands in row 0 of the trace.

    Parameters
    ----------
    inputs : (T, B, n_in)
    noise : (T, B, N, W), or (T, 0, 0, 0) without any
    """
    heads, word = trace.read.shape[2], trace.memory.shape[2]
    write_key = heads * (word + 1)  # where the parts of the interface begin
    erase, free = write_key + word + 1, write_key + 3 * word + 1
    room = np.empty((2, trace.usage.shape[2]), trace.usage.dtype)
    measure(trace.memory[0], trace.length[0])
    for t in range(len(inputs)):
        now, then, step = (t + 1) % len(trace.memory), t % len(trace.memory), t % len(trace.xi)
        control(inputs[t], weights, limits, trace, t, now, then, step)
        xi, keys, write_key = trace.xi[step], trace.keys[step], trace.write_key[step]
        content, write_content = trace.content[step], trace.write_content[step]
        times_transposed(trace.features[t], weights.interface, xi)
        bring_into_range(xi, keys, write_key)
        psi, allocation, write = trace.retention[step], trace.allocation[step], trace.write[now]
        use(trace.usage[now], trace.usage[then], trace.write[then], trace.read[then], psi, xi, free)
        sort(trace.usage[now], trace.order[step], room)
        allocate(trace.usage[now], trace.order[step], allocation)
        old, new, length = trace.memory[then], trace.memory[now], trace.length[now]
        look_up(old, trace.length[then], write_key, xi, erase - 1, trace.write_alike[step], write_content)
        place_write(write, allocation, write_content, xi, free + heads, limits)
        write_memory(new, old, write, xi, erase, noise[t], limits)
        link_up(trace.link[now], trace.link[then], trace.precedence[now], trace.precedence[then], write, trace.written)
        measure(new, length)
        look_up(new, length, keys, xi, heads * word, trace.alike[step], content)
        backward, forward = trace.backward[step], trace.forward[step]
        follow_links(trace.link[now], trace.read[then], backward, forward, limits.links)
        parts, modes = (backward, content, forward), free + heads + 2
        read_memory(new, trace.read[now], parts, xi, modes, trace.reads[t + 1], limits.content)
