"""Data sets and oracles that the tests of the analyses share."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest

from memlab.core.recall import Conditions, RecallData, Recalls, StudyLists


@pytest.fixture(scope="session")
def recalled():
    """Make one condition from rows of positions of any length."""

    def make(*rows, length=8, subject=None):
        position = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.int64)
        for i, row in enumerate(rows):
            position[i, : len(row)] = row
        return RecallData(StudyLists.simple(len(rows), length, subject=subject), Recalls(position))

    return make


@pytest.fixture(scope="session")
def people(human):
    """Read the trial-level free recall of one experiment, a condition for each condition and list length."""

    @cache
    def read(name):
        table = pd.read_csv(human / "free" / f"{name}.csv.gz", dtype={"item": str})
        groups = table.groupby(["condition", "list_length"], sort=False)
        return Conditions([_condition(f"{name} {length}", int(length), rows) for (name, length), rows in groups])

    return read


def _condition(name, length, rows):
    lists = rows[["subject", "list"]].drop_duplicates()
    code = {key: i for i, key in enumerate(lists.itertuples(index=False, name=None))}
    responses = rows[rows["output_position"] > 0]
    position = np.zeros((len(lists), int(responses["output_position"].max())), dtype=np.int64)
    row = [code[key] for key in zip(responses["subject"], responses["list"], strict=True)]
    position[row, responses["output_position"] - 1] = responses["serial_position"]
    study = StudyLists.simple(len(lists), length, subject=lists["subject"].to_numpy())
    return RecallData(study, Recalls(position), name)


def long_table(data):
    """Return one condition as psifr's raw table; item names are unique to a list, and so are intrusions."""
    rows = []
    for i in range(data.n_lists):
        base = {"subject": data.study.subject[i], "list": i + 1}
        rows += [
            {**base, "trial_type": "study", "position": p, "item": f"{i}-{p}"} for p in range(1, data.list_length + 1)
        ]
        rows += [
            {**base, "trial_type": "recall", "position": o + 1, "item": f"{i}-{p}" if p > 0 else f"no {i} {o}"}
            for o, p in enumerate(data.recalls.position[i].tolist())
            if p != 0
        ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def as_long_table():
    """Turn a condition into psifr's raw table."""
    return long_table


@pytest.fixture(scope="session")
def morton():
    """psifr's sample data: its raw table, and the same merged by psifr."""
    fr = pytest.importorskip("psifr.fr")
    raw = fr.sample_data("Morton2013")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return raw, fr.merge_free_recall(raw)
