"""Numbers and lists in the words of a paper."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["count", "joined", "number"]


def number(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits; a dash where there is none.

    Examples
    --------
    >>> number(0.123456), number(1234.5), number(float("nan")), number(-2.0)
    ('0.123', '1230', '–', '−2')
    """
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{digits}g}"
    text = f"{float(text):.0f}" if "e+" in text else text
    return text.replace("-", "−") if "e" not in text else text


def count(n: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> count(1, "list"), count(1200, "person")
    ('1 list', '1,200 persons')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def joined(words: Iterable[str]) -> str:
    """Return words as an enumeration.

    Examples
    --------
    >>> joined(["a", "b", "c"]), joined(["a"])
    ('a, b and c', 'a')
    """
    every = list(words)
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}" if every else "none"
