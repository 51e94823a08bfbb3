"""Curvature and profiles of a likelihood, against what is known in closed form."""

import numpy as np
import pytest

from memlab.core.recall import RecallData, StudyLists
from memlab.core.rng import stream
from memlab.core.sequences import sequences_of
from memlab.fitting.curvature import curvature
from memlab.fitting.likelihood import LikelihoodObjective, fit_likelihood
from memlab.fitting.profile import LINE, profile, refit
from memlab.fitting.search import SearchSpace
from memlab.models import get_model


def simulated(name, values=None, n_lists=60, length=10):
    model = get_model(name)
    study = StudyLists.simple(n_lists, length)
    return model, [sequences_of(RecallData(study, model.simulate(study, values, stream(1, "test"))))]


@pytest.fixture(scope="module")
def tcm():
    model, data = simulated("tcm")
    fit = fit_likelihood(model, data, method="lbfgs")
    held = {name: value for name, value in fit.values.items() if name not in fit.free}
    return fit, LikelihoodObjective(model, tuple(data)), SearchSpace.of(model, fit.free, held)


def test_the_curvature_of_a_normal_peak_is_its_covariance():
    covariance = np.array([[0.01, 0.006], [0.006, 0.01]])
    space = SearchSpace.of(get_model("cmr"), ("beta_enc", "beta_start"), {})  # both are searched on their own scale

    def objective(points):
        off = points[:, :2] - [0.5, 0.4]
        return 0.5 * np.einsum("ni,ij,nj->n", off, np.linalg.inv(covariance), off)

    found = curvature(objective, space, {"beta_enc": 0.5, "beta_start": 0.4})
    np.testing.assert_allclose(found.error, [0.1, 0.1], rtol=1e-3)
    np.testing.assert_allclose(found.correlation, [[1, 0.6], [0.6, 1]], atol=1e-3)


def test_the_standard_error_of_chance_is_that_of_a_proportion():
    model, data = simulated("chance", {"p": 0.3}, n_lists=200)
    fit = fit_likelihood(model, data)
    found = curvature(LikelihoodObjective(model, tuple(data)), SearchSpace.of(model, fit.free, None), fit.values)
    p = fit.values["p"]
    assert found.error[0] == pytest.approx(np.sqrt(p * (1 - p) / 2000), rel=0.01)


def test_a_parameter_at_a_bound_or_without_effect_has_no_standard_error_and_harms_no_other(tcm):
    fit, objective, space = tcm
    with_idle = SearchSpace.of(objective.model, (*space.free, "beta_distract"), None)
    found = curvature(objective, with_idle, {**fit.values, "beta_distract": 0.5})
    idle = with_idle.free.index("beta_distract")
    assert np.isnan(found.error[idle])
    np.testing.assert_allclose(np.delete(found.error, idle), curvature(objective, space, fit.values).error, rtol=1e-6)
    at_bound = curvature(objective, space, {**fit.values, "beta": 1.0})
    assert np.isnan(at_bound.error[space.free.index("beta")])


def test_a_refit_with_the_estimate_itself_gives_the_fit_back(tcm):
    fit, objective, space = tcm
    value, values = refit(objective, space, "beta", fit.values["beta"], [fit.values])
    assert value == pytest.approx(fit.value, abs=1e-4)
    assert values["T"] == pytest.approx(fit.values["T"], rel=0.01)


def test_a_profile_lies_below_the_slice_and_crosses_the_line_near_two_standard_errors(tcm):
    fit, objective, space = tcm
    around = curvature(objective, space, fit.values)
    found = profile(objective, space, "T", fit.values, fit.value, around)
    assert found.rise.min() > -1e-3
    assert (np.diff(found.value) > 0).all()
    names = [p.name for p in objective.model.parameters]
    slices = np.array([[{**fit.values, "T": value}[name] for name in names] for value in found.value])
    assert (found.rise <= objective(slices) - fit.value + 1e-3).all()
    x = np.array([space.vector({"T": value})[space.free.index("T")] for value in found.value])
    best, error = space.vector(fit.values)[space.free.index("T")], around.error[space.free.index("T")]
    above = x > best
    crossing = np.interp(LINE, found.rise[above], x[above])
    assert crossing - best == pytest.approx(1.96 * error, rel=0.25)
    assert found.rise[[0, -1]].min() > LINE


def test_where_the_curvature_leads_the_others_follow_their_correlation(tcm):
    fit, objective, space = tcm
    around = curvature(objective, space, fit.values)
    shifted = around.shifted(space, fit.values, "stop_scale", fit.values["stop_scale"] * 1.2)
    assert shifted["stop_scale"] == fit.values["stop_scale"] * 1.2
    assert shifted["stop_growth"] < fit.values["stop_growth"]  # they correlate about -.95
    assert shifted["T"] == pytest.approx(fit.values["T"], rel=1e-3)
