"""Copying and repeat-copying by trained networks: how well, for lists of any length, and one trial step by step."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from memlab.core.errors import NotSupported
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.recording import Recording, record
from memlab.models.neural.evaluation import Scores, score_network, streams
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.weights import load_network

__all__ = ["copy_scores", "recorded_copy"]


def copy_scores(
    stem: str | Path, list_length: int, repeats: int, n_lists: int, seed: int, **changes: Any
) -> tuple[Scores, int]:
    """Return how well a trained network gives lists back, and the slots that it had.

    Parameters
    ----------
    stem
        Weights of a network that was trained to copy; see `memlab.models.neural.weights.load_network`.
    list_length, repeats
        It has as many slots as it was trained with, or as the list has items where that is more.
    n_lists, seed
        The same lists for the same seed, whatever the network.
    **changes
        Lesions, as changes of the network's configuration: ``links=False``.

    Returns
    -------
    scores : dict
        ``recalled``: share of the items given back whole; ``bits_right``: share of the bits; ``stopped_right``: share
        of the lists at whose end, and not before, the network stopped.
    slots : int

    Raises
    ------
    NotSupported
        Not a DNC, or one that was not trained to copy.
    """
    network, task = _copier(stem)
    slots = max(list_length, network.config.slots)
    tested = dataclasses.replace(task, repeats=(repeats, repeats))
    changed = network.with_config(slots=slots, **changes)
    return score_network(changed, tested, list_length, n_lists, seed, "copying", repeats), slots


def recorded_copy(stem: str | Path, list_length: int, repeats: int, seed: int) -> Recording:
    """Return what happened in a trained network in one trial; see `Recording`."""
    network, task = _copier(stem)
    tested = dataclasses.replace(task, repeats=(repeats, repeats))
    rng, generator = streams(seed, "copying", repeats, list_length)
    return record(network, tested, draw_lists(tested, 1, list_length, rng), generator).trial(0)


def _copier(stem: str | Path) -> tuple[DifferentiableNeuralComputer, Task]:
    network, card = load_network(stem)
    task = Task(**card["task"])
    if not isinstance(network, DifferentiableNeuralComputer) or not task.copies:
        raise NotSupported(f"{stem} is no DNC that was trained to copy.")
    return network, task
