"""The report of a recovery in words: what comes back, what does not, which parameters stand in for each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from memlab.analysis.recovery import ParameterRecovery, coverage_range
from memlab.fitting.profile import LINE
from memlab.model_recovery import CRITERIA, ModelRecovery
from memlab.recovery import MISSED, RIDGE, Recovery
from memlab.report import number_text, text_table

__all__ = ["RECOVERED", "model_recovery_report", "not_recovered", "recovery_report", "recovery_summary"]

RECOVERED = 0.7
"""A parameter is called recovered where estimates and true values correlate at least so much, and their ranks too, our
convention: half of the variance of one is then in the other; and where the error is no larger than the SD of the true
values, and the interval right …"""

OFTEN = 0.1
"""… and at most this share of the estimates lies on a bound."""


def recovery_summary(recovery: Recovery) -> tuple[list[str], list[list[str]]]:
    """Return the summary table as text, head and rows: a row a parameter."""
    found = recovery.summary()
    head = ["", "true", "SD", "bias", "RMSE", "RMSE/SD", "r", "rank r", "coverage", "at bound"]
    columns = (found.true_mean, found.true_sd, found.bias, found.rmse, found.rmse_over_sd, found.r, found.rank_r)
    rows = [
        [name, *(number_text(float(column[i])) for column in columns), _percent(found.coverage[i]),
         _percent(found.at_bound[i])]
        for i, name in enumerate(recovery.free)
    ]  # fmt: skip
    return head, rows


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.0f} %"


def not_recovered(names: Sequence[str], found: ParameterRecovery, n: int) -> dict[str, list[str]]:
    """Return the parameters that do not recover, each with the reasons."""
    lowest = coverage_range(n)[0]
    reasons: dict[str, list[str]] = {}
    for i, name in enumerate(names):
        said = []
        if not min(found.r[i], found.rank_r[i]) >= RECOVERED:
            said.append(f"r = {number_text(float(found.r[i]))}, of ranks {number_text(float(found.rank_r[i]))}")
        if found.rmse_over_sd[i] > 1:
            said.append(f"the error is {number_text(float(found.rmse_over_sd[i]))} times the SD of the true values")
        if found.at_bound[i] > OFTEN:
            said.append(f"{_percent(found.at_bound[i])} of the estimates lie on a bound")
        if found.coverage[i] < lowest:
            said.append(f"its 95 % interval holds the true value in {_percent(found.coverage[i])} only")
        if said:
            reasons[name] = said
    return reasons


def recovery_report(recovery: Recovery, how: str) -> str:
    """Return the report as Markdown.

    Parameters
    ----------
    how
        What the true values were drawn from, in words.
    """
    n = len(recovery.subjects)
    lines = [f"# Parameter recovery of {recovery.plan.model.name}", ""]
    if recovery.interrupted:
        lines += ["**Interrupted: only what was finished is here.**", ""]
    if not n:
        return "\n".join(lines)
    lines += [_lists(recovery, how), "", *_plainly(recovery), "", "## Each parameter", ""]
    return "\n".join([*lines, *text_table(*recovery_summary(recovery)), "", *_legend(n), *_ridges(recovery)]) + "\n"


def _lists(recovery: Recovery, how: str) -> str:
    plan, n = recovery.plan, len(recovery.subjects)
    lists = sorted({sum(study.n_lists for _, study in design) for design in plan.designs})
    lengths = sorted({study.list_length for design in plan.designs for _, study in design})
    events = np.mean([one.n_events for one in recovery.subjects])
    return (
        f"{n} subjects were simulated, each with {_either(lists)} lists of {_either(lengths)} items "
        f"({events:.0f} recalls and stops on average), and fitted by likelihood ({plan.method}, "
        f"{plan.restarts} restart{'s' if plan.restarts > 1 else ''}, seed {plan.seed}). True values: {how}."
    )


def _either(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"


def _plainly(recovery: Recovery) -> list[str]:
    """Say in words what recovers and what does not."""
    failed = not_recovered(recovery.free, recovery.summary(), len(recovery.subjects))
    good = [name for name in recovery.free if name not in failed]
    lines = ["## What recovers", "", ", ".join(good) + "." if good else "Nothing does.", ""]
    lines += ["## What does not recover", ""]
    lines += [f"- **{name}**: {'; '.join(reasons)}." for name, reasons in failed.items()] or ["Everything does."]
    missed = sum(one.missed for one in recovery.subjects)
    unsettled = sum(not one.converged for one in recovery.subjects)
    if missed:
        lines += ["", f"**In {missed} of {len(recovery.subjects)} subjects the fit missed the highest point**: values "
                  f"more than {MISSED:g} nats better were found from another start. Use more --restarts."]  # fmt: skip
    if unsettled:
        lines += ["", f"**In {unsettled} subjects the fit did not settle.**"]
    return lines


def _legend(n: int) -> list[str]:
    low, high = coverage_range(n)
    return [
        f"Called recovered: r and rank r of at least {RECOVERED:g}, RMSE/SD of at most 1, at most {OFTEN:.0%} of the "
        "estimates on a bound, and a coverage that is not too low. *RMSE/SD*: the error as a share of how much the "
        "true values differ; at 1 the estimates are as far off as the mean would be. *Coverage*: how often the 95 % "
        "likelihood-ratio interval holds the true value (all else fitted again, minus the log-likelihood rises there "
        f"by at most {LINE:.2f} nats); with {n} subjects a right interval comes out between {low:.0%} and {high:.0%}.",
        "",
    ]


def _ridges(recovery: Recovery) -> list[str]:
    lines = ["## Ridges", ""]
    found = recovery.ridges()
    if not found:
        return [*lines, f"No two estimates correlate by {RIDGE:g} or more."]
    lines += [
        f"Estimates that correlate by {RIDGE:g} or more, either way: one parameter can stand in for the other.",
        "",
    ]
    rows = [[f"{a} – {b}", number_text(errors), number_text(curved)] for a, b, errors, curved in found]
    return [*lines, *text_table(["", "over subjects", "by curvature"], rows)]


def model_recovery_report(found: ModelRecovery, how: str) -> str:
    """Return the report of a contest between models as Markdown; `how` as `recovery_report` takes it."""
    plan, names = found.plan, found.plan.names
    lines = [f"# Model recovery: {', '.join(names)}", ""]
    if found.interrupted:
        lines += ["**Interrupted: only what was finished is here.**", ""]
    if not found.subjects:
        return "\n".join(lines)
    lists = sorted({sum(study.n_lists for _, study in design) for design in plan.designs})
    lines += [
        f"{len(found.subjects)} subjects were simulated, each with {_either(lists)} lists, and every model was fitted "
        f"to each (seed {plan.seed}). The model with the lowest criterion wins: {CRITERIA[plan.criterion]}. True "
        f"values: {how}.",
        "",
        "## Who wins (columns) for whose data (rows)",
        "",
        *text_table(["", *names], [[n, *_counted(row)] for n, row in zip(names, found.counts(), strict=True)]),
        "",
        "## Who simulated (rows) when a model wins (columns), all being equally likely before",
        "",
        *text_table(["", *names], [[n, *map(number_text, row)] for n, row in zip(names, found.inverse(), strict=True)]),
        "",
        *_unsettled(found),
    ]
    return "\n".join(lines) + "\n"


def _counted(row: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[str]:
    return [f"{count:g}" for count in row]


def _unsettled(found: ModelRecovery) -> list[str]:
    several = [(name, sum(not one.converged[name] for one in found.subjects)) for name in found.plan.names]
    return [f"{name}: {count} fits did not settle." for name, count in several if count]
