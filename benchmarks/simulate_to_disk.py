"""Simulated lists streamed to disk by ``memlab simulate``: time, memory and size of the file against their number.

    python benchmarks/simulate_to_disk.py FOLDER [--lists 10000,30000,100000,300000,1000000] [--models chance,cmr]

Each subject has 100 lists of 20 words; every size is a process of its own. FOLDER gets ``simulate_to_disk.csv`` and
``simulate_to_disk.png``; the tables are deleted. Memory must not grow with the number of lists.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from measured_process import Cost, cost_of_memlab, draw_costs

from memlab.core.files import csv_text, write_text

LISTS_EACH = 100


def measured(folder: Path, model: str, n_lists: int) -> tuple[Cost, int]:
    """Return what simulating so many lists cost, and the bytes that were written."""
    file = folder / f"{model}-{n_lists}.csv"
    numbers = ("--subjects", str(max(1, n_lists // LISTS_EACH)), "--lists", str(LISTS_EACH))
    try:
        cost = cost_of_memlab("simulate", model, *numbers, "--out", file, "--force")
        return cost, file.stat().st_size
    finally:
        file.unlink(missing_ok=True)
        file.with_suffix(".run.json").unlink(missing_ok=True)


def main() -> None:
    """Measure every model and size, and write the table and the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lists", default="10000,30000,100000,300000,1000000")
    parser.add_argument("--models", default="chance,cmr")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sizes, rows, curves = [int(size) for size in asked.lists.split(",")], [], {}
    for model in asked.models.split(","):
        measured(asked.folder, model, LISTS_EACH)  # compiles what is not compiled yet
        found = [measured(asked.folder, model, size) for size in sizes]
        curves[model] = [cost for cost, _ in found]
        for size, (cost, n_bytes) in zip(sizes, found, strict=True):
            rows.append({"model": model, "lists": size, **dataclasses.asdict(cost), "file_mb": n_bytes / 1e6})
            took = f"CPU {cost.cpu_seconds:.1f} s, {cost.peak_mb:.0f} MB"
            print(f"{model}, {size} lists: {took}, file {n_bytes / 1e6:.0f} MB")
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    write_text(asked.folder / "simulate_to_disk.csv", csv_text(columns))
    draw_costs(sizes, curves, "lists of 20 words", asked.folder / "simulate_to_disk.png")


if __name__ == "__main__":
    main()
