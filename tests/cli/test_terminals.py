"""Narrow terminals, no colour, no home directory, other encodings and locales: every page and table survives."""

import os
import subprocess
import sys

import pytest
import typer

from memlab.cli.app import app
from memlab.cli.console import NARROWEST, show_table, show_text_table

GROUP = typer.main.get_command(app)
NAMES = [
    [],
    *([name] for name in GROUP.commands),
    *([name, sub] for name, group in GROUP.commands.items() for sub in getattr(group, "commands", {})),
]
TABLES = [
    (["models"], "model:cmr.polyn2009"),
    (["models", "cmr"], "parameter:beta_start"),
    (["data", "list"], "data:murdock1962"),
    (["weights", "list"], "name:dnc.blog"),
    (["cite", "cmr"], "Morton&Polyn(2016)"),
]


def memlab(*arguments, remove=(), **variables):
    environment = {name: value for name, value in os.environ.items() if name not in remove} | variables
    command = [sys.executable, "-m", "memlab", *arguments]
    return subprocess.run(command, capture_output=True, env=environment, timeout=120)


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_every_help_page_keeps_to_a_terminal_of_20_columns(cli, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "20")
    code, out, err = cli(*name, "--help")
    assert (code, err) == (0, "")
    page = [line for line in out.splitlines() if not line.startswith("  memlab ")]  # an example stays in one piece
    assert max(map(len, page)) <= 20


@pytest.mark.parametrize(("arguments", "word"), TABLES, ids=lambda value: " ".join(value))
@pytest.mark.parametrize("columns", ["20", "80"])
def test_every_table_keeps_to_the_terminal_and_loses_nothing(cli, monkeypatch, arguments, word, columns):
    monkeypatch.setenv("COLUMNS", columns)
    code, out, _ = cli(*arguments, "--format", "table")
    assert code == 0
    assert max(map(len, out.splitlines())) <= int(columns)
    if columns == "20":  # a row is lines of its own; side by side, cells are folded
        assert word in "".join(out.split())


@pytest.mark.parametrize("width", [1, NARROWEST, 14, 30, 200])
def test_a_table_of_any_width_has_every_cell(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", str(width))
    show_text_table(["name", "value"], [["first", "1.5"], ["second", "2.5"]], "a title")
    out = capsys.readouterr().out
    for cell in ("first", "1.5", "second", "2.5"):
        assert cell in out.replace("\n  ", "")
    show_table({"word": ["übergroß", "日本"], "n": [1, float("nan")]}, "table")
    assert "日本" in capsys.readouterr().out


def test_no_colour_is_asked_for_and_none_is_printed(cli, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")  # of the two, NO_COLOR counts
    for arguments in (["--help"], ["models", "cmr", "--format", "table"], ["models", "cmrr"]):
        _, out, err = cli(*arguments)
        assert "\x1b" not in out + err


def test_without_a_home_directory_it_runs(tmp_path):
    for arguments in (["--help"], ["data", "list"]):
        done = memlab(*arguments, remove=("HOME", "XDG_CACHE_HOME", "USERPROFILE"))
        assert done.returncode == 0, done.stderr
    done = memlab("doctor", HOME=str(tmp_path / "none"), MEMLAB_DATA=str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_an_encoding_without_our_letters_gets_their_codes(encoding):
    for arguments in (["models", "cmr", "--format", "table"], ["init", "fit"]):
        done = memlab(*arguments, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode(encoding)
    assert (b"1/SE\\xb2" in done.stdout) == (encoding == "ascii")  # 1/SE²
    assert memlab("simulate", "--help", PYTHONIOENCODING=encoding).returncode == 0


def test_another_locale_changes_no_number(tmp_path):
    plain = memlab("simulate", "cmr", "--lists", "2", "--subjects", "1", LC_ALL="C.UTF-8", LANG="")
    german = memlab(
        "simulate", "cmr", "--lists", "2", "--subjects", "1", LC_ALL="de_DE.UTF-8", LANGUAGE="de", LANG="de"
    )
    assert german.returncode == 0, german.stderr
    assert german.stdout == plain.stdout
