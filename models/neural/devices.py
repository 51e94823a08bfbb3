"""Which devices torch can compute on."""

from __future__ import annotations

import torch

__all__ = ["cuda_devices"]


def cuda_devices() -> list[str]:
    """Return each GPU by the name that ``--device`` takes, with what it is; empty where there is none."""
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return [f"cuda:{i} ({torch.cuda.get_device_name(i)})" for i in range(count)]
