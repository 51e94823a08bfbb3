"""Transfer: a network trained on one task, tested on another, by one measure for all tasks.

The measure is the share of a list's items that are given as the task wants them: anywhere (``set``), or at their own
output (all others). In every task a response is drawn from a softmax over the list's items and lures, and stopping
where the task has it. A network that was trained on bits is read in the same way: the score of a pattern of zeros and
ones is, up to a constant, the log-probability of its bits.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import torch

from memlab.models.neural.episodes import response_scores
from memlab.models.neural.evaluation import recall_scores, streams
from memlab.models.neural.network import Network, build_network
from memlab.models.neural.rollout import copied, copy_inputs, sample_responses
from memlab.models.neural.tasks import Lists, Task, draw_lists
from memlab.models.neural.trials import n_outputs
from memlab.models.neural.weights import load_network

__all__ = ["TESTED", "transfer_score", "trained_tasks"]

TESTED = ("set", "forward", "serial_recall", "copy", "repeat_copy")
"""Tasks that a network is tested on, by `Task.name`."""

REPEATS = 2
"""How often a list is given back in repeat_copy."""

N_LURES = 20


def trained_tasks(stem: str | Path) -> tuple[Task, ...]:
    """Return what a network was trained on: one task, or several."""
    _, card = load_network(stem)
    return tuple(Task(**record) for record in card.get("tasks") or [card["task"]])


def transfer_score(
    stem: str | Path, tested: str, list_length: int, n_lists: int, seed: int, *, fresh: int | None = None
) -> float:
    """Return the share of the items that a network gives as a task wants them.

    Parameters
    ----------
    stem
        Weights; the task's items have as many features as those that the network was trained on.
    tested
        In `TESTED`.
    n_lists, seed
        The same lists for the same seed, whatever the network.
    fresh
        Test the same network with fresh weights from this seed instead: what is given without training.
    """
    network, card = load_network(stem)
    if fresh is not None:
        network = build_network(card["network"], card["n_in"], card["n_out"], card["config"], fresh).eval()
    rng, generator = streams(seed, "transfer", tested)
    told = {"repeat_copy": REPEATS}.get(tested, 1)
    lists = dataclasses.replace(draw_lists(_drawn(tested, card), n_lists, list_length, rng), repeats=told)
    if tested in ("copy", "repeat_copy"):
        return _copied(network, lists, told=tested == "repeat_copy", generator=generator)
    return _recalled(network, _drawn(tested, card), lists, generator)


def _drawn(tested: str, card: dict[str, Any]) -> Task:
    """Return the task whose lists are tested; for copying one of bits without two items alike, and with lures."""
    n_features = int(card["task"]["n_features"])
    if tested == "serial_recall":
        return Task(paradigm="serial_recall", n_features=n_features, n_lures=N_LURES)
    if tested in ("copy", "repeat_copy"):
        return Task(items="binary", n_features=n_features, n_lures=N_LURES, lengths=(1, 1))
    return Task(objective=tested, n_features=n_features, n_lures=N_LURES)  # type: ignore[arg-type]


@torch.no_grad()
def _recalled(network: Network, task: Task, lists: Lists, generator: torch.Generator) -> float:
    limit = n_outputs(task, lists.list_length)
    responses = sample_responses(network, lists, limit, generator, stops=task.stops)
    scores = recall_scores(responses, lists.list_length, lists.candidates.shape[1])
    return scores["recalled" if task.objective == "set" else "in_order"]


@torch.no_grad()
def _copied(network: Network, lists: Lists, *, told: bool, generator: torch.Generator) -> float:
    given = copied(network, lists, generator, told=told)
    outputs, _ = network(copy_inputs(lists, told=told, given=given), None, generator)
    n_given = lists.list_length * lists.repeats
    scores = response_scores(outputs[-n_given - 1 : -1], lists.candidates)[..., :-1]  # the last output is to stop
    drawn = torch.multinomial(scores.softmax(-1).flatten(0, 1), 1, generator=generator).view(n_given, lists.n_lists)
    wanted = torch.arange(lists.list_length, device=drawn.device).repeat(lists.repeats).unsqueeze(1)
    return float((drawn == wanted).double().mean())
