"""What people's recalls cost each model: bits a recall event on people that no fit and no training saw.

    python benchmarks/held_out_bits.py MURDOCK1962.csv CSV [--models cmr,dnc.human]

The first file is the long table that ``memlab data fetch murdock1962`` writes. People are split as `memlab train`
splits them for `dnc.human`: fitted, validation, held out. An event is a recall, or the stop after the last one where
the record shows it; repeats and intrusions are dropped. Rows: every model with a likelihood, with its shipped
parameters (fitted to curves, not to sequences); ``cmr, maximum likelihood``: CMR fitted to the sequences of the
fitted people by differential evolution, which is what `dnc.human` has to be held against; and each network by itself
beside the mixture of all. ``uniform`` gives every item not yet recalled and stopping the same probability.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import differential_evolution

from memlab.core.files import csv_text, write_text
from memlab.core.model import Model
from memlab.core.recall import LikelihoodModel, RecallData
from memlab.core.table import read_conditions
from memlab.data.parameter_sets import load_parameter_set, parameter_set_names
from memlab.models import get_model, model_names
from memlab.models.neural.people import group_of
from memlab.runs.train import split_people

DATA = "murdock1962"
LogLikelihood = Callable[[RecallData], np.ndarray]


def n_events(data: RecallData) -> int:
    """Return the number of recalls and observed stops."""
    return int(group_of(data).counts.sum())


def bits(conditions: Sequence[RecallData], log_likelihood: LogLikelihood) -> float:
    """Return the bits an event over all conditions."""
    total = sum(float(log_likelihood(data).sum()) for data in conditions)
    return -total / sum(map(n_events, conditions)) / np.log(2)


def uniform(data: RecallData) -> np.ndarray:
    """Return the log-likelihood where items left and stopping are equally probable, (n_lists,)."""
    counts = group_of(data).counts
    left = data.list_length - np.arange(counts.shape[1])
    return -(counts * np.log(left + 1.0)).sum(axis=1)


def of_model(model: Model, values: dict[str, float] | None) -> LogLikelihood:
    """Return a model's log-likelihood as a function of data."""
    assert isinstance(model, LikelihoodModel)
    return lambda data: model.log_likelihood(data.study, data.recalls, values)


def fitted_cmr(people: Sequence[RecallData], generations: int) -> dict[str, float]:
    """Return CMR's parameters at the highest likelihood of these people's sequences."""
    model, start = get_model("cmr"), dict(load_parameter_set("cmr", DATA).values)
    table = {p.name: p for p in model.parameters if p.name in start}
    low, high = (np.array([getattr(p, end) for p in table.values()]) for end in ("low", "high"))

    def cost(x: np.ndarray) -> float:
        return bits(people, of_model(model, dict(zip(table, low + (high - low) * x, strict=True))))

    first = (np.array([start[name] for name in table]) - low) / (high - low)
    found = differential_evolution(
        cost, [(0, 1)] * len(table), x0=first, maxiter=generations, popsize=8, rng=1, polish=False
    )
    return dict(zip(table, (low + (high - low) * found.x).tolist(), strict=True))


def main() -> None:
    """Print the table and write it as CSV."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("csv", type=Path)
    parser.add_argument("--models", default="")
    parser.add_argument("--generations", type=int, default=60)
    arguments = parser.parse_args()
    fitted, _, held_out = zip(*map(split_people, read_conditions(arguments.table).values()), strict=True)
    rows: list[tuple[str, float]] = []

    def add(name: str, log_likelihood: LogLikelihood) -> None:
        rows.append((name, bits(held_out, log_likelihood)))
        print(f"{rows[-1][0]:32s} {rows[-1][1]:.3f}", flush=True)

    add("uniform", uniform)
    for name in arguments.models.split(",") if arguments.models else model_names():
        model = get_model(name)
        if not isinstance(model, LikelihoodModel):
            continue
        values = dict(load_parameter_set(name, DATA).values) if name in parameter_set_names(DATA) else None
        add(name, of_model(model, values))
        for seed in model.seeds:
            add(f"{name}, seed {seed}", of_model(model.with_options(network_seed=seed), values))
    add("cmr, maximum likelihood", of_model(get_model("cmr"), fitted_cmr(fitted, arguments.generations)))
    write_text(arguments.csv, csv_text({"model": [name for name, _ in rows], "bits": [value for _, value in rows]}))


if __name__ == "__main__":
    main()
