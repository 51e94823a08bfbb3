"""Designs of serial recall: what a condition says, the lists it makes, and what it refuses."""

import dataclasses
import math

import numpy as np
import pytest

from memlab.core.errors import ParameterError, UnknownName, UsageError
from memlab.core.recall import Pool
from memlab.paradigms import (
    EXPERIMENTS,
    SERIAL_EXPERIMENTS,
    SerialRecall,
    get_experiment,
    get_serial_condition,
    get_serial_experiment,
    load_pool,
)

ALL = [condition for conditions in SERIAL_EXPERIMENTS.values() for condition in conditions]


def lists(seed=1, **design):
    return SerialRecall("a", **({"n_lists": 4, "n_subjects": 2} | design)).study_lists(seed=seed)


@pytest.mark.parametrize("condition", ALL, ids=lambda c: f"{c.source.split(',')[0]} {c.name}")
def test_every_named_condition_says_where_it_comes_from_and_what_is_unsure(condition):
    assert "[V]" in condition.source
    assert "[?]" in condition.source
    study = condition.study_lists(n_subjects=2, n_lists=3, seed=1)
    assert study.items.shape == (6, condition.list_length)
    assert study.serial.direction == "forward"
    assert study.serial.length_known == (condition.name.split("-")[0] != "length_unknown")


def test_the_named_experiments_are_those_of_the_papers():
    (one,) = get_serial_experiment("farrell_lewandowsky2012_e2")
    assert (one.list_length, one.n_subjects, one.n_lists) == (6, 20, 120)
    assert [c.n_subjects for c in get_serial_experiment("nimmo_lewandowsky2006_e2")] == [11, 9]
    known = [c.list_length for c in get_serial_experiment("gew2012_e2") if c.length_known]
    assert known == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15]


def test_free_and_serial_experiments_are_kept_apart():
    assert not set(EXPERIMENTS) & set(SERIAL_EXPERIMENTS)
    assert {c.paradigm for cs in EXPERIMENTS.values() for c in cs} == {"free_recall"}
    assert {c.paradigm for c in ALL} == {"serial_recall"}
    with pytest.raises(UsageError, match="gew2012_e2 is an experiment of serial recall"):
        get_experiment("gew2012_e2")
    with pytest.raises(UsageError, match="murdock1962 is an experiment of free recall"):
        get_serial_experiment("murdock1962")
    with pytest.raises(UnknownName, match="Did you mean 'gew2012_e2'"):
        get_serial_experiment("gew2012_e3")
    with pytest.raises(UnknownName, match="gew2012_e2 has no condition 'length_known-9'"):
        get_serial_condition("gew2012_e2", "length_known-9")


def test_the_letters_of_the_lists_are_the_vocabulary_with_its_similarity():
    study = get_serial_condition("farrell_lewandowsky2012_e2", "dissimilar").study_lists(n_subjects=3, seed=1)
    assert study.pool.words == tuple("HKLMQRWXYZ")
    assert set(np.unique(study.items)) == set(range(10))
    whole = load_pool("consonants")
    h, k = whole.words.index("H"), whole.words.index("K")
    assert study.pool.similarity[0, 1] == whole.similarity[h, k] == 0.5


def test_words_come_once_a_subject_while_they_last():
    study = lists(items="words", list_length=5)
    assert len(np.unique(study.items[study.subject == 1])) == 20
    long = lists(items="words", list_length=15, n_lists=40)
    assert all(len(set(row)) == 15 for row in long.items.tolist())


def test_similar_and_alternating_lists_are_drawn_from_the_pool():
    study = lists(similarity="similar")
    confusable = study.pool.similarity[study.items[:, :1], study.items] >= 0.5
    assert confusable.all()
    study = lists(similarity="alternating")
    np.testing.assert_array_equal(study.pool.similarity[study.items[:, :1], study.items] >= 0.5, [[1, 0] * 3] * 8)


def test_pauses_stand_before_each_group_but_the_first_and_are_no_distraction():
    study = lists(groups=(2, 3, 1), pause_seconds=1.5)
    np.testing.assert_array_equal(study.onset[0], [0, 1, 3.5, 4.5, 5.5, 8])
    np.testing.assert_array_equal(study.serial.group[0], [0, 0, 1, 1, 1, 2])
    assert not study.distractor.any()
    assert lists().serial.group is None


@pytest.mark.parametrize(("filled", "distraction", "rest"), [(True, 12, 0), (False, 0, 12)])
def test_a_retention_interval_is_filled_or_empty(filled, distraction, rest):
    study = lists(delay_seconds=12, filled=filled)
    assert (study.distractor[:, -1] == distraction).all()
    assert study.serial.rest_seconds == rest


def test_backward_and_probed_recall_ask_for_other_items():
    assert lists(direction="backward").serial.due_places(8, 6)[0].tolist() == [6, 5, 4, 3, 2, 1]
    study = lists(direction="probed", list_length=4)
    assert study.serial.cue.ravel().tolist() == [1, 2, 3, 1] * 2
    assert study.serial.due_places(8, 4).ravel().tolist() == [2, 3, 4, 2] * 2


def test_a_repeated_item_stands_at_both_places():
    study = lists(repeated=(2, 5))
    np.testing.assert_array_equal(study.items[:, 1], study.items[:, 4])
    assert all(len(set(row)) == 5 for row in study.items.tolist())
    np.testing.assert_array_equal(SerialRecall("a", repeated=(1, 2)).study_lists().items[0], [0, 0, 2, 3, 4, 5])


def test_the_same_seed_draws_the_same_lists_and_another_others():
    np.testing.assert_array_equal(lists(seed=3).items, lists(seed=3).items)
    assert (lists(seed=3).items != lists(seed=4).items).any()


def test_without_a_seed_every_list_holds_the_items_in_order():
    study = SerialRecall("a", list_length=3, n_lists=2, n_subjects=2).study_lists(replications=2)
    np.testing.assert_array_equal(study.items, [[0, 1, 2]] * 8)
    assert study.pool is None
    assert study.subject.tolist() == [1, 1, 2, 2, 3, 3, 4, 4]
    assert study.list.tolist() == [1, 2] * 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "needs a name"),
        ({"items": "faces"}, "items must be one of letters, digits, words. Got 'faces'"),
        ({"similarity": "same"}, "similarity must be one of any, dissimilar, similar, alternating"),
        ({"direction": "up"}, "direction must be one of forward, backward, probed"),
        ({"items": "words", "similarity": "similar"}, "only letters have a known similarity"),
        ({"direction": "probed", "list_length": 1}, "probed recall needs lists of at least 2 items"),
        ({"groups": (3, 2)}, r"the groups must add up to the list length, 6. Got \(3, 2\)"),
        ({"groups": (6, 0)}, "the groups must add up"),
        ({"pause_seconds": 1}, "pause_seconds needs groups"),
        ({"repeated": (3, 3)}, "repeated must be two places from 1 to 6, in order"),
        ({"repeated": (3, 7)}, "repeated must be two places"),
    ],
)
def test_a_design_that_does_not_fit_together_is_refused(change, message):
    with pytest.raises(UsageError, match=message):
        dataclasses.replace(SerialRecall("a"), **change)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("list_length", 0),
        ("seconds_per_item", math.nan),
        ("pause_seconds", -1),
        ("delay_seconds", -1),
        ("n_lists", 1.5),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(field, value):
    with pytest.raises(ParameterError, match=rf"^serial recall, condition a: {field} must be"):
        dataclasses.replace(SerialRecall("a"), **{field: value})


def test_items_are_not_drawn_without_a_seed():
    with pytest.raises(UsageError, match="needs a seed"):
        SerialRecall("a", similarity="similar").study_lists()
    with pytest.raises(UsageError, match="needs a seed"):
        SerialRecall("a").study_lists(pool=Pool(words=tuple("abcdef")))
    with pytest.raises(UsageError, match="a seed or a random generator, not both"):
        SerialRecall("a").study_lists(seed=1, rng=np.random.default_rng(1))
    with pytest.raises(UsageError, match="the vocabulary must be of the letters that memlab has. Got 'A'"):
        SerialRecall("a", vocabulary=("A", "B")).study_lists(seed=1)
    with pytest.raises(UsageError, match="needs 6 different items; the materials have 2"):
        SerialRecall("a", vocabulary=("B", "C")).study_lists(seed=1)
