"""Copying and repeat-copying: how well, by list length and repeats; without links; and one trial step by step."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from memlab.comparison import as_columns
from memlab.core.files import Columns
from memlab.models.neural.card import read_card
from memlab.studies.dnc_brain.networks import missing, stems_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested

__all__ = ["run"]

KINDS = ("dnc.repeat_copy", "dnc.copy")

LENGTHS = (1, 2, 3, 4, 5, 7, 10, 15, 20)
REPEATS = (1, 2, 3, 5)
QUICK_LENGTHS = (1, 3, 5)
QUICK_REPEATS = (1, 2)

SHARE_OF_LISTS = 0.2
"""Lists a cell, of `Setting.lists`: a list is up to 20 x 5 responses."""

PERFECT = 0.99
"""Copying is called perfect from this proportion of items given back with every bit right."""

COPIES = 0.5
"""Below this proportion there is nothing that could hang on links."""

SHOWN = (5, 2)
"""Items and repeats of the trial that is drawn; fewer where the network was trained on fewer."""

LESIONS: dict[str, dict[str, Any]] = {"intact": {}, "links": {"links": False}}

COLUMNS = ("weights", "lesion", "seed", "list_length", "repeats", "slots", "trained", "items", "bits", "stopped")
MEAN_COLUMNS = ("weights", "lesion", "list_length", "repeats", "trained", "value", "low", "high", "n_seeds")

TITLE = "Repeat-copy, and memory over a trial"
CLAIM = "The DNC does repeat-copy perfectly"
BLOG = "Reported it; its numbers are not known to us"
LINKS_CLAIM = "Temporal links carry the order of what is copied"
LINKS_BLOG = "Did not test it"


def run(setting: Setting) -> Section:
    """Measure copying by length and repeats, intact and without links, and record a trial."""
    absent = missing(setting, *KINDS)
    kinds = [kind for kind in KINDS if kind not in absent]
    by_seed = as_columns(COLUMNS, [row for kind in kinds for row in _rows(setting, kind)])
    tables: dict[str, Columns] = {"by_seed": by_seed, "means": _means(by_seed)} if kinds else {}
    figures = [Drawn("accuracy", _draw_accuracy, _accuracy_caption(setting, kinds))] if kinds else []
    shown = next(iter(kinds), None)
    if shown is not None:
        tables |= _trial_tables(setting, shown)
        figures.append(Drawn("trial", _draw_trial, _trial_caption(setting, shown, tables)))
    return Section("repeat_copy", TITLE, tables, figures, _claims(by_seed, absent), _text(setting))


def _text(setting: Setting) -> str:
    return (
        f"Each network copied {_n_lists(setting)} fresh lists of bits of each length, as often as it was told. An item "
        "counts if every one of its bits is right at its own output. A network has the slots that it was trained with, "
        "or as many as the list has items where that is more (the weights do not depend on the number of slots). "
        f"Copying is called perfect from a proportion of {PERFECT:g}. *Holds*: perfect at all lengths and repeats "
        "that it was trained on and at all tested beyond; *in part*: at those trained on alone. Without links, forward "
        "and backward reading give nothing; order is said to hang on links if that costs at least half of the items "
        "at the longest list of the training. The trial that is drawn is the first one of the first training seed; "
        "nothing was selected."
    )


def _n_lists(setting: Setting) -> int:
    return max(20, round(SHARE_OF_LISTS * setting.lists))


def _rows(setting: Setting, kind: str) -> Iterable[tuple[Any, ...]]:
    from memlab.models.neural.copying import copy_scores

    for seed, stem in stems_of(setting, kind).items():
        lengths, repeats = _trained(f"{stem}.json")
        for lesion, changes in LESIONS.items():
            for length, times in _cells(setting, kind):
                scores, slots = copy_scores(stem, length, times, _n_lists(setting), setting.seed, **changes)
                inside = lengths[0] <= length <= lengths[1] and repeats[0] <= times <= repeats[1]
                measured = (scores["recalled"], scores["bits_right"], scores["stopped_right"])
                yield (kind, lesion, seed, length, times, slots, inside, *measured)


def _trained(card: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the lengths and repeats that a network was trained on, stages of a curriculum included."""
    task = read_card(card)["task"]
    stages = [tuple(task["lengths"]), *(tuple(stage[1:]) for stage in task["curriculum"])]
    lengths = min(low for low, _ in stages), max(high for _, high in stages)
    return lengths, tuple(task["repeats"])


def _cells(setting: Setting, kind: str) -> list[tuple[int, int]]:
    lengths = QUICK_LENGTHS if setting.quick else LENGTHS
    repeats = QUICK_REPEATS if setting.quick else REPEATS
    return [(length, times) for times in (repeats if kind == "dnc.repeat_copy" else (1,)) for length in lengths]


def _means(by_seed: Columns) -> Columns:
    """Return the proportion of items by cell: mean over training seeds, and 1.96 SD over them."""
    cells: dict[tuple[Any, ...], list[float]] = {}
    for row in _named(by_seed):
        cells.setdefault(tuple(row[name] for name in MEAN_COLUMNS[:5]), []).append(row["items"])
    rows = []
    for cell, values in cells.items():
        spread = 1.96 * float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
        mean = float(np.mean(values))
        rows.append((*cell, mean, mean - spread, mean + spread, len(values)))
    return as_columns(MEAN_COLUMNS, rows)


def _named(table: Columns) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def _claims(by_seed: Columns, absent: Sequence[str]) -> list[Claim]:
    means = _named(_means(by_seed))
    perfect = (
        not_tested(CLAIM, BLOG, ["dnc.repeat_copy"])
        if "dnc.repeat_copy" in absent
        else _perfect_claim([row for row in means if row["weights"] == "dnc.repeat_copy" and row["lesion"] == "intact"])
    )
    copying = [row for row in means if row["weights"] == "dnc.copy"]
    links = not_tested(LINKS_CLAIM, LINKS_BLOG, ["dnc.copy"]) if "dnc.copy" in absent else _links_claim(copying)
    return [perfect, links]


def _perfect_claim(cells: Sequence[Mapping[str, Any]]) -> Claim:
    inside, beyond = ([cell for cell in cells if cell["trained"] is known] for known in (True, False))
    measured = f"worst of the lengths and repeats trained on: {_worst(inside)}"
    measured += f"; worst beyond: {_worst(beyond)}" if beyond else ""
    good, further = (all(cell["value"] >= PERFECT for cell in part) for part in (inside, beyond))
    verdict: Verdict = ("holds" if further else "holds in part") if good and inside else "does not hold"
    return Claim(CLAIM, BLOG, measured, min(cell["n_seeds"] for cell in cells), verdict)


def _worst(cells: Sequence[Mapping[str, Any]]) -> str:
    if not cells:
        return "none tested"
    worst = min(cells, key=lambda cell: cell["value"])
    return f"{worst['value']:.3f} of the items ({worst['list_length']} items given {worst['repeats']} times)"


def _links_claim(cells: Sequence[Mapping[str, Any]]) -> Claim:
    known = [cell for cell in cells if cell["trained"]] or list(cells)
    longest = max(cell["list_length"] for cell in known)
    at = {cell["lesion"]: cell for cell in known if cell["list_length"] == longest}
    intact, without = at["intact"]["value"], at["links"]["value"]
    measured = f"copying {longest} items: {intact:.3f} of the items intact, {without:.3f} without links"
    verdict: Verdict = (
        "holds" if without <= intact / 2 else "holds in part" if without < 0.9 * intact else "does not hold"
    )
    if intact < COPIES:
        measured, verdict = f"{measured}: the network does not copy", "does not hold"
    return Claim(LINKS_CLAIM, LINKS_BLOG, measured, at["links"]["n_seeds"], verdict)


def _trial_tables(setting: Setting, kind: str) -> dict[str, Columns]:
    """Return the recorded trial: by step, by step and slot, memory's cells, and links at the end of study."""
    from memlab.models.neural.copying import recorded_copy

    stem = next(iter(stems_of(setting, kind).values()))
    lengths, repeats = _trained(f"{stem}.json")
    done = recorded_copy(stem, min(SHOWN[0], lengths[1]), min(SHOWN[1], repeats[1]), setting.seed)
    n_steps, _, n_slots, n_features = done.memory.shape
    step, slot = (index.ravel() + 1 for index in np.indices((n_steps, n_slots)))
    n_recall = len(done.position)
    item = [*range(1, done.list_length + 1), *[-1] * (n_steps - n_recall - done.list_length), *done.position[:, 0]]
    free = {f"free_gate_{i + 1}": gate for i, gate in enumerate(done.free_gates[:, 0].T)}
    modes = dict(zip(("backward", "content", "forward"), done.read_modes[:, 0].mean(1).T, strict=True))
    gates = {"write_gate": done.write_gate[:, 0], "allocation_gate": done.allocation_gate[:, 0]}
    weights = {name: getattr(done, name)[:, 0].ravel() for name in ("usage", "allocation", "write_weights")}
    cells = done.memory[:, 0].reshape(-1, n_features).T
    return {
        "trial_steps": {"step": range(1, n_steps + 1), "phase": done.phase, "item": item, **gates, **free, **modes},
        "trial_slots": {"step": step, "slot": slot, **weights, "read_weights": done.read_weights[:, 0].mean(1).ravel()},
        "trial_memory": {"step": step, "slot": slot, **{f"feature_{i + 1}": c for i, c in enumerate(cells)}},
        "trial_links": {f"from_slot_{i + 1}": column for i, column in enumerate(done.link[0].T)},
    }


def _trial_caption(setting: Setting, kind: str, tables: Tables) -> str:
    from memlab.analysis.figures.inspection import trial_caption

    caption = trial_caption(f"{kind}, seed {next(iter(stems_of(setting, kind)))}", _trial(tables)).strip()
    return f"{caption} The point is the step at which it is told how often." if kind == "dnc.repeat_copy" else caption


def _trial(tables: Tables) -> Any:
    """Return the recorded trial as `trial_figure` takes it."""
    from memlab.analysis.figures.inspection import TrialArrays

    steps, slots, memory = (tables[f"trial_{name}"] for name in ("steps", "slots", "memory"))
    phase, item = np.asarray(steps["phase"]), np.asarray(steps["item"])
    by_step = {name: np.asarray(values).reshape(len(phase), -1) for name, values in slots.items()}
    free = [np.asarray(values) for name, values in steps.items() if name.startswith("free_gate")]
    cells = np.stack([np.asarray(values) for name, values in memory.items() if name.startswith("feature")], axis=-1)
    return TrialArrays(
        phase=phase,
        position=item[phase == "recall"],
        slots=by_step["write_weights"][phase == "study"].argmax(1),
        memory=cells.reshape(*by_step["usage"].shape, -1),
        read_modes=np.stack([np.asarray(steps[name]) for name in ("backward", "content", "forward")], axis=-1),
        free_gates=np.stack(free, axis=-1),
        link=np.stack([np.asarray(column) for column in tables["trial_links"].values()], axis=-1),
        **{name: by_step[name] for name in ("usage", "allocation", "write_weights", "read_weights")},
        **{name: np.asarray(steps[name]) for name in ("write_gate", "allocation_gate")},
    )


def _draw_trial(tables: Tables) -> Any:
    from memlab.analysis.figures.inspection import trial_figure

    return trial_figure(_trial(tables))


def _accuracy_caption(setting: Setting, kinds: Sequence[str]) -> str:
    known = {kind: _trained(f"{next(iter(stems_of(setting, kind).values()))}.json") for kind in kinds}
    trained = "; ".join(
        f"{kind} on {n[0]}-{n[1]} items{f', {r[0]}-{r[1]} times' if r[1] > 1 else ''}" for kind, (n, r) in known.items()
    )
    return (
        "Proportion of items given back with every bit right, by list length: repeat-copy by how often it was told to, "
        "intact and without temporal links; copy intact and without links. Lines: mean over training "
        f"seeds, shaded: 1.96 SD over them; {_n_lists(setting)} lists a network and point. Trained: {trained}."
    )


def _draw_accuracy(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    rows = _named(tables["means"])
    titles = {
        ("dnc.repeat_copy", "intact"): "Repeat-copy",
        ("dnc.repeat_copy", "links"): "Repeat-copy, no links",
        ("dnc.copy", "intact"): "Copy",
        ("dnc.copy", "links"): "Copy, no links",
    }
    panels = []
    for (kind, lesion), title in titles.items():
        chosen = [row for row in rows if (row["weights"], row["lesion"]) == (kind, lesion)]
        curves = {f"{times} {'time' if times == 1 else 'times'}": _curve(chosen, times) for times in _repeats(chosen)}
        if curves:
            panels.append(Panel(title, "List length", "Proportion of items", curves, bottom=0.0, top=1.0))
    return panels_figure(panels, per_row=2)


def _repeats(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return sorted({row["repeats"] for row in rows})


def _curve(rows: Sequence[Mapping[str, Any]], times: int) -> Any:
    from memlab.analysis.figures.drawing import Series

    chosen = [row for row in rows if row["repeats"] == times]
    return Series(*(np.array([row[name] for row in chosen], float) for name in ("list_length", "value", "low", "high")))
