"""The likelihood of both versions of SAM against closed forms, and against every path of the search written out."""

from itertools import permutations
from math import factorial

import numpy as np
import pytest

from memlab.core.recall import StudyLists
from memlab.core.sequences import Sequences
from memlab.models.buffer_paths import case, n_cases, sizes
from memlab.models.sam import SearchOfAssociativeMemory
from memlab.models.sam_kahana2012 import TextbookSearchOfAssociativeMemory
from memlab.models.sam_kahana2012_likelihood import next_recall
from memlab.models.sam_likelihood import rehearse_toward
from memlab.models.sam_semantics import NO_MEANING

SAM, TEXTBOOK = SearchOfAssociativeMemory(), TextbookSearchOfAssociativeMemory()
EMPTIED = 30.0


def estimate(model, positions, values, *, ended=True, n_particles=2000, seed=3, **lists):
    """Probability and standard error of one list."""
    length = lists.pop("length")
    row = np.array([[*positions, *[0] * (length - len(positions))]])
    sequences = Sequences(StudyLists.simple(1, length, **lists), row, np.array([ended]))
    log_p, variance = model.estimate_log_likelihood(sequences, values, np.random.default_rng(seed), n_particles)
    return np.exp(log_p[0]), np.exp(log_p[0]) * np.sqrt(variance[0]) if np.isfinite(log_p[0]) else variance[0]


# --- the buffer alone ----------------------------------------------------------------------------------------------


def buffer_probability(kept, n, r):
    """P(the buffer holds exactly these at the end), random displacement: each item after the r-th drops another one."""
    probability = 1.0
    for item in range(r + 1, n + 1):
        probability *= 1 - sum(k < item for k in kept) / r
    return probability


@pytest.mark.parametrize("kept", [(7, 3), (7, 6), (1, 7), (2, 3, 7), (5, 6, 7)])
def test_without_long_term_store_a_list_is_as_probable_as_its_buffer(kept):
    r = len(kept)
    p, error = estimate(SAM, kept, {"r": r, "K_max": 0}, length=7)
    assert p == pytest.approx(buffer_probability(kept, 7, r) / factorial(r), rel=1e-12)
    assert error == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("model", [SAM, TEXTBOOK])
def test_a_list_that_does_not_begin_with_the_last_item_in_the_buffer_is_impossible_for_certain(model):
    for positions in ((1, 2, 3, 4, 10), (10, 9, 8), ()):
        p, variance = estimate(model, positions, {"r": 4}, length=10)
        assert p == 0
        assert variance == 0


def test_a_full_record_that_ends_within_the_buffer_is_not_impossible():
    p, error = estimate(SAM, (10, 9), {"r": 4}, length=10, ended=False, n_particles=16_000)
    exact = sum(buffer_probability((10, 9, i, j), 10, 4) for i in range(1, 9) for j in range(1, i)) / 12
    assert p == pytest.approx(exact, abs=4 * error + 1e-12)


def test_first_in_first_out_keeps_the_last_items():
    p, _ = estimate(TEXTBOOK, (8, 6, 7), {"r": 3, "q": 1.0, "a_forward": 0.0, "a_backward": 0.0}, length=8)
    assert p == pytest.approx(1 / 6)
    assert estimate(TEXTBOOK, (8, 6, 5), {"r": 3, "q": 1.0, "a_forward": 0.0}, length=8)[0] == 0


def test_the_study_phases_drawn_toward_a_buffer_end_with_it():
    rng, theory = np.random.default_rng(0), SAM.theory({"r": 3})
    together, buffer = np.empty((9, 9)), np.empty(3, dtype=np.int64)
    required = np.isin(np.arange(9), [1, 4, 8])
    for _ in range(50):
        n, log_p = rehearse_toward(np.ones(9), np.zeros(10), theory, required, True, rng, together, buffer)
        assert n == 3
        assert sorted(buffer) == [1, 4, 8]
        assert np.exp(log_p) == pytest.approx(buffer_probability((2, 5, 9), 9, 3))


def test_how_many_items_a_buffer_may_hold():
    still = np.zeros(7)
    assert sizes(still, 4, 5.0) == (4, 4)
    assert sizes(np.r_[np.zeros(6), 5.0], 4, 5.0) == (0, 0)
    assert sizes(np.r_[np.zeros(6), 2.0], 4, 5.0) == (0, 4)
    assert sizes(np.array([0, 0, 0, 0, 2.0, 0, 0]), 4, 5.0) == (1, 4)
    assert sizes(np.array([0, 0, 0, 0, 9.0, 0, 0]), 4, 5.0) == (2, 2)


def test_the_cases_of_a_list_are_told_apart():
    assert [case(w, 0, 3, 2, True) for w in range(n_cases(0, 3, 2, True))] == [(0, True), (1, True), (2, True)]
    assert [case(w, 0, 3, 2, False) for w in range(n_cases(0, 3, 2, False))] == [(0, True), (1, True), (2, False)]
    assert n_cases(4, 4, 2, True) == 0
    assert [case(w, 4, 4, 2, False) for w in range(n_cases(4, 4, 2, False))] == [(2, False)]


# --- every path of the search --------------------------------------------------------------------------------------


def every_path(context, word, p, memory, wanted, recalled=(), cue=None, failed=frozenset(), failures=0, in_a_row=0):
    """P(the search recalls exactly these, in this order, and ends): the tree of all probes, from the equations."""
    n = len(context)
    if failures >= p["K_max"] or len(recalled) == n:
        return float(not wanted)
    cues = ["context"] if cue is None else ["context", cue]
    weights = context * (1.0 if cue is None else word[cue])
    shares = [*(weights / weights.sum() if weights.sum() > 0 else np.zeros(n)), float(weights.sum() == 0)]
    total = 0.0
    for image, share in enumerate(shares):
        if share == 0:
            continue
        recovered, again = 0.0, failed
        if image < n and image not in recalled:
            fresh = [c for c in cues if (c, image) not in failed]
            strength = sum(context[image] if c == "context" else word[c, image] for c in fresh)
            recovered = 1 - np.exp(-strength)
            if memory:
                again = failed | {(c, image) for c in cues}
            if wanted and wanted[0] == image and recovered > 0:
                c, w = context.copy(), word.copy()
                c[image] += p["e"]
                w[image, image] += p["g"]
                if cue is not None:
                    w[cue, image] += p["f"]
                    w[image, cue] += p["f"]
                kept = frozenset(pair for pair in failed if pair[0] == "context")
                total += share * recovered * every_path(
                    c, w, p, memory, wanted[1:], (*recalled, image), image if p["L_max"] else None, kept, failures, 0
                )  # fmt: skip
        row = in_a_row + (cue is not None)
        dropped = cue is not None and row == p["L_max"]
        total += share * (1 - recovered) * every_path(
            context, word, p, memory, wanted, recalled, None if dropped else cue, again, failures + 1, row
        )  # fmt: skip
    return total


@pytest.mark.parametrize("memory", [True, False])
@pytest.mark.parametrize(("l_max", "d", "r"), [(2, 0.2, 1), (1, 0.0, 3), (0, 0.1, 3), (3, 0.3, 3)])
def test_the_filter_gives_what_all_paths_of_the_search_sum_to(memory, l_max, d, r):
    """A buffer of 1 or of all items, emptied before the test, leaves certain strengths: only the search is random."""
    n, values = 3, {"r": r, "a": 0.3, "b": 0.4, "c": 0.2, "d": d, "K_max": 4, "L_max": l_max}
    p = SAM.resolve(values)
    own = np.ones(n) if r == 1 else np.arange(n, 0, -1.0)
    together = np.minimum.outer(own, own) if r > 1 else np.diag(own)
    word = np.where(together > 0, p["b"] * together, p["d"])
    np.fill_diagonal(word, p["c"] * own)
    model, total = SAM.with_options(failed_cue_memory=memory), 0.0
    for k in range(n + 1):
        for wanted in permutations(range(n), k):
            exact = every_path(p["a"] * own, word, p, memory, wanted)
            found, error = estimate(model, [i + 1 for i in wanted], values, length=n, delay_seconds=EMPTIED)
            assert found == pytest.approx(exact, abs=5 * error + 1e-12)
            total += exact
    assert total == pytest.approx(1.0)


@pytest.mark.parametrize("memory", [True, False])
def test_one_item_is_recalled_with_the_probability_of_the_closed_form(memory):
    strength, k_max = 0.3, 6
    values = {"a": strength, "K_max": k_max, "L_max": 0}
    p, error = estimate(SAM.with_options(failed_cue_memory=memory), (1,), values, length=1, delay_seconds=EMPTIED)
    assert p == pytest.approx(1 - np.exp(-strength * (1 if memory else k_max)), abs=5 * error + 1e-12)


def textbook_paths(context, word, p, same_cue, target, recalled, cue, m1=0, m2=0):
    """P(target comes next), or P(the search ends) if there is none, as the rules say it, probe by probe."""
    if m1 > p["m1_max"] or m2 > p["m2_max"]:
        return float(target is None)
    weights = context ** p["W_c"] * (1.0 if cue is None else word[cue] ** p["W_e"])
    weights[list(recalled)] = 0.0
    if not weights.any():
        if cue is None:
            return float(target is None)
        return textbook_paths(context, word, p, same_cue, target, recalled, None, m1, m2)
    total, failure = 0.0, 0.0
    for image, share in enumerate(weights / weights.sum()):
        recovered = 1 - np.exp(-p["W_c"] * context[image] - (0.0 if cue is None else p["W_e"] * word[cue, image]))
        total += share * recovered * (image == target)
        failure += share * (1 - recovered)
    then = (m1 + 1, m2, None) if cue is None else (m1, m2 + 1, cue if same_cue else None)
    return total + failure * textbook_paths(context, word, p, same_cue, target, recalled, then[2], then[0], then[1])


@pytest.mark.parametrize("rule", ["context", "same_cue"])
@pytest.mark.parametrize("values", [{}, {"W_e": 0.0, "m2_max": 1}, {"W_e": 2.5, "W_c": 0.4, "m1_max": 5}, {"W_c": 0.0}])
def test_the_textbooks_next_recall_is_what_its_probes_sum_to(rule, values):
    model = TEXTBOOK.with_options(after_failure=rule)
    rng, p, theory = np.random.default_rng(2), model.resolve(values), model.theory(values)
    context, word = rng.random(5), rng.random((5, 5)) * (rng.random((5, 5)) < 0.6)
    recalled = np.array([False, True, False, True, False])
    for cue in (-1, 1, 3):
        by_rule = [
            textbook_paths(context, word, p, rule == "same_cue", t, (1, 3), None if cue < 0 else cue)
            for t in (0, 2, 4, None)
        ]
        fast = [
            next_recall(t, context ** p["W_c"], context, word, cue, theory, recalled, NO_MEANING) for t in (0, 2, 4, -1)
        ]
        np.testing.assert_allclose(fast, by_rule, atol=1e-14)
        assert sum(fast) == pytest.approx(1.0)
