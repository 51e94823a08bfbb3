"""A run record made by somebody else is refused in one line, or does what a record of ours does."""

import json

import pytest

from memlab.core.errors import DataError
from memlab.run_folder import read_run
from memlab.runs.repeat import repeat

GOOD = {"schema": 1, "command": "simulate", "config": {}, "data": [], "outputs": {"a.csv": "0"}, "complete": True}
BAD = {
    "deep": '{"schema": 1, "outputs": ' + "[" * 200_000,
    "a number of 10,000 digits": '{"schema": ' + "9" * 10_000 + "}",
    "a name that no file has": json.dumps(GOOD | {"outputs": {"a\0b": "0"}}),
    "a name of half a letter": json.dumps(GOOD | {"outputs": {"\ud800": "0"}}),
    "a sum that is none": json.dumps(GOOD | {"outputs": {"a.csv": 5}}),
    "options in a list": json.dumps(GOOD | {"config": [1]}),
    "data that is text": json.dumps(GOOD | {"data": "murdock1962"}),
    "data in numbers": json.dumps(GOOD | {"data": [1, 2]}),
    "no word on its end": json.dumps({name: value for name, value in GOOD.items() if name != "complete"}),
    "a command in a list": json.dumps(GOOD | {"command": ["simulate"]}),
}


@pytest.mark.parametrize("what", BAD)
def test_a_record_that_nobody_writes_is_refused_in_one_line(tmp_path, what):
    (tmp_path / "run.json").write_text(BAD[what])
    with pytest.raises(DataError, match=r"run\.json is not a run record") as refused:
        read_run(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_drawing_without_its_options_cannot_be_repeated(tmp_path):
    with pytest.raises(DataError, match="the record of a drawing has source"):
        repeat(GOOD | {"command": "plot"}, tmp_path / "out")
