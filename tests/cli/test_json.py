"""``--json``: one JSON object on stdout, of any command, also where it fails."""

import json

import pytest

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
