"""Making a reference: what is counted, who is in which half, and that it comes out the same twice."""

import json

import numpy as np
import pytest

from memlab.core.errors import UsageError
from memlab.core.recall import Conditions, RecallData, Recalls, StudyLists
from memlab.data.human_reference import FOLDER, read_reference
from memlab.reference import build_reference, main, measure_people, write_reference


def people(n_subjects, rng=None):
    """Two lists of 8 a subject: everyone recalls 8 7 1, an intrusion, 2, and 1 again; then nothing, or at random."""
    study = StudyLists.simple(2 * n_subjects, 8, subject=np.repeat(np.arange(1, n_subjects + 1), 2))
    position = np.tile([[8, 7, 1, -1, 2, 1], [0, 0, 0, 0, 0, 0]], (n_subjects, 1))
    if rng is not None:
        position[1::2, 0] = rng.integers(1, 9, n_subjects)
    return RecallData(study, Recalls(position), "20-1")


def test_measures_are_those_counted_by_hand():
    measured = {name: one.of_subjects(slice(0, 1)) for name, one in measure_people(people(1)).items()}
    np.testing.assert_array_equal(measured["spc"].by_subject, [[0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5]])
    np.testing.assert_array_equal(measured["pfr"].by_subject, [[0, 0, 0, 0, 0, 0, 0, 1]])
    crp = dict(zip(measured["lag_crp"].x.tolist(), measured["lag_crp"].by_subject[0].tolist(), strict=True))
    assert 0 not in crp
    assert crp[-1] == 1 / 2  # 8-7 is taken at once; from 7, item 6 was open and 1 was taken
    assert crp[-6] == 1 / 2  # open from 8 (item 2) and from 7 (item 1), taken the second time
    assert measured["mean_recalled"].by_subject == 2.0
    assert measured["intrusions"].by_subject == 0.5
    assert measured["repeats"].by_subject == 0.5


def test_the_first_subjects_are_fitted_and_the_others_scored():
    data = people(15, np.random.default_rng(1))
    columns = build_reference(Conditions([data]), "murdock1962", n_splits=10).columns
    rows = {
        half: [m for h, measure, m in zip(columns["half"], columns["measure"], columns["mean"], strict=True)
               if h == half and measure == "spc"]
        for half in ("all", "fit", "score")
    }  # fmt: skip
    for half, subjects in (("all", range(1, 16)), ("fit", range(1, 9)), ("score", range(9, 16))):
        direct = measure_people(data.select_subjects(list(subjects)))["spc"].by_subject.mean(axis=0)
        np.testing.assert_allclose(rows[half], direct)


def test_too_few_people_for_two_halves_are_refused():
    with pytest.raises(UsageError, match="20-1 has 8 subjects; murdock1962 needs more than 8"):
        build_reference(Conditions([people(8)]), "murdock1962", n_splits=10)


def test_what_is_written_is_read_back(tmp_path):
    reference = build_reference(Conditions([people(15, np.random.default_rng(1))]), "murdock1962", n_splits=10)
    write_reference(reference, tmp_path)
    read = read_reference(tmp_path, "murdock1962")
    assert read.conditions == ("20-1",)
    np.testing.assert_allclose(read.columns()["mean"], reference.columns["mean"], rtol=1e-9, equal_nan=True)


def test_the_shipped_murdock_1962_comes_out_again_byte_by_byte(human, tmp_path, capsys):
    names = json.loads((FOLDER / "murdock1962.json").read_text())["trial_files"]
    main([*(str(human / "raw" / name) for name in names), "--name", "murdock1962", "--out", str(tmp_path)])
    for suffix in ("csv", "json"):
        shipped = (FOLDER / f"murdock1962.{suffix}").read_bytes()
        assert (tmp_path / f"murdock1962.{suffix}").read_bytes() == shipped
    assert "murdock1962.csv" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["farrell_lewandowsky2012_e2", "nimmo_lewandowsky2006_e2", "gew2012_e2"])
def test_the_shipped_references_of_serial_recall_come_out_again_byte_by_byte(human, tmp_path, name):
    main([str(human / "serial" / f"{name}.csv.gz"), "--name", name, "--out", str(tmp_path)])
    for suffix in ("csv", "json"):
        assert (tmp_path / f"{name}.{suffix}").read_bytes() == (FOLDER / f"{name}.{suffix}").read_bytes()


@pytest.mark.parametrize("name", ["murdock_okada1970", "polyn2009"])
def test_the_shipped_references_made_from_one_table_come_out_again_byte_by_byte(human, tmp_path, name):
    main([str(human / "free" / f"{name}.csv.gz"), "--name", name, "--out", str(tmp_path)])
    for suffix in ("csv", "json"):
        assert (tmp_path / f"{name}.{suffix}").read_bytes() == (FOLDER / f"{name}.{suffix}").read_bytes()
