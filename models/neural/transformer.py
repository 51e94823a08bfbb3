"""`CausalTransformer`: every step looks back at all earlier ones, which stay in memory as they were."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

from memlab.core.errors import ParameterError
from memlab.models.neural.network import Network, State
from memlab.models.neural.sizes import check_size

__all__ = ["CausalTransformer", "TransformerConfig", "sinusoids"]

LONGEST_WAVE = 10_000.0
"""Vaswani et al. (2017), section 3.5: wavelengths of the position code run from 2 pi to 10,000 times 2 pi."""


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes of a Transformer.

    Attributes
    ----------
    width : int
        Features of a step; even, and a multiple of ``heads``.
    layers, heads : int
    feed_forward : int, optional
        Hidden units between two attentions; None for four times the width, as in the paper.
    """

    width: int = 64
    layers: int = 2
    heads: int = 4
    feed_forward: int | None = None

    def __post_init__(self) -> None:
        for name in ("width", "layers", "heads"):
            check_size("transformer", name, getattr(self, name))
        if self.feed_forward is not None:
            check_size("transformer", "feed_forward", self.feed_forward)
        if self.width % 2 or self.width % self.heads:
            raise ParameterError(
                f"transformer: width must be even and a multiple of heads ({self.heads}). Got {self.width} instead."
            )


def sinusoids(first: int, n_steps: int, width: int) -> Tensor:
    """Return the code of some positions: sines, then cosines, of falling frequency.

    Parameters
    ----------
    first
        The first position, from 0.
    n_steps, width
        ``width`` is even.

    Returns
    -------
    (n_steps, width), float64, in [-1, 1]
        Defined for every position, so that no list is too long.

    References
    ----------
    Vaswani et al. (2017), section 3.5; there sines and cosines alternate.
    """
    position = torch.arange(first, first + n_steps, dtype=torch.float64)
    frequency = torch.exp(torch.arange(0, width, 2, dtype=torch.float64) * (-math.log(LONGEST_WAVE) / width))
    angle = position[:, None] * frequency  # (n_steps, width / 2)
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


class Block(nn.Module):
    """One layer: x + attention(norm(x)), then x + feed_forward(norm(x)).

    Queries, keys and values have no bias: one on the keys adds the same to every score of a query, so it does nothing.
    """

    def __init__(self, width: int, heads: int, feed_forward: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention = nn.LayerNorm(width)
        self.to_attention = nn.Linear(width, 3 * width, bias=False)  # queries, keys, values
        self.from_attention = nn.Linear(width, width)
        self.norm_feed_forward = nn.LayerNorm(width)
        self.to_hidden = nn.Linear(width, feed_forward)
        self.from_hidden = nn.Linear(feed_forward, width)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Run some steps that follow on those in memory.

        Parameters
        ----------
        x : (n_lists, n_steps, width)
        keys, values : (n_lists, heads, n_before, width / heads)

        Returns
        -------
        x : (n_lists, n_steps, width)
        keys, values : (n_lists, heads, n_before + n_steps, width / heads)
        """
        parts = self.to_attention(self.norm_attention(x)).unflatten(-1, (3, self.heads, -1))
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # (n_lists, heads, n_steps, width / heads) each
        keys, values = torch.cat([keys, key], dim=2), torch.cat([values, value], dim=2)
        read = scaled_dot_product_attention(query, keys, values, attn_mask=_past(x.shape[1], keys.shape[2], x.device))
        x = x + self.from_attention(read.transpose(1, 2).flatten(2))
        return x + self.from_hidden(gelu(self.to_hidden(self.norm_feed_forward(x)))), keys, values


def _past(n_steps: int, n_keys: int, device: torch.device) -> Tensor:
    """Return which keys each of the last steps may see, its own included: (n_steps, n_keys), bool."""
    return torch.ones(n_steps, n_keys, dtype=torch.bool, device=device).tril(n_keys - n_steps)


class CausalTransformer(Network):
    """A Transformer whose steps see themselves and the past, pre-norm, with sinusoidal positions.

    Memory holds the keys and values of every step so far (``memory_keys_1`` …), so that going on step by step gives
    what the whole sequence gives, and a step's position is the number of steps in memory. There is no controller state.

    References
    ----------
    Vaswani et al. (2017), NeurIPS 30; normalisation before each part: Xiong et al. (2020), ICML, 10524-10533.

    Examples
    --------
    >>> transformer = CausalTransformer(6, 3, TransformerConfig(width=8, layers=1, heads=2))
    >>> outputs, state = transformer(torch.zeros(7, 2, 6))
    >>> tuple(outputs.shape), tuple(state["memory_keys_1"].shape)
    ((7, 2, 3), (2, 2, 7, 4))
    """

    name: ClassVar[str] = "transformer"
    Config: ClassVar[type[Any]] = TransformerConfig
    config: TransformerConfig

    def __init__(self, n_in: int, n_out: int, config: TransformerConfig | None = None) -> None:
        config = config or TransformerConfig()
        super().__init__(n_in, n_out, config)
        feed_forward = config.feed_forward or 4 * config.width
        self.from_input = nn.Linear(n_in, config.width)
        self.blocks = nn.ModuleList(Block(config.width, config.heads, feed_forward) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        self.to_output = nn.Linear(config.width, n_out)

    def initial_state(self, n_lists: int) -> State:
        """Return an empty memory: keys and values of no step, (n_lists, heads, 0, width / heads) each."""
        shape = (n_lists, self.config.heads, 0, self.config.width // self.config.heads)
        names = (f"memory_{part}_{i + 1}" for i in range(self.config.layers) for part in ("keys", "values"))
        return {name: self.to_output.weight.new_zeros(shape) for name in names}

    def forward(
        self, inputs: Tensor, state: State | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, State]:
        """Run a whole sequence; see `Network.forward`."""
        state = self.initial_state(inputs.shape[1]) if state is None else state
        n_before, new = state["memory_keys_1"].shape[2], {}
        x = self.from_input(inputs.transpose(0, 1))  # (n_lists, n_steps, width)
        x = x + sinusoids(n_before, len(inputs), self.config.width).to(x)
        for i, block in enumerate(self.blocks, start=1):
            keys, values = f"memory_keys_{i}", f"memory_values_{i}"
            x, new[keys], new[values] = block(x, state[keys], state[values])
        return self.to_output(self.norm(x)).transpose(0, 1), new
