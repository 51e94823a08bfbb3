"""The report of a comparison, in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from memlab.comparison import Comparison
from memlab.contender import Contender
from memlab.core.recall import Floats
from memlab.curve_sets import CurveSet
from memlab.held_out_bits import BITS, UNIFORM
from memlab.score_names import CURVE_TITLES, PLACES, SHOWN_AS, TITLES, WORDINGS, Wording
from memlab.signatures import NEUTRAL
from memlab.target import Target, TargetCondition

__all__ = [
    "TITLES",
    "number_text",
    "outside_training",
    "parameters_text",
    "report",
    "summary_head",
    "summary_rows",
    "summary_title",
    "text_table",
]

SHARE_OF_HUMAN = 1 / 3
"""A model is said to show an effect when it is above 0 (or `NEUTRAL`) and at least a third of its human size."""


def _compared(comparison: Comparison) -> CurveSet:
    return comparison.target.curve_set


def _words(comparison: Comparison) -> Wording:
    return WORDINGS[comparison.target.paradigm]


def summary_title(comparison: Comparison) -> str:
    """Return what the summary table is called."""
    level = _words(comparison).level
    return f"RMSD from people (x noise ceiling), {level}, and signatures; means over conditions"


def summary_head(comparison: Comparison) -> list[str]:
    """Return the heads of `summary_rows`."""
    compared = _compared(comparison)
    scores = (*compared.distances, compared.level.score)
    return [
        *("", *(TITLES[score] for score in scores), _words(comparison).head),
        *(TITLES[name] for name, *_ in compared.signatures),
    ]


def summary_rows(comparison: Comparison) -> list[list[str]]:
    """Return the summary table as text: one row for people, chance apart, then a row a model.

    Columns: name, RMSD of each curve (times the noise ceiling in brackets), the difference in level, held-out bits an
    event, the signatures; means over conditions.
    """
    compared = _compared(comparison)
    nothing = [""] * (len(compared.curves) + 3)
    shown = [number_text(comparison.score("people", name)) for name, *_ in compared.signatures]
    return [["people", *nothing[1:], *shown], *(_model_row(comparison, one) for one in comparison.contenders)]


def _model_row(comparison: Comparison, contender: Contender) -> list[str]:
    def cell(measure: str) -> str:
        return number_text(comparison.score(contender.name, measure))

    compared = _compared(comparison)
    distances = [_with_ceiling(comparison, contender.name, score) for score in compared.distances]
    others = (compared.level.score, BITS, *(name for name, *_ in compared.signatures))
    return [contender.name, *distances, *map(cell, others)]


def _with_ceiling(comparison: Comparison, model: str, measure: str) -> str:
    value = comparison.score(model, measure)
    ceiling = comparison.ceiling(measure)
    if np.isnan(value):
        return "–"
    return f"{value:.3f}" + (f" ({value / ceiling:.1f}x)" if ceiling > 0 else "")


def number_text(value: float) -> str:
    """Return a number as the tables print it; a dash where there is none."""
    return "–" if np.isnan(value) else f"{value:.3f}".replace("-", "−")


def text_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table in Markdown."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def report(comparison: Comparison, more: Sequence[str] = ()) -> str:
    """Return the report as Markdown: what was compared, the scores, what each model shows and where it misses.

    Parameters
    ----------
    more
        Lines of further sections, such as a table that tells theories apart; they stand before the parameters.
    """
    target = comparison.target
    lines = [f"# {_words(comparison).title}", ""]
    if comparison.interrupted:
        lines += ["**Interrupted: only what was finished is here.**", ""]
    lines += [*_people(comparison), *_networks(comparison), "", "## Scores", "", *_scores_text(comparison), ""]
    lines += text_table(summary_head(comparison), summary_rows(comparison))
    lines += ["", "## Held-out bits a recall event", "", *_bits_text(comparison)]
    lines += ["", "## What each model shows and where it misses", ""]
    for contender in comparison.contenders:
        lines += [*_about(comparison, contender), ""]
    lines += [*more, ""] if more else []
    lines += ["## Parameters", "", *_parameter_note(comparison)]
    for contender in comparison.contenders:
        lines += [*parameters_text(contender), ""]
    lines += ["## Sources", "", f"- People: {target.citation}"]
    lines += [f"- {c.name}: {c.model.citation}" for c in comparison.contenders]
    return "\n".join(lines) + "\n"


def _people(comparison: Comparison) -> list[str]:
    target = comparison.target
    sizes = ", ".join(f"{c.name} ({c.n_subjects} people)" for c in target.conditions)
    first = target.conditions[0].study
    return [
        f"People: {target.name}. Conditions: {sizes}. Split of the people: {target.split}.",
        "",
        f"Each model was given the same lists: {len(np.unique(first.subject))} pseudo-subjects and {first.n_lists} "
        f"lists a condition, simulated {_replications(comparison)} times over (seed {comparison.seed}); "
        "curves are the mean over subjects of each subject's own." + _kept(target),
    ]


def _kept(target: Target) -> str:
    """Say how many responses of a list count where the data hold no more; of long lists that hides what is recalled."""
    kept: dict[str, int] = target.record().get("max_responses", {})
    counts = "; ".join(
        f"{most} in {', '.join(name for name, n in kept.items() if n == most)}" for most in sorted(set(kept.values()))
    )
    return f" As in the data, so many responses of a list count at most, of models too: {counts}." if kept else ""


def _replications(comparison: Comparison) -> str:
    counts = [done.replications for done in comparison.simulated.values() if not done.seeds]
    if not counts:
        return "0"
    return str(counts[0]) if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"


def _networks(comparison: Comparison) -> list[str]:
    """Say of how many trained networks a model's curves are the mean, and which lists they were not trained on."""
    said = []
    for contender in comparison.contenders:
        done = [comparison.simulated.get((contender.name, c.name)) for c in comparison.target.conditions]
        counts = {(len(one.seeds), one.replications // len(one.seeds)) for one in done if one and one.seeds}
        for n, times in sorted(counts):
            over = f"mean and 1.96 SD over {n} trained networks" if n > 1 else "one trained network, without a band"
            said += ["", f"{contender.name}: {over}, each of which was given the same lists {_times(times)}."]
        lengths = {c.name: c.study.list_length for c in comparison.target.conditions}
        said += outside_training(contender, lengths)
    return said


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


def outside_training(contender: Contender, lengths: Mapping[str, int]) -> list[str]:
    """Say which conditions, given with their list lengths, have lists that a network was not trained on."""
    trained = contender.model.trained_lengths
    if trained is None:
        return []
    shortest, longest = trained
    outside = [f"{name} (lists of {n})" for name, n in lengths.items() if not shortest <= n <= longest]
    trained_on = f"{shortest} to {longest}" if shortest < longest else f"{longest}"
    where = f"Outside of that: {', '.join(outside)}." if outside else "All conditions are within that."
    return [f"It was trained on lists of {trained_on} items. {where}"]


def _scores_text(comparison: Comparison) -> list[str]:
    networks = [c.name for c in comparison.contenders if c.seeds]
    errors = _mean_errors(comparison, lambda model: model not in networks)
    largest = f"is {max(errors):.4f}" if errors else "is not known from one simulated experiment"
    words = _words(comparison)
    return [
        "RMSD from the scored people's curve, mean over conditions; in brackets, how many times the noise ceiling: the "
        f"RMSD expected between two halves of the people. {words.scores} A model *shows* an effect {words.shows}. "
        f"The largest Monte-Carlo error of a mean RMSD {largest}." + _network_errors(comparison, networks),
    ]


def _bits_text(comparison: Comparison) -> list[str]:
    """Say what the recalls of the scored people cost each model, and of whom that cannot be said."""
    if all(condition.scored_lists is None for condition in comparison.target.conditions):
        recorded = " What stands in the table was recorded when a model's parameters were fitted."
        return [
            "Of these people only curves are shipped; bits need their single lists: memlab compare --data FILE.csv."
            + (recorded if comparison.bits.by_condition else "")
        ]
    bits, words = comparison.bits.by_condition, _words(comparison)
    silent = [c.name for c in comparison.contenders if (c.name, "mean") not in bits]
    names = [c.name for c in comparison.contenders if c.name not in silent]
    conditions = [*(condition.name for condition in comparison.target.conditions), "mean"]
    rows = [[name, *(number_text(bits[name, c]) for c in conditions)] for name in (*names, UNIFORM)]
    without = f" They give no probability of a sequence: {', '.join(silent)}." if silent else ""
    never = [name for name in names if np.isinf(bits[name, "mean"])]
    without += f" Infinite: under its values some list is impossible ({', '.join(never)})." if never else ""
    return [
        f"Minus log2 of the probability of {words.event} of the scored "
        "people, under the values used here; the fewer, the better. Theories and networks share this score, which has "
        f"no Monte-Carlo error. Uniform: {words.uniform}. {words.left_out}.{without}",
        "",
        *text_table(["", *conditions], rows),
        *(line for name, note in comparison.bits.notes.items() for line in ("", f"**{name}**: {note}")),
        *(line for name in names if name in comparison.bits.seen for line in _seen_text(comparison, name)),
    ]


def _seen_text(comparison: Comparison, network: str) -> list[str]:
    """Say that a network was trained on some of the scored people, and what the others cost every model."""
    seen = comparison.bits.seen[network]
    n, others = seen.n_scored - seen.n_seen, sorted(seen.others.items(), key=lambda pair: pair[1])
    cost = ", ".join(f"{name} {number_text(value)}" for name, value in others)
    return [
        "",
        f"**{network}** was trained on {seen.n_seen} of the {seen.n_scored} scored people and is scored on the other "
        f"{n} alone, so its number is not of the same people as the rest. Those {n} cost: {cost}.",
    ]


def _mean_errors(comparison: Comparison, wanted: Callable[[str], bool]) -> list[float]:
    """Return the errors of the mean RMSDs of some models, where they are known."""
    table = comparison.scores()
    rows = zip(table["model"], table["condition"], table["measure"], table["error"], strict=True)
    return [
        float(e)  # type: ignore[arg-type]
        for model, condition, measure, e in rows
        if condition == "mean" and str(measure).startswith("rmsd") and e == e and wanted(str(model))
    ]


def _network_errors(comparison: Comparison, networks: Sequence[str]) -> str:
    if not networks:
        return ""
    errors = _mean_errors(comparison, lambda model: model in networks)
    largest = f"the largest of a mean RMSD is {max(errors):.4f}" if errors else "of a single network it is not known"
    return (
        f" The error of {', '.join(networks)} is that over trained networks, by leaving out one at a time; {largest}."
    )


def _about(comparison: Comparison, contender: Contender) -> list[str]:
    compared = _compared(comparison)
    simulated, predicted = compared.simulated(contender.model), compared.predicted(contender.model)
    shown: list[str] = []
    missing: list[str] = []
    for name, measure, _ in compared.signatures:
        if name in SHOWN_AS and measure in simulated and _measured(comparison, contender.name, name):
            has = shows(comparison, contender.name, name)
            (shown if has else missing).append(SHOWN_AS[name][0 if has else 1])
    effects = ", ".join([*shown, *missing]) or "nothing that is measured here"
    lines = [f"**{contender.name}** ({contender.model.title}). Shows {effects}."]
    silent = [CURVE_TITLES[m] for m in compared.curves if m not in predicted]
    if silent:
        lines.append(f"It says nothing about {' or '.join(silent)}.")
    lines += _misses(comparison, contender)
    return lines


def shows(comparison: Comparison, model: str, signature: str) -> bool:
    """Return whether a model has an effect (above 0, whatever people have) of at least a third of its human size.

    Some effects are counted from elsewhere than 0; see `memlab.signatures.NEUTRAL`.
    """
    neutral = NEUTRAL.get(signature, 0.0) or 0.0
    human, own = (comparison.score(who, signature) - neutral for who in ("people", model))
    return own > 0 and own >= SHARE_OF_HUMAN * human


def _measured(comparison: Comparison, model: str, signature: str) -> bool:
    """Return whether an effect can be judged: the lists are long enough, the recalls enough, and people have it."""
    human, own = comparison.score("people", signature), comparison.score(model, signature)
    return not np.isnan([human, own]).any() and human > (NEUTRAL.get(signature, 0.0) or 0.0)


def _misses(comparison: Comparison, contender: Contender) -> list[str]:
    """Say, for each curve, in which condition and at which point the model is furthest from the scored people."""
    lines = []
    for measure in _compared(comparison).predicted(contender.model):
        worst = _furthest(comparison, contender, measure)
        if worst is not None:
            condition, x, model, people = worst
            place = PLACES.get(measure, "position {}").format(x)
            lines.append(
                f"Furthest off in {CURVE_TITLES[measure]}: condition {condition}, {place}, where it has {model:.2f} "
                f"and people have {people:.2f}."
            )
    return lines


def _furthest(comparison: Comparison, contender: Contender, measure: str) -> tuple[str, int, float, float] | None:
    candidates = [
        _furthest_point(condition, comparison.simulated[contender.name, condition.name].mean(measure), measure)
        for condition in comparison.target.conditions
        if (contender.name, condition.name) in comparison.simulated
    ]
    return max((c for c in candidates if c is not None), key=lambda c: abs(c[2] - c[3]), default=None)


def _furthest_point(condition: TargetCondition, curve: Floats, measure: str) -> tuple[str, int, float, float] | None:
    """Return where a curve is furthest off; None where people and model have no point in common."""
    people = condition.scored[measure]
    distance = np.abs(curve - people.mean)
    if np.isnan(distance).all():
        return None
    i = int(np.nanargmax(distance))
    return condition.name, int(people.x[i]), float(curve[i]), float(people.mean[i])


def _parameter_note(comparison: Comparison) -> list[str]:
    """Say so where parameters were fitted to other people than those of the comparison."""
    others = {c.parameters.data for c in comparison.contenders} - {comparison.target.name}
    if not others:
        return []
    named = ", ".join(sorted(others))
    return [
        f"The parameters were fitted to other people ({named}), not to these: misses in level are to be expected.",
        "",
    ]


def parameters_text(contender: Contender) -> list[str]:
    """Return the values that a model entered with, and where they are from."""
    fit = contender.parameters.fit
    origin = f"`{fit['command']}`" if "command" in fit else "the model's defaults, fitted to nothing"
    if fit.get("converged") is False:
        origin += " (which stopped before it had settled: better values may exist)"
    if contender.per_condition and contender.parameters.conditions:
        sets = [f"{name}: {_values(v)}" for name, v in contender.parameters.conditions.items()]
        return [f"**{contender.name}**, a set for each condition, from {origin}:", *(f"- {s}" for s in sets)]
    return [f"**{contender.name}**, one set for all conditions, from {origin}: {_values(contender.parameters.values)}."]


def _values(values: object) -> str:
    assert isinstance(values, dict)
    return ", ".join(f"{name} = {value:.4g}" for name, value in values.items())
