"""MINERVA 2: closed forms of the echo, and free recall against a readable twin."""

import numpy as np
import pytest

from memlab.core.errors import NotSupported, ParameterError
from memlab.core.recall import LikelihoodModel, Pool, StudyLists
from memlab.models.minerva2 import (
    Minerva2,
    activation,
    echo_content,
    echo_intensity,
    encode,
    expected_intensity_slope,
    frequency_judgment,
    trace_similarity,
)

MODEL, WITH_ITEM = Minerva2(), Minerva2(cue="item_and_context")
ITEM = np.array([1.0, -1.0, 0.0, 1.0, 1.0, -1.0])

# --- The echo -----------------------------------------------------------------------------------------------------


def test_one_perfect_trace_answers_with_intensity_1_and_the_item():
    assert echo_intensity(ITEM, ITEM) == pytest.approx([1.0])
    np.testing.assert_allclose(echo_content(ITEM, ITEM), ITEM[None])


def test_two_identical_traces_are_twice_as_loud_and_say_the_same():
    traces = [ITEM, ITEM]
    assert echo_intensity(ITEM, traces) == pytest.approx([2.0])
    np.testing.assert_allclose(echo_content(ITEM, traces, normalise=True), ITEM[None])


def test_an_empty_probe_or_trace_has_no_echo():
    nothing = np.zeros_like(ITEM)
    for probe, trace in ((nothing, ITEM), (ITEM, nothing), (nothing, nothing)):
        assert echo_intensity(probe, trace) == pytest.approx([0.0])
        np.testing.assert_array_equal(echo_content(probe, trace, normalise=True), [nothing])


def test_similarity_is_over_features_in_the_probe_or_the_trace():
    probe, trace = np.array([1, 1, 0, 0, -1]), np.array([1, -1, 1, 0, -1])
    assert trace_similarity(probe, trace).item() == pytest.approx((1 - 1 + 1) / 4)  # not 5: one feature is in neither
    assert activation(probe, -trace).item() == pytest.approx(-((1 / 4) ** 3))  # the cube keeps the sign


def test_content_is_the_sum_of_traces_by_activation():
    rng = np.random.default_rng(0)
    probes, traces = rng.integers(-1, 2, (3, 8)), rng.integers(-1, 2, (5, 8))
    expected = np.zeros((3, 8))
    for i, probe in enumerate(probes):
        for trace in traces:
            n = np.sum((probe != 0) | (trace != 0))
            expected[i] += (probe @ trace / n) ** 3 * trace
    np.testing.assert_allclose(echo_content(probes, traces), expected, rtol=1e-12)
    normalised = echo_content(probes, traces, normalise=True)
    np.testing.assert_allclose(np.abs(normalised).max(axis=1), 1)


@pytest.mark.parametrize(
    ("learning", "all_nonzero", "three_valued"),
    [(0.25, 0.0229, 0.0270), (0.5, 0.1437, 0.1539), (0.75, 0.4427, 0.4538), (1.0, 1.0, 1.0)],
)
def test_the_expected_slope_has_its_golden_values(learning, all_nonzero, three_valued):
    # Figures of four digits, of which .14375 is given as .1437: half a unit of the last digit, and rounding.
    assert expected_intensity_slope(20, learning) == pytest.approx(all_nonzero, abs=5.1e-5)
    assert expected_intensity_slope(20, learning, nonzero=2 / 3) == pytest.approx(three_valued, abs=5.1e-5)


@pytest.mark.parametrize("nonzero", [1.0, 2 / 3])
def test_own_traces_add_the_expected_slope_and_other_traces_nothing(nonzero):
    rng, n = np.random.default_rng(1), 40_000
    p = [nonzero / 2, 1 - nonzero, nonzero / 2]
    items, others = rng.choice([-1.0, 0.0, 1.0], (2, n, 20), p=p)
    own = encode(items, 0.5, rng)
    intensity = [
        [float(activation(i, t)[0, 0]) for i, t in zip(items[:4000], x[:4000], strict=True)] for x in (own, others)
    ]
    error = np.std(intensity, axis=1) / np.sqrt(4000)
    expected = np.array([expected_intensity_slope(20, 0.5, nonzero), 0.0])
    assert (np.abs(np.mean(intensity, axis=1) - expected) < 4 * error).all()


def test_intensity_and_its_variance_grow_with_frequency():
    """20 features of -1, 0, 1; L = .5; four items at each frequency 1 to 5, four new ones."""
    rng, n_runs = np.random.default_rng(2), 1500
    intensity = np.empty((n_runs, 24))
    frequency = np.repeat(np.arange(6), 4)
    for run in range(n_runs):
        items = rng.integers(-1, 2, (24, 20))
        intensity[run] = echo_intensity(items, encode(np.repeat(items, frequency, axis=0), 0.5, rng))
    by_frequency = intensity.reshape(n_runs, 6, 4).transpose(1, 0, 2).reshape(6, -1)
    # 6,000 echoes a frequency: standard errors up to .004, for mean and SD; what they are compared with is simulated.
    np.testing.assert_allclose(by_frequency.mean(axis=1), [0.0, 0.152, 0.306, 0.460, 0.613, 0.767], atol=0.015)
    np.testing.assert_allclose(by_frequency.std(axis=1), [0.108, 0.164, 0.200, 0.235, 0.263, 0.284], atol=0.012)
    slope = expected_intensity_slope(20, 0.5, 2 / 3)
    judged = frequency_judgment(by_frequency, slope).mean(axis=1)
    assert (np.diff(judged) > 0).all()
    assert judged[0] > 0.1  # a new item is overestimated: a judgment is never below 0


def test_judged_frequency_has_criteria_midway_between_expected_intensities():
    slope = 0.2
    np.testing.assert_array_equal(frequency_judgment([0.09, 0.11, 0.29, 0.31, -1.0], slope), [0, 1, 1, 2, 0])


def test_encoding_keeps_each_feature_with_probability_l():
    traces = encode(np.ones((400, 50)), 0.3, np.random.default_rng(3))
    assert set(np.unique(traces)) == {0.0, 1.0}
    assert traces.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 20_000))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: encode(ITEM, 1.5, np.random.default_rng(0)),
        lambda: trace_similarity([1, 0], [[1, 0, 1]]),
        lambda: echo_intensity([np.nan], [[1.0]]),
        lambda: expected_intensity_slope(0, 0.5),
        lambda: frequency_judgment([1.0], 0.0),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(wrong):
    with pytest.raises(ParameterError, match="must be") as error:
        wrong()
    assert "\n" not in str(error.value)


# --- Free recall --------------------------------------------------------------------------------------------------

STILL = {"drift_start": 0.0, "drift_rec": 0.0, "drift_distract": 0.0, "phi_s": 0.0, "stop_scale": 0.0}


def renew(features, p, rng):
    u = rng.random(features.size)
    return np.where(u < p, np.where(u < p / 2, 1.0, -1.0), features)


def take(features, source, p, rng):
    return np.where((rng.random(features.size) < p) & (source != 0), source, features)


def slow_simulate(study, v, rng, vectors=None, with_item=False):
    """The twin: whole vectors, one list after the other, the same random numbers in the same order."""
    n = study.list_length
    stop = np.clip(v["stop_scale"] * np.exp(v["stop_growth"] * np.arange(n)), 1e-6, 1 - 1e-6)
    stored = 1 - (1 - v["L"]) ** (v["phi_s"] * np.exp(-v["phi_d"] * np.arange(n)) + 1)
    position = np.zeros((study.n_lists, n), dtype=int)
    for row in range(study.n_lists):
        if not with_item:
            items = np.empty((n, 0))
        elif vectors is None:
            items = np.array([renew(np.empty(int(v["n_item"])), 1.0, rng) for _ in range(n)])
        else:
            items = np.sign(vectors[study.items[row]])
        start = context = renew(np.empty(int(v["n_context"])), 1.0, rng)
        item_traces, context_traces = [], []
        for i in range(n):
            context = renew(context, 1 - (1 - v["drift_distract"]) ** study.distractor[row, i], rng)
            context = renew(context, v["drift_enc"], rng)
            item_traces.append(take(np.zeros(items.shape[1]), items[i], stored[i], rng))
            context_traces.append(take(np.zeros(context.size), context, stored[i], rng))
        context = renew(context, 1 - (1 - v["drift_distract"]) ** study.distractor[row, n], rng)
        context = take(context, start, v["drift_start"], rng)
        probe, traces = context, np.array(context_traces)
        left = np.ones(n)
        for k in range(n):
            if rng.random() < stop[k]:
                break
            w = np.maximum(activation(probe, traces)[0], 1e-6) ** v["theta"] * left
            item = int(np.searchsorted(np.cumsum(w), rng.random() * w.sum(), side="right"))
            position[row, k] = item + 1
            left[item] = 0
            context = take(context, context_traces[item], v["drift_rec"], rng)
            probe = np.r_[items[item], context]
            traces = np.hstack([item_traces, context_traces])
    return position


def with_distraction(n_lists, length, pool=None):
    study = StudyLists.simple(n_lists, length, distractor_seconds=2.0, delay_seconds=5.0)
    items = np.array([np.random.default_rng(i).permutation(20)[:length] for i in range(n_lists)])
    return StudyLists(items, study.onset, study.distractor, study.subject, study.list, pool)


@pytest.mark.parametrize("n_context", [0, 15])
def test_the_kernel_draws_what_the_twin_draws(n_context):
    study, v = with_distraction(40, 6), MODEL.resolve({"n_context": n_context, "stop_scale": 0.05, "theta": 1.3})
    fast = MODEL.simulate(study, v, np.random.default_rng(5)).position
    np.testing.assert_array_equal(fast, slow_simulate(study, v, np.random.default_rng(5)))


@pytest.mark.parametrize("of_the_pool", [True, False])
def test_with_items_in_the_cue_the_kernel_draws_what_the_twin_draws(of_the_pool):
    vectors = np.random.default_rng(6).normal(size=(20, 9)) if of_the_pool else None
    study = with_distraction(40, 6, Pool(vectors=vectors))
    v = WITH_ITEM.resolve({"n_context": 15, "n_item": 7, "stop_scale": 0.05})
    fast = WITH_ITEM.simulate(study, v, np.random.default_rng(5)).position
    slow = slow_simulate(study, v, np.random.default_rng(5), vectors, with_item=True)
    np.testing.assert_array_equal(fast, slow)


def curves(position):
    """Recall by serial position, and of lists with a recall the share that each position is recalled first in."""
    n = position.shape[1]
    spc = np.array([(position == i).any(axis=1).mean() for i in range(1, n + 1)])
    return spc, np.bincount(position[:, 0], minlength=n + 1)[1:] / (position[:, 0] > 0).sum()


@pytest.mark.parametrize("values", [{"n_context": 0}, {"drift_enc": 0.0, "phi_s": 0.0}], ids=["no context", "no drift"])
def test_without_a_context_that_drifts_the_curves_are_flat(values):
    n_lists, n = 20_000, 8
    position = MODEL.simulate(StudyLists.simple(n_lists, n), values, np.random.default_rng(7)).position
    spc, first = curves(position)
    assert np.abs(spc - spc.mean()).max() < 4 * np.sqrt(0.25 / n_lists)
    assert np.abs(first - 1 / n).max() < 4 * np.sqrt(1 / n / n_lists)


def test_without_context_transitions_go_anywhere_alike():
    n = 8
    v = {"n_context": 0, "stop_scale": 0.0}
    position = MODEL.simulate(StudyLists.simple(20_000, n), v, np.random.default_rng(7)).position
    assert (position > 0).all()
    lag = np.diff(position, axis=1).ravel()
    # All orders are as likely: of the n (n - 1) pairs of items, n - |lag| have this lag.
    for d in (-3, -1, 1, 3):
        expected = (n - abs(d)) / (n * (n - 1))
        assert (lag == d).mean() == pytest.approx(expected, abs=4.5 * np.sqrt(expected * (1 - expected) / lag.size))


def test_a_context_that_is_new_at_each_item_points_to_the_last():
    v = {**STILL, "drift_enc": 1.0, "L": 1.0, "n_context": 200, "theta": 10.0}
    position = MODEL.simulate(StudyLists.simple(200, 8), v, np.random.default_rng(8)).position
    assert (position[:, 0] == 8).all()


def test_a_restored_start_points_to_the_first_item():
    v = {**STILL, "drift_enc": 0.5, "drift_start": 1.0, "L": 1.0, "n_context": 200, "theta": 10.0}
    position = MODEL.simulate(StudyLists.simple(200, 8), v, np.random.default_rng(9)).position
    assert (position[:, 0] == 1).all()


def test_restored_context_makes_neighbours_follow_each_other():
    def adjacent(drift_rec):
        v = {"drift_rec": drift_rec, "stop_scale": 0.0, "drift_start": 0.0}
        position = MODEL.simulate(StudyLists.simple(3000, 10), v, np.random.default_rng(10)).position
        return (np.abs(np.diff(position, axis=1)) == 1).mean()

    assert adjacent(1.0) > adjacent(0.0) + 0.05


def test_the_defaults_show_primacy_and_recency_and_a_delay_takes_recency_away():
    immediate, delayed = (
        curves(MODEL.simulate(StudyLists.simple(3000, 15, delay_seconds=d), None, np.random.default_rng(11)).position)[
            0
        ]
        for d in (0.0, 60.0)
    )
    assert immediate[0] > immediate[6] + 0.04
    assert immediate[-1] > immediate[6] + 0.3
    assert delayed[-1] < immediate[-1] - 0.2


def test_with_items_in_the_cue_similar_items_are_recalled_together():
    vectors = np.repeat(np.random.default_rng(12).choice([-1.0, 1.0], (2, 40)), 4, axis=0)  # two kinds, four of each
    order = np.array([0, 4, 1, 5, 2, 6, 3, 7])
    study = StudyLists.simple(2000, 8)
    study = StudyLists(
        np.tile(order, (2000, 1)), study.onset, study.distractor, study.subject, study.list, Pool(vectors=vectors)
    )

    def same_kind(model):
        position = model.simulate(study, {"stop_scale": 0.0}, np.random.default_rng(13)).position
        return (np.diff(order[position - 1] // 4, axis=1) == 0).mean()

    assert same_kind(WITH_ITEM) > 0.6
    assert same_kind(MODEL) < 0.5


def test_it_is_simulated_only():
    assert not isinstance(MODEL, LikelihoodModel)


def test_a_repeated_item_is_refused():
    study = StudyLists.simple(1, 3)
    twice = StudyLists(np.array([[0, 1, 0]]), study.onset, study.distractor, study.subject, study.list)
    with pytest.raises(NotSupported, match="minerva2: list 1"):
        MODEL.simulate(twice, None, np.random.default_rng(0))


def test_the_number_of_item_features_counts_where_items_are_in_the_cue():
    assert "n_item" not in MODEL.defaults()
    assert WITH_ITEM.defaults()["n_item"] == 20
