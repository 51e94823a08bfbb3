"""Recordings of a DNC's trials, and their means by lag counted by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from memlab.core.recall import INTRUSION, STOP
from memlab.core.rng import stream
from memlab.models.neural.dnc.recording import (
    MODES,
    Recording,
    links_by_lag,
    reads_at_places,
    reads_by_lag,
    reads_by_output,
    record,
)
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.network import build_network
from memlab.models.neural.rollout import copy_inputs, given_back
from memlab.models.neural.tasks import Task, draw_lists

TASK = Task(n_features=4, lengths=(1, 5), n_lures=3)
LENGTH, N_LISTS = 5, 6
BACKWARD, CONTENT, FORWARD = 0, 1, 2


def recorded(task=TASK, seed=1, **options):
    network = build_network(
        "dnc", input_size(4), output_size(4), {"hidden": 6, "slots": 7, "word": 3, "heads": 2} | options, seed
    )
    lists = draw_lists(task, N_LISTS, LENGTH, stream(seed, "test"))
    return network, lists, record(network, task, lists, torch.Generator().manual_seed(seed))


def perfect(position, read_slot, mode, slots=(2, 0, 3, 1), link=None):
    """One list of four items in four of five slots; each output reads one slot by one mode."""
    length, k, n = len(slots), len(position), 5
    writes = np.zeros((length + k, 1, n))
    writes[np.arange(length), 0, list(slots)] = 0.9
    parts = np.zeros((length + k, 1, 1, 3, n))
    parts[length + np.arange(k), 0, 0, mode, read_slot] = 1
    modes = np.zeros((length + k, 1, 1, 3))
    modes[length + np.arange(k), 0, 0, mode] = 1
    nothing = np.zeros((length + k, 1, n))
    return Recording(
        phase=np.repeat(["study", "delay", "recall"], [length, 0, k]),
        position=np.array(position)[:, None],
        memory=np.zeros((length + k, 1, n, 2)),
        usage=nothing,
        allocation=nothing,
        write_weights=writes,
        read_weights=parts.sum(3),
        read_parts=parts,
        read_modes=modes,
        write_gate=nothing[..., 0],
        allocation_gate=nothing[..., 0],
        free_gates=np.zeros((length + k, 1, 1)),
        link=np.zeros((1, n, n)) if link is None else link,
    )


def by(table, key, column):
    return dict(zip(table[key].tolist(), table[column].tolist(), strict=True))


# recording


@pytest.mark.parametrize("options", [{}, {"links": False}, {"layers": 2, "masking": True}], ids=str)
def test_a_recording_is_what_the_network_does_when_the_same_responses_are_fed_back(options):
    network, lists, recording = recorded(**options)
    n_outputs = len(recording.position)
    stop = lists.candidates.shape[1]
    position = torch.from_numpy(recording.position)
    steps = []
    # an intrusion's lure is not in the recording: compare the lists that had none
    clean = ~(recording.position == INTRUSION).any(0)
    responses = torch.where(position == STOP, stop, (position - 1).clamp(min=0))
    with torch.no_grad():
        network.forward_eager(given_back(lists, responses), watch=steps.append)
    assert len(steps) == len(recording.phase) == LENGTH + n_outputs
    assert clean.any()
    for name in ("memory", "usage", "write_weights", "read_weights", "allocation"):
        again = np.stack([getattr(step.access, name).numpy() for step in steps])
        np.testing.assert_allclose(getattr(recording, name)[:, clean], again[:, clean], atol=1e-5)
    np.testing.assert_allclose(recording.link, steps[LENGTH - 1].access.link.numpy(), atol=1e-6)


def test_the_parts_of_reading_sum_to_the_read_weights():
    _, _, recording = recorded()
    np.testing.assert_allclose(recording.read_parts.sum(3), recording.read_weights, atol=1e-6)
    np.testing.assert_allclose(recording.read_modes.sum(-1), 1, atol=1e-6)


def test_phases_and_positions_are_those_of_the_trial():
    task = replace(TASK, delay=(2, 2))
    _, _, recording = recorded(task)
    k = len(recording.position)
    assert recording.phase.tolist() == ["study"] * LENGTH + ["delay"] * 2 + ["recall"] * k
    assert recording.list_length == LENGTH
    assert k <= LENGTH + 4
    assert set(np.unique(recording.position)) <= {INTRUSION, STOP, *range(1, LENGTH + 1)}
    for given in recording.position.T:  # nothing after the stop
        stopped = np.flatnonzero(given == STOP)
        assert not len(stopped) or (given[stopped[0] :] == STOP).all()


def test_the_same_generator_gives_the_same_recording_with_noise_in_memory_too():
    first, second = (recorded(noise=0.3)[2] for _ in range(2))
    assert np.array_equal(first.memory, second.memory)
    assert np.array_equal(first.position, second.position)
    assert not np.array_equal(first.memory, recorded()[2].memory[: len(first.memory)])


def test_a_trial_ends_with_its_stop():
    _, _, recording = recorded()
    for b in range(N_LISTS):
        trial = recording.trial(b)
        given = trial.position[:, 0]
        assert (given[:-1] != STOP).all()
        assert len(trial.phase) == LENGTH + len(given) == len(trial.memory)
        np.testing.assert_array_equal(trial.write_weights[:, 0], recording.write_weights[: len(trial.phase), b])
        np.testing.assert_array_equal(trial.link[0], recording.link[b])


@pytest.mark.parametrize("paradigm", ["copy", "repeat_copy"])
def test_copying_is_recorded_with_the_item_whose_turn_it_is(paradigm):
    repeats = (2, 2) if paradigm == "repeat_copy" else (1, 1)
    task = Task(paradigm, items="binary", n_features=4, lengths=(1, 5), repeats=repeats)
    _, lists, recording = recorded(task)
    expected = [*range(1, LENGTH + 1)] * repeats[0] + [STOP]
    assert recording.position[:, 0].tolist() == expected
    assert len(recording.phase) == len(copy_inputs(lists, told=paradigm == "repeat_copy"))


# means


def test_an_items_slot_is_the_one_that_it_was_written_to_most():
    assert perfect([1], [2], [CONTENT]).slots[:, 0].tolist() == [2, 0, 3, 1]


def test_perfect_links_have_weight_one_at_lag_plus_one_and_none_elsewhere():
    link = np.zeros((1, 5, 5))
    for before, after in ((2, 0), (0, 3), (3, 1)):
        link[0, after, before] = 1  # L[i, j]: i was written after j
    table = links_by_lag(perfect([1], [2], [CONTENT], link=link))
    assert by(table, "lag", "link") == {-3: 0, -2: 0, -1: 0, 1: 1, 2: 0, 3: 0}
    assert by(table, "lag", "pairs") == {-3: 1, -2: 2, -1: 3, 1: 3, 2: 2, 3: 1}


def test_items_in_one_slot_have_no_link_and_are_left_out():
    link = np.full((1, 5, 5), 0.5)
    table = links_by_lag(perfect([1], [2], [CONTENT], slots=(2, 2, 3, 1), link=link))
    assert by(table, "lag", "pairs") == {-3: 1, -2: 2, -1: 2, 1: 2, 2: 2, 3: 1}
    one = links_by_lag(perfect([1], [2], [CONTENT], slots=(2, 2), link=link))
    assert np.isnan(one["link"]).all()


def test_reading_by_lag_is_counted_by_hand():
    # item 1 read at its own slot by content; item 2 recalled while item 3's slot is read forward; then an intrusion
    table = reads_by_lag(perfect([1, 2, INTRUSION], [2, 3, 1], [CONTENT, FORWARD, BACKWARD]))
    assert by(table, "lag", "pairs") == {-3: 0, -2: 0, -1: 1, 0: 2, 1: 2, 2: 2, 3: 1}
    content, forward, weight = (by(table, "lag", name) for name in ("content", "forward", "weight"))
    assert content[0] == 0.5
    assert forward[1] == 0.5
    assert weight == pytest.approx({-3: np.nan, -2: np.nan, -1: 0, 0: 0.5, 1: 0.5, 2: 0, 3: 0}, nan_ok=True)
    assert np.nansum(table["backward"]) == 0


def test_the_share_of_each_mode_is_of_what_is_read_and_not_of_the_gate():
    recording = perfect([1, 2, STOP, STOP], [2, 0, 1, 1], [CONTENT, FORWARD, BACKWARD, BACKWARD])
    recording.read_parts[4] *= 0.5  # the first output reads half as much
    table = reads_by_output(recording)
    assert table["output"].tolist() == [0, 1, 2, 3, 4]
    assert table["lists"].tolist() == [1, 1, 1, 1, 0]  # the last step is after the stop
    assert by(table, "output", "read") == pytest.approx({0: 2.5 / 3, 1: 0.5, 2: 1, 3: 1, 4: np.nan}, nan_ok=True)
    assert [table[mode][0] for mode in MODES] == pytest.approx([1 / 2.5, 0.5 / 2.5, 1 / 2.5])
    assert [table[f"{mode}_gate"][0] for mode in MODES] == pytest.approx([1 / 3] * 3)


def test_shares_of_a_real_recording_sum_to_one():
    table = reads_by_output(recorded()[2])
    seen = table["lists"] > 0
    assert sum(table[mode] for mode in MODES)[seen] == pytest.approx(1)


def test_links_carry_nothing_where_they_are_taken_away():
    table = reads_by_output(recorded(links=False)[2])
    assert table["content"][0] == pytest.approx(1)
    assert table["forward_gate"][0] > 0.1


def test_reading_at_places_is_counted_by_hand():
    # slots of items 1 to 4: 2, 0, 3, 1. Item 1 is read by content; item 3 is given at place 2 and its slot is read
    # forward; item 3 is given at its place while item 4's slot is read backward; an intrusion while item 4's, due, is
    table = reads_at_places(
        perfect([1, 3, 3, INTRUSION], [2, 3, 1, 1], [CONTENT, FORWARD, BACKWARD, FORWARD], slots=(2, 0, 3, 1))
    )
    columns = [table[name].tolist() for name in ("output", "given", *MODES, "due", "responses")]
    rows = {(k, given): row for k, given, *row in zip(*columns, strict=True)}
    nothing = [np.nan, np.nan, np.nan, np.nan, 0]
    assert rows[1, "right"] == [0, 1, 0, 1, 1]
    assert rows[2, "wrong"] == [0, 0, 1, 0, 1]
    assert rows[3, "right"] == [0, 0, 0, 0, 1]
    assert rows[4, "intrusion"] == pytest.approx([np.nan, np.nan, np.nan, 1, 1], nan_ok=True)
    assert rows[2, "right"] == pytest.approx(nothing, nan_ok=True)
    assert rows[0, "right"] == [0, 0.5, 0, 0.5, 2]


def test_outputs_beyond_the_list_are_no_places():
    _, _, recording = recorded()
    table = reads_at_places(recording)
    assert len(recording.position) > LENGTH
    assert table["output"].max() == LENGTH
    assert table["responses"][table["output"] == 0].sum() == (recording.position[:LENGTH] != STOP).sum()
