"""Recall by context: chains of cues, accuracy by the hops that are asked for and the thinking steps allowed."""

from __future__ import annotations

import itertools
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

KIND = "dnc.chain"

HOPS = (1, 2, 3, 4, 5, 6)
QUICK_HOPS = (1, 2, 4)
STEPS = tuple(range(15))
QUICK_STEPS = (0, 2, 4, 8)

LENGTH = 8
"""Items of a chain: more than the hops asked for, so that no two numbers of hops have the same answer."""

LESIONS: dict[str, dict[str, Any]] = {"intact": {}, "links": {"links": False}}

RECALLED = 0.9
"""A chain of so many hops is recalled from this share of right answers."""

COLUMNS = ("lesion", "seed", "hops", "steps", "right", *(f"answer_{d}_on" for d in range(LENGTH)), "lure")
MEAN_COLUMNS = ("lesion", "hops", "steps", "as_trained", "trained", "value", "low", "high", "n_seeds")

TITLE = "Recall by context: chains of cues"
CLAIM = "The DNC cannot recall by context"
BLOG = "Stated it; did not test it"
LINKS_CLAIM = "Temporal links are what leads from one cue to the next"
LINKS_BLOG = "Not tested"


def run(setting: Setting) -> Section:
    """Measure the share of right answers by hops and thinking steps, intact and without links."""
    if absent := missing(setting, KIND):
        claims = [not_tested(CLAIM, BLOG, absent), not_tested(LINKS_CLAIM, LINKS_BLOG, absent)]
        return Section("hops", TITLE, {}, [], claims, f"Weights {KIND} are not there.")
    trained, pace = _trained(setting)
    by_seed = as_columns(COLUMNS, list(_rows(setting, pace)))
    means = _means(by_seed, trained, pace)
    rows = _named(means)
    figures = [
        Drawn("by_hops", _draw_by_hops, _by_hops_caption(setting, trained, pace)),
        Drawn("by_steps", _draw_by_steps, _by_steps_caption(setting, pace)),
    ]
    claims = [_recall_claim(rows, trained, _by_clock(by_seed, pace)), _links_claim(rows)]
    return Section("hops", TITLE, {"by_seed": by_seed, "means": means}, figures, claims, _text(setting, trained, pace))


def _trained(setting: Setting) -> tuple[tuple[int, int], int]:
    """Return the hops that the networks were trained on and their thinking steps a hop."""
    task = read_card(f"{next(iter(stems_of(setting, KIND).values()))}.json")["task"]
    return (task["hops"][0], task["hops"][1]), int(task["thinking"][1])


def _text(setting: Setting, trained: tuple[int, int], pace: int) -> str:
    return (
        f"Networks studied the pairs of a closed chain of {LENGTH} items (a–b, b–c, … and from the last back to a) in "
        "random order, two steps a pair; then saw one item with a number k, had thinking steps without input, and then "
        "had to give the item that stands k further on, among the items of the chain and lures. An answer is the "
        f"candidate with the highest score; an item of the chain guessed at random is right with 1/{LENGTH}. They were "
        f"trained on k = {trained[0]} to {trained[1]} with {pace} thinking steps a hop, and k beyond that was never "
        f"asked of them; {setting.lists} chains a network and cell, the same for every cell. *A hop is recalled* from "
        f"{RECALLED:g} right answers. The claim *holds* if some k of the training is not recalled, *holds in part* if "
        "those are and some beyond is not, at the steps of the training or, beyond it, at the best of those tried; it "
        "*does not hold* if all are. Links *hold* if without them at most half as much is right over the hops of the "
        "training, *in part* if less than 0.9 as much. Training needs a curriculum: with all k from the start a "
        "network got no further than to an item of the chain at random in a thousand steps."
    )


def _rows(setting: Setting, pace: int) -> Iterable[tuple[Any, ...]]:
    from memlab.models.neural.chain_recall import chain_answers

    hops = QUICK_HOPS if setting.quick else HOPS
    steps = sorted({*(QUICK_STEPS if setting.quick else STEPS), *(pace * k for k in hops)})
    for seed, stem in stems_of(setting, KIND).items():
        for lesion, changes in LESIONS.items():
            answers = chain_answers(stem, LENGTH, hops, steps, setting.lists, setting.seed, **changes)
            for (i, k), (j, n) in itertools.product(enumerate(hops), enumerate(steps)):
                yield lesion, seed, k, n, float(answers[i, j, k % LENGTH]), *map(float, answers[i, j])


def _means(by_seed: Columns, trained: tuple[int, int], pace: int) -> Columns:
    """Return the share of right answers: mean over training seeds, and 1.96 SD over them."""
    cells: dict[tuple[Any, ...], list[float]] = {}
    for row in _named(by_seed):
        cells.setdefault((row["lesion"], row["hops"], row["steps"]), []).append(row["right"])
    rows = []
    for (lesion, k, n), values in cells.items():
        spread = 1.96 * float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
        mean = float(np.mean(values))
        known = trained[0] <= k <= trained[1]
        rows.append((lesion, k, n, n == pace * k, known, mean, mean - spread, mean + spread, len(values)))
    return as_columns(MEAN_COLUMNS, rows)


def _named(table: Columns) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def _by_clock(by_seed: Columns, pace: int) -> float:
    """Return the share of answers that are where the steps lead, where that is not where the k asked for does."""
    rows = [row for row in _named(by_seed) if row["lesion"] == "intact" and row["steps"] % pace == 0]
    led = [(row, row["steps"] // pace) for row in rows if 0 < row["steps"] < pace * LENGTH]
    return float(np.mean([row[f"answer_{n}_on"] for row, n in led if n != row["hops"]]))


def _recall_claim(rows: Sequence[Mapping[str, Any]], trained: tuple[int, int], by_clock: float) -> Claim:
    intact = [row for row in rows if row["lesion"] == "intact"]
    inside = {row["hops"]: row["value"] for row in intact if row["trained"] and row["as_trained"]}
    paced = {row["hops"]: row["value"] for row in intact if not row["trained"] and row["as_trained"]}
    best = {k: max(row["value"] for row in intact if row["hops"] == k) for k in paced}
    measured = f"right answers at the hops trained on: {_listed(inside)}; beyond, at the same pace: {_listed(paced)}"
    measured += f"; at the best number of steps: {_listed(best)}. With steps for another number of hops than k, "
    measured += f"{by_clock:.2f} of the answers are where the steps lead, whatever k"
    verdict: Verdict = "holds"
    if all(value >= RECALLED for value in inside.values()):
        verdict = "does not hold" if all(value >= RECALLED for value in best.values()) else "holds in part"
    return Claim(CLAIM, BLOG, measured, min(row["n_seeds"] for row in intact), verdict)


def _listed(values: Mapping[int, float]) -> str:
    return ", ".join(f"{value:.2f} (k = {k})" for k, value in values.items()) or "none tested"


def _links_claim(rows: Sequence[Mapping[str, Any]]) -> Claim:
    shares = {
        lesion: float(np.mean([r["value"] for r in rows if r["lesion"] == lesion and r["trained"] and r["as_trained"]]))
        for lesion in LESIONS
    }
    measured = f"right answers over the hops trained on: {shares['intact']:.2f} intact, {shares['links']:.2f} without"
    kept = shares["links"] / shares["intact"] if shares["intact"] else math.nan
    verdict: Verdict = "holds" if kept <= 0.5 else "holds in part" if kept < 0.9 else "does not hold"
    return Claim(LINKS_CLAIM, LINKS_BLOG, f"{measured} links", min(row["n_seeds"] for row in rows), verdict)


def _by_hops_caption(setting: Setting, trained: tuple[int, int], pace: int) -> str:
    return (
        f"Share of right answers by the number of hops from the cue, with {pace} thinking steps a hop as in training, "
        f"intact and without temporal links. Trained on {trained[0]} to {trained[1]} hops. Mean over training seeds "
        f"with 1.96 SD over them; {setting.lists} chains of {LENGTH} a network and point; dotted: an item of the chain "
        "guessed at random."
    )


def _by_steps_caption(setting: Setting, pace: int) -> str:
    return (
        "Share of right answers by the thinking steps allowed between cue and answer, for each number of hops k; "
        f"trained with {pace} steps a hop. (A) intact, (B) without temporal links. Lines: mean over training seeds, "
        f"shaded: 1.96 SD over them; {setting.lists} chains of {LENGTH} a network and point."
    )


def _draw_by_hops(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    rows = [row for row in _named(tables["means"]) if row["as_trained"]]
    names = {"intact": "Intact", "links": "Without links"}
    curves = {name: _series([r for r in rows if r["lesion"] == lesion], "hops") for lesion, name in names.items()}
    curves["chance"] = _chance(curves["Intact"])
    return panels_figure([Panel("", "Hops", "Right answers", curves, bottom=0.0, top=1.0)], width="apa.single")


def _draw_by_steps(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    rows = _named(tables["means"])
    panels = []
    for lesion, title in (("intact", "Intact"), ("links", "Without links")):
        here = [row for row in rows if row["lesion"] == lesion]
        by_k = sorted({row["hops"] for row in here})
        curves = {f"k = {k}": _series([row for row in here if row["hops"] == k], "steps") for k in by_k}
        panels.append(Panel(title, "Thinking steps", "Right answers", curves, bottom=0.0, top=1.0))
    return panels_figure(panels, per_row=2)


def _series(rows: Sequence[Mapping[str, Any]], x: str) -> Any:
    from memlab.analysis.figures.drawing import Series

    return Series(*(np.array([row[name] for row in rows], float) for name in (x, "value", "low", "high")))


def _chance(like: Any) -> Any:
    from memlab.analysis.figures.drawing import Series

    nothing = np.full(len(like.x), math.nan)
    return Series(like.x, np.full(len(like.x), 1 / LENGTH), nothing, nothing)
