"""Typed answers become items, repetitions and intrusions; a doubt never makes a correct recall."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import memlab
from memlab.core.errors import DataError
from memlab.core.recall import INTRUSION, OMISSION
from memlab.paradigms.materials import load_pool
from memlab.paradigms.scoring import KINDS, score

POOL = load_pool("nouns").words


def table(lists, answers, subject=1):
    """Lists and answers, {list: words}, as a long table."""
    rows = [(label, "study", i, word) for label, words in lists.items() for i, word in enumerate(words, 1)]
    rows += [(label, "recall", i, word) for label, words in answers.items() for i, word in enumerate(words, 1)]
    columns = dict(zip(("list", "trial_type", "position", "item"), map(list, zip(*rows, strict=True)), strict=True))
    return {"subject": [subject] * len(rows), **columns}


def decided(lists, answers, **options):
    """The decisions on the answers, each as a dict."""
    decisions = score(table(lists, answers), **options).decisions
    return [dict(zip(decisions, row, strict=True)) for row in zip(*decisions.values(), strict=True)]


LIST = {1: ["horse", "table", "moon", "elephant", "boat"]}


@pytest.mark.parametrize(
    ("typed", "item", "rule", "distance"),
    [
        ("horse", "horse", "exact", 0),
        ("  HORSE ", "horse", "form", 0),
        ("horses", "horse", "plural", 1),
        ("hrose", "horse", "spelling", 1),
        ("elefant", "elephant", "spelling", 2),
        ("ele phant", "elephant", "form", 0),
    ],
)
def test_what_is_near_enough_is_an_item_of_the_list(typed, item, rule, distance):
    (one,) = decided(LIST, {1: [typed]})
    assert (one["kind"], one["item"], one["rule"], one["distance"]) == ("correct", item, rule, distance)
    assert one["raw"] == typed


@pytest.mark.parametrize("typed", ["house", "mon", "table top", "xyz", "ele"])
def test_what_is_not_near_enough_is_an_intrusion(typed):
    lists = {1: [*LIST[1], "hound"]}
    pool = ["house"]
    (one,) = decided(lists, {1: [typed]}, pool=pool)
    expected = "moon" if typed == "mon" else typed
    assert (one["kind"], one["item"]) == ("correct" if typed == "mon" else "extra_list", expected)


def test_a_word_of_the_pool_guards_the_list():
    """'hose' is one slip from 'horse'; where 'hose' is a word, it is meant."""
    assert decided(LIST, {1: ["hose"]})[0]["kind"] == "correct"
    (one,) = decided(LIST, {1: ["hose"]}, pool=["hose"])
    assert (one["kind"], one["item"], one["rule"]) == ("extra_list", "hose", "exact")
    assert (one["runner_up"], one["runner_up_distance"]) == ("horse", 1)


def test_as_near_to_a_word_off_the_list_is_an_intrusion():
    """'bolt' is one slip from 'boat' and from 'bold': neither is taken for recalled."""
    (one,) = decided(LIST, {1: ["bolt"]}, pool=["bold"])
    assert (one["kind"], one["item"], one["rule"]) == ("extra_list", "bold", "spelling")
    (short,) = decided(LIST, {1: ["tabl"]}, pool=["tab"])  # 'tab' forgives no slip, yet it guards
    assert (short["kind"], short["item"], short["rule"]) == ("extra_list", "tabl", "guard")
    assert short["runner_up"] == "table"


def test_as_near_to_two_words_of_the_list_is_neither():
    (one,) = decided({1: ["boat", "coat"]}, {1: ["doat"]})
    assert (one["kind"], one["item"], one["rule"], one["runner_up"]) == ("extra_list", "doat", "tie", "coat")


def test_a_second_time_is_a_repetition_however_it_is_spelled():
    kinds = [one["kind"] for one in decided(LIST, {1: ["horse", "moon", "HORSES", "moon"]})]
    assert kinds == ["correct", "correct", "repetition", "repetition"]


def test_intrusions_from_earlier_lists_are_told_apart_with_how_long_ago():
    lists = {1: ["apple", "chair"], 2: ["river", "candle"], 3: ["garden", "hammer"]}
    found = decided(lists, {3: ["aple", "river", "spoon", "garden"], 1: ["garden"]})
    assert [(one["list"], one["kind"], one["lists_back"]) for one in found] == [
        ("1", "extra_list", ""),  # of a list that is still to come
        ("3", "prior_list", 2),
        ("3", "prior_list", 1),
        ("3", "extra_list", ""),
        ("3", "correct", ""),
    ]


def test_lists_are_in_the_order_of_their_numbers_not_of_the_rows():
    found = decided({10: ["apple"], 9: ["river"]}, {10: ["river"], 9: ["apple"]})
    assert {one["list"]: one["kind"] for one in found} == {"10": "prior_list", "9": "extra_list"}


def test_the_table_is_what_every_analysis_reads():
    scored = score(table(LIST, {1: ["elefant", "", "BOATS", "xyz", "boat"]}))
    data = scored.conditions["all"]
    assert data.recalls.position.tolist() == [[4, 5, INTRUSION, 5]]
    again = memlab.read_table({name: list(column) for name, column in scored.table.items()})
    assert again.recalls.position.tolist() == data.recalls.position.tolist()
    assert scored.table["typed"].tolist()[-4:] == ["elefant", "BOATS", "xyz", "boat"]
    assert scored.counts() == {
        "correct": 2, "repetition": 1, "prior_list": 0, "extra_list": 1, "omission": 0, "blank": 1
    }  # fmt: skip


def test_no_answer_can_be_a_blank_of_serial_recall():
    scored = score(table(LIST, {1: ["horse", "", "moon"]}), blanks="omission")
    assert scored.conditions["all"].recalls.position.tolist() == [[1, OMISSION, 3]]


def test_extra_columns_stay_with_their_rows():
    given = table(LIST, {1: ["moon", "", "horse"]})
    given["response_time"] = [None] * 5 + [1.5, 2.0, 3.5]
    times = score(given).conditions["all"].recalls.time
    np.testing.assert_array_equal(times, [[1.5, 3.5]])


def test_corrections_by_hand_overrule_and_are_kept():
    given = table(LIST, {1: ["hors", "pony", "tbale", "x"]})
    first = score(given).decisions
    first["corrected"][1], first["corrected"][2], first["corrected"][3] = "horse", "(blank)", "(intrusion)"
    second = score(given, corrections=first)
    assert second.decisions["item"] == ["horse", "horse", "", "(intrusion)"]
    assert second.decisions["kind"] == ["correct", "repetition", "blank", "extra_list"]
    assert second.decisions["rule"] == ["spelling", "corrected", "corrected", "corrected"]
    assert second.decisions["corrected"] == ["", "horse", "(blank)", "(intrusion)"]
    assert second.decisions["raw"] == ["hors", "pony", "tbale", "x"]


LISTS = {"list": [1, 1, 1, 2, 2], "position": [1, 2, 3, 1, 2], "item": ["dog", "horse", "ice cream", "river", "moon"]}


def test_answers_and_lists_may_be_two_tables():
    typed = {"subject": ["a", "a", "b"], "list": [1, 2, 1], "responses": ["Ice-Cream; hrose", "", "dogs, dog\nfish"]}
    scored = score(typed, lists=LISTS)
    assert scored.decisions["item"] == ["ice cream", "horse", "", "dog", "dog", "fish"]
    data = scored.conditions
    assert data["3"].study.subject.tolist() == ["a", "b"]
    assert data["2"].recalls.position.shape == (1, 0)  # a had list 2 and recalled nothing; b had it not


def test_an_answer_a_row_is_read_in_the_order_of_its_rows_or_positions():
    typed = {"subject": [1, 1], "list": [1, 1], "response": ["horse", "dog"]}
    assert score(typed, lists=LISTS).conditions["all"].recalls.position.tolist() == [[2, 1]]
    typed["position"] = [2, 1]
    assert score(typed, lists=LISTS).conditions["all"].recalls.position.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("typed", "lists", "message"),
    [
        ({"subject": [1], "list": [9], "response": ["dog"]}, LISTS, "table, row 0: table has no list 9 of subject 1"),
        ({"subject": [1], "list": [1], "answer": ["dog"]}, LISTS, "there is no column 'response'"),
        ({"subject": [1], "list": [1], "response": ["dog"]}, None, "there is no column 'trial_type'"),
    ],
)
def test_what_is_missing_is_named(typed, lists, message):
    with pytest.raises(DataError, match=message):
        score(typed, lists=lists)


def test_a_row_of_the_file_is_named(tmp_path):
    path = tmp_path / "typed.csv"
    path.write_text("subject,list,trial_type,position,item\n1,1,study,1,dog\n1,1,study,3,cat\n1,1,recall,1,dgo\n")
    with pytest.raises(DataError, match=r"typed\.csv, row 3: .*study position 2 is missing"):
        score(path)


slip = st.tuples(st.sampled_from(["drop", "swap", "double", "case"]), st.integers(0, 30))


def slipped(word, how):
    kind, place = how
    place %= len(word)
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[:place] + word[place] + word[place:]
    if kind == "swap" and place:
        return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
    return word.upper()


@settings(deadline=None, max_examples=40)
@given(st.permutations(POOL), st.lists(st.tuples(st.integers(0, 399), slip), max_size=25))
def test_one_slip_is_never_taken_for_another_word_of_the_list(pool, answers):
    lists = {1: list(pool[:15]), 2: list(pool[15:30])}
    meant = [pool[i] for i, _ in answers]
    found = decided(lists, {2: [slipped(word, how) for word, (_, how) in zip(meant, answers, strict=True)]}, pool=POOL)
    for one, word in zip(found, meant, strict=True):
        assert one["kind"] in KINDS
        if one["kind"] in ("correct", "repetition"):
            assert one["item"] == word
        if one["kind"] == "prior_list":
            assert word in lists[1]
        if word not in lists[2]:
            assert one["kind"] not in ("correct", "repetition")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=8), max_size=12))
def test_whatever_is_typed_is_decided_and_can_be_read(texts):
    scored = score(table(LIST, {1: texts}))
    assert len(scored.decisions["raw"]) == len(texts)
    position = scored.conditions["all"].recalls.position
    n_kept = sum(kind != "blank" for kind in scored.decisions["kind"])
    assert (position != 0).sum() == n_kept
