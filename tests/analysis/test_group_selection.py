"""Random-effects model selection against integrals taken another way, and where the answer is known."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln, logsumexp
from scipy.stats import beta

from memlab.analysis.group_selection import _free_energy, exceedance_probabilities, select_models
from memlab.core.errors import UsageError


def test_two_models_with_symmetrical_evidence_are_equally_frequent():
    group = select_models([[3.0, 0.0], [0.0, 3.0], [1.0, 0.0], [0.0, 1.0]])
    assert group.frequency == pytest.approx([0.5, 0.5], abs=1e-6)
    assert group.exceedance == pytest.approx([0.5, 0.5], abs=1e-6)
    assert group.protected_exceedance == pytest.approx([0.5, 0.5], abs=1e-6)


def test_a_model_that_everybody_follows_has_all_subjects_and_exceeds():
    evidence = np.column_stack([np.zeros(20), np.full(20, -15.0), np.full(20, -30.0)])
    group = select_models(evidence)
    assert group.counts == pytest.approx([21, 1, 1], abs=1e-4)
    assert group.exceedance[0] > 0.9999
    assert group.omnibus_risk < 1e-3
    assert group.protected_exceedance[0] > 0.999


def test_models_that_tie_leave_the_omnibus_risk_high_and_protection_at_chance():
    evidence = np.random.default_rng(2).normal(0, 0.05, size=(30, 3))
    group = select_models(evidence)
    assert group.omnibus_risk > 0.9
    assert group.protected_exceedance == pytest.approx([1 / 3] * 3, abs=0.03)


def test_everything_sums_to_one():
    group = select_models(np.random.default_rng(1).normal(0, 4, size=(15, 4)))
    for probabilities in (group.frequency, group.exceedance, group.protected_exceedance):
        assert probabilities.sum() == pytest.approx(1)
    assert group.responsibility.sum(axis=1) == pytest.approx(np.ones(15))
    assert group.counts.sum() == pytest.approx(15 + 4)


def test_only_differences_within_a_subject_count():
    evidence = np.random.default_rng(4).normal(0, 3, size=(8, 3))
    shifted = select_models(evidence + np.arange(8)[:, None] * 1000)
    assert shifted.counts == pytest.approx(select_models(evidence).counts, abs=1e-6)
    assert shifted.omnibus_risk == pytest.approx(select_models(evidence).omnibus_risk, abs=1e-6)


@pytest.mark.parametrize("counts", [(1.0, 1.0), (3.5, 2.0), (40.0, 25.0), (500.0, 450.0), (1.0, 30.0)])
def test_the_exceedance_of_two_models_is_the_beta_integral(counts):
    density = beta(*counts).pdf
    above_half, _ = quad(density, 0.5, 1.0, limit=200)
    assert exceedance_probabilities(counts)[0] == pytest.approx(above_half, abs=1e-6)


def test_the_exceedance_of_four_models_is_that_of_drawn_frequencies():
    counts = [4.0, 6.0, 1.0, 5.0]
    drawn = np.random.default_rng(0).dirichlet(counts, size=400_000)
    share = np.bincount(drawn.argmax(axis=1), minlength=4) / len(drawn)
    assert exceedance_probabilities(counts) == pytest.approx(share, abs=4 * 0.5 / np.sqrt(len(drawn)))


def test_the_free_energy_bounds_the_evidence_of_unequal_frequencies_closely():
    evidence = np.array([[0.0, -1.5], [0.0, -3.0], [-0.5, 0.0], [0.0, -2.0], [0.0, -0.2]])
    group = select_models(evidence)

    def likelihood(r):  # flat prior over the frequency of the first model
        return np.exp(logsumexp(evidence + np.log([r, 1 - r]), axis=1).sum())

    exact = np.log(quad(likelihood, 0, 1)[0])
    shifted = evidence - evidence.max(axis=1, keepdims=True)
    bound = _free_energy(shifted, group.counts, group.responsibility)
    assert bound <= exact
    assert bound == pytest.approx(exact, abs=0.3)


def test_the_free_energy_of_certain_subjects_is_the_dirichlet_multinomial():
    # Evidence so strong that who follows what is known: 3 and 1 subjects. ln B(4, 2) is exact.
    evidence = np.array([[0.0, -800.0]] * 3 + [[-800.0, 0.0]])
    group = select_models(evidence)
    assert _free_energy(evidence, group.counts, group.responsibility) == pytest.approx(betaln(4, 2))


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [[1.0]], [[1.0, np.nan]], np.zeros((0, 2))])
def test_evidence_that_is_none_is_refused(wrong):
    with pytest.raises(UsageError, match="log_evidence"):
        select_models(wrong)
