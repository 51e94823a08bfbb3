"""How a trained DNC reads while it recalls, and how its links lie, as means over many lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from memlab.core.errors import NotSupported
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.recording import links_by_lag, reads_at_places, reads_by_lag, reads_by_output, record
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.weights import load_network

__all__ = ["reading_tables"]

Table = dict[str, NDArray[Any]]


def reading_tables(stem: str | Path, n_lists: int, list_length: int, rng: np.random.Generator) -> dict[str, Table]:
    """Let a trained network recall fresh lists of its own task, and return what it read.

    Parameters
    ----------
    stem
        Of the weights, without ending.
    rng
        Of the lists and of the responses.

    Returns
    -------
    dict of tables
        ``links``, ``reads``, ``modes``, ``places``: see `links_by_lag`, `reads_by_lag`, `reads_by_output` and
        `reads_at_places`.

    Raises
    ------
    NotSupported
        A network without a memory that is linked.
    """
    network, card = load_network(stem)
    if not isinstance(network, DifferentiableNeuralComputer):
        raise NotSupported(f"{stem} is of a {network.name}; only a dnc has links and read modes.")
    task = Task(**card["task"])
    lists = draw_lists(task, n_lists, list_length, rng)
    recording = record(network, task, lists, torch.Generator().manual_seed(int(rng.integers(2**63 - 1))))
    return {
        "links": links_by_lag(recording),
        "reads": reads_by_lag(recording),
        "modes": reads_by_output(recording),
        "places": reads_at_places(recording),
    }
