"""A search space goes from values to the optimiser's vector and back."""

import numpy as np
import pytest

from memlab.core.errors import MissingExtra, NotSupported
from memlab.fitting.optimise import minimise
from memlab.fitting.search import SearchSpace
from memlab.models import get_model


def test_values_come_back_from_the_scale_of_the_search():
    model = get_model("cmr")
    space = SearchSpace.of(model, None, {"tau": 2.0})
    values = {**model.defaults(), "tau": 2.0, "phi_s": 33.0}
    assert space.values(space.vector(values)) == pytest.approx(values)
    assert space.values(space.low) == {**{p.name: p.low for p in model.parameters}, "tau": 2.0}
    assert space.values(space.high) == {**{p.name: p.high for p in model.parameters}, "tau": 2.0}


def test_wide_ranges_are_searched_on_the_scale_of_the_logarithm():
    space = SearchSpace.of(get_model("cmr"), ["beta_enc", "delta"], None)
    assert space.free == ("beta_enc", "delta")
    np.testing.assert_allclose(space.high, [1.0, np.log(101.0)])


def test_whole_numbers_are_rounded_and_a_value_at_an_end_is_named():
    space = SearchSpace.of(get_model("sam.rs1981"), ["r", "a"], None)
    values = space.values(np.array([3.6, 0.0]))
    assert values["r"] == 4.0
    assert space.at_bound(values) == ["a"]


def bowl(model, at):
    target = np.array([at.get(p.name, p.default) for p in model.parameters])
    return lambda points: ((points - target) ** 2).sum(axis=1)


@pytest.mark.parametrize("method", ["de", "cma"])
def test_whole_numbers_are_found(method):
    if method == "cma":
        pytest.importorskip("cma")
    model = get_model("sam.rs1981")
    space = SearchSpace.of(model, ["r", "a"], None)
    best = minimise(bowl(model, {"r": 7, "a": 0.3}), space, method=method)[0]
    assert space.values(best.x)["r"] == 7.0
    assert space.values(best.x)["a"] == pytest.approx(0.3, abs=1e-3)


@pytest.mark.parametrize("method", ["de", "lbfgs", "cma"])
def test_one_parameter_alone_is_found(method):
    if method == "cma":
        pytest.importorskip("cma")
    model = get_model("sam.rs1981")
    space = SearchSpace.of(model, ["a"], None)
    best = minimise(bowl(model, {"a": 0.3}), space, method=method)[0]
    assert space.values(best.x)["a"] == pytest.approx(0.3, abs=1e-3)


def test_slopes_over_whole_numbers_are_refused():
    model = get_model("sam.rs1981")
    with pytest.raises(NotSupported, match="r is a whole number; use de or cma"):
        minimise(bowl(model, {}), SearchSpace.of(model, ["r", "a"], None), method="lbfgs")


def test_impossible_values_are_walked_around():
    model = get_model("chance")
    space = SearchSpace.of(model, None, None)

    def edge(points):
        return np.where(points[:, 0] > 0.31, np.inf, (points[:, 0] - 0.3) ** 2)

    for method in ("de", "lbfgs"):
        assert space.values(minimise(edge, space, method=method)[0].x)["p"] == pytest.approx(0.3, abs=1e-3)


def test_restarts_come_best_first_and_each_has_its_own_random_numbers():
    model = get_model("cmr")
    space = SearchSpace.of(model, ["beta_enc", "tau", "phi_s"], None)
    runs = minimise(bowl(model, {"tau": 30.0}), space, restarts=3, generations=2, polish=False)
    assert [run.value for run in runs] == sorted(run.value for run in runs)
    assert len({run.value for run in runs}) == 3


def test_without_its_package_cma_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "cma", None)
    model = get_model("chance")
    with pytest.raises(MissingExtra, match=r'pip install "memlab\[cma\]"'):
        minimise(bowl(model, {}), SearchSpace.of(model, None, None), method="cma")


def test_cma_leaves_numpys_global_stream_alone():
    pytest.importorskip("cma")
    model = get_model("cmr")
    space = SearchSpace.of(model, ["beta_enc", "beta_rec"], None)
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, two = (minimise(bowl(model, {}), space, method="cma", generations=5, polish=False)[0] for _ in range(2))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    assert one.value == two.value
