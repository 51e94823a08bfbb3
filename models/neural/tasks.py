"""`Task`: what a network is trained on, and the lists that are drawn for it."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Literal, cast, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from memlab.core.errors import ParameterError, UnknownName
from memlab.core.rng import stream

__all__ = ["OBJECTIVES", "Lists", "Objective", "Paradigm", "Task", "draw_lists"]

Paradigm = Literal["free_recall", "serial_recall", "copy", "repeat_copy", "chain"]
Objective = Literal["set", "forward", "blog", "nearest", "human", "serial", "bits", "hops"]

OBJECTIVES: dict[Paradigm, tuple[Objective, ...]] = {
    "free_recall": ("set", "forward", "blog", "nearest", "human"),
    "serial_recall": ("serial",),
    "copy": ("bits",),
    "repeat_copy": ("bits",),
    "chain": ("hops",),
}
"""The objectives of each paradigm, the default first; see `memlab.models.neural.objectives`."""

WHOLE_LEXICON = 2**10
"""Up to this many binary patterns all are listed and drawn from without replacement; of more, patterns are drawn and
drawn again where a list has one twice."""

Stage = tuple[int, int, int]
Range = tuple[int, int]
Vectors = NDArray[np.float32]


@dataclasses.dataclass(frozen=True)
class Task:
    """What a network is trained on.

    Attributes
    ----------
    paradigm : {"free_recall", "serial_recall", "copy", "repeat_copy", "chain"}
    objective : {"set", "forward", "blog", "nearest", "human", "serial", "bits", "hops"}
        One of `OBJECTIVES` of the paradigm; empty takes its first.
    items : {"gaussian", "binary", "words"}
        ``"gaussian"``: random directions of length sqrt(n_features), fresh for each list. ``"binary"``: zeros and
        ones, fresh for each list, no two of a list alike (in copying they may be). ``"words"``: drawn from a lexicon of
        `n_words` random directions that is the same for every network.
    n_features : int
        Features of an item.
    n_words : int
        Size of the lexicon of ``"words"``.
    lengths : (low, high)
        Items a list; every list of a training step has the same length, drawn evenly from this range.
    curriculum : tuple of (steps, low, high)
        Stages before: ``((1500, 1, 12),)`` trains 1,500 steps on lists of 1 to 12 before `lengths` is used.
    delay : (low, high)
        Steps of distraction between study and recall, drawn evenly.
    n_lures : int
        Items that were not studied but can be given as responses.
    repeats : (low, high)
        How often a list is to be given back in repeat_copy, drawn evenly.
    write_cost : float, at least 0
        Added to the loss for each unit of writing to memory, a step.
    hops : (low, high)
        How far along a chain the answer stands from the cue, drawn evenly; of chain alone, as are the next three.
    hops_curriculum : tuple of (steps, low, high)
        Stages before, as for lengths: ``((1000, 1, 1),)`` asks for one hop in the first 1,000 training steps.
    thinking : (low, high)
        Steps between cue and answer for each hop, drawn evenly.
    cues : int
        Cues that are asked about after one study, one after the other; at most as many as there are items.

    Raises
    ------
    ParameterError
        A value that is not allowed, or values that do not go together.

    Examples
    --------
    >>> Task(lengths=(1, 12)).objective
    'set'
    """

    paradigm: Paradigm = "free_recall"
    objective: Objective | Literal[""] = ""
    items: Literal["gaussian", "binary", "words"] = "gaussian"
    n_features: int = 16
    n_words: int = 1000
    lengths: Range = (1, 12)
    curriculum: tuple[Stage, ...] = ()
    delay: Range = (0, 0)
    n_lures: int = 20
    repeats: Range = (1, 1)
    write_cost: float = 0.0
    hops: Range = (1, 1)
    hops_curriculum: tuple[Stage, ...] = ()
    thinking: Range = (1, 1)
    cues: int = 1

    def __post_init__(self) -> None:
        self._settle()
        if self.objective not in OBJECTIVES[self.paradigm]:
            raise UnknownName(f"{self.paradigm} has no objective", self.objective, OBJECTIVES[self.paradigm])
        if self.items not in ("gaussian", "binary", "words"):
            raise UnknownName("there are no items of kind", str(self.items), ("gaussian", "binary", "words"))
        for name, low in (("n_features", 1), ("n_words", 1), ("n_lures", 0), ("cues", 1)):
            _check_whole(name, getattr(self, name), low)
        for name, low in (("lengths", 1), ("delay", 0), ("repeats", 1), ("hops", 1), ("thinking", 1)):
            _check_range(name, getattr(self, name), low)
        for stage in (*self.curriculum, *self.hops_curriculum):
            _check_stage(stage)
        if not isinstance(self.write_cost, (int, float)) or not 0 <= self.write_cost < math.inf:
            raise ParameterError(f"task: write_cost must be a number of at least 0. Got {self.write_cost!r} instead.")
        self._check_together()

    def _settle(self) -> None:
        """Fill in the default objective; make tuples of what JSON and TOML give as lists."""
        if self.paradigm not in OBJECTIVES:
            raise UnknownName("there is no paradigm", str(self.paradigm), get_args(Paradigm))
        if not self.objective:
            object.__setattr__(self, "objective", OBJECTIVES[self.paradigm][0])
        for name in ("lengths", "delay", "repeats", "hops", "thinking"):
            object.__setattr__(self, name, _as_tuple(getattr(self, name)))
        for name in ("curriculum", "hops_curriculum"):
            stages = _as_tuple(getattr(self, name))
            object.__setattr__(self, name, tuple(map(_as_tuple, stages)) if isinstance(stages, tuple) else stages)

    def _check_together(self) -> None:
        copying = self.paradigm in ("copy", "repeat_copy")
        if (copying or self.objective in ("blog", "nearest")) and self.items != "binary":
            what = self.paradigm if copying else f"objective {self.objective}"
            raise ParameterError(f"task: {what} is about bits; use items = 'binary'. Got {self.items!r} instead.")
        if self.paradigm != "repeat_copy" and self.repeats != (1, 1):
            raise ParameterError(f"task: repeats belongs to repeat_copy, not to {self.paradigm}.")
        of_chain = ("hops", "hops_curriculum", "thinking", "cues")
        if self.paradigm != "chain" and any(getattr(self, name) != getattr(Task, name) for name in of_chain):
            raise ParameterError(f"task: {', '.join(of_chain)} belong to chain, not to {self.paradigm}.")
        there = {"binary": 2.0**self.n_features, "words": self.n_words}.get(self.items, math.inf)
        if not copying and self.longest + self.n_lures > there:
            raise ParameterError(
                f"task: lists of {self.longest} with {self.n_lures} lures need {self.longest + self.n_lures} different "
                f"items; there are {int(there)}. Lower n_lures or lengths, or raise n_features or n_words."
            )

    @property
    def name(self) -> str:
        """The task in a word: the objective where the paradigm has several, else the paradigm."""
        return self.objective if self.paradigm == "free_recall" else self.paradigm

    @property
    def longest(self) -> int:
        """Items of the longest list of any stage."""
        return max(self.lengths[1], *(high for _, _, high in self.curriculum), 1)

    @property
    def shortest(self) -> int:
        """Items of the shortest list of any stage."""
        return min([self.lengths[0], *(low for _, low, _ in self.curriculum)])

    @property
    def copies(self) -> bool:
        """Whether bits are to be given back, not one item of several chosen."""
        return self.objective == "bits"

    @property
    def stops(self) -> bool:
        """Whether the network learns to stop by choosing to."""
        return self.objective in ("set", "forward", "human")

    def lengths_at(self, step: int) -> Range:
        """Return the range of list lengths at a training step, counted from 0."""
        return _stage_at(step, self.curriculum, self.lengths)

    def at(self, step: int) -> Task:
        """Return the task of a training step, counted from 0: the hops of its stage instead of those of the end."""
        if not self.hops_curriculum:
            return self
        return dataclasses.replace(self, hops=_stage_at(step, self.hops_curriculum, self.hops))

    def record(self) -> dict[str, Any]:
        """Return the task as JSON can hold it; ``Task(**record)`` gives it back."""
        return cast(dict[str, Any], _as_lists(dataclasses.asdict(self)))


def _stage_at(step: int, stages: tuple[Stage, ...], last: Range) -> Range:
    """Return the range of a training step: that of its stage, or the last."""
    end = 0
    for steps, low, high in stages:
        end += steps
        if step < end:
            return low, high
    return last


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_lists(one) for name, one in value.items()}
    return [_as_lists(one) for one in value] if isinstance(value, tuple) else value


def _is_whole(value: object, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _check_whole(name: str, value: object, low: int) -> None:
    if not _is_whole(value, low):
        raise ParameterError(f"task: {name} must be a whole number of at least {low}. Got {value!r} instead.")


def _check_range(name: str, value: object, low: int) -> None:
    fine = isinstance(value, tuple) and len(value) == 2 and all(_is_whole(v, low) for v in value)
    if not fine or value[0] > value[1]:  # type: ignore[index]  # a pair, or `fine` is False
        raise ParameterError(
            f"task: {name} must be [low, high], whole numbers of at least {low}. Got {value!r} instead."
        )


def _check_stage(stage: object) -> None:
    fine = isinstance(stage, tuple) and len(stage) == 3 and all(_is_whole(value, 1) for value in stage)
    if not fine or stage[1] > stage[2]:  # type: ignore[index]  # a triple, or `fine` is False
        raise ParameterError(f"task: a stage of the curriculum must be [steps, low, high]. Got {stage!r} instead.")


@dataclasses.dataclass(frozen=True, eq=False)
class Lists:
    """Lists of one length, as a network gets them.

    Attributes
    ----------
    items : (n_lists, list_length, n_features)
    lures : (n_lists, n_lures, n_features)
    distractors : (n_steps, n_lists, n_features)
        What fills the delay.
    repeats : int
        How often the list is to be given back.
    """

    items: Tensor
    lures: Tensor
    distractors: Tensor
    repeats: int = 1

    @property
    def n_lists(self) -> int:
        """Number of lists."""
        return self.items.shape[0]

    @property
    def list_length(self) -> int:
        """Items a list."""
        return self.items.shape[1]

    @property
    def candidates(self) -> Tensor:
        """What can be given as a response: the items, then the lures, (n_lists, n_candidates, n_features)."""
        return torch.cat([self.items, self.lures], dim=1)


def draw_lists(
    task: Task, n_lists: int, list_length: int, rng: np.random.Generator, device: torch.device | str = "cpu"
) -> Lists:
    """Draw fresh lists.

    Returns
    -------
    Lists
        With one delay and one number of repeats for all, drawn from the task's ranges.
    """
    delay = int(rng.integers(task.delay[0], task.delay[1] + 1))
    repeats = int(rng.integers(task.repeats[0], task.repeats[1] + 1))
    n_lures = 0 if task.copies else task.n_lures
    vectors = torch.from_numpy(_vectors(task, n_lists, list_length + n_lures, rng)).to(device)
    filled = torch.from_numpy(_vectors(task, delay, n_lists, rng, distinct=False)).to(device)
    return Lists(vectors[:, :list_length], vectors[:, list_length:], filled, repeats)


def _vectors(task: Task, n_rows: int, n: int, rng: np.random.Generator, distinct: bool | None = None) -> Vectors:
    """Draw ``n`` items for each row, (n_rows, n, n_features); those of a row are all different if `distinct`."""
    shape, features = (n_rows, n), task.n_features
    distinct = not task.copies if distinct is None else distinct
    if task.items == "gaussian":
        return _directions(rng, *shape, features)
    if task.items == "words":
        lexicon = _directions(stream(0, "lexicon", task.n_words, features), task.n_words, features)
        return lexicon[
            _without_replacement(rng, shape, task.n_words) if distinct else rng.integers(0, task.n_words, shape)
        ]
    if not distinct:
        return rng.integers(0, 2, (*shape, features)).astype(np.float32)
    return _distinct_patterns(rng, shape, features)


def _directions(rng: np.random.Generator, *shape: int) -> Vectors:
    """Return random directions of length sqrt(n_features); the last axis is the features."""
    vectors = rng.standard_normal(shape)
    vectors *= math.sqrt(shape[-1]) / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors.astype(np.float32)


def _without_replacement(rng: np.random.Generator, shape: tuple[int, int], n: int) -> NDArray[np.int64]:
    """Return whole numbers below ``n``, those of a row all different."""
    return np.argsort(rng.random((shape[0], n)), axis=1)[:, : shape[1]]


def _distinct_patterns(rng: np.random.Generator, shape: tuple[int, int], n_features: int) -> Vectors:
    """Return patterns of zeros and ones, those of a row all different, (*shape, n_features)."""
    if 2**n_features <= WHOLE_LEXICON:
        codes = _without_replacement(rng, shape, 2**n_features)
        return (codes[..., None] >> np.arange(n_features) & 1).astype(np.float32)
    patterns = rng.integers(0, 2, (*shape, n_features), dtype=np.int8)
    while (twice := _rows_with_twins(patterns)).any():
        patterns[twice] = rng.integers(0, 2, (int(twice.sum()), shape[1], n_features), dtype=np.int8)
    return patterns.astype(np.float32)


def _rows_with_twins(patterns: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which rows have a pattern twice, (n_rows,), given (n_rows, n, n_features)."""
    ones = patterns.astype(np.float32)
    agreeing = ones @ ones.transpose(0, 2, 1) + (1 - ones) @ (1 - ones).transpose(0, 2, 1)  # (n_rows, n, n) features
    alike = agreeing == patterns.shape[-1]
    return np.asarray(alike.sum(axis=(1, 2)) > patterns.shape[1])  # more than each with itself
