"""SAM (Raaijmakers & Shiffrin): closed forms of the buffer and the search, and the kernel against its readable twin."""

import numpy as np
import pytest

from memlab.core.errors import DataError, ParameterError
from memlab.core.recall import StudyLists
from memlab.models import get_model
from memlab.models.rehearsal_buffer import lose_to_distraction
from memlab.models.sam import SearchOfAssociativeMemory, cumulate, rehearse, sample, set_strengths

SAM = SearchOfAssociativeMemory()
NO_LEARNING = {"a": 0.0, "b": 0.0, "c": 0.0}
EMPTIED = 30.0  # seconds of filled delay


# --- the slow, readable twin: one list, written from the equations -------------------------------------------------


def twin_left_after(buffer, seconds, clear_seconds, rng):
    if seconds <= 0:
        return buffer
    if seconds >= clear_seconds:
        return []
    return [i for i in buffer if rng.random() >= seconds / clear_seconds]


def twin_study(seconds, distraction, p, credit, rng):
    """Rehearsal seconds of each item and pair, {(i, j): t}, and the buffer at the test."""
    together, buffer = {}, []
    for item, t in enumerate(seconds):
        buffer = twin_left_after(buffer, distraction[item], p["clear_seconds"], rng)
        if len(buffer) < p["r"]:
            buffer.append(item)
        else:
            buffer[int(rng.random() * p["r"])] = item
        share = t if credit == "full" else t / len(buffer)
        for i in buffer:
            for j in buffer:
                together[i, j] = together.get((i, j), 0.0) + share
    return together, twin_left_after(buffer, distraction[-1], p["clear_seconds"], rng)


def twin_list(seconds, distraction, p, credit, failed_cue_memory, rng):
    n = len(seconds)
    together, buffer = twin_study(seconds, distraction, p, credit, rng)
    context = [p["a"] * together[i, i] for i in range(n)]
    word = {(k, i): p["b"] * together[k, i] if (k, i) in together else p["d"] for k in range(n) for i in range(n)}
    word.update({(i, i): p["c"] * together[i, i] for i in range(n)})
    recalled = []
    while buffer:
        slot = int(rng.random() * len(buffer))
        recalled.append(buffer[slot])
        buffer[slot] = buffer[0]
        buffer = buffer[1:]
    cues, failed = ["context"], set()  # failed: (cue, image) pairs
    failures = in_a_row = 0
    while failures < p["K_max"] and len(recalled) < n:
        weights = [context[i] * (word[cues[1], i] if len(cues) > 1 else 1.0) for i in range(n)]
        reached, drawn = 0.0, rng.random() * np.cumsum(weights)[-1]
        image = None
        for i, weight in enumerate(weights):
            reached += weight
            if image is None and drawn < reached:
                image = i
        if image is not None and image not in recalled:
            new_cues = [cue for cue in cues if (cue, image) not in failed]
            strength = sum(context[image] if cue == "context" else word[cue, image] for cue in new_cues)
            if rng.random() < 1 - np.exp(-strength):
                recalled.append(image)
                context[image] += p["e"]
                word[image, image] += p["g"]
                if len(cues) > 1:
                    word[cues[1], image] += p["f"]
                    word[image, cues[1]] += p["f"]
                cues = ["context", image] if p["L_max"] > 0 else ["context"]
                in_a_row = 0
                continue
            if failed_cue_memory:
                failed.update((cue, image) for cue in cues)
        failures += 1
        if len(cues) > 1:
            in_a_row += 1
            if in_a_row == p["L_max"]:
                cues = ["context"]
    return [i + 1 for i in recalled] + [0] * (n - len(recalled))


SETTINGS = [
    {},
    {"r": 1, "a": 0.3},
    {"r": 7, "L_max": 1, "K_max": 12, "b": 0.4},
    {"L_max": 0, "a": 0.5},
    {"d": 0.0, "e": 0.0, "f": 2.0, "g": 0.1},
    {"clear_seconds": 20.0},
    {"b": 0.0, "c": 0.0, "d": 0.0},
]


@pytest.mark.parametrize("failed_cue_memory", [True, False])
@pytest.mark.parametrize("credit", ["full", "shared"])
@pytest.mark.parametrize("values", SETTINGS)
@pytest.mark.parametrize("gaps", [(0.0, 0.0), (4.0, 8.0)])
def test_the_kernel_recalls_what_the_readable_twin_recalls(gaps, values, credit, failed_cue_memory):
    model = SAM.with_options(credit=credit, failed_cue_memory=failed_cue_memory)
    study = StudyLists.simple(15, 12, seconds_per_item=2.0, distractor_seconds=gaps[0], delay_seconds=gaps[1])
    fast = model.simulate(study, values, np.random.default_rng(11)).position
    rng = np.random.default_rng(11)
    p = model.resolve(values)
    seconds = study.seconds_on_item()
    slow = [
        twin_list(seconds[row], study.distractor[row], p, credit, failed_cue_memory, rng)
        for row in range(study.n_lists)
    ]
    np.testing.assert_array_equal(fast, slow)


# --- the buffer ----------------------------------------------------------------------------------------------------


def buffer_histories(n_items, r, n_lists=20_000):
    """Mean rehearsal of each pair with its error, and the share of lists with each item in the buffer at the test."""
    rng = np.random.default_rng(5)
    theory = SAM.theory({"r": r})
    together = np.empty((n_items, n_items))
    buffer = np.empty(r, dtype=np.int64)
    total, squares, at_end = np.zeros_like(together), np.zeros_like(together), np.zeros(n_items)
    for _ in range(n_lists):
        n = rehearse(np.ones(n_items), np.zeros(n_items + 1), theory, rng, together, buffer)
        total += together
        squares += together**2
        at_end[buffer[:n]] += 1
    mean = total / n_lists
    error = np.sqrt(np.maximum(squares / n_lists - mean**2, 0) / n_lists)
    return mean, error, at_end / n_lists


def expected_slots(i, n, r):
    q = 1 - 1 / r
    return (r - i + 1) + (r - 1) * (1 - q ** (n - r)) if i <= r else r * (1 - q ** (n - i + 1))


def expected_slots_together(i, j, n, r):
    q, x = 1 - 1 / r, 1 - 2 / r
    if i > r:
        return q ** (j - i) * (r / 2) * (1 - x ** (n - j + 1))
    if j > r:
        return q ** (j - r) * (r / 2) * (1 - x ** (n - j + 1))
    return (r - j + 1) + (r / 2 - 1) * (1 - x ** (n - r))


@pytest.mark.parametrize(("n", "r"), [(12, 4), (20, 4), (10, 2), (9, 6)])
def test_items_and_pairs_spend_the_expected_slots_in_the_buffer(n, r):
    mean, error, _ = buffer_histories(n, r)
    for i in range(1, n + 1):
        assert mean[i - 1, i - 1] == pytest.approx(expected_slots(i, n, r), abs=4.5 * error[i - 1, i - 1] + 1e-9)
        for j in range(i + 1, n + 1):
            together = expected_slots_together(i, j, n, r)
            assert mean[i - 1, j - 1] == pytest.approx(together, abs=4.5 * error[i - 1, j - 1] + 1e-9)
            assert mean[j - 1, i - 1] == mean[i - 1, j - 1]


@pytest.mark.parametrize("r", [2, 4, 6])
def test_in_a_long_list_the_first_items_get_2r_minus_i_slots_and_the_middle_r(r):
    """Hence primacy over r - 1 items and a flat middle."""
    n = 400
    slots = [expected_slots(i, n, r) for i in range(1, n - 100)]
    np.testing.assert_allclose(slots[:r], [2 * r - i for i in range(1, r + 1)], atol=1e-6)
    np.testing.assert_allclose(slots[r:], r, atol=1e-6)  # (1 - 1/r)^100 is left out


def test_a_buffer_of_one_rehearses_no_two_items_together():
    together, _, _ = buffer_histories(6, 1, n_lists=5)
    np.testing.assert_array_equal(together, np.eye(6))


def test_what_is_in_the_buffer_at_the_test_falls_geometrically_from_the_last_item():
    n, r, n_lists = 20, 4, 20_000
    share = buffer_histories(n, r, n_lists)[2]
    expected = np.array([(1 - 1 / r) ** (n - max(i, r)) for i in range(1, n + 1)])
    np.testing.assert_allclose(expected[-4:], [0.421875, 0.5625, 0.75, 1.0])
    np.testing.assert_allclose(share, expected, atol=4.5 * np.sqrt(0.25 / n_lists))


@pytest.mark.parametrize(("credit", "own"), [("full", [6.0, 4.0, 2.0]), ("shared", [2 + 1 + 2 / 3, 1 + 2 / 3, 2 / 3])])
def test_full_credit_gives_each_item_the_time_and_shared_credit_divides_it(credit, own):
    theory = SAM.with_options(credit=credit).theory()
    together, buffer = np.empty((3, 3)), np.empty(4, dtype=np.int64)
    n = rehearse(np.full(3, 2.0), np.zeros(4), theory, np.random.default_rng(0), together, buffer)
    np.testing.assert_allclose(np.diag(together), own)
    np.testing.assert_allclose(together[0], [own[0], own[1], own[2]])  # with item 1: since the other entered
    assert list(buffer[:n]) == [0, 1, 2]


def test_strengths_are_rehearsal_times_the_rate_and_d_for_pairs_never_together():
    together, to_context = np.array([[4.0, 2.0, 0.0], [2.0, 6.0, 4.0], [0.0, 4.0, 2.0]]), np.empty(3)
    set_strengths(together, SAM.theory({"a": 0.5, "b": 0.25, "c": 0.125, "d": 0.02}), to_context)
    np.testing.assert_allclose(to_context, [2.0, 3.0, 1.0])
    np.testing.assert_allclose(together, [[0.5, 0.5, 0.02], [0.5, 0.75, 1.0], [0.02, 1.0, 0.25]])


def test_distraction_loses_items_in_proportion_to_its_time():
    rng, n_lists = np.random.default_rng(2), 20_000
    left = [lose_to_distraction(np.arange(4), 4, 5.0, 20.0, rng) for _ in range(n_lists)]
    assert np.mean(left) == pytest.approx(3.0, abs=4.5 * np.sqrt(4 * 0.25 * 0.75 / n_lists))
    assert lose_to_distraction(np.arange(4), 4, 0.0, 0.0, rng) == 4
    assert lose_to_distraction(np.arange(4), 4, 0.001, 0.0, rng) == 0
    assert lose_to_distraction(np.arange(4), 4, 20.0, 20.0, rng) == 0


# --- limits of the search ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{"a": 0.0}, {"K_max": 0}, NO_LEARNING])
@pytest.mark.parametrize("r", [1, 3, 4])
def test_without_a_long_term_store_exactly_the_buffer_is_recalled(values, r):
    study = StudyLists.simple(300, 10)
    position = SAM.simulate(study, {"r": r, **values}, np.random.default_rng(1)).position
    assert ((position > 0).sum(axis=1) == r).all()
    assert (position == 10).any(axis=1).all()
    delayed = StudyLists.simple(50, 10, delay_seconds=EMPTIED)
    assert not SAM.simulate(delayed, {"r": r, **values}, np.random.default_rng(1)).position.any()


def test_the_buffer_is_output_first_in_random_order():
    n_lists = 20_000
    position = SAM.simulate(StudyLists.simple(n_lists, 4), None, np.random.default_rng(3)).position
    error = np.sqrt(0.25 * 0.75 / n_lists)
    for output in range(4):
        share = np.bincount(position[:, output], minlength=5)[1:] / n_lists
        np.testing.assert_allclose(share, 0.25, atol=4.5 * error)


def test_word_cues_without_any_strength_recover_nothing_and_the_search_still_ends():
    study = StudyLists.simple(4000, 8, delay_seconds=EMPTIED)
    silent = {"b": 0.0, "c": 0.0, "d": 0.0, "f": 0.0, "g": 0.0, "a": 2.0, "K_max": 1, "L_max": 1}
    position = SAM.simulate(study, silent, np.random.default_rng(1)).position
    assert (position > 0).sum(axis=1).max() == 1  # the first word's probe samples nothing: the one failure allowed
    with_residual = SAM.simulate(study, {**silent, "d": 1.0}, np.random.default_rng(1)).position
    assert (with_residual > 0).sum(axis=1).max() > 1


@pytest.mark.parametrize("k_max", [1, 3, 10])
@pytest.mark.parametrize("memory", [True, False])
def test_one_item_is_recalled_as_often_as_its_strength_to_context_says(memory, k_max):
    n_lists, strength = 20_000, 0.25
    study = StudyLists.simple(n_lists, 1, delay_seconds=EMPTIED)  # studied for 1 s, gone from the buffer
    model = SAM.with_options(failed_cue_memory=memory)
    values = {"a": strength, "L_max": 0, "K_max": k_max}
    recalled = (model.simulate(study, values, np.random.default_rng(4)).position > 0).mean()
    expected = 1 - np.exp(-strength if memory else -strength * k_max)
    assert recalled == pytest.approx(expected, abs=4.5 * np.sqrt(expected * (1 - expected) / n_lists))


def test_sampling_probabilities_sum_to_one_and_draws_follow_them():
    rng = np.random.default_rng(6)
    context, words = rng.random(5), rng.random((5, 5))
    for cue in (-1, 2):
        cumulative = np.empty(5)
        cumulate(context, words, cue, cumulative)
        probability = np.diff(cumulative, prepend=0) / cumulative[-1]
        weight = context if cue < 0 else context * words[cue]
        assert probability.sum() == pytest.approx(1)
        np.testing.assert_allclose(probability, weight / weight.sum())
        drawn = np.bincount([sample(cumulative, rng) for _ in range(20_000)], minlength=5) / 20_000
        np.testing.assert_allclose(drawn, probability, atol=4.5 * np.sqrt(0.25 / 20_000))


def test_nothing_is_sampled_where_all_strengths_are_zero():
    assert sample(np.zeros(4), np.random.default_rng(0)) == -1


# --- lesions, paradigms --------------------------------------------------------------------------------------------


def spc(position, n):
    return np.array([(position == i).any(axis=1).mean() for i in range(1, n + 1)])


def test_a_buffer_of_one_gives_a_flat_curve_with_the_last_item_alone_above_it():
    """K.F. has no short-term store to speak of; but his long-term learning is normal, and here it suffers as well."""
    n, n_lists = 15, 20_000
    intact = spc(SAM.simulate(StudyLists.simple(n_lists, n), None, np.random.default_rng(8)).position, n)
    curve = spc(SAM.simulate(StudyLists.simple(n_lists, n), {"r": 1}, np.random.default_rng(8)).position, n)
    middle = curve[:-1].mean()
    assert curve[-1] == 1
    assert 0 < middle < intact[6:9].mean()
    np.testing.assert_allclose(curve[:-1], middle, atol=4.5 * np.sqrt(0.25 / n_lists))


def test_without_long_term_learning_recency_is_intact_and_the_rest_is_gone():
    """H.M.: the recency of an immediate test as in the intact model's buffer, nothing at all after a filled delay."""
    n, n_lists = 15, 20_000
    position = SAM.simulate(StudyLists.simple(n_lists, n), NO_LEARNING, np.random.default_rng(8)).position
    expected = np.array([0.75 ** (n - max(i, 4)) for i in range(1, n + 1)])
    np.testing.assert_allclose(spc(position, n), expected, atol=4.5 * np.sqrt(0.25 / n_lists))


def test_a_filled_delay_takes_recency_and_leaves_primacy():
    n, rng = 15, np.random.default_rng(9)
    now = spc(SAM.simulate(StudyLists.simple(5000, n), None, rng).position, n)
    later = spc(SAM.simulate(StudyLists.simple(5000, n, delay_seconds=EMPTIED), None, rng).position, n)
    assert now[-1] - now[7] > 0.5
    assert later[-1] < later[7]  # negative recency: the last items were rehearsed least
    assert later[0] - later[7] > 0.1


def test_distraction_before_every_item_leaves_a_flat_curve_without_recency():
    """The buffer account has no long-term recency: its known failure."""
    n = 10
    study = StudyLists.simple(20_000, n, distractor_seconds=12.0, delay_seconds=12.0)
    curve = spc(SAM.simulate(study, None, np.random.default_rng(9)).position, n)
    np.testing.assert_allclose(curve, curve.mean(), atol=4.5 * np.sqrt(0.25 / 20_000))


def test_more_study_time_helps_and_longer_lists_lower_the_proportion():
    def mean(n, seconds):
        study = StudyLists.simple(4000, n, seconds_per_item=seconds)
        return (SAM.simulate(study, None, np.random.default_rng(1)).position > 0).sum(axis=1).mean()

    assert mean(20, 2.0) > mean(20, 1.0) + 1
    assert mean(40, 1.0) > mean(20, 1.0) + 1
    assert mean(40, 1.0) / 40 < mean(20, 1.0) / 20 - 0.1


def test_bad_options_counts_and_schedules_are_refused():
    assert get_model("sam").name == "sam.rs1981"
    with pytest.raises(ParameterError, match="option credit must be one of 'full', 'shared'"):
        SAM.with_options(credit="half")
    with pytest.raises(ParameterError, match="K_max must be a whole number"):
        SAM.resolve({"K_max": 2.5})
    study = StudyLists(
        items=np.arange(3)[None], onset=np.array([[0.0, 2.0, 1.0]]), distractor=np.zeros((1, 4)),
        subject=np.array([7]), list=np.array([1]),
    )  # fmt: skip
    with pytest.raises(DataError, match="list 1 of subject 7: item 3 starts before item 2"):
        SAM.simulate(study, None, np.random.default_rng(0))
