"""The figure of the diagnosis: what is on its axes is what is in the table."""

import numpy as np
import pytest

from memlab.analysis.figures.diagnosis import diagnosis_caption, diagnosis_figure
from memlab.core.errors import DataError, UnknownName

TITLES = {"fill_in": "fill-in over infill", "alternating": "alternating similarity", "absent": "not measured"}
NAN = float("nan")
ROWS = [
    ("fill_in", "six", "people", 0.8, NAN, 0.7, 0.9, 0.5, ""),
    ("fill_in", "six", "start_end", 0.75, 0.01, NAN, NAN, 0.5, "agrees"),
    ("fill_in", "six", "chaining", 0.2, 0.02, NAN, NAN, 0.5, "does not agree"),
    ("fill_in", "seven", "people", 0.6, NAN, 0.5, 0.7, 0.5, ""),
    ("fill_in", "seven", "start_end", 0.65, 0.01, NAN, NAN, 0.5, "cannot tell"),
    ("alternating", "", "people", NAN, NAN, NAN, NAN, 0.0, ""),
    ("alternating", "", "start_end", 0.0, 0.01, NAN, NAN, 0.0, "agrees"),
    ("alternating", "", "chaining", NAN, NAN, NAN, NAN, 0.0, "cannot tell"),
]
NAMES = ("signature", "condition", "model", "value", "error", "low", "high", "neutral", "direction")
TABLE = {name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)}


def circles(axes):
    """Return (value, row, face) of every marker."""
    lines = [line for line in axes.lines if line.get_marker() in ("o", "x")]
    return [(line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor()) for line in lines]


def test_a_panel_a_signature_with_a_row_a_model_in_the_order_of_the_table():
    figure = diagnosis_figure(TABLE, TITLES)
    first, second = figure.axes
    assert [axes.get_title().replace("\n", " ") for axes in figure.axes] == [
        "fill-in over infill",
        TITLES["alternating"],
    ]
    assert [label.get_text() for label in first.get_yticklabels()] == ["Start-end", "Chaining"]
    assert first.get_ylim()[0] > first.get_ylim()[1]  # the first model is on top
    assert circles(first) == [(0.75, 0, "black"), (0.2, 1, "white")]
    assert circles(second) == [(0.0, 0, "black")]  # what a model does not say is not drawn


def test_people_are_a_line_and_a_band_where_they_are_known():
    first, second = diagnosis_figure(TABLE, TITLES).axes
    band = first.patches[0].get_extents().transformed(first.transData.inverted())
    np.testing.assert_allclose([band.x0, band.x1], [0.7, 0.9])
    assert [line.get_xdata()[0] for line in first.lines[:2]] == [0.8, 0.5]
    assert not second.patches
    assert second.lines[0].get_xdata()[0] == 0.0


def test_error_bars_are_1_96_standard_errors():
    first = diagnosis_figure(TABLE, TITLES).axes[0]
    bars = [line.get_xdata() for line in first.lines if line.get_marker() == "None" and len(set(line.get_ydata())) == 1]
    np.testing.assert_allclose(bars[0], [0.75 - 0.0196, 0.75 + 0.0196])


def test_another_condition_is_drawn_on_request_and_an_unknown_one_refused():
    assert circles(diagnosis_figure(TABLE, TITLES, condition="seven").axes[0])[0][:2] == (0.65, 0)
    with pytest.raises(UnknownName, match="eight"):
        diagnosis_figure(TABLE, TITLES, condition="eight")
    with pytest.raises(DataError, match="direction"):
        diagnosis_figure({name: TABLE[name] for name in NAMES[:-1]}, TITLES)


def test_the_width_is_exact_and_panels_stay_on_the_page():
    for width, mm in (("apa.single", 82.55), ("apa.double", 174.625)):
        figure = diagnosis_figure(TABLE, TITLES, width=width)
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(mm)
        for axes in figure.axes:
            box = axes.get_position()
            assert 0 < box.x0 < box.x1 <= 1
            assert 0 < box.y0 < box.y1 < 1


def test_the_caption_names_the_people_and_the_rule():
    text = diagnosis_caption("ten people", 10)
    assert "n = 10" in text
    assert "a third" in text
