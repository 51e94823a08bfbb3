"""Checkpoints: all that a training run is at one moment, in one file that is whole or absent.

Tensors (weights, the optimiser's moments, the state of torch's random numbers) are the body of a safetensors file; the
rest (step, state of numpy's random numbers, history) is JSON in its header. Nothing that is loaded is executed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from memlab.core.errors import ChecksumError, DataError
from memlab.core.files import write_bytes

__all__ = ["Checkpoint", "KEPT", "load_checkpoint", "newest_checkpoint", "save_checkpoint"]

KEPT = 2
"""Checkpoints that stay: the newest, and the one before it."""

HEADER, SUM = "memlab.checkpoint", "memlab.sha256"
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
    file = write_bytes(
        place / NAME.format(checkpoint.step), save(body, metadata={HEADER: header, SUM: _sum(header, body)})
    )
    for old in _files(place)[:-KEPT]:
        old.unlink()
    return file


def load_checkpoint(file: str | Path) -> Checkpoint:
    """Read a checkpoint; its tensors are on the CPU, whatever device the run was on.

    Raises
    ------
    DataError
        Not a checkpoint of memlab, or one that broke off.
    ChecksumError
        What is in it is not what was written.
    """
    try:
        with safe_open(str(file), framework="pt") as content:
            said = content.metadata() or {}
            facts = json.loads(said[HEADER])
            step = int(facts.pop("step"))
            tensors = {name: content.get_tensor(name) for name in content.keys()}  # noqa: SIM118  # no dict
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            f"{file} is not a whole checkpoint: {error}. Delete it to go on from the one before it."
        ) from None
    if SUM in said and said[SUM] != _sum(said[HEADER], tensors):  # earlier versions wrote none
        raise ChecksumError(
            f"{file} is damaged: its SHA-256 is not the one in its header. Delete it to go on from the one before it."
        )
    return Checkpoint(step, tensors, facts)


def _sum(header: str, tensors: dict[str, Tensor]) -> str:
    """Return the SHA-256 of a checkpoint's facts and numbers."""
    found = hashlib.sha256(header.encode("utf-8"))
    for name, tensor in sorted(tensors.items()):
        found.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        found.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def newest_checkpoint(folder: str | Path) -> Path | None:
    """Return the newest checkpoint of a folder, or None."""
    files = _files(Path(folder))
    return files[-1] if files else None


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*.safetensors"))
