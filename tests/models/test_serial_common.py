"""Every model of serial recall keeps every promise."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from memlab.core.errors import NotSupported, ParameterError, UnknownName
from memlab.core.recall import INTRUSION, OMISSION, STOP, LikelihoodModel, RecallData, RecallModel, Recalls, StudyLists
from memlab.core.sequences import PopulationModel, sequences_of
from memlab.core.serial_test import SerialTest
from memlab.models import get_model, model_names

NAMES = model_names("serial_recall")
ONLY_SERIAL = [name for name in NAMES if "free_recall" not in get_model(name).paradigms]
ONLY_FREE = [name for name in model_names("free_recall") if name not in NAMES]
WITH_LIKELIHOOD = [name for name in NAMES if isinstance(get_model(name), LikelihoodModel)]
POPULATION = [name for name in NAMES if isinstance(get_model(name), PopulationModel)]


def sampler(name):
    """The model as the process that its likelihood describes: a network's intrusions are then blanks."""
    model = get_model(name)
    return model.with_options(decoder="masked") if "decoder" in model.options else model


def lists(n_lists, length=6):
    return StudyLists.simple(n_lists, length, serial=SerialTest())


STUDY = lists(40)


def all_orders(length):
    """Every way to fill the places: each with an item not given before, or left blank."""
    rows = product([OMISSION, *range(1, length + 1)], repeat=length)
    kept = [row for row in rows if len({*row} - {OMISSION}) == length - row.count(OMISSION)]
    return Recalls(np.array(kept))


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_a_recall_model_with_its_registered_name(name):
    model = get_model(name)
    assert isinstance(model, RecallModel)
    assert model.name == name
    assert model.title
    assert model.citation


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_recalls_and_another_seed_others(name):
    first, again, other = (get_model(name).simulate(STUDY, None, np.random.default_rng(s)) for s in (7, 7, 8))
    np.testing.assert_array_equal(first.position, again.position)
    np.testing.assert_array_equal(first.time, again.time)
    assert not np.array_equal(first.position, other.position)


@pytest.mark.parametrize("name", NAMES)
def test_every_place_is_filled_with_an_item_or_a_code_and_none_comes_after_the_end(name):
    recalls = get_model(name).simulate(STUDY, None, np.random.default_rng(7))
    RecallData(STUDY, recalls)  # positions within the list
    assert recalls.position.shape == (STUDY.n_lists, STUDY.list_length)
    assert recalls.position.min() >= OMISSION
    assert (recalls.position != STOP).all()
    assert (recalls.position > 0).any()


@pytest.mark.parametrize("length", [1, 2, 12])
@pytest.mark.parametrize("name", NAMES)
def test_any_list_length_and_no_lists_at_all_can_be_simulated(name, length):
    for n_lists in (0, 3):
        recalls = get_model(name).simulate(lists(n_lists, length), None, np.random.default_rng(0))
        assert recalls.position.shape == (n_lists, length)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_says_what_it_means_and_where_its_default_comes_from(name):
    for parameter in get_model(name).parameters:
        assert parameter.low <= parameter.default <= parameter.high
        assert parameter.meaning
        assert parameter.source


@pytest.mark.parametrize("name", NAMES)
def test_a_value_out_of_range_and_an_unknown_name_are_refused(name):
    model = get_model(name)
    for parameter in model.parameters:
        with pytest.raises(ParameterError, match=f"{parameter.name} must be"):
            model.simulate(STUDY, {parameter.name: parameter.high + 1}, np.random.default_rng(0))
    with pytest.raises(UnknownName, match="has no parameter 'nonsense'"):
        model.simulate(STUDY, {"nonsense": 1.0}, np.random.default_rng(0))


@pytest.mark.parametrize("name", ONLY_SERIAL)
def test_a_model_of_serial_recall_alone_refuses_lists_of_free_recall(name):
    free = replace(STUDY, serial=None)
    with pytest.raises(NotSupported, match=f"{name} recalls serially"):
        get_model(name).simulate(free, None, np.random.default_rng(0))
    with pytest.raises(NotSupported, match=rf"{name} .*free recall is not for it. Models of free recall: chance, tcm"):
        get_model(name, "free_recall")


@pytest.mark.parametrize("name", ONLY_FREE[:3])
def test_a_model_of_free_recall_alone_is_refused_for_serial_recall(name):
    with pytest.raises(NotSupported, match=f"{name} is a model of free recall; serial recall is not for it"):
        get_model(name, "serial_recall")


def test_a_paradigm_that_is_not_there_is_refused():
    with pytest.raises(UnknownName, match="there is no paradigm 'serial'"):
        model_names("serial")


@pytest.mark.parametrize("name", WITH_LIKELIHOOD)
def test_own_recalls_have_finite_likelihood(name):
    model = get_model(name)
    log_p = model.log_likelihood(STUDY, model.simulate(STUDY, None, np.random.default_rng(7)))
    assert log_p.shape == (STUDY.n_lists,)
    assert np.isfinite(log_p).all()


@pytest.mark.parametrize("name", WITH_LIKELIHOOD)
def test_probabilities_of_all_orders_of_three_items_sum_to_one(name):
    recalls = all_orders(3)
    assert recalls.n_lists == 34  # 6 whole orders, 18 with one blank, 9 with two, 1 with three
    model = get_model(name)
    precision = 1e-9 if model.has_parameter_count else 2e-5  # networks compute in 32 bits
    assert np.exp(model.log_likelihood(lists(34, 3), recalls)).sum() == pytest.approx(1, abs=precision)


@pytest.mark.parametrize("name", WITH_LIKELIHOOD)
def test_simulated_frequencies_agree_with_the_likelihood(name):
    orders, n = all_orders(3), 20_000
    model = get_model(name)
    expected = np.exp(model.log_likelihood(lists(orders.n_lists, 3), orders))
    drawn = sampler(name).simulate(lists(n, 3), None, np.random.default_rng(3)).position
    observed = (drawn[:, None, :] == orders.position[None]).all(axis=2).mean(axis=0)
    error = np.sqrt(expected * (1 - expected) / n)
    assert (np.abs(observed - expected) <= 4.5 * error + 1e-4).all()


@pytest.mark.parametrize("name", WITH_LIKELIHOOD)
def test_a_place_with_an_intrusion_or_a_repetition_counts_as_a_blank_in_a_likelihood(name):
    model, study = get_model(name), lists(1, 4)
    blank = model.log_likelihood(study, Recalls(np.array([[1, OMISSION, 3, OMISSION]])))
    wrong = model.log_likelihood(study, Recalls(np.array([[1, INTRUSION, 3, 1]])))
    np.testing.assert_allclose(wrong, blank)


@pytest.mark.parametrize("name", POPULATION)
def test_a_population_has_the_likelihood_of_each_of_its_members(name):
    model, study = get_model(name), lists(20, 5)
    recalls = model.simulate(study, None, np.random.default_rng(2))
    other = {p.name: 0.7 * p.default + 0.3 * (p.low + min(p.high, 2 * p.default + 1)) / 2 for p in model.parameters}
    members = [dict(model.defaults()), model.resolve(other)]
    points = np.array([[member[p.name] for p in model.parameters] for member in members])
    together = model.population_log_likelihood(sequences_of(RecallData(study, recalls)), points)
    each = [model.log_likelihood(study, recalls, member).sum() for member in members]
    np.testing.assert_allclose(together, each, rtol=1e-9)
