"""Lists to a model, recalls back: one condition, or a whole experiment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.pieces import together
from memlab.core.recall import Conditions, RecallData, StudyLists
from memlab.core.rng import stream
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.serial_recall import SerialRecall

__all__ = ["PIECE_ITEMS", "simulate", "simulate_condition", "simulate_in_pieces"]

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
    designs: Iterable[FreeRecall | SerialRecall],
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
    """

    return Conditions(
        [
            together(
                list(simulate_in_pieces(model, [design], values, seed=seed, n_subjects=n_subjects, n_lists=n_lists))
            )
            for design in designs
        ]
    )


def simulate_in_pieces(
    model: Model,
    designs: Iterable[FreeRecall | SerialRecall],
    values: Values | None = None,
    *,
    seed: int = 1,
    n_subjects: int | None = None,
    n_lists: int | None = None,
) -> Iterator[RecallData]:
    """Yield a model's recalls, some subjects of a condition at a time: the same lists and recalls as `simulate`."""
    for design in designs:
        whole = dataclasses.replace(
            design,
            n_subjects=design.n_subjects if n_subjects is None else n_subjects,
            n_lists=design.n_lists if n_lists is None else n_lists,
        )
        each = max(1, PIECE_ITEMS // (whole.n_lists * whole.list_length))
        for piece, first in enumerate(range(0, whole.n_subjects, each)):
            study = _piece(whole, min(each, whole.n_subjects - first), seed, piece)
            study = dataclasses.replace(study, subject=study.subject + first)
            yield simulate_condition(model, study, values, seed, design.name, piece=piece)


def _piece(design: FreeRecall | SerialRecall, n_subjects: int, seed: int, piece: int) -> StudyLists:
    """Return the lists of some subjects; in serial recall their items are drawn by the seed."""
    if isinstance(design, FreeRecall):
        return design.study_lists(n_subjects=n_subjects)
    rng = stream(seed, design.paradigm, design.name, *_piece_key(piece))
    return design.study_lists(n_subjects=n_subjects, rng=rng)


def _piece_key(piece: int) -> tuple[str | int, ...]:
    """Return what tells the stream of a piece; the first has that of a condition that is in one piece."""
    return ("piece", piece) if piece else ()
