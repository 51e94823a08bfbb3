"""What the tests of the command line share."""

import sys

import pytest

from memlab.cli import main


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder; returns the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["memlab", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, *capsys.readouterr()

    return command
