"""The classic text format is read exactly, or refused with the row and the column."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION, STOP, Conditions
from memlab.data import import_file
from memlab.data.formats.murdock_text import TextRecord, read_murdock_text, record_from_name
from memlab.data.formats.position_table import read_position_table

THREE = TextRecord("3-1", 3, lists_per_subject=2)


def write(tmp_path, *rows, name="fr3-1.txt"):
    path = tmp_path / name
    path.write_text("\n".join(rows) + "\n")
    return path


def raw_files(human):
    return [human / "raw" / f"fr{c}.txt" for c in ("10-2", "15-2", "20-2", "20-1", "30-1", "40-1")]


def test_importing_the_six_files_gives_the_trial_level_table_exactly(human):
    ours = Conditions([data for path in raw_files(human) for data in import_file(path).values()])
    theirs = read_position_table(human / "free" / "murdock1962.csv.gz")
    assert list(ours) == list(theirs) == ["10-2", "15-2", "20-2", "20-1", "30-1", "40-1"]
    for name, data in ours.items():
        np.testing.assert_array_equal(data.study.subject, theirs[name].study.subject)
        np.testing.assert_array_equal(data.study.list, theirs[name].study.list)
        np.testing.assert_array_equal(data.recalls.position, theirs[name].recalls.position)
        assert data.list_length == theirs[name].list_length
        assert data.n_lists == 1200


def test_the_record_of_a_known_file_gives_rates_limits_and_subjects(human):
    (data,) = import_file(human / "raw" / "fr10-2.txt").values()
    assert data.name == "10-2"
    assert data.study.onset[0, 1] == 2
    assert (data.study.recall_seconds, data.study.max_responses) == (90, 10)
    assert data.subjects.tolist() == list(range(101, 116))


def test_rows_are_responses_in_output_order_with_88_for_an_intrusion_and_0_as_padding(tmp_path):
    data = read_murdock_text(write(tmp_path, "3 88 1 0 0", "0", "2 2", "1 2 3"), THREE)
    np.testing.assert_array_equal(data.recalls.position, [[3, INTRUSION, 1], [STOP] * 3, [2, 2, STOP], [1, 2, 3]])
    assert data.study.subject.tolist() == [1, 1, 2, 2]
    assert data.study.list.tolist() == [1, 2, 1, 2]


def test_commas_windows_line_ends_and_blank_last_lines_are_read_alike(tmp_path):
    path = tmp_path / "fr3-1.txt"
    path.write_bytes(b"3,1,0\r\n2,0,0\r\n\r\n")
    np.testing.assert_array_equal(read_murdock_text(path, THREE).recalls.position, [[3, 1], [2, 0]])


def test_a_stray_last_0_is_dropped_only_where_it_belongs_to_no_subject(tmp_path):
    assert read_murdock_text(write(tmp_path, "1", "2", "0"), THREE).n_lists == 2
    assert read_murdock_text(write(tmp_path, "1", "0"), THREE).n_lists == 2


def test_length_and_rate_are_in_the_name():
    record = record_from_name("fr30-1.5.txt")
    assert (record.condition, record.list_length, record.seconds_per_item) == ("30-1.5", 30, 1.5)
    for name in ("fr0-1.txt", "fr20-0.txt", "murdock.txt"):
        with pytest.raises(DataError, match=r"Name the file frLENGTH-SECONDS\.txt"):
            record_from_name(name)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["3 1", "4 1"], r"row 2, column 1: 4 is no position of a list of 3\. Allowed: 1-3, 88 \(intrusion\), 0"),
        (["3 x", "1"], "row 1, column 2: x is no position"),
        (["3 -1", "1"], "row 1, column 2: -1 is no position"),
        (["3 1.0", "1"], r"row 1, column 2: 1\.0 is no position"),
        (["3 nan", "1"], "row 1, column 2: nan is no position"),
        (["3 0 1", "1"], "row 1, column 3: 1 after a 0"),
        (["", "1"], "row 1: the row is empty"),
        (["1", "2", "3"], "has 3 rows; with 2 lists a subject it needs a multiple of 2"),
        (["0"], "has 1 rows; with 2 lists"),
    ],
)
def test_a_bad_file_is_refused_with_the_row_and_the_column(tmp_path, rows, message):
    with pytest.raises(DataError, match=rf"fr3-1\.txt.*{message}"):
        read_murdock_text(write(tmp_path, *rows), THREE)


def test_an_empty_or_binary_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="is empty"):
        read_murdock_text(write(tmp_path, "", ""), THREE)
    path = tmp_path / "fr3-1.txt"
    path.write_bytes(b"\xff\xfe1")
    with pytest.raises(DataError, match="is not UTF-8 text"):
        read_murdock_text(path, THREE)


def test_a_correction_that_does_not_fit_the_file_is_refused(tmp_path):
    record = TextRecord("3-1", 3, lists_per_subject=2, surplus=((1, 2, 1),))
    assert read_murdock_text(write(tmp_path, "3 1", "3 3"), record).recalls.position[1, 0] == INTRUSION
    with pytest.raises(DataError, match="row 2, column 1: 1; the record of this file expects 3"):
        read_murdock_text(write(tmp_path, "3 1", "1 3"), record)


@given(st.lists(st.lists(st.integers(1, 3) | st.just(88), max_size=6), min_size=2, max_size=8), st.integers(0, 3))
def test_whatever_is_written_is_read_back(tmp_path_factory, lists, padding):
    lists = lists[: len(lists) // 2 * 2]
    rows = [" ".join(map(str, responses + [0] * padding)) or "0" for responses in lists]
    if rows[-1] == "0" and len(rows) % 2:
        return
    data = read_murdock_text(write(tmp_path_factory.mktemp("text"), *rows), THREE)
    for row, responses in zip(data.recalls.position, lists, strict=True):
        assert row[row != STOP].tolist() == [INTRUSION if v == 88 else v for v in responses]
