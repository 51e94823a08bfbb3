"""What is known of people: shipped numbers are those of the single lists, and own data are measured the same way."""

import re
from pathlib import Path

import numpy as np
import pytest

from memlab.core.errors import ChecksumError, UnknownName
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.data import import_file, people_signatures
from memlab.data.people_signatures import load_people_signatures
from memlab.diagnosis.make_people import people_rows, write_people
from memlab.diagnosis.people import mean_and_interval, measured_people, shipped_people
from memlab.diagnosis.signatures import SIGNATURES, signature_of

DEFAULT = "farrell_lewandowsky2012_e2"


def test_the_shipped_numbers_come_out_of_the_single_lists(human):
    trials = import_file(human / "serial" / f"{DEFAULT}.csv.gz")
    shipped = load_people_signatures(DEFAULT)
    computed = list(people_rows(DEFAULT, trials))
    assert len(shipped) == len(computed) == 3 * 6
    for row, (_, condition, half, signature, *numbers) in zip(shipped, computed, strict=True):
        assert (row.condition, row.half, row.signature) == (condition, half, signature)
        np.testing.assert_allclose((row.mean, row.low, row.high, row.n_subjects), numbers, rtol=1e-9)


def test_the_shipped_numbers_agree_with_facts_known_of_these_people():
    people = shipped_people(DEFAULT, half="all")
    (condition,) = people.conditions
    assert condition.known["recency"].mean == pytest.approx(0.612 - 0.553, abs=0.001)
    assert condition.known["primacy"].mean == pytest.approx(0.911 - 0.612, abs=0.001)
    assert condition.known["fill_in"].low > 0.5
    length = people.known(signature_of("length"), "")
    assert length.mean == pytest.approx(0.905 - 0.373, abs=0.001)
    assert length.n_subjects == 20


def test_a_file_of_signatures_can_be_made_again_to_the_byte(human, tmp_path):
    files = [human / "serial" / f"{DEFAULT}.csv.gz"]
    first = [path.read_bytes() for path in write_people(files, tmp_path)]
    assert first == [path.read_bytes() for path in write_people(files, tmp_path)]


def test_shipped_numbers_that_were_changed_are_refused(tmp_path, monkeypatch):
    changed = tmp_path / "people.csv"
    changed.write_text(people_signatures.SIGNATURES_FILE.read_text().replace("0.3", "0.4"))
    record = people_signatures.SIGNATURES_FILE.with_suffix(".json").read_text()
    changed.with_suffix(".json").write_text(record)
    monkeypatch.setattr(people_signatures, "SIGNATURES_FILE", changed)
    people_signatures._every_row.cache_clear()
    with pytest.raises(ChecksumError, match="Install memlab again"):
        load_people_signatures(DEFAULT)
    people_signatures._every_row.cache_clear()


def test_unknown_halves_and_conditions_are_refused_by_name():
    with pytest.raises(UnknownName, match="half"):
        shipped_people(DEFAULT, half="scored")
    with pytest.raises(UnknownName, match="length_known-3"):
        shipped_people("gew2012_e2", ["length_known-3"])


def test_every_shipped_condition_of_four_items_or_more_has_every_signature_of_the_target():
    own = {signature.name for signature in SIGNATURES if signature.setting == "target"}
    people = shipped_people("gew2012_e2")
    assert [one.study.list_length for one in people.conditions] == [4, 5, 6, 7, 8, 10, 12, 15] * 2
    assert all(set(one.known) == own for one in people.conditions)


def test_own_data_are_measured_with_an_interval_over_subjects_and_short_lists_are_left_out():
    study = StudyLists.simple(4, 4, subject=np.array([1, 1, 2, 2]), serial=SerialTest())
    data = RecallData(study, Recalls(np.array([[1, 3, 2, 4], [1, 2, 3, 4], [1, 3, 4, 2], [1, 3, 2, 4]])), "own")
    short = RecallData(StudyLists.simple(1, 3, serial=SerialTest()), Recalls(np.array([[1, 2, 3]])), "short")
    people = measured_people({"own": data, "short": short}, "class")
    (condition,) = people.conditions
    known = condition.known["fill_in"]
    assert (known.mean, known.n_subjects, known.source) == (0.75, 2, "class")  # 1 of 1 and 1 of 2
    assert (known.low, known.high) == (0.5, 1.0)
    assert condition.study is study


def test_one_subject_has_a_mean_and_no_interval():
    mean, low, high, n = mean_and_interval(np.array([0.5, np.nan]), 1, "x")
    assert (mean, n) == (0.5, 1)
    assert np.isnan([low, high]).all()
    assert mean_and_interval(np.array([np.nan]), 1, "x")[3] == 0


def test_the_manual_has_the_shipped_numbers_of_all_people():
    page = (Path(__file__).resolve().parents[2] / "docs" / "serial-order.md").read_text(encoding="utf-8")
    table = page.partition("| people | fill-in |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(table) == 4
    for line in table:
        people, *cells = (cell.strip().replace("−", "-") for cell in line.strip("|").split("|"))
        data, condition = people.split(", ")
        rows = {row.signature: row for row in load_people_signatures(data) if row.half == "all"
                and row.condition == condition}  # fmt: skip
        names = ("fill_in", "locality", "recovery", "recovery_lost", "recency", "primacy")
        for name, cell in zip(names, cells, strict=True):
            written = [float(number) for number in re.findall(r"-?\.\d+", cell)]
            np.testing.assert_allclose(written, (rows[name].mean, rows[name].low, rows[name].high), atol=0.00051)
