"""Networks of matched size have about as many weights as the DNC that they stand beside."""

import pytest

from memlab.core.errors import ParameterError, UnknownName
from memlab.models.neural.matched_size import SIZED_BY, matched_config
from memlab.models.neural.network import NETWORKS, build_network

SIZE = {"n_in": 20, "n_out": 17}


def n_weights(name, config):
    return build_network(name, **SIZE, config=config).n_weights


@pytest.mark.parametrize("hidden", [64, 128])
@pytest.mark.parametrize("name", SIZED_BY)
def test_a_network_of_matched_size_is_within_two_percent_of_the_dnc(name, hidden):
    goal = n_weights("dnc", {"hidden": hidden})
    config = matched_config(name, **SIZE, n_weights=goal)
    allowed = 0.01 if name == "transformer" else 0.02
    assert n_weights(name, config) == pytest.approx(goal, rel=allowed)


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "key_value"])
def test_no_other_number_of_units_is_nearer(name):
    goal = 31_824
    config = matched_config(name, **SIZE, n_weights=goal)
    miss = abs(n_weights(name, config) - goal)
    for change in (-1, 1):
        assert abs(n_weights(name, {"hidden": config["hidden"] + change}) - goal) >= miss


def test_what_is_asked_for_stays_and_takes_part_in_the_count():
    config = matched_config("transformer", **SIZE, n_weights=60_000, config={"layers": 3, "heads": 6})
    assert (config["layers"], config["heads"]) == (3, 6)
    assert config["width"] % 6 == 0
    assert n_weights("transformer", config) == pytest.approx(60_000, rel=0.01)
    deep = matched_config("lstm", **SIZE, n_weights=60_000, config={"layers": 2, "layer_norm": True})
    assert deep["hidden"] < matched_config("lstm", **SIZE, n_weights=60_000)["hidden"]


@pytest.mark.parametrize("name", SIZED_BY)
def test_what_is_too_small_for_any_network_gives_the_smallest(name):
    config = matched_config(name, **SIZE, n_weights=1)
    assert set(config.values()) <= {1, 4}  # four heads need a width of four


def test_every_network_but_the_dnc_has_a_matched_size():
    assert set(SIZED_BY) == set(NETWORKS) - {"dnc"}


def test_an_unknown_network_or_option_is_refused():
    with pytest.raises(UnknownName, match="no size is matched for network 'lstmm'. Did you mean 'lstm'"):
        matched_config("lstmm", **SIZE, n_weights=100)
    with pytest.raises(UnknownName, match="network gru has no option 'nonsense'"):
        matched_config("gru", **SIZE, n_weights=100, config={"nonsense": 1})
    with pytest.raises(ParameterError, match="heads must be a whole number"):
        matched_config("transformer", **SIZE, n_weights=100, config={"heads": "four"})
