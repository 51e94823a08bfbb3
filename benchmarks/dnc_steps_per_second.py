"""Time our DNC against batch size, memory size and list length: python benchmarks/dnc_steps_per_second.py FIGURE CSV

One size is varied at a time from H64 N16 W16 R1, 32 lists, 25 steps; one thread, float32. A row a size and pass of the
CSV, and a panel a size of the figure (FIGURE ends in .png or .pdf): steps of the network a second, a list's step
counted as one, for training (forward and backward) and inference, fused and eager. Only this machine's CPU is timed.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch

from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import DNCConfig

USUAL = {"lists": 32, "slots": 16, "steps": 25}
VARIED = {
    "lists": (1, 2, 4, 8, 16, 32, 64, 128, 256),
    "slots": (4, 8, 16, 32, 64, 128),
    "steps": (1, 5, 10, 25, 50, 100),
}
LABELS = {"lists": "Lists at a time", "slots": "Memory slots", "steps": "Steps in a sequence"}
FEATURES = 20
STYLES = {"train": "-", "inference": "--"}
COLORS = {"fused": "C0", "eager": "0.5"}


def one_pass(network: DifferentiableNeuralComputer, inputs: torch.Tensor, kind: str, how: str) -> None:
    """Train or infer once."""
    run = network if how == "fused" else network.forward_eager
    with torch.set_grad_enabled(kind == "train"):
        outputs, _ = run(inputs)
        if kind == "train":
            network.zero_grad()
            outputs.square().mean().backward()


def steps_per_second(sizes: dict[str, int], turns: int) -> dict[tuple[str, str], float]:
    """Return steps times lists a second, by pass and way; all take turns, and medians are taken."""
    network = DifferentiableNeuralComputer(FEATURES, FEATURES, DNCConfig(slots=sizes["slots"]))
    inputs = torch.randn(sizes["steps"], sizes["lists"], FEATURES)
    ways = [(kind, how) for kind in STYLES for how in COLORS]
    spent: dict[tuple[str, str], list[float]] = {way: [] for way in ways}
    for turn in range(turns + 1):
        for way in ways:
            start = time.perf_counter()
            one_pass(network, inputs, *way)
            if turn:  # the first turn compiles, or reads the cache
                spent[way].append(time.perf_counter() - start)
    return {way: sizes["steps"] * sizes["lists"] / median(times) for way, times in spent.items()}


def measured(turns: int) -> list[dict[str, object]]:
    """Return a row a size, pass and way, printing each size as it is done."""
    rows: list[dict[str, object]] = []
    for varied, values in VARIED.items():
        for value in values:
            sizes = USUAL | {varied: value}
            found = steps_per_second(sizes, turns)
            print(f"{LABELS[varied]:20} {value:4d} ", {" ".join(way): round(v) for way, v in found.items()}, flush=True)
            for (kind, how), speed in found.items():
                rows.append({"varied": varied, **sizes, "pass": kind, "way": how, "steps_per_second": round(speed, 1)})
    return rows


def draw(rows: list[dict[str, object]], path: Path) -> None:
    """Draw a panel for each varied size, on logarithmic scales."""
    figure, axes = plt.subplots(1, len(VARIED), figsize=(11, 3.6), sharey=True, layout="constrained")
    for axis, (varied, values) in zip(axes, VARIED.items(), strict=True):
        for kind, line in STYLES.items():
            for how, color in COLORS.items():
                of = [r for r in rows if (r["varied"], r["pass"], r["way"]) == (varied, kind, how)]
                speeds = [float(str(row["steps_per_second"])) for row in of]
                axis.plot(values, speeds, line, color=color, marker="o", markersize=3, label=f"{how}, {kind}")
        axis.set(xscale="log", yscale="log", xlabel=LABELS[varied], xticks=values, xticklabels=values)
        axis.minorticks_off()
    axes[0].set_ylabel("Steps of a list per second")
    axes[0].legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Measure, then write the figure and the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figure", type=Path)
    parser.add_argument("csv", type=Path)
    parser.add_argument("--turns", type=int, default=9)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rows = measured(asked.turns)
    with asked.csv.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    draw(rows, asked.figure)


if __name__ == "__main__":
    main()
