"""Names that lead elsewhere: labels of subjects, outputs that are folders or devices, records of other people."""

import csv
import json
import os
from datetime import UTC, datetime

import pytest

from memlab.core.errors import UsageError
from memlab.core.files import file_name, sha256, write_text
from memlab.run_folder import RunFolder, record_beside, verify
from memlab.runs.evidence import evidence
from memlab.runs.evidence_fits import fits_in
from memlab.runs.repeat import repeat

LABELS = ["../x", "/abs", "=cmd()", "a b", "a_b", "a/b", "a\\b", "C:x", "con", ".", "..", "", "é", "x" * 300, "x" * 301]


def test_every_label_has_a_file_of_its_own_in_the_folder_that_a_disk_takes(tmp_path):
    names = [f"{file_name(label)}.json" for label in LABELS]
    assert len({name.casefold() for name in names}) == len(LABELS)
    for name in names:
        assert os.path.basename(name) == name
        (tmp_path / name).write_text("x")
    assert sorted(os.listdir(tmp_path)) == sorted(names)


@pytest.mark.parametrize(("label", "name"), [("s01", "s01"), ("20-1", "20-1"), ("CON.a", "%43ON.a"), ("nul", "%6Eul")])
def test_a_plain_label_stays_readable_and_no_name_is_one_of_windows_own(label, name):
    assert file_name(label) == name


def people(labels):
    """Return a table in which no two subjects recall the same."""
    rows = [("subject", "list", "trial_type", "position", "item")]
    for n, label in enumerate(labels):
        for one in (1, 2):
            rows += [(label, one, "study", p, f"w{p}") for p in range(1, 7)]
            rows += [(label, one, "recall", p, f"w{(p + n) % 6 + 1}") for p in range(1, 3 + n)]
    return rows


@pytest.mark.parametrize("labels", [("a b", "a_b", "a/b"), ("../x", "x" * 300, "=cmd()")])
def test_subjects_whose_labels_differ_by_a_sign_are_each_weighed_by_their_own_fit(tmp_path, labels):
    with open(tmp_path / "people.csv", "w", newline="") as file:
        csv.writer(file).writerows(people(labels))
    evidence(["chance"], data=tmp_path / "people.csv", out=tmp_path / "out", folds=2)
    fits = fits_in(tmp_path / "out")
    assert {fit.who for fit in fits} == set(labels)
    assert len({fit.n_events for fit in fits}) == len(labels)
    assert sorted(os.listdir(tmp_path)) == ["out", "people.csv"]


def test_a_file_is_not_put_in_the_place_of_a_folder_or_a_device(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    for name, what in (("folder", "a folder"), ("link", "a folder"), ("pipe", "no ordinary file"), (".", "a folder")):
        with pytest.raises(UsageError, match=f"cannot write .*: it is {what}"):
            write_text(tmp_path / name, "x")
    assert sorted(os.listdir(tmp_path)) == ["folder", "link", "pipe"]


def test_a_link_to_a_file_is_replaced_and_what_it_leads_to_is_not(tmp_path):
    (tmp_path / "precious").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    write_text(tmp_path / "link", "new")
    assert ((tmp_path / "precious").read_text(), (tmp_path / "link").read_text()) == ("old", "new")


def test_a_name_as_long_as_a_disk_takes_is_written(tmp_path):
    for name in ("x" * 255, "é" * 127):
        write_text(tmp_path / name, "x")
    with pytest.raises(UsageError, match="File name too long"):
        write_text(tmp_path / ("x" * 256), "x")


def test_the_record_of_somebody_else_cannot_have_a_simulation_repeated_elsewhere(tmp_path):
    """A reviewer repeats a run whose record names a file above the folder."""
    (tmp_path / "theirs").mkdir()
    table = write_text(tmp_path / "theirs" / "a.csv", "x")
    place = record_beside(table, "simulate", {"model": "chance", "lists": 1, "subjects": 1}, datetime.now(UTC))
    for names in ({"../../climbed.csv": "0"}, {str(tmp_path / "climbed.csv"): "0"}, {}):
        place.write_text(json.dumps({**json.loads(place.read_text()), "outputs": names}))
        repeat(json.loads(place.read_text()), tmp_path / "mine" / "deep", force=True)
    assert sorted(os.listdir(tmp_path)) == ["mine", "theirs"]
    assert "climbed.csv" in os.listdir(tmp_path / "mine" / "deep")


def test_names_that_are_not_in_the_encoding_of_the_system_are_recorded_and_found_again(tmp_path):
    """A file named in Latin-1, or in UTF-8 under a locale that has ASCII only."""
    name = os.fsdecode(b"w\xf6rter.csv")
    config = {"model": "chance", "file": name}
    folder = RunFolder(tmp_path / "out", "simulate", config)
    folder.write_text(name, f"item {name}\n")
    folder.finish()
    assert verify(tmp_path / "out")["config"] == config
    assert (tmp_path / "out" / name).read_text(encoding="utf-8") == "item w\\udcf6rter.csv\n"
    assert len(sha256(tmp_path / "out")) == 64
