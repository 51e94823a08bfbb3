"""What an estimated likelihood costs and how noisy it is: lists a second, and its standard error against particles.

    python benchmarks/particle_filter.py LONGTABLE.csv CSV [--condition 20-1] [--lists 80] [--particles 128,512,2048]

The first file is a long table of recalls, of which the first lists of a condition are taken; parameters are the
defaults, then the shipped ones for Murdock (1962). A row is a model and a number of particles a list: lists a second,
the sum over the lists that some particle led to, its standard error, nats an event, the greatest share of the variance
that one list has, and how many lists are impossible or were not led to. Times are of one core, compiled before.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from memlab.core.files import csv_text, write_text
from memlab.core.model import Model
from memlab.core.sequences import EstimatedLikelihoodModel, Sequences, sequences_of
from memlab.core.table import read_conditions
from memlab.data.parameter_sets import load_parameter_set, parameter_set_names
from memlab.models import get_model, model_names

DATA = "murdock1962"
COLUMNS = (
    "model", "values", "particles", "lists_a_second", "log_likelihood", "standard_error", "error_an_event",
    "greatest_share", "impossible", "missed",
)  # fmt: skip


def shipped(name: str) -> tuple[Model, dict[str, float] | None]:
    """Return a model with its shipped options and values, if there are any."""
    if name not in parameter_set_names(DATA):
        return get_model(name), None
    found = load_parameter_set(name, DATA)
    return get_model(name).with_options(**found.options), dict(found.values)


def measure(model: Model, values: dict[str, float] | None, lists: Sequences, n: int) -> tuple[object, ...]:
    """Return one row."""
    assert isinstance(model, EstimatedLikelihoodModel)
    start = time.perf_counter()
    log_p, variance = model.estimate_log_likelihood(lists, values, np.random.default_rng(1), n)
    rate = lists.n_lists / (time.perf_counter() - start)
    found = np.isfinite(log_p)
    error = float(np.sqrt(variance[found].sum()))
    share = float(variance[found].max(initial=0.0) / max(variance[found].sum(), 1e-300))
    of_values = "defaults" if values is None else "shipped"
    events = int(lists.n_events[found].sum())
    return (
        model.name, of_values, n, f"{rate:.3g}", f"{log_p[found].sum():.2f}", f"{error:.3f}",
        f"{error / max(events, 1):.5f}", f"{share:.2f}", int((variance[~found] == 0).sum()),
        int(np.isinf(variance).sum()),
    )  # fmt: skip


def main() -> None:
    """Print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--condition", default="20-1")
    parser.add_argument("--lists", type=int, default=80)
    parser.add_argument("--particles", default="128,512,2048")
    parser.add_argument("--models", default=None)
    asked = parser.parse_args()
    lists = sequences_of(read_conditions(asked.table)[asked.condition])
    lists = lists.select(np.arange(min(asked.lists, lists.n_lists)))
    estimable = [name for name in model_names("free_recall") if isinstance(get_model(name), EstimatedLikelihoodModel)]
    rows = []
    for name in asked.models.split(",") if asked.models else estimable:
        model, shipped_values = shipped(name)
        for one, values in ((get_model(name), None), (model, shipped_values)):
            measure(one, values, lists.select([0]), 8)  # compiles
            for n in map(int, asked.particles.split(",")):
                rows.append(measure(one, values, lists, n))
                print(*rows[-1], flush=True)
    write_text(asked.out, csv_text(dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))))


if __name__ == "__main__":
    main()
