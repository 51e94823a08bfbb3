"""The report of a table of evidence, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from memlab.core.recall import Floats
from memlab.error_process import TREATMENTS
from memlab.evidence import Evidence
from memlab.report import text_table

__all__ = ["evidence_report", "evidence_rows", "EVIDENCE_HEAD"]

CRITERIA = {"aic": "AIC", "aicc": "AICc", "bic": "BIC"}

NOISY = 1.96
"""Monte-Carlo standard errors within which two scores are not told apart."""

EVIDENCE_HEAD = ["", "ln L", "k", "ΔAIC", "ΔBIC", "best (AIC)", "pxp", "held-out bits", "Δ bits"]
"""Columns of the table that is printed: differences to the best; see `evidence_rows`."""


def evidence_rows(evidence: Evidence) -> list[list[str]]:
    """Return the table that is printed, a row a model: AIC and BIC as differences to the best."""
    table = evidence.table()
    names = ("log_likelihood", "k_each", "aic_difference", "bic_difference", "aic_best", "protected_exceedance")
    digits = (1, 1, 1, 1, 2, 2)
    numbers = {name: np.asarray(table[name], dtype=np.float64).tolist() for name in (*names, "bits_difference")}
    rows = []
    for i, one in enumerate(evidence.accounts):
        cells = [_number(numbers[name][i], d) for name, d in zip(names, digits, strict=True)]
        rows.append([one.name, *cells, _bits(evidence, i), _number(numbers["bits_difference"][i], 3)])
    return rows


def _bits(evidence: Evidence, i: int) -> str:
    value, error = float(evidence.bits[i]), float(evidence.bits_error[i])
    return _number(value, 3) + (f" ± {_number(error, 3)}" if error > 0 and np.isfinite(value) else "")


def _number(value: float, digits: int) -> str:
    """Return a number with so many decimals; a dash where there is none."""
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    return "–" if np.isnan(value) else f"{value:.{digits}f}".replace("-", "−")


def evidence_report(evidence: Evidence) -> str:
    """Return the report as Markdown: the people, both tables, warnings, what each row rests on, and definitions."""
    lines = ["# How well models explain the recalls", "", *_people(evidence), ""]
    lines += ["## Held-out bits a recall event", "", *_held_out(evidence), ""]
    lines += ["## Likelihood and information criteria", "", *_criteria(evidence), ""]
    lines += ["## Who follows which model", "", *_group(evidence), ""]
    lines += ["## Warnings", "", *_warnings(evidence), ""]
    lines += ["## What each row rests on", "", *_notes(evidence), ""]
    lines += ["## Sources", "", *SOURCES]
    return "\n".join(lines) + "\n"


SOURCES = (
    "- AIC: Akaike (1974), IEEE Trans. Autom. Control 19, 716-723. AICc: Hurvich & Tsai (1989), Biometrika 76, "
    "297-307. BIC: Schwarz (1978), Ann. Stat. 6, 461-464. Weights: Wagenmakers & Farrell (2004), Psychon. Bull. Rev. "
    "11, 192-196.",
    "- Random-effects selection: Stephan et al. (2009), NeuroImage 46, 1004-1017; protected exceedance: Rigoux et al. "
    "(2014), NeuroImage 84, 971-985.",
)


def _people(evidence: Evidence) -> list[str]:
    data = evidence.data
    sizes = ", ".join(f"{one.name} ({one.n_lists} lists of {one.study.list_length})" for one in data.sequences)
    dropped = data.dropped()
    counts = f"{dropped['repeats']} repeats and {dropped['intrusions']} intrusions"
    counted = {"drop_lists": f"{dropped['lists']} lists", "error_process": counts}.get(data.treatment, counts)
    one_each = {"subject": "each subject", "condition": "each condition", "group": "all lists together"}[data.unit]
    return [
        f"People: {data.record.get('id', 'in memory')}, {len(data.subjects)} subjects. Conditions: {sizes}.",
        "",
        f"Repeats and intrusions (`{data.treatment}`): {TREATMENTS[data.treatment]}; here {counted}. That leaves "
        f"{int(data.n_by_unit.sum())} events: recalls and observed stops"
        f"{', and errors' if data.treatment == 'error_process' else ''}. A record that is full has no stop.",
        "",
        f"Values are fitted to {one_each} by likelihood.",
    ]


def _held_out(evidence: Evidence) -> list[str]:
    difference, low, high = evidence.differences("bits")
    order = sorted(
        (i for i, one in enumerate(evidence.accounts) if one.has_score), key=lambda i: float(evidence.bits[i])
    )
    rows = [
        [
            evidence.accounts[i].name,
            _bits(evidence, i),
            _interval(difference[i], low[i], high[i], 3),
            str(int((~np.isnan(evidence.held_out[:, i])).sum())),
        ]
        for i in order
    ]
    best = evidence.reference("bits")
    return [
        "Minus log2 of the probability of an event in lists that the values were not fitted to "
        f"({evidence.folds} folds over the lists of each subject); the fewer bits, the better. This score is the one "
        f"that networks share. Difference: from {evidence.accounts[best].name if best is not None else 'the best'}, "
        "over the subjects that count for both, with a 95 % bootstrap interval over subjects.",
        "",
        *text_table(["", "bits an event", "difference", "subjects"], rows),
        *_too_noisy(evidence),
    ]


def _too_noisy(evidence: Evidence) -> list[str]:
    """Say of an estimated score which others its Monte-Carlo error does not tell it from: it is not ranked there."""
    said = []
    for i, one in enumerate(evidence.accounts):
        margin = NOISY * float(evidence.bits_error[i])
        if one.kind != "estimated" or not one.has_score:
            continue
        near = [
            other.name
            for j, other in enumerate(evidence.accounts)
            if j != i and abs(evidence.bits[j] - evidence.bits[i]) < np.hypot(margin, NOISY * evidence.bits_error[j])
        ]
        if near:
            said += ["", f"**{one.name} is not ranked against {', '.join(near)}**: within its Monte-Carlo error."]
    return said


def _interval(value: float, low: float, high: float, digits: int) -> str:
    if not np.isfinite(value):
        return _number(value, digits)
    if value == low == high == 0:
        return "0"
    sure = "" if np.isnan(low) else f" [{_number(low, digits)}, {_number(high, digits)}]"
    return _number(value, digits) + sure


def _criteria(evidence: Evidence) -> list[str]:
    with_values = [i for i, one in enumerate(evidence.accounts) if one.has_criteria]
    columns = {name: evidence.differences(name) for name in CRITERIA}
    share = {name: (evidence.weight(name), evidence.best_in(name)) for name in ("aic", "bic")}
    head = ["", "ln L", "k", *(f"Δ{title}" for title in CRITERIA.values()), "AIC weight", "best by AIC", "best by BIC"]
    rows = []
    for i in with_values:
        one = evidence.accounts[i]
        cells = [_interval(difference[i], low[i], high[i], 1) for difference, low, high in columns.values()]
        shares = [_number(float(v), 2) for v in (share["aic"][0][i], share["aic"][1][i], share["bic"][1][i])]
        rows.append([one.name, _number(float(one.log_likelihood.sum()), 1), _k(one.k), *cells, *shares])
    units = len(evidence.data.units)
    return [
        "At values fitted to all lists. k: fitted parameters of a fit (a parameter that no list tells of is held and "
        f"not counted). n of AICc and BIC: a fit's own events. Summed over {units} fit{'s' if units > 1 else ''}; "
        "differences to the best, with 95 % bootstrap intervals over subjects. Weights are of the summed criterion. "
        "Best by: the proportion of fits for which a model has the lowest.",
        "",
        *text_table(head, rows),
    ]


def _k(k: Floats) -> str:
    low, high = int(k.min()), int(k.max())
    return str(low) if low == high else f"{low} to {high}"


def _group(evidence: Evidence) -> list[str]:
    group = evidence.group
    if group is None:
        return ["Random-effects selection needs two fitted models or more, and fits to each of several subjects."]
    columns = zip(group.frequency, group.exceedance, group.protected_exceedance, strict=True)
    rows = [
        [evidence.accounts[i].name, *(_number(float(v), 3) for v in values)]
        for i, values in zip(evidence.ranked, columns, strict=True)
    ]
    return [
        "Random-effects Bayesian model selection on −BIC/2: each subject follows one of the models. Exceedance: the "
        "probability that a model is the most frequent; protected: allowing for all being equally frequent, which has "
        f"probability {_number(group.omnibus_risk, 3)} (Bayesian omnibus risk).",
        "",
        *text_table(["", "expected frequency", "exceedance", "protected"], rows),
    ]


def _warnings(evidence: Evidence) -> list[str]:
    said = [f"- {evidence.lacks_reference}"] if evidence.lacks_reference else []
    said += [f"- **{one.name}**: {text}" for one in evidence.accounts for text in one.warnings]
    return said or ["None: every fit settled, none lies on a bound, and no special case fits better."]


def _notes(evidence: Evidence) -> list[str]:
    lines: list[str] = []
    for one in evidence.accounts:
        fitted = "Fitted by likelihood to these lists." if one.fits else ""
        held = sorted({f"{name}: {why}" for fit in one.fits for name, why in _held(fit.method)})
        parts: Sequence[str] = [fitted, *one.notes, f"Held at its default: {'; '.join(held)}." if held else ""]
        lines.append(f"- **{one.name}**: {' '.join(part for part in parts if part)}")
    if any(one.kind == "frozen" for one in evidence.accounts):
        lines += [
            "",
            "A theory here was fitted to other lists of the same subject; a network has never seen the subject. The "
            "same people are held out from both in `memlab compare --data FILE`.",
        ]
    return lines


def _held(method: object) -> list[tuple[str, str]]:
    held = method.get("held", {}) if isinstance(method, dict) else {}
    return list(held.items())
