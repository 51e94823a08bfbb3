"""Serial recall is compared by its own curves, with halves of people, bits, a diagnosis and a legible figure."""

import json

import numpy as np
import pytest

import memlab
from memlab.comparison import run_comparison
from memlab.configuration import CompareConfig
from memlab.contender import Contender
from memlab.core.errors import NotSupported, UsageError
from memlab.core.recall import OMISSION, Conditions, RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.core.serial_test import SerialTest
from memlab.core.table import write_table
from memlab.curve_sets import curve_set
from memlab.data.formats import import_file
from memlab.data.parameter_sets import ParameterSet
from memlab.models import get_model, model_names
from memlab.paradigms.serial_recall import SerialRecall
from memlab.recall_bits import uniform_log_likelihood
from memlab.report import report, shows
from memlab.run_folder import read_run, verify
from memlab.runs.drawn_curves import MOST_CONDITIONS, drawn_curves
from memlab.runs.repeat import repeat
from memlab.signatures import SERIAL_SIGNATURES
from memlab.simulation import simulate_condition
from memlab.target import load_target, target_of

SERIAL = curve_set("serial_recall")
SMALL = {"subjects": 3, "lists": 10, "replications": 2, "format": ("svg",), "diagnosis": False}


def contender(name, **values):
    model = get_model(name, "serial_recall")
    return Contender(model, ParameterSet(name, "", {**model.defaults(), **values}))


def lists_of(name="mine", n_subjects=4, n_lists=10, **more):
    design = SerialRecall(name, n_subjects=n_subjects, n_lists=n_lists, **more)
    return simulate_condition(get_model("start_end"), design.study_lists(seed=3), None, 5, name)


@pytest.fixture(scope="module")
def small():
    target = load_target("farrell_lewandowsky2012_e2", n_subjects=4, n_lists=20)
    models = [contender("chaining"), contender("cmr")]
    return run_comparison(target, models, contender("chance"), seed=3, replications=3)


@pytest.fixture(scope="module")
def own_file(tmp_path_factory):
    return write_table(lists_of(), tmp_path_factory.mktemp("people") / "class.csv")


def test_people_and_models_have_the_five_curves_of_serial_recall(small):
    curves = small.curves()
    assert set(curves["measure"]) == set(SERIAL.curves)
    assert set(curves["source"]) == {"people", "chaining", "cmr"}
    moved = {x for x, m in zip(curves["x"], curves["measure"], strict=True) if m == "transposition_gradient"}
    assert moved == {-5, -4, -3, -2, -1, 1, 2, 3, 4, 5}


def test_what_a_model_of_both_paradigms_predicts_in_serial_recall_is_not_what_it_predicts_in_free_recall():
    assert set(get_model("cmr").predicts) == {"spc", "pfr", "lag_crp"}
    assert SERIAL.predicted(get_model("cmr")) == SERIAL.predicted(get_model("chaining")) == SERIAL.curves
    assert curve_set("free_recall").predicted(get_model("simple")) == ("spc",)


def test_a_model_that_names_some_curves_of_serial_recall_is_held_to_these_alone():
    class Half(type(get_model("chaining"))):
        predicts = ("accuracy_strict",)

    assert SERIAL.simulated(Half()) == ("accuracy_strict",)
    assert set(SERIAL.numbers) <= set(SERIAL.simulated(get_model("chaining")))


def test_scores_are_distances_from_the_people_who_were_not_fitted_beside_chance_and_the_noise_ceiling(small):
    (condition,) = small.target.conditions
    curve = small.simulated["chaining", "dissimilar"].mean("accuracy_strict")
    expected = np.sqrt(((curve - condition.scored["accuracy_strict"].mean) ** 2).mean())
    assert small.score("chaining", "rmsd_accuracy_strict") == pytest.approx(expected)
    table = small.scores()
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    for row in rows:
        if row["measure"].startswith("rmsd_") and row["model"] == "chaining":
            assert row["ceiling"] > 0
            assert row["chance"] > 0
            assert row["error"] >= 0


def test_the_difference_in_accuracy_is_that_of_the_share_of_items_at_their_place(small):
    (condition,) = small.target.conditions
    own = small.simulated["chaining", "dissimilar"].mean("accuracy_strict").mean()
    people = memlab.load("farrell_lewandowsky2012_e2").curve("dissimilar", "mean_accuracy", "score")[1][0]
    assert small.score("chaining", "accuracy_difference", "dissimilar") == pytest.approx(own - people)
    assert condition.ceiling["mean_accuracy"] > 0


def test_the_shipped_signatures_of_people_are_those_of_their_curves(small):
    reference = memlab.load("farrell_lewandowsky2012_e2")
    strict = reference.curve("dissimilar", "accuracy_strict", "score")[1]
    assert small.score("people", "primacy") == pytest.approx(strict[0] - strict[-1])
    assert small.score("people", "recency") == pytest.approx(strict[-1] - strict[-2])
    fill_in = reference.curve("dissimilar", "fill_in_first_error", "score")[1][0]
    assert small.score("people", "fill_in_share") == pytest.approx(fill_in)


def test_fill_in_counts_from_a_half_not_from_zero(small, monkeypatch):
    scores = {"people": 0.8, "chaining": 0.4}
    monkeypatch.setattr(type(small), "score", lambda self, model, measure, condition="mean": scores[model])
    assert not shows(small, "chaining", "fill_in_share")
    scores["chaining"] = 0.61
    assert shows(small, "chaining", "fill_in_share")


def test_an_effect_that_people_do_not_have_is_not_judged(small):
    assert small.score("people", "recency") < 0
    text = report(small)
    about = text[text.index("## What each model") : text.index("## Parameters")]
    assert "recency" not in about
    assert "primacy" in about


def test_a_chain_of_associations_is_reported_without_fill_in(small):
    text = report(small)
    assert text.startswith("# People and models of memory in serial recall\n")
    assert "no more fill-in than infill" in text
    assert "Furthest off in the transposition gradient: condition dissimilar, displacement " in text
    assert "the model's defaults, fitted to nothing" in text


def test_a_perfect_model_has_no_transpositions_and_no_number_that_needs_them():
    target = load_target("farrell_lewandowsky2012_e2", n_subjects=2, n_lists=10)
    sure = contender("primacy", N=0.0, M=0.0, T=-100.0)
    found = run_comparison(target, [sure], None, replications=2)
    assert found.simulated["primacy", "dissimilar"].mean("accuracy_strict") == pytest.approx(1.0)
    assert found.simulated["primacy", "dissimilar"].mean("transposition_gradient") == pytest.approx(0.0)
    assert np.isnan(found.score("primacy", "adjacent_share"))
    assert "no more fill-in" not in report(found)


def test_lists_of_one_item_do_not_make_the_mean_over_conditions_unknown():
    names = ["length_known-1", "length_known-2", "length_known-6"]
    target = load_target("gew2012_e2", names, n_subjects=2, n_lists=10)
    found = run_comparison(target, [contender("chaining")], contender("chance"), replications=2)
    each = [found.score("chaining", "rmsd_transposition_gradient", name) for name in names]
    assert np.isnan(each[0])
    assert found.score("chaining", "rmsd_transposition_gradient") == pytest.approx(np.mean(each[1:]))
    assert found.score("chaining", "primacy") == found.score("chaining", "primacy", names[2])
    assert found.ceiling("rmsd_transposition_gradient") > 0


def test_every_shipped_data_set_of_serial_recall_is_a_target():
    for name, n in (("farrell_lewandowsky2012_e2", 1), ("nimmo_lewandowsky2006_e2", 2), ("gew2012_e2", 22)):
        target = load_target(name)
        assert (target.paradigm, len(target.conditions)) == ("serial_recall", n)
        assert all(set(condition.scored) == set(SERIAL.measures) for condition in target.conditions)


def test_a_users_own_lists_are_compared_in_halves_with_bits_beside_uniform(own_file):
    target = load_target(own_file)
    (condition,) = target.conditions
    assert (target.paradigm, condition.n_subjects) == ("serial_recall", 4)
    assert condition.ceiling["accuracy_strict"] > 0
    models = [contender("chaining"), contender("start_end")]
    found = run_comparison(target, models, contender("chance"), replications=2)
    people = condition.scored_lists
    nats = get_model("chaining").log_likelihood(people.study, people.recalls).sum()
    expected = -nats / np.log(2) / (people.n_lists * people.list_length)
    assert found.bits.by_condition["chaining", "mine"] == pytest.approx(expected)
    assert ("start_end", "mean") not in found.bits.by_condition
    text = report(found)
    assert "They give no probability of a sequence: start_end." in text
    assert "Repeats and intrusions count as blanks" in text


def test_the_uniform_floor_gives_each_place_the_items_left_and_a_blank():
    study = StudyLists.simple(1, 3, serial=SerialTest())
    one = sequences_of(RecallData(study, Recalls(np.array([[2, OMISSION, 3]]))))
    assert np.exp(uniform_log_likelihood(one)) == pytest.approx(1 / 4 * 1 / 3 * 1 / 3)


def test_free_and_serial_recall_in_one_table_are_refused_together():
    study = StudyLists.simple(2, 4, subject=[1, 2])
    free = RecallData(study, Recalls(np.array([[1, 2], [4, 3]])), "free")
    both = Conditions([free, lists_of("serial")])
    with pytest.raises(UsageError, match=r"both has free recall and serial recall \(serial\); choose one kind"):
        target_of(both, "both", "")


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"data": "murdock1962"}, UsageError, "murdock1962 is a data set of free recall; this needs serial recall"),
        ({"models": ["tcm"]}, NotSupported, "tcm is a model of free recall; serial recall is not for it"),
        ({"paradigm": "free_recall", "data": "gew2012_e2"}, UsageError, "gew2012_e2 is a data set of serial recall"),
    ],
)
def test_people_and_models_of_another_paradigm_are_refused_in_one_line(tmp_path, options, kind, message):
    with pytest.raises(kind, match=message) as caught:
        memlab.compare(**{"paradigm": "serial_recall", "models": ["chance"], **options, "out": tmp_path / "a"})
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_the_data_follow_from_the_paradigm_and_what_is_given_comes_first():
    assert CompareConfig().data == "murdock1962"
    assert CompareConfig(paradigm="serial_recall").data == "farrell_lewandowsky2012_e2"
    assert CompareConfig(paradigm="serial_recall", data="x.csv").data == "x.csv"


def test_compare_leaves_a_folder_that_verifies_and_repeats(tmp_path):
    options = {**SMALL, "diagnosis": True, "lists": 5}
    result = memlab.compare("serial_recall", models=["chance", "chaining"], seed=1, out=tmp_path / "a", **options)
    assert result.score("chaining", "rmsd_accuracy_strict") > 0
    assert result.diagnosis.finding("fill_in", "chaining").direction == "does not agree"
    names = {path.name for path in (tmp_path / "a").iterdir()}
    files = {"curves.csv", "scores.csv", "diagnosis.csv", "report.md", "figure.svg", "figure.caption.md", "run.json"}
    assert names == files | {"diagnosis.svg", "diagnosis.caption.md"}
    assert "Farrell & Lewandowsky (2012), n = 10" in (tmp_path / "a" / "diagnosis.caption.md").read_text()
    verify(tmp_path / "a")
    assert repeat(read_run(tmp_path / "a"), tmp_path / "b", jobs=2) == []
    text = (tmp_path / "a" / "report.md").read_text()
    assert text.index("## Diagnosis") < text.index("## Parameters")
    assert "Farrell & Lewandowsky (2012)" in (tmp_path / "a" / "figure.caption.md").read_text()


def test_free_recall_and_a_comparison_that_does_not_want_it_have_no_diagnosis(own_file):
    free = memlab.compare(models=["chance"], conditions=["10-2"], subjects=2, lists=5, replications=1)
    assert free.diagnosis is None
    assert memlab.compare("serial_recall", ["chance"], data=own_file, **SMALL).diagnosis is None


def test_the_diagnosis_of_a_users_own_lists_is_of_the_people_who_are_scored(own_file):
    found = memlab.compare("serial_recall", ["chance"], data=own_file, replications=1).diagnosis
    (condition,) = found.people.conditions
    assert set(condition.study.subject) == {3, 4}
    assert found.people.who.startswith("the scored people")


def test_ctrl_c_keeps_what_was_finished(tmp_path):
    def stop(what, done, total):
        if done == 2:
            raise KeyboardInterrupt

    result = memlab.compare("serial_recall", ["chance", "chaining", "cru"], out=tmp_path / "a", progress=stop, **SMALL)
    assert result.interrupted
    assert len(result.simulated) == 2
    assert json.loads((tmp_path / "a" / "run.json").read_text())["complete"] is False
    assert "Interrupted: only what was finished is here" in (tmp_path / "a" / "report.md").read_text()


def test_each_condition_can_have_its_own_values():
    sets = {"auditory": {"p": 0.9}, "visual": {"p": 0.5}}
    model = get_model("chance")
    one = Contender(model, ParameterSet("chance", "", {"p": 0.7}, sets), per_condition=True)
    target = load_target("nimmo_lewandowsky2006_e2", n_subjects=4, n_lists=50)
    found = run_comparison(target, [one], None, replications=2)
    for name, values in sets.items():
        assert found.simulated["chance", name].mean("accuracy_item").mean() == pytest.approx(values["p"], abs=0.03)


def test_more_conditions_than_a_page_holds_are_drawn_in_part_and_the_caption_says_so():
    names = [f"c{i}" for i in range(22)]
    rows = {"source": ["people"] * 22, "condition": names, "measure": ["spc"] * 22, "x": [1] * 22, "value": [0.5] * 22}
    kept, said = drawn_curves(rows, "mine")
    assert len(kept["condition"]) == MOST_CONDITIONS
    assert (kept["condition"][0], kept["condition"][-1]) == ("c0", "c21")
    assert said == " Drawn are 12 of 22 conditions. All numbers are in curves.csv."
    few = {name: values[:MOST_CONDITIONS] for name, values in rows.items()}
    assert drawn_curves(few, "mine") == (few, "")


def test_repetitions_that_no_record_of_people_holds_are_not_drawn():
    measures = ["repetitions", "repetitions", "spc", "spc"]
    rows = {"source": ["people", "start_end"] * 2, "condition": ["all"] * 4, "measure": measures, "x": [1] * 4}
    rows["value"] = [0.0, 0.1, 0.5, 0.5]
    kept, said = drawn_curves(rows, "mine")
    assert set(kept["measure"]) == {"spc"}
    assert "The people's record has no repetitions" in said


def test_the_default_models_are_all_that_have_a_parameter_set(monkeypatch):
    from memlab.runs import compare as module

    monkeypatch.setattr(module, "parameter_set_names", lambda data: ["chance", "cru", "tcm"])
    monkeypatch.setattr(
        module, "load_parameter_set", lambda name, *_: ParameterSet(name, "x", dict(get_model(name).defaults()))
    )
    chosen = module.contenders_for(CompareConfig(paradigm="serial_recall"))
    assert [one.name for one in chosen] == ["chance", "cru"]


def test_every_theory_of_serial_recall_has_all_curves_without_fitting():
    theories = [name for name in model_names("serial_recall") if not get_model(name).seeds]
    target = load_target("farrell_lewandowsky2012_e2", n_subjects=2, n_lists=4)
    found = run_comparison(target, [contender(name) for name in theories], None, replications=1)
    for name in theories:
        assert set(found.simulated[name, "dissimilar"].curves) == set(SERIAL.measures)


def test_signatures_of_lists_under_three_items_are_unknown():
    for name, measure, signature in SERIAL_SIGNATURES:
        if measure == "accuracy_strict":
            assert np.isnan(signature(np.array([0.9, 0.8]))), name
            assert not np.isnan(signature(np.array([0.9, 0.8, 0.85]))), name


def test_single_lists_of_the_shipped_people_are_the_same_target(human, tmp_path):
    people = import_file(human / "serial" / "farrell_lewandowsky2012_e2.csv.gz")
    (own,) = load_target(write_table(people, tmp_path / "people.csv")).conditions
    (shipped,) = load_target("farrell_lewandowsky2012_e2").conditions
    for half in ("everyone", "fitted", "scored"):
        for measure in SERIAL.measures:
            mine, theirs = getattr(own, half)[measure], getattr(shipped, half)[measure]
            np.testing.assert_array_equal(mine.x, theirs.x)
            np.testing.assert_allclose(mine.mean, theirs.mean, atol=1e-12)
            np.testing.assert_allclose(mine.sd, theirs.sd, atol=1e-12)
    ceilings = [(own.ceiling[measure], shipped.ceiling[measure]) for measure in (*SERIAL.curves, "mean_accuracy")]
    np.testing.assert_allclose(*np.transpose(ceilings), rtol=0.1)  # other random splits, 1000 instead of 10 000


def test_a_file_of_free_recall_is_told_how_a_table_says_that_it_is_of_serial_recall(tmp_path):
    free = RecallData(StudyLists.simple(2, 4, subject=[1, 2]), Recalls(np.array([[1, 2], [4, 3]])), "free")
    path = write_table(free, tmp_path / "free.csv")
    with pytest.raises(UsageError, match="this needs serial recall. A table is of serial recall where it has a column"):
        memlab.compare("serial_recall", ["chance"], data=path)


def test_ctrl_c_during_the_diagnosis_keeps_the_comparison(tmp_path):
    def stop(what, done, total):
        if "materials" in what:
            raise KeyboardInterrupt

    options = {**SMALL, "diagnosis": True}
    result = memlab.compare("serial_recall", ["chance"], out=tmp_path / "a", progress=stop, **options)
    assert result.interrupted
    assert result.score("chance", "rmsd_accuracy_strict") > 0
    assert {"curves.csv", "scores.csv", "report.md", "figure.svg"} <= {path.name for path in (tmp_path / "a").iterdir()}
    assert json.loads((tmp_path / "a" / "run.json").read_text())["complete"] is False
