"""Options of a model in a comparison: given as MODEL.NAME=VALUE, or by model in a file."""

import sys

import pytest

import memlab
from memlab.cli import main
from memlab.cli.options import options_by_model
from memlab.core.errors import ParameterError, UnknownName
from memlab.data.parameter_sets import ParameterSet, write_parameter_set
from memlab.models.neural.card import weights_folder
from memlab.run_folder import read_run

SMALL = {"conditions": ["10-2"], "subjects": 2, "lists": 3, "replications": 1}


def test_a_name_is_split_at_its_last_dot_because_models_have_dots():
    given = options_by_model(["dnc.blog.weights=runs/mine", "cmr.learn=before", "tcm.stop=no"])
    assert given == {"dnc.blog": {"weights": "runs/mine"}, "cmr": {"learn": "before"}, "tcm": {"stop": False}}
    assert options_by_model(None) is None


def test_an_option_without_its_model_is_refused():
    with pytest.raises(ParameterError, match=r"write MODEL\.NAME=VALUE"):
        options_by_model(["weights=mine"])


def test_own_weights_take_part_in_a_comparison():
    shipped = memlab.compare(models=["dnc"], **SMALL)
    same = memlab.compare(models=["dnc"], options={"dnc": {"weights": str(weights_folder() / "dnc.set")}}, **SMALL)
    one = memlab.compare(models=["dnc"], options={"dnc": {"network_seed": "2"}}, **SMALL)
    assert str(same.scores()) == str(shipped.scores())
    assert str(one.scores()) != str(shipped.scores())


def test_a_model_enters_with_the_values_of_a_file_that_a_fit_wrote(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    write_parameter_set(ParameterSet("chance", "mine", {"p": 0.25}), "mine.toml")
    small = "--conditions 10-2 --subjects 2 --lists 3 --replications 1 --models chance --out out --force"

    def compare(*sets):
        monkeypatch.setattr(sys, "argv", ["memlab", "compare", *small.split(), *sets])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code

    assert compare("--parameters", "mine.toml") == 0
    assert read_run(tmp_path / "out")["config"]["values"] == {"chance": {"p": 0.25}}
    assert "p = 0.25" in (tmp_path / "out" / "report.md").read_text()
    assert compare("--parameters", "mine.toml", "--parameters", "mine.toml") == 2


def test_values_of_another_choice_rule_take_the_place_of_the_shipped_ones():
    softmax = {"values": {"cmr": {"T": 0.3}}, "options": {"cmr": {"choice_rule": "softmax"}}}
    (one,) = memlab.compare(models=["cmr"], **softmax, **SMALL).contenders
    assert one.values("10-2")["T"] == 0.3
    assert "tau" not in one.values("10-2")


def test_unknown_options_and_models_that_are_not_compared_are_refused():
    with pytest.raises(UnknownName, match="cmr has no option 'weights'"):
        memlab.compare(models=["cmr"], options={"cmr": {"weights": "x"}}, **SMALL)
    with pytest.raises(UnknownName, match="not compared: 'tcm'"):
        memlab.compare(models=["cmr"], options={"tcm": {"stop": False}}, **SMALL)
