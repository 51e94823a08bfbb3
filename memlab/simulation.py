"""Lists to a model, recalls back: one condition, or a whole experiment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.pieces import together
from memlab.core.recall import Conditions, RecallData, StudyLists
from memlab.core.rng import stream
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.serial_recall import SerialRecall

__all__ = ["PIECE_ITEMS", "simulate", "simulate_condition", "simulate_in_pieces"]

Design = FreeRecall | SerialRecall

PIECE_ITEMS = 200_000
"""Items that are studied in a piece, at most, unless one subject studies more: 10,000 lists of 20. The recalls of what
is larger depend on this number, because each piece has random numbers of its own."""


def simulate_condition(
    model: Model, study: StudyLists, values: Values | None, seed: int, name: str, replication: int = 0, piece: int = 0
) -> RecallData:
    """Return a model's recalls of the lists of one condition.

    Only as many responses of a list are kept as the experiment kept. The stream of random numbers belongs to the seed,
    the model, the condition and the replication, so nothing depends on what else is simulated.

    Parameters
    ----------
    study
        The lists.
    values
        Parameter values; what is left out takes its default.
    seed, name, replication, piece
        What the stream belongs to; `name` is the condition's.
    """
    recalls = model.simulate(study, values, stream(seed, model.name, name, replication, *_piece_key(piece)))
    return RecallData(study, recalls.truncate(study.max_responses), name)


def simulate(
    model: Model,
    designs: Iterable[Design],
    values: Values | None = None,
    *,
    seed: int = 1,
    n_subjects: int | None = None,
    n_lists: int | None = None,
) -> Conditions:
    """Return a model's recalls in every condition of an experiment.

    Parameters
    ----------
    model
        From `memlab.get_model`.
    designs
        From `memlab.paradigms.experiments.get_experiment` or `get_serial_experiment`, or of your own. In serial recall
        the items of the lists are drawn by the seed.
    values
        Parameter values; what is left out takes its default.
    seed
        The same seed gives the same recalls.
    n_subjects, n_lists
        Other numbers than the experiment's.

    Returns
    -------
    Conditions
        Subjects and lists are numbered through the experiment: conditions with other people (`people` of the design)
        have other subjects, those with the same people further lists.
    """
    numbered = _numbered([_sized(design, n_subjects, n_lists) for design in designs])
    return Conditions([together(list(_pieces(model, *each, values, seed))) for each in numbered])


def simulate_in_pieces(
    model: Model,
    designs: Iterable[Design],
    values: Values | None = None,
    *,
    seed: int = 1,
    n_subjects: int | None = None,
    n_lists: int | None = None,
) -> Iterator[RecallData]:
    """Yield a model's recalls, some subjects of a condition at a time: the same lists and recalls as `simulate`."""
    for each in _numbered([_sized(design, n_subjects, n_lists) for design in designs]):
        yield from _pieces(model, *each, values, seed)


def _sized(design: Design, n_subjects: int | None, n_lists: int | None) -> Design:
    """Return the design with other numbers of subjects and lists, where they are given."""
    return dataclasses.replace(
        design,
        n_subjects=design.n_subjects if n_subjects is None else n_subjects,
        n_lists=design.n_lists if n_lists is None else n_lists,
    )


def _numbered(designs: Sequence[Design]) -> Iterator[tuple[Design, int, int]]:
    """Yield each design, how many people were numbered before its own, and how many lists these had before.

    So no two lists of an experiment have one subject and one number: its long table can be read again.
    """
    before, lists, n_people = dict[str, int](), dict[str, int](), 0
    for design in designs:
        if design.people not in before:
            before[design.people] = n_people
            n_people += max(other.n_subjects for other in designs if other.people == design.people)
        given = lists.get(design.people, 0)
        lists[design.people] = given + design.n_lists
        yield design, before[design.people], given


def _pieces(
    model: Model, design: Design, people: int, lists: int, values: Values | None, seed: int
) -> Iterator[RecallData]:
    """Yield the recalls of one design; `people` and `lists` were numbered before its own."""
    each = max(1, PIECE_ITEMS // (design.n_lists * design.list_length))
    for piece, first in enumerate(range(0, design.n_subjects, each)):
        study = _piece(design, min(each, design.n_subjects - first), seed, piece)
        study = dataclasses.replace(study, subject=study.subject + first + people, list=study.list + lists)
        yield simulate_condition(model, study, values, seed, design.name, piece=piece)


def _piece(design: Design, n_subjects: int, seed: int, piece: int) -> StudyLists:
    """Return the lists of some subjects; in serial recall their items are drawn by the seed."""
    if isinstance(design, FreeRecall):
        return design.study_lists(n_subjects=n_subjects)
    rng = stream(seed, design.paradigm, design.name, *_piece_key(piece))
    return design.study_lists(n_subjects=n_subjects, rng=rng)


def _piece_key(piece: int) -> tuple[str | int, ...]:
    """Return what tells the stream of a piece; the first has that of a condition that is in one piece."""
    return ("piece", piece) if piece else ()
