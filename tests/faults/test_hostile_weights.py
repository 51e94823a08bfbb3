"""Weights and checkpoints that are damaged or made to do harm are refused in one line, without using much memory."""

import hashlib
import json
import struct
import tracemalloc

import pytest
import torch

from memlab.core.errors import ChecksumError, DataError, MemlabError
from memlab.models.neural.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from memlab.models.neural.network import build_network
from memlab.models.neural.weights import load_network, save_weights

FLOATS = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def header(tensors, length=None, body=b"\0" * 16):
    text = tensors if isinstance(tensors, bytes) else json.dumps(tensors).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


HOSTILE = {
    "nothing": b"",
    "no length": b"\1\2\3",
    "a length past all memory": header({"a": FLOATS}, length=2**64 - 1),
    "a length past the file": header({"a": FLOATS}, length=1000),
    "a header of 100 MB and more": header({"a": FLOATS}, length=200_000_000),
    "no JSON": header(b"{not json at all"),
    "a list": header([1, 2, 3]),
    "a number": header(b"7"),
    "not UTF-8": header(b'{"\xff\xfe": 1}'),
    "deep": header(b'{"a":' * 5000 + b"1" + b"}" * 5000),
    "negative offsets": header({"a": {**FLOATS, "data_offsets": [-8, 0]}}),
    "offsets that run backwards": header({"a": {**FLOATS, "data_offsets": [8, 0]}}),
    "offsets past the file": header({"a": {**FLOATS, "data_offsets": [0, 2**40]}}),
    "offsets that overlap": header({"a": FLOATS, "b": {**FLOATS, "data_offsets": [4, 12]}}),
    "a hole": header({"a": FLOATS, "b": {**FLOATS, "data_offsets": [12, 20]}}, body=b"\0" * 20),
    "a giant shape": header({"a": {**FLOATS, "shape": [2**31, 2**31]}}),
    "a shape that overflows": header({"a": {**FLOATS, "shape": [2**63, 2]}}),
    "a negative shape": header({"a": {**FLOATS, "shape": [-2]}}),
    "a shape of text": header({"a": {**FLOATS, "shape": "2"}}),
    "an unknown type": header({"a": {**FLOATS, "dtype": "PICKLE"}}),
    "no type": header({"a": {"shape": [2], "data_offsets": [0, 8]}}),
    "bytes that no tensor has": header({"a": FLOATS}, body=b"\0" * 100),
    "a name twice": header(b'{"a":' + json.dumps(FLOATS).encode() + b',"a":' + json.dumps(FLOATS).encode() + b"}"),
}


@pytest.fixture
def saved(tmp_path):
    stem = tmp_path / "lstm.set.seed1"
    save_weights(build_network("lstm", 6, 3, {"hidden": 4}, seed=0), {"seed": 1}, stem)
    return stem


def refused(load, error, match):
    tracemalloc.start()
    try:
        with pytest.raises(error, match=match) as told:
            load()
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_refused_even_where_the_card_agrees(saved, content):
    weights, card = saved.with_name(saved.name + ".safetensors"), saved.with_name(saved.name + ".json")
    weights.write_bytes(content)
    known = json.loads(card.read_text()) | {"sha256": hashlib.sha256(content).hexdigest()}
    card.write_text(json.dumps(known))
    refused(lambda: load_network(saved), MemlabError, "lstm.set.seed1.safetensors")


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "step-000000001.safetensors"
    path.write_bytes(content)
    refused(lambda: load_checkpoint(path), DataError, "is not a whole checkpoint")


@pytest.fixture
def checkpoint(tmp_path):
    tensors = {"weights": torch.arange(6.0).reshape(2, 3), "moments": torch.ones(4), "rng": torch.zeros(3).byte()}
    return save_checkpoint(Checkpoint(3, tensors, {"history": [0.5, 0.25]}), tmp_path)


def test_one_bit_of_a_checkpoint_is_enough_to_refuse_it(checkpoint):
    whole = checkpoint.read_bytes()
    assert load_checkpoint(checkpoint).step == 3
    for place in (len(whole) - 1, len(whole) - 20, len(whole) - 40):
        checkpoint.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ChecksumError, match="is damaged: its SHA-256 is not the one in its header") as told:
            load_checkpoint(checkpoint)
        assert told.value.exit_code == 7


def test_changed_facts_of_a_checkpoint_are_refused(checkpoint):
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"0.25", b"0.75"))
    with pytest.raises(ChecksumError, match="is damaged"):
        load_checkpoint(checkpoint)


@pytest.mark.parametrize("facts", [b"[]", b"7", b"{}", b'{"step": null}', b'{"step": "x"}'])
def test_a_checkpoint_with_facts_of_another_kind_is_refused(tmp_path, facts):
    about = {"__metadata__": {"memlab.checkpoint": facts.decode()}, "a": FLOATS}
    path = tmp_path / "step-000000001.safetensors"
    path.write_bytes(header(about, body=b"\0" * 8))
    refused(lambda: load_checkpoint(path), DataError, "is not a whole checkpoint")
