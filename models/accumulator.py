"""The race: leaky, competing accumulators, which choose the next recall and say when it comes.

Usher & McClelland's (2001) accumulators as retrieved-context models use them (Sederberg, Howard & Kahana, 2008; Polyn,
Norman & Kahana, 2009; Lohnas, Polyn & Kahana, 2015).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from memlab.core.compiled import compiled
from memlab.core.parameters import Parameter
from memlab.core.recall import Floats, StudyLists

__all__ = [
    "DEFAULT_RECALL_SECONDS",
    "HELD_AT",
    "STEP_SECONDS",
    "THRESHOLD",
    "Flags",
    "RaceTerms",
    "race",
    "race_parameters",
    "race_terms",
    "steps_allowed",
]

THRESHOLD = 1.0
"""An item wins when its accumulator reaches this; the unit in which support, noise and x are measured."""

HELD_AT = 0.95
"""Where an item that was already recalled is set back to when it would cross (Polyn et al., 2009; from memory)."""

STEP_SECONDS = 0.1
"""dt, the time that one step of the race stands for: 100 ms, Polyn et al. (2009; from memory). It is part of the
model: at the published tau a step is 0.57 of a time constant, so a finer step is another model, not a better one."""

DEFAULT_RECALL_SECONDS = 90.0
"""Where the lists set no limit. Only the limit ends a race, so there must be one: 90 s is the recall period of Murdock
(1962) and of Polyn et al. (2009)."""

ROUNDING = 1e-9
"""In steps: 0.3 s is three steps of 0.1 s, although 0.3 / 0.1 < 3 in binary."""

Flags = NDArray[np.bool_]

RaceTerms = tuple[float, float, float, float]
"""kappa, lambda, noise a step (SD), step in units of the time constant: what `race` needs of the parameters."""


@compiled
def race(
    support: Floats,
    barred: Flags,
    x: Floats,
    kappa: float,
    inhibition: float,
    noise: float,
    step: float,
    max_steps: int,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """Run one race from x = 0 to the threshold.

    Each step, for every item i::

        x_i <- max(0, x_i + (f_i - kappa x_i - lambda sum_{j != i} x_j) dt/tau + eps sqrt(dt/tau)),   eps ~ N(0, eta^2)

    Where several items cross in the same step, the largest x wins (the papers do not say).

    Parameters
    ----------
    support : (n_items,)
        f, what drives each accumulator.
    barred : (n_items,) bool
        Items that run and inhibit but are set back to `HELD_AT` when they would cross.
    x : (n_items,)
        Room for the activations; on return, where they stood.
    kappa, inhibition
        Leak and lateral inhibition (lambda).
    noise
        eta sqrt(dt/tau), the SD of what is added in a step.
    step
        dt/tau.
    max_steps
        Steps left until the end of recall.
    rng
        One standard normal a step and item, in the order of the items.

    Returns
    -------
    winner : int
        0-based item, or -1 when time ran out.
    steps : int
        Steps taken.
    """
    n_items = support.shape[0]
    x[:] = 0.0
    total = 0.0
    for taken in range(1, max_steps + 1):
        winner, highest, new_total = -1, THRESHOLD, 0.0
        for i in range(n_items):
            drive = support[i] - kappa * x[i] - inhibition * (total - x[i])
            moved = max(0.0, x[i] + drive * step + noise * rng.standard_normal())
            if moved >= THRESHOLD:
                if barred[i]:
                    moved = HELD_AT
                elif moved >= highest:
                    winner, highest = i, moved
            x[i] = moved
            new_total += moved
        if winner >= 0:
            return winner, taken
        total = new_total
    return -1, max_steps


def race_parameters(defaults: tuple[float, float, float, float], source: str) -> tuple[Parameter, ...]:
    """Return the four parameters of a race: kappa, lambda_race, eta, tau_race.

    ``lambda`` alone is a word of Python and ``tau`` alone is the exponent of the power rule, hence the longer names.
    """
    kappa, inhibition, eta, tau = defaults
    return (
        Parameter("kappa", kappa, 0.0, 1.0, "leak of each accumulator", source=source),
        Parameter("lambda_race", inhibition, 0.0, 1.0, "lateral inhibition between accumulators", source=source),
        Parameter("eta", eta, 0.0, 1.0, "SD of the noise in an accumulator", source=source),
        Parameter("tau_race", tau, 0.1, 3.0, "time constant of the accumulators", unit="s", source=source),
    )


def race_terms(values: dict[str, float]) -> RaceTerms:
    """Return what `race` needs of resolved parameter values: kappa, lambda, noise a step, step."""
    step = STEP_SECONDS / values["tau_race"]
    return values["kappa"], values["lambda_race"], values["eta"] * float(np.sqrt(step)), step


def steps_allowed(study: StudyLists) -> int:
    """Return how many steps of the race the recall period holds; see `DEFAULT_RECALL_SECONDS`.

    Examples
    --------
    >>> steps_allowed(StudyLists.simple(1, 3, recall_seconds=0.3))
    3
    """
    seconds = study.recall_seconds if np.isfinite(study.recall_seconds) else DEFAULT_RECALL_SECONDS
    return max(0, int(seconds / STEP_SECONDS + ROUNDING))
