"""What a log-likelihood of CMR costs, against list length, number of lists, number of points and threads.

Run: ``python benchmarks/likelihood_cost.py OUT``. Writes ``OUT/likelihood_cost.csv`` (one row a measurement) and
``OUT/likelihood_cost.png``. Each measurement is the least of several calls. Threads split the points among them: a
kernel runs without the interpreter's lock.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from memlab.core.files import csv_text, write_text
from memlab.core.recall import RecallData, StudyLists
from memlab.core.sequences import Sequences, sequences_of
from memlab.models.cmr import ContextMaintenanceRetrieval

KERNELS = {
    "closed form": ContextMaintenanceRetrieval(),
    "context vectors": ContextMaintenanceRetrieval(encoding="declining"),
}
LENGTHS, LISTS, POINTS, THREADS = (6, 12, 24, 48, 96), (1, 10, 100, 1000), (1, 10, 100, 1000), (1, 2)
USUAL = {"length": 24, "lists": 30, "points": 100, "threads": 1}
CALLS = 15
Row = dict[str, object]


def least_seconds(job: Callable[[], object]) -> float:
    """Return the least duration of several calls after one that compiles."""
    job()
    found = []
    for _ in range(CALLS):
        start = time.perf_counter()
        job()
        found.append(time.perf_counter() - start)
    return min(found)


def sequences(model: ContextMaintenanceRetrieval, length: int, lists: int) -> Sequences:
    """Return what the model recalls of some lists."""
    study = StudyLists.simple(lists, length)
    return sequences_of(RecallData(study, model.simulate(study, None, np.random.default_rng(0))))


def measured(kernel: str, length: int, lists: int, points: int, threads: int) -> Row:
    """Return one row of the table."""
    model = KERNELS[kernel]
    seen = sequences(model, length, lists)
    values = np.array([[p.default for p in model.parameters]] * points)
    parts = np.array_split(values, threads)
    with ThreadPoolExecutor(threads) as workers:
        seconds = least_seconds(lambda: list(workers.map(lambda v: model.population_log_likelihood(seen, v), parts)))
    recalls = int((seen.position > 0).sum())
    return {
        "kernel": kernel, "length": length, "lists": lists, "points": points, "threads": threads, "recalls": recalls,
        "ms": seconds * 1e3, "us_a_point_and_list": seconds * 1e6 / points / lists,
    }  # fmt: skip


def table() -> list[Row]:
    """Return all rows: one quantity is changed at a time."""
    ranges = {"length": LENGTHS, "lists": LISTS, "points": POINTS, "threads": THREADS}
    settings = [USUAL]
    settings += [{**USUAL, name: value} for name, values in ranges.items() for value in values if value != USUAL[name]]
    return [measured(kernel, **setting) for kernel in KERNELS for setting in settings]


def draw(rows: list[Row], path: Path) -> None:
    """Draw the milliseconds of a call against each quantity, the others being usual."""
    figure, panels = plt.subplots(1, 4, figsize=(12, 3), sharey=True, layout="constrained")
    for panel, quantity in zip(panels, USUAL, strict=True):
        for kernel in KERNELS:
            shown = [
                row
                for row in rows
                if row["kernel"] == kernel and all(row[other] == USUAL[other] for other in USUAL if other != quantity)
            ]
            shown.sort(key=lambda row: float(str(row[quantity])))
            at = [row[quantity] for row in shown]
            panel.loglog(at, [row["ms"] for row in shown], "o-", label=kernel)
            panel.set_xticks(at, [str(x) for x in at])
            panel.minorticks_off()
        panel.set_xlabel(quantity)
    panels[0].set_ylabel("ms a call")
    panels[0].legend(frameon=False)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main() -> None:
    """Write the table and the figure."""
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/likelihood_cost.py OUT")
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    rows = table()
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    write_text(out / "likelihood_cost.csv", csv_text(columns))
    draw(rows, out / "likelihood_cost.png")
    print((out / "likelihood_cost.csv").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
