"""Values of single people foresee other people through the mean of their curves."""

import numpy as np
import pytest

from memlab.comparison import run_comparison
from memlab.contender import Contender
from memlab.data.parameter_sets import ParameterSet
from memlab.models import get_model
from memlab.subject_scores import subject_scores
from memlab.target import load_target

P = {"p": 0.4}


@pytest.fixture(scope="module")
def target():
    return load_target("murdock1962", ["20-1", "10-2"])


def test_people_who_are_all_alike_score_as_one_set_of_values_does(target):
    chance = get_model("chance")
    found = subject_scores(chance, {"20-1": [P] * 8, "10-2": [P] * 8}, target)
    one = run_comparison(target, [Contender(chance, ParameterSet("chance", "x", P))], None, replications=4)
    assert set(found) == {"rmsd_spc", "rmsd_pfr", "rmsd_lag_crp", "recalled_difference"}
    for name, value in found.items():
        assert value == pytest.approx(one.score("chance", name), abs=0.1 if name == "recalled_difference" else 0.005)


def test_the_mean_of_their_curves_is_compared_and_each_condition_has_its_own_people(target):
    (condition, _) = target.conditions
    recalled = condition.scored["spc"].mean.sum()
    few, many = {"p": 0.1}, {"p": 0.5}
    found = subject_scores(get_model("chance"), {"20-1": [few, many], "10-2": []}, target)
    assert condition.name == "20-1"
    assert found["recalled_difference"] == pytest.approx(abs(20 * 0.3 - recalled), abs=0.2)
    uneven = subject_scores(get_model("chance"), {"20-1": [few, many, many]}, target)
    assert uneven["recalled_difference"] == pytest.approx(abs(20 * 1.1 / 3 - recalled), abs=0.2)


def test_what_a_model_does_not_predict_has_no_score(target):
    found = subject_scores(get_model("simple"), {"20-1": [{}, {}]}, target, replications=1)
    assert set(found) == {"rmsd_spc", "recalled_difference"}


def test_the_same_seed_gives_the_same_scores(target):
    cmr = get_model("cmr")
    first, again, other = (
        subject_scores(cmr, {"10-2": [{}, {"beta_enc": 0.3}]}, target, seed=seed, replications=1) for seed in (1, 1, 2)
    )
    assert first == again
    assert not np.allclose(list(first.values()), list(other.values()))
