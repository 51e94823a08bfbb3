"""The report of a model's lesions, in words and tables, with what patients show."""

from __future__ import annotations

import numpy as np

from memlab.analysis.list_ends import END_POSITIONS
from memlab.core.lesions import parse_lesions
from memlab.curves import MEASURES
from memlab.lesioning import INTACT, LESION_SCORES, Lesions
from memlab.patients import PATIENTS, Patient, kept
from memlab.report import TITLES, number_text, outside_training, parameters_text, text_table

__all__ = ["lesion_report", "lesion_summary"]

LESION_TITLES = {
    **TITLES,
    "recalled": "recalled a list",
    "end_of_list": "end of list",
    "early_and_middle": "early and middle",
}


BRACKETS = "In square brackets: the number of a word that is given none."


def lesion_summary(lesions: Lesions) -> tuple[list[str], list[list[str]]]:
    """Return the summary table as text, head and rows: people, intact, a row a lesion; means over conditions."""
    distances = [f"rmsd_{measure}" for measure in MEASURES] if lesions.target else []
    names = [name for name, *_ in LESION_SCORES] + distances
    sources = [*(["people"] if lesions.target else []), INTACT, *lesions.words]
    head = ["", *(LESION_TITLES[n] + (" RMSD" if n in distances else "") for n in names)]
    return head, [[source, *(_cell(lesions, source, name) for name in names)] for source in sources]


def _cell(lesions: Lesions, source: str, measure: str) -> str:
    value, ceiling = lesions.score(source, measure), lesions.ceiling(measure)
    times = f" ({value / ceiling:.1f}x)" if ceiling > 0 and not np.isnan(value) else ""
    return number_text(value) + times


def lesion_report(lesions: Lesions) -> str:
    """Return the report as Markdown: the lists, what each lesion changes, the scores, patients, parameters, sources."""
    intact = lesions.contenders[0]
    lines = [f"# Lesions of {intact.model.name}", ""]
    if lesions.interrupted:
        lines += ["**Interrupted: only what was finished is here.**", ""]
    lines += [*_lists(lesions), "", "## What each lesion changes", "", BRACKETS, ""]
    lines += [line for words in lesions.words for line in _changes(lesions, words)]
    lines += ["", "## Scores", "", _scores_text(lesions), "", *text_table(*lesion_summary(lesions)), ""]
    lines += [*_stop_rule(lesions), *_patients(lesions), "## Parameters", "", *parameters_text(intact), ""]
    lines += ["## Sources", ""]
    lines += [f"- People: {lesions.target.citation}"] if lesions.target else []
    return "\n".join([*lines, f"- {intact.model.name}: {intact.model.citation}"]) + "\n"


def _lists(lesions: Lesions) -> list[str]:
    first, target = lesions.conditions[0].study, lesions.target
    names = ", ".join(condition.name for condition in lesions.conditions)
    people = f"People: {target.name}. Split of the people: {target.split}. " if target else "No people: own lists. "
    done = next(iter(lesions.simulated.values()), None)
    times = done.replications if done else 0
    text = (
        f"{people}Conditions: {names}. {len(np.unique(first.subject))} pseudo-subjects and {first.n_lists} lists a "
        f"condition, simulated {times} times over (seed {lesions.seed}). The intact model and every lesion get the "
        "same lists and the same stream of random numbers."
    )
    return [text, *_networks(lesions)]


def _networks(lesions: Lesions) -> list[str]:
    intact = lesions.contenders[0]
    if not intact.seeds:
        return []
    n = len(intact.seeds)
    over = f"mean and 1.96 SD over {n} trained networks" if n > 1 else "one trained network, without a band"
    lengths = {condition.name: condition.study.list_length for condition in lesions.conditions}
    return ["", f"{intact.model.name}: {over}, each lesioned in the same way.", *outside_training(intact, lengths)]


def _changes(lesions: Lesions, words: str) -> list[str]:
    """Say for each word of a lesion what it changes, and which numbers it was given."""
    model = lesions.contenders[0].model
    made = parse_lesions(words, model.lesions, model.name)
    numbers = " + ".join(str(part) for lesion in made for part in model.lesioned((lesion,)).damage)
    described = "; ".join(f"{lesion.name}: {model.lesions[lesion.name]}" for lesion in made)
    return [f"- **{words}** (made as {numbers}). {described}."]


def _scores_text(lesions: Lesions) -> str:
    rmsd = (
        " RMSD from the scored people's curve; in brackets, how many times the noise ceiling: the RMSD expected "
        "between two halves of the people."
        if lesions.target
        else ""
    )
    error = "over trained networks" if lesions.contenders[0].seeds else "Monte-Carlo"
    return (
        f"Means over conditions. *End of list* is the mean recall of the last {END_POSITIONS} positions, *early and "
        "middle* that of all before the last third. Primacy and recency: the mean of the first and of the last "
        f"{END_POSITIONS} positions less that of the middle of the list; contiguity: lags ±1 less lags ±2 to ±5; "
        f"forward asymmetry: lag +1 less −1.{rmsd} The error of each score ({error}) is in `scores.csv`."
    )


def _stop_rule(lesions: Lesions) -> list[str]:
    """Warn where the number recalled is a rule of its own, which no lesion of learning can touch."""
    model = lesions.contenders[0].model
    if "stop_scale" not in [parameter.name for parameter in model.parameters]:
        return []
    return [
        f"In {model.name} a rule of its own decides when recall stops, from the number recalled so far alone. So "
        "lesions of learning move recall between positions and cannot lower the number recalled; whether a part of the "
        "curve is spared or gone has to be read with that in mind.",
        "",
    ]


def _patients(lesions: Lesions) -> list[str]:
    named = [words for words in lesions.words if words in PATIENTS]
    lines = ["## Beside patients", ""] if named else []
    for words in named:
        patient = PATIENTS[words]
        lines += [f"**{words}**: {patient.who} — {patient.shows} Source: {patient.source}", ""]
        lines += [*_beside(lesions, words, patient), ""]
    return lines


def _beside(lesions: Lesions, words: str, patient: Patient) -> list[str]:
    """Say which parts of the curve the lesioned model keeps, and whether patients keep the same."""
    parts = (
        (f"the last {END_POSITIONS} positions", "end_of_list", patient.recency),
        ("all positions before the last third", "early_and_middle", patient.early_and_middle),
    )
    lines = []
    for what, measure, human in parts:
        intact, now = lesions.score(INTACT, measure), lesions.score(words, measure)
        if np.isnan([intact, now]).any():
            continue
        found = kept(now, intact)
        verdict = "as in patients" if found == human else f"unlike patients, where they are {human}"
        share = f" ({now / intact:.0%})" if intact > 0 else ""
        lines.append(f"- {lesions.contenders[0].model.name} in {what}: {intact:.2f} intact, {now:.2f} with the lesion"
                     f"{share}: {found}, {verdict}.")  # fmt: skip
    return [*lines, "", "*Spared*: at least two thirds of the intact model's recall; *gone*: at most a third."]
