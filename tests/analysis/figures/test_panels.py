"""The comparison's figure, read back from its axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from memlab.analysis.figures.panels import caption, compare_figure
from memlab.analysis.figures.style import LOOKS, WIDTHS
from memlab.core.errors import DataError, UnknownName

MODELS = (
    "chance",
    "tcm",
    "tcm.a",
    "cmr",
    "cmr.polyn2009",
    "sam.rs1981",
    "sam.kahana2012",
    "summed_similarity",
    "minerva2",
    "simple",
)
SIX = ("10-2", "15-2", "20-2", "20-1", "30-1", "40-1")


def by_row(figure):
    """Return the axes row by row, from the top left."""
    return sorted(figure.axes, key=lambda a: (-round(a.get_position().y0, 3), a.get_position().x0))


def values(curves, source, condition, measure):
    rows = zip(*(curves[name] for name in ("source", "condition", "measure", "x", "value")), strict=True)
    return {x: value for *key, x, value in rows if key == [source, condition, measure]}


@pytest.fixture(scope="module")
def full(curves):
    return compare_figure(curves)


def test_conditions_are_columns_and_measures_are_rows(full):
    axes = by_row(full)
    assert [a.get_title() for a in axes] == [*SIX, *[""] * 12]
    assert [a.get_ylabel() for a in axes[::6]] == [
        "Recall probability",
        "Probability of\nfirst recall",
        "Conditional response\nprobability",
    ]


def test_a_line_for_each_model_that_has_the_measure_in_every_panel(full, lines_of):
    axes = by_row(full)
    models = {look.label for name, look in LOOKS.items() if name in MODELS}
    for a in axes[:6]:
        assert set(lines_of(a)) == models
        assert len(a.containers) == 1
    for a in axes[6:]:
        assert set(lines_of(a)) == models - {"SIMPLE"}


def test_lines_and_points_are_the_numbers_of_the_table(full, curves, lines_of):
    a = by_row(full)[3]
    expected = values(curves, "cmr", "20-1", "spc")
    np.testing.assert_array_equal(lines_of(a)["CMR"].get_xydata(), list(expected.items()))
    points = a.containers[0].lines[0]
    np.testing.assert_array_equal(points.get_xydata(), list(values(curves, "people", "20-1", "spc").items()))
    assert points.get_color() == "#000000"
    assert (points.get_marker(), points.get_linestyle()) == ("o", "None")


def test_error_bars_run_from_low_to_high(full, curves):
    a = by_row(full)[0]
    (bars,) = a.containers[0].lines[2]
    rows = zip(*(curves[n] for n in ("source", "condition", "measure", "low", "high")), strict=True)
    expected = [(low, high) for *key, low, high in rows if key == ["people", "10-2", "spc"]]
    np.testing.assert_allclose([segment[:, 1] for segment in bars.get_segments()], expected)


def test_the_lag_crp_is_broken_at_zero_and_ends_at_five(full, lines_of):
    for a in by_row(full)[12:]:
        for line in lines_of(a).values():
            x, y = line.get_data()
            assert list(x) == list(range(-5, 6))
            assert np.isnan(y[5])
            assert not np.isnan(np.delete(y, 5)).any()
        assert 0 not in a.containers[0].lines[0].get_xdata()
        assert not any(marked == 5 for line in lines_of(a).values() for marked in line.get_markevery())


def test_lines_of_a_panel_differ_without_color(full, lines_of):
    for a in by_row(full):
        looks = {(line.get_marker(), line._unscaled_dash_pattern) for line in lines_of(a).values()}
        assert len(looks) == len(lines_of(a))


def test_panels_of_a_measure_share_the_y_axis_that_starts_at_zero(full):
    axes = by_row(full)
    for row in range(3):
        limits = {a.get_ylim() for a in axes[6 * row : 6 * row + 6]}
        assert len(limits) == 1
        assert limits.pop()[0] == 0
    assert axes[0].get_ylim() == (0, 1)


def test_nothing_that_is_drawn_lies_outside_the_limits(full, lines_of):
    for a in by_row(full):
        (left, right), (low, high) = a.get_xlim(), a.get_ylim()
        for line in lines_of(a).values():
            x, y = line.get_data()
            assert x.min() >= left
            assert x.max() <= right
            assert np.nanmin(y) >= low
            assert np.nanmax(y) <= high


def tick_labels(axis):
    """Return the labels of the ticks within the limits; matplotlib keeps others that it does not draw."""
    low, high = axis.get_view_interval()
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def shown_boxes(figure):
    """Return name and box (pixels) of every text and of the legend, as drawn."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.texts]
    for a in figure.axes:
        texts = [a.title, a.yaxis.label, *tick_labels(a.xaxis), *tick_labels(a.yaxis)]
        boxes += [
            (t.get_text(), t.get_window_extent(renderer)) for t in texts if t.get_text().strip() and t.get_visible()
        ]
    boxes += [("legend", legend.get_window_extent(renderer)) for legend in figure.legends]
    return boxes


EXTREME = ("apa.single", "nature.single", "apa.double", "slide")  # narrowest, lowest, the default, largest text
EVERY_WIDTH = [pytest.param(name, marks=[] if name in EXTREME else pytest.mark.slow) for name in WIDTHS]


@pytest.mark.parametrize("width", EVERY_WIDTH)
@pytest.mark.parametrize("layout", ["conditions", "models"])
def test_no_text_touches_another_a_panel_or_the_edge_at_any_width(curves, layout, width):
    figure = compare_figure(curves, layout=layout, width=width)
    boxes = shown_boxes(figure)
    for i, (name, box) in enumerate(boxes):
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= figure.bbox.width
        assert box.y1 <= figure.bbox.height
        touched = [other for other, b in boxes[i + 1 :] if box.overlaps(b)]
        assert not touched, (name, touched)
        panels = [a.get_title() for a in figure.axes if a.bbox.shrunk(0.999, 0.999).overlaps(box)]
        assert not panels, (name, panels)


@pytest.mark.parametrize("layout", ["conditions", "models"])
@pytest.mark.parametrize("width", EVERY_WIDTH)
def test_a_figure_fits_its_page(curves, layout, width):
    figure = compare_figure(curves, layout=layout, width=width)
    assert figure.get_figwidth() * 25.4 == pytest.approx(WIDTHS[width].mm, abs=1e-9)
    assert figure.get_figheight() * 25.4 <= WIDTHS[width].max_height_mm + 1e-6


def test_the_legend_has_people_first_and_every_source_once(full):
    labels = [text.get_text() for text in full.legends[0].get_texts()]
    assert labels[0] == "People"
    assert sorted(labels[1:]) == sorted(LOOKS[name].label for name in MODELS)


def test_layout_models_draws_a_panel_a_source_with_every_condition(curves, lines_of):
    figure = compare_figure(curves, layout="models")
    axes = by_row(figure)
    assert axes[0].get_title() == "People"
    assert len(axes) == 11
    assert [c.get_label() for c in axes[0].containers] == list(SIX)
    for a in axes[1:]:
        assert list(lines_of(a)) == list(SIX)
        assert [line.get_xdata().max() for line in lines_of(a).values()] == [10, 15, 20, 20, 30, 40]
    assert len({(a.get_xlim(), a.get_ylim()) for a in axes}) == 1
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(SIX)


def test_layout_models_leaves_out_a_source_that_lacks_the_measure(curves):
    figure = compare_figure(curves, layout="models", measures=("lag_crp",))
    assert "SIMPLE" not in [a.get_title() for a in figure.axes]


def test_panels_with_hidden_tick_labels_have_the_x_axis_of_the_one_below(curves):
    for kind in ({"width": "apa.single", "measures": ("spc",)}, {"width": "apa.single"}, {"layout": "models"}):
        axes = compare_figure(curves, **kind).axes
        for a in axes:
            if a.xaxis.get_tick_params()["labelbottom"]:
                continue
            column = [b for b in axes if b.get_position().x0 == a.get_position().x0]
            below = max(
                (b for b in column if b.get_position().y0 < a.get_position().y0), key=lambda b: b.get_position().y0
            )
            assert below.get_xlim() == a.get_xlim()


def test_one_condition_puts_the_measures_side_by_side(make_curves):
    figure = compare_figure(make_curves(("people", "cmr")), conditions=("20-1",))
    assert len({round(a.get_position().y0, 6) for a in figure.axes}) == 1
    assert [bool(a.get_ylabel()) for a in figure.axes] == [True] * 3
    assert [a.get_title() for a in figure.axes] == ["20-1"] * 3
    written = [text.get_text() for text in figure.texts]
    assert sorted(written) == sorted(["A", "B", "C", "Serial position", "Serial position", "Lag"])


def test_a_name_may_be_given_for_a_list_of_one(curves):
    figure = compare_figure(curves, measures="pfr", conditions="40-1")
    assert [(a.get_title(), a.get_ylabel()) for a in figure.axes] == [("40-1", "Probability of\nfirst recall")]


def test_conditions_and_measures_come_in_the_order_asked_for(curves):
    figure = compare_figure(curves, conditions=("40-1", "10-2"), measures=("lag_crp", "spc"))
    axes = by_row(figure)
    assert [a.get_title() for a in axes] == ["40-1", "10-2", "", ""]
    assert axes[0].get_xlim()[0] < 0


def test_bands_are_shaded_for_two_models_and_not_for_three(make_curves):
    two, three = (compare_figure(make_curves(("people", *names))) for names in (("cmr", "tcm"), ("cmr", "tcm", "mine")))
    assert all(len(a.collections) == 3 for a in two.axes)  # two bands and the error bars
    assert all(len(a.collections) == 1 for a in three.axes)


def test_a_data_frame_gives_the_same_figure_as_its_columns(curves, full, lines_of):
    framed = compare_figure(pd.DataFrame(curves))
    for a, b in zip(framed.axes, full.axes, strict=True):
        for label, line in lines_of(a).items():
            np.testing.assert_array_equal(line.get_xydata(), lines_of(b)[label].get_xydata())


def test_models_alone_and_people_alone_are_drawn(make_curves):
    assert not compare_figure(make_curves(("cmr",))).axes[0].containers
    assert compare_figure(make_curves(("people",))).axes[0].containers


def test_missing_intervals_are_drawn_without_error_bars(make_curves):
    table = make_curves(("people", "cmr"), ("10-2",))
    table |= {"low": [""] * len(table["x"]), "high": [None] * len(table["x"])}
    figure = compare_figure(table)
    assert not figure.axes[0].containers[0].has_yerr
    assert "no error bars" in caption(table)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"layout": "model"}, "there is no layout 'model'. Did you mean 'models'?"),
        ({"measures": "spcs"}, "the curves have no measure 'spcs'. Did you mean 'spc'? Allowed: spc, pfr, lag_crp"),
        ({"measures": ("irt",)}, "the curves have no measure 'irt'"),
        ({"conditions": ("20-3",)}, "the curves have no condition '20-3'"),
        ({"width": "apa"}, "there is no width 'apa'"),
    ],
)
def test_an_unknown_name_is_one_line_with_what_is_allowed(curves, given, says):
    with pytest.raises(UnknownName) as caught:
        compare_figure(curves, **given)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def broken(table, **columns):
    return {name: column for name, column in {**table, **columns}.items() if column is not None}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"low": None}, "there is no column 'low'"),
        ({"x": [1]}, "different lengths"),
        ({"value": ["a"] * 300}, "row 1, column 'value' is 'a'"),
        ({name: [] for name in ("source", "condition", "measure", "x", "value", "low", "high")}, "the table is empty"),
    ],
)
def test_a_broken_table_is_one_line(make_curves, change, says):
    table = make_curves(("people", "cmr"), ("10-2", "40-1"))
    table = {name: column[:300] for name, column in table.items()}
    with pytest.raises(DataError) as caught:
        compare_figure(broken(table, **change))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_point_that_stands_twice_is_refused(make_curves):
    table = make_curves(("people",), ("10-2",))
    with pytest.raises(DataError, match="people, 10-2, spc: x must be there once"):
        compare_figure({name: [*column, column[0]] for name, column in table.items()})


def test_what_is_no_table_is_refused():
    with pytest.raises(DataError, match="give a DataFrame or a dict of columns"):
        compare_figure(3)
