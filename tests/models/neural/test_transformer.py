"""The causal Transformer against torch's own layers, and its memory of keys and values."""

import math

import pytest
import torch
from torch import nn

from memlab.core.errors import ParameterError
from memlab.models.neural.network import build_network
from memlab.models.neural.transformer import Block, CausalTransformer, TransformerConfig, sinusoids


def test_a_block_is_torchs_pre_norm_encoder_layer_under_a_causal_mask():
    block = Block(width=8, heads=2, feed_forward=12).double()
    oracle = nn.TransformerEncoderLayer(8, 2, 12, 0.0, "gelu", batch_first=True, norm_first=True).double()
    pairs = {
        "self_attn.in_proj_weight": block.to_attention.weight,
        "self_attn.in_proj_bias": torch.zeros(24),
        "self_attn.out_proj": block.from_attention,
        "norm1": block.norm_attention,
        "norm2": block.norm_feed_forward,
        "linear1": block.to_hidden,
        "linear2": block.from_hidden,
    }
    weights = {}
    for name, part in pairs.items():
        named = {f"{name}.{n}": p for n, p in part.named_parameters()} if isinstance(part, nn.Module) else {name: part}
        weights |= named
    oracle.load_state_dict(weights)
    x, none = torch.randn(3, 5, 8, dtype=torch.float64), torch.zeros(3, 2, 0, 4, dtype=torch.float64)
    expected = oracle(x, src_mask=nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64))
    torch.testing.assert_close(block(x, none, none)[0], expected, rtol=0, atol=1e-12)


def test_positions_are_sines_and_cosines_by_hand():
    code = sinusoids(first=3, n_steps=2, width=4)
    expected = [[math.sin(t), math.sin(t / 100), math.cos(t), math.cos(t / 100)] for t in (3, 4)]
    torch.testing.assert_close(code, torch.tensor(expected, dtype=torch.float64))


def test_positions_are_all_different_far_beyond_any_list():
    code = sinusoids(0, 2000, 16)
    distance = torch.cdist(code, code) + 10 * torch.eye(2000, dtype=torch.float64)
    assert distance.min() > 0.01


def test_memory_starts_empty_and_gets_a_row_of_keys_and_values_at_each_step():
    network = CausalTransformer(3, 2, TransformerConfig(width=8, layers=2, heads=2))
    state = network.initial_state(4)
    assert sorted(state) == ["memory_keys_1", "memory_keys_2", "memory_values_1", "memory_values_2"]
    assert all(value.shape == (4, 2, 0, 4) for value in state.values())
    for n_steps in (1, 5):
        _, state = network(torch.zeros(n_steps, 4, 3), state)
    assert all(value.shape == (4, 2, 6, 4) for value in state.values())


def test_the_order_of_inputs_matters_only_through_their_positions(monkeypatch):
    network = CausalTransformer(3, 2, TransformerConfig(width=8)).double()
    inputs = torch.randn(5, 1, 3, dtype=torch.float64)
    swapped = inputs[[1, 0, 2, 3, 4]]
    assert not torch.allclose(network(inputs)[0][-1], network(swapped)[0][-1])
    monkeypatch.setattr(
        "memlab.models.neural.transformer.sinusoids",
        lambda _, n_steps, width: torch.zeros(n_steps, width, dtype=torch.float64),
    )
    one_layer = CausalTransformer(3, 2, TransformerConfig(width=8, layers=1)).double()  # deeper ones see causal order
    torch.testing.assert_close(one_layer(inputs)[0][-1], one_layer(swapped)[0][-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"width": 10}, r"width must be even and a multiple of heads \(4\). Got 10 instead."),
        ({"width": 9, "heads": 3}, r"width must be even and a multiple of heads \(3\). Got 9 instead."),
        ({"heads": 0}, "heads must be a whole number of at least 1. Got 0 instead."),
        ({"feed_forward": 0}, "feed_forward must be a whole number of at least 1. Got 0 instead."),
    ],
)
def test_a_size_that_is_not_allowed_is_refused_by_name(config, message):
    with pytest.raises(ParameterError, match=message):
        build_network("transformer", 3, 2, config)
