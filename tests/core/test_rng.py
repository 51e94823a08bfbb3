"""One seed, independent streams, whatever the order they are asked for."""

import numpy as np
import pytest

from memlab.core.errors import UsageError
from memlab.core.rng import stream


def test_the_same_keys_give_the_same_stream_in_any_order():
    first = [stream(1, "cmr", c).random(3) for c in ("a", "b")]
    second = [stream(1, "cmr", c).random(3) for c in ("b", "a")][::-1]
    np.testing.assert_array_equal(first, second)


def test_other_seeds_and_keys_give_other_streams():
    draws = {
        stream(*keys).random() for keys in [(1, "a"), (2, "a"), (1, "b"), (1, "a", 0), (1, "a0"), (1,), (1, "a", "0")]
    }
    assert len(draws) == 7


def test_streams_are_uncorrelated():
    draws = np.array([stream(1, i).random(2000) for i in range(20)])
    correlations = np.corrcoef(draws)[np.triu_indices(20, 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(2000)


@pytest.mark.parametrize("seed", [-1, 1.5, "one", None])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(UsageError, match="the seed must be a whole number"):
        stream(seed)
