"""`Network`: what every trainable network promises, so that one trainer, one decoder and one benchmark serve all."""

from __future__ import annotations

import copy
import dataclasses
import importlib
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn

from memlab.core.errors import ParameterError, UnknownName

__all__ = ["NETWORKS", "Network", "State", "build_network", "select"]

State = dict[str, Tensor]
"""What a network carries from step to step, by name. Every tensor has the lists on its first axis. Names that begin
with ``controller`` are the controller's own; the others are memory's."""

NETWORKS: dict[str, str] = {
    "dnc": "memlab.models.neural.dnc.cell:DifferentiableNeuralComputer",
    "lstm": "memlab.models.neural.baselines:LongShortTermMemory",
    "gru": "memlab.models.neural.baselines:GatedRecurrentUnits",
    "rnn": "memlab.models.neural.baselines:SimpleRecurrentNetwork",
    "transformer": "memlab.models.neural.transformer:CausalTransformer",
    "key_value": "memlab.models.neural.key_value:KeyValueMemory",
}
"""Name on the command line -> ``module:class``."""


class Network(nn.Module, ABC):
    """A network that reads a sequence step by step.

    Attributes
    ----------
    name : str
        Of the class: the name in `NETWORKS`.
    Config : type
        Of the class: a frozen dataclass with all sizes and options, with defaults; ``Config(**json)`` gives it back.
    changeable : tuple of str
        Of the class: fields of the configuration that a trained network can change; no weight's shape depends on them.
    n_in, n_out : int
        Features of an input and of an output.
    config : Config
    """

    name: ClassVar[str]
    Config: ClassVar[type[Any]]
    changeable: ClassVar[tuple[str, ...]] = ()

    def __init__(self, n_in: int, n_out: int, config: Any) -> None:
        super().__init__()
        self.n_in, self.n_out, self.config = n_in, n_out, config

    @abstractmethod
    def initial_state(self, n_lists: int) -> State:
        """Return the state before the first step, on the network's device and in its precision."""

    @abstractmethod
    def forward(
        self, inputs: Tensor, state: State | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, State]:
        """Run a whole sequence.

        Parameters
        ----------
        inputs : (n_steps, n_lists, n_in)
        state
            Where to go on from; None starts anew.
        generator
            For networks with noise in them; without noise it is never used.

        Returns
        -------
        outputs : (n_steps, n_lists, n_out)
        state : State
            After the last step.
        """

    def with_config(self, **changes: Any) -> Self:
        """Return this network with other limits or lesions; it shares the weights.

        Raises
        ------
        UnknownName
            A network has no such limit, or its weights depend on it.
        """
        for name in changes:
            if name not in self.changeable:
                raise UnknownName(f"a trained {self.name} cannot change", name, self.changeable)
        twin = copy.copy(self)
        twin.config = dataclasses.replace(self.config, **changes)
        return twin

    @property
    def n_weights(self) -> int:
        """Number of trained weights."""
        return sum(weight.numel() for weight in self.parameters())


def build_network(name: str, n_in: int, n_out: int, config: dict[str, Any] | None = None, seed: int = 0) -> Network:
    """Return a network with fresh weights.

    Parameters
    ----------
    name
        In `NETWORKS`.
    n_in, n_out
        Features of an input and of an output.
    config
        Sizes and options that differ from the network's defaults.
    seed
        Of the initial weights; the global random state of torch is left as it was.

    Raises
    ------
    UnknownName
        No such network, or one of its options is none.
    ParameterError
        A value that an option does not allow.
    """
    if name not in NETWORKS:
        raise UnknownName("there is no network", name, NETWORKS)
    module, _, attribute = NETWORKS[name].partition(":")
    kind: type[Network] = getattr(importlib.import_module(module), attribute)
    known = [field.name for field in dataclasses.fields(kind.Config)]
    for option in config or {}:
        if option not in known:
            raise UnknownName(f"network {name} has no option", option, known)
    try:
        resolved = kind.Config(**(config or {}))
    except TypeError as error:
        raise ParameterError(f"network {name}: {error}.") from None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return kind(n_in, n_out, resolved)


def select(state: State, lists: Tensor) -> State:
    """Return the state of some lists, by a mask or an index tensor."""
    return {name: value[lists] for name, value in state.items()}
