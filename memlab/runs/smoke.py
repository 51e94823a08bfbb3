"""`smoke`: tiny networks trained for seconds, to see that training works on this machine."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from memlab.configuration import TrainConfig
from memlab.core.errors import NotConverged
from memlab.runs.train import train_configured, weights_name

__all__ = ["smoke"]

STEPS = 60
"""Enough for every loss to fall by more than chance."""

LEAST_FALL = 0.9
"""The last loss must be below this share of the first."""

TINY: dict[str, dict[str, Any]] = {
    "dnc": {"hidden": 24, "slots": 6, "word": 8, "layer_norm": True},
    "lstm": {"hidden": 32},
    "transformer": {"width": 16, "layers": 1, "heads": 2},
}
"""Sizes of the networks that are tried."""

TASKS: dict[str, dict[str, Any]] = {
    "free_recall": {"lengths": [1, 4], "n_features": 8, "n_lures": 4},
    "copy": {"lengths": [1, 3], "n_features": 4, "items": "binary"},
}


def smoke() -> dict[str, list[Any]]:
    """Train each tiny network on each task, write its weights and load them again.

    Returns
    -------
    dict of columns
        ``network, paradigm, first_bits, last_bits, seconds``: loss on held-out lists.

    Raises
    ------
    NotConverged
        A loss did not fall.
    ChecksumError, DataError
        Weights that do not load again.
    """
    rows = [_one(network, paradigm) for network in TINY for paradigm in TASKS]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _one(network: str, paradigm: str) -> dict[str, Any]:
    from memlab.models.neural.weights import load_network

    config = TrainConfig(
        network=network, paradigm=paradigm, options=TINY[network], task=TASKS[paradigm],  # type: ignore[arg-type]
        steps=STEPS, batch=32, learning_rate=1e-2, evaluate_every=STEPS // 4,
    )  # fmt: skip
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        trained = train_configured(config, out=folder)
        load_network(Path(folder) / f"{weights_name(config)}.seed{config.seed}")
    first, last = (trained.history[i]["loss_bits"] for i in (0, -1))
    if not last < LEAST_FALL * first:
        raise NotConverged(
            f"{network} on {paradigm}: the loss went from {first:.3f} to {last:.3f} bits in {STEPS} steps."
        )
    seconds = round(time.perf_counter() - start, 1)
    return {"network": network, "paradigm": paradigm, "first_bits": first, "last_bits": last, "seconds": seconds}
