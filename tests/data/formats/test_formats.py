"""A file's format is told from the file; all of them end in the same lists."""

import gzip
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import memlab
from memlab.core.errors import DataError, UnknownName
from memlab.core.recall import Conditions
from memlab.core.table import read_conditions, write_table
from memlab.data import FORMATS, check_file, import_file
from memlab.data.formats.detect import detect_format

RECALLS = [[3, -1, 1], [2, 0, 0]]


def test_every_format_is_told_from_the_file_and_gives_the_same_lists(example):
    name, path = example
    conditions = import_file(path)
    for read in (conditions, import_file(path, name), read_conditions(path), {"": memlab.read_table(path)}):
        (data,) = read.values()
        np.testing.assert_array_equal(data.recalls.position[:2], RECALLS)
        assert data.list_length == 3
        assert data.study.list[:2].tolist() == [1, 2] if name not in ("eprime", "mapped") else True
    assert check_file(path)[0] == name


def test_what_is_imported_becomes_a_long_table_that_reads_back(example, tmp_path):
    conditions = import_file(example[1])
    read = read_conditions(write_table(conditions, tmp_path / "out.csv"))
    for ours, theirs in zip(conditions.values(), read.values(), strict=True):
        np.testing.assert_array_equal(ours.recalls.position, theirs.recalls.position)
        np.testing.assert_allclose(ours.study.onset, theirs.study.onset)
        np.testing.assert_allclose(ours.recalls.time, theirs.recalls.time)


def test_a_good_file_has_no_problems(example):
    given = {"lists_per_subject": 2} if example[0] == "quail" else {}  # its records do not say whose list they are
    name, conditions, problems = check_file(example[1], **given)
    assert name == example[0]
    assert problems.found == []
    assert sum(data.n_lists for data in conditions.values()) >= 2


@pytest.mark.parametrize("how", ["gz", "zip", "crlf", "bom", "utf-16"])
def test_packed_files_other_line_ends_and_encodings_read_alike(make, tmp_path, how):
    path = make("table")
    plain, text = import_file(path), path.read_bytes()
    if how == "gz":
        path = tmp_path / "table.csv.gz"
        path.write_bytes(gzip.compress(text))
    elif how == "zip":
        path = tmp_path / "table.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("some/folder/table.csv", text)
            archive.writestr("__MACOSX/._table.csv", b"x")
    else:
        changed = {"crlf": text.replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + text}
        path.write_bytes(changed[how] if how in changed else text.decode().encode("utf-16"))
    (read,), (theirs,) = import_file(path).values(), plain.values()
    np.testing.assert_array_equal(read.recalls.position, theirs.recalls.position)


def test_semicolons_come_with_decimal_commas(tmp_path):
    path = tmp_path / "excel.csv"
    rows = ["1;1;study;1;a;", "1;1;study;2;b;", "1;1;recall;1;b;1,25", "1;1;recall;2;a;2.5"]
    path.write_text("\n".join(["subject;list;trial_type;position;item;response_time", *rows]))
    assert memlab.read_table(path).recalls.time.tolist() == [[1.25, 2.5]]
    path.write_text(path.read_text().replace(";", ",").replace("1,25", '"1,25"'))
    with pytest.raises(DataError, match=r"row 4: response_time is '1,25'; it must be a number"):
        memlab.read_table(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"a,b,c\n1,2,3\n", "is of no format that memlab knows. Allowed: table, .* --from NAME"),
        (
            b"subject,recalls_1,output_position,serial_position\n",
            "may be position_table or recall_matrix. Say which with --from",
        ),
        (b"\xff\xfe\x00\xd8", "is not UTF-16"),
        (b"subject\xe9\n", "is not UTF-8"),
        (b"\x80\x04\x95", "is a pickle, which runs what is in it"),
        (b'{"free": {}, "fixed": {}}', "holds parameters of cymr"),
    ],
)
def test_a_file_of_no_known_format_is_refused(tmp_path, content, message):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"file\.csv.*{message}"):
        import_file(path)


@pytest.mark.parametrize("name", ["class.pkl", "people.psydat", "data.egg"])
def test_what_is_a_pickle_by_its_name_is_never_opened(tmp_path, name):
    (tmp_path / name).write_bytes(b"subject,list,trial_type,position,item\n")
    with pytest.raises(DataError, match="memlab never opens one"):
        import_file(tmp_path / name)


def test_an_unknown_format_and_a_missing_file_are_refused(make, tmp_path):
    with pytest.raises(UnknownName, match="Did you mean 'murdock_text'"):
        import_file(make("table"), "murdock-text")
    with pytest.raises(DataError, match="No such file"):
        import_file(tmp_path / "none.csv")
    with pytest.raises(DataError, match="neither a file nor a folder"):
        import_file("/dev/null")


def test_a_file_read_with_what_is_not_meant_warns_in_one_line(tmp_path):
    path = tmp_path / "class.csv"
    rows = ["1,1,study,1,cat,", "1,1,study,2,Cat,", "1,1,recall,1,cat,-1", "1,1,recall,2,Cat,-2"]
    path.write_text("\n".join(["subject,list,trial_type,position,item,response_time", *rows]))
    with pytest.warns(memlab.core.errors.DataWarning) as told:
        memlab.read_table(path)
    messages = sorted(str(warning.message) for warning in told)
    assert len(messages) == 2
    assert "'Cat' and 'cat' differ in case or blanks only" in messages[0]
    assert "came at -1 s, before the test began. It is kept as it is. (and 1 more like it" in messages[1]


HEADERS = [
    "subject,list,list_length,output_position,serial_position",
    "subject,list,list_length,output_position,serial_position,condition,irt_ms",
    "subject,list_length,recalls_1,recalls_2,recalls_3",
    "subject,recalls_1,recalls_2,pres_itemnos_1,pres_itemnos_2,pres_itemnos_3",
    "subject,list,trial_type,position,item",
    "subject,list,trial_type,position,item,response_time,condition,onset,delay,max_responses,recall_seconds",
    "onset,duration,trial_type,item_name,list,subject,response_time",
    "trial_index,time_elapsed,subject,list,phase,word,response,rt",
    "participant,expName,block,phase,word,typed,response_time",
]
FIELD = st.sampled_from(
    [
        "",
        "0",
        "1",
        "2",
        "3",
        "-1",
        "88",
        "1.5",
        "nan",
        "inf",
        "1e300",
        "x",
        "study",
        "recall",
        "WORD",
        "REC_WORD",
        '"',
        "(omission)",
    ]
)
ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@ANY
@given(st.sampled_from(HEADERS), st.lists(st.lists(FIELD, min_size=4, max_size=7), max_size=6))
def test_any_table_is_read_or_refused_in_one_line_and_validated_alike(tmp_path_factory, header, rows):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    width = header.count(",") + 1
    path.write_text("\n".join([header, *(",".join((row * 3)[:width]) for row in rows)]) + "\n")
    read_or_refused(path)


@ANY
@given(
    st.binary(max_size=60)
    | st.text("0123 8\n,", max_size=60).map(str.encode)
    | st.text('{}[]":,presc1 ', max_size=40).map(str.encode),
    st.sampled_from(["csv", "txt", "mat", "json", "gz", "zip", "h5", "tsv"]),
)
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("any") / f"fr3-1.{suffix}"
    path.write_bytes(content)
    read_or_refused(path)


@pytest.mark.parametrize("name", FORMATS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path_factory, make, name, data):
    path = make(name, tmp_path_factory.mktemp("damaged"))
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]  # a download that broke off
    for _ in range(data.draw(st.integers(0, 4))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    read_or_refused(path, name)


def read_or_refused(path, *formats):
    """Assert that a file is read, or refused in one line that names it; and that validation finds errors just then."""
    message = ""
    try:
        assert isinstance(import_file(path, *formats), Conditions)
    except DataError as error:
        message = str(error)
    assert not message or (path.name in message and len(message.splitlines()) == 1)
    refused = None
    try:
        _, read, problems = check_file(path, *formats)
    except DataError as error:
        refused = str(error)
    if refused:  # its format cannot be told
        assert refused == message
        return
    assert bool(problems.errors) == bool(message), (message, problems.found)
    assert (read is None) == bool(message)


def test_detecting_looks_at_the_start_of_a_file_only(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"subject,list,trial_type,position,item\n" + b"\xff" * 200_000)
    assert detect_format(path) == "table"
