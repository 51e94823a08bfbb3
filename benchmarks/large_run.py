"""A large experiment read, analysed and drawn by ``memlab analyze``: time and memory against the number of subjects.

    python benchmarks/large_run.py FOLDER [--subjects 10,30,100,300,1000]

Each subject has 100 lists of 20 words out of 2,000, and recalls ten of each list on average, with times: 1,000
subjects are two million rows of study and a million of recall, 82 MB of CSV. Every size is a process of its own. FOLDER
gets ``large_run.csv`` and ``large_run.png``; the files that were read are deleted. The goal is 1,000 subjects within 20
s and 1 GB.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
from pathlib import Path

import numpy as np
from measured_process import Cost, cost_of_memlab, draw_costs

from memlab.core.files import csv_text, write_text

LISTS, LENGTH, POOL, RECALLED = 100, 20, 2000, 0.5
WORDS = np.array([f"word{i:04d}" for i in range(POOL)])
HEADER = "subject,list,trial_type,position,item,response_time\n"


def subject_rows(subject: int) -> str:
    """Return the rows of one subject: each word of the pool once, half of them recalled in random order."""
    rng = np.random.default_rng([1, subject])
    items = rng.permutation(POOL).reshape(LISTS, LENGTH)
    lines = []
    for number, words in enumerate(WORDS[items].tolist(), start=1):
        begin = f"{subject},{number},"
        lines += [f"{begin}study,{place},{word},\n" for place, word in enumerate(words, start=1)]
        recalled = rng.permutation(LENGTH)[: rng.binomial(LENGTH, RECALLED)]
        times = np.cumsum(rng.exponential(2.0, len(recalled))).tolist()
        pairs = zip(recalled.tolist(), times, strict=True)
        lines += [f"{begin}recall,{n},{words[i]},{time:.3f}\n" for n, (i, time) in enumerate(pairs, start=1)]
    return "".join(lines)


def make_file(path: Path, n_subjects: int) -> Path:
    """Write the long table, subject by subject."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(subject_rows(subject) for subject in range(1, n_subjects + 1))
    return path


def measured(folder: Path, n_subjects: int) -> Cost:
    """Return what reading, analysing and drawing a file cost."""
    file, out = make_file(folder / f"large-{n_subjects}.csv", n_subjects), folder / "analysed"
    try:
        return cost_of_memlab("analyze", file, "--out", out, "--force")
    finally:
        file.unlink()
        shutil.rmtree(out, ignore_errors=True)


def main() -> None:
    """Measure every size, and write the table and the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--subjects", default="10,30,100,300,1000")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in asked.subjects.split(",")]
    measured(asked.folder, 2)  # compiles what is not compiled yet
    costs = [measured(asked.folder, size) for size in sizes]
    for size, cost in zip(sizes, costs, strict=True):
        print(f"{size} subjects: {cost.wall_seconds:.1f} s, CPU {cost.cpu_seconds:.1f} s, {cost.peak_mb:.0f} MB")
    columns = {"subjects": sizes} | {
        field.name: [getattr(cost, field.name) for cost in costs] for field in dataclasses.fields(Cost)
    }
    write_text(asked.folder / "large_run.csv", csv_text(columns))
    draw_costs(sizes, {"memlab analyze": costs}, "subjects, 100 lists of 20 words each", asked.folder / "large_run.png")


if __name__ == "__main__":
    main()
