"""What the benchmarks against cymr share: the same lists and values for both, and taking turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from cymr import cmr

from memlab.core.recall import Recalls, StudyLists
from memlab.models.cmr import ContextMaintenanceRetrieval

N_SUBJECTS, LISTS_EACH, LENGTH = 29, 30, 24
"""The size of Morton2013_mixed, the data set shipped with cymr."""

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
    """Return the median seconds of each, taking turns after one turn that compiles.

    What else the machine does then falls on both.
    """
    ours(), theirs()
    turns = [(seconds(ours), seconds(theirs)) for _ in range(TURNS)]
    return median(turn[0] for turn in turns), median(turn[1] for turn in turns)


def simulated(n_lists: int) -> tuple[StudyLists, Recalls]:
    """Return lists and recalls that the model makes of them."""
    study = StudyLists.simple(n_lists, LENGTH)
    return study, MODEL.simulate(study, VALUES, np.random.default_rng(0))


def as_lists(recalls: Recalls) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the same lists in the form that cymr takes: an index into the list for each event."""
    index = np.arange(LENGTH)
    recalled = [row[row > 0] - 1 for row in recalls.position]
    study = {"input": [index] * len(recalled), "item_index": [index] * len(recalled)}
    return study, {"input": recalled, "item_index": recalled}


class Cymr:
    """The model of cymr on lists of `LENGTH` items."""

    def __init__(self) -> None:
        self.definition, self.patterns = cmr.config_loc_cmr(LENGTH)
        self.model = cmr.CMR()

    def log_likelihood(self, recalls: Recalls) -> float:
        """Return that of all lists together."""
        return float(self.model.likelihood_subject(*as_lists(recalls), THEIRS, self.definition, self.patterns)[0])

    def simulate(self, recalls: Recalls) -> object:
        """Return simulated recalls of as many lists."""
        return self.model.generate_subject(*as_lists(recalls), THEIRS, self.definition, self.patterns)
