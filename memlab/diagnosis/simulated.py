"""What a model does in a setting, simulated as an experiment of people's size, again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from memlab.analysis.means import subject_mean, subject_sd
from memlab.core.errors import NotSupported
from memlab.core.model import Model
from memlab.core.recall import Floats, RecallData, StudyLists
from memlab.diagnosis.lists import sound_sensitive
from memlab.diagnosis.people import Known
from memlab.diagnosis.signature import Setting, Signature
from memlab.simulation import simulate_condition

__all__ = ["Diagnosed", "Measured", "Piece", "simulate_piece"]

MIN_REPLICATIONS, MAX_REPLICATIONS = 4, 100
"""Simulated experiments a setting: at least, and at most where the Monte-Carlo error stays large."""

SMALL_ERROR = 0.004
"""Simulation stops when every signature's Monte-Carlo error is below this …"""

SHARE_OF_INTERVAL = 1 / 10
"""… or below this share of the width of people's interval: it then moves no verdict that people's data could bear."""


class Diagnosed(Protocol):
    """A model with the values that it enters with; `memlab.contender.Contender` is one."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def model(self) -> Model:
        """The model."""

    @property
    def seeds(self) -> tuple[str, ...]:
        """The trained networks that it stands for; empty for a theory."""

    def values(self, condition: str) -> dict[str, float]:
        """Return the values for a condition; those of the model where it has none of its own."""


@dataclass(frozen=True)
class Measured:
    """A signature of a model.

    Attributes
    ----------
    value : float
        Mean over simulated experiments, or over trained networks; NaN where there is none.
    error : float
        Standard error of that mean; NaN of one.
    note : str
        Why there is no value.
    """

    value: float
    error: float = float("nan")
    note: str = ""


@dataclass(frozen=True, eq=False)
class Piece:
    """One model in one setting: what is simulated at a time.

    Attributes
    ----------
    contender : Diagnosed
    setting : {"target", "lengths", "materials"}
    condition : str
        Of the target; empty elsewhere.
    lists : dict of StudyLists
        By condition.
    signatures : sequence of Signature
    known : dict of Known
        By signature: what says when simulation may stop.
    """

    contender: Diagnosed
    setting: Setting
    condition: str
    lists: Mapping[str, StudyLists]
    signatures: Sequence[Signature]
    known: Mapping[str, Known]


def simulate_piece(piece: Piece, seed: int, replications: int | None) -> dict[str, Measured]:
    """Return every signature of a piece, by name.

    Parameters
    ----------
    seed
        The stream of each replication belongs to the seed, the model and the condition.
    replications
        A fixed number; None goes on until the Monte-Carlo errors are small. Of trained networks each makes as many, one
        by default, and a network's mean is one row.
    """
    model = piece.contender.model
    if piece.setting == "materials":
        sensitive = sound_sensitive(model)
        if sensitive is None:
            return _nothing(piece, "takes no account of how items sound")
        model = sensitive
    try:
        rows = _by_network(piece, model, seed, replications or 1) if piece.contender.seeds else None
        return _summary(piece, _by_experiment(piece, model, seed, replications) if rows is None else rows)
    except NotSupported as refusal:
        return _nothing(piece, str(refusal))


def _nothing(piece: Piece, why: str) -> dict[str, Measured]:
    return {signature.name: Measured(float("nan"), note=why) for signature in piece.signatures}


def _by_experiment(piece: Piece, model: Model, seed: int, replications: int | None) -> Floats:
    """Return a row a simulated experiment, (n_experiments, n_signatures)."""
    rows: list[Floats] = []
    for replication in range(replications or MAX_REPLICATIONS):
        rows.append(_experiment(piece, model, seed, replication))
        if replications is None and len(rows) >= MIN_REPLICATIONS and _settled(piece, np.array(rows)):
            break
    return np.array(rows)


def _by_network(piece: Piece, model: Model, seed: int, replications: int) -> Floats:
    """Return a row a trained network, the mean of its experiments, (n_networks, n_signatures)."""
    networks = [model.with_options(network_seed=one) for one in piece.contender.seeds]
    rows = []
    for i, network in enumerate(networks):
        experiments = [_experiment(piece, network, seed, r * len(networks) + i) for r in range(replications)]
        rows.append(subject_mean(np.array(experiments)))
    return np.array(rows)


def _experiment(piece: Piece, model: Model, seed: int, replication: int) -> Floats:
    """Simulate one experiment; return the mean over its subjects of each signature, (n_signatures,)."""
    conditions = dict(_conditions(piece, model, seed, replication))
    values = [subject_mean(signature.measure(conditions)[:, np.newaxis])[0] for signature in piece.signatures]
    return np.array(values, dtype=np.float64)


def _conditions(piece: Piece, model: Model, seed: int, replication: int) -> Iterator[tuple[str, RecallData]]:
    for name, study in piece.lists.items():
        key = f"diagnosis {piece.setting} {name}"
        values = piece.contender.values(name if piece.setting == "target" else "")
        yield name, simulate_condition(model, study, values, seed, key, replication)


def _settled(piece: Piece, rows: Floats) -> bool:
    for signature, measured in _summary(piece, rows).items():
        known = piece.known[signature]
        width = known.high - known.low
        enough = max(SMALL_ERROR, SHARE_OF_INTERVAL * width) if width == width else SMALL_ERROR
        if measured.error > enough:
            return False
    return True


def _summary(piece: Piece, rows: Floats) -> dict[str, Measured]:
    mean, n = subject_mean(rows), (~np.isnan(rows)).sum(axis=0)
    error = subject_sd(rows) / np.sqrt(np.maximum(n, 1))
    return {
        signature.name: Measured(float(m), float(e), "" if m == m else "nothing to count")
        for signature, m, e in zip(piece.signatures, mean, error, strict=True)
    }
