"""Time our analyses beside psifr's on synthetic recalls, in one run: python benchmarks/analysis_vs_psifr.py

The default is 1,000 subjects x 100 lists of 20 items (about a million recalls), where psifr's lag_rank takes a minute;
``--subjects`` shrinks it. psifr starts from its merged table and we from `RecallData`: scoring is timed apart, for
both. The tables are compared before any ratio is printed. Both run in one thread, so the ratio is also given in CPU
time, which other work on the machine disturbs less than wall time.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from psifr import fr

import memlab.analysis as analysis
import memlab.analysis.kernels  # noqa: F401  loads numba, so that small runs time the kernels too
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.table import read_table, table_frame

LIST_LENGTH = 20
MEASURES = ("spc", "pnr", "lag_crp", "lag_rank")
GOALS = {"lag_crp": 500, "lag_rank": 1000}
OUR_RUNS = 7


def synthetic(n_subjects: int, n_lists: int) -> RecallData:
    """Return lists recalled in random order, 5 to 15 items each: what is counted does not change with the order."""
    rng = np.random.default_rng(0)
    n = n_subjects * n_lists
    position = np.argsort(rng.random((n, LIST_LENGTH)), axis=1) + 1
    position[np.arange(LIST_LENGTH) >= rng.integers(5, 16, size=n)[:, None]] = 0
    study = StudyLists.simple(n, LIST_LENGTH, subject=np.repeat(np.arange(n_subjects), n_lists))
    return RecallData(study, Recalls(position[:, :15]))


def seconds(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return how long a call takes by the clock and on the CPU, and what it returns."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> bool:
    """Return whether two tables have the same numbers, to the rounding of a sum."""
    return all(np.allclose(ours[name], theirs[name], rtol=1e-13, atol=0, equal_nan=True) for name in theirs)


def main() -> None:
    """Print a line a measure: psifr's time, ours (median of several), the ratios, and whether the tables agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=1000)
    parser.add_argument("--lists", type=int, default=100, help="lists a subject")
    parser.add_argument("--measures", nargs="+", choices=MEASURES, default=MEASURES)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # psifr's means of empty slices

    data = synthetic(asked.subjects, asked.lists)
    raw = table_frame(data)
    n_recalls = int((data.recalls.position > 0).sum())
    print(f"{asked.subjects} subjects x {asked.lists} lists x {LIST_LENGTH}: {n_recalls} recalls")
    print(f"{'measure':10} {'psifr ms':>10} {'memlab ms':>10} {'ratio':>8} {'CPU':>8} {'goal':>6}  tables")
    *theirs, merged = seconds(lambda: fr.merge_free_recall(raw))
    *ours, _ = seconds(lambda: read_table(raw))
    print(line("scoring", theirs, ours))
    for name in asked.measures:
        measure = getattr(analysis, name)
        measure(data)  # compiled, or read from the cache, before it is timed
        runs = [seconds(lambda measure=measure: measure(data)) for _ in range(OUR_RUNS)]
        ours = np.median([run[:2] for run in runs], axis=0).tolist()
        *theirs, table = seconds(lambda name=name: getattr(fr, name)(merged))
        agree = "equal" if same(runs[0][2], table.reset_index(drop=True)) else "DIFFERENT"
        goal = f"{GOALS[name]}x" if name in GOALS else ""
        print(f"{line(name, theirs, ours)} {goal:>6}  {agree}", flush=True)


def line(name: str, theirs: list[float], ours: list[float]) -> str:
    """Return the line of a measure: wall milliseconds of each, the ratio in wall and in CPU time."""
    ratios = [f"{their / our:.3g}x" for their, our in zip(theirs, ours, strict=True)]
    return f"{name:10} {theirs[0] * 1e3:10.1f} {ours[0] * 1e3:10.2f} {ratios[0]:>8} {ratios[1]:>8}"


if __name__ == "__main__":
    main()
