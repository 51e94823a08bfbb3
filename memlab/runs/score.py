"""Scoring typed answers as configured: the long table, and every decision beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from memlab.configuration import ScoreConfig
from memlab.core.errors import UsageError
from memlab.core.files import csv_text, sha256
from memlab.paradigms.scoring import Scored, score
from memlab.run_folder import RunFolder

__all__ = ["DECISIONS", "TABLE", "score_configured", "told", "write_scoring"]

TABLE, DECISIONS = "table.csv", "decisions.csv"
"""The long table, and what each answer was taken for and why."""


def score_configured(config: ScoreConfig) -> Scored:
    """Return what the answers were taken for."""
    return score(
        config.file,
        lists=config.lists,
        pool=config.pool,
        letters_per_edit=config.letters_per_edit,
        plurals=config.plurals,
        blanks=config.blanks,
        corrections=config.corrections,
    )


def write_scoring(config: ScoreConfig, out: str | Path, force: bool = False) -> Scored:
    """Score, and write the table, the decisions and the record of the run.

    Raises
    ------
    UsageError
        The corrections are a file that this run would write: they would be read and replaced at once.
    """
    if config.corrections and Path(config.corrections).resolve() == (Path(out) / DECISIONS).resolve():
        raise UsageError(
            f"{config.corrections} would be replaced by this run. Copy it elsewhere, or choose another --out."
        )
    scored = score_configured(config)
    folder = RunFolder(Path(out), "score", config.record(), _records(config), force)
    folder.write_text(TABLE, csv_text(scored.table))
    folder.write_csv(DECISIONS, scored.decisions)
    folder.finish()
    return scored


def _records(config: ScoreConfig) -> list[dict[str, Any]]:
    """Return the record of each file that was read."""
    files = [Path(name) for name in (config.file, config.lists, config.pool, config.corrections) if name]
    return [
        {"id": file.name, "sha256": sha256(file), "citation": "the user's own data"} for file in files if file.is_file()
    ]


def told(scored: Scored) -> list[str]:
    """Return what came of it in words: how many answers of each kind, and which to look at."""
    counts = scored.counts()
    kinds = ", ".join(f"{number} {kind.replace('_', '-')}" for kind, number in counts.items() if number)
    lines = [f"{sum(counts.values())} answers: {kinds}"]
    rules = list(scored.decisions["rule"])
    doubtful = {rule: rules.count(rule) for rule in ("spelling", "guard", "tie", "corrected") if rule in rules}
    if doubtful:
        lines.append("worth a look: " + ", ".join(f"{number} by rule {rule}" for rule, number in doubtful.items()))
    return lines
