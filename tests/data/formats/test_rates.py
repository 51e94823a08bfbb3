"""The rate of presentation that a file does not say is given by hand, for all conditions or by name."""

import numpy as np
import pytest

from memlab.core.errors import UnknownName, UsageError
from memlab.core.recall import Conditions, RecallData, Recalls, StudyLists
from memlab.core.table import read_conditions
from memlab.data.formats import import_file
from memlab.data.formats.rates import presented_at

TABLE = "subject,list,condition,trial_type,position,item\n" + "".join(
    f"{s},1,{c},study,{p},w{p}\n{s},1,{c},recall,{p},w{p}\n" for s, c in ((1, "slow"), (2, "fast")) for p in (1, 2, 3)
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "class.csv"
    path.write_text(TABLE)
    return path


def test_one_rate_is_for_every_condition_and_a_name_for_its_own(file):
    slow, fast = (data.study.onset[0].tolist() for data in import_file(file, seconds_per_item=2).values())
    assert slow == fast == [0, 2, 4]
    conditions = import_file(file, seconds_per_item={"fast": 0.5})
    assert conditions["fast"].study.onset[0].tolist() == [0, 0.5, 1]
    assert conditions["slow"].study.onset[0].tolist() == [0, 1, 2]  # as it was read


def test_distraction_stays_and_items_come_after_it():
    study = StudyLists.simple(2, 3, seconds_per_item=1, distractor_seconds=10, delay_seconds=5)
    data = RecallData(study, Recalls(np.array([[1, 2], [3, 0]])), "x")
    expected = StudyLists.simple(2, 3, seconds_per_item=4, distractor_seconds=10, delay_seconds=5)
    found = presented_at(Conditions([data]), 4)["x"]
    np.testing.assert_array_equal(found.study.onset, expected.onset)
    np.testing.assert_array_equal(found.study.distractor, expected.distractor)
    assert found.recalls is data.recalls


def test_a_condition_that_is_not_there_and_a_rate_that_is_none_are_refused(file):
    with pytest.raises(UnknownName, match="there is no condition 'quick'"):
        import_file(file, seconds_per_item={"quick": 1})
    for rate in (0, -1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="seconds per item must be a number above 0"):
            import_file(file, seconds_per_item=rate)


@pytest.mark.parametrize(
    "command", [("convert", "class.csv", "out.csv"), ("data", "import", "class.csv", "--out", "out.csv")]
)
def test_the_command_line_takes_it(file, command, cli):
    assert cli(*command, "--seconds-per-item", "slow=4", "--seconds-per-item", "fast=2")[0] == 0
    assert read_conditions("out.csv")["slow"].study.onset[0].tolist() == [0, 4, 8]
    assert read_conditions("out.csv")["fast"].study.onset[0].tolist() == [0, 2, 4]
    assert cli(*command, "--seconds-per-item", "3", "--force")[0] == 0
    assert read_conditions("out.csv")["fast"].study.onset[0].tolist() == [0, 3, 6]
    code, _, err = cli(*command, "--seconds-per-item", "often", "--force")
    assert (code, err) == (2, "ParameterError: seconds per item must be a number. Got 'often' instead.\n")
