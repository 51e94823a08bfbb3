"""Lesioning as configured: the intact model and each lesion on the same lists, the run's folder, the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from memlab.configuration import LesionConfig
from memlab.contender import Contender, Progress
from memlab.core.errors import UsageError
from memlab.core.files import Columns
from memlab.core.lesions import separate_lesions
from memlab.lesion_report import lesion_report
from memlab.lesioning import INTACT, Lesions, run_lesions
from memlab.models import get_model
from memlab.run_folder import RunFolder
from memlab.runs.compare import figure_width, network_records, save_figure, short_citation
from memlab.runs.curve_table import read_curves
from memlab.runs.lists import chosen_lists, chosen_model

__all__ = ["lesion", "lesion_configured", "redraw_lesions", "write_lesion_figure"]


def lesion(
    model: str,
    what: str | Sequence[str],
    *,
    seed: int = 1,
    out: str | Path | None = None,
    force: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
    **more: Any,
) -> Lesions:
    """Take parts out of a model and put what is left to the same lists.

    Parameters
    ----------
    model
        Registered name.
    what
        Lesions: ``"buffer,long_term_store"`` makes two, each on its own; ``"slots:6+decay:0.05"`` makes one of both.
        `Model.lesions` has the words of a model.
    seed
        The same seed gives the same files, whatever `jobs` is.
    out
        Where to leave figure, tables, report and record; None leaves nothing.
    force
        Replace an earlier run in `out`.
    jobs
        Threads.
    progress
        Called with what was done, how many pieces are done and how many there are.
    **more
        Any other option of ``memlab lesion``: ``data`` (with ``conditions``), or ``experiment``, or ``list_length``,
        ``seconds_per_item``, ``distractor_seconds``, ``delay_seconds``; ``lists``, ``subjects``, ``replications``,
        ``values``, ``options``, ``width``, ``format``.

    Returns
    -------
    Lesions
        With ``.scores()``, ``.curves()`` and ``.score(lesion, measure)``.

    Raises
    ------
    UsageError, DataError, OutputExists
        See the message: it says what is allowed.
    """
    given = {"model": model, "what": what, "seed": seed, **more}
    return lesion_configured(LesionConfig.load(given=given), out=out, force=force, jobs=jobs, progress=progress)


def lesion_configured(
    config: LesionConfig,
    *,
    out: str | Path | None = None,
    force: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Lesions:
    """Run lesions as configured; see `lesion`."""
    figure_width(config.width)  # a wrong name is better known before the work than after it
    target, conditions = chosen_lists(config)
    contenders = _contenders(config)
    records = [*([target.record()] if target else []), *network_records(contenders)]
    folder = RunFolder(Path(out), "lesion", config.record(), records, force) if out is not None else None
    try:
        found = run_lesions(
            contenders,
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


def _contenders(config: LesionConfig) -> list[Contender]:
    """Return the intact model and each lesion of it, all with the same parameter values."""
    known = get_model(config.model, "free_recall")
    if not config.what and known.lesions:
        raise UsageError(f"name what to take out of {known.name} with --what: {', '.join(known.lesions)}.")
    intact = chosen_model(known, config, label=INTACT)
    words = separate_lesions(",".join(config.what) or INTACT)
    made = [Contender(intact.model.lesioned(word), intact.parameters, label=word) for word in words]
    return [intact, *made]


def _write(found: Lesions, config: LesionConfig, folder: RunFolder) -> None:
    """Write curves, scores, report, figure and caption into the folder of a run."""
    curves = read_curves(folder.write_csv("curves.csv", found.curves()))  # what is drawn is what is saved
    folder.write_csv("scores.csv", found.scores())
    folder.write_text("report.md", lesion_report(found))
    model = found.contenders[0].model.name
    write_lesion_figure(curves, folder, folder.data, model=model, width=config.width, formats=config.format)
    if not found.interrupted:
        folder.finish()


def write_lesion_figure(
    curves: Columns,
    folder: RunFolder,
    records: Sequence[Mapping[str, Any]],
    *,
    model: str,
    width: str | None,
    formats: Sequence[str],
    layout: str = "conditions",
) -> None:
    """Draw the figure of a model's lesions into a folder, with its caption.

    Parameters
    ----------
    records
        The ``data`` of the run's record.
    model
        Its name, for the caption.
    """
    from memlab.analysis.figures.captions import lesion_caption
    from memlab.analysis.figures.panels import compare_figure
    from memlab.analysis.figures.style import lesion_looks

    people = next((record for record in records if "networks" not in record), {})
    trained = next((record for record in records if "networks" in record), {})
    styles = lesion_looks(str(source) for source in curves["source"])
    figure = compare_figure(curves, layout=layout, width=figure_width(width), styles=styles)
    save_figure(figure, "figure", folder, formats)
    written = lesion_caption(
        curves,
        model=model,
        layout=layout,
        n_subjects=people.get("subjects"),
        people=short_citation(people),
        networks=trained.get("networks", 0),
        trained_lengths=tuple(trained["trained_lengths"]) if trained.get("trained_lengths") else None,
    )
    folder.write_text("figure.caption.md", written)


def redraw_lesions(
    curves: Columns,
    folder: RunFolder,
    earlier: Mapping[str, Any],
    *,
    layout: str,
    width: str | None,
    formats: Sequence[str],
) -> None:
    """Draw the figure again; `earlier` is the record of the run that left the curves."""
    model = get_model(earlier["config"]["model"]).name
    records = earlier.get("data", [])
    write_lesion_figure(curves, folder, records, model=model, layout=layout, width=width, formats=formats)
