"""`ListCondition`: lists that models are put to, with the people who recalled such lists, if any."""

from __future__ import annotations

from dataclasses import dataclass

from memlab.core.recall import StudyLists
from memlab.target import TargetCondition

__all__ = ["ListCondition"]


@dataclass(frozen=True, eq=False)
class ListCondition:
    """Lists, and the people who recalled such lists, if any.

    Attributes
    ----------
    name : str
    study : StudyLists
    people : TargetCondition or None
    """

    name: str
    study: StudyLists
    people: TargetCondition | None = None
