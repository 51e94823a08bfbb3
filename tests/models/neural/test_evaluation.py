"""Scores of responses, counted by hand, and of networks that can do nothing."""

import math

import numpy as np
import pytest
import torch

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.models.neural.evaluation import people_bits, recall_scores, score_network
from memlab.models.neural.network import build_network
from memlab.models.neural.people import group_of
from memlab.models.neural.tasks import Task


def silent(n_features=4):
    """A network whose outputs are all 0: every response is as likely."""
    network = build_network("gru", n_features + 4, n_features + 1, {"hidden": 2})
    for weight in network.parameters():
        torch.nn.init.zeros_(weight)
    return network


def test_scores_are_counted_a_list():
    responses = torch.tensor([[0, 2], [1, 2], [1, 5], [4, 9]])  # list 1: 1 2 2 lure; list 2: 3 3 lure, stop
    assert recall_scores(responses, 3, 9) == {
        "recalled": pytest.approx((2 / 3 + 1 / 3) / 2),
        "repeats": 1.0,
        "intrusions": 1.0,
        "in_order": pytest.approx(2 / 6),
    }


def test_a_network_that_knows_nothing_has_the_bits_of_chance():
    serial = score_network(silent(), Task("serial_recall", n_features=4, n_lures=6), 2, 500, 1, "x")
    assert serial["bits"] == pytest.approx(math.log2(8))
    assert serial["in_order"] == pytest.approx(1 / 8, abs=0.04)
    copying = score_network(silent(), Task("copy", items="binary", n_features=4), 3, 500, 1, "x")
    assert copying["bits"] == pytest.approx(1.0)
    assert copying["bits_right"] == pytest.approx(0.5, abs=0.03)


def test_scores_do_not_depend_on_how_many_lures_were_trained_with():
    few, many = (score_network(silent(), Task(n_features=4, n_lures=n), 3, 50, 1, "x") for n in (20, 200))
    assert few == many


def test_people_are_scored_an_event_and_conditions_weigh_as_their_events():
    def condition(name, position, length):
        study = StudyLists.simple(len(position), length)
        return group_of(RecallData(study, Recalls(np.array(position)), name))

    groups = [condition("a", [[1, 2, 0], [2, 1, 0]], 2), condition("b", [[0, 0, 0]], 3)]
    bits = people_bits(silent(), Task(objective="human", n_features=4), groups, 1)
    a, b = (math.log2(3) + math.log2(2)) / 2, math.log2(4)
    assert bits == pytest.approx({"a": a, "b": b, "all": (4 * a + b) / 5})
