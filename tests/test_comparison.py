"""Comparisons: the same lists, the same analyses, honest scores."""

import dataclasses
import re

import numpy as np
import pytest

import memlab
from memlab import contender as module
from memlab.comparison import run_comparison
from memlab.contender import Contender, jackknife
from memlab.core.errors import DataError, NotSupported, OutputExists, ParameterError, UnknownName, UsageError
from memlab.core.recall import RecallData
from memlab.core.table import write_table
from memlab.curves import MAX_LAG, curve_of, recall_curves
from memlab.data.parameter_sets import ParameterSet
from memlab.models import get_model
from memlab.report import report, shows
from memlab.signatures import contiguity, forward_asymmetry
from memlab.simulation import simulate_condition
from memlab.target import load_target

SMALL = {"conditions": ["10-2"], "subjects": 3, "lists": 10, "replications": 3, "format": ("svg",)}


def contender(name, **values):
    model = get_model(name)
    return Contender(model, ParameterSet(name, "murdock1962", {**model.defaults(), **values}))


@pytest.fixture(scope="module")
def small():
    target = load_target("murdock1962", ["10-2", "20-1"], n_subjects=3, n_lists=10)
    contenders = [contender("cmr"), contender("simple")]
    return run_comparison(target, contenders, contender("chance"), seed=3, replications=3)


def test_people_and_models_stand_in_one_long_table_of_curves(small):
    curves = small.curves()
    assert list(curves) == ["source", "condition", "measure", "x", "value", "low", "high"]
    assert set(curves["source"]) == {"people", "cmr", "simple"}
    lags = [x for x, m in zip(curves["x"], curves["measure"], strict=True) if m == "lag_crp"]
    assert set(lags) == set(range(-MAX_LAG, MAX_LAG + 1)) - {0}


def test_a_model_has_only_the_curves_it_predicts(small):
    curves = small.curves()
    rows = set(zip(curves["source"], curves["measure"], strict=True))
    assert ("simple", "spc") in rows
    assert not {("simple", "pfr"), ("simple", "lag_crp")} & rows
    assert np.isnan(small.score("simple", "rmsd_lag_crp"))


def test_scores_are_distances_from_the_people_who_were_not_fitted(small):
    condition = small.target.conditions[1]
    curve = small.simulated["cmr", "20-1"].mean("spc")
    expected = np.sqrt(((curve - condition.scored["spc"].mean) ** 2).mean())
    assert small.score("cmr", "rmsd_spc", "20-1") == pytest.approx(expected)
    assert not np.allclose(condition.scored["spc"].mean, condition.fitted["spc"].mean)


def test_a_mean_score_is_the_mean_over_conditions_and_differences_do_not_cancel(small):
    each = [small.score("cmr", "recalled_difference", name) for name in ("10-2", "20-1")]
    assert small.score("cmr", "recalled_difference") == pytest.approx(np.abs(each).mean())
    each = [small.score("cmr", "rmsd_pfr", name) for name in ("10-2", "20-1")]
    assert small.score("cmr", "rmsd_pfr") == pytest.approx(np.mean(each))


def test_every_score_stands_beside_chance_and_the_noise_ceiling(small):
    table = small.scores()
    assert list(table) == ["model", "condition", "measure", "value", "error", "ceiling", "chance"]
    assert "chance" not in table["model"]
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    for row in rows:
        if row["measure"].startswith("rmsd_") and row["model"] == "cmr":
            assert 0 < row["ceiling"] < row["chance"]
            assert row["error"] > 0


def test_the_ceiling_is_the_distance_of_two_halves_of_the_people():
    reference = memlab.load("murdock1962")
    target = load_target("murdock1962", ["20-1"])
    distance = np.sqrt(
        ((target.conditions[0].fitted["spc"].mean - target.conditions[0].scored["spc"].mean) ** 2).mean()
    )
    assert 0.3 * reference.ceiling("20-1", "spc") < distance < 3 * reference.ceiling("20-1", "spc")


def test_the_answer_does_not_depend_on_the_number_of_workers():
    target = load_target("murdock1962", ["10-2"], n_subjects=2, n_lists=10)
    one, two = (
        run_comparison(target, [contender("cmr")], contender("chance"), seed=1, replications=2, jobs=jobs)
        for jobs in (1, 2)
    )
    assert str(one.scores()) == str(two.scores())  # as text: NaN equals nothing
    assert str(one.curves()) == str(two.curves())


def test_simulation_goes_on_until_the_monte_carlo_error_is_small():
    target = load_target("murdock1962", ["10-2"], n_subjects=2, n_lists=10)
    few = run_comparison(target, [contender("chance")], None, seed=1, replications=None)
    n = len(few.simulated["chance", "10-2"].curves["spc"])
    assert module.MIN_REPLICATIONS <= n <= module.MAX_REPLICATIONS
    value, error = few.score("chance", "rmsd_spc"), dict_of_errors(few)["chance", "10-2", "rmsd_spc"]
    assert n == module.MAX_REPLICATIONS or error <= module.TARGET_ERROR * value


def dict_of_errors(comparison):
    table = comparison.scores()
    keys = zip(table["model"], table["condition"], table["measure"], strict=True)
    return dict(zip(keys, table["error"], strict=True))


def test_the_jackknife_error_of_a_mean_is_its_standard_error():
    rows = np.random.default_rng(0).normal(size=(50, 1))
    value, error = jackknife(lambda curve: float(curve[0]), rows)
    assert value == pytest.approx(rows.mean())
    assert error == pytest.approx(rows.std(ddof=1) / np.sqrt(50))


def test_one_replication_gives_scores_without_a_monte_carlo_error():
    target = load_target("murdock1962", ["10-2"], n_subjects=2, n_lists=5)
    result = run_comparison(target, [contender("chance")], None, replications=1)
    assert result.score("chance", "rmsd_spc") > 0
    assert np.isnan(dict_of_errors(result)["chance", "10-2", "rmsd_spc"])
    assert "is not known from one simulated experiment" in report(result)


def test_pseudo_subjects_are_cut_at_as_many_responses_as_people_were():
    target = load_target("murdock1962", ["40-1"], n_subjects=2, n_lists=5)
    data = simulate_condition(get_model("chance"), target.conditions[0].study, {"p": 1.0}, 1, "40-1")
    assert data.recalls.n_outputs == 15


def test_the_mean_curve_skips_subjects_in_whom_a_point_is_undefined():
    curve = curve_of(np.array([1, 2]), np.array([[0.2, np.nan], [0.4, np.nan]]))
    np.testing.assert_allclose(curve.mean, [0.3, np.nan])
    assert curve.n.tolist() == [2, 0]
    low, high = curve.interval()
    assert 0 <= low[0] < 0.3 < high[0] <= 1


def test_the_report_says_what_each_model_shows_and_where_it_misses(small):
    text = report(small)
    assert "Shows recency" in text or "primacy" in text
    assert "It says nothing about first recalls or transitions by lag." in text
    assert "Furthest off in the serial-position curve: condition" in text
    assert "Murdock, B. B. (1962)" in text
    assert "| cmr |" in text
    assert not re.search(r"\bnan\b", text)


def test_the_report_says_how_many_responses_of_a_list_count(small):
    assert "count at most, of models too: 10 in 10-2; 15 in 20-1." in report(small)


def test_the_report_says_when_a_fit_had_not_settled(small):
    model = get_model("cmr")
    for converged in (True, False):
        how = {"command": "memlab fit cmr", "converged": converged}
        one = Contender(model, ParameterSet("cmr", "murdock1962", model.defaults(), fit=how))
        text = report(dataclasses.replace(small, contenders=(one,)))
        assert ("before it had settled" in text) is not converged


def test_an_effect_counts_when_it_has_a_third_of_its_human_size(small, monkeypatch):
    human = small.score("people", "recency")
    scores = {"people": human, "cmr": human / 3.1}
    monkeypatch.setattr(type(small), "score", lambda self, model, measure, condition="mean": scores[model])
    assert not shows(small, "cmr", "recency")
    scores["cmr"] = human / 2.9
    assert shows(small, "cmr", "recency")
    scores["cmr"] = -human
    assert not shows(small, "cmr", "recency")


def test_no_model_shows_an_effect_that_goes_the_other_way_in_it_and_in_people(small, monkeypatch):
    scores = {"people": -0.1, "cmr": -0.3}
    monkeypatch.setattr(type(small), "score", lambda self, model, measure, condition="mean": scores[model])
    assert not shows(small, "cmr", "primacy")


def test_compare_from_python_leaves_a_folder_that_verifies_and_repeats(tmp_path):
    from memlab.run_folder import read_run, verify
    from memlab.runs.repeat import repeat

    result = memlab.compare("free_recall", models=["chance", "cmr"], seed=1, out=tmp_path / "a", **SMALL)
    assert result.score("cmr", "rmsd_spc") > 0
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names == {"curves.csv", "scores.csv", "report.md", "figure.svg", "figure.caption.md", "run.json"}
    verify(tmp_path / "a")
    assert repeat(read_run(tmp_path / "a"), tmp_path / "b", jobs=2) == []
    again = read_run(tmp_path / "b")["outputs"]
    assert again == read_run(tmp_path / "a")["outputs"]


def test_an_interrupted_comparison_keeps_what_was_finished(tmp_path):
    def stop(what, done, total):
        if done == 2:
            raise KeyboardInterrupt

    result = memlab.compare(models=["chance", "cmr", "tcm"], out=tmp_path / "a", progress=stop, **SMALL)
    assert result.interrupted
    assert len(result.simulated) == 2
    assert "Interrupted: only what was finished is here" in (tmp_path / "a" / "report.md").read_text()
    assert '"complete": false' in (tmp_path / "a" / "run.json").read_text()


def test_a_model_that_cannot_do_the_lists_leaves_no_folder_behind(tmp_path):
    study = memlab.StudyLists(
        np.array([[0, 1, 0, 2]] * 2), np.tile(np.arange(4.0), (2, 1)), np.zeros((2, 5)), [1, 2], [1, 1]
    )
    twice = RecallData(study, memlab.Recalls(np.array([[1, 2], [4, 2]])), "twice")
    path = write_table(twice, tmp_path / "twice.csv")
    with pytest.raises(NotSupported, match="presents an item more than once"):
        memlab.compare(models=["minerva2"], data=path, out=tmp_path / "a", replications=2)
    assert not (tmp_path / "a").exists()


def test_an_interrupted_run_is_repeated_whole(tmp_path):
    from memlab.run_folder import read_run, verify
    from memlab.runs.repeat import repeat

    def stop(what, done, total):
        raise KeyboardInterrupt

    memlab.compare(models=["chance"], out=tmp_path / "a", progress=stop, **SMALL)
    assert repeat(read_run(tmp_path / "a"), tmp_path / "b") == []
    verify(tmp_path / "b")


def test_a_users_own_file_is_compared_with_itself_in_halves(tmp_path):
    target = load_target("murdock1962", ["10-2"], n_subjects=4, n_lists=10)
    data = simulate_condition(get_model("cmr"), target.conditions[0].study, None, 5, "mine")
    path = write_table(data, tmp_path / "class.csv")
    own = load_target(path)
    assert [c.name for c in own.conditions] == ["mine"]
    assert own.conditions[0].n_subjects == 4
    assert own.conditions[0].ceiling["spc"] > 0
    fitted = recall_curves(data.select_subjects([1, 2]))["spc"].mean
    np.testing.assert_allclose(own.conditions[0].fitted["spc"].mean, fitted)
    assert isinstance(data, RecallData)


def test_one_subject_alone_has_no_noise_ceiling(tmp_path):
    target = load_target("murdock1962", ["10-2"], n_subjects=1, n_lists=5)
    data = simulate_condition(get_model("chance"), target.conditions[0].study, None, 5, "one")
    own = load_target(write_table(data, tmp_path / "one.csv"))
    assert np.isnan(own.conditions[0].ceiling["spc"])
    result = run_comparison(own, [contender("chance")], None, replications=2)
    assert not re.search(r"\bnan\b", report(result))


@pytest.mark.parametrize("length", [1, 2, 4])
def test_short_lists_are_compared_without_the_scores_that_they_cannot_have(tmp_path, length):
    study = memlab.StudyLists.simple(4, length, subject=[1, 1, 2, 2])
    recalls = get_model("chance").simulate(study, {"p": 0.8}, np.random.default_rng(1))
    own = load_target(write_table(RecallData(study, recalls, "short"), tmp_path / "short.csv"))
    result = run_comparison(own, [contender("chance", p=0.8)], None, replications=2)
    assert np.isnan(result.score("chance", "contiguity")) == (length < 3)
    assert np.isnan(result.score("chance", "forward_asymmetry")) == (length < 2)
    assert not re.search(r"\bnan\b|recency[,.]", report(result).split("## What each model")[1])


def test_contiguity_and_asymmetry_are_taken_at_the_middle_of_a_short_lag_crp():
    lag_crp = np.array([0.1, 0.2, 0.3, 0.6, 0.3, 0.2])  # lags -3 … 3 of a list of four
    assert contiguity(lag_crp) == pytest.approx(0.45 - 0.2)
    assert forward_asymmetry(lag_crp) == pytest.approx(0.3)


def test_people_who_recall_nothing_are_compared_all_the_same(tmp_path):
    study = memlab.StudyLists.simple(4, 8, subject=[1, 1, 2, 2])
    nothing = RecallData(study, memlab.Recalls(np.zeros((4, 1), dtype=int)), "none")
    own = load_target(write_table(nothing, tmp_path / "none.csv"))
    text = report(run_comparison(own, [contender("chance")], None, replications=2))
    assert "Furthest off in the serial-position curve" in text
    assert "Furthest off in transitions" not in text


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"models": ["cmrr"]}, UnknownName, "there is no model 'cmrr'. Did you mean 'cmr'"),
        ({"models": ["cmr", "cmr"]}, UsageError, "a model is named twice"),
        ({"models": []}, NotSupported, "there is nothing to compare"),
        ({"conditions": ["20-3"]}, UnknownName, "there is no condition '20-3'. Did you mean '20-1'|'20-2'"),
        ({"conditions": ["10-2", "10-2"]}, UsageError, "a condition is named twice in: 10-2, 10-2"),
        ({"data": "glanzer_cunitz1966"}, UnknownName, "Allowed: murdock1962, murdock_okada1970"),
        ({"data": "murdock1963"}, UnknownName, "no data set 'murdock1963'. Did you mean 'murdock1962'"),
        ({"data": "none.csv"}, DataError, "cannot read none.csv"),
        ({"models": ["cmr"], "values": {"cmr": {"beta_enc": 2}}}, ParameterError, "beta_enc must be"),
        ({"models": ["cmr"], "values": {"tcm": {"beta": 0.5}}}, UnknownName, "a model that is not compared"),
        ({"layout": "grid"}, UsageError, "option layout"),
        ({"seeds": 3}, UnknownName, "there is no option 'seeds'. Did you mean 'seed'"),
    ],
)
def test_a_wrong_call_is_one_line_and_leaves_nothing(tmp_path, options, kind, message):
    with pytest.raises(kind, match=message) as caught:
        memlab.compare(**({"out": tmp_path / "out", "subjects": 1, "lists": 1} | options))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_an_existing_folder_is_refused_before_any_work_is_done(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(OutputExists):
        memlab.compare(models=["chance"], out=tmp_path, **SMALL)
