"""Bits a recall event and the floor."""

import numpy as np
import pytest

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.recall_bits import bits_per_event, uniform_log_likelihood


def test_the_floor_gives_every_item_left_and_stopping_the_same_probability():
    study = StudyLists.simple(4, 4, max_responses=4)
    rows = np.array([[2, 1, 0, 0], [0, 0, 0, 0], [4, -1, 3, 1], [1, 2, 3, 4]])
    found = uniform_log_likelihood(sequences_of(RecallData(study, Recalls(rows))))
    each = [5 * 4 * 3, 5, 5 * 4 * 3, 5 * 4 * 3 * 2]  # the third record is full: no factor for its end
    assert np.exp(-found) == pytest.approx(each)


def test_a_fair_coin_costs_one_bit_an_event():
    assert bits_per_event(np.full(10, 3 * np.log(0.5)), np.full(10, 3)) == pytest.approx(1)
    assert np.isnan(bits_per_event([], []))
