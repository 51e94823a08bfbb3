"""Every model with an estimated likelihood: the estimates are the probabilities of what it simulates."""

from itertools import permutations

import numpy as np
import pytest

from memlab.core.recall import Recalls, StudyLists
from memlab.core.sequences import EstimatedLikelihoodModel, Sequences
from memlab.models import get_model, model_names

ESTIMATED = [name for name in model_names("free_recall") if isinstance(get_model(name), EstimatedLikelihoodModel)]

SETTINGS = [
    ("sam.rs1981", {"r": 2, "a": 0.3, "K_max": 5}, {}, {}),
    ("sam.rs1981", {"r": 2, "a": 0.3, "K_max": 6, "L_max": 1}, {"failed_cue_memory": False}, {"delay_seconds": 2.0}),
    ("sam.rs1981", {"r": 3, "a": 0.3, "K_max": 6, "clear_seconds": 5.0}, {"credit": "shared"},
     {"distractor_seconds": 1.0, "delay_seconds": 2.0}),
    ("sam.rs1981", {"r": 2, "a": 0.3, "b": 0.5, "K_max": 8, "L_max": 0, "d": 0.0}, {}, {"delay_seconds": 2.0}),
    ("sam.kahana2012", {"r": 2, "a_forward": 0.5, "m1_max": 3, "q": 0.5}, {}, {}),
    ("sam.kahana2012", {"r": 2, "a_forward": 0.3, "q": 0.0, "m2_max": 2, "W_e": 2.0}, {"after_failure": "same_cue"},
     {"seconds_per_item": 2.0}),
    ("sam.kahana2012", {"r": 3, "a_forward": 0.5, "clear_seconds": 5.0}, {"step": "second"},
     {"distractor_seconds": 1.0, "delay_seconds": 2.0}),
    ("tcm.a", {}, {}, {"recall_seconds": 3.0}),
    ("tcm.a", {"eta": 0.6, "lambda_race": 0.3}, {"repeats": "held"}, {"recall_seconds": 2.0}),
    ("cmr.polyn2009", {"eta": 0.4}, {}, {"recall_seconds": 2.0}),
    ("minerva2", {"n_context": 10}, {}, {}),
    ("minerva2", {"n_context": 10, "n_item": 5, "theta": 0.7}, {"cue": "item_and_context"}, {"delay_seconds": 5.0}),
]  # fmt: skip


def all_sequences(length, **lists):
    """Every recall sequence without repeats, the empty one included, its end observed."""
    rows = [[*order, *[0] * (length - k)] for k in range(length + 1) for order in permutations(range(1, length + 1), k)]
    study = StudyLists.simple(len(rows), length, **lists)
    return Sequences(study, np.array(rows), np.ones(len(rows), dtype=bool))


def estimated(model, sequences, values, n_particles=4000, seed=0):
    """The probability of each list and its standard error."""
    log_p, variance = model.estimate_log_likelihood(sequences, values, np.random.default_rng(seed), n_particles)
    p = np.exp(log_p)
    return p, np.where(p > 0, p * np.sqrt(np.where(np.isfinite(variance), variance, 0)), 0)


def frequencies(model, sequences, values, n, **lists):
    length = sequences.study.list_length
    drawn = model.simulate(StudyLists.simple(n, length, **lists), values, np.random.default_rng(1)).position
    drawn = np.pad(drawn, ((0, 0), (0, length - drawn.shape[1])))
    return (drawn[:, None, :] == sequences.position[None]).all(axis=2).mean(axis=0)


def test_the_models_whose_likelihood_is_estimated_are_known():
    assert ESTIMATED == ["tcm.a", "cmr.polyn2009", "sam.rs1981", "sam.kahana2012", "minerva2"]


def test_every_such_model_is_put_to_the_test():
    assert {name for name, *_ in SETTINGS} == set(ESTIMATED)


@pytest.mark.parametrize(("name", "values", "options", "lists"), SETTINGS)
def test_estimates_of_all_sequences_sum_to_one_and_are_as_frequent_as_simulated(name, values, options, lists):
    model, sequences, n = get_model(name).with_options(**options), all_sequences(3, **lists), 40_000
    p, error = estimated(model, sequences, values)
    assert abs(p.sum() - 1) <= 4 * np.sqrt((error**2).sum()) + 1e-9
    seen = frequencies(model, sequences, values, n, **lists)
    assert (np.abs(p - seen) <= 4.5 * np.sqrt(error**2 + seen * (1 - seen) / n) + 4 / n).all()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "values", "options", "lists"), SETTINGS)
def test_the_same_holds_for_four_items_and_more_particles(name, values, options, lists):
    model, sequences, n = get_model(name).with_options(**options), all_sequences(4, **lists), 200_000
    p, error = estimated(model, sequences, values, 16_000)
    assert abs(p.sum() - 1) <= 4 * np.sqrt((error**2).sum()) + 1e-9
    seen = frequencies(model, sequences, values, n, **lists)
    assert (np.abs(p - seen) <= 5 * np.sqrt(error**2 + seen * (1 - seen) / n) + 4 / n).all()


@pytest.mark.parametrize(("name", "values", "options", "lists"), SETTINGS)
def test_of_a_record_of_one_response_the_probabilities_of_first_recalls_sum_to_one(name, values, options, lists):
    """What came after a full record is unknown and has no factor: with r = 3 the rest of the buffer, too."""
    model = get_model(name).with_options(**options)
    study = StudyLists.simple(4, 3, **lists)
    record = Sequences(study, np.array([[1, 0, 0], [2, 0, 0], [3, 0, 0], [0, 0, 0]]), np.array([False] * 3 + [True]))
    p, error = estimated(model, record, values)
    assert abs(p.sum() - 1) <= 4 * np.sqrt((error**2).sum()) + 1e-9


@pytest.mark.parametrize("name", ESTIMATED)
def test_a_record_without_recalls_whose_end_is_unknown_is_certain(name):
    study = StudyLists.simple(1, 4, recall_seconds=5.0)
    log_p, _ = get_model(name).estimate_log_likelihood(
        Sequences(study, np.zeros((1, 4), dtype=int), np.array([False])), None, np.random.default_rng(0), 64
    )
    assert log_p[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("name", ESTIMATED)
def test_the_same_stream_gives_the_same_estimate_whatever_lists_follow(name):
    study = StudyLists.simple(3, 5, recall_seconds=10.0)
    recalls = Recalls(get_model(name).simulate(study, None, np.random.default_rng(4)).position)
    position = np.pad(recalls.position, ((0, 0), (0, 5 - recalls.n_outputs)))
    lists = Sequences(study, position, np.ones(3, dtype=bool))
    run = [
        get_model(name).estimate_log_likelihood(part, None, np.random.default_rng(2), 64)
        for part in (lists, lists, lists.select([0, 1]))
    ]
    np.testing.assert_array_equal(run[0], run[1])
    np.testing.assert_array_equal(np.array(run[0])[:, :2], run[2])


@pytest.mark.parametrize("name", ESTIMATED)
def test_no_lists_have_no_estimates(name):
    lists = Sequences(StudyLists.simple(0, 3), np.zeros((0, 3), dtype=int), np.zeros(0, dtype=bool))
    log_p, variance = get_model(name).estimate_log_likelihood(lists, None, np.random.default_rng(0), 8)
    assert log_p.shape == variance.shape == (0,)
