"""The report of the study in Markdown: claims first, then section by section."""

from __future__ import annotations

from collections.abc import Sequence

from memlab.studies.dnc_brain.claims import claims_markdown
from memlab.studies.dnc_brain.section import Section, Setting
from memlab.target import Target

__all__ = ["study_report"]

ABOUT = (
    "A blog of 2017 proposed the Differentiable Neural Computer (Graves et al. 2016) as a model of human memory. The "
    "blog is known to us only through a description of what it claimed and of how it trained its network; its code and "
    "its data are not, so nothing below reproduces its exact numbers. What the description leaves open we chose, and "
    "each section says what. A verdict is computed from the numbers in its row by a rule that its section states."
)

QUICK = (
    "**This is a quick run, with few lists and few cells of each design: it shows that everything runs. Its numbers "
    "are no results.**"
)


def study_report(sections: Sequence[Section], setting: Setting, target: Target, formats: Sequence[str]) -> str:
    """Return the report.

    Parameters
    ----------
    sections
        What is finished, in order.
    formats
        Of the figures; one that a browser shows is put into the text.
    """
    lines = ["# The DNC as a model of human memory: claims and measurements", "", ABOUT, "", _how(setting, target), ""]
    lines += [QUICK, ""] if setting.quick else []
    lines += ["## Claims", "", claims_markdown(sections)]
    for number, section in enumerate(sections, start=1):
        lines += _section(number, section, formats)
    lines += ["## Sources", "", f"- People: {target.citation}"]
    lines += ["- DNC: Graves, A., et al. (2016). Hybrid computing using a neural network with dynamic external memory."]
    lines[-1] += " Nature 538, 471-476."
    return "\n".join(lines) + "\n"


def _how(setting: Setting, target: Target) -> str:
    weights = "the shipped weights" if setting.weights is None else "weights in a folder of the user's"
    return (
        f"Networks: {weights}, up to {setting.seeds} training seeds of each kind; {setting.lists} lists a network and "
        f"cell unless a section says otherwise; seed {setting.seed}. A network's curve is the mean over its training "
        "seeds, ± is 1.96 times the standard error over them by leaving out one at a time, and a band is 1.96 SD over "
        f"them. People: {target.name}, mean over subjects of each subject's own curve."
    )


def _section(number: int, section: Section, formats: Sequence[str]) -> list[str]:
    lines = [f"## {number}. {section.title}", "", section.text, ""]
    shown = next((name for name in ("svg", "png") if name in formats), None)
    for drawn in section.figures:
        name = f"{section.name}.{drawn.name}"
        lines += [f"![{name}]({name}.{shown})", ""] if shown else [f"Figure: {name}.{formats[0]}", ""]
        lines += [drawn.caption, ""] if drawn.caption else []
    if section.tables:
        lines += [f"Tables: {', '.join(f'`{section.name}.{name}.csv`' for name in section.tables)}.", ""]
    return lines
