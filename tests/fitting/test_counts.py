"""Counts are fitted by the binomial likelihood of which items were recalled."""

import numpy as np
import pytest
from scipy.stats import binom

from memlab.core.errors import NotSupported
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.fitting.counts import CountObjective, fit_counts, recalled_items
from memlab.models import get_model
from memlab.simulation import simulate_condition


def test_an_item_counts_once_and_only_within_the_responses_that_are_kept():
    study = StudyLists.simple(2, 3, max_responses=3)
    recalls = Recalls(np.array([[3, -1, 3, 1], [2, 0, 0, 0]]))
    assert recalled_items(RecallData(study, recalls)).tolist() == [[0, 0, 1], [0, 1, 0]]


def test_the_value_is_the_binomial_likelihood_of_the_counts_without_its_coefficient():
    model, study = get_model("simple"), StudyLists.simple(50, 6)
    data = simulate_condition(model, study, {"c": 5.0}, 1, "x")
    values = {**model.defaults(), "c": 6.0}
    value = CountObjective(model, (data,))(np.array([[values[p.name] for p in model.parameters]]))[0]
    counts, p = recalled_items(data).sum(axis=0), model.serial_position_curve(study, values)[0]
    p = np.clip(p, 1e-6, 1 - 1e-6)
    coefficient = binom.logpmf(counts, 50, 0.5) - 50 * np.log(0.5)
    assert -value == pytest.approx((binom.logpmf(counts, 50, p) - coefficient).sum())


def test_simple_recovers_its_own_curve():
    model, study = get_model("simple"), StudyLists.simple(400, 10)
    truth = {"c": 12.0, "t": 0.6, "s": 9.0}
    data = simulate_condition(model, study, truth, 1, "x")
    fit = fit_counts(model, [data], fixed={"retention": model.defaults()["retention"]})
    assert fit.converged
    assert (fit.objective, fit.n_lists, fit.n_events) == ("counts", 400, 4000)
    curve = model.serial_position_curve(study, fit.values)[0]
    np.testing.assert_allclose(curve, model.serial_position_curve(study, truth)[0], atol=0.06)
    points = np.array([[{**model.defaults(), **truth}[p.name] for p in model.parameters]])
    assert fit.value <= CountObjective(model, (data,))(points)[0]


def test_a_model_without_an_exact_curve_is_refused():
    with pytest.raises(NotSupported, match="likelihood or curves"):
        fit_counts(get_model("cmr"), [])
