"""A command as the system sees it: how long it took, how much the processors worked, and how much memory it held."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

__all__ = ["Cost", "cost_of_memlab", "draw_costs"]

KIBIBYTES = sys.platform != "darwin"
"""Whether the system counts the memory of a process in kibibytes (Linux) or in bytes (macOS)."""


@dataclass(frozen=True)
class Cost:
    """What a process cost.

    Attributes
    ----------
    wall_seconds, cpu_seconds : float
        From its start to its end, and what the processors worked for it; the second does not count other work.
    peak_mb : float
        The most memory it ever held (resident set), in 10^6 bytes.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float


def cost_of_memlab(*arguments: str | Path) -> Cost:
    """Run memlab in a process of its own, with one thread of the numeric libraries, and return what that cost.

    Raises
    ------
    RuntimeError
        It failed.
    """
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "memlab", *map(str, arguments)], env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"memlab {' '.join(map(str, arguments))} ended with {process.returncode}.")
    peak = used.ru_maxrss * (1024 if KIBIBYTES else 1) / 1e6
    return Cost(time.monotonic() - start, used.ru_utime + used.ru_stime, peak)


def draw_costs(sizes: Sequence[int], curves: Mapping[str, Sequence[Cost]], unit: str, figure_file: Path) -> None:
    """Draw CPU time and peak memory against size, a line a command, both axes in powers of ten."""
    figure = Figure(figsize=(7.0, 3.0), layout="constrained")
    panels = figure.subplots(1, 2)
    for (name, costs), marker, style in zip(curves.items(), "osD^v", ("-", "--", ":", "-.", "-"), strict=False):
        look = {"marker": marker, "linestyle": style, "label": name}
        panels[0].plot(sizes, [cost.cpu_seconds for cost in costs], **look)
        panels[1].plot(sizes, [cost.peak_mb for cost in costs], **look)
    for panel, title in zip(panels, ("processor time (s)", "peak memory (MB)"), strict=True):
        panel.set(xscale="log", xlabel=unit, ylabel=title)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set(yscale="log")
    panels[0].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    panels[0].yaxis.set_major_formatter("{x:g}")
    panels[0].yaxis.set_minor_formatter(NullFormatter())
    panels[1].set_ylim(0, 1.1 * max(cost.peak_mb for costs in curves.values() for cost in costs))
    panels[0].legend(frameon=False, fontsize=8)
    figure.savefig(figure_file, dpi=150)
