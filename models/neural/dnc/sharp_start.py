"""Fresh weights with which reading starts sharp."""

from __future__ import annotations

import torch
from torch import nn

__all__ = ["start_sharp"]

NORM_BIAS = 0.1
"""First bias of the layer norm: small, for it also reaches the other parts of the interface."""


@torch.no_grad()
def start_sharp(norm: nn.LayerNorm, to_interface: nn.Linear, heads: int, word: int, added: float) -> None:
    """Change fresh weights so that a constant is added to each read strength, before `oneplus`.

    With strengths near 1, as fresh weights give them, a read is about the mean of all rows. To first order no change of
    the strength makes that better or worse on average, so a network that may recall in any order stays there for
    thousands of steps, giving a blend of the whole list; some never leave. From a sharp start it reads rows one by one.

    The normalised features sum to 0, so weights that are equal over all features add nothing but what the norm's bias
    gives: the constant is exact.

    Parameters
    ----------
    norm
        Fresh; of the controller's output.
    to_interface
        W_xi.
    heads, word
        R and W.
    added
        The constant.
    """
    n_features = to_interface.in_features
    norm.bias.fill_(NORM_BIAS)
    strengths = slice(heads * word, heads * word + heads)  # they follow the read keys
    to_interface.weight[strengths] += added / (NORM_BIAS * n_features)
