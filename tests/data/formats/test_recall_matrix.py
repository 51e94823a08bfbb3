"""A padded matrix, MATLAB or CSV, is read exactly, or refused with the row and the column."""

import numpy as np
import pytest
import scipy.io

from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION, STOP
from memlab.data.formats.embam import read_embam
from memlab.data.formats.recall_matrix import read_recall_matrix

RECALLS = [[3, -1, 1, 0], [0, 0, 0, 0], [2, 2, 1, 3]]
ITEMS = [[11, 12, 13], [14, 15, 16], [11, 14, 12]]
SUBJECT = [[1], [1], [7]]
GOOD = {"recalls": RECALLS, "pres_itemnos": ITEMS, "subject": SUBJECT}


def matlab(tmp_path, variables, name="data.mat"):
    path = tmp_path / name
    scipy.io.savemat(path, variables)
    return path


def write(tmp_path, header, *rows):
    path = tmp_path / "matrix.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.mark.parametrize("variables", [GOOD, {"data": GOOD}], ids=["variables", "one struct"])
def test_a_matlab_file_becomes_lists_that_know_their_items(tmp_path, variables):
    (data,) = read_embam(matlab(tmp_path, variables)).values()
    np.testing.assert_array_equal(data.recalls.position, [[3, INTRUSION, 1, STOP], [STOP] * 4, [2, 2, 1, 3]])
    assert data.study.subject.tolist() == [1, 1, 7]
    assert data.study.list.tolist() == [1, 2, 1]
    words = [[data.study.pool.words[i] for i in row] for row in data.study.items]
    assert words == [[str(i) for i in row] for row in ITEMS]


def test_nan_and_0_both_pad(tmp_path):
    recalls = [[3, -1, 1, np.nan], [np.nan] * 4, [2, 2, 1, 3]]
    one, two = (
        next(iter(read_embam(matlab(tmp_path, {**GOOD, "recalls": r}, f"{i}.mat")).values()))
        for i, r in enumerate((RECALLS, recalls))
    )
    np.testing.assert_array_equal(one.recalls.position, two.recalls.position)


def test_shorter_lists_are_conditions_of_their_own(tmp_path):
    items = [[11, 12, 13], [14, 15, 0], [11, 14, 12]]
    conditions = read_embam(matlab(tmp_path, {**GOOD, "pres_itemnos": items}))
    assert list(conditions) == ["3", "2"]
    assert conditions["2"].n_lists == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recalls": [[4, 0], [0, 0], [1, 0]]}, "row 1: recalls, column 1: 4; allowed: 1-3, -1"),
        ({"recalls": [[1, 0], [-2, 0], [1, 0]]}, "row 2: recalls, column 1: -2; allowed"),
        ({"recalls": [[1, 0], [1.5, 0], [1, 0]]}, r"row 2: recalls, column 1: 1\.5 is no whole number"),
        ({"recalls": [[1, 0], [0, 2], [1, 0]]}, "row 2: recalls, column 2: 2 after the padding"),
        ({"recalls": [[1, np.inf], [0, 0], [1, 0]]}, "row 1: recalls, column 2: inf is no whole number"),
        ({"pres_itemnos": [[1e300, 2, 3], [4, 5, 6], [7, 8, 9]]}, "row 1: pres_itemnos, column 1: 1e.300 is no whole"),
        ({"recalls": [[1, 0]]}, "recalls has 1 rows, subject 3, pres_itemnos 3"),
        ({"recalls": "words"}, "recalls must be a matrix of numbers"),
        ({"recalls": np.array([["a", "b"]], dtype=object)}, "recalls must be a matrix of numbers"),
        ({"pres_itemnos": [[1, 2, 3], [0, 0, 0], [6, 7, 8]]}, "row 2: the list has no items"),
        ({"subject": [[1], [1.5], [2]]}, "subject must be whole numbers"),
        ({"subject": [[1], [np.nan], [2]]}, "subject must be whole numbers"),
    ],
)
def test_an_odd_matlab_file_is_refused_with_its_place(tmp_path, change, message):
    with pytest.raises(DataError, match=rf"data\.mat.*{message}"):
        read_embam(matlab(tmp_path, {**GOOD, **change}))


def test_a_missing_variable_is_named(tmp_path):
    with pytest.raises(DataError, match="no variable 'pres_itemnos'. Needed: .*; found: recalls, subject"):
        read_embam(matlab(tmp_path, {"recalls": RECALLS, "subject": SUBJECT}))


def test_an_item_studied_twice_counts_as_its_first_position(tmp_path):
    items = [[11, 12, 11], [14, 15, 16], [11, 14, 12]]
    (data,) = read_embam(matlab(tmp_path, {**GOOD, "pres_itemnos": items})).values()
    np.testing.assert_array_equal(data.recalls.position[0], [1, INTRUSION, 1, STOP])
    assert data.study.n_items.tolist() == [2, 3, 3]


@pytest.mark.parametrize("content", [b"", b"plain text", b"MATLAB 5.0 MAT-file" + bytes(200)])
def test_a_file_that_is_not_matlab_is_refused(tmp_path, content):
    path = tmp_path / "data.mat"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"data\.mat (is not a readable MATLAB file|has no)|there is no variable"):
        read_embam(path)


def test_a_csv_file_with_list_length_reads_alike(tmp_path):
    path = write(
        tmp_path,
        "subject,condition,list_length,recalls_1,recalls_2,recalls_3,recalls_4",
        "1,a,3,3,-1,1,0",
        "1,a,3,,,,",
        "7,a,3,2,2,1,3",
    )
    (data,) = read_recall_matrix(path).values()
    (theirs,) = read_embam(matlab(tmp_path, GOOD)).values()
    np.testing.assert_array_equal(data.recalls.position, theirs.recalls.position)
    assert data.name == "a"
    assert data.study.pool is None


def test_a_csv_file_may_number_its_lists_and_items(tmp_path):
    path = write(tmp_path, "subject,list,recalls1,pres_itemnos1,pres_itemnos2", "x,4,2,11,12", "x,5,1,12,13")
    (data,) = read_recall_matrix(path).values()
    assert data.study.list.tolist() == [4, 5]
    assert data.study.subject.tolist() == ["x", "x"]
    assert data.study.pool.words == ("11", "12", "13")


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("subject,list_length,recalls_1,recalls_3", ["1,3,1,2"], "the column recalls_2 is missing"),
        ("subject,list_length", ["1,3"], "there are no columns recalls_1"),
        ("subject,recalls_1", ["1,3"], "there is no column 'list_length'"),
        ("subject,list_length,recalls_1", ["1,3,1", "1,3,5"], "row 3: recalls, column 1: 5; allowed: 1-3"),
        ("subject,list_length,recalls_1", ["1,3,one"], "row 2: recalls_1 is 'one'; it must be a number"),
        ("subject,list,list_length,recalls_1", ["1,1,3,1", "1,1,3,2"], "row 3: list 1 of subject 1 stands there twice"),
    ],
)
def test_a_bad_csv_file_is_refused_with_its_place(tmp_path, header, rows, message):
    with pytest.raises(DataError, match=rf"matrix\.csv.*{message}"):
        read_recall_matrix(write(tmp_path, header, *rows))
