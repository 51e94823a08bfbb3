"""`train`: a network trained as configured, with checkpoints to go on from, and the card that its weights will have."""

from __future__ import annotations

import os
import platform
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch

from memlab.core.errors import UsageError
from memlab.models.neural.checkpoint import Checkpoint, load_checkpoint, newest_checkpoint, save_checkpoint
from memlab.models.neural.evaluation import people_bits, score_network
from memlab.models.neural.network import Network
from memlab.models.neural.people import People
from memlab.models.neural.threads import one_thread
from memlab.models.neural.train_config import TrainConfig
from memlab.models.neural.trainer import Trainer

__all__ = ["Progress", "TrainConfig", "Trained", "machine", "train"]

SCORED_LISTS = 1000
"""Fresh lists of each length for the scores on the card."""

SCORED_LENGTHS = 8
"""At most so many lengths are scored, evenly spread over the range trained on."""

LIMITS = ("slots", "decay", "noise")
"""Options of a network that limit its memory."""


@dataclass(frozen=True)
class Progress:
    """Where a training run is.

    Attributes
    ----------
    step, steps : int
        Done, and to be done.
    loss : float, nats
        Of the last step.
    latest : dict
        The last row of the history; empty before the first evaluation.
    restored : int
        How often the last good weights had to be restored.
    """

    step: int
    steps: int
    loss: float
    latest: dict[str, Any]
    restored: int


@dataclass(frozen=True, eq=False)
class Trained:
    """What training gives.

    Attributes
    ----------
    network : Network
    card : dict
        What `memlab.models.neural.weights.save_weights` writes beside the weights; without a command and data, which
        the caller knows.
    history : list of dict
        A row an evaluation.
    steps : int
        Steps done.
    interrupted : bool
        Whether it was stopped by Ctrl-C; there is a checkpoint to go on from if there is a folder.
    """

    network: Network
    card: dict[str, Any] = field(repr=False)
    history: list[dict[str, Any]] = field(repr=False)
    steps: int
    interrupted: bool = False


def train(
    config: TrainConfig,
    on_progress: Callable[[Progress], None] | None = None,
    folder: str | Path | None = None,
    *,
    start: Network | None = None,
    people: People | None = None,
    on_evaluation: Callable[[list[dict[str, Any]]], None] | None = None,
) -> Trained:
    """Train a network.

    On the CPU it runs on one thread: matrices are too small for more, and sums would depend on their number. Ctrl-C
    ends the run after the step that is under way; a second one ends it at once.

    Parameters
    ----------
    config : TrainConfig
    on_progress
        Called after every step.
    folder
        For checkpoints. If it has some, training goes on from the newest, exactly as if it had not been interrupted (on
        the CPU), or on another device. None: no checkpoints.
    start : Network, optional
        Weights to start from.
    people : People, optional
        Whose recalls are trained on: the objective ``human``.
    on_evaluation
        Called with the history after every evaluation.

    Returns
    -------
    Trained

    Raises
    ------
    UsageError
        The objective ``human`` without people, or people with another.
    DataError
        A damaged checkpoint, or one of another configuration; weights to start from that do not fit.
    NotConverged
        The loss was not finite too often.
    """
    if (people is not None) != (config.task.objective == "human"):
        raise UsageError(
            "the objective human is trained on people's recalls, and no other is: give --data with it only."
        )
    with one_thread(), stop_between_steps() as asked_to_stop:
        trainer = Trainer(config, start, people)
        seconds_before = _resume(trainer, folder)
        started = time.perf_counter()

        def seconds() -> float:
            return seconds_before + time.perf_counter() - started

        while not trainer.finished and not asked_to_stop():
            loss = trainer.step()
            if trainer.step_count % config.evaluate_every == 0 or trainer.step_count == config.steps:
                trainer.evaluate()
                if on_evaluation:
                    on_evaluation(trainer.history)
            if folder is not None and trainer.step_count % config.checkpoint_every == 0:
                _save(trainer, folder, seconds())
            if on_progress:
                latest = trainer.history[-1] if trainer.history else {}
                on_progress(Progress(trainer.step_count, config.steps, loss, latest, trainer.restored))
        interrupted = not trainer.finished
        if folder is not None:
            _save(trainer, folder, seconds())
        card = {} if interrupted else _card(trainer, seconds())
    return Trained(trainer.network, card, trainer.history, trainer.step_count, interrupted)


def _save(trainer: Trainer, folder: str | Path, seconds: float) -> None:
    here = trainer.checkpoint()
    save_checkpoint(Checkpoint(here.step, here.tensors, here.facts | {"seconds": seconds}), folder)


def _resume(trainer: Trainer, folder: str | Path | None) -> float:
    """Go on from the newest checkpoint of the folder, if it has one; returns the seconds spent before."""
    file = None if folder is None else newest_checkpoint(folder)
    if file is None:
        return 0.0
    checkpoint = load_checkpoint(file)
    trainer.resume(checkpoint)
    return float(checkpoint.facts["seconds"])


def _card(trainer: Trainer, seconds: float) -> dict[str, Any]:
    """Return what is to be known about the weights."""
    config, task = trainer.config, trainer.config.task
    weights_of = trainer.keep_best()
    limits = {name: getattr(trainer.network.config, name) for name in LIMITS if hasattr(trainer.network.config, name)}
    return {
        "task": task.record(),
        **({"tasks": [one.record() for one in config.tasks]} if config.tasks else {}),
        "stops": task.stops,
        "trained_lengths": _trained_lengths(trainer),
        "limits": limits | {"write_cost": task.write_cost, "delay": list(task.delay)},
        "training": {
            k: v for k, v in config.record().items() if k not in ("network", "options", "task", "tasks", "seed")
        },
        "seed": config.seed,
        "steps": trainer.step_count,
        "weights_of_step": weights_of,
        "restored": trainer.restored,
        "seconds": round(seconds, 1),
        "machine": machine(config.device),
        "learning_curve": trainer.history,
        "scores": _final_scores(trainer),
    }


def _trained_lengths(trainer: Trainer) -> list[int]:
    if trainer.people is None:
        return [trainer.config.task.shortest, trainer.config.task.longest]
    lengths = [group.list_length for group in trainer.people.fit]
    return [min(lengths), max(lengths)]


def _final_scores(trainer: Trainer) -> dict[str, Any]:
    """Return the scores on fresh lists by length, and those of the longest lists; with people, bits on each part."""
    config = trainer.config
    low, high = _trained_lengths(trainer)
    lengths = sorted({round(n) for n in np.linspace(low, high, min(SCORED_LENGTHS, high - low + 1))})
    by_length = {
        str(n): _rounded(score_network(trainer.network, config.task, n, SCORED_LISTS, config.seed, "scores"))
        for n in lengths
    }
    scores: dict[str, Any] = {"lists": SCORED_LISTS, "length": high, **by_length[str(high)], "by_length": by_length}
    if config.tasks:
        scores["by_task"] = {
            task.name: _rounded(
                score_network(trainer.network, task, task.lengths[1], SCORED_LISTS, config.seed, "scores", task.name)
            )
            for task in config.tasks
        }
    if trainer.people is not None:
        for part in ("fit", "validation", "held_out"):
            groups = getattr(trainer.people, part)
            bits = people_bits(trainer.network, config.task, groups, config.seed, "scores", part)
            scores[f"{part}_bits_per_event"] = _rounded(bits)
    return scores


def _rounded(scores: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 5) for name, value in scores.items()}


def machine(device: str) -> str:
    """Return what a network ran on, in words."""
    if device.startswith("cuda"):
        return f"{torch.cuda.get_device_name(device)}, CUDA {torch.version.cuda}, torch {torch.__version__}"
    return f"cpu ({platform.machine()}, {os.cpu_count()} cores, 1 thread), torch {torch.__version__}"


@contextmanager
def stop_between_steps() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether Ctrl-C was pressed; a second Ctrl-C interrupts as usual.

    A step that is cut off half way would leave weights and moments that belong to no step.
    """
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():  # only there can a signal be handled
        yield lambda: False
        return

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
