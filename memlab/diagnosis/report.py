"""The diagnosis in words and Markdown tables: a section of the report of a comparison."""

from __future__ import annotations

import math
from collections.abc import Iterator

from memlab.diagnosis.diagnosis import Diagnosis, Finding
from memlab.diagnosis.people import Known
from memlab.diagnosis.signature import Signature
from memlab.diagnosis.signatures import SIGNATURES
from memlab.diagnosis.verdicts import SHARE_OF_HUMAN, SHARE_OF_SCALE, Direction
from memlab.report import number_text, text_table

__all__ = ["MARKS", "diagnosis_text", "summary_head", "summary_rows"]

MARKS: dict[Direction, str] = {"agrees": "✓", "does not agree": "✗", "cannot tell": "?"}
"""How the verdict on direction is printed beside a number."""

WITHIN = "="
"""Printed after the mark where a model's number lies within people's interval."""


def diagnosis_text(diagnosis: Diagnosis) -> list[str]:
    """Return the section as lines of Markdown: the rule, the table, what each number is, and each model in a line."""
    lines = ["## Diagnosis: does a model chain or code positions?", "", *_rule(diagnosis), ""]
    if diagnosis.interrupted:
        lines += ["**Interrupted: only what was finished is here.**", ""]
    for condition in diagnosis.people.conditions:
        if len(diagnosis.people.conditions) > 1:
            lines += [f"### {condition.name}", ""]
        lines += [*text_table(summary_head(), summary_rows(diagnosis, condition.name)), ""]
    lines += [*_definitions(diagnosis), ""]
    lines += ["### Model by model", "", *(f"- {line}" for line in _models(diagnosis)), ""]
    return lines


def _rule(diagnosis: Diagnosis) -> list[str]:
    people = diagnosis.people
    return [
        f"People: {people.name}, {people.who}, with the 95 % bootstrap interval over subjects. {_elsewhere()} are "
        "measured in other lists, with the values of the comparison and nothing fitted anew. Guessing: the value of "
        "someone without the effect.",
        "",
        f"{MARKS['agrees']} the model deviates from guessing as people do, by at least a third of what they do "
        f"({SHARE_OF_HUMAN:.2f}); {MARKS['does not agree']} it does not; {MARKS['cannot tell']} it cannot be told: "
        "people's interval holds the guessing value, the model says nothing about it, or its own Monte-Carlo interval "
        f"(95 %) crosses the bound. For alternating similarity, {MARKS['agrees']} is a loss under "
        f"{SHARE_OF_SCALE:.0%} of the model's own similarity effect. {WITHIN} the model's number lies within people's "
        f"interval. A {MARKS['agrees']} is agreement in direction, not in size.",
    ]


def _elsewhere() -> str:
    titles = [signature.title for signature in SIGNATURES if signature.setting != "target"]
    return f"{', '.join(titles[:-1])} and {titles[-1]}".capitalize()


def summary_head() -> list[str]:
    """Return the heads of `summary_rows`."""
    return ["", *(signature.title for signature in SIGNATURES)]


def summary_rows(diagnosis: Diagnosis, condition: str) -> list[list[str]]:
    """Return the table of one condition as text: people, guessing, then a row a model."""
    found = [_of(diagnosis, signature, condition) for signature in SIGNATURES]
    people = ["people", *(_people_text(rows[0].known) if rows else "–" for rows in found)]
    guessing = ["guessing", *(number_text(rows[0].neutral) if rows else "–" for rows in found)]
    models = [[name, *(_cell(rows, name) for rows in found)] for name in diagnosis.models]
    return [people, guessing, *models]


def _of(diagnosis: Diagnosis, signature: Signature, condition: str) -> list[Finding]:
    where = ("", condition)
    return [one for one in diagnosis.findings if one.signature is signature and one.condition in where]


def _people_text(known: Known) -> str:
    interval = "" if math.isnan(known.low) else f" [{number_text(known.low)}, {number_text(known.high)}]"
    return number_text(known.mean) + interval


def _cell(rows: list[Finding], model: str) -> str:
    for one in rows:
        if one.model == model:
            within = f" {WITHIN}" if one.size == "within" else ""
            return f"{number_text(one.measured.value)} {MARKS[one.direction]}{within}"
    return "–"


def _definitions(diagnosis: Diagnosis) -> Iterator[str]:
    for signature in SIGNATURES:
        known = next((one.known for one in diagnosis.findings if one.signature is signature), None)
        source = f" People: {known.source}." if known is not None and signature.setting != "target" else ""
        yield f"- **{signature.title}**: {signature.definition}{source} {signature.separates}"


def _models(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield, for each model, what it shares with people and what it does not."""
    for name in diagnosis.models:
        parts = []
        for verdict, words in (("agrees", "agrees in"), ("does not agree", "does not in"), ("cannot tell", "open:")):
            titles = _titles([one for one in diagnosis.findings if one.model == name and one.direction == verdict])
            parts += [f"{words} {', '.join(titles)}"] if titles else []
        yield f"**{name}**: {'; '.join(parts)}."


def _titles(findings: list[Finding]) -> list[str]:
    """Return the titles, with the condition where a signature was measured in several."""
    several = len({one.condition for one in findings if one.condition}) > 1
    named = [f"{one.signature.title} ({one.condition})" if several and one.condition else one.signature.title
             for one in findings]  # fmt: skip
    notes = [one.measured.note for one in findings]
    return [title + (f" ({note})" if note else "") for title, note in zip(named, notes, strict=True)]
