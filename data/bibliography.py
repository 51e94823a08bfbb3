"""The papers behind models, data and analyses as BibTeX: found by the authors and the year that a citation names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Entry", "bibliography", "entries_cited"]

FILE = Path(__file__).parent / "references.bib"
START = re.compile(r"^@(\w+)\{(\w+),$")
FIELD = re.compile(r"^  (\w+) = \{(.*)\},$")
YEAR = re.compile(r"\((\d{4})\)")
MARKUP = re.compile(r'\\["\'`^~]?|[{}]')


@dataclass(frozen=True, eq=False)
class Entry:
    """One paper or book.

    Attributes
    ----------
    key, kind : str
        What it is cited by, and ``article``, ``book``, …
    fields : dict of str
        As in the file.
    text : str
        The entry as BibTeX reads it.
    """

    key: str
    kind: str
    fields: Mapping[str, str]
    text: str

    @property
    def families(self) -> list[str]:
        """The authors' family names, without accents."""
        return [_plain(author.split(",")[0]) for author in self.fields["author"].split(" and ") if author != "others"]


def _plain(text: str) -> str:
    """Return a text without TeX's markup and without accents."""
    decomposed = unicodedata.normalize("NFKD", MARKUP.sub("", text))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@cache
def bibliography() -> dict[str, Entry]:
    """Return every entry by its key, in the order of the file."""
    found: dict[str, Entry] = {}
    for block in FILE.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.strip().splitlines() if not line.startswith("%")]
        start = START.match(lines[0]) if lines else None
        if start:
            fields = {field[1]: field[2] for line in lines[1:] if (field := FIELD.match(line))}
            found[start[2]] = Entry(start[2], start[1], fields, "\n".join(lines))
    return found


def entries_cited(citation: str) -> list[Entry]:
    """Return the entries of the papers that a text cites, in its order.

    A paper is known by its authors' family names, all of them or the first with "et al.", and its year in parentheses.
    Where two papers have both in common, the volume decides.

    Examples
    --------
    >>> [entry.key for entry in entries_cited("Howard & Kahana (2002), J. Math. Psychol. 46; Kahana (1996), 24.")]
    ['howard2002', 'kahana1996']
    """
    plain = _plain(citation)
    found: list[Entry] = []
    end = 0
    for year in YEAR.finditer(plain):
        found += _of_year(plain[end : year.start()], year[1], plain[year.end() : _next_year(plain, year.end())])
        end = year.end()
    return list(dict.fromkeys(found))


def _next_year(text: str, start: int) -> int:
    following = YEAR.search(text, start)
    return following.start() if following else len(text)


def _of_year(names: str, year: str, rest: str) -> list[Entry]:
    """Return the entry of a year whose authors are the last that are named before it."""
    of_year = [entry for entry in bibliography().values() if entry.fields["year"] == year]
    named = [entry for entry in of_year if _named(entry, names)]
    most = max((len(entry.families) for entry in named), default=0)
    best = [entry for entry in named if len(entry.families) == most]
    by_volume = [entry for entry in best if re.search(rf"\b{entry.fields.get('volume', 'none')}\b", rest)]
    return by_volume or best


def _named(entry: Entry, names: str) -> bool:
    words = re.findall(r"[\w-]+", names)
    return all(family in words for family in entry.families)
