"""Simulating as configured: a named experiment of free or of serial recall, or lists of one's own description."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from memlab.configuration import SimulateConfig
from memlab.core.errors import OutputExists, UnknownName, UsageError
from memlab.core.files import delete_left_behind
from memlab.core.holding import hold_file
from memlab.core.model import Model
from memlab.core.pieces import write_pieces
from memlab.core.recall import Conditions, RecallData
from memlab.models import get_model
from memlab.paradigms.experiments import EXPERIMENTS, SERIAL_EXPERIMENTS, get_experiment, get_serial_experiment
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.serial_recall import SerialRecall
from memlab.run_folder import place_beside, record_beside
from memlab.simulation import simulate, simulate_in_pieces

__all__ = [
    "OWN_LISTS",
    "OWN_TEST",
    "designs_for",
    "paradigm_of",
    "pieces_configured",
    "serial_designs_for",
    "simulate_configured",
    "write_simulation",
]

OWN_LISTS = ("list_length", "seconds_per_item", "distractor_seconds", "delay_seconds")
"""Options that describe lists of one's own, where no experiment is named."""

OWN_TEST = ("direction", "omissions_allowed", "length_known")
"""Options that say how lists of one's own are tested; serial recall only."""


FLAGS = {"omissions_allowed": "--no-omissions", "length_known": "--length-unknown"}
"""Options that are switches, by what switches them."""

Progress = Callable[[str, int, int], None]
"""Called with the condition, how many lists are simulated, and how many there are."""


def simulate_configured(config: SimulateConfig) -> Conditions:
    """Return a model's recalls as configured."""
    model, designs = _configured(config)
    return simulate(model, designs, config.values, seed=config.seed, n_subjects=config.subjects, n_lists=config.lists)


def pieces_configured(config: SimulateConfig, progress: Progress | None = None) -> Iterator[RecallData]:
    """Yield a model's recalls as configured, in pieces that take little memory."""
    model, designs = _configured(config)
    numbers = {"n_subjects": config.subjects, "n_lists": config.lists}
    total = sum((config.subjects or d.n_subjects) * (config.lists or d.n_lists) for d in designs)
    done = 0
    for piece in simulate_in_pieces(model, designs, config.values, seed=config.seed, **numbers):
        yield piece
        done += piece.n_lists
        if progress:
            progress(piece.name, done, total)


def _configured(config: SimulateConfig) -> tuple[Model, list[FreeRecall] | list[SerialRecall]]:
    paradigm = paradigm_of(config)
    model = get_model(config.model, paradigm).with_options(**config.options)
    return model, serial_designs_for(config) if paradigm == "serial_recall" else designs_for(config)


def write_simulation(
    config: SimulateConfig, path: str | Path, force: bool = False, progress: Progress | None = None
) -> int:
    """Simulate, and write the long table with the record of the run beside it: ``recalls.run.json``.

    The table is written piece by piece: memory does not grow with the number of lists. It is whole or absent, and a
    record beside it is always its own.

    Returns
    -------
    int
        How many lists were simulated.

    Raises
    ------
    OutputExists
        The table or the record is there already, and ``force`` is off; or another run writes them at this moment.
    UsageError
        The table cannot be written.
    """
    table, started = Path(path), datetime.now(UTC)
    if not table.name:
        raise UsageError(f"cannot write '{path}': it is a folder. Give the name of a file with --out.")
    record = place_beside(table)
    with hold_file(record) as held:
        if held:
            delete_left_behind(table)
        for place in (table, record):
            if os.path.exists(place) and not force:
                raise OutputExists(f"{place} exists. Use --force to replace it, or another --out.")
        n_lists = write_pieces(lambda: pieces_configured(config, progress), table, before=lambda: _forget(record))
        record_beside(table, "simulate", config.model_dump(mode="json", exclude_unset=True), started)
    return n_lists


def _forget(record: Path) -> None:
    """Delete the record of a table that is about to be replaced: were we killed now, it would speak of another."""
    with contextlib.suppress(OSError):
        record.unlink()


def paradigm_of(config: SimulateConfig) -> str:
    """Return the paradigm that is named, or that of the experiment, or free recall.

    Raises
    ------
    UnknownName
        There is no such experiment.
    """
    if config.experiment not in (None, *EXPERIMENTS, *SERIAL_EXPERIMENTS):
        raise UnknownName("there is no experiment", str(config.experiment), [*EXPERIMENTS, *SERIAL_EXPERIMENTS])
    return config.paradigm or ("serial_recall" if config.experiment in SERIAL_EXPERIMENTS else "free_recall")


def designs_for(config: SimulateConfig) -> list[FreeRecall]:
    """Return the conditions of free recall that are configured: a named experiment's, or one of the user's own."""
    if config.experiment is None:
        _refuse_conditions(config)
        _refuse(config, OWN_TEST, "free recall has no places to fill: leave {} out, or name --paradigm serial_recall.")
        name = f"{config.list_length}-{config.seconds_per_item:g}"
        return [FreeRecall(name, **{field: getattr(config, field) for field in OWN_LISTS})]
    _refuse_own(config)
    designs = get_experiment(config.experiment)
    return [designs[i] for i in _chosen(config, [design.name for design in designs])]


def serial_designs_for(config: SimulateConfig) -> list[SerialRecall]:
    """Return the conditions of serial recall that are configured: a named experiment's, or one of the user's own."""
    if config.experiment is None:
        _refuse_conditions(config)
        if config.distractor_seconds:
            raise UsageError("--distractor-seconds is for free recall; in serial recall give --delay-seconds.")
        own = {field: getattr(config, field) for field in (*OWN_LISTS, *OWN_TEST) if field in config.model_fields_set}
        own.pop("distractor_seconds", None)
        design = SerialRecall("own", **own)
        return [SerialRecall(f"{design.list_length}-{design.seconds_per_item:g}", **own)]
    _refuse_own(config)
    designs = get_serial_experiment(config.experiment)
    return [designs[i] for i in _chosen(config, [design.name for design in designs])]


def _refuse_conditions(config: SimulateConfig) -> None:
    if config.conditions:
        raise UsageError("--conditions belongs to --experiment; name the experiment, or leave it out.")


def _refuse_own(config: SimulateConfig) -> None:
    _refuse(config, OWN_LISTS, f"{config.experiment} has its own lists: leave {{}} out, or --experiment.")
    _refuse(config, OWN_TEST, f"{config.experiment} has its own test: leave {{}} out, or --experiment.")


def _refuse(config: SimulateConfig, fields: Sequence[str], message: str) -> None:
    """Raise UsageError if any of these is not at its default; ``{}`` of the message becomes the option."""
    for field in fields:
        if getattr(config, field) != SimulateConfig.model_fields[field].default:
            raise UsageError(message.format(FLAGS.get(field, f"--{field.replace('_', '-')}")))


def _chosen(config: SimulateConfig, known: Sequence[str]) -> list[int]:
    """Return which of an experiment's conditions are asked for, in the order of asking; all by default."""
    for name in config.conditions or ():
        if name not in known:
            raise UnknownName(f"{config.experiment} has no condition", name, known)
    return [known.index(name) for name in config.conditions or known]
