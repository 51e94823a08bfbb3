"""Compiled code that cannot be kept or read, no home, a clock set back: memlab runs on, and says what is missing."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from memlab import run_folder
from memlab.run_folder import RunFolder, verify

PROGRAM = """
import warnings
warnings.simplefilter("always")
from kernel import first, second
print(first(1.0), second(1.0))
"""
KERNEL = """
from memlab.core.compiled import compiled
@compiled
def first(x):
    return x + 1
@compiled
def second(x):
    return x + 2
"""


@pytest.fixture
def place(tmp_path):
    (tmp_path / "kernel.py").write_text(KERNEL)
    return tmp_path


def run(place, program=PROGRAM, **variables):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(place / "kept"), **variables}
    done = subprocess.run([sys.executable, "-c", program], cwd=place, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "2.0 3.0\n"), done.stderr
    return done.stderr


def kept(place, ending):
    return sorted((place / "kept").rglob(f"*.{ending}"))


def test_compiled_code_is_kept_where_that_is_said(place):
    assert run(place) == ""
    assert (len(kept(place, "nbi")), len(kept(place, "nbc"))) == (2, 2)


@pytest.mark.parametrize(("ending", "content"), [("nbi", b""), ("nbi", b"\x80\x04broken"), ("nbc", None)])
def test_damaged_compiled_code_is_compiled_anew_and_the_user_told_at_most_once(place, ending, content):
    run(place)
    for path in kept(place, ending):
        path.write_bytes(path.read_bytes()[:-40] if content is None else content)
    assert run(place).count("set NUMBA_CACHE_DIR") <= 1


def test_a_disk_that_fills_up_while_compiled_code_is_kept_is_told_once(place):
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
    err = run(place, full + PROGRAM)
    assert err.count("compiled code cannot be kept in") == 1
    assert err.count("set NUMBA_CACHE_DIR") == 1


@pytest.fixture
def read_only(place):
    """A package whose folder takes no compiled code: the administrator of this machine may write into any other."""
    (place / "kept").write_text("a file where the folder would be")
    (place / "__pycache__").write_text("and one where the package would keep it")
    return place


def test_a_package_that_cannot_be_written_keeps_its_compiled_code_with_the_user(read_only):
    home = {"HOME": str(read_only / "home"), "XDG_CACHE_HOME": str(read_only / "home" / "cache")}
    assert run(read_only, PYTHONDONTWRITEBYTECODE="1", **home) == ""
    assert len(list((read_only / "home").rglob("*.nbc"))) == 2


def test_where_the_user_has_no_place_either_that_is_said_once(read_only):
    home = {"HOME": "/dev/null/none", "XDG_CACHE_HOME": "/dev/null/none"}
    assert run(read_only, PYTHONDONTWRITEBYTECODE="1", **home).count("set NUMBA_CACHE_DIR") == 1


NOWHERE = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), "/dev/null/none")


@pytest.mark.parametrize("given", [NOWHERE, {"MPLBACKEND": "none such", "SOURCE_DATE_EPOCH": "no number"}])
def test_figures_are_drawn_without_a_home_and_whatever_else_matplotlib_would_take(tmp_path, given):
    rows = "".join(f"1,1,study,{p},w{p}\n1,1,recall,{p},w{p}\n" for p in (1, 2, 3))
    (tmp_path / "class.csv").write_text("subject,list,trial_type,position,item\n" + rows)
    environment = {**{n: v for n, v in os.environ.items() if n not in ("MPLCONFIGDIR", "MEMLAB_DATA")}, **given}
    command = [sys.executable, "-m", "memlab", "analyze", "class.csv", "--analysis", "spc", "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    verify(tmp_path / "out")


def test_a_clock_that_is_set_back_while_a_run_lasts_does_no_harm(tmp_path, monkeypatch):
    folder = RunFolder(tmp_path / "out", "compare", {"seed": 1})
    folder.write_text("a.txt", "x")

    class Earlier(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(UTC) - timedelta(days=400)

    monkeypatch.setattr(run_folder, "datetime", Earlier)
    folder.finish()
    record = verify(tmp_path / "out")
    assert record["complete"]
    assert record["ended"] < record["started"]


@pytest.fixture
def german(tmp_path):
    """A locale with a decimal comma and Latin-1, made for this test."""
    if shutil.which("localedef") is None:
        pytest.skip("there is no localedef")
    made = ["localedef", "-i", "de_DE", "-f", "ISO-8859-1", str(tmp_path / "locales" / "de_DE")]
    (tmp_path / "locales").mkdir()
    if subprocess.run(made, capture_output=True).returncode:
        pytest.skip("this system has no sources of locales")
    return {"LOCPATH": str(tmp_path / "locales"), "LC_ALL": "de_DE", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.slow
def test_words_and_paths_beyond_ascii_are_read_and_written_under_a_locale_with_latin_letters_and_commas(
    german, tmp_path
):
    rows = "".join(f"\u0131,1,study,{p},w\u00f6rt{p}\n\u0131,1,recall,{p},w\u00f6rt{p}\n" for p in (1, 2, 3))
    (tmp_path / "w\u00f6rter.csv").write_text("subject,list,trial_type,position,item\n" + rows, encoding="utf-8")
    for name, variables in (("plain", {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}), ("other", german)):
        source = "w\u00f6rter.csv".encode("latin-1" if name == "other" else "utf-8")
        (tmp_path / os.fsdecode(source)).write_bytes((tmp_path / "w\u00f6rter.csv").read_bytes())
        command = [sys.executable, "-m", "memlab", "analyze", source, "--analysis", "spc,lag_crp", "--out", name]
        done = subprocess.run(command, cwd=tmp_path, env={**os.environ, **variables}, capture_output=True)
        assert done.returncode == 0, done.stderr
    for file in (tmp_path / "plain").iterdir():
        if file.name != "run.json":
            assert (tmp_path / "other" / file.name).read_bytes() == file.read_bytes(), file.name
    verify(tmp_path / "other")


@pytest.mark.slow
def test_a_run_in_a_locale_without_our_letters_leaves_the_same_files(tmp_path):
    """Nothing is read or written in the encoding of the locale."""
    plain = {"LC_ALL": "C.UTF-8"}
    other = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    small = ["--models", "chance,cmr", "--conditions", "10-2", "--subjects", "2", "--lists", "5", "--replications", "2"]
    for name, variables in (("plain", plain), ("other", other)):
        command = [sys.executable, "-m", "memlab", "compare", *small, "--out", name]
        done = subprocess.run(command, cwd=tmp_path, env={**os.environ, **variables}, capture_output=True)
        assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "plain").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "other").iterdir())
    for name in set(names) - {"run.json"}:
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name


def test_kernels_that_numba_is_told_to_leave_alone_run_as_they_are(place):
    assert run(place, NUMBA_DISABLE_JIT="1") == ""
    assert not (place / "kept").exists()
