"""Two simulations at once under one name: the second is refused, and a table and its record always belong together."""

import os
import signal
import subprocess
import sys
import time

import pytest

from memlab.core.errors import OutputExists, UsageError
from memlab.core.holding import hold_file
from memlab.run_folder import read_run, verify

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")

LONG = ["simulate", "chance", "--subjects", "90000", "--lists", "100", "--out", "a.csv"]
SHORT = ["simulate", "chance", "--lists", "1", "--seed", "2", "--out", "a.csv"]


def memlab(*arguments, cwd):
    command = [sys.executable, "-m", "memlab", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


@pytest.fixture
def other(tmp_path):
    """A simulation that is writing ``a.csv``."""
    process = subprocess.Popen([sys.executable, "-m", "memlab", *LONG], cwd=tmp_path, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".a.csv.*")):
        assert process.poll() is None
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.05)
    yield process
    process.kill()
    process.wait()


def test_the_second_of_two_is_refused_with_force_too_also_where_only_the_record_is_the_same(other, tmp_path):
    for arguments in (SHORT, [*SHORT, "--force"], [*SHORT[:-1], "a.txt"]):
        done = memlab(*arguments, cwd=tmp_path)
        assert done.returncode == 6
        assert done.stderr.startswith("OutputExists: a.run.json is being written by another run at this moment.")
    assert memlab(*SHORT[:-1], "b.csv", cwd=tmp_path).returncode == 0


def test_after_a_run_was_killed_the_next_one_goes_on_and_leaves_no_lock(other, tmp_path):
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (tmp_path / ".a.run.json.lock").exists()
    assert memlab(*SHORT, cwd=tmp_path).returncode == 0
    assert {"a.csv", "a.run.json"} == set(os.listdir(tmp_path))  # the half-written table of the killed run is gone too
    assert read_run(tmp_path / "a.run.json")["seed"] == 2
    verify(tmp_path / "a.run.json")


def test_a_name_is_held_until_the_block_ends_and_nothing_stays(tmp_path):
    refused = pytest.raises(OutputExists, match=r"a\.json is being written by another run")
    with hold_file(tmp_path / "a.json"), refused, hold_file(tmp_path / "a.json"):
        raise AssertionError("two hold it")
    with hold_file(tmp_path / "a.json"):
        pass
    assert os.listdir(tmp_path) == []


def test_of_many_at_once_one_at_a_time_holds_a_name(tmp_path):
    """Those who wait take over, by turns, a lock whose file the one before has deleted."""
    code = """
import sys
from memlab.core.errors import OutputExists
from memlab.core.holding import hold_file
held = 0
while held < 200:
    try:
        with hold_file("a"):
            with open("inside", "x"):  # fails where somebody else is in here
                pass
            __import__("os").unlink("inside")
            held += 1
    except OutputExists:
        pass
"""
    processes = [subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path) for _ in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    assert os.listdir(tmp_path) == []


def test_a_table_whose_record_could_not_be_written_has_none_of_another_run(tmp_path, monkeypatch):
    """As if the process were killed between the two."""
    from memlab.configuration import SimulateConfig
    from memlab.runs import simulate

    config = SimulateConfig.load(given={"model": "chance", "lists": 1, "subjects": 1})
    simulate.write_simulation(config, tmp_path / "a.csv")

    def killed(*_):
        raise UsageError("killed")

    monkeypatch.setattr(simulate, "record_beside", killed)
    with pytest.raises(UsageError, match="killed"):
        simulate.write_simulation(config, tmp_path / "a.csv", force=True)
    assert os.listdir(tmp_path) == ["a.csv"]
