"""Fits of CMR to single subjects in memlab and in cymr, side by side: seconds, and how likely the values are.

Run: ``python benchmarks/fit_vs_cymr.py [--subjects 3] [--tolerance 0.1]``. Ten parameters are free, and both take
scipy's differential evolution with polishing, 15 members a parameter and the same tolerance, each in one process. cymr
takes `fit_indiv` as it comes. We search the whole ranges of our table, the wide ones on the scale ln(1 + value); cymr,
which moves every parameter on its own scale, gets narrower ones around the values that made the lists. The subjects are
synthetic, 30 lists of 24 words each, the size of a subject of the data set shipped with cymr. The two take turns. cymr
clips probabilities at 1e-5, so both sets of values are scored by our likelihood, and cymr's own is given beside.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import pandas as pd
from against_cymr import LENGTH, LISTS_EACH, MODEL, VALUES, Cymr

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.fitting.likelihood import fit_likelihood

NAMES = {
    "beta_enc": "B_enc",
    "beta_start": "B_start",
    "beta_rec": "B_rec",
    "gamma_fc": "Lfc",
    "delta": "Dcf",
    "phi_s": "P1",
    "phi_d": "P2",
    "T": "T",
    "stop_scale": "X1",
    "stop_growth": "X2",
}
"""The free parameters, with cymr's names for them."""

FIXED = {"alpha": 0.0, "beta_distract": 0.0}
NARROWER = {"Dcf": (0, 10), "P1": (0, 20), "P2": (0, 10), "T": (0.01, 5), "X1": (0, 1), "X2": (0, 2)}
"""cymr's bounds, where they are not 0 and 1."""


def events(recalls: Recalls) -> pd.DataFrame:
    """Return one subject's lists as cymr takes them."""
    rows: list[tuple[Any, ...]] = []
    for number, row in enumerate(recalls.position, start=1):
        rows += [(1, number, "study", i + 1, f"item{i}", i) for i in range(LENGTH)]
        rows += [(1, number, "recall", n + 1, f"item{p - 1}", p - 1) for n, p in enumerate(row[row > 0])]
    return pd.DataFrame(rows, columns=["subject", "list", "trial_type", "position", "item", "item_index"])


def definition(oracle: Cymr) -> Any:
    """Return cymr's parameters: which are free, and the rest as our model has it."""
    found = oracle.definition
    found.set_fixed(Afc=0.0, Acf=0.0, Lcf=1.0)
    found.set_dependent(Dfc="1 - Lfc")
    found.set_free({name: NARROWER.get(name, (0, 1)) for name in NAMES.values()})
    return found


def fit_theirs(oracle: Cymr, table: pd.DataFrame, seed: int, tolerance: float) -> tuple[float, float, dict[str, float]]:
    """Return the seconds of a fit by cymr, its log-likelihood, and its values under our names."""
    begun = time.perf_counter()
    result = oracle.model.fit_indiv(
        table, definition(oracle), patterns=oracle.patterns, n_jobs=1, method="de", tol=tolerance, rng=seed
    )
    seconds = time.perf_counter() - begun
    return (
        seconds,
        float(result.iloc[0]["logl"]),
        {ours: float(result.iloc[0][theirs]) for ours, theirs in NAMES.items()} | FIXED,
    )


def main() -> None:
    """Print a line a subject and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=int, default=3)
    parser.add_argument("--tolerance", type=float, default=0.1)
    arguments = parser.parse_args()
    oracle, ratios = Cymr(), []
    for subject in range(arguments.subjects + 1):
        study = StudyLists.simple(LISTS_EACH, LENGTH)
        recalls = MODEL.simulate(study, VALUES, np.random.default_rng(subject))
        sequences = sequences_of(RecallData(study, recalls))
        begun = time.perf_counter()
        ours = fit_likelihood(
            MODEL, [sequences], free=list(NAMES), fixed=FIXED, tolerance=arguments.tolerance, seed=subject
        )
        mine = time.perf_counter() - begun
        if subject == 0:  # the first compiles
            continue
        other, own, values = fit_theirs(oracle, events(recalls), subject, arguments.tolerance)
        theirs = MODEL.log_likelihood(study, recalls, values).sum()
        ratios.append(other / mine)
        print(
            f"subject {subject}: memlab {mine:.2f} s, {ours.log_likelihood:.2f}; cymr {other:.1f} s, {theirs:.2f} "
            f"(its own {own:.2f}): {other / mine:.0f}x",
            flush=True,
        )
    print(f"fit of 10 parameters, tolerance {arguments.tolerance:g}: median {np.median(ratios):.0f}x")


if __name__ == "__main__":
    main()
