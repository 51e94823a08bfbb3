"""The record of each human data set: what it is, its caveats, and where its trial-level files are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from memlab.core.errors import UnknownName
from memlab.data.formats.murdock_text import TextRecord

__all__ = ["DataRecord", "Download", "data_record", "data_sets", "known_text_file"]

REGISTRY = Path(__file__).parent / "registry.json"


@dataclass(frozen=True)
class Download:
    """Where the trial-level files of a data set are.

    Attributes
    ----------
    base_url : str
        The address of their folder; ends in a slash.
    sha256 : dict of str
        By file name.
    texts : dict of TextRecord
        By file name: what each file does not say itself.
    note : str
        Whose copy it is.
    """

    base_url: str
    sha256: Mapping[str, str]
    texts: Mapping[str, TextRecord]
    note: str


@dataclass(frozen=True)
class DataRecord:
    """A human data set.

    Attributes
    ----------
    name, title, citation : str
    caveats : tuple of str
        What to know before using it.
    fit_subjects : int, or dict of int by condition
        The first so many subjects of each condition are the half that parameters may be fitted to.
    download : Download or None
        None where there is no address to fetch the trial-level files from.
    conditions : tuple of str
        Those that the reference is made of, in its order; empty where it is all of them.
    paradigm : str
        ``"free_recall"`` or ``"serial_recall"``.
    errors_told_apart : bool
        Whether the data tell blanks from intrusions.
    """

    name: str
    title: str
    citation: str
    caveats: tuple[str, ...]
    fit_subjects: int | Mapping[str, int]
    download: Download | None
    conditions: tuple[str, ...] = ()
    paradigm: str = "free_recall"
    errors_told_apart: bool = True

    def n_fitted(self, condition: str) -> int:
        """Return how many subjects of a condition parameters may be fitted to."""
        return self.fit_subjects if isinstance(self.fit_subjects, int) else self.fit_subjects[condition]

    @property
    def split(self) -> str:
        """Who is in which half, in words."""
        if isinstance(self.fit_subjects, int):
            return f"fit: the first {self.fit_subjects} subjects of each condition; score: the others"
        each = ", ".join(f"the first {n} subjects of {condition}" for condition, n in self.fit_subjects.items())
        return f"fit: {each}; score: the others"


@cache
def _registry() -> Mapping[str, DataRecord]:
    from memlab.data.checksums import checked_text  # here, so that it can be run by itself as well

    raw = json.loads(checked_text(REGISTRY))
    return {name: _data_record(name, entry) for name, entry in raw.items()}


def _data_record(name: str, entry: Mapping[str, Any]) -> DataRecord:
    download = _download(entry["fetch"]) if "fetch" in entry else None
    return DataRecord(
        name,
        entry["title"],
        entry["citation"],
        tuple(entry["caveats"]),
        entry["fit_subjects"],
        download,
        tuple(entry.get("conditions", ())),
        entry["paradigm"],
        entry.get("errors_told_apart", True),
    )


def _download(entry: Mapping[str, Any]) -> Download:
    files = entry["files"]
    sha256 = {name: file["sha256"] for name, file in files.items()}
    texts = {name: _text_record(file) for name, file in files.items()}
    return Download(entry["base_url"], sha256, texts, entry["note"])


def _text_record(file: Mapping[str, Any]) -> TextRecord:
    given = {key: value for key, value in file.items() if key != "sha256"}
    given["intrusion_codes"] = tuple(file["intrusion_codes"])
    given["surplus"] = tuple((subject, number, output) for subject, number, output in file["surplus"])
    return TextRecord(**given)


def data_sets() -> tuple[str, ...]:
    """Return the names of the human data sets."""
    return tuple(_registry())


def data_record(name: str) -> DataRecord:
    """Return the record of a human data set.

    Raises
    ------
    UnknownName
        No such data set; the message has the nearest name.
    """
    if name not in _registry():
        raise UnknownName("there is no data set", name, data_sets())
    return _registry()[name]


def known_text_file(sha256: str) -> TextRecord | None:
    """Return what we know of a classic text file by its checksum; None where it is not one of ours."""
    downloads = [record.download for record in _registry().values() if record.download]
    return next((d.texts[name] for d in downloads for name, known in d.sha256.items() if known == sha256), None)
