"""Transfer: networks trained on one task and tested on the others, and one network trained on all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from memlab.comparison import as_columns
from memlab.core.files import Columns
from memlab.studies.dnc_brain.networks import missing, stems_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested

__all__ = ["run"]

SPECIALISTS = {
    "dnc.set": "set",
    "dnc.forward": "forward",
    "dnc.serial": "serial_recall",
    "dnc.copy": "copy",
    "dnc.repeat_copy": "repeat_copy",
}
"""Weights -> the task that they were trained on."""

ALL = "dnc.all"
KINDS = (*SPECIALISTS, "dnc.blog", ALL)
UNTRAINED = "untrained"

LENGTH = 5
"""Items a list: within what every network was trained on."""

TRANSFERS = 0.9
"""A network does a task if it gives this proportion of the items."""

COLUMNS = ("weights", "tested", "seed", "given")
MEAN_COLUMNS = ("weights", "tested", "value", "low", "high", "n_seeds")

TITLE = "Transfer between tasks"
CLAIM = "The DNC must be retrained for another task"
BLOG = "Stated it; did not measure it"
ALL_CLAIM = "One network cannot be trained on all the tasks"
ALL_BLOG = "Not tested"


def run(setting: Setting) -> Section:
    """Measure the matrix of tasks trained on and tested on."""
    absent = missing(setting, *KINDS)
    kinds = [kind for kind in KINDS if kind not in absent]
    by_seed = as_columns(COLUMNS, [row for kind in kinds for row in _rows(setting, kind, first=kind == kinds[0])])
    means = _means(by_seed)
    cells = {(row["weights"], row["tested"]): row for row in _named(means)}
    tables: dict[str, Columns] = {"by_seed": by_seed, "means": means} if kinds else {}
    figures = [Drawn("matrix", _draw, _caption(setting, kinds[0]))] if kinds else []
    return Section(
        "transfer", TITLE, tables, figures, [_transfer_claim(cells), _all_claim(cells)], _text(setting, absent)
    )


def _text(setting: Setting, absent: Sequence[str]) -> str:
    lacking = f" Weights that are not there: {', '.join(absent)}." if absent else ""
    return (
        f"Every network was tested on every task with {setting.lists} fresh lists of {LENGTH} items (repeat-copy: "
        "twice over). One measure for all: the proportion of the items that are given as the task wants them, which is "
        "anywhere for *set* and at their own output for the others; a response is drawn from a softmax over the list's "
        "items, 20 lures and, in *set* and *forward*, stopping. Copying is of bits and shows nothing at recall, the "
        "other tasks are of random directions and show the network its own last response; a network that was trained "
        "on the one is tested on the other unchanged. *Untrained* is the first network with fresh weights. dnc.blog "
        "has items with fewer features than the others and is tested with as many as it was trained with. A network "
        f"does a task if it gives at least {TRANSFERS:g} of the items. The first claim *holds* if no network does the "
        "task of another, *in part* if some do, and *does not hold* if every one does every other's; the second "
        f"*holds* if {ALL} does none of the tasks, *in part* if some, and *does not hold* if it does all." + lacking
    )


def _rows(setting: Setting, kind: str, *, first: bool) -> Iterable[tuple[Any, ...]]:
    from memlab.models.neural.transfer import TESTED, transfer_score

    for seed, stem in stems_of(setting, kind).items():
        for tested in TESTED:
            yield kind, tested, seed, transfer_score(stem, tested, LENGTH, setting.lists, setting.seed)
            if first:
                chance = transfer_score(stem, tested, LENGTH, setting.lists, setting.seed, fresh=int(seed))
                yield UNTRAINED, tested, seed, chance


def _means(by_seed: Columns) -> Columns:
    """Return the proportion given: mean over training seeds, and 1.96 SD over them."""
    cells: dict[tuple[str, str], list[float]] = {}
    for row in _named(by_seed):
        cells.setdefault((row["weights"], row["tested"]), []).append(row["given"])
    rows = []
    for cell, values in cells.items():
        spread = 1.96 * float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
        mean = float(np.mean(values))
        rows.append((*cell, mean, mean - spread, mean + spread, len(values)))
    return as_columns(MEAN_COLUMNS, rows)


def _named(table: Columns) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


Cells = Mapping[tuple[str, str], Mapping[str, Any]]


def _own(cells: Cells) -> dict[str, float]:
    """Return what the network trained on a task gives in it, by task."""
    return {task: cells[kind, task]["value"] for kind, task in SPECIALISTS.items() if (kind, task) in cells}


def _transfer_claim(cells: Cells) -> Claim:
    own = _own(cells)
    if len(own) < 2:
        return not_tested(CLAIM, BLOG, [kind for kind, task in SPECIALISTS.items() if task not in own])
    others = {
        (kind, tested): cells[kind, tested]["value"]
        for kind, task in SPECIALISTS.items()
        for tested in own
        if task in own and tested != task
    }
    done = [pair for pair, value in others.items() if value >= TRANSFERS]
    measured = (
        f"networks give {np.mean(list(own.values())):.2f} of the items of their own task "
        f"({sum(value >= TRANSFERS for value in own.values())} of {len(own)} do it) and "
        f"{np.mean(list(others.values())):.2f} of those of another; "
        f"{len(done)} of {len(others)} pairs transfer"
    )
    measured += f" ({', '.join(f'{kind} does {tested}' for kind, tested in done)})" if done else ""
    verdict: Verdict = "holds" if not done else "does not hold" if len(done) == len(others) else "holds in part"
    return Claim(CLAIM, BLOG, measured, min(row["n_seeds"] for row in cells.values()), verdict)


def _all_claim(cells: Cells) -> Claim:
    own = _own(cells)
    tested = [task for task in own if (ALL, task) in cells]
    if not tested:
        return not_tested(ALL_CLAIM, ALL_BLOG, [ALL])
    values = {task: cells[ALL, task]["value"] for task in tested}
    done = [task for task in tested if values[task] >= TRANSFERS]
    each = ", ".join(f"{task} {values[task]:.2f} (its own network {own[task]:.2f})" for task in tested)
    measured = f"{ALL} does {len(done)} of {len(tested)}: {each}"
    verdict: Verdict = "holds" if not done else "does not hold" if len(done) == len(tested) else "holds in part"
    return Claim(ALL_CLAIM, ALL_BLOG, measured, cells[ALL, tested[0]]["n_seeds"], verdict)


def _caption(setting: Setting, first: str) -> str:
    return (
        "Proportion of the items that a network (row) gives as a task (column) wants them; mean over training seeds; "
        f"framed: the task that it was trained on. Lists of {LENGTH}, {setting.lists} a network and task. The last row "
        f"is the network of {first} with fresh weights."
    )


def _draw(tables: Tables) -> Any:
    from memlab.analysis.figures.study_memory import matrix_figure

    cells = {(row["weights"], row["tested"]): row["value"] for row in _named(tables["means"])}
    present = {kind for kind, _ in cells}
    rows = [kind for kind in (*KINDS, UNTRAINED) if kind in present]
    tested = list(dict.fromkeys(task for _, task in cells))
    own = [(i, tested.index(SPECIALISTS[kind])) for i, kind in enumerate(rows) if kind in SPECIALISTS]
    return matrix_figure(
        np.array([[cells.get((kind, task), math.nan) for task in tested] for kind in rows]),
        rows,
        [task.replace("_", "-") for task in tested],
        y_label="Trained on",
        x_label="Tested on",
        own=own,
    )
