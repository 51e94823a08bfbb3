"""CMR in memlab and in cymr, side by side on the same lists: lists simulated a second, and the log-likelihood.

Run: ``python benchmarks/simulate_vs_cymr.py``. One line a comparison. The lists are synthetic: 29 subjects by 30 lists
of 24 words, the size of the data set shipped with cymr. The two take turns, and medians are compared, so that what else
the machine does falls on both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from cymr import cmr

from memlab.core.recall import Floats, Recalls, StudyLists
from memlab.models import context_recall
from memlab.models.choice import stop_probabilities
from memlab.models.cmr import ContextMaintenanceRetrieval

N_SUBJECTS, LISTS_EACH, LENGTH = 29, 30, 24
N_OURS = 100  # we do this many times as much a turn, so that both turns are long enough to time
TURNS = 7
MODEL = ContextMaintenanceRetrieval(choice_rule="softmax")
VALUES = {
    "beta_enc": 0.6, "beta_start": 0.3, "beta_rec": 0.7, "gamma_fc": 0.4, "delta": 0.0, "alpha": 0.0, "phi_s": 2.0,
    "phi_d": 1.0, "T": 0.3, "stop_scale": 0.01, "stop_growth": 0.3,
}  # fmt: skip
THEIRS = {
    "B_enc": 0.6, "B_start": 0.3, "B_rec": 0.7, "Lfc": 0.4, "Dfc": 0.6, "Afc": 0.0, "Lcf": 1.0, "P1": 2.0, "P2": 1.0,
    "Acf": 0.0, "Dcf": 0.0, "T": 0.3, "X1": 0.01, "X2": 0.3,
}  # fmt: skip


def seconds(job: Callable[[], Any]) -> float:
    """Return how long a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def interleaved(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float]:
    """Return the median seconds of each, taking turns after one turn that compiles."""
    ours(), theirs()
    turns = [(seconds(ours), seconds(theirs)) for _ in range(TURNS)]
    return median(turn[0] for turn in turns), median(turn[1] for turn in turns)


def repeated(job: Callable[[], Any]) -> None:
    """Do a job `N_OURS` times."""
    for _ in range(N_OURS):
        job()


def as_lists(recalls: Recalls) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the same lists in the form that cymr takes: an index into the list for each event."""
    index = np.arange(LENGTH)
    recalled = [row[row > 0] - 1 for row in recalls.position]
    study = {"input": [index] * len(recalled), "item_index": [index] * len(recalled)}
    return study, {"input": recalled, "item_index": recalled}


def dense_log_likelihood(study: StudyLists, recalls: Recalls) -> Floats:
    """Return the log-likelihood with context vectors, as lists that the closed form does not cover would need."""
    values = MODEL.resolve(VALUES)
    stop = stop_probabilities(LENGTH, values["stop_scale"], values["stop_growth"])
    return context_recall.log_likelihood(study, recalls, MODEL._theory(values), stop, dense=True)


def main() -> None:
    """Print the ratios."""
    n_lists = N_SUBJECTS * LISTS_EACH
    study = StudyLists.simple(n_lists, LENGTH)
    recalls = MODEL.simulate(study, VALUES, np.random.default_rng(0))
    one, one_recalls = study.select(np.arange(LISTS_EACH)), recalls.select(np.arange(LISTS_EACH))
    definition, patterns = cmr.config_loc_cmr(LENGTH)
    oracle = cmr.CMR()

    def log_likelihood(recalls: Recalls) -> float:
        return float(oracle.likelihood_subject(*as_lists(recalls), THEIRS, definition, patterns)[0])

    many, rng = StudyLists.simple(N_OURS * n_lists, LENGTH), np.random.default_rng(1)
    ours, theirs = interleaved(
        lambda: MODEL.simulate(many, VALUES, rng),
        lambda: oracle.generate_subject(*as_lists(recalls), THEIRS, definition, patterns),
    )
    rates = N_OURS * n_lists / ours, n_lists / theirs
    print(f"simulate, lists a second: memlab {rates[0]:,.0f}, cymr {rates[1]:,.0f}: {rates[0] / rates[1]:.0f}x")
    total = MODEL.log_likelihood(study, recalls, VALUES).sum()
    print(f"log-likelihood of {n_lists} lists: memlab {total:.6f}, cymr {log_likelihood(recalls):.6f}")
    for what, job, data in (
        ("closed form", lambda: MODEL.log_likelihood(study, recalls, VALUES), recalls),
        ("context vectors", lambda: dense_log_likelihood(study, recalls), recalls),
        ("one subject", lambda: MODEL.log_likelihood(one, one_recalls, VALUES), one_recalls),
    ):
        ours, theirs = interleaved(lambda job=job: repeated(job), lambda data=data: log_likelihood(data))
        ours /= N_OURS
        print(f"log-likelihood, {what}, ms: memlab {ours * 1e3:.3f}, cymr {theirs * 1e3:.1f}: {theirs / ours:.0f}x")


if __name__ == "__main__":
    main()
