"""Controllers: the paper's deep LSTM against its equations, and the feed-forward one without state."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd import gradcheck

from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.dnc.controller import DeepLSTM, FeedForward, make_controller


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sequence(controller, inputs, n_lists):
    state, features = controller.initial_state(n_lists), []
    for chi in inputs:
        out, state = controller(chi, state)
        features.append(out)
    return torch.stack(features), state


def test_one_layer_is_torchs_lstm():
    ours, theirs = DeepLSTM(5, 4, 1).double(), nn.LSTM(5, 4).double()
    i, f, o, g = ours.weights[0].detach().chunk(4)
    b_i, b_f, b_o, b_g = ours.biases[0].detach().chunk(4)
    weight = torch.cat([i, f, g, o])  # torch's order of gates
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(weight[:, :5])
        theirs.weight_hh_l0.copy_(weight[:, 5:])
        theirs.bias_ih_l0.copy_(torch.cat([b_i, b_f, b_g, b_o]))
        theirs.bias_hh_l0.zero_()
    inputs = torch.randn(6, 3, 5, dtype=torch.float64)
    assert torch.allclose(sequence(ours, inputs, 3)[0], theirs(inputs)[0])


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_deep_lstm_is_the_papers_equations(layers):
    controller = DeepLSTM(3, 2, layers).double()
    inputs = torch.randn(5, 1, 3, dtype=torch.float64)
    h, s, expected = np.zeros((layers, 2)), np.zeros((layers, 2)), []
    for chi in inputs[:, 0].numpy():
        below = np.zeros(0)
        for layer in range(layers):
            weight, bias = (p[layer].detach().numpy() for p in (controller.weights, controller.biases))
            i, f, o, g = np.split(weight @ np.concatenate([chi, h[layer], below]) + bias, 4)
            s[layer] = sigmoid(f) * s[layer] + sigmoid(i) * np.tanh(g)
            below = h[layer] = sigmoid(o) * np.tanh(s[layer])
        expected.append(h.flatten())
    features, state = sequence(controller, inputs, 1)
    np.testing.assert_allclose(features[:, 0].detach(), expected, atol=1e-12)
    np.testing.assert_allclose(state["controller_h"][0].detach(), h, atol=1e-12)
    np.testing.assert_allclose(state["controller_s"][0].detach(), s, atol=1e-12)


def test_every_layer_sees_the_input_of_its_own_step_and_every_layer_feeds_the_output():
    controller = DeepLSTM(3, 2, 3).double()
    with torch.no_grad():
        for layer in (1, 2):
            controller.weights[layer][:, -2:] = 0  # cut off the layer below
    chi = torch.randn(1, 3, dtype=torch.float64, requires_grad=True)
    features, _ = controller(chi, controller.initial_state(1))
    assert features.shape == (1, 6)
    for layer in range(3):
        (slope,) = torch.autograd.grad(features[0, 2 * layer], chi, retain_graph=True)
        assert slope.abs().min() > 0


def test_an_upper_layer_hears_the_lower_one_in_the_same_step():
    """Running all times of a layer before the next layer, or using h of the step before, would break this."""
    controller = DeepLSTM(3, 2, 2).double()
    chi, before = torch.randn(1, 3, dtype=torch.float64), controller.initial_state(1)
    features, _ = controller(chi, before)
    with torch.no_grad():
        controller.biases[0].add_(1.0)
    moved, _ = controller(chi, before)
    assert (moved[:, 2:] - features[:, 2:]).abs().min() > 1e-6


def test_a_step_leaves_the_state_that_it_was_given_as_it_was():
    controller = DeepLSTM(3, 2, 2)
    before = controller.initial_state(1)
    controller(torch.ones(1, 3), before)
    assert not any(value.any() for value in before.values())


def test_the_first_state_is_zeros_with_lists_first():
    state = DeepLSTM(3, 4, 2).initial_state(5)
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        "controller_h": (5, 2, 4),
        "controller_s": (5, 2, 4),
    }
    assert not any(value.any() for value in state.values())


@pytest.mark.parametrize("layers", [1, 2])
def test_the_feed_forward_controller_keeps_nothing_from_step_to_step(layers):
    controller = FeedForward(3, 4, layers)
    chi = torch.randn(2, 3)
    first, state = controller(chi, controller.initial_state(2))
    controller(torch.randn(2, 3), state)
    assert state == {}
    assert torch.equal(controller(chi, {})[0], first)
    expected = chi
    for linear in list(controller.stack)[::2]:
        expected = torch.relu(expected @ linear.weight.T + linear.bias)
    assert torch.allclose(first, expected)


def test_a_configuration_chooses_the_controller():
    assert isinstance(make_controller(3, DNCConfig(controller="feedforward")), FeedForward)
    deep = make_controller(3, DNCConfig(hidden=4, layers=3))
    assert isinstance(deep, DeepLSTM)
    assert deep.n_features == 12


def test_gradients_of_a_deep_step_are_the_finite_differences():
    controller = DeepLSTM(2, 2, 2).double()
    chi = torch.randn(1, 2, dtype=torch.float64, requires_grad=True)
    h, s = (torch.randn(1, 2, 2, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert gradcheck(lambda chi, h, s: controller(chi, {"controller_h": h, "controller_s": s})[0], [chi, h, s])
