"""A recipe gives what its cards say: networks are trained again and scored on fresh lists.

On another machine sums are taken in another order and training goes another way, so a score is held against those of
the shipped seeds: it must lie within their range, widened by three of their standard deviations and at least .02.
The recipes that take longer are trained with MEMLAB_RETRAIN=all; the ones here take half a minute to a minute each.
"""

import os

import numpy as np
import pytest

from memlab.models.neural.card import read_card, shipped_weights, weights_folder
from memlab.runs.train import recipes, train_config, train_configured

QUICK = ("dnc.set5", "dnc.copy", "lstm.serial")
NEEDS_PEOPLE = ("dnc.human",)
SLACK, SDS = 0.02, 3


def cards(name):
    return [read_card(weights_folder() / f"{name}.seed{seed}.json") for seed in shipped_weights()[name]]


def chosen():
    everything = [name for name in shipped_weights() if name not in NEEDS_PEOPLE]
    return everything if os.environ.get("MEMLAB_RETRAIN") == "all" else [n for n in QUICK if n in everything]


def test_every_shipped_network_has_its_recipe_and_says_so_in_its_command():
    for name in shipped_weights():
        assert name in recipes()
        for card in cards(name):
            assert card["command"].startswith(f"memlab train --recipe {name} ")
            assert f"--seed {card['seed']}" in card["command"] or card["seed"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", chosen())
def test_a_network_trained_again_scores_as_the_shipped_ones_do(name):
    config = train_config({"seed": 1}, recipe=name)
    scores = train_configured(config).card["scores"]
    shipped = np.array([card["scores"]["recalled"] for card in cards(name)])
    slack = max(SLACK, SDS * shipped.std(ddof=1)) if len(shipped) > 1 else SLACK
    assert shipped.min() - slack <= scores["recalled"] <= shipped.max() + slack
