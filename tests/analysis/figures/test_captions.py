"""The caption says what is drawn."""

import pytest

from memlab.analysis.figures.panels import caption
from memlab.core.errors import UnknownName


def test_it_names_symbols_bars_subjects_conditions_models_and_scoring(curves):
    text = caption(curves, n_subjects=15, people="Murdock (1962)")
    for part in (
        "Black circles: people of Murdock (1962), mean over subjects (n = 15 in each condition)",
        "error bars: 95% t intervals",
        "10-2, 15-2, 20-2, 20-1, 30-1, 40-1 (list length-seconds an item)",
        "(A) serial-position curve",
        "(B) probability of first recall",
        "(C) lag-CRP",
        "TCM-A",
        "Summed similarity",
        "an item counts once a list",
        "an intrusion breaks the transition",
        "SIMPLE makes no prediction for probability of first recall and lag-CRP.",
    ):
        assert part in text


def test_it_says_how_many_responses_of_a_list_count(curves):
    several = caption(curves, max_responses={"10-2": 10, "20-1": 15, "20-2": 15})
    assert "so many responses of a list count at most: 10 in 10-2; 15 in 20-2, 20-1." in several
    one = caption(curves, conditions=("20-1", "20-2"), max_responses={"20-1": 15, "20-2": 15})
    assert "Of people and models, 15 responses of a list count at most." in one
    assert "at most" not in caption(curves)


def test_it_describes_only_what_is_drawn(curves):
    text = caption(curves, measures=("spc",), conditions=("20-1",))
    assert "lag-CRP" not in text
    assert "40-1" not in text
    assert "n = " not in text
    assert "shaded" not in text


def test_shading_is_described_where_it_is_drawn(make_curves):
    table = make_curves(("people", "cmr"))
    assert "shaded: 1.96 SD" in caption(table)
    assert "shaded" not in caption(table, layout="models")


def test_numbers_of_subjects_that_differ_are_given_by_condition(make_curves):
    table = make_curves(("people", "cmr"), ("10-2", "40-1"))
    assert "(10-2: n = 18, 40-1: n = 16)" in caption(table, n_subjects={"10-2": 18, "40-1": 16})
    assert "(n = 15 in each condition)" in caption(table, n_subjects={"10-2": 15, "40-1": 15})


def test_conditions_not_named_by_their_length_are_only_named(make_curves):
    table = make_curves(("people",), ("10-2", "40-1"))
    renamed = table | {"condition": ["fast" if c == "10-2" else "7-1" for c in table["condition"]]}
    assert "Conditions: fast, 7-1." in caption(renamed)


def test_layout_models_says_that_a_panel_is_a_source(curves):
    text = caption(curves, layout="models")
    assert text.startswith("Recall of people and 10 models. A panel a source")
    assert "Black circles" not in text


def test_people_alone_and_models_alone_are_said_to_be_alone(make_curves):
    assert caption(make_curves(("cmr",))).startswith("Recall of 1 model.")
    assert "Lines" not in caption(make_curves(("people",)))


def test_its_errors_are_those_of_the_figure(curves):
    with pytest.raises(UnknownName, match="there is no layout"):
        caption(curves, layout="columns")
