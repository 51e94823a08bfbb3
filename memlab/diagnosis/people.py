"""People's side of the diagnosis: what is known of each signature, measured or published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from memlab.analysis.intervals import bootstrap
from memlab.analysis.means import subject_mean
from memlab.core.errors import UnknownName
from memlab.core.recall import Floats, RecallData, StudyLists
from memlab.core.rng import stream
from memlab.data.human_reference import HALVES
from memlab.data.people_signatures import PeopleSignature, load_people_signatures
from memlab.data.registry import data_record
from memlab.diagnosis.lists import LENGTHS_DATA
from memlab.diagnosis.signature import Signature
from memlab.diagnosis.signatures import SHORTEST, SIGNATURES
from memlab.paradigms.experiments import get_serial_experiment

__all__ = ["Known", "People", "PeopleCondition", "elsewhere", "known_of", "measured_people", "shipped_people"]

NAN = float("nan")


@dataclass(frozen=True)
class Known:
    """What is known of a signature in people.

    Attributes
    ----------
    mean, low, high : float
        The mean over subjects and its 95 % interval; NaN where they are not known.
    n_subjects : int
        0 where no subjects of ours stand behind it.
    source : str
        Which people; or who published what.
    """

    mean: float
    low: float = NAN
    high: float = NAN
    n_subjects: int = 0
    source: str = ""


UNKNOWN = Known(NAN, source="not known")

PUBLISHED: Mapping[str, Known] = {
    "similarity": Known(
        0.850 - 0.516,
        source="Farrell & Lewandowsky (2003), J. Exp. Psychol. Learn. Mem. Cogn. 29, 838-849: .850 less .516 strictly "
        "right, from their single lists, which memlab does not have; no interval",
    ),
    "alternating": Known(
        NAN,
        source="no number known to us; published as none or above 0 (Baddeley, 1968; Henson et al., 1996: 'often has "
        "no influence'; Farrell & Lewandowsky, 2003: a benefit once intrusions are set apart)",
    ),
}
"""Signatures that no data set of ours can tell: none has lists made of letters that sound alike."""


@dataclass(frozen=True, eq=False)
class PeopleCondition:
    """One condition of the people who are compared.

    Attributes
    ----------
    name : str
    study : StudyLists
        What models are given.
    known : dict of Known
        By the name of each signature of the target's own lists.
    """

    name: str
    study: StudyLists
    known: Mapping[str, Known]


@dataclass(frozen=True, eq=False)
class People:
    """The people who are compared.

    Attributes
    ----------
    name, who, citation : str
        The data set; which of its people.
    conditions : tuple of PeopleCondition
    elsewhere : dict of Known
        By the name of each signature that other people have to tell.
    """

    name: str
    who: str
    citation: str
    conditions: tuple[PeopleCondition, ...]
    elsewhere: Mapping[str, Known]

    def known(self, signature: Signature, condition: str) -> Known:
        """Return what is known of a signature, in a condition if it is measured in the target's own lists."""
        if signature.setting != "target":
            return self.elsewhere.get(signature.name, UNKNOWN)
        found = next((one.known for one in self.conditions if one.name == condition), {})
        return found.get(signature.name, UNKNOWN)


def shipped_people(data: str, conditions: Sequence[str] | None = None, *, half: str = "score", seed: int = 1) -> People:
    """Return the people of a shipped data set of serial recall.

    Parameters
    ----------
    data
        ``"farrell_lewandowsky2012_e2"`` and others that `memlab.data.list_references` has of serial recall.
    conditions
        Names; by default all whose lists have at least four items.
    half
        ``"score"``, those that no fit has seen; ``"all"`` or ``"fit"``.
    seed
        Draws the items of the lists that models are given.

    Raises
    ------
    UnknownName
        No such data set, half or condition.
    """
    if half not in HALVES:
        raise UnknownName("there is no half", half, HALVES)
    record = data_record(data)
    designs = {one.name: one for one in get_serial_experiment(data) if one.list_length >= SHORTEST}
    names = list(designs) if conditions is None else list(conditions)
    for name in names:
        if name not in designs:
            raise UnknownName(f"{data} has no condition of lists of at least {SHORTEST} items", name, designs)
    rows = [row for row in load_people_signatures(data) if row.half == half]
    built = [
        PeopleCondition(
            name,
            designs[name].study_lists(seed=seed),
            {row.signature: _known(row) for row in rows if row.condition == name},
        )
        for name in names
    ]
    return People(data, _which(half), record.citation, tuple(built), elsewhere())


def _which(half: str) -> str:
    return {"all": "all people", "fit": "the people that fits see", "score": "the people that no fit sees"}[half]


def _known(row: PeopleSignature) -> Known:
    return Known(row.mean, row.low, row.high, row.n_subjects, row.data)


def elsewhere() -> dict[str, Known]:
    """Return what is known of the signatures that need other lists than the target's, of all people who have them."""
    measured = {
        row.signature: _known(row)
        for row in load_people_signatures(LENGTHS_DATA)
        if row.half == "all" and row.signature == "length"
    }
    return {**PUBLISHED, **measured}


def measured_people(
    conditions: Mapping[str, RecallData], name: str = "own data", citation: str = "", *, seed: int = 1
) -> People:
    """Return people whose single lists are at hand; models are given the same lists.

    Parameters
    ----------
    conditions
        As `memlab.core.table.read_conditions` returns them; those with lists under four items are left out.
    name, citation
        For the report.
    seed
        Of the bootstrap.
    """
    built = [
        PeopleCondition(
            label,
            data.study,
            {one.name: known_of(one, {label: data}, name, seed) for one in SIGNATURES if one.setting == "target"},
        )
        for label, data in conditions.items()
        if data.list_length >= SHORTEST
    ]
    return People(name, "all people", citation, tuple(built), elsewhere())


def known_of(signature: Signature, conditions: Mapping[str, RecallData], source: str, seed: int) -> Known:
    """Measure a signature of people, with a bootstrap interval over subjects."""
    by_subject = signature.measure(conditions)
    return Known(*mean_and_interval(by_subject, seed, signature.name, *conditions), source=source)


def mean_and_interval(by_subject: Floats, seed: int, *keys: str) -> tuple[float, float, float, int]:
    """Return the mean of the subjects who have a value, the ends of its 95 % interval, and how many they are."""
    has = ~np.isnan(by_subject)
    if not has.any():
        return NAN, NAN, NAN, 0
    column = by_subject[has][:, np.newaxis]
    low, high = bootstrap(column, stream(seed, "diagnosis", *keys))
    if len(column) < 2:
        low, high = np.array([NAN]), np.array([NAN])
    return float(subject_mean(column)[0]), float(low[0]), float(high[0]), len(column)
