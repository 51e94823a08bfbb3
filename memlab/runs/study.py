"""Running a study as configured: its sections, and the folder that they leave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from memlab.configuration import StudyConfig
from memlab.contender import Progress
from memlab.models.neural.card import read_card, shipped_weights, weights_in
from memlab.run_folder import RunFolder
from memlab.runs.compare import save_figure
from memlab.studies.dnc_brain.claims import claims_table
from memlab.studies.dnc_brain.report import study_report
from memlab.studies.dnc_brain.section import Section, Setting
from memlab.studies.dnc_brain.study import run_section, section_names
from memlab.target import Target, load_target

__all__ = ["run_study", "setting_of"]

FULL_LISTS, QUICK_LISTS = 1000, 40
"""Lists a network and cell: a proportion of .5 has a standard error of .016, or of .08 in a quick run."""

QUICK_SEEDS = 2


def setting_of(config: StudyConfig) -> Setting:
    """Return how large the study is."""
    return Setting(
        seed=config.seed,
        lists=config.lists or (QUICK_LISTS if config.quick else FULL_LISTS),
        seeds=config.seeds or (QUICK_SEEDS if config.quick else 5),
        quick=config.quick,
        data=config.data,
        weights=None if config.weights is None else Path(config.weights),
    )


def run_study(
    config: StudyConfig, out: str | Path, *, force: bool = False, jobs: int = 1, progress: Progress | None = None
) -> tuple[list[Section], bool]:
    """Run a study and write its folder, section by section as they finish.

    Returns
    -------
    sections : list of Section
        In the order of the report.
    interrupted : bool
        Whether Ctrl-C left some out; the report is of those that are there.

    Raises
    ------
    UsageError, DataError, OutputExists
        See the message.
    """
    from memlab.models.neural.threads import one_thread

    setting, names = setting_of(config), section_names(config.sections)
    target = load_target(config.data, paradigm="free_recall")
    folder = RunFolder(Path(out), "study", config.record(), [target.record(), *weights_records(setting)], force)
    done: dict[str, Section] = {}
    interrupted = False
    try:
        with one_thread():  # of torch: sums would depend on how many there are
            for name, section in _in_threads(names, setting, jobs):
                done[name] = section
                write_section(section, folder, config.format)
                if progress:
                    progress(name, len(done), len(names))
    except KeyboardInterrupt:
        interrupted = True
    except Exception:
        folder.discard()
        raise
    sections = [done[name] for name in names if name in done]
    write_study(sections, folder, setting, target, config.format)
    if not interrupted:
        folder.finish()
    return sections, interrupted


def _in_threads(names: Sequence[str], setting: Setting, jobs: int) -> Iterator[tuple[str, Section]]:
    """Yield each section as it finishes; kernels run without the interpreter's lock."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(max_workers=max(1, jobs))
    waiting = {pool.submit(run_section, name, setting): name for name in names}
    try:
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def write_section(section: Section, folder: RunFolder, formats: Sequence[str]) -> None:
    """Write a section's tables and figures into the folder of a run."""
    for name, table in section.tables.items():
        folder.write_csv(f"{section.name}.{name}.csv", table)
    for drawn in section.figures:
        save_figure(drawn.draw(section.tables), f"{section.name}.{drawn.name}", folder, formats)


def write_study(
    sections: Sequence[Section], folder: RunFolder, setting: Setting, target: Target, formats: Sequence[str]
) -> None:
    """Write the claims and the report into the folder of a run."""
    folder.write_csv("claims.csv", claims_table(sections))
    folder.write_text("report.md", study_report(sections, setting, target, formats))


def weights_records(setting: Setting) -> list[dict[str, Any]]:
    """Return what `run.json` says of the weights that are there: kind, seeds, and a checksum of all of a kind."""
    stems = weights_in(setting.weights)
    records = []
    for name, seeds in shipped_weights(setting.weights).items():
        sums = [read_card(f"{stems[f'{name}.seed{seed}']}.json")["sha256"] for seed in seeds]
        joined = hashlib.sha256(" ".join(sums).encode()).hexdigest()
        records.append({"id": name, "sha256": joined, "citation": "weights of ours", "seeds": list(seeds)})
    return records
