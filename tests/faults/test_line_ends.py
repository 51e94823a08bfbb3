"""What has a checksum has Unix line ends, and git leaves them so on every system."""

import shutil
import subprocess
from pathlib import Path

import pytest

from memlab.data.checksums import SUMS, checksums

ROOT = Path(__file__).resolve().parents[2]


def git(*arguments):
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="no checkout of git")
def test_git_changes_no_line_end_of_a_file_of_data():
    files = git("ls-files", "data").splitlines()
    assert len(files) > 100
    answers = git("check-attr", "text", "eol", "--", *files).splitlines()
    assert {line.rsplit(": ", 2)[0] for line in answers if line.endswith(": text: unset")} == set(files)
    assert not [line for line in answers if ": eol: " in line and not line.endswith(": unspecified")]


def test_no_file_with_a_checksum_has_windows_line_ends():
    named = [*checksums(), SUMS.name]
    assert len(named) > 10
    assert not [name for name in named if b"\r" in (SUMS.parent / name).read_bytes()]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_a_checkout_as_on_windows_has_the_same_bytes(tmp_path):
    """With ``core.autocrlf``, which git for Windows sets, a file of data comes out of git as it went in."""
    text = b"a,b\n1,2\n"
    settings = ["-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=a"]

    def here(*arguments):
        subprocess.run(["git", *settings, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "data").mkdir()
    for place in (tmp_path / "data" / "a.csv", tmp_path / "other.csv"):
        place.write_bytes(text)
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    here("init")
    here("add", ".")
    here("commit", "-m", "a")
    for place in (tmp_path / "data" / "a.csv", tmp_path / "other.csv"):
        place.unlink()
    here("checkout", "--", ".")
    assert (tmp_path / "data" / "a.csv").read_bytes() == text
    assert (tmp_path / "other.csv").read_bytes() == text.replace(b"\n", b"\r\n")  # what would have happened to it
