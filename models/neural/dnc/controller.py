"""The controller: a feed-forward network, or the paper's (deep) LSTM."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from itertools import pairwise

import torch
from torch import Tensor, nn

from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.network import State

__all__ = ["Controller", "DeepLSTM", "FeedForward", "make_controller"]


class Controller(nn.Module, ABC):
    """What turns a step's input and the last reads into features for interface and output."""

    n_features: int

    @abstractmethod
    def initial_state(self, n_lists: int) -> State:
        """Return the state before the first step; names begin with ``controller``."""

    @abstractmethod
    def forward(self, chi: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the features (B, n_features) and the new state, from chi = [x; reads] (B, n_chi)."""


class DeepLSTM(Controller):
    """An LSTM in which every layer sees the input and every layer feeds the output.

    Layer l: i, f, o = sigmoid(W [chi; h^l of the step before; h^{l-1} of this step] + b), s = f s + i tanh(...),
    h = o tanh(s); h and s start at 0, h^0 = 0 is left out. One weight matrix a layer, gates in the order i, f, o, s.
    """

    def __init__(self, n_chi: int, hidden: int, layers: int) -> None:
        super().__init__()
        self.hidden, self.layers, self.n_features = hidden, layers, hidden * layers
        bound = 1 / math.sqrt(hidden)
        widths = [n_chi + hidden + (hidden if layer else 0) for layer in range(layers)]
        self.weights = nn.ParameterList([nn.Parameter(_uniform(bound, 4 * hidden, width)) for width in widths])
        self.biases = nn.ParameterList([nn.Parameter(_uniform(bound, 4 * hidden)) for _ in widths])

    def initial_state(self, n_lists: int) -> State:
        """Return zeros: ``controller_h`` and ``controller_s``, (B, layers, hidden)."""
        empty = self.weights[0].new_zeros(n_lists, self.layers, self.hidden)
        return {"controller_h": empty, "controller_s": empty.clone()}

    def forward(self, chi: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the outputs of all layers, (B, layers * hidden), and the new state."""
        h, s = list(state["controller_h"].unbind(1)), list(state["controller_s"].unbind(1))
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            below = [h[layer - 1]] if layer else []
            gates = torch.cat([chi, h[layer], *below], dim=-1) @ weight.T + bias  # (B, 4 hidden)
            i, f, o, g = gates.chunk(4, dim=-1)
            s[layer] = f.sigmoid() * s[layer] + i.sigmoid() * g.tanh()
            h[layer] = o.sigmoid() * s[layer].tanh()
        new = {"controller_h": torch.stack(h, 1), "controller_s": torch.stack(s, 1)}
        return torch.cat(h, dim=-1), new


class FeedForward(Controller):
    """Layers of rectified units, without state: memory must do everything."""

    def __init__(self, n_chi: int, hidden: int, layers: int) -> None:
        super().__init__()
        self.n_features = hidden
        widths = [n_chi, *[hidden] * layers]
        self.stack = nn.Sequential(*(m for a, b in pairwise(widths) for m in (nn.Linear(a, b), nn.ReLU())))

    def initial_state(self, n_lists: int) -> State:
        """Return no state."""
        return {}

    def forward(self, chi: Tensor, state: State) -> tuple[Tensor, State]:
        """Return the last layer's output, (B, hidden)."""
        return self.stack(chi), {}


def _uniform(bound: float, *shape: int) -> Tensor:
    return torch.empty(*shape).uniform_(-bound, bound)


def make_controller(n_chi: int, config: DNCConfig) -> Controller:
    """Return the controller that a configuration asks for."""
    kind = DeepLSTM if config.controller == "lstm" else FeedForward
    return kind(n_chi, config.hidden, config.layers)
