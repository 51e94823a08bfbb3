"""`memlab simulate` on serial recall: theories and networks alike, as a long table that the analyses take."""

import sys

import numpy as np
import pytest

from memlab.cli import main
from memlab.core.table import read_conditions
from memlab.models import get_model
from memlab.paradigms.experiments import get_serial_condition
from memlab.serial_measures import serial_measures
from memlab.simulation import simulate


def run(monkeypatch, capsys, command):
    monkeypatch.setattr(sys, "argv", ["memlab", *command.split()])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capsys.readouterr()
    return stop.value.code, out, err


@pytest.mark.parametrize("model", ["start_end", "dnc.serial"])
def test_an_experiment_of_serial_recall_is_simulated_and_its_table_analysed(model, monkeypatch, capsys, tmp_path):
    path = tmp_path / "recalls.csv"
    named = f"simulate {model} --experiment farrell_lewandowsky2012_e2 --subjects 3 --lists 5 --seed 2 --out {path}"
    assert run(monkeypatch, capsys, named)[0] == 0
    data = read_conditions(path)["dissimilar"]
    assert data.study.serial is not None
    assert (data.n_lists, data.list_length) == (15, 6)
    assert {word for word in data.study.pool.words if len(word) == 1} <= set("HKLMQRWXYZ")
    design = get_serial_condition("farrell_lewandowsky2012_e2", "dissimilar")
    direct = simulate(get_model(model), [design], seed=2, n_subjects=3, n_lists=5)["dissimilar"]
    for name, measured in serial_measures(direct).items():
        np.testing.assert_array_equal(measured.actual, serial_measures(data)[name].actual)


def test_lists_of_ones_own_are_of_six_letters_unless_a_length_is_given(monkeypatch, capsys):
    own = "simulate chance --paradigm serial_recall --subjects 1 --lists 2"
    for more, length in (("", 6), (" --list-length 4", 4)):
        code, out, _ = run(monkeypatch, capsys, own + more)
        assert code == 0
        assert sum(",study," in line for line in out.splitlines()) == 2 * length


def test_what_the_test_asks_for_comes_into_the_table(monkeypatch, capsys, tmp_path):
    path = tmp_path / "recalls.csv"
    own = "simulate chaining --paradigm serial_recall --subjects 2 --lists 5 --direction probed --no-omissions"
    assert run(monkeypatch, capsys, f"{own} --length-unknown --out {path}")[0] == 0
    (data,) = read_conditions(path).values()
    test = data.study.serial
    assert (test.direction, test.omissions_allowed, test.length_known) == ("probed", False, False)
    assert test.cue[:, 0].tolist() == [1, 2, 3, 4, 5] * 2
    assert (data.recalls.position > 0).all()
    code, out, _ = run(monkeypatch, capsys, f"analyze {path} --analysis serial_accuracy")
    assert code == 0
    assert "strict" in out
    assert "relative" not in out


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("chaining --experiment murdock1962", "free recall is not for it"),
        ("cmr --paradigm serial_recall --experiment murdock1962", "murdock1962 is an experiment of free recall"),
        ("cmr --paradigm free_recall --experiment gew2012_e2", "gew2012_e2 is an experiment of serial recall"),
        ("tcm --experiment gew2012_e2", "tcm is a model of free recall; serial recall is not for it"),
        ("cmr --experiment farrell_lewandowski2012_e2", "Did you mean 'farrell_lewandowsky2012_e2'?"),
        ("cmr --paradigm serial_recall --distractor-seconds 2", "in serial recall give --delay-seconds"),
        ("cru --experiment farrell_lewandowsky2012_e2 --list-length 5", "leave --list-length out"),
        ("cru --experiment farrell_lewandowsky2012_e2 --no-omissions", "has its own test: leave --no-omissions out"),
        ("cmr --direction backward", "free recall has no places to fill: leave --direction out"),
        ("primacy --paradigm serial_recall --direction probed", "primacy recalls forward. Got probed recall instead"),
        ("cru --paradigm serial_recall --direction up", "direction"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(command, message, monkeypatch, capsys):
    code, out, err = run(monkeypatch, capsys, f"simulate {command}")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
