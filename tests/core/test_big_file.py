"""A big file reads as a small one does, byte for byte of its fields, or is refused with the same words."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memlab.core import big_file, long_file
from memlab.core.big_file import Coded
from memlab.core.errors import DataError
from memlab.core.event_order import event_order
from memlab.core.long_file import read_columns

LETTERS = st.text('a1 ,\t"\n\ré', max_size=40)


def outcome(path):
    """Return what a file reads as: rows and columns, or the error."""
    try:
        table = read_columns(path)
    except DataError as error:
        return str(error)
    return table.rows.tolist(), {name: list(column) for name, column in table.columns.items()}, table.decimal_comma


def as_big(path):
    """Return what a file reads as where every file counts as big and is read in pieces of few rows and bytes."""
    kept = long_file.BIG_FILE, big_file.PIECE, big_file.BLOCK
    long_file.BIG_FILE, big_file.PIECE, big_file.BLOCK = -1, 2, 7
    try:
        return outcome(path)
    finally:
        long_file.BIG_FILE, big_file.PIECE, big_file.BLOCK = kept


@settings(max_examples=300, deadline=None)
@given(LETTERS)
@example("1,2\n\n,\n3,4")
@example('"1\r\n2",3\r\n4,5\r\n')
@example("1,2\r\n\r\n3,4\r\n,,\r\n")
@example("1,2\r3,4\r")
@example("1,2,\n3,4,\n")
@example("1\n")
@example("\r\r,")  # pandas: "Buffer overflow caught"
def test_a_big_file_is_read_or_refused_as_a_small_one(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(b"\xef\xbb\xbf" + ("x,y\n" + rows).encode())
    small, big = outcome(path), as_big(path)
    if "unexpected end of data" not in small and "expected after" not in small:  # csv says where, in its own words
        assert big == small


@pytest.mark.parametrize("place", [5, 6, 7, 13, 14])
def test_the_byte_that_is_no_utf8_is_named_wherever_it_stands(tmp_path, place):
    path = tmp_path / "any.csv"
    content = bytearray("x,y\né,1\nü,2\nß,3\n".encode())
    content[place] = 0xFF
    path.write_bytes(content)
    assert as_big(path) == outcome(path)
    assert "is not UTF-8 text (byte" in outcome(path)


def test_rows_left_out_of_a_big_file_are_those_left_out_of_a_small_one(tmp_path, monkeypatch):
    path = tmp_path / "any.csv"
    path.write_text("x,y\n1,2\n3\n4,5\n6,7,8\n")
    monkeypatch.setattr(long_file, "BIG_FILE", -1)
    told = []
    table = read_columns(path, lambda row, what: told.append((row, what)))
    assert told == [(3, "1 fields; the header has 2."), (5, "3 fields; the header has 2.")]
    assert table.text("y") == ["2", "5"]


def test_a_coded_column_is_a_sequence_and_an_array_of_its_texts():
    column = Coded(np.array([1, 0, 1], dtype=np.int32), ("a", "b"))
    assert (len(column), list(column), column[0], column[1:]) == (3, ["b", "a", "b"], "b", ["a", "b"])
    assert np.asarray(column)[[True, False, True]].tolist() == ["b", "b"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(1, 4)), min_size=1, max_size=12))
@example([(0, False, 1), (0, False, 2), (1, True, 1)])
@example([(2, True, 2**53), (2**40, False, 1)])
def test_rows_are_ordered_by_list_then_study_then_position(rows):
    key, recall, position = map(np.array, zip(*rows, strict=True))
    assert event_order(key, recall, position).tolist() == sorted(range(len(rows)), key=lambda i: rows[i])
