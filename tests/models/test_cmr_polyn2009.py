"""CMR of 2009 races items cued by temporal, source and semantic context, as its equations say."""

import math
from dataclasses import replace

import numpy as np
import pytest

from memlab.core.errors import DataError
from memlab.core.recall import LikelihoodModel, Pool, StudyLists
from memlab.models import get_model

DT = 0.1


def twin_drift(context, brought_in, beta):
    cosine = context @ brought_in
    return (math.sqrt(1 + beta**2 * (cosine**2 - 1)) - beta * cosine) * context + beta * brought_in


def twin_list(slow_race, seconds, sources, similarity, v, steps, rng):
    """One list with the full matrices of the paper, temporal and source context in one vector: [(position, s), …]."""
    n, n_sources = len(sources), max(sources) + 1
    n_time = 3 * n + 2
    time, place = slice(0, n_time), slice(n_time, n_time + n_sources + 1)
    units = np.eye(n_time + n_sources + 1)
    context = units[0] + units[-1]
    m_fc = (1 - v["gamma_fc"]) * units[1 : n + 1]
    m_cf = np.zeros((n, len(units)))
    m_cf[:, 1 : n + 1] = v["s"] * similarity * (1 - np.eye(n))

    def drifted(context, part, brought_in, beta):
        new = context.copy()
        new[part] = twin_drift(context[part], brought_in[part] / np.linalg.norm(brought_in[part]), beta)
        return new

    def distracted(context, i):
        return drifted(context, time, units[n + 1 + i], math.sqrt(1 - (1 - v["beta_distract"] ** 2) ** seconds[i]))

    for i in range(n):
        context = distracted(context, i)
        if i and sources[i] != sources[i - 1]:
            context = drifted(context, time, units[2 * n + 1 + i], v["d"])
        context = drifted(context, time, units[1 + i], v["beta_enc"])
        context = drifted(context, place, units[n_time + sources[i]], v["beta_source"])
        m_fc[i] += v["gamma_fc"] * context
        strength = np.ones(len(units))
        strength[place] = v["l_sw"]
        m_cf[i] += (1 + v["phi_s"] * math.exp(-v["phi_d"] * i)) * strength * context
    context = distracted(context, n)

    recalled, elapsed, out, step = np.zeros(n, bool), 0, [], DT / v["tau_race"]
    terms = (v["kappa"], v["lambda_race"], v["eta"] * math.sqrt(step), step)
    while not recalled.all():
        winner, taken, _ = slow_race(m_cf @ context, recalled, *terms, steps - elapsed, rng)
        if winner < 0:
            break
        elapsed += taken
        out.append((winner + 1, elapsed * DT))
        recalled[winner] = True
        context = drifted(context, time, m_fc[winner], v["beta_rec"])
        context = drifted(context, place, m_fc[winner], v["beta_source"])
    return out


def lists(n_lists, length, *, sources=1, semantic=False, seed=0, **more):
    """Lists drawn from a pool of 60 items, each item with a random source."""
    rng = np.random.default_rng(seed)
    study = StudyLists.simple(n_lists, length, **more)
    items = np.array([rng.choice(60, length, replace=False) for _ in range(n_lists)])
    upper = np.triu(rng.gamma(0.64, 0.125, (60, 60)), 1)
    pool = Pool(similarity=upper + upper.T + np.eye(60)) if semantic else None
    return replace(study, items=items, pool=pool, source=rng.integers(0, sources, (n_lists, length)))


@pytest.mark.parametrize("sources", [1, 3])
@pytest.mark.parametrize("semantic", [False, True])
@pytest.mark.parametrize("gaps", [{}, {"delay_seconds": 4.0, "distractor_seconds": 2.0}])
def test_the_simulation_equals_the_slow_twin_with_the_same_seed(slow_race, sources, semantic, gaps):
    model = get_model("cmr.polyn2009")
    study = lists(8, 7, sources=sources, semantic=semantic, recall_seconds=12.0, **gaps)
    recalls = model.simulate(study, None, np.random.default_rng(5))
    rng, v = np.random.default_rng(5), model.resolve(None)
    for row in range(study.n_lists):
        items = study.items[row]
        similarity = study.pool.similarity[np.ix_(items, items)] if semantic else np.zeros((7, 7))
        # Sources are numbered over the whole study; a list that lacks the highest has one unit fewer, without effect.
        expected = twin_list(slow_race, study.distractor[row], study.source[row], similarity, v, 120, rng)
        k = len(expected)
        assert recalls.position[row].tolist() == [p for p, _ in expected] + [0] * (7 - k)
        np.testing.assert_allclose(recalls.time[row, :k], [t for _, t in expected])


def recalls_of(study, values=None, seed=1):
    return get_model("cmr.polyn2009").simulate(study, values, np.random.default_rng(seed)).position


def test_the_defaults_are_those_remembered_from_table_1():
    expected = {
        "beta_enc": 0.776, "beta_rec": 0.510, "beta_source": 0.588, "d": 0.767, "l_sw": 0.129, "gamma_fc": 0.898,
        "s": 2.78, "phi_s": 1.07, "phi_d": 0.981, "kappa": 0.111, "lambda_race": 0.338, "eta": 0.159, "tau_race": 0.174,
    }  # fmt: skip
    parameters = {p.name: p for p in get_model("cmr.polyn2009").parameters}
    assert {name: parameters[name].default for name in expected} == expected
    assert all("remembered" in parameters[name].source for name in expected)


def test_without_time_nothing_is_recalled():
    assert not recalls_of(StudyLists.simple(5, 6, recall_seconds=0.0)).any()


def test_no_item_is_recalled_twice():
    for row in recalls_of(lists(100, 12, sources=2, semantic=True, recall_seconds=60.0)):
        assert len(set(row[row > 0])) == (row > 0).sum()


def test_context_replaced_at_each_item_leaves_only_the_last_item():
    values = {"beta_enc": 1.0, "gamma_fc": 0.0, "l_sw": 0.0, "eta": 0.0}
    assert recalls_of(StudyLists.simple(1, 4, recall_seconds=20.0), values).tolist() == [[4, 0, 0, 0]]


def test_without_a_source_all_items_have_the_same_one():
    study = StudyLists.simple(20, 8, recall_seconds=30.0)
    same = replace(study, source=np.zeros((20, 8), dtype=int))
    np.testing.assert_array_equal(recalls_of(study), recalls_of(same))


def test_similarity_of_an_item_with_itself_does_not_count():
    study = lists(20, 8, semantic=True, recall_seconds=30.0)
    changed = study.pool.similarity.copy()
    np.fill_diagonal(changed, 50.0)
    np.testing.assert_array_equal(recalls_of(study), recalls_of(replace(study, pool=Pool(similarity=changed))))


def test_without_similarities_their_scale_does_nothing():
    study = StudyLists.simple(20, 8, recall_seconds=30.0)
    np.testing.assert_array_equal(recalls_of(study), recalls_of(study, {"s": 20.0}))


def test_similarities_that_do_not_cover_the_items_are_refused():
    study = replace(StudyLists.simple(1, 8), pool=Pool(similarity=np.zeros((5, 5))))
    with pytest.raises(DataError, match=r"similarity has shape \(5, 5\); the items need \(8, 8\)"):
        recalls_of(study)


def test_no_likelihood_is_claimed():
    assert not isinstance(get_model("cmr.polyn2009"), LikelihoodModel)


def same_source_share(position, source):
    """Of the transitions to items of the list, the share to the same source, and that expected of the items left."""
    same = expected = count = 0.0
    for row, of in zip(position, source, strict=True):
        order = row[row > 0] - 1
        for k in range(len(order) - 1):
            left = np.setdiff1d(np.arange(len(of)), order[: k + 1])
            same += of[order[k + 1]] == of[order[k]]
            expected += (of[left] == of[order[k]]).mean()
            count += 1
    return same / count, expected / count


def test_recalls_cluster_by_source_and_not_where_source_context_cues_nothing():
    """Sources are drawn for each item, so that neighbours share one no more than others do; no switch drift (d = 0)."""
    study = lists(600, 12, sources=2, semantic=True, recall_seconds=60.0)
    share, expected = same_source_share(recalls_of(study, {"l_sw": 0.5, "d": 0.0}), study.source)
    assert share > expected + 0.03
    share, expected = same_source_share(recalls_of(study, {"l_sw": 0.0, "d": 0.0}), study.source)
    assert share == pytest.approx(expected, abs=0.02)


def test_more_similar_items_follow_each_other():
    study = lists(400, 12, semantic=True, recall_seconds=60.0)
    followed, left = [], []
    for row, items in zip(recalls_of(study), study.items, strict=True):
        order = row[row > 0] - 1
        for k in range(len(order) - 1):
            rest = np.setdiff1d(np.arange(12), order[: k + 1])
            followed.append(study.pool.similarity[items[order[k]], items[order[k + 1]]])
            left.append(study.pool.similarity[items[order[k]], items[rest]].mean())
    assert np.mean(followed) > np.mean(left) + 0.01


def test_fewer_items_are_recalled_where_the_source_shifts():
    """Human: 10.9 of 24 in shift lists, 11.8 to 12.1 in control lists (Polyn et al., 2009)."""
    control = lists(300, 24, semantic=True, recall_seconds=90.0)
    runs = np.repeat(np.random.default_rng(3).integers(0, 2, (300, 8)), 3, axis=1)
    shift = replace(control, source=runs)
    n_control, n_shift = ((recalls_of(study) > 0).sum(axis=1) for study in (control, shift))
    error = np.sqrt(n_control.var() / 300 + n_shift.var() / 300)
    assert n_control.mean() - n_shift.mean() > 3 * error
