"""The interface vector: what the controller tells memory at a step, cut up and brought into range."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from memlab.models.neural.dnc.addressing import oneplus

__all__ = ["Interface", "interface_parts", "read_interface"]


class Interface(NamedTuple):
    """The parts of xi, in their range. B lists, R read heads, W word size."""

    read_keys: Tensor  # (B, R, W)
    read_strengths: Tensor  # (B, R), at least 1
    write_key: Tensor  # (B, W)
    write_strength: Tensor  # (B,), at least 1
    erase: Tensor  # (B, W) in [0, 1]
    write_vector: Tensor  # (B, W)
    free_gates: Tensor  # (B, R) in [0, 1]
    allocation_gate: Tensor  # (B,) in [0, 1]
    write_gate: Tensor  # (B,) in [0, 1]
    read_modes: Tensor  # (B, R, 3): backward, content, forward; sums to 1
    read_masks: Tensor | None = None  # (B, R, W) in [0, 1]
    write_mask: Tensor | None = None  # (B, W) in [0, 1]
    backward_sharpness: Tensor | None = None  # (B, R), at least 1
    forward_sharpness: Tensor | None = None  # (B, R), at least 1


def interface_parts(heads: int, word: int, *, masking: bool = False, sharpening: bool = False) -> list[int]:
    """Return the lengths of the parts of xi, in the order of the paper, then masks, then sharpness.

    Without the last two they sum to W R + 3 W + 5 R + 3.
    """
    r, w = heads, word
    parts = [r * w, r, w, 1, w, w, r, 1, 1, 3 * r]
    return parts + ([r * w, w] if masking else []) + ([r, r] if sharpening else [])


def read_interface(xi: Tensor, heads: int, word: int, *, masking: bool = False, sharpening: bool = False) -> Interface:
    """Cut up an interface vector and bring each part into its range.

    Parameters
    ----------
    xi : (B, sum of `interface_parts`)
    """
    n = len(xi)
    parts = list(torch.split(xi, interface_parts(heads, word, masking=masking, sharpening=sharpening), dim=-1))
    modes = torch.softmax(parts[9].view(n, heads, 3), dim=-1)
    extras = parts[10:]
    masks = (extras[0].sigmoid().view(n, heads, word), extras[1].sigmoid()) if masking else (None, None)
    sharp = (oneplus(extras[-2]), oneplus(extras[-1])) if sharpening else (None, None)
    return Interface(
        parts[0].view(n, heads, word),
        oneplus(parts[1]),
        parts[2],
        oneplus(parts[3]).squeeze(-1),
        parts[4].sigmoid(),
        parts[5],
        parts[6].sigmoid(),
        parts[7].sigmoid().squeeze(-1),
        parts[8].sigmoid().squeeze(-1),
        modes,
        *masks,
        *sharp,
    )
