"""A run's folder: whole files, an honest record, nothing of the user's ever lost."""

import json
import os

import pytest

from memlab.core.errors import ChecksumError, DataError, OutputExists, UsageError
from memlab.run_folder import RUN_FILE, RunFolder, free_folder, read_run, verify

CONFIG = {"seed": 1, "models": ["cmr"]}


def finished(path, **more):
    folder = RunFolder(path, "compare", CONFIG, **more)
    folder.write_text("scores.csv", "a\n1\n")
    folder.write_csv("curves.csv", {"x": [1]})
    folder.finish()
    return folder


def test_a_run_is_recorded_with_everything_needed_to_repeat_it(tmp_path):
    finished(tmp_path / "out", data=[{"id": "d", "sha256": "s", "citation": "c"}])
    record = json.loads((tmp_path / "out" / RUN_FILE).read_text())
    assert record["command"] == "compare"
    assert record["config"] == CONFIG
    assert record["seed"] == 1
    assert record["data"] == [{"id": "d", "sha256": "s", "citation": "c"}]
    assert record["complete"] is True
    assert set(record["outputs"]) == {"scores.csv", "curves.csv"}
    assert {"memlab", "python", "numpy", "scipy", "numba"} <= set(record["versions"])
    assert record["started"] <= record["ended"]
    assert verify(tmp_path / "out") == record


def test_a_folder_that_holds_anything_is_refused_without_force(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(OutputExists, match="is not empty. Use --force"):
        RunFolder(tmp_path, "compare", CONFIG)
    assert os.listdir(tmp_path) == ["mine.txt"]


def test_of_two_runs_at_once_into_one_folder_the_second_is_refused(tmp_path, monkeypatch):
    RunFolder(tmp_path, "compare", CONFIG)
    monkeypatch.setattr(os, "listdir", lambda path: [])  # as both saw it before either had written
    with pytest.raises(OutputExists, match="is not empty. Use --force"):
        RunFolder(tmp_path, "compare", CONFIG)


def test_a_run_that_failed_before_it_wrote_anything_leaves_nothing(tmp_path):
    RunFolder(tmp_path / "new", "compare", CONFIG).discard()
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    RunFolder(tmp_path / "mine", "compare", CONFIG).discard()
    assert os.listdir(tmp_path / "mine") == []
    finished(tmp_path / "done").discard()
    verify(tmp_path / "done")


def test_force_replaces_the_earlier_run_and_leaves_other_files_alone(tmp_path):
    finished(tmp_path)
    (tmp_path / "mine.txt").write_text("x")
    folder = RunFolder(tmp_path, "compare", CONFIG, force=True)
    assert sorted(os.listdir(tmp_path)) == ["curves.csv", "mine.txt", RUN_FILE, "scores.csv"]
    folder.write_text("scores.csv", "new")
    folder.finish()
    verify(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["mine.txt", RUN_FILE, "scores.csv"]


def test_a_forced_run_that_stops_early_loses_nothing_and_can_be_forced_again(tmp_path):
    finished(tmp_path)
    folder = RunFolder(tmp_path, "compare", CONFIG, force=True)
    folder.write_text("scores.csv", "new")
    with pytest.raises(ChecksumError, match="was interrupted"):
        verify(tmp_path)
    assert (tmp_path / "curves.csv").read_text() == "x\n1\n"
    finished(tmp_path, force=True)
    verify(tmp_path)


def test_a_forced_run_that_fails_at_once_leaves_the_earlier_one_as_it_was(tmp_path):
    finished(tmp_path)
    before = read_run(tmp_path)
    RunFolder(tmp_path, "compare", {"seed": 2}, force=True).discard()
    assert verify(tmp_path) == before


def test_a_file_of_the_users_under_our_name_is_never_overwritten(tmp_path):
    (tmp_path / "report.md").write_text("my own")
    folder = RunFolder(tmp_path, "compare", CONFIG, force=True)
    with pytest.raises(OutputExists, match="was not written by a run"):
        folder.write_text("report.md", "ours")
    assert (tmp_path / "report.md").read_text() == "my own"


def test_a_record_cannot_point_outside_its_folder(tmp_path):
    inside, outside = tmp_path / "run", tmp_path / "precious.txt"
    outside.write_text("x")
    finished(inside)
    record = read_run(inside)
    record["outputs"]["../precious.txt"] = "0"
    (inside / RUN_FILE).write_text(json.dumps(record))
    RunFolder(inside, "compare", CONFIG, force=True)
    assert outside.exists()


def test_a_changed_or_missing_file_fails_verification(tmp_path):
    finished(tmp_path)
    (tmp_path / "scores.csv").write_text("changed")
    (tmp_path / "curves.csv").unlink()
    with pytest.raises(ChecksumError, match=r"curves\.csv, scores\.csv|scores\.csv, curves\.csv"):
        verify(tmp_path)


def test_an_interrupted_run_says_so(tmp_path):
    folder = RunFolder(tmp_path, "compare", CONFIG)
    folder.write_text("scores.csv", "a")
    with pytest.raises(ChecksumError, match="was interrupted"):
        verify(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 99, "outputs": {}}', '{"schema": 1}'])
def test_a_file_that_is_no_record_is_refused(tmp_path, text):
    (tmp_path / RUN_FILE).write_text(text)
    with pytest.raises(DataError, match="is not a run record"):
        read_run(tmp_path)
    with pytest.raises(DataError, match="cannot read"):
        read_run(tmp_path / "none")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot write to .*Choose another folder with --out"):
        RunFolder(tmp_path / "file" / "out", "compare", CONFIG)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_one_clear_line(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot write"):
        RunFolder(tmp_path / "out", "compare", CONFIG)


def test_the_default_folder_is_one_that_is_free(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(free_folder("memlab-x")) == "memlab-x"
    (tmp_path / "memlab-x").mkdir()
    (tmp_path / "memlab-x-2").mkdir()
    assert str(free_folder("memlab-x")) == "memlab-x-3"
