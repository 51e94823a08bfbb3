"""`Trainer`: one training run, step by step, with all that must be kept to go on from where it is."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from memlab.core.errors import DataError, NotConverged
from memlab.models.neural.checkpoint import Checkpoint
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.evaluation import people_bits, score_network, streams
from memlab.models.neural.network import Network, build_network
from memlab.models.neural.people import People
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.train_config import TrainConfig
from memlab.models.neural.trials import people_loss, trial_loss

__all__ = ["HELD_OUT_LISTS", "MOST_RESTORED", "RATE_AFTER_NAN", "Trainer"]

HELD_OUT_LISTS = 128
"""Lists of each evaluation; the same every time, so that two evaluations differ by the weights alone."""

RATE_AFTER_NAN = 0.5
"""The learning rate is multiplied by this whenever a loss or gradient is not finite."""

MOST_RESTORED = 10
"""A run that came to that as often as this has failed."""

RMSPROP_SMOOTHING = 0.9
"""Of the squared gradients, as in DeepMind's training script of the DNC."""


class Trainer:
    """A network in training.

    Parameters
    ----------
    config : TrainConfig
    start : Network, optional
        Weights to start from; by default fresh ones, from the seed.
    people : People, optional
        Whose recalls are trained on; needed by the objective ``human``.

    Attributes
    ----------
    network : Network
    step_count : int
        Steps done.
    history : list of dict
        A row an evaluation.
    restored : int
        How often the last good weights were restored because of a loss that was not finite.
    """

    def __init__(self, config: TrainConfig, start: Network | None = None, people: People | None = None) -> None:
        self.config, self.people = config, people
        n_features = config.task.n_features
        self.network = build_network(
            config.network, input_size(n_features), output_size(n_features), dict(config.options), config.seed
        )
        if start is not None:
            load_weights(self.network, start)
        self.network.to(config.device)
        if isinstance(self.network, DifferentiableNeuralComputer):
            self.network.compiled = config.compile
        self.optimiser = _optimiser(self.network, config)
        self.rng, self.generator = streams(config.seed, "training", device=config.device)
        self.step_count, self.restored, self.stale = 0, 0, 0
        self.history: list[dict[str, Any]] = []
        self.losses: list[float] = []
        self.best: dict[str, Tensor] = {}
        self.best_step, self.best_held_out = 0, math.inf
        self.good: dict[str, Tensor] = self._learned()

    def step(self) -> float:
        """Train once; returns the loss, nats.

        Raises
        ------
        NotConverged
            Too many losses that were not finite.
        """
        rate = self.config.rate_at(self.step_count) * RATE_AFTER_NAN**self.restored
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss = self._loss()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip or math.inf)
        self.step_count += 1
        lost, length = torch.stack([loss.detach(), norm]).tolist()  # a GPU is waited for here, and once
        if not math.isfinite(lost + length):
            self._restore_good()
            return float(lost)
        self.good = self._learned()
        self.optimiser.step()
        self.losses.append(float(lost))
        return self.losses[-1]

    def _loss(self) -> Tensor:
        task, n_lists = self._drawn_task(), self.config.batch
        if self.people is not None:
            groups = self.people.fit
            sizes = np.array([group.n_lists for group in groups])
            group = groups[int(self.rng.choice(len(groups), p=sizes / sizes.sum()))]
            which = self.rng.integers(group.n_lists, size=n_lists)
            lists = draw_lists(task, n_lists, group.list_length, self.rng, self.config.device)
            losses, writing = people_loss(self.network, task, group, which, lists, self.generator)
            return losses.mean() + writing
        low, high = task.lengths_at(self.step_count)
        length = int(self.rng.integers(low, high + 1))
        lists = draw_lists(task, n_lists, length, self.rng, self.config.device)
        return trial_loss(self.network, task, lists, self.generator)

    def _drawn_task(self) -> Task:
        """Return the task of this step."""
        several = self.config.tasks
        task = several[int(self.rng.integers(len(several)))] if several else self.config.task
        return task.at(self.step_count)

    def _held_out(self) -> dict[str, float]:
        """Return the scores on held-out lists; of several tasks the mean bits and share recalled, and each share."""
        seed, tasks = self.config.seed, self.config.tasks or (self.config.task,)
        each = [score_network(self.network, task, task.lengths[1], HELD_OUT_LISTS, seed, "held out") for task in tasks]
        if len(tasks) == 1:
            return each[0]
        means = {name: float(np.mean([scores[name] for scores in each])) for name in ("recalled", "bits")}
        shares = {f"recalled_{task.name}": scores["recalled"] for task, scores in zip(tasks, each, strict=True)}
        return means | shares

    def evaluate(self) -> dict[str, Any]:
        """Score the network on held-out lists (and people), add a row to the history and return it."""
        config = self.config
        low, high = config.task.lengths_at(max(0, self.step_count - 1))
        scores = self._held_out()
        if self.people is not None:
            scores["bits"] = people_bits(self.network, config.task, self.people.validation, config.seed, "validation")[
                "all"
            ]
        row = {
            "step": self.step_count,
            "shortest": low,
            "longest": high,
            "learning_rate": config.rate_at(max(0, self.step_count - 1)) * RATE_AFTER_NAN**self.restored,
            "loss_bits": float(np.mean(self.losses)) / math.log(2) if self.losses else math.nan,
            "held_out_bits": scores.pop("bits"),
            **scores,
        }
        self.losses = []
        self.history.append({name: _rounded(value) for name, value in row.items()})
        self._judge(row["held_out_bits"])
        return self.history[-1]

    def _judge(self, held_out: float) -> None:
        """Remember the best weights, and how long ago they were."""
        if held_out < self.best_held_out:
            self.best_held_out, self.best_step, self.stale = held_out, self.step_count, 0
            self.best = {name: value.clone() for name, value in self.network.state_dict().items()}
        else:
            self.stale += 1

    @property
    def finished(self) -> bool:
        """Whether all steps are done, or the held-out loss has not improved for the patience."""
        return self.step_count >= self.config.steps or bool(self.config.patience and self.stale >= self.config.patience)

    def keep_best(self) -> int:
        """Return to the best weights where training has a patience; returns the step the weights are of."""
        if not self.config.patience or not self.best:
            return self.step_count
        self.network.load_state_dict(self.best)
        return self.best_step

    def _restore_good(self) -> None:
        self.restored += 1
        if self.restored >= MOST_RESTORED:
            raise NotConverged(
                f"training failed at step {self.step_count}: {MOST_RESTORED} losses were not finite, although the "
                f"learning rate was lowered to {self.config.learning_rate * RATE_AFTER_NAN**self.restored:.1e}. "
                "Start again with a lower --learning-rate, or another seed."
            )
        self._learn(self.good)

    def _learned(self) -> dict[str, Tensor]:
        """Return a copy of the weights and of the optimiser's moments, by name."""
        weights = {f"weights.{name}": value.detach().clone() for name, value in self.network.state_dict().items()}
        moments = {
            f"optimiser.{index}.{name}": value.detach().clone()
            for index, values in self.optimiser.state_dict()["state"].items()
            for name, value in values.items()
        }
        return weights | moments

    def _learn(self, learned: dict[str, Tensor]) -> None:
        """Take back what `_learned` gave."""
        self.network.load_state_dict(_below(learned, "weights"))
        moments: dict[int, dict[str, Tensor]] = {}
        for key, value in _below(learned, "optimiser").items():
            index, _, name = key.partition(".")
            moments.setdefault(int(index), {})[name] = value.clone()
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})

    def checkpoint(self) -> Checkpoint:
        """Return all that is needed to go on from here as if nothing had happened."""
        tensors = self._learned() | {f"good.{name}": value for name, value in self.good.items()}
        tensors |= {f"best.{name}": value for name, value in self.best.items()}
        tensors["rng.torch"] = self.generator.get_state()
        facts = {
            "config": self.config.record(),
            "rng": self.rng.bit_generator.state,
            "history": self.history,
            "losses": self.losses,
            "restored": self.restored,
            "stale": self.stale,
            "best_step": self.best_step,
            "best_held_out": self.best_held_out if math.isfinite(self.best_held_out) else None,
        }
        return Checkpoint(self.step_count, tensors, facts)

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint, exactly as if there had been no interruption.

        On another kind of device the state of torch's random numbers means nothing: there they go on from a fresh
        stream, which belongs to the seed and the step.

        Raises
        ------
        DataError
            One of another configuration; another device is allowed.
        """
        facts, tensors = checkpoint.facts, checkpoint.tensors
        before, now = facts["config"], json.loads(json.dumps(self.config.record()))
        if {**before, "device": ""} != {**now, "device": ""}:
            raise DataError("the checkpoint is of another configuration; resume with that of its own run.json.")
        self._learn(tensors)
        self.good, self.best = _below(tensors, "good"), _below(tensors, "best")
        if before["device"].partition(":")[0] == now["device"].partition(":")[0]:
            self.generator.set_state(tensors["rng.torch"])
        else:
            _, self.generator = streams(self.config.seed, "moved", checkpoint.step, device=self.config.device)
        self.rng.bit_generator.state = facts["rng"]
        self.step_count, self.history, self.losses = checkpoint.step, facts["history"], facts["losses"]
        self.restored, self.stale, self.best_step = facts["restored"], facts["stale"], facts["best_step"]
        self.best_held_out = math.inf if facts["best_held_out"] is None else facts["best_held_out"]


def load_weights(network: Network, start: Network) -> None:
    """Copy the weights of another network, which may differ in what no weight's shape depends on.

    Raises
    ------
    DataError
        Weights of another shape or name.
    """
    own, other = network.state_dict(), start.state_dict()
    for name in {**own, **other}:
        shapes = [tuple(part[name].shape) if name in part else None for part in (own, other)]
        if shapes[0] != shapes[1]:
            raise DataError(
                f"the weights to start from do not fit: {name} is {shapes[1] or 'absent'}, and {shapes[0] or 'absent'} "
                "in the network to be trained. Give both the same sizes."
            )
    network.load_state_dict(other)


def _optimiser(network: Network, config: TrainConfig) -> torch.optim.Optimizer:
    weights, rate, decay = network.parameters(), config.learning_rate, config.weight_decay
    if config.optimiser == "adam":
        return torch.optim.AdamW(weights, lr=rate, weight_decay=decay)
    return torch.optim.RMSprop(weights, lr=rate, weight_decay=decay, alpha=RMSPROP_SMOOTHING)


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose name begins with a prefix, without it."""
    return {name.removeprefix(f"{prefix}."): t for name, t in tensors.items() if name.startswith(f"{prefix}.")}


def _rounded(value: Any) -> Any:
    """Return a number with six digits, NaN as None: what a card and a CSV file can hold."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None
