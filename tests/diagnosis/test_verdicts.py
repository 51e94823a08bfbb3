"""The rules by which a model agrees with people, at and around their bounds."""

import pytest

from memlab.diagnosis.people import Known
from memlab.diagnosis.simulated import Measured
from memlab.diagnosis.verdicts import direction, size

PEOPLE = Known(0.8, 0.7, 0.9, 20)
NAN = float("nan")
SURE = 0.001


@pytest.mark.parametrize(
    ("value", "error", "verdict"),
    [
        (0.8, SURE, "agrees"),
        (0.61, SURE, "agrees"),  # a third of .3 is .1
        (0.59, SURE, "does not agree"),
        (0.6, SURE, "cannot tell"),  # its own interval crosses the bound
        (0.5, SURE, "does not agree"),  # no effect is no agreement
        (0.2, SURE, "does not agree"),
        (0.8, 0.2, "cannot tell"),
        (0.8, NAN, "cannot tell"),  # one simulated experiment says nothing about its error
        (NAN, NAN, "cannot tell"),
    ],
)
def test_an_effect_needs_a_third_of_peoples(value, error, verdict):
    assert direction("effect", Measured(value, error), PEOPLE, 0.5) == verdict


def test_an_effect_below_neutral_asks_for_one_below():
    people = Known(0.2, 0.1, 0.3, 20)
    assert direction("effect", Measured(0.3, SURE), people, 0.5) == "agrees"
    assert direction("effect", Measured(0.8, SURE), people, 0.5) == "does not agree"


def test_nothing_can_be_told_where_people_have_no_settled_effect():
    for people in (Known(0.55, 0.45, 0.65, 20), Known(NAN), Known(0.8, NAN, NAN, 1)):
        assert direction("effect", Measured(0.8, SURE), people, 0.5) == "cannot tell"


def test_a_published_number_without_an_interval_is_believed():
    assert direction("effect", Measured(0.8, SURE), Known(0.8), 0.5) == "agrees"


@pytest.mark.parametrize(
    ("loss", "verdict"),
    [(-0.05, "does not agree"), (-0.03, "cannot tell"), (-0.02, "agrees"), (0.0, "agrees"), (0.1, "agrees")],
)
def test_a_loss_of_under_a_tenth_of_the_effect_it_is_measured_against_is_none(loss, verdict):
    assert direction("no_loss", Measured(loss, SURE), Known(NAN), 0.0, Measured(0.3, SURE)) == verdict


def test_a_model_to_which_nothing_sounds_alike_can_lose_nothing():
    for scale in (Measured(0.001, SURE), Measured(NAN), Measured(-0.2, SURE), None):
        assert direction("no_loss", Measured(0.0, SURE), Known(NAN), 0.0, scale) == "cannot tell"


@pytest.mark.parametrize(
    ("value", "where"),
    [(0.8, "within"), (0.6, "below"), (0.95, "above"), (0.7, "cannot tell"), (NAN, "cannot tell")],
)
def test_size_is_told_by_peoples_interval(value, where):
    assert size(Measured(value, SURE), PEOPLE) == where
    assert size(Measured(value, SURE), Known(0.8)) == "cannot tell"
