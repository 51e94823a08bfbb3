"""Weights of a network on disk: safetensors beside a JSON card. Nothing that is read is executed.

Numbers are stored as float32 in little-endian order with ``{"format": "pt"}`` as the only metadata; all that is to be
known about them stands in the card (see `memlab.models.neural.card`), which also has the file's SHA-256.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from memlab.core.errors import ChecksumError, DataError, UnknownName, UsageError
from memlab.core.files import write_bytes, write_text
from memlab.models.neural.card import ENDINGS, find_weights, read_card, shipped_weights, weights_folder
from memlab.models.neural.network import Network, build_network

__all__ = [
    "load_network",
    "load_shipped",
    "save_weights",
    "shipped_weights",
    "verify_weights",
    "weights_folder",
]


def save_weights(network: Network, card: dict[str, Any], stem: str | Path) -> dict[str, Any]:
    """Write ``stem.safetensors`` and ``stem.json``, each whole or not at all.

    The weights come first: were the process killed between the two, the old card would not fit the new file, and
    every reader would say so. The same weights give the same bytes.

    Parameters
    ----------
    network
        Weights in double precision are rounded to single.
    card
        What is to be known about them; a value that JSON cannot hold as a number (NaN, infinity) becomes null. Network,
        sizes, configuration and checksum are added, whatever the card has under these names, and the version of memlab
        where it says none.
    stem
        The path without ending: ``…/dnc.set.seed1``. A file that is there is replaced.

    Returns
    -------
    dict
        The card as it was written.

    Raises
    ------
    DataError
        A weight is not finite; nothing is written.
    UsageError
        The folder does not exist or cannot be written.
    """
    weights = {name: _stored(value) for name, value in network.state_dict().items()}
    for name, value in weights.items():
        if not value.isfinite().all():
            raise DataError(f"{stem}: weight {name} is not finite. Nothing was written.")
    content = save_tensors(weights, metadata={"format": "pt"})
    identity = _identity(network)
    written = {**identity, "memlab": _version(), **card, **identity, "sha256": hashlib.sha256(content).hexdigest()}
    whole: dict[str, Any] = _as_json(written)
    write_bytes(f"{_stem(stem)}.safetensors", content)
    write_text(f"{_stem(stem)}.json", json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    return whole


def load_network(source: str | Path, device: str | torch.device = "cpu") -> tuple[Network, dict[str, Any]]:
    """Return a trained network and its card, once everything about the file has been checked.

    Parameters
    ----------
    source
        A path without ending (``runs/dnc.set.seed1``; either file's own path will do), or the name of shipped weights
        with their seed (``"dnc.set.seed1"``; what has one seed only needs none).
    device
        Where the network is to be.

    Returns
    -------
    network : Network
        In single precision and evaluation mode.
    card : dict

    Raises
    ------
    UnknownName
        A name under which nothing is shipped.
    UsageError
        A name of several seeds.
    DataError
        A file that is missing or not what it should be; a card with a network or option that does not exist.
    ChecksumError
        Weights that are not those of the card.
    """
    stem = _located(source)
    card = read_card(f"{stem}.json")
    weights = _read(f"{stem}.safetensors", card["sha256"])
    with torch.device("meta"):  # shapes without numbers: a card may ask for more than there is memory
        _check(weights, _untrained(card, f"{stem}.json"), card, f"{stem}.safetensors")
    network = _untrained(card, f"{stem}.json")
    network.load_state_dict(weights)
    return network.eval().to(device), card


def load_shipped(
    name: str, seed: int, folder: str | Path | None = None, device: str | torch.device = "cpu"
) -> tuple[Network, dict[str, Any]]:
    """Return one of the trained networks that we ship, and its card; see `load_network`.

    Parameters
    ----------
    name, seed
        In `shipped_weights`.
    folder
        Another folder of weights.

    Raises
    ------
    UnknownName
        No such name, or no such seed of it.
    """
    seeds = shipped_weights(folder)
    if name not in seeds:
        raise UnknownName("there are no weights", name, seeds)
    if seed not in seeds[name]:
        raise UnknownName(f"weights {name} have no seed", str(seed), map(str, seeds[name]))
    return load_network((weights_folder() if folder is None else Path(folder)) / f"{name}.seed{seed}", device)


def verify_weights(stem: str | Path) -> dict[str, Any]:
    """Check a weights file against its card and return the card.

    The checksum; the names, shapes and precision of all weights against the network that the card describes; their
    number; that every value is finite.

    Raises
    ------
    ChecksumError
        Something differs.
    DataError
        A file is missing or not what it should be.
    """
    return load_network(stem)[1]


def _stem(path: str | Path) -> str:
    """Return a path without ``.safetensors`` or ``.json``; every other dot belongs to the name."""
    text = str(path)
    for ending in ENDINGS:
        text = text.removesuffix(ending)
    return text


def _located(source: str | Path) -> str:
    """Return where weights are: a path that has files, or a shipped name."""
    stem = _stem(source)
    if any(Path(stem + ending).exists() for ending in ENDINGS) or Path(stem).name != stem:
        return stem
    found = find_weights(stem)
    if len(found) > 1:
        raise UsageError(f"weights {stem} have several seeds. Name one: {', '.join(found)}.")
    return str(next(iter(found.values())))


def _untrained(card: dict[str, Any], where: str) -> Network:
    """Return the network that a card describes, with fresh weights."""
    try:
        return build_network(card["network"], card["n_in"], card["n_out"], card["config"])
    except UsageError as error:
        raise DataError(f"{where}: {error}") from None
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:  # sizes that no tensor can have
        raise DataError(f"{where} describes no network that can be built: {error}.") from None


def _read(path: str, expected: str) -> dict[str, Tensor]:
    """Return the weights in a file; the bytes that were checked are the bytes that are parsed."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"cannot read the weights {path}: {error.strerror or error}.") from None
    if hashlib.sha256(content).hexdigest() != expected:
        raise ChecksumError(f"{path} is not the file that its card describes: its SHA-256 differs. Get both again.")
    try:
        return load_tensors(content)
    except (SafetensorError, ValueError, KeyError) as error:
        raise DataError(f"{path} is not a safetensors file: {error}.") from None


def _check(weights: dict[str, Tensor], network: Network, card: dict[str, Any], where: str) -> None:
    """Refuse weights that are not those of the network that the card describes."""
    expected = network.state_dict()
    if different := sorted(weights.keys() ^ expected.keys()):
        which = "lacks" if different[0] in expected else "has a further"
        raise ChecksumError(f"{where} {which} weight '{different[0]}': it is not of the network in its card.")
    for name, like in expected.items():
        value, found, wanted = weights[name], tuple(weights[name].shape), tuple(like.shape)
        if found != wanted or value.dtype != like.dtype:
            raise ChecksumError(f"{where}: weight {name} is {found} {value.dtype}, the card's network needs {wanted}.")
        if not value.isfinite().all():
            raise ChecksumError(f"{where}: weight {name} has values that are not finite.")
    if network.n_weights != card["n_weights"]:
        raise ChecksumError(f"{where} has {network.n_weights} weights, its card says {card['n_weights']}.")


def _stored(value: Tensor) -> Tensor:
    """Return a tensor as it is stored: on the CPU, single precision, its memory its own."""
    plain = value.detach().to("cpu", torch.float32 if value.is_floating_point() else value.dtype)
    return plain.contiguous().clone()


def _identity(network: Network) -> dict[str, Any]:
    """Return what a card says about the network itself."""
    return {
        "network": network.name,
        "config": dataclasses.asdict(network.config),
        "n_in": network.n_in,
        "n_out": network.n_out,
        "n_weights": network.n_weights,
    }


def _version() -> str:
    try:
        return version("memlab")
    except PackageNotFoundError:  # a checkout that was never installed
        return "unknown"


def _as_json(value: Any) -> Any:
    """Return a value as JSON holds it: numbers of NumPy and torch as plain ones, not-a-number as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _as_json(dataclasses.asdict(value))
    if isinstance(value, dict):
        return {str(key): _as_json(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_as_json(entry) for entry in value]
    if hasattr(value, "tolist"):
        return _as_json(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value
