"""The caption of a comparison: what the symbols are, what the bars are, whose curves, and how they were scored."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np

from memlab.analysis.figures.measures import measure_named
from memlab.analysis.figures.style import INTACT, PEOPLE, looks
from memlab.analysis.figures.tables import CurveTable

__all__ = ["Layout", "caption", "lesion_caption", "shaded_sources", "sweep_caption"]

Layout = Literal["conditions", "models"]

MOST_BANDS = 2
"""With more models, shaded intervals would hide the people and each other."""

BY_POSITION = ("spc", "pfr", "accuracy_strict", "accuracy_item")
"""Curves whose last x is the list length."""

PEOPLE_INTERVAL = "95% t intervals of the mean over subjects"
MODEL_INTERVAL = "1.96 SD either way over simulated experiments of this size"
"""What low and high are in the curves of `memlab compare`."""


def shaded_sources(table: CurveTable, networks: Collection[str] = ()) -> frozenset[str]:
    """Return which models are shaded from low to high (in layout ``conditions``).

    All where they are few; otherwise the trained networks among them, where these are few.
    """
    models = table.models()
    trained = [name for name in models if name in networks]
    for some in (models, trained):
        if len(some) <= MOST_BANDS:
            return frozenset(some)
    return frozenset()


def caption(
    curves: object,
    *,
    layout: Layout | str = "conditions",
    measures: str | Sequence[str] | None = None,
    conditions: str | Sequence[str] | None = None,
    n_subjects: int | Mapping[str, int] | None = None,
    max_responses: Mapping[str, int] | None = None,
    people: str = "",
    people_interval: str = PEOPLE_INTERVAL,
    model_interval: str = MODEL_INTERVAL,
    networks: Mapping[str, int] | None = None,
    trained_lengths: Mapping[str, tuple[int, int]] | None = None,
) -> str:
    """Describe what `memlab.analysis.figures.panels.compare_figure` draws, in sentences.

    Parameters
    ----------
    curves, layout, measures, conditions
        As given to `compare_figure`, with the same errors.
    n_subjects
        People, in every condition or by condition. None: the caption does not say.
    max_responses
        By condition, how many responses of a list count at most, of people and of models.
    people
        Who they are, for example ``"Murdock (1962)"``.
    people_interval, model_interval
        What low and high are.
    networks
        Of each source that is trained networks, how many; its low and high are 1.96 SD over them.
    trained_lengths
        Of these sources, the shortest and the longest list that they were trained on.
    """
    from memlab.analysis.figures.panels import chosen_curves

    table = chosen_curves(curves, layout=layout, measures=measures, conditions=conditions)
    sentences = [
        _what(table),
        _arrangement(table, layout),
        *_conditions(table),
        *_people(table, layout, n_subjects, people, people_interval),
        *_kept(table, max_responses or {}),
        *_models(table, layout, model_interval, networks or {}),
        *_all_untrained(table, trained_lengths or {}),
        *_absent(table),
    ]
    return " ".join(sentences) + "\n"


def lesion_caption(
    curves: object,
    *,
    model: str,
    layout: Layout | str = "conditions",
    n_subjects: int | Mapping[str, int] | None = None,
    people: str = "",
    networks: int = 0,
    trained_lengths: tuple[int, int] | None = None,
) -> str:
    """Describe the same figure of one model, intact and with lesions, in sentences.

    Parameters
    ----------
    curves, layout, n_subjects, people
        As `caption` takes them.
    model
        Its name.
    networks
        How many trained networks it is; 0 for a theory.
    trained_lengths
        The shortest and the longest list that these were trained on.
    """
    from memlab.analysis.figures.panels import chosen_curves

    table = chosen_curves(curves, layout=layout)
    lesions = [name for name in table.models() if name != INTACT]
    beside = " beside people" if PEOPLE in table.sources else ""
    what = f"Recall of {model}, intact and with {len(lesions)} lesion{'s' if len(lesions) > 1 else ''}{beside}."
    shaded = layout == "conditions" and bool(shaded_sources(table))
    mean = f"mean over simulated experiments{f'; shaded: {MODEL_INTERVAL}' if shaded else ''}"
    over = _over_networks(networks, shaded=shaded) if networks else mean
    sentences = [
        what,
        _arrangement(table, layout),
        *_conditions(table),
        *_people(table, layout, n_subjects, people, PEOPLE_INTERVAL),
        f"Lines: intact (black), and {', '.join(lesions)}: {over}. {SYMBOLS}",
        *_untrained(table, model, trained_lengths),
    ]
    return " ".join(sentences) + "\n"


def sweep_caption(
    curves: object,
    *,
    model: str,
    layout: Layout | str = "conditions",
    n_subjects: int | Mapping[str, int] | None = None,
    people: str = "",
    networks: int = 0,
) -> str:
    """Describe the same figure of one model as a parameter moves, in sentences.

    Parameters
    ----------
    curves, layout, n_subjects, people
        As `caption` takes them; a model's source is the parameter with its value, ``beta_enc=0.5``, and so is a
        condition where a second parameter moves.
    model
        Its name.
    networks
        How many trained networks it is; 0 for a theory.
    """
    from memlab.analysis.figures.panels import chosen_curves

    table = chosen_curves(curves, layout=layout)
    name, _, first = table.models()[0].partition("=")
    last = table.models()[-1].partition("=")[2]
    n = len(table.models())
    beside = " People lie behind." if PEOPLE in table.sources else ""
    over = _over_networks(networks, shaded=False) if networks else "mean over simulated experiments"
    sentences = [
        f"Recall of {model} as {name} moves from {first} to {last} in {n} value{'s' if n > 1 else ''}, everything else "
        f"at one value.{beside}",
        _arrangement(table, layout),
        *([f"In columns: {', '.join(table.conditions)}."] if "=" in table.conditions[0] else _conditions(table)),
        *_people(table, layout, n_subjects, people, PEOPLE_INTERVAL),
        f"Lines: {model}, {over}, coloured by the value; every value got the same random numbers.",
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
        lasts = {int(series.x[-1]) for key, series in table.series.items() if key[1] == name and key[2] in BY_POSITION}
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


def _kept(table: CurveTable, most: Mapping[str, int]) -> list[str]:
    """Say how many responses count: of long lists it hides what a model recalls beyond them."""
    kept = {name: most[name] for name in table.conditions if name in most}
    if not kept:
        return []
    numbers = sorted(set(kept.values()))
    if len(numbers) == 1 and len(kept) == len(table.conditions):
        return [f"Of people and models, {numbers[0]} responses of a list count at most."]
    parts = (f"{n} in {', '.join(name for name in kept if kept[name] == n)}" for n in numbers)
    return [f"Of people and models, so many responses of a list count at most: {'; '.join(parts)}."]


SYMBOLS = "Symbols on lines only tell them apart."


def _models(table: CurveTable, layout: str, interval: str, networks: Mapping[str, int]) -> list[str]:
    labels = {name: look.label for name, look in looks(table.models()).items()}
    shaded = shaded_sources(table, networks) if layout == "conditions" else frozenset()
    names, theories = ", ".join(labels.values()), [name for name in labels if name not in networks]
    bands = f"; shaded: {interval}" if shaded.intersection(theories) else ""
    if not labels:
        return []
    if len(theories) == len(labels):
        return [f"Lines: models ({names}), mean over simulated experiments{bands}. {SYMBOLS}"]
    said = [f"Lines: models ({names})."]
    if theories:
        said.append(f"{', '.join(labels[name] for name in theories)}: mean over simulated experiments{bands}.")
    said += [
        f"{label}: {_over_networks(networks[name], shaded=name in shaded)}."
        for name, label in labels.items()
        if name in networks
    ]
    return [*said, SYMBOLS]


def _over_networks(n: int, *, shaded: bool) -> str:
    if n < 2:
        return "one trained network"
    return f"mean{' and 1.96 SD (shaded)' if shaded else ''} over {n} trained networks"


def _all_untrained(table: CurveTable, trained_lengths: Mapping[str, tuple[int, int]]) -> list[str]:
    labels = looks(name for name in table.models() if name in trained_lengths)
    return [text for name in labels for text in _untrained(table, labels[name].label, trained_lengths[name])]


def _untrained(table: CurveTable, label: str, trained: tuple[int, int] | None) -> list[str]:
    """Name the conditions whose lists are longer or shorter than any that a network was trained on."""
    if trained is None:
        return []
    shortest, longest = trained
    outside = [c for c in table.conditions if not shortest <= (_list_length(table, c) or shortest) <= longest]
    lengths = f"{shortest}-{longest}" if shortest < longest else f"{longest}"
    said = f"{label} was trained on lists of {lengths} items; outside of that: {', '.join(outside)}."
    return [said] if outside else []


def _list_length(table: CurveTable, condition: str) -> int | None:
    """Return the last serial position of a condition; None where no curve by position is drawn."""
    lasts = [int(s.x[-1]) for key, s in table.series.items() if key[1] == condition and key[2] in BY_POSITION]
    return max(lasts, default=None)


def _absent(table: CurveTable) -> list[str]:
    """Say which sources lack a measure, so that a missing line is no riddle."""
    styles, said = looks(table.sources), []
    for source in table.sources:
        lacking = [measure_named(m).meaning.split(",")[0] for m in table.measures if not table.has(source, m)]
        if lacking:
            said.append(f"{styles[source].label} makes no prediction for {' and '.join(lacking)}.")
    return said
