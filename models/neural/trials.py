"""A trial put to a network, and what it costs by the task's objective."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from memlab.core.errors import ParameterError
from memlab.models.neural import objectives
from memlab.models.neural.chains import chain_loss, chain_of_task
from memlab.models.neural.episodes import response_scores
from memlab.models.neural.network import Network, State
from memlab.models.neural.people import Group, take
from memlab.models.neural.rollout import copied, copy_inputs, given_back, live_outputs, sample_responses
from memlab.models.neural.tasks import Lists, Task

__all__ = ["EXTRA_OUTPUTS", "n_outputs", "people_loss", "trial_loss"]

EXTRA_OUTPUTS = 4
"""Responses beyond the list's length after which recall ends even if the network has not stopped."""


def n_outputs(task: Task, list_length: int) -> int:
    """Return how many outputs a trial of training has at most.

    ``set`` goes on until the network stops; ``forward`` has one output more than items, at which to stop; ``serial``,
    ``blog`` and ``nearest`` have as many as items.
    """
    return list_length + {"set": EXTRA_OUTPUTS, "forward": 1}.get(task.objective, 0)


def trial_loss(network: Network, task: Task, lists: Lists, generator: torch.Generator) -> Tensor:
    """Return the mean loss an output, nats, with the cost of writing.

    Recall: the network's responses are sampled without a gradient; then the whole trial runs again with one, with
    these responses fed back. Noise in memory is drawn anew. Copying: the same, with bits. Chains: nothing is fed back.
    """
    if task.paradigm == "chain":
        chains = chain_of_task(task, lists, generator)
        losses, _, state = chain_loss(network, chains, generator)
        return losses.mean() + _writing(task, state, chains.n_steps)
    if task.copies:
        told = task.paradigm == "repeat_copy"
        inputs = copy_inputs(lists, told=told, given=copied(network, lists, generator, told=told))
        outputs, state = network(inputs, None, generator)
        recalled = outputs[-(lists.list_length * lists.repeats + 1) :]
        loss = objectives.bits_loss(recalled, lists.items, lists.repeats).mean()
        return loss + _writing(task, state, len(inputs))
    responses = sample_responses(
        network, lists, n_outputs(task, lists.list_length), generator, stops=task.objective == "set"
    )
    live = live_outputs(responses, lists.candidates.shape[1])
    used = int(live.any(1).sum())
    responses, live = responses[:used], live[:used]
    outputs, state, n_steps = _recall(network, lists, responses, generator)
    losses = _recall_losses(task, outputs, lists, responses)
    return losses[live].mean() + _writing(task, state, n_steps)


def _recall(network: Network, lists: Lists, responses: Tensor, generator: torch.Generator) -> tuple[Tensor, State, int]:
    """Return the outputs at recall, (K, B, D + 1), the last state and the number of steps."""
    inputs = given_back(lists, responses)
    outputs, state = network(inputs, None, generator)
    return outputs[-len(responses) :], state, len(inputs)


def _recall_losses(task: Task, outputs: Tensor, lists: Lists, responses: Tensor) -> Tensor:
    """Return the loss of every output, (K, B)."""
    if task.objective in ("blog", "nearest"):
        bits = {"blog": objectives.blog_loss, "nearest": objectives.nearest_loss}[task.objective]
        return bits(outputs[..., :-1], lists.items)
    scores = response_scores(outputs, lists.candidates)
    if task.objective == "set":
        return objectives.set_loss(scores, responses, lists.list_length)
    if task.objective == "forward":
        return objectives.forward_loss(scores, lists.list_length)
    return objectives.serial_loss(scores)


def people_loss(
    network: Network, task: Task, group: Group, which: np.ndarray, lists: Lists, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return minus the log-probability of each event of people's recalls, and the cost of writing.

    Parameters
    ----------
    group, which
        Whose lists.
    lists
        What the network studies in their place: as many lists, as long.

    Returns
    -------
    losses : (n_events,), nats
    writing : scalar
    """
    responses, counts = take(group, which, lists.candidates.shape[1], lists.items.device)
    outputs, state, n_steps = _recall(network, lists, responses, generator)
    scores = response_scores(outputs, lists.candidates)
    losses = objectives.human_loss(scores, responses, lists.list_length)
    return losses[counts], _writing(task, state, n_steps)


def _writing(task: Task, state: State, n_steps: int) -> Tensor:
    """Return the cost of writing, a step.

    Raises
    ------
    ParameterError
        A cost for a network that does not count what it writes.
    """
    if not task.write_cost:
        return next(iter(state.values())).new_zeros(())
    if "written" not in state:
        raise ParameterError("task: write_cost needs a network with a memory that is written to: dnc.")
    return task.write_cost * state["written"].mean() / n_steps
