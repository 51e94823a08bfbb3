"""How near a typed word is to the words it may stand for: forms, regular plurals and edits.

A typed word is compared by its *form*: without case, accents, blanks, hyphens and other signs. Of two words that it may
stand for, the nearer is the one of the same form, then the one that is its plural or singular, then the one that fewer
edits lead to. An edit adds, drops or replaces a letter, or swaps two neighbours (optimal string alignment).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from memlab.core.errors import MissingExtra

__all__ = ["LETTERS_PER_EDIT", "RULES", "Candidate", "Lexicon", "normal_form", "plurals"]

LETTERS_PER_EDIT = 4
"""One edit is forgiven for each four letters of a word: none in ``cat``, one in ``table``, two in ``elephant``. Our
choice: the words of our own pool are three edits apart (two where one has four letters), so one slip is never taken for
another word."""

RULES = ("form", "plural", "spelling")
"""How a typed word can be near to a word, the nearest first."""

BLOCK = 256
"""Typed words that are compared with all others at once: bounds the memory, not the answer."""


def normal_form(text: str) -> str:
    """Return a word without case, accents, blanks and signs; a text of signs alone stays as it is.

    Examples
    --------
    >>> normal_form("  Ice-Cream "), normal_form("Café"), normal_form("STRAßE"), normal_form("?")
    ('icecream', 'cafe', 'strasse', '?')
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in folded if sign.isalnum()) or text.strip()


def plurals(singular: str) -> set[str]:
    """Return the regular English plurals that a form may have; more than one where the spelling does not decide.

    Examples
    --------
    >>> sorted(plurals("dog")), sorted(plurals("fox")), sorted(plurals("berry")), sorted(plurals("leaf"))
    (['dogs'], ['foxes'], ['berries'], ['leafs', 'leaves'])
    """
    if singular.endswith(("s", "x", "z", "ch", "sh")):
        return {singular + "es"}
    if singular.endswith("y") and singular[-2:-1] not in set("aeiou"):
        return {singular[:-1] + "ies"}
    found = {singular + "s"}
    if singular.endswith("o"):
        found.add(singular + "es")
    for end in ("fe", "f"):
        if singular.endswith(end) and not singular.endswith("ff"):
            found.add(singular.removesuffix(end) + "ves")
            break
    return found


class Candidate(NamedTuple):
    """A word that a typed one may stand for; of two, the smaller is the nearer.

    Attributes
    ----------
    rule : int
        Place in `RULES`.
    edits : int
        From the typed form to this one.
    form : int
        Place in `Lexicon.forms`.
    """

    rule: int
    edits: int
    form: int

    @property
    def nearness(self) -> tuple[int, int]:
        """What is compared: equal for words that are as near."""
        return self.rule, self.edits


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Every word that a typed one may stand for, by form.

    Attributes
    ----------
    forms : tuple of str
        Distinct normal forms.
    letters_per_edit : int
        So many letters of a word forgive one edit; 0: none is forgiven.
    with_plurals : bool
        Whether a word may stand for its plural, and the other way round.
    """

    forms: tuple[str, ...]
    letters_per_edit: int = LETTERS_PER_EDIT
    with_plurals: bool = True

    def allowed(self, form: int) -> int:
        """Return how many edits are forgiven in a word."""
        return len(self.forms[form]) // self.letters_per_edit if self.letters_per_edit else 0

    def within(self, candidate: Candidate) -> bool:
        """Return whether a typed word is near enough to be taken for this one."""
        return candidate.rule < RULES.index("spelling") or candidate.edits <= self.allowed(candidate.form)

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each form."""
        return {form: i for i, form in enumerate(self.forms)}

    @cached_property
    def _of_plural(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, form in enumerate(self.forms):
            for plural in plurals(form):
                found.setdefault(plural, []).append(i)
        return found

    def candidates(self, typed: Sequence[str]) -> dict[str, list[Candidate]]:
        """Return, for each typed form, the words within the most edits that any word is forgiven, the nearest first.

        Raises
        ------
        MissingExtra
            Edits are forgiven and rapidfuzz is not installed.
        """
        reach = max(map(self.allowed, range(len(self.forms))), default=0)
        found: dict[str, dict[int, Candidate]] = {form: {} for form in typed}
        for form, i, edits in self._edited(list(found), reach) if reach else ():
            found[form][i] = Candidate(RULES.index("spelling"), edits, i)
        for form, near in found.items():
            for i in self._numbers_of(form) if self.with_plurals else ():
                near[i] = Candidate(RULES.index("plural"), _plural_edits(form, self.forms[i]), i)
            if form in self.index:
                near[self.index[form]] = Candidate(RULES.index("form"), 0, self.index[form])
        return {form: sorted(near.values()) for form, near in found.items()}

    def _numbers_of(self, form: str) -> Iterator[int]:
        """Yield the words that a typed form is the plural or the singular of."""
        yield from self._of_plural.get(form, ())
        yield from (self.index[plural] for plural in plurals(form) if plural in self.index)

    def _edited(self, typed: Sequence[str], reach: int) -> Iterator[tuple[str, int, int]]:
        """Yield each typed form with each word within `reach` edits of it."""
        try:
            from rapidfuzz.distance import OSA
            from rapidfuzz.process import cdist
        except ImportError:
            raise MissingExtra("scoring that forgives slips of the keys", "rapidfuzz", "score") from None
        for start in range(0, len(typed), BLOCK):
            block = typed[start : start + BLOCK]
            edits = cdist(block, self.forms, scorer=OSA.distance, score_cutoff=reach)
            rows, words = (edits <= reach).nonzero()
            for row, word in zip(rows.tolist(), words.tolist(), strict=True):
                yield block[row], word, int(edits[row, word])


def _plural_edits(one: str, other: str) -> int:
    """Return the edits between a word and its plural: what comes after the letters they share."""
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return max(len(one), len(other)) - shared
