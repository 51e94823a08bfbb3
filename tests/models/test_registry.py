"""Models of other packages: what they promise, and that a broken one is named and harms nothing else."""

import sys

import pytest

from memlab import models
from memlab.cli import main
from memlab.core.errors import NotSupported
from memlab.models import get_model, model_names

PACKAGE = """
from memlab.models.chance import Chance

class Mine(Chance):
    name = "mine"

class Failing(Chance):
    def __post_init__(self):
        raise RuntimeError("boom")

class NoModel:
    name = "mine"
"""


@pytest.fixture
def registered(tmp_path, monkeypatch):
    """Register `mine` as a place in a package of another's; returns the function that does it."""
    (tmp_path / "others_models.py").write_text(PACKAGE)
    (tmp_path / "others_broken.py").write_text("def f(:")
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda place: monkeypatch.setattr(models, "_added_by_other_packages", lambda: {"mine": place})
    sys.modules.pop("others_models", None)


def test_a_model_of_another_package_is_found_by_its_name(registered):
    registered("others_models:Mine")
    assert model_names()[-1] == "mine"
    assert get_model("mine").resolve({"p": 0.5}) == {"p": 0.5}


@pytest.mark.parametrize("ours", ["cmr", "sam"])
def test_a_name_of_ours_stays_ours(registered, ours, monkeypatch):
    monkeypatch.setattr(models, "_added_by_other_packages", lambda: {ours: "nowhere:Mine"})
    assert model_names() == tuple(models.MODELS)
    assert get_model(ours).name.startswith(ours)


BROKEN = {
    "nowhere:Mine": "ModuleNotFoundError: No module named 'nowhere'",
    "others_models:None_": "AttributeError: module 'others_models' has no attribute 'None_'",
    "others_broken:Mine": "SyntaxError: invalid syntax",
    "others_models:Failing": "RuntimeError: boom",
    "others_models:NoModel": "is no subclass of memlab.core.model.Model",
    "memlab.models.chance:Chance": "whose name is 'chance'",
}


@pytest.mark.parametrize("place", BROKEN)
def test_a_broken_registration_is_one_line_and_the_other_models_are_listed(registered, place, monkeypatch, capsys):
    registered(place)
    with pytest.raises(NotSupported) as caught:
        get_model("mine")
    assert f"model 'mine' is registered as {place}, " in str(caught.value)
    assert BROKEN[place] in str(caught.value)
    monkeypatch.setattr(sys, "argv", ["memlab", "models"])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capsys.readouterr()
    assert stop.value.code == 0
    assert "chance" in out
    assert err == f"Left out: {caught.value}\n"
