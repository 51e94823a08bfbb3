"""The study as a whole: its sections in order. A section is one file here and one line in `SECTIONS`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from memlab.core.errors import UnknownName
from memlab.studies.dnc_brain.section import Section, Setting

__all__ = ["SECTIONS", "run_section", "section_names"]

SECTIONS: dict[str, str] = {
    "blog_curve": "memlab.studies.dnc_brain.blog_curve",
    "repeat_copy": "memlab.studies.dnc_brain.repeat_copy",
    "links": "memlab.studies.dnc_brain.links",
    "forgetting": "memlab.studies.dnc_brain.forgetting",
    "stores": "memlab.studies.dnc_brain.stores",
    "hops": "memlab.studies.dnc_brain.hops",
    "transfer": "memlab.studies.dnc_brain.transfer",
    "lengths": "memlab.studies.dnc_brain.lengths",
    "serial_order": "memlab.studies.dnc_brain.serial_order",
    "serial_errors": "memlab.studies.dnc_brain.serial_errors",
}
"""Name -> module with ``run(setting) -> Section``, in the order of the report."""


def section_names(asked: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the sections that were asked for, in the order of the report; all by default.

    Raises
    ------
    UnknownName
        There is no such section.
    """
    for name in asked or ():
        if name not in SECTIONS:
            raise UnknownName("the study has no section", name, SECTIONS)
    return tuple(name for name in SECTIONS if asked is None or name in asked)


def run_section(name: str, setting: Setting) -> Section:
    """Measure one section."""
    section: Section = importlib.import_module(SECTIONS[name]).run(setting)
    return section
