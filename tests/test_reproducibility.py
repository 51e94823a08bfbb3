"""One seed, one answer: by one worker or two, twice, and in another process with another order of hashes."""

import os
import subprocess
import sys

import pytest

from memlab.run_folder import RUN_FILE, verify

RECALLS = ["simulate", "cmr", "--lists", "6", "--subjects", "4", "--list-length", "6", "--seed", "3"]
SMALL = ["--conditions", "10-2", "--subjects", "2", "--lists", "5", "--replications", "2", "--format", "svg"]
COMMANDS = {
    "compare": ["compare", "--models", "chance,cmr,tcm", *SMALL],
    "sweep": ["sweep", "cmr", "--param", "beta_enc=0.2:0.8:3", "--data", "murdock1962", *SMALL],
    "fit": ["fit", "cmr", "--data", "people.csv", "--free", "beta_enc,tau", "--per", "subject", "--restarts", "2"],
    "evidence": ["evidence", "chance,cmr", "--data", "people.csv", "--folds", "2", "--restarts", "1"],
}


def memlab(*arguments, cwd, **variables):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
    command = [sys.executable, "-m", "memlab", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 4), done.stderr  # 4: a fit so short need not settle
    return done.stdout


def contents(folder):
    """Return the bytes of every output; records and fits say when and how long, and are left out."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"]
    assert files
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    memlab(*RECALLS, "--out", "people.csv", cwd=folder)
    return folder


def test_two_processes_simulate_and_analyse_to_the_same_bytes(place):
    printed = [memlab(*RECALLS, cwd=place, PYTHONHASHSEED=seed) for seed in "12"]
    assert printed[0] == printed[1]
    for out, seed in (("one", "1"), ("two", "2")):
        memlab("analyze", "people.csv", "--average", "--out", out, cwd=place, PYTHONHASHSEED=seed)
        verify(place / out)
    assert contents(place / "one") == contents(place / "two")
    assert (place / "one" / RUN_FILE).is_file()


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_one_worker_or_two_and_once_or_twice_is_the_same_to_the_byte(place, name):
    for out, jobs, seed in (("first", "1", "1"), ("again", "1", "2"), ("by-two", "2", "3")):
        memlab(*COMMANDS[name], "--jobs", jobs, "--out", f"{name}-{out}", cwd=place, PYTHONHASHSEED=seed)
        verify(place / f"{name}-{out}")
    first, again, by_two = (contents(place / f"{name}-{out}") for out in ("first", "again", "by-two"))
    assert first.keys() == again.keys() == by_two.keys()
    for file, content in first.items():
        assert again[file] == content, f"{file}: another process"
        assert by_two[file] == content, f"{file}: two workers"


@pytest.mark.slow
def test_code_compiled_anew_gives_the_same_recalls(place, tmp_path):
    """As in a fresh environment, which has no compiled code yet."""
    kept = memlab(*RECALLS, cwd=place)
    assert memlab(*RECALLS, cwd=place, NUMBA_CACHE_DIR=str(tmp_path / "new")) == kept
    assert any((tmp_path / "new").rglob("*.nbc"))
