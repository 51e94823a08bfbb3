"""The help: commands in the order people need them, an example for each that really runs so far, and completion."""

import os
import shlex
import subprocess
import sys

import pytest
import typer

from memlab.cli.app import PANELS, app
from memlab.cli.help_pages import examples, purpose

GROUP = typer.main.get_command(app)
ALL = [
    *((name, command) for name, command in GROUP.commands.items() if not hasattr(command, "commands")),
    *(
        (f"{name} {sub}", command)
        for name, group in GROUP.commands.items()
        for sub, command in getattr(group, "commands", {}).items()
    ),
]


def test_the_first_page_shows_every_command_in_its_panel_in_order(cli):
    code, out, _ = cli("--help")
    assert code == 0
    shown = [line.split()[0] for line in out.partition("Look around:")[2].splitlines() if line.startswith("  ")]
    assert shown == [name for commands in PANELS.values() for name in commands]
    assert [line[:-1] for line in out.splitlines() if line[:-1] in PANELS] == list(PANELS)
    assert "…" not in out
    assert "..." not in out.replace("[ARGS]...", "")


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_says_what_it_does_and_has_an_example_of_its_own(cli, name, command):
    code, out, _ = cli(*name.split(), "--help")
    assert code == 0
    found = examples(command.help)
    assert found
    assert purpose(command.help) in " ".join(out.split())
    for example in found:
        assert f"\n  {example}\n" in out
        assert example.split()[1 : 1 + len(name.split())] == name.split()
        assert ". " not in example  # a sentence after it would be copied too


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_the_options_of_every_example_are_options_of_its_command(name, command):
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for example in examples(command.help):
        given = [word.partition("=")[0] for word in shlex.split(example) if word.startswith("--")]
        assert set(given) <= known


def test_the_help_of_a_command_can_be_copied(cli):
    out = cli("simulate", "--help")[1]
    assert "\n  memlab simulate cmr --experiment murdock1962 --set beta_enc=0.5 --out recalls.csv\n" in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown_for_a_shell(shell):
    environment = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = [sys.executable, "-m", "memlab", "--show-completion", shell]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "_MEMLAB_COMPLETE" in done.stdout


def test_completion_names_commands_and_options():
    def completed(words):
        environment = {**os.environ, "_MEMLAB_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": "1"}
        if words.count(" ") > 1:
            environment["COMP_CWORD"] = str(words.count(" "))
        done = subprocess.run([sys.executable, "-m", "memlab"], capture_output=True, text=True, env=environment)
        return done.stdout.split()

    assert set(completed("memlab co")) >= {"compare"}
    assert "--experiment" in completed("memlab simulate --ex")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("memlab fit t", {"tcm", "todam"}),
        ("memlab compare --models cmr,t", {"cmr,tcm"}),
        ("memlab compare --data mur", {"murdock1962", "murdock_okada1970"}),
        ("memlab data show pol", {"polyn2009"}),
        ("memlab analyze class.csv --analysis spc,lag", {"spc,lag_crp"}),
        ("memlab simulate cmr --experiment how", {"howard_kahana1999"}),
        ("memlab convert a.mat b --to qu", {"quail"}),
        ("memlab init ev", {"evidence"}),
        ("memlab weights list dnc.s", {"dnc.set"}),
        ("memlab data imp", {"import"}),
    ],
)
def test_bash_completes_commands_models_and_data_sets(words, expected):
    """The script that --show-completion prints, sourced by bash itself."""
    shown = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = [sys.executable, "-m", "memlab", "--show-completion", "bash"]
    script = subprocess.run(command, capture_output=True, text=True, env=shown, check=True).stdout
    memlab = f'memlab() {{ {shlex.quote(sys.executable)} -m memlab "$@"; }}; '
    asked = f"COMP_WORDS=({words}); COMP_CWORD={words.count(' ')}; _memlab_completion memlab; echo ${{COMPREPLY[@]}}"
    # the script runs $1, which is a program for a user and a function here
    done = subprocess.run(
        ["bash", "-c", f"{memlab}export -f memlab; {script.replace('env ', '')}\n{asked}"],
        text=True,
        capture_output=True,
    )
    assert expected <= set(done.stdout.split()), done.stderr


@pytest.mark.parametrize(("shell", "mark"), [("zsh", "_arguments"), ("fish", "models\t")])
def test_zsh_and_fish_are_given_names_with_what_they_are(shell, mark):
    environment = {**os.environ, "_MEMLAB_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": "memlab mod"}
    environment["_TYPER_COMPLETE_FISH_ACTION"] = "get-args"
    done = subprocess.run([sys.executable, "-m", "memlab"], capture_output=True, text=True, env=environment)
    assert mark in done.stdout
    assert "List the models, or show one." in done.stdout
    assert "..." not in done.stdout


def test_the_first_page_makes_no_command_and_a_command_only_itself():
    def made(*arguments):
        code = f"""
import sys
import memlab.cli.app as app
from memlab.cli import main
built = app._built
app._built = lambda name: print('made', name, file=sys.stderr) or built(name)
sys.argv = ['memlab', *{arguments!r}]
main()
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        return [line.split()[1] for line in done.stderr.splitlines() if line.startswith("made ")]

    assert made("--help") == []
    assert made("cite", "cmr") == ["cite"]
    assert made("data", "list") == ["data"]
