"""Every network keeps every promise of `Network`."""

import dataclasses
import json

import pytest
import torch

from memlab.core.errors import UnknownName
from memlab.models.neural.network import NETWORKS, build_network, select

NAMES = list(NETWORKS)
N_STEPS, N_LISTS, N_IN, N_OUT = 7, 4, 6, 3


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Small networks on several threads wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def network(name, seed=0):
    return build_network(name, N_IN, N_OUT, seed=seed).double()


def sequence(n_steps=N_STEPS, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n_steps, N_LISTS, N_IN, dtype=torch.float64, generator=generator)


def same(first, second):
    torch.testing.assert_close(first, second, rtol=0, atol=1e-12)


def same_state(first, second):
    assert list(first) == list(second)
    for name in first:
        same(first[name], second[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_network_knows_its_name_its_sizes_and_its_number_of_weights(name):
    built = network(name)
    assert built.name == name
    assert (built.n_in, built.n_out) == (N_IN, N_OUT)
    assert built.n_weights == sum(weight.numel() for weight in built.state_dict().values())
    outputs, _ = built(sequence())
    assert outputs.shape == (N_STEPS, N_LISTS, N_OUT)


@pytest.mark.parametrize("name", NAMES)
def test_a_configuration_survives_json(name):
    config = network(name).config
    assert type(config)(**json.loads(json.dumps(dataclasses.asdict(config)))) == config
    assert dataclasses.fields(config)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(config, dataclasses.fields(config)[0].name, 1)


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_does_not_exist_is_refused_in_one_line(name):
    with pytest.raises(UnknownName, match=f"^network {name} has no option 'nonsense'"):
        build_network(name, N_IN, N_OUT, {"nonsense": 1})


def test_a_network_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="there is no network 'lstn'. Did you mean 'lstm'"):
        build_network("lstn", N_IN, N_OUT)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(name):
    before = torch.random.get_rng_state()
    first, again, other = (network(name, seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[weight], again[weight]) for weight in first)
    assert not all(torch.equal(first[weight], other[weight]) for weight in first)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("name", NAMES)
def test_step_by_step_equals_the_whole_sequence(name):
    built, inputs = network(name), sequence()
    whole, last = built(inputs)
    state, steps = None, []
    for x in inputs:
        output, state = built(x[None], state)
        steps.append(output)
    same(torch.cat(steps), whole)
    same_state(state, last)


@pytest.mark.parametrize("name", NAMES)
def test_a_sequence_may_be_cut_anywhere(name):
    built, inputs = network(name), sequence()
    whole, last = built(inputs)
    for cut in (0, 3, N_STEPS):
        first, state = built(inputs[:cut])
        second, state = built(inputs[cut:], state)
        same(torch.cat([first, second]), whole)
        same_state(state, last)


@pytest.mark.parametrize("name", NAMES)
def test_no_step_sees_the_future(name):
    built, inputs = network(name), sequence()
    outputs, _ = built(inputs)
    for t in range(N_STEPS):
        changed = inputs.clone()
        changed[t:] += 1.0
        others, _ = built(changed)
        same(others[:t], outputs[:t])
        assert not torch.allclose(others[t], outputs[t])


@pytest.mark.parametrize("name", NAMES)
def test_a_later_output_depends_on_the_first_input(name):
    built, inputs = network(name), sequence().requires_grad_()
    outputs, _ = built(inputs)
    (gradient,) = torch.autograd.grad(outputs[-1].square().sum(), inputs)
    assert gradient[0].abs().sum() > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_list_does_not_see_the_others(name):
    built, inputs = network(name), sequence()
    whole, last = built(inputs)
    for i in range(N_LISTS):
        alone, state = built(inputs[:, [i]])
        same(alone, whole[:, [i]])
        same_state(state, select(last, torch.tensor([i])))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "lists", [torch.tensor([3, 1]), torch.tensor([True, False, False, True])], ids=["index", "mask"]
)
def test_selecting_lists_and_going_on_is_going_on_and_selecting(name, lists):
    built, inputs = network(name), sequence()
    _, state = built(inputs[:4])
    on, end = built(inputs[4:], state)
    selected, selected_end = built(inputs[4:, lists], select(state, lists))
    same(selected, on[:, lists])
    same_state(selected_end, select(end, lists))


@pytest.mark.parametrize("name", NAMES)
def test_a_state_is_not_changed_by_going_on_from_it(name):
    built, inputs = network(name), sequence()
    _, state = built(inputs[:4])
    before = {part: value.clone() for part, value in state.items()}
    built(inputs[4:], state)
    same_state(state, before)


@pytest.mark.parametrize("name", NAMES)
def test_none_is_the_initial_state_and_every_state_has_the_lists_first(name):
    built, inputs = network(name), sequence()
    state = built.initial_state(N_LISTS)
    first, end = built(inputs)
    second, _ = built(inputs, state)
    same(first, second)
    assert list(state) == list(end)
    for value in (*state.values(), *end.values()):
        assert value.shape[0] == N_LISTS


@pytest.mark.parametrize("name", NAMES)
def test_no_lists_and_no_steps_are_allowed(name):
    built = network(name)
    assert built(sequence()[:, :0])[0].shape == (N_STEPS, 0, N_OUT)
    assert built(sequence()[:0])[0].shape == (0, N_LISTS, N_OUT)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_outputs_and_states_have_the_precision_of_the_weights(name, dtype):
    built = network(name).to(dtype)
    outputs, state = built(sequence().to(dtype))
    assert outputs.dtype == dtype
    for value in (*state.values(), *built.initial_state(2).values()):
        assert value.dtype == dtype


@pytest.mark.parametrize("name", NAMES)
def test_single_precision_agrees_with_double(name):
    built, inputs = network(name), sequence()
    double, _ = built(inputs)
    single, _ = built.float()(inputs.float())
    torch.testing.assert_close(single.double(), double, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_gradient_flows_to_every_weight(name):
    built = network(name)
    outputs, _ = built(sequence())
    outputs.square().sum().backward()
    for weight, value in built.named_parameters():
        assert value.grad is not None, weight
        assert value.grad.isfinite().all(), weight
        assert value.grad.abs().max() > 1e-12, weight


@pytest.mark.parametrize("name", NAMES)
def test_without_noise_the_generator_is_never_used(name):
    generator = torch.Generator().manual_seed(5)
    before = generator.get_state()
    built = network(name)
    same(built(sequence(), None, generator)[0], built(sequence())[0])
    assert torch.equal(generator.get_state(), before)


@pytest.mark.parametrize("name", NAMES)
def test_two_hundred_steps_and_large_inputs_stay_finite(name):
    with torch.no_grad():
        outputs, state = network(name).float()(sequence(n_steps=200).float() * 100)
    assert outputs.isfinite().all()
    assert all(value.isfinite().all() for value in state.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_network_learns_to_remember_its_first_input(name):
    built = build_network(name, N_IN, N_OUT)
    optimiser = torch.optim.Adam(built.parameters(), lr=5e-3)
    losses = []
    for step in range(120):
        inputs = torch.randn(4, 32, N_IN, generator=torch.Generator().manual_seed(step))
        outputs, _ = built(inputs)
        loss = (outputs[-1] - inputs[0, :, :N_OUT]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert sum(losses[-10:]) < 0.5 * sum(losses[:10])


@pytest.mark.parametrize("name", NAMES)
def test_other_limits_share_the_weights_and_what_is_no_limit_is_refused(name):
    built = network(name)
    twin = built.with_config(**{option: getattr(built.config, option) for option in built.changeable})
    assert all(a is b for a, b in zip(built.parameters(), twin.parameters(), strict=True))
    size = "width" if name == "transformer" else "hidden"
    with pytest.raises(UnknownName, match=f"a trained {name} cannot change '{size}'"):
        built.with_config(**{size: 8})
