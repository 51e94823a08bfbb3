"""Markdown of the registered models and shipped data for the manual, made when it is built so that it cannot drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_type_hints

from memlab.core.model import Model
from memlab.core.parameters import Parameter
from memlab.core.recall import LikelihoodModel
from memlab.core.sequences import EstimatedLikelihoodModel
from memlab.data import load
from memlab.models import ALIASES, get_model, model_names
from memlab.models.neural.card import read_card, shipped_weights, weights_folder

__all__ = ["data_markdown", "model_markdown", "overview_markdown", "weights_markdown"]

CEILINGS = {
    "free_recall": ("spc", "pfr", "lag_crp", "mean_recalled"),
    "serial_recall": ("accuracy_strict", "transposition_gradient", "mean_accuracy", "fill_in_first_error"),
}
"""The measures whose noise ceilings are shown: for free recall, those that a comparison scores."""


def overview_markdown() -> str:
    """Return a table with one row for each model."""
    rows = [
        (f"[`{m.name}`](#{_anchor(m.name)})", m.title, _recalls(m), _can(m), ", ".join(m.predicts)) for m in _models()
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
    columns = ("parameter", "default", "range", "meaning", "where the default comes from")
    return "\n".join([*lines, "", _table(columns, [_row(p, when) for p, when in _parameters(model)])])


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


def weights_markdown() -> str:
    """Return a table with one row for each kind of shipped weights: the mean over seeds, and their range."""
    kinds = {
        name: [read_card(weights_folder() / f"{name}.seed{s}.json") for s in seeds]
        for name, seeds in shipped_weights().items()
    }
    columns = ("weights", "seeds", "task", "lists of", "limits", "steps", "seconds", "recalled", "held-out bits")
    return _table(columns, [_weights_row(name, cards) for name, cards in kinds.items()])


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


def _anchor(name: str) -> str:
    return name.replace(".", "")


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
