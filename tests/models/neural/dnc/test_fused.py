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


@pytest.mark.slow
def test_in_single_precision_they_agree_to_its_rounding():
    dnc = network(torch.float32, hidden=64, slots=16, word=16, heads=2, layer_norm=True)
    assert_equal_runs(dnc, some_inputs(dnc, 25, 8), some_state(dnc, 8), 2e-4)


def test_from_an_empty_memory_outputs_and_gradients_are_the_same():
    # Slots that nothing tells apart may trade places by rounding, so the state itself is not compared here.
    dnc = network(hidden=16, slots=12, word=6, heads=2)
    assert_equal_runs(dnc, some_inputs(dnc, 20, 5), None, 1e-11, of_state=False)


@pytest.mark.parametrize("n_lists", [1, 2, 5])
def test_any_number_of_lists_will_do(n_lists):
    dnc = network(hidden=7, slots=6, word=5, heads=2)
    assert_equal_runs(dnc, some_inputs(dnc, 3, n_lists), some_state(dnc, n_lists), 1e-12)


@pytest.mark.parametrize("config", [{}, {"layers": 2, "heads": 2}, {"noise": 0.3}], ids=str)
def test_without_gradients_the_numbers_are_the_same(config):
    dnc = network(**config)
    inputs, state = some_inputs(dnc), some_state(dnc)
    outputs, last = dnc(inputs, state, torch.Generator().manual_seed(5))
    with torch.no_grad():
        again, last_again = dnc(inputs, state, torch.Generator().manual_seed(5))
    assert outputs.requires_grad
    assert not again.requires_grad
    assert torch.equal(outputs, again)
    assert all(torch.equal(last[name], last_again[name]) for name in last)


def test_step_by_step_is_the_whole_sequence():
    dnc = network(heads=2, noise=0.1)
    inputs, state = some_inputs(dnc), dnc.initial_state(LISTS)
    generators = [torch.Generator().manual_seed(6) for _ in range(2)]
    whole, last = dnc(inputs, state, generators[0])
    steps = []
    for x in inputs:
        output, state = dnc(x[None], state, generators[1])
        steps.append(output)
    assert torch.equal(whole, torch.cat(steps))
    assert all(torch.equal(last[name], state[name]) for name in last)


def test_gradients_run_through_a_sequence_cut_in_two():
    dnc = network(heads=2, layer_norm=True, decay=0.05)
    inputs, state = some_inputs(dnc), some_state(dnc)

    def cut(inputs, state, generator):
        first, between = fused.run(dnc, inputs[:2], state, generator)
        second, last = fused.run(dnc, inputs[2:], between, generator)
        return torch.cat([first, second]), last

    whole = gradients_of(dnc, lambda *given: fused.run(dnc, *given), inputs, state)
    halves = gradients_of(dnc, cut, inputs, state)
    for ours, theirs in zip(halves[1:], whole[1:], strict=True):
        assert_same(ours, theirs, 1e-12)
    assert torch.equal(halves[0], whole[0])


@pytest.mark.parametrize("config", [{"heads": 2, "layer_norm": True}, {"layers": 2, "decay": 0.2}], ids=str)
def test_gradients_are_the_finite_differences(config):
    dnc = network(hidden=3, slots=3, word=2, **config)
    inputs, state = some_inputs(dnc, 3, 2), some_state(dnc, 2)

    def of_inputs_and_state(inputs, *own):
        outputs, last = fused.run(dnc, inputs, dict(zip(state, own, strict=True)))
        return outputs, *last.values()

    def of_weights(*weights):
        dnc_with = dict(zip(dict(dnc.named_parameters()), weights, strict=True))
        outputs, last = torch.func.functional_call(dnc, dnc_with, (inputs.detach(), detached))
        return outputs, *last.values()

    detached = {name: value.detach() for name, value in state.items()}
    assert torch.autograd.gradcheck(of_inputs_and_state, (inputs, *state.values()))
    assert torch.autograd.gradcheck(of_weights, tuple(dnc.parameters()))


@pytest.mark.parametrize("dtype", [pytest.param(torch.float32, marks=pytest.mark.slow), torch.float64])
@pytest.mark.parametrize("usage", [0.0, 1.0])
def test_zero_keys_and_empty_or_full_memories_give_no_nan(dtype, usage):
    dnc = network(dtype)
    with torch.no_grad():
        dnc.to_interface.weight.zero_()
    state = dnc.initial_state(LISTS)
    state["usage"] = state["usage"] + usage
    outputs, last = fused.run(dnc, torch.zeros(STEPS, LISTS, N_IN, dtype=dtype), state)
    outputs.sum().backward()
    assert all(value.isfinite().all() for value in [outputs, *last.values()])
    assert all(weight.grad.isfinite().all() for weight in dnc.parameters())


def test_after_a_change_of_weights_the_next_call_sees_the_new_ones():
    dnc = network(layer_norm=True)
    inputs = some_inputs(dnc)
    dnc(inputs)
    for weight in dnc.parameters():
        weight.data = weight.data * 1.5
    assert_equal_runs(dnc, inputs, some_state(dnc), 1e-12)


def test_changing_a_weight_between_forward_and_backward_is_refused():
    dnc = network()
    outputs, _ = dnc(some_inputs(dnc))
    with torch.no_grad():
        dnc.to_interface.weight.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        outputs.sum().backward()


def test_going_back_twice_gives_the_gradients_twice():
    dnc = network()
    outputs, _ = dnc(some_inputs(dnc))
    outputs.sum().backward(retain_graph=True)
    once = [weight.grad.clone() for weight in dnc.parameters()]
    outputs.sum().backward()
    assert all(torch.equal(2 * g, weight.grad) for g, weight in zip(once, dnc.parameters(), strict=True))


@pytest.mark.parametrize(
    "config",
    [
        {"controller": "feedforward"}, {"similarity": "euclidean"}, {"allocation": "ratio"}, {"masking": True},
        {"deallocation": True}, {"sharpening": True},
    ],
    ids=str,
)  # fmt: skip
def test_other_options_run_eagerly(config):
    dnc = network(**config)
    inputs = some_inputs(dnc)
    assert not fused.supports(dnc, inputs)
    assert torch.equal(dnc(inputs)[0], dnc.forward_eager(inputs)[0])


def test_an_empty_sequence_changes_nothing():
    dnc = network()
    state = some_state(dnc)
    outputs, last = dnc(torch.zeros(0, LISTS, N_IN, dtype=torch.float64), state)
    assert outputs.shape == (0, LISTS, N_OUT)
    assert all(torch.equal(last[name], state[name]) for name in state)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(128, 16, 16, 1), (128, 32, 20, 4)])
def test_at_the_benchmarks_sizes_they_agree(size):
    hidden, slots, word, heads = size
    dnc = network(hidden=hidden, slots=slots, word=word, heads=heads, layer_norm=True)
    assert_equal_runs(dnc, some_inputs(dnc, 25, 32), some_state(dnc, 32), 1e-10)
