"""The Results of a run: estimated parameters with intervals, the comparison, the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import stdtrit

from memlab.core.recall import Floats
from memlab.fitting.intervals import BY_CURVATURE, OVER_PEOPLE
from memlab.fitting.result import Fit
from memlab.manuscript.document import Block, Figure, Heading, Paragraph, Table
from memlab.manuscript.material import Material, Rows
from memlab.manuscript.wording import joined, number

__all__ = ["results"]

LEVEL = 0.95

COMPARISONS = {"recovery.csv": "Parameter recovery", "confusion.csv": "Model recovery"}
"""Tables that are printed as they are saved."""

WIDEST = 12
"""Columns of a table that is printed as it was saved, at most; the rest is in the file."""


def results(material: Material) -> list[Block]:
    """Return the Results of a run."""
    blocks = [
        *_parameters(material),
        *_evidence(material),
        *_scores(material),
        *_tables(material),
        *_figures(material),
    ]
    return [Heading("Results"), *blocks] if blocks else []


def _parameters(material: Material) -> Iterator[Block]:
    if not material.fits:
        return
    yield Heading("Parameters", 2)
    for model, fits in material.fits.items():
        yield _over_subjects(model, fits) if len(fits) > 1 and fits[0].unit == "subject" else _each(model, fits)


def _over_subjects(model: str, fits: Sequence[Fit]) -> Table:
    rows = [_parameter_row(name, np.array([fit.values[name] for fit in fits]), fits) for name in fits[0].free]
    caption = (
        f"Parameters of `{model}` over {len(fits)} subjects: mean with its 95 % t interval, median, quartiles, and how "
        "many subjects lie on a bound. Means over subjects are no parameter set: parameters trade off within a subject."
    )
    return Table(["parameter", "mean", "95 % interval", "median", "quartiles", "at bound"], rows, caption)


def _parameter_row(name: str, values: Floats, fits: Sequence[Fit]) -> list[str]:
    low, high = mean_interval(values)
    first, median, third = np.quantile(values, [0.25, 0.5, 0.75])
    on = sum(name in fit.at_bound for fit in fits)
    return [
        f"`{name}`", number(float(values.mean())), f"{number(low)} to {number(high)}", number(float(median)),
        f"{number(float(first))} to {number(float(third))}", str(on),
    ]  # fmt: skip


def mean_interval(values: Floats) -> tuple[float, float]:
    """Return the ends of the 95 % t interval of a mean over subjects.

    Examples
    --------
    >>> [round(end, 2) for end in mean_interval(np.array([1.0, 2.0, 3.0]))]
    [-0.48, 4.48]
    """
    n = len(values)
    half = float(stdtrit(n - 1, 0.5 + LEVEL / 2) * values.std(ddof=1) / np.sqrt(n))
    return float(values.mean()) - half, float(values.mean()) + half


def _each(model: str, fits: Sequence[Fit]) -> Table:
    """Return the values of a fit to everybody, or of one to each condition or to a single subject."""
    rows = [[f"`{name}`", *(_value(fit, name) for fit in fits)] for name in fits[0].free]
    rows.append(["what was minimised", *(number(fit.value, 6) for fit in fits)])
    caption = f"Parameters of `{model}`; * on a bound. {_how_known(fits)}"
    return Table(["parameter", *(fit.who for fit in fits)], rows, caption)


def _value(fit: Fit, name: str) -> str:
    ends = fit.intervals.get(name)
    within = f" [{number(ends[0])}, {number(ends[1])}]" if ends else ""
    return number(fit.values[name]) + (" (*)" if name in fit.at_bound else "") + within


HOW_KNOWN = {
    BY_CURVATURE: "95 % intervals in brackets: Wald, by the curvature of the log-likelihood",
    OVER_PEOPLE: "95 % intervals in brackets: by the curvature of the log-likelihood with people as clusters "
    "(sandwich, t with a degree of freedom fewer than people)",
}


def _how_known(fits: Sequence[Fit]) -> str:
    """Say how the intervals of fits were made, or why there are none."""
    made = list(dict.fromkeys(str(fit.method["intervals"]) for fit in fits if fit.method.get("intervals")))
    if made:
        return (
            f"{joined(HOW_KNOWN[how] for how in made)}; on the scale of the search, cut at the bounds. A value without "
            "one lies on a bound, or the likelihood is flat in its direction. By profiles: `memlab recover`."
        )
    if fits[0].objective == "curves":
        return "Curves were fitted, not a likelihood: the values have no interval."
    return "The values have no interval."


EVIDENCE_HEAD = (
    "model", "held-out bits", "difference", "ln L", "k", "ΔAIC", "ΔBIC", "best (AIC)", "frequency",
    "protected exceedance",
)  # fmt: skip

EVIDENCE_DIGITS = {
    "bits": 4, "log_likelihood": 6, "k_each": 3, "aic_best": 2, "frequency": 2, "protected_exceedance": 3
}  # fmt: skip

EVIDENCE_CAPTION = (
    "Held-out bits a recall event, and their difference from the best fitted model with its 95 % bootstrap interval; "
    "log-likelihood at values fitted to all lists; k: parameters of one fit; AIC and BIC: differences from the lowest, "
    "with their intervals; best: the proportion of fits for which a model has the lowest AIC; frequency and protected "
    "exceedance: random-effects selection."
)


def _evidence(material: Material) -> Iterator[Block]:
    rows = material.tables.get("evidence.csv")
    if not rows:
        return
    yield Heading("Model comparison", 2)
    yield Table(
        EVIDENCE_HEAD,
        [_evidence_row(row) for row in rows],
        EVIDENCE_CAPTION,
    )
    notes = [f"`{row['model']}`: {row['notes']}" for row in rows if row.get("notes")]
    if notes:
        yield Paragraph(" ".join(notes))


def _evidence_row(row: dict[str, str]) -> list[str]:
    def with_interval(name: str) -> str:
        value, low, high = (_float(row.get(f"{name}_{end}", "")) for end in ("difference", "low", "high"))
        return "–" if value != value else "0" if value == 0 else f"{number(value)} [{number(low)}, {number(high)}]"

    numbers = {name: number(_float(row.get(name, "")), digits) for name, digits in EVIDENCE_DIGITS.items()}
    return [
        f"`{row['model']}`", numbers["bits"], with_interval("bits"), numbers["log_likelihood"], numbers["k_each"],
        with_interval("aic"), with_interval("bic"), numbers["aic_best"], numbers["frequency"],
        numbers["protected_exceedance"],
    ]  # fmt: skip


def _scores(material: Material) -> Iterator[Block]:
    rows = [row for row in material.tables.get("scores.csv", []) if row.get("condition") == "mean" and "model" in row]
    if not rows:
        return
    models = list(dict.fromkeys(row["model"] for row in rows))
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    value = {(row["model"], row["measure"]): _with_error(row) for row in rows}
    yield Heading("Scores", 2)
    yield Table(
        ["model", *(measure.replace("_", " ") for measure in measures)],
        [[model, *(value.get((model, measure), "–") for measure in measures)] for model in models],
        "Means over conditions, ± Monte-Carlo error; distances are from the people that no fit saw.",
    )


def _with_error(row: dict[str, str]) -> str:
    value, error = _float(row["value"]), _float(row.get("error", ""))
    return number(value) + (f" ± {number(error, 1)}" if error == error else "")


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _tables(material: Material) -> Iterator[Block]:
    for name, title in COMPARISONS.items():
        rows = material.tables.get(name)
        if rows:
            yield Heading(title, 2)
            yield _as_saved(name, rows)


def _as_saved(name: str, rows: Rows) -> Table:
    head = list(rows[0])
    shown, rest = head[:WIDEST], head[WIDEST:]
    more = f" Further columns: {joined(f'`{column}`' for column in rest)}." if rest else ""
    body = [[_cell(row[column] or "") for column in shown] for row in rows]
    return Table([column.replace("_", " ") for column in shown], body, f"From `{name}`.{more}")


def _cell(text: str) -> str:
    value = _float(text)
    return text or "–" if value != value else number(value, 6)


def _figures(material: Material) -> Iterator[Block]:
    if not material.captions:
        return
    yield Heading("Figures", 2)
    for name, caption in material.captions.items():
        yield Figure(f"{name}.pdf", caption)
    yield Paragraph("The plotted numbers stand beside each figure as CSV.")
