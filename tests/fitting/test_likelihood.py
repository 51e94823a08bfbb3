"""Fits by likelihood find the most probable values, leave out what the lists cannot tell, and are scored on others."""

import numpy as np
import pytest

from memlab.core.errors import NotSupported, UsageError
from memlab.core.recall import Recalls, StudyLists
from memlab.core.sequences import PopulationModel, Sequences, sequences_of
from memlab.fitting.likelihood import (
    LikelihoodObjective,
    cross_validate,
    fit_likelihood,
    folds_of,
    free_parameters,
    list_log_likelihoods,
)
from memlab.models import get_model
from memlab.simulation import simulate_condition


def simulated(name, values=None, n_lists=60, n_items=8, seed=3, **more):
    subject = np.repeat(np.arange(2), n_lists // 2)
    study = StudyLists.simple(n_lists, n_items, subject=subject, **more)
    return sequences_of(simulate_condition(get_model(name), study, values, seed, "c"))


@pytest.fixture(scope="module")
def cmr_lists():
    return simulated("cmr")


def test_chance_is_fitted_at_the_mean_share_of_items_recalled():
    lists = simulated("chance", {"p": 0.4})
    fit = fit_likelihood(get_model("chance"), [lists])
    assert fit.values["p"] == pytest.approx((lists.position > 0).mean(), abs=1e-6)
    assert fit.converged
    assert fit.free == ["p"]


def test_the_value_is_minus_the_log_likelihood_at_the_values(cmr_lists):
    fit = fit_likelihood(get_model("cmr"), [cmr_lists], free=["beta_enc", "tau"], population=5)
    by_list = list_log_likelihoods(get_model("cmr"), cmr_lists, fit.values)
    assert fit.log_likelihood == pytest.approx(by_list.sum(), rel=1e-12)
    assert (fit.n_lists, fit.n_events) == (cmr_lists.n_lists, cmr_lists.n_events.sum())


def test_a_fit_is_at_least_as_likely_as_the_values_that_made_the_lists(cmr_lists):
    model = get_model("cmr")
    truth = list_log_likelihoods(model, cmr_lists, model.defaults()).sum()
    fit = fit_likelihood(model, [cmr_lists])
    assert truth <= fit.log_likelihood < truth + 15  # half of chi2(10) is above 15 in one of 1,500 samples


@pytest.mark.parametrize("method", ["de", "lbfgs", "cma"])
def test_every_method_finds_the_same_smooth_optimum(cmr_lists, method):
    if method == "cma":
        pytest.importorskip("cma")
    options = {"free": ["beta_enc", "beta_rec", "tau"], "method": method, "restarts": 2}
    fit = fit_likelihood(get_model("cmr"), [cmr_lists], **options)
    assert fit.value == pytest.approx(
        fit_likelihood(get_model("cmr"), [cmr_lists], free=options["free"]).value, abs=1e-4
    )
    assert fit.spread < 1e-3
    assert fit.converged


def test_a_model_that_takes_one_set_of_values_at_a_time_is_fitted_the_same(cmr_lists):
    model = get_model("cmr")
    assert isinstance(model, PopulationModel)
    points = np.array([list(model.defaults().values())])

    class OneByOne:
        name, parameters, simulate = model.name, model.parameters, model.simulate
        log_likelihood = model.log_likelihood

    for lists in (cmr_lists, simulated("cmr", max_responses=4)):
        slow = LikelihoodObjective(OneByOne(), (lists,))(points)
        np.testing.assert_allclose(LikelihoodObjective(model, (lists,))(points), slow, rtol=1e-10)


def test_a_parameter_that_alters_nothing_is_held_and_the_record_says_so(cmr_lists):
    model = get_model("cmr")
    free, held = free_parameters(model, [cmr_lists], None, None)
    assert "beta_distract" not in free
    assert list(held) == ["beta_distract"]
    distracted = simulated("cmr", delay_seconds=8.0)
    assert "beta_distract" in free_parameters(model, [cmr_lists, distracted], None, None)[0]
    fit = fit_likelihood(model, [cmr_lists], fixed={"beta_enc": 0.5}, generations=1, population=1)
    assert list(fit.method["held"]) == ["beta_distract"]
    assert fit.values["beta_distract"] == model.defaults()["beta_distract"]


def test_the_same_seed_gives_the_same_fit_and_a_limit_is_said(cmr_lists):
    one, two = (fit_likelihood(get_model("cmr"), [cmr_lists], generations=2, population=2) for _ in range(2))
    assert one.values == two.values
    assert not one.converged
    assert "iterations" in one.message


def test_lists_are_dealt_to_the_folds_in_turn_within_a_subject():
    lists = simulated("chance", n_lists=10)
    assert folds_of(lists, 3).tolist() == [0, 1, 2, 0, 1, 0, 1, 2, 0, 1]


def test_each_list_is_scored_under_the_values_of_the_fold_that_did_not_see_it():
    lists = simulated("chance", {"p": 0.3}, n_lists=12)
    found = cross_validate(get_model("chance"), [lists, lists], folds=3)
    expected = []
    for i in range(12):
        seen = folds_of(lists, 3) != folds_of(lists, 3)[i]
        values = {"p": float((lists.position[seen] > 0).mean())}
        expected.append(list_log_likelihoods(get_model("chance"), lists.select([i]), values)[0])
    np.testing.assert_allclose(found.by_list, expected * 2, rtol=1e-6)
    assert found.log_likelihood == pytest.approx(sum(found.by_list))
    assert found.n_events == 2 * lists.n_events.sum()


def test_models_without_a_likelihood_and_networks_are_refused_with_what_to_use():
    lists = simulated("chance", n_lists=4)
    with pytest.raises(NotSupported, match="curves or counts"):
        fit_likelihood(get_model("simple"), [lists])
    with pytest.raises(NotSupported, match="is a network"):
        fit_likelihood(get_model("lstm"), [lists])


def test_wrong_calls_are_refused():
    lists, model = simulated("chance", n_lists=6), get_model("chance")
    with pytest.raises(UsageError, match="method must be one of de, lbfgs, cma"):
        fit_likelihood(model, [lists], method="newton")
    with pytest.raises(UsageError, match="no lists"):
        fit_likelihood(model, [])
    with pytest.raises(UsageError, match="Got 1 instead"):
        cross_validate(model, [lists], folds=1)
    with pytest.raises(UsageError, match="must be from 2 to 3, the lists of a subject in a condition. Got 4"):
        cross_validate(model, [lists], folds=4)


def test_an_interrupted_fit_returns_the_best_so_far(cmr_lists):
    def stop(generation, best):
        if generation == 2:
            raise KeyboardInterrupt

    fit = fit_likelihood(get_model("cmr"), [cmr_lists], restarts=3, progress=stop)
    assert fit.message == "interrupted"
    assert not fit.converged
    assert len(fit.restarts) == 1


def test_a_full_record_stays_full_when_its_errors_are_dropped():
    study = StudyLists.simple(1, 4, max_responses=3)
    from memlab.core.recall import RecallData

    lists = sequences_of(RecallData(study, Recalls(np.array([[2, -1, 1]]))))
    assert isinstance(lists, Sequences)
    assert lists.recalls.position.tolist() == [[2, 1, -1, 0]]
    open_end = list_log_likelihoods(get_model("cmr"), lists, {})
    ended = list_log_likelihoods(get_model("cmr"), sequences_of(RecallData(study, Recalls(np.array([[2, 1, 0]])))), {})
    assert open_end > ended


def test_an_estimated_likelihood_is_searched_with_the_same_random_numbers_and_scored_with_others():
    model = get_model("sam.rs1981")
    lists = simulated("sam.rs1981", n_lists=6, n_items=5)
    options = {"free": ["a", "b"], "generations": 2, "population": 3}
    one, two = (fit_likelihood(model, [lists], **options) for _ in range(2))
    assert one.value == two.value
    assert one.value != one.restarts[0].value
    assert one.method["standard_error"] > 0
    assert one.method["polished"] is False
