"""What one model is put to, as configured: people's lists, a named experiment's, or lists of the user's own."""

from __future__ import annotations

from memlab.configuration import CompareConfig, ListsConfig, SimulateConfig
from memlab.contender import Contender
from memlab.core.errors import UsageError
from memlab.core.model import Model
from memlab.data.parameter_sets import ParameterSet
from memlab.lists import ListCondition
from memlab.runs.compare import contenders_for
from memlab.runs.simulate import OWN_LISTS, designs_for
from memlab.target import Target, load_target

__all__ = ["DEFAULT_PEOPLE", "chosen_lists", "chosen_model"]

DEFAULT_PEOPLE = "murdock1962"
"""The people whose lists or parameter sets are used where none are named."""


def chosen_lists(config: ListsConfig, people: str | None = DEFAULT_PEOPLE) -> tuple[Target | None, list[ListCondition]]:
    """Return the people and their lists, or no people and lists of an experiment or of the user's own description.

    Parameters
    ----------
    config
        Of the command.
    people
        Whose lists are used where neither people nor lists are named; None: one condition of `SimulateConfig`.

    Raises
    ------
    UsageError
        People, and lists that are not theirs.
    """
    own = {name: getattr(config, name) for name in OWN_LISTS if getattr(config, name) is not None}
    named = config.data or (people if config.experiment is None and not own else None)
    if named is not None and config.experiment is None and not own:
        target = load_target(
            named, config.conditions, paradigm="free_recall", n_subjects=config.subjects, n_lists=config.lists
        )
        return target, [ListCondition(c.name, c.study, c) for c in target.conditions]
    if config.data is not None:
        option = "--experiment" if config.experiment else f"--{next(iter(own)).replace('_', '-')}"
        raise UsageError(f"{config.data} has its own lists: leave {option} out, or --data.")
    asked = {"model": config.model, "experiment": config.experiment, "conditions": config.conditions, **own}
    designs = designs_for(SimulateConfig.load(given=asked))
    studies = [design.study_lists(n_subjects=config.subjects, n_lists=config.lists) for design in designs]
    return None, [ListCondition(design.name, study) for design, study in zip(designs, studies, strict=True)]


def chosen_model(model: Model, config: ListsConfig, label: str = "") -> Contender:
    """Return the model with its shipped parameter set for the data, or with its defaults where options are given."""
    if config.options:
        chosen = model.with_options(**config.options)
        how = {"command": "values given by the user"} if config.values else {}
        own = ParameterSet(model.name, config.data or "", {**chosen.defaults(), **config.values}, fit=how)
        chosen.resolve(own.values)
        return Contender(chosen, own, label=label)
    values = {model.name: config.values} if config.values else {}
    data = config.data or config.experiment or DEFAULT_PEOPLE
    (one,) = contenders_for(CompareConfig(models=(model.name,), data=data, values=values))
    return Contender(one.model, one.parameters, label=label)
