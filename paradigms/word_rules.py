"""The rules of the word pool, as far as a machine can check them, and the choice that they make.

``data/pools/nouns.md`` states them. ``python -m memlab.paradigms.word_rules`` chooses the pool again and prints it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from memlab.paradigms.materials import pool_folder

__all__ = ["broken_rule", "choose_words", "edit_distance", "too_near", "words_in"]

LETTERS = re.compile(r"[a-z]{4,8}")
"""Short enough to be read at a glance, long enough to be told apart."""

APART = 3
"""Edit distance of two words of at least five letters."""

APART_SHORT = 2
"""Edit distance of a pair with a four-letter word: it has too few letters for more."""


def words_in(name: str) -> tuple[str, ...]:
    """Return the words of a file of the pool folder, in its order: ``"candidates"``, ``"homophones"``, …"""
    return tuple((pool_folder() / f"{name}.txt").read_text(encoding="utf-8").split())


def edit_distance(a: str, b: str) -> int:
    """Return how many letters must be inserted, deleted or replaced to turn one word into the other.

    References
    ----------
    Levenshtein (1966), Soviet Physics Doklady 10, 707-710.

    Examples
    --------
    >>> edit_distance("kitten", "sitting")
    3
    """
    above = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        row = [i]
        for j, other in enumerate(b, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other)))
        above = row
    return above[-1]


def too_near(a: str, b: str) -> bool:
    """Return whether two words are spelled too much alike.

    Examples
    --------
    >>> too_near("table", "cable"), too_near("lamp", "ramp"), too_near("lamp", "limb")
    (True, True, False)
    """
    least = APART_SHORT if min(len(a), len(b)) == 4 else APART
    return abs(len(a) - len(b)) < least and edit_distance(a, b) < least


def broken_rule(word: str, kept: Iterable[str], homophones: Collection[str], excluded: Collection[str]) -> str | None:
    """Return the rule that a word breaks beside the words kept so far; None where it breaks none."""
    if not LETTERS.fullmatch(word):
        return "four to eight letters a-z"
    if word in homophones:
        return "sounds like another word"
    if word in excluded:
        return "name, brand, taboo or no concrete noun"
    near = next((other for other in kept if too_near(word, other) or _is_plural(word, other)), None)
    return f"spelled too much like {near}" if near else None


def _is_plural(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long in (f"{short}s", f"{short}es")


def choose_words(candidates: Iterable[str], homophones: Collection[str], excluded: Collection[str]) -> tuple[str, ...]:
    """Return the candidates that obey the rules, each beside those kept before it, sorted.

    Examples
    --------
    >>> choose_words(["table", "cable", "beach", "owl"], {"beach"}, set())
    ('table',)
    """
    kept: list[str] = []
    for word in candidates:
        if broken_rule(word, kept, homophones, excluded) is None:
            kept.append(word)
    return tuple(sorted(kept))


if __name__ == "__main__":
    print("\n".join(choose_words(words_in("candidates"), set(words_in("homophones")), set(words_in("excluded")))))
