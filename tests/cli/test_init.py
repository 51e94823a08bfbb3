"""`memlab init`: every option of a command, with its default and meaning, in a file that the command takes."""

import tomllib

import pytest
import typer

from memlab.cli.app import app
from memlab.cli.init import configuration_text, configurations

GROUP = typer.main.get_command(app)
NEEDED = {"fit": {"model": "cmr"}, "lesion": {"model": "sam"}, "sweep": {"model": "cmr"}, "simulate": {"model": "cmr"},
          "analyze": {"file": "class.csv"}, "score": {"file": "typed.csv"}, "evidence": {"data": "lists.csv"},
          }  # fmt: skip
COMMANDS = sorted(configurations())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_file_says_what_the_command_does_anyway(name, tmp_path):
    """As it is, and with every default uncommented."""
    config, path, given = configurations()[name], tmp_path / "c.toml", NEEDED.get(name, {})
    text = configuration_text(name, GROUP)
    defaults = [line[2:] for line in text.splitlines() if is_option(line, config) and "# an example" not in line]
    assert defaults
    for content in (text, "\n".join(defaults)):
        path.write_text(content, encoding="utf-8")
        assert config.load(path, given) == config.load(None, given)


def is_option(line, config):
    return line.startswith("# ") and line[2:].partition(" = ")[0] in config.model_fields and " = " in line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_there_once_with_its_meaning(name):
    lines = configuration_text(name, GROUP).splitlines()
    for field in configurations()[name].model_fields:
        starts = (f"# {field} = ", f"# [{field}]", f"# [[{field}]]")
        (at,) = [i for i, line in enumerate(lines) if line.startswith(starts)]
        assert lines[at - 1].startswith("# ") or lines[at - 1].endswith("]"), field
        assert len(lines[at - 1]) > 6, field


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_commented_out_is_a_value_that_is_allowed(name):
    config, given = configurations()[name], NEEDED.get(name, {})
    whole = configuration_text(name, GROUP).splitlines()
    for line in whole:
        if is_option(line, config):
            value = tomllib.loads(line.removeprefix("# "))
            config.load(None, {**given, **value})
    titles = {form.format(field) for field in config.model_fields for form in ("# [{}]", "# [[{}]]")}
    tables = "\n".join(line[2:] for line in whole if line in titles or line.startswith(("# NAME = ", "# MODEL = ")))
    config.load(None, {**given, **tomllib.loads(tables)})


def test_a_configuration_is_written_and_used(cli, tmp_path):
    code, _, err = cli("init", "simulate", "--out", "simulate.toml")
    assert (code, err) == (0, "the configuration of memlab simulate is in simulate.toml\n")
    text = (tmp_path / "simulate.toml").read_text(encoding="utf-8")
    (tmp_path / "simulate.toml").write_text(text.replace("# lists = 5", "lists = 2").replace("# seed = 1", "seed = 7"))
    code, with_file, err = cli("simulate", "chance", "--config", "simulate.toml", "--subjects", "1")
    assert code == 0, err
    assert with_file == cli("simulate", "chance", "--lists", "2", "--subjects", "1", "--seed", "7")[1]
    assert cli("init", "simulate", "--out", "simulate.toml")[0] == 6
    assert cli("init", "simulate", "--out", "simulate.toml", "--force")[0] == 0


def test_a_command_without_a_configuration_is_refused(cli):
    code, out, err = cli("init", "simulat")
    assert (code, out) == (2, "")
    assert "there is no configuration of a command 'simulat'. Did you mean 'simulate'?" in err
