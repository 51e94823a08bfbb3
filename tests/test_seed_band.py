"""Trained networks in a comparison: a curve is the mean over training seeds, and its band is over them."""

import sys
import types
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pytest

import memlab
from memlab.comparison import run_comparison
from memlab.contender import Contender, Piece, simulate_contender
from memlab.core.model import Model
from memlab.core.parameters import Parameter
from memlab.core.recall import Recalls
from memlab.data.parameter_sets import ParameterSet
from memlab.models import MODELS, get_model
from memlab.report import report
from memlab.target import load_target

SHARE = {"1": 0.2, "2": 0.3, "3": 0.4, "4": 0.5, "5": 0.6}
"""What each network recalls of a list, from the first item on: exact, so that the mean over networks is .4."""


@dataclass(frozen=True)
class Networks(Model):
    """Five networks; each recalls the first items of a list in order, always as many."""

    network_seed: Literal["all", "1", "2", "3", "4", "5"] = "all"

    name: ClassVar[str] = "networks"
    title: ClassVar[str] = "Five networks of a test"
    citation: ClassVar[str] = "No paper."
    seeds: ClassVar[tuple[str, ...]] = tuple(SHARE)
    has_parameter_count: ClassVar[bool] = False

    @property
    def parameters(self):
        return (Parameter("temperature", 1.0, 0.0, 10.0, "of the decoder", source="of the test"),)

    @property
    def trained_lengths(self):
        return (1, 12)

    def simulate(self, study, values, rng):
        assert self.network_seed != "all", "a comparison asks for one network at a time"
        n = round(SHARE[self.network_seed] * study.list_length)
        return Recalls(np.tile(np.arange(1, n + 1), (study.n_lists, 1)))


def contender(model):
    return Contender(model, ParameterSet(model.name, "murdock1962", model.defaults()))


@pytest.fixture(scope="module")
def target():
    return load_target("murdock1962", ["10-2", "20-1"], n_subjects=2, n_lists=4)


@pytest.fixture(scope="module")
def compared(target):
    return run_comparison(
        target, [contender(Networks()), contender(get_model("cmr"))], contender(get_model("chance")), seed=2
    )


@pytest.fixture
def registered(monkeypatch):
    """`Networks` under its name in the registry."""
    module = types.ModuleType("networks_of_a_test")
    module.Networks = Networks
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(MODELS, "networks", f"{module.__name__}:Networks")


def test_the_curve_is_the_mean_over_seeds_and_the_band_is_over_them(compared):
    done = compared.simulated["networks", "10-2"]
    assert done.seeds == ("1", "2", "3", "4", "5")
    expected = [1, 1, 0.8, 0.6, 0.4, 0.2, 0, 0, 0, 0]
    np.testing.assert_allclose(done.mean("spc"), expected)
    # position 3 is recalled by four networks of five: the SD of 0, 1, 1, 1, 1 is sqrt(.2)
    np.testing.assert_allclose(done.spread("spc")[2], 1.96 * np.sqrt(0.2))
    assert (done.spread("spc")[[0, 1, 6]] == 0).all()
    rows = compared.curves()
    at = [
        i
        for i, key in enumerate(zip(rows["source"], rows["condition"], rows["measure"], rows["x"], strict=True))
        if key == ("networks", "10-2", "spc", 3)
    ]
    assert rows["high"][at[0]] - rows["value"][at[0]] == pytest.approx(1.96 * np.sqrt(0.2))


@pytest.mark.parametrize(("asked", "made"), [(None, 5), (1, 5), (5, 5), (6, 10)])
def test_every_network_is_simulated_equally_often_and_at_least_once(target, asked, made):
    condition = target.conditions[0]
    done = simulate_contender(Piece(contender(Networks()), condition.name, condition.study, condition), 1, asked)
    assert done.replications == made
    assert done.curves["spc"].shape == (5, 10)  # a row a network, however many experiments each had
    np.testing.assert_allclose(done.curves["spc"].sum(axis=1), [2, 3, 4, 5, 6])


def test_one_network_that_was_chosen_has_no_band(target):
    condition = target.conditions[0]
    one = contender(Networks(network_seed="4"))
    done = simulate_contender(Piece(one, condition.name, condition.study, condition), 1, None)
    assert (done.seeds, done.replications) == (("4",), 1)
    assert np.isnan(done.spread("spc")).all()
    result = run_comparison(target, [one], None)
    assert "networks: one trained network, without a band" in report(result)
    assert "of a single network it is not known" in report(result)


def test_the_error_of_a_score_leaves_out_one_network_at_a_time(compared, target):
    table = compared.scores()
    rows = zip(table["model"], table["condition"], table["measure"], table["error"], strict=True)
    errors = {key[1:3]: key[3] for key in rows if key[0] == "networks"}
    recalled = np.array([2, 3, 4, 5, 6])  # items a list of 10; a mean's jackknife error is its standard error
    assert errors["10-2", "recalled_difference"] == pytest.approx(recalled.std(ddof=1) / np.sqrt(5))
    # Both conditions have the same networks, of which one is left out of both: the errors do not average out.
    human = [condition.scored["spc"].mean.sum() for condition in target.conditions]
    left = [[np.delete(recalled * k, i).mean() - human[k - 1] for i in range(5)] for k in (1, 2)]
    without = np.abs(left).mean(axis=0)
    expected = np.sqrt(4 / 5 * ((without - without.mean()) ** 2).sum())
    assert errors["mean", "recalled_difference"] == pytest.approx(expected)


def test_the_report_says_how_many_networks_and_which_lengths_they_were_not_trained_on(compared):
    text = report(compared)
    assert "networks: mean and 1.96 SD over 5 trained networks, each of which was given the same lists once." in text
    assert "It was trained on lists of 1 to 12 items. Outside of that: 20-1 (lists of 20)." in text
    assert "The error of networks is that over trained networks, by leaving out one at a time" in text
    assert "simulated 5 times" not in text


def test_the_answer_does_not_depend_on_the_number_of_workers(compared, target):
    contenders = [contender(Networks()), contender(get_model("cmr"))]
    again = run_comparison(target, contenders, contender(get_model("chance")), seed=2, jobs=2)
    assert str(again.curves()) == str(compared.curves())
    assert str(again.scores()) == str(compared.scores())


SMALL = {"conditions": ["10-2", "20-1"], "subjects": 2, "lists": 4, "replications": 2, "format": ("svg",)}


def test_a_run_with_networks_says_so_in_its_caption_and_repeats(registered, tmp_path):
    from memlab.run_folder import read_run
    from memlab.runs.repeat import redraw, repeat

    memlab.compare(models=["networks", "cmr", "tcm"], out=tmp_path / "a", **SMALL)
    caption = (tmp_path / "a" / "figure.caption.md").read_text()
    assert "networks: mean and 1.96 SD (shaded) over 5 trained networks." in caption
    assert "CMR, TCM: mean over simulated experiments." in caption
    assert "networks was trained on lists of 1-12 items; outside of that: 20-1." in caption
    record = read_run(tmp_path / "a")
    assert record["data"][1]["networks"] == 5
    assert repeat(record, tmp_path / "b", jobs=2) == []
    redraw(tmp_path / "a", tmp_path / "c", formats=("svg",))
    for name in ("figure.svg", "figure.caption.md"):
        assert (tmp_path / "c" / name).read_bytes() == (tmp_path / "a" / name).read_bytes()


def test_networks_are_shaded_among_many_theories_which_are_not(compared):
    from memlab.analysis.figures.panels import compare_figure

    curves = compared.curves()
    many = {name: [*column, *column, *column] for name, column in curves.items()}
    n = len(curves["source"])
    many["source"] = [*curves["source"], *[f"{s}-2" for s in curves["source"]], *[f"{s}-3" for s in curves["source"]]]
    assert len(many["x"]) == 3 * n
    figure = compare_figure(many, networks={"networks"})
    assert [len(axes.collections) - _error_bars(axes) for axes in figure.axes] == [1] * len(figure.axes)
    plain = compare_figure(many)
    assert [len(axes.collections) - _error_bars(axes) for axes in plain.axes] == [0] * len(plain.axes)


def _error_bars(axes):
    return len(axes.containers)


def test_a_theory_has_no_networks_and_a_parameter_count():
    model = get_model("cmr")
    assert (model.seeds, model.trained_lengths, model.has_parameter_count) == ((), None, True)
    assert contender(model).seeds == ()
