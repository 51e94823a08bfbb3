"""The reference curves of the shared data sets come out of the trial-level data."""

import numpy as np
import pandas as pd
import pytest

from memlab.analysis import (
    intrusions,
    lag_crp_counts,
    lag_rank_counts,
    number_recalled,
    pfr_counts,
    repetitions,
    spc_counts,
)
from memlab.analysis.means import subject_mean, subject_sd
from memlab.analysis.stopping import number_recalled_by_list

DATASETS = ["murdock1962", "murdock_okada1970", "polyn2009", "gew2012_e1"]
SHOWN = 2e-7
"""The reference files give eight significant digits."""


@pytest.fixture(scope="module")
def reference(human):
    """Read the reference rows of one data set, by condition and list length."""

    def read(kind, dataset):
        table = pd.read_csv(human / "reference" / f"free_{kind}.csv")
        rows = table[table["dataset"] == dataset]
        return {f"{name} {length}": group for (name, length), group in rows.groupby(["condition", "list_length"])}

    return read


def assert_subject_curves(counts, rows, mean, sd="sd_subjects"):
    defined = (~np.isnan(counts.prob())).sum(axis=0) > 1
    np.testing.assert_allclose(subject_mean(counts.prob()), rows[mean], rtol=SHOWN)
    np.testing.assert_allclose(subject_sd(counts.prob())[defined], rows[sd].to_numpy()[defined], rtol=SHOWN, atol=1e-12)


@pytest.mark.parametrize("dataset", DATASETS)
def test_serial_position_curves_equal_the_reference(people, reference, dataset):
    curves = reference("spc", dataset)
    for name, data in people(dataset).items():
        counts, rows = spc_counts(data), curves[name]
        np.testing.assert_array_equal(counts.actual.sum(axis=0), rows["n_recalled"])
        np.testing.assert_array_equal(counts.possible.sum(axis=0), rows["n_lists"])
        np.testing.assert_allclose(counts.pooled(), rows["prob_pooled"], rtol=SHOWN)
        assert_subject_curves(counts, rows, "prob_subject_mean")


@pytest.mark.parametrize("dataset", DATASETS)
def test_first_recalls_equal_the_reference_by_both_conventions(people, reference, dataset):
    curves = reference("pfr", dataset)
    for name, data in people(dataset).items():
        counts, strict, rows = pfr_counts(data), pfr_counts(data, strict=True), curves[name]
        np.testing.assert_array_equal(counts.actual.sum(axis=0), rows["n_first"])
        np.testing.assert_array_equal(counts.possible.sum(axis=0), rows["n_lists_with_a_recall"])
        np.testing.assert_array_equal(strict.actual.sum(axis=0), rows["n_first_strict"])
        np.testing.assert_array_equal(strict.possible.sum(axis=0), rows["n_lists"])
        assert_subject_curves(counts, rows, "prob_subject_mean")


@pytest.mark.parametrize("dataset", DATASETS)
def test_lag_crps_equal_the_reference(people, reference, dataset):
    curves = reference("lagcrp", dataset)
    for name, data in people(dataset).items():
        counts = lag_crp_counts(data)
        rows = curves.get(name)
        if rows is None:  # lists of one item have no lag but 0
            assert data.list_length == 1
            continue
        rows = rows.set_index("lag").reindex(counts.x)
        np.testing.assert_array_equal(counts.actual.sum(axis=0), rows["actual"].fillna(0))
        np.testing.assert_array_equal(counts.possible.sum(axis=0), rows["possible"].fillna(0))
        np.testing.assert_allclose(counts.pooled(), rows["crp_pooled"], rtol=SHOWN)
        assert_subject_curves(counts, rows, "crp_subject_mean")


@pytest.mark.parametrize("dataset", DATASETS)
def test_summaries_equal_the_reference(people, reference, dataset):
    summaries = reference("summary", dataset)
    for name, data in people(dataset).items():
        row = summaries[name].iloc[0]
        table, ranks = number_recalled(data), lag_rank_counts(data)
        by_list = number_recalled_by_list(data)
        ours = {
            "n_subjects": len(table),
            "n_lists": data.n_lists,
            "mean_recalled": by_list.mean(),
            "sd_recalled_lists": by_list.std(ddof=1),
            "mean_recalled_subject_mean": table["recalled"].mean(),
            "sd_recalled_subjects": table["recalled"].std(),
            "intrusions_per_list": intrusions(data)["actual"].sum() / data.n_lists,
            "repeats_per_list": repetitions(data)["actual"].sum() / data.n_lists,
            "temporal_factor_subject_mean": subject_mean(ranks.rank[:, None])[0],
            "temporal_factor_sd": subject_sd(ranks.rank[:, None])[0],
        }
        np.testing.assert_allclose(list(ours.values()), row[list(ours)].astype(float), rtol=SHOWN, err_msg=name)
        assert ranks.transitions.sum() == np.nan_to_num(row["n_transitions_ranked"])


CONVENTIONS = {
    "standard pooled": lambda data: lag_crp_counts(data).pooled(),
    "standard subject mean": lambda data: subject_mean(lag_crp_counts(data).prob()),
    "intrusions deleted": lambda data: lag_crp_counts(data, between="drop").pooled(),
    "intrusions and repeats deleted": lambda data: lag_crp_counts(data, between="drop_with_repeats").pooled(),
    "denominator keeps recalled items": lambda data: lag_crp_counts(data, possible="all").pooled(),
}


def test_each_convention_has_the_effect_that_was_measured(people, human):
    effects = pd.read_csv(human / "reference" / "free_convention_effects.csv")
    for _, row in effects.iterrows():
        data = people(row["dataset"])[f"{row['condition']} {row['list_length']}"]
        for convention, curve in CONVENTIONS.items():
            values = curve(data)
            for lag in (1, -1):
                expected = row[f"crp{lag:+d} {convention}"]
                assert values[data.list_length - 1 + lag] == pytest.approx(expected, abs=5.1e-7), convention
        first = [pfr_counts(data, strict=strict).pooled()[-1] for strict in (False, True)]
        expected = row[["pfr last item (first credited recall)", "pfr last item (very first response)"]].astype(float)
        np.testing.assert_allclose(first, expected, atol=5.1e-7)
        assert number_recalled_by_list(data).mean() == pytest.approx(row["mean recalled unique"], abs=5.1e-6)
        counting_repeats = (data.recalls.position > 0).sum(axis=1).mean()
        assert counting_repeats == pytest.approx(row["mean recalled counting repeats"], abs=5.1e-6)


def test_the_example_of_murdock_20_1_in_three_conventions(people):
    data = people("murdock1962")["20-1 20"]
    counts = [lag_crp_counts(data), lag_crp_counts(data, between="drop"), lag_crp_counts(data, possible="all")]
    assert [round(float(c.pooled()[c.x == 1][0]), 3) for c in counts] == [0.451, 0.430, 0.377]
