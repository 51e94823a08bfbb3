"""Is forgetting why? Capacity, decay, noise and delay, one at a time and crossed, against people's curves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from memlab.comparison import as_columns
from memlab.core.files import Columns
from memlab.report import SHARE_OF_HUMAN
from memlab.studies.dnc_brain.limits import INTACT, Limit, crossed_limits, limit_rows, limited, single_limits
from memlab.studies.dnc_brain.measured import (
    columns_where,
    curve_table,
    nearest_people,
    people_rows,
    series_of,
    simulated_rows,
)
from memlab.studies.dnc_brain.networks import missing, models_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested

__all__ = ["run"]

KIND, TRAINED = "dnc.set", "dnc.limited"
LIST_LENGTH = 15
"""People with lists of about this length: long enough for a middle, and within what the networks were trained on."""

SINGLE = ("slots", "decay", "noise", "delay")
EFFECTS = ("primacy", "recency", "contiguity")
TITLE = "Forgetting: capacity, decay, noise and delay"
BLOG = "Supposed that what its network lacked was forgetting; did not vary it"
CLAIMS = {
    "slots": "Too few slots make recall human",
    "decay": "Decay of memory makes recall human",
    "noise": "Noise in memory makes recall human",
    "delay": "A filled delay makes recall human",
    "decay x slots": "Decay and too few slots together make recall human",
}
TRAINED_CLAIM = "A network trained with limits recalls as people do"

MEASURE_COLUMNS = ("measure", "value", "low", "high", "people", "noise")
SINGLE_COLUMNS = ("weights", "limit", "level", *MEASURE_COLUMNS)
CROSSED_COLUMNS = ("decay", "slots", *MEASURE_COLUMNS)


def run(setting: Setting) -> Section:
    """Measure the signatures of free recall under each limit."""
    absent = missing(setting, KIND, TRAINED)
    if KIND in absent:
        lost = [not_tested(claim, BLOG, [KIND]) for claim in (*CLAIMS.values(), TRAINED_CLAIM)]
        return Section("forgetting", TITLE, {}, [], lost, TEXT)
    tables = _tables(setting, trained=TRAINED not in absent)
    n_seeds = len(models_of(setting, KIND))
    claims = [_claim(tables, kind, n_seeds) for kind in CLAIMS]
    if TRAINED in absent:
        claims.append(not_tested(TRAINED_CLAIM, BLOG, [TRAINED]))
    else:
        claims.append(_trained_claim(tables, len(models_of(setting, TRAINED))))
    figures = [
        Drawn("curves", _draw_curves, CURVES_CAPTION),
        Drawn("signatures", _draw_signatures, SIGNATURES_CAPTION),
        Drawn("crossed", _draw_crossed, CROSSED_CAPTION),
    ]
    return Section("forgetting", TITLE, tables, figures, claims, TEXT)


TEXT = (
    "Limits are put on trained networks at test, without new training: fewer slots than items, a share of every cell "
    "of memory lost at each step, Gaussian noise added to every cell at each step, or distraction before the test (a "
    f"distractor every two seconds; {KIND} never saw one in training). {TRAINED} was trained with limits. Primacy and "
    "recency are the mean recall of the first and of the last three positions less that of the middle; contiguity is "
    "the lag-CRP at lags ±1 less that at ±2 to ±5. The yardstick of a signature is how far the two halves of the "
    "people are apart; an RMSD from people's curve is given in noise ceilings, the RMSD that two halves of the "
    "people have. The level that is reported of a limit is the one whose three curves together are nearest to "
    f"people's: the mean of the three RMSDs in noise ceilings. An effect counts as shown from {SHARE_OF_HUMAN:.0%} of "
    "its human size, if the interval over training seeds is above 0; the claim holds if primacy, recency and "
    "contiguity are all shown, in part if some is that the intact network lacks."
)


def _tables(setting: Setting, *, trained: bool) -> dict[str, Columns]:
    people = nearest_people(setting, LIST_LENGTH)[0]
    length = people.study.list_length
    single: list[tuple[object, ...]] = []
    curves = people_rows(people)
    cells = [(KIND, limit) for limit in (INTACT, *single_limits(length, quick=setting.quick))]
    for kind, limit in cells + ([(TRAINED, INTACT)] if trained else []):
        done = limited(setting, kind, limit, length)
        single += [(kind, limit.kind, limit.level, *row) for row in limit_rows(done, people)]
        curves += simulated_rows(_source(kind, limit), people.name, done)
    crossed: list[tuple[object, ...]] = []
    for decay, slots, limit in crossed_limits(length, quick=setting.quick):
        crossed += [(decay, slots, *row) for row in limit_rows(limited(setting, KIND, limit, length), people)]
    return {
        "curves": curve_table(curves),
        "one_at_a_time": as_columns(SINGLE_COLUMNS, single),
        "crossed": as_columns(CROSSED_COLUMNS, crossed),
    }


def _source(kind: str, limit: Limit) -> str:
    if limit == INTACT:
        return "intact" if kind == KIND else kind
    return f"{limit.kind} {limit.level:g}"


def _measures(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in rows}


def _nearest(tables: Tables, kind: str) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the level of a limit at which the three curves are nearest to people's, and its measures."""
    if kind == "decay x slots":
        table, names = tables["crossed"], ("decay", "slots")
        rows = [row for row in columns_where(table, measure="distance") if row["decay"] > 0]
    else:
        table, names = tables["one_at_a_time"], ("limit", "level")
        rows = columns_where(table, measure="distance", limit=kind)
    best = min(rows, key=lambda row: float(row["value"]))
    where = {name: best[name] for name in names}
    label = " ".join(f"{name} {value:g}" for name, value in where.items() if not isinstance(value, str))
    return label.replace("level", kind), _measures(columns_where(table, **where))


def _claim(tables: Tables, kind: str, n_seeds: int) -> Claim:
    intact = _measures(columns_where(tables["one_at_a_time"], weights=KIND, limit="intact"))
    label, found = _nearest(tables, kind)
    return Claim(CLAIMS[kind], BLOG, _said(label, found, intact), n_seeds, _verdict(found, intact))


def _trained_claim(tables: Tables, n_seeds: int) -> Claim:
    intact = _measures(columns_where(tables["one_at_a_time"], weights=KIND, limit="intact"))
    found = _measures(columns_where(tables["one_at_a_time"], weights=TRAINED))
    return Claim(TRAINED_CLAIM, BLOG, _said(TRAINED, found, intact), n_seeds, _verdict(found, intact))


def _said(label: str, found: dict[str, dict[str, Any]], intact: dict[str, dict[str, Any]]) -> str:
    """Return intact -> limited (people ± half) of each effect, and the distances from people's curves."""
    effects = [
        f"{name} {intact[name]['value']:z.2f} → {found[name]['value']:z.2f} ({_toward(found[name], intact[name])}; "
        f"people {found[name]['people']:z.2f}, their halves {found[name]['noise']:z.2f} apart)"
        for name in EFFECTS
    ]
    spc, distance = found["rmsd_spc"], found["distance"]
    return (
        f"{label}: {', '.join(effects)}; RMSD of the serial-position curve {spc['value'] / spc['noise']:.1f} noise "
        f"ceilings (intact {intact['rmsd_spc']['value'] / spc['noise']:.1f}), of the three curves "
        f"{distance['value']:.1f} (intact {intact['distance']['value']:.1f})"
    )


def _toward(found: dict[str, Any], intact: dict[str, Any]) -> str:
    nearer = abs(intact["value"] - found["people"]) - abs(found["value"] - found["people"])
    return f"{abs(nearer):.2f} {'nearer' if nearer >= 0 else 'further'}"


def _shown(row: dict[str, Any]) -> bool:
    """Return whether an effect is large enough, and not one that other training seeds might lack."""
    return bool(row["value"] >= SHARE_OF_HUMAN * row["people"] and not row["low"] <= 0 < row["value"])


def _verdict(found: dict[str, dict[str, Any]], intact: dict[str, dict[str, Any]]) -> Verdict:
    if all(_shown(found[name]) for name in EFFECTS):
        return "holds"
    gained = [name for name in EFFECTS if _shown(found[name]) and not _shown(intact[name])]
    return "holds in part" if gained else "does not hold"


CURVES_CAPTION = (
    "Serial-position curves of networks under each limit at test, its levels in the order of the title (slots; share "
    "lost a step; SD of noise; filled seconds), and of those trained with limits; circles: people with 95 % t "
    "intervals over subjects. Lines: mean over training seeds; shaded: 1.96 SD over them."
)
SIGNATURES_CAPTION = (
    "Proportion recalled, primacy, recency and contiguity at each level of each limit (slots; share lost a step; SD of "
    "noise; filled seconds), and of networks trained with limits. Line across: the scored half of "
    "the people; its band: how far the two halves are apart. Error bars: 1.96 standard errors over training seeds."
)
CROSSED_CAPTION = (
    "Decay and slots crossed: signatures, and the distance of the three curves from people's in noise ceilings (1: as "
    "near as two halves of the people). Darker is more."
)


def _draw_curves(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    table = tables["curves"]
    sources = [str(source) for source in dict.fromkeys(table["source"]) if source != "people"]
    people = {"people": series_of(table, source="people", measure="spc")}
    intact = {"intact": series_of(table, source="intact", measure="spc")}
    panels = []
    for kind in (*SINGLE, TRAINED):
        chosen = [source for source in sources if source.split(" ")[0] == kind]
        lines = {_rank(i, kind): series_of(table, source=name, measure="spc") for i, name in enumerate(chosen)}
        levels = ", ".join(source.partition(" ")[2] for source in chosen)
        title = f"{kind}: {levels}" if kind != TRAINED else kind
        if chosen:
            panels.append(Panel(title, "Serial position", "Recall probability", people | intact | lines, top=1.0))
    return panels_figure(panels, per_row=3)


def _rank(i: int, kind: str) -> str:
    return "trained with limits" if kind == TRAINED else f"{('first', 'second', 'third', 'fourth')[i]} level"


def _draw_signatures(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    table, panels = tables["one_at_a_time"], []
    for measure in ("recalled", *EFFECTS):
        every = columns_where(table, measure=measure)
        human, apart = float(every[0]["people"]), float(every[0]["noise"])
        bottom, top = _ends([human, *(row[name] for row in every for name in ("value", "low", "high"))])
        for kind in SINGLE:
            rows = [row for row in every if row["limit"] in ("intact", kind)]
            words = tuple(_place(row) for row in rows)
            title = kind.capitalize() if measure == "recalled" else ""
            people = (human, human - apart, human + apart)
            symbols = {"networks": _points(rows)}
            panels.append(Panel(title, "", measure.capitalize(), symbols, bottom, top, categories=words, people=people))
    return panels_figure(panels, per_row=len(SINGLE))


def _ends(values: list[float]) -> tuple[float, float]:
    """Return ends of an axis that hold all values, 0 among them, at tenths."""
    return min(0.0, np.floor(10 * np.nanmin(values)) / 10), np.ceil(10 * np.nanmax(values)) / 10


def _place(row: dict[str, Any]) -> str:
    if row["limit"] == "intact":
        return "intact" if row["weights"] == KIND else "trained"
    return f"{row['level']:g}"


def _points(rows: list[dict[str, Any]]) -> Any:
    columns = {name: [row[name] for row in rows] for name in ("value", "low", "high")}
    return series_of({"x": list(range(len(rows))), **columns})


def _draw_crossed(tables: Tables) -> Any:
    from memlab.analysis.figures.study import CrossedMap, maps_figure

    table = tables["crossed"]
    decays, slots = sorted(set(table["decay"])), sorted(set(table["slots"]))  # type: ignore[type-var]
    maps = []
    for measure in (*EFFECTS, "distance"):
        values = [[_value(table, measure, decay, n) for n in slots] for decay in decays]
        human = columns_where(table, measure=measure)[0]["people"]
        title = "Distance, ceilings" if measure == "distance" else f"{measure.capitalize()} (people {human:.2f})"
        words = tuple(f"{n:g}" for n in slots), tuple(f"{decay:g}" for decay in decays)
        maps.append(CrossedMap(title, "Slots", "Decay a step", *words, np.array(values)))
    return maps_figure(maps)


def _value(table: Columns, measure: str, decay: object, slots: object) -> float:
    return float(columns_where(table, measure=measure, decay=decay, slots=slots)[0]["value"])
