"""CMR of 2009 at its remembered Table 1, against the people of Polyn, Norman & Kahana (2009).

The published simulation had LSA cosines of the words, which are not ours to have. Without semantics the parameters are
another model: support of most items stays under what the race needs, so that only the last few items come. What can be
tested: that, and that similarities of the size of LSA cosines, drawn at random (so: no knowledge of the words), bring
the curves of the control lists back. Their mean and spread (.08, .1) were chosen from four pairs for the mean number
recalled, which they decide (.06, .08: 6.5; .1, .1: 19.1); the shapes were not fitted. With LSA an earlier simulation
had 11.47 recalled and CRP(-2, -1, 1, 2) of .113 .177 .233 .125.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from memlab.core.recall import Pool, StudyLists
from memlab.models import get_model

N = 24
pytestmark = pytest.mark.slow


def curves(position):
    """Mean recalled, SPC, PFR of the last item and pooled CRP at lags -2, -1, 1, 2; repeats and intrusions dropped."""
    spc = np.array([(position == i).any(axis=1).mean() for i in range(1, N + 1)])
    made, could = np.zeros(2 * N), np.zeros(2 * N)
    for row in position:
        seen = set()
        for first, second in pairwise(row):
            seen.add(first)
            if first > 0 and second > 0 and second not in seen:
                for item in set(range(1, N + 1)) - seen:
                    could[item - first] += 1
                made[second - first] += 1
    lags = [-2, -1, 1, 2]
    return spc.sum(), spc, (position[:, 0] == N).mean(), made[lags] / np.maximum(could[lags], 1)


@pytest.fixture(scope="module")
def people(human):
    table = pd.read_csv(human / "free" / "polyn2009.csv.gz")
    control = table[table.condition.isin(["size", "animacy"])]
    wide = control[control.output_position > 0].pivot(
        index=["subject", "list"], columns="output_position", values="serial_position"
    )
    return curves(wide.fillna(0).to_numpy(dtype=int))


def simulate(similarity, n_lists=1000):
    rng = np.random.default_rng(1)
    items = np.array([rng.choice(600, N, replace=False) for _ in range(n_lists)])
    pool = None if similarity is None else Pool(similarity=similarity)
    study = replace(StudyLists.simple(n_lists, N, recall_seconds=90.0), items=items, pool=pool)
    return curves(get_model("cmr.polyn2009").simulate(study, None, rng).position)


def stand_in(mean=0.08, sd=0.1):
    """Random similarities of 600 words: gamma distributed with a mean and spread of the order of LSA cosines'."""
    shape = (mean / sd) ** 2
    upper = np.triu(np.random.default_rng(0).gamma(shape, mean / shape, (600, 600)), 1)
    return upper + upper.T


def rmse(first, second):
    return np.sqrt(((first - second) ** 2).mean())


def test_people_recall_twelve_of_24_in_control_lists(people):
    """11.97 over lists; 11.8 and 12.1 by condition over people in our specification, which also has 12.14 once."""
    assert people[0] == pytest.approx(11.97, abs=0.01)
    assert people[2] == pytest.approx(0.54, abs=0.005)


def test_without_semantics_the_published_values_give_only_the_last_items():
    """2.75 recalled of 24, in backward order: the numbers of Table 1 mean nothing without similarities."""
    mean, spc, last_first, crp = simulate(None)
    assert mean == pytest.approx(2.75, abs=0.15)
    assert spc[:-4].max() < 0.01
    assert last_first > 0.95
    assert crp[1] > 0.95


def test_with_similarities_of_the_size_of_lsa_the_published_values_give_human_curves(people):
    """12.93 recalled, rmse of the SPC .046, of the CRP at lags -2, -1, 1, 2 .031, last item first .59.

    The earlier simulation with LSA had rmse .057 and .015 and last item first .78. The bounds here are our own
    measurement and four Monte-Carlo errors.
    """
    mean, spc, last_first, crp = simulate(stand_in())
    assert abs(mean - people[0]) < 1.6
    assert rmse(spc, people[1]) < 0.065
    assert rmse(crp, people[3]) < 0.045
    assert abs(last_first - people[2]) < 0.11
    assert crp[2] > crp[1] > max(crp[0], crp[3])
