"""`FORMATS`: every format of recalls that is read or written, each with its file. Another format is one more entry."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from memlab.core.errors import UnknownName

__all__ = ["ALIASES", "FORMATS", "Format", "find_format"]

EVERYTHING = frozenset(
    {"words", "times", "schedule", "limits", "conditions", "labels", "intrusions", "serial", "mixed lengths"}
)
"""What a file may hold beside the order of recall; see `memlab.data.formats.losses`."""


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes
    ----------
    what : str
        One line: what marks it.
    reads : str
        ``"module:function"`` below `memlab.data.formats`; the function takes a path, the options below and
        ``problems``, and returns `Conditions`.
    options : tuple of str
        Which of ``columns``, ``lists``, ``lists_per_subject`` the reader takes.
    writes : str
        ``"module:function"`` that takes `Conditions` and a path; empty where the format is only read.
    keeps : frozenset of str
        What a written file still says.
    suffix : str
        How a written file's name ends, where that tells the format.
    """

    what: str
    reads: str
    options: tuple[str, ...] = ()
    writes: str = ""
    keeps: frozenset[str] = frozenset()
    suffix: str = ""

    def reader(self) -> Callable[..., Any]:
        """Return the reader, imported now."""
        return _function(self.reads)

    def writer(self) -> Callable[..., Any]:
        """Return the writer, imported now."""
        return _function(self.writes)


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(f"memlab.data.formats.{module}"), name)
    return function


FORMATS = {
    "table": Format(
        "psifr's long table: subject, list, trial_type, position, item",
        "long_table:read_table_file",
        writes="long_table:write_table_file",
        keeps=EVERYTHING,
        suffix=".csv",
    ),
    "murdock_text": Format(
        "a list a row, serial positions, 88 = intrusion, 0 = padding",
        "murdock_text:read_murdock_file",
        ("lists_per_subject",),
    ),
    "recall_matrix": Format(
        "padded matrix as CSV: subject, recalls_1 …, and list_length or pres_itemnos_1 …",
        "recall_matrix:read_recall_matrix",
    ),
    "position_table": Format(
        "a row a response, or a place of serial recall: subject, list, list_length, output_position, serial_position",
        "position_table:read_position_table",
        ("lists",),
    ),
    "embam": Format(
        "MATLAB struct of the Behavioral Toolbox: data.recalls, pres_itemnos, subject",
        "embam:read_embam",
        writes="embam:write_embam",
        keeps=EVERYTHING - {"schedule", "limits", "serial"},
        suffix=".mat",
    ),
    "jaxcmr": Format(
        "jaxcmr's HDF5: /data/recalls, pres_itemnos, subject, listLength",
        "jaxcmr:read_jaxcmr",
        writes="jaxcmr:write_jaxcmr",
        keeps=frozenset({"times", "mixed lengths", "intrusions"}),
        suffix=".h5",
    ),
    "quail": Format(
        "quail's JSON: pres, rec",
        "quail:read_quail",
        ("lists_per_subject",),
        writes="quail:write_quail",
        keeps=EVERYTHING - {"schedule", "limits", "serial"},
        suffix=".json",
    ),
    "bids": Format(
        "BIDS *_events.tsv, or a folder of them: onset, duration, trial_type (WORD, REC_WORD), item_name, list",
        "bids:read_bids",
        writes="bids_writing:write_bids",
        keeps=EVERYTHING - {"limits", "serial"},
        suffix="_events.tsv",
    ),
    "jspsych": Format("jsPsych's data, CSV or JSON: trial_index, time_elapsed", "jspsych:read_jspsych", ("columns",)),
    "psychopy": Format("PsychoPy's CSV: expName, psychopyVersion", "psychopy:read_psychopy", ("columns",)),
    "eprime": Format(
        "E-Prime's log, or its text export: LogFrames, ExperimentName", "eprime:read_eprime", ("columns",)
    ),
    "mapped": Format("any table with a column map beside it, FILE.columns.toml", "mapped:read_mapped", ("columns",)),
}
"""The formats, in the order in which they are listed."""

ALIASES = {"psifr": "table", "murdock": "murdock_text", "matlab": "embam", "penn": "embam", "kahana": "embam"}


def find_format(name: str) -> Format:
    """Return a format by its name or another name of it.

    Raises
    ------
    UnknownName
        There is none.
    """
    known = ALIASES.get(name, name)
    if known not in FORMATS:
        raise UnknownName("there is no format", name, FORMATS)
    return FORMATS[known]
