"""Choose the limits of `dnc.limited`: slots and decay by the distance from the people that fits may see.

    python benchmarks/choose_dnc_limits.py CSV [--steps 500]

For every pair of slots and decay a network is trained from `dnc.set`, seed 1, with these limits, on the recipe of
`dnc.limited` but for its limits and number of steps. It is then simulated in all six conditions of Murdock (1962). The
criterion: RMSD from the curves of the fit half, in noise ceilings, the mean over serial-position curve, first recall
and lag-CRP and over conditions; the smallest is chosen. The score half is not looked at. The table is written as CSV.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import product
from pathlib import Path

import numpy as np

from memlab.analysis.scores import rmsd
from memlab.contender import Contender, Piece, simulate_contender
from memlab.core.files import csv_text, write_text
from memlab.curves import MEASURES
from memlab.data.parameter_sets import ParameterSet
from memlab.models import get_model
from memlab.runs.train import train_config, train_configured
from memlab.target import Target, load_target

SLOTS, DECAY = (5, 8, 12), (0.02, 0.05, 0.1, 0.2, 0.3)
LISTS = 20
"""Lists a pseudo-subject: of 15 pseudo-subjects a condition, 300."""


def criterion(weights: str, target: Target) -> dict[str, float]:
    """Return the distance from the fit half in noise ceilings, by measure and their mean."""
    contender = Contender(get_model("dnc").with_options(weights=weights), ParameterSet("dnc", "murdock1962", {}))
    ratios: dict[str, list[float]] = {measure: [] for measure in MEASURES}
    for condition in target.conditions:
        done = simulate_contender(Piece(contender, condition.name, condition.study), 1, 1)
        for measure, values in ratios.items():
            distance = rmsd(done.mean(measure), condition.fitted[measure].mean)
            values.append(distance / condition.ceiling[measure])
    means = {measure: float(np.mean(values)) for measure, values in ratios.items()}
    return means | {"criterion": float(np.mean(list(means.values())))}


def main() -> None:
    """Train and score every pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path)
    parser.add_argument("--steps", type=int, default=500)
    arguments = parser.parse_args()
    target = load_target("murdock1962", n_lists=LISTS)
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for slots, decay in product(SLOTS, DECAY):
            given = {"steps": arguments.steps, "seed": 1, "options": {"slots": slots, "decay": decay}}
            out = Path(scratch) / f"limited-{slots}-{decay}"
            trained = train_configured(train_config(given, recipe="dnc.limited"), out=out)
            scores = criterion(str(out / "dnc.limited"), target)
            rows.append({"slots": slots, "decay": decay, "recalled": trained.card["scores"]["recalled"], **scores})
            print("  ".join(f"{name} {value:.3g}" for name, value in rows[-1].items()), flush=True)
    write_text(arguments.csv, csv_text({name: [row[name] for row in rows] for name in rows[0]}))
    best = min(rows, key=lambda row: row["criterion"])
    print(f"smallest: slots {best['slots']:g}, decay {best['decay']:g}")


if __name__ == "__main__":
    main()
