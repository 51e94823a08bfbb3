"""Intervals of estimates, against what is known in closed form and against simulation."""

from dataclasses import replace

import numpy as np
import pytest

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.rng import stream
from memlab.core.sequences import sequences_of
from memlab.fitting.counts import fit_counts
from memlab.fitting.curves import fit_curves
from memlab.fitting.intervals import BY_CURVATURE, OVER_PEOPLE, intervals
from memlab.fitting.likelihood import LikelihoodObjective, fit_likelihood
from memlab.fitting.search import SearchSpace
from memlab.models import get_model
from memlab.target import load_target

N, LENGTH = 100, 10


def people(probabilities, seed=1):
    """Return people who recall each item with a probability of their own, in random order: what chance says."""
    model, parts = get_model("chance"), []
    for who, p in enumerate(probabilities):
        study = StudyLists.simple(N, LENGTH)
        parts.append(model.simulate(study, {"p": p}, stream(seed, "people", who)).position)
    n = len(probabilities)
    study = replace(StudyLists.simple(n * N, LENGTH), subject=np.repeat(np.arange(n), N))
    width = max(part.shape[1] for part in parts)
    position = np.concatenate([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in parts])
    return RecallData(study, Recalls(position))


def test_the_interval_of_one_persons_chance_is_that_of_a_proportion():
    data = people([0.3])
    fit = fit_likelihood(get_model("chance"), [sequences_of(data)])
    p = fit.values["p"]
    half = 1.959964 * np.sqrt(p * (1 - p) / (N * LENGTH))
    assert fit.intervals["p"] == pytest.approx([p - half, p + half], abs=2e-4)
    assert fit.method["intervals"] == BY_CURVATURE


def test_the_interval_of_a_group_is_that_of_the_mean_over_people():
    # All have as many lists, so the group's p is the mean of theirs, and the sandwich its t interval in closed form.
    shares = [0.2, 0.35, 0.5, 0.55]
    data = people(shares)
    fit = fit_likelihood(get_model("chance"), [sequences_of(data)])
    own = np.array([(data.recalls.position[data.study.subject == who] > 0).mean() for who in range(4)])
    own *= data.recalls.position.shape[1] / LENGTH
    half = 3.182446 * own.std(ddof=1) / 2
    assert fit.values["p"] == pytest.approx(own.mean(), abs=1e-6)
    assert fit.intervals["p"] == pytest.approx([own.mean() - half, own.mean() + half], abs=2e-3)
    assert fit.method["intervals"] == OVER_PEOPLE


def test_people_who_are_alike_give_the_interval_of_independent_lists():
    model = get_model("tcm")
    wide = []
    for n in (1, 30):
        study = StudyLists.simple(60 * 30, 10)
        simulated = model.simulate(study, None, stream(1, "alike"))
        labelled = RecallData(replace(study, subject=np.arange(1800) % n), simulated)
        data = (sequences_of(labelled),)
        objective, space = LikelihoodObjective(model, data), SearchSpace.of(model, ("beta", "new_to_old"), None)
        found, how = intervals(objective, space, model.defaults(), objective.by_subject)
        assert how == (BY_CURVATURE if n == 1 else OVER_PEOPLE)
        wide.append([high - low for low, high in found.values()])
    np.testing.assert_allclose(wide[1], wide[0], rtol=0.45)  # a variance from 30 people is itself off by a quarter


def test_a_value_on_a_bound_has_no_interval():
    fit = fit_likelihood(get_model("chance"), [sequences_of(people([0.0]))])
    assert fit.at_bound == ["p"]
    assert fit.intervals == {}


def test_counts_have_intervals_over_people_and_curves_none():
    data = people([0.3, 0.4, 0.5])
    fit = fit_counts(get_model("simple"), [data], free=["c"], method="lbfgs")
    assert fit.intervals["c"][0] < fit.values["c"] < fit.intervals["c"][1]
    assert fit.method["intervals"] == OVER_PEOPLE
    target = load_target("murdock1962", ["10-2"], n_subjects=1, n_lists=2)
    assert fit_curves(get_model("chance"), target, generations=1).intervals == {}
