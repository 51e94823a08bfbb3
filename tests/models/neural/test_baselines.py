"""LSTM, GRU and RNN: torch's layers, read out linearly, with all they know in the controller's state."""

import numpy as np
import pytest
import torch

from memlab.core.errors import ParameterError
from memlab.models.neural.baselines import LongShortTermMemory, RecurrentConfig, SimpleRecurrentNetwork
from memlab.models.neural.network import build_network

NAMES = ("lstm", "gru", "rnn")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def arrays(network):
    return {name: value.detach().numpy() for name, value in network.state_dict().items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_state_is_the_controllers_and_starts_at_zero(name):
    state = build_network(name, 3, 2, {"hidden": 5, "layers": 2}).initial_state(4)
    assert "controller_h" in state
    for part, value in state.items():
        assert part.startswith("controller")
        assert value.shape == (4, 2, 5)
        assert not value.any()


@pytest.mark.parametrize("name", NAMES)
def test_with_the_controller_reset_nothing_of_the_past_is_left(name):
    network = build_network(name, 3, 2)
    past, now = torch.randn(5, 2, 3), torch.randn(4, 2, 3)
    _, state = network(past)
    reset = {part: torch.zeros_like(value) for part, value in state.items() if part.startswith("controller")}
    torch.testing.assert_close(network(now, reset)[0], network(now)[0])


def test_an_lstm_is_its_equations():
    network = LongShortTermMemory(3, 2, RecurrentConfig(hidden=4)).double()
    w = arrays(network)
    inputs = np.random.default_rng(0).normal(size=(5, 3))
    h = s = np.zeros(4)
    expected = []
    for x in inputs:
        bias = w["controller.bias_ih_l0"] + w["controller.bias_hh_l0"]
        gates = w["controller.weight_ih_l0"] @ x + w["controller.weight_hh_l0"] @ h + bias
        i, f, g, o = gates.reshape(4, 4)
        s = sigmoid(f) * s + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(s)
        expected.append(w["to_output.weight"] @ h + w["to_output.bias"])
    outputs, state = network(torch.tensor(inputs)[:, None])
    np.testing.assert_allclose(outputs[:, 0].detach(), expected, atol=1e-12)
    np.testing.assert_allclose(state["controller_h"][0, 0].detach(), h, atol=1e-12)
    np.testing.assert_allclose(state["controller_s"][0, 0].detach(), s, atol=1e-12)


def test_layer_norm_makes_the_features_mean_zero_and_variance_one_before_the_read_out():
    network = SimpleRecurrentNetwork(3, 4, RecurrentConfig(hidden=4, layer_norm=True)).double()
    with torch.no_grad():
        network.to_output.weight.copy_(torch.eye(4))
        network.to_output.bias.zero_()
    outputs, state = network(torch.randn(6, 2, 3, dtype=torch.float64))
    assert outputs.mean(-1).abs().max() < 1e-12
    torch.testing.assert_close(outputs.var(-1, correction=0), torch.ones(6, 2, dtype=torch.float64), rtol=1e-2, atol=0)
    assert state["controller_h"].mean(-1).abs().max() > 1e-3  # what is carried on is not normalised


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"hidden": 0}, "hidden must be a whole number of at least 1. Got 0 instead."),
        ({"layers": 1.5}, "layers must be a whole number of at least 1. Got 1.5 instead."),
        ({"hidden": True}, "hidden must be a whole number of at least 1. Got True instead."),
        ({"layer_norm": "no"}, "layer_norm must be True or False. Got 'no' instead."),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_name(config, message):
    with pytest.raises(ParameterError, match=message):
        build_network("lstm", 3, 2, config)
