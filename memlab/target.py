"""`Target`: the people that models are fitted to and compared with, shipped as numbers or brought by the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from memlab.analysis.scores import noise_ceiling
from memlab.core.errors import UnknownName, UsageError
from memlab.core.files import sha256
from memlab.core.halves import SPLIT, halves, people_of
from memlab.core.recall import Conditions, RecallData, StudyLists
from memlab.core.rng import stream
from memlab.core.table import read_conditions
from memlab.curve_sets import CurveSet, curve_set, is_by_lag
from memlab.curves import Curve, curve_of, within_max_lag
from memlab.data import HumanReference, list_references, load
from memlab.models import PARADIGMS
from memlab.paradigms.experiments import get_experiment, get_serial_experiment
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.serial_recall import SerialRecall

__all__ = ["Target", "TargetCondition", "load_target", "refuse_unknown_name", "target_of"]


@dataclass(frozen=True, eq=False)
class TargetCondition:
    """One condition of the people.

    Attributes
    ----------
    name : str
    study : StudyLists
        The lists that a model is given: as many subjects and lists as the experiment had.
    everyone, fitted, scored : dict of Curve
        By measure (see `memlab.curve_sets`): of all subjects, of those that a fit may see, of those that scores are
        computed on.
    ceiling : dict of float
        By measure: the expected RMSD between the curves of two halves of the people.
    n_subjects : int
        All subjects.
    all_lists, scored_lists : RecallData or None
        The recalls of all subjects, and of those that scores are computed on; None where only curves are known.
    """

    name: str
    study: StudyLists
    everyone: Mapping[str, Curve]
    fitted: Mapping[str, Curve]
    scored: Mapping[str, Curve]
    ceiling: Mapping[str, float]
    n_subjects: int
    all_lists: RecallData | None = None
    scored_lists: RecallData | None = None

    @property
    def paradigm(self) -> str:
        """What the people did: ``"free_recall"`` or ``"serial_recall"``."""
        return self.study.paradigm


@dataclass(frozen=True, eq=False)
class Target:
    """People, condition by condition.

    Attributes
    ----------
    name, citation, sha256 : str
        Which data; for the record of a run.
    conditions : tuple of TargetCondition
    split : str
        Who was fitted and who is scored, in words.
    """

    name: str
    citation: str
    sha256: str
    conditions: tuple[TargetCondition, ...]
    split: str

    @property
    def paradigm(self) -> str:
        """What the people did: ``"free_recall"`` or ``"serial_recall"``, the same in all conditions."""
        return self.conditions[0].paradigm

    @property
    def curve_set(self) -> CurveSet:
        """What they are compared on."""
        return curve_set(self.paradigm)

    def record(self) -> dict[str, Any]:
        """Return what `run.json` says of the people."""
        subjects = {condition.name: condition.n_subjects for condition in self.conditions}
        found = {"id": self.name, "sha256": self.sha256, "citation": self.citation, "subjects": subjects}
        most = {c.name: c.study.max_responses for c in self.conditions if c.study.max_responses is not None}
        return found | ({"max_responses": most} if most else {})


def load_target(
    data: str | Path,
    conditions: Sequence[str] | None = None,
    *,
    paradigm: str | None = None,
    n_subjects: int | None = None,
    n_lists: int | None = None,
) -> Target:
    """Return the people to compare with.

    Parameters
    ----------
    data
        The id of a shipped reference (``"murdock1962"``), or a file with a long table.
    conditions
        Names; all by default.
    paradigm
        What they must have done, ``"free_recall"`` or ``"serial_recall"``; None: either.
    n_subjects, n_lists
        Pseudo-subjects a condition and lists a subject; by default as many as the people.

    Raises
    ------
    UnknownName
        No such condition, or neither a shipped data set nor a file.
    UsageError
        People of another paradigm, or of both.
    """
    if str(data) in list_references() and not Path(data).is_file():
        reference = load(str(data))
        _check_paradigm(str(data), reference.paradigm, paradigm)
        return _shipped(reference, conditions, n_subjects, n_lists)
    refuse_unknown_name(data, paradigm)
    own = _own(Path(data), conditions, n_subjects, n_lists)
    _check_paradigm(str(data), own.paradigm, paradigm)
    return own


def refuse_unknown_name(data: str | Path, paradigm: str | None = None) -> None:
    """Raise UnknownName for what is neither a file nor looks like one: the name of a data set that there is not."""
    if not Path(data).exists() and "." not in str(data) and "/" not in str(data):
        raise UnknownName("there is no file and no data set", str(data), list_references(paradigm))


def _check_paradigm(data: str, found: str, wanted: str | None) -> None:
    if wanted is None or found == wanted:
        return
    known = f"Data sets of {PARADIGMS[wanted]}: {', '.join(list_references(wanted))}."
    if Path(data).is_file() and wanted == "serial_recall":
        known = "A table is of serial recall where it has a column direction, or blanks (the item (omission))."
    raise UsageError(f"{data} is a data set of {PARADIGMS[found]}; this needs {PARADIGMS[wanted]}. {known}")


def _shipped(
    reference: HumanReference, conditions: Sequence[str] | None, n_subjects: int | None, n_lists: int | None
) -> Target:
    experiment = get_experiment if reference.paradigm == "free_recall" else get_serial_experiment
    designs = {design.name: design for design in experiment(reference.name)}
    names = _chosen(conditions, list(reference.conditions))
    built = [_shipped_condition(reference, designs[name], n_subjects, n_lists) for name in names]
    return Target(reference.name, reference.citation, reference.sha256, tuple(built), reference.split)


def _shipped_condition(
    reference: HumanReference, design: FreeRecall | SerialRecall, n_subjects: int | None, n_lists: int | None
) -> TargetCondition:
    compared = curve_set(reference.paradigm)
    halves = {
        half: {measure: _reference_curve(reference, design.name, measure, half) for measure in compared.measures}
        for half in ("all", "fit", "score")
    }
    ceiling = {m: reference.ceiling(design.name, m) for m in (*compared.measures, compared.level.measure)}
    study = design.study_lists(n_subjects=n_subjects, n_lists=n_lists)
    return TargetCondition(
        design.name,
        study,
        halves["all"],
        halves["fit"],
        halves["score"],
        ceiling,
        int(halves["all"][compared.level.curve].n.max()),
    )


def _reference_curve(reference: HumanReference, condition: str, measure: str, half: str) -> Curve:
    curve = Curve(*reference.curve(condition, measure, half))
    if not is_by_lag(measure):
        return curve
    keep = within_max_lag(curve.x)
    return Curve(curve.x[keep], curve.mean[keep], curve.sd[keep], curve.n[keep])


def _own(path: Path, conditions: Sequence[str] | None, n_subjects: int | None, n_lists: int | None) -> Target:
    """Return a user's people, halved as `memlab.core.halves` has it."""
    people = read_conditions(path)
    chosen = Conditions([people[name] for name in _chosen(conditions, list(people))])
    return target_of(chosen, path.name, sha256(path), n_subjects=n_subjects, n_lists=n_lists)


def target_of(
    people: Conditions, name: str, digest: str, *, n_subjects: int | None = None, n_lists: int | None = None
) -> Target:
    """Return a user's people as what models are compared with.

    Parameters
    ----------
    people
        Their single lists.
    name, digest
        What the record calls the data, and the SHA-256 of its file.
    n_subjects, n_lists
        See `load_target`.
    """
    if len({data.study.paradigm for data in people.values()}) > 1:
        serial = ", ".join(data.name for data in people.values() if data.study.serial is not None)
        raise UsageError(f"{name} has free recall and serial recall ({serial}); choose one kind with --conditions.")
    built = tuple(_own_condition(people, condition, n_subjects, n_lists) for condition in people)
    return Target(name, "the user's own data", digest, built, SPLIT)


def _own_condition(people: Conditions, name: str, n_subjects: int | None, n_lists: int | None) -> TargetCondition:
    data = people[name]
    compared = curve_set(data.study.paradigm)
    rows = compared.subject_curves(data, compared.measures)
    level = compared.level
    several = len(data.subjects) > 1
    parts = [np.isin(data.subjects, part) for part in halves(data.subjects)]
    fitted, scored = ({m: curve_of(x, y[part]) for m, (x, y) in rows.items()} for part in parts)
    n_fit = int(parts[0].sum())
    ceiling = {m: _ceiling(y, n_fit, name, m) if several else float("nan") for m, (_, y) in rows.items()}
    recalled = level.of(rows[level.curve][1])[:, None]
    ceiling[level.measure] = _ceiling(recalled, n_fit, name, level.key) if several else float("nan")
    study = _pseudo(data.study, n_subjects, n_lists)
    lists = people_of(data, "score")
    everyone = {m: curve_of(x, y) for m, (x, y) in rows.items()}
    return TargetCondition(name, study, everyone, fitted, scored, ceiling, len(data.subjects), data, lists)


def _ceiling(
    by_subject: np.ndarray[tuple[int, int], np.dtype[np.float64]], n_fit: int, name: str, measure: str
) -> float:
    return float(noise_ceiling(by_subject, n_fit, rng=stream(0, "ceiling", name, measure)))


def _pseudo(study: StudyLists, n_subjects: int | None, n_lists: int | None) -> StudyLists:
    """Return the people's own lists, or as many of the first of them as asked for, over and over if need be."""
    if n_subjects is None and n_lists is None:
        return study
    labels, counts = np.unique(study.subject, return_counts=True)
    subjects, lists = n_subjects or len(labels), n_lists or int(counts.max())
    rows = np.resize(np.arange(study.n_lists), subjects * lists)
    taken = study.select(rows)
    return replace(
        taken, subject=np.repeat(np.arange(subjects), lists), list=np.tile(np.arange(1, lists + 1), subjects)
    )


def _chosen(wanted: Sequence[str] | None, known: list[str]) -> list[str]:
    for name in wanted or ():
        if name not in known:
            raise UnknownName("there is no condition", name, known)
    if wanted and len(set(wanted)) != len(wanted):
        raise UsageError(f"a condition is named twice in: {', '.join(wanted)}.")
    return list(wanted) if wanted else known
