"""Every model keeps every promise of the recall interface."""

import importlib.util
from itertools import permutations

import numpy as np
import pytest

from memlab.core.errors import ParameterError, UnknownName
from memlab.core.recall import INTRUSION, LikelihoodModel, RecallData, RecallModel, Recalls, StudyLists
from memlab.models import MODELS, get_model, model_names
from memlab.models.choice import stop_probabilities

NAMES = model_names("free_recall")
STUDY = StudyLists.simple(40, 6, seconds_per_item=1.0, recall_seconds=30.0)


def with_likelihood():
    return [name for name in NAMES if isinstance(get_model(name), LikelihoodModel)]


def sampler(name):
    """The model as the process that its likelihood describes: a network then gives no repeats and no intrusions."""
    model = get_model(name)
    return model.with_options(decoder="masked") if "decoder" in model.options else model


def all_sequences(length):
    """Every recall sequence without repeats of a list, the empty one included."""
    rows = [[*order, *[0] * (length - k)] for k in range(length + 1) for order in permutations(range(1, length + 1), k)]
    return Recalls(np.array(rows))


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_a_recall_model_with_its_registered_name(name):
    model = get_model(name)
    assert isinstance(model, RecallModel)
    assert model.name == name
    assert model.title
    assert model.citation


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_recalls(name):
    first, again = (get_model(name).simulate(STUDY, None, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.position, again.position)
    np.testing.assert_array_equal(first.time, again.time)


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_gives_other_recalls(name):
    first, other = (get_model(name).simulate(STUDY, None, np.random.default_rng(s)) for s in (7, 8))
    width = max(first.n_outputs, other.n_outputs)
    padded = [np.pad(r.position, ((0, 0), (0, width - r.n_outputs))) for r in (first, other)]
    assert not np.array_equal(*padded)


@pytest.mark.parametrize("name", NAMES)
def test_recalls_are_valid_and_someone_recalls_something(name):
    recalls = get_model(name).simulate(STUDY, None, np.random.default_rng(7))
    RecallData(STUDY, recalls)  # positions within the list, nothing after STOP
    assert recalls.position.min() >= INTRUSION
    assert (recalls.position > 0).any()
    times = recalls.time[recalls.position > 0]
    assert np.isnan(times).all() or (times <= STUDY.recall_seconds).all()


@pytest.mark.parametrize("length", [1, 2, 40])
@pytest.mark.parametrize("name", NAMES)
def test_any_list_length_and_no_lists_at_all_can_be_simulated(name, length):
    for n_lists in (0, 3):
        study = StudyLists.simple(n_lists, length, recall_seconds=30.0)
        assert get_model(name).simulate(study, None, np.random.default_rng(0)).n_lists == n_lists


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_says_what_it_means_and_where_its_default_comes_from(name):
    for parameter in get_model(name).parameters:
        assert parameter.low <= parameter.default <= parameter.high
        assert parameter.meaning
        assert parameter.source


@pytest.mark.parametrize("name", NAMES)
def test_a_value_out_of_range_is_refused_by_name(name):
    model = get_model(name)
    for parameter in model.parameters:
        for wrong in (parameter.high + 1, parameter.low - 1, float("nan"), "many"):
            with pytest.raises(ParameterError, match=f"{parameter.name} must be"):
                model.simulate(STUDY, {parameter.name: wrong}, np.random.default_rng(0))


@pytest.mark.parametrize("name", NAMES)
def test_unknown_parameters_and_options_are_refused(name):
    model = get_model(name)
    with pytest.raises(UnknownName, match="has no parameter 'nonsense'"):
        model.simulate(STUDY, {"nonsense": 1.0}, np.random.default_rng(0))
    with pytest.raises(UnknownName, match="has no option 'nonsense'"):
        model.with_options(nonsense=1)


@pytest.mark.parametrize("name", with_likelihood())
def test_own_recalls_have_finite_likelihood(name):
    model = get_model(name)
    recalls = model.simulate(STUDY, None, np.random.default_rng(7))
    log_p = model.log_likelihood(STUDY, recalls)
    assert log_p.shape == (STUDY.n_lists,)
    assert np.isfinite(log_p).all()


@pytest.mark.parametrize("name", with_likelihood())
def test_probabilities_of_all_sequences_of_three_items_sum_to_one(name):
    recalls = all_sequences(3)
    study = StudyLists.simple(recalls.n_lists, 3)
    assert recalls.n_lists == 16
    assert np.exp(get_model(name).log_likelihood(study, recalls)).sum() == pytest.approx(1, abs=2e-5)


@pytest.mark.parametrize("name", with_likelihood())
def test_simulated_frequencies_agree_with_the_likelihood(name):
    sequences, n = all_sequences(3), 20_000
    model = get_model(name)
    expected = np.exp(model.log_likelihood(StudyLists.simple(sequences.n_lists, 3), sequences))
    drawn = sampler(name).simulate(StudyLists.simple(n, 3), None, np.random.default_rng(3)).position
    drawn = np.pad(drawn, ((0, 0), (0, 3 - drawn.shape[1])))
    observed = (drawn[:, None, :] == sequences.position[None]).all(axis=2).mean(axis=0)
    error = np.sqrt(expected * (1 - expected) / n)
    assert (np.abs(observed - expected) <= 4.5 * error + 1e-4).all()


@pytest.mark.parametrize("name", with_likelihood())
def test_first_recalls_and_lists_without_recall_are_as_frequent_as_the_likelihood_says(name):
    n_lists, n = 10_000, 12
    model = get_model(name)
    sequences = Recalls(np.arange(n + 1)[:, None])  # nothing, 1, …, n
    if name == "chance":  # it has no stop rule: all that follows the first recall is in its probability
        nothing = np.exp(model.log_likelihood(StudyLists.simple(1, n), sequences.select([0])))[0]
        expected = np.r_[nothing, np.full(n, (1 - nothing) / n)]
    else:  # of a record of one response, the likelihood is that of the first recall
        expected = np.exp(model.log_likelihood(StudyLists.simple(n + 1, n, max_responses=1), sequences))
    drawn = sampler(name).simulate(StudyLists.simple(n_lists, n), None, np.random.default_rng(5)).position[:, 0]
    observed = np.bincount(drawn, minlength=n + 1) / n_lists
    precision = 1e-9 if model.has_parameter_count else 1e-6  # networks compute in 32 bits
    assert expected.sum() == pytest.approx(1, abs=precision)
    assert (np.abs(observed - expected) <= 4 * np.sqrt(expected * (1 - expected) / n_lists) + 1e-12).all()


def with_stop_rule():
    return [name for name in NAMES if "stop_scale" in [p.name for p in get_model(name).parameters]]


@pytest.mark.parametrize("name", with_stop_rule())
def test_recall_stops_after_each_number_of_recalls_as_often_as_the_stop_rule_says(name):
    n = 12
    model = get_model(name)
    drawn = model.simulate(StudyLists.simple(10_000, n), None, np.random.default_rng(6)).position
    recalled = np.bincount((drawn > 0).sum(axis=1), minlength=n + 1)
    reached = recalled[::-1].cumsum()[::-1]  # lists with at least k recalls
    values = model.resolve(None)
    stop = stop_probabilities(n, values["stop_scale"], values["stop_growth"])
    assert (np.abs(recalled - stop * reached) <= 4 * np.sqrt(stop * (1 - stop) * reached) + 1e-9).all()


@pytest.mark.parametrize("name", with_likelihood())
def test_repeats_and_intrusions_are_dropped_from_a_likelihood(name):
    model, study = get_model(name), StudyLists.simple(1, 4)
    clean = model.log_likelihood(study, Recalls(np.array([[4, 1, 0]])))
    noisy = model.log_likelihood(study, Recalls(np.array([[4, INTRUSION, 4, 1]])))
    np.testing.assert_allclose(clean, noisy)


def test_every_registered_module_exists():
    for place in MODELS.values():
        assert importlib.util.find_spec(place.partition(":")[0]) is not None
