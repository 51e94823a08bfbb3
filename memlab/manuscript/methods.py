"""The Methods of a run: people, models, fitting, comparison, software."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memlab.core.model import Model
from memlab.fitting.result import Fit
from memlab.manuscript.document import Block, Heading, Paragraph, Table
from memlab.manuscript.material import Material
from memlab.manuscript.wording import count, joined, number
from memlab.models import get_model

__all__ = ["methods"]

OPTIMISERS = {
    "de": "differential evolution (scipy)",
    "lbfgs": "L-BFGS-B (scipy) from the best of many points",
    "cma": "CMA-ES (the package cma)",
}

OBJECTIVES = {
    "likelihood": "the log-likelihood of the recall sequences, the stop event included, was maximised",
    "curves": "the weighted squared distance between simulated and observed curves was minimised",
    "counts": "the binomial log-likelihood of the counts of recall by serial position was maximised",
}

HANDLINGS = {
    "drop_events": "Repeats and intrusions were deleted before the likelihood was taken",
    "drop_lists": "Lists with a repeat or an intrusion were left out of the likelihood",
    "error_process": "Repeats and intrusions had fitted probabilities of their own (an error process)",
}


def methods(material: Material) -> list[Block]:
    """Return the Methods of a run."""
    return [
        Heading("Methods"),
        *_people(material),
        *_models(material),
        *_fitting(material),
        *_comparing(material),
        *_software(material.run),
    ]


def _people(material: Material) -> Iterator[Block]:
    yield Heading("People and lists", 2)
    for data in material.run.get("data", []):
        if "sha256" in data:
            yield Paragraph(f"The data were {_cited(data)} (`{data['id']}`, SHA-256 `{str(data['sha256'])[:16]}`).")
    fits = [fit for fits in material.fits.values() for fit in fits]
    if fits:
        yield Paragraph(_fitted_lists(next(iter(material.fits.values()))))


def _cited(data: Mapping[str, Any]) -> str:
    subjects = data.get("subjects")
    people = f", {_people_by_condition(subjects)}" if isinstance(subjects, Mapping) and subjects else ""
    return f"{str(data.get('citation', data['id'])).rstrip('.')}{people}"


def _people_by_condition(subjects: Mapping[str, int]) -> str:
    if len(set(subjects.values())) == 1:
        each = count(next(iter(subjects.values())), "subject")
        return f"{each} in each of the conditions {joined(subjects)}" if len(subjects) > 1 else each
    return joined(f"{count(n, 'subject')} in {name}" for name, n in subjects.items())


def _fitted_lists(fits: Sequence[Fit]) -> str:
    """Say how many lists and events were fitted and what was left out, from the fits of one model."""
    lists, events = sum(fit.n_lists for fit in fits), sum(fit.n_events for fit in fits)
    units = {"subject": "subject", "group": "group", "condition": "condition"}[fits[0].unit]
    said = f"{count(len(fits), units)} with {count(lists, 'list')} were fitted"
    if fits[0].objective == "likelihood":
        said += f", {count(events, 'event')} in all: recalls, and the ends of recall that were observed"
    return f"{said}. {_exclusions(fits)}".strip()


def _exclusions(fits: Sequence[Fit]) -> str:
    totals = {name: sum(int(fit.dropped.get(name, 0)) for fit in fits) for name in ("repeats", "intrusions", "lists")}
    handling = str(fits[0].method.get("events", "drop_events"))
    if fits[0].objective != "likelihood":
        return ""
    left_out = f"{count(totals['repeats'], 'repeat')} and {count(totals['intrusions'], 'intrusion')}"
    if handling == "drop_lists":
        left_out = count(totals["lists"], "list")
    return f"{HANDLINGS.get(handling, handling)} ({left_out})."


def _models(material: Material) -> Iterator[Block]:
    names = list(material.fits) or [str(name) for name in material.run["config"].get("models") or []]
    if not names:
        return
    yield Heading("Models", 2)
    for name in names:
        fits = material.fits.get(name, ())
        model = get_model(name)
        if fits:
            model = model.with_options(**fits[0].options)
        yield Paragraph(_model(model))
        if fits:
            yield _parameter_table(model, fits[0])


def _model(model: Model) -> str:
    options = [f"`{name}` = {value}" for name, value in model.options.items()]
    chosen = f" Options: {joined(options)}." if options else ""
    return f"`{model.name}`: {model.title}. Equations: {model.citation.rstrip('.')}.{chosen}"


def _parameter_table(model: Model, fit: Fit) -> Table:
    rows = [
        [f"`{p.name}`", p.meaning, _range(fit, p.name), p.unit or "–"] for p in model.parameters if p.name in fit.values
    ]
    return Table(["parameter", "meaning", "fitted in, or held at", "unit"], rows, f"The parameters of `{model.name}`.")


def _range(fit: Fit, name: str) -> str:
    if name not in fit.free:
        return f"{number(fit.values[name])} (held)"
    low, high = fit.bounds[name]
    return f"{number(low)} to {number(high)}"


def _fitting(material: Material) -> Iterator[Block]:
    if not material.fits:
        return
    yield Heading("Fitting", 2)
    for model, fits in material.fits.items():
        yield Paragraph(_how(model, fits))


def _how(model: str, fits: Sequence[Fit]) -> str:
    first = fits[0]
    method = first.method
    optimiser = OPTIMISERS.get(str(method.get("optimiser")), str(method.get("optimiser")))
    polished = ", then polished by L-BFGS-B" if method.get("polished") else ""
    given = ", the first at given values" if "start" in method else ""
    tolerance = number(float(method.get("tolerance", float("nan"))))
    parts = [
        f"`{model}` ({count(len(first.free), 'free parameter')} for each {first.unit}): "
        f"{OBJECTIVES[first.objective]} by {optimiser}{polished}, relative tolerance {tolerance}, at most "
        f"{method.get('generations', '–')} generations, {count(len(first.restarts) or 1, 'start')}{given}, "
        f"seed {first.seed}.",
        _settled(fits),
    ]
    if first.held_out is not None:
        parts.append(
            f"Held-out scores are from {first.held_out.folds}-fold cross-validation over lists: each list was scored "
            "with values fitted to the other folds."
        )
    return " ".join(part for part in parts if part)


def _settled(fits: Sequence[Fit]) -> str:
    failed = [fit.who for fit in fits if not fit.converged]
    said = "Every fit settled." if not failed else f"{count(len(failed), 'fit')} did not settle: {joined(failed)}."
    spreads = [fit.spread for fit in fits if fit.spread == fit.spread]
    if spreads:
        said += f" The worst start ended at most {number(max(spreads))} above the best."
    at_bound: dict[str, int] = {}
    for fit in fits:
        for name in fit.at_bound:
            at_bound[name] = at_bound.get(name, 0) + 1
    if at_bound:
        said += f" On a bound: {joined(f'`{name}` ({n} of {len(fits)})' for name, n in sorted(at_bound.items()))}."
    return said


def _comparing(material: Material) -> Iterator[Block]:
    if "evidence.csv" not in material.tables:
        return
    yield Heading("Model comparison", 2)
    yield Paragraph(
        "AIC, AICc and BIC were computed with k the number of free parameters of each fit and n the number of recall "
        "events (recalls and observed stops), and summed over subjects. Intervals of differences are percentile "
        "bootstrap intervals over subjects, paired. Expected frequencies and (protected) exceedance probabilities are "
        "those of random-effects Bayesian model selection (Stephan et al., 2009; Rigoux et al., 2014). Held-out bits "
        "are minus the log2-probability of a recall event in lists that a fit did not see. Networks have no usable "
        "number of parameters, and are compared by held-out bits alone."
    )


def _software(run: Mapping[str, Any]) -> Iterator[Block]:
    versions = dict(run.get("versions", {}))
    if not versions:
        return
    yield Heading("Software", 2)
    memlab = versions.pop("memlab", "unknown")
    git = run.get("git") or {}
    commit = f" (commit `{str(git['commit'])[:12]}`{', changed' if git.get('dirty') else ''})" if git else ""
    others = joined(f"{name} {version}" for name, version in versions.items())
    command = " ".join(["memlab", *map(str, run.get("command_line", [])[1:])])
    yield Paragraph(f"memlab {memlab}{commit}, with {others}. Command: `{command}`. Seed: {run.get('seed')}.")
