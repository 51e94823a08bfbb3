"""A simulation of any size is done and written in pieces, with the answer of one that is done at once."""

import dataclasses
import os

import numpy as np
import pytest

from memlab import simulation
from memlab.configuration import SimulateConfig
from memlab.core.errors import UsageError
from memlab.core.pieces import together, write_pieces
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.rng import stream
from memlab.core.table import read_conditions, read_table, write_table
from memlab.models import get_model
from memlab.paradigms.experiments import EXPERIMENTS, SERIAL_EXPERIMENTS
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.serial_recall import SerialRecall
from memlab.runs.simulate import simulate_configured, write_simulation
from memlab.simulation import simulate, simulate_in_pieces

FREE = FreeRecall("own", list_length=5, n_lists=3, n_subjects=7, delay_seconds=2)
SERIAL = SerialRecall("own", list_length=6, n_lists=4, n_subjects=7, groups=(3, 3), pause_seconds=1)
PROBED = SerialRecall("own", list_length=4, n_lists=3, n_subjects=5, direction="probed")


@pytest.fixture
def small_pieces(monkeypatch):
    """Two subjects a piece, or three."""
    monkeypatch.setattr(simulation, "PIECE_ITEMS", 48)


def test_what_fits_into_a_piece_has_the_stream_of_its_condition_alone():
    model = get_model("chance")
    recalls = model.simulate(FREE.study_lists(), None, stream(1, "chance", "own", 0))
    np.testing.assert_array_equal(simulate(model, [FREE])["own"].recalls.position, recalls.position)


@pytest.mark.parametrize(("model", "design"), [("cmr", FREE), ("cmr", SERIAL)])
def test_pieces_put_together_are_the_condition(small_pieces, model, design):
    chosen = get_model(model, design.paradigm)
    pieces = list(simulate_in_pieces(chosen, [design], seed=3))
    (whole,) = simulate(chosen, [design], seed=3).values()
    assert len(pieces) == -(-design.n_subjects // (48 // (design.n_lists * design.list_length)))
    assert whole.n_lists == design.n_subjects * design.n_lists
    assert whole.study.subject.tolist() == np.repeat(range(1, design.n_subjects + 1), design.n_lists).tolist()
    assert whole.study.list.tolist() == [*range(1, design.n_lists + 1)] * design.n_subjects
    first = pieces[0].n_lists
    np.testing.assert_array_equal(
        whole.recalls.position[:first, : pieces[0].recalls.n_outputs], pieces[0].recalls.position
    )
    np.testing.assert_array_equal(whole.study.onset, design.study_lists(rng=np.random.default_rng(1)).onset)


@pytest.mark.parametrize("paradigm", ["free_recall", "serial_recall"])
def test_a_table_written_in_pieces_is_that_of_the_whole(small_pieces, tmp_path, paradigm):
    given = {"model": "cmr", "paradigm": paradigm, "lists": 3, "subjects": 7, "list_length": 5, "delay_seconds": 2}
    config = SimulateConfig.load(given=given)
    assert write_simulation(config, tmp_path / "pieces.csv") == 21
    write_table(simulate_configured(config), tmp_path / "whole.csv")
    assert (tmp_path / "pieces.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert read_table(tmp_path / "pieces.csv").n_lists == 21


def test_pieces_have_recalls_and_items_of_their_own(small_pieces):
    one, two, *_ = simulate_in_pieces(get_model("cmr", "serial_recall"), [SERIAL])
    assert (one.study.items != two.study.items).any()
    assert one.recalls.position.tolist() != two.recalls.position.tolist()


@pytest.mark.parametrize("experiment", [*EXPERIMENTS, *SERIAL_EXPERIMENTS])
def test_the_table_of_a_whole_experiment_can_be_read_again(tmp_path, experiment):
    config = SimulateConfig.load(given={"model": "chance", "experiment": experiment, "subjects": 2, "lists": 3})
    write_simulation(config, tmp_path / "recalls.csv")
    designs = (EXPERIMENTS | SERIAL_EXPERIMENTS)[experiment]
    again = read_conditions(tmp_path / "recalls.csv")
    assert list(again) == [design.name for design in designs]
    assert all(data.n_lists == 6 for data in again.values())


def test_other_people_have_other_numbers_and_the_same_people_further_lists():
    labels = {
        name: [(data.study.subject.tolist(), data.study.list.tolist()) for data in simulated.values()]
        for name in ("murdock_okada1970", "polyn2009")
        for simulated in [simulate(get_model("chance"), EXPERIMENTS[name], n_subjects=2, n_lists=1)]
    }
    assert labels["murdock_okada1970"] == [([1, 2], [1, 1]), ([3, 4], [1, 1])]
    assert labels["polyn2009"] == [([1, 2], [1, 1]), ([1, 2], [2, 2])]


def piece(subject, position, time=None, onset=None):
    study = StudyLists.simple(1, 2, subject=[subject])
    study = study if onset is None else dataclasses.replace(study, onset=np.array([onset]))
    return RecallData(study, Recalls(np.array([position]), None if time is None else np.array([time])))


def test_the_cues_of_pieces_are_put_together():
    study = PROBED.study_lists(n_subjects=1)
    part = RecallData(study, Recalls(np.zeros((study.n_lists, 1), dtype=int)))
    assert together([part, part]).study.serial.cue.tolist() == [[1], [2], [3]] * 2


def test_pieces_of_different_width_are_put_together():
    whole = together([piece(1, [1]), piece(2, [2, -1, 1])])
    assert whole.recalls.position.tolist() == [[1, 0, 0], [2, -1, 1]]
    assert whole.study.subject.tolist() == [1, 2]


def test_a_column_that_a_later_piece_fills_is_not_lost(tmp_path):
    pieces, asked = [piece(1, [1]), piece(2, [2], [0.5])], []

    def give():
        asked.append(1)
        return pieces

    assert write_pieces(give, tmp_path / "a.csv") == 2
    assert len(asked) == 2
    assert read_table(tmp_path / "a.csv").recalls.time[1, 0] == 0.5
    assert (tmp_path / "a.csv").read_bytes() == write_table(together(pieces), tmp_path / "b.csv").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "b.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(28, "No space left on device")])
def test_a_simulation_that_breaks_off_leaves_what_was_there(tmp_path, error):
    (tmp_path / "a.csv").write_text("old")

    def broken():
        yield piece(1, [1])
        raise error

    with pytest.raises(UsageError if isinstance(error, OSError) else error):
        write_pieces(broken, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_numbers_out_of_range_are_refused_before_anything_is_simulated():
    with pytest.raises(UsageError, match="n_subjects"):
        next(simulate_in_pieces(get_model("chance"), [FREE], n_subjects=10**9))
