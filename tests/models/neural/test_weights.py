"""Weights come back as they were written, or are refused in one line; nothing that is read is executed."""

import dataclasses
import hashlib
import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from memlab.core import files
from memlab.core.errors import ChecksumError, DataError, UnknownName, UsageError
from memlab.models.neural.card import find_weights, read_card, weights_in
from memlab.models.neural.network import NETWORKS, build_network
from memlab.models.neural.weights import (
    load_network,
    load_shipped,
    save_weights,
    shipped_weights,
    verify_weights,
    weights_folder,
)

CARD = {"task": {"paradigm": "free_recall", "objective": "set"}, "seed": 1, "steps": 10}


def small(name="lstm", seed=0):
    return build_network(name, 6, 3, {"hidden": 4} if name != "transformer" else {"width": 8}, seed=seed)


@pytest.fixture
def saved(tmp_path):
    """The stem of one saved LSTM."""
    stem = tmp_path / "lstm.set.seed1"
    save_weights(small(), CARD, stem)
    return stem


def part(stem, ending):
    return Path(f"{stem}.{ending}")


def change_card(stem, **changes):
    path = part(stem, "json")
    card = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({name: value for name, value in card.items() if value is not None}))


def replace_weights(stem, content):
    """Put other bytes in the place of the weights, with a card that agrees."""
    part(stem, "safetensors").write_bytes(content)
    change_card(stem, sha256=hashlib.sha256(content).hexdigest())


def same_weights(first, second):
    first, second = first.state_dict(), second.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_saved_is_loaded_again_exactly(tmp_path, name):
    network = small(name, seed=3)
    save_weights(network, CARD, tmp_path / "a.seed3")
    again, card = load_network(tmp_path / "a.seed3")
    assert same_weights(network, again)
    assert again.config == network.config
    assert not again.training
    inputs = torch.randn(5, 2, 6)
    assert torch.equal(network.eval()(inputs)[0], again(inputs)[0])
    assert card["task"] == CARD["task"]
    assert verify_weights(tmp_path / "a.seed3") == card


def test_a_card_says_what_the_weights_are_of(saved):
    card = json.loads(part(saved, "json").read_text())
    network = small()
    assert card["network"] == "lstm"
    assert card["config"] == dataclasses.asdict(network.config)
    assert (card["n_in"], card["n_out"], card["n_weights"]) == (6, 3, network.n_weights)
    assert card["sha256"] == hashlib.sha256(part(saved, "safetensors").read_bytes()).hexdigest()
    assert card["memlab"]
    assert (card["seed"], card["steps"]) == (1, 10)


def test_a_file_of_weights_has_no_metadata_but_its_format_and_is_single_precision(tmp_path):
    save_weights(small().double(), CARD, tmp_path / "a.seed1")
    content = part(tmp_path / "a.seed1", "safetensors").read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    assert header.pop("__metadata__") == {"format": "pt"}
    assert {entry["dtype"] for entry in header.values()} == {"F32"}
    assert load_network(tmp_path / "a.seed1")[0].to_output.weight.dtype == torch.float32


def test_the_same_weights_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        save_weights(small(), CARD, tmp_path / name)
    for ending in ("safetensors", "json"):
        assert part(tmp_path / "a", ending).read_bytes() == part(tmp_path / "b", ending).read_bytes()


def test_a_card_cannot_say_something_else_about_its_network(tmp_path):
    written = save_weights(small(), {"network": "gru", "n_in": 1, "sha256": "x", "memlab": "0.0"}, tmp_path / "a.seed1")
    assert (written["network"], written["n_in"], written["memlab"]) == ("lstm", 6, "0.0")
    assert load_network(tmp_path / "a.seed1")[1] == written


def test_values_of_numpy_and_torch_become_json_and_what_is_no_number_becomes_null(tmp_path):
    card = {
        "scores": {"recalled": np.float32(0.5), "loss": float("nan")},
        "learning_curve": np.array([[1.0, 2.0]]),
        "lengths": (1, 12),
        "threads": torch.tensor(2),
        "data": Path("a.csv"),
    }
    save_weights(small(), card, tmp_path / "a.seed1")
    written = load_network(tmp_path / "a.seed1")[1]
    assert written["scores"] == {"recalled": 0.5, "loss": None}
    assert written["learning_curve"] == [[1.0, 2.0]]
    assert (written["lengths"], written["threads"], written["data"]) == ([1, 12], 2, "a.csv")


def test_weights_that_are_not_finite_are_not_written(tmp_path):
    network = small()
    with torch.no_grad():
        network.to_output.weight[0, 0] = float("nan")
    with pytest.raises(DataError, match="to_output.weight is not finite. Nothing was written."):
        save_weights(network, CARD, tmp_path / "a.seed1")
    assert not os.listdir(tmp_path)


def test_a_failure_while_writing_keeps_the_old_files(saved, monkeypatch):
    before = {path.name: path.read_bytes() for path in saved.parent.iterdir()}

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", broken)
    with pytest.raises(UsageError, match="No space left on device"):
        save_weights(small(seed=5), CARD, saved)
    assert {path.name: path.read_bytes() for path in saved.parent.iterdir()} == before


def test_a_crash_between_the_two_files_is_noticed(saved, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("memlab.models.neural.weights.write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        save_weights(small(seed=5), CARD, saved)
    with pytest.raises(ChecksumError):
        load_network(saved)


@pytest.mark.parametrize("ending", ["", ".json", ".safetensors"])
def test_either_file_names_both(saved, ending):
    assert same_weights(load_network(f"{saved}{ending}")[0], small())


def test_a_truncated_file_is_refused(saved):
    path = part(saved, "safetensors")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ChecksumError, match=r"lstm.set.seed1.safetensors is not the file .* SHA-256 differs"):
        load_network(saved)


@pytest.mark.parametrize("place", [9, -1], ids=["header", "values"])
def test_a_changed_byte_is_refused(saved, place):
    content = bytearray(part(saved, "safetensors").read_bytes())
    content[place] ^= 1
    part(saved, "safetensors").write_bytes(content)
    with pytest.raises(ChecksumError, match="SHA-256 differs"):
        verify_weights(saved)


@pytest.mark.parametrize(("missing", "what"), [("json", "card"), ("safetensors", "weights")])
def test_a_missing_file_is_named(saved, missing, what):
    part(saved, missing).unlink()
    with pytest.raises(DataError, match=rf"cannot read the {what} .*\.{missing}: No such file or directory\."):
        load_network(saved)


@pytest.mark.parametrize("content", [b"", b"\x00" * 7, b"\xff" * 64, b"no weights at all, only text"])
def test_what_is_no_safetensors_file_is_refused_even_where_the_card_agrees(saved, content):
    replace_weights(saved, content)
    with pytest.raises(DataError, match="is not a safetensors file"):
        load_network(saved)


def test_a_truncated_file_is_refused_even_where_the_card_agrees(saved):
    replace_weights(saved, part(saved, "safetensors").read_bytes()[:-4])
    with pytest.raises(DataError, match="is not a safetensors file"):
        load_network(saved)


class Bomb:
    """Unpickled, it makes a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("write", [lambda bomb, file: pickle.dump(bomb, file), torch.save], ids=["pickle", "torch"])
def test_nothing_in_a_file_is_executed(saved, tmp_path, write):
    bomb = tmp_path / "executed"
    with open(part(saved, "safetensors"), "wb") as file:
        write(Bomb(bomb), file)
    replace_weights(saved, part(saved, "safetensors").read_bytes())
    with pytest.raises(DataError, match="is not a safetensors file"):
        load_network(saved)
    assert not bomb.exists()
    with open(part(saved, "safetensors"), "rb") as file:  # the bomb does work where a file is unpickled
        torch.load(file, weights_only=False) if write is torch.save else pickle.load(file)
    assert bomb.exists()


def test_weights_of_another_shape_are_refused(saved):
    change_card(saved, config={"hidden": 5})
    with pytest.raises(
        ChecksumError, match=r"weight controller.weight_ih_l0 is \(16, 6\) torch.float32, .* needs \(20, 6\)"
    ):
        load_network(saved)


def test_weights_of_another_network_are_refused(saved):
    change_card(saved, network="key_value", config={"hidden": 4})
    with pytest.raises(ChecksumError, match="weight 'controller.bias_hh': it is not of the network in its card"):
        load_network(saved)


def test_weights_of_another_precision_are_refused(saved):
    weights = load(part(saved, "safetensors").read_bytes())
    replace_weights(saved, save({name: value.half() for name, value in weights.items()}))
    with pytest.raises(ChecksumError, match="torch.float16"):
        load_network(saved)


def test_values_that_are_not_finite_are_refused(saved):
    weights = load(part(saved, "safetensors").read_bytes())
    weights["to_output.bias"][0] = float("inf")
    replace_weights(saved, save(weights))
    with pytest.raises(ChecksumError, match="weight to_output.bias has values that are not finite"):
        load_network(saved)


def test_a_wrong_number_of_weights_is_refused(saved):
    change_card(saved, n_weights=7)
    with pytest.raises(ChecksumError, match=rf"has {small().n_weights} weights, its card says 7"):
        load_network(saved)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"config": {"hidden": 4, "hiden": 4}}, "network lstm has no option 'hiden'. Did you mean 'hidden'"),
        ({"config": {"hidden": "many"}}, "hidden must be a whole number of at least 1. Got 'many' instead"),
        ({"network": "lsmt"}, "there is no network 'lsmt'. Did you mean 'lstm'"),
        ({"n_in": -1}, "describes no network that can be built"),
        ({"config": {"hidden": 10**30}}, "describes no network that can be built"),
        ({"network": None}, "it has no 'network'"),
        ({"sha256": None}, "it has no 'sha256'"),
        ({"n_in": "six"}, "'n_in' is 'six', which is no int"),
        ({"n_in": True}, "'n_in' is True, which is no int"),
        ({"config": [4]}, r"'config' is \[4\], which is no dict"),
    ],
)
def test_a_card_that_describes_no_network_is_refused_in_one_line(saved, change, message):
    change_card(saved, **change)
    with pytest.raises(DataError, match=message) as caught:
        load_network(saved)
    assert "lstm.set.seed1.json" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_card_that_asks_for_more_than_there_is_memory_is_refused_without_taking_it(saved):
    change_card(saved, config={"hidden": 10**7})
    with pytest.raises(ChecksumError, match="the card's network needs"):
        load_network(saved)


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000, '"lstm"', "\x00"])
def test_a_card_that_is_no_object_is_refused(saved, text):
    part(saved, "json").write_text(text)
    with pytest.raises(DataError, match=r"lstm.set.seed1.json is not"):
        read_card(part(saved, "json"))


def test_the_shipped_folder_is_data_weights():
    assert weights_folder().parts[-2:] == ("data", "weights")
    assert (weights_folder().parents[1] / "models" / "neural" / "card.py").is_file()


def test_a_folder_is_listed_by_kind_and_seed_in_order(tmp_path):
    for stem in ("dnc.set.seed10", "dnc.set.seed2", "dnc.seed1", "lstm.set.seed1"):
        part(tmp_path / stem, "json").write_text("{}")
        part(tmp_path / stem, "safetensors").write_bytes(b"")
    part(tmp_path / "gru.seed1", "json").write_text("{}")  # a card alone is listed too: its weights are missed later
    for other in ("README.md", "log.csv", "checkpoint.safetensors", "dnc.seedy.json", "dnc.seed01.json"):
        (tmp_path / other).write_text("")
    assert shipped_weights(tmp_path) == {"dnc": (1,), "dnc.set": (2, 10), "gru": (1,), "lstm.set": (1,)}
    assert list(weights_in(tmp_path)) == ["dnc.seed1", "dnc.set.seed2", "dnc.set.seed10", "gru.seed1", "lstm.set.seed1"]
    assert list(find_weights("dnc.set", tmp_path)) == ["dnc.set.seed2", "dnc.set.seed10"]
    assert list(find_weights("dnc.set.seed2", tmp_path)) == ["dnc.set.seed2"]


def test_a_name_or_seed_that_does_not_exist_is_refused_with_what_does(saved):
    with pytest.raises(UnknownName, match="there are no weights 'lstm.sett'. Did you mean 'lstm.set'"):
        load_shipped("lstm.sett", 1, saved.parent)
    with pytest.raises(UnknownName, match="weights lstm.set have no seed '7'.* Allowed: 1"):
        load_shipped("lstm.set", 7, saved.parent)
    with pytest.raises(UnknownName, match="there are no weights 'lstm.set.seed7'.* Allowed: lstm.set.seed1"):
        find_weights("lstm.set.seed7", saved.parent)
    with pytest.raises(UnknownName, match="there are no weights 'nonsense'"):
        load_network("nonsense")
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere\. Name a folder with weights\."):
        shipped_weights(saved.parent / "nowhere")


def test_shipped_weights_are_loaded_by_name_and_seed(saved, monkeypatch):
    monkeypatch.setattr("memlab.models.neural.card.weights_folder", lambda: saved.parent)
    monkeypatch.setattr("memlab.models.neural.weights.weights_folder", lambda: saved.parent)
    for network, _ in (load_shipped("lstm.set", 1), load_network("lstm.set.seed1"), load_network("lstm.set")):
        assert same_weights(network, small())
    save_weights(small(seed=2), CARD, saved.parent / "lstm.set.seed2")
    with pytest.raises(UsageError, match=r"several seeds. Name one: lstm.set.seed1, lstm.set.seed2\."):
        load_network("lstm.set")


def test_every_shipped_file_is_as_its_card_says():
    for stem in weights_in().values():
        verify_weights(stem)
