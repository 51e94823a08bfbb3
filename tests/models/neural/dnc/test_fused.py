"""The fused DNC gives the eager network's numbers: outputs, state and every gradient."""

import pytest
import torch

from memlab.models.neural.dnc import fused
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import DNCConfig

N_IN, N_OUT, STEPS, LISTS = 5, 4, 6, 3
SMALL = {"hidden": 8, "slots": 5, "word": 3}
CONFIGS = {
    "published": {},
    "layer norm": {"layer_norm": True},
    "several heads": {"heads": 4, "layer_norm": True},
    "deep": {"layers": 2, "heads": 2, "layer_norm": True},
    "three layers": {"layers": 3},
    "without links": {"links": False, "heads": 2},
    "without content": {"content": False},
    "without allocation": {"allocate": False},
    "without writing": {"write": False},
    "without the gradient of usage": {"usage_gradient": False, "heads": 2},
    "decay": {"decay": 0.1, "heads": 2},
    "noise": {"noise": 0.2},
    "jitter": {"jitter": 0.5, "layer_norm": True},
    "H64 N16 W16 R1": {"hidden": 64, "slots": 16, "word": 16},
}


def network(dtype=torch.float64, **config):
    torch.manual_seed(0)
    dnc = DifferentiableNeuralComputer(N_IN, N_OUT, DNCConfig(**(SMALL | config))).to(dtype)
    if dnc.config.layer_norm:
        with torch.no_grad():
            dnc.norm.weight.uniform_(0.5, 1.5)
            dnc.norm.bias.normal_()
    return dnc


def some_state(dnc, n_lists=LISTS):
    """A state in which no two slots are alike, so that rounding decides no tie between them."""
    torch.manual_seed(1)
    state = {name: torch.rand_like(value) for name, value in dnc.initial_state(n_lists).items()}
    for name in ("write_weights", "read_weights", "precedence", "link"):
        state[name] = state[name] / dnc.config.slots
    state["link"] = state["link"] * (1 - torch.eye(dnc.config.slots, dtype=state["link"].dtype))
    return {name: value.requires_grad_() for name, value in state.items()}


def some_inputs(dnc, steps=STEPS, n_lists=LISTS):
    torch.manual_seed(2)
    return torch.randn(steps, n_lists, N_IN, dtype=dnc.to_output.weight.dtype, requires_grad=True)


def weighted_sum(*tensors):
    generator = torch.Generator().manual_seed(3)
    return sum((t * torch.randn(t.shape, generator=generator, dtype=t.dtype)).sum() for t in tensors)


def gradients_of(dnc, run, inputs, state, *, of_state=True):
    """Outputs, last state, and the gradients of inputs, initial state and weights, by name."""
    outputs, last = run(inputs, state, torch.Generator().manual_seed(4))
    wanted = {"inputs": inputs, **(state or {}), **dict(dnc.named_parameters())}
    loss = weighted_sum(outputs, *(last.values() if of_state else ()))
    found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True, materialize_grads=True)
    return outputs, last, dict(zip(wanted, found, strict=True))


def assert_same(ours, theirs, tolerance):
    assert list(ours) == list(theirs)
    for name, value in theirs.items():
        scale = max(value.abs().max().item(), 1e-30)
        assert ours[name].shape == value.shape, name
        assert (ours[name] - value).abs().max().item() <= tolerance * max(scale, 1e-3), name


def assert_equal_runs(dnc, inputs, state, tolerance, **how):
    eager = gradients_of(dnc, dnc.forward_eager, inputs, state, **how)
    fast = gradients_of(dnc, lambda *given: fused.run(dnc, *given), inputs, state, **how)
    assert_same({"outputs": fast[0]}, {"outputs": eager[0]}, tolerance)
    assert_same(fast[2], eager[2], tolerance)
    if how.get("of_state", True):
        assert_same(fast[1], eager[1], tolerance)


@pytest.mark.parametrize("name", CONFIGS)
def test_outputs_state_and_gradients_equal_the_eager_networks(name):
    dnc = network(**CONFIGS[name])
    assert fused.supports(dnc, some_inputs(dnc))
    assert_equal_runs(dnc, some_inputs(dnc), some_state(dnc), 1e-12)
