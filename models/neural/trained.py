"""The trained networks that we ship, one class a kind: what each was trained on is in the card of its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from memlab.models.neural.recall import DNC_LESIONS, SYNDROMES, NeuralLikelihoodModel, NeuralModel
from memlab.models.neural.serial_recall import SerialNeuralModel

__all__ = [
    "DNC",
    "GRU",
    "LSTM",
    "BlogDNC",
    "HumanDNC",
    "LimitedDNC",
    "SerialDNC",
    "SerialGRU",
    "SerialLSTM",
    "SerialTransformer",
    "Transformer",
]

GRAVES = (
    "Graves, A., et al. (2016). Hybrid computing using a neural network with dynamic external memory. "
    "Nature 538, 471-476."
)
HOCHREITER = "Hochreiter, S., & Schmidhuber, J. (1997). Long short-term memory. Neural Comput. 9, 1735-1780."
CHO = (
    "Cho, K., et al. (2014). Learning phrase representations using RNN encoder-decoder for statistical machine "
    "translation. EMNLP, 1724-1734."
)
VASWANI = "Vaswani, A., et al. (2017). Attention is all you need. NeurIPS 30, 5998-6008."

CONTROLLER_LESIONS = {"controller_state": DNC_LESIONS["controller_state"]}
"""All that can be taken out of a network whose only memory is its controller."""

MEMORY_LESIONS = {"memory": "what was attended to during study can no longer be attended to when recall begins"}
"""All that can be taken out of a Transformer."""


@dataclass(frozen=True)
class DNC(NeuralLikelihoodModel):
    """A DNC trained to give every item of a list, in any order."""

    name: ClassVar[str] = "dnc"
    title: ClassVar[str] = "Differentiable Neural Computer, trained on free recall in any order"
    citation: ClassVar[str] = GRAVES
    own_weights: ClassVar[str] = "dnc.set"
    lesions: ClassVar[Mapping[str, str]] = DNC_LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES


@dataclass(frozen=True)
class BlogDNC(NeuralModel):
    """The DNC of the blog of 2017: bits, few slots, lists of up to five, the loss that rewards repeats, and no stop."""

    name: ClassVar[str] = "dnc.blog"
    title: ClassVar[str] = "Differentiable Neural Computer as a blog of 2017 trained it"
    citation: ClassVar[str] = GRAVES
    own_weights: ClassVar[str] = "dnc.blog"
    lesions: ClassVar[Mapping[str, str]] = DNC_LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES


@dataclass(frozen=True)
class LimitedDNC(NeuralLikelihoodModel):
    """A DNC trained with a memory that decays and has too few slots."""

    name: ClassVar[str] = "dnc.limited"
    title: ClassVar[str] = "Differentiable Neural Computer with declared limits of memory"
    citation: ClassVar[str] = GRAVES
    own_weights: ClassVar[str] = "dnc.limited"
    lesions: ClassVar[Mapping[str, str]] = DNC_LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES


@dataclass(frozen=True)
class HumanDNC(NeuralLikelihoodModel):
    """A DNC trained on people's recall sequences."""

    name: ClassVar[str] = "dnc.human"
    title: ClassVar[str] = "Differentiable Neural Computer trained on people's recalls"
    citation: ClassVar[str] = GRAVES
    own_weights: ClassVar[str] = "dnc.human"
    lesions: ClassVar[Mapping[str, str]] = DNC_LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES


@dataclass(frozen=True)
class LSTM(NeuralLikelihoodModel):
    """An LSTM trained to give every item of a list, in any order."""

    name: ClassVar[str] = "lstm"
    title: ClassVar[str] = "LSTM, trained on free recall in any order"
    citation: ClassVar[str] = HOCHREITER
    own_weights: ClassVar[str] = "lstm.set"
    lesions: ClassVar[Mapping[str, str]] = CONTROLLER_LESIONS


@dataclass(frozen=True)
class GRU(NeuralLikelihoodModel):
    """A GRU trained to give every item of a list, in any order."""

    name: ClassVar[str] = "gru"
    title: ClassVar[str] = "Gated recurrent units, trained on free recall in any order"
    citation: ClassVar[str] = CHO
    own_weights: ClassVar[str] = "gru.set"
    lesions: ClassVar[Mapping[str, str]] = CONTROLLER_LESIONS


@dataclass(frozen=True)
class Transformer(NeuralLikelihoodModel):
    """A causal Transformer trained to give every item of a list, in any order."""

    name: ClassVar[str] = "transformer"
    title: ClassVar[str] = "Causal Transformer, trained on free recall in any order"
    citation: ClassVar[str] = VASWANI
    own_weights: ClassVar[str] = "transformer.set"
    lesions: ClassVar[Mapping[str, str]] = MEMORY_LESIONS


@dataclass(frozen=True)
class SerialDNC(SerialNeuralModel):
    """A DNC trained to give item k of a list at place k."""

    name: ClassVar[str] = "dnc.serial"
    title: ClassVar[str] = "Differentiable Neural Computer, trained on serial recall"
    citation: ClassVar[str] = GRAVES
    own_weights: ClassVar[str] = "dnc.serial"
    lesions: ClassVar[Mapping[str, str]] = DNC_LESIONS
    syndromes: ClassVar[Mapping[str, str]] = SYNDROMES


@dataclass(frozen=True)
class SerialLSTM(SerialNeuralModel):
    """An LSTM trained to give item k of a list at place k."""

    name: ClassVar[str] = "lstm.serial"
    title: ClassVar[str] = "LSTM, trained on serial recall"
    citation: ClassVar[str] = HOCHREITER
    own_weights: ClassVar[str] = "lstm.serial"
    lesions: ClassVar[Mapping[str, str]] = CONTROLLER_LESIONS


@dataclass(frozen=True)
class SerialGRU(SerialNeuralModel):
    """A GRU trained to give item k of a list at place k."""

    name: ClassVar[str] = "gru.serial"
    title: ClassVar[str] = "Gated recurrent units, trained on serial recall"
    citation: ClassVar[str] = CHO
    own_weights: ClassVar[str] = "gru.serial"
    lesions: ClassVar[Mapping[str, str]] = CONTROLLER_LESIONS


@dataclass(frozen=True)
class SerialTransformer(SerialNeuralModel):
    """A causal Transformer trained to give item k of a list at place k."""

    name: ClassVar[str] = "transformer.serial"
    title: ClassVar[str] = "Causal Transformer, trained on serial recall"
    citation: ClassVar[str] = VASWANI
    own_weights: ClassVar[str] = "transformer.serial"
    lesions: ClassVar[Mapping[str, str]] = MEMORY_LESIONS
