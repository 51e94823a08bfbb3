"""The trained networks that the sections ask for, one model a training seed."""

from __future__ import annotations

from pathlib import Path

from memlab.models.neural.card import find_weights, shipped_weights
from memlab.models.neural.recall import NeuralModel
from memlab.models.neural.trained import DNC
from memlab.studies.dnc_brain.section import Setting

__all__ = ["missing", "models_of", "stems_of"]


def missing(setting: Setting, *names: str) -> list[str]:
    """Return which of some kinds of weights are not there."""
    present = shipped_weights(setting.weights)
    return [name for name in names if name not in present]


def stems_of(setting: Setting, name: str) -> dict[str, Path]:
    """Return where the weights of a kind are, by training seed, without ending; at most `Setting.seeds` of them.

    Raises
    ------
    UnknownName
        There are none.
    """
    stems = {stem.rpartition(".seed")[2]: path for stem, path in find_weights(name, setting.weights).items()}
    return {seed: stems[seed] for seed in list(stems)[: setting.seeds]}


def models_of(setting: Setting, name: str) -> dict[str, NeuralModel]:
    """Return the networks of a kind (``"dnc.set"``) behind the recall interface, by training seed; see `stems_of`."""
    return {seed: DNC(weights=str(stem)) for seed, stem in stems_of(setting, name).items()}
