"""How far along a chain of cues a trained network gets, by hops asked for and thinking steps allowed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from memlab.models.neural.chains import Chains, draw_chains, question_inputs, studied_inputs
from memlab.models.neural.episodes import response_scores
from memlab.models.neural.evaluation import streams
from memlab.models.neural.network import Network, State
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.weights import load_network

__all__ = ["chain_answers"]


@torch.no_grad()
def chain_answers(
    stem: str | Path,
    list_length: int,
    hops: Sequence[int],
    steps: Sequence[int],
    n_lists: int,
    seed: int,
    **changes: Any,
) -> NDArray[np.float64]:
    """Return how far from the cue the items stand that a trained network answers with.

    One cue is asked about each chain; the same chains and cues for the same seed, whatever the network, the hops and
    the steps.

    Parameters
    ----------
    stem
        Weights of a network that was trained on chains.
    hops, steps
        From cue to answer: along the chain, and of thinking.
    **changes
        Lesions, as changes of the network's configuration: ``links=False``.

    Returns
    -------
    (n_hops, n_steps, list_length + 1), sums to 1
        Share of the answers that are the cue itself, the item one hop on, … and, last, a lure.
    """
    network, card = load_network(stem)
    network = network.with_config(**changes) if changes else network
    rng, generator = streams(seed, "chains", list_length)
    lists = draw_lists(Task(**card["task"]), n_lists, list_length, rng)
    chains = draw_chains(lists, 1, max(steps), 1, generator)
    _, state = network(studied_inputs(chains), None, generator)
    asked = [dataclasses.replace(chains, hops=k) for k in hops]
    return np.array([_by_steps(network, one, state, generator)[list(steps)] for one in asked])


def _by_steps(network: Network, chains: Chains, state: State, generator: torch.Generator) -> NDArray[np.float64]:
    """Return the share of each answer after 0, 1, … thinking steps; the answer is asked for after each."""
    *asked, answer = question_inputs(chains, chains.cues[:, 0])
    n_items, cue = chains.items.shape[1], chains.cues[:, 0]
    shares = []
    for inputs in asked:
        _, state = network(inputs[None], state, generator)
        outputs, _ = network(answer[None], state, generator)
        scores = response_scores(outputs[0], chains.candidates)[..., :-1]
        given = scores.argmax(-1)
        place = torch.where(given < n_items, (given - cue) % n_items, n_items)
        shares.append(torch.bincount(place, minlength=n_items + 1).double() / len(place))
    return torch.stack(shares).numpy()
