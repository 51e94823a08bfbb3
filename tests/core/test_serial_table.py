"""The long table holds serial recall: blanks are rows, and what was asked for stands beside the studied items."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION, OMISSION, Conditions, Pool, RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.core.table import read_conditions, read_table, table_columns, table_frame, write_table

HEADER = "subject,list,trial_type,position,item"
ROWS = ["1,1,study,1,R", "1,1,study,2,Y", "1,1,study,3,H"]


def write(tmp_path, rows, header=HEADER):
    path = tmp_path / "table.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_a_row_with_omission_is_a_blank_and_no_item(tmp_path):
    rows = [*ROWS, "1,1,recall,1,R", "1,1,recall,2,(omission)", "1,1,recall,3,X"]
    data = read_table(write(tmp_path, rows))
    assert data.recalls.position.tolist() == [[1, OMISSION, INTRUSION]]
    assert data.recalls.item[0, 1] == -1
    assert data.study.pool.words == ("R", "Y", "H", "X")
    assert data.study.serial.direction == "forward"


def test_a_table_without_blanks_or_direction_is_of_free_recall(tmp_path):
    assert read_table(write(tmp_path, [*ROWS, "1,1,recall,1,R"])).study.serial is None


def test_a_blank_is_never_taken_for_the_last_item_of_the_list_before(tmp_path):
    rows = [*ROWS, "1,2,study,1,A", "1,2,study,2,B", "1,2,study,3,C", "1,2,recall,1,(omission)", "1,2,recall,2,C"]
    assert read_table(write(tmp_path, rows)).recalls.position.tolist() == [[0, 0], [OMISSION, 3]]


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        (HEADER, ["1,1,study,1,(omission)"], r"row 2: list 1 of subject 1: \(omission\) is studied"),
        (HEADER + ",direction", [r + ",up" for r in ROWS], "direction must be one of forward, backward, probed"),
        (HEADER + ",direction", [ROWS[0] + ",forward", ROWS[1] + ",backward"], "row 3: direction differs within"),
        (HEADER + ",direction", [r + ",probed" for r in ROWS], "there is no column 'cue'"),
        (
            HEADER + ",direction,cue",
            [*(r + ",probed," for r in ROWS), "1,1,recall,1,Y,,"],
            "row 5: cue is empty; in probed recall every response has one",
        ),
        (
            HEADER + ",direction,cue",
            [*(r + ",probed," for r in ROWS), "1,1,recall,1,Y,,3"],
            "cue must be serial positions from 1 to 2",
        ),
    ],
)
def test_a_broken_table_of_serial_recall_is_refused(tmp_path, header, rows, message):
    with pytest.raises(DataError, match=message):
        read_table(write(tmp_path, rows, header))


def test_the_table_of_free_recall_has_no_columns_of_serial_recall():
    data = RecallData(StudyLists.simple(1, 2), Recalls(np.array([[2, 1]])))
    assert "direction" not in table_columns(data)
    mixed = Conditions([data, dataclasses.replace(serial_data([[1, 2]], 2), name="serial")])
    columns = table_columns(mixed)
    assert set(columns["direction"]) == {"", "forward"}
    back = read_conditions(table_frame(mixed))
    assert [one.study.serial is None for one in back.values()] == [True, False]


def serial_data(position, length, **asked):
    position = np.array(position)
    words = tuple(f"item{i + 1}" for i in range(length))
    study = StudyLists.simple(len(position), length, pool=Pool(words=words), subject=np.ones(len(position), int))
    return RecallData(dataclasses.replace(study, serial=SerialTest(**asked)), Recalls(position))


@st.composite
def anything(draw):
    n_lists, length = draw(st.integers(1, 4)), draw(st.integers(2, 6))
    direction = draw(st.sampled_from(["forward", "backward", "probed"]))
    width = 1 if direction == "probed" else length
    response = st.integers(OMISSION, length).filter(bool)
    position = draw(st.lists(st.lists(response, min_size=width, max_size=width), min_size=n_lists, max_size=n_lists))
    group = np.repeat([0, 1], [1, length - 1])
    asked = {
        "direction": direction,
        "omissions_allowed": draw(st.booleans()),
        "length_known": draw(st.booleans()),
        "rest_seconds": draw(st.sampled_from([0.0, 2.5])),
        "group": draw(st.sampled_from([None, np.tile(group, (n_lists, 1))])),
        "cue": np.full((n_lists, 1), draw(st.integers(1, length - 1))) if direction == "probed" else None,
    }
    return serial_data(position, length, **asked)


@settings(max_examples=60, deadline=None)
@given(data=anything())
def test_what_is_written_reads_back_the_same(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("round") / "table.csv"
    for source in (write_table(data, path), table_frame(data)):
        back = read_table(source)
        np.testing.assert_array_equal(back.recalls.position, data.recalls.position)
        for field in dataclasses.fields(SerialTest):
            one, two = (getattr(d.study.serial, field.name) for d in (data, back))
            np.testing.assert_array_equal(one, two)
