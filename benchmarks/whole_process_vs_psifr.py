"""Time whole processes, CSV to serial-position curve and lag-CRP: python benchmarks/whole_process_vs_psifr.py

Reads Morton2013, the sample data in the psifr package. psifr's process and ours run by turns, so that both meet the
same machine; the ratio is the median of the rounds'. Goal: at least 4.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from importlib.resources import files

PSIFR = """
import sys
import pandas as pd
from psifr import fr
data = fr.merge_free_recall(pd.read_csv(sys.argv[1]))
spc, crp = fr.spc(data), fr.lag_crp(data)
print(round(spc["recall"].mean(), 6), crp["actual"].sum(), crp["possible"].sum())
"""
MEMLAB = """
import sys
import memlab
data = memlab.read_table(sys.argv[1])
spc = memlab.analysis.spc(data, as_frame=False)
crp = memlab.analysis.lag_crp(data, as_frame=False)
print(round(spc["recall"].mean(), 6), crp["actual"].sum(), crp["possible"].sum())
"""


def seconds(code: str, path: str) -> tuple[float, str]:
    """Return how long a Python process takes, and what it prints."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    return time.perf_counter() - start, done.stdout


def main() -> None:
    """Print the median of each, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    path = str(files("psifr") / "data" / "Morton2013.csv")
    for code in (PSIFR, MEMLAB):  # caches warm
        seconds(code, path)
    rounds = [(seconds(PSIFR, path), seconds(MEMLAB, path)) for _ in range(asked.rounds)]
    assert all(theirs[1] == ours[1] for theirs, ours in rounds), "the two printed different numbers"
    theirs, ours = (statistics.median(pair[i][0] for pair in rounds) for i in (0, 1))
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in rounds)
    print(f"psifr {theirs:.3f} s, memlab {ours:.3f} s: {ratio:.1f}x (median of {asked.rounds} rounds; goal 4x)")


if __name__ == "__main__":
    main()
