"""The shipped numbers are those of the people, can be had without pandas, and say what they are."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest

from memlab.core.errors import ChecksumError, DataError, UnknownName
from memlab.data import list_references, load
from memlab.data.human_reference import FOLDER, HALVES, read_reference
from memlab.paradigms import get_experiment

NAMES = ("murdock1962", "murdock_okada1970", "polyn2009")
EIGHT_DIGITS = 5e-8  # what the independent computation was written with
TABLE_1 = {"10-2": 6.39, "15-2": 8.25, "20-2": 8.53, "20-1": 6.87, "30-1": 8.82, "40-1": 8.24}


def expected(human, file, name, condition):
    with (human / "reference" / file).open(newline="") as opened:
        return [r for r in csv.DictReader(opened) if (r["dataset"], r["condition"]) == (name, condition)]


def column(rows, name):
    return np.array([float(row[name] or "nan") for row in rows])


def counts(reference, condition, measure):
    table = reference.columns()
    rows = (table["condition"] == condition) & (table["half"] == "all") & (table["measure"] == measure)
    return table["actual"][rows], table["possible"][rows], table["pooled"][rows]


def test_three_experiments_of_free_recall_are_shipped():
    assert list_references("free_recall") == NAMES
    assert {load(name).paradigm for name in NAMES} == {"free_recall"}


@pytest.mark.parametrize("name", NAMES)
def test_the_conditions_are_those_of_the_design(name):
    assert load(name).conditions == tuple(condition.name for condition in get_experiment(name))


@pytest.mark.parametrize("name", NAMES)
def test_serial_position_curves_equal_the_independent_computation(human, name):
    reference = load(name)
    for condition in reference.conditions:
        rows = expected(human, "free_spc.csv", name, condition)
        x, mean, sd, n = reference.curve(condition, "spc")
        np.testing.assert_array_equal(x, column(rows, "serial_position"))
        np.testing.assert_allclose(mean, column(rows, "prob_subject_mean"), rtol=0, atol=1e-8)
        np.testing.assert_allclose(sd, column(rows, "sd_subjects"), rtol=0, atol=1e-8)
        np.testing.assert_array_equal(n, column(rows, "n_subjects"))
        actual, possible, pooled = counts(reference, condition, "spc")
        np.testing.assert_array_equal(actual, column(rows, "n_recalled"))
        np.testing.assert_array_equal(possible, column(rows, "n_lists"))
        np.testing.assert_allclose(pooled, column(rows, "prob_pooled"), rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_first_recalls_equal_the_independent_computation(human, name):
    reference = load(name)
    for condition in reference.conditions:
        rows = expected(human, "free_pfr.csv", name, condition)
        x, mean, sd, _ = reference.curve(condition, "pfr")
        np.testing.assert_array_equal(x, column(rows, "serial_position"))
        np.testing.assert_allclose(mean, column(rows, "prob_subject_mean"), rtol=0, atol=1e-8)
        np.testing.assert_allclose(sd, column(rows, "sd_subjects"), rtol=0, atol=1e-8)
        actual, possible, _ = counts(reference, condition, "pfr")
        np.testing.assert_array_equal(actual, column(rows, "n_first"))
        np.testing.assert_array_equal(possible, column(rows, "n_lists_with_a_recall"))


@pytest.mark.parametrize("name", NAMES)
def test_lag_crps_equal_the_independent_computation(human, name):
    reference = load(name)
    for condition in reference.conditions:
        rows = [row for row in expected(human, "free_lagcrp.csv", name, condition) if row["lag"] != "0"]
        x, mean, sd, n = reference.curve(condition, "lag_crp")
        np.testing.assert_array_equal(x, column(rows, "lag"))
        np.testing.assert_allclose(mean, column(rows, "crp_subject_mean"), rtol=0, atol=1e-8)
        np.testing.assert_allclose(sd, column(rows, "sd_subjects"), rtol=0, atol=1e-8)
        np.testing.assert_array_equal(n, column(rows, "n_subjects_defined"))
        actual, possible, _ = counts(reference, condition, "lag_crp")
        np.testing.assert_array_equal(actual, column(rows, "actual"))
        np.testing.assert_array_equal(possible, column(rows, "possible"))


@pytest.mark.parametrize("name", NAMES)
def test_single_numbers_equal_the_independent_computation(human, name):
    reference = load(name)
    of_subjects = {"mean_recalled": "mean_recalled_subject_mean", "temporal_factor": "temporal_factor_subject_mean"}
    of_lists = {"intrusions": "intrusions_per_list", "repeats": "repeats_per_list", "mean_recalled": "mean_recalled"}
    for condition in reference.conditions:
        (row,) = expected(human, "free_summary.csv", name, condition)
        for measure, theirs in of_subjects.items():
            x, mean, _, _ = reference.curve(condition, measure)
            np.testing.assert_array_equal(x, [0])
            np.testing.assert_allclose(mean, float(row[theirs]), rtol=EIGHT_DIGITS, err_msg=f"{condition} {measure}")
        for measure, theirs in of_lists.items():
            pooled = counts(reference, condition, measure)[2]
            np.testing.assert_allclose(pooled, float(row[theirs]), rtol=EIGHT_DIGITS, err_msg=f"{condition} {measure}")


def test_mean_recall_is_near_table_1_of_the_paper():
    """The paper has up to four people a group more than the archive: within .35 words, as human data go."""
    reference = load("murdock1962")
    for condition, published in TABLE_1.items():
        assert reference.curve(condition, "mean_recalled")[1][0] == pytest.approx(published, abs=0.35)


def test_the_halves_are_eight_and_seven_people_and_make_up_the_whole():
    reference = load("murdock1962")
    for condition in reference.conditions:
        for measure in ("spc", "mean_recalled"):
            whole, fit, score = (reference.curve(condition, measure, half) for half in HALVES)
            assert (whole[3] == 15).all()
            assert (fit[3] == 8).all()
            assert (score[3] == 7).all()
            np.testing.assert_allclose((8 * fit[1] + 7 * score[1]) / 15, whole[1], atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_every_curve_has_a_noise_ceiling_near_its_sampling_error(name):
    """The mean square of the RMSD of two independent parts is mean(sd²) (1/n + 1/m)."""
    reference = load(name)
    for condition in reference.conditions:
        _, _, sd, n = reference.curve(condition, "spc")
        m = reference.curve(condition, "spc", "fit")[3][0]
        predicted = np.sqrt(np.mean(sd**2) * (1 / m + 1 / (n[0] - m)))
        assert 0.8 * predicted < reference.ceiling(condition, "spc") <= predicted
        assert all(0 <= reference.ceiling(condition, measure) < 1.5 for measure in reference.measures)


@pytest.mark.parametrize("name", NAMES)
def test_the_record_says_source_method_caveats_and_checksums(name):
    record = json.loads((FOLDER / f"{name}.json").read_text())
    assert record["citation"].startswith(("Murdock, B. B.", "Polyn, S. M."))
    assert record["method"].startswith("python -m memlab.reference ")
    assert record["caveats"]
    assert record["trial_files"]
    assert all(len(checksum) == 64 for checksum in record["trial_files"].values())
    assert load(name).caveats == tuple(record["caveats"])


def test_numbers_that_are_not_those_of_the_record_are_refused(tmp_path):
    for suffix in ("csv", "json"):
        (tmp_path / f"murdock1962.{suffix}").write_bytes((FOLDER / f"murdock1962.{suffix}").read_bytes())
    path = tmp_path / "murdock1962.csv"
    path.write_text(path.read_text().replace("0.7025", "0.7026", 1))
    with pytest.raises(ChecksumError, match="is not the file of its record"):
        read_reference(tmp_path, "murdock1962")


def test_unknown_names_are_answered_with_the_nearest():
    reference = load("murdock1962")
    with pytest.raises(UnknownName, match="Did you mean 'murdock1962'"):
        load("murdock1963")
    with pytest.raises(UnknownName, match="murdock1962 has no condition '20-3'"):
        reference.curve("20-3", "spc")
    with pytest.raises(UnknownName, match="Did you mean 'lag_crp'"):
        reference.curve("20-1", "lagcrp")
    with pytest.raises(UnknownName, match="Allowed: all, fit, score"):
        reference.curve("20-1", "spc", "both")
    with pytest.raises(UnknownName, match="no measure"):
        reference.ceiling("20-1", "pnr")


def test_the_table_has_a_row_a_number():
    table = load("murdock1962").table()
    assert list(table.columns) == list(load("murdock1962").columns())
    assert not table.duplicated(["condition", "half", "measure", "x"]).any()
    assert table["mean"].notna().mean() > 0.99


def test_loading_a_reference_imports_neither_pandas_nor_scipy():
    code = """
import sys
from memlab.data import load
load("murdock1962").curve("20-1", "spc")
print([m for m in ("pandas", "scipy", "numba", "pooch", "matplotlib") if m in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_single_lists_that_are_not_there_are_answered_with_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("MEMLAB_DATA", str(tmp_path))
    with pytest.raises(DataError, match="Run: memlab data fetch murdock1962"):
        load("murdock1962").trials()
    with pytest.raises(DataError, match=r"Put a long table of them at .*murdock_okada1970\.csv"):
        load("murdock_okada1970").trials()
