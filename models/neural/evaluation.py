"""Scores of a network on fresh lists: how much it recalls, what it repeats and what it makes up."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from memlab.core.rng import stream
from memlab.models.neural.chains import chain_loss, chain_of_task
from memlab.models.neural.network import Network
from memlab.models.neural.people import Group
from memlab.models.neural.rollout import copied, copy_inputs, sample_responses
from memlab.models.neural.tasks import Lists, Task, draw_lists
from memlab.models.neural.trials import EXTRA_OUTPUTS, people_loss, trial_loss

__all__ = ["Scores", "people_bits", "recall_scores", "score_network", "streams"]

Scores = dict[str, float]

SCORED_LURES = 20
"""Lures among the responses when a network is scored, however many it was trained with, so that scores can be compared;
fewer if it was trained with fewer. As many as a trained network has as a model, where nothing else is said."""

CHUNK = 256
"""People's lists that go through a network at a time."""


def streams(
    seed: int, *keys: str | int, device: torch.device | str = "cpu"
) -> tuple[np.random.Generator, torch.Generator]:
    """Return a stream for lists and one for responses and noise, both belonging to the seed and the keys."""
    rng = stream(seed, *keys)
    return rng, torch.Generator(device).manual_seed(int(rng.integers(2**63 - 1)))


@torch.no_grad()
def score_network(network: Network, task: Task, list_length: int, n_lists: int, seed: int, *keys: str | int) -> Scores:
    """Return scores on fresh lists of one length, drawn from the stream of the seed and the keys.

    Returns
    -------
    dict
        ``recalled``: share of the items; in copying, of the items given back whole. ``repeats``, ``intrusions``: a
        list. ``in_order``: share of the outputs k that gave item k. ``bits``: the objective's loss in bits an output,
        absent where it is people's recalls that are trained on. In copying, instead: ``bits_right``, share of the bits.
        Of chains ``recalled``, the share of the answers that are right, and ``bits`` alone.
    """
    device = next(network.parameters()).device
    rng, generator = streams(seed, *keys, list_length, device=device)
    task = dataclasses.replace(task, n_lures=min(task.n_lures, SCORED_LURES))
    lists = draw_lists(task, n_lists, list_length, rng, device)
    if task.copies:
        return _copy_scores(network, task, lists, generator)
    if task.paradigm == "chain":
        return _chain_scores(network, task, lists, generator)
    human = task.objective == "human"
    limit = list_length + (EXTRA_OUTPUTS if task.stops else 0)
    responses = sample_responses(network, lists, limit, generator, stops=task.stops, masked=human)
    scores = recall_scores(responses, list_length, lists.candidates.shape[1])
    if human:
        return scores
    return scores | {"bits": float(trial_loss(network, task, lists, generator)) / math.log(2)}


def recall_scores(responses: Tensor, n_items: int, stop: int) -> Scores:
    """Return the scores of responses.

    Parameters
    ----------
    responses : (n_outputs, n_lists) int
        Items 0 to ``n_items - 1``, lures up to ``stop - 1``, then `stop`.

    Examples
    --------
    >>> given = torch.tensor([[0, 1], [1, 1], [7, 3], [7, 7]])  # list 1: items 1 and 2; list 2: item 2 twice, a lure
    >>> recall_scores(given, 2, 7)
    {'recalled': 0.75, 'repeats': 0.5, 'intrusions': 0.5, 'in_order': 0.75}
    """
    given = responses.T.unsqueeze(-1) == torch.arange(n_items, device=responses.device)  # (n_lists, n_outputs, n_items)
    times = given.sum(1)
    first = responses[:n_items].T
    in_order = first == torch.arange(first.shape[1], device=responses.device)
    lures = (responses >= n_items) & (responses < stop)
    return {
        "recalled": float((times > 0).double().mean()),
        "repeats": float((times - 1).clamp(min=0).sum(1).double().mean()),
        "intrusions": float(lures.sum(0).double().mean()),
        "in_order": float(in_order.sum()) / (n_items * responses.shape[1]),
    }


def _copy_scores(network: Network, task: Task, lists: Lists, generator: torch.Generator) -> Scores:
    told = task.paradigm == "repeat_copy"
    inputs = copy_inputs(lists, told=told, given=copied(network, lists, generator, told=told))
    outputs, _ = network(inputs, None, generator)
    n = lists.list_length * lists.repeats
    wanted = lists.items.transpose(0, 1).repeat(lists.repeats, 1, 1) > 0.5
    right = (outputs[-n - 1 : -1, :, :-1] > 0) == wanted  # (n, n_lists, n_features)
    stop = outputs[-n - 1 :, :, -1] > 0
    stopped_right = ~stop[:-1].any(0) & stop[-1]
    loss = float(trial_loss(network, task, lists, generator)) / math.log(2)
    return {
        "recalled": float(right.all(-1).double().mean()),
        "bits_right": float(right.double().mean()),
        "stopped_right": float(stopped_right.double().mean()),
        "bits": loss,
    }


def _chain_scores(network: Network, task: Task, lists: Lists, generator: torch.Generator) -> Scores:
    """Return the means over all hops that the task asks for."""
    asked = [dataclasses.replace(task, hops=(k, k)) for k in range(task.hops[0], task.hops[1] + 1)]
    each = [chain_loss(network, chain_of_task(one, lists, generator), generator)[:2] for one in asked]
    losses, right = (torch.cat(part) for part in zip(*each, strict=True))
    return {"recalled": float(right.double().mean()), "bits": float(losses.mean()) / math.log(2)}


@torch.no_grad()
def people_bits(network: Network, task: Task, groups: Sequence[Group], seed: int, *keys: str | int) -> dict[str, float]:
    """Return the bits a recall event that people's recalls cost the network, by condition and over all events.

    Returns
    -------
    dict
        By the name of the condition, and ``"all"``.
    """
    device = next(network.parameters()).device
    bits, events = {}, {}
    for group in groups:
        rng, generator = streams(seed, *keys, group.name, device=device)
        total, count = 0.0, 0
        for first in range(0, group.n_lists, CHUNK):
            which = np.arange(first, min(first + CHUNK, group.n_lists))
            lists = draw_lists(task, len(which), group.list_length, rng, device)
            losses, _ = people_loss(network, task, group, which, lists, generator)
            total, count = total + float(losses.double().sum()), count + len(losses)
        bits[group.name], events[group.name] = total / math.log(2), count
    each = {name: bits[name] / max(1, events[name]) for name in bits}
    return each | {"all": sum(bits.values()) / max(1, sum(events.values()))}
