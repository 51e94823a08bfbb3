"""The DNC on a GPU: a sequence of one shape is captured once, as CUDA graphs, and then replayed.

A step is some hundred small kernels, and what takes time on a GPU is to launch them one by one; a replay launches all
of them at once. With a gradient, the forward and the backward pass of a whole sequence are captured, for each number of
steps and lists. Without one, a step is captured for each number of lists and replayed again and again: responses are
fed back at each step anyway. Nothing that a caller holds is overwritten by a later replay.

A new capture is compared with the eager network. Where it differs, or fails, a warning says so and the network runs
eagerly from then on. None of this has been run on a GPU by us: the tests capture with functions in place of graphs.
"""

from __future__ import annotations

import copy
import warnings
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from memlab.models.neural.dnc.captured import Captured, Capturer, CudaGraphs
from memlab.models.neural.dnc.compiled_step import run_steps
from memlab.models.neural.network import State

if TYPE_CHECKING:
    from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer

__all__ = ["Captures", "captures_of", "run", "supports"]

MOST_CAPTURED = 96
"""Of one network; the one that was used longest ago goes. Lists of 1 to 20 with up to four responses more than items
have 44 numbers of steps at most."""

TOLERANCE = 1e-3
"""Largest difference between a replay and the eager network, as a share of the largest number: far above rounding in
single precision, far below what a wrong buffer would make."""


class Captures:
    """What was captured of one network.

    Attributes
    ----------
    failed : bool
        Whether a capture failed, or was wrong.
    holder : object
        The call whose forward pass the captures' memory holds; any later replay takes it over.
    """

    def __init__(self, network: DifferentiableNeuralComputer, capturer: Capturer) -> None:
        self.twin = copy.deepcopy(network).requires_grad_()
        self.names = tuple(network.initial_state(1))
        self.capturer, self.failed = capturer, False
        self.holder: object = None
        self._made: OrderedDict[tuple[object, ...], Captured] = OrderedDict()

    def __len__(self) -> int:
        return len(self._made)

    def fits(self, network: DifferentiableNeuralComputer) -> bool:
        """Return whether they are of the network as it now is: its device, precision and configuration."""
        ours, given = self.twin.to_output.weight, network.to_output.weight
        same = ours.device == given.device and ours.dtype == given.dtype
        return same and self.twin.config == network.config

    def of(
        self, network: DifferentiableNeuralComputer, noise: Tensor | None, tensors: list[Tensor], *, backward: bool
    ) -> Captured:
        """Return what was captured for the shapes of inputs and state; if nothing was, capture and compare.

        Raises
        ------
        RuntimeError
            It cannot be captured, or what was captured is wrong.
        """
        key = (backward, *(tuple(tensor.shape) for tensor in tensors))
        if key not in self._made:
            self.holder = None
            captured = Captured(self.twin, noise, tensors, self.names, self.capturer, backward=backward)
            _compare(captured, network, noise, tensors)
            self._made[key] = captured
            if len(self._made) > MOST_CAPTURED:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]


_captures: weakref.WeakKeyDictionary[DifferentiableNeuralComputer, Captures] = weakref.WeakKeyDictionary()


def captures_of(network: DifferentiableNeuralComputer) -> Captures:
    """Return what was captured of a network: nothing yet, if more of it has changed than its weights."""
    known = _captures.get(network)
    if known is None or not known.fits(network):
        known = _captures[network] = Captures(network, CudaGraphs(network.to_output.weight.device))
    return known


def supports(network: DifferentiableNeuralComputer, inputs: Tensor) -> bool:
    """Return whether `run` can do what the network's `forward_eager` does."""
    like = network.to_output.weight
    there = inputs.is_cuda and inputs.device == like.device and inputs.dtype == like.dtype and inputs.numel() > 0
    return there and not captures_of(network).failed


def run(
    network: DifferentiableNeuralComputer,
    inputs: Tensor,
    state: State | None = None,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, State]:
    """Run a whole sequence; same parameters, results and gradients as `forward_eager`.

    Gradients of gradients are not to be had.
    """
    captures = captures_of(network)
    state = network.initial_state(inputs.shape[1]) if state is None else state
    drawn = [network.step_noise(inputs.shape[1], generator) for _ in inputs] if network.config.noise else []
    noise = torch.stack([one for one in drawn if one is not None]) if drawn else None
    tensors, weights = [inputs, *(state[name] for name in captures.names)], list(network.parameters())
    with_gradient = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (*tensors, *weights))
    try:
        if with_gradient:
            captured = captures.of(network, noise, tensors, backward=True)
            outputs, *last = _Replayed.apply(captures, captured, noise, *tensors, *weights)  # type: ignore[no-untyped-call]
        else:
            outputs, *last = _step_by_step(captures, network, noise, tensors)
    except RuntimeError as error:
        captures.failed = True
        reason = str(error).strip().splitlines() or [type(error).__name__]
        warnings.warn(f"the DNC runs eagerly on the GPU, which is slower: {reason[0]}", stacklevel=2)
        return _eager(network, noise, tensors, captures.names)
    return outputs, dict(zip(captures.names, last, strict=True))


def _eager(
    network: DifferentiableNeuralComputer, noise: Tensor | None, tensors: list[Tensor], names: tuple[str, ...]
) -> tuple[Tensor, State]:
    """Run a sequence as it is written, with noise that was drawn before."""
    inputs, state = tensors[0], dict(zip(names, tensors[1:], strict=True))
    outputs, last = run_steps(network.advance, inputs, state, [None] * len(inputs) if noise is None else noise)
    return torch.stack(outputs), last


@torch.no_grad()
def _step_by_step(
    captures: Captures, network: DifferentiableNeuralComputer, noise: Tensor | None, tensors: list[Tensor]
) -> list[Tensor]:
    """Return outputs and last state, without a gradient: one step, replayed again and again."""
    inputs, state = tensors[0], tensors[1:]
    step = captures.of(network, None if noise is None else noise[:1], [inputs[:1], *state], backward=False)
    captures.holder = None
    step.fill(None, [inputs[:1], *state, *network.parameters()])
    outputs = torch.empty(len(inputs), inputs.shape[1], network.n_out, dtype=inputs.dtype, device=inputs.device)
    for k in range(len(inputs)):
        step.fill(None if noise is None else noise[k : k + 1], [inputs[k : k + 1], *(step.results[1:] if k else [])])
        step.replay()
        outputs[k] = step.results[0][0]
    return [outputs, *(value.clone() for value in step.results[1:])]


class _Replayed(torch.autograd.Function):
    """A sequence whose forward and backward pass are replayed."""

    @staticmethod
    def forward(
        ctx: Any, captures: Captures, captured: Captured, noise: Tensor | None, *tensors: Tensor
    ) -> tuple[Tensor, ...]:
        ctx.set_materialize_grads(False)
        ctx.captures, ctx.captured, ctx.noise, ctx.token = captures, captured, noise, object()
        ctx.save_for_backward(*tensors)
        captured.fill(noise, tensors)
        captured.replay()
        captures.holder = ctx.token
        return tuple(result.clone() for result in captured.results)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *upstream: Tensor | None) -> tuple[Tensor | None, ...]:
        captures, captured, tensors = ctx.captures, ctx.captured, ctx.saved_tensors
        if captures.holder is not ctx.token:  # a replay came between, and what this pass needs is gone
            captured.fill(ctx.noise, tensors)
            captured.replay()
        captures.holder = None  # a backward pass uses up what the forward pass left
        captured.fill_upstream(upstream)
        captured.replay_backward()
        return None, None, None, *(gradient.clone() for gradient in captured.gradients)


def _compare(
    captured: Captured, network: DifferentiableNeuralComputer, noise: Tensor | None, tensors: list[Tensor]
) -> None:
    """Refuse a capture whose replay does not give the outputs, and the weights' gradients, of the eager network.

    Raises
    ------
    RuntimeError
    """
    tensors, weights = [tensor.detach() for tensor in tensors], list(network.parameters())
    captured.fill(noise, [*tensors, *weights])
    captured.replay()
    with torch.set_grad_enabled(captured.backward):
        outputs, _ = _eager(network, noise, tensors, captured.names)
    pairs = [(captured.results[0], outputs.detach())]
    if captured.backward:
        captured.fill_upstream([torch.ones_like(outputs), *[None] * len(captured.names)])
        captured.replay_backward()
        found = zip(weights, captured.gradients[len(tensors) :], strict=True)
        trained = [(weight, gradient) for weight, gradient in found if weight.requires_grad]
        eager = (
            torch.autograd.grad(outputs.sum(), [weight for weight, _ in trained], allow_unused=True) if trained else ()
        )
        pairs += [(one, two) for (_, one), two in zip(trained, eager, strict=True) if two is not None]
    for replayed, expected in pairs:
        off, scale = float((replayed - expected).abs().max()), float(expected.abs().max())
        if off > TOLERANCE * max(scale, TOLERANCE):
            raise RuntimeError(
                f"a replay differs from the eager network by {off:.2g} where the largest is {scale:.2g}."
            )
