"""Parameter sets and pools are used as they were shipped, or not at all."""

import shutil

import pytest

from memlab.core.errors import ChecksumError
from memlab.data import checksums
from memlab.data.parameter_sets import load_parameter_set, load_subject_values, read_parameter_set
from memlab.paradigms.materials import load_pool


def test_every_shipped_set_and_pool_has_its_checksum():
    listed = dict(line.split("  ")[::-1] for line in checksums.SUMS.read_text(encoding="utf-8").splitlines())
    assert listed == checksums.checksums(), "after a change that is meant: python -m memlab.data.checksums"
    assert {"presets/murdock1962/cmr.toml", "presets/murdock1962/subjects/cmr.csv", "pools/nouns.txt"} <= set(listed)


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("presets/murdock1962/cmr.toml", lambda: load_parameter_set("cmr", "murdock1962")),
        ("presets/murdock1962/subjects/cmr.csv", lambda: load_subject_values("cmr", "murdock1962")),
        ("pools/nouns.txt", lambda: load_pool("nouns")),
    ],
)
def test_a_shipped_file_with_one_other_byte_is_refused(monkeypatch, name, load):
    load()
    known = checksums.checksums()
    monkeypatch.setattr(checksums, "_known", lambda: {**known, name: "0" * 64})
    with pytest.raises(ChecksumError, match=rf"{name.split('/')[-1]} is not the file that was shipped"):
        load()


def test_a_set_of_the_users_own_may_be_changed(tmp_path):
    shutil.copy(checksums.FOLDER / "presets" / "murdock1962" / "cmr.toml", tmp_path)
    (tmp_path / "cmr.toml").write_bytes((tmp_path / "cmr.toml").read_bytes().replace(b"\n", b"\r\n"))
    assert read_parameter_set(tmp_path / "cmr.toml") == load_parameter_set("cmr", "murdock1962")
