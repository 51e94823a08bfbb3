"""Designs: what a condition says, the lists it makes, and what it refuses."""

import dataclasses
import math

import numpy as np
import pytest

from memlab.core.errors import ParameterError, UnknownName, UsageError
from memlab.core.recall import Pool
from memlab.paradigms import EXPERIMENTS, FreeRecall, get_condition, get_experiment

ALL = [condition for conditions in EXPERIMENTS.values() for condition in conditions]


def test_murdock_1962_is_six_groups_of_fifteen_people_with_eighty_lists():
    conditions = get_experiment("murdock1962")
    assert [c.name for c in conditions] == ["10-2", "15-2", "20-2", "20-1", "30-1", "40-1"]
    assert [c.list_length for c in conditions] == [10, 15, 20, 20, 30, 40]
    assert [c.seconds_per_item for c in conditions] == [2, 2, 2, 1, 1, 1]
    assert {(c.n_subjects, c.n_lists, c.recall_seconds, c.kind) for c in conditions} == {(15, 80, 90, "immediate")}
    assert [c.max_responses for c in conditions] == [10, 15, 15, 15, 15, 15]


def test_glanzer_and_cunitz_delay_the_test_by_0_10_and_30_seconds():
    conditions = get_experiment("glanzer_cunitz1966")
    assert [(c.list_length, c.delay_seconds, c.kind) for c in conditions] == [
        (15, 0, "immediate"),
        (15, 10, "delayed"),
        (15, 30, "delayed"),
    ]


def test_howard_and_kahana_put_0_2_8_and_16_seconds_between_the_items():
    conditions = get_experiment("howard_kahana1999")
    assert [c.kind for c in conditions] == ["immediate", "delayed", "delayed", "continual", "continual", "continual"]
    assert [c.distractor_seconds for c in conditions[2:]] == [0, 2, 8, 16]


@pytest.mark.parametrize("condition", ALL, ids=lambda c: f"{c.source.split(',')[0]} {c.name}")
def test_every_named_condition_says_where_it_comes_from_and_what_is_unsure(condition):
    assert condition.source
    assert "[M]" in condition.source or "[?]" in condition.source
    lists = condition.study_lists(n_subjects=2, n_lists=3)
    assert lists.items.shape == (6, condition.list_length)
    assert lists.max_responses == condition.max_responses
    assert lists.recall_seconds == condition.recall_seconds


def test_continual_distraction_stands_before_each_item_but_the_first():
    study = FreeRecall("c", 3, 2, distractor_seconds=8, delay_seconds=16).study_lists(n_subjects=1, n_lists=1)
    np.testing.assert_array_equal(study.distractor, [[0, 8, 8, 16]])
    np.testing.assert_array_equal(study.onset, [[0, 10, 20]])
    np.testing.assert_array_equal(study.seconds_on_item(), [[2, 2, 2]])


def test_study_seconds_run_from_the_first_onset_to_the_test():
    assert FreeRecall("c", 3, 2, distractor_seconds=8, delay_seconds=16).study_seconds == 6 + 16 + 16


def test_without_a_pool_every_list_holds_the_items_in_order():
    study = FreeRecall("a", 3, n_lists=2, n_subjects=2).study_lists()
    np.testing.assert_array_equal(study.items, [[0, 1, 2]] * 4)
    assert study.subject.tolist() == [1, 1, 2, 2]
    assert study.list.tolist() == [1, 2, 1, 2]


def test_replications_are_further_subjects():
    study = FreeRecall("a", 3, n_lists=2, n_subjects=2).study_lists(replications=3)
    assert study.subject.tolist() == np.repeat(np.arange(1, 7), 2).tolist()


def test_with_a_pool_no_subject_sees_an_item_twice():
    pool = Pool(words=tuple("abcdefghij"))
    study = FreeRecall("a", 3, n_lists=3, n_subjects=4).study_lists(pool=pool, rng=np.random.default_rng(1))
    for subject in range(1, 5):
        assert len(np.unique(study.items[study.subject == subject])) == 9
    assert study.pool is pool


def test_the_same_seed_draws_the_same_lists():
    pool, design = Pool(words=tuple("abcdefghij")), FreeRecall("a", 3, n_lists=3, n_subjects=4)
    one, two = (design.study_lists(pool=pool, rng=np.random.default_rng(7)).items for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_words_are_not_drawn_without_a_generator():
    with pytest.raises(UsageError, match="needs a random generator"):
        FreeRecall("a", 3).study_lists(pool=Pool(words=("a", "b", "c")))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("list_length", 0),
        ("list_length", 2.5),
        ("seconds_per_item", 0),
        ("seconds_per_item", math.nan),
        ("distractor_seconds", -1),
        ("delay_seconds", -0.1),
        ("n_lists", 0),
        ("n_subjects", "many"),
        ("recall_seconds", 0),
        ("max_responses", 0),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(field, value):
    with pytest.raises(ParameterError, match=rf"^free recall, condition a: {field} must be"):
        dataclasses.replace(FreeRecall("a"), **{field: value})


@pytest.mark.parametrize("asked", [{"n_subjects": 0}, {"n_lists": -1}, {"replications": 0}])
def test_a_number_of_lists_out_of_range_is_refused(asked):
    with pytest.raises(ParameterError, match=next(iter(asked))):
        FreeRecall("a").study_lists(**asked)


def test_a_condition_needs_a_name():
    with pytest.raises(UsageError, match="needs a name"):
        FreeRecall(" ")


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'murdock1962'"):
        get_experiment("murdok1962")
    with pytest.raises(UnknownName, match="murdock1962 has no condition '20-3'"):
        get_condition("murdock1962", "20-3")
    assert get_condition("murdock1962", "20-1").list_length == 20
