"""Evidence: every number of the table from its definition, each row by what it rests on, and refusals by type."""

import dataclasses

import numpy as np
import pytest

from memlab.accounts import (
    criteria_refused,
    errors_of,
    estimated_account,
    fitted_account,
    frozen_account,
    label,
    no_account,
    scored_data,
    uniform_account,
)
from memlab.analysis.group_selection import select_models
from memlab.core.errors import DataError
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.error_process import ErrorProcess, fit_error_process, with_errors
from memlab.evidence import Account, Evidence
from memlab.evidence_report import evidence_report, evidence_rows
from memlab.evidence_warnings import fit_warnings, nesting_warnings
from memlab.fitting.result import Fit, HeldOut, Restart
from memlab.models import get_model
from memlab.recall_bits import uniform_log_likelihood

N_SUBJECTS, N_LISTS = 4, 6
STUDY = StudyLists.simple(N_SUBJECTS * N_LISTS, 7, subject=np.repeat([3, 1, 4, 2], N_LISTS))
CMR, TCM = get_model("cmr"), get_model("tcm")
PEOPLE = RecallData(STUDY, CMR.simulate(STUDY, None, np.random.default_rng(8)), "one")
DATA = scored_data([PEOPLE], "subject", "drop_events", {"id": "made up"})
NONE = errors_of([PEOPLE], DATA, 2)


def a_fit(model, who, data=DATA, people=PEOPLE, **more):
    """A fit at the defaults, whose held-out score is that of the defaults too."""
    rows = data.unit_of_list == who
    of_list = model.log_likelihood(people.study, people.recalls)[rows]
    n_events = int(data.sequences[0].n_events[rows].sum())
    values = dict(model.defaults())
    given = {
        "model": model.name, "unit": data.unit, "who": who, "conditions": ["one"], "objective": "likelihood",
        "value": -float(of_list.sum()), "values": values, "free": list(values), "bounds": {}, "at_bound": [],
        "n_lists": int(rows.sum()), "n_events": n_events, "converged": True, "message": "settled", "evaluations": 1,
        "seconds": 0.0, "seed": 1,
        "held_out": HeldOut(2, float(of_list.sum()), n_events, (of_list - 0.01).tolist()),
    }  # fmt: skip
    return Fit(**{**given, **more})


def fits(model, **more):
    return [a_fit(model, who, **more) for who in reversed(DATA.units)]  # in any order


@pytest.fixture(scope="module")
def evidence():
    accounts = [fitted_account(model, fits(model), DATA, NONE) for model in (CMR, TCM)]
    silent = no_account(get_model("simple"), DATA, criteria_refused(get_model("simple")))
    return Evidence(DATA, (*accounts, silent, uniform_account(DATA, NONE)), 2, 1)


def test_subjects_are_the_units_and_their_events_are_recalls_and_stops():
    assert DATA.units == ["1", "2", "3", "4"]
    for who, n in zip(DATA.units, DATA.n_by_unit, strict=True):
        rows = PEOPLE.recalls.position[STUDY.subject == int(who)]
        recalled = (rows > 0).sum(axis=1)
        assert n == recalled.sum() + (recalled < 7).sum()  # after all seven stopping is certain


def test_each_criterion_is_summed_over_subjects_with_each_ones_own_n(evidence):
    table = evidence.table()
    k = len(CMR.parameters)
    own = [CMR.log_likelihood(STUDY, PEOPLE.recalls)[STUDY.subject == int(who)].sum() for who in DATA.units]
    n = DATA.n_by_unit
    assert table["log_likelihood"][0] == pytest.approx(sum(own))
    assert table["k"][0] == k * N_SUBJECTS
    assert table["aic"][0] == pytest.approx(-2 * sum(own) + 2 * k * N_SUBJECTS)
    assert table["bic"][0] == pytest.approx(-2 * sum(own) + k * np.log(n).sum())
    corrected = table["aic"][0] + (2 * k * (k + 1) / (n - k - 1)).sum()
    assert table["aicc"][0] == pytest.approx(corrected)


def test_held_out_bits_are_over_all_events_and_come_from_the_folds(evidence):
    log_p = TCM.log_likelihood(STUDY, PEOPLE.recalls) - 0.01
    assert evidence.bits[1] == pytest.approx(-log_p.sum() / DATA.events_of_list.sum() / np.log(2))
    assert evidence.table()["bits_subjects"].tolist() == [4, 4, 0, 4]


def test_the_floor_needs_no_fit_and_takes_no_part_in_the_ranking(evidence):
    floor = evidence.accounts[-1]
    assert floor.log_likelihood.sum() == pytest.approx(uniform_log_likelihood(DATA.sequences[0]).sum())
    assert floor.k.tolist() == [0] * 4
    assert evidence.table()["aic"][-1] == pytest.approx(-2 * floor.log_likelihood.sum())
    assert np.isnan([evidence.weight("aic")[-1], evidence.best_in("bic")[-1]]).all()


def test_random_effects_selection_is_on_bic_of_the_fitted_models(evidence):
    again = select_models(-0.5 * evidence.criteria["bic"][:, :2])
    assert evidence.group.counts == pytest.approx(again.counts)
    assert evidence.table()["protected_exceedance"][:2] == pytest.approx(again.protected_exceedance)


def test_differences_are_from_the_best_with_paired_intervals_and_the_same_seed_repeats_them(evidence):
    best = int(np.argmin([evidence.bits[0], evidence.bits[1]]))
    difference, low, high = evidence.differences("bits")
    assert (difference[best], low[best], high[best]) == (0, 0, 0)
    assert difference[1 - best] == pytest.approx(evidence.bits[1 - best] - evidence.bits[best])
    assert low[1 - best] <= difference[1 - best] <= high[1 - best]
    assert evidence.differences("bits")[1][1 - best] == low[1 - best]
    summed = evidence.differences("aic")[0]
    aics = evidence.table()["aic"]
    assert abs(summed[0] - summed[1]) == pytest.approx(abs(aics[0] - aics[1]))


def test_the_table_of_subjects_has_a_row_each_with_weights_that_sum_to_one(evidence):
    table = evidence.subjects_table()
    assert len(table["subject"]) == 4 * len(evidence.accounts)
    weights = [w for who, w in zip(table["subject"], table["aic_weight"], strict=True) if who == "3"]
    assert np.nansum(weights) == pytest.approx(1)


def test_fitted_models_need_a_fit_of_every_subject_to_these_very_lists():
    with pytest.raises(DataError, match="no fit of subject 1"):
        fitted_account(CMR, fits(CMR)[:-1], DATA, NONE)
    other = [dataclasses.replace(fit, n_events=fit.n_events + 1) for fit in fits(CMR)]
    with pytest.raises(DataError, match="Take the same data"):
        fitted_account(CMR, other, DATA, NONE)
    curves = [dataclasses.replace(fit, objective="curves") for fit in fits(CMR)]
    with pytest.raises(DataError, match="--objective likelihood"):
        fitted_account(CMR, curves, DATA, NONE)


def test_fits_without_folds_have_criteria_and_no_bits():
    found = fitted_account(CMR, fits(CMR, held_out=None), DATA, NONE)
    assert found.has_criteria
    assert not found.has_score
    assert "--folds" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "reason"), [("simple", "no probability"), ("sam", "estimate"), ("dnc.human", "weights")]
)
def test_aic_and_bic_are_refused_by_type_with_the_reason(name, reason):
    assert reason in criteria_refused(get_model(name))
    assert criteria_refused(CMR) is None


def test_values_from_elsewhere_have_bits_alone_and_people_who_were_seen_do_not_count():
    found = frozen_account(TCM, None, DATA, NONE, seen={"1", "4"}, note="Fitted to others.")
    assert not found.has_criteria
    assert np.isnan(found.held_out).tolist() == [True, False, False, True]
    assert "2 of 4 subjects" in " ".join(found.notes)
    both = Evidence(DATA, (fitted_account(CMR, fits(CMR), DATA, NONE), found), 2, 1)
    assert both.reference("bits") == 0  # who has not everybody is no reference
    unseen = np.isin(STUDY.subject, [2, 3])
    apart = (CMR.log_likelihood(STUDY, PEOPLE.recalls) - 0.01 - TCM.log_likelihood(STUDY, PEOPLE.recalls))[unseen]
    expected = apart.sum() / DATA.events_of_list[unseen].sum() / np.log(2)
    assert both.differences("bits")[0][1] == pytest.approx(expected)


class Estimated:
    """A model whose estimates have a known variance."""

    name, options, has_parameter_count = "sam.rs1981", {}, True
    parameters = ()

    def simulate(self, study, values, rng):
        raise NotImplementedError

    def estimate_log_likelihood(self, sequences, values, rng, n_particles):
        n = sequences.n_lists
        return np.full(n, -8.0), np.full(n, 2.0)


def test_an_estimate_stands_with_its_monte_carlo_error_and_is_not_ranked_within_it():
    found = estimated_account(Estimated(), None, DATA, NONE, seed=1, n_particles=50)
    assert found.error == pytest.approx(np.sqrt(2.0 * N_LISTS))
    near = Account("near", "frozen", found.log_likelihood, found.k, found.held_out + 0.1, np.zeros(4))
    both = Evidence(DATA, (near, found), 2, 1)
    error = np.sqrt(2.0 * DATA.n_lists) / np.log(2) / DATA.events_of_list.sum()
    assert both.bits_error.tolist() == pytest.approx([0, error])
    assert "sam.rs1981 is not ranked against near" in evidence_report(both)
    far = dataclasses.replace(near, held_out=found.held_out + 100)
    assert "is not ranked" not in evidence_report(Evidence(DATA, (far, found), 2, 1))


def test_the_error_process_adds_its_likelihood_two_parameters_and_its_events_to_every_model():
    erring = with_errors(PEOPLE, ErrorProcess(0.1, 0.1, 0.0, 0), np.random.default_rng(1))
    data = scored_data([erring], "subject", "error_process")
    errors = errors_of([erring], data, 2)
    with_process = fitted_account(CMR, fits(CMR), data, errors)
    without = fitted_account(CMR, fits(CMR), DATA, NONE)
    process = [fit_error_process(erring.select_subjects([int(who)])) for who in data.units]
    added = [one.log_likelihood for one in process]
    assert with_process.log_likelihood - without.log_likelihood == pytest.approx(added)
    assert (with_process.k - without.k).tolist() == [2] * 4
    assert data.n_by_unit.tolist() == [one.n_events for one in process]
    assert np.isfinite(with_process.held_out).all()
    floor = uniform_account(data, errors)
    apart = with_process.held_out - without.held_out  # the same beside every model
    assert floor.held_out - uniform_account(DATA, NONE).held_out == pytest.approx(apart)


def test_lists_with_an_error_can_be_dropped():
    erring = with_errors(PEOPLE, ErrorProcess(0.05, 0.05, 0.0, 0), np.random.default_rng(1))
    data = scored_data([erring], "group", "drop_lists")
    assert data.units == ["all"]
    assert data.n_lists + data.dropped()["lists"] == PEOPLE.n_lists


def test_one_fit_for_everybody_has_bits_by_subject_and_no_interval_of_criteria():
    data = scored_data([PEOPLE], "group", "drop_events")
    account = [fitted_account(m, [a_fit(m, "all", data)], data, errors_of([PEOPLE], data, 2)) for m in (CMR, TCM)]
    found = Evidence(data, tuple(account), 2, 1)
    assert found.held_out.shape == (4, 2)
    assert found.group is None
    assert np.isnan(found.differences("aic")[1]).all()
    assert not np.isnan(found.differences("bits")[1]).any()
    assert "Random-effects selection needs" in evidence_report(found)


def test_doubtful_fits_are_named():
    doubtful = [
        a_fit(CMR, "1", at_bound=["phi_s"]),
        a_fit(CMR, "2", at_bound=["phi_s", "tau"], converged=False, message="at most 9 generations."),
        a_fit(CMR, "3", restarts=[Restart(10.0, {}, 1, True, ""), Restart(14.5, {}, 1, True, "")]),
        a_fit(CMR, "4", restarts=[Restart(10.0, {}, 1, True, ""), Restart(10.1, {}, 1, True, "")]),
    ]
    said = " ".join(fit_warnings(doubtful))
    assert "2 of 4 fits have a parameter on a bound: phi_s (2), tau (1)" in said
    assert "1 of 4 fits did not settle (at most 9 generations)" in said
    assert "1 of 4 fits end up to 4.5 nats apart" in said
    assert fit_warnings([a_fit(CMR, "1")]) == ()


def test_a_model_that_fits_worse_than_its_special_case_is_named():
    general = a_fit(CMR, "1", options={"choice_rule": "softmax"}, values={"T": 1.0}, free=_softmax_names(), value=100.0)
    special = a_fit(TCM, "1", value=97.0)
    said = nesting_warnings({"cmr": [general], "tcm": [special]})
    assert list(said) == ["cmr"]
    assert "worse than its special case tcm, by up to 3.00 nats" in said["cmr"][0]
    better = dataclasses.replace(general, value=90.0)
    assert nesting_warnings({"cmr": [better], "tcm": [special]}) == {}
    power = a_fit(CMR, "1", value=100.0)
    assert nesting_warnings({"cmr": [power], "tcm": [special]}) == {}  # under the power rule tcm is no special case


def _softmax_names():
    return [p.name for p in CMR.with_options(choice_rule="softmax").parameters]


def test_the_same_model_with_a_parameter_held_is_a_special_case():
    names = [p.name for p in CMR.parameters]
    held = a_fit(CMR, "1", free=[name for name in names if name != "alpha"], value=50.0)
    whole = a_fit(CMR, "1", value=52.0)
    assert list(nesting_warnings({"held": [held], "whole": [whole]})) == ["whole"]
    elsewhere = dataclasses.replace(held, free=names[:3], values={**held.values, "tau": 1.0})
    narrow = dataclasses.replace(whole, free=names[:4])
    assert nesting_warnings({"held": [elsewhere], "narrow": [narrow]}) == {}  # what narrow holds differs in held


def test_options_that_are_not_the_defaults_stand_in_the_name():
    assert label(CMR) == "cmr"
    assert label(CMR.with_options(choice_rule="softmax", learn="before")) == "cmr (choice_rule=softmax, learn=before)"


def test_the_report_says_which_treatment_was_used_and_why_numbers_are_missing(evidence):
    text = evidence_report(evidence)
    assert "(`drop_events`): repeats and intrusions are deleted" in text
    assert "**simple**: No AIC or BIC: it gives no probability of a recall sequence." in text
    assert [row[0] for row in evidence_rows(evidence)] == ["cmr", "tcm", "simple", "uniform"]
    assert "simple" not in text.split("## Warnings")[0]  # a row of dashes says nothing in the tables


def test_an_experiment_cut_after_some_responses_counts_no_end_where_none_was_seen():
    study = StudyLists.simple(2, 5, max_responses=3)
    data = scored_data([RecallData(study, Recalls(np.array([[5, 4, 1], [5, -1, 0]])))], "group", "drop_events")
    assert data.events_of_list.tolist() == [3, 2]
