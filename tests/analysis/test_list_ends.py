"""Primacy and recency as numbers."""

import numpy as np
import pytest

from memlab.analysis import end_effects, primacy_recency
from memlab.analysis.list_ends import middle_positions
from memlab.core.errors import UsageError


@pytest.mark.parametrize(("length", "middle"), [(7, (3, 4)), (10, (3, 7)), (20, (6, 14)), (40, (13, 27))])
def test_the_middle_leaves_out_a_third_at_each_end(length, middle):
    assert middle_positions(length) == slice(*middle)


def test_a_flat_curve_has_neither_primacy_nor_recency():
    ends = end_effects(np.full(20, 0.4))
    assert (ends.primacy, ends.recency, ends.primacy_extent, ends.recency_extent) == pytest.approx((0, 0, 0, 0))


def test_indices_are_ends_less_the_middle_and_extents_run_down_to_it():
    curve = [0.8, 0.6, 0.4, 0.3, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.1, 0.9]
    ends = end_effects(curve)
    assert ends.middle == pytest.approx(0.2)
    assert ends.primacy == pytest.approx(0.6 - 0.2)
    assert ends.recency == pytest.approx(1.4 / 3 - 0.2)
    assert (ends.primacy_extent, ends.recency_extent) == (4, 1)


def test_each_subject_has_a_row(recalled):
    table = primacy_recency(recalled([1], [7, 4], length=7, subject=[1, 2]), k=1)
    assert table["primacy"].tolist() == pytest.approx([1, -1 / 3])
    assert table["recency"].tolist() == pytest.approx([0, 2 / 3])


def test_lists_without_a_middle_are_refused(recalled):
    with pytest.raises(UsageError, match=r"k = 3 positions need lists of at least 7 items; these have 6"):
        primacy_recency(recalled([1], length=6))
    with pytest.raises(UsageError, match="k must be a whole number of at least 1"):
        middle_positions(20, 0)


def test_people_show_primacy_and_recency_in_every_condition_of_murdock_1962(people):
    for data in people("murdock1962").values():
        table = primacy_recency(data)
        assert table["primacy"].mean() > 0  # .045 in lists of ten, whose middle is lifted by recency, to .147
        assert table["recency"].mean() > table["primacy"].mean()
