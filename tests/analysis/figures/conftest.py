"""Made-up curves with the shape of Murdock's: six conditions, people and models."""

import numpy as np
import pytest

CONDITIONS = {"10-2": 10, "15-2": 15, "20-2": 20, "20-1": 20, "30-1": 30, "40-1": 40}


def curve(measure, n, shift):
    """Return x and a plausible curve for a list of n."""
    if measure == "lag_crp":
        x = np.array([lag for lag in range(1 - n, n) if lag])
        return x, np.clip((0.4 + shift) * np.exp(-0.8 * np.abs(x)) * np.where(x > 0, 2, 1), 0, 1)
    x = np.arange(1, n + 1)
    y = 0.2 + 0.3 * np.exp(1.0 - x) + 0.7 * np.exp((x - n) / 3.0) + shift
    return x, np.clip(y, 0, 1) if measure == "spc" else y / y.sum()


def long_table(sources, conditions=tuple(CONDITIONS), measures=("spc", "pfr", "lag_crp")):
    """Return the table of curves as a dict of columns; SIMPLE has the serial-position curve only."""
    rows = []
    for i, source in enumerate(sources):
        for condition in conditions:
            for measure in measures if source != "simple" else ("spc",):
                x, y = curve(measure, CONDITIONS[condition], 0.01 * i)
                rows += [
                    (source, condition, measure, int(a), float(b), max(b - 0.03, 0.0), min(b + 0.03, 1.0))
                    for a, b in zip(x, y, strict=True)
                ]
    names = ("source", "condition", "measure", "x", "value", "low", "high")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


@pytest.fixture(scope="session")
def make_curves():
    """Return the maker of tables of curves."""
    return long_table


MODELS = (
    "chance",
    "tcm",
    "tcm.a",
    "cmr",
    "cmr.polyn2009",
    "sam.rs1981",
    "sam.kahana2012",
    "summed_similarity",
    "minerva2",
    "simple",
)


@pytest.fixture(scope="session")
def curves():
    """Return people and ten models, the models before the people."""
    return long_table((*MODELS, "people"))


def model_lines(axes):
    """Return the lines of an axes that are models, by label."""
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


@pytest.fixture(scope="session")
def lines_of():
    """Return the reader of an axes' labelled lines."""
    return model_lines
