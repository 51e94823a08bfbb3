"""Parameter sets and pools are used as they were shipped, or not at all."""

import shutil

import pytest

from memlab.configuration import TrainConfig
from memlab.core.errors import ChecksumError
from memlab.data import checksums, registry
from memlab.data.parameter_sets import load_parameter_set, load_subject_values, read_parameter_set
from memlab.paradigms.materials import load_pool
from memlab.runs.train import recipes


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
        ("training/dnc.set.toml", lambda: TrainConfig.load(recipes()["dnc.set"])),
        ("registry.json", lambda: registry._registry.__wrapped__()),
    ],
)
def test_a_shipped_file_with_one_other_byte_is_refused(monkeypatch, name, load):
    load()
    known = checksums.checksums()
    monkeypatch.setattr(checksums, "_known", lambda: {**known, name: "0" * 64})
    with pytest.raises(ChecksumError, match=rf"{name.split('/')[-1]} is not the file that was shipped"):
        load()


@pytest.mark.parametrize("damage", [lambda text: text[:200], lambda text: text.replace("  ", " "), lambda text: ""])
def test_where_the_list_of_checksums_is_damaged_nothing_is_taken_on_trust(tmp_path, monkeypatch, damage):
    (tmp_path / "SHA256SUMS").write_text(damage(checksums.SUMS.read_text(encoding="utf-8")))
    monkeypatch.setattr(checksums, "SUMS", tmp_path / "SHA256SUMS")
    monkeypatch.setattr(checksums, "_known", checksums._known.__wrapped__)
    with pytest.raises(ChecksumError, match=r"its SHA-256 is not on record"):
        load_pool("nouns")


def test_a_set_of_the_users_own_may_be_changed(tmp_path):
    shutil.copy(checksums.FOLDER / "presets" / "murdock1962" / "cmr.toml", tmp_path)
    (tmp_path / "cmr.toml").write_bytes((tmp_path / "cmr.toml").read_bytes().replace(b"\n", b"\r\n"))
    assert read_parameter_set(tmp_path / "cmr.toml") == load_parameter_set("cmr", "murdock1962")
