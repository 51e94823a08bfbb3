"""Special cases of models: the likelihoods of both are the same."""

import numpy as np
import pytest

from memlab.core.recall import Recalls, StudyLists
from memlab.models import get_model
from memlab.nesting import NESTED, special_cases

RECALLS = Recalls(np.array([[6, 1, 2, 0, 0, 0], [3, 4, 2, 5, 6, 1], [0, 0, 0, 0, 0, 0], [5, 6, 0, 0, 0, 0]]))
STUDIES = [StudyLists.simple(4, 6), StudyLists.simple(4, 6, distractor_seconds=3.0, delay_seconds=8.0)]


@pytest.mark.parametrize("study", STUDIES, ids=["no distraction", "distraction"])
@pytest.mark.parametrize("pair", NESTED, ids=lambda pair: f"{pair.special} in {pair.general}")
def test_a_special_case_has_the_likelihood_of_the_general_model_at_the_values_given(pair, study):
    special = get_model(pair.special).with_options(**pair.special_options)
    general = get_model(pair.general).with_options(**pair.general_options)
    rng = np.random.default_rng(5)
    for _ in range(5):
        values = {p.name: float(rng.uniform(p.low, min(p.high, p.low + 2))) for p in special.parameters}
        mapped = pair.as_general(values)
        assert set(mapped) == {p.name for p in general.parameters}  # nothing is left at its default
        alike = general.log_likelihood(study, RECALLS, mapped)
        assert special.log_likelihood(study, RECALLS, values) == pytest.approx(alike, rel=1e-9)


def test_a_pair_counts_only_under_the_options_that_it_holds_for():
    cmr = get_model("cmr")
    assert [pair.special for pair in special_cases("cmr", cmr.options)] == ["summed_similarity"]
    assert special_cases("cmr", cmr.with_options(learn="before").options) == []
    assert special_cases("tcm", get_model("tcm").options) == []
