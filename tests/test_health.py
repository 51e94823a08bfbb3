"""`memlab doctor`: every problem is named with what to do, and the exit code is that of the first."""

import importlib.metadata
import json
import re
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from memlab import health
from memlab.cli import main
from memlab.core.errors import DataError
from memlab.health import EXTRAS, REQUIRED, Check, examined

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def doctor(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["memlab", "doctor", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, *capsys.readouterr()

    return run


def state_of(check):
    (found,) = [one for one in examined() if one.check == check]
    return found


def test_the_libraries_looked_for_are_those_that_memlab_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(REQUIRED) == {re.split(r"[<>=]", need)[0] for need in project["dependencies"]}
    for extra, (name, _) in EXTRAS.items():
        assert any(need.startswith(name) for need in project["optional-dependencies"][extra])


def test_everything_is_looked_at_and_this_machine_can_run_memlab(doctor):
    code, out, err = doctor("--format", "csv")
    assert code == 0, out
    assert out.startswith("state,check,found,advice\n")
    found = {one.check for one in examined()}
    assert found >= {
        "memlab", "Python", "numpy", "torch", "CPU", "CUDA", "compiled code", "shipped data", "downloaded data", "home",
        "this folder", "temporary files", "output", "encoding", "clock", "rapidfuzz (extra)",
    }  # fmt: skip
    assert re.search(r"^\d+ ok", err)


def test_a_missing_library_ends_with_5(doctor, monkeypatch):
    there = importlib.metadata.version

    def version(name):
        if name == "pooch":
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    code, out, _ = doctor("--format", "csv")
    assert code == 5
    assert "problem,pooch,not installed,Install it: python -m pip install pooch" in out


def test_any_shipped_file_that_has_changed_is_named_and_ends_with_7(doctor, monkeypatch):
    from memlab.data import checksums

    now = checksums.checksums()
    pool = next(name for name in now if name.startswith("pools/"))
    monkeypatch.setattr(checksums, "checksums", lambda: now | {pool: "0" * 64})
    code, out, _ = doctor("--format", "json")
    assert code == 7
    (found,) = [one for one in json.loads(out) if one["check"] == "shipped data"]
    assert found["found"] == f"not as they were shipped: {pool}"


def test_a_folder_that_cannot_be_written_ends_with_2(doctor, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("read-only")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    code, out, _ = doctor("--format", "json")
    assert code == 2
    found = {one["check"]: one for one in json.loads(out)}
    assert found["this folder"]["state"] == "problem"
    assert "Work in another folder" in found["this folder"]["advice"]
    assert found["downloaded data"]["advice"] == "Set MEMLAB_DATA to a folder that you may write to."


@pytest.mark.parametrize(("free", "state"), [(5e9, "ok"), (1e9, "warning"), (1e7, "problem")])
def test_a_full_disk_is_seen(monkeypatch, free, state):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: type("usage", (), {"free": free}))
    found = state_of("this folder")
    assert found.state == state
    assert bool(found.advice) == (state != "ok")


def test_broken_shipped_data_end_with_3(doctor, monkeypatch):
    def broken(name):
        raise DataError(f"{name}.json is not JSON")

    monkeypatch.setattr("memlab.data.load", broken)
    code, out, _ = doctor("--format", "json")
    assert code == 3
    (found,) = [one for one in json.loads(out) if one["check"] == "shipped data"]
    assert found["found"].endswith(".json is not JSON")
    assert found["advice"].startswith("Install memlab again")


def test_no_home_and_no_place_for_compiled_code_are_warnings(monkeypatch):
    def none():
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", none)
    monkeypatch.setattr("memlab.models.choice.log_weights", object())
    assert (state_of("home").state, state_of("compiled code").state) == ("warning", "warning")
    assert "NUMBA_CACHE_DIR" in state_of("compiled code").advice


def test_what_cannot_be_looked_at_does_not_stop_the_others(monkeypatch):
    def fails():
        raise ValueError("odd\nmachine")
        yield

    monkeypatch.setattr(health, "LOOKS", (fails, health._clock))
    first, second = examined()
    assert (first.check, first.state, first.found) == ("fails", "problem", "ValueError: odd machine")
    assert second == Check("clock", second.found)


def test_a_clock_set_back_is_seen(monkeypatch):
    monkeypatch.setattr(health.time, "time", lambda: 0.0)
    assert state_of("clock").state == "warning"
