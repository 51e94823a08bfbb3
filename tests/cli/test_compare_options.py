"""Options of a model in a comparison: given as MODEL.NAME=VALUE, or by model in a file."""

import pytest

import memlab
from memlab.cli.options import options_by_model
from memlab.core.errors import ParameterError, UnknownName
from memlab.models.neural.card import weights_folder

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


def test_unknown_options_and_models_that_are_not_compared_are_refused():
    with pytest.raises(UnknownName, match="cmr has no option 'weights'"):
        memlab.compare(models=["cmr"], options={"cmr": {"weights": "x"}}, **SMALL)
    with pytest.raises(UnknownName, match="not compared: 'tcm'"):
        memlab.compare(models=["cmr"], options={"tcm": {"stop": False}}, **SMALL)
