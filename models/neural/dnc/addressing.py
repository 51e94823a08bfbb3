"""Addressing: where to write and what to read. Content, usage, allocation and temporal links, each as in the paper.

Shapes: B lists, N slots, W word size, R read heads, K keys. The equations are those of the Methods of Graves et al.
(2016), Nature 538, 471-476; what departs from them is an option and says so.
"""

from __future__ import annotations

import functools
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = [
    "EPSILON",
    "Allocation",
    "Similarity",
    "allocation_weights",
    "content_weights",
    "link_after_writing",
    "oneplus",
    "precedence_after_writing",
    "products_before",
    "retention",
    "sharpened",
    "usage_after_step",
]

EPSILON = 1e-6
"""Added under square roots and to divisors: without it an empty memory gives NaN. The value of DeepMind's code."""

Similarity = Literal["cosine", "euclidean", "squared_euclidean", "manhattan"]
Allocation = Literal["sort", "ratio", "softmax"]


def oneplus(x: Tensor) -> Tensor:
    """Return 1 + ln(1 + e^x), at least 1: the strength of a key."""
    return 1 + F.softplus(x)


def similarity_of(memory: Tensor, keys: Tensor, kind: Similarity) -> Tensor:
    """Return how alike keys and rows are: cosine in [-1, 1], or minus a distance.

    Parameters
    ----------
    memory : (B, N, W) or (B, K, N, W)
    keys : (B, K, W)

    Returns
    -------
    (B, K, N)
    """
    rows = memory if memory.dim() == 4 else memory.unsqueeze(1)  # (B, 1 or K, N, W)
    key = keys.unsqueeze(2)  # (B, K, 1, W)
    if kind == "cosine":
        lengths = _length(key) * _length(rows)
        return (key * rows).sum(-1) / (lengths + EPSILON)
    difference = key - rows
    if kind == "manhattan":
        return -difference.abs().sum(-1)
    return -_length(difference) if kind == "euclidean" else -difference.square().sum(-1)


def _length(vectors: Tensor) -> Tensor:
    return (vectors.square().sum(-1) + EPSILON).sqrt()


def content_weights(
    memory: Tensor, keys: Tensor, strengths: Tensor, kind: Similarity = "cosine", masks: Tensor | None = None
) -> Tensor:
    """Return C(M, k, beta): a softmax over slots of strength times similarity.

    Parameters
    ----------
    memory : (B, N, W)
    keys : (B, K, W)
    strengths : (B, K), at least 1
    kind
        The paper's is cosine. A squared Euclidean similarity of strength beta is, for keys and rows of length 1, cosine
        of strength 2 beta; an empty row has cosine 0 but a finite distance, the length of the key.
    masks : (B, K, W) in [0, 1], optional
        What of a key and of a row is compared (Csordas & Schmidhuber 2019).

    Returns
    -------
    (B, K, N), sums to 1 over slots
    """
    if masks is not None:
        memory, keys = memory.unsqueeze(1) * masks.unsqueeze(2), keys * masks  # (B, K, N, W), (B, K, W)
    return torch.softmax(strengths.unsqueeze(-1) * similarity_of(memory, keys, kind), dim=-1)


def retention(free_gates: Tensor, read_weights: Tensor) -> Tensor:
    """Return psi = prod_i (1 - f^i w^{r,i}): how much of each slot is not freed.

    Parameters
    ----------
    free_gates : (B, R) in [0, 1]
    read_weights : (B, R, N)
        Of the step before.

    Returns
    -------
    (B, N)
    """
    kept = 1 - free_gates.unsqueeze(-1) * read_weights
    return functools.reduce(torch.mul, kept.unbind(1))


def usage_after_step(usage: Tensor, write_weights: Tensor, psi: Tensor) -> Tensor:
    """Return u = (u + w - u w) psi, in [0, 1], from the usage and write weights of the step before; all (B, N)."""
    return (usage + write_weights - usage * write_weights) * psi


def allocation_weights(usage: Tensor, kind: Allocation = "sort", strength: float = 1.0) -> Tensor:
    """Return where free slots are.

    Parameters
    ----------
    usage : (B, N) in [0, 1]
    kind
        ``"sort"``: the paper's, a[phi_j] = (1 - u[phi_j]) prod_{m<j} u[phi_m] over slots in ascending usage, ties by
        index; sums to 1 - prod u, so a full memory is not written to; no gradient through the order.
        ``"ratio"``: (1 - u) / sum(1 - u). ``"softmax"``: softmax(strength (1 - u)); a slide deck has (u - 1), which
        gives the *most* used slot the largest weight. Both sum to 1 always, so they go on writing into a full memory,
        and neither breaks ties: from an empty memory every slot gets 1/N at each write and each item is smeared over
        all slots, unless the first usage is uneven (``jitter`` of the cell).
    strength
        Of the softmax, above 0.

    Returns
    -------
    (B, N)
    """
    if kind == "ratio":
        free = 1 - usage
        return (free + EPSILON) / (free + EPSILON).sum(-1, keepdim=True)  # uniform where nothing is free
    if kind == "softmax":
        return torch.softmax(strength * (1 - usage), dim=-1)
    ascending, order = torch.sort(usage, dim=-1, stable=True)
    before = products_before(ascending)
    return torch.zeros_like(usage).scatter(-1, order, (1 - ascending) * before)


def products_before(values: Tensor) -> Tensor:
    """Return prod_{m<j} of the values along the last axis: 1, v_1, v_1 v_2, …

    In log2 N rounds, each of which doubles how far every product reaches. `torch.cumprod` (and `prod`) would do, but
    their backward pass first asks whether any value is 0: a GPU has to be waited for, and no CUDA graph captured.

    Examples
    --------
    >>> products_before(torch.tensor([2.0, 3.0, 0.0, 5.0]))
    tensor([1., 2., 6., 0.])
    """
    one = torch.ones_like(values[..., :1])
    products, reach = torch.cat([one, values[..., :-1]], dim=-1), 1
    while reach < values.shape[-1]:
        products = torch.cat([products[..., :reach], products[..., reach:] * products[..., :-reach]], dim=-1)
        reach *= 2
    return products


def link_after_writing(link: Tensor, write_weights: Tensor, precedence: Tensor) -> Tensor:
    """Return L[i, j] = (1 - w[i] - w[j]) L[i, j] + w[i] p[j], with an empty diagonal: how far i was written after j.

    Parameters
    ----------
    link : (B, N, N)
    write_weights : (B, N)
        Of this step.
    precedence : (B, N)
        Of the step *before*.

    Returns
    -------
    (B, N, N), rows and columns sum to at most 1
    """
    w_i, w_j = write_weights.unsqueeze(2), write_weights.unsqueeze(1)
    updated = (1 - w_i - w_j) * link + w_i * precedence.unsqueeze(1)
    return updated * (1 - torch.eye(link.shape[-1], dtype=link.dtype, device=link.device))


def precedence_after_writing(precedence: Tensor, write_weights: Tensor) -> Tensor:
    """Return p = (1 - sum w) p + w: how far each slot was the last one written; both (B, N)."""
    return (1 - write_weights.sum(-1, keepdim=True)) * precedence + write_weights


def sharpened(weights: Tensor, exponents: Tensor) -> Tensor:
    """Return w^s / sum w^s: link weights made crisp again (Csordas & Schmidhuber 2019); nothing stays nothing.

    Parameters
    ----------
    weights : (B, R, N), at least 0
    exponents : (B, R), at least 1
    """
    largest = weights.amax(-1, keepdim=True)
    powered = ((weights + EPSILON) / (largest + EPSILON)) ** exponents.unsqueeze(-1)  # the largest is 1: no 0/0
    some = largest / (largest + EPSILON)  # 0 where no slot is linked, else near 1
    return some * powered / powered.sum(-1, keepdim=True)
