"""How easily two consonants are confused: a similarity of letter names from stated rules, and lists drawn by it.

The rules, of which a test holds each (they are ours; nobody measured these numbers):

1. A letter's name is one stressed syllable, a vowel with the consonants before and after it, in southern British speech
   (Z is *zed*; of W, *double-u*, the first syllable counts).
2. Names with different vowels have similarity 0: B and F, G and J.
3. Names with the same vowel have 1/2, and up to 1/2 more for their consonants: the share of manner, place and voicing
   that they have in common, if the consonants stand on the same side of the vowel. B and V (*bee*, *vee*) have 5/6, F
   and S (*ef*, *ess*) 5/6, B and C 1/2, H and K (*aitch*, *kay*) 1/2.
4. A letter is as similar to itself as can be: 1.

Letters whose names share a vowel are *confusable* here: B C D G P T V; F L M N S X Z; H J K; and Q, R, W, Y alone.
Rhyming names are what experiments with confusable letters use (Conrad 1964, Br. J. Psychol. 55, 75-84).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from memlab.core.errors import UsageError
from memlab.core.recall import Floats, Ints

__all__ = ["CONSONANTS", "Similarity", "confusability", "confusable_sets", "draw_by_similarity"]

CONSONANTS = tuple("BCDFGHJKLMNPQRSTVWXYZ")

Similarity = Literal["any", "dissimilar", "similar", "alternating"]
"""Lists without regard to similarity; of items that share no vowel; that all share it; with similar items in the first,
third, fifth … place and dissimilar ones between them."""

CONFUSABLE = 0.5
"""From this similarity on, two items share a vowel."""


class Name(NamedTuple):
    """A letter's name: its vowel, the consonant that tells it from its rhymes, and on which side that stands."""

    vowel: str
    side: str
    manner: str
    place: str
    voiced: bool


NAMES = {
    "B": Name("ee", "before", "stop", "labial", True),
    "C": Name("ee", "before", "fricative", "alveolar", False),
    "D": Name("ee", "before", "stop", "alveolar", True),
    "F": Name("e", "after", "fricative", "labial", False),
    "G": Name("ee", "before", "affricate", "palatal", True),
    "H": Name("ay", "after", "affricate", "palatal", False),
    "J": Name("ay", "before", "affricate", "palatal", True),
    "K": Name("ay", "before", "stop", "velar", False),
    "L": Name("e", "after", "lateral", "alveolar", True),
    "M": Name("e", "after", "nasal", "labial", True),
    "N": Name("e", "after", "nasal", "alveolar", True),
    "P": Name("ee", "before", "stop", "labial", False),
    "Q": Name("oo", "before", "stop", "velar", False),
    "R": Name("ar", "after", "none", "none", True),
    "S": Name("e", "after", "fricative", "alveolar", False),
    "T": Name("ee", "before", "stop", "alveolar", False),
    "V": Name("ee", "before", "fricative", "labial", True),
    "W": Name("u", "before", "stop", "alveolar", True),
    "X": Name("e", "after", "fricative", "velar", False),  # of its two consonants, the stop's place, the end's manner
    "Y": Name("ie", "before", "glide", "labial", True),
    "Z": Name("e", "before", "fricative", "alveolar", True),  # zed
}
"""The names; labial takes in lips and teeth, alveolar the ridge behind them."""


def confusability(letters: Sequence[str] = CONSONANTS) -> Floats:
    """Return the similarity of the names of letters, (n_letters, n_letters), in [0, 1].

    Raises
    ------
    UsageError
        Something that is no consonant.

    Examples
    --------
    >>> confusability(("B", "P", "F")).round(2).tolist()
    [[1.0, 0.83, 0.0], [0.83, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    for letter in letters:
        if letter not in NAMES:
            raise UsageError(f"{letter!r} is no consonant; there are {' '.join(CONSONANTS)}.")
    return np.array([[_similarity(a, b) for b in letters] for a in letters])


def _similarity(a: str, b: str) -> float:
    if a == b:
        return 1.0
    one, two = NAMES[a], NAMES[b]
    if one.vowel != two.vowel:
        return 0.0
    features = [one.manner == two.manner, one.place == two.place, one.voiced == two.voiced]
    return 0.5 + 0.5 * (one.side == two.side) * sum(features) / len(features)


def confusable_sets(similarity: Floats) -> list[list[int]]:
    """Return the sets of items that are confusable with each other, largest first.

    Examples
    --------
    >>> [len(group) for group in confusable_sets(confusability())]
    [7, 7, 3, 1, 1, 1, 1]
    """
    left = list(range(len(similarity)))
    groups = []
    while left:
        group = [item for item in left if similarity[left[0], item] >= CONFUSABLE]
        groups.append(group)
        left = [item for item in left if item not in group]
    return sorted(groups, key=len, reverse=True)


def draw_by_similarity(
    similarity: Floats, kind: Similarity, n_lists: int, list_length: int, rng: np.random.Generator
) -> Ints:
    """Draw lists by the similarity of their items; no item comes twice in a list.

    Parameters
    ----------
    similarity : (n_items, n_items)
    kind : {"dissimilar", "similar", "alternating", "any"}
        See `Similarity`.

    Returns
    -------
    (n_lists, list_length) int

    Raises
    ------
    UsageError
        Another kind, or items that do not suffice for such lists.
    """
    if kind not in get_args(Similarity):
        raise UsageError(f"similarity must be one of {', '.join(get_args(Similarity))}. Got {kind!r} instead.")
    groups = [np.array(group) for group in confusable_sets(similarity)]
    draw = {"any": _any, "dissimilar": _dissimilar, "similar": _similar, "alternating": _alternating}[kind]
    lists = [draw(groups, list_length, rng) for _ in range(n_lists)]
    return np.array(lists, dtype=np.int64).reshape(n_lists, list_length)


Draw = Callable[[list[Ints], int, np.random.Generator], Ints]


def _any(groups: list[Ints], length: int, rng: np.random.Generator) -> Ints:
    items = np.concatenate(groups)
    _suffice(len(items), length, "different items")
    return rng.permutation(items)[:length]


def _dissimilar(groups: list[Ints], length: int, rng: np.random.Generator) -> Ints:
    _suffice(len(groups), length, "items that share no vowel")
    chosen = rng.permutation(len(groups))[:length]
    return np.array([rng.choice(groups[group]) for group in chosen], dtype=np.int64)


def _similar(groups: list[Ints], length: int, rng: np.random.Generator) -> Ints:
    return rng.permutation(_large_group(groups, length, rng))[:length]


def _alternating(groups: list[Ints], length: int, rng: np.random.Generator) -> Ints:
    similar = _large_group(groups, (length + 1) // 2, rng)
    others = [group for group in groups if group is not similar]
    items = np.empty(length, dtype=np.int64)
    items[::2] = rng.permutation(similar)[: len(items[::2])]
    items[1::2] = _dissimilar(others, length // 2, rng)
    return items


def _large_group(groups: list[Ints], least: int, rng: np.random.Generator) -> Ints:
    large = [group for group in groups if len(group) >= least]
    _suffice(len(groups[0]), least, "items that share a vowel")
    return large[rng.integers(len(large))]


def _suffice(there: int, needed: int, what: str) -> None:
    if there < needed:
        raise UsageError(f"such a list needs {needed} {what}; the materials have {there}. Use shorter lists.")
