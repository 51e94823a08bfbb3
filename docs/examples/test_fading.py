"""Fading keeps its one promise: half is lost in a half-life, and recall goes backward."""

import numpy as np

from memlab.core.recall import StudyLists
from memlab.models import get_model

VALUES = {"half_life": 4.0}


def test_half_is_recalled_after_a_half_life():
    study = StudyLists.simple(10_000, 5)
    position = get_model("fading").simulate(study, VALUES, np.random.default_rng(1)).position
    recalled = [(position == i).any(axis=1).mean() for i in range(1, 6)]
    np.testing.assert_allclose(recalled, 2.0 ** (-np.arange(4, -1, -1) / 4), atol=0.02)  # 4 SE of 10,000 lists


def test_recall_goes_from_the_newest_to_the_oldest():
    position = get_model("fading").simulate(StudyLists.simple(100, 5), VALUES, np.random.default_rng(1)).position
    both = (position[:, :-1] > 0) & (position[:, 1:] > 0)
    assert (np.diff(position, axis=1)[both] < 0).all()
