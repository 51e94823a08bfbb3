"""The race of accumulators keeps its closed forms and its equation."""

import math

import numpy as np
import pytest

from memlab.core.recall import StudyLists
from memlab.models.accumulator import STEP_SECONDS, race, race_parameters, race_terms, steps_allowed


def run(support, kappa=0.1, inhibition=0.0, noise=0.0, step=0.5, max_steps=5000, barred=(), seed=0):
    support = np.asarray(support, dtype=float)
    flags = np.isin(np.arange(len(support)), barred)
    x = np.empty(len(support))
    winner, steps = race(support, flags, x, kappa, inhibition, noise, step, max_steps, np.random.default_rng(seed))
    return winner, steps, x


@pytest.mark.parametrize(("support", "kappa", "step"), [(0.5, 0.1, 0.575), (0.2, 0.15, 0.3), (0.31, 0.3, 0.05)])
def test_one_item_without_noise_crosses_at_the_step_of_the_closed_form(support, kappa, step):
    expected = math.ceil(math.log(1 - kappa / support) / math.log(1 - kappa * step))
    assert run([support], kappa=kappa, step=step)[:2] == (0, expected)


@pytest.mark.parametrize("steps", [1, 3, 20])
def test_one_item_without_noise_approaches_support_over_leak(steps):
    winner, _, x = run([0.09], kappa=0.1, max_steps=steps)
    assert winner == -1
    assert x[0] == pytest.approx(0.9 * (1 - 0.95**steps))


@pytest.mark.parametrize("support", [0.0, 0.05, 0.1])
def test_an_item_with_support_no_greater_than_its_leak_never_crosses(support):
    assert run([support], kappa=0.1)[:2] == (-1, 5000)


@pytest.mark.parametrize("n_items", [2, 5])
def test_equal_items_obey_the_law_of_one_with_leak_kappa_plus_the_inhibition_of_the_others(n_items):
    kappa, inhibition, step = 0.05, 0.02, 0.5
    _, alone, x_alone = run([0.3], kappa=kappa + (n_items - 1) * inhibition, step=step)
    _, steps, x = run([0.3] * n_items, kappa=kappa, inhibition=inhibition, step=step)
    assert steps == alone
    np.testing.assert_allclose(x, x_alone[0])


@pytest.mark.parametrize("inhibition", [0.0, 0.05, 0.3])
def test_without_noise_the_item_with_most_support_wins(inhibition):
    assert run([0.3, 0.2, 0.41, 0.4], inhibition=inhibition)[0] == 2


def test_the_race_has_neither_invariance_of_the_other_choice_rules():
    """A common factor and a common addend both change how often the stronger item wins, and when."""

    def shares(support):
        won = [run(support, noise=0.2, seed=seed)[:2] for seed in range(1000)]
        return np.mean([winner == 0 for winner, _ in won]), np.mean([steps for _, steps in won])

    (share, steps), (scaled, sooner), (raised, soon) = (shares(s) for s in ([0.3, 0.1], [1.2, 0.4], [1.3, 1.1]))
    error = np.sqrt(2 * 0.25 / 1000)  # of a difference, at most
    assert scaled > share + 4 * error  # .99 for .85
    assert raised < share - 4 * error  # .70
    assert max(sooner, soon) < steps / 2


def test_a_barred_item_never_wins_but_still_inhibits():
    assert run([0.5, 0.3], barred=[0])[0] == 1
    assert run([0.5, 0.3], barred=[0], inhibition=0.1)[1] > run([0.3], inhibition=0.1)[1]
    assert run([0.5, 0.3], barred=[0], inhibition=0.35)[0] == -1


def test_no_time_no_winner():
    assert run([5.0], max_steps=0)[:2] == (-1, 0)


@pytest.mark.parametrize("seed", range(20))
def test_the_compiled_race_runs_as_the_slow_one(slow_race, seed):
    rng = np.random.default_rng(seed)
    support, barred = rng.random(12) / 2, rng.random(12) < 0.3
    terms = (0.1, 0.2, 0.15, 0.575)
    slow_rng, fast_rng = (np.random.default_rng([seed, 1]) for _ in range(2))
    winner, steps, x_slow = slow_race(support, barred, *terms, 300, slow_rng)
    x = np.empty(12)
    assert race(support, barred, x, *terms, 300, fast_rng) == (winner, steps)
    np.testing.assert_allclose(x, x_slow, rtol=1e-12, atol=1e-12)
    assert slow_rng.random() == fast_rng.random()  # as many random numbers were drawn


def test_noise_grows_with_the_square_root_of_the_step():
    values = {p.name: p.default for p in race_parameters((0.1, 0.2, 0.3, 0.4), "test")}
    assert race_terms(values) == pytest.approx((0.1, 0.2, 0.3 * math.sqrt(0.25), 0.25))


@pytest.mark.parametrize(("seconds", "steps"), [(0.0, 0), (0.3, 3), (0.35, 3), (90.0, 900), (np.inf, 900)])
def test_the_recall_period_holds_whole_steps_and_is_90_seconds_where_none_is_set(seconds, steps):
    assert STEP_SECONDS == 0.1
    assert steps_allowed(StudyLists.simple(1, 1, recall_seconds=seconds)) == steps
