"""The score that theories and networks share in a comparison: bits a recall event of the scored people."""

import dataclasses

import numpy as np
import pytest

import memlab
from memlab.comparison import run_comparison
from memlab.contender import Contender
from memlab.core.recall import Conditions, RecallData
from memlab.core.sequences import sequences_of
from memlab.core.table import read_conditions, write_table
from memlab.data.parameter_sets import ParameterSet
from memlab.held_out_bits import BITS, held_out_bits
from memlab.models import get_model
from memlab.recall_bits import bits_per_event
from memlab.report import report
from memlab.target import load_target

VALUES = {"beta_enc": 0.7}


def contender(name, held_out=None, **values):
    model = get_model(name)
    values = {**model.defaults(), **values}
    return Contender(model, ParameterSet(name, "murdock1962", values, held_out=held_out or {}))


@pytest.fixture(scope="module")
def people_file(tmp_path_factory):
    """Six people who are CMRs, in two conditions."""
    study = memlab.StudyLists.simple(90, 8, subject=np.repeat(np.arange(6), 15))
    studies = [dataclasses.replace(study, list=np.tile(np.arange(15), 6) + first) for first in (1, 16)]
    model, rng = get_model("cmr"), np.random.default_rng(3)
    pairs = zip(("a", "b"), studies, strict=True)
    made = [RecallData(study, model.simulate(study, VALUES, rng), name) for name, study in pairs]
    return write_table(Conditions(made), tmp_path_factory.mktemp("people") / "people.csv")


@pytest.fixture(scope="module")
def compared(people_file):
    contenders = [contender("cmr", **VALUES), contender("simple")]
    return run_comparison(load_target(people_file), contenders, contender("chance"), replications=2)


def test_bits_are_those_of_the_scored_people_alone_computed_by_hand(compared, people_file):
    for name, data in read_conditions(people_file).items():
        scored = data.select_subjects(data.subjects[3:])  # the later half of six
        log_p = get_model("cmr").log_likelihood(scored.study, scored.recalls, VALUES)
        n = (scored.recalls.position > 0).sum() + (scored.recalls.position.min(axis=1) == 0).sum()
        assert compared.score("cmr", BITS, name) == pytest.approx(-log_p.sum() / n / np.log(2))


def test_the_mean_is_over_conditions_and_the_truth_beats_chance_and_uniform(compared):
    each = [compared.score("cmr", BITS, name) for name in ("a", "b")]
    assert compared.score("cmr", BITS) == pytest.approx(np.mean(each))
    assert compared.score("cmr", BITS) < compared.score("uniform", BITS)
    table = compared.scores()
    rows = zip(table["model"], table["measure"], table["condition"], table["chance"], table["error"], strict=True)
    chance, error = next((c, e) for model, m, name, c, e in rows if (model, m, name) == ("cmr", BITS, "mean"))
    assert compared.score("cmr", BITS) < chance
    assert error == 0


def test_a_model_without_a_probability_of_a_sequence_has_no_bits_and_the_report_says_so(compared):
    assert np.isnan(compared.score("simple", BITS))
    text = report(compared)
    assert "They give no probability of a sequence: simple." in text
    assert "| uniform |" in text
    assert "repeats and intrusions are deleted" in text


def test_with_shipped_curves_the_recorded_bits_are_shown_and_single_lists_asked_for():
    target = load_target("murdock1962", ["10-2"], n_subjects=2, n_lists=5)
    contenders = [contender("cmr", {BITS: 3.25}), contender("tcm")]
    found = run_comparison(target, contenders, None, replications=1)
    assert found.score("cmr", BITS) == 3.25
    assert np.isnan(found.score("tcm", BITS))
    assert "--data FILE.csv" in report(found)


def test_people_whom_a_network_was_trained_on_are_left_out_for_it_and_the_others_stand_beside(
    people_file, compared, monkeypatch
):
    target = load_target(people_file)
    scored = target.conditions[0].scored_lists.subjects
    seen = {str(scored[0])}
    card = {"id": "p", "sha256": target.sha256, "citation": "Us", "split": "as then", "seen": dict.fromkeys("ab", seen)}
    network = contender("cmr", **VALUES)
    monkeypatch.setattr(type(network.model), "seeds", ("1",))
    monkeypatch.setattr(type(network.model), "networks", {"1": (None, {"data": card})}, raising=False)
    found = held_out_bits([network], target)
    assert found.seen["cmr"].n_seen == 1
    left = [c.scored_lists.select(c.scored_lists.study.subject.astype(str) != min(seen)) for c in target.conditions]
    each = [
        bits_per_event(network.model.log_likelihood(d.study, d.recalls, VALUES), sequences_of(d).n_events) for d in left
    ]
    assert found.by_condition["cmr", "mean"] == pytest.approx(np.mean(each))
    assert found.seen["cmr"].others["cmr"] == pytest.approx(np.mean(each))
    assert found.seen["cmr"].others["uniform"] != found.by_condition["uniform", "mean"]
    text = report(dataclasses.replace(compared, bits=found))
    assert f"**cmr** was trained on {len(seen)} of the 3 scored people" in text


def test_a_model_whose_likelihood_leaves_out_the_end_has_no_bits(people_file):
    model = get_model("tcm").with_options(stop=False)
    endless = Contender(model, ParameterSet("tcm", "murdock1962", dict(model.defaults())))
    found = run_comparison(load_target(people_file, ["a"]), [endless], None, replications=1)
    assert np.isnan(found.score("tcm", BITS))


def test_bits_of_no_event_are_none():
    assert np.isnan(bits_per_event(0.0, 0))
