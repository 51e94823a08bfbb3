"""`OneGate`: a recurrent network with one gate, which says how much of the state a new input replaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from memlab.models.neural.network import Network, State


@dataclass(frozen=True)
class OneGateConfig:
    """Sizes of a network with one gate; all have defaults."""

    hidden: int = 64


class OneGate(Network):
    """h_t = (1 - f_t) h_{t-1} + f_t tanh(W [x_t; h_{t-1}] + b), with f_t = sigmoid(W_f [x_t; h_{t-1}] + b_f)."""

    name: ClassVar[str] = "gated"
    Config: ClassVar[type[Any]] = OneGateConfig
    config: OneGateConfig

    def __init__(self, n_in: int, n_out: int, config: OneGateConfig) -> None:
        super().__init__(n_in, n_out, config)
        self.gate = nn.Linear(n_in + config.hidden, config.hidden)
        self.content = nn.Linear(n_in + config.hidden, config.hidden)
        self.to_output = nn.Linear(config.hidden, n_out)

    def initial_state(self, n_lists: int) -> State:
        """Return zeros; the name says that the state is the controller's."""
        return {"controller_h": self.to_output.weight.new_zeros(n_lists, self.config.hidden)}

    def forward(
        self, inputs: Tensor, state: State | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, State]:
        """Run a whole sequence; see `Network.forward`."""
        h = (self.initial_state(inputs.shape[1]) if state is None else state)["controller_h"]
        outputs = [inputs.new_zeros(0, inputs.shape[1], self.n_out)]
        for x in inputs:
            both = torch.cat([x, h], dim=1)
            f = torch.sigmoid(self.gate(both))  # (n_lists, hidden)
            h = (1 - f) * h + f * torch.tanh(self.content(both))
            outputs.append(self.to_output(h)[None])
        return torch.cat(outputs), {"controller_h": h}
