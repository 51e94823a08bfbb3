"""``memlab recover``: known values come back, or the report says that they do not; models told apart, or not."""

import csv

import numpy as np
import pytest

from memlab.analysis.figures.recovery import confusion_figure, correlation_figure, profile_figure, recovery_figure
from memlab.core.errors import DataError, NotSupported, UnknownName, UsageError
from memlab.core.recall import StudyLists
from memlab.fitting.likelihood import LikelihoodObjective, fit_likelihood
from memlab.fitting.optimise import minimise
from memlab.lists import ListCondition
from memlab.models import get_model
from memlab.recovery import Recovered, designs_of, simulate_subject
from memlab.recovery_report import model_recovery_report, recovery_report
from memlab.runs.recover import recover
from memlab.true_values import anywhere, around, fitted_values

SMALL = {"list_length": 10, "lists": 40, "n": 5, "method": "lbfgs", "restarts": 1}


@pytest.fixture(scope="module")
def tcm():
    return recover("tcm", profiles=1, **SMALL)


def test_chance_comes_back_with_a_right_interval():
    found = recover("chance", list_length=20, lists=20, n=30, method="lbfgs", restarts=1, profiles=0)
    table = {name: column[0] for name, column in found.recovery().items()}
    assert table["parameter"] == "p"
    assert table["r"] > 0.95
    assert abs(table["bias"]) < 4 * table["bias_error"]
    assert table["rmse"] == pytest.approx(np.sqrt(0.4 * 0.6 / 400), rel=0.4)
    assert table["coverage"] >= 0.85
    assert found.ridges() == []


def test_only_what_the_lists_can_tell_is_recovered_and_the_rest_is_held_at_its_true_value(tcm):
    assert "beta_distract" not in tcm.free
    assert all(one.estimate["beta_distract"] == one.true["beta_distract"] for one in tcm.subjects)
    delayed = recover("tcm", delay_seconds=10.0, profiles=0, **{**SMALL, "n": 1})
    assert "beta_distract" in delayed.free


def test_true_values_differ_between_subjects_and_stay_inside_their_range(tcm):
    model = tcm.plan.model
    for one in tcm.subjects:
        model.resolve(one.true)
    assert len({one.true["beta"] for one in tcm.subjects}) == 5


def test_no_profile_lies_below_the_fit_and_no_rise_is_negative_where_the_fit_is_right(tcm):
    assert not any(one.missed for one in tcm.subjects)
    profiles = tcm.profiles()
    assert set(profiles["subject"]) == {1}
    assert set(profiles["parameter"]) == set(tcm.free)
    assert min(profiles["rise"]) > -0.01


def test_the_rise_is_counted_from_the_best_that_was_found_and_a_missed_optimum_is_said():
    one = Recovered(0, {"a": 1}, {"a": 2}, 10.0, 5, True, [], {"a": 1.0, "b": -1.5}, {}, [])
    assert one.missed
    assert not one.covers("a")
    assert one.covers("b")


def test_the_stop_rule_is_a_ridge_and_the_report_names_it(tcm):
    pairs = {frozenset(pair[:2]): pair[2:] for pair in tcm.ridges()}
    _, curved = pairs[frozenset({"stop_scale", "stop_growth"})]
    assert curved < -0.8
    text = recovery_report(tcm, "made up")
    assert "stop_scale – stop_growth" in text
    assert "True values: made up." in text
    assert "40 lists of 10 items" in text


@pytest.mark.slow
def test_a_subject_is_the_same_whoever_else_is_simulated_and_by_however_many_workers(tcm):
    two = recover("tcm", profiles=1, jobs=2, **{**SMALL, "n": 2})
    assert str(two.estimates()) == str({name: column[: 2 * len(tcm.free)] for name, column in tcm.estimates().items()})
    assert two.subjects[0].profiles == tcm.subjects[0].profiles


def test_a_centre_on_a_bound_gives_values_inside_and_no_spread_gives_the_centre():
    model = get_model("tcm")
    names = ("beta", "T")
    drawn = around(model, {"beta": 1.0, "T": 0.5}, names, 3, 0.5, 1)
    assert all(0.9 < values["beta"] < 1 for values in drawn)
    assert around(model, {"beta": 1.0, "T": 0.5}, names, 2, 0.0, 1)[1]["T"] == pytest.approx(0.5)
    spread = anywhere(model, {}, names, 200, 1)
    assert np.ptp([values["beta"] for values in spread]) > 0.9
    assert len({values["stop_scale"] for values in spread}) == 1


def test_true_values_can_be_a_folder_of_fits(tmp_path):
    model = get_model("tcm")
    study = StudyLists.simple(20, 8)
    data = simulate_subject(model, (("8-1", study),), model.defaults(), 1, 0)
    fit = fit_likelihood(model, data, free=["beta"], method="lbfgs", unit="subject", who="1")
    fit.write(tmp_path / "tcm.1.json")
    assert fitted_values(tmp_path, model) == [dict(fit.values)]
    found = recover("tcm", truth=str(tmp_path), profiles=0, free=["beta"], **{**SMALL, "n": 2})
    assert [one.true for one in found.subjects] == [dict(fit.values)] * 2
    with pytest.raises(DataError, match="has no fit of cmr: memlab fit cmr --per subject"):
        fitted_values(tmp_path, get_model("cmr"))


def test_a_subject_of_several_conditions_has_the_lists_of_all_if_it_is_one_person():
    conditions = [
        ListCondition(name, StudyLists.simple(4, n, subject=[1, 1, 2, 2])) for name, n in (("a", 5), ("b", 6))
    ]
    crossed = designs_of(conditions, crossed=True)
    assert [[name for name, _ in design] for design in crossed] == [["a", "b"], ["a", "b"]]
    apart = designs_of(conditions, crossed=False)
    assert [(design[0][0], design[0][1].subject[0]) for design in apart] == [("a", 1), ("b", 1), ("a", 2), ("b", 2)]


@pytest.mark.parametrize(
    ("model", "options", "kind", "message"),
    [
        ("", {}, UsageError, "name one model, or several with --models"),
        ("tcm", {"models": ["cmr", "tcm"]}, UsageError, "name one model, or several"),
        ("tmc", {}, UnknownName, "there is no model 'tmc'. Did you mean 'tcm'"),
        ("sam", {}, NotSupported, "sam.rs1981 has no exact likelihood.* --criterion curves"),
        ("tcm", {"truth": "nowhere"}, UnknownName, "--truth is no folder of fits, nor 'nowhere'. Allowed: preset"),
        ("tcm", {"free": ["betta"]}, UnknownName, "tcm has no parameter 'betta'"),
        ("tcm", {"fixed": {"beta": 2}}, UsageError, "tcm: beta must be a number in"),
        ("tcm", {"spread": -1}, UsageError, "option spread"),
        ("", {"models": ["tcm"]}, UsageError, "--models needs two models or more"),
        ("", {"models": ["tcm", "sam"]}, NotSupported, "sam.rs1981 has no exact likelihood.*--criterion curves"),
        ("", {"models": ["tcm", "simple"], "criterion": "curves"}, NotSupported, "simple predicts spc only"),
        ("", {"models": ["tcm", "cmr"], "free": ["beta"]}, UsageError, "--free, --fixed, --set and --option belong to"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line_and_leaves_nothing(tmp_path, model, options, kind, message):
    with pytest.raises(kind, match=message) as caught:
        recover(model, out=tmp_path / "out", **{**SMALL, **options})
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_network_is_refused_because_it_would_have_to_be_trained_again():
    with pytest.raises(NotSupported, match="dnc is a network: it would have to be trained again on every subject"):
        recover(models=["tcm", "dnc"], **SMALL)
    with pytest.raises(NotSupported, match="dnc"):
        recover("dnc", **SMALL)


@pytest.mark.parametrize("criterion", ["bic", "aicc", "held_out"])
def test_chance_and_tcm_are_told_apart_by_every_likelihood(criterion):
    # Around the defaults: where chance recalls a third of a list, as in its shipped set, TCM can be made like it.
    found = recover(models=["chance", "tcm"], criterion=criterion, truth="defaults", **{**SMALL, "n": 2})
    np.testing.assert_array_equal(found.counts(), [[2, 0], [0, 2]])
    np.testing.assert_array_equal(found.inverse(), np.eye(2))
    scores = found.scores()
    assert scores["k"][:2] == [1, 5]
    assert "Who wins (columns) for whose data (rows)" in model_recovery_report(found, "made up")


def test_held_out_curves_take_part_where_a_model_has_no_likelihood(monkeypatch):
    monkeypatch.setattr("memlab.half_curves.GENERATIONS", {"de": 3, "cma": 3})
    found = recover(models=["chance", "tcm"], criterion="curves", list_length=8, lists=20, n=1)
    table = found.scores()
    assert all(0 < value < 1 for value in table["criterion"])
    assert all(np.isnan(table["log_likelihood"]))
    assert np.argmin([table["criterion"][i] for i in (2, 3)]) == 1  # of tcm's subject


@pytest.mark.parametrize("method", ["de", "cma"])
def test_held_out_curves_are_fitted_by_the_method_and_restarts_asked_for(monkeypatch, method):
    used = []

    def watched(*args, **how):
        used.append((how["method"], how["restarts"]))
        return minimise(*args, **how)

    monkeypatch.setattr("memlab.half_curves.GENERATIONS", {"de": 2, "cma": 2})
    monkeypatch.setattr("memlab.half_curves.minimise", watched)
    recover(models=["chance", "tcm"], criterion="curves", method=method, restarts=2, list_length=6, lists=10, n=1)
    assert used == [(method, 2)] * 4


def test_held_out_curves_refuse_a_method_that_needs_slopes():
    with pytest.raises(NotSupported, match="take de or cma"):
        recover(models=["chance", "tcm"], criterion="curves", method="lbfgs", list_length=6, lists=10, n=1)


def test_the_figures_show_the_numbers(tcm):
    panels = recovery_figure(tcm.estimates()).axes
    assert len(panels) == len(tcm.free)
    circles = [line for line in panels[0].get_lines() if line.get_marker() == "o"]
    drawn = np.concatenate([line.get_xydata() for line in circles])
    assert {tuple(point) for point in drawn} == {(one.true["beta"], one.estimate["beta"]) for one in tcm.subjects}

    matrix = correlation_figure(tcm.free, tcm.error_correlations(), tcm.curvature_correlations()).axes[0]
    n = len(tcm.free)
    assert len(matrix.texts) == n * (n - 1)
    image = np.asarray(matrix.get_images()[0].get_array())
    assert image[1, 0] == pytest.approx(tcm.error_correlations()[1, 0])
    assert image[0, 1] == pytest.approx(tcm.curvature_correlations()[0, 1])

    profiles = profile_figure(tcm.profiles()).axes
    assert [axes.get_title() for axes in profiles] == list(tcm.free)
    assert all(axes.get_ylim() == (0, 4) for axes in profiles)

    shares = np.array([[0.75, 0.25], [0.0, 1.0]])
    left, right, _ = confusion_figure(["tcm", "cmr"], shares, shares / shares.sum(axis=0)).axes
    assert [text.get_text() for text in left.texts[:4]] == [".75", ".25", ".00", "1.00"]
    assert [text.get_text() for text in right.texts[:4]] == ["1.00", ".20", ".00", ".80"]


CALL = "recover tcm --list-length 8 --lists 15 --n 3 --free beta,T --method lbfgs --restarts 1 --format svg --jobs 1"


def test_recover_leaves_a_folder_that_verifies_and_repeats(cli, tmp_path):
    code, out, err = cli(*CALL.split(), "--profiles", "1", "--out", "a")
    assert code == 0, err
    assert "rank r" in out
    names = {path.name for path in (tmp_path / "a").iterdir()}
    tables = {"recovery.csv", "estimates.csv", "correlations.csv", "profiles.csv", "report.md", "run.json"}
    figures = {f"{n}.{kind}" for n in ("estimates", "correlations", "profiles") for kind in ("svg", "caption.md")}
    assert names == tables | figures | {f"subject-00{i}.json" for i in (1, 2, 3)}
    assert cli("verify", "a")[0] == 0
    code, _, err = cli("rerun", "a/run.json", "--out", "b", "--jobs", "1")
    assert (code, "every file is the same" in err) == (0, True), err
    with (tmp_path / "a" / "recovery.csv").open() as file:
        assert [row["parameter"] for row in csv.DictReader(file)] == ["beta", "T"]


def test_an_interrupted_recovery_goes_on_where_it_stopped_and_ends_the_same(cli, tmp_path, monkeypatch):
    from memlab import recovery

    whole = recovery.recover_subject
    assert cli(*CALL.split(), "--profiles", "0", "--out", "whole", "-q")[0] == 0
    done = []

    def until_the_second(plan, number):
        if number == 2:
            raise KeyboardInterrupt
        done.append(number)
        return whole(plan, number)

    monkeypatch.setattr(recovery, "recover_subject", until_the_second)
    code, _, err = cli(*CALL.split(), "--profiles", "0", "--out", "a")
    assert (code, "go on with --resume" in err) == (130, True)
    assert "Interrupted" in (tmp_path / "a" / "report.md").read_text()
    assert cli("verify", "a")[0] == 7
    monkeypatch.setattr(recovery, "recover_subject", lambda plan, number: done.append(number) or whole(plan, number))
    assert cli(*CALL.split(), "--profiles", "0", "--out", "a")[0] == 6
    assert cli(*CALL.split(), "--profiles", "0", "--seed", "2", "--out", "a", "--resume")[0] == 2
    assert cli(*CALL.split(), "--profiles", "0", "--out", "a", "--resume", "-q")[0] == 0
    assert done == [0, 1, 2]
    for path in (tmp_path / "whole").iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (tmp_path / "a" / path.name).read_bytes(), path.name
    assert cli("verify", "a")[0] == 0


def test_ctrl_c_in_the_middle_of_a_fit_leaves_no_half_fitted_subject(monkeypatch):
    whole, calls = LikelihoodObjective.__call__, []

    def until_the_fifth(self, points):
        calls.append(len(points))
        if len(calls) == 5:
            raise KeyboardInterrupt
        return whole(self, points)

    monkeypatch.setattr(LikelihoodObjective, "__call__", until_the_fifth)
    found = recover("tcm", profiles=0, **SMALL)
    assert (found.interrupted, found.subjects) == (True, ())


def test_models_leave_their_matrix(cli, tmp_path):
    call = "recover --models chance,tcm --list-length 8 --lists 15 --n 2 --method lbfgs --restarts 1 --format svg"
    code, out, err = cli(*call.split(), "--jobs", "1", "--out", "a")
    assert code == 0, err
    assert "which model wins" in out
    names = {path.name for path in (tmp_path / "a").iterdir()}
    subjects = {f"subject-{model}-00{i}.json" for model in ("chance", "tcm") for i in (1, 2)}
    assert names == subjects | {
        "confusion.csv", "scores.csv", "report.md", "figure.svg", "figure.caption.md", "run.json"
    }  # fmt: skip
    code, _, err = cli("rerun", "a/run.json", "--out", "b", "--jobs", "1")
    assert (code, "every file is the same" in err) == (0, True), err


def test_what_is_no_recovered_subject_is_refused(tmp_path):
    (tmp_path / "a.json").write_text('{"number": 1}')
    with pytest.raises(DataError, match="is not a recovered subject"):
        Recovered.read(tmp_path / "a.json")
