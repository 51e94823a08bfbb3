"""The key-value memory: its equations, written out slowly in NumPy, and what follows from them."""

import numpy as np
import pytest
import torch

from memlab.core.errors import ParameterError
from memlab.models.neural.key_value import KeyValueConfig, KeyValueMemory, read
from memlab.models.neural.network import build_network


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def slow_network(network, inputs):
    """Run one list through the equations of the module's docstring, row by row."""
    w = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    n_hidden, n_word = network.config.hidden, network.config.word
    h, s, r = np.zeros(n_hidden), np.zeros(n_hidden), np.zeros(n_word)
    rows, outputs = [], []
    for x in inputs:
        chi = np.concatenate([x, r])
        bias = w["controller.bias_ih"] + w["controller.bias_hh"]
        gates = w["controller.weight_ih"] @ chi + w["controller.weight_hh"] @ h + bias
        i, f, g, o = gates.reshape(4, n_hidden)
        s = sigmoid(f) * s + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(s)
        n = h
        if network.config.layer_norm:
            n = (h - h.mean()) / np.sqrt(h.var() + 1e-5) * w["norm.weight"] + w["norm.bias"]
        xi = w["to_interface.weight"] @ n + w["to_interface.bias"]
        k, v, q, gamma = xi[:n_word], xi[n_word : 2 * n_word], xi[2 * n_word : 3 * n_word], xi[-1]
        rows.append((k, v, sigmoid(gamma)))
        strength = [gate * np.exp(q @ key / np.sqrt(n_word)) for key, _, gate in rows]
        r = np.zeros(n_word)
        for a, (_, value, _) in zip(strength, rows, strict=True):
            r = r + a / (1 + sum(strength)) * value
        outputs.append(w["to_output.weight"] @ n + w["to_output.bias"] + w["from_read.weight"] @ r)
    return np.array(outputs), h, s, r, rows


@pytest.mark.parametrize("layer_norm", [False, True])
def test_the_network_is_its_equations(layer_norm):
    network = KeyValueMemory(3, 2, KeyValueConfig(hidden=5, word=4, layer_norm=layer_norm)).double()
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(3.0)  # away from the linear range
    inputs = torch.randn(8, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    outputs, state = network(inputs)
    for i in range(2):
        expected, h, s, r, rows = slow_network(network, inputs[:, i].numpy())
        np.testing.assert_allclose(outputs[:, i].detach(), expected, atol=1e-12)
        np.testing.assert_allclose(state["controller_h"][i].detach(), h, atol=1e-12)
        np.testing.assert_allclose(state["controller_s"][i].detach(), s, atol=1e-12)
        np.testing.assert_allclose(state["memory_read"][i].detach(), r, atol=1e-12)
        for j, name in enumerate(("memory_keys", "memory_values")):
            np.testing.assert_allclose(state[name][i].detach(), [row[j] for row in rows], atol=1e-12)
        gates = state["memory_log_gates"][i].detach().exp()
        np.testing.assert_allclose(gates, [gate for *_, gate in rows], atol=1e-12)


def test_a_row_whose_gate_is_shut_is_as_if_it_had_not_been_written():
    query, keys, values = (torch.randn(shape, dtype=torch.float64) for shape in ((2, 4), (2, 3, 4), (2, 3, 4)))
    gates = torch.tensor([[0.0, -torch.inf, -1.0]] * 2, dtype=torch.float64)
    without = read(query, keys[:, [0, 2]], values[:, [0, 2]], gates[:, [0, 2]])
    torch.testing.assert_close(read(query, keys, values, gates), without)


def test_an_empty_memory_and_one_with_every_gate_shut_are_read_as_zero():
    query = torch.randn(2, 4)
    assert not read(query, torch.zeros(2, 0, 4), torch.zeros(2, 0, 4), torch.zeros(2, 0)).any()
    shut = torch.full((2, 3), -torch.inf)
    assert not read(query, torch.randn(2, 3, 4), torch.randn(2, 3, 4), shut).any()


def test_content_addressing_becomes_one_hot_as_its_strength_grows():
    keys, values = torch.eye(4, dtype=torch.float64)[None], torch.randn(1, 4, 4, dtype=torch.float64)
    query = 100 * keys[:, 2]
    torch.testing.assert_close(read(query, keys, values, torch.zeros(1, 4, dtype=torch.float64)), values[:, 2])


def test_one_exact_match_among_orthogonal_keys_has_the_closed_form():
    n, strength = 4, 3.0
    values = torch.eye(n, dtype=torch.float64)[None]
    weights = read(strength * np.sqrt(n) * values[:, 0], values, values, torch.zeros(1, n, dtype=torch.float64))
    assert weights[0, 0].item() == pytest.approx(np.exp(strength) / (np.exp(strength) + n - 1 + 1))


def test_controller_states_start_at_zero_and_memory_without_rows():
    state = build_network("key_value", 3, 2, {"hidden": 5, "word": 4}).initial_state(6)
    assert {name: tuple(value.shape) for name, value in state.items()} == {
        "controller_h": (6, 5),
        "controller_s": (6, 5),
        "memory_keys": (6, 0, 4),
        "memory_values": (6, 0, 4),
        "memory_log_gates": (6, 0),
        "memory_read": (6, 4),
    }
    assert not any(value.any() for value in state.values())


def test_a_memory_of_zeros_is_read_as_zero():
    network = KeyValueMemory(3, 2, KeyValueConfig(hidden=5, word=4)).double()
    _, state = network(torch.randn(6, 2, 3, dtype=torch.float64))
    gone = {k: v if k.startswith("controller") else torch.zeros_like(v) for k, v in state.items()}
    query = torch.randn(2, 4, dtype=torch.float64)
    assert not read(query, gone["memory_keys"], gone["memory_values"], gone["memory_log_gates"]).any()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"hidden": 0}, "hidden must be a whole number of at least 1. Got 0 instead."),
        ({"word": "8"}, "word must be a whole number of at least 1. Got '8' instead."),
        ({"layer_norm": 1}, "layer_norm must be True or False. Got 1 instead."),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_name(config, message):
    with pytest.raises(ParameterError, match=message):
        build_network("key_value", 3, 2, config)
