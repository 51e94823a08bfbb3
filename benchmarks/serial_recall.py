"""How fast the models of serial recall are: lists simulated and lists scored by likelihood, a second, in one process.

    python benchmarks/serial_recall.py CSV [--models cru,primacy] [--profile primacy]

The lists are those of the shipped design of Farrell and Lewandowsky (2012), Experiment 2: 20 people by 120 lists of six
letters. A rate is the number of lists over the least CPU time of several calls after one that compiles, so that other
work on the machine does not count; run it with ``OMP_NUM_THREADS=1``, for CPU time adds threads up. The recalls that
are scored are the model's own. Networks take lists of many networks and lexicons one by one, so they are called fewer
times. No package on PyPI is known to us that simulates or scores serial recall under several of these models, so none
stands beside them. ``--profile`` prints where a model's time goes instead.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from memlab.core.files import csv_text, write_text
from memlab.core.model import Model
from memlab.core.recall import LikelihoodModel, Recalls, StudyLists
from memlab.models import get_model, model_names
from memlab.paradigms.experiments import get_serial_condition

DESIGN = ("farrell_lewandowsky2012_e2", "dissimilar")
MOST_CALLS, MOST_SECONDS = 15, 5.0
COLUMNS = ("model", "lists_simulated_a_second", "lists_scored_a_second")


def study_lists() -> StudyLists:
    """Return the 2400 lists."""
    return get_serial_condition(*DESIGN).study_lists(seed=1)


def least_seconds(job: Callable[[], object]) -> float:
    """Return the least CPU time of several calls after one that compiles; of fewer where they are long."""
    job()
    found: list[float] = []
    while len(found) < MOST_CALLS and (not found or sum(found) < MOST_SECONDS):
        start = time.process_time()
        job()
        found.append(time.process_time() - start)
    return min(found)


def scoring(model: Model, study: StudyLists, recalls: Recalls) -> Callable[[], object] | None:
    """Return what scores the recalls; None for a model without a likelihood."""
    return (lambda: model.log_likelihood(study, recalls)) if isinstance(model, LikelihoodModel) else None


def measured(name: str, study: StudyLists) -> tuple[str, float, float]:
    """Return a model's name, lists simulated a second and lists scored a second (NaN without a likelihood)."""
    model, rng = get_model(name, "serial_recall"), np.random.default_rng(1)
    simulated = study.n_lists / least_seconds(lambda: model.simulate(study, None, rng))
    score = scoring(model, study, model.simulate(study, None, rng))
    return name, simulated, study.n_lists / least_seconds(score) if score else float("nan")


def profile(name: str, study: StudyLists) -> None:
    """Print where the time of simulating and of scoring goes."""
    model, rng = get_model(name, "serial_recall"), np.random.default_rng(1)
    recalls = model.simulate(study, None, rng)
    for job in (lambda: model.simulate(study, None, rng), scoring(model, study, recalls)):
        if job is not None:
            job()
            profiler = cProfile.Profile()
            profiler.runcall(job)
            pstats.Stats(profiler).sort_stats("tottime").print_stats(12)


def shown(rate: float) -> str:
    """Return a rate for people to read; nothing where there is none."""
    return "" if np.isnan(rate) else f"{rate:,.0f}"


def main() -> None:
    """Print the table as Markdown and write it as CSV."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path, nargs="?")
    parser.add_argument("--models", default="")
    parser.add_argument("--profile", default="")
    arguments = parser.parse_args()
    study = study_lists()
    if arguments.profile:
        return profile(arguments.profile, study)
    print(f"| {' | '.join(name.replace('_', ' ') for name in COLUMNS)} |\n| --- | --- | --- |", flush=True)
    rows = []
    for name in arguments.models.split(",") if arguments.models else model_names("serial_recall"):
        rows.append(measured(name, study))
        print(f"| `{name}` | {shown(rows[-1][1])} | {shown(rows[-1][2])} |", flush=True)
    if arguments.csv:
        write_text(arguments.csv, csv_text(dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))))
    return None


if __name__ == "__main__":
    main()
