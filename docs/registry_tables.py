"""Markdown of the registered models and shipped data for the manual, made when it is built so that it cannot drift."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

from memlab.citing import sources_of
from memlab.core.model import Model
from memlab.core.parameters import Parameter
from memlab.core.recall import LikelihoodModel
from memlab.core.sequences import EstimatedLikelihoodModel
from memlab.data import list_references, load
from memlab.data.parameter_sets import ParameterSet, load_parameter_set, parameter_set_names
from memlab.models import ALIASES, get_model, model_names
from memlab.models.neural.card import read_card, shipped_weights, weights_folder

__all__ = [
    "citation_markdown",
    "data_markdown",
    "fitted_markdown",
    "fitted_to",
    "lesions_markdown",
    "misfits_markdown",
    "model_markdown",
    "overview_markdown",
    "weights_markdown",
]

CEILINGS = {
    "free_recall": ("spc", "pfr", "lag_crp", "mean_recalled"),
    "serial_recall": ("accuracy_strict", "transposition_gradient", "mean_accuracy", "fill_in_first_error"),
}
"""The measures whose noise ceilings are shown: for free recall, those that a comparison scores."""

PRESETS = (*list_references("free_recall"), *list_references("serial_recall"))
"""The data sets that parameter sets may be shipped for."""

MISFITS = Path(__file__).parents[1] / "tests" / "published" / "misfits.toml"
"""What a test holds that a theory does not show."""

PARAMETER_COLUMNS = ("parameter", "default", "range", "meaning", "where the default comes from")


def overview_markdown() -> str:
    """Return a table with one row for each model."""
    rows = [
        (f"[`{m.name}`](/models/{m.name}.md)", m.title, _recalls(m), _can(m), ", ".join(m.predicts)) for m in _models()
    ]
    return _table(("name", "theory", "recall", "can", "predicts"), rows)


def model_markdown(name: str) -> str:
    """Return what a model can do, its source, its options and its parameters."""
    model = get_model(name)
    also = [alias for alias, full in ALIASES.items() if full == name]
    called = "".join(f" Also called `{alias}`." for alias in also)
    does = f"**{model.title}.** Recall: {_recalls(model)}. Can {_can(model)}; predicts {', '.join(model.predicts)}."
    lines = [does + called, ""]
    lines += [f"Source: {model.citation.rstrip('.')}.", ""]
    lines += [f"- option `{option}`: {_choices(model, option)}" for option in model.options]
    rows = [_row(p, when) for p, when in _parameters(model)]
    return "\n".join([*lines, "", _table(PARAMETER_COLUMNS, rows) if rows else "It has no parameters."])


def fitted_to(name: str) -> list[str]:
    """Return the data sets that shipped values of a model were fitted to; networks are as they were trained."""
    shipped = [data for data in PRESETS if name in parameter_set_names(data)]
    return [data for data in shipped if not load_parameter_set(name, data).fit["command"].startswith("none")]


def fitted_markdown(name: str) -> str:
    """Return the values that are fitted for a model, a column a data set, with their scores; empty without any."""
    sets = {data: load_parameter_set(name, data) for data in fitted_to(name)}
    if not sets:
        return ""
    names = [p.name for p in get_model(name).parameters]
    rows = [(f"`{n}`", *(_value(one.values.get(n)) for one in sets.values())) for n in names]
    scores = dict.fromkeys(score for one in sets.values() for score in one.held_out)
    rows += [(f"held out: {s}", *(_value(one.held_out.get(s)) for one in sets.values())) for s in scores]
    commands = [f"- `{data}`: `{one.fit['command']}`{_unsettled(one)}" for data, one in sets.items()]
    meanings = " ".join(_meanings(scores)).rstrip(";")
    said = f"Fitted to one half of the people, one set for all conditions. {meanings}."
    return "\n".join([said, "", _table(("", *(f"`{data}`" for data in sets)), rows), "", *commands])


def _meanings(scores: Collection[str]) -> Iterator[str]:
    """Say what the scores are that there are."""
    yield "Scores are of the other half, each the mean over conditions:"
    yield "`rmsd_` and a curve is the distance from theirs;"
    differences = {
        "recalled_difference": "items recalled a list",
        "accuracy_difference": "share of items at their place",
    }
    yield from (f"`{name}` the difference in {of}, without sign;" for name, of in differences.items() if name in scores)
    if "bits_per_event" in scores:
        yield "`bits_per_event` what a recall event of theirs costs;"
    if any(name.endswith("_per_condition") for name in scores):
        yield "`_per_condition` the same with a set of values for each condition;"


def _value(number: float | None) -> str:
    return "" if number is None else f"{number:.3g}"


def _unsettled(one: ParameterSet) -> str:
    bounds = ", ".join(f"`{n}`" for n in one.fit.get("at_bound", ()))
    return ("" if one.fit.get("converged", True) else "; had not settled") + (f"; on a bound: {bounds}" * bool(bounds))


def lesions_markdown(name: str) -> str:
    """Return the words that `memlab lesion` takes for a model, with what each changes; empty where there are none."""
    found = get_model(name).lesions
    return _table(("lesion", "what it changes"), [(f"`{word}`", text) for word, text in found.items()]) * bool(found)


def misfits_markdown(name: str) -> str:
    """Return which effects of free recall a theory does not show, each with the reason."""
    found = tomllib.loads(MISFITS.read_text(encoding="utf-8"))[name]
    said = (
        "A test looks for effects of free recall in every theory, with the values shipped for Murdock (1962): the sign "
        "that people have, and a third of the size where that is known (`tests/published/test_directions.py`). Of "
        "these it does not show:"
    )
    return "\n".join([said, "", *(f"- **{effect}**: {reason}" for effect, reason in found.items())])


def citation_markdown(name: str) -> str:
    """Return what to cite for a model, for the data that its shipped values are fitted to, and for memlab."""
    fitted = fitted_to(name)
    titles = {"model": "The model", "data": "With the values fitted to `{}`", "memlab": "The program"}
    own, *others = sources_of([name, *fitted])
    lines = [f"- {titles[one.what].format(one.name)}: {one.citation.rstrip('.')}." for one in (*others, own)]
    return "\n".join([*lines, "", f"`memlab cite {' '.join([name, *fitted])} --bibtex` has the same as BibTeX."])


def data_markdown(name: str) -> str:
    """Return what a shipped data set is, its caveats, and its people, lists and noise ceilings by condition."""
    human = load(name)
    people, lists = human.record["subjects"], human.record["lists"]
    shown = CEILINGS[human.paradigm]
    ceilings = {c: [_ceiling(human.ceiling(c, measure)) for measure in shown] for c in human.conditions}
    rows = [(f"`{c}`", str(people[c]), str(lists[c]), *ceilings[c]) for c in human.conditions]
    columns = ("condition", "people", "lists", *(f"ceiling `{measure}`" for measure in shown))
    lines = [f"**{human.title}.** {human.citation}", "", *(f"- {caveat}" for caveat in human.caveats)]
    split = f"Halves: {human.split}. A noise ceiling is the {human.record['noise_ceiling']['meaning']}."
    return "\n".join([*lines, "", split, "", _table(columns, rows)])


def _ceiling(rmsd: float) -> str:
    """Return a noise ceiling as text; nothing where there is none (no transposition in lists of one item)."""
    return "" if rmsd != rmsd else f"{rmsd:.3f}"


def weights_markdown(model: str | None = None) -> str:
    """Return a table with one row for each kind of shipped weights: the mean over seeds, and their range.

    Parameters
    ----------
    model
        Only the weights that a model has of its own.
    """
    wanted = shipped_weights() if model is None else {own_weights(model): shipped_weights()[own_weights(model)]}
    kinds = {
        name: [read_card(weights_folder() / f"{name}.seed{s}.json") for s in seeds] for name, seeds in wanted.items()
    }
    columns = ("weights", "seeds", "task", "lists of", "limits", "steps", "seconds", "recalled", "held-out bits")
    return _table(columns, [_weights_row(name, cards) for name, cards in kinds.items()])


def own_weights(model: str) -> str:
    """Return the name of the weights that a trained network has of its own."""
    return str(getattr(get_model(model), "own_weights"))  # noqa: B009  only networks have some


def _weights_row(name: str, cards: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    first = cards[0]
    several = first.get("tasks") or [first["task"]]
    low, high = first["trained_lengths"]
    seconds = sum(card["seconds"] for card in cards) / len(cards)
    bits = [
        card["scores"]["held_out_bits_per_event"]["all"]
        for card in cards
        if "held_out_bits_per_event" in card["scores"]
    ]
    return (
        f"`{name}`",
        str(len(cards)),
        ", ".join(f"{task['paradigm']} `{task['objective']}`" for task in several),
        f"{low}-{high}",
        _limits(first),
        f"{sum(card['steps'] for card in cards) / len(cards):.0f}",
        f"{seconds:.0f}",
        _range([card["scores"]["recalled"] for card in cards]),
        _range(bits) if bits else "",
    )


def _limits(card: Mapping[str, Any]) -> str:
    config, limits = card["config"], card["limits"]
    found = [f"slots {limits['slots']}"] if "slots" in limits else []
    found += [f"{name} {limits[name]:g}" for name in ("decay", "noise") if limits.get(name)]
    return ", ".join(found + ([] if config.get("links", True) else ["no links"]))


def _range(values: Sequence[float]) -> str:
    mean = sum(values) / len(values)
    return f"{mean:.3f} ({min(values):.3f}-{max(values):.3f})" if len(values) > 1 else f"{mean:.3f}"


def _models() -> list[Model]:
    return [get_model(name) for name in model_names()]


def _recalls(model: Model) -> str:
    return ", ".join(paradigm.removesuffix("_recall") for paradigm in model.paradigms)


def _can(model: Model) -> str:
    if isinstance(model, EstimatedLikelihoodModel):
        return "simulate, estimated likelihood"
    return "simulate, likelihood" if isinstance(model, LikelihoodModel) else "simulate"


def _allowed(model: Model, option: str) -> tuple[object, ...]:
    """Return the choices of an option; none where it takes any text."""
    hint = get_type_hints(type(model))[option]
    return get_args(hint) or ((True, False) if hint is bool else ())


def _choices(model: Model, option: str) -> str:
    default = model.options[option]
    if not _allowed(model, option):
        return f"text, by default {f'`{default}`' if default else 'empty'}"
    return ", ".join(f"`{c}`{' (default)' if c == default else ''}" for c in _allowed(model, option))


def _parameters(model: Model) -> Iterator[tuple[Parameter, str]]:
    """Give the parameters of the default options, then those that another option brings in, with that option."""
    seen = set()
    for parameter in model.parameters:
        seen.add(parameter.name)
        yield parameter, ""
    for option in model.options:
        for choice in _allowed(model, option):
            for parameter in model.with_options(**{option: choice}).parameters:
                if parameter.name not in seen:
                    seen.add(parameter.name)
                    yield parameter, f" (with `{option}={choice}`)"


def _row(parameter: Parameter, when: str) -> tuple[str, ...]:
    kind = "whole, " if parameter.integer else ""
    unit = f" {parameter.unit}" if parameter.unit else ""
    limits = f"{kind}{parameter.low:g} to {parameter.high:g}{unit}"
    return f"`{parameter.name}`{when}", f"{parameter.default:g}", limits, parameter.meaning, parameter.source


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [columns, ["---"] * len(columns), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
