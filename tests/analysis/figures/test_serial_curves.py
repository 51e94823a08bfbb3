"""Measures of serial recall, read back from their axes."""

import numpy as np
import pytest

from memlab import analysis
from memlab.analysis.figures import serial_curves as figures
from memlab.analysis.figures.saving import save
from memlab.core.errors import DataError, UsageError
from memlab.core.recall import Conditions, RecallData, Recalls, StudyLists


def made_up(name, length=6, seed=1):
    """Return a condition of 6 subjects with 8 lists each: neighbours change places, some responses are wrong."""
    rng = np.random.default_rng(seed)
    position = np.tile(np.arange(1, length + 1), (48, 1))
    for row in position:
        at = int(rng.integers(length - 1))
        row[[at, at + 1]] = row[[at + 1, at]]
    position[rng.random(position.shape) < 0.15] = -1
    position[rng.random(position.shape) < 0.05] = -2
    time = np.cumsum(0.2 + rng.random(position.shape), axis=1)
    items = np.array([rng.permutation(10)[:length] for _ in range(48)])
    study = StudyLists.simple(48, length, subject=np.repeat(np.arange(1, 7), 8))
    study = StudyLists(items, study.onset, study.distractor, study.subject, np.tile(np.arange(1, 9), 6))
    return RecallData(study, Recalls(position, time, rng.integers(0, 10, position.shape)), name)


@pytest.fixture(scope="module")
def one():
    return made_up("one")


@pytest.fixture(scope="module")
def two():
    return Conditions([made_up("quiet-6"), made_up("loud-7", 7, 2)])


LABELS = {
    "transposition_gradient": ("displacement", "prob", "Displacement", "Transposition\nprobability"),
    "length_function": ("list_length", "prob", "List length", "Accuracy"),
    "protrusions": ("output", "prob", "Output position", "Protrusion probability"),
    "serial_latency": ("output", "irt", "Output position", "Response time (s)"),
    "displacement_latency": ("displacement", "irt", "Displacement", "Response time (s)"),
}


def draw(name, data, **more):
    return getattr(figures, f"plot_{name}")(getattr(analysis, name)(data), **more)


def texts(axes):
    return [axes.get_xlabel(), *(text.get_text() for text in axes.figure.texts)]


@pytest.mark.parametrize("name", LABELS)
def test_points_are_the_mean_over_subjects(one, name):
    x, y, x_label, y_label = LABELS[name]
    axes = draw(name, one)
    mean = getattr(analysis, name)(one).groupby(x)[y].mean().dropna()
    if name == "transposition_gradient":
        mean = mean[mean.index != 0]
    points = axes.containers[0].lines[0].get_xydata()
    np.testing.assert_array_equal(points[:, 0], mean.index)
    np.testing.assert_allclose(points[:, 1], mean)
    assert axes.get_ylabel() == y_label
    assert x_label in texts(axes)


@pytest.mark.parametrize("name", LABELS)
def test_several_conditions_are_a_curve_each(two, name):
    labels = [container.get_label() for container in draw(name, two).containers]
    assert labels == (["quiet", "loud"] if name == "length_function" else ["quiet-6", "loud-7"])


def test_one_condition_shows_all_scorings_and_several_the_strict_one(one, two):
    axes = draw("serial_accuracy", one)
    assert [container.get_label() for container in axes.containers] == ["strict", "item", "relative"]
    table = analysis.serial_accuracy(one)
    for container in axes.containers:
        rows = table[table["scoring"] == container.get_label()]
        np.testing.assert_allclose(container.lines[0].get_ydata(), rows.groupby("input")["prob"].mean())
    assert [c.get_label() for c in draw("serial_accuracy", two).containers] == ["quiet-6", "loud-7"]
    assert len(draw("serial_accuracy", one, scoring="item").containers) == 1


def test_errors_are_a_curve_each_and_conditions_a_panel_each(one, two):
    shown = ["transposition", "repetition", "intrusion", "omission"]
    assert [c.get_label() for c in draw("serial_errors", one).containers] == shown
    panels = draw("serial_errors", two, width="elsevier.double").figure.axes
    assert [axes.get_title() for axes in panels] == ["quiet-6", "loud-7"]
    with pytest.raises(UsageError, match="draws one condition on given axes"):
        draw("serial_errors", two, axes=panels[0])


def test_the_share_of_fill_ins_stands_beside_its_subjects(two):
    axes = draw("fill_in", two)
    table = analysis.fill_in(two)
    rows = table[table["definition"] == "first_error"]
    means = rows.groupby("condition", sort=False)["prob"].mean()
    np.testing.assert_allclose(axes.containers[0].lines[0].get_ydata(), means)
    assert axes.get_ylim()[0] == 0


def test_every_position_of_a_short_list_has_a_tick(two):
    axes = draw("serial_accuracy", two)
    assert [tick for tick in axes.get_xticks() if 1 <= tick <= 7] == [1, 2, 3, 4, 5, 6, 7]


def test_a_choice_that_the_table_does_not_have_is_one_line(one):
    with pytest.raises(UsageError, match="the table has no scoring 'loose'; it has strict, item, relative"):
        draw("serial_accuracy", one, scoring="loose")
    with pytest.raises(UsageError, match="the table has no error 'slip'"):
        draw("serial_errors", one, errors=["slip"])
    with pytest.raises(UsageError, match="the table has no definition 'x'"):
        draw("fill_in", one, definition="x")
    with pytest.raises(DataError, match="serial_accuracy table: there is no column 'scoring'"):
        figures.plot_serial_accuracy({"subject": [1], "input": [1], "prob": [1]})


def test_the_same_table_gives_the_same_bytes(one, tmp_path):
    first, second = (save(draw("serial_accuracy", one).figure, tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
