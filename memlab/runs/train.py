"""Training as configured: a recipe or options to a network, its weights and card, and a run that can be resumed."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import memlab
from memlab.configuration import TrainConfig
from memlab.core.errors import DataError, UnknownName, UsageError
from memlab.core.files import sha256
from memlab.core.halves import halves
from memlab.core.recall import RecallData
from memlab.core.table import read_conditions
from memlab.run_folder import RunFolder, read_run

if TYPE_CHECKING:
    from memlab.models.neural.people import People
    from memlab.models.neural.train import Progress, Trained

__all__ = ["recipes", "resumed_config", "split_people", "train_config", "train_configured", "weights_name"]

CHECKPOINTS = "checkpoints"
"""Folder of the checkpoints in that of the run; it goes when the run is complete."""

VALIDATION = slice(2, None, 4)
"""Which of the sorted subjects of the fit half say when to stop training: every fourth, from the third."""

SPLIT = (
    "fitted: the first half of the sorted subjects of each condition, rounded up, but every fourth of them, from the "
    "third, for validation; held out: the others"
)

OPTIMISATION = (
    *("steps", "batch", "learning_rate", "decay", "warmup", "clip", "weight_decay", "optimiser"),
    *("evaluate_every", "checkpoint_every", "patience", "device", "compile", "seed"),
)
"""Options that the trainer knows by the same name."""


def recipes() -> dict[str, Path]:
    """Return the recipes that memlab ships, by name: how each kind of shipped weights was trained."""
    import memlab.data

    return {path.stem: path for path in sorted((Path(str(memlab.data.__file__)).parent / "training").glob("*.toml"))}


def train_config(given: Mapping[str, Any], *, recipe: str | None = None, file: str | Path | None = None) -> TrainConfig:
    """Return the options of a recipe or a TOML file, overruled by those given.

    Options of the network and the task are overruled one by one.

    Raises
    ------
    UnknownName
        No such recipe.
    UsageError
        A recipe and a file; an option that is none or a value that is not allowed.
    """
    if recipe is not None and file is not None:
        raise UsageError("a recipe and a configuration file are both given; leave out --recipe or --config.")
    known = recipes() if recipe is not None else {}
    if recipe is not None and recipe not in known:
        raise UnknownName("there is no recipe", recipe, known)
    source = known[recipe] if recipe is not None else file
    base = TrainConfig.load(source)
    tables = {name: getattr(base, name) | dict(given.get(name) or {}) for name in ("options", "task")}
    return TrainConfig.load(source, {**given, **tables, "recipe": recipe})


def resumed_config(out: str | Path, device: str | None = None) -> TrainConfig:
    """Return the options of the run in a folder, with another device if it is to go on there.

    Raises
    ------
    DataError
        There is no run, or not one of training.
    """
    record = read_run(out)
    if record.get("command") != "train":
        raise DataError(f"{out} is a run of '{record.get('command')}'; only one of train can be resumed.")
    return TrainConfig.load(given=record["config"] | ({"device": device} if device else {}))


def weights_name(config: TrainConfig) -> str:
    """Return the name of the weights, without the seed.

    Examples
    --------
    >>> weights_name(TrainConfig(network="gru", paradigm="serial_recall"))
    'gru.serial'
    """
    from memlab.models.neural.tasks import OBJECTIVES

    objective = config.objective or OBJECTIVES[config.paradigm][0]
    return config.name or config.recipe or f"{config.network}.{config.paradigm if objective == 'bits' else objective}"


def train_configured(
    config: TrainConfig,
    *,
    out: str | Path | None = None,
    force: bool = False,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Trained:
    """Train as configured; in a folder also write checkpoints, a log, the weights and their card.

    Parameters
    ----------
    out
        The run's folder. None: nothing is written.
    force
        Replace an earlier run.
    resume
        Go on with the run that is in the folder.

    Returns
    -------
    Trained
        If it was interrupted, without a card.
    """
    from memlab.models.neural.train import train

    neural, start = _neural_config(config), _start(config)
    people, data = _people(config)
    if out is None:
        return train(neural, progress, start=start, people=people)
    folder = RunFolder(Path(out), "train", config.record(), data, force=force or resume)
    if not resume:
        shutil.rmtree(folder.path / CHECKPOINTS, ignore_errors=True)

    def log(history: Sequence[Mapping[str, Any]]) -> None:
        folder.write_csv("train.csv", {name: [row[name] for row in history] for name in history[0]})

    try:
        trained = train(neural, progress, folder.path / CHECKPOINTS, start=start, people=people, on_evaluation=log)
    except (UsageError, DataError):
        if not resume:
            folder.discard()
        raise
    if not trained.interrupted:
        _write(trained, config, folder, data)
    return trained


def _write(trained: Trained, config: TrainConfig, folder: RunFolder, data: Sequence[Mapping[str, Any]]) -> None:
    """Write the weights and their card, and complete the run."""
    from memlab.models.neural.weights import save_weights

    folder.device = trained.card["machine"]
    stem = folder.path / f"{weights_name(config)}.seed{config.seed}"
    for ending in ("safetensors", "json"):
        folder.place(f"{stem.name}.{ending}")
    more = {"memlab": memlab.__version__, "command": command_line(config), "data": data[0] if data else None}
    save_weights(trained.network, trained.card | more, stem)
    for ending in ("safetensors", "json"):
        folder.adopt(folder.path / f"{stem.name}.{ending}")
    shutil.rmtree(folder.path / CHECKPOINTS, ignore_errors=True)
    folder.finish()


USUAL: dict[str, dict[str, Any]] = {
    "copy": {"items": "binary", "lengths": [1, 10]},
    "repeat_copy": {"items": "binary", "lengths": [1, 5], "repeats": [1, 5]},
    "blog": {"items": "binary"},
    "nearest": {"items": "binary"},
}
"""What a task of a paradigm, or of an objective, takes where nothing else is asked for."""


def _neural_config(config: TrainConfig) -> Any:
    """Return the configuration as the trainer takes it."""
    from memlab.models.neural.tasks import Task
    from memlab.models.neural.train_config import TrainConfig as NeuralTrainConfig

    alone = {"paradigm": config.paradigm, "objective": config.objective or ""}
    allowed = [name for name in Task.__dataclass_fields__ if name not in alone]
    for wrong in [name for name in config.task if name not in allowed]:
        raise UnknownName("a task has no option", wrong, allowed)
    for wrong in [name for options in config.tasks for name in options if name not in (*alone, *allowed)]:
        raise UnknownName("a task has no option", wrong, [*alone, *allowed])
    several = tuple(Task(**{**config.task, **options}) for options in config.tasks)
    usual = USUAL.get(config.objective or "", USUAL.get(config.paradigm, {}))
    task = several[0] if several else Task(**{**alone, **usual, **config.task})
    plain = {name: getattr(config, name) for name in OPTIMISATION}
    return NeuralTrainConfig(network=config.network, options=config.options, task=task, tasks=several, **plain)


def _start(config: TrainConfig) -> Any:
    """Return the network whose weights training starts from, or None."""
    from memlab.models.neural.weights import load_network

    return load_network(config.init.replace("{seed}", str(config.seed)))[0] if config.init else None


def _people(config: TrainConfig) -> tuple[People | None, list[dict[str, Any]]]:
    """Return the people to train on and what the record says of them; None and nothing without a file."""
    if config.data is None:
        if config.objective == "human":
            raise UsageError("the objective human needs people's recalls, list by list: --data FILE (a long table).")
        return None, []
    from memlab.models.neural.people import People

    conditions = read_conditions(config.data)
    chosen = [conditions[name] for name in config.conditions or conditions]
    parts = [split_people(data) for data in chosen]
    record = {
        "id": Path(config.data).name,
        "sha256": sha256(config.data),
        "citation": config.citation or "the user's own data",
        "subjects": {data.name: len(data.subjects) for data in chosen},
        "split": SPLIT,
        "seen": {
            data.name: sorted(str(subject) for part in (fitted, validation) for subject in part.subjects)
            for data, (fitted, validation, _) in zip(chosen, parts, strict=True)
        },
    }
    return People.of(*(list(part) for part in zip(*parts, strict=True))), [record]


def split_people(data: RecallData) -> tuple[RecallData, RecallData, RecallData]:
    """Return a condition's people for fitting, for validation and held out; the held out are those that are scored."""
    half, held_out = halves(data.subjects)
    if len(half) < VALIDATION.start + 1:
        raise DataError(
            f"condition {data.name} has {len(data.subjects)} subjects; to be fitted, validated and held out there must "
            f"be at least {2 * VALIDATION.start + 1}."
        )
    validation = half[VALIDATION]
    fitted = [subject for subject in half if subject not in validation]
    return tuple(data.select_subjects(part) for part in (fitted, validation, held_out))  # type: ignore[return-value]


def command_line(config: TrainConfig) -> str:
    """Return the command that trains as configured.

    Examples
    --------
    >>> command_line(TrainConfig(network="gru", steps=50, task={"lengths": [1, 3]}, seed=2))
    "memlab train gru --task 'lengths=[1, 3]' --steps 50 --seed 2"
    """
    base = TrainConfig.load(recipes().get(config.recipe or ""))
    words = ["memlab", "train", *(["--recipe", config.recipe] if config.recipe else [config.network])]
    if not config.recipe and config.paradigm != base.paradigm:
        words += ["--paradigm", config.paradigm]
    for flag, ours, usual in (("--set", config.options, base.options), ("--task", config.task, base.task)):
        words += [w for k, v in ours.items() if usual.get(k) != v for w in (flag, f"{k}={_toml(v)}")]
    plain = [
        name
        for name in TrainConfig.model_fields
        if name not in ("network", "paradigm", "recipe", "options", "task", "tasks")
    ]
    for name in plain:
        value = getattr(config, name)
        if name == "seed" or (value != getattr(base, name) and value is not None):
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            words += [f"--{name.replace('_', '-')}", *([] if value is True else [text])]
    return shlex.join(words)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value)) if isinstance(value, tuple) else str(value)
