"""The sections on serial order, on networks that were never trained, and their rules on numbers made up for them."""

import math

import numpy as np
import pytest

from memlab.data import load
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.network import build_network
from memlab.models.neural.tasks import Task
from memlab.models.neural.weights import save_weights
from memlab.studies.dnc_brain import serial_errors, serial_order
from memlab.studies.dnc_brain.section import Setting

SECTIONS = (serial_order, serial_errors)
FEATURES = 6
CONFIGS = {
    "dnc.serial": {"hidden": 8, "slots": 21, "word": 6},
    "dnc.forward": {"hidden": 8, "slots": 21, "word": 6},
    "dnc.forward.nolinks": {"hidden": 8, "slots": 21, "word": 6, "links": False},
    "lstm.serial": {"hidden": 8},
}


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    for name, config in CONFIGS.items():
        task = Task("serial_recall" if "serial" in name else "free_recall", n_features=FEATURES)
        if "forward" in name:
            task = Task(objective="forward", n_features=FEATURES)
        for seed in (1, 2):
            made = build_network(name.split(".")[0], input_size(FEATURES), output_size(FEATURES), config, seed)
            save_weights(made, {"seed": seed, "task": task.record()}, folder / f"{name}.seed{seed}")
    return Setting(lists=20, quick=True, weights=folder)


@pytest.fixture(scope="module")
def done(setting):
    return {section: section.run(setting) for section in SECTIONS}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_gives_tables_figures_and_claims_from_networks(section, done):
    found = done[section]
    assert all(len({len(column) for column in table.values()}) == 1 for table in found.tables.values())
    assert all(drawn.draw(found.tables) is not None and drawn.caption for drawn in found.figures)
    assert [claim.n_seeds for claim in found.claims] == [2] * len(found.claims)


@pytest.mark.parametrize("section", SECTIONS)
def test_without_weights_a_section_says_what_is_not_there(section, tmp_path):
    found = section.run(Setting(quick=True, weights=tmp_path))
    assert {claim.verdict for claim in found.claims} == {"not tested"}
    assert not found.tables


def test_the_same_seed_gives_the_same_tables(setting, done):
    again = serial_order.run(setting)
    for name, table in done[serial_order].tables.items():
        for column, values in table.items():
            np.testing.assert_array_equal(np.asarray(values), np.asarray(again.tables[name][column]))


# going along links


def reads(share, seed="1", given="right", output=2, due=0.9, responses=10, length=6):
    weight = 0.9 if given == "right" else share
    row = {"list_length": length, "seed": seed, "output": output, "given": given, "backward": 0.0}
    return row | {"content": weight * (1 - share), "forward": weight * share, "due": due, "responses": responses}


def table(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


def accuracy(label, seed, value):
    return [{"variant": label, "list_length": n, "seed": seed, "place": 1, "value": value} for n in (6, 20)]


@pytest.mark.parametrize(
    ("shares", "cut", "verdict"),
    [
        ((1.0, 0.9), (0.2, 0.4), "holds"),
        ((1.0, 0.0), (0.2, 0.9), "holds in part"),
        ((1.0, 1.0), (0.9, 0.9), "does not hold"),  # read along, but not needed
        ((0.3, 0.1), (0.2, 0.2), "does not hold"),
    ],
)
def test_a_network_goes_along_links_if_they_give_its_reading_and_it_fails_without(shares, cut, verdict):
    rows = [reads(share, str(k), length=n) for n in (6, 20) for k, share in enumerate(shares)]
    first = [reads(1 - share, str(k), output=1, length=n) for n in (6, 20) for k, share in enumerate(shares)]
    right = [row for k, value in enumerate(cut) for row in accuracy(serial_order.CUT, str(k), value)]
    right += [row for k in range(2) for row in accuracy(serial_order.INTACT, str(k), 1.0)]
    claim = serial_order._links_claim({"reads": table(rows + first), "accuracy": table(right)})
    assert claim.verdict == verdict
    assert " ".join(f"{share:.2f}" for share in shares) in claim.measured  # the first place does not count


@pytest.mark.parametrize(("successor", "verdict"), [(0.6, "holds"), (0.2, "holds in part"), (0.05, "does not hold")])
def test_responses_cue_if_the_successor_of_a_wrong_one_follows(successor, verdict):
    rows = [
        {"kind": "dnc.serial", "seed": seed, "lag": lag, "successor": successor, "due": 0.3, "displaced": 0.1}
        for seed in ("1", "2")
        for lag in (0, 1)
    ]
    claim = serial_order._cued_claim({"next": table(rows)})
    assert claim.verdict == verdict
    assert claim.n_seeds == 2


@pytest.mark.parametrize(
    ("on_given", "due", "verdict"), [(0.8, 0.1, "holds"), (0.3, 0.2, "holds in part"), (0.1, 0.8, "does not hold")]
)
def test_a_wrong_item_was_read_if_reading_was_on_its_slot(on_given, due, verdict):
    rows = [reads(1.0, output=0), reads(on_given, given="wrong", output=0, due=due)]
    rows[1] |= {"content": 0.0, "forward": on_given}
    rows.append(reads(math.nan, given="intrusion", output=0, due=0.7, responses=5))
    claim = serial_order._errors_claim({"reads": table(rows)})
    assert claim.verdict == verdict
    assert "5 intrusions, on the item due 0.70" in claim.measured


# errors


def limit_claim(curve, gradient, value=0.74):
    limit = serial_errors.LIMITS[0]
    numbers = dict.fromkeys((*serial_errors.NUMBERS, *serial_errors.RATES), 0.5) | {"mean_accuracy": value}
    levels = {"kind": limit.kind, "limit": limit.name, "level": 0.01, "chosen": True, "seed": "1", **numbers}
    scores = [
        {"kind": limit.kind, "limit": limit.name, "measure": measure, "rmsd": 0.1, "ceilings": off}
        for measure, off in zip(serial_errors.CURVES, (curve, gradient), strict=True)
    ]
    tables = {"levels": table([levels]), "scores": table(scores)}
    return serial_errors._limit_claim(load(serial_errors.PEOPLE), limit, tables)


def test_errors_are_peoples_if_both_curves_are_near_at_their_accuracy():
    assert limit_claim(1.0, 1.9).verdict == "holds"
    assert limit_claim(1.0, 5.0).verdict == "holds in part"
    assert limit_claim(3.0, 5.0).verdict == "does not hold"
    assert limit_claim(1.0, 1.0, value=0.99).verdict == "does not hold"  # nowhere as accurate as people


def test_a_number_that_no_network_has_is_left_out_of_what_is_said():
    assert serial_errors._named({"fill_in_first_error": math.nan, "adjacent_share": 0.25}) == "adjacent share 0.25"
