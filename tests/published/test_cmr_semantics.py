"""CMR with semantic similarity on the categorised lists of Morton et al. (2013), which the package psifr ships.

40 people, lists of 24 words: celebrities, locations and objects, here the mixed lists. Similarity is 1 less psifr's
distance of two words, or 1 within a category and 0 across. Morton et al. (2013), Cereb. Cortex 23, 2407-2422.

The values are our fits to people 1 to 3 together (`memlab.fitting.likelihood.fit_likelihood`, method de, seed 1,
beta_distract 0). What was held out are people 4 to 6.
"""

import numpy as np
import pytest

from memlab.core.sequences import sequences_of
from memlab.core.similarity import with_similarity
from memlab.core.table import read_table
from memlab.models.cmr import ContextMaintenanceRetrieval

pytestmark = pytest.mark.slow

PLAIN, SEMANTIC = ContextMaintenanceRetrieval(), ContextMaintenanceRetrieval(semantics=True)
FITTED, HELD_OUT = [1, 2, 3], [4, 5, 6]
STOP = {"stop_scale": 0.004, "stop_growth": 0.311, "beta_distract": 0.0}
WITHOUT = {
    "beta_enc": 0.872, "beta_start": 0.414, "beta_rec": 0.874, "gamma_fc": 0.116, "delta": 10.138, "alpha": 0.528,
    "phi_s": 9.701, "phi_d": 1.319, "tau": 3.305, **STOP,
}  # fmt: skip
WITH_DISTANCE = {
    "beta_enc": 0.85, "beta_start": 0.975, "beta_rec": 0.961, "gamma_fc": 0.013, "delta": 100.0, "alpha": 0.399,
    "phi_s": 7.357, "phi_d": 0.842, "s": 1.247, "tau": 2.845, **STOP,
}  # fmt: skip
WITH_CATEGORY = {
    "beta_enc": 0.844, "beta_start": 0.97, "beta_rec": 0.963, "gamma_fc": 0.013, "delta": 100.0, "alpha": 0.699,
    "phi_s": 7.908, "phi_d": 0.88, "s": 0.342, "tau": 2.823, **STOP,
}  # fmt: skip


class Lists:
    """The mixed lists with either similarity, and the category of each word of the pool."""

    def __init__(self, fr):
        table = fr.sample_data("Morton2013")
        table = table[table["list_type"] == "mixed"]
        studied = table[table["trial_type"] == "study"]
        kind = dict(zip(studied["item"], studied["category"], strict=True))
        words, distances = fr.sample_distances("Morton2013")
        kinds = np.array([kind.get(word, "") for word in words])
        data = read_table(table[["subject", "list", "trial_type", "position", "item"]])
        self.category = np.array([kind.get(word, "") for word in data.study.pool.words])
        self.by_distance = with_similarity(data, (words, 1 - distances))
        self.by_category = with_similarity(data, (words, kinds[:, None] == kinds))

    def same_category(self, position):
        """Share of transitions between words of the same category."""
        items = self.by_distance.study.items[: len(position)]
        kinds = self.category[np.take_along_axis(items, np.maximum(position - 1, 0), axis=1)]
        both = (position[:, :-1] > 0) & (position[:, 1:] > 0)
        return (kinds[:, :-1] == kinds[:, 1:])[both].mean()


@pytest.fixture(scope="module")
def lists():
    return Lists(pytest.importorskip("psifr.fr"))


def log_likelihood(model, data, subjects, values):
    sequences = sequences_of(data.select_subjects(subjects))
    return model.population_log_likelihood(sequences, np.array([[values[p.name] for p in model.parameters]]))[0]


@pytest.mark.parametrize("people", [FITTED, HELD_OUT], ids=["fitted", "held-out"])
def test_similarity_raises_the_likelihood(lists, people):
    without = log_likelihood(PLAIN, lists.by_distance, people, WITHOUT)
    assert log_likelihood(SEMANTIC, lists.by_distance, people, {**WITHOUT, "s": 0.0}) == pytest.approx(without)
    for data, values in ((lists.by_distance, WITH_DISTANCE), (lists.by_category, WITH_CATEGORY)):
        assert log_likelihood(SEMANTIC, data, people, values) > without + 50


@pytest.mark.parametrize("scale", [0.3, 0.7, 1.0])
def test_some_similarity_beats_none_at_the_values_that_are_best_without_it(lists, scale):
    without = log_likelihood(PLAIN, lists.by_distance, HELD_OUT, WITHOUT)
    assert log_likelihood(SEMANTIC, lists.by_distance, HELD_OUT, {**WITHOUT, "s": scale}) > without + 20


def test_similarity_makes_recall_cluster_by_category_yet_less_than_people(lists):
    """People make .65 of their transitions within a category, the fits .40 without, .49 and .56 with similarity."""
    people = lists.same_category(lists.by_distance.recalls.position)
    fits = (
        (PLAIN, lists.by_distance, WITHOUT),
        (SEMANTIC, lists.by_distance, WITH_DISTANCE),
        (SEMANTIC, lists.by_category, WITH_CATEGORY),
    )
    shares = [
        lists.same_category(model.simulate(data.study, values, np.random.default_rng(1)).position)
        for model, data, values in fits
    ]
    assert shares == pytest.approx([0.40, 0.49, 0.56], abs=0.02)
    assert people == pytest.approx(0.65, abs=0.01)
