"""BIDS events are read by session and subject, with their times, and written as a validator would have them."""

import csv
import json

import numpy as np
import pytest

from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION
from memlab.data import check_file, export_file, import_file
from memlab.data.formats.bids import read_bids

HEADER = "onset\tduration\tsample\ttrial_type\tresponse_time\titem_name\tserialpos\tlist\tsession\tsubject"
SESSION = [
    "0.0\t0\t0\tSESS_START\tn/a\tn/a\tn/a\t-999\t0\tR1\n",
    "1.0\t1.6\t1\tWORD\tn/a\tPRACTICE\t1\t-1\t0\tR1\n",
    "10.0\t1.6\t1\tWORD\tn/a\tCAT\t1\t1\t0\tR1\n",
    "12.5\t1.6\t1\tWORD\tn/a\tDOG\t2\t1\t0\tR1\n",
    "15.0\t0\t1\tDISTRACT_START\tn/a\tn/a\tn/a\t1\t0\tR1\n",
    "35.0\t0\t1\tDISTRACT_END\tn/a\tn/a\tn/a\t1\t0\tR1\n",
    "36.0\t0\t1\tREC_START\tn/a\tn/a\tn/a\t1\t0\tR1\n",
    "37.2\t0\t1\tREC_WORD\t1.2\tDOG\t2\t1\t0\tR1\n",
    "38.0\t0\t1\tREC_WORD_VV\t2.0\tn/a\t-999\t1\t0\tR1\n",
    "39.0\t0\t1\tREC_WORD\t3.0\tOWL\t-999\t1\t0\tR1\n",
    "66.0\t0\t1\tREC_END\tn/a\tn/a\tn/a\t1\t0\tR1\n",
]


def write(folder, name="sub-R1_ses-0_task-FR1_events.tsv", header=HEADER, rows=SESSION):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(header + "\n" + "".join(rows))
    return path


def test_words_and_recalls_of_a_list_are_read_with_times_and_distraction(tmp_path):
    (data,) = read_bids(write(tmp_path)).values()
    np.testing.assert_array_equal(data.recalls.position, [[2, INTRUSION]])
    np.testing.assert_allclose(data.recalls.time, [[1.2, 3.0]])
    np.testing.assert_allclose(data.study.onset, [[0.0, 2.5]])
    np.testing.assert_allclose(data.study.distractor, [[0.0, 0.0, 20.0]])
    assert data.study.subject.tolist() == ["R1"]
    assert data.study.pool.words == ("CAT", "DOG", "OWL")


def test_a_practice_list_is_left_out_with_a_warning(tmp_path):
    _, _, problems = check_file(write(tmp_path))
    assert [(p.row, p.column, p.effect) for p in problems.found] == [(3, "list", "is left out")]


def test_without_response_times_those_since_the_start_of_recall_count(tmp_path):
    rows = [row.replace("\t1.2\t", "\tn/a\t").replace("\t3.0\t", "\tn/a\t") for row in SESSION]
    (data,) = read_bids(write(tmp_path, rows=rows)).values()
    np.testing.assert_allclose(data.recalls.time, [[1.2, 3.0]])


def test_a_sidecar_may_say_that_times_are_milliseconds(tmp_path):
    rows = [row.replace("\t1.2\t", "\t1200\t").replace("\t3.0\t", "\t3000\t") for row in SESSION]
    path = write(tmp_path / "sub-R1" / "beh", rows=rows)
    (tmp_path / "task-FR1_events.json").write_text(json.dumps({"response_time": {"Units": "ms"}}))
    (data,) = read_bids(path).values()
    np.testing.assert_allclose(data.recalls.time, [[1.2, 3.0]])


def test_a_folder_is_read_whole_and_lists_are_numbered_on_from_session_to_session(tmp_path):
    for session in (2, 10, 1):
        folder = tmp_path / "sub-R1" / f"ses-{session}" / "beh"
        rows = [row.replace("\t0\tR1\n", f"\t{session}\tR1\n") for row in SESSION]
        second = [row.replace(f"\t1\t{session}\tR1", f"\t3\t{session}\tR1") for row in rows[2:]]
        write(folder, f"sub-R1_ses-{session}_task-FR1_events.tsv", rows=rows + second)
    write(
        tmp_path / "sub-R2" / "func", "sub-R2_task-rest_events.tsv", "onset\tduration\ttrial_type", ["0\t1\tfixation\n"]
    )
    (tmp_path / "dataset_description.json").write_text("{}")
    (data,) = import_file(tmp_path).values()
    assert sorted(data.study.list.tolist()) == [1, 3, 4, 6, 7, 9]
    assert data.study.subject.tolist() == ["R1"] * 6


def test_the_subject_may_stand_in_the_name_alone(tmp_path):
    rows = [row.replace("\t0\tR1\n", "\n") for row in SESSION]
    header = HEADER.replace("\tsession\tsubject", "")
    (data,) = read_bids(write(tmp_path, "sub-007_task-FR1_events.tsv", header, rows)).values()
    assert data.study.subject.tolist() == [7]


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        (HEADER.replace("list", "block"), SESSION, "there is no column 'list'"),
        (HEADER, SESSION[:2], "there are no events of trial_type WORD"),
        (HEADER, SESSION[6:], "there are recalls but no study rows"),
        (HEADER, [row.replace("12.5", "x") for row in SESSION], "row 5: onset is 'x'; it must be a number"),
    ],
)
def test_an_events_file_that_breaks_a_rule_is_refused(tmp_path, header, rows, message):
    with pytest.raises(DataError, match=message):
        read_bids(write(tmp_path, header=header, rows=rows))


def test_what_is_written_runs_on_one_clock_and_has_its_sidecar(tmp_path):
    conditions = read_bids(write(tmp_path))
    path = tmp_path / "out_events.tsv"
    export_file(conditions, path)
    rows = list(csv.DictReader(path.open(encoding="utf-8"), delimiter="\t"))
    assert [row["trial_type"] for row in rows] == [
        *["WORD", "WORD", "DISTRACT_START", "DISTRACT_END", "REC_START", "REC_WORD", "REC_WORD"]
    ]
    assert [float(row["onset"]) for row in rows] == [0, 2.5, 5, 25, 25, 26.2, 28]
    assert [row["serialpos"] for row in rows] == ["1", "2", "n/a", "n/a", "n/a", "2", "n/a"]
    sidecar = json.loads((tmp_path / "out_events.json").read_text())
    assert set(sidecar) == set(rows[0])
    assert set(sidecar["trial_type"]["Levels"]) == {row["trial_type"] for row in rows}
