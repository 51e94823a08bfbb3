"""The likelihood under racing accumulators where it has a formula, and its truncated normal numbers."""

from math import erfc, sqrt

import numpy as np
import pytest

from memlab.core.recall import Pool, StudyLists
from memlab.core.sequences import Sequences
from memlab.models.accumulator import race
from memlab.models.cmr_polyn2009 import SourceContextMaintenanceRetrieval
from memlab.models.race_likelihood import Cues, new_runners, normal_above, normal_below, race_for
from memlab.models.tcm_a import TemporalContextAccumulator

TCM_A, CMR_2009 = TemporalContextAccumulator(), SourceContextMaintenanceRetrieval()
NO_CUES = Cues(np.empty((0, 0)), np.empty((0, 0)), 0.0)


def upper(z):
    return 0.5 * erfc(z / sqrt(2))


def one_race(target, support, recalled, terms, steps, n=20_000, silent=False):
    """P(the target wins within the steps), or that nobody does, estimated."""
    runners = new_runners(n, np.asarray(support), np.zeros(len(support)))
    rng = np.random.default_rng(5)
    log_z = race_for(target, runners, np.asarray(recalled), silent, terms, NO_CUES, steps, rng)
    return np.exp(log_z) * np.exp(runners.log_weight).mean()


def raced(support, recalled, terms, steps, n=40_000):
    """The share of simulated races that each item won, and of those without a winner."""
    rng, x = np.random.default_rng(6), np.empty(len(support))
    winners = [race(np.asarray(support), np.asarray(recalled), x, *terms, steps, rng)[0] for _ in range(n)]
    return np.array([np.mean(np.equal(winners, item)) for item in (*range(len(support)), -1)])


def test_one_item_and_one_step_have_a_formula():
    """Exact, whatever the number of particles: the step is the target's own."""
    terms = (0.2, 0.1, 0.5, 0.6)
    expected = upper((1 - 0.9 * 0.6) / 0.5)
    assert one_race(0, [0.9], [False], terms, 1, n=8) == pytest.approx(expected, rel=1e-12)


def test_two_items_and_one_step_have_an_integral():
    terms = (0.2, 0.1, 0.5, 0.6)
    means, z = np.array([0.9, 0.7]) * 0.6, np.linspace(-8, 8, 20_001)
    other = means[1] + 0.5 * z
    lands = np.array([upper((max(1.0, o) - means[0]) / 0.5) for o in other])
    expected = np.trapezoid(np.exp(-0.5 * z**2) / sqrt(2 * np.pi) * lands, z)
    assert one_race(0, [0.9, 0.7], [False, False], terms, 1) == pytest.approx(expected, abs=0.003)


@pytest.mark.parametrize("recalled", [[False, False, False], [True, False, False]])
def test_races_are_won_as_often_as_simulated(recalled):
    terms, support = (0.2, 0.3, 0.25, 0.4), [0.9, 0.7, 0.8]
    shares = raced(support, recalled, terms, 12)
    for item in (1, 2, -1):
        error = sqrt(shares[item] * (1 - shares[item]) / 40_000)
        assert one_race(item, support, recalled, terms, 12) == pytest.approx(shares[item], abs=5 * error + 0.01)


@pytest.mark.parametrize(("steps", "expected"), [(4, 0.0), (5, 1.0)])
def test_without_noise_a_race_is_won_when_its_closed_form_says(steps, expected):
    """x after s steps is (f / kappa) (1 - (1 - kappa dt)^s): with these numbers it crosses at the fifth."""
    support, kappa, step = 0.9, 0.3, 0.3
    assert (support / kappa) * (1 - (1 - kappa * step) ** 4) < 1 < (support / kappa) * (1 - (1 - kappa * step) ** 5)
    assert one_race(0, [support], [False], (kappa, 0.0, 0.0, step), steps, n=8) == expected


@pytest.mark.parametrize("model", [TCM_A, TCM_A.with_options(repeats="held"), CMR_2009])
def test_without_noise_the_simulated_sequence_is_certain_and_every_other_impossible(model):
    study = StudyLists.simple(2, 5, recall_seconds=20.0)
    position = model.simulate(study, {"eta": 0.0}, np.random.default_rng(0)).position
    position[1] = position[1][::-1] if (position[1] > 0).all() else [5, 4, 3, 2, 1]
    certain = Sequences(study, position, np.ones(2, dtype=bool))
    if (position[0] == position[1]).all():
        certain = certain.select([0])
    log_p, _ = model.estimate_log_likelihood(certain, {"eta": 0.0}, np.random.default_rng(0), 8)
    assert log_p[0] == 0.0
    assert np.isneginf(log_p[1:]).all()


def test_in_cmr_of_2009_an_item_of_like_meaning_comes_next():
    similarity = np.zeros((4, 4))
    similarity[3, 0] = similarity[0, 3] = 0.1
    position = np.array([[4, 1, 0, 0], [4, 2, 0, 0]])
    preferred = []
    for pool in (Pool(similarity=similarity), None):
        lists = Sequences(StudyLists.simple(2, 4, recall_seconds=3.0, pool=pool), position, np.array([False, False]))
        log_p, variance = CMR_2009.estimate_log_likelihood(lists, {"eta": 0.4}, np.random.default_rng(1), 8000)
        assert variance.sum() < 0.01
        preferred.append(log_p[0] - log_p[1])
    assert preferred[0] > preferred[1] + 0.3


@pytest.mark.parametrize("bound", [-3.0, 0.0, 0.4, 2.0, 9.0])
def test_truncated_normal_numbers_have_the_mean_of_their_closed_form(bound):
    rng, n = np.random.default_rng(1), 40_000
    above = np.array([normal_above(bound, rng) for _ in range(n)])
    below = np.array([normal_below(-bound, rng) for _ in range(n)])
    density = np.exp(-0.5 * bound**2) / sqrt(2 * np.pi)
    assert (above >= bound).all()
    assert (below <= -bound).all()
    for found in (above, -below):
        assert found.mean() == pytest.approx(density / upper(bound), abs=5 * found.std() / sqrt(n))
