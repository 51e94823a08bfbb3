"""Copying: what is drawn, and what is to be given back."""

import numpy as np
import pytest

from memlab.core.errors import ParameterError, UsageError
from memlab.paradigms.copying import Copying, share_right


def trials(n=300, **design):
    return Copying(**design).trials(n, np.random.default_rng(1))


def test_bits_are_zero_or_one_as_often_and_independent_of_each_other():
    bits = trials(list_length=5, n_features=4).items.reshape(-1, 20)
    assert np.unique(bits).tolist() == [0, 1]
    assert bits.mean() == pytest.approx(0.5, abs=0.03)
    correlation = np.corrcoef(bits.T) - np.eye(20)
    assert np.abs(correlation).max() < 0.25  # 4.3 standard errors


def test_plain_copying_gives_a_list_back_once():
    drawn = trials(3, list_length=2)
    assert drawn.repeats.tolist() == [1, 1, 1]
    assert (drawn.targets(1) == drawn.items[1]).all()


def test_repeat_copying_gives_it_back_as_often_as_drawn_and_every_number_comes_as_often():
    drawn = trials(list_length=2, least_repeats=1, most_repeats=3)
    assert np.bincount(drawn.repeats)[1:] == pytest.approx(np.full(3, 100), abs=30)
    thrice = int(np.argmax(drawn.repeats == 3))
    assert (drawn.targets(thrice) == np.concatenate([drawn.items[thrice]] * 3)).all()


def test_the_same_stream_gives_the_same_trials():
    assert (trials().items == trials().items).all()


def test_what_does_not_go_is_refused_by_name():
    with pytest.raises(ParameterError, match="copying: list_length must be a whole number in"):
        Copying(list_length=0)
    with pytest.raises(UsageError, match="least_repeats must be at most most_repeats. Got 3 and 2"):
        Copying(least_repeats=3, most_repeats=2)
    with pytest.raises(UsageError, match=r"\(1, 3\) was given where \(1, 2\)"):
        share_right([[0, 1]], [[0, 1, 1]])
