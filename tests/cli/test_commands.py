"""The command line as a new user meets it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

SMALL = ["--conditions", "10-2", "--subjects", "2", "--lists", "5", "--replications", "2", "--format", "svg"]


def test_compare_leaves_everything_and_says_where(cli, tmp_path):
    code, out, err = cli("compare", "--paradigm", "free_recall", "--models", "chance,cmr", *SMALL, "--out", "results")
    assert code == 0
    assert "cmr" in out
    assert "people" in out
    assert "are in results" in err
    assert {p.name for p in (tmp_path / "results").iterdir()} >= {"figure.svg", "scores.csv", "curves.csv", "report.md"}


def test_a_second_run_into_the_same_folder_is_refused_and_force_replaces_it(cli):
    arguments = ("compare", "--models", "chance", *SMALL, "--out", "results")
    assert cli(*arguments)[0] == 0
    code, out, err = cli(*arguments)
    assert (code, out) == (6, "")
    assert err == "OutputExists: results exists and is not empty. Use --force to replace the run, or another --out.\n"
    assert cli(*arguments, "--force")[0] == 0


def test_without_out_each_run_gets_a_folder_of_its_own(cli, tmp_path):
    for _ in range(2):
        assert cli("compare", "--models", "chance", *SMALL)[0] == 0
    assert {p.name for p in tmp_path.iterdir()} == {"memlab-free_recall", "memlab-free_recall-2"}


def test_verify_rerun_and_plot_work_on_what_compare_left(cli, tmp_path):
    cli("compare", "--models", "chance,cmr", *SMALL, "--out", "results")
    assert cli("verify", "results")[0] == 0
    code, _, err = cli("rerun", "results/run.json", "--out", "again")
    assert code == 0
    assert "every file is the same" in err
    assert cli("plot", "results", "--layout", "models", "--format", "png", "--out", "redrawn")[0] == 0
    assert (tmp_path / "redrawn" / "figure.png").stat().st_size > 10_000
    (tmp_path / "results" / "scores.csv").write_text("x")
    code, _, err = cli("verify", "results")
    assert code == 7
    assert "changed or missing since the run: scores.csv" in err


def test_simulate_then_analyze_then_compare_a_users_file(cli, tmp_path):
    code, _, err = cli(
        "simulate", "cmr", "--lists", "10", "--subjects", "4", "--out", "class.csv", "--set", "beta_enc=0.5"
    )
    assert code == 0
    assert "40 lists are in class.csv" in err
    code, out, _ = cli("analyze", "class.csv", "--analysis", "spc", "--format", "csv")
    assert code == 0
    assert out.startswith("subject,input,recall\n")
    assert len(out.splitlines()) == 1 + 4 * 20
    code, _, err = cli("analyze", "class.csv", "--out", "curves", "--figure", "svg")
    assert code == 0, err
    names = {p.name for p in (tmp_path / "curves").iterdir()}
    assert {"spc.csv", "pfr.csv", "lag_crp.csv", "spc.svg", "lag_crp.svg", "run.json"} <= names
    code, _, err = cli("compare", "--data", "class.csv", "--models", "chance", "--replications", "2", "--format", "svg")
    assert code == 0, err


def test_every_analysis_runs_and_averages(cli):
    from memlab.runs.analyze import ANALYSES

    cli("simulate", "cmr", "--lists", "5", "--subjects", "3", "--out", "class.csv")
    for name in ANALYSES:
        if name not in ("irt", "serial_latency", "displacement_latency", "ranschburg"):  # no times, no repeated items
            code, out, err = cli("analyze", "class.csv", "--analysis", name, "--average", "--format", "json")
            assert code == 0, err
            assert json.loads(out), name


def test_a_redrawn_figure_is_the_same_to_the_byte(cli, tmp_path):
    cli("compare", "--models", "chance,cmr", *SMALL, "--out", "results")
    cli("plot", "results", "--format", "svg", "--out", "redrawn")
    for name in ("figure.svg", "figure.caption.md"):
        assert (tmp_path / "redrawn" / name).read_bytes() == (tmp_path / "results" / name).read_bytes()
    caption = (tmp_path / "results" / "figure.caption.md").read_text()
    assert "people of Murdock (1962), mean over subjects (n = 15)" in caption


def test_quiet_may_stand_anywhere_and_leaves_only_data(cli):
    for arguments in (("--quiet", "compare"), ("compare", "-q")):
        code, out, err = cli(*arguments, "--models", "chance", *SMALL)
        assert (code, out, err) == (0, "", "")


def test_the_same_seed_gives_the_same_table(cli):
    first = cli("simulate", "cmr", "--lists", "2", "--subjects", "1", "--seed", "4")[1]
    assert first == cli("simulate", "cmr", "--lists", "2", "--subjects", "1", "--seed", "4")[1]
    assert first != cli("simulate", "cmr", "--lists", "2", "--subjects", "1", "--seed", "5")[1]


def test_fit_prints_and_writes_a_parameter_set_and_exits_4_when_it_did_not_settle(cli, tmp_path):
    arguments = ("fit", "simple", "--conditions", "10-2", "--weights", "equal", "--jobs", "1", "--out", "simple.toml")
    code, out, _ = cli(*arguments, "--generations", "1")
    assert code == 4
    assert "all,c," in out
    assert 'model = "simple"' in (tmp_path / "simple.toml").read_text()
    assert cli(*arguments)[0] == 6
    assert cli(*arguments, "--force", "--generations", "100")[0] == 0


def test_models_lists_all_and_shows_one(cli):
    code, out, _ = cli("models", "--format", "json")
    assert code == 0
    found = {row["model"]: row for row in json.loads(out)}
    assert found["cmr"]["can"] == "simulate, likelihood"
    assert found["sam.rs1981"]["can"] == "simulate, estimated likelihood"
    assert found["simple"]["can"] == "simulate"
    code, out, err = cli("models", "cmr", "--format", "table")
    assert code == 0
    assert "beta_enc" in out
    assert "option choice_rule = power (of power, softmax)" in err


def test_data_is_listed_and_shown_with_its_source(cli):
    assert "murdock1962" in cli("data", "list")[1]
    code, out, err = cli("data", "show", "murdock1962")
    assert code == 0
    assert "488" in err
    assert out.startswith("condition,half,measure,x,mean")


def test_data_import_turns_the_classic_text_into_the_long_table(cli, tmp_path, human):
    source = human / "raw" / "fr20-1.txt"
    code, _, err = cli("data", "import", source, "--out", "table.csv")
    assert code == 0, err
    assert "1200 lists are in table.csv" in err
    assert cli("data", "import", source, "--out", "table.csv")[0] == 6
    code, out, _ = cli("analyze", "table.csv", "--analysis", "number_recalled", "--format", "csv")
    assert code == 0
    assert len(out.splitlines()) == 16


def test_a_configuration_file_is_read_and_overruled(cli, tmp_path):
    (tmp_path / "c.toml").write_text(
        'models = ["chance"]\nconditions = ["10-2"]\nsubjects = 2\nlists = 2\nreplications = 2\n'
    )
    code, out, err = cli("compare", "--config", "c.toml", "--format", "svg", "--models", "tcm")
    assert code == 0, err
    assert "tcm" in out


WRONG = [
    (["compare", "--models", "cmrr"], 2, "UnknownName: there is no model 'cmrr'. Did you mean 'cmr'?"),
    (["compare", "--conditions", "20_1"], 2, "UnknownName: there is no condition '20_1'. Did you mean '20-1'?"),
    (["compare", "--data", "class.csv"], 3, "DataError: cannot read class.csv: No such file"),
    (
        ["compare", "--data", "murdok1962"],
        2,
        "UnknownName: there is no file and no data set 'murdok1962'. Did you mean",
    ),
    (["compare", "--layout", "grid"], 2, "UsageError: option layout"),
    (["compare", "--width", "wide", *SMALL, "--models", "chance"], 2, "'wide'"),
    (["compare", "--seed", "x"], 2, "UsageError: "),
    (["compar"], 2, "UsageError: No such command 'compar'. Did you mean 'compare'?"),
    (["models", "sma"], 2, "UnknownName: there is no model 'sma'. Did you mean 'sam'"),
    (
        ["simulate", "cmr", "--set", "beta_end=1"],
        2,
        "UnknownName: cmr has no parameter 'beta_end'. Did you mean 'beta_enc'?",
    ),
    (["simulate", "cmr", "--set", "beta_enc"], 2, "ParameterError: 'beta_enc' sets nothing: write NAME=VALUE"),
    (["simulate", "cmr", "--set", "beta_enc=2"], 2, "ParameterError: cmr: beta_enc must be a number in [0, 1]. Got 2"),
    (["simulate", "cmr", "--option", "rule=power"], 2, "UnknownName: cmr has no option 'rule'."),
    (["simulate", "cmr", "--experiment", "murdock"], 2, "'murdock'"),
    (["analyze", "class.csv"], 3, "DataError: cannot read class.csv"),
    (["fit", "cmr", "--free", "x"], 2, "UnknownName: cmr has no parameter 'x'"),
    (["data", "show", "murdock"], 2, "'murdock'"),
    (["simulate", "cmr", "--conditions", "20-1"], 2, "--conditions belongs to --experiment"),
    (["simulate", "cmr", "--experiment", "murdock1962", "--list-length", "5"], 2, "leave --list-length out"),
    (["analyze", "class.csv", "--analysis", ""], 2, "there is nothing to analyse: name at least one of spc, "),
    (["data", "import", "none.txt"], 3, "DataError: "),
    (["verify", "none"], 3, "DataError: cannot read none"),
    (["rerun", "none"], 3, "DataError: cannot read none"),
    (["plot", "none"], 3, "DataError: cannot read none"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "message"), WRONG, ids=lambda v: " ".join(v) if isinstance(v, list) else ""
)
def test_a_mistake_is_one_line_with_its_exit_code_and_leaves_nothing(cli, tmp_path, arguments, code, message):
    found, _, err = cli(*arguments)
    assert found == code, err
    assert message in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.name != "run.json"]


def test_a_broken_csv_is_refused_with_its_row(cli, tmp_path):
    (tmp_path / "class.csv").write_text("subject,list,trial_type,position,item\n1,3,study,0,dog\n")
    code, _, err = cli("analyze", "class.csv")
    assert code == 3
    assert err == "DataError: class.csv, row 2: list 3 has position 0; positions count from 1.\n"


def test_help_names_every_command_with_an_example(cli):
    code, out, _ = cli("--help")
    assert code == 0
    for name in ("compare", "models", "simulate", "analyze", "plot", "fit", "data", "rerun", "verify"):
        assert f"\n  {name}" in out
        assert f"memlab {name}" in cli(name, "--help")[1]


@pytest.mark.parametrize(("arguments", "panel"), [((), "Look around"), (("data",), "Commands")])
def test_a_call_without_a_command_shows_the_help_as_help_is_read(cli, arguments, panel):
    code, _, err = cli(*arguments)
    assert code == 2
    assert err.startswith("Usage: memlab")
    assert f"\n{panel}:\n" in err


def test_ctrl_c_in_any_command_is_one_line_and_exits_130(cli, monkeypatch):
    def stop(name):
        raise KeyboardInterrupt

    monkeypatch.setattr("memlab.data.load", stop)
    code, out, err = cli("data", "show", "murdock1962")
    assert (code, out, err) == (130, "", "Interrupted: what was finished is kept.\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_no_bug_of_ours():
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "memlab", "simulate", "chance"], stdout=full, stderr=-1, text=True)
    assert done.returncode == 2
    assert (
        done.stderr == "UsageError: cannot write the output: No space left on device. Make room, or write elsewhere.\n"
    )


def test_a_reader_who_has_gone_is_no_failure():
    command = [sys.executable, "-m", "memlab", "simulate", "chance"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("subject,list")
    process.stdout.close()
    assert (process.wait(timeout=60), process.stderr.read()) == (0, "")


@pytest.mark.slow
def test_ctrl_c_half_way_keeps_what_is_whole_and_exits_130(tmp_path):
    command = [sys.executable, "-m", "memlab", "compare", "--out", "results", "--jobs", "1", "--replications", "24"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (tmp_path / "results" / "run.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(8)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    record = json.loads((tmp_path / "results" / "run.json").read_text())
    assert record["complete"] is False
