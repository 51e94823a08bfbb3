"""A full disk and a killed process: every output is whole or absent, and the message is one line."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from memlab import run_folder
from memlab.core import files
from memlab.core.errors import ChecksumError, UsageError
from memlab.core.files import sha256, write_text
from memlab.run_folder import RUN_FILE, RunFolder, read_run, verify
from memlab.runs.analyze import write_analysis

TABLE = "subject,list,trial_type,position,item\n" + "".join(
    f"{s},1,study,{p},w{p}\n{s},1,recall,{p},w{4 - p}\n" for s in (1, 2) for p in (1, 2, 3)
)
FULL = OSError(28, "No space left on device")


def memlab(*arguments, cwd, **more):
    command = [sys.executable, "-m", "memlab", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, **more)


def small_files_only():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_simulation_that_the_disk_cannot_hold_leaves_nothing_and_says_so_in_one_line(tmp_path):
    done = memlab("simulate", "chance", "--out", "big.csv", cwd=tmp_path, preexec_fn=small_files_only)
    assert done.returncode == 2, done.stderr
    assert done.stderr == "UsageError: cannot write big.csv: File too large.\n"
    assert os.listdir(tmp_path) == []


class Disk:
    """Gives way at the n-th file that is made safe on it."""

    def __init__(self, fails_at):
        self.fails_at, self.written = fails_at, 0

    def fsync(self, handle):
        self.written += 1
        if self.written == self.fails_at:
            raise FULL


@pytest.fixture
def config(tmp_path):
    from memlab.configuration import AnalyzeConfig

    (tmp_path / "class.csv").write_text(TABLE)
    return AnalyzeConfig.load(given={"file": str(tmp_path / "class.csv"), "analyses": "spc,lag_crp", "format": "svg"})


@pytest.mark.parametrize("fails_at", range(1, 11))
def test_a_disk_that_fills_up_at_any_file_of_a_run_leaves_whole_files_only(tmp_path, monkeypatch, config, fails_at):
    monkeypatch.setattr(files.os, "fsync", Disk(fails_at).fsync)
    out = tmp_path / "out"
    with pytest.raises(UsageError, match=r"cannot write .*: No space left on device\."):
        write_analysis(config, out)
    left = set(os.listdir(out))
    assert not any(name.startswith(".") for name in left)
    record = json.loads((out / RUN_FILE).read_text() or '{"complete": false, "outputs": {}}')
    assert not record["complete"]
    assert all(sha256(out / name) == known for name, known in record["outputs"].items())
    assert len(left - {RUN_FILE, *record["outputs"]}) <= 1  # a whole file, whose record could not be written any more


WRITER = """
import sys
from pathlib import Path
from memlab.run_folder import RunFolder
folder = RunFolder(Path("out"), "compare", {"seed": 1})
print("begun", flush=True)
for n in range(100_000):
    folder.write_text(f"output-{n}.txt", f"{n}\\n" * 50_000)
"""


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2])
def test_a_run_that_is_killed_leaves_whole_files_and_a_record_that_says_so(tmp_path, after):
    process = subprocess.Popen([sys.executable, "-c", WRITER], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    out = tmp_path / "out"
    record = read_run(out)
    assert record["complete"] is False
    for name, known in record["outputs"].items():
        assert sha256(out / name) == known
    for path in out.glob("output-*"):
        number = path.stem.removeprefix("output-")
        assert path.read_text() == f"{number}\n" * 50_000
    assert memlab("verify", "out", cwd=tmp_path).returncode == 7


def test_a_run_that_is_killed_as_it_makes_its_record_can_be_begun_anew(tmp_path, config, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(run_folder, "write_text", lambda *_: os._exit(9))
        pid = os.fork()
        if not pid:
            RunFolder(tmp_path / "out", "analyze", {})
        os.waitpid(pid, 0)
    assert os.listdir(tmp_path / "out") == [RUN_FILE]
    with pytest.raises(ChecksumError, match="is empty: the run was killed as it began"):
        verify(tmp_path / "out")
    write_analysis(config, tmp_path / "out", force=True)
    assert verify(tmp_path / "out")["complete"]


def test_a_simulation_that_is_killed_leaves_the_old_table(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    arguments = ["simulate", "chance", "--subjects", "90000", "--lists", "100", "--out", "a.csv", "--force"]
    process = subprocess.Popen([sys.executable, "-m", "memlab", *arguments], cwd=tmp_path)
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 1_000_000 for path in tmp_path.glob(".a.csv.*")):
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (tmp_path / "a.csv").read_text() == "old"
    assert not (tmp_path / "a.run.json").exists()


def test_ctrl_c_in_a_simulation_leaves_nothing_and_exits_130(tmp_path):
    arguments = ["simulate", "chance", "--subjects", "90000", "--lists", "100", "--out", "a.csv"]
    process = subprocess.Popen(
        [sys.executable, "-m", "memlab", *arguments], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 1_000_000 for path in tmp_path.glob(".a.csv.*")):
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.startswith("a.csv was not written: a simulation is written whole or not at all.\nInterrupted:")
    assert os.listdir(tmp_path) == []


def test_a_file_is_never_seen_half_written(tmp_path):
    """A reader that looks while a file is replaced over and over sees one content or the other."""
    path, one, two = tmp_path / "a.txt", "1" * 200_000, "2" * 200_000
    write_text(path, one)
    code = f"""
from memlab.core.files import write_text
for n in range(60):
    write_text({str(path)!r}, ({one[:1]!r} if n % 2 else {two[:1]!r}) * 200_000)
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    while process.poll() is None:
        assert path.read_text() in (one, two)
    assert process.returncode == 0
