"""One step of a DNC compiled by `torch.compile`: its hundred small operations become a dozen larger ones.

Compiling takes half a minute or more for each number of lists, with and without a gradient, so it pays in long runs
alone: ``memlab train --device cuda --compile``. It needs a C++ compiler, on a GPU Triton as well (which torch for CUDA
brings along). Where compiling fails the step runs as it is written, and a warning says so.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from memlab.models.neural.network import State

if TYPE_CHECKING:
    from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer

__all__ = ["Advance", "advance_of", "compiled_step", "run", "run_steps"]

Advance = Callable[[Tensor, State, Tensor | None], tuple[Tensor, State]]
"""Input, state and noise of a step -> its output and the new state."""

MOST_SHAPES = 64
"""Sizes, options and numbers of lists that the step is compiled for in one process; torch's own limit of 8 would be
reached by evaluation."""


def _advance(
    network: DifferentiableNeuralComputer, x: Tensor, state: State, noise: Tensor | None
) -> tuple[Tensor, State]:
    return network.advance(x, state, noise)


@cache
def compiled_step(backend: str | Callable[..., Any] = "inductor") -> Callable[..., tuple[Tensor, State]]:
    """Return `advance` of any network, compiled as one graph: an operation that Python would have to run is refused.

    The network is an argument, its weights are inputs of the graph: changed weights need no compiling, another
    configuration, device or number of lists does.
    """
    return torch.compile(_advance, fullgraph=True, dynamic=False, backend=backend)


def advance_of(network: DifferentiableNeuralComputer) -> Advance:
    """Return the network's step, compiled if it is to be; if that fails, plain, now and from then on."""

    def advance(x: Tensor, state: State, noise: Tensor | None) -> tuple[Tensor, State]:
        if network.compiled:
            try:
                with torch._dynamo.config.patch(recompile_limit=MOST_SHAPES):
                    return compiled_step()(network, x, state, noise)
            except Exception as error:  # a compiler that is missing or fails has no error class of its own
                network.compiled = False
                reason = " ".join(str(error).split("\n")[:2]) or type(error).__name__
                warnings.warn(f"the DNC's step was not compiled and runs as written: {reason}", stacklevel=2)
        return network.advance(x, state, noise)

    return advance


def run_steps(
    advance: Advance, inputs: Iterable[Tensor], state: State, noise: Iterable[Tensor | None]
) -> tuple[list[Tensor], State]:
    """Return the output of each step and the last state."""
    outputs = []
    for x, drawn in zip(inputs, noise, strict=True):
        output, state = advance(x, state, drawn)
        outputs.append(output)
    return outputs, state


def run(
    network: DifferentiableNeuralComputer,
    inputs: Tensor,
    state: State | None = None,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, State]:
    """Run a whole sequence by compiled steps; same parameters, results and gradients as `forward_eager`.

    Every state is given a gradient when any is, so that the first step is compiled for no other case than the rest.
    """
    state = network.initial_state(inputs.shape[1]) if state is None else state
    if torch.is_grad_enabled():
        state = {
            name: value if value.requires_grad else value.detach().requires_grad_() for name, value in state.items()
        }
    noise = [network.step_noise(inputs.shape[1], generator) for _ in inputs]
    outputs, state = run_steps(advance_of(network), inputs, state, noise)
    return torch.stack(outputs) if outputs else inputs.new_zeros(0, inputs.shape[1], network.n_out), state
