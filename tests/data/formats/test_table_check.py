"""Every problem of a long table is listed with its row and column, and what is done about it."""

import pytest

from memlab.core.errors import DataError
from memlab.core.table import read_conditions
from memlab.data import check_file

HEADER = "subject,list,trial_type,position,item,condition,response_time"
GOOD = ["1,1,study,1,cat,a,", "1,1,study,2,dog,a,", "1,1,recall,1,dog,a,0.5"]


def problems_of(tmp_path, *rows, header=HEADER):
    path = tmp_path / "class.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    kind, conditions, problems = check_file(path)
    assert kind == "table"
    if problems.errors:
        assert conditions is None
        with pytest.raises(DataError):
            read_conditions(path)
    return [(p.kind, p.row, p.column, p.problem) for p in problems.found]


def test_a_file_with_many_errors_has_them_all_listed(tmp_path):
    rows = [
        *GOOD,
        "1,2,study,1,cat,a,",
        "1,2,study,1,fox,a,",
        "1,2,study,4,hen,b,",
        "1,2,recal,1,hen,a,x",
        "1,2,recall,1.5,,a,",
        ",2,recall,0,hen,a,",
        "1,3,recall,1,cat,a,",
        "1,4,study,1,owl",
    ]
    found = problems_of(tmp_path, *rows)
    assert len(found) == 12
    told = {(row, column) for _, row, column, _ in found}
    assert told == {
        (12, ""),
        (8, "response_time"),
        (8, "trial_type"),
        (10, "subject"),
        (9, "item"),
        (9, "position"),
        (10, "position"),
        (6, "position"),  # stands there twice
        (5, "position"),  # 2 and 3 are missing
        (7, "condition"),
        (11, ""),  # recalls without study
    }


def test_missing_columns_are_all_named(tmp_path):
    found = problems_of(tmp_path, "1,1,1", header="subject,list,position")
    assert [(row, column) for _, row, column, _ in found] == [(1, "trial_type"), (1, "item")]


def test_a_column_that_may_be_meant_is_named(tmp_path):
    found = problems_of(tmp_path, *GOOD, header=HEADER.replace("trial_type", "trialtype").replace("item", "Item"))
    assert [problem[: problem.index(";")] for *_, problem in found] == [
        "there is no such column (is 'trialtype' meant?)",
        "there is no such column (is 'Item' meant?)",
    ]
    found = problems_of(tmp_path, *GOOD, header=HEADER.upper())
    assert [column for _, _, column, _ in found] == ["subject", "list", "trial_type", "position", "item"]


def test_doubts_are_warnings_and_the_file_is_read(tmp_path):
    rows = [*GOOD, "1,1,recall,2,Dog,a,-3", "1,1,recall,3,cat ,a,1"]
    assert problems_of(tmp_path, *rows) == [
        ("warning", 5, "response_time", "list 1 of subject 1: response_time is -3 s, before the test began."),
        ("warning", 5, "response_time", "list 1 of subject 1: it came at -3 s, before the response before it (0.5 s)."),
        ("warning", 5, "item", "'Dog' (row 5) and 'dog' (row 3) differ in case or blanks only."),
    ]


def test_what_the_checks_do_not_know_is_still_an_error(tmp_path):
    header = HEADER + ",onset"
    found = problems_of(tmp_path, *(f"{row}," for row in GOOD[:1]), f"{GOOD[1]},2", f"{GOOD[2]},", header=header)
    assert found == [("error", 2, "", "list 1 of subject 1: a study row has no onset.")]


def test_labels_that_are_the_same_number_are_one_list(tmp_path):
    """Found by fuzzing."""
    assert problems_of(tmp_path, *GOOD[:2], GOOD[2].replace("1,1,", "1,01,")) == []


def test_a_group_of_people_is_no_group_of_items(tmp_path):
    assert problems_of(tmp_path, *(f"{row},young" for row in GOOD), header=HEADER + ",group") == []


@pytest.mark.filterwarnings("error")
def test_a_response_without_an_item_is_a_warning_with_its_row(tmp_path):
    found = problems_of(tmp_path, *GOOD, "1,1,recall,2,,a,0.9")
    assert found == [("warning", 5, "item", "item is empty.")]


def test_a_table_of_typed_answers_is_sent_to_scoring(tmp_path):
    found = problems_of(tmp_path, '1,1,"cat, dog"', header="subject,list,responses")
    assert "these look like typed answers: memlab score FILE --lists LISTS" in found[0][3]


def test_a_subject_without_any_response_is_a_warning(tmp_path):
    found = problems_of(tmp_path, *GOOD, "2,1,study,1,cat,a,", "2,1,study,2,dog,a,")
    assert found == [("warning", None, "subject", "subject 2 has no response in any list.")]
    found = problems_of(tmp_path, *GOOD[:2], "2,1,study,1,cat,a,", "2,1,study,2,dog,a,")
    assert found == [("warning", None, "", "there is no response in any list.")]
