"""Commands of free recall refuse a model of serial recall in one line, before any work."""

import sys

import pytest

from memlab.cli import main

COMMANDS = (
    "compare --models chaining,chance",
    "simulate chaining",
    "fit chaining",
    "sweep chaining --param tau=1,2",
    "lesion chaining --what links",
    "recover --models chaining,cmr",
    "evidence chaining --data any.csv",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_model_of_serial_recall_is_refused_where_free_recall_is_asked_for(command, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["memlab", *command.split()])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capsys.readouterr()
    assert stop.value.code == 2
    assert out == ""
    assert err.startswith("NotSupported: chaining is a model of serial recall; free recall is not for it. Models of ")
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_models_are_listed_with_what_they_recall(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["memlab", "models", "--format", "csv"])
    with pytest.raises(SystemExit):
        main()
    rows = {line.split(",")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert rows["cmr"].startswith('cmr,"free, serial",')
    assert rows["tcm"].startswith("tcm,free,")
    assert rows["chaining"].startswith("chaining,serial,")
