"""Networks of serial recall: untrained ones, saved in a temporary folder, do what they promise at every place."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch

from memlab.core.errors import NotSupported
from memlab.core.lesions import delay_test
from memlab.core.recall import INTRUSION, OMISSION, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.neural.decoding import BLANK, Candidates, given_at_places
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.network import Network, build_network
from memlab.models.neural.tasks import Task
from memlab.models.neural.trained import SerialDNC
from memlab.models.neural.weights import save_weights

SMALL = {"hidden": 10, "slots": 4, "word": 5}


def save(folder, name, task, seeds=(1, 2)):
    for seed in seeds:
        built = build_network("dnc", input_size(task.n_features), output_size(task.n_features), SMALL, seed)
        save_weights(built, {"seed": seed, "task": task.record()}, folder / f"{name}.seed{seed}")
    return str(folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def dnc(folder):
    return SerialDNC(weights=save(folder, "small", Task("serial_recall", n_features=6, lengths=(1, 5))))


def lists(n_lists, length=4, **test):
    return StudyLists.simple(n_lists, length, serial=SerialTest(**test))


def drawn(model, study, seed=0, **values):
    return model.simulate(study, values, np.random.default_rng(seed)).position


def all_responses(length):
    rows = product([OMISSION, *range(1, length + 1)], repeat=length)
    return np.array([row for row in rows if len({*row} - {OMISSION}) == length - row.count(OMISSION)])


class Echo(Network):
    """Its query at a recall step is what it gave before, or the last item that it studied."""

    def __init__(self, n_features):
        super().__init__(input_size(n_features), output_size(n_features), None)
        self.n_features = n_features

    def initial_state(self, n_lists):
        return {"seen": torch.zeros(n_lists, self.n_features)}

    def forward(self, inputs, state=None, generator=None):
        outputs = torch.zeros(*inputs.shape[:2], self.n_features + 1)
        outputs[..., :-1] = inputs[..., : self.n_features]
        return outputs, self.initial_state(inputs.shape[1]) if state is None else state


def test_there_is_a_response_at_every_place_and_none_after(dnc):
    position = drawn(dnc, lists(50), temperature=5.0)
    assert position.shape == (50, 4)
    assert (position == INTRUSION).any()
    assert any(len(set(row[row > 0])) < (row > 0).sum() for row in position)
    assert not (position == OMISSION).any()
    assert (drawn(dnc, lists(200), temperature=5.0, lures=0) > 0).all()


def test_intrusions_and_repetitions_are_blanks_in_the_process_of_the_likelihood(dnc):
    position = drawn(dnc.with_options(decoder="masked"), lists(100), temperature=5.0)
    assert (position == OMISSION).any()
    assert (position != INTRUSION).all()
    assert all(len(set(row[row > 0])) == (row > 0).sum() for row in position)


@pytest.mark.parametrize("decoder", ["free", "masked"])
def test_places_are_left_blank_with_their_probability_and_never_where_that_is_not_allowed(dnc, decoder):
    model, n = dnc.with_options(decoder=decoder), 3000
    first = drawn(model, lists(n), blank=0.3, lures=0)[:, 0]  # nothing else can be a blank at the first place
    assert abs((first == OMISSION).mean() - 0.3) < 4 * np.sqrt(0.3 * 0.7 / n)
    forced = drawn(dnc, lists(200, omissions_allowed=False), blank=0.3)
    assert (forced != OMISSION).all()


@pytest.mark.parametrize("values", [{}, {"blank": 0.25, "temperature": 3.0}, {"lures": 0, "blank": 0.1}])
def test_the_probabilities_of_all_that_can_be_given_sum_to_one_for_each_network(dnc, values):
    rows = all_responses(3)
    for seed in dnc.seeds:
        log_p = dnc.with_options(network_seed=seed).log_likelihood(lists(len(rows), 3), Recalls(rows), values)
        assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("values", [{"temperature": 4.0}, {"blank": 0.2, "temperature": 4.0}])
def test_masked_recalls_are_as_frequent_as_their_likelihood(dnc, values):
    rows, n = all_responses(2), 20_000
    expected = np.exp(dnc.log_likelihood(lists(len(rows), 2), Recalls(rows), values))
    position = drawn(dnc.with_options(decoder="masked"), lists(n, 2), 3, **values)
    observed = (position[:, None, :] == rows[None]).all(axis=2).mean(axis=0)
    assert (np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / n)).all()


def test_probabilities_at_places_by_hand():
    """Two unit vectors and a lure at a right angle to both; the network asks for what it gave before."""
    vectors = torch.eye(3)[None]
    candidates = Candidates(vectors, 2, np.zeros((1, 3), dtype=bool), stops=False)
    network, e = Echo(3), np.e

    def p(*responses, blank=0.1, temperature=1.0):
        state, given = network.initial_state(1), np.array([responses])
        return np.exp(given_at_places(network, state, candidates, given, blank=blank, temperature=temperature))[0]

    assert p(0, 1) == pytest.approx(0.9 / 3 * 0.9 / (e + 2))  # zeros first: all alike; then item 1 is asked for
    assert p(0, BLANK) == pytest.approx(0.9 / 3 * (0.1 + 0.9 * (e + 1) / (e + 2)))  # a repetition or the lure
    assert p(BLANK, 0) == pytest.approx((0.1 + 0.9 / 3) * 0.9 / 3)  # after a blank it sees zeros
    assert p(0, 1, blank=0.0, temperature=0.5) == pytest.approx(1 / 3 * 1 / (e**2 + 2))


def test_a_blank_that_cannot_happen_has_probability_zero(dnc):
    never = Recalls(np.array([[OMISSION, 1, 2, 3]]))
    assert dnc.log_likelihood(lists(1), never, {"lures": 0})[0] == -np.inf


def test_a_network_that_learned_to_stop_gives_every_place_all_the_same(folder):
    stops = SerialDNC(weights=save(folder, "stops", Task(objective="forward", n_features=6, lengths=(1, 5))))
    assert (drawn(stops, lists(40), temperature=5.0) != 0).all()
    rows = all_responses(2)
    assert np.exp(stops.log_likelihood(lists(len(rows), 2), Recalls(rows))).sum() == pytest.approx(1, abs=1e-5)


def test_only_forward_recall_is_taken(dnc):
    for study in (lists(3, direction="backward"), StudyLists.simple(3, 4)):
        with pytest.raises(NotSupported, match="dnc.serial recalls"):
            drawn(dnc, study)
        with pytest.raises(NotSupported, match="dnc.serial recalls"):
            dnc.log_likelihood(study, Recalls(np.tile([1, 2, 3, 4], (3, 1))))


def test_an_item_can_be_on_the_list_twice_but_has_then_no_likelihood(dnc):
    twice = replace(lists(30), items=np.tile([0, 1, 0, 2], (30, 1)))
    assert drawn(dnc, twice).shape == (30, 4)
    with pytest.raises(NotSupported, match="hold each item once"):
        dnc.log_likelihood(twice, Recalls(np.tile([1, 2, 3, 4], (30, 1))))


def test_lists_that_are_longer_than_any_in_training_are_recalled(dnc):
    assert dnc.trained_lengths == (1, 5)
    assert drawn(dnc, lists(10, 9)).shape == (10, 9)


def test_neither_the_rate_nor_a_known_length_makes_a_difference_and_distraction_does(dnc):
    study = lists(200)
    slow = replace(study, onset=study.onset * 4)
    unknown = lists(200, length_known=False)
    first = drawn(dnc, study)
    np.testing.assert_array_equal(first, drawn(dnc, slow))
    np.testing.assert_array_equal(first, drawn(dnc, unknown))
    assert not np.array_equal(first, drawn(dnc, delay_test(study, 8.0)))


def test_noise_in_memory_has_no_likelihood(dnc):
    with pytest.raises(NotSupported, match="noise in its memory"):
        dnc.lesioned("noise:0.5").log_likelihood(lists(1), Recalls(np.array([[1, 2, 3, 4]])))
