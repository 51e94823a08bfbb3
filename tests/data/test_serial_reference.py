"""The shipped numbers of serial recall are those of the people, by a computation that is not ours."""

import csv
import json

import numpy as np
import pytest

from memlab.core.errors import UsageError
from memlab.data import data_record, list_references, load
from memlab.data.human_reference import FOLDER, HALVES
from memlab.paradigms import get_serial_experiment
from memlab.target import load_target

NAMES = ("farrell_lewandowsky2012_e2", "gew2012_e2", "nimmo_lewandowsky2006_e2")
EIGHT_DIGITS = 2e-7


def expected(human, kind, name, condition, length):
    base = condition.removesuffix(f"-{length}")
    with (human / "reference" / f"serial_{kind}.csv").open(newline="") as opened:
        return [
            row
            for row in csv.DictReader(opened)
            if (row["dataset"], row["condition"], int(row["list_length"])) == (name, base, length)
        ]


def column(rows, name):
    return np.array([float(row[name] or "nan") for row in rows])


def counts(reference, condition, measure):
    table = reference.columns()
    rows = (table["condition"] == condition) & (table["half"] == "all") & (table["measure"] == measure)
    return table["actual"][rows], table["possible"][rows], table["pooled"][rows]


def conditions(name):
    reference = load(name)
    for design in get_serial_experiment(name):
        yield reference, design.name, design.list_length


def close(got, theirs):
    np.testing.assert_allclose(got, theirs, rtol=EIGHT_DIGITS, atol=1e-9)


def test_three_experiments_of_serial_recall_are_shipped_beside_those_of_free_recall():
    assert list_references("serial_recall") == NAMES
    assert set(list_references()) == {*NAMES, *list_references("free_recall")}
    assert {load(name).paradigm for name in NAMES} == {"serial_recall"}


@pytest.mark.parametrize("name", NAMES)
def test_the_conditions_and_people_are_those_of_the_design(name):
    reference = load(name)
    designs = get_serial_experiment(name)
    assert reference.conditions == tuple(design.name for design in designs)
    for design in designs:
        assert reference.record["subjects"][design.name] == design.n_subjects
        assert reference.record["lists"][design.name] == design.n_subjects * design.n_lists


@pytest.mark.parametrize("name", NAMES)
def test_accuracy_equals_the_independent_computation(human, name):
    for reference, condition, length in conditions(name):
        rows = expected(human, "accuracy_by_position", name, condition, length)
        x, mean, sd, n = reference.curve(condition, "accuracy_strict")
        np.testing.assert_array_equal(x, column(rows, "position"))
        close(mean, column(rows, "strict_subject_mean"))
        close(sd, column(rows, "strict_sd_subjects"))
        np.testing.assert_array_equal(n, column(rows, "n_subjects"))
        for measure, theirs in (
            ("accuracy_strict", "strict_pooled"),
            ("accuracy_item", "item_anywhere"),
            ("accuracy_relative", "relative_order"),
            ("transpositions", "transposition"),
            ("repetitions", "repetition"),
            ("omissions_or_intrusions", "omission_or_intrusion"),
        ):
            close(counts(reference, condition, measure)[2], column(rows, theirs))


@pytest.mark.parametrize("name", ["farrell_lewandowsky2012_e2", "nimmo_lewandowsky2006_e2"])
def test_blanks_and_intrusions_equal_the_independent_computation(human, name):
    for reference, condition, length in conditions(name):
        rows = expected(human, "accuracy_by_position", name, condition, length)
        close(counts(reference, condition, "omissions")[2], column(rows, "omission"))
        close(counts(reference, condition, "intrusions")[2], column(rows, "intrusion"))


@pytest.mark.parametrize("name", NAMES)
def test_transpositions_equal_the_independent_computation(human, name):
    for reference, condition, length in conditions(name):
        rows = expected(human, "transposition_gradient", name, condition, length)
        rows = [row for row in rows if row["scoring"] == "no_repeats" and row["displacement"] != "0"]
        x = reference.curve(condition, "transposition_gradient")[0]
        np.testing.assert_array_equal(x, column(rows, "displacement"))
        actual, possible, pooled = counts(reference, condition, "transposition_gradient")
        np.testing.assert_array_equal(actual, column(rows, "count"))
        np.testing.assert_array_equal(possible, column(rows, "opportunities"))
        close(pooled, column(rows, "prop_of_opportunities"))
        if actual.sum():
            close(counts(reference, condition, "transposition_share")[2], column(rows, "prop_of_transpositions"))


@pytest.mark.parametrize("name", NAMES)
def test_single_numbers_equal_the_independent_computation(human, name):
    for reference, condition, length in conditions(name):
        (row,) = expected(human, "summary", name, condition, length)
        (fill,) = expected(human, "fillin_infill", name, condition, length)
        close(counts(reference, condition, "mean_accuracy")[2], float(row["strict_accuracy"]))
        close(counts(reference, condition, "lists_correct")[2], float(row["lists_fully_correct"]))
        close(reference.curve(condition, "mean_accuracy")[2], float(row["sd_subjects"]))
        if counts(reference, condition, "adjacent_share")[1] > 0:
            close(counts(reference, condition, "adjacent_share")[2], float(row["prop_transpositions_adjacent"]))
            close(
                counts(reference, condition, "anticipation_share")[2], float(row["prop_transpositions_anticipations"])
            )
        for measure, theirs in (
            ("fill_in_any", "farrell"),
            ("fill_in_first_error", "first_error_farrell"),
            ("fill_in_strict", "strict"),
        ):
            actual, possible, _ = counts(reference, condition, measure)
            assert actual == int(fill[f"fillin_{theirs}"])
            assert possible == int(fill[f"fillin_{theirs}"]) + int(fill[f"infill_{theirs}"])


def test_the_halves_of_farrell_and_lewandowsky_are_subjects_1_to_10_and_11_to_20():
    reference = load("farrell_lewandowsky2012_e2")
    whole, fit, score = (reference.curve("dissimilar", "accuracy_strict", half) for half in HALVES)
    assert (fit[3] == 10).all()
    assert (score[3] == 10).all()
    np.testing.assert_allclose((fit[1] + score[1]) / 2, whole[1], atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_every_curve_has_a_noise_ceiling_near_its_sampling_error(name):
    """The mean square of the RMSD of two independent parts is mean(sd²) (1/n + 1/m)."""
    for reference, condition, length in conditions(name):
        _, _, sd, n = reference.curve(condition, "accuracy_strict")
        m = reference.curve(condition, "accuracy_strict", "fit")[3][0]
        predicted = np.sqrt(np.mean(sd**2) * (1 / m + 1 / (n[0] - m)))
        least = 0.8 if length > 3 else 0.5  # in short lists a few people make most of the errors
        ceiling = reference.ceiling(condition, "accuracy_strict")  # is written with six digits
        assert least * predicted < ceiling <= predicted * (1 + 1e-6)


def test_a_measure_that_nobody_has_a_value_of_has_no_ceiling():
    reference = load("gew2012_e2")
    assert np.isnan(reference.ceiling("length_known-1", "fill_in_strict"))
    assert reference.curve("length_known-1", "transposition_gradient")[0].size == 0


def test_data_that_do_not_tell_blanks_from_intrusions_say_so():
    assert not data_record("gew2012_e2").errors_told_apart
    assert "intrusions" not in load("gew2012_e2").measures
    assert any("do not tell blanks from intrusions" in caveat for caveat in load("gew2012_e2").caveats)


@pytest.mark.parametrize("name", NAMES)
def test_the_record_says_source_method_caveats_and_checksums(name):
    text = (FOLDER / f"{name}.json").read_text()
    record = json.loads(text)
    assert "NaN" not in text  # it is no JSON
    assert record["paradigm"] == "serial_recall"
    assert record["method"].startswith("python -m memlab.reference ")
    assert record["caveats"]
    assert all(len(checksum) == 64 for checksum in record["trial_files"].values())


def test_what_compares_free_recall_refuses_serial_recall_in_one_line():
    with pytest.raises(
        UsageError, match="gew2012_e2 is a data set of serial recall; this needs free recall. Data sets"
    ):
        load_target("gew2012_e2", paradigm="free_recall")
