"""`TrainConfig`: how a network is trained."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Literal

import torch

from memlab.core.errors import ParameterError, UsageError
from memlab.models.neural.tasks import Task

__all__ = ["TrainConfig"]

CHOICES = {"decay": ("none", "cosine"), "optimiser": ("adam", "rmsprop")}
WHOLE = {"steps": 1, "batch": 1, "warmup": 0, "seed": 0, "evaluate_every": 1, "checkpoint_every": 1, "patience": 0}
NUMBERS = ("learning_rate", "clip", "weight_decay")


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """How a network is trained.

    Attributes
    ----------
    network : str
        In `memlab.models.neural.network.NETWORKS`.
    options : mapping
        Sizes and options of the network that differ from its defaults.
    task : Task
    tasks : tuple of Task
        Each training step is on one of these, drawn evenly; the first is `task`. Empty: on `task` alone.
    steps : int
        Training steps.
    batch : int
        Lists a step.
    learning_rate : float
        At its highest.
    decay : {"none", "cosine"}
        ``"cosine"`` lowers the learning rate to 0 along half a cosine over `steps`.
    warmup : int
        Steps over which the learning rate rises to its value.
    clip : float
        Longest gradient; a longer one is shortened to this. 0: none is.
    weight_decay : float
        Adam's is decoupled from the gradient (Loshchilov & Hutter 2019), RMSProp's is not.
    optimiser : {"adam", "rmsprop"}
    seed : int
        Of the weights, the lists and the responses.
    device : str
        ``"cpu"``, ``"cuda"``, or one of several GPUs: ``"cuda:1"``.
    compile : bool
        Whether each step of a DNC is compiled by `torch.compile` where it is not run by our own kernels; see
        `memlab.models.neural.dnc.compiled_step`.
    evaluate_every, checkpoint_every : int
        Steps.
    patience : int
        Training ends early after so many evaluations in a row without a new best held-out loss, and the best weights
        are kept. 0: it runs to the end and keeps the last.

    Raises
    ------
    ParameterError
        A value that is not allowed.
    UsageError
        A device that is not there.
    """

    network: str = "dnc"
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    task: Task = dataclasses.field(default_factory=Task)
    tasks: tuple[Task, ...] = ()
    steps: int = 3000
    batch: int = 64
    learning_rate: float = 2e-3
    decay: Literal["none", "cosine"] = "none"
    warmup: int = 0
    clip: float = 10.0
    weight_decay: float = 0.0
    optimiser: Literal["adam", "rmsprop"] = "adam"
    seed: int = 1
    device: str = "cpu"
    compile: bool = False
    evaluate_every: int = 100
    checkpoint_every: int = 500
    patience: int = 0

    def __post_init__(self) -> None:
        _check_device(self.device)
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ParameterError(
                    f"training: {name} must be {' or '.join(allowed)}. Got {getattr(self, name)!r} instead."
                )
        for name, low in WHOLE.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < low:
                raise ParameterError(
                    f"training: {name} must be a whole number of at least {low}. Got {value!r} instead."
                )
        for name in NUMBERS:
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 <= value < math.inf:
                raise ParameterError(f"training: {name} must be a number of at least 0. Got {value!r} instead.")
        if self.compile and self.network != "dnc":
            raise ParameterError(f"training: compile is for the network dnc. Got {self.network!r} instead.")
        self._check_tasks()

    def _check_tasks(self) -> None:
        if not self.tasks:
            return
        if self.tasks[0] != self.task:
            raise ParameterError("training: the first of several tasks must be the task itself.")
        if len({task.n_features for task in self.tasks}) > 1:
            raise ParameterError("training: all tasks of one network need items of the same n_features.")
        if any(task.objective == "human" for task in self.tasks):
            raise ParameterError("training: the objective human is trained on alone, not as one of several tasks.")

    def rate_at(self, step: int) -> float:
        """Return the learning rate at a step, counted from 0.

        Examples
        --------
        >>> config = TrainConfig(steps=100, learning_rate=1.0, decay="cosine", warmup=10)
        >>> [round(config.rate_at(step), 2) for step in (0, 9, 50, 99)]
        [0.1, 0.98, 0.5, 0.0]
        """
        warm = min(1.0, (step + 1) / self.warmup) if self.warmup else 1.0
        falling = 0.5 * (1 + math.cos(math.pi * step / self.steps)) if self.decay == "cosine" else 1.0
        return self.learning_rate * warm * falling

    def record(self) -> dict[str, Any]:
        """Return the configuration as JSON can hold it."""
        plain = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        several = [task.record() for task in plain.pop("tasks")]
        tasks = {"tasks": several} if several else {}
        if not plain["compile"]:  # the record of a run that does without is as it was before there was this option
            del plain["compile"]
        return plain | {"options": dict(self.options), "task": self.task.record()} | tasks


def _check_device(name: str) -> None:
    """Refuse a device that torch cannot compute on here, and every kind but the processor and NVIDIA's GPUs.

    Responses are drawn in double precision, which Apple's GPUs (``mps``) do not have.

    Raises
    ------
    UsageError
    """
    there = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    try:
        if name.partition(":")[0] not in ("cpu", "cuda"):
            raise NotImplementedError("networks run on cpu and cuda")
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise UsageError(
            f"device '{name}' cannot be used here: {reason}. There is: {', '.join(there)}. Take one of these; cuda "
            "needs an NVIDIA GPU and a torch that was built for it."
        ) from None
