"""Whom a model's values are from, and which of these people it has therefore seen: they are no held-out people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from memlab.core.halves import people_of
from memlab.core.model import Model
from memlab.core.recall import RecallData
from memlab.data.parameter_sets import ParameterSet

__all__ = ["fitted_half", "on_people", "trained_on"]


def trained_on(model: Model, conditions: Sequence[RecallData], record: Mapping[str, Any]) -> tuple[set[str], str]:
    """Return which of these people a network was trained on, and whom it was trained on in words.

    The card of its weights says so. People are known again by the checksum of their file; trained on another file of
    the same name, all count as seen.

    Parameters
    ----------
    record
        ``id`` and ``sha256`` of the people's file.
    """
    people = on_people(model)
    if people is None:
        return set(), "It was trained on lists that were made up, not on people, and is scored as it is."
    said = f"It was trained on people ({people['citation']}; {people['split']}) and is scored as it is."
    if people["sha256"] == record.get("sha256"):
        return _seen_in_training(conditions, people["seen"]), said
    if people["id"] == record.get("id"):
        every = {str(subject) for data in conditions for subject in data.subjects}
        return every, f"{said} The file has the same name but is not the same, so nobody counts as unseen."
    return set(), f"{said} This is another file; if it has the same people in it, the score is not held out for them."


def on_people(model: Model) -> Mapping[str, Any] | None:
    """Return what the card of a network's weights says of the people it was trained on; None if on none."""
    networks = getattr(model, "networks", {})
    return next((card["data"] for _, card in networks.values() if card.get("data")), None)


def _seen_in_training(conditions: Sequence[RecallData], by_condition: Mapping[str, Sequence[str]]) -> set[str]:
    there = {str(subject) for data in conditions for subject in data.subjects}
    return there & {subject for data in conditions for subject in by_condition.get(data.name, ())}


def fitted_half(parameters: ParameterSet, conditions: Sequence[RecallData], name: str) -> tuple[set[str], str]:
    """Return which of these people a parameter set was fitted to, and where it is from in words.

    Parameters
    ----------
    name
        The data set that these people are, as parameter sets name it.
    """
    people = parameters.fit.get("people", "everyone")
    said = f"Its values were fitted to {parameters.data} ({people}; `{parameters.fit.get('command', 'unknown')}`)."
    if parameters.data != name:
        return set(), said
    half = {"the fit half only": "fit", "the score half": "score"}.get(str(people), "all")
    return {str(subject) for data in conditions for subject in people_of(data, half).subjects}, said
