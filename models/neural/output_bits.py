"""How probable each studied item is at each output of a network that gives items bit by bit."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from memlab.core.errors import NotSupported
from memlab.models.neural.episodes import recall_input
from memlab.models.neural.rollout import before_recall
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.weights import load_network

__all__ = ["item_probabilities", "pattern_probabilities"]


@torch.no_grad()
def item_probabilities(
    stem: str | Path, n_lists: int, list_length: int, n_outputs: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the probability that each output is each of the studied items, over fresh lists.

    At each output the network sees its own output before, each bit at its more probable value.

    Parameters
    ----------
    stem
        Of weights that were trained on bits, without ending.
    rng
        Of the lists.

    Returns
    -------
    (n_lists, n_outputs, list_length)
        Over the positions they sum to at most 1: the rest is the probability of patterns that were not studied.

    Raises
    ------
    NotSupported
        Weights that were trained on other items than bits.
    """
    network, card = load_network(stem)
    task = Task(**card["task"])
    if task.items != "binary":
        raise NotSupported(f"{stem} was trained on {task.items} items; bit by bit there are only binary ones.")
    lists = draw_lists(dataclasses.replace(task, n_lures=0), n_lists, list_length, rng)
    generator = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))  # of noise in memory
    _, state = network(before_recall(lists), None, generator)
    previous = torch.zeros(n_lists, task.n_features)
    found = []
    for _ in range(n_outputs):
        outputs, state = network(recall_input(previous)[None], state, generator)
        logits = outputs[0, :, :-1]
        found.append(pattern_probabilities(logits, lists.items))
        previous = (logits > 0).to(logits.dtype)
    return torch.stack(found, dim=1).double().numpy()


def pattern_probabilities(logits: Tensor, items: Tensor) -> Tensor:
    """Return the probability of each pattern where every bit is drawn by itself, (n_lists, n_items).

    Parameters
    ----------
    logits : (n_lists, n_features)
    items : (n_lists, n_items, n_features), 0 or 1

    Examples
    --------
    >>> pattern_probabilities(torch.zeros(1, 2), torch.tensor([[[0.0, 1.0]]]))
    tensor([[0.2500]])
    """
    each = logits.unsqueeze(1).expand_as(items)
    return torch.exp(-F.binary_cross_entropy_with_logits(each, items, reduction="none").sum(-1))
