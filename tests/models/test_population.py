"""Every model with a population likelihood: the sum over lists of the likelihood of each set of values."""

import numpy as np
import pytest

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.sequences import PopulationModel, sequences_of
from memlab.models import get_model

MODELS = [
    ("chance", {}),
    ("tcm", {}),
    ("tcm", {"stop": False}),
    ("cmr", {}),
    ("cmr", {"choice_rule": "softmax", "learn": "before"}),
    ("cmr", {"rho": "elementwise"}),
    ("summed_similarity", {}),
    ("summed_similarity", {"similarity": "dot"}),
]
EACH = pytest.mark.parametrize(
    "model", [get_model(name).with_options(**o) for name, o in MODELS], ids=[f"{n}-{o}" for n, o in MODELS]
)


def some_data(n_lists=12, length=7, max_responses=None):
    """Lists with distraction that differs, some like the one before; recalls with repeats and intrusions."""
    rng = np.random.default_rng(8)
    plain = StudyLists.simple(n_lists, length, max_responses=max_responses)
    seconds = rng.choice([0.0, 0.5, 4.0], (n_lists, length + 1))
    seconds[1::2] = seconds[0::2]
    study = StudyLists(plain.items, plain.onset, seconds, plain.subject, plain.list, max_responses=plain.max_responses)
    position = rng.integers(-1, length + 1, (n_lists, length))
    position[position == 0] = 1
    position = np.where(np.arange(length) < rng.integers(0, length + 1, (n_lists, 1)), position, 0)
    return RecallData(study, Recalls(position))


def random_points(model, n_points, seed=4):
    rng = np.random.default_rng(seed)
    return np.array([[rng.uniform(p.low, min(p.high, 9.0)) for p in model.parameters] for _ in range(n_points)])


@EACH
@pytest.mark.parametrize("max_responses", [None, 4])
def test_each_point_has_the_sum_of_the_log_likelihoods_of_the_lists(model, max_responses):
    data, points = some_data(max_responses=max_responses), random_points(model, 9)
    names = [p.name for p in model.parameters]
    cut = data.recalls.truncate(max_responses)
    expected = [model.log_likelihood(data.study, cut, dict(zip(names, v, strict=True))).sum() for v in points]
    assert isinstance(model, PopulationModel)
    found = model.population_log_likelihood(sequences_of(data), points)
    assert found.shape == (9,)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@EACH
def test_what_is_no_finite_number_is_minus_infinity(model):
    points = random_points(model, 3)
    points[1] = np.nan
    found = model.population_log_likelihood(sequences_of(some_data()), points)
    assert np.isfinite(found[[0, 2]]).all()
    assert found[1] == -np.inf


@EACH
def test_a_point_does_not_depend_on_the_others(model):
    points, sequences = random_points(model, 5), sequences_of(some_data())
    together = model.population_log_likelihood(sequences, points)
    np.testing.assert_array_equal(together[2:3], model.population_log_likelihood(sequences, points[2:3]))


def test_a_lesioned_model_is_lesioned_at_every_point():
    sequences = sequences_of(some_data())
    for name, lesion in (("cmr", "item_to_context:0.3+end_context:20+primacy:0.5"), ("tcm", "hm")):
        model = get_model(name).lesioned(lesion)
        points, names = random_points(model, 4), [p.name for p in model.parameters]
        expected = [
            model.log_likelihood(sequences.study, sequences.recalls, dict(zip(names, v, strict=True))).sum()
            for v in points
        ]
        np.testing.assert_allclose(model.population_log_likelihood(sequences, points), expected, atol=1e-9)
        assert not np.allclose(expected, get_model(name).population_log_likelihood(sequences, points))
