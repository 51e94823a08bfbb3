"""A file's format is told from the file; all of them end in the same long table."""

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st

from memlab.core.errors import DataError, UnknownName
from memlab.core.recall import Conditions
from memlab.core.table import read_conditions, write_table
from memlab.data import FORMATS, import_file
from memlab.data.formats import detect_format

TEXT = "3 88 1\n2\n" * 40


def files(tmp_path):
    """Return the same two first lists (3, an intrusion, 1; then 2) in every format."""
    (tmp_path / "fr3-1.txt").write_text(TEXT)
    (tmp_path / "matrix.csv").write_text("subject,list_length,recalls_1,recalls_2,recalls_3\n1,3,3,-1,1\n1,3,2,0,0\n")
    scipy.io.savemat(
        tmp_path / "matrix.mat",
        {"recalls": [[3, -1, 1], [2, 0, 0]], "pres_itemnos": [[1, 2, 3], [4, 5, 6]], "subject": [[1], [1]]},
    )
    (tmp_path / "positions.csv").write_text(
        "subject,list,list_length,output_position,serial_position\n1,1,3,1,3\n1,1,3,2,-1\n1,1,3,3,1\n1,2,3,1,2\n"
    )
    rows = [f"1,{n},study,{i},w{n}{i}" for n in (1, 2) for i in (1, 2, 3)]
    recalls = ["1,1,recall,1,w13", "1,1,recall,2,x", "1,1,recall,3,w11", "1,2,recall,1,w22"]
    (tmp_path / "table.csv").write_text("\n".join(["subject,list,trial_type,position,item", *rows, *recalls]) + "\n")
    return {
        "murdock_text": tmp_path / "fr3-1.txt",
        "recall_matrix": tmp_path / "matrix.csv",
        "position_table": tmp_path / "positions.csv",
        "table": tmp_path / "table.csv",
    }


def test_every_format_is_told_from_the_file_and_gives_the_same_lists(tmp_path):
    by_format = files(tmp_path)
    assert set(by_format) == set(FORMATS)
    for name, path in {**by_format, "recall_matrix": tmp_path / "matrix.mat"}.items():
        assert detect_format(path) == name
        for conditions in (import_file(path), import_file(path, name)):
            (data,) = conditions.values()
            np.testing.assert_array_equal(data.recalls.position[:2], [[3, -1, 1], [2, 0, 0]])


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_imported_becomes_a_long_table_that_reads_back(tmp_path, name):
    conditions = import_file(files(tmp_path)[name])
    read = read_conditions(write_table(conditions, tmp_path / "out.csv"))
    for ours, theirs in zip(conditions.values(), read.values(), strict=True):
        np.testing.assert_array_equal(ours.recalls.position, theirs.recalls.position)
        np.testing.assert_array_equal(ours.study.onset, theirs.study.onset)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"a,b,c\n1,2,3\n", "is of no format that memlab knows. Allowed: table"),
        (b"\xff\xfe\x00\n", "is not UTF-8"),
    ],
)
def test_a_file_of_no_known_format_is_refused(tmp_path, content, message):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"file\.csv.*{message}"):
        import_file(path)


def test_an_unknown_format_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(UnknownName, match="Did you mean 'murdock_text'"):
        import_file(files(tmp_path)["table"], "murdock-text")
    with pytest.raises(DataError, match="there is no such file"):
        import_file(tmp_path / "none.csv")


HEADERS = [
    "subject,list,list_length,output_position,serial_position",
    "subject,list,list_length,output_position,serial_position,condition,irt_ms",
    "subject,list_length,recalls_1,recalls_2,recalls_3",
    "subject,recalls_1,recalls_2,pres_itemnos_1,pres_itemnos_2,pres_itemnos_3",
    "subject,list,trial_type,position,item",
]
FIELD = st.sampled_from(["", "0", "1", "2", "3", "-1", "88", "1.5", "nan", "inf", "1e300", "x", "study", "recall", '"'])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(HEADERS), st.lists(st.lists(FIELD, min_size=4, max_size=7), max_size=6))
def test_any_table_is_read_or_refused_in_one_line(tmp_path_factory, header, rows):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    width = header.count(",") + 1
    path.write_text("\n".join([header, *(",".join((row * 2)[:width]) for row in rows)]) + "\n")
    read_or_refused(path)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60) | st.text("0123 8\n,", max_size=60).map(str.encode), st.sampled_from(["csv", "txt", "mat"])
)
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("any") / f"fr3-1.{suffix}"
    path.write_bytes(content)
    read_or_refused(path)


def read_or_refused(path):
    message = ""
    try:
        assert isinstance(import_file(path), Conditions)
    except DataError as error:
        message = str(error)
    assert not message or (path.name in message and len(message.splitlines()) == 1)
