"""Single measures, read back from their axes."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from memlab import analysis
from memlab.analysis.figures import curves as figures
from memlab.analysis.figures.saving import save
from memlab.analysis.intervals import t_interval, within_subject
from memlab.core.errors import DataError, UnknownName, UsageError
from memlab.core.recall import Conditions, RecallData, Recalls, StudyLists


def made_up(name, length=8, seed=1):
    """Return a condition of 6 subjects and 5 lists each, with some intrusions, repeats and times."""
    rng = np.random.default_rng(seed)
    position = np.array([rng.permutation(length) + 1 for _ in range(30)])[:, :5]
    position[rng.random(position.shape) < 0.1] = -1
    position[rng.random(30) < 0.5, 4] = 0
    time = np.where(position != 0, np.cumsum(rng.random(position.shape), axis=1), np.nan)
    study = StudyLists.simple(30, length, subject=np.repeat(np.arange(1, 7), 5))
    return RecallData(study, Recalls(position, time), name)


@pytest.fixture(scope="module")
def one():
    return made_up("one")


@pytest.fixture(scope="module")
def two():
    return Conditions([made_up("short"), made_up("long", 12, 2)])


BY_X = ("spc", "pfr", "lag_crp", "intrusions", "repetitions", "stop_probability", "irt")
LABELS = {
    "spc": ("input", "recall", "Recall probability"),
    "pfr": ("input", "prob", "Probability of\nfirst recall"),
    "lag_crp": ("lag", "prob", "Conditional response\nprobability"),
    "intrusions": ("output", "prob", "Intrusion probability"),
    "repetitions": ("output", "prob", "Repetition probability"),
    "stop_probability": ("output", "prob", "Stopping probability"),
    "irt": ("output", "irt", "Inter-response time (s)"),
}


def draw(name, data, **more):
    return getattr(figures, f"plot_{name}")(getattr(analysis, name)(data), **more)


@pytest.mark.parametrize("name", BY_X)
def test_points_are_the_mean_over_subjects(one, name):
    x, y, y_label = LABELS[name]
    axes = draw(name, one)
    mean = getattr(analysis, name)(one).groupby(x)[y].mean().dropna()
    if name == "lag_crp":
        mean = mean[(np.abs(mean.index) <= 5) & (mean.index != 0)]
    points = axes.containers[0].lines[0].get_xydata()
    np.testing.assert_array_equal(points[:, 0], mean.index)
    np.testing.assert_allclose(points[:, 1], mean)
    assert axes.get_ylabel() == y_label
    assert axes.get_ylim()[0] == 0


@pytest.mark.parametrize("name", BY_X)
def test_several_conditions_are_a_curve_each_with_a_legend(two, name):
    axes = draw(name, two)
    assert [c.get_label() for c in axes.containers] == ["short", "long"]
    assert [text.get_text() for text in axes.figure.legends[0].get_texts()] == ["short", "long"]


def test_a_dict_of_columns_gives_the_same_points(one):
    framed, columns = (
        figures.plot_spc(analysis.spc(one, as_frame=as_frame)).containers[0].lines[0] for as_frame in (True, False)
    )
    np.testing.assert_array_equal(framed.get_xydata(), columns.get_xydata())


@pytest.mark.parametrize(("interval", "function"), [("t", t_interval), ("within_subject", within_subject)])
def test_error_bars_are_the_interval_asked_for(one, interval, function):
    values = analysis.spc(one).pivot(index="subject", columns="input", values="recall").to_numpy()
    (bars,) = draw("spc", one, interval=interval).containers[0].lines[2]
    np.testing.assert_allclose([segment[:, 1] for segment in bars.get_segments()], np.transpose(function(values)))


def test_no_interval_draws_no_bars(one):
    assert not draw("spc", one, interval="none").containers[0].has_yerr


def test_a_model_is_a_line_with_a_band_in_its_own_look(one):
    axes = draw("spc", one, source="cmr")
    assert not axes.containers
    assert [line.get_label() for line in axes.lines] == ["CMR"]
    assert len(axes.collections) == 1


def test_a_models_lag_crp_is_broken_at_zero(one):
    (line,) = draw("lag_crp", one, source="cmr").lines
    assert np.isnan(line.get_ydata()[list(line.get_xdata()).index(0)])


def test_curves_are_added_to_axes_that_are_given(one):
    given = Figure().add_subplot()
    axes = draw("spc", one, axes=given)
    assert draw("spc", one, axes=axes, source="cmr") is given
    assert given.get_xlabel() == "Serial position"
    assert len(given.containers) == 1
    assert "CMR" in [line.get_label() for line in given.lines]


def test_pnr_is_a_curve_an_output_position(one):
    axes = draw("pnr", one, outputs=(1, 3))
    assert [c.get_label() for c in axes.containers] == ["Output 1", "Output 3"]
    first = analysis.pfr(one).groupby("input")["prob"].mean()
    np.testing.assert_allclose(axes.containers[0].lines[0].get_ydata(), first)


def test_pnr_of_several_conditions_is_a_panel_each(two):
    axes = draw("pnr", two)
    assert [a.get_title() for a in axes.figure.axes] == ["short", "long"]
    assert len({a.get_ylim() for a in axes.figure.axes}) == 1
    with pytest.raises(UsageError, match="draws one condition on given axes"):
        draw("pnr", two, axes=Figure().add_subplot())


def test_pnr_without_the_output_asked_for_is_refused(one):
    with pytest.raises(UsageError, match="no output position 99"):
        draw("pnr", one, outputs=(99,))


def test_irt_by_number_recalled_is_a_curve_each_in_order(one):
    axes = figures.plot_irt(analysis.irt(one, by_number_recalled=True))
    assert [c.get_label() for c in axes.containers] == ["4 responses", "5 responses"]


@pytest.mark.parametrize(("name", "y"), [("lag_rank", "rank"), ("number_recalled", "recalled")])
def test_values_of_subjects_stand_beside_their_mean(two, name, y):
    axes = draw(name, two)
    table = getattr(analysis, name)(two)
    np.testing.assert_allclose(
        axes.containers[0].lines[0].get_ydata(), table.groupby("condition", sort=False)[y].mean()
    )
    assert [label.get_text() for label in axes.get_xticklabels()] == ["short", "long"]
    dots = [line for line in axes.lines if line.get_marker() == "."]
    assert [len(line.get_ydata()) for line in dots] == [6, 6]
    with pytest.raises(UsageError, match="one value a subject"):
        draw(name, two, interval="within_subject")


def test_prior_list_intrusions_are_drawn_by_list_lag():
    table = {"subject": [1, 1, 2, 2], "list_lag": [1, 2, 1, 2], "per_list": [0.2, 0.1, 0.4, 0.1]}
    axes = figures.plot_pli_list_lag(table)
    np.testing.assert_allclose(axes.containers[0].lines[0].get_xydata(), [[1, 0.3], [2, 0.1]])
    assert axes.get_xlabel() or [text.get_text() for text in axes.figure.texts] == ["Lists back"]


def test_a_table_that_is_all_undefined_is_drawn_empty(tmp_path):
    table = {"subject": [1, 1], "lag": [-1, 1], "prob": [np.nan, np.nan]}
    assert save(figures.plot_lag_crp(table).figure, tmp_path / "empty", formats=("pdf",))


def test_the_same_table_gives_the_same_bytes(two, tmp_path):
    first, second = (save(draw("spc", two).figure, tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"subject": [1], "input": [1]}, "spc table: there is no column 'recall'"),
        ({"subject": [], "input": [], "recall": []}, "spc table: the table is empty"),
        (pd.DataFrame({"subject": [1, 1], "input": [1, 1], "recall": [0, 1]}), "subject 1 has two values at 1"),
        ({"subject": [1], "input": [1], "recall": ["x"]}, "row 1, column 'recall' is 'x'"),
        ({"subject": [1], "input": [None], "recall": [0.5]}, "row 1 has no x"),
    ],
)
def test_a_broken_table_is_one_line(table, says):
    with pytest.raises(DataError) as caught:
        figures.plot_spc(table)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_interval_or_width_is_one_line(one):
    with pytest.raises(UsageError, match="interval must be one of 'bootstrap'"):
        draw("spc", one, interval="sd")
    with pytest.raises(UnknownName, match="there is no width 'wide'"):
        draw("spc", one, width="wide")
