"""The card of a weights file: JSON that says what the weights are of and how they were made. Read without torch.

``NAME.seedK.json`` stands beside ``NAME.seedK.safetensors``. What every reader relies on is in `REQUIRED`; the rest
(task, limits, seed, steps, seconds, machine, command, learning_curve, scores, data …) is whatever the training wrote.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from memlab.core.errors import DataError, UnknownName, UsageError

__all__ = ["REQUIRED", "find_weights", "read_card", "shipped_weights", "weights_folder", "weights_in"]

REQUIRED: dict[str, type] = {
    "network": str,
    "config": dict,
    "n_in": int,
    "n_out": int,
    "n_weights": int,
    "sha256": str,
}
"""Fields that a card must have, with the type of each: without them the weights cannot be checked and loaded."""

ENDINGS = (".safetensors", ".json")

_STEM = re.compile(r"(?P<name>.+)\.seed(?P<seed>0|[1-9][0-9]*)")


def weights_folder() -> Path:
    """Return the folder of the weights that we ship; it may be empty."""
    return (
        Path(__file__).parents[2] / "data" / "weights"
    )  # models/ and data/ are neighbours however memlab is installed


def weights_in(folder: str | Path | None = None) -> dict[str, Path]:
    """Return the weights in a folder, by name and seed: ``"dnc.set.seed1" -> …/dnc.set.seed1``, without ending.

    One of the two files is enough: that the other is missing is for `verify_weights` to say.

    Parameters
    ----------
    folder
        None for the weights that we ship.

    Raises
    ------
    UsageError
        The folder does not exist.
    """
    place = weights_folder() if folder is None else Path(folder)
    if folder is not None and not place.is_dir():
        raise UsageError(f"there is no folder {place}. Name a folder with weights.")
    stems = {path.name.removesuffix(path.suffix) for path in place.glob("*") if path.suffix in ENDINGS}
    found = sorted((match for stem in stems if (match := _STEM.fullmatch(stem))), key=_name_and_seed)
    return {match.string: place / match.string for match in found}


def _name_and_seed(match: re.Match[str]) -> tuple[str, int]:
    return match["name"], int(match["seed"])


def shipped_weights(folder: str | Path | None = None) -> dict[str, tuple[int, ...]]:
    """Return the seeds of each kind of weights that we ship, or that a folder has: ``{"dnc.set": (1, 2, 3, 4, 5)}``.

    Raises
    ------
    UsageError
        The folder does not exist.
    """
    seeds: dict[str, tuple[int, ...]] = {}
    for stem in weights_in(folder):
        if match := _STEM.fullmatch(stem):
            name, seed = _name_and_seed(match)
            seeds[name] = (*seeds.get(name, ()), seed)
    return seeds


def find_weights(name: str, folder: str | Path | None = None) -> dict[str, Path]:
    """Return the weights of a name: of one seed (``"dnc.set.seed1"``), or of all (``"dnc.set"``); see `weights_in`.

    Raises
    ------
    UnknownName
        There are none; the message has the nearest name.
    UsageError
        The folder does not exist.
    """
    present = weights_in(folder)
    found = {stem: path for stem, path in present.items() if name in (stem, stem.rpartition(".seed")[0])}
    if not found:
        kinds = shipped_weights(folder)
        raise UnknownName("there are no weights", name, present if name.rpartition(".seed")[0] in kinds else kinds)
    return found


def read_card(path: str | Path, *, whole: bool = True) -> dict[str, Any]:
    """Read a card.

    Parameters
    ----------
    path
        Of the JSON file.
    whole
        Whether it must have what every reader relies on; False for looking at what there is.

    Raises
    ------
    DataError
        Not there, not JSON, or without a field in `REQUIRED`.
    """
    try:
        card = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"cannot read the card {path}: {error.strerror or error}.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON: {error}.") from None
    if not isinstance(card, dict):
        raise DataError(f"{path} is not the card of a weights file: it is no object with names and values.")
    for field, kind in REQUIRED.items() if whole else ():
        if field not in card:
            raise DataError(f"{path} is not the card of a weights file: it has no '{field}'.")
        if not isinstance(card[field], kind) or isinstance(card[field], bool):
            raise DataError(f"{path}: '{field}' is {card[field]!r}, which is no {kind.__name__}.")
    return card
