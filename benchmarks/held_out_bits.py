"""What people's recalls cost each model: bits a recall event on people that no fit and no training saw.

    python benchmarks/held_out_bits.py MURDOCK1962.csv CSV [--models cmr,dnc.human]

The first file is the long table that ``memlab data fetch murdock1962`` writes. People are split as `memlab train`
splits them for `dnc.human`: fitted, validation, held out. An event is a recall, or the stop after the last one where
the record shows it; repeats and intrusions are dropped. Rows: every model with a likelihood, with its shipped
parameters; ``..., maximum likelihood``: the theories fitted to the sequences of the fitted people, one set for all,
which is what `dnc.human` has to be held against; and each network by itself beside the mixture of all. ``uniform``
gives every item not yet recalled and stopping the same probability.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from memlab.core.files import csv_text, write_text
from memlab.core.model import Model
from memlab.core.recall import LikelihoodModel
from memlab.core.sequences import Sequences, sequences_of
from memlab.core.table import read_conditions
from memlab.data.parameter_sets import load_parameter_set, parameter_set_names
from memlab.fitting.likelihood import fit_likelihood, list_log_likelihoods
from memlab.models import get_model, model_names
from memlab.recall_bits import bits_per_event, uniform_log_likelihood
from memlab.runs.train import split_people

DATA = "murdock1962"
LogLikelihood = Callable[[Sequences], np.ndarray]


def bits(conditions: Sequence[Sequences], log_likelihood: LogLikelihood) -> float:
    """Return the bits an event over all conditions."""
    nats = [float(log_likelihood(one).sum()) for one in conditions]
    return bits_per_event(nats, [one.n_events.sum() for one in conditions])


def of_model(model: Model, values: dict[str, float] | None) -> LogLikelihood:
    """Return a model's log-likelihood as a function of data."""
    return lambda data: list_log_likelihoods(model, data, values or {})


def main() -> None:
    """Print the table and write it as CSV."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("csv", type=Path)
    parser.add_argument("--models", default="")
    arguments = parser.parse_args()
    parts = zip(*map(split_people, read_conditions(arguments.table).values()), strict=True)
    fitted, _, held_out = ([sequences_of(data) for data in part] for part in parts)
    rows: list[tuple[str, float]] = []

    def add(name: str, log_likelihood: LogLikelihood) -> None:
        rows.append((name, bits(held_out, log_likelihood)))
        print(f"{rows[-1][0]:32s} {rows[-1][1]:.3f}", flush=True)

    add("uniform", uniform_log_likelihood)
    for name in arguments.models.split(",") if arguments.models else model_names("free_recall"):
        model = get_model(name)
        if not isinstance(model, LikelihoodModel):
            continue
        values = dict(load_parameter_set(name, DATA).values) if name in parameter_set_names(DATA) else None
        add(name, of_model(model, values))
        if model.has_parameter_count:
            add(f"{name}, maximum likelihood", of_model(model, dict(fit_likelihood(model, fitted).values)))
        for seed in model.seeds:
            add(f"{name}, seed {seed}", of_model(model.with_options(network_seed=seed), values))
    write_text(arguments.csv, csv_text({"model": [name for name, _ in rows], "bits": [value for _, value in rows]}))


if __name__ == "__main__":
    main()
