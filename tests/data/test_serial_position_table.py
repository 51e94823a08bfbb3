"""A row a place of serial recall: blanks, items and intrusions come through; free recall reads as before."""

import gzip

import numpy as np
import pytest

from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION, OMISSION
from memlab.data import import_file
from memlab.data.formats.position_table import read_position_table

HEADER = "subject,list,condition,list_length,output_position,serial_position,irt_ms,item"
GOOD = ["1,1,a,3,1,1,900,R", "1,1,a,3,2,0,500,.", "1,1,a,3,3,-1,600,Z", "1,2,b,2,1,2,700,Y", "1,2,b,2,2,1,300,H"]
STUDIED = ["1,1,1,R", "1,1,2,Y", "1,1,3,H", "1,2,1,H", "1,2,2,Y"]


def write(tmp_path, rows, header=HEADER, name="table.csv"):
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def lists(tmp_path, rows=STUDIED):
    return write(tmp_path, rows, "subject,list,serial_position,item", "lists.csv")


def test_a_0_at_a_place_is_a_blank_where_every_list_has_all_its_places(tmp_path):
    three, two = read_position_table(write(tmp_path, GOOD)).values()
    assert three.recalls.position.tolist() == [[1, OMISSION, INTRUSION]]
    assert two.recalls.position.tolist() == [[2, 1]]
    assert three.study.serial.direction == two.study.serial.direction == "forward"
    np.testing.assert_allclose(three.recalls.time, [[0.9, 1.4, 2.0]])
    assert three.recalls.item is None


def test_a_list_that_lacks_a_place_makes_a_0_an_error_and_the_table_one_of_free_recall(tmp_path):
    with pytest.raises(DataError, match="row 3: list 1 of subject 1: serial_position is 0; allowed: 1-3, -1"):
        read_position_table(write(tmp_path, GOOD[:2]))


def test_complete_lists_without_a_blank_are_read_as_free_recall(tmp_path):
    (data,) = read_position_table(write(tmp_path, GOOD[3:])).values()
    assert data.study.serial is None


def test_the_table_of_lists_names_items_and_intrusions(tmp_path):
    three, two = read_position_table(write(tmp_path, GOOD), lists=lists(tmp_path)).values()
    words = three.study.pool.words
    assert words == two.study.pool.words == ("H", "R", "Y", "Z")
    assert [words[i] for i in three.study.items[0]] == ["R", "Y", "H"]
    assert three.recalls.item.tolist() == [[words.index("R"), -1, words.index("Z")]]
    assert [words[i] for i in two.recalls.item[0]] == ["Y", "H"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (STUDIED[:4], r"table\.csv, row 5: list 2 of subject 1 has 2 items; the table of lists names 1"),
        ([*STUDIED, "1,2,2,K"], r"lists\.csv, row 7: list 2 of subject 1: position 2 stands there twice"),
        ([*STUDIED[:4], "1,2,2,"], r"lists\.csv, row 6: list 2 of subject 1: item is empty"),
    ],
)
def test_a_table_of_lists_that_does_not_fit_is_refused(tmp_path, rows, message):
    with pytest.raises(DataError, match=message):
        read_position_table(write(tmp_path, GOOD), lists=lists(tmp_path, rows))


def test_a_file_that_names_its_own_items_takes_no_table_of_lists(tmp_path):
    table = write(tmp_path, ["1,1,study,1,a"], "subject,list,trial_type,position,item")
    with pytest.raises(DataError, match=r"table\.csv is read as table, which takes no --lists"):
        import_file(table, lists=lists(tmp_path))


@pytest.mark.parametrize("name", ["farrell_lewandowsky2012_e2", "nimmo_lewandowsky2006_e2", "gew2012_e2"])
def test_the_shared_data_sets_are_read_whole(human, name):
    path = human / "serial" / f"{name}.csv.gz"
    conditions = import_file(path, lists=human / "serial" / f"{name}_lists.csv.gz")
    with gzip.open(path, "rt") as file:
        codes = [line.split(",")[5] for line in file][1:]
    for code, text in ((OMISSION, "0"), (INTRUSION, "-1"), (1, "1")):
        assert sum(int((one.recalls.position == code).sum()) for one in conditions.values()) == codes.count(text)
    for one in conditions.values():
        assert one.recalls.n_outputs == one.list_length
        credited = one.recalls.position > 0
        studied = np.take_along_axis(one.study.items, np.maximum(one.recalls.position - 1, 0), axis=1)
        np.testing.assert_array_equal(one.recalls.item[credited], studied[credited])
