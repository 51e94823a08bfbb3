"""Time our DNC against batch size, memory size and list length: python benchmarks/dnc_steps_per_second.py FIGURE CSV

One size is varied at a time from H64 N16 W16 R1, 32 lists, 25 steps; one thread, float32. A row a size and pass of the
CSV, and a panel a size of the figure (FIGURE ends in .png or .pdf): steps of the network a second, a list's step
counted as one, for training (forward and backward) and inference, fast and eager. Fast is our kernels on the CPU, and
replayed CUDA graphs with ``--device cuda`` (``--compile``: of the compiled step), where more lists are tried too.
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

from memlab.core.errors import UsageError
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.train import TrainConfig, machine

USUAL = {"lists": 32, "slots": 16, "steps": 25}
VARIED = {
    "lists": (1, 2, 4, 8, 16, 32, 64, 128, 256),
    "slots": (4, 8, 16, 32, 64, 128),
    "steps": (1, 5, 10, 25, 50, 100),
}
MORE_ON_A_GPU = {"lists": (1024, 4096)}
LABELS = {"lists": "Lists at a time", "slots": "Memory slots", "steps": "Steps in a sequence"}
FEATURES = 20
STYLES = {"train": "-", "inference": "--"}
COLORS = {"fast": "C0", "eager": "0.5"}


def one_pass(network: DifferentiableNeuralComputer, inputs: torch.Tensor, kind: str, how: str) -> None:
    """Train or infer once."""
    run = network if how == "fast" else network.forward_eager
    with torch.set_grad_enabled(kind == "train"):
        outputs, _ = run(inputs)
        if kind == "train":
            network.zero_grad()
            outputs.square().mean().backward()
    if outputs.is_cuda:
        torch.cuda.synchronize(outputs.device)


def steps_per_second(sizes: dict[str, int], asked: argparse.Namespace) -> dict[tuple[str, str], float]:
    """Return steps times lists a second, by pass and way; all take turns, and medians are taken."""
    network = DifferentiableNeuralComputer(FEATURES, FEATURES, DNCConfig(slots=sizes["slots"])).to(asked.device)
    network.compiled = asked.compile
    inputs = torch.randn(sizes["steps"], sizes["lists"], FEATURES).to(asked.device)
    ways = [(kind, how) for kind in STYLES for how in COLORS]
    spent: dict[tuple[str, str], list[float]] = {way: [] for way in ways}
    for turn in range(asked.turns + 1):
        for way in ways:
            start = time.perf_counter()
            one_pass(network, inputs, *way)
            if turn:  # the first turn compiles or captures, or reads the cache
                spent[way].append(time.perf_counter() - start)
    return {way: sizes["steps"] * sizes["lists"] / median(times) for way, times in spent.items()}


def values_of(varied: str, device: str) -> tuple[int, ...]:
    """Return the sizes that are tried."""
    return VARIED[varied] + (MORE_ON_A_GPU.get(varied, ()) if device.startswith("cuda") else ())


def measured(asked: argparse.Namespace) -> list[dict[str, object]]:
    """Return a row a size, pass and way, printing each size as it is done."""
    rows: list[dict[str, object]] = []
    for varied in VARIED:
        for value in values_of(varied, asked.device):
            sizes = USUAL | {varied: value}
            found = steps_per_second(sizes, asked)
            print(f"{LABELS[varied]:20} {value:4d} ", {" ".join(way): round(v) for way, v in found.items()}, flush=True)
            for (kind, how), speed in found.items():
                rows.append({"varied": varied, **sizes, "pass": kind, "way": how, "steps_per_second": round(speed, 1)})
    return rows


def draw(rows: list[dict[str, object]], path: Path, device: str) -> None:
    """Draw a panel for each varied size, on logarithmic scales."""
    figure, axes = plt.subplots(1, len(VARIED), figsize=(11, 3.6), sharey=True, layout="constrained")
    for axis, varied in zip(axes, VARIED, strict=True):
        values = values_of(varied, device)
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
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", action="store_true")
    asked = parser.parse_args()
    try:
        TrainConfig(device=asked.device)
    except UsageError as error:  # a device that is not there
        raise SystemExit(str(error)) from None
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(machine(asked.device))
    rows = measured(asked)
    with asked.csv.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    draw(rows, asked.figure, asked.device)


if __name__ == "__main__":
    main()
