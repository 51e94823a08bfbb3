"""Each signature on lists of five whose value is counted by hand."""

import numpy as np
import pytest

from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.diagnosis.signatures import SIGNATURES, signature_of

BLANK, WRONG = -2, -1
RIGHT = [1, 2, 3, 4, 5]


def lists(*rows, subject=None):
    study = StudyLists.simple(len(rows), len(rows[0]), subject=subject, serial=SerialTest())
    return RecallData(study, Recalls(np.array(rows)))


def value(name, *rows):
    return signature_of(name).measure({"any": lists(*rows)}).tolist()


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("fill_in", [[1, 3, 2, 4, 5], [1, 3, 2, 4, 5], [1, 3, 4, 5, 2]], 2 / 3),  # two fill-ins, one infill
        ("locality", [[1, 3, 2, 4, 5], [1, 3, 4, 5, 2]], 5 / 6),  # -1 +1, then -1 -1 -1 +3
        ("recovery", [[1, 3, 2, 4, 5], [1, 3, 4, 5, 2]], 1 / 5),  # of five wrong places, one is followed by a right one
        ("recovery_lost", [[1, BLANK, 3, 4, 5], [1, WRONG, 2, 3, 4]], 1 / 2),
        ("recency", [[1, 2, 3, BLANK, 5], RIGHT], 1.0 - 0.5),
        ("primacy", [[1, 2, 3, 4, BLANK], RIGHT], 1.0 - 0.5),
    ],
)
def test_signatures_of_the_target_counted_by_hand(name, rows, expected):
    assert value(name, *rows) == pytest.approx([expected])


def test_the_length_effect_takes_the_shorter_lists_less_the_longer_whatever_their_order():
    short, long = lists([1, 2]), lists([1, 2, BLANK, BLANK])
    for conditions in ({"a": short, "b": long}, {"a": long, "b": short}):
        assert signature_of("length").measure(conditions).tolist() == [0.5]


def test_the_alternating_effect_is_that_of_places_2_and_4_alone():
    conditions = {
        "dissimilar": lists(RIGHT),
        "similar": lists([1, 3, 2, 4, 5]),
        "alternating": lists([3, 2, 1, 4, 5]),  # the similar ones change places, the dissimilar ones stay
    }
    assert signature_of("alternating").measure(conditions).tolist() == [0.0]
    assert signature_of("similarity").measure(conditions) == pytest.approx([0.4])
    conditions["alternating"] = lists([1, 3, 2, 4, 5])
    assert signature_of("alternating").measure(conditions).tolist() == [-0.5]


def test_a_subject_without_errors_has_no_value_where_errors_are_what_is_counted():
    data = {"any": lists(RIGHT, [1, 3, 2, 4, 5], subject=np.array([1, 2]))}
    for name in ("fill_in", "locality", "recovery"):
        values = signature_of(name).measure(data)
        assert np.isnan(values[0])
        assert not np.isnan(values[1])


def test_every_guessing_value_is_what_a_random_order_has():
    rng = np.random.default_rng(1)
    guessed = {"any": lists(*(rng.permutation(6) + 1 for _ in range(20_000)))}
    for signature in SIGNATURES:
        if signature.setting == "target" and signature.name != "recovery_lost":  # a random order loses nothing
            assert signature.measure(guessed)[0] == pytest.approx(signature.neutral(6), abs=0.01), signature.name


def test_what_a_loss_is_measured_against_comes_from_the_same_lists():
    for signature in SIGNATURES:
        assert (signature.claim == "no_loss") == bool(signature.scale)
        if signature.scale:
            assert signature_of(signature.scale).setting == signature.setting
