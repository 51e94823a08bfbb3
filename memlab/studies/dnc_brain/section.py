"""What every section of the study is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from memlab.core.files import Columns

__all__ = ["Claim", "Drawn", "Section", "Setting", "Tables", "Verdict", "not_tested"]

Verdict = Literal["holds", "holds in part", "does not hold", "not tested"]

Tables = Mapping[str, Columns]
"""Tables by name; each is written as ``SECTION.NAME.csv``."""


@dataclass(frozen=True)
class Setting:
    """How large the study is, and whom it compares with.

    Attributes
    ----------
    seed : int
        The same seed gives the same report.
    lists : int
        Lists that each network recalls in each cell of a design; a section may take a stated multiple or part of it.
    seeds : int
        Trained networks of a kind, at most; fewer where fewer were trained.
    quick : bool
        Few lists, and designs with fewer cells: a check that everything runs, not a result. The report says so.
    data : str
        The people: a data set of `memlab.target.load_target`.
    weights : Path or None
        A folder of weights; None for those that we ship.
    """

    seed: int = 1
    lists: int = 1000
    seeds: int = 5
    quick: bool = False
    data: str = "murdock1962"
    weights: Path | None = None


@dataclass(frozen=True)
class Claim:
    """One row of the table that the report begins with.

    Attributes
    ----------
    claim : str
        In the blog's sense, in a sentence.
    blog : str
        What the blog did.
    measured : str
        What we measured: every number in it is computed from the section's tables.
    n_seeds : int
        Trained networks of each kind that it rests on, at least.
    verdict : {"holds", "holds in part", "does not hold", "not tested"}
    """

    claim: str
    blog: str
    measured: str
    n_seeds: int
    verdict: Verdict


@dataclass(frozen=True)
class Drawn:
    """A figure of a section.

    Attributes
    ----------
    name : str
        Of its files: ``SECTION.NAME.pdf``.
    draw : function
        Takes the section's tables and returns a Matplotlib figure; it computes nothing.
    caption : str
        What is to be seen, with what the lines, the symbols and the bands are.
    """

    name: str
    draw: Callable[[Tables], Any] = field(repr=False)
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """What a section found.

    Attributes
    ----------
    name : str
        Of its file: ``"links"``.
    title : str
    tables : dict of tables
    figures : sequence of Drawn
        Empty where nothing could be measured.
    claims : sequence of Claim
    text : str
        Markdown without headings: how it was measured, and what is not in the claims.
    """

    name: str
    title: str
    tables: Tables
    figures: Sequence[Drawn]
    claims: Sequence[Claim]
    text: str


def not_tested(claim: str, blog: str, missing: Sequence[str]) -> Claim:
    """Return the claim of which nothing is known because weights are not there.

    Examples
    --------
    >>> not_tested("A holds", "trained B", ["dnc.set"]).measured
    'not tested: weights dnc.set are not there'
    """
    return Claim(claim, blog, f"not tested: weights {', '.join(missing)} are not there", 0, "not tested")
