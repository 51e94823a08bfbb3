"""Inspecting as configured: what happens inside a trained network while it studies and recalls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from memlab.configuration import InspectConfig
from memlab.core.errors import DataError, NotSupported
from memlab.core.files import Columns
from memlab.core.rng import stream
from memlab.run_folder import RunFolder
from memlab.runs.compare import figure_width, save_figure

if TYPE_CHECKING:
    from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
    from memlab.models.neural.dnc.recording import Recording
    from memlab.models.neural.tasks import Task

__all__ = ["inspect_configured"]

STEP_COLUMNS = ("write_gate", "allocation_gate")


def inspect_configured(config: InspectConfig, out: str | Path, force: bool = False) -> dict[str, Columns]:
    """Record trials of a network, write figures and tables into a folder, and return the tables.

    Returns
    -------
    dict
        ``links``, ``reads``, ``modes``: see `links_by_lag`, `reads_by_lag` and `reads_by_output` of
        `memlab.models.neural.dnc.recording`; ``trial``: gates and read modes of the first list, step by step.

    Raises
    ------
    NotSupported
        The network has no memory to look into.
    DataError
        The card of the weights does not say what they were trained on.
    """
    from memlab.models.neural.dnc.recording import links_by_lag, reads_by_lag, reads_by_output

    figure_width(config.width)
    name, network, task, card = _network(config)
    recording = _recorded(config, network, task)
    tables: dict[str, Columns] = {
        "links": links_by_lag(recording),
        "reads": reads_by_lag(recording),
        "modes": reads_by_output(recording),
        "trial": _trial_table(recording.trial(0)),
    }
    data = [{"id": name, "sha256": card["sha256"], "citation": "weights of a trained network"}]
    folder = RunFolder(Path(out), "inspect", config.record(), data, force)
    for title, table in tables.items():
        folder.write_csv(f"{title}.csv", table)
    _draw(recording, tables, name, config, folder)
    folder.finish()
    return tables


def _network(config: InspectConfig) -> tuple[str, DifferentiableNeuralComputer, Task, dict[str, Any]]:
    """Return the weights' name, the network, what it was trained on, and its card."""
    from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
    from memlab.models.neural.weights import load_network

    source = config.weights or _first_seed(config.network)
    network, card = load_network(source)
    if not isinstance(network, DifferentiableNeuralComputer):
        raise NotSupported(f"{Path(source).name} is of a {network.name}; inspect looks into the memory of a dnc.")
    name = Path(source).name
    return name, network, _task(name, card), card


def _task(source: str, card: dict[str, Any]) -> Task:
    """Return what a network was trained on."""
    from memlab.models.neural.tasks import Task

    try:
        task = Task(**card["task"])
    except (KeyError, TypeError):
        raise DataError(f"the card of {source} does not say what the network was trained on in its 'task'.") from None
    if task.paradigm == "chain":
        raise NotSupported(f"{source} was trained on cue chains; inspect looks at lists that are studied and recalled.")
    return task


def _first_seed(network: str) -> str:
    """Return the shipped weights of a model, or of a name of weights; of several seeds the first.

    Raises
    ------
    UnknownName
        There are none.
    NotSupported
        A model that is no network.
    """
    from memlab.models import ALIASES, MODELS, get_model
    from memlab.models.neural.card import find_weights

    if ALIASES.get(network, network) not in MODELS:
        return str(next(iter(find_weights(network).values())))
    own = getattr(get_model(network), "own_weights", None)
    if own is None:
        raise NotSupported(f"{network} is no trained network; inspect looks into the memory of a dnc.")
    return str(next(iter(find_weights(own).values())))


def _recorded(config: InspectConfig, network: DifferentiableNeuralComputer, task: Task) -> Recording:
    import torch

    from memlab.models.neural.dnc.recording import record
    from memlab.models.neural.tasks import draw_lists

    length = config.list_length or task.longest
    rng = stream(config.seed, "inspect")
    lists = draw_lists(replace(task, lengths=(length, length), curriculum=()), config.trials, length, rng)
    return record(network, task, lists, torch.Generator().manual_seed(int(rng.integers(2**63 - 1))))


def _trial_table(trial: Recording) -> Columns:
    """Return gates, read modes (mean over heads) and what was studied or recalled, a row a step."""
    from memlab.models.neural.dnc.recording import MODES

    n_steps, given = len(trial.phase), trial.position[:, 0]
    position: list[object] = [""] * n_steps
    position[: trial.list_length] = range(1, trial.list_length + 1)
    position[n_steps - len(given) :] = given.tolist()
    modes = trial.read_modes[:, 0].mean(1).astype(float)
    free = trial.free_gates[:, 0].astype(float)
    return {
        "step": np.arange(1, n_steps + 1),
        "phase": trial.phase,
        "position": position,
        **{name: getattr(trial, name)[:, 0].astype(float) for name in STEP_COLUMNS},
        **{f"free_gate_{head + 1}": gate for head, gate in enumerate(free.T)},
        **dict(zip(MODES, modes.T, strict=True)),
    }


def _draw(
    recording: Recording, tables: dict[str, Columns], name: str, config: InspectConfig, folder: RunFolder
) -> None:
    from memlab.analysis.figures.inspection import means_caption, means_figure, trial_caption, trial_figure

    width = figure_width(config.width)
    trial = _trial_arrays(recording.trial(0))
    save_figure(trial_figure(trial, width), "trial", folder, config.format)
    folder.write_text("trial.caption.md", trial_caption(name, trial))
    means = means_figure(tables["links"], tables["reads"], tables["modes"], width)
    save_figure(means, "means", folder, config.format)
    folder.write_text("means.caption.md", means_caption(name, config.trials, recording.list_length))


def _trial_arrays(trial: Recording) -> Any:
    from memlab.analysis.figures.inspection import TrialArrays

    by_step = ("memory", "usage", "allocation", "write_weights", "write_gate", "allocation_gate", "free_gates")
    return TrialArrays(
        phase=trial.phase,
        position=trial.position[:, 0],
        slots=trial.slots[:, 0],
        link=trial.link[0],
        read_weights=trial.read_weights[:, 0].mean(1),
        read_modes=trial.read_modes[:, 0].mean(1),
        **{name: getattr(trial, name)[:, 0] for name in by_step},
    )
