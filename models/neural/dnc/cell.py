"""`DifferentiableNeuralComputer`: controller and memory together, run over a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from memlab.models.neural.dnc import compiled_step, fused, replay
from memlab.models.neural.dnc.access import Access, access, empty_memory
from memlab.models.neural.dnc.config import CHANGEABLE, DNCConfig
from memlab.models.neural.dnc.controller import make_controller
from memlab.models.neural.dnc.interface import Interface, interface_parts, read_interface
from memlab.models.neural.dnc.sharp_start import start_sharp
from memlab.models.neural.network import Network, State

__all__ = ["DifferentiableNeuralComputer", "Step"]


class Step(NamedTuple):
    """Everything that happened at one step."""

    output: Tensor  # (B, n_out)
    interface: Interface
    access: Access


class DifferentiableNeuralComputer(Network):
    """The network of Graves et al. (2016), Nature 538, 471-476.

    At each step the controller sees the input and the reads of the step *before*; the output is y = W_y h + W_r r with
    the reads of the *same* step; xi = W_xi h. All states start at zero.

    Examples
    --------
    >>> dnc = DifferentiableNeuralComputer(6, 3, DNCConfig(hidden=8, slots=4, word=5))
    >>> outputs, state = dnc(torch.zeros(7, 2, 6))
    >>> tuple(outputs.shape), tuple(state["memory"].shape)
    ((7, 2, 3), (2, 4, 5))
    """

    name: ClassVar[str] = "dnc"
    Config: ClassVar[type[Any]] = DNCConfig
    changeable: ClassVar[tuple[str, ...]] = CHANGEABLE
    config: DNCConfig
    compiled: bool = False
    """Whether steps are compiled where our own kernels do not run; to be set before the first. See `compiled_step`."""

    def __init__(self, n_in: int, n_out: int, config: DNCConfig | None = None) -> None:
        config = config or DNCConfig()
        super().__init__(n_in, n_out, config)
        n_reads = config.heads * config.word
        self.controller = make_controller(n_in + n_reads, config)
        features = self.controller.n_features
        self.norm = nn.LayerNorm(features) if config.layer_norm else nn.Identity()
        parts = interface_parts(config.heads, config.word, masking=config.masking, sharpening=config.sharpening)
        self.to_interface = nn.Linear(features, sum(parts), bias=False)  # W_xi
        self.to_output = nn.Linear(features, n_out, bias=False)  # W_y
        self.from_reads = nn.Linear(n_reads, n_out, bias=False)  # W_r
        if isinstance(self.norm, nn.LayerNorm) and config.start_strength:
            start_sharp(self.norm, self.to_interface, config.heads, config.word, config.start_strength)

    def initial_state(self, n_lists: int) -> State:
        """Return zeros; see `empty_memory` and the controller's own."""
        memory = empty_memory(n_lists, self.config, self.to_output.weight)
        return self.controller.initial_state(n_lists) | memory

    def step(self, x: Tensor, state: State, noise: Tensor | None = None) -> tuple[Step, State]:
        """Run one step.

        Parameters
        ----------
        x : (B, n_in)
        state : State
        noise : (B, N, W), optional
            Standard normal.
        """
        chi = torch.cat([x, state["reads"].flatten(1)], dim=-1)
        features, controller = self.controller(chi, state)
        features = self.norm(features)
        c = self.config
        xi = read_interface(self.to_interface(features), c.heads, c.word, masking=c.masking, sharpening=c.sharpening)
        done = access(state, xi, c, noise)
        output = self.to_output(features) + self.from_reads(done.reads.flatten(1))
        written = state["written"] + done.write_weights.sum(-1)
        kept = {name: getattr(done, name) for name in state if name in Access._fields}
        return Step(output, xi, done), controller | kept | {"written": written}

    def advance(self, x: Tensor, state: State, noise: Tensor | None = None) -> tuple[Tensor, State]:
        """Run one step and keep its output and state alone; parameters as of `step`."""
        done, state = self.step(x, state, noise)
        return done.output, state

    def forward(
        self, inputs: Tensor, state: State | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, State]:
        """Run a whole sequence; see `Network.forward`.

        On the CPU in one call of our kernels where `fused.supports` says so; on a GPU by replaying what was recorded;
        else as `forward_eager` does. The numbers are the same but for rounding.
        """
        if fused.supports(self, inputs):
            return fused.run(self, inputs, state, generator)
        if replay.supports(self, inputs):
            return replay.run(self, inputs, state, generator)
        if self.compiled:
            return compiled_step.run(self, inputs, state, generator)
        return self.forward_eager(inputs, state, generator)

    def forward_eager(
        self,
        inputs: Tensor,
        state: State | None = None,
        generator: torch.Generator | None = None,
        watch: Callable[[Step], None] | None = None,
    ) -> tuple[Tensor, State]:
        """Run a whole sequence step by step, as the equations are written: the twin of the fused kernels.

        Parameters
        ----------
        inputs : (n_steps, n_lists, n_in)
        state, generator
            See `Network.forward`.
        watch
            Called with every step, for those who look inside.
        """
        state = self.initial_state(inputs.shape[1]) if state is None else state
        outputs = []
        for x in inputs:
            step, state = self.step(x, state, self.step_noise(inputs.shape[1], generator))
            outputs.append(step.output)
            if watch is not None:
                watch(step)
        return torch.stack(outputs) if outputs else inputs.new_zeros(0, inputs.shape[1], self.n_out), state

    def step_noise(self, n_lists: int, generator: torch.Generator | None) -> Tensor | None:
        """Return standard normal noise for one step, (B, N, W), or None where there is none."""
        if not self.config.noise:
            return None
        like = self.to_output.weight
        shape = (n_lists, self.config.slots, self.config.word)
        return torch.randn(shape, dtype=like.dtype, device=like.device, generator=generator)
