"""Cue chains: pairs are studied, each item leads to another, and what is asked for stands k hops from a cue.

The items of a list make a closed chain a -> b -> c … -> a. Its pairs are studied in random order, cue then successor;
the successor has the recall flag beside the study flag. Then a cue comes without a flag, k / 5 in the repeats channel;
then thinking steps that have the delay flag and no item; then one step with the recall flag, at which the answer is
scored among the chain's items and lures. In training several cues are asked after one study, one after the other. The
chain is closed so that every item is once a cue and once a successor: nothing but the pairs tells the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from memlab.models.neural.episodes import FLAGS, recall_input, response_scores, study_inputs
from memlab.models.neural.network import Network, State
from memlab.models.neural.rollout import REPEATS_UNIT
from memlab.models.neural.tasks import Lists, Task

__all__ = [
    "Chains",
    "answer_scores",
    "chain_inputs",
    "chain_loss",
    "chain_of_task",
    "draw_chains",
    "question_inputs",
    "studied_inputs",
]


@dataclass(frozen=True, eq=False)
class Chains:
    """Chains of one length, and what is asked.

    Attributes
    ----------
    items : (n_lists, list_length, n_features)
        In the order of the chain; the first follows the last.
    lures : (n_lists, n_lures, n_features)
    pairs : (n_lists, list_length) int
        The order of study, by the index of a pair's cue.
    cues : (n_lists, n_cues) int
        Items that are asked about, all different.
    hops : int
        From cue to answer.
    steps : int
        Thinking steps.
    """

    items: Tensor
    lures: Tensor
    pairs: Tensor
    cues: Tensor
    hops: int
    steps: int

    @property
    def candidates(self) -> Tensor:
        """What can be the answer: the items, then the lures, (n_lists, n_candidates, n_features)."""
        return torch.cat([self.items, self.lures], dim=1)

    @property
    def n_steps(self) -> int:
        """Steps of a trial."""
        return 2 * self.items.shape[1] + self.cues.shape[1] * (self.steps + 2)

    @property
    def answers(self) -> Tensor:
        """Index of the right candidate, (n_cues, n_lists)."""
        return ((self.cues + self.hops) % self.items.shape[1]).T


def draw_chains(lists: Lists, hops: int, steps: int, n_cues: int, generator: torch.Generator) -> Chains:
    """Return chains of the items of some lists; order of study and cues are drawn."""
    shape, device = lists.items.shape[:2], lists.items.device
    pairs, cues = (torch.rand(shape, generator=generator, device=device).argsort(1) for _ in range(2))
    return Chains(lists.items, lists.lures, pairs, cues[:, :n_cues], hops, steps)


def chain_of_task(task: Task, lists: Lists, generator: torch.Generator) -> Chains:
    """Return chains as a task has them: hops and thinking steps are drawn from its ranges, the same for all lists."""
    hops, thinking = (
        int(torch.randint(low, high + 1, (), generator=generator, device=lists.items.device))
        for low, high in (task.hops, task.thinking)
    )
    return draw_chains(lists, hops, hops * thinking, task.cues, generator)


def chain_inputs(chains: Chains) -> Tensor:
    """Return the inputs of a whole trial, (n_steps, n_lists, n_in)."""
    return torch.cat([studied_inputs(chains), *(question_inputs(chains, cue) for cue in chains.cues.T)])


def studied_inputs(chains: Chains) -> Tensor:
    """Return the inputs of study, (2 list_length, n_lists, n_in)."""
    _, n_items, n_features = chains.items.shape
    both = torch.stack([chains.pairs, (chains.pairs + 1) % n_items], dim=2).flatten(1)  # (n_lists, 2 n_items)
    inputs = study_inputs(_picked(chains.items, both))
    inputs[1::2, :, n_features + FLAGS.index("recall")] = 1.0
    return inputs


def question_inputs(chains: Chains, cue: Tensor) -> Tensor:
    """Return the inputs of one question, (steps + 2, n_lists, n_in)."""
    n_lists, _, n_features = chains.items.shape
    inputs = recall_input(chains.items.new_zeros(chains.steps + 2, n_lists, n_features))
    inputs[:-1, :, n_features + FLAGS.index("recall")] = 0.0
    inputs[1:-1, :, n_features + FLAGS.index("delay")] = 1.0
    inputs[0, :, n_features + FLAGS.index("repeats")] = chains.hops / REPEATS_UNIT
    inputs[0, :, :n_features] = _picked(chains.items, cue.unsqueeze(1)).squeeze(1)
    return inputs


def _picked(items: Tensor, which: Tensor) -> Tensor:
    """Return items by index: (n_lists, n, n_features) of (n_lists, n)."""
    return items.gather(1, which.unsqueeze(2).expand(-1, -1, items.shape[2]))


def answer_scores(network: Network, chains: Chains, generator: torch.Generator) -> tuple[Tensor, State]:
    """Return the score of each candidate at each answer, (n_cues, n_lists, n_candidates), and the last state."""
    outputs, state = network(chain_inputs(chains), None, generator)
    first, each = 2 * chains.items.shape[1], chains.steps + 2
    return response_scores(outputs[first + each - 1 :: each], chains.candidates)[..., :-1], state


def chain_loss(network: Network, chains: Chains, generator: torch.Generator) -> tuple[Tensor, Tensor, State]:
    """Return minus the log-probability of each right answer, whether it scored highest, and the last state.

    Returns
    -------
    losses : (n_cues, n_lists), nats
    right : (n_cues, n_lists) bool
    state : State
    """
    scores, state = answer_scores(network, chains, generator)
    losses = F.cross_entropy(scores.movedim(-1, 1), chains.answers, reduction="none")
    return losses, scores.argmax(-1) == chains.answers, state
