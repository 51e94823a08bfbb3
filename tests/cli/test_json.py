"""``--json``: one JSON object on stdout, of any command, also where it fails."""

import json
from pathlib import Path

import pytest
import typer

from memlab.cli.app import app

SMALL = ["--conditions", "10-2", "--subjects", "2", "--lists", "4", "--replications", "1"]


@pytest.fixture
def result(cli):
    def run(*arguments):
        code, out, _ = cli(*arguments)
        found = json.loads(out)
        assert found["exit_code"] == code
        assert {"command", "exit_code", "messages", "tables"} <= set(found)
        return found

    return run


@pytest.mark.parametrize(
    ("arguments", "command", "table"),
    [
        (["models"], "models", "models"),
        (["models", "cmr"], "models", "parameters"),
        (["models", "tcm", "--values-for", "cymr"], "models", "values"),
        (["data", "list"], "data list", "data"),
        (["data", "show", "murdock1962"], "data show", "curves"),
        (["weights", "list"], "weights list", "weights"),
        (["simulate", "chance", "--lists", "2", "--subjects", "1"], "simulate", "recalls"),
        (["cite", "cmr"], "cite", "sources"),
        (["doctor"], "doctor", "checks"),
    ],
)
def test_a_table_is_a_list_of_records_by_its_name(result, arguments, command, table):
    found = result(*arguments, "--json")
    assert found["command"] == command
    assert isinstance(found["tables"][table][0], dict)


def test_it_may_stand_anywhere_and_format_json_is_the_same_where_format_is_of_figures(result, cli):
    one = result("--json", "compare", "--models", "chance", *SMALL, "--format", "svg", "--out", "one")
    code, out, err = cli("compare", "--models", "chance", *SMALL, "--format=json", "--out", "two", "-q")
    two = json.loads(out)
    assert (code, err, one["out"], two["out"]) == (0, "", "one", "two")
    assert one["tables"] == two["tables"]
    scores = one["tables"]["scores"]
    assert {row["model"] for row in scores} >= {"chance"}
    assert all(isinstance(row["value"], (float, type(None))) for row in scores)


def test_the_format_of_a_table_is_the_table_alone(cli):
    code, out, _ = cli("models", "--format", "json")
    assert code == 0
    assert isinstance(json.loads(out), list)


def test_several_tables_are_one_object(result, cli):
    cli("simulate", "cmr", "--lists", "4", "--subjects", "2", "--out", "class.csv")
    found = result("analyze", "class.csv", "--analysis", "spc,pfr", "--json")
    assert list(found["tables"]) == ["spc", "pfr"]


def test_what_a_run_left_is_named(result, cli, tmp_path):
    assert result("simulate", "chance", "--out", "class.csv", "--json")["out"] == "class.csv"
    assert result("verify", "class.run.json", "--json")["verified"] == ["class.csv"]
    assert result("rerun", "class.run.json", "--out", "again", "--json")["different"] == []
    assert result("analyze", "class.csv", "--out", "curves", "--figure", "svg", "--json")["out"] == "curves"
    assert "bibtex" in result("cite", "curves", "--bibtex", "--json")


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (["models", "cmrr"], 2, "UnknownName"),
        (["analyze", "none.csv"], 3, "DataError"),
        (["compar"], 2, "UsageError"),
        (["fit", "cmr", "--seed", "x"], 2, "UsageError"),
    ],
)
def test_an_error_is_in_the_object_and_on_stderr(cli, arguments, code, kind):
    found, out, err = cli(*arguments, "--json")
    assert found == code
    error = json.loads(out)["error"]
    assert error["kind"] == kind
    assert err == f"{kind}: {error['message']}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["models", "--help"], ["--version"]], ids=" ".join)
def test_a_help_page_stays_a_help_page(cli, arguments):
    assert cli(*arguments, "--json")[1] == cli(*arguments)[1]


def test_nothing_of_one_command_is_left_for_the_next(result):
    result("models", "cmrr", "--json")
    assert "error" not in result("models", "cmr", "--json")


def test_several_tables_as_json_are_one_object_of_them(cli):
    cli("simulate", "cmr", "--lists", "4", "--subjects", "2", "--out", "class.csv")
    code, out, _ = cli("analyze", "class.csv", "--format", "json")
    assert code == 0
    assert list(json.loads(out)) == ["spc", "pfr", "lag_crp"]


@pytest.mark.parametrize("arguments", [["--out", "curves"], ["--analysis", "spcc"]], ids=["folder", "error"])
def test_where_no_table_is_printed_format_json_gives_the_result(cli, arguments):
    cli("simulate", "cmr", "--lists", "4", "--subjects", "2", "--out", "class.csv")
    code, out, _ = cli("analyze", "class.csv", "--format", "json", *arguments)
    assert json.loads(out)["exit_code"] == code


def test_figures_may_be_named_beside_json(result, cli):
    found = result("compare", "--models", "chance", *SMALL, "--format", "svg,json", "--out", "one")
    assert found["tables"]["scores"]
    assert [path.suffix for path in sorted(Path("one").glob("figure.*")) if path.suffix != ".md"] == [".svg"]


def test_another_format_where_there_is_none_is_one_line(cli):
    code, _, err = cli("convert", "a.csv", "b.mat", "--format", "jsn")
    assert (code, err) == (2, "UsageError: --format of memlab convert is json, or is left out.\n")


LISTS = ["--list-length", "6", "--lists", "3", "--subjects", "2"]
FIT = ["--free", "beta", "--restarts", "1", "--generations", "3", "--jobs", "1"]
ALL = {
    "models": ["models"],
    "data list": ["data", "list"],
    "data show": ["data", "show", "murdock1962"],
    "data import": ["data", "import", "class.csv", "--out", "table.csv"],
    "data formats": ["data", "formats"],
    "data fetch": ["data", "fetch", "no_such_data"],
    "weights list": ["weights", "list"],
    "weights verify": ["weights", "verify", "--folder", "."],
    "compare": ["compare", "--models", "chance", *SMALL, "--out", "out"],
    "simulate": ["simulate", "chance", *LISTS],
    "sweep": ["sweep", "chance", "--param", "no_such_parameter=1,2", "--out", "out"],
    "lesion": ["lesion", "chance", "--what", "no_such_part", "--out", "out"],
    "plot": ["plot", "no_such_folder", "--out", "out"],
    "validate": ["validate", "class.csv"],
    "convert": ["convert", "class.csv", "class.json"],
    "score": ["score", "class.csv"],
    "analyze": ["analyze", "class.csv"],
    "recover": ["recover", "no_such_model", "--out", "out"],
    "fit": ["fit", "tcm", "--data", "class.csv", *FIT],
    "gather": ["gather", "no_such_folder"],
    "evidence": ["evidence", "no_such_model", "--out", "out"],
    "report": ["report", "no_such_folder"],
    "train": ["train", "no_such_network", "--out", "out"],
    "inspect": ["inspect", "no_such_network", "--out", "out"],
    "study": ["study", "no_such_study", "--out", "out"],
    "verify": ["verify", "class.run.json"],
    "rerun": ["rerun", "class.run.json", "--out", "again.csv"],
    "cite": ["cite", "cmr"],
    "init": ["init", "fit"],
    "doctor": ["doctor"],
}
"""A call of every command that is soon done; of those that take long, one that fails."""


def test_every_command_is_tried():
    group = typer.main.get_command(app)
    names = {f"{name} {sub}".strip() for name, one in group.commands.items() for sub in getattr(one, "commands", [""])}
    assert names == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_format_json_prints_one_value_whatever_the_command_and_its_help_says_so(cli, name):
    cli("simulate", "tcm", *LISTS, "--out", "class.csv")
    code, out, _ = cli(*ALL[name], "--format", "json")
    value = json.loads(out)
    if isinstance(value, dict) and "exit_code" in value:
        assert (value["command"], value["exit_code"]) == (name, code)
        assert ("error" in value) == (code in (1, 2, 3, 5, 6, 7))
    assert code in (0, 2, 3, 4)
    assert (code in (0, 4)) == ("no_such" not in " ".join(ALL[name]))
    page = " ".join(cli(*name.split(), "--help")[1].split())
    assert "--format json" in page or "table, csv or json" in page


SLOW = {
    "sweep": ["sweep", "tcm", "--param", "beta=0.2,0.6", *LISTS],
    "lesion": ["lesion", "sam", "--what", "buffer", *SMALL],
    "plot": ["plot", "compared"],
    "recover": [
        "recover",
        "tcm",
        "--subjects",
        "3",
        "--lists",
        "3",
        "--free",
        "beta",
        "--restarts",
        "1",
        "--jobs",
        "1",
    ],
    "gather": ["gather", "fitted"],
    "evidence": ["evidence", "tcm,chance", "--data", "class.csv", "--restarts", "1", "--folds", "2", "--jobs", "1"],
    "report": ["report", "fitted"],
    "inspect": ["inspect", "dnc", "--trials", "2", "--list-length", "4"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_format_json_prints_the_result_of_what_takes_long(result, cli, name):
    cli("simulate", "tcm", *LISTS, "--out", "class.csv")
    cli("compare", "--models", "chance", *SMALL, "--out", "compared")
    cli("fit", "tcm", "--data", "class.csv", *FIT, "--out", "fitted")
    found = result(*SLOW[name], "--out", "out", "--json" if name == "gather" else "--format=json")
    assert found["exit_code"] in (0, 4)
    assert found["out"]
