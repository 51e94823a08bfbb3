"""What to cite: memlab, the models, data and analyses by name, or everything that a run used."""

from __future__ import annotations

import csv
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import memlab
from memlab.core.errors import UnknownName
from memlab.data.bibliography import Entry, entries_cited
from memlab.data.registry import data_record, data_sets
from memlab.models import get_model, model_names
from memlab.run_folder import read_run

__all__ = ["OWN", "Source", "bibtex", "sources_of", "sources_of_run"]

TITLE = "memlab: people, theories of memory and trained networks on the same recall curves"
AUTHORS = "The memlab developers"
YEAR = "2026"
"""As in ``CITATION.cff``; a test holds that they agree."""

YEARS = re.compile(r"\(\d{4}\)")
"""One a paper that a citation names."""

OWN_DATA = "the user's own data"
"""What a record says of a file that somebody brought."""


@dataclass(frozen=True)
class Source:
    """One thing to cite.

    Attributes
    ----------
    what : str
        ``memlab``, ``model``, ``data`` or ``analysis``.
    name : str
        As memlab calls it.
    citation : str
        In words.
    """

    what: str
    name: str
    citation: str


OWN = Source("memlab", "memlab", f"{AUTHORS} ({YEAR}). {TITLE} (version {memlab.__version__}) [Computer software].")
"""memlab itself."""


def sources_of(names: Sequence[str]) -> list[Source]:
    """Return what to cite for models, data sets and analyses by name; memlab itself first.

    Raises
    ------
    UnknownName
        There is nothing of that name.
    """
    return [OWN, *(_source(name) for name in dict.fromkeys(names) if name != OWN.name)]


def _source(name: str) -> Source:
    if name in data_sets():
        return Source("data", name, data_record(name).citation)
    if name in memlab.analysis.__all__:
        return Source("analysis", name, _references(name) or "no paper of its own; see its page in the manual")
    if name not in model_names():
        raise UnknownName(
            "there is no model, data set, analysis or run folder", name, (*model_names(), *data_sets(), *_analyses())
        )
    return Source("model", name, get_model(name).citation)


def _analyses() -> list[str]:
    return [name for name in memlab.analysis.__all__ if not name[0].isupper()]


def _references(name: str) -> str:
    """Return what the docstring of an analysis has under References."""
    text = inspect.getdoc(getattr(memlab.analysis, name)) or ""
    found = re.search(r"^References\n-+\n(.+?)(?:\n\n|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def sources_of_run(folder: str | Path) -> list[Source]:
    """Return what to cite for a run: memlab, its models, its data, and the analyses that have a paper.

    Parameters
    ----------
    folder
        A run's folder, or its ``run.json``.

    Raises
    ------
    DataError
        There is no record of a run.
    """
    record = read_run(folder)
    place = Path(folder) if Path(folder).is_dir() else Path(folder).parent
    found = [OWN, *(_source(name) for name in _models_of(record, place))]
    found += _data_of(record)
    found += [_source(name) for name in _analyses_of(record, place) if _references(name)]
    return list(dict.fromkeys(found))


def _models_of(record: Mapping[str, Any], place: Path) -> list[str]:
    """Return the models of a run: those configured, and those that its tables name."""
    config = record.get("config") or {}
    named = [config.get("model"), config.get("network"), *(config.get("models") or ())]
    named += list(_in_tables(record, place, ("model", "source")))
    named += [entry.get("id") for entry in record.get("data", [])]
    return [name for name in dict.fromkeys(map(str, named)) if name in model_names()]


def _data_of(record: Mapping[str, Any]) -> Iterator[Source]:
    """Yield the data of a run, weights of networks left out: their citation is the model's."""
    for entry in record.get("data", []):
        name, citation = str(entry.get("id")), str(entry.get("citation", ""))
        if citation == OWN_DATA:
            yield Source("data", name, "your own data, or the paper they come from")
        elif "seeds" not in entry and not citation.startswith("weights of"):
            yield Source("data", name, citation)


def _analyses_of(record: Mapping[str, Any], place: Path) -> list[str]:
    config = record.get("config") or {}
    named = [*(config.get("analyses") or ()), *_in_tables(record, place, ("measure",))]
    return [name for name in dict.fromkeys(map(str, named)) if name in memlab.analysis.__all__]


def _in_tables(record: Mapping[str, Any], place: Path, columns: Iterable[str]) -> Iterator[str]:
    """Yield the distinct entries of some columns of a run's curves, scores and evidence, where they are still there."""
    for name in ("curves.csv", "scores.csv", "evidence.csv"):
        if name in record["outputs"] and (place / name).is_file():
            with (place / name).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            yield from dict.fromkeys(row[column] for column in columns for row in rows if column in row)


def bibtex(sources: Iterable[Source]) -> str:
    """Return the sources as BibTeX: memlab, then each paper once; a comment where one has no entry."""
    entries: dict[str, Entry] = {}
    without = []
    for source in sources:
        found = entries_cited(source.citation) if source != OWN else []
        entries |= {entry.key: entry for entry in found}
        if source != OWN and len(found) < max(1, len(YEARS.findall(source.citation))):
            without.append(f"% not all of this has an entry: {source.what} {source.name}: {source.citation}")
    return "\n\n".join([_own_bibtex(), *(entry.text for entry in entries.values()), *without])


def _own_bibtex() -> str:
    fields = {"author": f"{{{AUTHORS}}}", "title": f"{{memlab}}{TITLE.removeprefix('memlab')}", "year": YEAR}
    fields |= {"version": memlab.__version__, "note": "Computer software"}
    return "\n".join(["@software{memlab,", *(f"  {name} = {{{value}}}," for name, value in fields.items()), "}"])
