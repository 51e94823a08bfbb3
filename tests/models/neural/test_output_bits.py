"""Probabilities of whole patterns of bits at an output."""

from itertools import product

import numpy as np
import pytest
import torch

from memlab.core.errors import NotSupported
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.network import build_network
from memlab.models.neural.output_bits import item_probabilities, pattern_probabilities
from memlab.models.neural.tasks import Task
from memlab.models.neural.weights import save_weights


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")

    def save(name, task):
        network = build_network("dnc", input_size(4), output_size(4), {"hidden": 6, "slots": 3, "word": 4}, 1)
        save_weights(network, {"seed": 1, "task": task.record()}, folder / f"{name}.seed1")
        return folder / f"{name}.seed1"

    return save


def test_all_patterns_together_have_probability_one():
    patterns = torch.tensor(list(product((0.0, 1.0), repeat=4)))[None]
    p = pattern_probabilities(torch.tensor([[0.3, -2.0, 1.5, 0.0]]), patterns)
    assert float(p.sum()) == pytest.approx(1, abs=1e-6)


def test_a_pattern_has_the_product_of_the_probabilities_of_its_bits():
    logits = torch.log(torch.tensor([[3.0, 1 / 4]]))  # bits on with .75 and .2
    p = pattern_probabilities(logits, torch.tensor([[[1.0, 1.0], [0.0, 0.0]]]))
    np.testing.assert_allclose(p[0], [0.15, 0.2], rtol=1e-6)


def test_items_of_a_list_share_at_most_one_at_each_output_and_the_seed_decides(saved):
    task = Task(objective="blog", items="binary", n_features=4, lengths=(1, 5), n_lures=4)
    stem = saved("bits", task)
    first, again = (item_probabilities(stem, 5, 6, 2, np.random.default_rng(3)) for _ in range(2))
    assert first.shape == (5, 2, 6)
    assert (first.sum(axis=2) <= 1 + 1e-6).all()
    np.testing.assert_array_equal(first, again)


def test_other_items_than_bits_are_refused(saved):
    with pytest.raises(NotSupported, match="gaussian"):
        item_probabilities(saved("directions", Task(n_features=4)), 2, 3, 1, np.random.default_rng(1))
