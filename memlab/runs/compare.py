"""Comparing as configured: contenders and their parameter sets, the run's folder, the figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from memlab.comparison import Comparison, run_comparison
from memlab.configuration import DEFAULT_PEOPLE, CompareConfig
from memlab.contender import Contender, Progress
from memlab.core.errors import NotSupported, UnknownName, UsageError
from memlab.core.model import Model
from memlab.data.parameter_sets import ParameterSet, load_parameter_set, parameter_set_names
from memlab.diagnosis.diagnosis import Diagnosis
from memlab.diagnosis.report import diagnosis_text
from memlab.models import ALIASES, get_model, model_names
from memlab.report import report
from memlab.run_folder import RunFolder
from memlab.runs.curve_table import read_curves
from memlab.runs.diagnosed import diagnosis_of
from memlab.runs.drawn_curves import drawn_curves
from memlab.runs.drawn_diagnosis import diagnosis_figures
from memlab.target import load_target

__all__ = ["compare", "compare_configured", "contenders_for", "network_records", "write_comparison", "write_figure"]


def compare(
    paradigm: Literal["free_recall", "serial_recall"] = "free_recall",
    models: Sequence[str] | None = None,
    *,
    data: str | Path | None = None,
    conditions: Sequence[str] | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    force: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
    **more: Any,
) -> Comparison:
    """Compare models with people on the same lists.

    Parameters
    ----------
    paradigm
        ``"free_recall"`` or ``"serial_recall"``.
    models
        Registered names; by default every model that has a parameter set for the data.
    data
        A shipped data set, or a file with a long table; murdock1962 by default, or of serial recall
        farrell_lewandowsky2012_e2.
    conditions
        Names; all by default.
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
        Any other option of ``memlab compare``: ``lists``, ``subjects``, ``replications``, ``per_condition``,
        ``fitted_by``, ``diagnosis``, ``values`` and ``options`` (by model), ``layout``, ``width``, ``format``.

    Returns
    -------
    Comparison
        With ``.scores()``, ``.curves()`` and ``.score(model, measure)``.

    Raises
    ------
    UsageError, DataError, OutputExists
        See the message: it says what is allowed.
    """
    given = {"paradigm": paradigm, "models": models, "conditions": conditions, "seed": seed, **more}
    given["data"] = None if data is None else str(data)
    config = CompareConfig.load(given=given)
    return compare_configured(config, out=out, force=force, jobs=jobs, progress=progress)


def compare_configured(
    config: CompareConfig,
    *,
    out: str | Path | None = None,
    force: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Run a comparison as configured; see `compare`."""
    target = load_target(
        config.data, config.conditions, paradigm=config.paradigm, n_subjects=config.subjects, n_lists=config.lists
    )
    figure_width(config.width)  # a wrong name is better known before the work than after it
    contenders = contenders_for(config)
    floor = contenders_for(CompareConfig(paradigm=config.paradigm, models=("chance",), data=config.data))[0]
    records = [target.record(), *network_records(contenders)]
    folder = RunFolder(Path(out), "compare", config.record(), records, force) if out is not None else None
    try:
        comparison = run_comparison(
            target, contenders, floor, seed=config.seed, replications=config.replications, jobs=jobs, progress=progress
        )
        if not comparison.interrupted:
            comparison = _diagnosed(comparison, config, jobs, progress)
    except Exception:
        if folder is not None:
            folder.discard()
        raise
    if folder is not None:
        write_comparison(comparison, config, folder)
    return comparison


def _diagnosed(comparison: Comparison, config: CompareConfig, jobs: int, progress: Progress | None) -> Comparison:
    """Return the comparison with its diagnosis, where there is one."""
    found = diagnosis_of(comparison.target, comparison.contenders, config, jobs=jobs, progress=progress)
    return replace(comparison, diagnosis=found, interrupted=found is not None and found.interrupted)


def contenders_for(config: CompareConfig) -> list[Contender]:
    """Return the models of a comparison with their parameter values."""
    source = config.data if parameter_set_names(config.data) else DEFAULT_PEOPLE[config.paradigm]
    known = set(parameter_set_names(source))
    every = tuple(name for name in model_names(config.paradigm) if name in known)
    names = every if config.models is None else config.models
    for name in (*config.values, *config.options):
        if ALIASES.get(name, name) not in {ALIASES.get(n, n) for n in names}:
            raise UnknownName("values or options are given for a model that is not compared:", name, names)
    if not names:
        raise NotSupported("there is nothing to compare: name at least one model with --models.")
    if len(set(names)) != len(names):
        raise UsageError(f"a model is named twice in: {', '.join(names)}.")
    return [_contender(get_model(name, config.paradigm), source, known, config) for name in names]


def _contender(model: Model, source: str, known: set[str], config: CompareConfig) -> Contender:
    if model.name in known:
        parameters = load_parameter_set(model.name, source, config.fitted_by)
    else:
        parameters = ParameterSet(model.name, source, dict(model.defaults()))
    model = model.with_options(**parameters.options)
    model = model.with_options(**_given(config.options, model))
    own = _given(config.values, model)
    if own:
        names = {parameter.name for parameter in model.parameters}  # an option may take one away: softmax has no tau
        others = {name: value for name, value in parameters.values.items() if name in names}
        parameters = ParameterSet(model.name, source, others | own, fit={"command": "values given by the user"})
    model.resolve(parameters.values)
    return Contender(model, parameters, config.per_condition and bool(parameters.conditions))


def _given(by_model: Mapping[str, Mapping[str, Any]], model: Model) -> dict[str, Any]:
    """Return what is given for a model under its name or its family's."""
    return next((dict(given) for name, given in by_model.items() if ALIASES.get(name, name) == model.name), {})


def write_comparison(comparison: Comparison, config: CompareConfig, folder: RunFolder) -> None:
    """Write curves, scores, report, figure and caption into the folder of a run; of serial recall, the diagnosis."""
    curves = read_curves(folder.write_csv("curves.csv", comparison.curves()))  # what is drawn is what is saved
    folder.write_csv("scores.csv", comparison.scores())
    more: list[str] = []
    if comparison.diagnosis is not None:
        folder.write_csv("diagnosis.csv", comparison.diagnosis.columns())
        more = diagnosis_text(comparison.diagnosis)
        if not comparison.diagnosis.interrupted:
            _write_diagnosis_figures(comparison.diagnosis, config, folder)
    folder.write_text("report.md", report(comparison, more))
    write_figure(curves, folder, folder.data, layout=config.layout, width=config.width, formats=config.format)
    if not comparison.interrupted:
        folder.finish()


def _write_diagnosis_figures(diagnosis: Diagnosis, config: CompareConfig, folder: RunFolder) -> None:
    people: Mapping[str, Any] = next(iter(folder.data), {})
    for name, figure, text in diagnosis_figures(diagnosis, short_citation(people), figure_width(config.width)):
        save_figure(figure, name, folder, config.format)
        folder.write_text(f"{name}.caption.md", text)


def write_figure(
    curves: Mapping[str, Any],
    folder: RunFolder,
    records: Sequence[Mapping[str, Any]],
    *,
    layout: str,
    width: str | None,
    formats: Sequence[str],
) -> None:
    """Draw the figure of a comparison into a folder, with its caption.

    Parameters
    ----------
    records
        The ``data`` of the run's record: what `Target.record` and `network_records` give.
    """
    from memlab.analysis.figures.panels import caption, compare_figure

    people: Mapping[str, Any] = next(iter(records), {})
    networks = {str(record["id"]): record for record in records if "networks" in record}
    curves, left_out = drawn_curves(curves, str(people.get("id", "")))
    figure = compare_figure(curves, layout=layout, width=figure_width(width), networks=networks)
    save_figure(figure, "figure", folder, formats)
    folder.write_text(
        "figure.caption.md",
        caption(
            curves,
            layout=layout,
            n_subjects=people.get("subjects"),
            max_responses=people.get("max_responses"),
            people=short_citation(people),
            networks={name: record["networks"] for name, record in networks.items()},
            trained_lengths={n: tuple(r["trained_lengths"]) for n, r in networks.items() if r["trained_lengths"]},
        ).rstrip("\n")
        + f"{left_out}\n",
    )


def network_records(contenders: Sequence[Contender]) -> list[dict[str, Any]]:
    """Return what `run.json` says of the contenders that are trained networks: how many, and their trained lengths."""
    return [
        {
            "id": contender.name,
            "citation": contender.model.citation,
            "networks": len(contender.seeds),
            "trained_lengths": list(contender.model.trained_lengths or ()),
        }
        for contender in contenders
        if contender.seeds
    ]


def save_figure(figure: Any, name: str, folder: RunFolder, formats: Sequence[str]) -> None:
    """Save a figure into the folder of a run, in each format."""
    from memlab.analysis.figures.saving import save

    for suffix in formats:
        folder.place(f"{name}.{suffix}")
    for path in save(figure, folder.path / name, formats=tuple(formats)):
        folder.adopt(path)


def short_citation(people: Mapping[str, Any]) -> str:
    """Return whom a figure shows: authors and year where the record has them, otherwise its id.

    Examples
    --------
    >>> short_citation({"citation": "Murdock, B. B., & Okada, R. (1970). Interresponse times …"})
    'Murdock & Okada (1970)'
    """
    found = re.match(r"(?P<authors>.+?) \((?P<year>\d{4})\)", str(people.get("citation", "")))
    if not found:
        return str(people.get("id", ""))
    surnames = re.findall(r"([^,&]+), (?:[^,&]\. ?)+", found["authors"])
    return f"{' & '.join(name.strip() for name in surnames)} ({found['year']})"


def figure_width(width: str | None) -> str | float:
    """Return the width of a figure: a preset's name, or mm.

    Raises
    ------
    UsageError
        Neither a preset nor a sensible number.
    """
    from memlab.analysis.figures.style import DEFAULT_WIDTH, resolve_width

    if width is None:
        return DEFAULT_WIDTH
    try:
        chosen: str | float = float(width)
    except ValueError:
        chosen = width
    resolve_width(chosen)
    return chosen
