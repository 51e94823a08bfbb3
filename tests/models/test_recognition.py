"""Recognition by summed similarity: closed forms of the attribute theory, the GCM and NEMO."""

import numpy as np
import pytest

from memlab.core.errors import ParameterError
from memlab.models.recognition import (
    distance,
    gcm_probability,
    list_familiarity,
    nemo_familiarity,
    similarity,
    store,
    summed_similarity,
)

ITEMS = np.eye(8)
LIST = ITEMS[[0, 0, 0, 1, 1, 2]]  # item 0 three times, 1 twice, 2 once; 3 never
TAU = 1.7


def test_of_orthonormal_items_familiarity_is_linear_in_frequency():
    far = np.exp(-TAU * np.sqrt(2))
    frequency = np.array([3, 2, 1, 0])
    expected = frequency + (len(LIST) - frequency) * far
    np.testing.assert_allclose(summed_similarity(ITEMS[:4], LIST, TAU), expected, rtol=1e-12)


def test_each_presentation_adds_one_minus_the_similarity_of_strangers():
    familiarity = summed_similarity(ITEMS[:4], LIST, TAU)
    np.testing.assert_allclose(familiarity[:3] - familiarity[1:], 1 - np.exp(-TAU * np.sqrt(2)), rtol=1e-12)


def test_a_steep_similarity_counts_exact_matches_and_a_flat_one_counts_traces():
    np.testing.assert_allclose(summed_similarity(ITEMS[:4], LIST, 500.0), [3, 2, 1, 0], atol=1e-12)
    np.testing.assert_allclose(summed_similarity(ITEMS[:4], LIST, 0.0), len(LIST))


def test_faded_traces_count_by_their_strength():
    strength = np.array([0.1, 0.2, 0.4, 0.5, 0.6, 1.0])
    np.testing.assert_allclose(summed_similarity(ITEMS[:3], LIST, 500.0, strength), [0.7, 1.1, 1.0])


def test_random_binary_vectors_are_at_four_times_a_binomial():
    d = 16
    vectors = np.random.default_rng(0).choice([-1.0, 1.0], (600, d))
    squared = distance(vectors[:300], vectors[300:]) ** 2
    assert set(np.round(squared.ravel() / 4, 9) % 1) == {0.0}
    # 90,000 pairs of 600 vectors: pairs share vectors but are uncorrelated, so the mean is known to about .01.
    assert squared.mean() / 4 == pytest.approx(d / 2, abs=0.05)
    assert squared.var() / 16 == pytest.approx(d / 4, abs=0.1)


def test_city_block_and_weights_follow_the_definition():
    a, b, w = np.array([1.0, -2.0, 0.5]), np.array([0.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3])
    for r in (1.0, 2.0, 3.0):
        expected = (w @ np.abs(a - b) ** r) ** (1 / r)
        np.testing.assert_allclose(distance(a, b, r, w), expected, rtol=1e-12)
        np.testing.assert_allclose(similarity(a, b, 2.0, r, w), np.exp(-2 * expected), rtol=1e-12)


def test_stored_items_carry_noise_of_the_stated_size():
    traces = store(np.tile(ITEMS, (500, 1)), 0.3, np.random.default_rng(1))
    noise = traces - np.tile(ITEMS, (500, 1))
    assert noise.std() == pytest.approx(0.3, abs=0.01)  # 32,000 draws: standard error .0012
    np.testing.assert_array_equal(store(ITEMS, 0.0, np.random.default_rng(1)), ITEMS)


@pytest.mark.parametrize("p", [1.0, 2.0])
def test_with_one_exemplar_a_category_the_gcm_is_logistic_in_the_distances(p):
    d1, d2, c, gamma = 0.4, 1.1, 3.0, 1.5
    expected = 1 / (1 + np.exp(-c * gamma * (d2**p - d1**p)))
    got = gcm_probability([[0.0]], [[-d1], [d2]], ["A", "B"], c, p=p, gamma=gamma)
    np.testing.assert_allclose(got, [[expected, 1 - expected]], rtol=1e-12)


def test_the_gcm_follows_its_equation_with_attention_and_bias():
    rng = np.random.default_rng(3)
    probes, exemplars, weights = rng.random((4, 3)), rng.random((5, 3)), np.array([1.0, 3.0, 4.0])
    labels, bias = np.array([2, 1, 2, 3, 1]), np.array([0.2, 0.5, 0.3])
    expected = np.empty((4, 3))
    for i, probe in enumerate(probes):
        s = np.exp(-4 * (np.abs(probe - exemplars) ** 2 @ (weights / 8)) ** 0.5)
        total = (bias * [s[labels == k].sum() for k in (1, 2, 3)]) ** 2
        expected[i] = total / total.sum()
    got = gcm_probability(probes, exemplars, labels, 4.0, gamma=2.0, weights=weights, bias=bias)
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_the_gcm_is_defined_where_every_similarity_underflows():
    got = gcm_probability([[0.0]], [[-1000.0], [1001.0]], ["A", "B"], c=5.0)
    np.testing.assert_allclose(got, [[1.0, 0.0]], atol=0.01)


def test_nemo_without_homogeneity_is_summed_similarity():
    np.testing.assert_allclose(nemo_familiarity(ITEMS, LIST, TAU, beta=0.0), summed_similarity(ITEMS, LIST, TAU))


def test_nemo_adds_the_mean_similarity_of_all_pairs():
    traces = np.random.default_rng(4).random((5, 3))
    pairs = [np.exp(-TAU * np.linalg.norm(traces[i] - traces[j])) for i in range(5) for j in range(i)]
    expected = summed_similarity(ITEMS[0, :3], traces, TAU) - 0.7 * 2 / (5 * 4) * sum(pairs)
    np.testing.assert_allclose(nemo_familiarity(ITEMS[0, :3], traces, TAU, beta=-0.7), expected, rtol=1e-12)


def test_false_alarms_of_nemo_rise_with_similarity_and_fall_with_homogeneity():
    # Four items on a circle around 0; a lure is nearer or farther out, and the list is more or less spread along it.
    def circle(spread):
        angle = spread * np.array([-1.5, -0.5, 0.5, 1.5])
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)

    near, far = nemo_familiarity([[1.2, 0.0], [2.0, 0.0]], circle(0.5), TAU, beta=-1.0)
    assert near > far
    # The lure at the centre is at distance 1 from every item, however alike they are.
    alike, apart = (nemo_familiarity([[0.0, 0.0]], circle(s), TAU, beta=-1.0)[0] for s in (0.2, 0.9))
    assert alike < apart - 0.1


def test_judged_frequency_follows_the_list_asked_for_and_leaks_from_the_other():
    # Item i was presented own[i] times in list A and other[i] times in list B: traces of item and list context.
    own, other = np.array([0, 1, 3, 0, 2]), np.array([2, 0, 1, 3, 2])
    items, (list_a, list_b) = 100 * np.eye(5), np.eye(2)  # items so far apart that each meets its own traces only
    traces = [np.r_[items[i], list_a] for i in range(5) for _ in range(own[i])]
    traces += [np.r_[items[i], list_b] for i in range(5) for _ in range(other[i])]
    asked = np.array([np.r_[item, list_a] for item in items])
    got = summed_similarity(asked, traces, TAU)
    np.testing.assert_allclose(got, list_familiarity(own, other, np.sqrt(2), TAU), rtol=1e-12)
    np.testing.assert_allclose(got, own + other * np.exp(-TAU * np.sqrt(2)), rtol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: distance([[1.0, 2.0]], [[1.0]]), "must be as many"),
        (lambda: distance([[1.0]], [[1.0]], r=0), "r must be above 0"),
        (lambda: distance([[np.nan]], [[1.0]]), "probes must be finite"),
        (lambda: similarity([[1.0]], [[1.0]], tau=-1), "tau must be a number of at least 0"),
        (lambda: store([[1.0]], -0.1, np.random.default_rng(0)), "noise must be"),
        (lambda: gcm_probability([[0.0]], [[1.0], [2.0]], ["a"], 1.0), "one label an exemplar"),
        (lambda: gcm_probability([[0.0]], [[1.0], [2.0]], ["a", "b"], 1.0, bias=[1.0]), "bias must be"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(wrong, message):
    with pytest.raises(ParameterError, match=message) as error:
        wrong()
    assert "\n" not in str(error.value)
