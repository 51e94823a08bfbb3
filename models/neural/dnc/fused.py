"""The DNC's forward and backward pass over a whole sequence as one autograd function of compiled kernels.

Eagerly a step is some hundred small tensor operations, and their overhead is most of its time. Here a sequence is one
call; products that need no earlier step (outputs, gradients of weights) are done for all steps at once. On the CPU
only: on a GPU captured sequences are replayed, see ``replay.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from memlab.models.neural.dnc.controller import DeepLSTM
from memlab.models.neural.dnc.kernels_backward import run_backward
from memlab.models.neural.dnc.kernels_controller_backward import Carried, Gradients
from memlab.models.neural.dnc.kernels_forward import run_forward
from memlab.models.neural.dnc.space import arrays
from memlab.models.neural.dnc.trace import Array, Limits, Sizes, Trace, Weights, empty_trace
from memlab.models.neural.network import State

if TYPE_CHECKING:
    from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer

__all__ = ["run", "supports"]

TURNED = {"h": (0, 1), "s": (0, 1), "memory": (1, 2)}
"""Name in `Trace` and `Carried` -> axes of the state's tensor that stand the other way round there."""

STATE = {
    "controller_h": "h",
    "controller_s": "s",
    "memory": "memory",
    "usage": "usage",
    "write_weights": "write",
    "read_weights": "read",
    "link": "link",
    "precedence": "precedence",
    "reads": "reads",
    "written": "written",
}
"""Name in a network's state -> name in `Trace` and `Carried`; the order of the function's arguments and results."""


def supports(network: DifferentiableNeuralComputer, inputs: Tensor) -> bool:
    """Return whether `run` can do what the network's `forward_eager` does."""
    c = network.config
    paper = c.controller == "lstm" and c.similarity == "cosine" and c.allocation == "sort"
    departs = c.masking or c.deallocation or c.sharpening
    dtype = network.to_output.weight.dtype
    fits = inputs.dtype == dtype and dtype in (torch.float32, torch.float64)
    here = inputs.device.type == "cpu" and network.to_output.weight.device.type == "cpu"
    return paper and not departs and fits and here and inputs.numel() > 0


def run(
    network: DifferentiableNeuralComputer,
    inputs: Tensor,
    state: State | None = None,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, State]:
    """Run a whole sequence; same parameters, results and gradients as `forward_eager`.

    Gradients of gradients are not to be had. Slots that nothing tells apart (two never written, say) have equal usage
    but for rounding, which differs between the two ways: then one may write to the first and the other to the second.
    Outputs and the weights' gradients are the same, as no output depends on the slots' order.
    """
    state = network.initial_state(inputs.shape[1]) if state is None else state
    noise = [network.step_noise(inputs.shape[1], generator) for _ in inputs] if network.config.noise else []
    drawn = torch.stack([one for one in noise if one is not None]) if noise else None
    tensors = [inputs, *(state[name] for name in STATE), *_weights(network)]
    if torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors):
        outputs, *last = _Sequence.apply(_limits(network), drawn, *tensors)  # type: ignore[no-untyped-call]
    else:
        outputs, last, _ = _forward(_limits(network), drawn, [tensor.detach() for tensor in tensors], keep=False)
    return outputs, dict(zip(STATE, last, strict=True))


def _weights(network: DifferentiableNeuralComputer) -> list[Tensor]:
    """Return W_y, W_r, W_xi, the layer norm's two (empty without one), and each layer's matrix and bias."""
    controller, norm = network.controller, network.norm
    assert isinstance(controller, DeepLSTM)
    none = network.to_output.weight.new_empty(0)
    scale, shift = (norm.weight, norm.bias) if isinstance(norm, torch.nn.LayerNorm) else (none, none)
    outer = [network.to_output.weight, network.from_reads.weight, network.to_interface.weight, scale, shift]
    return [*outer, *controller.weights, *controller.biases]


def _limits(network: DifferentiableNeuralComputer) -> Limits:
    c = network.config
    epsilon = network.norm.eps if isinstance(network.norm, torch.nn.LayerNorm) else 0.0
    flags = (c.links, c.content, c.allocate, c.write, c.usage_gradient)
    return Limits(*flags, float(c.decay), float(c.noise), float(epsilon))


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().contiguous().numpy()
    return array


def _for_kernels(weights: list[Tensor]) -> Weights:
    """Return the weights as the kernels take them; layers that see nothing below get zeros there."""
    _, _, interface, scale, shift, *layers = weights
    matrices, biases = layers[: len(layers) // 2], layers[len(layers) // 2 :]
    n_gates, widest = matrices[-1].shape
    bias = biases[0].unsqueeze(0) if len(biases) == 1 else torch.stack(biases)
    shape = (len(matrices), widest, n_gates)
    controller = arrays({"controller": (shape, _array(bias).dtype)})["controller"]
    for one, matrix in zip(controller, matrices, strict=True):
        one[: matrix.shape[1]] = matrix.detach().numpy().T
        one[matrix.shape[1] :] = 0
    return Weights(controller, *map(_array, (bias, interface, scale, shift)))


def _begin(trace: Trace, state: list[Tensor]) -> None:
    """Put a state into row 0 of the trace."""
    for name, tensor in zip(STATE.values(), state, strict=True):
        row = _first(trace, name)
        row[...] = _turn(name, tensor.detach().numpy()).reshape(row.shape)


def _first(trace: Trace, name: str) -> Array:
    """Return the part of the trace that holds the initial state."""
    array: Array = getattr(trace, name)
    return array[:, 0] if name in ("h", "s") else array if name == "written" else array[0]


def _turn(name: str, array: Array) -> Array:
    """Turn the axes of an array of the state from the tensor's order to the kernels', or back."""
    return array.swapaxes(*TURNED[name]) if name in TURNED else array


def _end(trace: Trace, n_steps: int) -> list[Tensor]:
    """Return the state after the last step, as arrays of its own."""
    now, word = n_steps % len(trace.memory), trace.memory.shape[2]
    last: dict[str, Array] = {name: getattr(trace, name)[now] for name in ("memory", "usage", "write", "read", "link")}
    last |= {"precedence": trace.precedence[now], "reads": trace.reads[n_steps].reshape(*trace.read.shape[1:3], word)}
    last |= {"h": trace.h[:, now], "s": trace.s[:, now], "written": trace.written}
    return [torch.from_numpy(_turn(name, last[name].copy(order="C"))) for name in STATE.values()]


def _forward(
    limits: Limits, noise: Tensor | None, tensors: list[Tensor], *, keep: bool
) -> tuple[Tensor, list[Tensor], tuple[Weights, Trace]]:
    """Return the outputs, the last state, and the kernels' weights and trace.

    `tensors` are the inputs, the state and the weights.
    """
    inputs, state, weights = tensors[0], tensors[1 : 1 + len(STATE)], tensors[1 + len(STATE) :]
    n_steps, n_lists, n_in = inputs.shape
    (_, n_layers, hidden), (_, slots, word), heads = state[0].shape, state[2].shape, state[5].shape[1]
    sizes = Sizes(n_steps, n_lists, n_in, n_layers, hidden, slots, word, heads)
    x = _array(inputs)
    trace = empty_trace(sizes, x.dtype, keep=keep)
    _begin(trace, state)
    drawn = np.empty((n_steps, 0, 0, 0), x.dtype) if noise is None else _array(noise)
    for_kernels = _for_kernels(weights)
    run_forward(x, drawn, for_kernels, limits, trace)
    outputs = torch.addmm(_rows(trace.features) @ weights[0].T, _rows(trace.reads[1:]), weights[1].T)
    return outputs.view(n_steps, n_lists, -1), _end(trace, n_steps), (for_kernels, trace)


class _Sequence(torch.autograd.Function):
    """A sequence whose trace is kept for the backward pass."""

    @staticmethod
    def forward(ctx: Any, limits: Limits, noise: Tensor | None, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.set_materialize_grads(False)
        outputs, last, (ctx.for_kernels, ctx.trace) = _forward(limits, noise, list(tensors), keep=True)
        ctx.limits = limits
        ctx.save_for_backward(*tensors[1 + len(STATE) :])
        return outputs, *last

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_outputs: Tensor | None, *d_last: Tensor | None) -> tuple[Tensor | None, ...]:
        trace: Trace = ctx.trace
        weights: list[Tensor] = list(ctx.saved_tensors)
        if d_outputs is None:
            d_outputs = weights[0].new_zeros(*trace.features.shape[:2], len(weights[0]))
        with_inputs = ctx.needs_input_grad[2]
        carried, gradients = _carried(trace, d_last), _gradients(trace, weights, d_outputs, with_inputs=with_inputs)
        run_backward(ctx.for_kernels, ctx.limits, trace, carried, gradients)
        d_state = [_of_state(name, getattr(carried, name), trace) for name in STATE.values()]
        d_inputs = torch.from_numpy(gradients.inputs) if with_inputs else None
        return None, None, d_inputs, *d_state, *_of_weights(trace, weights, gradients, d_outputs)


def _carried(trace: Trace, d_last: tuple[Tensor | None, ...]) -> Carried:
    """Return the gradients of the last state in arrays that may be written to."""
    arrays = {}
    for name, d in zip(STATE.values(), d_last, strict=True):
        row = _first(trace, name)
        arrays[name] = np.zeros(row.shape, row.dtype)
        if d is not None:
            arrays[name][...] = _turn(name, d.numpy()).reshape(row.shape)
    return Carried(**arrays)


def _of_state(name: str, gradient: Array, trace: Trace) -> Tensor:
    """Return the gradient of a tensor of the initial state, in that tensor's shape."""
    gradient = gradient.reshape(*trace.read.shape[1:3], -1) if name == "reads" else _turn(name, gradient)
    return torch.from_numpy(gradient)


def _gradients(trace: Trace, weights: list[Tensor], d_outputs: Tensor, *, with_inputs: bool) -> Gradients:
    """Return room for what the kernels find, with what comes from the outputs already in place."""
    n_in = weights[5].shape[1] - trace.reads.shape[2] - trace.h.shape[3] if with_inputs else 0
    inputs = np.empty((*trace.features.shape[:2], n_in), trace.features.dtype)
    like = {"features": trace.features, "reads": trace.reads[1:], "gates": trace.gates, "xi": trace.xi}
    room = arrays({name: (array.shape, array.dtype) for name, array in like.items()})
    torch.matmul(d_outputs, weights[0], out=torch.from_numpy(room["features"]))
    torch.matmul(d_outputs, weights[1], out=torch.from_numpy(room["reads"]))
    return Gradients(inputs, **room)


def _of_weights(trace: Trace, weights: list[Tensor], gradients: Gradients, d_outputs: Tensor) -> list[Tensor]:
    """Return the weights' gradients, each one product over all steps and lists."""
    features, reads, d_xi = _rows(trace.features), _rows(trace.reads[1:]), _rows(gradients.xi)
    d_y, d_features = d_outputs.flatten(0, 1), torch.from_numpy(gradients.features)
    outer = [d_y.T @ features, d_y.T @ reads, d_xi.T @ features]
    normed = torch.from_numpy(trace.normed)
    norm = [(d_features * normed).sum((0, 1)), d_features.sum((0, 1))] if len(weights[3]) else [weights[3], weights[4]]
    gates = [_rows(layer) for layer in gradients.gates]
    seen = [_rows(layer) for layer in trace.seen]
    n_layers = len(gates)
    matrices = [(d.T @ z)[:, : w.shape[1]] for d, z, w in zip(gates, seen, weights[5 : 5 + n_layers], strict=True)]
    return [*outer, *norm, *matrices, *(d.sum(0) for d in gates)]


def _rows(array: Array) -> Tensor:
    """Return an array of all steps and lists as a matrix."""
    return torch.from_numpy(array.reshape(-1, array.shape[-1]))
