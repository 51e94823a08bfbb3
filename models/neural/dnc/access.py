"""Memory access: one step of writing and reading, in the paper's order.

Usage, allocation, write weights, write, links and precedence, read weights, read.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from memlab.models.neural.dnc import addressing
from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.dnc.interface import Interface
from memlab.models.neural.network import State

__all__ = ["Access", "access", "empty_memory"]


class Access(NamedTuple):
    """What a step did to memory. B lists, N slots, W word size, R read heads."""

    memory: Tensor  # (B, N, W)
    usage: Tensor  # (B, N)
    write_weights: Tensor  # (B, N)
    read_weights: Tensor  # (B, R, N)
    link: Tensor  # (B, N, N)
    precedence: Tensor  # (B, N)
    reads: Tensor  # (B, R, W)
    allocation: Tensor  # (B, N)
    write_content: Tensor  # (B, N)
    read_parts: Tensor  # (B, R, 3, N): backward, content and forward weights, before the read modes


def empty_memory(n_lists: int, config: DNCConfig, like: Tensor) -> State:
    """Return memory before the first step: all zeros, as in DeepMind's code; the paper does not fix it.

    With `jitter` the first usage is uneven. ``written`` counts how much was written in all, for the cost of writing.
    """
    n, w, r = config.slots, config.word, config.heads
    uneven = config.jitter * torch.arange(n, dtype=like.dtype, device=like.device) / n
    return {
        "memory": like.new_zeros(n_lists, n, w),
        "usage": uneven.repeat(n_lists, 1),
        "write_weights": like.new_zeros(n_lists, n),
        "read_weights": like.new_zeros(n_lists, r, n),
        "link": like.new_zeros(n_lists, n, n),
        "precedence": like.new_zeros(n_lists, n),
        "reads": like.new_zeros(n_lists, r, w),
        "written": like.new_zeros(n_lists),
    }


def access(before: State, xi: Interface, config: DNCConfig, noise: Tensor | None = None) -> Access:
    """Write and read once.

    Parameters
    ----------
    before : State
        Of the step before; see `empty_memory`.
    xi : Interface
    config : DNCConfig
    noise : (B, N, W), optional
        Standard normal; scaled by ``config.noise`` and added to memory after writing.
    """
    psi = addressing.retention(xi.free_gates, before["read_weights"])
    written = before["write_weights"]
    usage = addressing.usage_after_step(before["usage"], written if config.usage_gradient else written.detach(), psi)
    write_weights, allocation, write_content = _where_to_write(before["memory"], usage, xi, config)
    memory = _write(before["memory"], write_weights, psi, xi, config)
    if noise is not None:
        memory = memory + config.noise * noise
    link = addressing.link_after_writing(before["link"], write_weights, before["precedence"])
    precedence = addressing.precedence_after_writing(before["precedence"], write_weights)
    parts = _where_to_read(memory, link, before["read_weights"], xi, config)
    read_weights = (xi.read_modes.unsqueeze(-1) * parts).sum(2)  # (B, R, N)
    reads = read_weights @ memory  # (B, R, W)
    return Access(memory, usage, write_weights, read_weights, link, precedence, reads, allocation, write_content, parts)


def _where_to_write(memory: Tensor, usage: Tensor, xi: Interface, config: DNCConfig) -> tuple[Tensor, Tensor, Tensor]:
    """Return write weights g^w [g^a a + (1 - g^a) c], the allocation a and the content weights c, each (B, N)."""
    allocation = addressing.allocation_weights(usage, config.allocation, config.allocation_strength)
    mask = None if xi.write_mask is None else xi.write_mask.unsqueeze(1)
    content = addressing.content_weights(
        memory, xi.write_key.unsqueeze(1), xi.write_strength.unsqueeze(1), config.similarity, mask
    ).squeeze(1)
    allocation = allocation if config.allocate else torch.zeros_like(allocation)
    content = content if config.content else torch.zeros_like(content)
    gate = xi.allocation_gate.unsqueeze(-1)
    weights = xi.write_gate.unsqueeze(-1) * (gate * allocation + (1 - gate) * content)
    return (weights if config.write else torch.zeros_like(weights)), allocation, content


def _write(memory: Tensor, write_weights: Tensor, psi: Tensor, xi: Interface, config: DNCConfig) -> Tensor:
    """Return M = M (1 - w e^T) + w v^T, (B, N, W), after decay and, with deallocation, emptying of what was freed."""
    kept = memory * (1 - config.decay) if config.decay else memory
    kept = kept * psi.unsqueeze(-1) if config.deallocation else kept
    weights = write_weights.unsqueeze(-1)  # (B, N, 1)
    return kept * (1 - weights * xi.erase.unsqueeze(1)) + weights * xi.write_vector.unsqueeze(1)


def _where_to_read(memory: Tensor, link: Tensor, read_weights: Tensor, xi: Interface, config: DNCConfig) -> Tensor:
    """Return backward, content and forward weights, (B, R, 3, N)."""
    content = addressing.content_weights(memory, xi.read_keys, xi.read_strengths, config.similarity, xi.read_masks)
    forward = read_weights @ link.transpose(1, 2)  # L w for each head
    backward = read_weights @ link  # L^T w
    if xi.forward_sharpness is not None and xi.backward_sharpness is not None:
        forward = addressing.sharpened(forward, xi.forward_sharpness)
        backward = addressing.sharpened(backward, xi.backward_sharpness)
    content = content if config.content else torch.zeros_like(content)
    if not config.links:
        forward, backward = torch.zeros_like(forward), torch.zeros_like(backward)
    return torch.stack([backward, content, forward], dim=2)
