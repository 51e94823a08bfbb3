"""Our tables are psifr's: the same rows, the same counts, the same probabilities."""

import warnings

import numpy as np
import pandas as pd
import pytest

import memlab.analysis as analysis
from memlab.core.table import read_table

fr = pytest.importorskip("psifr.fr")

SHARED = ["murdock1962", "murdock_okada1970", "polyn2009"]
MEASURES = ["spc", "pnr", "lag_crp", "lag_rank"]


def psifr(measure, *args):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # means of empty slices and pandas' own
        return getattr(fr, measure)(*args).reset_index(drop=True)


def merged(raw):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fr.merge_free_recall(raw)


def assert_equals_psifr(ours, theirs):
    assert list(ours) == list(theirs)
    for name in theirs:
        if name == "rank":  # a mean of fractions, summed in another order
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-14, atol=0)
        else:
            np.testing.assert_array_equal(ours[name], theirs[name])


@pytest.mark.parametrize("measure", MEASURES)
def test_every_table_equals_psifrs_on_its_sample_data(morton, measure):
    raw, scored = morton
    assert_equals_psifr(getattr(analysis, measure)(raw), psifr(measure, scored))


@pytest.mark.parametrize("max_lag", [1, 3, 20])
def test_list_lags_of_intrusions_equal_psifrs_on_its_sample_data(morton, max_lag):
    raw, scored = morton
    assert_equals_psifr(analysis.pli_list_lag(raw, max_lag), psifr("pli_list_lag", scored, max_lag))


def test_first_recalls_equal_psifrs_recalls_at_output_one(morton):
    raw, scored = morton
    nth = psifr("pnr", scored)
    assert_equals_psifr(analysis.pfr(raw), nth[nth["output"] == 1].reset_index(drop=True))


@pytest.mark.parametrize("name", SHARED)
def test_counts_equal_psifrs_on_the_shared_data_sets(people, as_long_table, name):
    for data in people(name).values():
        few = data.select_subjects(data.subjects[:3])  # all of them: the slow test below
        raw = as_long_table(few)
        scored = merged(raw)
        for measure in MEASURES:
            assert_equals_psifr(getattr(analysis, measure)(few), psifr(measure, scored))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHARED)
def test_counts_equal_psifrs_for_every_subject_of_the_shared_data_sets(people, as_long_table, name):
    for data in people(name).values():
        scored = merged(as_long_table(data))
        for measure in MEASURES:
            assert_equals_psifr(getattr(analysis, measure)(data), psifr(measure, scored))


def test_a_table_a_path_and_read_data_give_the_same(morton, tmp_path):
    raw, _ = morton
    raw.to_csv(tmp_path / "morton.csv", index=False)
    tables = [analysis.spc(source) for source in (raw, tmp_path / "morton.csv", read_table(raw))]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def polyn2009_by_session(human):
    """Return psifr's raw table, and how many intrusions the file says are from one to three lists back, from list 4.

    The file looks for prior lists within a session, so a session is a subject here.
    """
    study = pd.read_csv(human / "free" / "polyn2009_lists.csv.gz")
    recall = pd.read_csv(human / "free" / "polyn2009.csv.gz")
    sessions = study[["subject", "list", "session"]].drop_duplicates()
    recall = recall[recall["output_position"] > 0].merge(sessions, on=["subject", "list"])
    study_rows = study.rename(columns={"serial_position": "position"}).assign(trial_type="study")
    recall_rows = recall.rename(columns={"output_position": "position"}).assign(trial_type="recall")
    columns = ["subject", "list", "condition", "trial_type", "position", "item", "session"]
    raw = pd.concat([study_rows, recall_rows])[columns]
    near = recall["pli_lag"].between(1, 3) & (recall["list"] > 3)
    return raw.assign(subject=raw["subject"] * 10 + raw["session"]), int(near.sum())


def test_prior_lists_are_found_across_the_conditions_of_polyn_2009(human):
    raw, expected = polyn2009_by_session(human)
    theirs = psifr("pli_list_lag", merged(raw.drop(columns="condition")), 3)
    ours = analysis.pli_list_lag(raw, 3).groupby(["subject", "list_lag"], as_index=False)["count"].sum()
    np.testing.assert_array_equal(ours["count"], theirs["count"])
    assert ours["count"].sum() == expected
