"""CRU: its closed forms, and that it is a special case of CMR."""

import numpy as np
import pytest

from memlab.core.recall import OMISSION, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models.choice import stop_probabilities
from memlab.models.cru import ContextRetrievalUpdating

CRU = ContextRetrievalUpdating()
FEW_BLANKS = {"stop_scale": 0.01, "stop_growth": 0.0}


def lists(n_lists, length=6):
    return StudyLists.simple(n_lists, length, serial=SerialTest())


def probability(values, *orders, model=CRU):
    recalls = Recalls(np.array(orders))
    return np.exp(model.log_likelihood(lists(*recalls.position.shape), recalls, {**FEW_BLANKS, **values}))


def twin(values, order, kept=1.0, beta_start=1.0):
    """ln P of the items at their places, with the context vectors of the theory: unit 0 the start, then the items."""
    v = {**CRU.resolve(values), **values}
    n = len(order)
    context, learned = np.eye(n + 1)[0], []
    for i in range(n):
        learned.append(context)
        beta = v["beta_enc"] * kept**i
        context = np.sqrt(1 - beta**2) * context + beta * np.eye(n + 1)[1 + i]
    end, start = context, np.eye(n + 1)[0]
    cosine = end @ start
    rho = np.sqrt(1 + beta_start**2 * (cosine**2 - 1)) - beta_start * cosine
    context = rho * end + beta_start * start
    blank, left, log_p = stop_probabilities(n, v["stop_scale"], v["stop_growth"]), list(range(n)), 0.0
    for place, given in enumerate(order):
        if given == OMISSION:
            log_p += np.log(blank[place])
            continue
        weight = {i: max(context @ learned[i], 1e-6) ** v["tau"] for i in left}
        log_p += np.log(1 - blank[place]) + np.log(weight[given - 1] / sum(weight.values()))
        left.remove(given - 1)
        item = np.eye(n + 1)[given]
        cosine, beta = context @ item, v["beta_rec"]
        context = (np.sqrt(1 + beta**2 * (cosine**2 - 1)) - beta * cosine) * context + beta * item
    return log_p


@pytest.mark.parametrize(
    ("options", "more"),
    [({}, {}), ({"drift": "declining"}, {"drift_kept": 0.8}), ({"start": "drifted"}, {"beta_start": 0.6})],
)
def test_the_likelihood_equals_the_slow_twin(options, more):
    values = {"beta_enc": 0.5, "beta_rec": 0.4, "tau": 6.0, "stop_scale": 0.1, "stop_growth": 0.1}
    model = ContextRetrievalUpdating(**options)
    orders = model.simulate(lists(12), {**values, **more}, np.random.default_rng(1))
    assert (orders.position == OMISSION).any()
    renamed = {"drift_kept": "kept", "beta_start": "beta_start"}
    expected = [twin(values, row, **{renamed[k]: x for k, x in more.items()}) for row in orders.position]
    np.testing.assert_allclose(model.log_likelihood(lists(12), orders, {**values, **more}), expected, rtol=1e-9)


def test_the_first_response_favours_item_1_by_a_power_of_rho():
    values = {"beta_enc": 0.6, "beta_rec": 0.5, "tau": 3.0}  # rho = .8
    first = [CRU.log_likelihood(lists(1), Recalls(np.array([[i] + [OMISSION] * 5])), values)[0] for i in range(1, 7)]
    np.testing.assert_allclose(np.diff(first), 3.0 * np.log(0.8), rtol=1e-9)


def test_with_equal_drifts_support_falls_alike_before_and_after_the_place():
    values = {"beta_enc": 0.6, "beta_rec": 0.6, "tau": 2.0}
    n, k = 7, 4
    start = [1, 2, 3]
    one = {item: probability(values, [*start, item, -2, -2, -2])[0] for item in range(k, n + 1)}
    for d in range(1, 4):
        assert one[k + d] / one[k] == pytest.approx(0.8 ** (2.0 * d), rel=1e-9)


def test_items_before_and_after_the_place_are_supported_alike_in_the_shared_code():
    from memlab.models.retrieved_context import closed_form_memory

    values = CRU.resolve({"beta_enc": 0.6, "beta_rec": 0.6})
    theory = CRU.as_cmr._theory(CRU.as_cmr.resolve(CRU.in_cmr(values)))
    memory = closed_form_memory(np.zeros(8), theory)
    support, state = memory.support.copy(), memory.state.copy()
    for item in range(3):  # items 1 to 3 recalled, each at its place
        rho = np.sqrt(1 + 0.36 * (state[item] ** 2 - 1)) - 0.6 * state[item]
        support = rho * support + 0.6 * memory.to_support[item]
        state = rho * state + 0.6 * memory.retrieved[item]
    np.testing.assert_allclose(support, 0.8 ** np.abs(np.arange(1, 8) - 4), rtol=1e-12)


@pytest.mark.parametrize(("beta_enc", "beta_rec"), [(0.33, 0.30), (0.6, 0.3), (0.76, 0.71), (0.4, 0.4), (0.3, 0.8)])
def test_the_ratio_of_fill_in_to_infill_at_the_first_place_is_its_closed_form(beta_enc, beta_rec):
    tau = 5.0
    values = {"beta_enc": beta_enc, "beta_rec": beta_rec, "tau": tau}
    fill_in, infill = probability(values, [2, 1, -2, -2, -2, -2], [2, 3, -2, -2, -2, -2])
    rho, rho_r = np.sqrt(1 - beta_enc**2), np.sqrt(1 - beta_rec**2)
    law = (rho_r / (rho_r * rho**2 + beta_rec * beta_enc)) ** tau
    assert fill_in / infill == pytest.approx(law, rel=1e-9)
    assert (law > 1) == (beta_enc > beta_rec / rho_r)


def test_with_equal_drifts_infill_wins_slightly():
    fill_in, infill = probability(
        {"beta_enc": 0.33, "beta_rec": 0.33, "tau": 5.0}, [2, 1, -2, -2, -2, -2], [2, 3, -2, -2, -2, -2]
    )
    assert 0.8 < fill_in / infill < 1


def test_a_population_of_the_declining_version_has_the_likelihood_of_its_members():
    from memlab.core.recall import RecallData
    from memlab.core.sequences import sequences_of

    model = ContextRetrievalUpdating(start="drifted", drift="declining")
    study = lists(10)
    recalls = model.simulate(study, {"tau": 10}, np.random.default_rng(4))
    points = np.array([[0.5, 0.4, 8, 0.01, 0.3, 0.9, 0.7], [0.3, 0.3, 30, 0.02, 0.1, 0.6, 0.95]])
    together = model.population_log_likelihood(sequences_of(RecallData(study, recalls)), points)
    names = [p.name for p in model.parameters]
    each = [model.log_likelihood(study, recalls, dict(zip(names, row, strict=True))).sum() for row in points]
    np.testing.assert_allclose(together, each, rtol=1e-9)


def test_an_untouched_model_is_mostly_right_and_its_errors_are_near():
    position = CRU.simulate(lists(4000), None, np.random.default_rng(5)).position
    moved = (np.arange(1, 7) - position)[position > 0]
    assert 0.5 < (moved == 0).mean() < 0.99
    assert (np.abs(moved) == 1).sum() > 2 * (np.abs(moved) == 2).sum()
