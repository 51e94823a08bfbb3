"""The log-likelihood of CMR in memlab and in cymr, side by side on the same lists.

Run: ``python benchmarks/likelihood_vs_cymr.py``. One line a comparison: all 870 lists in closed form and with context
vectors, one subject, and a population of values as an optimiser has it (cymr is called once a point). The lists are
synthetic: 29 subjects by 30 lists of 24 words, the size of the data set shipped with cymr. The two take turns, and
medians are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from against_cymr import LENGTH, LISTS_EACH, MODEL, N_SUBJECTS, VALUES, Cymr, interleaved, simulated

from memlab.core.recall import Floats, RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.models.choice import stop_probabilities
from memlab.models.context_recall import log_likelihood

N_OURS = 100  # we do this many times as much a turn, so that both turns are long enough to time
N_POINTS = 150


def repeated(job: Callable[[], Any]) -> None:
    """Do a job `N_OURS` times."""
    for _ in range(N_OURS):
        job()


def with_vectors(study: StudyLists, recalls: Recalls) -> Floats:
    """Return the log-likelihood with context vectors, as lists that the closed form does not cover need."""
    values = MODEL.resolve(VALUES)
    stop = stop_probabilities(LENGTH, values["stop_scale"], values["stop_growth"])
    return log_likelihood(study, recalls, MODEL._theory(values), stop, dense=True)


def compare(what: str, ours: Callable[[], Any], theirs: Callable[[], Any], a_call: int = 1) -> None:
    """Print the milliseconds of one evaluation; ours makes ``a_call`` of them."""
    mine, other = interleaved(lambda: repeated(ours), theirs)
    mine /= N_OURS * a_call
    print(f"log-likelihood, {what}, ms: memlab {mine * 1e3:.4f}, cymr {other * 1e3:.2f}: {other / mine:.0f}x")


def main() -> None:
    """Print the ratios."""
    study, recalls = simulated(N_SUBJECTS * LISTS_EACH)
    one = RecallData(study, recalls).select(np.arange(LISTS_EACH))
    sequences = sequences_of(one)
    points = np.array([[MODEL.resolve(VALUES)[p.name] for p in MODEL.parameters]] * N_POINTS)
    oracle = Cymr()
    total = MODEL.log_likelihood(study, recalls, VALUES).sum()
    print(f"log-likelihood of {study.n_lists} lists: memlab {total:.6f}, cymr {oracle.log_likelihood(recalls):.6f}")
    all_lists = lambda: oracle.log_likelihood(recalls)  # noqa: E731
    subject = lambda: oracle.log_likelihood(one.recalls)  # noqa: E731
    compare("870 lists, closed form", lambda: MODEL.log_likelihood(study, recalls, VALUES), all_lists)
    compare("870 lists, context vectors", lambda: with_vectors(study, recalls), all_lists)
    compare("one subject", lambda: MODEL.log_likelihood(one.study, one.recalls, VALUES), subject)
    compare(
        f"one subject, a point of {N_POINTS}",
        lambda: MODEL.population_log_likelihood(sequences, points),
        subject,
        a_call=N_POINTS,
    )


if __name__ == "__main__":
    main()
