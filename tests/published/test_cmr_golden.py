"""CMR gives the log-likelihoods that other code gives on Murdock (1962), condition 20-1.

The numbers come from the published fits of jaxcmr (Murdock1962_BaseCMR_20.json), whose values for person 2 were written
down to the digits below, and from cymr 0.14.3; each was restated independently before it was put here. Only the
parameters of person 2 of jaxcmr are known to us, so the other four of its people are not tested.
"""

import numpy as np
import pandas as pd
import pytest

from memlab.core.recall import Recalls, StudyLists
from memlab.models.cmr import ContextMaintenanceRetrieval

pytestmark = pytest.mark.slow

CMR = ContextMaintenanceRetrieval()
PERSON_2 = {
    "beta_enc": 0.77552, "beta_start": 0.34112, "beta_rec": 0.90008, "alpha": 0.22805, "delta": 53.96072,
    "gamma_fc": 0.0084566, "phi_s": 50.11636, "phi_d": 2.33403, "stop_scale": 0.0261562, "stop_growth": 0.3214472,
    "tau": 1.3117222,
}  # fmt: skip
CYMR = {
    "beta_enc": 0.6, "beta_start": 0.3, "beta_rec": 0.7, "gamma_fc": 0.4, "phi_s": 2.0, "phi_d": 1.0, "delta": 0.0,
    "alpha": 0.0, "stop_scale": 0.01, "stop_growth": 0.3,
}  # fmt: skip


def person(human, subject):
    """One person's 80 lists of 20 words, all responses in order; the archive keeps 15."""
    table = pd.read_csv(human / "free" / "murdock1962.csv.gz")
    table = table[table.subject == subject]
    position = np.zeros((80, 15), dtype=int)
    recalled = table[table.output_position > 0]
    position[recalled.list - 1, recalled.output_position - 1] = recalled.serial_position
    return StudyLists.simple(80, 20, max_responses=15), Recalls(position)


@pytest.mark.parametrize(
    ("options", "expected", "tolerance"),
    [
        ({"rho": "elementwise"}, 1378.005, 1e-3),  # stored in the fit of jaxcmr itself
        ({"rho": "scalar"}, 1387.188, 2e-3),  # rounding of the parameters alone moves it by up to .0019
        ({"rho": "elementwise", "learn": "before"}, 1382.3, 0.05),  # known to one decimal
    ],
)
def test_a_fit_of_jaxcmr_keeps_its_likelihood(human, options, expected, tolerance):
    study, recalls = person(human, 402)
    total = -CMR.with_options(**options).log_likelihood(study, recalls, PERSON_2).sum()
    assert total == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize(
    ("options", "sensitivity", "expected"),
    [
        ({"choice_rule": "softmax"}, {"T": 0.3}, -1560.6429),
        ({"choice_rule": "softmax", "learn": "before"}, {"T": 0.3}, -1704.5417),
        ({"choice_rule": "power"}, {"tau": 4.0}, -1876.7774),
    ],
)
def test_the_example_of_cymr_keeps_its_likelihood(human, options, sensitivity, expected):
    study, recalls = person(human, 401)
    total = CMR.with_options(**options).log_likelihood(study, recalls, {**CYMR, **sensitivity}).sum()
    assert total == pytest.approx(expected, abs=5e-5)  # half a unit of the last digit given
