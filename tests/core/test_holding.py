"""A folder is written by one run at a time, and nothing is left behind when a run is killed."""

import os
import signal
import subprocess
import sys

import pytest

from memlab.core.errors import OutputExists
from memlab.core.holding import hold
from memlab.run_folder import RunFolder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")

HOLDER = """
import sys, time
from memlab.run_folder import RunFolder
folder = RunFolder(sys.argv[1], "compare", {"seed": 1}, force=True)
folder.write_text("one.txt", "1")
print("holding", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that writes into the folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "out")], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "holding\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_at_once_is_refused_with_force_too_and_leaves_everything(other, tmp_path):
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    for force in (True, False):
        with pytest.raises(OutputExists, match="out is being written by another run at this moment. Wait until that"):
            RunFolder(tmp_path / "out", "compare", {"seed": 2}, force=force)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_run_that_was_killed_holds_nothing(other, tmp_path):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    folder = RunFolder(tmp_path / "out", "compare", {"seed": 2}, force=True)
    folder.write_text("two.txt", "2")
    folder.finish()
    assert sorted(os.listdir(tmp_path / "out")) == ["run.json", "two.txt"]


def test_a_finished_run_and_a_discarded_one_let_go(tmp_path):
    for end in ("finish", "discard"):
        folder = RunFolder(tmp_path / end, "compare", {"seed": 1})
        getattr(folder, end)()
        tmp_path.joinpath(end).mkdir(exist_ok=True)
        code = f"from memlab.core.holding import hold; hold({str(tmp_path / end)!r})"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_run_of_the_same_process_takes_over_from_one_that_broke_off(tmp_path):
    first = hold(tmp_path)
    second = hold(tmp_path)
    assert (first.handle, second.handle is None) == (None, False)
    first.let_go()  # the late end of the first does not free what the second holds
    assert hold(tmp_path).folder == tmp_path.resolve()


def test_a_run_that_broke_off_and_is_forgotten_holds_nothing(tmp_path):
    held = hold(tmp_path)
    code = f"from memlab.core.holding import hold; hold({str(tmp_path)!r})"
    assert subprocess.run([sys.executable, "-c", code], check=False, stderr=subprocess.DEVNULL).returncode == 1
    del held
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_disk_without_locks_is_written_all_the_same(tmp_path, monkeypatch):
    import fcntl

    def none(*_):
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    assert hold(tmp_path).handle is None
