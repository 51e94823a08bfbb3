"""How far along a chain of cues a trained network gets, by hops asked for and thinking steps allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from memlab.models.neural.chains import answer_scores, draw_chains
from memlab.models.neural.evaluation import streams
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.weights import load_network

__all__ = ["chain_accuracy"]


@torch.no_grad()
def chain_accuracy(
    stem: str | Path, list_length: int, hops: int, steps: int, n_lists: int, seed: int, **changes: Any
) -> float:
    """Return the share of chains of which a trained network gives the right item.

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
    """
    network, card = load_network(stem)
    task = Task(**card["task"])
    rng, generator = streams(seed, "chains", list_length)
    lists = draw_lists(task, n_lists, list_length, rng)
    chains = draw_chains(lists, hops, steps, 1, generator)
    scores, _ = answer_scores(network.with_config(**changes) if changes else network, chains, generator)
    return float((scores.argmax(-1) == chains.answers).double().mean())
