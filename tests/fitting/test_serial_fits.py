"""Models are fitted to serial recall: single lists by likelihood, curves otherwise, and what is left out is said."""

import numpy as np
import pytest

import memlab
from memlab.cli.fit import told
from memlab.configuration import FitConfig
from memlab.core.errors import NotSupported
from memlab.core.recall import INTRUSION, OMISSION, RecallData, Recalls
from memlab.core.table import write_table
from memlab.curve_sets import SE_FLOOR, SE_FLOOR_OF_ERRORS, curve_set
from memlab.fitting.curves import CurveObjective
from memlab.fitting.units import resolved
from memlab.models import get_model
from memlab.paradigms.serial_recall import SerialRecall
from memlab.simulation import simulate_condition
from memlab.target import load_target

DATA = "farrell_lewandowsky2012_e2"


def study(n_subjects=4, n_lists=40):
    return SerialRecall("own", n_subjects=n_subjects, n_lists=n_lists).study_lists(seed=2)


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    data = simulate_condition(get_model("chaining"), study(), {"tau": 2.0, "blank": 0.2}, 1, "own")
    return write_table(data, tmp_path_factory.mktemp("people") / "class.csv")


@pytest.fixture(scope="module")
def target():
    return load_target(DATA, n_subjects=3, n_lists=20)


def test_the_distance_is_the_mean_square_in_standard_errors_over_the_five_curves(target):
    model, (condition,), names = get_model("chaining"), target.conditions, curve_set("serial_recall").curves
    value = CurveObjective(model, target.conditions, "fit", 1).distance({"tau": 3.0})
    data = simulate_condition(model, condition.study, {"tau": 3.0}, 1, "dissimilar")
    squares = []
    for name, (_, rows) in curve_set("serial_recall").subject_curves(data, names).items():
        people = condition.fitted[name]
        floor = SE_FLOOR if name.startswith("accuracy") else SE_FLOOR_OF_ERRORS
        error = np.maximum(people.standard_error(), floor)
        squares.append((((rows.mean(axis=0) - people.mean) / error) ** 2).mean())
    assert value == pytest.approx(np.mean(squares))


def test_the_distance_is_a_function_of_the_values_alone(target):
    objective = CurveObjective(get_model("start_end"), target.conditions, "fit", 1)
    assert objective.distance({"S": 0.7}) == objective.distance({"S": 0.7}) != objective.distance({"S": 0.9})


def test_conditions_without_a_curve_leave_the_distance_known():
    one_item = load_target("gew2012_e2", ["length_known-1", "length_known-4"], n_subjects=2, n_lists=4)
    objective = CurveObjective(get_model("chaining"), one_item.conditions, "fit", 1)
    assert np.isfinite(objective.distance({}))


@pytest.mark.parametrize("name", ["chance", "chaining", "cru", "cmr", "simple.serial", "primacy"])
def test_single_lists_and_an_exact_likelihood_are_fitted_by_likelihood_and_curves_by_curves(name, lists):
    assert resolved(FitConfig(model=name, data=str(lists)), get_model(name)).objective == "likelihood"
    assert resolved(FitConfig(model=name, data=DATA), get_model(name)).objective == "curves"


@pytest.mark.parametrize("name", ["start_end", "todam", "oscar", "perturbation", "position_marking"])
def test_a_theory_without_a_likelihood_is_fitted_by_curves_even_to_single_lists(name, lists):
    assert resolved(FitConfig(model=name, data=str(lists)), get_model(name)).objective == "curves"


def test_a_likelihood_fit_recovers_the_values_that_made_the_lists(lists):
    found = memlab.fit("chaining", data=lists, half="all", restarts=1, fixed={"forward": 0.5, "backward": 0.4})
    assert found.parameters.values["tau"] == pytest.approx(2.0, abs=0.35)
    assert found.parameters.values["blank"] == pytest.approx(0.2, abs=0.03)


def test_repeats_and_intrusions_count_as_blanks_and_the_fit_says_so(tmp_path):
    own = study(2, 2)
    position = np.array([[1, 2, 3, 4, 5, 6], [1, 2, INTRUSION, 4, 5, 6], [1, 2, 2, 4, OMISSION, 6], [1, 2, 3, 4, 5, 6]])
    path = write_table(RecallData(own, Recalls(position), "own"), tmp_path / "x.csv")
    found = memlab.fit("chance", data=path, half="all", restarts=1)
    (fit,) = found.fits
    assert found.parameters.values["p"] == pytest.approx(21 / 24, abs=1e-4)
    assert fit.n_events == 24
    assert fit.dropped == {"repeats": 1, "intrusions": 1, "lists": 0}
    assert "; 1 repeats and 1 intrusions count as blanks" in told(found)[0]
    assert found.parameters.fit["left_out"] == "count as blanks"
    clean = memlab.fit("chance", data=path, half="all", restarts=1, events="drop_lists")
    assert clean.fits[0].n_lists == 2
    assert "; 2 lists with an error were left out" in told(clean)[0]


def test_a_parameter_set_of_serial_recall_has_its_own_held_out_scores():
    found = memlab.fit("chance", data=DATA, subjects=2, lists=10, generations=2)
    scores = found.parameters.held_out
    assert set(scores) == {*curve_set("serial_recall").distances, "accuracy_difference"}
    assert found.parameters.data == DATA
    assert found.parameters.fit["se_floor"].startswith("0.02; 0.01 of transposition_gradient")


def test_free_recall_keeps_one_floor_of_standard_errors():
    found = memlab.fit("chance", data="murdock1962", conditions=["10-2"], subjects=2, lists=5, generations=2)
    assert found.parameters.fit["se_floor"] == SE_FLOOR


@pytest.mark.parametrize(
    ("model", "data", "message"),
    [
        ("tcm", DATA, "tcm is a model of free recall; serial recall is not for it"),
        ("chaining", "murdock1962", "chaining is a model of serial recall; free recall is not for it"),
        ("tcm", "lists", "tcm is a model of free recall; serial recall is not for it"),
    ],
)
def test_a_model_that_does_not_recall_as_the_people_did_is_refused(model, data, message, lists):
    with pytest.raises(NotSupported, match=message):
        memlab.fit(model, data=lists if data == "lists" else data)


def test_each_subject_can_be_fitted_by_likelihood(lists):
    found = memlab.fit("chance", data=lists, per="subject", restarts=1)
    assert [fit.who for fit in found.fits] == ["1", "2", "3", "4"]
    assert all(fit.objective == "likelihood" and fit.n_events == 40 * 6 for fit in found.fits)
