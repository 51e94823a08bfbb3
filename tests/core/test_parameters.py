"""The table of parameters drives defaults, checks and messages."""

import numpy as np
import pytest

from memlab.core.errors import ParameterError, UnknownName
from memlab.core.parameters import Parameter, resolve

TABLE = (
    Parameter("beta_enc", 0.6, 0, 1, "drift", source="x"),
    Parameter("r", 4, 1, 10, "buffer size", "items", source="x", integer=True),
)


def test_what_is_left_out_takes_its_default():
    assert resolve("cmr", TABLE, None) == {"beta_enc": 0.6, "r": 4.0}
    assert resolve("cmr", TABLE, {"r": np.int64(5)}) == {"beta_enc": 0.6, "r": 5.0}


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf"), "a", None, [1]])
def test_a_value_out_of_range_is_refused_with_the_range(value):
    with pytest.raises(ParameterError, match=r"^cmr: beta_enc must be a number in \[0, 1\]\. Got .* instead\.$"):
        resolve("cmr", TABLE, {"beta_enc": value})


def test_a_whole_number_must_be_whole():
    with pytest.raises(ParameterError, match=r"r must be a whole number in \[1, 10\] items\. Got 2\.5 instead"):
        resolve("sam", TABLE, {"r": 2.5})


def test_both_ends_of_the_range_are_allowed():
    assert resolve("cmr", TABLE, {"beta_enc": 0, "r": 10}) == {"beta_enc": 0.0, "r": 10.0}


def test_an_unknown_name_is_refused():
    with pytest.raises(UnknownName, match="cmr has no parameter 'beta_end'. Did you mean 'beta_enc'"):
        resolve("cmr", TABLE, {"beta_end": 0.5})
