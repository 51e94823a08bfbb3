"""Time our DNC beside PyPI's ``dnc`` 1.1.0 in one run: python benchmarks/dnc_vs_pypi.py

Batch 32, 25 steps, an LSTM controller of one layer, one thread, float32: training (forward, squared loss, backward) and
inference, in three sizes. A line each, such as ``H64 N16 W16 R1 train 8.4x``. The two take turns, and medians are
compared, so that what else the machine does falls on both; the ratio is also given in CPU time, which other work
disturbs less. Our eager network, the kernels' twin, is timed with them. With ``--device cuda`` ours replays CUDA graphs
(``--compile``: of the compiled step), and the CPU time is that of launching.

``dnc`` 1.1.0 is not the published DNC: what it reads never reaches its controller, the controller's first state is
random at each call, and key strengths are softplus instead of 1 + softplus. So it does a little less work than ours.

It needs ``pip install dnc==1.1.0``. That installs, but with it comes ``flann``, code for Python 2 that only the sparse
memories of ``dnc`` load and that does not import today; ``pip install --no-deps dnc==1.1.0`` leaves it out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from memlab.core.errors import UsageError
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.train import TrainConfig, machine

SIZES = ((64, 16, 16, 1), (128, 16, 16, 1), (128, 32, 20, 4))
LISTS, STEPS, FEATURES = 32, 25, 20
GOAL = 5.0
PASSES = ("train", "inference")


def theirs(
    hidden: int, slots: int, word: int, heads: int, device: torch.device
) -> tuple[nn.Module, Callable[[Tensor], Tensor]]:
    """Return PyPI's network and a call that gives its outputs."""
    try:
        from dnc import DNC
    except ImportError:
        raise SystemExit("This needs PyPI's dnc: pip install --no-deps dnc==1.1.0") from None
    sizes: dict[str, Any] = {"nr_cells": slots, "cell_size": word, "read_heads": heads, "num_hidden_layers": 1}
    if device.type == "cuda":
        sizes["gpu_id"] = device.index or 0
    network = DNC(FEATURES, hidden, batch_first=False, **sizes)
    return network, lambda x: network(x, reset_experience=True)[0]


def ours(hidden: int, slots: int, word: int, heads: int) -> DifferentiableNeuralComputer:
    """Return our network, with as many outputs as inputs, as theirs has."""
    return DifferentiableNeuralComputer(FEATURES, FEATURES, DNCConfig(hidden, slots=slots, word=word, heads=heads))


def one_pass(network: nn.Module, outputs: Callable[[Tensor], Tensor], x: Tensor, kind: str) -> None:
    """Train or infer once."""
    with torch.set_grad_enabled(kind == "train"):
        y = outputs(x)
        if kind == "train":
            network.zero_grad()
            y.square().mean().backward()
    if y.is_cuda:
        torch.cuda.synchronize(y.device)


def seconds(job: Callable[[], None]) -> tuple[float, float]:
    """Return how long a job takes by the clock and on the CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    job()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print a line a size and pass: the ratio, the three medians, and the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=25)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", action="store_true")
    asked = parser.parse_args()
    try:
        TrainConfig(device=asked.device)
    except UsageError as error:  # a device that is not there
        raise SystemExit(str(error)) from None
    device = torch.device(asked.device)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(machine(asked.device))
    x = torch.randn(STEPS, LISTS, FEATURES).to(device)
    for size in SIZES:
        their_network, their_outputs = theirs(*size, device)
        network = ours(*size).to(device)
        network.compiled = asked.compile
        contenders: list[tuple[nn.Module, Callable[[Tensor], Tensor]]] = [
            (their_network, their_outputs),
            (network, lambda x, network=network: network(x)[0]),  # type: ignore[misc]
            (network, lambda x, network=network: network.forward_eager(x)[0]),  # type: ignore[misc]
        ]
        for kind in PASSES:
            jobs = [lambda c=c, kind=kind: one_pass(*c, x, kind) for c in contenders]  # type: ignore[misc]
            for job in jobs:  # compiled, captured, or read from the cache, before it is timed
                job()
            turns = [[seconds(job) for job in jobs] for _ in range(asked.turns)]
            dnc, fast, eager = (1e3 * median(turn[i][0] for turn in turns) for i in range(3))
            cpu_dnc, cpu_fast = (median(turn[i][1] for turn in turns) for i in range(2))
            name = "H{} N{} W{} R{}".format(*size)
            goal = f", goal {GOAL:g}x" if kind == "train" else ""
            print(
                f"{name} {kind} {dnc / fast:.1f}x (CPU time {cpu_dnc / cpu_fast:.1f}x; "
                f"dnc 1.1.0 {dnc:.1f} ms, memlab {fast:.1f} ms, "
                f"memlab eager {eager:.1f} ms: {eager / fast:.1f}x{goal})",
                flush=True,
            )


if __name__ == "__main__":
    main()
