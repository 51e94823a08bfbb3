"""Tasks: what is allowed, and the lists that are drawn."""

import json

import numpy as np
import pytest
import torch

from memlab.core.errors import ParameterError, UnknownName
from memlab.models.neural.tasks import OBJECTIVES, Task, draw_lists


def lists_of(task, n_lists=40, length=6, seed=1):
    return draw_lists(task, n_lists, length, np.random.default_rng(seed))


@pytest.mark.parametrize("paradigm", OBJECTIVES)
def test_a_paradigm_has_a_first_objective(paradigm):
    items = "binary" if "copy" in paradigm else "gaussian"
    assert Task(paradigm=paradigm, items=items).objective == OBJECTIVES[paradigm][0]


def test_a_task_comes_back_from_json():
    task = Task(lengths=(1, 20), curriculum=((10, 1, 12),), delay=(0, 3), items="words")
    assert Task(**json.loads(json.dumps(task.record()))) == task


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lengths": (5, 2)}, r"lengths must be \[low, high\]"),
        ({"lengths": 5}, r"lengths must be \[low, high\]"),
        ({"curriculum": ((10, 3, 2),)}, r"must be \[steps, low, high\]"),
        ({"curriculum": (10, 1, 2)}, r"must be \[steps, low, high\]"),
        ({"n_lures": -1}, "n_lures must be a whole number of at least 0"),
        ({"write_cost": -0.5}, "write_cost must be a number of at least 0"),
        ({"objective": "blog"}, "objective blog is about bits; use items = 'binary'"),
        ({"repeats": (1, 2)}, "repeats belongs to repeat_copy"),
        ({"items": "words", "n_words": 30}, "lists of 12 with 20 lures need 32 different items; there are 30"),
        ({"items": "binary", "n_features": 4}, "there are 16"),
    ],
)
def test_what_does_not_go_is_refused_by_name(options, message):
    with pytest.raises(ParameterError, match=message):
        Task(**options)


def test_an_objective_of_another_paradigm_is_refused_with_those_that_there_are():
    with pytest.raises(UnknownName, match="serial_recall has no objective 'set'.* Allowed: serial"):
        Task(paradigm="serial_recall", objective="set")


def test_a_curriculum_ends_in_the_lengths():
    task = Task(lengths=(1, 20), curriculum=((10, 1, 4), (5, 1, 12)))
    assert [task.lengths_at(step) for step in (0, 9, 10, 14, 15, 99)] == [
        *[(1, 4)] * 2, *[(1, 12)] * 2, *[(1, 20)] * 2,
    ]  # fmt: skip
    assert (task.shortest, task.longest) == (1, 20)


def test_gaussian_items_and_words_have_the_length_of_their_number_of_features():
    for items in ("gaussian", "words"):
        lists = lists_of(Task(items=items, n_features=9))
        assert torch.allclose(lists.candidates.norm(dim=-1), torch.tensor(3.0))


def test_gaussian_items_are_fresh_for_each_list_and_words_are_always_the_same():
    gaussian, words = (Task(items=items, n_words=40) for items in ("gaussian", "words"))
    assert len(torch.cat([lists_of(gaussian, seed=s).items.flatten(0, 1) for s in (1, 2)]).unique(dim=0)) == 480
    assert len(torch.cat([lists_of(words, seed=s).items.flatten(0, 1) for s in (1, 2)]).unique(dim=0)) == 40


@pytest.mark.parametrize(("n_features", "items"), [(5, "binary"), (11, "binary"), (16, "words")])
def test_no_item_of_a_list_is_another_one_or_a_lure(n_features, items):
    lists = lists_of(Task(items=items, n_features=n_features, n_words=40), n_lists=200)
    assert all(len(one.unique(dim=0)) == 26 for one in lists.candidates)


def test_bits_are_zero_or_one_as_often():
    items = lists_of(Task("copy", items="binary", n_features=8), n_lists=500).items
    assert items.unique().tolist() == [0, 1]
    assert abs(items.mean().item() - 0.5) < 0.02


def test_delay_and_repeats_are_drawn_from_their_ranges():
    task = Task("repeat_copy", items="binary", delay=(1, 2), repeats=(2, 4))
    drawn = [lists_of(task, n_lists=2, seed=seed) for seed in range(40)]
    assert {len(lists.distractors) for lists in drawn} == {1, 2}
    assert {lists.repeats for lists in drawn} == {2, 3, 4}


def test_the_same_stream_gives_the_same_lists():
    assert lists_of(Task()).candidates.equal(lists_of(Task()).candidates)
