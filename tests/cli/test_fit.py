"""``memlab fit`` and ``memlab gather`` as a user meets them."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from memlab.core.recall import Conditions, StudyLists
from memlab.core.table import write_table
from memlab.data.parameter_sets import read_parameter_set
from memlab.models import get_model
from memlab.simulation import simulate_condition


@pytest.fixture
def file(tmp_path):
    study = StudyLists.simple(40, 6, subject=np.repeat(np.arange(1, 5), 10))
    return write_table(simulate_condition(get_model("cmr"), study, None, 1, "x"), tmp_path / "class.csv")


FREE = ("--free", "beta_enc,tau", "--jobs", "1")


def test_subjects_are_fitted_by_likelihood_and_a_row_each_is_printed(cli, file, tmp_path):
    code, out, err = cli("fit", "cmr", "--data", file, "--per", "subject", *FREE, "--out", "fits")
    assert code == 0, err
    assert out.splitlines()[0] == "who,value,beta_enc,tau"
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["1", "2", "3", "4"]
    assert "1: log-likelihood -" in err
    assert cli("verify", "fits")[0] == 0
    code, _, err = cli("rerun", "fits/run.json", "--out", "again")
    assert code == 0
    assert "every file is the same" in err


def test_values_of_each_subject_of_one_half_are_scored_on_the_other(cli, file, tmp_path):
    simulated = ("--objective", "curves", "--subjects", "1", "--generations", "1", "--per", "subject", "--jobs", "1")
    assert cli("fit", "chance", "--data", "class.csv", *simulated, "--half", "fit", "--out", "half")[0] in (0, 4)
    lines = (tmp_path / "half" / "held_out.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "score", "rmsd_spc", "rmsd_pfr", "rmsd_lag_crp", "recalled_difference"
    ]  # fmt: skip
    for index in ("0", "1"):
        cli("fit", "chance", "--data", "class.csv", *simulated, "--half", "fit", "--out", "parts",
            "--array-index", index, "--array-size", "2")  # fmt: skip
        assert not (tmp_path / "parts" / f"array-{index}" / "held_out.csv").exists()  # it has not every subject
    cli("gather", "parts", "--out", "joined")
    assert (tmp_path / "joined" / "held_out.csv").read_text().splitlines() == lines
    cli("fit", "chance", "--data", "class.csv", *simulated, "--out", "everyone")
    assert not (tmp_path / "everyone" / "held_out.csv").exists()  # nobody is left


@pytest.mark.parametrize("per", ["group", "subject"])
def test_nobody_is_scored_as_held_out_who_was_fitted(cli, tmp_path, per):
    """One person alone is both halves; and a person can be in other halves of two conditions."""
    one = StudyLists.simple(10, 6)
    write_table(simulate_condition(get_model("cmr"), one, None, 1, "x"), tmp_path / "one.csv")
    a, b = (StudyLists.simple(20, 6, subject=np.repeat(who, 10)) for who in ((1, 2), (2, 3)))
    both = Conditions([simulate_condition(get_model("cmr"), s, None, 1, n) for s, n in ((a, "a"), (b, "b"))])
    write_table(both, tmp_path / "both.csv")
    for name in ("one", "both"):
        quick = ("--per", per, "--half", "fit", "--restarts", "1", "--jobs", "1", "--out", name)
        assert cli("fit", "chance", "--data", f"{name}.csv", *quick)[0] == 0
        assert not (tmp_path / name / "held_out.csv").exists()
        if per == "group":
            assert not read_parameter_set(tmp_path / name / "parameters.toml").held_out


def test_a_groups_fit_is_a_parameter_set_that_compare_reads_with_its_score_on_the_others(cli, file, tmp_path):
    code, out, err = cli("fit", "cmr", "--data", "class.csv", *FREE, "--out", "fits")
    assert code == 0, err
    assert "all,beta_enc," in out
    assert "held, as these lists" not in err  # only those named are free
    found = read_parameter_set(tmp_path / "fits" / "parameters.toml")
    assert (found.model, found.data) == ("cmr", "class")
    assert found.fit["people"] == "the fit half only"
    assert {"bits_per_event", "rmsd_spc"} <= set(found.held_out)
    command = found.fit["command"]
    assert command.startswith("memlab fit cmr --objective likelihood --seed 1 --data class.csv --half fit --free")
    code, _, err = cli(*command.split()[1:], "--out", "again.toml")
    assert code == 0, err
    assert (tmp_path / "again.toml").read_text() == (tmp_path / "fits" / "parameters.toml").read_text()


def test_parameters_that_the_lists_cannot_tell_are_named(cli, file):
    _, _, err = cli("fit", "cmr", "--data", file, "--jobs", "1", "--generations", "1", "--restarts", "1")
    assert "held, as these lists cannot tell it: beta_distract" in err
    assert "NOT CONVERGED" in err


def test_a_fit_that_did_not_settle_is_written_and_exits_4(cli, file, tmp_path):
    code, _, _ = cli("fit", "cmr", "--data", file, *FREE, "--generations", "1", "--out", "fits")
    assert code == 4
    assert ",no," in (tmp_path / "fits" / "fits.csv").read_text()


def test_a_search_goes_on_from_a_parameter_set_and_ends_no_worse(cli, file, tmp_path):
    simulated = ("--objective", "curves", "--subjects", "1", "--weights", "equal", "--generations", "2", *FREE)
    assert cli("fit", "cmr", "--data", file, *simulated, "--out", "first.toml")[0] == 4
    first = read_parameter_set(tmp_path / "first.toml")
    again = ("fit", "cmr", "--data", file, *simulated, "--method", "cma", "--start", "first.toml")
    assert cli(*again, "--out", "second")[0] == 4
    second = read_parameter_set(tmp_path / "second" / "parameters.toml")
    assert second.fit["distance"] <= first.fit["distance"]
    assert "from given values" in second.fit["method"]
    assert "--start first.toml" in second.fit["command"]
    (tmp_path / "first.toml").write_text((tmp_path / "first.toml").read_text() + "# changed\n")
    code, _, err = cli(*again, "--out", "second", "--resume")
    assert code == 3, err
    assert "first.toml is not the file of the run in second" in err


def test_values_of_another_model_are_no_start(cli, file, tmp_path):
    (tmp_path / "tcm.toml").write_text('model = "tcm"\ndata = "x"\n[values]\nbeta_enc = 0.5\n')
    code, out, err = cli("fit", "cmr", "--data", file, "--start", "tcm.toml")
    assert (code, out) == (3, "")
    assert err.splitlines() == ["DataError: --start tcm.toml has values of tcm, not of cmr; give a set of its."]


def test_an_array_is_gathered_and_what_is_missing_exits_4(cli, file, tmp_path):
    share = ("fit", "cmr", "--data", file, "--per", "subject", *FREE, "--out", "fits", "--array-size", "2")
    assert cli(*share, "--array-index", "0")[0] == 0
    code, out, err = cli("gather", "fits")
    assert code == 4
    assert "missing: 2, 4" in err
    assert cli(*share, "--array-index", "1")[0] == 0
    code, out, err = cli("gather", "fits")
    assert code == 0
    assert len(out.splitlines()) == 5
    assert "4 fits are in fits/fits.csv" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["cmr", "--objective", "likelihood"],
            2,
            "memlab ships only the curves of murdock1962. Get them with: memlab data",
        ),
        (["cmr", "--per", "subject"], 2, "--per subject needs single lists"),
        (["simple", "--data", "class.csv", "--objective", "likelihood"], 2, "Fit it with --objective curves or counts"),
        (["lstm", "--data", "class.csv", "--objective", "likelihood"], 2, "lstm is a network"),
        (["cmr", "--data", "class.csv", "--objective", "counts"], 2, "Fit it with --objective likelihood or curves"),
        (["cmr", "--data", "class.csv", "--lists", "3"], 2, "--lists says how much is simulated"),
        (["cmr", "--data", "class.csv", "--only", "9"], 2, "there is no subject '9'"),
        (["cmr", "--data", "class.csv", "--folds", "20"], 2, "folds must be from 2 to 10"),
        (["simple", "--data", "class.csv", "--folds", "2"], 2, "it goes with --objective likelihood"),
        (["cmr", "--data", "class.csv", "--array-index", "1"], 2, "go together"),
        (["cmr", "--data", "class.csv", "--resume"], 2, "need a folder"),
        (["cmr", "--data", "class.csv", "--per", "subject", "--out", "x.toml"], 2, "make no parameter set"),
        (["cmr", "--data", "class.csv", "--backend", "dask"], 2, "go together: --scheduler"),
        (["cmr", "--data", "class.csv", "--method", "newton"], 2, "option method"),
        (["cmr", "--data", "class.csv", "--similarity", "none.csv"], 3, "none.csv"),
    ],
)
def test_a_wrong_call_is_one_line(cli, file, arguments, code, message):
    found, _, err = cli("fit", *arguments)
    assert (found, message in err, len(err.splitlines())) == (code, True, 1), err


def test_a_refused_call_leaves_no_folder(cli, file, tmp_path):
    assert cli("fit", "cmr", "--data", file, "--fixed", "beta_enc=7", "--out", "fits")[0] == 2
    assert not (tmp_path / "fits").exists()


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_what_is_finished_and_says_how_to_go_on(tmp_path, jobs):
    study = StudyLists.simple(240, 12, subject=np.repeat(np.arange(12), 20))
    file = write_table(simulate_condition(get_model("cmr"), study, None, 1, "x"), tmp_path / "class.csv")
    words = ["fit", "cmr", "--data", file, "--per", "subject", "--jobs", jobs, "--out", tmp_path / "fits"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "memlab", *map(str, words)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.time() + 120
    while not list((tmp_path / "fits" / "fits").glob("[0-9]*.json")):
        assert time.time() < end
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "--resume" in err
    assert "Traceback" not in err
