"""The caption of a comparison: what the symbols are, what the bars are, whose curves, and how they were scored."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from memlab.analysis.figures.measures import measure_named
from memlab.analysis.figures.style import PEOPLE, looks
from memlab.analysis.figures.tables import CurveTable

__all__ = ["Layout", "bands_are_drawn", "caption"]

Layout = Literal["conditions", "models"]

MOST_BANDS = 2
"""With more models, shaded intervals would hide the people and each other."""

PEOPLE_INTERVAL = "95% t intervals of the mean over subjects"
MODEL_INTERVAL = "1.96 SD either way over simulated experiments of this size"
"""What low and high are in the curves of `memlab compare`."""


def bands_are_drawn(table: CurveTable) -> bool:
    """Return whether models are shaded from low to high (in layout ``conditions``)."""
    return 0 < len(table.models()) <= MOST_BANDS


def caption(
    curves: object,
    *,
    layout: Layout | str = "conditions",
    measures: str | Sequence[str] | None = None,
    conditions: str | Sequence[str] | None = None,
    n_subjects: int | Mapping[str, int] | None = None,
    people: str = "",
    people_interval: str = PEOPLE_INTERVAL,
    model_interval: str = MODEL_INTERVAL,
) -> str:
    """Describe what `memlab.analysis.figures.panels.compare_figure` draws, in sentences.

    Parameters
    ----------
    curves, layout, measures, conditions
        As given to `compare_figure`, with the same errors.
    n_subjects
        People, in every condition or by condition. None: the caption does not say.
    people
        Who they are, for example ``"Murdock (1962)"``.
    people_interval, model_interval
        What low and high are.
    """
    from memlab.analysis.figures.panels import chosen_curves

    table = chosen_curves(curves, layout=layout, measures=measures, conditions=conditions)
    sentences = [
        _what(table),
        _arrangement(table, layout),
        *_conditions(table),
        *_people(table, layout, n_subjects, people, people_interval),
        *_models(table, layout, model_interval),
        *_absent(table),
    ]
    return " ".join(sentences) + "\n"


def _what(table: CurveTable) -> str:
    n = len(table.models())
    models = f"{n} model{'s' if n > 1 else ''}" if n else ""
    who = " and ".join(part for part in ("people" if PEOPLE in table.sources else "", models) if part)
    return f"Recall of {who}."


def _arrangement(table: CurveTable, layout: str) -> str:
    meanings = [measure_named(name).meaning for name in table.measures]
    if layout == "models":
        return f"A panel a source, with all conditions on the same axes: {'; '.join(meanings)}."
    lettered = [f"({letter}) {text}" for letter, text in zip(string.ascii_uppercase, meanings, strict=False)]
    described = "; ".join(lettered if len(meanings) > 1 else meanings)
    return f"{described[0].upper()}{described[1:]}." if len(meanings) == 1 else f"Panels: {described}."


def _conditions(table: CurveTable) -> list[str]:
    names = table.conditions
    if len(names) == 1:
        return [f"Condition {names[0]}." if names[0] != "all" else "All lists."]
    where = f"Conditions: {', '.join(names)}"
    return [f"{where} (list length-seconds an item)." if _named_by_length(table) else f"{where}."]


def _named_by_length(table: CurveTable) -> bool:
    """Return whether every condition is named as Murdock's are, checked against the positions that it has."""
    for name in table.conditions:
        length = re.fullmatch(r"(\d+)-\d+(\.\d+)?", name)
        lasts = {
            int(series.x[-1]) for key, series in table.series.items() if key[1] == name and key[2] in ("spc", "pfr")
        }
        if length is None or lasts != {int(length[1])}:
            return False
    return True


def _people(
    table: CurveTable, layout: str, n_subjects: int | Mapping[str, int] | None, who: str, interval: str
) -> list[str]:
    if PEOPLE not in table.sources:
        return []
    drawn = [series for key, series in table.series.items() if key[0] == PEOPLE]
    symbols = "Black circles" if layout == "conditions" else "Symbols with error bars"
    mean = f"{symbols}: people{f' of {who}' if who else ''}, mean over subjects{_counted(table, n_subjects)}"
    bars = f"; error bars: {interval}" if any(np.isfinite(series.low).any() for series in drawn) else "; no error bars"
    return [f"{mean}{bars}."]


def _counted(table: CurveTable, n_subjects: int | Mapping[str, int] | None) -> str:
    if n_subjects is None:
        return ""
    if isinstance(n_subjects, Mapping):
        counts = {name: n_subjects[name] for name in table.conditions if name in n_subjects}
        if len(set(counts.values())) != 1 or len(counts) != len(table.conditions):
            return f" ({', '.join(f'{name}: n = {n}' for name, n in counts.items())})" if counts else ""
        n_subjects = next(iter(counts.values()))
    return f" (n = {n_subjects}{' in each condition' if len(table.conditions) > 1 else ''})"


def _models(table: CurveTable, layout: str, interval: str) -> list[str]:
    models = table.models()
    if not models:
        return []
    names = ", ".join(look.label for look in looks(models).values())
    bands = f"; shaded: {interval}" if layout == "conditions" and bands_are_drawn(table) else ""
    return [f"Lines: models ({names}), mean over simulated experiments{bands}. Symbols on lines only tell them apart."]


def _absent(table: CurveTable) -> list[str]:
    """Say which sources lack a measure, so that a missing line is no riddle."""
    styles, said = looks(table.sources), []
    for source in table.sources:
        lacking = [measure_named(m).meaning.split(",")[0] for m in table.measures if not table.has(source, m)]
        if lacking:
            said.append(f"{styles[source].label} makes no prediction for {' and '.join(lacking)}.")
    return said
