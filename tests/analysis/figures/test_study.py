"""Figures of a study: lines and points where the tables have them, nothing cut off that must be seen."""

import numpy as np
import pytest

from memlab.analysis.figures.drawing import Series
from memlab.analysis.figures.study import CrossedMap, Panel, maps_figure, panels_figure, study_looks


def series(value, spread=0.1):
    value = np.asarray(value, dtype=float)
    return Series(np.arange(1.0, len(value) + 1), value, value - spread, value + spread)


def test_people_are_points_and_networks_are_lines():
    figure = panels_figure([Panel("A", "x", "y", {"people": series([0.2, 0.4]), "dnc.set": series([0.3, 0.3])})])
    (axes,) = figure.axes
    drawn = {line.get_label(): line.get_linestyle() for line in axes.get_lines()}
    assert drawn["dnc.set"] != "None"
    assert axes.containers[0].lines[0].get_linestyle() == "None"


def test_two_groups_of_people_do_not_look_alike():
    looks = study_looks(["people 10-2", "people 15-2", "dnc.set"])
    assert looks["people 10-2"].marker != looks["people 15-2"].marker
    assert looks["people 10-2"].label == "People 10-2"
    assert looks["dnc.set"].linestyle != "none"


def test_an_axis_holds_every_value_and_in_categories_every_error_bar():
    panel = Panel("A", "", "y", {"networks": series([0.1, -0.2], 0.15)}, categories=("a", "b"), people=(0.4, 0.3, 0.5))
    (axes,) = panels_figure([panel]).axes
    low, high = axes.get_ylim()
    assert low <= -0.35
    assert high >= 0.5
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["a", "b"]


def test_a_curve_by_lag_is_broken_at_zero():
    lags = np.array([-2.0, -1.0, 1.0, 2.0])
    value = np.array([0.1, 0.2, 0.3, 0.2])
    figure = panels_figure([Panel("A", "Lag", "CRP", {"dnc.set": Series(lags, value, value, value)}, by_lag=True)])
    (line,) = [line for line in figure.axes[0].get_lines() if line.get_label() == "dnc.set"]
    assert np.isnan(line.get_ydata()[list(line.get_xdata()).index(0.0)])


def test_a_map_has_its_numbers_written_in_it_with_the_first_row_at_the_bottom():
    one = CrossedMap("M", "Slots", "Decay", ("4", "8"), ("0", "0.1"), np.array([[0.5, 0.25], [0.75, np.nan]]))
    (axes,) = maps_figure([one]).axes
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    assert texts == {(0, 0): "0.50", (1, 0): "0.25", (0, 1): "0.75", (1, 1): ""}
    bottom, top = axes.get_ylim()
    assert bottom < top


def test_the_width_is_exact():
    figure = panels_figure([Panel(str(i), "x", "y", {"a": series([0.1, 0.2])}) for i in range(4)], width=120)
    assert figure.get_figwidth() * 25.4 == pytest.approx(120)
