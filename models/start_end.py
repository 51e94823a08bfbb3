"""The start-end model: a position is coded by how near it is to the start and to the end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from memlab.core.compiled import compiled
from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import INTRUSION, OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.core.similarity import similarity_of
from memlab.models.probed import by_cue, item_shown, one_question_each
from memlab.models.serial_lists import SERIAL_CURVES, allowed_threshold, check_serial

__all__ = ["StartEnd", "overlap"]

_SURE = "Henson (1998), from memory; not seen on the printed page"
_OURS = "illustrative: the specification is not sure of a value"
_PARAMETERS = (
    Parameter("S_0", 1.0, 0.0, 2.0, "strength of the start marker at the first place", source=_SURE),
    Parameter("S", 0.80, 0.0, 1.0, "share of the start marker that is left at the next place", source=_SURE),
    Parameter("E_0", 0.60, 0.0, 2.0, "strength of the end marker at the last place", source=_SURE),
    Parameter("E", 0.48, 0.0, 1.0, "share of the end marker that is left at the place before", source=_SURE),
    Parameter(
        "G_C", 0.08, 0.0, 2.0, "standard deviation of the noise of strengths",
        source="probably Henson (1998), from memory; to be looked up before it is called published",
    ),
    Parameter("R_S", 0.50, 0.0, 20.0, "rate at which suppression wears off, per output place", source=_OURS),
    Parameter("T_O", 0.35, -2.0, 2.0, "a place is left blank if no strength reaches this threshold", source=_OURS),
    Parameter(
        "context", 0.5, 0.0, 1.0, "strength of the tokens of the list before, over those of the list",
        source="illustrative: that contexts of lists overlap is of the theory, how much is ours",
    ),
)  # fmt: skip
_NOISE = Parameter("G_P", 0.35, 0.0, 2.0, "standard deviation of the noise of the phonological stage", source=_OURS)


@dataclass(frozen=True)
class StartEnd(Model):
    """Each item is stored with a code of its position; a position cues the items by the overlap of the codes.

    The code of place i of N is p(i) = [S_0 S^(i-1), E_0 E^(N-i)], a marker of the start and one of the end. Two codes
    overlap by sqrt(p·q) exp(-|p - q|). At place j the strength of an item is the overlap of its code with p(j), times
    1 less its suppression, plus noise (G_C). The strongest item is given if it reaches T_O; otherwise the place stays
    blank. An item given is suppressed: by 1 at the next place, and by exp(-R_S) of what it was at each one after that.

    In grouped lists place and length are those within the group, and the strength is multiplied by the overlap of the
    codes of the groups in the list, with the same four numbers (ours): an item tends to move to the same relative
    place of another group. The tokens of the list before, of the same person, compete with their strength times
    ``context``: they intrude at their old places (protrusions). Suppression is of items, not of tokens: the second
    occurrence of an item of the list is harder than another item would be (Ranschburg).

    In probed recall the token of the item shown gives its own code, without noise, and the place after it is the cue;
    the item shown is not given. Where omissions are not allowed there is no T_O.

    The end marker is the expectation of the end. Where people do not know the length it has nothing to rise toward, and
    E_0 counts as 0, in the tokens and in the cues; in grouped lists for the groups of the list, and not within a group,
    whose end the pause tells. That the marker may be lost is of the theory, that it is lost altogether ours.

    Options
    -------
    similarity
        True: a phonological stage follows. Among the items of the list, the one given is that with the greatest
        similarity to the item chosen (1 for itself), times 1 less its suppression in this stage, plus noise (G_P). So
        similar items are confused with each other, and dissimilar ones do not suffer from them. The lists need the
        similarity of their items. The form of this stage is ours.

    Notes
    -----
    No likelihood: suppression wears off, so an item may come again, and what it changes in the rest of recall is not in
    the record that a likelihood gets. An intrusion is told by its pool id in `Recalls.item`. No times.

    References
    ----------
    Henson (1998), Cogn. Psychol. 36, 73-137.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> study = StudyLists.simple(1, 4, serial=SerialTest())
    >>> StartEnd().simulate(study, {"G_C": 0.0}, np.random.default_rng(0)).position
    array([[1, 2, 3, 4]])
    """

    similarity: bool = False

    name: ClassVar[str] = "start_end"
    title: ClassVar[str] = "Start-end model: positions coded by nearness to the start and to the end"
    citation: ClassVar[str] = "Henson (1998), Cogn. Psychol. 36, 73-137"
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table; the phonological stage brings its noise."""
        return (*_PARAMETERS, _NOISE) if self.similarity else _PARAMETERS

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            Lists that are not for serial recall, or of probed recall that hold an item twice.
        DataError
            With similarity: the lists have no similarity of their items.
        """
        v = self.resolve(values)
        check_serial(self.name, study, directions=("forward", "backward", "probed"), repeats=True)
        rows, before = one_question_each(study), _list_before(study)
        if rows.n_lists > study.n_lists:  # several rows a list: the first one of the list before
            n_cues = rows.n_lists // study.n_lists
            before = np.repeat(np.where(before < 0, -1, before * n_cues), n_cues)
        assert rows.serial is not None
        due = rows.serial.due_places(rows.n_lists, rows.list_length) - 1
        noise = (v["G_C"], v.get("G_P", 0.0))
        kept = math.exp(-v["R_S"])
        position, item = _recall(
            rows.items, rows.first_presentation, before, due, item_shown(rows), _codes(rows, v), self._alike(rows),
            v["context"], *noise, kept, allowed_threshold(study, v["T_O"]), rng,
        )  # fmt: skip
        return Recalls(by_cue(study, position), item=by_cue(study, item))

    def _alike(self, study: StudyLists) -> Floats:
        """Return the similarity of each list's items, (n_lists, N, N), or (n_lists, 0, 0) without that stage."""
        if not self.similarity:
            return np.empty((study.n_lists, 0, 0))
        alike = similarity_of(self.name, study)[study.items[:, :, np.newaxis], study.items[:, np.newaxis, :]]
        own = study.items[:, :, np.newaxis] == study.items[:, np.newaxis, :]
        return np.where(own, 1.0, alike)


def _list_before(study: StudyLists) -> Ints:
    """Return the row of the list that the same person studied before, -1 for the first one."""
    before = np.arange(study.n_lists) - 1
    changed = np.ones(study.n_lists, dtype=np.bool_)
    changed[1:] = study.subject[1:] != study.subject[:-1]
    before[changed] = -1
    return before


def _codes(study: StudyLists, v: dict[str, float]) -> Floats:
    """Return start and end marker of each item in its group and of its group in the list, (n_lists, N, 4).

    In a list without groups the code of the group is the same unit vector everywhere, whose overlap is 1.
    """
    assert study.serial is not None
    group = study.serial.group
    of_list = v["E_0"] if study.serial.length_known else 0.0  # the end marker of the list
    of_part = of_list if group is None else v["E_0"]
    shape = study.items.shape
    labels = np.zeros(shape, dtype=np.int64) if group is None else group
    same = labels[:, :, np.newaxis] == labels[:, np.newaxis, :]
    place, size = np.tril(same).sum(axis=2), same.sum(axis=2)
    codes = np.empty((*shape, 4))
    codes[..., 0], codes[..., 1] = v["S_0"] * v["S"] ** (place - 1), of_part * v["E"] ** (size - place)
    codes[..., 2], codes[..., 3] = 1.0, 0.0
    if group is not None and labels.size:
        last = labels.max(axis=1, keepdims=True)
        codes[..., 2], codes[..., 3] = v["S_0"] * v["S"] ** labels, of_list * v["E"] ** (last - labels)
    return codes


@compiled
def overlap(start: float, end: float, other_start: float, other_end: float) -> float:
    """Return sqrt(p·q) exp(-|p - q|) of two codes [start, end]."""
    distance = math.hypot(start - other_start, end - other_end)
    return math.sqrt(start * other_start + end * other_end) * math.exp(-distance)


@compiled
def _strength(cue: Floats, token: Floats) -> float:
    """Return the overlap in the group times that of the groups."""
    in_group = overlap(cue[0], cue[1], token[0], token[1])
    return in_group * overlap(cue[2], cue[3], token[2], token[3])


@compiled
def _types(items: Ints, first: Ints, row: int, before: int, kind: Ints) -> None:
    """Number the items: one of this list by its first place, one of the list before alone from N on."""
    n = items.shape[1]
    for i in range(n):
        kind[i] = first[row, i]
        if before >= 0:
            kind[n + i] = n + first[before, i]
            for k in range(n):
                if items[before, i] == items[row, k]:
                    kind[n + i] = first[row, k]


@compiled
def _cue(codes: Floats, row: int, before: int, place: int, context: float, kind: Ints, strength: Floats) -> None:
    """Fill in the greatest strength of each item's tokens, -1 for an item that there is not."""
    n = codes.shape[1]
    for i in range(2 * n):
        strength[i] = -1.0
    for i in range(n):
        found = _strength(codes[row, place], codes[row, i])
        strength[kind[i]] = max(strength[kind[i]], found)
        if before >= 0 and context > 0.0:
            found = context * _strength(codes[row, place], codes[before, i])
            strength[kind[n + i]] = max(strength[kind[n + i]], found)


@compiled
def _strongest(strength: Floats, left: Floats, noise: float, threshold: float, rng: np.random.Generator) -> int:
    """Return the item with the greatest noisy strength, -1 if none reaches the threshold."""
    best, winner = -np.inf, -1
    for i in range(strength.size):
        if strength[i] >= 0.0:
            found = strength[i] * left[i] + noise * rng.standard_normal()
            if found > best:
                best, winner = found, i
    return winner if best >= threshold else -1


@compiled
def _spoken(
    winner: int, alike: Floats, first: Ints, shown: int, left: Floats, noise: float, rng: np.random.Generator
) -> int:
    """Return the item that the phonological stage gives for the one chosen; not the one that is shown."""
    best, spoken = -np.inf, winner
    for i in range(first.size):
        if first[i] == i and i != shown:
            found = alike[winner, i] * left[i] + noise * rng.standard_normal()
            if found > best:
                best, spoken = found, i
    return spoken


@compiled
def _recall(
    items: Ints,
    first: Ints,
    list_before: Ints,
    due: Ints,
    shown: Ints,
    codes: Floats,
    alike: Floats,
    context: float,
    noise: float,
    noise_spoken: float,
    kept: float,
    threshold: float,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Return what is given at each place: positions or codes, and pool ids (-1: none)."""
    n_lists, n = items.shape
    n_places = due.shape[1]
    position, given = np.full((n_lists, n_places), OMISSION), np.full((n_lists, n_places), -1)
    kind, strength, left = np.zeros(2 * n, dtype=np.int64), np.empty(2 * n), np.empty(2 * n)
    unspoken = np.empty(n)  # of the phonological stage: 1 less the suppression there
    for row in range(n_lists):
        before = list_before[row]
        _types(items, first, row, before, kind)
        for i in range(2 * n):
            left[i] = 1.0
        for i in range(n):
            unspoken[i] = 1.0
        for output in range(n_places):
            _cue(codes, row, before, due[row, output], context, kind, strength)
            if shown[row] >= 0:
                strength[shown[row]] = -1.0
            winner = _strongest(strength, left, noise, threshold, rng)
            for i in range(2 * n):
                left[i] = 1.0 - kept * (1.0 - left[i])
            if winner >= 0:
                left[winner] = 0.0
                if winner < n and alike.size > 0:
                    winner = _spoken(winner, alike[row], first[row], shown[row], unspoken, noise_spoken, rng)
                    for i in range(n):
                        unspoken[i] = 1.0 - kept * (1.0 - unspoken[i])
                    unspoken[winner] = 0.0
                position[row, output] = winner + 1 if winner < n else INTRUSION
                given[row, output] = items[row, winner] if winner < n else items[before, winner - n]
    return position, given
