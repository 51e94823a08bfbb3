"""Putting a run's record to use: drawing again, and repeating the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memlab.configuration import (
    AnalyzeConfig,
    CompareConfig,
    EvidenceConfig,
    FitConfig,
    InspectConfig,
    LesionConfig,
    RecoverConfig,
    ScoreConfig,
    SimulateConfig,
    StudyConfig,
    SweepConfig,
    TrainConfig,
)
from memlab.contender import Progress
from memlab.core.errors import ChecksumError, DataError, NotSupported, UsageError
from memlab.core.files import sha256
from memlab.fitting.jobs import Workers
from memlab.run_folder import RunFolder, place_beside, read_run
from memlab.runs.analyze import write_analysis
from memlab.runs.compare import compare_configured, figure_width, write_figure
from memlab.runs.curve_table import read_curves
from memlab.runs.evidence import evidence_configured
from memlab.runs.fit import fit_configured
from memlab.runs.inspect import inspect_configured
from memlab.runs.lesion import lesion_configured, redraw_lesions
from memlab.runs.recover import recover_configured
from memlab.runs.score import write_scoring
from memlab.runs.simulate import write_simulation
from memlab.runs.study import run_study
from memlab.runs.sweep import redraw_sweep, sweep_configured
from memlab.runs.train import train_configured

__all__ = ["redraw", "repeat"]


def redraw(
    source: str | Path,
    out: str | Path,
    *,
    layout: str = "conditions",
    width: str | None = None,
    formats: Sequence[str] = ("pdf", "svg", "png"),
    force: bool = False,
) -> None:
    """Draw a comparison, the lesions of a model or a sweep again from the numbers that were saved.

    Parameters
    ----------
    source
        The folder of the run.
    out
        Where the figure goes.
    """
    figure_width(width)
    curves = read_curves(Path(source) / "curves.csv")
    config = {"source": str(source), "layout": layout, "width": width, "format": list(formats)}
    folder = RunFolder(Path(out), "plot", config, force=force)
    earlier = read_run(source)
    if earlier.get("command") == "lesion":
        redraw_lesions(curves, folder, earlier, layout=layout, width=width, formats=formats)
    elif earlier.get("command") == "sweep":
        redraw_sweep(curves, folder, earlier, layout=layout, width=width, formats=formats)
    else:
        write_figure(curves, folder, earlier.get("data", []), layout=layout, width=width, formats=formats)
    folder.finish()


def repeat(
    record: Mapping[str, Any], out: str | Path, *, force: bool = False, jobs: int = 1, progress: Progress | None = None
) -> list[str]:
    """Repeat a run from its record and return the names of the files that came out different.

    A run that was interrupted is done whole, and has none. The card of trained weights and the record of a fit are not
    compared: they say how long it took, and on what.

    Raises
    ------
    NotSupported
        The record is of a command that cannot be repeated.
    ChecksumError
        The data file is not the one of the run.
    """
    command, config = record.get("command"), record.get("config") or {}
    written = Path(out)  # where the record of the new run is
    _check_data(record, config)
    if command == "compare":
        compare_configured(CompareConfig.load(given=config), out=out, force=force, jobs=jobs, progress=progress)
    elif command == "fit":
        fit_configured(FitConfig.load(given=config), out=out, force=force, workers=Workers(jobs), progress=progress)
    elif command == "lesion":
        lesion_configured(LesionConfig.load(given=config), out=out, force=force, jobs=jobs, progress=progress)
    elif command == "sweep":
        sweep_configured(SweepConfig.load(given=config), out=out, force=force, jobs=jobs, progress=progress)
    elif command == "evidence":
        evidence_configured(EvidenceConfig.load(given=config), out=out, force=force, jobs=jobs, progress=progress)
    elif command == "recover":
        recover_configured(RecoverConfig.load(given=config), out=out, force=force, jobs=jobs, progress=progress)
    elif command == "analyze":
        write_analysis(AnalyzeConfig.load(given=config), Path(out), force)
    elif command == "score":
        write_scoring(ScoreConfig.load(given=config), out, force)
    elif command == "simulate":
        written = _simulated(record, config, Path(out), force)
    elif command == "plot":
        if not {"source", "layout", "width", "format"} <= config.keys():
            raise DataError("the record of a drawing has source, layout, width and format; this one has not.")
        redraw(
            config["source"], out, layout=config["layout"], width=config["width"], formats=config["format"], force=force
        )
    elif command == "inspect":
        inspect_configured(InspectConfig.load(given=config), out, force)
    elif command == "study":
        run_study(StudyConfig.load(given=config), out, force=force, jobs=jobs, progress=progress)
    elif command == "train":
        train_configured(TrainConfig.load(given=config), out=out, force=force)
    else:
        allowed = (
            "compare, evidence, fit, lesion, sweep, recover, inspect, simulate, score, analyze, plot, study, train"
        )
        raise NotSupported(f"a run of '{command}' cannot be repeated; allowed: {allowed}.")
    if not record.get("complete"):
        return []  # an interrupted run has nothing to compare with
    again = read_run(written)["outputs"]
    compared = {
        name
        for name in {*record["outputs"], *again}
        if not (command in ("train", "fit", "evidence") and name.endswith(".json"))
    }
    return sorted(name for name in compared if record["outputs"].get(name) != again.get(name))


def _simulated(record: Mapping[str, Any], config: Mapping[str, Any], out: Path, force: bool) -> Path:
    """Simulate again into a folder, a table of the same name, and return its record."""
    table = out / (Path(next(iter(record["outputs"]), "")).name or "recalls.csv")  # a record may be anybody's
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot write to {out}: {error.strerror or error}. Choose another folder with --out."
        ) from None
    write_simulation(SimulateConfig.load(given=config), table, force)
    return place_beside(table)


def _check_data(record: Mapping[str, Any], config: Mapping[str, Any]) -> None:
    file = Path(str(config.get("file") or config.get("data") or ""))
    if record.get("command") == "inspect" and config.get("weights"):
        stem = str(config["weights"]).removesuffix(".json").removesuffix(".safetensors")
        file = Path(f"{stem}.safetensors")
    recorded = {entry.get("sha256") for entry in record.get("data", [])}
    if file.is_file() and sha256(file) not in recorded:
        raise ChecksumError(f"{file} has changed since the run; put the old file back, or start a new run.")
