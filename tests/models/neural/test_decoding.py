"""Responses are drawn as the scores say; a twin in plain Python does it list by list."""

from itertools import permutations

import numpy as np
import pytest
import torch

from memlab.models.neural.decoding import Candidates, given_responses, sampled_responses
from memlab.models.neural.episodes import (
    input_size,
    output_size,
    recall_input,
    response_scores,
    scheduled_inputs,
    study_inputs,
)
from memlab.models.neural.network import build_network, select

D, LENGTH, LURES = 6, 3, 2


@pytest.fixture(scope="module")
def network():
    return build_network("lstm", input_size(D), output_size(D), {"hidden": 12}, seed=2)


def candidates(n_lists, stops=True, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((1, LENGTH + LURES, D)).astype(np.float32)
    tiled = torch.from_numpy(np.tile(vectors, (n_lists, 1, 1)))
    return Candidates(tiled, LENGTH, np.zeros((n_lists, LENGTH + LURES), dtype=bool), stops)


def after_study(network, these):
    with torch.no_grad():
        return network(study_inputs(these.vectors[:, :LENGTH]))[1]


def twin(network, these, log_p_of, temperature, barred_of):
    """Walk through one list's responses, given by `log_p_of(k, log_p) -> choice`."""
    state, previous, given = after_study(network, these), torch.zeros(1, D), []
    while True:
        outputs, state = network(recall_input(previous)[None], state)
        scores = response_scores(outputs[0], these.vectors)[0].double() / temperature
        for index in barred_of(given):
            scores[index] = -torch.inf
        choice = log_p_of(len(given), torch.log_softmax(scores, 0))
        if choice is None or choice == LENGTH + LURES:
            return given
        given.append(choice)
        previous = these.vectors[:, choice]


def test_an_input_is_an_item_with_its_flag():
    items = torch.arange(12.0).view(2, 3, 2)
    steps = scheduled_inputs(items, torch.full((3, 2, 2), 7.0), [0, 2, 0, 1])
    flags = steps[:, 0, 2:].tolist()
    study, delay = [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]
    assert flags == [study, delay, delay, study, study, delay]
    assert steps[3, 1, :2].tolist() == [8.0, 9.0]
    assert recall_input(torch.zeros(1, 2)).tolist() == [[0.0, 0.0, 0.0, 0.0, 1.0, 0.0]]


def test_a_score_is_the_product_of_query_and_vector_and_the_last_is_that_of_stopping():
    scores = response_scores(torch.tensor([[1.0, 2.0, 9.0]]), torch.tensor([[[3.0, 4.0], [0.0, 1.0]]]))
    assert scores.tolist() == [[11.0, 2.0, 9.0]]


def all_sequences():
    rows = [[*order, *[-1] * (LENGTH - k)] for k in range(LENGTH + 1) for order in permutations(range(LENGTH), k)]
    return np.array(rows)


@pytest.mark.parametrize("temperature", [1.0, 0.3])
def test_the_probability_of_given_responses_is_the_twins(network, temperature):
    sequences = all_sequences()
    these = candidates(len(sequences))
    with torch.no_grad():
        found = given_responses(
            network, after_study(network, these), these, sequences, np.ones(len(sequences), bool), temperature
        )
        for row, expected in zip(sequences, found, strict=True):
            total = []

            def follow(k, log_p, row=row, total=total):
                choice = row[k] if k < LENGTH else -1
                if k < LENGTH:
                    total.append(float(log_p[choice] if choice >= 0 else log_p[-1]))
                return None if choice < 0 else choice

            one = candidates(1)
            twin(network, one, follow, temperature, lambda given: [*given, *range(LENGTH, LENGTH + LURES)])
            assert sum(total) == pytest.approx(expected, abs=1e-5)
    assert np.exp(found).sum() == pytest.approx(1, abs=1e-6)


def test_where_the_end_was_not_seen_there_is_no_factor_for_stopping(network):
    these, row = candidates(2), np.array([[1, -1, -1]] * 2)
    with torch.no_grad():
        ended, open_end = given_responses(
            network, after_study(network, these), these, row, np.array([True, False]), 1.0
        )
        first = np.array([[[i, -1, -1]] for i in range(LENGTH)]).reshape(-1, LENGTH)
        three = candidates(3)
        each = given_responses(network, after_study(network, three), three, first, np.zeros(3, bool), 1.0)
    assert ended < open_end == pytest.approx(each[1])
    assert np.exp(each).sum() < 1  # the rest is to stop at once


@pytest.mark.parametrize("masked", [True, False])
def test_first_responses_are_as_frequent_as_their_probabilities(network, masked):
    n = 20_000
    these = candidates(n)
    with torch.no_grad():
        state = after_study(network, these)
        drawn = sampled_responses(network, state, these, temperature=1.0, masked=masked, rng=np.random.default_rng(1))
        barred = range(LENGTH, LENGTH + LURES) if masked else []
        first = []
        twin(network, candidates(1), lambda k, log_p: first.append(log_p), 1.0, lambda given: barred)
    p = first[0].exp().numpy()
    observed = np.bincount(np.where(drawn[:, 0] < 0, LENGTH + LURES, drawn[:, 0]), minlength=LENGTH + LURES + 1) / n
    assert (np.abs(observed - p) <= 4 * np.sqrt(p * (1 - p) / n) + 1e-9).all()


def test_masked_responses_are_items_each_once(network):
    these = candidates(500)
    with torch.no_grad():
        drawn = sampled_responses(
            network, after_study(network, these), these, temperature=2.0, masked=True, rng=np.random.default_rng(1)
        )
    assert drawn.max() < LENGTH
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in drawn)


def test_free_responses_have_repeats_and_intrusions_and_end_at_twice_the_list(network):
    these = candidates(500)
    with torch.no_grad():
        drawn = sampled_responses(
            network, after_study(network, these), these, temperature=20.0, masked=False, rng=np.random.default_rng(1)
        )
    assert drawn.shape[1] == 2 * LENGTH
    assert (drawn >= LENGTH).any()
    assert any(len(set(row[row >= 0])) < (row >= 0).sum() for row in drawn)


def test_a_network_that_cannot_stop_gives_as_many_responses_as_items(network):
    these = candidates(50, stops=False)
    with torch.no_grad():
        drawn = sampled_responses(
            network, after_study(network, these), these, temperature=1.0, masked=False, rng=np.random.default_rng(1)
        )
    assert drawn.shape == (50, LENGTH)
    assert (drawn >= 0).all()


def test_lists_do_not_change_each_other(network):
    these = candidates(3)
    with torch.no_grad():
        state = after_study(network, these)
        row = np.array([[2, 0, -1]] * 3)
        together = given_responses(network, state, these, row, np.ones(3, bool), 1.0)
        alone = given_responses(
            network, select(state, torch.tensor([1])), these.select(np.array([1])), row[:1], np.ones(1, bool), 1.0
        )
    assert alone[0] == pytest.approx(together[1], abs=1e-6)
