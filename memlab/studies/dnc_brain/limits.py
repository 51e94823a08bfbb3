"""Limits of memory that a trained network is given at test: which, how strong, and what its recall then looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from memlab.analysis.scores import rmsd
from memlab.contender import Simulated
from memlab.core.recall import Floats
from memlab.curves import MEASURES
from memlab.signatures import SIGNATURES
from memlab.studies.dnc_brain.measured import fresh_lists, measured, network_data, score
from memlab.studies.dnc_brain.networks import models_of
from memlab.studies.dnc_brain.section import Setting
from memlab.target import TargetCondition

__all__ = ["INTACT", "Limit", "crossed_limits", "limit_rows", "limited", "single_limits"]

SHARES = (1.0, 0.75, 0.5, 0.25)
"""Slots as a share of the items of a list."""

DECAYS = (0.02, 0.05, 0.1, 0.2)
NOISES = (0.1, 0.2, 0.3, 0.5)
DELAYS = (10.0, 30.0, 60.0)
"""Filled seconds."""


class Limit(NamedTuple):
    """A limit: the words of the lesion, empty for none, and filled seconds before the test."""

    kind: str
    level: float
    lesion: str
    delay_seconds: float = 0.0


INTACT = Limit("intact", 0.0, "")


def single_limits(list_length: int, *, quick: bool = False) -> list[Limit]:
    """Return each limit at each level, one at a time; fewer levels for a quick run."""
    slots = [max(1, round(share * list_length)) for share in SHARES]
    every = {
        "slots": [Limit("slots", n, f"slots:{n}") for n in slots],
        "decay": [Limit("decay", rate, f"decay:{rate:g}") for rate in DECAYS],
        "noise": [Limit("noise", sd, f"noise:{sd:g}") for sd in NOISES],
        "delay": [Limit("delay", seconds, "", seconds) for seconds in DELAYS],
    }
    return [limit for levels in every.values() for limit in (levels[1:3] if quick else levels)]


def crossed_limits(list_length: int, *, quick: bool = False) -> list[tuple[float, int, Limit]]:
    """Return decay (0 for none), slots and the limit of both, for every pair."""
    decays = (0.0, *DECAYS)
    slots = [max(1, round(share * list_length)) for share in SHARES]
    pairs = [(decay, n) for decay in (decays[::2] if quick else decays) for n in (slots[::2] if quick else slots)]
    return [(decay, n, Limit("decay x slots", decay, _both(decay, n))) for decay, n in pairs]


def _both(decay: float, slots: int) -> str:
    return f"slots:{slots}+decay:{decay:g}" if decay else f"slots:{slots}"


def limited(setting: Setting, kind: str, limit: Limit, list_length: int) -> Simulated:
    """Return the curves of networks under a limit."""
    study = fresh_lists(setting, list_length, delay_seconds=limit.delay_seconds)
    models = models_of(setting, kind)
    if limit.lesion:
        models = {seed: model.lesioned(limit.lesion) for seed, model in models.items()}
    return measured(network_data(setting, models, study, kind))


STATISTICS: tuple[tuple[str, str, Callable[[Floats], float]], ...] = (
    ("recalled", "spc", lambda curve: float(curve.mean())),
    *(signature for signature in SIGNATURES if signature[0] != "forward_asymmetry"),
)


def limit_rows(done: Simulated, people: TargetCondition) -> list[tuple[object, ...]]:
    """Return ``measure, value, low, high, people, noise`` of each signature and each distance from people.

    For a signature, `noise` is how far the two halves of the people are apart; for an RMSD it is the noise ceiling, and
    `people` is 0.
    """
    rows: list[tuple[object, ...]] = []
    for name, curve, statistic in STATISTICS:
        value, error = score(statistic, done, curve)
        human, fitted = statistic(people.scored[curve].mean), statistic(people.fitted[curve].mean)
        rows.append((name, value, value - error, value + error, human, abs(human - fitted)))
    for curve in MEASURES:
        value, error = score(_distance(people.scored[curve].mean), done, curve)
        rows.append((f"rmsd_{curve}", value, value - error, value + error, 0.0, people.ceiling[curve]))
    distance = float(np.nanmean([float(str(row[1])) / float(str(row[5])) for row in rows[-len(MEASURES) :]]))
    nan = float("nan")
    return [*rows, ("distance", distance, nan, nan, 0.0, 1.0)]


def _distance(human: Floats) -> Callable[[Floats], float]:
    return lambda curve: rmsd(curve, human)
