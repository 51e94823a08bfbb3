"""The same numbers under other names have the same likelihood; what has no counterpart is refused by its name."""

import numpy as np
import pytest

from memlab.core.errors import NotSupported, UnknownName
from memlab.core.recall import Recalls, StudyLists
from memlab.data.notation_rules import ALL
from memlab.data.notations import _DEFAULTS, NOTATIONS, from_notation, notation, to_notation
from memlab.data.parameter_sets import ParameterSet, load_parameter_set
from memlab.models import get_model

SOFTMAX = {"choice_rule": "softmax"}
LENGTH = 8


def drawn(model, rng, **fixed):
    """Random values well inside the ranges."""
    values = {p.name: rng.uniform(max(p.low, 0.05), min(p.high, 0.95)) for p in model.parameters}
    values |= {"phi_s": rng.uniform(0, 3), "delta": rng.uniform(0.5, 2), "alpha": rng.uniform(0, 0.4)}
    return {name: value for name, value in {**values, **fixed}.items() if name in {p.name for p in model.parameters}}


def cymr_log_likelihood(theirs, position, distraction=False):
    """Log-likelihood of lists by the package cymr, before its clipping of each probability."""
    cmr = pytest.importorskip("cymr.cmr")
    definition, patterns = cmr.config_loc_cmr(LENGTH)
    definition.options["distraction"] = distraction
    index, total = np.arange(LENGTH), 0.0
    for row in position:
        recalled = row[row > 0] - 1
        prepared = cmr.prepare_list_param(LENGTH, 1, dict(theirs), definition, len(recalled))
        net = cmr.study_list(definition, prepared, index, index, patterns, np.arange(LENGTH + 1))
        p = net.p_recall(
            ("task", "item"), recalled, net.c_sublayers, prepared["B_rec"], prepared["T"], prepared["p_stop"]
        )
        total += np.log(p).sum()
    return total


@pytest.mark.parametrize("name", ["cmr", "tcm"])
def test_our_numbers_in_cymrs_names_have_our_likelihood_there(name):
    model = get_model(name).with_options(**(SOFTMAX if name == "cmr" else {}))
    rng, study = np.random.default_rng(3), StudyLists.simple(3, LENGTH)
    for _ in range(5):
        values = drawn(model, rng)
        recalls = model.simulate(study, values, rng)
        theirs = to_notation("cymr", values, model=name, options=model.options)
        expected = cymr_log_likelihood(theirs, recalls.position)
        assert model.log_likelihood(study, recalls, values).sum() == pytest.approx(expected, rel=1e-8)


def test_cymrs_numbers_of_any_scale_have_their_likelihood_here():
    """Lcf = 2.5, a Dfc that is not 1 - Lfc, and P1 that is phi_s x Lcf: only ratios count."""
    theirs = {
        "B_enc": 0.6, "B_start": 0.3, "B_rec": 0.7, "Lfc": 0.4, "Dfc": 0.9, "Lcf": 2.5, "Dcf": 0.8, "Acf": 0.1,
        "P1": 3.0, "P2": 1.0, "T": 0.5, "X1": 0.01, "X2": 0.3,
    }  # fmt: skip
    values, options = from_notation("cymr", theirs)
    assert values["phi_s"] == pytest.approx(1.2)
    model, study = get_model("cmr").with_options(**options), StudyLists.simple(5, LENGTH)
    recalls = model.simulate(study, values, np.random.default_rng(4))
    ours = model.log_likelihood(study, recalls, values).sum()
    assert ours == pytest.approx(cymr_log_likelihood({**theirs, "Afc": 0.0}, recalls.position), rel=1e-8)


def test_distraction_is_carried_over_where_its_seconds_are_known():
    model, rng = get_model("cmr").with_options(**SOFTMAX), np.random.default_rng(5)
    study = StudyLists.simple(3, LENGTH, delay_seconds=6.0)
    study.distractor[:, :-1] = 2.0  # cymr has distraction before the first item too
    values = drawn(model, rng)
    recalls = model.simulate(study, values, rng)
    theirs = to_notation("cymr", values, options=SOFTMAX, distractor_seconds=2.0, delay_seconds=6.0)
    expected = cymr_log_likelihood(theirs, recalls.position, distraction=True)
    assert model.log_likelihood(study, recalls, values).sum() == pytest.approx(expected, rel=1e-8)
    back, _ = from_notation("cymr", theirs, distractor_seconds=2.0, delay_seconds=6.0)
    assert back == pytest.approx(values)


def test_the_symbols_of_kahanas_group_have_our_likelihood():
    """gamma_cf scales learning against support before the list, and tau is T times it: restated in cymr's terms."""
    model, rng, study = get_model("cmr").with_options(**SOFTMAX), np.random.default_rng(6), StudyLists.simple(3, LENGTH)
    values = drawn(model, rng, beta_start=0.0)
    k = to_notation("kahana", values, options=SOFTMAX)
    theirs = {
        "B_enc": k["beta_enc"], "B_start": 0.0, "B_rec": k["beta_rec"], "Lfc": k["gamma_fc"], "Dfc": 1 - k["gamma_fc"],
        "Afc": 0.0, "Lcf": k["gamma_cf"], "Dcf": 1 - k["gamma_cf"], "Acf": 0.0, "P1": k["phi_s"] * k["gamma_cf"],
        "P2": k["phi_d"], "T": k["tau"], "X1": k["theta_s"], "X2": k["theta_r"],
    }  # fmt: skip
    recalls = model.simulate(study, values, rng)
    ours = model.log_likelihood(study, recalls, values).sum()
    assert ours == pytest.approx(cymr_log_likelihood(theirs, recalls.position), rel=1e-6)
    back, _ = from_notation("kahana", k)
    assert model.log_likelihood(study, recalls, back).sum() == pytest.approx(ours, rel=1e-6)


JAXCMR_PERSON_2 = {
    "encoding_drift_rate": 0.77552, "start_drift_rate": 0.34112, "recall_drift_rate": 0.90008,
    "shared_support": 0.22805, "item_support": 53.96072, "learning_rate": 0.0084566, "primacy_scale": 50.11636,
    "primacy_decay": 2.33403, "stop_probability_scale": 0.0261562, "stop_probability_growth": 0.3214472,
    "choice_sensitivity": 1.3117222,
}  # fmt: skip


@pytest.mark.slow
def test_a_fit_of_jaxcmr_under_its_own_names_keeps_its_golden_likelihood(human):
    """Murdock (1962) 20-1, person 402: 1378.005 nats, stored in jaxcmr's fit; see test_cmr_golden.py."""
    import pandas as pd

    table = pd.read_csv(human / "free" / "murdock1962.csv.gz")
    table = table[(table.subject == 402) & (table.output_position > 0)]
    position = np.zeros((80, 15), dtype=int)
    position[table.list - 1, table.output_position - 1] = table.serial_position
    values, options = from_notation("jaxcmr", JAXCMR_PERSON_2)
    model = get_model("cmr").with_options(**options)
    total = -model.log_likelihood(StudyLists.simple(80, 20, max_responses=15), Recalls(position), values).sum()
    assert total == pytest.approx(1378.005, abs=1e-3)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.name}-{one.model}")
def test_there_and_back_is_lossless(one):
    model, rng = get_model(one.model), np.random.default_rng(8)
    if one.model == "cmr":
        model = model.with_options(**one.options)
    nothing = {"beta_start": 0.0, "alpha": 0.0} if one.name == "kahana" else {}
    values = drawn(model, rng, **nothing)
    theirs = to_notation(one.name, values, model=one.model, options=model.options)
    assert set(one.needed) <= set(theirs) <= {*one.needed, *one.optional}
    back, options = from_notation(one.name, theirs, model=one.model)
    assert {**back, "beta_distract": values["beta_distract"]} == pytest.approx(values)
    assert options == dict(one.options)


def test_similarity_is_scaled_with_learning():
    model = get_model("cmr").with_options(**SOFTMAX, semantics=True)
    values = drawn(model, np.random.default_rng(9), beta_start=0.0, alpha=0.0)
    for name in ("cymr", "kahana"):
        back, _ = from_notation(name, to_notation(name, values, options=model.options))
        assert back["s"] == pytest.approx(values["s"])


CMR = {**get_model("cmr").defaults(), "T": 0.4}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("cymr", {}, "cymr has cmr with choice_rule=softmax only; these values are for choice_rule=power"),
        ("cymr", {**SOFTMAX, "learn": "before"}, "with learn=after only"),
        ("jaxcmr", SOFTMAX, "with choice_rule=power only"),
        ("jaxcmr", {}, "jaxcmr has cmr with rho=elementwise only; these values are for rho=scalar"),
        ("kahana", SOFTMAX, "beta_start = 0.056 has no counterpart in kahana"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(name, options, message):
    with pytest.raises(NotSupported, match=message):
        to_notation(name, CMR, options=options)


def test_what_is_refused_can_be_ignored_by_name():
    assert to_notation("jaxcmr", CMR, ignore=["rho"])["choice_sensitivity"] == CMR["tau"]
    assert "tau" in to_notation("kahana", CMR, options=SOFTMAX, ignore=["beta_start"])


@pytest.mark.parametrize(
    ("name", "theirs", "message"),
    [
        ("cymr", {"B_enc": 0.5}, "cymr: B_start, B_rec, .* must be given"),
        ("cymr", {"Afc": 0.1}, r"Afc = 0\.1 has no counterpart"),
        ("cymr", {"Lcf": 0.0}, "Lcf = 0 has no counterpart"),
        ("cymr", {"B_distract": 0.3}, "B_distract is the drift of a whole stretch; say how long it was"),
        ("kahana", {"gamma_cf": 0.0}, "gamma_cf = 0 has no counterpart"),
    ],
)
def test_numbers_of_theirs_without_a_counterpart_are_refused_by_name(name, theirs, message):
    whole = dict.fromkeys(notation(name, "cmr").needed, 0.5) if "B_enc" not in theirs else {}
    with pytest.raises(NotSupported, match=message):
        from_notation(name, {**whole, **theirs})


def test_unknown_names_are_refused():
    with pytest.raises(UnknownName, match=r"cymr has no parameter 'B_encc'\. Did you mean 'B_enc'\?"):
        from_notation("cymr", {"B_encc": 1.0})
    with pytest.raises(UnknownName, match="there is no notation 'cymer'. Did you mean 'cymr'"):
        to_notation("cymer", CMR)
    with pytest.raises(NotSupported, match="jaxcmr has no names for the numbers of sam; it has some for: cmr"):
        to_notation("jaxcmr", {}, model="sam")
    with pytest.raises(NotSupported, match="there is no value of delta"):
        to_notation("jaxcmr", {"beta_enc": 1, "beta_start": 1, "beta_rec": 1, "gamma_fc": 1}, ignore=["rho"])


def test_tau_is_not_t():
    """The three that papers call tau: an exponent, a temperature, and a time constant in ms."""
    race = get_model("cmr.polyn2009").defaults()
    assert to_notation("kahana", race, model="cmr.polyn2009")["tau"] == pytest.approx(174.0)
    tcm = get_model("tcm").defaults()
    assert to_notation("kahana", tcm, model="tcm")["tau"] == tcm["T"]
    assert to_notation("jaxcmr", CMR, ignore=["rho"])["choice_sensitivity"] == CMR["tau"]
    for one in ALL:
        assert one.name == "jaxcmr" or any("tau" in trap for trap in one.traps)


def test_a_parameter_set_speaks_every_notation():
    shipped = load_parameter_set("cmr", "murdock1962")
    theirs = shipped.to("jaxcmr", ignore=["rho"])
    assert theirs["item_support"] == shipped.values["delta"]
    again = ParameterSet.of("jaxcmr", theirs)
    assert again.options["rho"] == "elementwise"
    assert again.values == {name: value for name, value in shipped.values.items() if name != "beta_distract"}
    get_model("cmr").with_options(choice_rule="power", rho="elementwise").resolve(again.values)


def test_the_defaults_that_options_are_compared_with_are_the_models_own():
    for model, options in _DEFAULTS.items():
        own = get_model(model).options
        assert {name: own[name] for name in options} == options
    assert set(NOTATIONS) == {"cymr", "jaxcmr", "kahana"}
