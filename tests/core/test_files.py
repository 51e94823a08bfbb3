"""Files are whole or absent."""

import os
import stat

import numpy as np
import pytest

from memlab.core import files
from memlab.core.errors import UsageError


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = files.write_text(tmp_path / "a.csv", "old")
    files.write_text(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.csv"]
    assert stat.S_IMODE(path.stat().st_mode) & stat.S_IRUSR


def test_a_failure_while_writing_keeps_the_old_file(tmp_path, monkeypatch):
    path = files.write_text(tmp_path / "a.csv", "old")

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", broken)
    with pytest.raises(UsageError, match="No space left on device"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path):
    with pytest.raises(UsageError, match=r"cannot write .*: No such file or directory\."):
        files.write_text(tmp_path / "no" / "a.csv", "x")


def test_csv_keeps_ten_digits_and_leaves_nan_empty():
    text = files.csv_text({"name": ["a", "b"], "x": np.array([1 / 3, np.nan]), "n": np.array([1, 2])})
    assert text == "name,x,n\na,0.3333333333,1\nb,,2\n"


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="zip"):
        files.csv_text({"a": [1], "b": [1, 2]})


def test_a_checksum_is_that_of_the_content(tmp_path):
    path = files.write_bytes(tmp_path / "a", b"abc")
    assert files.sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_checksum_of_a_folder_is_that_of_its_files_and_their_names(tmp_path):
    for name, other in (("a", "x"), ("b", "x"), ("c", "y")):
        (tmp_path / name / "deeper").mkdir(parents=True)
        (tmp_path / name / "deeper" / "one.txt").write_text(other)
    assert files.sha256(tmp_path / "a") == files.sha256(tmp_path / "b") != files.sha256(tmp_path / "c")
    (tmp_path / "b" / "deeper" / "one.txt").rename(tmp_path / "b" / "one.txt")
    assert files.sha256(tmp_path / "a") != files.sha256(tmp_path / "b")
