"""The error process: counted by hand, at the maximum of its likelihood, a probability, and simulated back."""

import itertools

import numpy as np
import pytest
from scipy.optimize import minimize

from memlab.core.errors import DataError, ParameterError, UsageError
from memlab.core.model import credited_positions
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.error_process import HALF, ErrorProcess, count_errors, fit_error_process, handling_of, with_errors
from memlab.models import get_model

ROWS = np.array(
    [
        [3, 1, 3, -1, 0, 0],  # a repeat of one of two, an intrusion, the end seen
        [-1, -1, 2, 0, 0, 0],  # nothing could be repeated before the first recall
        [4, -1, 4, 1, 2, 3],  # full: its end was not seen
        [0, 0, 0, 0, 0, 0],
    ]
)
DATA = RecallData(StudyLists.simple(4, 4, max_responses=6), Recalls(ROWS))


def test_errors_and_chances_are_those_counted_by_hand():
    counts = count_errors(DATA)
    assert counts.intrusions.tolist() == [1, 2, 1, 0]
    assert counts.outputs.tolist() == [5, 4, 6, 1]
    assert counts.repeats.tolist() == [1, 0, 1, 0]
    assert counts.repeatable.tolist() == [3, 1, 4, 0]  # 1, 3 and the end; the end; 4, 1, 2, 3
    assert counts.which == pytest.approx([-np.log(2), 0, 0, 0])  # which of 3 and 1; of 4 alone it is certain


def test_the_rates_are_errors_over_chances_and_lie_at_the_maximum_of_the_likelihood():
    fitted = fit_error_process(DATA)
    assert (fitted.p_intrusion, fitted.p_repeat) == (4 / 16, 2 / 8)
    assert (fitted.k, fitted.n_events) == (2, 16)
    counts = count_errors(DATA)

    def cost(p):
        return -counts.log_likelihood(ErrorProcess(*p, 0.0, 0)).sum()

    best = minimize(cost, [0.5, 0.5], bounds=[(1e-6, 1 - 1e-6)] * 2)
    assert best.x == pytest.approx([fitted.p_intrusion, fitted.p_repeat], abs=1e-4)
    assert fitted.log_likelihood == pytest.approx(-best.fun)


def test_several_conditions_are_fitted_under_one_set():
    twice = fit_error_process([DATA, DATA])
    once = fit_error_process(DATA)
    assert twice.p_intrusion == once.p_intrusion
    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood)


def test_smoothing_keeps_an_error_that_was_not_seen_possible():
    clean = RecallData(StudyLists.simple(1, 4), Recalls(np.array([[2, 4, 0]])))
    assert fit_error_process(clean).p_intrusion == 0
    assert fit_error_process(clean, smoothing=HALF).p_intrusion == pytest.approx(0.5 / 4)
    assert np.isfinite(count_errors(DATA).log_likelihood(fit_error_process(clean, smoothing=HALF))).all()
    assert count_errors(DATA).log_likelihood(fit_error_process(clean))[1] == -np.inf


def test_with_a_model_the_probabilities_of_all_records_of_three_responses_sum_to_one():
    n, kept = 2, 3
    model, process = get_model("cmr"), ErrorProcess(0.15, 0.3, 0.0, 0)
    rows = [row for row in itertools.product([-1, 0, 1, 2], repeat=kept) if _stops_once(row)]
    data = RecallData(StudyLists.simple(len(rows), n, max_responses=kept), Recalls(np.array(rows)))
    log_p = count_errors(data).log_likelihood(process) + model.log_likelihood(data.study, data.recalls)
    # After both items the model stops for certain: what it would cost to go on is no error's.
    assert np.exp(log_p).sum() == pytest.approx(1)


def _stops_once(row):
    return all(later == 0 for earlier, later in itertools.pairwise(row) if earlier == 0)


def test_a_model_simulated_with_errors_gives_the_rates_back_and_keeps_its_own_recalls():
    model, process = get_model("cmr"), ErrorProcess(0.08, 0.12, 0.0, 0)
    study = StudyLists.simple(3000, 12)
    own = RecallData(study, model.simulate(study, None, np.random.default_rng(1)))
    erring = with_errors(own, process, np.random.default_rng(2))
    fitted = fit_error_process(erring)
    assert fitted.p_intrusion == pytest.approx(0.08, abs=4 * np.sqrt(0.08 * 0.92 / fitted.n_events))
    assert fitted.p_repeat == pytest.approx(0.12, abs=4 * np.sqrt(0.12 * 0.88 / fitted.n_events) * 1.2)
    assert (credited_positions(study, erring.recalls) == credited_positions(study, own.recalls)).all()


def test_without_errors_nothing_is_changed():
    study = StudyLists.simple(5, 6)
    own = RecallData(study, get_model("cmr").simulate(study, None, np.random.default_rng(1)))
    same = with_errors(own, ErrorProcess(0.0, 0.0, 0.0, 0), np.random.default_rng(2))
    assert (sequences_of(same).position == sequences_of(own).position).all()


def test_no_list_and_lists_without_recall_are_simulated_too():
    none = RecallData(StudyLists.simple(2, 3), Recalls(np.zeros((2, 1), dtype=int)))
    assert with_errors(none, ErrorProcess(0.0, 0.5, 0.0, 0), np.random.default_rng(0)).recalls.position.tolist() == [
        [0],
        [0],
    ]


def test_errors_are_not_put_where_there_are_some_nor_without_end():
    with pytest.raises(DataError, match="already"):
        with_errors(DATA, ErrorProcess(0.1, 0.1, 0.0, 0), np.random.default_rng(0))
    with pytest.raises(ParameterError, match="never ends"):
        with_errors(DATA, ErrorProcess(1.0, 0.1, 0.0, 0), np.random.default_rng(0))


def test_a_treatment_that_is_none_is_refused_by_name():
    assert handling_of("error_process") == handling_of("drop_events") == "drop_events"
    with pytest.raises(UsageError, match="drop_events, drop_lists, error_process"):
        handling_of("keep")
