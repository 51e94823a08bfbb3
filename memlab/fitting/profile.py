"""Profile likelihood: one parameter held at a value, all others fitted again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from memlab.core.parameters import Values
from memlab.core.recall import Floats
from memlab.fitting.curvature import Curvature
from memlab.fitting.likelihood import LikelihoodObjective
from memlab.fitting.optimise import INTERRUPTED, minimise
from memlab.fitting.search import SearchSpace

__all__ = ["LINE", "Profile", "profile", "refit"]

LINE = 1.9207
"""Half the 95 % point of chi-square with one degree of freedom, nats: where a profile has risen so far, a 95 %
likelihood-ratio interval ends."""

HIGHEST_RISE = 4.0
"""A profile is followed until it has risen so far, nats: past the line, and not to where nobody looks."""

FIRST_STEP, GROWTH, SHORTER, MOST_STEPS = 0.5, 1.5, 0.25, 9
"""Of a profile, to either side: its first step in standard errors, by how much each is longer than the one before, or
shorter where the first went too far, and how many there are at most."""

WITHOUT_ERROR = 0.02
"""A parameter without a standard error is first moved by this share of its range."""


@dataclass(frozen=True, eq=False)
class Profile:
    """The profile likelihood of one parameter.

    Attributes
    ----------
    value : (n_points,) float
        Of the parameter, rising, on its own scale; its estimate is among them.
    rise : (n_points,) float, nats
        By how much minus the log-likelihood, the other parameters fitted again, lies above the fit's. Below 0 where a
        value was found that is better than the fit's.
    """

    value: Floats
    rise: Floats


def refit(
    objective: LikelihoodObjective, space: SearchSpace, name: str, value: float, starts: Sequence[Values]
) -> tuple[float, dict[str, float]]:
    """Return minus the log-likelihood with one parameter held, the others fitted from each start, and their values.

    Parameters
    ----------
    space
        Of the whole fit.
    name, value
        The parameter that is held, and where.
    starts
        Values to start from.
    """
    others = replace(space, free=tuple(n for n in space.free if n != name), held={**space.held, name: value})
    if not others.free:
        values = {**space.held, name: value}
        row = np.array([[values[p.name] for p in space.parameters]])
        return float(objective(row)[0]), values
    runs = [minimise(objective, others, method="lbfgs", start={**one, name: value})[0] for one in starts]
    if any(run.message == INTERRUPTED for run in runs):
        raise KeyboardInterrupt
    best = min(runs, key=lambda run: run.value)
    return best.value, others.values(best.x)


def profile(
    objective: LikelihoodObjective,
    space: SearchSpace,
    name: str,
    best: Values,
    lowest: float,
    around: Curvature,
    starts: Sequence[Values] = (),
) -> Profile:
    """Return the profile likelihood of one parameter around its estimate.

    It is followed to either side, to the bound or until it has risen by `HIGHEST_RISE`. Each fit starts where the line
    through the two before it leads (the first, where the curvature leads), because the others may move along a ridge.

    Parameters
    ----------
    best, lowest
        Every parameter's estimate, and minus the log-likelihood there.
    around
        The curvature there.
    starts
        Values that every fit starts from as well.
    """
    place = space.free.index(name)
    x, width = float(space.vector(best)[place]), float(space.high[place] - space.low[place])
    found = {best[name]: 0.0}
    for end in (float(space.low[place]), float(space.high[place])):
        path, at, step = [dict(best)], x, _first_step(float(around.error[place]), width)
        for _ in range(MOST_STEPS):
            if at == end:
                break
            there = min(at + step, end) if end > x else max(at - step, end)
            held = space.values(np.where(np.arange(len(space.free)) == place, there, space.vector(best)))[name]
            ahead = around.shifted(space, best, name, held) if len(path) == 1 else _ahead(space, path, place, there)
            value, values = refit(objective, space, name, held, [ahead, *starts])
            found[held] = value - lowest
            if found[held] > HIGHEST_RISE and len(path) > 1:
                break
            if found[held] > HIGHEST_RISE:  # too far at once: the curvature was not known
                step *= SHORTER
                continue
            path.append(values)
            at, step = there, step * GROWTH
    points = sorted(found)
    return Profile(np.array(points), np.array([found[point] for point in points]))


def _ahead(space: SearchSpace, path: Sequence[Values], place: int, x: float) -> dict[str, float]:
    """Return the values on the line through the last two of a path where one parameter is at x."""
    before, last = space.vector(path[-2]), space.vector(path[-1])
    gone = last[place] - before[place]
    share = (x - last[place]) / gone if gone else 0.0
    return space.values(np.clip(last + share * (last - before), space.low, space.high))


def _first_step(error: float, width: float) -> float:
    """Return the first step on the scale of the search."""
    return FIRST_STEP * error if 0 < error < width else WITHOUT_ERROR * width
