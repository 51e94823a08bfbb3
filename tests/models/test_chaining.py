"""Chaining: kernels against a slow twin, closed forms, and the two signatures that people do not show."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from memlab.analysis import fill_in, serial_accuracy
from memlab.core.recall import Pool, RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.chaining import Chaining

NO_BLANKS = {"blank": 0.0}


def lists(n_lists, length, similarity=None):
    study = StudyLists.simple(n_lists, length, serial=SerialTest())
    return study if similarity is None else replace(study, pool=Pool(similarity=similarity))


def slow_twin(order, v, n, softmax=False, similarity=None):
    """ln P of one order without blanks, from the equations."""

    def link(i, j):  # i = 0 is the start
        if j == i:
            return 0.0
        return v["forward"] ** (j - i - 1) if j > i else v["backward"] * v["forward"] ** (i - j - 1)

    def evoked(i):
        own = np.array([link(i, j) for j in range(1, n + 1)])
        if similarity is None or i == 0:
            return own
        others = [m for m in range(1, n + 1) if m != i]
        return own + sum(
            v["confusion"] * similarity[i - 1, m - 1] * np.array([link(m, j) for j in range(1, n + 1)]) for m in others
        )

    log_p, left, said = 0.0, list(range(1, n + 1)), [0]
    for item in order:
        cue = sum(v.get("w", 0.0) ** age * evoked(one) for age, one in enumerate(reversed(said)))
        support = np.maximum(cue, 1e-6)
        weight = np.exp(2 * support / v["T"]) if softmax else support ** v["tau"]
        log_p += np.log(weight[item - 1] / sum(weight[j - 1] for j in left))
        left.remove(item)
        said.append(item)
    return log_p


RNG = np.random.default_rng(5)
HALF = RNG.random((4, 4))
ALIKE = (HALF + HALF.T) / 2


@pytest.mark.parametrize("cue", ["simple", "compound"])
@pytest.mark.parametrize("rule", ["power", "softmax"])
@pytest.mark.parametrize("similarity", [False, True])
def test_the_kernel_equals_its_slow_twin(cue, rule, similarity):
    model = Chaining(cue=cue, choice_rule=rule, similarity=similarity)
    values = {p.name: 0.6 * p.default + 0.2 for p in model.parameters} | NO_BLANKS
    orders = list(permutations(range(1, 5)))
    study = lists(len(orders), 4, ALIKE if similarity else None)
    expected = [slow_twin(o, values, 4, rule == "softmax", ALIKE if similarity else None) for o in orders]
    np.testing.assert_allclose(model.log_likelihood(study, Recalls(np.array(orders)), values), expected, rtol=1e-10)


def test_perfect_recall_is_a_product_of_links_that_succeed_one_after_another():
    n, values = 6, {"forward": 0.5, "tau": 1.7, "blank": 0.0}
    x = 0.5**1.7  # weight of one item further on, over the next
    success = [(1 - x) / (1 - x ** (n - k)) for k in range(n)]  # items behind are all recalled
    got = Chaining().log_likelihood(lists(1, n), Recalls(np.arange(1, n + 1)[None]), values)
    np.testing.assert_allclose(np.exp(got), np.prod(success), rtol=1e-12)


def test_fill_in_over_infill_is_backward_to_the_tau():
    values = {"forward": 0.5, "backward": 0.7, "tau": 3.0, "blank": 0.0}
    both = Recalls(np.array([[2, 1, 3], [2, 3, 1]]))  # after 2 in the place of 1, the last item is certain
    log_p = Chaining().log_likelihood(lists(2, 3), both, values)
    np.testing.assert_allclose(np.exp(log_p[0] - log_p[1]), 0.7**3.0, rtol=1e-12)


def test_a_compound_chain_without_weight_on_earlier_responses_is_the_simple_chain():
    recalls = Recalls(np.array(list(permutations(range(1, 5)))))
    study = lists(recalls.n_lists, 4)
    compound = Chaining(cue="compound").log_likelihood(study, recalls, {"w": 0.0})
    np.testing.assert_array_equal(compound, Chaining().log_likelihood(study, recalls))


def test_with_equal_links_every_order_is_guessed():
    values = {"tau": 0.0, "blank": 0.0}
    orders = Recalls(np.array(list(permutations(range(1, 5)))))
    np.testing.assert_allclose(Chaining().log_likelihood(lists(24, 4), orders, values), -np.log(24))


def test_errors_are_followed_by_infill_and_accuracy_falls_to_the_end():
    study = lists(6000, 6)
    data = RecallData(study, Chaining().simulate(study, {"tau": 3.0, "blank": 0.0}, np.random.default_rng(2)))
    errors = fill_in(data)
    row = errors[errors["definition"] == "first_error"] if "definition" in errors else errors
    assert row["prob"].iloc[0] < 0.5
    accuracy = serial_accuracy(data)["prob"].to_numpy()
    assert (np.diff(accuracy[:5]) < 0).all()


def test_a_dissimilar_item_suffers_where_it_follows_a_similar_one_and_its_rival_is_not_given_yet():
    alternating = np.eye(6)
    alternating[np.ix_([1, 3, 5], [1, 3, 5])] = 1.0  # items 2, 4 and 6 are alike
    model, values = Chaining(similarity=True), {"confusion": 1.0, "tau": 4.0, "blank": 0.0, "backward": 0.2}

    def accuracy(similarity):
        study = lists(8000, 6, similarity)
        recalled = model.simulate(study, values, np.random.default_rng(3)).position
        after = recalled[:, 1:] == np.arange(2, 7)
        right = recalled[:, :-1] == np.arange(1, 6)
        return (after & right).sum(axis=0) / right.sum(axis=0)  # given that the item before was right

    mixed, pure = accuracy(alternating), accuracy(np.eye(6))
    assert mixed[1] < pure[1] - 0.3  # item 3: item 2 also evokes item 5
    assert mixed[3] > pure[3] - 0.05  # item 5: its rival, item 3, is given already
