"""Sweeping a parameter as configured: the model at each value on the same lists, the run's folder, the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memlab.configuration import SweepConfig
from memlab.contender import Progress
from memlab.core.errors import UsageError
from memlab.core.files import Columns
from memlab.models import get_model
from memlab.run_folder import RunFolder
from memlab.runs.compare import figure_width, network_records, save_figure, short_citation
from memlab.runs.curve_table import read_curves
from memlab.runs.lists import chosen_lists, chosen_model
from memlab.sweeping import Sweep, run_sweep, steps_of

__all__ = ["redraw_sweep", "sweep", "sweep_configured", "write_sweep_figure"]


def sweep(
    model: str,
    param: Mapping[str, str | Sequence[float]],
    *,
    seed: int = 1,
    out: str | Path | None = None,
    force: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
    **more: Any,
) -> Sweep:
    """Draw how a model's curves move with one parameter.

    Parameters
    ----------
    model
        Registered name.
    param
        Values by parameter: ``{"beta_enc": "0.1:0.9:9"}`` (start, stop, how many) or ``{"beta_enc": [0.1, 0.5]}``. A
        second parameter is drawn in columns of panels.
    seed
        The same seed gives the same files, whatever `jobs` is.
    out
        Where to leave figure, table and record; None leaves nothing.
    force
        Replace an earlier run in `out`.
    jobs
        Threads.
    progress
        Called with what was done, how many pieces are done and how many there are.
    **more
        Any other option of ``memlab sweep``: ``data`` (with ``conditions``), or ``experiment``, or ``list_length``,
        ``seconds_per_item``, ``distractor_seconds``, ``delay_seconds``; ``lists``, ``subjects``, ``replications``,
        ``values``, ``options``, ``width``, ``format``.

    Returns
    -------
    Sweep
        With ``.curves()``.

    Raises
    ------
    UsageError, DataError, OutputExists
        See the message: it says what is allowed.
    """
    given = {"model": model, "param": dict(param), "seed": seed, **more}
    return sweep_configured(SweepConfig.load(given=given), out=out, force=force, jobs=jobs, progress=progress)


def sweep_configured(
    config: SweepConfig,
    *,
    out: str | Path | None = None,
    force: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Sweep:
    """Run a sweep as configured; see `sweep`."""
    figure_width(config.width)  # a wrong name is better known before the work than after it
    for name in config.values:
        if name in config.param:
            raise UsageError(f"{name} is swept: leave it out of --set, or out of --param.")
    target, conditions = chosen_lists(config, people=None, paradigm=None)
    paradigm = conditions[0].study.paradigm
    base = chosen_model(get_model(config.model, paradigm), config, paradigm=paradigm)
    steps_of(base, config.param)
    records = [*([target.record()] if target else []), *network_records([base])]
    folder = RunFolder(Path(out), "sweep", config.record(), records, force) if out is not None else None
    try:
        found = run_sweep(
            base,
            config.param,
            conditions,
            target,
            seed=config.seed,
            replications=config.replications,
            jobs=jobs,
            progress=progress,
        )
    except Exception:
        if folder is not None:
            folder.discard()
        raise
    if folder is not None:
        _write(found, config, folder)
    return found


def _write(found: Sweep, config: SweepConfig, folder: RunFolder) -> None:
    """Write the curves, the figure and its caption into the folder of a run."""
    path = folder.write_csv("curves.csv", found.curves())
    if found.simulated:  # Ctrl-C may have come before anything was finished
        model = found.base.model.name
        write_sweep_figure(
            read_curves(path), folder, folder.data, model=model, width=config.width, formats=config.format
        )
    if not found.interrupted:
        folder.finish()


def write_sweep_figure(
    curves: Columns,
    folder: RunFolder,
    records: Sequence[Mapping[str, Any]],
    *,
    model: str,
    width: str | None,
    formats: Sequence[str],
    layout: str = "conditions",
) -> None:
    """Draw the figure of a sweep into a folder, with its caption.

    Parameters
    ----------
    records
        The ``data`` of the run's record.
    model
        Its name, for the caption.
    """
    from memlab.analysis.figures.captions import sweep_caption
    from memlab.analysis.figures.panels import compare_figure
    from memlab.analysis.figures.style import sweep_looks

    people = next((record for record in records if "networks" not in record), {})
    trained = next((record for record in records if "networks" in record), {})
    styles = sweep_looks(str(source) for source in curves["source"])
    figure = compare_figure(curves, layout=layout, width=figure_width(width), styles=styles)
    save_figure(figure, "figure", folder, formats)
    written = sweep_caption(
        curves,
        model=model,
        layout=layout,
        n_subjects=_subjects(people, curves),
        people=_who(people, curves),
        networks=trained.get("networks", 0),
    )
    folder.write_text("figure.caption.md", written)


def _subjects(people: Mapping[str, Any], curves: Columns) -> Any:
    """Return how many people, by condition; or of the one condition that all columns of a second parameter show."""
    counts = people.get("subjects") or {}
    return counts if set(counts) & set(curves["condition"]) else next(iter(counts.values()), None)


def _who(people: Mapping[str, Any], curves: Columns) -> str:
    """Return whose curves lie behind, with their condition where the columns do not say it."""
    counts, who = people.get("subjects") or {}, short_citation(people)
    return who if set(counts) & set(curves["condition"]) else f"{who}, condition {', '.join(counts)}"


def redraw_sweep(
    curves: Columns,
    folder: RunFolder,
    earlier: Mapping[str, Any],
    *,
    layout: str,
    width: str | None,
    formats: Sequence[str],
) -> None:
    """Draw the figure again; `earlier` is the record of the run that left the curves."""
    model, records = get_model(earlier["config"]["model"]).name, earlier.get("data", [])
    write_sweep_figure(curves, folder, records, model=model, layout=layout, width=width, formats=formats)
