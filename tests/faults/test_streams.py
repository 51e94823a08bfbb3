"""Outputs that are closed or full: one line, and an exit code that is not 0; the work itself goes on."""

import errno
import os
import subprocess
import sys

import pytest

from memlab.cli import _other
from memlab.cli.console import begin, failure

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")


def memlab(redirections, *arguments, cwd):
    """Run through a shell, which can close an output."""
    words = " ".join([sys.executable, "-m", "memlab", *arguments])
    done = subprocess.run(["sh", "-c", f"{words} {redirections}"], cwd=cwd, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("redirections", "why"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")]
)
@pytest.mark.parametrize("arguments", [("models",), ("--json", "models"), ("--version",)])
def test_a_table_that_cannot_be_printed_is_one_line_and_exit_2(tmp_path, redirections, why, arguments):
    code, err = memlab(redirections, *arguments, cwd=tmp_path)
    assert (code, err) == (2, f"UsageError: cannot write the output: {why}. Make room, or write elsewhere.\n")


def test_where_nobody_can_be_told_the_exit_code_still_is_that_of_the_error(tmp_path):
    for redirections in ("2>/dev/full", "2>&-", ">&- 2>&- <&-"):
        assert memlab(redirections, "models", "no-such-model", cwd=tmp_path) == (2, "")


def test_a_run_without_any_stream_writes_its_files(tmp_path):
    code, _ = memlab(">&- 2>&- <&-", "simulate", "chance", "--lists", "1", "--out", "a.csv", cwd=tmp_path)
    assert code == 0
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.run.json"]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.EMFILE, "Too many open files", "x" * 5000), f"{'x' * 50}…{'x' * 50}: Too many open files."),
        (OSError(errno.EAGAIN, "Resource temporarily unavailable"), "the system refuses: Resource temporarily"),
        (MemoryError(), "there is not enough memory for this."),
    ],
)
def test_what_the_system_refuses_is_no_bug_of_ours(capsys, error, line):
    begin(json=False)
    assert _other(error) == 2
    assert capsys.readouterr().err.startswith(f"UsageError: {line}")


def test_letters_of_a_file_that_would_move_the_cursor_are_printed_as_their_codes(capsys):
    begin(json=False)
    failure("DataError", "item 'a\nb\x1b[2J\u202e' é", 3)
    assert capsys.readouterr().err == "DataError: item 'a\\nb\\x1b[2J\\u202e' é\n"
