"""Networks and theories on the same lists: the curves of each training seed, and what the report needs of them.

Every network recalls lists of its own stream of random numbers, which belongs to the study's seed, the kind of weights,
the training seed and the lists, and not to a lesion: a lesion that changes nothing changes no recall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from memlab.analysis.means import subject_mean
from memlab.comparison import as_columns, curve_rows
from memlab.contender import Simulated, jackknife
from memlab.core.crediting import first_correct
from memlab.core.files import Columns
from memlab.core.lesions import delay_test
from memlab.core.model import Model
from memlab.core.recall import INTRUSION, Floats, RecallData, StudyLists
from memlab.core.rng import stream
from memlab.curves import MEASURES, subject_curves
from memlab.data.parameter_sets import load_parameter_set, parameter_set_names
from memlab.models import get_model
from memlab.studies.dnc_brain.section import Setting
from memlab.target import TargetCondition, load_target

__all__ = [
    "CURVE_COLUMNS",
    "columns_where",
    "curve_table",
    "fresh_lists",
    "measured",
    "nearest_people",
    "network_data",
    "people_rows",
    "recall_counts",
    "score",
    "series_of",
    "simulated_rows",
    "theory",
    "with_error",
]

CURVE_COLUMNS = ("source", "condition", "measure", "x", "value", "low", "high")

N_ITEMS = 1000
"""Different items that lists are drawn from; networks trained on bits have no more than 2^bits."""

FALLBACK = "murdock1962"
"""Whose parameter sets of the theories are used for people that have none of their own."""


def fresh_lists(
    setting: Setting, list_length: int, *keys: str | int, n_items: int = N_ITEMS, delay_seconds: float = 0.0
) -> StudyLists:
    """Return `Setting.lists` lists, the items of each drawn at random without replacement.

    The items belong to the seed, the length and the keys.
    """
    rng = stream(setting.seed, "dnc-brain", "lists", list_length, *keys)
    study = StudyLists.simple(setting.lists, list_length, delay_seconds=delay_seconds)
    items = np.argsort(rng.random((setting.lists, n_items)), axis=1)[:, :list_length]
    return StudyLists(items, study.onset, study.distractor, study.subject, study.list)


def network_data(
    setting: Setting, models: Mapping[str, Model], study: StudyLists, *keys: str | int
) -> dict[str, RecallData]:
    """Return the recalls of each training seed's network.

    Parameters
    ----------
    models
        By training seed; see `memlab.studies.dnc_brain.networks.models_of`.
    keys
        The kind of weights, and what else the random numbers belong to.
    """
    return {
        seed: RecallData(study, model.simulate(study, None, stream(setting.seed, "dnc-brain", *keys, seed)))
        for seed, model in models.items()
    }


def measured(by_seed: Mapping[str, RecallData], measures: Sequence[str] = MEASURES) -> Simulated:
    """Return the curves of each training seed's network; a network is one subject."""
    curves: dict[str, Floats] = {}
    x = {}
    for measure in measures:
        rows = []
        for data in by_seed.values():
            x[measure], by_subject = subject_curves(data, measure)
            rows.append(subject_mean(by_subject))
        curves[measure] = np.array(rows)
    return Simulated(x, curves, len(by_seed), tuple(by_seed))


def recall_counts(data: RecallData) -> tuple[float, float, float]:
    """Return the proportion recalled, and repeats and intrusions a list."""
    position = data.recalls.position
    credited = (first_correct(position, data.list_length) > 0).sum(axis=1)
    repeats = (position > 0).sum(axis=1) - credited
    intrusions = (position == INTRUSION).sum(axis=1)
    return float(credited.mean() / data.list_length), float(repeats.mean()), float(intrusions.mean())


def theory(
    setting: Setting, name: str, people: TargetCondition, lesion: str = "", delay_seconds: float = 0.0
) -> Simulated:
    """Return the curves of a theory with its shipped parameter set, on as many lists as a network gets.

    Parameters
    ----------
    people
        The condition that it is simulated in: pace and length of the lists.
    lesion
        Words of `Model.lesioned`; empty for none.
    delay_seconds
        Filled seconds before the test, beyond those of the condition.
    """
    source = setting.data if parameter_set_names(setting.data) else FALLBACK
    parameters = load_parameter_set(name, source)
    model = get_model(name).with_options(**parameters.options)
    model = model.lesioned(lesion) if lesion else model
    study = people.study.select(np.resize(np.arange(people.study.n_lists), setting.lists))
    study = delay_test(study, delay_seconds)
    recalls = model.simulate(study, parameters.values, stream(setting.seed, "dnc-brain", name, people.name))
    data = RecallData(study, recalls.truncate(study.max_responses))
    rows = {m: subject_curves(data, m) for m in model.predicts}
    return Simulated({m: x for m, (x, _) in rows.items()}, {m: subject_mean(y)[None] for m, (_, y) in rows.items()}, 1)


def nearest_people(setting: Setting, list_length: int, n: int = 1) -> list[TargetCondition]:
    """Return the conditions whose lists are nearest in length; of two as near, the one that comes first."""
    conditions = load_target(setting.data).conditions
    return sorted(conditions, key=lambda c: abs(c.study.list_length - list_length))[:n]


def score(statistic: Callable[[Floats], float], done: Simulated, measure: str) -> tuple[float, float]:
    """Return a statistic of the mean curve over networks and 1.96 times its error over them, NaN of one network."""
    value, error = jackknife(statistic, done.curves[measure])
    return value, 1.96 * error


def with_error(row: Mapping[str, Any]) -> str:
    """Return a number with its error over networks, ``0.31 ± 0.04``; of one network without.

    Examples
    --------
    >>> with_error({"value": 0.312, "high": 0.35}), with_error({"value": 0.312, "high": float("nan")})
    ('0.31 ± 0.04', '0.31')
    """
    error = row["high"] - row["value"]
    return f"{row['value']:z.2f}" + ("" if np.isnan(error) else f" ± {error:.2f}")


def people_rows(people: TargetCondition, measures: Sequence[str] = MEASURES) -> list[tuple[object, ...]]:
    """Return rows of `CURVE_COLUMNS` of the mean over all subjects with its 95 % t interval."""
    rows: list[tuple[object, ...]] = []
    for measure in measures:
        curve = people.everyone[measure]
        rows += curve_rows("people", people.name, measure, curve.x, curve.mean, *curve.interval())
    return rows


def columns_where(table: Columns, **wanted: object) -> list[dict[str, Any]]:
    """Return the rows of a table with these values, as dicts, in order.

    Examples
    --------
    >>> columns_where({"lag": [1, 2], "prob": [0.5, 0.2]}, lag=2)
    [{'lag': 2, 'prob': 0.2}]
    """
    rows = (dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True))
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def series_of(table: Columns, **wanted: object) -> Any:
    """Return a curve of a table with `CURVE_COLUMNS` as figures draw it: the points with these values, by x."""
    from memlab.analysis.figures.drawing import Series

    rows = sorted(columns_where(table, **wanted), key=lambda row: float(row["x"]))
    return Series(*(np.array([float(row[name]) for row in rows]) for name in ("x", "value", "low", "high")))


def simulated_rows(
    source: str, condition: str, done: Simulated, measures: Sequence[str] = MEASURES
) -> list[tuple[object, ...]]:
    """Return rows of `CURVE_COLUMNS` of the mean over networks with 1.96 SD over them (the seed band)."""
    rows: list[tuple[object, ...]] = []
    for measure in measures:
        if measure in done.curves:
            mean, spread = done.mean(measure), done.spread(measure)
            rows += curve_rows(source, condition, measure, done.x[measure], mean, mean - spread, mean + spread)
    return rows


def curve_table(rows: Sequence[tuple[Any, ...]]) -> Columns:
    """Return rows as a table with `CURVE_COLUMNS`."""
    return as_columns(CURVE_COLUMNS, rows)
