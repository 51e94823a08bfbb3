"""Making the rows of `memlab.evidence`: from fits, from values that were found elsewhere, from nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from memlab.core.errors import DataError
from memlab.core.model import Model
from memlab.core.parameters import Values
from memlab.core.recall import Floats, LikelihoodModel, RecallData
from memlab.core.sequences import EstimatedLikelihoodModel, sequences_of
from memlab.error_process import HALF, count_errors, fit_error_process, handling_of
from memlab.estimated import MOST_PARTICLES, N_PARTICLES, Estimate, estimated_log_likelihood
from memlab.evidence import Account, Kind, ScoredData
from memlab.evidence_warnings import fit_warnings
from memlab.fitting.likelihood import folds_of
from memlab.fitting.result import Fit, Unit
from memlab.recall_bits import uniform_log_likelihood

__all__ = [
    "Errors",
    "criteria_refused",
    "errors_of",
    "estimated_account",
    "fitted_account",
    "frozen_account",
    "label",
    "no_account",
    "scored_data",
    "uniform_account",
]


def scored_data(
    conditions: Sequence[RecallData], unit: Unit, treatment: str, record: Mapping[str, object] | None = None
) -> ScoredData:
    """Return the lists that models are scored on.

    Parameters
    ----------
    conditions
        People's recalls, one a condition.
    unit : {"subject", "group", "condition"}
    treatment : {"drop_events", "drop_lists", "error_process"}
        Of repeats and intrusions.
    record
        Which data, for the report.
    """
    sequences = tuple(sequences_of(data, handling_of(treatment)) for data in conditions)
    extra = tuple(np.zeros(one.n_lists, dtype=np.int64) for one in sequences)
    if treatment == "error_process":
        counted = [count_errors(data) for data in conditions]
        extra = tuple(c.outputs - one.n_events for c, one in zip(counted, sequences, strict=True))
    return ScoredData(sequences, unit, treatment, extra, dict(record or {}))


@dataclass(frozen=True, eq=False)
class Errors:
    """What the error process adds to every model; nothing where errors are dropped.

    Attributes
    ----------
    log_likelihood : (n_units,) float, nats
    held_out : (n_lists,) float, nats
        Each list's errors under the rates of the unit's other folds.
    k : int
        Parameters that were fitted to each unit.
    rates : (n_units, 2) float
        p_intrusion and p_repeat.
    """

    log_likelihood: Floats
    held_out: Floats
    k: int
    rates: Floats


def errors_of(conditions: Sequence[RecallData], data: ScoredData, folds: int) -> Errors:
    """Fit the error process to each unit, and score each list by the other folds; see `memlab.error_process`."""
    if data.treatment != "error_process":
        return Errors(np.zeros(len(data.units)), np.zeros(data.n_lists), 0, np.full((len(data.units), 2), np.nan))
    starts = np.cumsum([0, *(one.n_lists for one in conditions)])
    fold = np.concatenate([folds_of(one, folds) for one in data.sequences])
    held_out, fitted = np.zeros(data.n_lists), []

    def part(wanted: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[RecallData]:
        pieces = [one.select(wanted[a:b]) for one, a, b in zip(conditions, starts, starts[1:], strict=False)]
        return [piece for piece in pieces if piece.n_lists]

    for unit in data.units:
        own = data.unit_of_list == unit
        fitted.append(fit_error_process(part(own)))
        for number in range(folds):
            scored = own & (fold == number)
            if scored.any():
                rates = fit_error_process(part(own & ~scored), smoothing=HALF)
                held_out[scored] = np.concatenate([count_errors(one).log_likelihood(rates) for one in part(scored)])
    log_likelihood = np.array([one.log_likelihood for one in fitted])
    return Errors(log_likelihood, held_out, 2, np.array([(one.p_intrusion, one.p_repeat) for one in fitted]))


def label(model: Model) -> str:
    """Return a model's name with the options that are not its defaults.

    Examples
    --------
    >>> from memlab.models import get_model
    >>> label(get_model("cmr").with_options(choice_rule="softmax"))
    'cmr (choice_rule=softmax)'
    """
    default = type(model)().options
    changed = ", ".join(f"{name}={value}" for name, value in model.options.items() if value != default[name])
    return f"{model.name} ({changed})" if changed else model.name


def criteria_refused(model: Model) -> str | None:
    """Return why a model has no AIC and BIC, or None if it can have them.

    Examples
    --------
    >>> from memlab.models import get_model
    >>> criteria_refused(get_model("simple"))
    'No AIC or BIC: it gives no probability of a recall sequence.'
    """
    if not model.has_parameter_count:
        return "No AIC or BIC: a network's weights are no usable number of parameters."
    if isinstance(model, LikelihoodModel):
        return None
    if isinstance(model, EstimatedLikelihoodModel):
        return "No AIC or BIC: its likelihood is an estimate, at values that were not fitted to these lists."
    return "No AIC or BIC: it gives no probability of a recall sequence."


def fitted_account(
    model: Model, fits: Sequence[Fit], data: ScoredData, errors: Errors, kind: Kind = "fitted"
) -> Account:
    """Return the account of a model that was fitted to each unit by likelihood.

    Parameters
    ----------
    fits
        One a unit, in any order, with or without cross-validation.

    Raises
    ------
    DataError
        A unit without a fit, or a fit of other lists than these.
    """
    by_unit = {fit.who: fit for fit in fits}
    ordered = []
    for unit, n_lists in zip(data.units, data.by_unit(np.ones(data.n_lists)), strict=True):
        if unit not in by_unit:
            raise DataError(f"{model.name} has no fit of {data.unit} {unit}. Fit it with the same --per, or all anew.")
        ordered.append(_checked(by_unit[unit], data, unit, int(n_lists)))
    held_out = np.full(data.n_lists, np.nan)
    for fit in ordered:
        if fit.held_out is not None:
            held_out[data.unit_of_list == fit.who] = fit.held_out.by_list
    whole = not np.isnan(held_out).any()
    return Account(
        label(model),
        kind,
        np.array([fit.log_likelihood for fit in ordered]) + errors.log_likelihood,
        np.array([len(fit.free) + errors.k for fit in ordered], dtype=np.float64),
        data.by_subject(held_out + errors.held_out) if whole else np.full(len(data.subjects), np.nan),
        np.zeros(len(data.subjects)),
        () if whole else ("No held-out bits: the fits were made without --folds.",),
        fit_warnings(ordered),
        tuple(ordered),
    )


def _checked(fit: Fit, data: ScoredData, unit: str, n_lists: int) -> Fit:
    """Return a fit if it is one by likelihood, of these very lists."""
    if fit.objective != "likelihood":
        raise DataError(
            f"the fit of {fit.model} to {unit} is by {fit.objective}; evidence needs --objective likelihood."
        )
    files = {record["sha256"] for record in (fit.data, data.record) if "sha256" in record}
    if len(files) > 1:
        raise DataError(f"the fit of {fit.model} to {unit} is of another file ({fit.data.get('id')}) than --data.")
    extra = np.concatenate(data.extra_events)[data.unit_of_list == unit].sum()
    n_events = int(data.n_by_unit[data.units.index(unit)] - extra)
    if (fit.n_lists, fit.n_events) != (n_lists, n_events):
        raise DataError(
            f"the fit of {fit.model} to {unit} saw {fit.n_lists} lists and {fit.n_events} recalls and stops; here are "
            f"{n_lists} and {n_events}. Take the same data, conditions and treatment of errors (--events)."
        )
    return fit


def uniform_account(data: ScoredData, errors: Errors) -> Account:
    """Return the floor: the items left and stopping equally probable, nothing fitted."""
    of_list = np.concatenate([uniform_log_likelihood(one) for one in data.sequences])
    return Account(
        "uniform",
        "floor",
        data.by_unit(of_list) + errors.log_likelihood,
        np.full(len(data.units), float(errors.k)),
        data.by_subject(of_list + errors.held_out),
        np.zeros(len(data.subjects)),
        ("Items left and stopping equally probable; nothing fitted.",),
    )


def frozen_account(
    model: Model, values: Values | None, data: ScoredData, errors: Errors, seen: Collection[str] = (), note: str = ""
) -> Account:
    """Return the account of a model as it is, its values or weights found elsewhere: held-out bits alone.

    Parameters
    ----------
    seen
        Subjects that it was fitted or trained on: they do not count for it.
    note
        Whom its values are from.
    """
    assert isinstance(model, LikelihoodModel)
    of_list = np.concatenate([model.log_likelihood(one.study, one.recalls, values) for one in data.sequences])
    return _frozen(model, "frozen", data.by_subject(of_list + errors.held_out), 0.0, data, seen, note)


def estimated_account(
    model: Model,
    values: Values | None,
    data: ScoredData,
    errors: Errors,
    *,
    seed: int,
    n_particles: int = N_PARTICLES,
    lapse: float = 0.0,
    seen: Collection[str] = (),
    note: str = "",
) -> Account:
    """Return the account of a model whose likelihood is estimated, with its Monte-Carlo error.

    Parameters
    ----------
    n_particles, lapse
        See `memlab.estimated.estimated_log_likelihood`.
    seen, note
        See `frozen_account`.
    """
    found = estimated_log_likelihood(
        model, data.sequences, values, seed=seed, n_particles=n_particles, lapse=lapse, most_particles=MOST_PARTICLES
    )
    held_out = data.by_subject(found.by_list + errors.held_out)
    notes = " ".join([note, *_estimate_notes(found, lapse)])
    return _frozen(model, "estimated", held_out, np.sqrt(data.by_subject(found.variance)), data, seen, notes)


def _estimate_notes(found: Estimate, lapse: float) -> list[str]:
    said = [f"Estimated with up to {found.n_particles} particles a list."]
    if lapse:
        said.append(f"A share of {lapse:g} of the lists is taken to be recalled at random (uniform).")
    if found.n_impossible:
        said.append(
            f"It gives {found.n_impossible} of {found.by_list.size} lists probability 0, so its bits are without end; "
            "--lapse 0.05 lets a share of lists be recalled at random."
        )
    if found.n_missed:
        said.append(f"No particle led to {found.n_missed} of {found.by_list.size} lists: too noisy to rank.")
    return said


def _frozen(
    model: Model,
    kind: Kind,
    held_out: Floats,
    error: Floats | float,
    data: ScoredData,
    seen: Collection[str],
    note: str,
) -> Account:
    unseen = ~np.isin(data.subjects, list(seen))
    left_out = f"{(~unseen).sum()} of {len(unseen)} subjects were fitted or trained on and do not count for it."
    refused = criteria_refused(model) or "No AIC or BIC: its values were not fitted to these lists."
    notes = [refused, note, left_out if not unseen.all() else ""]
    nothing = np.full(len(data.units), np.nan)
    scores = np.where(unseen, held_out, np.nan)
    errors = np.broadcast_to(np.asarray(error, dtype=np.float64), scores.shape)
    return Account(label(model), kind, nothing, nothing, scores, errors, tuple(text for text in notes if text))


def no_account(model: Model, data: ScoredData, reason: str) -> Account:
    """Return a row that says why a model has no numbers here."""
    units, subjects = np.full(len(data.units), np.nan), np.full(len(data.subjects), np.nan)
    return Account(label(model), "none", units, units, subjects, np.zeros(len(subjects)), (reason,))
