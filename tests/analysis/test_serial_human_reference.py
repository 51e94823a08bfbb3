"""The reference counts of the shared serial-recall data come out of the trial-level data."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from memlab.analysis import (
    fill_in_counts,
    length_function,
    serial_accuracy_counts,
    serial_error_counts,
    serial_latency,
    transposition_counts,
)
from memlab.analysis.means import subject_mean, subject_sd
from memlab.analysis.serial_order import share_of_transpositions
from memlab.core.recall import Conditions
from memlab.data import import_file

DATASETS = ["farrell_lewandowsky2012_e2", "nimmo_lewandowsky2006_e2", "gew2012_e2"]
SHOWN = 2e-7
"""The reference files give eight significant digits."""


@pytest.fixture(scope="session")
def serial_people(human):
    """Read the trial-level serial recall of one experiment."""

    @cache
    def read(name):
        return import_file(human / "serial" / f"{name}.csv.gz")

    return read


@pytest.fixture(scope="module")
def reference(human):
    """Give each condition of a data set with its rows of a reference file."""

    def read(conditions, kind, dataset):
        table = pd.read_csv(human / "reference" / f"serial_{kind}.csv")
        table = table[table["dataset"] == dataset]
        for name, data in conditions.items():
            condition = name.removesuffix(f"-{data.list_length}")
            rows = table[(table["condition"] == condition) & (table["list_length"] == data.list_length)]
            assert len(rows)
            yield data, rows.reset_index(drop=True)

    return read


def close(got, expected):
    np.testing.assert_allclose(np.asarray(got, dtype=float), np.asarray(expected, dtype=float), rtol=SHOWN, atol=1e-12)


@pytest.mark.parametrize("dataset", DATASETS)
def test_accuracy_by_position_equals_the_reference_in_all_scorings(serial_people, reference, dataset):
    for data, rows in reference(serial_people(dataset), "accuracy_by_position", dataset):
        strict = serial_accuracy_counts(data)
        np.testing.assert_array_equal(strict.possible.sum(axis=0), rows["n_lists"])
        close(strict.pooled(), rows["strict_pooled"])
        close(subject_mean(strict.prob()), rows["strict_subject_mean"])
        close(subject_sd(strict.prob()), rows["strict_sd_subjects"])
        close(serial_accuracy_counts(data, "item").pooled(), rows["item_anywhere"])
        close(serial_accuracy_counts(data, "relative").pooled(), rows["relative_order"])


@pytest.mark.parametrize("dataset", DATASETS)
def test_errors_by_place_equal_the_reference(serial_people, reference, dataset):
    for data, rows in reference(serial_people(dataset), "accuracy_by_position", dataset):
        for error in ("transposition", "repetition", "omission", "intrusion", "omission_or_intrusion"):
            if rows[error].notna().all():  # gew2012_e2 does not tell omissions from intrusions
                close(serial_error_counts(data, error).pooled(), rows[error])


@pytest.mark.parametrize("dataset", DATASETS)
def test_transposition_gradients_equal_the_reference_with_and_without_repeats(serial_people, reference, dataset):
    for data, rows in reference(serial_people(dataset), "transposition_gradient", dataset):
        for scoring, repeats in (("with_repeats", "keep"), ("no_repeats", "drop")):
            counts = transposition_counts(data, repeats=repeats)
            part = rows[rows["scoring"] == scoring]
            np.testing.assert_array_equal(counts.x, part["displacement"])
            np.testing.assert_array_equal(counts.actual.sum(axis=0), part["count"])
            np.testing.assert_array_equal(counts.possible.sum(axis=0), part["opportunities"])


@pytest.mark.parametrize("dataset", DATASETS)
def test_fill_in_and_infill_equal_the_reference_in_all_definitions(serial_people, reference, dataset):
    names = {"any": "farrell", "first_error": "first_error_farrell", "strict": "strict"}
    for data, rows in reference(serial_people(dataset), "fillin_infill", dataset):
        for definition, name in names.items():
            counts = fill_in_counts(data, definition)
            assert counts.fill_in.sum() == rows[f"fillin_{name}"].item()
            assert counts.infill.sum() == rows[f"infill_{name}"].item()
            if definition == "strict":
                assert counts.other.sum() == rows["other_strict"].item()


@pytest.mark.parametrize("dataset", DATASETS)
def test_summaries_equal_the_reference(serial_people, reference, dataset):
    for data, rows in reference(serial_people(dataset), "summary", dataset):
        row = rows.iloc[0]
        strict, moved = serial_accuracy_counts(data), transposition_counts(data)
        close(strict.pooled().mean(), row["strict_accuracy"])
        close(serial_accuracy_counts(data, "item").pooled().mean(), row["item_accuracy"])
        close(subject_sd(strict.prob().mean(axis=1, keepdims=True)), row["sd_subjects"])
        pooled = moved.actual.sum(axis=0) * (moved.x != 0)
        if pooled.sum():
            close(pooled[np.abs(moved.x) == 1].sum() / pooled.sum(), row["prop_transpositions_adjacent"])
            close(pooled[moved.x < 0].sum() / pooled.sum(), row["prop_transpositions_anticipations"])
        anticipations = serial_error_counts(data, "anticipation").actual.sum()
        assert anticipations == pooled[moved.x < 0].sum()


def test_the_length_function_of_people_is_that_of_the_summary(serial_people, human):
    table = length_function(serial_people("gew2012_e2"))
    rows = pd.read_csv(human / "reference" / "serial_summary.csv")
    rows = rows[rows["dataset"] == "gew2012_e2"].set_index(["condition", "list_length"])["strict_accuracy"]
    sums = table.groupby(["condition", "list_length"])[["actual", "possible"]].sum()
    close((sums["actual"] / sums["possible"]).reindex(rows.index), rows)


def test_facts_about_people_in_serial_recall(serial_people):
    (data,) = serial_people("farrell_lewandowsky2012_e2").values()
    strict = serial_accuracy_counts(data).pooled()
    np.testing.assert_allclose(strict, [0.911, 0.798, 0.733, 0.635, 0.553, 0.612], atol=5e-4)
    assert strict[-1] > strict[-2]  # the last item is better than the one before it
    first = fill_in_counts(data)
    assert (first.fill_in.sum(), first.infill.sum()) == (301, 96)
    counts = transposition_counts(data)
    share = np.nan_to_num(share_of_transpositions(counts))
    np.testing.assert_allclose(share.sum(axis=1), 1)


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "serial-order.md").read_text(encoding="utf-8")


def dotted(number):
    return f"{number:.3f}".lstrip("0")


def test_the_numbers_of_the_manuals_page_are_those_of_the_data(serial_people):
    (data,) = serial_people("farrell_lewandowsky2012_e2").values()
    for definition in ("any", "first_error", "strict"):
        counts = fill_in_counts(data, definition)
        fill, infill = int(counts.fill_in.sum()), int(counts.infill.sum())
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{definition}` |"))
        assert row.endswith(f"| {fill} | {infill} | {fill / infill:.1f} |")
    shares = []
    for repeats in ("keep", "drop"):
        counts = transposition_counts(data, repeats=repeats)
        moved = counts.actual.sum(axis=0) * (counts.x != 0)
        shares.append([moved[counts.x == d].sum() / moved.sum() for d in (-1, 1)])
    (early, late), (early_once, late_once) = shares
    for label, both in (
        ("items given one place too early, of all transpositions", (early, early_once)),
        ("one place too late", (late, late_once)),
        ("adjacent, of all transpositions", (early + late, early_once + late_once)),
    ):
        assert f"| {label} | {' | '.join(map(dotted, both))} |" in PAGE
    strict, item = (serial_accuracy_counts(data, scoring).pooled().mean() for scoring in ("strict", "item"))
    assert f"gives {dotted(strict)} of all items strictly right, {dotted(item)} anywhere" in PAGE


def test_responses_begin_slowly_and_times_are_known_where_they_were_taken(serial_people):
    table = serial_latency(serial_people("nimmo_lewandowsky2006_e2"))
    mean = table.groupby("output")["irt"].mean()
    assert mean.idxmax() == 1
    assert len(serial_latency(Conditions(serial_people("farrell_lewandowsky2012_e2").values()))) == 0
