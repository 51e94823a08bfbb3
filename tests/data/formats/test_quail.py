"""quail's JSON is read in both layouts, and written as an Egg is made from."""

import json

import numpy as np
import pytest

from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION
from memlab.data import check_file, import_file
from memlab.data.formats.quail import read_quail, write_quail

PRES = [[["cat", "bat", "hat"], ["zoo", "animal"]], [["cat", "bat", "hat"], ["foo", "bar"]]]
REC = [[["bat", "cat", "cow"], ["zoo"]], [["hat"], []]]


def write(tmp_path, **content):
    path = tmp_path / "egg.json"
    path.write_text(json.dumps(content))
    return path


def test_nested_lists_are_subjects_of_lists_of_words(tmp_path):
    conditions = read_quail(write(tmp_path, pres=PRES, rec=REC))
    three, two = conditions["3"], conditions["2"]
    assert three.study.subject.tolist() == two.study.subject.tolist() == [1, 2]
    np.testing.assert_array_equal(three.recalls.position, [[2, 1, INTRUSION], [3, 0, 0]])
    np.testing.assert_array_equal(two.recalls.position, [[1], [0]])


def test_objects_with_features_read_alike(tmp_path):
    pres = [[[{"item": word, "size": "large"} for word in words] for words in lists] for lists in PRES]
    rec = [[[{"item": word} for word in words] for words in lists] for lists in REC]
    ours, theirs = read_quail(write(tmp_path, pres=pres, rec=rec)), read_quail(write(tmp_path, pres=PRES, rec=REC))
    for name in ours:
        np.testing.assert_array_equal(ours[name].recalls.position, theirs[name].recalls.position)


def test_records_do_not_say_whose_list_it_is(tmp_path):
    records = [{str(i): {"item": word} for i, word in enumerate(words)} for words in (["a", "b"],) * 4]
    path = write(tmp_path, pres=records, rec=[{"0": {"item": "b"}}, {"0": {"item": None}}, {"0": None}, {"0": "a"}])
    (data,) = read_quail(path).values()
    assert data.study.subject.tolist() == [1, 1, 1, 1]
    np.testing.assert_array_equal(data.recalls.position, [[2], [0], [0], [1]])
    (data,) = import_file(path, lists_per_subject=2).values()
    assert data.study.subject.tolist() == [1, 1, 2, 2]
    assert data.study.list.tolist() == [1, 2, 1, 2]
    (warned,) = check_file(path)[2].found
    assert (warned.kind, warned.effect) == (
        "warning",
        "counts as 4 lists of one subject; with memlab convert --lists-per-subject N each has N",
    )
    assert check_file(path, lists_per_subject=4)[2].found == []


def test_eleven_places_are_in_the_order_of_their_numbers(tmp_path):
    record = {str(i): {"item": f"w{i}"} for i in (10, 2, 1, 0, 3, 4, 5, 6, 7, 8, 9)}
    (data,) = read_quail(write(tmp_path, pres=[record], rec=[{"0": {"item": "w10"}}])).values()
    assert data.recalls.position.tolist() == [[11]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"pres": PRES}, "quail's JSON is an object with 'pres' and 'rec'"),
        ({"pres": 3, "rec": []}, "'pres' must be a list"),
        ({"pres": "[", "rec": "[]"}, "the text in 'pres' is no JSON"),
        ({"pres": PRES, "rec": REC[:1]}, r"pres has lists \[2, 2\] by subject and rec \[2\]"),
        ({"pres": [], "rec": []}, "has no lists"),
        ({"pres": [[["a", True]]], "rec": [[["a"]]]}, "row 1: pres, place 2: 'True' is no item"),
    ],
)
def test_another_layout_is_refused(tmp_path, content, message):
    with pytest.raises(DataError, match=rf"egg\.json.*{message}"):
        read_quail(write(tmp_path, **content))


def test_broken_json_is_refused_with_its_place(tmp_path):
    path = tmp_path / "egg.json"
    path.write_text('{"pres": [],\n "rec": }')
    with pytest.raises(DataError, match=r"egg\.json, row 2, column 9: Expecting value; it is no JSON"):
        read_quail(path)
    path.write_text("[" * 100_000)
    with pytest.raises(DataError, match="no JSON"):
        read_quail(path)


def test_every_problem_is_listed(tmp_path):
    _, _, problems = check_file(write(tmp_path, pres=[[["a", ""], ["b"]]], rec=[[[" "], [[1]]]]), "quail")
    assert [(p.row, p.column) for p in problems.errors] == [(1, "pres"), (1, "rec"), (2, "rec")]


def test_what_is_written_is_what_an_egg_is_made_from(make, tmp_path):
    content = json.loads(write_quail(import_file(make("table")), tmp_path / "out.json").read_text())
    assert content["pres"][0][0] == [{"item": "w11"}, {"item": "w12"}, {"item": "w13"}]
    assert content["rec"][0] == [[{"item": "w13"}, {"item": "x"}, {"item": "w11"}], [{"item": "w22"}]]
    assert set(content) == {"pres", "rec", "meta"}
