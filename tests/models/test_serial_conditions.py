"""What a test of serial recall asks for beyond order: forced responding, a length that is not known, directions."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from memlab.core.errors import NotSupported
from memlab.core.recall import INTRUSION, OMISSION, LikelihoodModel, RecallData, Recalls, StudyLists
from memlab.core.sequences import sequences_of
from memlab.core.serial_test import SerialTest
from memlab.fitting.likelihood import free_parameters
from memlab.models import get_model

NAMES = (
    "chance", "chaining", "todam", "start_end", "perturbation", "primacy", "oscar", "cru", "cmr", "simple.serial",
    "position_marking",
)  # fmt: skip
PROBED = tuple(name for name in NAMES if name != "primacy")
WITH_LIKELIHOOD = tuple(name for name in NAMES if isinstance(get_model(name), LikelihoodModel))

ALL_BLANK = {
    "chance": {"p": 0.0},
    "chaining": {"blank": 1.0},
    "todam": {"criterion": 10.0},
    "start_end": {"T_O": 2.0},
    "perturbation": {"blank": 1.0},
    "primacy": {"T": 100.0},
    "oscar": {"threshold": 5.0},
    "cru": {"stop_scale": 1.0},
    "cmr": {"stop_scale": 1.0},
    "simple.serial": {"t": 1.0, "s": 100.0},
    "position_marking": {"inhibition": 1.0, "excitation": 1.0, "noise": 0.0},
}
"""Values that leave all places blank, or all but very few."""


def lists(n_lists, length=6, direction="forward", **test):
    return StudyLists.simple(n_lists, length, serial=SerialTest(direction, **test))


def probes(cues, length=6, **test):
    """Lists with one question each, or, of a table of cues, with as many as it has columns."""
    cues = np.asarray(cues)
    return lists(len(cues), length, "probed", cue=cues[:, None] if cues.ndim == 1 else cues, **test)


def simulated(name, study, values=None, seed=0, **options):
    return get_model(name).with_options(**options).simulate(study, values, np.random.default_rng(seed)).position


def agree(observed, expected, n):
    return (np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / n) + 1e-9).all()


# ---------------------------------------------------------------------------------------------- forced responding


@pytest.mark.parametrize("name", NAMES)
def test_where_omissions_are_not_allowed_no_place_is_blank(name):
    allowed, forced = (simulated(name, lists(50, omissions_allowed=x), ALL_BLANK[name]) for x in (True, False))
    assert (allowed == OMISSION).mean() > 0.8
    assert (forced != OMISSION).all()


@pytest.mark.parametrize("name", PROBED)
def test_where_omissions_are_not_allowed_every_cue_is_answered(name):
    cues = np.tile([1, 3, 5], 20)
    allowed, forced = (simulated(name, probes(cues, omissions_allowed=x), ALL_BLANK[name]) for x in (True, False))
    assert (allowed == OMISSION).mean() > 0.8
    assert (forced != OMISSION).all()


@pytest.mark.parametrize("name", WITH_LIKELIHOOD)
def test_forced_orders_are_as_frequent_as_their_probability_and_a_blank_has_none(name):
    model, n = get_model(name), 20_000
    orders = np.array(list(permutations((1, 2, 3))))
    p = np.exp(model.log_likelihood(lists(6, 3, omissions_allowed=False), Recalls(orders)))
    assert p.sum() == pytest.approx(1, abs=1e-9)
    drawn = simulated(name, lists(n, 3, omissions_allowed=False))
    assert agree((drawn[:, None] == orders).all(axis=2).mean(axis=0), p, n)
    blank = model.log_likelihood(lists(1, 3, omissions_allowed=False), Recalls(np.array([[1, OMISSION, 3]])))
    assert blank == -np.inf


def test_a_race_that_nobody_wins_goes_to_the_item_that_led_where_omissions_are_not_allowed():
    forced = simulated(
        "position_marking", lists(5, omissions_allowed=False), {**ALL_BLANK["position_marking"], "noise": 0}
    )
    np.testing.assert_array_equal(forced, np.tile(np.arange(1, 7), (5, 1)))


def test_fitting_lists_that_are_impossible_under_forced_responding_is_refused_with_what_to_do():
    data = RecallData(lists(2, 3, omissions_allowed=False), Recalls(np.array([[1, INTRUSION, 3], [1, 2, 1]])), "forced")
    assert sequences_of(data).forced_blanks == 2
    with pytest.raises(NotSupported, match=r"in condition forced no omissions are allowed, and 2 places .*drop_lists"):
        free_parameters(get_model("chaining"), [sequences_of(data)], None, None)


# ---------------------------------------------------------------------------------------- a length that is not known


@pytest.mark.parametrize("name", [name for name in NAMES if name != "start_end"])
def test_without_an_end_marker_it_makes_no_difference_whether_the_length_is_known(name):
    known, unknown = (simulated(name, lists(30, length_known=x), seed=4) for x in (True, False))
    np.testing.assert_array_equal(known, unknown)


def test_without_a_known_length_the_start_end_model_has_no_end_marker():
    unknown = simulated("start_end", lists(300, length_known=False), seed=2)
    np.testing.assert_array_equal(unknown, simulated("start_end", lists(300), {"E_0": 0.0}, seed=2))
    assert (unknown != simulated("start_end", lists(300), seed=2)).any()


def test_without_a_known_length_the_ends_of_groups_are_marked_all_the_same():
    group = np.tile([0, 0, 0, 1, 1, 1], (4000, 1))
    known, unknown, none = (
        simulated("start_end", lists(4000, group=group, length_known=x), {"E_0": e, "T_O": -2.0}, seed=2)
        for x, e in ((True, 0.6), (False, 0.6), (False, 0.0))
    )
    right = [(position == np.arange(1, 7)).mean() for position in (known, unknown, none)]
    assert right[0] > right[1] + 0.02 > right[2] + 0.04


# --------------------------------------------------------------------------------------------------- what is refused


REFUSED = {
    "primacy": ("backward", "probed"),
    "chaining": ("backward",),
    "todam": ("backward",),
    "cru": ("backward",),
    "cmr": ("backward",),
}


@pytest.mark.parametrize(("name", "direction"), [(n, d) for n, ds in REFUSED.items() for d in ds])
def test_a_direction_that_a_theory_has_no_answer_for_is_refused_with_the_reason(name, direction):
    study = probes([2]) if direction == "probed" else lists(1, direction="backward")
    match = rf"{name} recalls forward.*\. Got {direction} recall instead: \w.*\."
    with pytest.raises(NotSupported, match=match):
        get_model(name).simulate(study, None, np.random.default_rng(0))
    if name in WITH_LIKELIHOOD:
        with pytest.raises(NotSupported, match=match):
            get_model(name).log_likelihood(
                study, Recalls(np.array([[3] if direction == "probed" else range(6, 0, -1)]))
            )


@pytest.mark.parametrize("name", [name for name in NAMES if name not in REFUSED])
def test_the_others_recall_backward(name):
    assert simulated(name, lists(3, direction="backward")).shape == (3, 6)


@pytest.mark.parametrize("name", PROBED)
def test_a_cue_that_stands_at_two_places_is_refused(name):
    twice = replace(probes([2]), items=np.array([[0, 1, 2, 1, 3, 4]]))
    with pytest.raises(
        NotSupported, match=f"{name} takes lists that hold each item once; some of these hold one twice"
    ):
        get_model(name).simulate(twice, None, np.random.default_rng(0))
