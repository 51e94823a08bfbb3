"""The trained networks that the sections ask for, one model a training seed."""

from __future__ import annotations

from pathlib import Path

from memlab.models.neural.card import find_weights, shipped_weights
from memlab.models.neural.recall import NeuralModel
from memlab.models.neural.serial_recall import SerialNeuralModel
from memlab.models.neural.trained import DNC, SerialDNC, SerialGRU, SerialLSTM, SerialTransformer
from memlab.studies.dnc_brain.section import Setting

__all__ = ["missing", "models_of", "serial_models_of", "stems_of"]

SERIAL: dict[str, type[SerialNeuralModel]] = {
    "dnc": SerialDNC,
    "lstm": SerialLSTM,
    "gru": SerialGRU,
    "transformer": SerialTransformer,
}
"""Models of serial recall, by the network."""


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


def serial_models_of(setting: Setting, name: str) -> dict[str, SerialNeuralModel]:
    """Return the networks of a kind as models of serial recall, by training seed; see `stems_of`."""
    made = SERIAL[name.partition(".")[0]]
    return {seed: made(weights=str(stem)) for seed, stem in stems_of(setting, name).items()}
