"""Fits find what is there, say when they did not settle, and do not depend on the number of workers."""

import numpy as np
import pytest

import memlab
from memlab.configuration import FitConfig
from memlab.core.errors import NotSupported, ParameterError, UnknownName
from memlab.core.table import write_table
from memlab.fitting.curves import CurveObjective, fit_curves
from memlab.fitting.units import resolved
from memlab.models import get_model
from memlab.runs.fit import command_line, fit_configured
from memlab.simulation import simulate_condition
from memlab.target import load_target


@pytest.fixture(scope="module")
def target():
    return load_target("murdock1962", ["10-2"], n_subjects=3, n_lists=20)


def test_the_distance_is_the_weighted_mean_square_of_the_curves(target):
    model, condition = get_model("chance"), target.conditions[0]
    value = CurveObjective(model, target.conditions, "fit", 1, "equal").distance({"p": 0.5})
    from memlab.curves import recall_curves

    curves = recall_curves(simulate_condition(model, condition.study, {"p": 0.5}, 1, "10-2"))
    squares = [np.nanmean((np.nan_to_num(curves[m].mean) - condition.fitted[m].mean) ** 2) for m in model.predicts]
    assert value == pytest.approx(np.mean(squares))
    weighted = CurveObjective(model, target.conditions, "fit", 1, "se").distance({"p": 0.5})
    assert weighted > value


def test_the_distance_is_a_function_of_the_values_alone(target):
    objective = CurveObjective(get_model("cmr"), target.conditions, "fit", 1)
    assert objective.distance({"beta_enc": 0.4}) == objective.distance({"beta_enc": 0.4})
    assert objective.distance({"beta_enc": 0.4}) != objective.distance({"beta_enc": 0.6})


def test_chance_is_fitted_at_the_mean_share_of_items_recalled(target):
    result = fit_curves(get_model("chance"), target, weights="equal", generations=40)
    assert result.converged
    assert result.values["p"] == pytest.approx(target.conditions[0].fitted["spc"].mean.mean(), abs=0.04)


def test_simple_is_fitted_to_its_exact_curve(target):
    result = fit_curves(get_model("simple"), target, weights="equal", generations=60)
    assert result.value < 0.003
    exact = get_model("simple").serial_position_curve(target.conditions[0].study, result.values).mean(axis=0)
    np.testing.assert_allclose(((exact - target.conditions[0].fitted["spc"].mean) ** 2).mean(), result.value)


def test_the_answer_does_not_depend_on_the_number_of_workers(target):
    one, two = (fit_curves(get_model("chance"), target, generations=3, jobs=jobs) for jobs in (1, 2))
    assert one.values == two.values
    assert one.evaluations == two.evaluations


def test_a_fit_that_does_not_settle_says_so(target):
    result = fit_curves(get_model("simple"), target, generations=1)
    assert not result.converged
    assert "iterations" in result.message


def test_fixed_parameters_stay_and_the_others_are_fitted(target):
    result = fit_curves(get_model("simple"), target, free=["c"], fixed={"t": 0.25}, generations=2)
    assert result.free == ["c"]
    assert result.values["t"] == 0.25
    assert result.values["s"] == get_model("simple").defaults()["s"]


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"free": ["cc"]}, UnknownName, "simple has no parameter 'cc'. Did you mean|simple has no parameter 'cc'"),
        ({"free": ["c"], "fixed": {"c": 1.0}}, ParameterError, "c is both free and fixed"),
        ({"fixed": {"c": -1.0}}, ParameterError, "c must be"),
        ({"fixed": {"c": 1.0, "t": 0.5, "s": 5.0, "retention": 5.0}}, NotSupported, "every parameter is fixed"),
        ({"conditions": ["20-9"]}, UnknownName, "there is no condition '20-9'"),
    ],
)
def test_a_wrong_call_is_refused(target, options, kind, message):
    with pytest.raises(kind, match=message):
        fit_curves(get_model("simple"), target, generations=1, **options)


def test_an_interrupted_fit_returns_the_best_so_far(target):
    def stop(generation, best):
        if generation == 2:
            raise KeyboardInterrupt

    result = fit_curves(get_model("simple"), target, generations=50, progress=stop)
    assert result.message == "interrupted"
    assert not result.converged
    assert set(result.values) == set(get_model("simple").defaults())


def test_a_fit_recovers_the_parameter_that_made_the_recalls(tmp_path):
    study = load_target("murdock1962", ["10-2"], n_subjects=10, n_lists=100).conditions[0].study
    path = write_table(simulate_condition(get_model("chance"), study, {"p": 0.7}, 1, "x"), tmp_path / "x.csv")
    found = memlab.fit("chance", data=path, objective="curves", weights="equal", generations=30, seed=2)
    assert found.parameters.values["p"] == pytest.approx(0.7, abs=0.03)


def test_a_parameter_set_records_how_it_was_found_and_its_held_out_scores():
    config = FitConfig(model="simple", conditions=("10-2", "15-2"), per="condition", generations=2, weights="equal")
    run = fit_configured(config)
    found = run.parameters
    assert [fit.who for fit in run.fits] == ["all", "10-2", "15-2"]
    assert set(found.conditions) == {"10-2", "15-2"}
    assert found.data == "murdock1962"
    assert found.fit["people"] == "the fit half only"
    assert found.fit["converged"] is False
    assert {"rmsd_spc", "rmsd_spc_per_condition"} <= set(found.held_out)


def test_the_recorded_command_is_the_one_that_repeats_the_fit():
    config = FitConfig(model="sam.kahana2012", options={"step": "second"}, fixed={"q": 0.5}, free=("r",), generations=7)
    assert command_line(resolved(config, get_model("sam.kahana2012"))) == (
        "memlab fit sam.kahana2012 --objective curves --seed 1 --data murdock1962 --half fit --generations 7 "
        "--free r --fixed q=0.5 --option step=second"
    )


def test_a_curve_of_one_person_is_fitted_with_the_same_weight_at_every_point(tmp_path):
    study = load_target("murdock1962", ["10-2"], n_subjects=2, n_lists=40).conditions[0].study
    path = write_table(simulate_condition(get_model("simple"), study, None, 1, "x"), tmp_path / "x.csv")
    run = memlab.fit("simple", data=path, per="subject", generations=5)
    assert [fit.who for fit in run.fits] == [str(s) for s in np.unique(study.subject)]
    assert all(np.isfinite(fit.value) and fit.objective == "curves" for fit in run.fits)
    assert run.parameters is None
