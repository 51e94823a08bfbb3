"""One seed, one answer: by one worker or two, twice, in another process, with another order of hashes, elsewhere."""

import json
import os
import shutil
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
    "recover": [
        *("recover", "cmr", "--data", "murdock1962", "--conditions", "10-2", "--subjects", "2", "--lists", "4"),
        *("--restarts", "1", "--free", "beta_enc,tau", "--format", "svg"),
    ],
    "lesion": ["lesion", "cmr", "--what", "hm,end_context", *SMALL],
    "study": ["study", "dnc-brain", "--quick", "--lists", "4", "--seeds", "1", "--sections", "forgetting"],
}
TRAINING = ["train", "gru", "--steps", "20", "--batch", "4"]


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
    runs = (("first", "1", "1"), ("again", "1", "2"), ("by-two", "2", "3"))
    for folder, jobs, seed in runs:
        (place / folder).mkdir(exist_ok=True)
        shutil.copy(place / "people.csv", place / folder)
        memlab(*COMMANDS[name], "--jobs", jobs, "--out", name, cwd=place / folder, PYTHONHASHSEED=seed)
        verify(place / folder / name)
    first, again, by_two = (contents(place / folder / name) for folder, _, _ in runs)
    assert first.keys() == again.keys() == by_two.keys()
    for file, content in first.items():
        assert again[file] == content, f"{file}: another process"
        assert by_two[file] == content, f"{file}: two workers"


@pytest.mark.slow
def test_a_network_trained_twice_has_the_same_weights_card_and_log(place):
    pytest.importorskip("torch")
    folders = [place / f"training-{seed}" for seed in "12"]
    for seed, folder in enumerate(folders):
        folder.mkdir()
        memlab(*TRAINING, "--out", "gru", cwd=folder, PYTHONHASHSEED=str(seed))
        verify(folder / "gru")
    one, two = (contents(folder / "gru") for folder in folders)
    assert "gru.set.seed1.safetensors" in one
    assert one == two
    cards = [json.loads((folder / "gru" / "gru.set.seed1.json").read_text()) for folder in folders]
    assert {name for name in cards[0] if cards[0][name] != cards[1][name]} <= {"seconds"}


@pytest.mark.slow
def test_code_compiled_anew_gives_the_same_recalls(place, tmp_path):
    """As in a fresh environment, which has no compiled code yet."""
    kept = memlab(*RECALLS, cwd=place)
    assert memlab(*RECALLS, cwd=place, NUMBA_CACHE_DIR=str(tmp_path / "new")) == kept
    assert any((tmp_path / "new").rglob("*.nbc"))
