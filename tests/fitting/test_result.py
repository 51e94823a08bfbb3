"""A fit is written whole and read back the same."""

import pytest

from memlab.core.errors import DataError
from memlab.fitting.result import Fit, HeldOut, Restart

FIT = Fit(
    model="cmr",
    unit="subject",
    who="401",
    conditions=["20-1"],
    objective="likelihood",
    value=1400.5,
    values={"beta_enc": 0.5},
    free=["beta_enc"],
    bounds={"beta_enc": [0.0, 1.0]},
    at_bound=[],
    n_lists=80,
    n_events=691,
    converged=True,
    message="settled",
    evaluations=100,
    seconds=0.2,
    seed=1,
    restarts=[
        Restart(1400.5, {"beta_enc": 0.5}, 60, True, "settled"),
        Restart(1401.0, {"beta_enc": 0.4}, 40, True, "settled"),
    ],
    held_out=HeldOut(5, -1420.0, 691, [-17.5] * 80),
)


def test_a_fit_is_read_back_as_it_was_written(tmp_path):
    assert Fit.read(FIT.write(tmp_path / "401.json")) == FIT


def test_the_log_likelihood_is_minus_what_was_minimised_and_the_spread_is_that_of_the_restarts():
    assert FIT.log_likelihood == -1400.5
    assert FIT.spread == 0.5


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 2}'])
def test_a_file_that_is_no_fit_is_named(tmp_path, text):
    path = tmp_path / "no.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"no\.json is not a fit"):
        Fit.read(path)
