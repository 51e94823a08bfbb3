"""Fitting as configured: units to workers, a JSON a fit as soon as it is done, a table, and what `compare` reads."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from memlab.configuration import FitConfig
from memlab.core.errors import DataError, UsageError
from memlab.core.files import Columns
from memlab.core.model import Model
from memlab.data.parameter_sets import ParameterSet, write_parameter_set
from memlab.fitting.jobs import Backend, Job, Progress, Workers, do_jobs, share
from memlab.fitting.result import Fit
from memlab.fitting.table import fit_table
from memlab.fitting.units import FitData, jobs_of, read_fit_data, resolved
from memlab.models import get_model
from memlab.run_folder import RUN_FILE, RunFolder, read_run
from memlab.runs.fit_folder import HELD_OUT, JOBS, PARAMETERS, TABLE, clear, finished, keep
from memlab.runs.parameter_set import parameter_set, subject_held_out

__all__ = ["FitRun", "command_line", "fit", "fit_configured"]


@dataclass(frozen=True, eq=False)
class FitRun:
    """What a run of fits found.

    Attributes
    ----------
    fits : list of Fit
        One a unit, in the order of the units.
    parameters : ParameterSet or None
        What ``memlab compare`` takes: of fits to groups and conditions. A fit a subject gives none, because curves at
        the mean of people's values are not the mean of people's curves.
    units : list of str
        Every unit that was to be fitted.
    interrupted : bool
        Whether Ctrl-C left some out.
    """

    fits: list[Fit]
    parameters: ParameterSet | None
    units: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def converged(self) -> bool:
        """Whether every fit that there is has settled."""
        return all(fit.converged for fit in self.fits)

    def columns(self) -> Columns:
        """Return the table of fits as columns; see `memlab.fitting.table.fit_table`."""
        return fit_table(self.fits)

    def table(self) -> Any:
        """Return the table of fits as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns()))


def fit(
    model: str,
    *,
    data: str | Path = "murdock1962",
    per: Literal["subject", "group", "condition"] = "group",
    objective: Literal["likelihood", "curves", "counts"] | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    jobs: int = 1,
    backend: Backend = "local",
    scheduler: str | None = None,
    progress: Progress | None = None,
    **more: Any,
) -> FitRun:
    """Fit a model to people.

    Parameters
    ----------
    model
        Registered name.
    data
        A file with single lists (a long table), or a shipped data set, of which only curves are known.
    per
        ``"group"``: one set of values for everybody; ``"condition"``: one for each condition beside it; ``"subject"``:
        one for each subject.
    objective
        By default the likelihood where there are single lists and the model has one, else the curves.
    seed
        The same seed gives the same values, whatever `jobs` is.
    out
        Folder for the fits, their table and the parameter set; or a file ``.toml`` for the parameter set alone.
    force, resume
        Replace an earlier run in `out`, or go on with it.
    jobs, backend, scheduler
        Where the work is done; see `memlab.fitting.jobs.Workers`.
    progress
        Called with what is done, how many runs of the optimiser are done, and how many there are.
    **more
        Any other option of ``memlab fit``: ``conditions``, ``only``, ``half``, ``events``, ``weights``, ``similarity``,
        ``free``, ``fixed``, ``options``, ``folds``, ``method``, ``start``, ``restarts``, ``tolerance``,
        ``generations``, ``lists``, ``subjects``.

    Returns
    -------
    FitRun
        ``.fits``, ``.table()`` and ``.parameters``.
    """
    given = {"model": model, "data": str(data), "per": per, "objective": objective, "seed": seed, **more}
    workers = Workers(jobs, backend, scheduler)
    config = FitConfig.load(given=given)
    return fit_configured(config, out=out, force=force, resume=resume, workers=workers, progress=progress)


def fit_configured(
    config: FitConfig,
    *,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    workers: Workers | None = None,
    array: tuple[int, int] | None = None,
    progress: Progress | None = None,
) -> FitRun:
    """Fit as configured; see `fit`.

    Parameters
    ----------
    array
        ``(index, size)``: only every ``size``-th unit from the ``index``-th is fitted, into ``out/array-INDEX``.

    Raises
    ------
    DataError
        The run in `out` that is to be resumed had other options or other data.
    """
    model = get_model(config.model).with_options(**config.options)
    config = resolved(config, model)
    data = read_fit_data(config, model)
    jobs = jobs_of(model, config, data)
    units = [job.who for job in jobs]
    mine = share(jobs, *array) if array else jobs
    if out is None or Path(out).suffix == ".toml":
        if resume or array:
            raise UsageError("--resume and --array-index need a folder: --out DIR.")
        return _without_folder(model, config, data, mine, workers, progress, out, force)
    place = Path(out) / f"array-{array[0]}" if array else Path(out)
    folder = _folder(place, config, data, force=force, resume=resume)
    done = {fit.who: fit for fit in finished(place)} if resume else clear(folder)
    every: Columns = {"unit": [job.problem.unit for job in jobs], "who": units}
    try:
        interrupted = _collect(mine, done, workers, progress, data, _Kept(folder, every))
    except Exception:
        folder.discard()
        raise
    ordered = [done[job.who] for job in mine if job.who in done]
    if interrupted:
        return FitRun(ordered, None, units, True)
    return _finish(model, config, data, ordered, every, folder, whole=array is None)


@dataclass(frozen=True)
class _Kept:
    """The folder that fits are written to as they come; the first brings the list of all that are to come."""

    folder: RunFolder
    every: Columns

    def add(self, fit: Fit) -> None:
        if JOBS not in self.folder.outputs:
            self.folder.write_csv(JOBS, self.every)
        keep(fit, self.folder)


def _finish(
    model: Model,
    config: FitConfig,
    data: FitData,
    fits: list[Fit],
    every: Columns,
    folder: RunFolder,
    *,
    whole: bool,
) -> FitRun:
    for one in fits:
        keep(one, folder, write=False)
    folder.write_csv(JOBS, every)
    folder.write_csv(TABLE, fit_table(fits))
    parameters = parameter_set(model, config, data, fits, command_line(config)) if whole else None
    if parameters is not None:
        write_parameter_set(parameters, folder.place(PARAMETERS))
        folder.adopt(folder.path / PARAMETERS)
    held_out = subject_held_out(model, config, fits) if whole else None
    if held_out is not None:
        folder.write_csv(HELD_OUT, held_out)
    folder.finish()
    return FitRun(fits, parameters, [str(who) for who in every["who"]])


def _without_folder(
    model: Model,
    config: FitConfig,
    data: FitData,
    jobs: Sequence[Job],
    workers: Workers | None,
    progress: Progress | None,
    out: str | Path | None,
    force: bool,
) -> FitRun:
    """Fit, and write at most the parameter set."""
    from memlab.core.errors import OutputExists

    if out is not None and config.per == "subject":
        raise UsageError("fits per subject make no parameter set; give --out a folder instead of a .toml file.")
    if out is not None and Path(out).exists() and not force:
        raise OutputExists(f"{out} exists. Use --force to replace it, or another --out.")
    done: dict[str, Fit] = {}
    interrupted = _collect(jobs, done, workers, progress, data, None)
    fits = [done[job.who] for job in jobs if job.who in done]
    parameters = parameter_set(model, config, data, fits, command_line(config)) if fits else None
    if out is not None and parameters is not None:
        write_parameter_set(parameters, out)
    return FitRun(fits, parameters, [job.who for job in jobs], interrupted)


def _collect(
    jobs: Sequence[Job],
    done: dict[str, Fit],
    workers: Workers | None,
    progress: Progress | None,
    data: FitData,
    kept: _Kept | None,
) -> bool:
    """Do the jobs that are not done, writing each at once; return whether Ctrl-C left some out."""
    waiting = [job for job in jobs if job.who not in done]
    about = {name: data.record[name] for name in ("id", "sha256", "citation")}
    try:
        for found in do_jobs(waiting, workers or Workers(), progress):
            fit = replace(found, data=about)
            done[fit.who] = fit
            if kept is not None and fit.message != "interrupted":
                kept.add(fit)
    except KeyboardInterrupt:
        return True
    return False


def _folder(place: Path, config: FitConfig, data: FitData, *, force: bool, resume: bool) -> RunFolder:
    if resume:
        _check_same(place, config, data)
    place.parent.mkdir(parents=True, exist_ok=True)
    return RunFolder(place, "fit", config.record(), data.records, force=force or resume)


def _check_same(place: Path, config: FitConfig, data: FitData) -> None:
    """Refuse to go on with a run of other options or other data."""
    if not (place / RUN_FILE).is_file():
        raise DataError(f"{place} holds no run to resume; leave out --resume.")
    record = read_run(place)
    if record["command"] != "fit":
        raise DataError(f"{place} is a run of '{record['command']}', not of fit; give another --out.")
    recorded = {entry.get("sha256") for entry in record["data"]}
    other = [entry["id"] for entry in data.records if entry["sha256"] not in recorded]
    if other or len(recorded) != len({entry["sha256"] for entry in data.records}):
        raise DataError(f"{', '.join(other) or config.data} is not the file of the run in {place} (sha256 "
                        f"{_short(recorded)}); put the old file back, or start anew in another --out.")  # fmt: skip
    changed = [name for name, value in config.record().items() if record["config"].get(name) != value]
    changed = [name for name in changed if name != "data"]
    if changed:
        raise DataError(f"the run in {place} had another {', '.join(changed)}. Resume with the same options, or start "
                        "anew in another --out.")  # fmt: skip


def _short(checksums: set[Any]) -> str:
    return ", ".join(str(one)[:12] for one in checksums)


def command_line(config: FitConfig) -> str:
    """Return the command that repeats a fit."""
    default = resolved(FitConfig(model=config.model, objective=config.objective), get_model(config.model))
    words = ["memlab", "fit", config.model, "--objective", str(config.objective), "--seed", str(config.seed)]
    plain = ("data", "per", "half", "weights", "lists", "subjects", "generations")
    for name in (*plain, "events", "similarity", "folds", "method", "start", "restarts", "tolerance"):
        value = getattr(config, name)
        if value is not None and (value != getattr(default, name) or name in ("data", "half")):
            words += [f"--{name}", str(value)]
    for name in ("conditions", "only", "free"):
        if getattr(config, name):
            words += [f"--{name}", ",".join(getattr(config, name))]
    for flag, table in (("--fixed", config.fixed), ("--option", config.options)):
        for key, value in table.items():
            words += [flag, f"{key}={value}"]
    return shlex.join(words)
