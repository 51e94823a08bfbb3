"""Fixtures that several folders of tests use."""

import os
import signal
import sys
from pathlib import Path

import pytest

os.environ.pop("COLUMNS", None)  # what runs the tests in parallel may set a width; tables are tested without a terminal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so started in the background; programs started here inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

HUMAN = Path(__file__).resolve().parents[2] / "shared" / "human"


@pytest.fixture(scope="session")
def human():
    """The folder of trial-level human data beside the repository; the test is skipped where it is absent."""
    if not HUMAN.is_dir():
        pytest.skip("the trial-level human data are not beside this checkout (they are not ours to ship)")
    return HUMAN


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder; returns the exit code, stdout and stderr."""
    from memlab.cli import main

    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["memlab", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, *capsys.readouterr()

    return command
