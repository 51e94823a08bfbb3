"""Analysing a user's file: every analysis by name, as tables and figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import memlab.analysis
from memlab.configuration import AnalyzeConfig
from memlab.core.errors import UnknownName, UsageError
from memlab.core.files import Columns, sha256
from memlab.core.recall import Conditions
from memlab.core.table import read_conditions
from memlab.run_folder import RunFolder
from memlab.runs.compare import figure_width, save_figure

__all__ = ["ANALYSES", "analysis_tables", "write_analysis"]

ANALYSES = (
    "spc",
    "pfr",
    "pnr",
    "lag_crp",
    "lag_rank",
    "primacy_recency",
    "intrusions",
    "repetitions",
    "pli_list_lag",
    "number_recalled",
    "stop_probability",
    "irt",
    "serial_accuracy",
    "serial_errors",
    "transposition_gradient",
    "fill_in",
    "accuracy_after",
    "length_function",
    "protrusions",
    "ranschburg",
    "serial_latency",
    "displacement_latency",
)
"""Every analysis that ``memlab analyze`` knows, by the name of its function in `memlab.analysis`."""


def analysis_tables(config: AnalyzeConfig) -> dict[str, Columns]:
    """Return the tables that are configured, by analysis: a row a subject and x, or their means over subjects."""
    tables = _tables_by_subject(config)
    return {name: _averaged(name, table) for name, table in tables.items()} if config.average else tables


def _tables_by_subject(config: AnalyzeConfig) -> dict[str, Columns]:
    if not config.analyses:
        raise UsageError(f"there is nothing to analyse: name at least one of {', '.join(ANALYSES)} with --analysis.")
    for name in config.analyses:
        if name not in ANALYSES:
            raise UnknownName("there is no analysis", name, ANALYSES)
    data = _data(config)
    return {
        name: getattr(memlab.analysis, name)(data, as_frame=False, **ARGUMENTS.get(name, {}))
        for name in config.analyses
    }


ARGUMENTS: dict[str, dict[str, int]] = {"pli_list_lag": {"max_lag": 3}}
"""Arguments that a function wants and the command line does not ask for."""

SEVERAL_VALUES = {"primacy_recency": ("primacy", "recency", "primacy_extent", "recency_extent")}
"""Analyses whose table has more than one value: each is averaged, in rows of its own."""


def _averaged(name: str, table: Columns) -> Columns:
    """Return the mean over subjects with a bootstrap interval."""
    if name not in SEVERAL_VALUES:
        averaged: Columns = memlab.analysis.average(table)
        return averaged
    parts = []
    for value in SEVERAL_VALUES[name]:
        part = dict(memlab.analysis.average(table, value))
        mean = part.pop(value)
        parts.append({"index": np.full(len(mean), value, dtype=object), "value": mean, **part})
    return {column: np.concatenate([np.asarray(part[column]) for part in parts]) for column in parts[0]}


def _data(config: AnalyzeConfig) -> Conditions:
    conditions = read_conditions(config.file)
    if not config.conditions:
        return conditions
    return Conditions([conditions[name] for name in config.conditions])


def write_analysis(config: AnalyzeConfig, out: Path, force: bool = False) -> Mapping[str, Columns]:
    """Write the tables, a figure of each that has one, and the record of the run."""
    record = {
        "id": Path(config.file).name,
        "sha256": sha256(config.file) if Path(config.file).is_file() else "",
        "citation": "the user's own data",
    }
    figure_width(config.width)
    by_subject = _tables_by_subject(config)
    tables = {name: _averaged(name, table) for name, table in by_subject.items()} if config.average else by_subject
    folder = RunFolder(out, "analyze", config.record(), [record], force)
    for name, columns in tables.items():
        folder.write_csv(f"{name}.csv", columns)
    _draw(by_subject, config, folder)
    folder.finish()
    return tables


def _draw(tables: Mapping[str, Columns], config: AnalyzeConfig, folder: RunFolder) -> None:
    from memlab.analysis.figures import curves, serial_curves

    width = {} if config.width is None else {"width": figure_width(config.width)}
    for name, columns in tables.items():
        draw: Any = getattr(curves, f"plot_{name}", None) or getattr(serial_curves, f"plot_{name}", None)
        if draw is not None and len(columns["subject"]):  # no responses, or no times: nothing to draw
            save_figure(draw(columns, **width).figure, name, folder, config.format)
