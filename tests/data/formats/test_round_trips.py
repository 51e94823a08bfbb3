"""What is written in a format reads back the same, but for what `losses` says; and a conversion is whole or absent."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memlab.core.errors import MissingExtra, NotSupported, OutputExists, UnknownName, UsageError
from memlab.core.recall import INTRUSION, Conditions
from memlab.core.table import read_long_table
from memlab.data import FORMATS, convert, export_file, import_file
from memlab.data.formats import hdf5_group
from memlab.data.formats.losses import losses
from memlab.data.formats.rows import list_rows

WRITTEN = [name for name, one in FORMATS.items() if one.writes]
WORDS = ["cat", "Hund", "été", "two words", "7", "x,y", 'q"uote']


@st.composite
def experiments(draw):
    """Draw conditions as a long table: several lengths, repeats, intrusions of known identity, times or none."""
    columns = {
        name: []
        for name in (
            "subject",
            "list",
            "condition",
            "trial_type",
            "position",
            "item",
            "onset",
            "delay",
            "response_time",
        )
    }
    labels = draw(st.sampled_from([[1, 2], ["s01", "Ann B."], [7, 12]]))
    timed, scheduled = draw(st.booleans()), draw(st.booleans())

    def add(*values):
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)

    for subject in labels:
        for number in range(1, draw(st.integers(1, 3)) + 1):
            length = draw(st.sampled_from([2, 3]))
            condition = draw(st.sampled_from(["fast", "slow"]))
            words = draw(st.lists(st.sampled_from(WORDS), min_size=length, max_size=length, unique=True))
            step, delay = (
                (draw(st.sampled_from([1.0, 2.5])), draw(st.sampled_from([0.0, 16.0]))) if scheduled else (1.0, 0.0)
            )
            for i, word in enumerate(words):
                add(subject, number, condition, "study", i + 1, word, i * step, delay, np.nan)
            for i, word in enumerate(draw(st.lists(st.sampled_from(WORDS), max_size=4))):
                add(
                    subject,
                    number,
                    condition,
                    "recall",
                    i + 1,
                    word,
                    np.nan,
                    np.nan,
                    1.25 * (i + 1) if timed else np.nan,
                )
    return read_long_table(columns)


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conditions=experiments())
def test_what_is_written_reads_back_but_for_what_is_said_to_be_lost(tmp_path_factory, name, conditions):
    path = tmp_path_factory.mktemp("out") / f"out{FORMATS[name].suffix}"
    lost = losses(conditions, name)
    assert list(export_file(conditions, path).lost) == lost
    read = import_file(path)
    ours, theirs = by_label(conditions), by_label(read)
    assert len(ours) == len(theirs) == sum(data.n_lists for data in conditions.values())
    if not any("labels" in what for what in lost):
        assert set(ours) == set(theirs)
    for (one, study), (other, restudied) in zip(in_order(ours), in_order(theirs), strict=True):
        assert list(one.positions) == list(other.positions)
        if not any("times" in what for what in lost):
            np.testing.assert_allclose(one.times, other.times, atol=2e-3)
        if not any("words" in what for what in lost):
            assert list(one.items) == list(other.items)
            assert list(one.given) == list(other.given)
        if not any("conditions" in what for what in lost) and len(conditions) > 1:
            assert one.condition == other.condition
        if not any("onsets" in what for what in lost):
            np.testing.assert_allclose(study.onset[0], restudied.onset[0], atol=1e-6)
            np.testing.assert_allclose(study.distractor[0], restudied.distractor[0], atol=1e-6)


def by_label(conditions):
    """Return each list with its study, by subject and list."""
    studies = [data.study.select([row]) for data in conditions.values() for row in range(data.n_lists)]
    rows = list_rows(conditions)
    return {(str(one.subject), one.list): (one, study) for one, study in zip(rows, studies, strict=True)}


def in_order(lists):
    """Return the lists in an order that does not hang on labels that became numbers: of length, words, responses."""
    return sorted(
        lists.values(),
        key=lambda pair: (len(pair[0].items), list(pair[0].positions), pair[0].list, str(pair[0].subject)),
    )


@pytest.mark.parametrize("name", WRITTEN)
def test_an_intrusion_of_unknown_identity_stays_one(make, tmp_path, name):
    conditions = import_file(make("murdock_text"))
    path = tmp_path / f"out{FORMATS[name].suffix}"
    export_file(conditions, path)
    (data,) = import_file(path).values()
    assert (data.recalls.position == INTRUSION).sum() == 40
    assert data.n_lists == 80


@pytest.mark.parametrize("name", [name for name in WRITTEN if name != "table"])
def test_blanks_of_serial_recall_are_refused_where_they_cannot_be_said(tmp_path, name):
    rows = {"subject": [1] * 4, "list": [1] * 4, "trial_type": ["study"] * 2 + ["recall"] * 2, "position": [1, 2, 1, 2]}
    conditions = read_long_table({**rows, "item": ["a", "b", "(omission)", "b"]})
    with pytest.raises(NotSupported, match=r"cannot hold the blanks of serial recall\. Convert to the long table"):
        export_file(conditions, tmp_path / f"out{FORMATS[name].suffix}")
    assert not list(tmp_path.iterdir())


def test_a_target_that_is_there_is_kept_without_force(make, tmp_path):
    source, target = make("embam"), tmp_path / "out.csv"
    target.write_text("mine")
    with pytest.raises(OutputExists, match=r"out\.csv exists\. Use --force"):
        convert(source, target)
    assert target.read_text() == "mine"
    done = convert(source, target, force=True)
    assert (done.format, done.lost) == ("table", ())
    assert target.read_text().startswith("subject,")


def test_a_sidecar_that_is_there_is_kept_without_force(make, tmp_path):
    (tmp_path / "out_events.json").write_text("mine")
    with pytest.raises(OutputExists, match=r"out_events\.json exists"):
        convert(make("table"), tmp_path / "out_events.tsv")
    assert (tmp_path / "out_events.json").read_text() == "mine"
    assert not (tmp_path / "out_events.tsv").exists()


def test_a_conversion_that_fails_leaves_nothing(make, tmp_path):
    source = make("table")
    source.write_text(source.read_text() + "1,1,study,1,again\n")
    with pytest.raises(ValueError, match="stands there twice"):
        convert(source, tmp_path / "out.mat")
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_the_format_to_write_is_told_by_the_name_or_asked_for(make, tmp_path):
    source = make("table")
    for name, format in {
        "a.mat": "embam",
        "a.h5": "jaxcmr",
        "a.hdf5": "jaxcmr",
        "a.json": "quail",
        "a_events.tsv": "bids",
    }.items():
        assert convert(source, tmp_path / name).format == format
    with pytest.raises(
        UsageError, match=r"out\.txt does not say its format\. Say it with --to; written are: table, embam"
    ):
        convert(source, tmp_path / "out.txt")
    with pytest.raises(NotSupported, match="psychopy is only read"):
        convert(source, tmp_path / "out.csv", to_format="psychopy")
    with pytest.raises(UnknownName, match="no format 'emban'. Did you mean 'embam'"):
        convert(source, tmp_path / "out.csv", to_format="emban")
    with pytest.raises(UsageError, match="is the file to be read"):
        convert(source, source, force=True)


def test_a_bids_data_set_has_a_file_a_subject_and_is_never_written_over_a_folder_with_something_in_it(tmp_path):
    rows = {"subject": ["a-1"] * 3 + ["b_1"] * 3, "list": [1] * 6, "trial_type": ["study", "study", "recall"] * 2}
    conditions = read_long_table({**rows, "position": [1, 2, 1] * 2, "item": ["x", "y", "y"] * 2})
    folder = tmp_path / "set"
    convert_to = export_file(conditions, folder, "bids")
    assert convert_to.lost == ()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert names == [
        "dataset_description.json",
        "participants.tsv",
        "sub-a1/beh/sub-a1_task-freerecall_events.tsv",
        "sub-b1/beh/sub-b1_task-freerecall_events.tsv",
        "task-freerecall_events.json",
    ]
    (data,) = import_file(folder).values()
    assert data.study.subject.tolist() == ["a-1", "b_1"]
    assert data.recalls.position.tolist() == [[2], [2]]
    with pytest.raises(UsageError, match="is there already and not an empty folder"):
        export_file(conditions, folder, "bids")


def test_without_h5py_hdf5_is_refused_with_the_line_that_installs_it(make, monkeypatch, tmp_path):
    path = make("jaxcmr")
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(MissingExtra, match=r'needs h5py, which is not installed: pip install "memlab\[hdf5\]"'):
        import_file(path)
    with pytest.raises(MissingExtra):
        hdf5_group.h5py_library()


def test_two_conversions_give_the_same_bytes(make, tmp_path):
    source = make("table")
    for suffix in (".csv", ".h5", ".json", "_events.tsv"):
        convert(source, tmp_path / f"one{suffix}")
        convert(source, tmp_path / f"two{suffix}")
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_nothing_is_lost_between_conditions_without_anything_to_lose():
    assert losses(Conditions([]), "jaxcmr") == []
