"""Two stores: is the controller the short-term store and the memory matrix the long-term one?

Both are cut out of trained networks when recall begins, and a filled delay is put in; the same is done to SAM's buffer
and long-term store, which are two stores by construction.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from memlab.comparison import as_columns
from memlab.contender import Simulated
from memlab.core.files import Columns
from memlab.lesioning import early_and_middle, end_of_list
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
)
from memlab.studies.dnc_brain.networks import missing, models_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested
from memlab.target import TargetCondition

__all__ = ["run"]


class Cut(NamedTuple):
    """What is done before recall."""

    name: str
    network: str  # lesion of a network
    theory: str  # its counterpart in SAM
    delay_seconds: float


DELAY = 30.0
"""Filled seconds: what takes recency away from people (Glanzer & Cunitz 1966, J. Verb. Learn. Verb. Behav. 5)."""

INTACT = Cut("intact", "", "", 0.0)
SHORT = Cut("without short-term store", "controller_state", "buffer", 0.0)
LONG = Cut("without long-term store", "memory", "long_term_store", 0.0)
DELAYED = Cut("filled delay", "", "", DELAY)
CUTS = (INTACT, SHORT, LONG, DELAYED)

END, BEFORE = "end_of_list", "early_and_middle"
PARTS = {END: end_of_list, BEFORE: early_and_middle}
"""The recency part of the curve, its last three positions, and the prerecency part, all but its last third."""

KIND = "dnc.set"
KINDS = (KIND, "dnc.limited")
THEORY = "sam.rs1981"
LIST_LENGTH = 15
"""People with lists of about this length: long enough for a middle, and within what the networks were trained on."""

SELECTIVE = 2.0
"""A cut is selective if the part that it should take away loses this many times the share that the other one loses."""

LEAST_LOSS = 0.1
"""… and at least this share of its own."""

TITLE = "Two stores: the controller as the short-term store, memory as the long-term one"
BLOG = "Argued from the architecture"
CLAIMS = {
    SHORT: ("The LSTM is the short-term store: without its state the end of the list is lost and the rest kept", END),
    LONG: ("The matrix is the long-term store: without it the rest is lost and the end of the list kept", BEFORE),
    DELAYED: ("As from a short-term store, a filled delay takes the end of the list away and leaves the rest", END),
}

PART_COLUMNS = ("model", "cut", "part", "value", "low", "high")


def run(setting: Setting) -> Section:
    """Measure the two parts of the curve under each cut."""
    absent = missing(setting, *KINDS)
    if KIND in absent:
        return Section("stores", TITLE, {}, [], [not_tested(text, BLOG, [KIND]) for text, _ in CLAIMS.values()], TEXT)
    people = nearest_people(setting, LIST_LENGTH)[0]
    done = {(kind, cut): _network(setting, kind, cut, people) for kind in KINDS if kind not in absent for cut in CUTS}
    done |= {(THEORY, cut): theory(setting, THEORY, people, cut.theory, cut.delay_seconds) for cut in CUTS}
    rows = people_rows(people, ("spc",))
    for (model, cut), one in done.items():
        rows += simulated_rows(model, cut.name, one, ("spc",))
    tables = {"curves": curve_table(rows), "parts": _parts(people, done)}
    claims = [_claim(tables["parts"], cut, len(done[KIND, cut].seeds)) for cut in CLAIMS]
    return Section("stores", TITLE, tables, [Drawn("cuts", _draw, _caption(people))], claims, TEXT)


TEXT = (
    "When recall begins, the state of the controller is set back to what it was before the list (*without short-term "
    "store*), or everything that belongs to memory is (rows, usage, links, last weights and last reads: *without "
    f"long-term store*); or {DELAY:g} s of distraction fill the time before recall, put to networks as a distractor "
    "every two seconds, of which those trained without a delay never saw one. SAM (Raaijmakers & Shiffrin 1981, with "
    "its shipped parameters) loses its buffer, or what it learned in its long-term store, or waits as long. The "
    "recency part is the mean recall of the last three positions; the prerecency part leaves the last third of the "
    "list out. A cut is selective, and the claim holds, if the part that it should take loses at least "
    f"{LEAST_LOSS:.0%} of itself and at least {SELECTIVE:g} times the share that the other part loses; in part, if it "
    f"loses at least {LEAST_LOSS:.0%} of itself more than the other but less than that."
)


def _network(setting: Setting, kind: str, cut: Cut, people: TargetCondition) -> Simulated:
    study = fresh_lists(setting, people.study.list_length, delay_seconds=cut.delay_seconds)
    models = models_of(setting, kind)
    if cut.network:
        models = {seed: model.lesioned(cut.network) for seed, model in models.items()}
    return measured(network_data(setting, models, study, kind), ("spc",))


def _parts(people: TargetCondition, done: dict[tuple[str, Cut], Simulated]) -> Columns:
    rows: list[tuple[object, ...]] = []
    spc = people.everyone["spc"]
    nan = float("nan")
    rows += [("people", INTACT.name, part, statistic(spc.mean), nan, nan) for part, statistic in PARTS.items()]
    for (model, cut), one in done.items():
        for part, statistic in PARTS.items():
            value, error = score(statistic, one, "spc")
            rows.append((model, cut.name, part, value, value - error, value + error))
    return as_columns(PART_COLUMNS, rows)


def _lost(parts: Columns, model: str, cut: Cut) -> dict[str, float]:
    """Return the share of each part that a cut takes away."""
    kept = {
        name: {row["part"]: float(row["value"]) for row in columns_where(parts, model=model, cut=name)}
        for name in (INTACT.name, cut.name)
    }
    return {part: 1 - kept[cut.name][part] / max(kept[INTACT.name][part], 1e-9) for part in PARTS}


def _claim(parts: Columns, cut: Cut, n_seeds: int) -> Claim:
    text, own = CLAIMS[cut]
    other = BEFORE if own == END else END
    words = {END: "the last three positions", BEFORE: "the list without its last third"}
    losses = {model: _lost(parts, model, cut) for model in (KIND, THEORY)}
    said = [
        f"{m}: of {words[own]} {lost[own]:.0%} is lost, of {words[other]} {lost[other]:.0%}"
        for m, lost in losses.items()
    ]
    return Claim(text, BLOG, "; ".join(said), n_seeds, _verdict(losses[KIND][own], losses[KIND][other]))


def _verdict(own: float, other: float) -> Verdict:
    if own < LEAST_LOSS:
        return "does not hold"
    if own >= SELECTIVE * other:
        return "holds"
    return "holds in part" if own - other >= LEAST_LOSS else "does not hold"


def _caption(people: TargetCondition) -> str:
    return (
        "Serial-position curves of networks and of SAM, intact, with one store cut out before recall, and after "
        f"{DELAY:g} filled seconds; circles: people, condition {people.name}, immediate recall. Last panels: mean "
        "recall of the last three positions and of the list without its last third. Networks: mean over training "
        "seeds; shaded 1.96 SD over them, error bars 1.96 standard errors over them by leaving out one at a time."
    )


def _draw(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    curves, names = tables["curves"], [cut.name for cut in CUTS]
    panels = []
    for model in _models(tables):
        lines = {"people": series_of(curves, source="people")}
        lines |= {name: series_of(curves, source=model, condition=name) for name in names}
        panels.append(Panel(model, "Serial position", "Recall probability", lines, top=1.0))
    models = _models(tables)
    for part, title in ((END, "Last three positions"), (BEFORE, "Without the last third")):
        bars = {name: _bars(tables["parts"], name, part, models) for name in names}
        panels.append(Panel(title, "", "Recall probability", bars, top=1.0, categories=tuple(models)))
    return panels_figure(panels, per_row=3)


def _models(tables: Tables) -> list[str]:
    return [str(model) for model in dict.fromkeys(tables["parts"]["model"]) if model != "people"]


def _bars(parts: Columns, cut: str, part: str, models: list[str]) -> Any:
    rows = [columns_where(parts, model=model, cut=cut, part=part)[0] for model in models]
    points = {"x": list(range(len(models)))} | {key: [row[key] for row in rows] for key in ("value", "low", "high")}
    return series_of(points)
