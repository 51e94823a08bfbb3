"""What README and manual tell people to type exists: commands, options, names, and Python that runs."""

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from memlab.data import list_references
from memlab.models import ALIASES, MODELS
from memlab.paradigms.experiments import EXPERIMENTS, SERIAL_EXPERIMENTS

ROOT = Path(__file__).resolve().parents[1]
MADE = {"_build", "generated"}
"""Folders under docs/ that a build leaves."""

PAGES = {
    str(page.relative_to(ROOT)): page
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if not MADE.intersection(page.parts)
}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(memlab [^`]+)`")
IN_THE_MANUAL = {"fading"}
"""The model that a page of the manual has the reader write."""


def blocks(page, language):
    return [code for found, code in FENCE.findall(PAGES[page].read_text(encoding="utf-8")) if found == language]


def commands():
    """Return every page with each `memlab …` it names: in shell blocks, and in `code` in the text."""
    found = set()
    for page, path in PAGES.items():
        lines = [line for block in blocks(page, "bash") for line in block.splitlines()]
        text = FENCE.sub("", path.read_text(encoding="utf-8"))
        named = [*lines, *(" ".join(code.split()) for code in INLINE.findall(text))]
        found |= {(page, line) for line in named if line.startswith("memlab ")}
    return sorted(found)


def memlab_command(*arguments, **where):
    environment = {**os.environ, "COLUMNS": "300"}  # no line of help is wrapped
    command = [sys.executable, "-m", "memlab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, **where)


@cache
def help_of(*command):
    """Return the help of a command, or None if there is none of that name."""
    result = memlab_command(*command, "--help")
    return result.stdout if result.returncode == 0 else None


def split(line):
    """Return the command's words (`data list`), its positional arguments and its options."""
    words = shlex.split(line, comments=True)[1:]
    size = 2 if words[:1] in (["data"], ["weights"]) and len(words) > 1 else 1
    command, rest = words[:size], words[size:]
    options = [i for i, word in enumerate(rest) if word.startswith("--")]
    given = {rest[i]: rest[i + 1] if i + 1 < len(rest) else "" for i in options}
    return command, rest[: options[0] if options else None], given


def test_the_pages_name_commands():
    assert {"README.md", "docs/tour.md"} <= {page for page, _ in commands()}
    assert ("README.md", "memlab compare --paradigm free_recall --out results") in commands()


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_command_that_a_page_names_exists_with_its_options(page, line):
    command, _, options = split(line)
    text = help_of() if command[0].startswith("-") else help_of(*command)
    assert text is not None, f"{page}: there is no command: memlab {' '.join(command)}"
    for option in options:
        assert re.search(rf"^\s+(-\w, |--[\w-]+\s*/\s*)?{option}\b", text, flags=re.MULTILINE), (
            f"{page}: {option} in: {line}"
        )


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_model_or_data_set_in_a_command_that_a_page_names_exists(page, line):
    command, positional, options = split(line)
    models = {*MODELS, *ALIASES, *IN_THE_MANUAL, "NAME", "MODEL"}
    named = [
        *options.get("--models", "").split(","),
        *(positional if command[0] in {"fit", "lesion", "recover", "simulate", "sweep", "models"} else []),
    ]
    assert {name for name in named if name} <= models
    if command in (["data", "show"], ["data", "fetch"]):
        assert set(positional) <= {*list_references(), "NAME"}
    assert options.get("--experiment", "murdock1962") in EXPERIMENTS | SERIAL_EXPERIMENTS


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_the_python_of_a_page_runs(page, tmp_path):
    """All blocks of a page as one program, in an empty folder and a process of its own."""
    code = "\n".join(blocks(page, "python"))
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


NOT_HERE = ("memlab compare --paradigm", "memlab data fetch", "memlab data import")
"""Takes minutes, needs a network, needs a file from the network."""


@pytest.mark.slow
def test_the_commands_of_the_tour_run_one_after_the_other_in_an_empty_folder(tmp_path):
    lines = [line for block in blocks("docs/tour.md", "bash") for line in block.splitlines()]
    for line in lines:
        if not line.startswith(NOT_HERE):
            result = memlab_command(*shlex.split(line)[1:], cwd=tmp_path)
            assert result.returncode == 0, f"{line}\n{result.stderr}"
    named = {"curves.csv", "scores.csv", "report.md", "run.json", "figure.caption.md", "figure.svg"}
    assert named <= {path.name for path in (tmp_path / "small").iterdir()}


def test_the_check_finds_its_two_commands_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for marker in re.findall(r"readme (\w+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8")):
        assert re.search(rf"^<!-- {marker} -->\n```bash\n", text, flags=re.MULTILINE), marker
