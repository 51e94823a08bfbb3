"""Meaning in the textbook's SAM: clustering by category, words from outside the list, and the likelihood."""

from itertools import permutations

import numpy as np
import pytest

from memlab.core.errors import DataError, NotSupported
from memlab.core.recall import INTRUSION, Pool, RecallData, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.sam_kahana2012 import TextbookSearchOfAssociativeMemory
from memlab.models.sam_semantics import among, leave_residual, searched_items

SAM, PLAIN = TextbookSearchOfAssociativeMemory(semantics=True), TextbookSearchOfAssociativeMemory()
STRONG = {"a_forward": 0.3, "m1_max": 4}


def categorised(n_lists, length=12, n_categories=3, n_pool=None, near=0.8, far=0.1, **more):
    """Lists whose items belong to categories in turn: 0, 1, 2, 0, 1, 2 …"""
    category = np.arange(n_pool or length) % n_categories
    similarity = np.where(category[:, None] == category, near, far)
    return StudyLists.simple(n_lists, length, pool=Pool(similarity=similarity), **more), category


def same_category(position, category):
    """The share of transitions within a category among those between items of the list."""
    here, there = position[:, :-1], position[:, 1:]
    both = (here > 0) & (there > 0)
    return (category[here[both] - 1] == category[there[both] - 1]).mean()


def simulated(model, study, values, seed=1):
    return model.simulate(study, values, np.random.default_rng(seed))


def test_recall_clusters_by_category_the_more_the_greater_the_weight():
    study, category = categorised(1500, delay_seconds=30.0)
    shares = [same_category(simulated(SAM, study, {**STRONG, "W_s": w}).position, category) for w in (0.0, 0.5, 2.0)]
    assert shares[0] < 0.3  # three of eleven others are of the same category
    assert shares[1] > shares[0] + 0.1
    assert shares[2] > shares[1] + 0.1


def test_without_weight_and_residual_meaning_changes_nothing():
    study, _ = categorised(300)
    nothing = {**STRONG, "W_s": 0.0, "d": 0.0}
    np.testing.assert_array_equal(simulated(SAM, study, nothing).position, simulated(PLAIN, study, STRONG).position)


def test_nothing_but_the_list_is_recalled_unless_other_words_have_a_strength_to_context():
    study, _ = categorised(300, n_pool=40)
    recalls = simulated(SAM, study, STRONG)
    assert (recalls.position >= 0).all()
    np.testing.assert_array_equal(recalls.item[recalls.position > 0], recalls.position[recalls.position > 0] - 1)


def test_words_from_outside_the_list_come_in_with_their_ids_and_mean_what_was_just_recalled():
    study, category = categorised(800, n_pool=36, far=0.01)
    values = {**STRONG, "extra_context": 0.05}
    recalls = simulated(SAM, study, values)
    RecallData(study, recalls)
    outside = recalls.position == INTRUSION
    assert outside.any()
    assert (recalls.item[outside] >= 12).all()
    for row in recalls.item:
        given = row[row >= 0]
        assert np.unique(given).size == given.size
    before = np.zeros_like(outside)
    before[:, 1:] = outside[:, 1:]
    here, there = recalls.item[:, :-1][before[:, 1:]], recalls.item[:, 1:][before[:, 1:]]
    assert (category[here] == category[there]).mean() > 0.5
    more = simulated(SAM, study, {**values, "extra_context": 0.2}).position == INTRUSION
    assert more.sum() > outside.sum()


@pytest.mark.parametrize("values", [{"W_s": 1.5}, {"W_s": 1.0, "d": 0.2, "a_forward": 0.4, "m1_max": 1}])
def test_estimates_of_all_sequences_sum_to_one_and_are_as_frequent_as_simulated(values):
    rows = [[*order, *[0] * (3 - k)] for k in range(4) for order in permutations(range(1, 4), k)]
    lists = {"length": 3, "n_categories": 2, "delay_seconds": 30.0}
    sequences = Sequences(categorised(len(rows), **lists)[0], np.array(rows), np.ones(len(rows), dtype=bool))
    values = {"r": 2, "a_forward": 0.4, **values}
    log_p, variance = SAM.estimate_log_likelihood(sequences, values, np.random.default_rng(0), 2000)
    p, n = np.exp(log_p), 20_000
    error = p * np.sqrt(np.where(p > 0, variance, 0))
    assert abs(p.sum() - 1) <= 4 * np.sqrt((error**2).sum()) + 1e-9
    drawn = simulated(SAM, categorised(n, **lists)[0], values).position
    seen = (drawn[:, None] == sequences.position).all(axis=2).mean(axis=0)
    assert (np.abs(p - seen) <= 4.5 * np.sqrt(error**2 + seen * (1 - seen) / n) + 4 / n).all()


def test_a_likelihood_with_words_from_outside_the_list_is_refused():
    study, _ = categorised(1)
    lists = Sequences(study, np.zeros((1, 12), dtype=int), np.array([True]))
    with pytest.raises(NotSupported, match="extra_context above 0"):
        SAM.estimate_log_likelihood(lists, {"extra_context": 0.1}, np.random.default_rng(0), 8)


def test_lists_without_similarity_are_refused_and_the_parameters_come_with_the_option():
    with pytest.raises(DataError, match="needs the similarity of the items"):
        simulated(SAM, StudyLists.simple(1, 4), None)
    added = [p.name for p in SAM.parameters if p not in PLAIN.parameters]
    assert added == ["W_s", "d", "extra_context"]


def test_meaning_is_looked_up_by_item_and_never_below_zero():
    similarity = np.array([[1.0, 0.2, -0.3], [0.4, 1.0, 0.6], [-0.1, 0.5, 1.0]])
    np.testing.assert_array_equal(among(similarity, np.array([2, 0])), [[0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(among(similarity, np.array([1, 0])), [[0.0, 0.4], [0.2, 0.0]])
    np.testing.assert_array_equal(searched_items(np.array([2, 0]), 4, False), [2, 0])
    words = np.array([[0.0, 0.0], [0.3, 0.0]])
    leave_residual(words, 0.02)
    np.testing.assert_array_equal(words, [[0.0, 0.02], [0.3, 0.0]])
