"""A table with a row a response is read exactly, or refused with the row."""

import gzip

import numpy as np
import pytest

from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION, STOP
from memlab.data.formats.position_table import read_position_table

HEADER = "subject,list,condition,list_length,output_position,serial_position,irt_ms"
GOOD = ["1,1,slow,3,1,3,1500", "1,1,slow,3,2,-1,500", "1,1,slow,3,3,3,250", "1,2,slow,3,0,0,", "2,1,fast,3,1,2,100"]


def write(tmp_path, rows, header=HEADER, name="table.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_rows_become_lists_with_times_since_the_signal(tmp_path):
    conditions = read_position_table(write(tmp_path, GOOD), seconds_per_item={"slow": 2}, max_responses=15)
    slow, fast = conditions.values()
    np.testing.assert_array_equal(slow.recalls.position, [[3, INTRUSION, 3], [STOP] * 3])
    np.testing.assert_array_equal(slow.recalls.time, [[1.5, 2.0, 2.25], [np.nan] * 3])
    assert slow.study.onset[0].tolist() == [0, 2, 4]
    assert fast.study.onset[0].tolist() == [0, 1, 2]
    assert fast.study.max_responses == 15
    assert (slow.name, fast.name) == ("slow", "fast")


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    rows = [GOOD[i] for i in (2, 0, 3, 1, 4)]
    one, two = (read_position_table(write(tmp_path, r))["slow"].recalls for r in (GOOD, rows))
    np.testing.assert_array_equal(one.position, two.position)


def test_a_packed_file_reads_alike(tmp_path):
    path = write(tmp_path, GOOD)
    packed = tmp_path / "table.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    position = read_position_table(packed)["slow"].recalls.position
    np.testing.assert_array_equal(position, read_position_table(path)["slow"].recalls.position)
    packed.write_bytes(b"not packed")
    with pytest.raises(DataError, match="cannot unpack"):
        read_position_table(packed)


def test_list_lengths_of_one_condition_are_told_apart(tmp_path):
    conditions = read_position_table(write(tmp_path, [*GOOD, "2,2,fast,4,1,4,"]))
    assert list(conditions) == ["slow", "fast-3", "fast-4"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("3,1,slow,3,1,4,", "row 7: list 1 of subject 3: serial_position is 4; allowed: 1-3, -1"),
        ("3,1,slow,3,1,0,", "row 7: list 1 of subject 3: serial_position is 0"),
        ("3,1,slow,3,2,1,", "row 7: list 1 of subject 3: output_position is 2 where 1 is due"),
        ("2,1,fast,3,1,1,", "row 7: list 1 of subject 2: output_position is 1 where 2 is due"),
        ("2,1,slow,3,2,1,", "row 7: list 1 of subject 2: its rows name two conditions"),
        ("3,1,slow,0,1,1,", "row 7: list_length is 0"),
        ("3,1,slow,3,1,1.5,", "row 7: serial_position is '1.5'; it must be a whole number"),
        ("3,1,slow,3,1,nan,", "row 7: serial_position is 'nan'; it must be a number"),
        (",1,slow,3,1,1,", "row 7: subject is empty"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, message):
    with pytest.raises(DataError, match=rf"table\.csv, {message}"):
        read_position_table(write(tmp_path, [*GOOD, row]))


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(DataError, match="there is no column 'list_length'"):
        read_position_table(write(tmp_path, ["1,1,1,1"], "subject,list,output_position,serial_position"))


@pytest.mark.parametrize("name", ["murdock_okada1970", "polyn2009", "gew2012_e1"])
def test_the_shared_data_sets_are_read_whole(human, name):
    path = human / "free" / f"{name}.csv.gz"
    conditions = read_position_table(path)
    with gzip.open(path, "rt") as file:
        rows = [line.split(",") for line in file][1:]
    responses = sum(row[4] != "0" for row in rows)
    assert sum(int((data.recalls.position != STOP).sum()) for data in conditions.values()) == responses
    assert sum(data.n_lists for data in conditions.values()) == len({(row[0], row[1]) for row in rows})
