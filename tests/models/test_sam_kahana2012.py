"""The textbook's SAM: displacement, directed strengths, counters, and the kernel against its readable twin."""

import numpy as np
import pytest

from memlab.core.recall import StudyLists
from memlab.models.sam_kahana2012 import (
    TextbookSearchOfAssociativeMemory,
    cumulate,
    displaced,
    rehearse,
    sample,
)

SAM = TextbookSearchOfAssociativeMemory()
EMPTIED = 30.0  # seconds of filled delay


def displacement(q, r):
    """P of each rank from the oldest, (r,), written from the equation."""
    if q == 0:
        return np.full(r, 1 / r)
    return np.array([q * (1 - q) ** (j - 1) / (1 - (1 - q) ** r) for j in range(1, r + 1)])


# --- the slow, readable twin ---------------------------------------------------------------------------------------


def twin_left_after(buffer, seconds, clear_seconds, rng):
    if seconds <= 0:
        return buffer
    if seconds >= clear_seconds:
        return []
    return [i for i in buffer if rng.random() >= seconds / clear_seconds]


def twin_list(amount, distraction, p, same_cue, rng):
    n = len(amount)
    context, word, buffer = np.zeros(n), np.zeros((n, n)), []
    for item in range(n):
        buffer = twin_left_after(buffer, distraction[item], p["clear_seconds"], rng)
        if len(buffer) == p["r"]:
            rank = np.searchsorted(np.cumsum(displacement(p["q"], len(buffer))), rng.random(), side="right")
            del buffer[min(rank, len(buffer) - 1)]
        buffer.append(item)
        for i in buffer:
            context[i] += p["a_forward"] * amount[item]
            for j in buffer:
                if i != j:
                    word[i, j] += p["a_forward" if i < j else "a_backward"] * amount[item]
    buffer = twin_left_after(buffer, distraction[-1], p["clear_seconds"], rng)
    recalled = []
    while buffer:
        slot = int(rng.random() * len(buffer))
        recalled.append(buffer[slot])
        buffer[slot] = buffer[0]
        buffer = buffer[1:]
    cue, m1, m2 = None, 0, 0
    while m1 <= p["m1_max"] and m2 <= p["m2_max"]:
        weights = context ** p["W_c"] * (1.0 if cue is None else word[cue] ** p["W_e"])
        weights[recalled] = 0.0  # resample until an item is left
        drawn = rng.random() * np.cumsum(weights)[-1]
        if not weights.any():
            if cue is None:
                break
            cue = None
            continue
        image = int(np.argmax(drawn < np.cumsum(weights)))
        strength = p["W_c"] * context[image] + (0.0 if cue is None else p["W_e"] * word[cue, image])
        if rng.random() < 1 - np.exp(-strength):
            recalled.append(image)
            cue, m1, m2 = image, 0, 0
        elif cue is None:
            m1 += 1
        else:
            m2 += 1
            cue = cue if same_cue else None
    return [i + 1 for i in recalled] + [0] * (n - len(recalled))


SETTINGS = [
    {},
    {"q": 0.0, "r": 3, "m1_max": 0},
    {"q": 1.0, "W_e": 2.0, "W_c": 0.5, "a_forward": 0.4},
    {"W_e": 0.0, "m2_max": 0},
    {"W_c": 0.0, "m1_max": 8},
    {"r": 1, "a_forward": 0.5},
    {"a_backward": 0.0, "clear_seconds": 20.0, "a_forward": 0.3, "m1_max": 10},
    {"a_forward": 0.0, "a_backward": 0.3},
]


@pytest.mark.parametrize("after_failure", ["context", "same_cue"])
@pytest.mark.parametrize("step", ["item", "second"])
@pytest.mark.parametrize("values", SETTINGS)
@pytest.mark.parametrize("gaps", [(0.0, 0.0), (4.0, 8.0)])
def test_the_kernel_recalls_what_the_readable_twin_recalls(gaps, values, step, after_failure):
    model = SAM.with_options(step=step, after_failure=after_failure)
    study = StudyLists.simple(15, 12, seconds_per_item=2.0, distractor_seconds=gaps[0], delay_seconds=gaps[1])
    fast = model.simulate(study, values, np.random.default_rng(11)).position
    rng = np.random.default_rng(11)
    p = model.resolve(values) | {"r": int(model.resolve(values)["r"])}
    amount = [1.0 if step == "item" else 2.0] * 12
    slow = [twin_list(amount, study.distractor[row], p, after_failure == "same_cue", rng) for row in range(15)]
    np.testing.assert_array_equal(fast, slow)


# --- study ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("r", [1, 2, 4, 10])
@pytest.mark.parametrize("q", [0.0, 1e-6, 0.2, 0.7, 1.0])
def test_displacement_probabilities_sum_to_one_and_draws_follow_them(q, r):
    expected = displacement(q, r)
    assert expected.sum() == pytest.approx(1)
    rng, n = np.random.default_rng(1), 10_000
    drawn = np.bincount([displaced(q, r, rng) for _ in range(n)], minlength=r) / n
    np.testing.assert_allclose(drawn, expected, atol=4.5 * np.sqrt(0.25 / n))


def test_displacement_is_random_as_q_goes_to_zero_and_first_in_first_out_at_one():
    np.testing.assert_allclose(displacement(1e-7, 5), 0.2, atol=1e-6)
    rng = np.random.default_rng(0)
    assert {displaced(1.0, 5, rng) for _ in range(1000)} == {0}


def study_once(values, n=8):
    to_context, to_words = np.empty(n), np.empty((n, n))
    theory = SAM.theory(values)
    buffer = np.empty(theory.r, dtype=np.int64)
    n_buffered = rehearse(np.ones(n), np.zeros(n + 1), theory, np.random.default_rng(3), to_context, to_words, buffer)
    return to_context, to_words, buffer[:n_buffered]


def test_first_in_first_out_gives_every_pair_its_time_by_lag():
    r, n = 4, 8
    to_context, to_words, buffer = study_once({"q": 1.0, "r": r, "a_forward": 0.5, "a_backward": 0.25}, n)
    assert list(buffer) == [4, 5, 6, 7]
    for i in range(n):
        assert to_context[i] == pytest.approx(0.5 * min(r, n - i))
        for j in range(n):
            steps = max(min(min(i, j) + r, n) - max(i, j), 0) if i != j else 0
            assert to_words[i, j] == pytest.approx(steps * (0.5 if i < j else 0.25))


def test_backward_strengths_are_forward_strengths_in_the_ratio_of_the_rates():
    _, to_words, _ = study_once({"q": 0.2, "a_forward": 0.3, "a_backward": 0.1})
    upper = np.triu(to_words, 1)
    assert upper.any()
    np.testing.assert_allclose(np.tril(to_words, -1), upper.T / 3)


# --- recall --------------------------------------------------------------------------------------------------------


def test_sampling_probabilities_of_what_is_left_sum_to_one_and_draws_follow_them():
    rng = np.random.default_rng(6)
    context, words = rng.random(5), rng.random((5, 5))
    words[2, 4] = 0.0
    recalled = np.array([False, True, False, False, False])
    for cue, w_e in ((-1, 1.0), (2, 0.5), (2, 0.0)):
        cumulative = np.empty(5)
        cumulate(context**1.5, words, cue, w_e, recalled, cumulative)
        probability = np.diff(cumulative, prepend=0) / cumulative[-1]
        weight = np.where(recalled, 0, context**1.5 * (1 if cue < 0 else words[cue] ** w_e))
        assert probability.sum() == pytest.approx(1)
        np.testing.assert_allclose(probability, weight / weight.sum(), atol=1e-12)
        drawn = np.bincount([sample(cumulative, rng) for _ in range(20_000)], minlength=5) / 20_000
        np.testing.assert_allclose(drawn, probability, atol=4.5 * np.sqrt(0.25 / 20_000))


@pytest.mark.parametrize("m1_max", [0, 2, 6])
def test_one_item_gets_one_try_more_than_the_failures_recall_survives(m1_max):
    n_lists, values = 20_000, {"a_forward": 0.25, "m1_max": m1_max, "W_c": 0.8}
    study = StudyLists.simple(n_lists, 1, delay_seconds=EMPTIED)
    recalled = (SAM.simulate(study, values, np.random.default_rng(4)).position > 0).mean()
    expected = 1 - np.exp(-0.8 * 0.25 * (m1_max + 1))
    assert recalled == pytest.approx(expected, abs=4.5 * np.sqrt(expected * (1 - expected) / n_lists))


def test_without_strength_to_context_exactly_the_buffer_is_recalled():
    position = SAM.simulate(StudyLists.simple(200, 10), {"a_forward": 0.0}, np.random.default_rng(1)).position
    assert ((position > 0).sum(axis=1) == 4).all()


def test_back_to_context_after_a_failure_makes_all_limits_of_word_failures_from_one_on_the_same():
    study = StudyLists.simple(500, 15)
    first, other, none = (
        SAM.simulate(study, {"m2_max": m2}, np.random.default_rng(1)).position for m2 in (1, 50, 0)
    )  # fmt: skip
    np.testing.assert_array_equal(first, other)
    assert (none > 0).sum() < (first > 0).sum()
    same_cue = SAM.with_options(after_failure="same_cue")
    few, many = ((same_cue.simulate(study, {"m2_max": m}, np.random.default_rng(1)).position > 0).sum() for m in (1, 9))
    assert few < many


def test_presentation_rate_matters_only_when_strengths_grow_by_the_second():
    lists = [StudyLists.simple(2000, 12, seconds_per_item=s) for s in (1.0, 2.0)]
    by_item = [SAM.simulate(study, None, np.random.default_rng(1)).position for study in lists]
    np.testing.assert_array_equal(*by_item)
    by_second = SAM.with_options(step="second")
    slow, fast = (by_second.simulate(study, None, np.random.default_rng(1)).position for study in reversed(lists))
    assert (slow > 0).sum() > 1.1 * (fast > 0).sum()


def transition_probability(position, n, lag):
    """Share of transitions of this lag among those that were still possible."""
    made = possible = 0
    for row in position:
        order = row[row > 0]
        for output in range(len(order) - 1):
            target = order[output] + lag
            if 1 <= target <= n and target not in order[: output + 1]:
                possible += 1
                made += order[output + 1] == target
    return made / possible


def test_stronger_forward_associations_make_forward_transitions_more_likely():
    study = StudyLists.simple(3000, 20, delay_seconds=EMPTIED)
    values = {"a_forward": 0.15, "a_backward": 0.03, "m1_max": 4}
    position = SAM.simulate(study, values, np.random.default_rng(2)).position
    forward, backward = (transition_probability(position, 20, lag) for lag in (1, -1))
    assert forward > 1.5 * backward
    assert forward > 2 * transition_probability(position, 20, 6)


def test_a_buffer_of_one_gives_a_flat_curve_with_the_last_item_alone_above_it():
    n, n_lists = 12, 20_000
    position = SAM.simulate(
        StudyLists.simple(n_lists, n), {"r": 1, "a_forward": 0.3}, np.random.default_rng(8)
    ).position
    curve = np.array([(position == i).any(axis=1).mean() for i in range(1, n + 1)])
    assert curve[-1] == 1
    np.testing.assert_allclose(curve[:-1], curve[:-1].mean(), atol=4.5 * np.sqrt(0.25 / n_lists))
