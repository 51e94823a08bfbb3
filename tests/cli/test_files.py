"""memlab validate and convert, and every command that takes a file of recalls, take any format."""

import json
import sys
import warnings
from types import SimpleNamespace

import pytest

from memlab.cli import main

TABLE = """subject,list,trial_type,position,item,response_time
1,1,study,1,cat,
1,1,study,2,dog,
1,1,recall,1,dog,0.5
1,1,recall,2,cow,1.5
"""


@pytest.fixture
def memlab(tmp_path, monkeypatch, capsys):
    """Run the command line in this process, in a folder with a table."""
    (tmp_path / "class.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # main replaces it

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["memlab", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return SimpleNamespace(returncode=ended.value.code, **capsys.readouterr()._asdict())

    return run


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def test_a_good_file_validates_with_0_and_says_what_it_holds(memlab):
    done = memlab("validate", "class.csv")
    assert done.returncode == 0
    assert done.out == "kind,row,column,problem,effect\n"
    assert done.err == "class.csv is read as table: 0 errors, 0 warnings; 1 list of 1 subject\n"


def test_a_bad_file_validates_with_3_and_every_problem(memlab, folder):
    bad = TABLE.replace("1,1,recall,2,cow,1.5", "1,1,recall,0,cow,x\n1,1,recal,3,Dog,-1")
    (folder / "class.csv").write_text(bad)
    done = memlab("validate", "class.csv", "--format", "json")
    assert done.returncode == 3
    found = json.loads(done.out)
    assert [(p["kind"], p["row"], p["column"]) for p in found] == [
        ("error", "5", "response_time"),
        ("error", "5", "position"),
        ("error", "6", "trial_type"),
        ("warning", "6", "item"),
    ]
    assert found[0]["effect"] == "the file is refused"
    assert "3 errors, 1 warning\n" in done.err


def test_a_file_of_no_known_format_is_one_line_that_lists_them(memlab, folder):
    (folder / "odd.csv").write_text("a,b\n1,2\n")
    done = memlab("validate", "odd.csv")
    assert done.returncode == 3
    assert done.err.startswith("DataError: odd.csv: its first row is of no format that memlab knows. Allowed: table, ")
    assert "--from NAME" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_file_is_converted_there_and_back_and_what_is_lost_is_said(memlab):
    done = memlab("convert", "class.csv", "class.h5")
    assert (done.returncode, done.out) == (0, "")
    assert done.err == "class.h5 (jaxcmr): 1 list of 1 subject\nlost: the words (items become numbers)\n"
    assert memlab("convert", "class.csv", "class.h5").returncode == 6
    assert memlab("convert", "class.csv", "class.mat").err == "class.mat (embam): 1 list of 1 subject\n"
    assert memlab("convert", "class.mat", "again.csv").returncode == 0
    spc = [memlab("analyze", name, "--analysis", "spc").out for name in ("class.csv", "class.mat", "class.h5")]
    assert spc[0] == spc[1] == spc[2] == "subject,input,recall\n1,1,0\n1,2,1\n"


def test_what_is_doubtful_is_one_line_on_stderr(memlab, folder):
    (folder / "class.csv").write_text(TABLE.replace("0.5", "-0.5"))
    done = memlab("analyze", "class.csv", "--analysis", "spc")
    assert done.returncode == 0
    assert done.err.splitlines()[0] == (
        "DataWarning: class.csv, column response_time: list 1 of subject 1: response 1 came at -0.5 s, before the test "
        "began. It is kept as it is."
    )


def test_the_formats_are_listed(memlab):
    done = memlab("data", "formats", "--format", "json")
    listed = {one["format"]: one["written"] for one in json.loads(done.out)}
    assert listed["bids"] == "yes"
    assert listed["psychopy"] == "no"
    assert len(listed) == 12


def test_data_import_takes_what_convert_takes(memlab, folder):
    rows = ["trial,typed,word,part", "1,,cat,see", "1,,dog,see", "1,dog,,type"]
    (folder / "own.csv").write_text("\n".join(rows) + "\n")
    (folder / "map.toml").write_text(
        'list = "trial"\nstudy = { item = "word", rows = { part = "see" } }\n'
        'recall = { item = "typed", rows = { part = "type" } }\n'
    )
    for option in ("--from", "--as"):
        given = ["own.csv", option, "mapped", "--columns", "map.toml", "--out", f"own{option}.csv"]
        assert memlab("data", "import", *given).returncode == 0
    memlab("convert", "own.csv", "converted.csv", "--from", "mapped", "--columns", "map.toml")
    texts = {(folder / name).read_text() for name in ("own--from.csv", "own--as.csv", "converted.csv")}
    assert len(texts) == 1


def test_a_file_that_may_be_meant_is_named(memlab, folder):
    expected = "DataError: cannot read clas.csv: No such file or directory. Did you mean class.csv?\n"
    for command in (["validate", "clas.csv"], ["analyze", "clas.csv"], ["fit", "tcm", "--data", "clas.csv"]):
        done = memlab(*command)
        assert (done.returncode, done.err) == (3, expected)
    for there in ("nofolder/x.csv", "class.csv/x.csv"):
        assert "Did you mean" not in memlab("validate", there).err


def test_a_data_set_that_may_be_meant_is_named(memlab):
    done = memlab("fit", "tcm", "--data", "murdok1962")
    assert done.err.startswith(
        "UnknownName: there is no file and no data set 'murdok1962'. Did you mean 'murdock1962'?"
    )


def test_a_wrong_call_names_the_page_of_its_command(memlab):
    assert memlab("fit", "cmr", "--dat", "x").err.endswith(" See: memlab fit --help\n")
    assert (
        memlab("data", "lst").err == "UsageError: No such command 'lst'. Did you mean 'list'? See: memlab data --help\n"
    )
