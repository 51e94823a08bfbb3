"""Generalisation over length: networks trained on short, middle and long lists, tested on 1 to 40 items."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from memlab.comparison import as_columns
from memlab.core.files import Columns
from memlab.core.recall import RecallData
from memlab.studies.dnc_brain.measured import fresh_lists, network_data, recall_counts
from memlab.studies.dnc_brain.networks import missing, models_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested

__all__ = ["run"]

KINDS = ("dnc.set5", "dnc.set12", "dnc.set")
"""In the order of the longest list that they were trained on."""

LENGTHS = (1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40)
QUICK_LENGTHS = (2, 5, 12, 20)

BLOG_LENGTH = 12
"""The blog tested on lists of 12 what it had trained on lists of 1-5."""

KEPT = 0.9
"""A network generalises to a length where it recalls this share of what it recalls of the longest lists it knows."""

MEASURES = ("recalled", "repeats", "intrusions")
COLUMNS = ("weights", "slots", "list_length", "measure", "value", "low", "high", "n_seeds")

TITLE = "Generalisation over length: trained on 1-5, 1-12 and 1-20, tested on 1-40"
CLAIM = "A network trained on lists of 1-5 can be tested on lists of 12"
BLOG = "Trained on lists of 1-5 and drew its curve from lists of 12"


def run(setting: Setting) -> Section:
    """Measure recall, repeats and intrusions by list length."""
    absent = missing(setting, *KINDS)
    kinds = [kind for kind in KINDS if kind not in absent]
    table = as_columns(COLUMNS, [row for kind in kinds for row in _rows(setting, kind)])
    trained = {kind: next(iter(models_of(setting, kind).values())).trained_lengths or (1, 1) for kind in kinds}
    claims = [_claim(table, kind, trained[kind]) for kind in kinds] + [not_tested(CLAIM, BLOG, [k]) for k in absent]
    figures = [Drawn("by_length", _draw, _caption(trained))] if kinds else []
    return Section("lengths", TITLE, {"by_length": table} if kinds else {}, figures, claims, TEXT)


TEXT = (
    "Each network recalled lists of each length twice: with as many slots of memory as it was trained with, and with "
    "as many as the list has items where that is more (the weights do not depend on the number of slots). *Recalled* "
    "is the proportion of the list's items recalled at least once; repeats and intrusions are counted a list, and a "
    "list has at most twice as many responses as items. A network is said to generalise to a length if it recalls at "
    f"least {KEPT:.0%} of the proportion that it recalls of the longest lists that it was trained on; *in part* where "
    "it needs more slots for it."
)


def _rows(setting: Setting, kind: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    models = models_of(setting, kind)
    own = next(iter(models.values())).networks
    trained_slots = int(next(iter(own.values()))[1]["config"].get("slots", 0))
    for length in QUICK_LENGTHS if setting.quick else LENGTHS:
        study = fresh_lists(setting, length)
        given = {"as trained": models}
        if length > trained_slots:
            given["as many as items"] = {seed: model.lesioned(f"slots:{length}") for seed, model in models.items()}
        for slots, some in given.items():
            by_seed = network_data(setting, some, study, kind, length)
            rows += _scored(kind, slots, length, by_seed)
        if len(given) == 1:  # the slots are enough: both are the same
            rows += [(kind, "as many as items", *row[2:]) for row in rows[-len(MEASURES) :]]
    return rows


def _scored(kind: str, slots: str, length: int, by_seed: Mapping[str, RecallData]) -> list[tuple[Any, ...]]:
    each = np.array([recall_counts(data) for data in by_seed.values()])  # (n_seeds, n_measures)
    n = len(each)
    spread = 1.96 * each.std(axis=0, ddof=1) if n > 1 else np.full(len(MEASURES), math.nan)
    return [
        (kind, slots, length, name, float(m), float(m - s), float(m + s), n)
        for name, m, s in zip(MEASURES, each.mean(axis=0), spread, strict=True)
    ]


def _at(table: Columns, kind: str, slots: str, measure: str) -> dict[int, tuple[float, float, int]]:
    """Return value, half the band, and number of seeds by list length."""
    rows = zip(*(table[name] for name in COLUMNS), strict=True)
    return {row[2]: (row[4], row[6] - row[4], row[7]) for row in rows if row[:2] == (kind, slots) and row[3] == measure}


def _claim(table: Columns, kind: str, trained: tuple[int, int]) -> Claim:
    recalled = {slots: _at(table, kind, slots, "recalled") for slots in ("as trained", "as many as items")}
    lengths = list(recalled["as trained"])
    longest = max((n for n in lengths if n <= trained[1]), default=lengths[0])
    own = recalled["as trained"][longest][0]
    reach = {slots: _reach(values, KEPT * own) for slots, values in recalled.items()}
    tested = BLOG_LENGTH if trained[1] < BLOG_LENGTH else max(lengths)
    at = {slots: values[tested] for slots, values in recalled.items()}
    errors = {m: _at(table, kind, "as many as items", m)[tested][0] for m in ("repeats", "intrusions")}
    measured = (
        f"{kind}, trained on {trained[0]}-{trained[1]}: recalls {own:.2f} of {longest} items; of {tested} items "
        f"{at['as trained'][0]:.2f} with its own slots and {at['as many as items'][0]:.2f} with as many "
        f"slots as items, with {errors['repeats']:.1f} repeats and {errors['intrusions']:.1f} intrusions a list; at "
        f"least {KEPT:.0%} of its own up to {reach['as trained']} items, with more slots up to "
        f"{reach['as many as items']}"
    )
    blog = BLOG if trained[1] < BLOG_LENGTH else "Not tested"
    longer = f"What is learned on lists of {trained[0]}-{trained[1]} holds for lists of {tested}"
    claim = CLAIM if trained[1] < BLOG_LENGTH else longer
    return Claim(claim, blog, measured, at["as trained"][2], _verdict(at, KEPT * own))


def _reach(values: Mapping[int, tuple[float, float, int]], least: float) -> int:
    """Return the longest list up to which every length reaches a proportion; 0 for none."""
    reached = 0
    for length, (value, _, _) in sorted(values.items()):
        if value < least:
            break
        reached = length
    return reached


def _verdict(at: Mapping[str, tuple[float, float, int]], least: float) -> Verdict:
    if at["as trained"][0] >= least:
        return "holds"
    return "holds in part" if at["as many as items"][0] >= least else "does not hold"


def _caption(trained: Mapping[str, Sequence[int]]) -> str:
    lengths = "; ".join(f"{kind}: {low}-{high}" for kind, (low, high) in trained.items())
    return (
        "Proportion recalled, repeats and intrusions a list by list length; above with the slots that a network was "
        "trained with, below with as many slots as items where that is more. Lines: mean over training seeds, shaded: "
        f"1.96 SD over them. Trained lengths: {lengths}."
    )


def _draw(tables: Tables) -> Any:
    from memlab.analysis.figures.drawing import Series
    from memlab.analysis.figures.study import Panel, panels_figure

    table = tables["by_length"]
    labels = {"recalled": "Proportion recalled", "repeats": "Repeats a list", "intrusions": "Intrusions a list"}
    panels = []
    for slots in ("as trained", "as many as items"):
        for measure, label in labels.items():
            curves = {}
            for kind in dict.fromkeys(str(k) for k in table["weights"]):
                points = _at(table, kind, slots, measure)
                x, value = np.array(list(points), float), np.array([p[0] for p in points.values()])
                half = np.array([p[1] for p in points.values()])
                curves[kind] = Series(x, value, value - half, value + half)
            top = 1.0 if measure == "recalled" else None
            panels.append(Panel(f"slots {slots}", "List length", label, curves, top=top))
    return panels_figure(panels, per_row=3)
