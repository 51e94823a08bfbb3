"""The manual is read offline: no page loads anything from the network. Links that a reader may follow are fine.

    python docs/offline.py FOLDER

lists what pages and style sheets in a built folder would load from elsewhere, and ends with 1 if there is anything. The
build does the same at its end.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

__all__ = ["elsewhere", "loaded_by_page", "loaded_by_style", "setup"]

LOADING = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
"""The elements that load something when a page is opened, and the attributes that say what."""

NOT_LOADED = {"author", "bookmark", "canonical", "help", "license", "next", "prev", "search"}
"""What ``<link rel=…>`` only names."""

REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", flags=re.IGNORECASE)
"""``https://…``, and ``//host/…``, which takes the page's own scheme."""

STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", flags=re.IGNORECASE)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.style = tag == "style"
        self.found += loaded_by_style(given.get("style", ""))
        if tag == "link" and set(given.get("rel", "").split()) <= NOT_LOADED:
            return
        for name in LOADING.get(tag, ()):
            values = given.get(name, "").split(",") if name == "srcset" else [given.get(name, "")]
            self.found += [value.split()[0] for value in values if value.strip()]

    def handle_data(self, data: str) -> None:
        if self.style:
            self.found += loaded_by_style(data)

    def handle_endtag(self, tag: str) -> None:
        self.style = self.style and tag != "style"


def loaded_by_style(text: str) -> list[str]:
    """Return what a style sheet loads.

    Examples
    --------
    >>> loaded_by_style("@import 'a.css'; p { background: url(b.png) }")
    ['a.css', 'b.png']
    """
    return [one or other for one, other in STYLE.findall(text)]


def loaded_by_page(text: str) -> list[str]:
    """Return what a page loads, local or not; links to other pages are not loaded.

    Examples
    --------
    >>> loaded_by_page('<a href="https://a.org">a</a><script src="b.js"></script>')
    ['b.js']
    """
    page = _Page()
    page.feed(text)
    page.close()
    return page.found


def elsewhere(folder: Path) -> Iterator[tuple[Path, str]]:
    """Give each page or style sheet of a built folder with each address outside it that it would load."""
    readers = {".html": loaded_by_page, ".css": loaded_by_style, ".svg": loaded_by_page}
    for path in sorted(folder.rglob("*")):
        if path.suffix in readers:
            found = readers[path.suffix](path.read_text(encoding="utf-8"))
            yield from ((path.relative_to(folder), address) for address in found if REMOTE.match(address))


def _check(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        found = [f"{page}: {address}" for page, address in elsewhere(Path(app.outdir))]
        if found:
            raise ExtensionError("these pages load something from the network:\n" + "\n".join(found))


def setup(app: Sphinx) -> dict[str, Any]:
    """Check the pages when they are built."""
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    lines = [f"{page}: {address}" for page, address in elsewhere(Path(sys.argv[1]))]
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
