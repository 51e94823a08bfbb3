"""A sharp start: a constant on the read strengths of fresh weights, and nothing else of size."""

import pytest
import torch
import torch.nn.functional as F

from memlab.core.errors import ParameterError
from memlab.models.neural.network import build_network


def interfaces(**config):
    """Return xi of random features that a layer norm gave, with and without a sharp start."""
    torch.manual_seed(0)
    before = torch.randn(200, 32)
    networks = [
        build_network("dnc", 9, 6, {"hidden": 32, "word": 5, "heads": 2, "layer_norm": True, **more})
        for more in ({}, config)
    ]
    return [network.to_interface(network.norm(before)) for network in networks]


def test_the_constant_is_added_to_each_read_strength_exactly():
    usual, sharp = interfaces(start_strength=4.0)
    shift = (sharp - usual)[:, 10:12]  # they follow 2 keys of 5
    assert torch.allclose(shift.std(0), torch.zeros(2), atol=1e-5)
    assert shift.mean().item() == pytest.approx(4.0, abs=0.25)  # the bias also meets the usual weights
    assert (1 + F.softplus(sharp[:, 10:12])).min() > 2


def test_the_other_parts_hardly_change():
    usual, sharp = interfaces(start_strength=4.0)
    others = [i for i in range(usual.shape[1]) if i not in (10, 11)]
    assert (sharp - usual)[:, others].abs().max() < 0.25
    assert usual[:, others].std() > 0.4


def test_without_a_layer_norm_there_is_no_sharp_start():
    with pytest.raises(ParameterError, match="start_strength needs layer_norm"):
        build_network("dnc", 9, 6, {"start_strength": 4.0})
