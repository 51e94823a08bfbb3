"""Are networks' errors of order like people's? Whole, and with a limit set to people's accuracy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from memlab.analysis.means import subject_mean, subject_sd
from memlab.analysis.scores import rmsd
from memlab.comparison import as_columns, curve_rows
from memlab.core.files import Columns
from memlab.core.recall import Floats, RecallData
from memlab.core.rng import stream
from memlab.curves import Curve
from memlab.data import HumanReference, load
from memlab.measured import Measured
from memlab.paradigms.experiments import get_serial_condition
from memlab.serial_measures import serial_measures
from memlab.studies.dnc_brain.measured import columns_where, curve_table, series_of
from memlab.studies.dnc_brain.networks import missing, serial_models_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested

__all__ = ["run"]

PEOPLE, CONDITION = "farrell_lewandowsky2012_e2", "dissimilar"
KINDS = ("dnc.serial", "lstm.serial", "gru.serial", "transformer.serial")


class Limit(NamedTuple):
    """A limit and its levels, from none to too much."""

    kind: str
    name: str
    levels: tuple[float, ...]


COOL = (0.3, 0.5, 1.0, 1.5)
LIMITS = (
    Limit("dnc.serial", "noise", (0.001, 0.003, 0.01, 0.1)),
    Limit("dnc.serial", "decay", (0.1, 0.15, 0.2, 0.3)),
    Limit("dnc.serial", "slots", (12, 8, 7, 6, 5)),
    Limit("dnc.serial", "temperature", (3.0, 3.5, 4.0, 4.5, 5.0)),
    Limit("lstm.serial", "temperature", COOL),
    Limit("gru.serial", "temperature", COOL),
    Limit("transformer.serial", "temperature", (2.0, 2.5, 3.0, 3.5)),
)

CURVES = ("accuracy_strict", "transposition_gradient")
NUMBERS = ("mean_accuracy", "lists_correct", "adjacent_share", "anticipation_share", "fill_in_first_error")
RATES = ("repetitions", "omissions_or_intrusions")
"""Errors whose mean over output places is reported."""

CEILINGS = 2.0
"""A curve is like people's within so many noise ceilings."""

NEAR = 0.1
"""Accuracy counts as people's within this: where no level comes so near, errors are not compared."""

TITLE = "Serial order: errors like people's?"
BLOG = "Did not measure serial order"
WHOLE = "Trained networks err in serial recall as people do"
CLAIMS = {limit: f"{limit.kind} errs as people do when its accuracy is theirs, by {limit.name}" for limit in LIMITS}
TEXT = (
    f"Networks recalled lists of the design of {PEOPLE} (six of ten letters; 20 lures may intrude): as they are, and "
    "with a limit at test, its level chosen among a few so that mean accuracy, over networks, is nearest to that of "
    "the half of people that fits may see. Curves are then held against the other half. Errors are people's, by our "
    "rule, "
    f"if accuracy by position and the transposition gradient are both within {CEILINGS:g} noise ceilings; in part if "
    f"one is; and not if no level brings accuracy within {NEAR:g} of people's. A temperature divides all scores before "
    "the softmax, so that it blurs choices alone. Fill-in is its share of fill-ins and infills after a list's first "
    "error; it is left out where no network made any."
)

LEVEL_COLUMNS = ("kind", "limit", "level", "chosen", "seed", *NUMBERS, *RATES)


def run(setting: Setting) -> Section:
    """Measure errors of order, whole and under each limit."""
    there = [kind for kind in KINDS if not missing(setting, kind)]
    if not there:
        lost = [not_tested(claim, BLOG, [KINDS[0]]) for claim in (WHOLE, CLAIMS[LIMITS[0]])]
        return Section("serial_errors", TITLE, {}, [], lost, TEXT)
    people, study = load(PEOPLE), _study(setting)
    limits = [limit for limit in LIMITS if limit.kind in there]
    whole = {kind: _measured(setting, study, kind, "", math.nan) for kind in there}
    done = {limit: _matched(setting, study, limit, _people_number(people, "mean_accuracy", "fit")) for limit in limits}
    tables = {"levels": _levels(whole, done), "curves": _curves(people, whole, done), "scores": _scores(people, done)}
    claims = [_whole_claim(people, tables), *(_limit_claim(people, limit, tables) for limit in limits)]
    figures = [Drawn("errors", _draw, CAPTION)]
    return Section("serial_errors", TITLE, tables, figures, claims, TEXT)


def _study(setting: Setting) -> Any:
    """Return lists of the people's design, as one subject's: a network is one subject."""
    design = get_serial_condition(PEOPLE, CONDITION)
    return design.study_lists(n_subjects=1, n_lists=setting.lists, rng=stream(setting.seed, "dnc-brain", PEOPLE))


BySeed = Mapping[str, Mapping[str, Measured]]


class Matched(NamedTuple):
    """All levels of a limit that were tried, and the one with people's accuracy."""

    levels: Mapping[float, BySeed]
    chosen: float


def _measured(setting: Setting, study: Any, kind: str, limit: str, level: float) -> BySeed:
    """Return the measures of each network of a kind under one level of a limit."""
    found = {}
    for seed, model in serial_models_of(setting, kind).items():
        values = {"temperature": level} if limit == "temperature" else None
        made = model.lesioned(f"{limit}:{level:g}") if limit not in ("", "temperature") else model
        recalls = made.simulate(study, values, stream(setting.seed, "dnc-brain", "errors", kind, seed))
        found[seed] = serial_measures(RecallData(study, recalls))
    return found


def _matched(setting: Setting, study: Any, limit: Limit, accuracy: float) -> Matched:
    levels = limit.levels[1::2] if setting.quick else limit.levels
    found = {level: _measured(setting, study, limit.kind, limit.name, level) for level in levels}
    off = {level: abs(_mean(done, "mean_accuracy") - accuracy) for level, done in found.items()}
    return Matched(found, min(off, key=lambda level: off[level]))


def _mean(by_seed: BySeed, measure: str) -> float:
    values = [float(np.nanmean(done[measure].by_subject)) for done in by_seed.values() if _any(done[measure])]
    return float(np.mean(values)) if values else math.nan


def _any(measured: Measured) -> bool:
    return bool(np.isfinite(measured.by_subject).any())


def _levels(whole: Mapping[str, BySeed], done: Mapping[Limit, Matched]) -> Columns:
    """Return the single numbers of every network at every level that was tried."""
    rows = [row for kind, by_seed in whole.items() for row in _numbers(kind, "none", math.nan, True, by_seed)]
    for limit, matched in done.items():
        for level, by_seed in matched.levels.items():
            rows += _numbers(limit.kind, limit.name, level, level == matched.chosen, by_seed)
    return as_columns(LEVEL_COLUMNS, rows)


def _numbers(kind: str, limit: str, level: float, chosen: bool, by_seed: BySeed) -> Iterator[tuple[Any, ...]]:
    for seed, done in by_seed.items():
        yield kind, limit, level, chosen, seed, *(_mean({seed: done}, name) for name in (*NUMBERS, *RATES))


def _curves(people: HumanReference, whole: Mapping[str, BySeed], done: Mapping[Limit, Matched]) -> Columns:
    rows: list[tuple[object, ...]] = []
    for measure in CURVES:
        x, mean, sd, n = people.curve(CONDITION, measure)
        rows += curve_rows("people", CONDITION, measure, x, mean, *Curve(x, mean, sd, n).interval())
        chosen = {limit: matched.levels[matched.chosen] for limit, matched in done.items()}
        named = {(kind, "none"): each for kind, each in whole.items()}
        named |= {(limit.kind, limit.name): each for limit, each in chosen.items()}
        for (kind, limit_name), by_seed in named.items():
            x, values = _rows(by_seed, measure)
            mean, spread = subject_mean(values), 1.96 * subject_sd(values)
            rows += curve_rows(kind, limit_name, measure, x, mean, mean - spread, mean + spread)
    return curve_table(rows)


def _rows(by_seed: BySeed, measure: str) -> tuple[Any, Floats]:
    """Return x and the curve of each network, (n_networks, n_x)."""
    each = [done[measure] for done in by_seed.values()]
    return each[0].x, np.array([one.by_subject[0] for one in each])


def _scores(people: HumanReference, done: Mapping[Limit, Matched]) -> Columns:
    """Return the distance of each curve from the people that scores are computed on, in noise ceilings."""
    rows = []
    for limit, matched in done.items():
        for measure in CURVES:
            _, values = _rows(matched.levels[matched.chosen], measure)
            distance = rmsd(subject_mean(values), people.curve(CONDITION, measure, "score")[1])
            rows.append((limit.kind, limit.name, measure, distance, distance / people.ceiling(CONDITION, measure)))
    return as_columns(("kind", "limit", "measure", "rmsd", "ceilings"), rows)


def _people_number(people: HumanReference, measure: str, half: str = "score") -> float:
    return float(np.mean(people.curve(CONDITION, measure, half)[1]))


def _said(people: HumanReference) -> str:
    return "people " + _named({name: _people_number(people, name) for name in (*NUMBERS, *RATES)})


def _named(values: Mapping[str, float]) -> str:
    known = {name: value for name, value in values.items() if not math.isnan(value)}
    return ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in known.items())


def _over_seeds(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the mean over networks of each number; NaN where none has it."""
    found = {}
    for name in (*NUMBERS, *RATES):
        values = [row[name] for row in rows if not math.isnan(row[name])]
        found[name] = float(np.mean(values)) if values else math.nan
    return found


def _whole_claim(people: HumanReference, tables: Tables) -> Claim:
    rows = columns_where(tables["levels"], limit="none")
    kinds = dict.fromkeys(row["kind"] for row in rows)
    means = {kind: _over_seeds([row for row in rows if row["kind"] == kind]) for kind in kinds}
    text = "; ".join(f"{kind} {_named(mean)}" for kind, mean in means.items())
    human = _people_number(people, "mean_accuracy")
    near = [abs(mean["mean_accuracy"] - human) <= NEAR for mean in means.values()]
    verdict: Verdict = "holds" if all(near) else "holds in part" if any(near) else "does not hold"
    n_seeds = min(sum(row["kind"] == kind for row in rows) for kind in kinds)
    return Claim(WHOLE, BLOG, f"{text}; {_said(people)}", n_seeds, verdict)


def _limit_claim(people: HumanReference, limit: Limit, tables: Tables) -> Claim:
    rows = columns_where(tables["levels"], kind=limit.kind, limit=limit.name, chosen=True)
    mean, human = _over_seeds(rows), _people_number(people, "mean_accuracy", "fit")
    scores = columns_where(tables["scores"], kind=limit.kind, limit=limit.name)
    off = ", ".join(f"{row['measure'].replace('_', ' ')} {row['ceilings']:.1f}" for row in scores)
    each = " ".join(f"{row['mean_accuracy']:.2f}" for row in rows)
    text = (
        f"{limit.name} {rows[0]['level']:g}: accuracy of each network {each}; {_named(mean)}; distance in noise "
        f"ceilings: {off}; {_said(people)}"
    )
    within = [row["ceilings"] <= CEILINGS for row in scores]
    verdict: Verdict = "holds" if all(within) else "holds in part" if any(within) else "does not hold"
    matched = abs(mean["mean_accuracy"] - human) <= NEAR
    return Claim(CLAIMS[limit], BLOG, text, len(rows), verdict if matched else "does not hold")


CAPTION = (
    f"People of {PEOPLE} (circles, 95 % t intervals over subjects) and networks, above as they were trained and below "
    "with a limit that brings their accuracy nearest to people's: accuracy by position, and transpositions by "
    "displacement out of those that could have been. Lines: mean over training seeds; shaded: 1.96 SD over them."
)


def _draw(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    curves, panels = tables["curves"], []
    sources = dict.fromkeys(zip(curves["source"], curves["condition"], strict=True))
    for whole in (True, False):
        shown = [(kind, limit) for kind, limit in sources if kind != "people" and (limit == "none") == whole]
        for measure, x_label, y_label in (
            ("accuracy_strict", "Serial position", "Right"),
            ("transposition_gradient", "Displacement", "Transpositions"),
        ):
            lines = {"people": series_of(curves, source="people", measure=measure)}
            for kind, limit in shown:
                label = str(kind) if whole else f"{kind}, {limit}"
                lines[label] = series_of(curves, source=kind, condition=limit, measure=measure)
            panels.append(Panel("", x_label, y_label, lines, by_lag=measure == "transposition_gradient"))
    return panels_figure(panels, per_row=2)
