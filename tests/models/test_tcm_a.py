"""TCM-A races the items of drifting context, as its equations say, and shows recency and contiguity."""

import math

import numpy as np
import pytest

from memlab.core.errors import NotSupported, ParameterError
from memlab.core.recall import LikelihoodModel, StudyLists
from memlab.models import get_model

DT = 0.1


def twin_drift(context, brought_in, beta):
    cosine = context @ brought_in
    return (math.sqrt(1 + beta**2 * (cosine**2 - 1)) - beta * cosine) * context + beta * brought_in


def twin_study(seconds, v):
    """The contexts of study and of test, as vectors: the start, the items, the distractions."""
    n = len(seconds) - 1
    units, context, studied = np.eye(2 * n + 2), np.eye(2 * n + 2)[0], []

    def distracted(context, i):
        kept = (1 - v["beta_distract"] ** 2) ** (seconds[i] / 2)
        return kept * context + math.sqrt(1 - kept**2) * units[n + 1 + i]

    for i in range(n):
        context = twin_drift(distracted(context, i), units[1 + i], v["beta_enc"])
        studied.append(context)
    return np.array(studied), units[1 : n + 1], distracted(context, n)


def twin_list(slow_race, seconds, v, silent, steps, rng):
    """One list: [(position, seconds), …]."""
    studied, own, context = twin_study(seconds, v)
    n, step = len(own), DT / v["tau_race"]
    m_cf = (v["phi_s"] * np.exp(-v["phi_d"] * np.arange(n)) + 1)[:, None] * studied
    m_fc = (1 - v["gamma_fc"]) * own + v["gamma_fc"] * studied
    recalled, barred, elapsed, out = np.zeros(n, bool), np.zeros(n, bool), 0, []
    while not recalled.all():
        terms = (v["kappa"], v["lambda_race"], v["eta"] * math.sqrt(step), step)
        winner, taken, _ = slow_race(m_cf @ context, barred, *terms, steps - elapsed, rng)
        if winner < 0:
            break
        elapsed += taken
        if not recalled[winner]:
            out.append((winner + 1, elapsed * DT))
        recalled[winner], barred[winner] = True, not silent
        context = twin_drift(context, m_fc[winner] / np.linalg.norm(m_fc[winner]), v["beta_rec"])
    return out


@pytest.mark.parametrize("repeats", ["silent", "held"])
@pytest.mark.parametrize("gaps", [{}, {"delay_seconds": 10.0}, {"delay_seconds": 5.0, "distractor_seconds": 3.0}])
def test_the_simulation_equals_the_slow_twin_with_the_same_seed(slow_race, repeats, gaps):
    model = get_model("tcm.a").with_options(repeats=repeats)
    study = StudyLists.simple(8, 7, recall_seconds=15.0, **gaps)
    recalls = model.simulate(study, None, np.random.default_rng(4))
    rng, v = np.random.default_rng(4), model.resolve(None)
    for row in range(study.n_lists):
        expected = twin_list(slow_race, study.distractor[row], v, repeats == "silent", 150, rng)
        k = len(expected)
        assert recalls.position[row].tolist() == [p for p, _ in expected] + [0] * (7 - k)
        np.testing.assert_allclose(recalls.time[row, :k], [t for _, t in expected])
        assert np.isnan(recalls.time[row, k:]).all()


def test_lists_with_different_distraction_in_one_study_are_each_studied_as_their_own(slow_race):
    one, other = StudyLists.simple(1, 5, recall_seconds=20.0), StudyLists.simple(1, 5, delay_seconds=20.0)
    distractor = np.concatenate([one.distractor, other.distractor, one.distractor])
    study = StudyLists(
        np.tile(np.arange(5), (3, 1)), np.tile(one.onset, (3, 1)), distractor, np.zeros(3), np.arange(3),
        recall_seconds=20.0,
    )  # fmt: skip
    model, rng = get_model("tcm.a"), np.random.default_rng(2)
    recalls = model.simulate(study, None, np.random.default_rng(2))
    for row in range(3):
        expected = twin_list(slow_race, distractor[row], model.resolve(None), True, 200, rng)
        assert recalls.position[row, : len(expected)].tolist() == [p for p, _ in expected]


QUIET = {"eta": 0.0, "kappa": 0.05, "lambda_race": 0.01, "tau_race": 0.5, "phi_s": 0.0}


def recalls_of(values, *, n_lists=1, length=6, seconds=90.0, repeats="silent", **gaps):
    study = StudyLists.simple(n_lists, length, recall_seconds=seconds, **gaps)
    return get_model("tcm.a").with_options(repeats=repeats).simulate(study, values, np.random.default_rng(1))


def test_without_time_nothing_is_recalled():
    assert not recalls_of(None, seconds=0.0, n_lists=5).position.any()
    assert not recalls_of(None, seconds=0.05, n_lists=5).position.any()


def test_no_recall_comes_after_the_end_of_the_recall_period():
    recalls = recalls_of(None, seconds=3.0, n_lists=200)
    assert np.nanmax(recalls.time) <= 3.0 + 1e-9
    assert (np.diff(recalls.time, axis=1)[recalls.position[:, 1:] > 0] > 0).all()


def test_support_that_does_not_beat_the_leak_is_never_recalled():
    assert not recalls_of(QUIET | {"kappa": 1.0, "lambda_race": 0.0, "beta_enc": 0.5, "beta_distract": 0.5},
                          length=4, delay_seconds=5.0).position.any()  # fmt: skip


def test_context_replaced_at_each_item_leaves_only_the_last_item():
    for repeats in ("silent", "held"):
        first = recalls_of(QUIET | {"beta_enc": 1.0, "gamma_fc": 0.0}, repeats=repeats).position[0]
        assert first.tolist() == [6, 0, 0, 0, 0, 0]


def test_without_noise_the_first_recall_is_the_last_item_at_the_step_of_the_closed_form():
    recalls = recalls_of(QUIET | {"beta_enc": 1.0})
    dtau = DT / 0.5
    steps = math.ceil(math.log(1 - 0.05) / math.log(1 - 0.05 * dtau))
    assert recalls.position[0, 0] == 6
    assert recalls.time[0, 0] == pytest.approx(steps * DT)


def test_strong_primacy_makes_the_first_item_the_first_recall():
    assert recalls_of(QUIET | {"beta_enc": 0.3, "phi_s": 20.0, "phi_d": 3.0}).position[0, 0] == 1


def test_held_items_hinder_but_never_come_twice():
    recalls = recalls_of(None, n_lists=200, repeats="held")
    for row in recalls.position:
        reported = row[row > 0]
        assert len(set(reported)) == len(reported)


def test_no_likelihood_is_claimed():
    assert not isinstance(get_model("tcm.a"), LikelihoodModel)


def test_a_repeat_rule_that_does_not_exist_is_refused():
    with pytest.raises(ParameterError, match="option repeats must be one of 'silent', 'held'"):
        get_model("tcm.a").with_options(repeats="often")


def test_an_item_presented_twice_is_refused():
    study = StudyLists(np.array([[0, 0]]), np.array([[0.0, 1.0]]), np.zeros((1, 3)), np.array([1]), np.array([1]))
    with pytest.raises(NotSupported, match=r"tcm\.a: list 1 .* more than once"):
        get_model("tcm.a").simulate(study, None, np.random.default_rng(0))


DESIGNS = {
    "immediate": {},
    "delayed": {"delay_seconds": 16.0},
    "continual": {"delay_seconds": 16.0, "distractor_seconds": 8.0},
}
N = 20


@pytest.fixture(scope="module")
def simulated():
    """Recalls of 1,000 lists in each design, all with the default parameters."""
    return {name: recalls_of(None, n_lists=1000, length=N, **gaps).position for name, gaps in DESIGNS.items()}


def spc(position):
    return np.array([(position == i).any(axis=1).mean() for i in range(1, N + 1)])


def crp(position, lag):
    """Transitions of this lag over the chances there were for it, all lists pooled."""
    made = could = 0
    for row in position:
        order = row[row > 0].tolist()
        for k in range(len(order) - 1):
            target = order[k] + lag
            could += 1 <= target <= N and target not in order[: k + 1]
            made += target == order[k + 1]
    return made / could


@pytest.mark.parametrize("design", DESIGNS)
def test_recall_is_of_human_size_with_recency_above_the_middle(simulated, design):
    curve = spc(simulated[design])
    assert 4 <= curve.sum() <= 9
    assert curve[-1] > curve[8:12].mean() + 0.1


@pytest.mark.parametrize("design", DESIGNS)
def test_transitions_are_to_neighbours_and_forward(simulated, design):
    forward, backward, far = (crp(simulated[design], lag) for lag in (1, -1, 5))
    assert forward > backward + 0.05
    assert backward > far + 0.02


def test_delay_takes_recency_away_and_leaves_primacy(simulated):
    immediate, delayed = spc(simulated["immediate"]), spc(simulated["delayed"])
    assert delayed[-1] < immediate[-1] - 0.15
    assert delayed[0] > immediate[0] - 0.05
    for curve in (immediate, delayed):
        assert curve[0] > curve[1] > curve[2] > curve[5:12].mean()


def test_continual_distraction_brings_recency_of_first_recall_back(simulated):
    last = {name: (position[:, 0] == N).sum() / (position[:, 0] > 0).sum() for name, position in simulated.items()}
    assert last["immediate"] > last["continual"] > last["delayed"] + 0.03
