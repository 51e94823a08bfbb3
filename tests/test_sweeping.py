"""``memlab sweep``: a model's curves as one parameter moves, in one figure and one table."""

import csv

import numpy as np
import pytest

from memlab.analysis.figures.panels import compare_figure
from memlab.analysis.figures.style import sweep_looks
from memlab.core.errors import NotSupported, ParameterError, UnknownName, UsageError
from memlab.runs.sweep import sweep
from memlab.signatures import contiguity

SMALL = {"list_length": 8, "subjects": 3, "lists": 20, "replications": 2}


@pytest.fixture(scope="module")
def drift():
    return sweep("cmr", {"beta_enc": "0.1:0.9:5"}, **SMALL)


def rows(found):
    table = found.curves()
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def test_every_value_is_a_source_and_stands_in_its_own_column(drift):
    found = dict.fromkeys((row["source"], row["beta_enc"]) for row in rows(drift))
    assert list(found) == [(f"beta_enc={value}", value) for value in (0.1, 0.3, 0.5, 0.7, 0.9)]


def test_the_error_is_the_standard_error_over_simulated_experiments(drift):
    curves = drift.simulated["beta_enc=0.5", "8-1"].curves["spc"]
    first = next(row for row in rows(drift) if row["source"] == "beta_enc=0.5")
    assert first["error"] == pytest.approx(curves[:, 0].std(ddof=1) / np.sqrt(2))


def test_more_drift_makes_more_contiguity(drift):
    slow, *_, fast = (contiguity(drift.simulated[step.contender.name, "8-1"].mean("lag_crp")) for step in drift.steps)
    assert fast > slow + 0.1


def test_what_the_parameter_does_not_touch_does_not_move_because_every_value_gets_the_same_random_numbers():
    found = sweep("cmr", {"beta_rec": [0.2, 0.9]}, **SMALL)
    low, high = (found.simulated[f"beta_rec={value}", "8-1"].curves for value in (0.2, 0.9))
    np.testing.assert_array_equal(low["pfr"], high["pfr"])  # the first recall comes before any drift at recall
    assert (low["lag_crp"] != high["lag_crp"]).any()


def test_a_range_of_whole_numbers_is_rounded_and_values_that_are_named_are_not():
    assert [step.swept["r"] for step in sweep("sam", {"r": "1:8:5"}, **SMALL).steps] == [1, 3, 4, 6, 8]
    with pytest.raises(ParameterError, match="r must be a whole number"):
        sweep("sam", {"r": [1, 2.5, 4]}, **SMALL)


def test_a_second_parameter_is_drawn_in_columns():
    found = sweep("cmr", {"beta_enc": "0.2,0.8", "gamma_fc": "0,1"}, **SMALL)
    table = found.curves()
    assert list(table)[-2:] == ["beta_enc", "gamma_fc"]
    assert list(dict.fromkeys(table["condition"])) == ["gamma_fc=0", "gamma_fc=1"]
    figure = compare_figure(table, styles=sweep_looks(table["source"]))
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == ["gamma_fc=0", "gamma_fc=1"]


def test_people_lie_behind_and_all_else_is_the_preset():
    found = sweep(
        "cmr", {"phi_s": [0, 4]}, data="murdock1962", conditions=["10-2"], subjects=2, lists=10, replications=2
    )
    assert found.curves()["source"][0] == "people"
    preset = found.base.parameters.values
    assert found.steps[0].contender.parameters.values == {**preset, "phi_s": 0}


def test_the_answer_does_not_depend_on_the_number_of_workers(drift):
    assert str(sweep("cmr", {"beta_enc": "0.1:0.9:5"}, jobs=2, **SMALL).curves()) == str(drift.curves())


@pytest.mark.parametrize(
    ("param", "options", "kind", "message"),
    [
        ({"beta_end": "0:1:3"}, {}, UnknownName, "cmr has no parameter 'beta_end'. Did you mean 'beta_enc'"),
        ({"beta_enc": "0:2:3"}, {}, ParameterError, r"beta_enc must be a number in \[0, 1\]. Got 2 instead"),
        ({"beta_enc": "0.1:0.9"}, {}, ParameterError, "beta_enc: write START:STOP:N with N from 2 to 10000"),
        ({"beta_enc": "0.1:0.9:1000000000"}, {}, ParameterError, "N from 2 to 10000"),
        ({"beta_enc": "0.1:0.9:1"}, {}, ParameterError, "N from 2 to 10000"),
        ({"beta_enc": "low"}, {}, ParameterError, "or A,B,C. Got 'low' instead"),
        ({"beta_enc": "0:inf:3"}, {}, ParameterError, "beta_enc must be a number"),
        ({"beta_enc": []}, {}, ParameterError, "beta_enc needs at least one value"),
        ({"beta_enc": "0:1:25"}, {}, UsageError, "at most 24 values"),
        ({}, {}, UsageError, "a sweep moves one parameter or two"),
        ({"beta_enc": "0:1:3"}, {"values": {"beta_enc": 0.5}}, UsageError, "beta_enc is swept"),
        ({"beta_enc": "0:1:3", "tau": [1, 2]}, {"data": "murdock1962"}, UsageError, "name one --conditions of 10-2"),
    ],
)
def test_a_wrong_call_is_one_line_and_leaves_nothing(tmp_path, param, options, kind, message):
    with pytest.raises(kind, match=message) as caught:
        sweep("cmr", param, out=tmp_path / "out", **options)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_colours_go_from_dark_to_light_by_value_and_uneven_values_by_rank():
    def lightness(look):
        return sum(int(look.color[i : i + 2], 16) * weight for i, weight in ((1, 0.3), (3, 0.59), (5, 0.11)))

    even = sweep_looks(["people", "tau=1", "tau=2", "tau=3"])
    assert [look.label for look in even.values()] == ["People", "tau = 1", "2", "3"]
    shades = [lightness(even[name]) for name in ("tau=1", "tau=2", "tau=3")]
    assert shades == sorted(shades)
    by_rank = sweep_looks(["tau=1", "tau=10", "tau=1000"])
    assert [by_rank[name].color for name in by_rank if name != "people"] == [
        even[name].color for name in even if name != "people"
    ]


CALL = "sweep cmr --param beta_enc=0.2:0.8:3 --data murdock1962 --conditions 10-2 --subjects 2 --lists 5 --format svg"


def test_sweep_leaves_a_folder_that_verifies_repeats_and_is_drawn_again(cli, tmp_path):
    code, _, err = cli(*CALL.split(), "--out", "a")
    assert code == 0, err
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names == {"curves.csv", "figure.svg", "figure.caption.md", "run.json"}
    assert cli("verify", "a")[0] == 0
    code, _, err = cli("rerun", "a/run.json", "--out", "b", "--jobs", "2")
    assert (code, "every file is the same" in err) == (0, True), err
    assert cli("plot", "a", "--format", "svg", "--out", "c")[0] == 0
    for name in ("figure.svg", "figure.caption.md"):
        assert (tmp_path / "c" / name).read_bytes() == (tmp_path / "a" / name).read_bytes()
    caption = (tmp_path / "a" / "figure.caption.md").read_text()
    assert caption.startswith(
        "Recall of cmr as beta_enc moves from 0.2 to 0.8 in 3 values, everything else at one value."
    )
    assert "people of Murdock (1962), mean over subjects (n = 15)" in caption
    with (tmp_path / "a" / "curves.csv").open() as file:
        assert {row["beta_enc"] for row in csv.DictReader(file)} == {"", "0.2", "0.5", "0.8"}


def test_with_two_parameters_the_caption_says_what_the_columns_are_and_whose_condition_lies_behind(cli, tmp_path):
    assert cli(*CALL.split(), "--param", "gamma_fc=0,1", "--out", "a")[0] == 0
    caption = (tmp_path / "a" / "figure.caption.md").read_text()
    assert "In columns: gamma_fc=0, gamma_fc=1." in caption
    assert "people of Murdock (1962), condition 10-2, mean over subjects (n = 15 in each condition)" in caption


def test_a_wrong_sweep_is_one_line_on_the_command_line(cli):
    code, out, err = cli("sweep", "cmr", "--param", "beta_enc=9", "--out", "a")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "memlab sweep cmr --param beta_enc=0.1:0.9:9" in cli("sweep", "--help")[1]


def test_a_model_of_serial_recall_is_swept_through_the_curves_of_serial_recall_with_people_behind():
    options = {"data": "farrell_lewandowsky2012_e2", "subjects": 2, "lists": 10, "replications": 1}
    found = sweep("chaining", {"blank": [0, 0.5]}, **options)
    table = rows(found)
    assert {row["source"] for row in table} == {"people", "blank=0", "blank=0.5"}
    assert {row["measure"] for row in table} == {
        *("accuracy_strict", "accuracy_item", "transposition_gradient", "omissions_or_intrusions", "repetitions"),
    }
    full, blank = (found.simulated[f"blank={p}", "dissimilar"].mean("accuracy_item").mean() for p in ("0", "0.5"))
    assert (full, blank) == (1.0, pytest.approx(0.5, abs=0.15))


def test_an_experiment_of_serial_recall_is_swept_and_refused_by_models_of_free_recall():
    small = {"experiment": "nimmo_lewandowsky2006_e2", "subjects": 2, "lists": 3, "replications": 1}
    assert {row["condition"] for row in rows(sweep("cru", {"tau": [2]}, **small))} == {"auditory", "visual"}
    with pytest.raises(NotSupported, match="tcm is a model of free recall; serial recall is not for it"):
        sweep("tcm", {"tau": [2]}, **small)
