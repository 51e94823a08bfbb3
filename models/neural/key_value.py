"""`KeyValueMemory`: a controller with a growing, content-addressed memory, and nothing else of a DNC.

No slots to allocate, none to free, no links: a row is added at each step and every row stays. So a difference from a
DNC is a difference that its addressing makes, and a likeness is one that content addressing is enough for.

A step, with the widths H (controller) and W (a row)::

    chi_t            = [x_t; r_{t-1}]                                       input and the read of the step before
    h_t, s_t         = LSTM(chi_t, h_{t-1}, s_{t-1})
    [k; v; q; gamma] = W_xi n(h_t) + b_xi                                   n: layer norm, or nothing
    K_t, V_t         = rows k_t, v_t put below K_{t-1}, V_{t-1}             write
    g_t              = sigmoid(gamma)                                       write gate of row t, kept with it
    a_t[i]           = g_i exp(q_t.k_i / sqrt W) / (1 + sum_j g_j exp(q_t.k_j / sqrt W)),   i <= t
    r_t              = sum_i a_t[i] v_i                                     read
    y_t              = W_y n(h_t) + W_r r_t + b_y

This is a softmax over dot products in which a row with gate 0 is as if it had not been written, together with a row of
zeros that is always there (the 1 below the line): from an empty memory the read is 0. That the network writes at study
and not at recall is for the gate to learn. h_0 = s_0 = r_0 = 0, and memory starts without rows.

References
----------
Scores and read as in Vaswani et al. (2017), NeurIPS 30, eq. 1; keys apart from values as in Miller et al. (2016),
EMNLP, 1400-1409. The gate and the row of zeros are ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid, pad

from memlab.models.neural.network import Network, State
from memlab.models.neural.sizes import check_size, check_truth

__all__ = ["KeyValueConfig", "KeyValueMemory", "read"]


@dataclass(frozen=True)
class KeyValueConfig:
    """Sizes of a key-value memory.

    Attributes
    ----------
    hidden : int
        H, units of the controller.
    word : int
        W, features of a key and of a value.
    layer_norm : bool
        Whether the controller's output is normalised (Ba et al. 2016) before it is used.
    """

    hidden: int = 64
    word: int = 16
    layer_norm: bool = False

    def __post_init__(self) -> None:
        check_size("key_value", "hidden", self.hidden)
        check_size("key_value", "word", self.word)
        check_truth("key_value", "layer_norm", self.layer_norm)


def read(query: Tensor, keys: Tensor, values: Tensor, log_gates: Tensor) -> Tensor:
    """Read by content.

    Parameters
    ----------
    query : (n_lists, W)
    keys, values : (n_lists, n_rows, W)
    log_gates : (n_lists, n_rows), at most 0
        ln of each row's write gate.

    Returns
    -------
    (n_lists, W)
        r_t; the weights of all rows sum to less than 1, the rest goes to the row of zeros.
    """
    scores = (keys @ query[:, :, None]).squeeze(-1) / math.sqrt(query.shape[-1]) + log_gates  # (n_lists, n_rows)
    weights = torch.softmax(pad(scores, (0, 1)), dim=-1)[:, :-1]  # the row of zeros comes last, its score is 0
    return (weights[:, None, :] @ values).squeeze(1)


class KeyValueMemory(Network):
    """A controller with a growing, content-addressed memory; the equations stand above.

    The state: ``controller_h`` and ``controller_s`` (n_lists, H); ``memory_keys`` and ``memory_values`` (n_lists,
    n_rows, W); ``memory_log_gates`` (n_lists, n_rows), ln g; ``memory_read`` (n_lists, W), the last read.

    Examples
    --------
    >>> network = KeyValueMemory(6, 3, KeyValueConfig(hidden=8, word=5))
    >>> outputs, state = network(torch.zeros(7, 2, 6))
    >>> tuple(outputs.shape), tuple(state["memory_keys"].shape)
    ((7, 2, 3), (2, 7, 5))
    """

    name: ClassVar[str] = "key_value"
    Config: ClassVar[type[Any]] = KeyValueConfig
    config: KeyValueConfig

    def __init__(self, n_in: int, n_out: int, config: KeyValueConfig | None = None) -> None:
        config = config or KeyValueConfig()
        super().__init__(n_in, n_out, config)
        hidden, word = config.hidden, config.word
        self.controller = nn.LSTMCell(n_in + word, hidden)
        self.norm = nn.LayerNorm(hidden) if config.layer_norm else nn.Identity()
        self.to_interface = nn.Linear(hidden, 3 * word + 1)  # W_xi
        self.to_output = nn.Linear(hidden, n_out)  # W_y
        self.from_read = nn.Linear(word, n_out, bias=False)  # W_r

    def initial_state(self, n_lists: int) -> State:
        """Return zeros and a memory without rows."""
        hidden, word = self.config.hidden, self.config.word
        shapes = {
            "controller_h": (hidden,),
            "controller_s": (hidden,),
            "memory_keys": (0, word),
            "memory_values": (0, word),
            "memory_log_gates": (0,),
            "memory_read": (word,),
        }
        return {name: self.to_output.weight.new_zeros(n_lists, *shape) for name, shape in shapes.items()}

    def step(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Run one step: (n_lists, n_in) -> (n_lists, n_out)."""
        chi = torch.cat([x, state["memory_read"]], dim=-1)
        h, s = self.controller(chi, (state["controller_h"], state["controller_s"]))
        features, word = self.norm(h), self.config.word
        key, value, query, gate = self.to_interface(features).split([word, word, word, 1], dim=-1)
        keys = torch.cat([state["memory_keys"], key[:, None]], dim=1)  # (n_lists, n_rows, W)
        values = torch.cat([state["memory_values"], value[:, None]], dim=1)
        log_gates = torch.cat([state["memory_log_gates"], logsigmoid(gate)], dim=1)
        got = read(query, keys, values, log_gates)
        memory = {"memory_keys": keys, "memory_values": values, "memory_log_gates": log_gates, "memory_read": got}
        return self.to_output(features) + self.from_read(got), {"controller_h": h, "controller_s": s, **memory}

    def forward(
        self, inputs: Tensor, state: State | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, State]:
        """Run a whole sequence; see `Network.forward`."""
        state = self.initial_state(inputs.shape[1]) if state is None else state
        outputs = []
        for x in inputs:
            output, state = self.step(x, state)
            outputs.append(output)
        return torch.stack(outputs) if outputs else inputs.new_zeros(0, inputs.shape[1], self.n_out), state
