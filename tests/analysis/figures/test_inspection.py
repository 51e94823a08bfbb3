"""Figures of what happens inside a network, read back from their axes."""

import numpy as np
import pytest

from memlab.analysis.figures.inspection import (
    ABOVE_SHARES,
    MODES,
    TrialArrays,
    means_caption,
    means_figure,
    trial_caption,
    trial_figure,
)
from memlab.analysis.figures.style import WIDTHS

L, K, N, W = 4, 3, 6, 5
T = L + 1 + K
MEMORY, USAGE, ALLOCATION, WRITES, READS, LINKS, GATES, READING = range(8)


@pytest.fixture
def trial():
    rng = np.random.default_rng(1)
    share = rng.random((T, N))
    return TrialArrays(
        phase=np.repeat(["study", "delay", "recall"], [L, 1, K]),
        position=np.array([3, -1, 0]),
        slots=np.array([2, 0, 5, 1]),
        memory=rng.normal(size=(T, N, W)),
        usage=share,
        allocation=share / 2,
        write_weights=share / 3,
        read_weights=share / 4,
        read_modes=np.tile([0.2, 0.5, 0.3], (T, 1)),
        write_gate=rng.random(T),
        allocation_gate=rng.random(T),
        free_gates=rng.random((T, 2)),
        link=rng.random((N, N)),
    )


def panels(figure):
    return [axes for axes in figure.axes if axes.get_title(loc="left")]


def test_every_panel_has_its_numbers(trial):
    axes = panels(trial_figure(trial))
    images = [a.images[0].get_array() for a in axes[: LINKS + 1]]
    np.testing.assert_array_equal(images[MEMORY], trial.memory.reshape(T, N * W).T)
    for panel, values in ((USAGE, trial.usage), (ALLOCATION, trial.allocation), (WRITES, trial.write_weights)):
        np.testing.assert_array_equal(images[panel], values.T)
    np.testing.assert_array_equal(images[READS], trial.read_weights.T)
    assert all(a.images[0].get_clim() == (0, 1) for a in axes[USAGE : LINKS + 1])
    low, high = axes[MEMORY].images[0].get_clim()
    assert -low == high == np.abs(trial.memory).max()


def test_links_are_in_the_order_of_study_from_column_to_row(trial):
    links = panels(trial_figure(trial))[LINKS]
    drawn = links.images[0].get_array()
    assert drawn[2, 1] == trial.link[5, 0]  # to the third item's slot, from the second item's
    assert (links.get_xlabel(), links.get_ylabel()) == ("From item", "To item")


def test_the_slot_of_each_item_is_circled_where_it_is_studied_and_where_it_is_recalled(trial):
    axes = panels(trial_figure(trial))
    assert axes[WRITES].collections[0].get_offsets().tolist() == [[0, 2], [1, 0], [2, 5], [3, 1]]
    assert axes[READS].collections[0].get_offsets().tolist() == [[5, 5]]  # item 3, at the first output


def test_steps_are_labelled_with_what_was_studied_and_given(trial):
    axes = panels(trial_figure(trial))
    for panel in (MEMORY, READS, GATES, READING):
        labels = [text.get_text() for text in axes[panel].get_xticklabels()]
        assert labels == ["1", "2", "3", "4", "·", "3", "×", "–"]
        assert axes[panel].get_xlim() == (-0.5, T - 0.5)


def test_gates_and_modes_are_drawn_with_a_line_for_each_head(trial):
    axes = panels(trial_figure(trial))
    gates, modes = axes[GATES], axes[READING]
    drawn = [line.get_ydata() for line in gates.lines[:4]]
    np.testing.assert_array_equal(drawn[0], trial.write_gate)
    np.testing.assert_array_equal(drawn[1], trial.allocation_gate)
    np.testing.assert_array_equal(drawn[2:], trial.free_gates.T)
    assert [text.get_text() for text in gates.get_legend().get_texts()] == ["Write", "Allocation", "Free"]
    assert [text.get_text() for text in modes.get_legend().get_texts()] == ["Backward", "Content", "Forward"]
    assert gates.get_ylim() == modes.get_ylim() == (0, 1)


@pytest.mark.parametrize("width", ["apa.double", "nature.single", "slide", 100.0])
def test_figures_have_exactly_the_width_asked_for(trial, width):
    mm = WIDTHS[width].mm if isinstance(width, str) else width
    for figure in (trial_figure(trial, width), means_figure(*tables(), width)):
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(mm)


def test_an_empty_memory_is_drawn_without_a_warning(trial, recwarn):
    from dataclasses import replace

    trial_figure(replace(trial, memory=np.zeros((T, N, W))))
    assert not recwarn.list


def tables():
    lag = np.arange(-3, 4)
    links = {"lag": lag[lag != 0], "link": np.array([0.0, 0.1, 0.2, 0.9, 0.1, np.nan])}
    reads = {"lag": lag, **{name: np.linspace(0, 0.3, 7) + i / 10 for i, name in enumerate(MODES)}}
    outputs = {"output": np.arange(5), **{name: np.full(5, (i + 1) / 6) for i, name in enumerate(MODES)}}
    return links, reads, outputs


def test_means_are_drawn_as_they_are_with_a_gap_at_lag_0_of_the_links():
    links, reads, outputs = tables()
    first, second, third = panels(means_figure(links, reads, outputs))
    x, y = first.lines[0].get_data()
    assert x.tolist() == [-3, -2, -1, 0, 1, 2, 3]
    np.testing.assert_array_equal(np.isnan(y), [False] * 3 + [True] + [False] * 2 + [True])
    for i, name in enumerate(MODES):
        np.testing.assert_array_equal(second.lines[i].get_ydata(), reads[name])
        np.testing.assert_array_equal(third.lines[i].get_xdata(), [1, 2, 3, 4])
    assert first.get_ylim()[0] == second.get_ylim()[0] == 0
    assert first.get_ylim()[1] == pytest.approx(0.972)
    assert third.get_ylim() == (0, ABOVE_SHARES)
    assert ABOVE_SHARES > 1  # points at 1 are not cut


def test_means_of_nothing_are_drawn_without_a_warning(recwarn):
    links, reads, outputs = ({key: np.full(len(v), np.nan) if key not in ("lag", "output") else v
                              for key, v in table.items()} for table in tables())  # fmt: skip
    first = panels(means_figure(links, reads, outputs))[0]
    assert first.get_ylim() == (0, 1)
    assert not recwarn.list


def test_captions_say_whose_memory_it_is_and_explain_every_panel(trial):
    text = trial_caption("dnc.set.seed1", trial)
    assert "One list of 4 items in the memory of dnc.set.seed1" in text
    assert all(f"({letter})" in text for letter in "ABCDEFGH")
    means = means_caption("dnc.set.seed1", 200, 12)
    assert means.startswith("Means over 200 lists of 12 items in the memory of dnc.set.seed1.")
    assert all(f"({letter})" in means for letter in "ABC")
