"""The long table is read exactly or refused with the row and the column."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memlab.core import long_file
from memlab.core.errors import DataError, DataWarning
from memlab.core.recall import INTRUSION, STOP, Conditions, RecallData, Recalls, StudyLists
from memlab.core.table import read_conditions, read_table, table_frame, write_table

HEADER = "subject,list,trial_type,position,item"
GOOD = [
    "1,1,study,1,dog",
    "1,1,study,2,cat",
    "1,1,study,3,cow",
    "1,1,recall,1,cow",
    "1,1,recall,2,pig",
    "1,1,recall,3,dog",
    "1,1,recall,4,cow",
    "2,1,study,1,cat",
    "2,1,study,2,dog",
    "2,1,study,3,hen",
]


def write(tmp_path, rows, header=HEADER, name="class.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_recalls_become_serial_positions_in_output_order(tmp_path):
    data = read_table(write(tmp_path, GOOD))
    np.testing.assert_array_equal(data.recalls.position, [[3, INTRUSION, 1, 3], [STOP] * 4])
    np.testing.assert_array_equal(data.study.subject, [1, 2])
    assert data.study.pool.words[data.recalls.item[0, 1]] == "pig"


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    shuffled = np.random.default_rng(0).permutation(GOOD).tolist()
    first, second = read_table(write(tmp_path, GOOD)), read_table(write(tmp_path, shuffled))
    np.testing.assert_array_equal(first.recalls.position, second.recalls.position)


def test_a_frame_a_file_a_tab_file_and_windows_line_ends_read_alike(tmp_path):
    path = write(tmp_path, GOOD)
    tabs, windows = tmp_path / "class.tsv", tmp_path / "windows.csv"
    tabs.write_text(path.read_text().replace(",", "\t"))
    windows.write_bytes(b"\xef\xbb\xbf" + path.read_text().replace("\n", "\r\n").encode())
    for source in (pd.read_csv(path), tabs, windows):
        np.testing.assert_array_equal(read_table(source).recalls.position, read_table(path).recalls.position)


def test_a_big_file_is_read_through_pandas_to_the_same_result(tmp_path, monkeypatch):
    path = write(tmp_path, GOOD)
    small = read_table(path)
    monkeypatch.setattr(long_file, "BIG_FILE", 0)
    np.testing.assert_array_equal(read_table(path).recalls.position, small.recalls.position)
    with pytest.raises(DataError, match=r"class\.csv, row 5: 3 fields; the header has 5"):
        read_table(write(tmp_path, [*GOOD[:2], "", "1,1,study"]))


def test_several_conditions_and_lengths_become_a_mapping_in_the_order_of_the_file(tmp_path):
    rows = [
        "1,1,study,1,a,slow",
        "1,2,study,1,a,fast",
        "1,3,study,1,a,fast",
        "1,3,study,2,b,fast",
    ]
    data = read_table(write(tmp_path, rows, HEADER + ",condition"))
    assert isinstance(data, Conditions)
    assert list(data) == ["slow", "fast-1", "fast-2"]
    assert list(read_conditions(write(tmp_path, [r.rsplit(",", 1)[0] for r in rows]))) == ["1", "2"]


def test_times_and_schedules_are_read(tmp_path):
    rows = ["1,1,study,1,a,0,,2,", "1,1,study,2,b,3,1,2,", "1,1,recall,1,b,,,,0.5"]
    data = read_table(write(tmp_path, rows, HEADER + ",onset,distractor,delay,response_time"))
    np.testing.assert_array_equal(data.study.onset, [[0, 3]])
    np.testing.assert_array_equal(data.study.distractor, [[0, 1, 2]])
    np.testing.assert_array_equal(data.recalls.time, [[0.5]])


@pytest.mark.parametrize("kept", ["15,14", "0,0", "1.5,1.5"])
def test_a_limit_of_the_test_is_one_number_above_0_for_the_whole_condition(tmp_path, kept):
    first, second = kept.split(",")
    rows = [f"1,1,study,1,a,{first}", f"1,1,study,2,b,{second}"]
    with pytest.raises(DataError, match=r"row \d: list 1 of subject 1: max_responses must be one whole number above 0"):
        read_table(write(tmp_path, rows, HEADER + ",max_responses"))


def test_an_item_studied_twice_counts_as_its_first_position(tmp_path):
    rows = ["1,1,study,1,a", "1,1,study,2,b", "1,1,study,3,a", "1,1,recall,1,a"]
    assert read_table(write(tmp_path, rows)).recalls.position.tolist() == [[1]]


def test_a_response_without_an_item_is_an_intrusion_as_in_psifr(tmp_path):
    rows = ["1,1,study,1,a", "1,1,study,2,b", "1,1,recall,1,", "1,1,recall,2,b", "1,1,recall,3,nan"]
    with pytest.warns(DataWarning, match=r"class\.csv, row 4: item is empty \(and in 1 more rows\)\. It counts as an"):
        data = read_table(write(tmp_path, rows))
    assert data.recalls.position.tolist() == [[-1, 2, -1]]
    import psifr.fr

    theirs = psifr.fr.merge_free_recall(pd.read_csv(tmp_path / "class.csv"))
    assert theirs.query("recall and not study")["output"].tolist() == [1, 3]


BROKEN = {
    "row 3: list 1 has position 0; positions count from 1": ["1,1,study,1,a", "1,1,study,0,b"],
    "row 2: position is '1.5'; it must be a whole number": ["1,1,study,1.5,a"],
    "row 2: position is 'one'; it must be a number": ["1,1,study,one,a"],
    "row 2: position is empty": ["1,1,study,,a"],
    "row 2: position is 'inf'": ["1,1,study,inf,a"],
    "row 2: trial_type is 'test'; allowed: study, recall": ["1,1,test,1,a"],
    "row 2: item is empty": ["1,1,study,1,"],
    "row 2: subject is empty": [",1,study,1,a"],
    "row 3: list 1 of subject 1: study position 1 stands there twice": ["1,1,study,1,a", "1,1,study,1,b"],
    "row 4: list 1 of subject 1: recall position 2 stands there twice": [
        "1,1,study,1,a",
        "1,1,recall,2,a",
        "1,1,recall,2,b",
    ],
    "row 2: list 1 of subject 1: study position 1 is missing": ["1,1,study,2,a"],
    "row 3: list 2 of subject 1: there are recalls but no study rows": ["1,1,study,1,a", "1,2,recall,1,a"],
    "row 3: 4 fields; the header has 5": ["1,1,study,1,a", "1,1,study,2"],
    "row 3: 6 fields; the header has 5": ["1,1,study,1,a", "1,1,study,2,b,c"],
    "class.csv has no rows": [],
}


@pytest.mark.parametrize(("message", "rows"), BROKEN.items())
def test_a_broken_table_is_refused_with_its_row_and_column(tmp_path, message, rows):
    with pytest.raises(DataError, match=message) as caught:
        read_table(write(tmp_path, rows))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("class.csv")


def test_a_list_with_two_conditions_is_refused(tmp_path):
    rows = ["1,1,study,1,a,x", "1,1,study,2,b,y"]
    with pytest.raises(DataError, match="row 3: list 1 of subject 1: its rows name two conditions"):
        read_table(write(tmp_path, rows, HEADER + ",condition"))


def test_a_missing_column_is_named_with_the_nearest_there_is(tmp_path):
    with pytest.raises(DataError, match=r"no column 'subject' \(is 'subjects' meant\?\)"):
        read_table(write(tmp_path, GOOD, HEADER.replace("subject", "subjects")))
    with pytest.raises(DataError, match="column 'item' stands there twice"):
        read_table(write(tmp_path, GOOD, HEADER.replace("list", "item")))


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_may_be_separated_by_commas_tabs_or_semicolons(tmp_path, delimiter):
    path = tmp_path / "class.csv"
    path.write_text("\n".join([HEADER, *GOOD]).replace(",", delimiter))
    assert read_table(path).n_lists == read_table(write(tmp_path, GOOD)).n_lists


def test_psifrs_merged_table_is_told_from_the_raw_one():
    merged = {name: [1] for name in ("subject", "list", "item", "input", "output", "study", "recall")}
    with pytest.raises(DataError, match="no column 'trial_type' .this looks like psifr's merged table; give the raw"):
        read_table(merged)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"subject\xff,list\n1,2\n", "is not UTF-8 text"),
        (b'subject,list\n1,1\n"1,2\n', "not a readable CSV file: unexpected end of data, in what starts at row 3"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, message):
    path = tmp_path / "class.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_table(path)


def test_a_file_that_is_not_there_and_a_thing_that_is_no_table_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*nothing\.csv: No such file"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="Got int instead"):
        read_table(3)
    frame = pd.DataFrame({name: [1, None] for name in HEADER.split(",")} | {"trial_type": "study"})
    with pytest.raises(DataError, match="table, row 1: position is empty"):
        read_table(frame)


@st.composite
def recall_data(draw):
    n_lists, length = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    responses = draw(
        st.lists(st.lists(st.integers(-1, length).filter(bool), max_size=8), min_size=n_lists, max_size=n_lists)
    )
    width = max(map(len, responses))
    position = np.array([row + [0] * (width - len(row)) for row in responses], dtype=np.int64).reshape(n_lists, width)
    limits = {
        "recall_seconds": draw(st.sampled_from([90.0, float("inf")])),
        "max_responses": draw(st.sampled_from([15, None])),
    }
    subject = draw(st.permutations(range(n_lists)))
    study = StudyLists.simple(n_lists, length, subject=subject, delay_seconds=3, **limits)
    return RecallData(study, Recalls(position), "all")


@settings(max_examples=60, deadline=None)
@given(data=recall_data())
def test_what_is_written_reads_back_the_same(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("round") / "table.csv"
    for source in (write_table(data, path), table_frame(data)):
        back = read_table(source)
        order = np.lexsort((data.study.list, data.study.subject))
        np.testing.assert_array_equal(back.recalls.position, data.recalls.position[order])
        np.testing.assert_array_equal(back.study.onset, data.study.onset[order])
        np.testing.assert_array_equal(back.study.distractor, data.study.distractor[order])
        np.testing.assert_array_equal(back.study.subject, data.study.subject[order])
        assert back.study.recall_seconds == data.study.recall_seconds
        assert back.study.max_responses == data.study.max_responses


def test_reading_a_small_file_imports_neither_pandas_nor_numba(tmp_path):
    path = write(tmp_path, GOOD)
    code = (
        f"import sys, memlab; memlab.read_table({str(path)!r}); print('pandas' in sys.modules, 'numba' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False False"


def test_a_number_too_large_to_be_exact_is_refused(tmp_path):
    with pytest.raises(DataError, match="row 2: position is '1e300'; it must be a whole number"):
        read_table(write(tmp_path, ["1,1,study,1e300,dog"]))


def test_a_label_with_a_stray_nul_is_another_label(tmp_path):
    """Found by fuzzing: NumPy drops a NUL at the end of a text."""
    rows = ["1,2,study,1,a", "1,2\x00,study,1,z"]
    path = tmp_path / "nul.csv"
    path.write_text("\n".join(["subject,list,trial_type,position,item", *rows]) + "\n")
    assert read_conditions(path)["all"].study.list.tolist() == ["2", "2\x00"]


def test_an_underscore_makes_no_number(tmp_path):
    path = tmp_path / "underscore.csv"
    rows = ["1_0,2,study,1,a", "10,2,study,1,z", "10,2,recall,1,z"]
    path.write_text("\n".join(["subject,list,trial_type,position,item", *rows]) + "\n")
    assert read_conditions(path)["all"].study.subject.tolist() == ["10", "1_0"]
    path.write_text(path.read_text().replace("recall,1", "recall,1_0"))
    with pytest.raises(DataError, match="row 4: position is '1_0'; it must be a number"):
        read_conditions(path)
