"""Recurrent networks without an outer memory: what a DNC is compared with.

Whatever such a network keeps of a list is in the state of its controller, so that resetting the controller takes all
of it away. torch's own layers and initial weights; a linear read-out of the last layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from memlab.models.neural.network import Network, State
from memlab.models.neural.sizes import check_size, check_truth

__all__ = ["GatedRecurrentUnits", "LongShortTermMemory", "RecurrentConfig", "SimpleRecurrentNetwork"]


@dataclass(frozen=True)
class RecurrentConfig:
    """Sizes of a recurrent network.

    Attributes
    ----------
    hidden, layers : int
        Units of a layer, and layers, each on top of the one below.
    layer_norm : bool
        Whether the last layer's output is normalised (Ba et al. 2016) before it is read out.
    """

    hidden: int = 64
    layers: int = 1
    layer_norm: bool = False

    def __post_init__(self) -> None:
        check_size("recurrent network", "hidden", self.hidden)
        check_size("recurrent network", "layers", self.layers)
        check_truth("recurrent network", "layer_norm", self.layer_norm)


class Recurrent(Network):
    """What the three kinds share: y_t = W_y h_t + b_y, where h_t is the last layer's output."""

    Config: ClassVar[type[Any]] = RecurrentConfig
    config: RecurrentConfig

    layer: ClassVar[type[nn.LSTM] | type[nn.GRU] | type[nn.RNN]]
    states: ClassVar[tuple[str, ...]] = ("controller_h",)

    def __init__(self, n_in: int, n_out: int, config: RecurrentConfig | None = None) -> None:
        config = config or RecurrentConfig()
        super().__init__(n_in, n_out, config)
        self.controller = self.layer(n_in, config.hidden, config.layers)
        self.norm = nn.LayerNorm(config.hidden) if config.layer_norm else nn.Identity()
        self.to_output = nn.Linear(config.hidden, n_out)

    def initial_state(self, n_lists: int) -> State:
        """Return zeros, (n_lists, layers, hidden) each."""
        shape = (n_lists, self.config.layers, self.config.hidden)
        return {name: self.to_output.weight.new_zeros(shape) for name in self.states}

    def forward(
        self, inputs: Tensor, state: State | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, State]:
        """Run a whole sequence; see `Network.forward`."""
        state = self.initial_state(inputs.shape[1]) if state is None else state
        if 0 in inputs.shape[:2]:  # torch's layers refuse no steps and no lists
            return inputs.new_zeros(*inputs.shape[:2], self.n_out), state
        before = tuple(state[name].transpose(0, 1).contiguous() for name in self.states)  # (layers, n_lists, hidden)
        features, after = self.controller(inputs, before if len(before) > 1 else before[0])
        after = after if isinstance(after, tuple) else (after,)
        new = {name: value.transpose(0, 1) for name, value in zip(self.states, after, strict=True)}
        return self.to_output(self.norm(features)), new


class LongShortTermMemory(Recurrent):
    """LSTM with forget gates; its state is the output h and the cell s.

    References
    ----------
    Hochreiter & Schmidhuber (1997), Neural Computation 9, 1735-1780; forget gates: Gers et al. (2000).

    Examples
    --------
    >>> outputs, state = LongShortTermMemory(6, 3)(torch.zeros(7, 2, 6))
    >>> tuple(outputs.shape), tuple(state["controller_s"].shape)
    ((7, 2, 3), (2, 1, 64))
    """

    name: ClassVar[str] = "lstm"
    layer = nn.LSTM
    states = ("controller_h", "controller_s")


class GatedRecurrentUnits(Recurrent):
    """GRU; the reset gate multiplies W h + b, as torch and cuDNN have it, not h as the paper has.

    References
    ----------
    Cho et al. (2014), EMNLP, 1724-1734.
    """

    name: ClassVar[str] = "gru"
    layer = nn.GRU


class SimpleRecurrentNetwork(Recurrent):
    """h_t = tanh(W x_t + U h_{t-1} + b), trained through all steps.

    References
    ----------
    Elman (1990), Cognitive Science 14, 179-211.
    """

    name: ClassVar[str] = "rnn"
    layer = nn.RNN
