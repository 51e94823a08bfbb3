"""Checkpoints: all that a training run is at one moment, in one file that is whole or absent.

Tensors (weights, the optimiser's moments, the state of torch's random numbers) are the body of a safetensors file; the
rest (step, state of numpy's random numbers, history) is JSON in its header. Nothing that is loaded is executed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from memlab.core.errors import DataError
from memlab.core.files import write_bytes

__all__ = ["Checkpoint", "KEPT", "load_checkpoint", "newest_checkpoint", "save_checkpoint"]

KEPT = 2
"""Checkpoints that stay: the newest, and the one before it."""

HEADER = "memlab.checkpoint"
NAME = "step-{:09d}.safetensors"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A training run at one moment.

    Attributes
    ----------
    step : int
        Training steps done.
    tensors : dict of Tensor
    facts : dict
        What JSON can hold.
    """

    step: int
    tensors: dict[str, Tensor]
    facts: dict[str, Any]


def save_checkpoint(checkpoint: Checkpoint, folder: str | Path) -> Path:
    """Write a checkpoint and delete all but the newest `KEPT`.

    Returns
    -------
    Path
        The file, ``step-000000500.safetensors``.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"step": checkpoint.step, **checkpoint.facts})
    body = {name: tensor.detach().cpu().contiguous() for name, tensor in checkpoint.tensors.items()}
    file = write_bytes(place / NAME.format(checkpoint.step), save(body, metadata={HEADER: header}))
    for old in _files(place)[:-KEPT]:
        old.unlink()
    return file


def load_checkpoint(file: str | Path) -> Checkpoint:
    """Read a checkpoint; its tensors are on the CPU, whatever device the run was on.

    Raises
    ------
    DataError
        Not a checkpoint of memlab, or a damaged one.
    """
    try:
        with safe_open(str(file), framework="pt") as content:
            facts = json.loads((content.metadata() or {})[HEADER])
            tensors = {name: content.get_tensor(name) for name in content.keys()}  # noqa: SIM118  # no dict
    except (OSError, SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise DataError(
            f"{file} is not a whole checkpoint: {error}. Delete it to go on from the one before it."
        ) from None
    return Checkpoint(int(facts.pop("step")), tensors, facts)


def newest_checkpoint(folder: str | Path) -> Path | None:
    """Return the newest checkpoint of a folder, or None."""
    files = _files(Path(folder))
    return files[-1] if files else None


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*.safetensors"))
