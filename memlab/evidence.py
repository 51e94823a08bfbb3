"""`Evidence`: how well models explain the same recall sequences, subject by subject, in one table.

Every row is one model's `Account` of the same lists: log-likelihoods at fitted values, from which AIC, AICc, BIC,
weights and random-effects selection follow; and what its recall events cost on lists that its values were not fitted
to, the score that networks share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from memlab.analysis.group_selection import GroupSelection, select_models
from memlab.analysis.model_selection import aic, aicc, bic, paired_bootstrap, proportion_best, weights
from memlab.core.files import Columns
from memlab.core.recall import Floats, Ints
from memlab.core.rng import stream
from memlab.core.sequences import Sequences
from memlab.fitting.result import Fit, Unit
from memlab.recall_bits import bits_per_event

__all__ = ["Account", "Evidence", "Kind", "ScoredData"]

Kind = Literal["fitted", "floor", "frozen", "estimated", "none"]
"""What a row rests on: values fitted to these lists; nothing at all or one probability, beside which the others are
read; values from elsewhere, as they are; the same with an estimated likelihood; no probability of a sequence."""

LN2 = float(np.log(2))


@dataclass(frozen=True, eq=False)
class ScoredData:
    """The lists that all models are scored on.

    Attributes
    ----------
    sequences : tuple of Sequences
        One a condition.
    unit : {"subject", "group", "condition"}
        What has its own values.
    treatment : str
        Of repeats and intrusions; see `memlab.error_process`.
    extra_events : tuple of (n_lists,) int
        By condition: events of each list beyond the recalls and observed stops, which an error process has.
    record : dict
        ``id``, ``sha256``, ``citation``.
    """

    sequences: tuple[Sequences, ...]
    unit: Unit
    treatment: str
    extra_events: tuple[Ints, ...]
    record: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def subject_of_list(self) -> NDArray[Any]:
        """The subject of each list, the conditions one after the other, (n_lists,)."""
        return np.concatenate([one.study.subject.astype(str) for one in self.sequences])

    @cached_property
    def subjects(self) -> list[str]:
        """The subjects, sorted as their labels are in the data."""
        labels = np.unique(np.concatenate([one.study.subject for one in self.sequences]))
        return [str(label) for label in labels]

    @cached_property
    def unit_of_list(self) -> NDArray[Any]:
        """What fits each list, (n_lists,): a subject, a condition or ``"all"``."""
        if self.unit == "subject":
            return self.subject_of_list
        names = [one.name if self.unit == "condition" else "all" for one in self.sequences]
        return np.repeat(names, [one.n_lists for one in self.sequences])

    @cached_property
    def units(self) -> list[str]:
        """The units, in the order of the rows."""
        if self.unit == "subject":
            return self.subjects
        return [one.name for one in self.sequences] if self.unit == "condition" else ["all"]

    @cached_property
    def events_of_list(self) -> Ints:
        """Events of each list, (n_lists,)."""
        return np.concatenate(
            [one.n_events + more for one, more in zip(self.sequences, self.extra_events, strict=True)]
        )

    @property
    def n_lists(self) -> int:
        """Lists over all conditions."""
        return len(self.subject_of_list)

    @cached_property
    def n_by_unit(self) -> Floats:
        """Events of each unit, (n_units,): n of AICc and BIC."""
        return self.by_unit(self.events_of_list.astype(np.float64))

    @cached_property
    def n_by_subject(self) -> Floats:
        """Events of each subject, (n_subjects,)."""
        return self.by_subject(self.events_of_list.astype(np.float64))

    def by_unit(self, of_list: Floats) -> Floats:
        """Return the sum over the lists of each unit, (n_units,)."""
        return _sums(of_list, self.unit_of_list, self.units)

    def by_subject(self, of_list: Floats) -> Floats:
        """Return the sum over the lists of each subject, (n_subjects,)."""
        return _sums(of_list, self.subject_of_list, self.subjects)

    def dropped(self) -> dict[str, int]:
        """Return how many repeats, intrusions and lists were left out."""
        names = ("repeats", "intrusions", "lists")
        return {name: sum(one.dropped[name] for one in self.sequences) for name in names}


def _sums(of_list: Floats, labels: NDArray[Any], order: Sequence[str]) -> Floats:
    return np.array([of_list[labels == label].sum() for label in order])


@dataclass(frozen=True, eq=False)
class Account:
    """One model's account of the lists.

    Attributes
    ----------
    name : str
        The model, with its options where they are not the defaults.
    kind : Kind
    log_likelihood : (n_units,) float, nats
        At values fitted to the unit; NaN where AIC and BIC are not to be had.
    k : (n_units,) float
        Fitted parameters; NaN with it.
    held_out : (n_subjects,) float, nats
        On lists that the values were not fitted to; NaN for a subject who was fitted or trained on, and where there is
        none.
    error : (n_subjects,) float, nats
        Monte-Carlo standard error of `held_out`; 0 where it is exact.
    notes : tuple of str
        Why something is not there; whom the values are from.
    warnings : tuple of str
        What makes the numbers doubtful.
    fits : tuple of Fit
        In the order of the units; empty where nothing was fitted.
    """

    name: str
    kind: Kind
    log_likelihood: Floats
    k: Floats
    held_out: Floats
    error: Floats
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    fits: tuple[Fit, ...] = ()

    @property
    def has_criteria(self) -> bool:
        """Whether AIC and BIC are to be had."""
        return not bool(np.isnan(self.log_likelihood).any())

    @property
    def has_score(self) -> bool:
        """Whether there is a held-out score for anybody."""
        return not bool(np.isnan(self.held_out).all())


NO_REFERENCE = (
    "No model here has a score for everybody, that the others could be compared with: there are no differences and no "
    "figure. Add one that is fitted to these people, such as tcm."
)


@dataclass(frozen=True, eq=False)
class Evidence:
    """The accounts of several models, side by side.

    Attributes
    ----------
    data : ScoredData
    accounts : tuple of Account
        Floors last.
    folds : int
        Of the cross-validation; 0 for none.
    seed : int
        Of the bootstrap.
    """

    data: ScoredData
    accounts: tuple[Account, ...]
    folds: int
    seed: int

    @cached_property
    def ranked(self) -> list[int]:
        """Accounts that weights, proportions and random-effects selection are over: those fitted."""
        return [i for i, one in enumerate(self.accounts) if one.kind == "fitted" and one.has_criteria]

    @cached_property
    def criteria(self) -> dict[str, Floats]:
        """``aic``, ``aicc`` and ``bic`` of every account, (n_units, n_accounts) each; NaN where there is none."""
        log_likelihood = np.column_stack([one.log_likelihood for one in self.accounts])
        k = np.column_stack([one.k for one in self.accounts])
        n = self.data.n_by_unit[:, None]
        return {"aic": aic(log_likelihood, k), "aicc": aicc(log_likelihood, k, n), "bic": bic(log_likelihood, k, n)}

    @cached_property
    def group(self) -> GroupSelection | None:
        """Random-effects selection over the ranked accounts, on -BIC / 2; None for under two models or subjects."""
        if len(self.ranked) < 2 or len(self.data.units) < 2 or self.data.unit != "subject":
            return None
        return select_models(-0.5 * self.criteria["bic"][:, self.ranked])

    def weight(self, criterion: str) -> Floats:
        """Return the weight of each account by the summed criterion, (n_accounts,); NaN where it has no part."""
        return self._over_ranked(weights(self._ranked_values(criterion).sum(axis=0)) if self.ranked else np.empty(0))

    def weight_by_unit(self, criterion: str) -> Floats:
        """Return the weights within each unit, (n_units, n_accounts)."""
        found = np.full(self.criteria[criterion].shape, np.nan)
        if self.ranked:
            found[:, self.ranked] = weights(self._ranked_values(criterion))
        return found

    def best_in(self, criterion: str) -> Floats:
        """Return the proportion of units for which each account is the best, (n_accounts,)."""
        return self._over_ranked(proportion_best(self._ranked_values(criterion)) if self.ranked else np.empty(0))

    def _ranked_values(self, criterion: str) -> Floats:
        values: Floats = self.criteria[criterion][:, self.ranked]
        return values

    def _over_ranked(self, values: Floats) -> Floats:
        found = np.full(len(self.accounts), np.nan)
        found[self.ranked] = values
        return found

    @cached_property
    def held_out(self) -> Floats:
        """Nats on lists not fitted, (n_subjects, n_accounts); NaN where a subject does not count for a model."""
        return np.column_stack([one.held_out for one in self.accounts])

    @cached_property
    def bits(self) -> Floats:
        """Held-out bits an event of each account, over the subjects that count for it, (n_accounts,)."""
        n = self.data.n_by_subject
        counts = ~np.isnan(self.held_out)
        pairs = zip(self.held_out.T, counts.T, strict=True)
        return np.array([bits_per_event(nats[who], n[who]) for nats, who in pairs])

    @cached_property
    def bits_error(self) -> Floats:
        """Monte-Carlo standard error of `bits`, (n_accounts,); 0 where they are exact."""
        n = self.data.n_by_subject
        found = []
        for one in self.accounts:
            counts = ~np.isnan(one.held_out)
            events = n[counts].sum()
            found.append(float(np.sqrt((one.error[counts] ** 2).sum()) / LN2 / events) if events else float("nan"))
        return np.array(found)

    def reference(self, measure: str) -> int | None:
        """Return the account that the others are compared with: the best that has a value for everybody.

        Parameters
        ----------
        measure
            ``"bits"`` or a criterion. Floors and estimates are no reference.
        """
        values = self.bits if measure == "bits" else self.criteria[measure].sum(axis=0)
        table = self.held_out if measure == "bits" else self.criteria[measure]
        whole = np.atleast_1d(~np.isnan(table).any(axis=0))
        known = [i for i, one in enumerate(self.accounts) if one.kind in ("fitted", "frozen") and whole[i]]
        return min(known, key=lambda i: float(values[i])) if known else None

    @property
    def lacks_reference(self) -> str:
        """Say that there is nobody to compare with; "" where there is."""
        return "" if self.reference("bits") is not None or self.reference("aic") is not None else NO_REFERENCE

    def differences(self, measure: str) -> tuple[Floats, Floats, Floats]:
        """Return how far each account is from the reference, with a bootstrap interval over subjects.

        Returns
        -------
        difference, low, high : (n_accounts,)
            Of a criterion: summed over units; without an interval where these are not subjects. Of bits: an event, over
            the subjects that count for both. NaN where there is none.
        """
        best = self.reference(measure)
        if best is None:
            nothing = np.full(len(self.accounts), np.nan)
            return nothing, nothing, nothing
        rng = stream(self.seed, "evidence", measure)
        if measure == "bits":
            return paired_bootstrap(-self.held_out / LN2, best, rng, per=self.data.n_by_subject)
        mean, low, high = paired_bootstrap(self.criteria[measure], best, rng)
        n = len(self.data.units)
        if self.data.unit != "subject":
            low = high = np.full(len(mean), np.nan)
        return mean * n, low * n, high * n

    def table(self) -> Columns:
        """Return a row a model: see ``docs/model-comparison.md`` for every column."""
        sums = {name: values.sum(axis=0) for name, values in self.criteria.items()}
        return {
            "model": [one.name for one in self.accounts],
            "log_likelihood": [float(one.log_likelihood.sum()) for one in self.accounts],
            "k": [float(one.k.sum()) for one in self.accounts],
            "n": [int(self.data.n_by_unit.sum())] * len(self.accounts),
            **sums,
            "aic_best": self.best_in("aic"),
            "bic_best": self.best_in("bic"),
            **self._group_columns(),
            "bits": self.bits,
            "bits_error": self.bits_error,
            "bits_subjects": self._n_scored(),
            **self._difference_columns(),
            **{f"{name}_weight": self.weight(name) for name in sums},
            "k_each": [float(one.k.mean()) for one in self.accounts],
            "kind": [one.kind for one in self.accounts],
            "notes": [" ".join(one.notes) for one in self.accounts],
        }

    def _difference_columns(self) -> dict[str, Floats]:
        ends = ("difference", "low", "high")
        measures = ("bits", *self.criteria)
        return {f"{m}_{end}": v for m in measures for end, v in zip(ends, self.differences(m), strict=True)}

    def _n_scored(self) -> Ints:
        n: Ints = (~np.isnan(self.held_out)).sum(axis=0)
        return n

    def _group_columns(self) -> dict[str, Floats]:
        names = ("protected_exceedance", "exceedance", "frequency")
        if self.group is None:
            return {name: np.full(len(self.accounts), np.nan) for name in names}
        return {name: self._over_ranked(getattr(self.group, name)) for name in names}

    def subjects_table(self) -> Columns:
        """Return a row a subject and model: ``subject, model, n, bits``, and where the subject is the unit its fit.

        That is ``log_likelihood, k`` and of each criterion the value and the weight; empty where others were the unit.
        """
        own = self.data.unit == "subject"
        nothing = np.full(len(self.data.subjects), np.nan)
        rows = []
        for i, one in enumerate(self.accounts):
            values = {"n": self.data.n_by_subject, "bits": -one.held_out / LN2 / self.data.n_by_subject}
            fitted = {"log_likelihood": one.log_likelihood, "k": one.k}
            fitted |= {name: found[:, i] for name, found in self.criteria.items()}
            fitted |= {f"{name}_weight": self.weight_by_unit(name)[:, i] for name in self.criteria}
            values |= {name: found if own else nothing for name, found in fitted.items()}
            rows += [(who, one.name, *each) for who, each in zip(self.data.subjects, _rows(values), strict=True)]
        names = ("subject", "model", *values)
        return {name: [row[j] for row in rows] for j, name in enumerate(names)}


def _rows(columns: Mapping[str, Floats]) -> list[tuple[float, ...]]:
    return list(zip(*(column.tolist() for column in columns.values()), strict=True))
