"""Do temporal links resemble TCM? Lag-CRPs with and without links, and what is read by which mode at recall."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from memlab.analysis.means import subject_mean, subject_sd
from memlab.comparison import as_columns
from memlab.contender import Simulated
from memlab.core.files import Columns
from memlab.core.recall import Floats
from memlab.core.rng import stream
from memlab.curves import MAX_LAG
from memlab.models.neural.dnc.reading import reading_tables
from memlab.report import SHARE_OF_HUMAN
from memlab.signatures import contiguity, forward_asymmetry
from memlab.studies.dnc_brain.measured import (
    columns_where,
    curve_table,
    fresh_lists,
    measured,
    nearest_people,
    network_data,
    people_rows,
    score,
    series_of,
    simulated_rows,
    theory,
    with_error,
)
from memlab.studies.dnc_brain.networks import missing, models_of, stems_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested
from memlab.target import TargetCondition

__all__ = ["run"]


class Variant(NamedTuple):
    """Networks of one objective, with their links or without."""

    kind: str  # of weights
    lesion: str
    label: str


OBJECTIVES = {"dnc.set": "any order (set)", "dnc.forward": "forward order", "dnc.human": "people's recalls (human)"}
WITH, CUT, NEVER = "with links", "links cut at test", "trained without links"
UNTRAINED = {"dnc.set": "dnc.set.nolinks", "dnc.forward": "dnc.forward.nolinks"}
"""Networks of the same objective that never had links."""

LIST_LENGTH = 15
"""People with lists of about this length: within what the networks were trained on."""

RECORDED = 200
"""Lists whose reading is recorded, at most: every step of every slot is kept."""

MODES = ("backward", "content", "forward")
FAR = range(2, MAX_LAG + 1)

DUE, DUE_IN_PART = 0.5, 0.1
"""Contiguity is due to links if they account for this share of it; or in part."""

READ_AT_ALL = 0.1
"""Reading carries recall only where at least this weight is on the recalled item's slot, of whatever mode."""

TITLE = "Temporal links and the contiguity effect"
BLOG = "Likened the temporal links to TCM; did not measure transitions"
LINK_CLAIM = "Temporal links fall off with lag as TCM's transitions do"
TEXT = (
    "Each network recalled lists of the same length with its links, and with its links cut at test (forward and "
    "backward reading give nothing); others were trained without links from the start. Contiguity is the lag-CRP at "
    "lags ±1 less that at ±2 to ±5, forward asymmetry that at +1 less that at -1. Links make recall contiguous, by "
    f"our rule, if contiguity is at least {SHARE_OF_HUMAN:.0%} of people's with links and loses at least {DUE:.0%} of "
    f"itself when they are cut (in part: {DUE_IN_PART:.0%}). The read modes are recorded on lists of the network's "
    "own task: how much of the read weight on the slot of the recalled item comes by backward, content and forward "
    "reading, and the weight of the link from the slot of each item to that of each other at the end of study. Links "
    f"carry recall if backward and forward reading give at least {DUE:.0%} of that read weight (in part: "
    f"{DUE_IN_PART:.0%}), and if at least {READ_AT_ALL:.0%} of reading is on that slot at all. Links fall off as "
    "TCM's transitions do, by our rule, if their strength at lags 2 to 5, relative to lag 1 in the same direction, "
    "is within a factor of two of TCM's."
)

SCORE_COLUMNS = ("kind", "links", "measure", "value", "low", "high", "n_seeds")
READ_COLUMNS = ("kind", "lag", "mode", "value", "low", "high")


def run(setting: Setting) -> Section:
    """Measure transitions with and without links, and reading at recall."""
    there = [kind for kind in OBJECTIVES if not missing(setting, kind)]
    absent = [kind for kind in OBJECTIVES if kind not in there]
    lost = [not_tested(_claim_text(kind), BLOG, [kind]) for kind in absent]
    if not there:
        return Section("links", TITLE, {}, [], [not_tested(LINK_CLAIM, BLOG, absent), *lost], TEXT)
    people = nearest_people(setting, LIST_LENGTH)[0]
    tcm = theory(setting, "tcm", people)
    tables = _transitions(setting, there, people, tcm) | _reading(setting, there, people.study.list_length)
    claims = [_link_claim(tables, there[0], tcm, _n_seeds(setting, there[0]))]
    for kind in there:
        claims += [_contiguity_claim(tables, kind), _reading_claim(tables, kind, _n_seeds(setting, kind))]
    figures = [
        Drawn("transitions", _draw_transitions, _transitions_caption(people)),
        Drawn("reading", _draw_reading, READ),
    ]
    return Section("links", TITLE, tables, figures, [*claims, *lost], TEXT)


def _n_seeds(setting: Setting, kind: str) -> int:
    return len(stems_of(setting, kind))


def _claim_text(kind: str) -> str:
    return f"Links make recall contiguous, as in TCM: trained on {OBJECTIVES[kind]}"


def _variants(setting: Setting, kind: str) -> list[Variant]:
    found = [Variant(kind, "", WITH), Variant(kind, "links", CUT)]
    never = UNTRAINED.get(kind)
    if never is not None and not missing(setting, never):
        found.append(Variant(never, "", NEVER))
    return found


def _transitions(setting: Setting, kinds: Sequence[str], people: TargetCondition, tcm: Simulated) -> dict[str, Columns]:
    """Return the lag-CRPs and their signatures, with and without links."""
    length = people.study.list_length
    rows = people_rows(people, ("lag_crp",)) + simulated_rows("tcm", "tcm", tcm, ("lag_crp",))
    human, nan = people.everyone["lag_crp"].mean, float("nan")
    scores: list[tuple[object, ...]] = []
    for name, curve in (("people", human), ("tcm", tcm.mean("lag_crp"))):
        scores += [(name, "", m, f(curve), nan, nan, 0) for m, f in STATISTICS.items()]
    for kind in kinds:
        for variant in _variants(setting, kind):
            done = _simulated(setting, variant, length)
            rows += simulated_rows(kind, variant.label, done, ("lag_crp", "spc"))
            scores += _scores(kind, variant.label, done)
    return {"curves": curve_table(rows), "scores": as_columns(SCORE_COLUMNS, scores)}


STATISTICS = {"contiguity": contiguity, "forward_asymmetry": forward_asymmetry}


def _simulated(setting: Setting, variant: Variant, length: int) -> Simulated:
    models = models_of(setting, variant.kind)
    if variant.lesion:
        models = {seed: model.lesioned(variant.lesion) for seed, model in models.items()}
    return measured(network_data(setting, models, fresh_lists(setting, length), variant.kind))


def _scores(kind: str, label: str, done: Simulated) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for name, curve, statistic in (
        *((name, "lag_crp", statistic) for name, statistic in STATISTICS.items()),
        ("recalled", "spc", lambda spc: float(spc.mean())),
    ):
        value, error = score(statistic, done, curve)
        rows.append((kind, label, name, value, value - error, value + error, len(done.seeds)))
    return rows


def _reading(setting: Setting, kinds: Sequence[str], length: int) -> dict[str, Columns]:
    """Return the links by lag, and the weight that each mode gives to each item's slot by its lag."""
    links: list[tuple[object, ...]] = []
    reads: list[tuple[object, ...]] = []
    for kind in kinds:
        by_seed = [
            reading_tables(
                stem, min(RECORDED, setting.lists), length, stream(setting.seed, "dnc-brain", "read", kind, k)
            )
            for k, stem in stems_of(setting, kind).items()
        ]
        links += _rows(kind, "link", by_seed, "links", "link")
        for mode in MODES:
            reads += _rows(kind, mode, by_seed, "reads", mode)
    return {"links": as_columns(READ_COLUMNS, links), "reads": as_columns(READ_COLUMNS, reads)}


def _rows(
    kind: str, label: str, by_seed: Sequence[Mapping[str, Mapping[str, Any]]], table: str, column: str
) -> list[tuple[object, ...]]:
    """Return the mean over training seeds of a column by lag, with 1.96 SD over them."""
    lags = by_seed[0][table]["lag"]
    values = np.array([one[table][column] for one in by_seed], dtype=float)
    mean, spread = subject_mean(values), 1.96 * subject_sd(values)
    keep = np.abs(lags) <= MAX_LAG
    return [
        (kind, int(lag), label, float(m), float(m - s), float(m + s))
        for lag, m, s in zip(lags[keep], mean[keep], spread[keep], strict=True)
    ]


def _value(table: Columns, **wanted: object) -> float:
    rows = columns_where(table, **wanted)
    return float(rows[0]["value"]) if rows else math.nan


def _link_claim(tables: Tables, kind: str, tcm: Simulated, n_seeds: int) -> Claim:
    link = {lag: _value(tables["links"], kind=kind, lag=lag) for lag in (-1, *(d for d in range(1, MAX_LAG + 1)))}
    fall, theirs = _far(link) / max(link[1], 1e-9), _fall_of(tcm.x["lag_crp"], tcm.mean("lag_crp"))
    measured_ = (
        f"{kind}: mean link weight {link[1]:.2f} at lag +1, {link[-1]:.2f} at -1, {_far(link):.2f} at +2 to +5: "
        f"{fall:.2f} of lag +1; TCM's transitions at +2 to +5 are {theirs:.2f} of those at +1"
    )
    verdict: Verdict = "holds" if 0.5 <= fall / max(theirs, 1e-9) <= 2 else "does not hold"
    return Claim(LINK_CLAIM, BLOG, measured_, n_seeds, verdict)


def _far(link: Mapping[int, float]) -> float:
    return float(np.nanmean([link[lag] for lag in FAR]))


def _fall_of(lags: Any, crp: Floats) -> float:
    far = float(np.nanmean([crp[lags == lag][0] for lag in FAR]))
    return far / float(crp[lags == 1][0])


def _contiguity_claim(tables: Tables, kind: str) -> Claim:
    scores = tables["scores"]
    rows = {row["links"]: row for row in columns_where(scores, kind=kind, measure="contiguity")}
    human, theirs = (_value(scores, kind=name, measure="contiguity") for name in ("people", "tcm"))
    said = [f"{label} {with_error(row)}" for label, row in rows.items()]
    recalled = [_value(scores, kind=kind, links=label, measure="recalled") for label in (WITH, CUT)]
    text = (
        f"{kind}, contiguity: {', '.join(said)}; TCM {theirs:.2f}, people {human:.2f}; cutting the links takes recall "
        f"from {recalled[0]:.2f} to {recalled[1]:.2f}"
    )
    intact, cut = float(rows[WITH]["value"]), float(rows[CUT]["value"])
    contiguous = intact > 0 and intact >= SHARE_OF_HUMAN * human
    verdict = _by_share(1 - cut / intact) if contiguous else "does not hold"
    return Claim(_claim_text(kind), BLOG, text, int(rows[WITH]["n_seeds"]), verdict)


def _reading_claim(tables: Tables, kind: str, n_seeds: int) -> Claim:
    weight = {mode: _value(tables["reads"], kind=kind, lag=0, mode=mode) for mode in MODES}
    total = max(sum(weight.values()), 1e-9)
    shares = ", ".join(f"{mode} {value / total:.0%}" for mode, value in weight.items())
    text = f"{kind}: of the read weight on the recalled item's slot ({total:.2f} in all) {shares}"
    by_links = (weight["backward"] + weight["forward"]) / total
    verdict = _by_share(by_links) if total >= READ_AT_ALL else "does not hold"
    return Claim(f"Links carry recall: trained on {OBJECTIVES[kind]}", BLOG, text, n_seeds, verdict)


def _by_share(share: float) -> Verdict:
    if share >= DUE:
        return "holds"
    return "holds in part" if share >= DUE_IN_PART else "does not hold"


def _transitions_caption(people: TargetCondition) -> str:
    return (
        "Lag-CRP of networks by what they were trained on: with links, with links cut at test, and of networks trained "
        f"without links; beside TCM, and people (circles, condition {people.name}, 95 % t intervals over subjects). "
        "Networks: mean over training seeds; shaded: 1.96 SD over them."
    )


READ = (
    "Above: mean weight of the link from the slot of an item to that of the item at each lag, at the end of study. "
    "Below: mean weight that backward, content and forward reading put on each item's slot when an item is recalled, "
    "by lag from the recalled item (0). Lines: mean over training seeds; shaded: 1.96 SD over them."
)


def _draw_transitions(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    curves, panels = tables["curves"], []
    for kind in _kinds(tables):
        lines = {
            "people": series_of(curves, source="people", measure="lag_crp"),
            "tcm": series_of(curves, source="tcm", measure="lag_crp"),
        }
        for label in (WITH, CUT, NEVER):
            series = series_of(curves, source=kind, condition=label, measure="lag_crp")
            lines |= {label: series} if len(series.x) else {}
        panels.append(Panel(kind, "Lag", "Lag-CRP", lines, by_lag=True))
    return panels_figure(panels, per_row=3)


def _kinds(tables: Tables) -> list[str]:
    return [str(kind) for kind in dict.fromkeys(tables["links"]["kind"])]


def _draw_reading(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    panels = []
    for kind in _kinds(tables):
        link = _by_lag(tables["links"], kind, "link")
        panels.append(Panel(kind, "Lag", "Link weight", {"link": link}, top=1.0, by_lag=True))
    for kind in _kinds(tables):
        lines = {mode: _by_lag(tables["reads"], kind, mode) for mode in MODES}
        panels.append(Panel("", "Lag from the recalled item", "Read weight", lines))
    return panels_figure(panels, per_row=len(_kinds(tables)))


def _by_lag(table: Columns, kind: str, mode: str) -> Any:
    rows = columns_where(table, kind=kind, mode=mode)
    names = {"x": "lag", "value": "value", "low": "low", "high": "high"}
    return series_of({name: [row[column] for row in rows] for name, column in names.items()})
