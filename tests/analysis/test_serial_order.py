"""Serial order counted by hand on lists of six, for every analysis and both engines."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memlab.analysis import (
    displacement_latency,
    fill_in,
    fill_in_counts,
    length_function,
    protrusions,
    ranschburg,
    serial_accuracy,
    serial_accuracy_counts,
    serial_error_counts,
    serial_errors,
    serial_kernels,
    serial_latency,
    serial_vectorised,
    transposition_counts,
    transposition_gradient,
)
from memlab.analysis.serial_order import ERRORS
from memlab.core.errors import DataError, UsageError
from memlab.core.recall import Conditions, RecallData, Recalls, StudyLists
from memlab.core.serial_test import SerialTest

BLANK = -2
WRONG = -1

# The example of the manual. Item 3 comes one too early, 2 fills in; an intrusion; 5 is right; 3 is repeated.
EXAMPLE = [1, 3, 2, WRONG, 5, 3]


def lists(*rows, length=6, subject=None, items=None, number=None, item=None, time=None, **asked):
    width = max(map(len, rows))
    position = np.array([[*row, *[0] * (width - len(row))] for row in rows])
    study = StudyLists.simple(len(rows), length, subject=subject)
    changes = {"serial": SerialTest(**asked)}
    changes |= {} if items is None else {"items": np.array(items)}
    changes |= {} if number is None else {"list": np.array(number)}
    return RecallData(dataclasses.replace(study, **changes), Recalls(position, time, item))


def actual(counts):
    return counts.actual.sum(axis=0).tolist()


def errors_of(data):
    return {error: actual(serial_error_counts(data, error)) for error in ERRORS}


def gradient_of(data, **options):
    counts = transposition_counts(data, **options)
    return {x: n for x, n in zip(counts.x.tolist(), actual(counts), strict=True) if n}


@pytest.mark.parametrize(
    ("scoring", "right"),
    [("strict", [1, 0, 0, 0, 1, 0]), ("item", [1, 1, 1, 0, 1, 0]), ("relative", [1, 0, 0, 0, 0, 0])],
)
def test_the_three_scorings_of_the_example(scoring, right):
    counts = serial_accuracy_counts(lists(EXAMPLE), scoring)
    assert actual(counts) == right
    assert counts.possible.tolist() == [[1] * 6]


def test_relative_scoring_asks_for_the_item_before_and_for_item_1_first_of_all():
    for row, right in [
        ([2, 3, 4, 1, 5, 6], [0, 0, 1, 1, 0, 1]),  # 3 after 2, 4 after 3, 6 after 5
        ([BLANK, 1, 2, 3, 4, 5], [0, 1, 1, 1, 1, 0]),  # 1 is not first of all
        ([1, BLANK, 2, WRONG, 3, 4], [1, 0, 0, 1, 0, 0]),  # a blank and an intrusion break; 4 comes after 3
        ([2, 1, 2, 3, 3, 4], [0, 0, 1, 1, 0, 0]),  # of 2 the first counts; 4 comes after the second 3
    ]:
        assert actual(serial_accuracy_counts(lists(row), "relative")) == right


def test_the_errors_of_the_example():
    assert errors_of(lists(EXAMPLE)) == {
        "correct": [1, 0, 0, 0, 1, 0],
        "transposition": [0, 1, 1, 0, 0, 0],
        "anticipation": [0, 1, 0, 0, 0, 0],
        "postponement": [0, 0, 1, 0, 0, 0],
        "repetition": [0, 0, 0, 0, 0, 1],
        "intrusion": [0, 0, 0, 1, 0, 0],
        "omission": [0] * 6,
        "omission_or_intrusion": [0, 0, 0, 1, 0, 0],
    }


def test_a_place_after_the_end_of_recall_is_an_omission_like_a_blank():
    early, blank = lists([1, 2], [1, 2]), lists([1, 2, BLANK, BLANK, BLANK, BLANK])
    assert errors_of(early)["omission"] == [0, 0, 2, 2, 2, 2]
    assert errors_of(blank)["omission"] == [0, 0, 1, 1, 1, 1]


def test_a_repeat_at_its_own_place_is_correct_and_one_elsewhere_a_repetition():
    found = errors_of(lists([3, 2, 3, 3, 5, 6]))
    assert found["correct"] == [0, 1, 1, 0, 1, 1]
    assert found["repetition"] == [0, 0, 0, 1, 0, 0]


def test_displacements_are_output_less_serial_position_and_a_repeat_counts_on_request():
    assert gradient_of(lists(EXAMPLE)) == {-1: 1, 0: 2, 1: 1}
    assert gradient_of(lists(EXAMPLE), repeats="keep") == {-1: 1, 0: 2, 1: 1, 3: 1}


def test_an_item_given_at_place_k_opens_the_displacements_k_less_the_length_to_k_less_1():
    counts = transposition_counts(lists([WRONG, 3, BLANK, BLANK]), repeats="drop")
    assert counts.x.tolist() == list(range(-5, 6))
    assert counts.possible.tolist() == [[0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]]  # place 2 of 6: -4 .. 1


def test_shares_of_transpositions_add_up_to_1_and_leave_0_out():
    table = transposition_gradient(lists(EXAMPLE, [2, 1, 3, 4, 5, 6]), as_frame=False)
    share = dict(zip(table["displacement"].tolist(), table["share"].tolist(), strict=True))
    assert np.isnan(share[0])
    assert (share[-1], share[1], share[2]) == (0.5, 0.5, 0)


@pytest.mark.parametrize(
    ("row", "any_", "first", "strict"),
    [
        ([1, 3, 2, 4, 5, 6], (1, 0, 0), (1, 0, 0), (1, 0, 0)),  # fill-in
        ([1, 3, 4, 2, 5, 6], (0, 1, 1), (0, 1, 0), (0, 1, 0)),  # infill: 3 is followed by 4; 4, early too, by 2
        ([1, 3, 4, 5, 6, 2], (0, 3, 1), (0, 1, 0), (0, 1, 0)),  # 4, 5 and 6 are early as well; 6 is followed by 2
        ([WRONG, 3, 2, 4, 5, 6], (1, 0, 0), (1, 0, 0), (0, 0, 0)),  # an intrusion is the first error of any kind
        ([2, 2, 1, 4, 5, 6], (0, 0, 1), (0, 0, 1), (0, 0, 1)),  # the repeat is passed over; 1 is two places late
        ([1, 3, BLANK, 5, 6, 4], (0, 2, 1), (0, 1, 0), (0, 0, 1)),  # past the blank, 5 is as early as 3 was
        ([1, 2, 3, 4, 6, 5], (1, 0, 0), (1, 0, 0), (1, 0, 0)),
        ([1, 2, 3, 4, 6], (0, 0, 1), (0, 0, 1), (0, 0, 1)),  # nothing follows
        ([1, 4, 2, 3, 5, 6], (0, 0, 0), (0, 0, 0), (0, 0, 0)),  # two places too early is another error
        ([1, 4, 3, 5, 2, 6], (0, 0, 1), (0, 0, 0), (0, 0, 0)),  # 5 is early, but not the first out of place
    ],
)
def test_fill_in_and_infill_in_the_three_definitions(row, any_, first, strict):
    for definition, expected in (("any", any_), ("first_error", first), ("strict", strict)):
        counts = fill_in_counts(lists(row), definition)
        assert (counts.fill_in.item(), counts.infill.item(), counts.other.item()) == expected, definition


def test_the_table_of_fill_in_has_a_share_where_there_is_either():
    table = fill_in(lists([1, 3, 2, 4, 5, 6], [1, 3, 4, 2, 5, 6], [1, 2, 3, 4, 5, 6], subject=[1, 1, 2]))
    row = table[(table["subject"] == 1) & (table["definition"] == "strict")].iloc[0]
    assert (row["fill_in"], row["infill"], row["prob"], row["actual"], row["possible"]) == (1, 1, 0.5, 1, 2)
    assert table[table["subject"] == 2]["prob"].isna().all()


def test_backward_recall_is_counted_where_items_are_due():
    backward = lists([6, 4, 5, WRONG, 2, 4], direction="backward")  # the mirror image of the example
    assert errors_of(backward) == errors_of(lists(EXAMPLE))
    assert gradient_of(backward) == gradient_of(lists(EXAMPLE))
    assert actual(serial_accuracy_counts(backward)) == [0, 1, 0, 0, 0, 1]  # by serial position
    assert actual(serial_accuracy_counts(backward, "item")) == [0, 1, 0, 1, 1, 1]


def test_probed_recall_is_right_with_the_item_after_the_cue_and_has_no_order():
    data = lists([3], [3], [5], length=6, direction="probed", cue=[[2], [3], [4]])
    counts = serial_accuracy_counts(data)
    assert actual(counts) == [0, 0, 1, 0, 1, 0]
    assert counts.possible.tolist() == [[0, 0, 1, 1, 1, 0]]
    assert set(serial_accuracy(data)["scoring"]) == {"strict"}
    for refused in (transposition_gradient, serial_errors, fill_in):
        with pytest.raises(UsageError, match="probed recall, which has no whole order"):
            refused(data)


def test_an_item_studied_twice_is_right_at_both_places():
    items = [[0, 1, 2, 0, 4, 5]]
    data = lists([1, 2, 3, 1, 5, 6], items=items)  # both times told as position 1, as a table is read
    assert actual(serial_accuracy_counts(data)) == [1] * 6
    backward = lists([6, 5, 1, 3, 2, 1], items=items, direction="backward")
    assert actual(serial_accuracy_counts(backward)) == [1] * 6


def test_tables_have_a_row_a_subject_and_x_and_name_the_conditions():
    data = lists(EXAMPLE, [1, 2, 3, 4, 5, 6], subject=[7, 8])
    assert list(serial_accuracy(data)) == ["subject", "scoring", "input", "prob", "actual", "possible"]
    assert list(serial_errors(data)) == ["subject", "error", "output", "prob", "actual", "possible"]
    assert len(serial_errors(data)) == 2 * len(ERRORS) * 6
    both = Conditions([dataclasses.replace(data, name="a"), dataclasses.replace(data, name="b")])
    assert set(serial_accuracy(both)["condition"]) == {"a", "b"}


def test_list_lengths_of_one_condition_make_one_curve():
    short = dataclasses.replace(lists([1, 2], [2, 1], length=2, subject=[1, 2]), name="known-2")
    long = dataclasses.replace(lists([1, 2, 4, BLANK], length=4), name="known-4")
    table = length_function(Conditions([short, long]))
    assert list(table) == ["subject", "list_length", "prob", "actual", "possible"]
    assert table["prob"].tolist() == [1, 0, 0.5]
    other = dataclasses.replace(long, name="unknown-4")
    assert set(length_function(Conditions([short, long, other]))["condition"]) == {"known", "unknown"}
    assert length_function(Conditions([long]), scoring="item")["actual"].tolist() == [3]


def prior(**more):
    """Two lists of three; the second is answered with items 1 and 2 of the first and with an unknown one."""
    return lists(
        [1, 2, 3],
        [WRONG, WRONG, WRONG],
        length=3,
        items=[[0, 1, 2], [3, 4, 5]],
        item=[[0, 1, 2], [0, 0, 9]],
        number=[1, 2],
        **more,
    )


def test_a_protrusion_keeps_the_place_that_it_had_in_the_list_before():
    table = protrusions(prior(), as_frame=False)
    assert (table["actual"].tolist(), table["possible"].tolist()) == ([1, 0, 0], [1, 1, 0])
    moved = protrusions(prior(), by="displacement", as_frame=False)
    assert dict(zip(moved["displacement"].tolist(), moved["actual"].tolist(), strict=True)) == {
        -2: 0,
        -1: 0,
        0: 1,
        1: 1,
        2: 0,
    }
    assert moved["possible"].tolist() == [1, 2, 2, 1, 0]


def test_the_list_before_is_of_the_same_subject_in_any_condition():
    first, second = (dataclasses.replace(prior().select([row]), name=name) for row, name in ((0, "a"), (1, "b")))
    table = protrusions(Conditions([second, first]))
    assert table.loc[table["condition"] == "b", "actual"].sum() == 1
    assert protrusions(second)["possible"].sum() == 0
    assert protrusions(prior(subject=[1, 2]))["possible"].sum() == 0


def test_protrusions_need_item_identities_and_numbered_lists():
    with pytest.raises(DataError, match=r"protrusions needs to know which item each intrusion was"):
        protrusions(lists(EXAMPLE))
    named = dataclasses.replace(prior().study, list=np.array(["a", "b"]))
    with pytest.raises(DataError, match="needs lists numbered in order of study"):
        protrusions(RecallData(named, prior().recalls))


def test_the_second_of_two_equal_items_is_held_against_lists_without_a_repeat():
    data = lists(
        [1, 2, 3, WRONG],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2, 4, 3],
        length=4,
        items=[[0, 1, 2, 0], [0, 1, 1, 3], [0, 1, 2, 3], [0, 1, 2, 3]],
    )
    table = ranschburg(data)
    assert table["spacing"].tolist() == [1, 3]
    assert table["prob"].tolist() == [1, 0]
    assert table["control"].tolist() == [0.5, 0.5]
    assert table["effect"].tolist() == [0.5, -0.5]
    assert np.isnan(ranschburg(data.select([0]))["control"]).all()
    assert len(ranschburg(data.select([2]))) == 0


TIMES = np.array([[1, 3, 5, 6, 7, 7.5], [2, 3, 4, 5, 6, 7.0]])


def test_latencies_are_of_correct_items_by_place():
    data = lists(EXAMPLE, [1, 2, 3, 4, 5, 6], time=TIMES)
    table = serial_latency(data, as_frame=False)
    assert table["output"].tolist() == [1, 2, 3, 4, 5, 6]
    np.testing.assert_allclose(table["irt"], [1.5, 1, 1, 1, 1, 1])
    assert table["n"].tolist() == [2, 1, 1, 1, 2, 1]
    np.testing.assert_allclose(
        serial_latency(data, responses="all", as_frame=False)["irt"], [1.5, 1.5, 1.5, 1, 1, 0.75]
    )
    assert len(serial_latency(lists(EXAMPLE))) == 0


def test_latencies_by_displacement_leave_the_first_place_and_repeats_out():
    table = displacement_latency(lists(EXAMPLE, [1, 2, 3, 4, 5, 6], time=TIMES), as_frame=False)
    assert table["displacement"].tolist() == [-1, 0, 1]
    np.testing.assert_allclose(table["irt"], [2, 1, 2])
    assert table["n"].tolist() == [1, 6, 1]
    np.testing.assert_allclose(table["adjusted"], [1, 0, 1])  # less the correct item at the same place, 1 s


@st.composite
def experiments(draw):
    length = draw(st.integers(1, 6))
    response = st.sampled_from([BLANK, WRONG, *range(1, length + 1)])
    rows = draw(st.lists(st.lists(response, min_size=length, max_size=length), max_size=8))
    subject = draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    return np.array(rows, dtype=np.int64).reshape(len(rows), length), np.array(subject, dtype=np.int64), 3


def slow_kinds(place, subject, n_subjects):
    count = np.zeros((n_subjects, 6, place.shape[1]), dtype=int)
    for row, s in zip(place.tolist(), subject, strict=True):
        for o, p in enumerate(row):
            if p < 0:
                kind = {WRONG: 4, BLANK: 5}[p]
            elif p == o + 1:
                kind = 0
            elif p in row[:o]:
                kind = 3
            else:
                kind = 1 if p > o + 1 else 2
            count[s, kind, o] += 1
    return count


def slow_found(place, subject, n_subjects):
    count = np.zeros((n_subjects, 2, place.shape[1]), dtype=int)
    for row, s in zip(place.tolist(), subject, strict=True):
        for p in range(1, len(row) + 1):
            if p in row:
                at = row.index(p)
                before = 0 if at == 0 else row[at - 1]
                count[s, 0, p - 1] += 1
                count[s, 1, p - 1] += before == p - 1
    return count


def slow_displacements(place, subject, n_subjects, keep_repeats):
    length = place.shape[1]
    actual, possible = (np.zeros((n_subjects, 2 * length - 1), dtype=int) for _ in range(2))
    for row, s in zip(place.tolist(), subject, strict=True):
        for o, p in enumerate(row):
            if p > 0 and (keep_repeats or p not in row[:o]):
                actual[s, o + 1 - p + length - 1] += 1
                for q in range(1, length + 1):
                    possible[s, o + 1 - q + length - 1] += 1
    return actual, possible


def slow_sequels(place, subject, n_subjects, first_only, strict):
    count = np.zeros((n_subjects, 3), dtype=int)
    for row, s in zip(place.tolist(), subject, strict=True):
        said = [(o + 1, p) for o, p in enumerate(row) if strict or (p > 0 and p not in row[:o])]
        wrong = [i for i, (o, p) in enumerate(said) if p != o]
        looked_at = wrong[:1] if first_only or strict else wrong
        for i in looked_at:
            if said[i][1] - said[i][0] == 1:
                place_of, item = said[i + 1] if i + 1 < len(said) else (0, BLANK)
                ahead = item - place_of if item > 0 else None
                count[s, {-1: 0, 1: 1}.get(ahead, 2)] += 1
    return count


CASES = [
    ("kinds", slow_kinds, ()),
    ("found", slow_found, ()),
    *(("displacements", slow_displacements, (keep,)) for keep in (True, False)),
    *(("sequels", slow_sequels, options) for options in itertools.product((True, False), repeat=2)),
]


@pytest.mark.parametrize("engine", [serial_kernels, serial_vectorised], ids=["compiled", "numpy"])
@pytest.mark.parametrize(("name", "slow", "options"), CASES)
@settings(deadline=None, max_examples=60)
@given(data=experiments())
def test_both_engines_count_what_the_definition_says(engine, name, slow, options, data):
    got, expected = getattr(engine, name)(*data, *options), slow(*data, *options)
    for one, two in zip(*((x,) if isinstance(x, np.ndarray) else x for x in (got, expected)), strict=True):
        np.testing.assert_array_equal(one, two)
        assert one.dtype == np.int64


@settings(deadline=None, max_examples=60)
@given(data=experiments())
def test_kinds_add_up_to_the_lists_and_correct_is_strict_accuracy(data):
    place, subject, _ = data
    if not len(place):
        return
    one = RecallData(StudyLists.simple(len(place), place.shape[1], subject=subject), Recalls(place))
    counts = {error: serial_error_counts(one, error) for error in ERRORS}
    parts = ("correct", "transposition", "repetition", "omission_or_intrusion")
    np.testing.assert_array_equal(sum(counts[part].actual for part in parts), counts["correct"].possible)
    np.testing.assert_array_equal(serial_accuracy_counts(one).actual, counts["correct"].actual)


def test_an_option_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="scoring must be one of 'strict', 'item', 'relative'. Got 'lenient'"):
        serial_accuracy_counts(lists(EXAMPLE), "lenient")
    with pytest.raises(UsageError, match="definition must be one of"):
        fill_in_counts(lists(EXAMPLE), "loose")
    with pytest.raises(UsageError, match="error must be one of"):
        serial_error_counts(lists(EXAMPLE), "slip")
