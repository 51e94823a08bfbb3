"""A sequence of steps of one shape, captured so that it can be replayed: outputs, last state and gradients.

Made for CUDA graphs, which repeat the same kernels on the same memory. What is captured reads and writes fixed tensors:
inputs, noise, state and weights are copied in before a replay, results are copied out after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor

from memlab.models.neural.dnc.compiled_step import advance_of, run_steps

if TYPE_CHECKING:
    from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer

__all__ = ["Captured", "Capturer", "CudaGraphs"]

WARM_UPS = 2
"""Runs before a capture: libraries and compilers do in the first what cannot be captured."""

Replay = Callable[[], Any]


class Capturer(Protocol):
    """What turns a function of fixed tensors into something to replay."""

    def warm_up(self, function: Callable[[], Any]) -> None:
        """Run a function until nothing is left that it does the first time alone."""

    def capture(self, function: Callable[[], list[Tensor]]) -> tuple[list[Tensor], Replay]:
        """Return the tensors that hold a function's results, and what computes them anew."""


class CudaGraphs:
    """Captures CUDA graphs, on one stream and in one pool of memory, where a replay may overwrite what another left.

    As `torch.cuda.make_graphed_callables` does it; that wants its outputs used before the next call, which we do not.
    """

    def __init__(self, device: torch.device) -> None:
        self.device, self.pool = device, torch.cuda.graph_pool_handle()
        self.stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]

    def warm_up(self, function: Callable[[], Any]) -> None:
        """Run a function on the stream on which it will be captured."""
        here = torch.cuda.current_stream(self.device)
        self.stream.wait_stream(here)
        with torch.cuda.device(self.device), torch.cuda.stream(self.stream):
            for _ in range(WARM_UPS):
                function()
        here.wait_stream(self.stream)

    def capture(self, function: Callable[[], list[Tensor]]) -> tuple[list[Tensor], Replay]:
        """Capture a function that launches kernels and waits for none."""
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.device(self.device), torch.cuda.graph(graph, self.pool, self.stream):
            results = function()
        return results, graph.replay


class Captured:
    """A sequence of one shape.

    Parameters
    ----------
    network
        Whose weights are written over by those of each call.
    noise : (n_steps, n_lists, N, W), optional
    tensors
        Inputs (n_steps, n_lists, n_in) and the state, of which shape, precision and device are taken.
    names
        Of the state's tensors.
    capturer
    backward
        Whether gradients are wanted.

    Attributes
    ----------
    taken : list of Tensor
        Inputs, state and weights: what `fill` writes.
    results : list of Tensor
        Outputs (n_steps, n_lists, n_out) and the last state: what `replay` writes.
    upstream : list of Tensor
        Gradients of the results: what `fill_upstream` writes.
    gradients : list of Tensor
        Of `taken`: what `replay_backward` writes. It needs a `replay` before, and uses up what that left.
    """

    def __init__(
        self,
        network: DifferentiableNeuralComputer,
        noise: Tensor | None,
        tensors: Sequence[Tensor],
        names: Sequence[str],
        capturer: Capturer,
        *,
        backward: bool,
    ) -> None:
        self.network, self.names, self.backward = network, tuple(names), backward
        self.noise = None if noise is None else noise.clone()
        own = [torch.zeros_like(one, memory_format=torch.contiguous_format, requires_grad=backward) for one in tensors]
        self.taken = [*own, *network.parameters()]
        self._under_way: list[Tensor] = []
        self.upstream: list[Tensor] = []
        capturer.warm_up(self._both if backward else self._forward)
        self.results, self.replay = capturer.capture(self._forward)
        self.gradients: list[Tensor] = []
        if backward:
            self.gradients, self.replay_backward = capturer.capture(self._backward)
        self._under_way = []  # autograd's notes are of no use any more, and hold memory

    def _forward(self) -> list[Tensor]:
        """Return the outputs of all steps and the last state."""
        with torch.set_grad_enabled(self.backward):
            inputs, state = self.taken[0], dict(zip(self.names, self.taken[1:], strict=False))
            noise = [None] * len(inputs) if self.noise is None else list(self.noise)
            outputs, last = run_steps(advance_of(self.network), inputs, state, noise)
            self._under_way = [torch.stack(outputs), *(last[name] for name in self.names)]
        return [tensor.detach() for tensor in self._under_way]

    def _backward(self) -> list[Tensor]:
        """Return the gradients of all that is taken, zeros where there is none; needs `_forward` before it."""
        made, self._under_way = self._under_way, []
        self.upstream = self.upstream or [torch.zeros_like(tensor) for tensor in made]
        led = [i for i, tensor in enumerate(made) if tensor.requires_grad]
        upstream = [self.upstream[i] for i in led]
        found = torch.autograd.grad([made[i] for i in led], self.taken, upstream, allow_unused=True)
        return [torch.zeros_like(t) if d is None else d for t, d in zip(self.taken, found, strict=True)]

    def _both(self) -> None:
        self._forward()
        self._backward()

    @torch.no_grad()
    def fill(self, noise: Tensor | None, tensors: Sequence[Tensor]) -> None:
        """Copy in noise, and inputs, state and weights or the first of them."""
        torch._foreach_copy_(self.taken[: len(tensors)], list(tensors))
        if self.noise is not None and noise is not None:
            self.noise.copy_(noise)

    @torch.no_grad()
    def fill_upstream(self, upstream: Sequence[Tensor | None]) -> None:
        """Copy in the gradients of outputs and last state; None is none."""
        for own, given in zip(self.upstream, upstream, strict=True):
            if given is None:
                own.zero_()
            else:
                own.copy_(given)
