"""Lists to a model, recalls back: one condition, or a whole experiment."""

from __future__ import annotations

from collections.abc import Iterable

from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Conditions, RecallData, StudyLists
from memlab.core.rng import stream
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.serial_recall import SerialRecall

__all__ = ["simulate", "simulate_condition"]


def simulate_condition(
    model: Model, study: StudyLists, values: Values | None, seed: int, name: str, replication: int = 0
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
    seed, name, replication
        What the stream belongs to; `name` is the condition's.
    """
    recalls = model.simulate(study, values, stream(seed, model.name, name, replication))
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

    def one(design: FreeRecall | SerialRecall) -> RecallData:
        if isinstance(design, SerialRecall):
            study = design.study_lists(n_subjects=n_subjects, n_lists=n_lists, seed=seed)
        else:
            study = design.study_lists(n_subjects=n_subjects, n_lists=n_lists)
        return simulate_condition(model, study, values, seed, design.name)

    return Conditions([one(design) for design in designs])
