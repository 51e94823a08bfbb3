"""Simulating as configured: a named experiment, or lists of one's own description."""

from __future__ import annotations

from memlab.configuration import SimulateConfig
from memlab.core.errors import UnknownName, UsageError
from memlab.core.recall import Conditions
from memlab.models import get_model
from memlab.paradigms.experiments import get_experiment
from memlab.paradigms.free_recall import FreeRecall
from memlab.simulation import simulate

__all__ = ["OWN_LISTS", "designs_for", "simulate_configured"]

OWN_LISTS = ("list_length", "seconds_per_item", "distractor_seconds", "delay_seconds")
"""Options that describe lists of one's own, where no experiment is named."""


def simulate_configured(config: SimulateConfig) -> Conditions:
    """Return a model's recalls as configured."""
    model = get_model(config.model, "free_recall").with_options(**config.options)
    return simulate(
        model, designs_for(config), config.values, seed=config.seed, n_subjects=config.subjects, n_lists=config.lists
    )


def designs_for(config: SimulateConfig) -> list[FreeRecall]:
    """Return the conditions that are configured: of a named experiment, or one of the user's own description."""
    if config.experiment is None:
        if config.conditions:
            raise UsageError("--conditions belongs to --experiment; name the experiment, or leave it out.")
        name = f"{config.list_length}-{config.seconds_per_item:g}"
        return [FreeRecall(name, **{field: getattr(config, field) for field in OWN_LISTS})]
    for field in OWN_LISTS:
        if getattr(config, field) != SimulateConfig.model_fields[field].default:
            option = f"--{field.replace('_', '-')}"
            raise UsageError(f"{config.experiment} has its own lists: leave {option} out, or --experiment.")
    designs = {design.name: design for design in get_experiment(config.experiment)}
    for name in config.conditions or ():
        if name not in designs:
            raise UnknownName(f"{config.experiment} has no condition", name, designs)
    return [designs[name] for name in config.conditions or designs]
