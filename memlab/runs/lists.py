"""What one model is put to, as configured: people's lists, a named experiment's, or lists of the user's own."""

from __future__ import annotations

from memlab.configuration import DEFAULT_PEOPLE, CompareConfig, ListsConfig, SimulateConfig
from memlab.contender import Contender
from memlab.core.errors import UsageError
from memlab.core.model import Model
from memlab.data.parameter_sets import ParameterSet
from memlab.lists import ListCondition
from memlab.runs.compare import contenders_for
from memlab.runs.simulate import OWN_LISTS, designs_for, paradigm_of, serial_designs_for
from memlab.target import Target, load_target

__all__ = ["chosen_lists", "chosen_model"]


def chosen_lists(
    config: ListsConfig,
    people: str | None = DEFAULT_PEOPLE["free_recall"],
    *,
    paradigm: str | None = "free_recall",
) -> tuple[Target | None, list[ListCondition]]:
    """Return the people and their lists, or no people and lists of an experiment or of the user's own description.

    Parameters
    ----------
    config
        Of the command.
    people
        Whose lists are used where neither people nor lists are named; None: one condition of `SimulateConfig`.
    paradigm
        What the lists must be for; None: free or serial recall.

    Raises
    ------
    UsageError
        People, and lists that are not theirs; people or an experiment of another paradigm.
    """
    own = {name: getattr(config, name) for name in OWN_LISTS if getattr(config, name) is not None}
    named = config.data or (people if config.experiment is None and not own else None)
    if named is not None and config.experiment is None and not own:
        target = load_target(
            named, config.conditions, paradigm=paradigm, n_subjects=config.subjects, n_lists=config.lists
        )
        return target, [ListCondition(c.name, c.study, c) for c in target.conditions]
    if config.data is not None:
        option = "--experiment" if config.experiment else f"--{next(iter(own)).replace('_', '-')}"
        raise UsageError(f"{config.data} has its own lists: leave {option} out, or --data.")
    asked = {"model": config.model, "experiment": config.experiment, "conditions": config.conditions, **own}
    return None, _designed(SimulateConfig.load(given=asked), config, paradigm)


def _designed(asked: SimulateConfig, config: ListsConfig, paradigm: str | None) -> list[ListCondition]:
    """Return the lists of an experiment, or of the user's own description; of serial recall, drawn by the seed."""
    n_subjects, n_lists = config.subjects, config.lists
    if paradigm is None and paradigm_of(asked) == "serial_recall":
        return [
            ListCondition(serial.name, serial.study_lists(n_subjects=n_subjects, n_lists=n_lists, seed=config.seed))
            for serial in serial_designs_for(asked)
        ]
    return [
        ListCondition(design.name, design.study_lists(n_subjects=n_subjects, n_lists=n_lists))
        for design in designs_for(asked)
    ]


def chosen_model(model: Model, config: ListsConfig, label: str = "", *, paradigm: str = "free_recall") -> Contender:
    """Return the model with its shipped parameter set for the data, or with its defaults where options are given.

    Parameters
    ----------
    paradigm
        Of the lists: where no people are named, the parameter set is that for its default people.
    """
    if config.options:
        chosen = model.with_options(**config.options)
        how = {"command": "values given by the user"} if config.values else {}
        own = ParameterSet(model.name, config.data or "", {**chosen.defaults(), **config.values}, fit=how)
        chosen.resolve(own.values)
        return Contender(chosen, own, label=label)
    values = {model.name: config.values} if config.values else {}
    data = config.data or config.experiment or DEFAULT_PEOPLE[paradigm]
    asked = CompareConfig.load(given={"paradigm": paradigm, "models": (model.name,), "data": data, "values": values})
    (one,) = contenders_for(asked)
    return Contender(one.model, one.parameters, label=label)
