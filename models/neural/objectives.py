"""Objectives: what a network is trained to do at each output. Pure functions of scores, in nats.

``set``      any studied item not yet given, in whatever order; stopping when none is left.
``forward``  item k at output k, then stopping.
``serial``   item k at output k; there are as many outputs as items, and no stopping.
``blog``     every studied item at whatever output fits it best, bit by bit: outputs beyond that cost nothing.
``nearest``  the other reading of the blog: at each output whatever item fits best; it learns to repeat one item.
``human``    what people recalled at that output, among the items not yet recalled and stopping.
``bits``     copying: the bits of the list, as often as asked, then stopping.
``hops``     the item that stands so many hops from the cue; see `memlab.models.neural.chains`.

Scores come from `memlab.models.neural.episodes.response_scores`: the list's items, then lures, then stopping. Shapes: K
outputs, B lists, L items a list, C candidates (items and lures), D features.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = [
    "bits_loss",
    "blog_loss",
    "forward_loss",
    "human_loss",
    "nearest_loss",
    "not_yet_given",
    "serial_loss",
    "set_loss",
]


def not_yet_given(responses: Tensor, n_items: int) -> Tensor:
    """Return which items no earlier output gave, (K, B, L) bool.

    Parameters
    ----------
    responses : (K, B) int
        Index of the candidate given at each output; those of items are below ``n_items``.

    Examples
    --------
    >>> not_yet_given(torch.tensor([[1], [0], [1]]), 2)[:, 0]
    tensor([[ True,  True],
            [ True, False],
            [False, False]])
    """
    given = responses.unsqueeze(-1) == torch.arange(n_items, device=responses.device)  # (K, B, L)
    return given.cumsum(0) - given.long() == 0


def set_loss(scores: Tensor, responses: Tensor, n_items: int) -> Tensor:
    """Return minus the log of the summed probability of the studied items not yet given; of stopping if none is left.

    Parameters
    ----------
    scores : (K, B, C + 1)
    responses : (K, B) int
        What the network gave.

    Returns
    -------
    (K, B), nats
    """
    left = not_yet_given(responses, n_items)
    log_p = scores.log_softmax(-1)
    wanted = torch.cat([left, left.new_zeros(*left.shape[:2], scores.shape[-1] - n_items)], dim=-1)
    wanted[..., -1] = ~left.any(-1)
    return -log_p.masked_fill(~wanted, -torch.inf).logsumexp(-1)


def forward_loss(scores: Tensor, n_items: int) -> Tensor:
    """Return minus the log-probability of item k at output k, and of stopping at output L + 1, (K, B), nats.

    Parameters
    ----------
    scores : (L + 1, B, C + 1)
    """
    stop = scores.shape[-1] - 1
    targets = torch.arange(n_items + 1, device=scores.device)
    targets[-1] = stop
    return F.cross_entropy(scores.movedim(-1, 1), targets[:, None].expand(scores.shape[:2]), reduction="none")


def serial_loss(scores: Tensor) -> Tensor:
    """Return minus the log-probability of item k at output k among the candidates, (L, B), nats.

    Parameters
    ----------
    scores : (L, B, C + 1)
        The last, for stopping, is left out.
    """
    targets = torch.arange(len(scores), device=scores.device)[:, None].expand(scores.shape[:2])
    return F.cross_entropy(scores[..., :-1].movedim(-1, 1), targets, reduction="none")


def blog_loss(queries: Tensor, items: Tensor) -> Tensor:
    """Return for each item the smallest cross-entropy of its bits over the outputs, (L, B), nats a bit.

    The blog of 2017 took a minimum over positions; this reading of it is the one under which networks recall. Its flaw,
    kept because it was used: one output can serve several items, and an output that serves none costs nothing, so
    repeats and made-up items are not unlearned.

    Parameters
    ----------
    queries : (K, B, D)
        Logits of the bits.
    items : (B, L, D), 0 or 1
    """
    return _bit_losses(queries, items).amin(0).T


def nearest_loss(queries: Tensor, items: Tensor) -> Tensor:
    """Return for each output the smallest cross-entropy of its bits over the items, (K, B), nats a bit.

    Nothing asks *which* item an output gives, so giving one item over and over costs nothing, and that is what networks
    learn. Parameters as in `blog_loss`.
    """
    return _bit_losses(queries, items).amin(-1)


def _bit_losses(queries: Tensor, items: Tensor) -> Tensor:
    """Return the cross-entropy of each item's bits at each output, (K, B, L), nats a bit."""
    logits = queries.unsqueeze(2).expand(-1, -1, items.shape[1], -1)  # (K, B, L, D)
    return F.binary_cross_entropy_with_logits(logits, items.expand_as(logits), reduction="none").mean(-1)


def human_loss(scores: Tensor, responses: Tensor, n_items: int) -> Tensor:
    """Return minus the log-probability of what people did next, among the items not yet recalled and stopping.

    Parameters
    ----------
    scores : (K, B, C + 1)
        Those of lures are left out.
    responses : (K, B) int
        Indices of items without repeats; C for stopping.

    Returns
    -------
    (K, B), nats
    """
    left = not_yet_given(responses, n_items)
    open_ = torch.cat([left, torch.ones_like(left[..., :1])], dim=-1)  # (K, B, L + 1)
    kept = torch.cat([scores[..., :n_items], scores[..., -1:]], dim=-1)
    log_p = kept.masked_fill(~open_, -torch.inf).log_softmax(-1)
    return -log_p.gather(-1, responses.clamp(max=n_items).unsqueeze(-1)).squeeze(-1)


def bits_loss(outputs: Tensor, items: Tensor, repeats: int = 1) -> Tensor:
    """Return the cross-entropy of the bits and of the stop bit, (L * repeats + 1, B), nats a bit.

    The stop bit is to be 0 until the list was given back as often as asked, and 1 at the output after that, of which
    nothing else is asked.

    Parameters
    ----------
    outputs : (L * repeats + 1, B, D + 1)
        Logits.
    items : (B, L, D), 0 or 1
    """
    wanted = items.transpose(0, 1).repeat(repeats, 1, 1)  # (L * repeats, B, D)
    wanted = torch.cat([wanted, wanted.new_zeros(*wanted.shape[:2], 1)], dim=-1)
    bits = F.binary_cross_entropy_with_logits(outputs[:-1], wanted, reduction="none").mean(-1)
    stop = F.binary_cross_entropy_with_logits(outputs[-1, :, -1], torch.ones_like(outputs[-1, :, -1]), reduction="none")
    return torch.cat([bits, stop.unsqueeze(0)])
