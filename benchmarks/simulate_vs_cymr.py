"""CMR in memlab and in cymr, side by side: lists simulated a second.

Run: ``python benchmarks/simulate_vs_cymr.py``. The lists are synthetic: 29 subjects by 30 lists of 24 words, the size
of the data set shipped with cymr. The two take turns, and medians are compared.
"""

from __future__ import annotations

import numpy as np
from against_cymr import LENGTH, LISTS_EACH, MODEL, N_SUBJECTS, VALUES, Cymr, interleaved, simulated

from memlab.core.recall import StudyLists

N_OURS = 100  # we do this many times as much a turn, so that both turns are long enough to time


def main() -> None:
    """Print the ratio."""
    n_lists = N_SUBJECTS * LISTS_EACH
    _, recalls = simulated(n_lists)
    many, rng, oracle = StudyLists.simple(N_OURS * n_lists, LENGTH), np.random.default_rng(1), Cymr()
    ours, theirs = interleaved(lambda: MODEL.simulate(many, VALUES, rng), lambda: oracle.simulate(recalls))
    rates = N_OURS * n_lists / ours, n_lists / theirs
    print(f"simulate, lists a second: memlab {rates[0]:,.0f}, cymr {rates[1]:,.0f}: {rates[0] / rates[1]:.0f}x")


if __name__ == "__main__":
    main()
