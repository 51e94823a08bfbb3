"""What several tests of models share."""

import numpy as np
import pytest

HELD_AT = 0.95  # of the threshold, Polyn et al. (2009)


def _slow_race(support, barred, kappa, inhibition, noise, step, max_steps, rng):
    x = np.zeros(len(support))
    for taken in range(1, max_steps + 1):
        others = sum(x.tolist()) - x
        moved = x + (support - kappa * x - inhibition * others) * step
        moved = np.maximum(0, moved + noise * rng.standard_normal(len(support)))
        moved[barred & (moved >= 1)] = HELD_AT
        x = moved
        if (x >= 1).any():
            return int(np.argmax(x)), taken, x
    return -1, max_steps, x


@pytest.fixture(scope="session")
def slow_race():
    """The race as its equation is written, in plain NumPy: (winner or -1, steps, activations)."""
    return _slow_race
