"""Recording: everything that happens inside a DNC while lists are studied and recalled, and its means by lag.

Shapes: T steps, B lists, N slots, W word size, R read heads, L items a list, K outputs. Slots are counted from 0,
serial positions and outputs from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray

from memlab.core.recall import INTRUSION, STOP
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer, Step
from memlab.models.neural.network import Network
from memlab.models.neural.rollout import copied, copy_inputs, sample_responses
from memlab.models.neural.tasks import Lists, Task
from memlab.models.neural.trials import EXTRA_OUTPUTS

__all__ = [
    "GIVEN",
    "MODES",
    "Phase",
    "Recording",
    "links_by_lag",
    "reads_at_places",
    "reads_by_lag",
    "reads_by_output",
    "record",
]

Floats = NDArray[np.float32]
Means = NDArray[np.float64]
Ints = NDArray[np.int64]
Table = dict[str, NDArray[Any]]
Phase = Literal["study", "delay", "recall"]

MODES = ("backward", "content", "forward")
"""Ways of reading, in the order of the read modes."""

GIVEN = ("right", "wrong", "intrusion")
"""A response of serial recall: the item of its place, another item of the list, none of the list."""


@dataclass(frozen=True, eq=False)
class Recording:
    """What happened in a DNC.

    Attributes
    ----------
    phase : (T,) of {"study", "delay", "recall"}
    position : (K, B)
        1-based serial position of each response; an intrusion, and 0 from the stop on. In copying: of the item whose
        turn it is.
    memory : (T, B, N, W)
        After the step's write.
    usage, allocation, write_weights : (T, B, N)
    read_weights : (T, B, R, N)
    read_parts : (T, B, R, 3, N)
        What backward, content and forward reading give to the read weights; they sum to those.
    read_modes : (T, B, R, 3)
    write_gate, allocation_gate : (T, B)
    free_gates : (T, B, R)
    link : (B, N, N)
        At the end of study.
    """

    phase: NDArray[np.str_]
    position: Ints
    memory: Floats
    usage: Floats
    allocation: Floats
    write_weights: Floats
    read_weights: Floats
    read_parts: Floats
    read_modes: Floats
    write_gate: Floats
    allocation_gate: Floats
    free_gates: Floats
    link: Floats

    @property
    def list_length(self) -> int:
        """Items a list."""
        return int((self.phase == "study").sum())

    @property
    def slots(self) -> Ints:
        """The slot that each item was written to most at its study step, (L, B)."""
        return np.asarray(self.write_weights[self.phase == "study"].argmax(-1))

    def trial(self, b: int) -> Recording:
        """Return one list's recording up to and with its stop."""
        given = self.position[:, b]
        n_outputs = min(int((given != STOP).sum()) + 1, len(given))
        n_steps = len(self.phase) - len(given) + n_outputs
        cut = {f.name: getattr(self, f.name)[:n_steps, b : b + 1] for f in fields(self) if f.name not in _NOT_BY_STEP}
        return Recording(
            **cut, phase=self.phase[:n_steps], position=self.position[:n_outputs, b : b + 1], link=self.link[b : b + 1]
        )


_NOT_BY_STEP = ("phase", "position", "link")


@torch.no_grad()
def record(network: DifferentiableNeuralComputer, task: Task, lists: Lists, generator: torch.Generator) -> Recording:
    """Let a network study and recall lists, and keep everything.

    Recall ends as in training: with a network that stops, after `EXTRA_OUTPUTS` responses more than there are items at
    the latest; with one that does not, after as many as there are. Responses are drawn from the softmax; repeats and
    intrusions happen.

    Parameters
    ----------
    task
        What the network was trained on.
    lists
        See `memlab.models.neural.tasks.draw_lists`.
    generator
        Of responses and of noise in memory.
    """
    steps: list[dict[str, Floats]] = []
    links: list[Floats] = []
    before_delay, watched = lists.list_length, len(lists.distractors)

    def watch(step: Step) -> None:
        steps.append(_kept(step))
        if len(steps) == before_delay:
            links.append(step.access.link.numpy().copy())

    runs = partial(network.forward_eager, watch=watch)
    n_told = 0
    if task.copies:
        n_told = int(task.paradigm == "repeat_copy")
        given = copied(network, lists, generator, told=bool(n_told))
        runs(copy_inputs(lists, told=bool(n_told), given=given), None, generator)
        position = _copied(lists)
    else:
        n_outputs = lists.list_length + (EXTRA_OUTPUTS if task.stops else 0)
        # the rollout only calls what it is given; it must call the eager network, which can be watched
        responses = sample_responses(cast(Network, runs), lists, n_outputs, generator, stops=task.stops)
        position = _positions(responses.numpy(), lists)
    n_recall = len(steps) - lists.list_length - watched - n_told
    phase = np.repeat(["study", "delay", "recall"], [lists.list_length, watched + n_told, n_recall])
    stacked = {name: np.stack([step[name] for step in steps]) for name in steps[0]}
    return Recording(phase=phase, position=position[:n_recall], link=links[0], **stacked)


def _kept(step: Step) -> dict[str, Floats]:
    done, xi = step.access, step.interface
    values = {
        "memory": done.memory,
        "usage": done.usage,
        "allocation": done.allocation,
        "write_weights": done.write_weights,
        "read_weights": done.read_weights,
        "read_parts": xi.read_modes.unsqueeze(-1) * done.read_parts,
        "read_modes": xi.read_modes,
        "write_gate": xi.write_gate,
        "allocation_gate": xi.allocation_gate,
        "free_gates": xi.free_gates,
    }
    return {name: value.numpy() for name, value in values.items()}


def _positions(responses: NDArray[np.int64], lists: Lists) -> Ints:
    """Return responses, indices of candidates, as serial positions and codes."""
    position = np.where(responses < lists.list_length, responses + 1, INTRUSION)
    return np.where(responses == lists.candidates.shape[1], STOP, position)


def _copied(lists: Lists) -> Ints:
    """Return the position whose turn it is at each output of copying, and the stop, (L * repeats + 1, B)."""
    turns = np.append(np.tile(np.arange(1, lists.list_length + 1), lists.repeats), STOP)
    return np.tile(turns[:, None], (1, lists.n_lists))


def links_by_lag(recording: Recording) -> Table:
    """Return the mean weight of the link between the slots of two items at the end of study, by their lag.

    At lag +1 it is L[slot of i + 1, slot of i], which forward reading follows from item i. Two items in one slot have
    no link between them and are left out.

    Returns
    -------
    ``lag``, ``link`` (NaN where no pair is left), ``pairs``
    """
    length, slots = recording.list_length, recording.slots  # (L, B)
    to, come_from = slots[:, None], slots[None]  # (L, 1, B), (1, L, B)
    weights = recording.link[np.arange(slots.shape[1]), to, come_from]  # (L, L, B), [j, i]: from item i to item j
    lag = np.arange(length)[:, None] - np.arange(length)[None]
    apart = np.broadcast_to(to != come_from, weights.shape)
    rows = [weights[lag == d][apart[lag == d]] for d in _lags(length)]
    return {
        "lag": _lags(length),
        "link": np.array([_mean(row) for row in rows]),
        "pairs": np.array([len(row) for row in rows]),
    }


def reads_by_lag(recording: Recording) -> Table:
    """Return the mean read weight on an item's slot, by its lag from the item that is recalled at that step.

    Over responses with items of the list and over read heads; 0 is the recalled item's own slot. The parts that
    backward, content and forward reading give sum to the weight.

    Returns
    -------
    ``lag``, ``weight``, ``backward``, ``content``, ``forward``, ``pairs``
    """
    length = recording.list_length
    parts = recording.read_parts[recording.phase == "recall"].mean(2)  # (K, B, 3, N)
    output, b = np.nonzero(recording.position > 0)
    recalled = recording.position[output, b] - 1
    slots = recording.slots.T[b]  # (n_responses, L)
    on_item = np.take_along_axis(parts[output, b], slots[:, None], axis=2)  # (n_responses, 3, L)
    lag = np.arange(length)[None] - recalled[:, None]  # (n_responses, L)
    means = np.array([_mean(on_item.transpose(0, 2, 1)[lag == d], 0) for d in _lags(length, zero=True)])
    counts = np.array([int((lag == d).sum()) for d in _lags(length, zero=True)])
    by_mode = dict(zip(MODES, means.reshape(-1, len(MODES)).T, strict=True))
    return {"lag": _lags(length, zero=True), "weight": means.sum(1), **by_mode, "pairs": counts}


def reads_by_output(recording: Recording) -> Table:
    """Return how much of the reading each mode carries, by output position and over all (output 0).

    Over lists that have not stopped before; the last of their outputs may be the stop.

    Returns
    -------
    ``output``, ``backward``, ``content``, ``forward`` : share of the read weight that came by this way
    ``backward_gate``, ``content_gate``, ``forward_gate`` : the read modes themselves
    ``read`` : sum of the read weights: below 1 where a mode is chosen that leads nowhere
    ``lists``
    """
    at_recall = recording.phase == "recall"
    carried = recording.read_parts[at_recall].sum(-1).mean(2)  # (K, B, 3)
    gates = recording.read_modes[at_recall].mean(2)
    live = np.vstack([np.ones_like(recording.position[:1], dtype=bool), recording.position[:-1] != STOP])
    outputs = np.arange(len(live) + 1)
    chosen = [live, *(live & (np.arange(len(live))[:, None] == k) for k in range(len(live)))]
    read = np.array([_mean(carried[which], 0) for which in chosen])  # (K + 1, 3)
    modes = np.array([_mean(gates[which], 0) for which in chosen])
    total = read.sum(1)
    with np.errstate(invalid="ignore"):
        share = read / total[:, None]  # NaN where nothing was read
    return {
        "output": outputs,
        **dict(zip(MODES, share.T, strict=True)),
        **{f"{name}_gate": gate for name, gate in zip(MODES, modes.T, strict=True)},
        "read": total,
        "lists": np.array([int(which.any(0).sum()) for which in chosen]),
    }


def reads_at_places(recording: Recording) -> Table:
    """Return what was read at each response of serial recall, by output place and over all (output 0).

    Mean read weights on the slot of the item that was given, by mode, and on that of the item of the place, over the
    responses of each kind in `GIVEN` and over read heads. Outputs beyond the list's length are left out.

    Returns
    -------
    ``output``, ``given`` : a row for each pair
    ``backward``, ``content``, ``forward`` : on the slot of the item that was given; NaN for intrusions, which have none
    ``due`` : on the slot of the item of the place
    ``responses``
    """
    parts = recording.read_parts[recording.phase == "recall"].mean(2)[: recording.list_length]  # (K, B, 3, N)
    position, slots = recording.position[: recording.list_length], recording.slots
    place = np.broadcast_to(np.arange(1, len(position) + 1)[:, None], position.shape)
    on_given = _on_slot(parts, np.take_along_axis(slots, np.maximum(position - 1, 0), axis=0))
    on_due = _on_slot(parts, slots[: len(position)]).sum(-1)
    listed = position > 0
    kinds = (listed & (position == place), listed & (position != place), position == INTRUSION)
    rows = []
    for k in range(len(position) + 1):
        for given, kind in zip(GIVEN, kinds, strict=True):
            here = kind & (place == k) if k else kind
            read = _mean(on_given[here & listed], 0)  # NaN for intrusions
            rows.append((k, given, *read, _mean(on_due[here]), int(here.sum())))
    names = ("output", "given", *MODES, "due", "responses")
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _on_slot(parts: Floats, slot: Ints) -> Floats:
    """Return the weight that each mode gives to one slot a step, (K, B, 3)."""
    return np.take_along_axis(parts, slot[:, :, None, None], axis=3)[..., 0]


def _lags(length: int, *, zero: bool = False) -> Ints:
    lags = np.arange(-(length - 1), length)
    return lags if zero else lags[lags != 0]


def _mean(values: NDArray[Any], axis: int | None = None) -> Any:
    """Return the mean in double precision; NaN of nothing, without a warning."""
    values = np.asarray(values, dtype=float)
    if len(values):
        return values.mean(axis)
    return np.full(values.shape[1:], np.nan) if axis == 0 else np.nan
