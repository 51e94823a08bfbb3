"""The halves of people are the same wherever people are split."""

import numpy as np
import pytest

from memlab.core.errors import UsageError
from memlab.core.halves import SPLIT, halves, people_of
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.data import list_references, load
from memlab.target import load_target


def people(n):
    study = StudyLists.simple(n, 3, subject=np.arange(n)[::-1])
    return RecallData(study, Recalls(np.tile([1, 0, 0], (n, 1))))


def test_the_first_half_of_the_sorted_subjects_is_fitted_and_one_alone_is_both():
    assert [part.tolist() for part in halves([5, 4, 4, 1])] == [[1, 4], [5]]
    assert [part.tolist() for part in halves([7, 7])] == [[7], [7]]
    assert people_of(people(5), "fit").subjects.tolist() == [0, 1, 2]
    assert people_of(people(5), "score").subjects.tolist() == [3, 4]
    assert people_of(people(5), "all").n_lists == 5


def test_another_half_is_refused():
    with pytest.raises(UsageError, match="fit, score or all"):
        people_of(people(2), "left")


@pytest.mark.parametrize("name", list_references())
def test_the_shipped_curves_of_the_halves_are_of_the_same_people(name):
    reference = load(name)
    curve = "spc" if reference.paradigm == "free_recall" else "accuracy_strict"
    for condition, n in reference.record["subjects"].items():
        fitted, scored = halves(np.arange(n))
        assert reference.curve(condition, curve, "fit")[3].max() == len(fitted)
        assert reference.curve(condition, curve, "score")[3].max() == len(scored)
    assert f"the first {len(fitted)} subjects" in reference.split


def test_a_users_people_are_halved_by_the_rule(tmp_path):
    from memlab.core.table import write_table

    data = people(5)
    target = load_target(write_table(data, tmp_path / "x.csv"))
    assert target.split == SPLIT
    assert target.conditions[0].fitted["spc"].n.max() == 3
    assert target.conditions[0].scored_lists.subjects.tolist() == [3, 4]
