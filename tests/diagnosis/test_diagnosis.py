"""The whole table: theories are told apart, and the table is the same whatever the number of jobs."""

import csv
import io
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from memlab.core.errors import NotSupported
from memlab.core.files import csv_text
from memlab.core.model import Model
from memlab.core.recall import Recalls
from memlab.diagnosis import diagnosis as module
from memlab.diagnosis.diagnosis import COLUMNS, diagnose
from memlab.diagnosis.people import shipped_people
from memlab.diagnosis.report import diagnosis_text, summary_rows
from memlab.diagnosis.signatures import SIGNATURES
from memlab.models import get_model

DEFAULT = "farrell_lewandowsky2012_e2"


@dataclass(frozen=True)
class Entrant:
    """The least that a contender is."""

    name: str
    model: Model
    seeds: tuple = ()

    def values(self, condition):
        return {}


def entrants(*names):
    return [Entrant(name, get_model(name)) for name in names]


@pytest.fixture(scope="module")
def people():
    return shipped_people(DEFAULT)


@pytest.fixture(scope="module")
def found(people):
    return diagnose(entrants("chance", "chaining", "start_end"), people, replications=6)


def verdicts(found, model):
    return {name: found.finding(name, model).direction for name in (s.name for s in SIGNATURES)}


def test_a_chain_is_told_by_infill_collapse_and_alternating_lists(found):
    chain = verdicts(found, "chaining")
    assert {name for name, verdict in chain.items() if verdict == "does not agree"} >= {
        *("fill_in", "recovery", "recovery_lost", "alternating"),
    }
    assert found.finding("fill_in", "chaining").measured.value < 0.3
    assert chain["locality"] == chain["similarity"] == "agrees"


def test_a_code_of_positions_has_what_a_chain_lacks(found):
    positions = verdicts(found, "start_end")
    assert all(positions[name] == "agrees" for name in ("fill_in", "recovery", "recovery_lost", "alternating"))


def test_chance_agrees_with_people_in_nothing(found):
    assert "agrees" not in verdicts(found, "chance").values()
    assert "sound" in found.finding("alternating", "chance").measured.note


def test_a_signature_that_people_have_not_settled_is_settled_for_no_model(found):
    known = found.finding("recency", "chaining").known
    assert known.low < 0 < known.high  # of the ten people whom no fit sees
    assert {found.finding("recency", model).direction for model in found.models} == {"cannot tell"}


def test_the_table_has_a_row_of_people_and_one_a_model_for_every_signature(found):
    rows = list(csv.DictReader(io.StringIO(csv_text(found.columns()))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(SIGNATURES) * (1 + 3)
    assert [row["model"] for row in rows[:4]] == ["people", "chance", "chaining", "start_end"]
    assert rows[0]["low"]
    assert not rows[0]["error"]
    assert all(row["note"] for row in rows if row["model"] == "people")


def test_one_seed_gives_one_table_whatever_the_number_of_jobs(people, found):
    again = diagnose(entrants("start_end", "chaining"), people, replications=6, jobs=3)
    for name in ("chaining", "start_end"):
        for signature in SIGNATURES:
            assert again.finding(signature.name, name).measured == found.finding(signature.name, name).measured
    other = diagnose(entrants("chaining"), people, replications=2, seed=2)
    assert other.finding("fill_in", "chaining").measured != found.finding("fill_in", "chaining").measured


def test_simulation_goes_on_until_its_error_moves_no_verdict(people):
    done = diagnose(entrants("chaining"), people)
    for signature in SIGNATURES:
        one = done.finding(signature.name, "chaining")
        width = one.known.high - one.known.low
        enough = max(0.004, width / 10) if width == width else 0.004
        assert one.measured.error <= enough, signature.name


@dataclass(frozen=True)
class Perfect(Model):
    """Gives every item at its place, of one list length alone."""

    name: ClassVar[str] = "perfect"
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)

    @property
    def parameters(self):
        return ()

    def simulate(self, study, values, rng):
        if study.list_length != 6:
            raise NotSupported("perfect recalls lists of 6.")
        return Recalls(np.tile(np.arange(1, 7), (study.n_lists, 1)))


def test_what_a_model_does_not_do_cannot_be_told_and_the_table_says_why(people):
    done = diagnose([Entrant("perfect", Perfect())], people, replications=4)
    assert done.finding("length", "perfect").measured.note == "perfect recalls lists of 6."
    assert done.finding("fill_in", "perfect").measured.note == "nothing to count"
    assert done.finding("primacy", "perfect").direction == "does not agree"
    assert {done.finding(name, "perfect").direction for name in ("length", "fill_in")} == {"cannot tell"}


def test_trained_networks_are_rows_and_their_spread_is_the_error(people):
    @dataclass(frozen=True)
    class Networks(Perfect):
        network_seed: str = "all"

        def simulate(self, study, values, rng):
            position = Perfect.simulate(self, study, values, rng).position
            position[: study.n_lists // int(self.network_seed), 4:] = [6, 5]
            return Recalls(position)

    done = diagnose([Entrant("nets", Networks(), ("2", "4"))], people)
    half, quarter = 0.5, 0.25  # of the lists end in 6 5, so the last but one and the last are wrong
    primacy = done.finding("primacy", "nets").measured
    assert primacy.value == pytest.approx((half + quarter) / 2)
    assert primacy.error == pytest.approx(np.std([half, quarter], ddof=1) / np.sqrt(2))


def test_an_interrupt_keeps_what_is_finished(people, monkeypatch):
    def interrupted(piece, seed, replications):
        if piece.setting == "materials":
            raise KeyboardInterrupt
        return original(piece, seed, replications)

    original = module.simulate_piece
    monkeypatch.setattr(module, "simulate_piece", interrupted)
    done = diagnose(entrants("chaining"), people, replications=2)
    assert done.interrupted
    assert done.finding("fill_in", "chaining").measured.value < 0.5
    assert "Interrupted" in "\n".join(diagnosis_text(done))


def test_the_report_prints_people_guessing_and_a_mark_for_every_verdict(found):
    people, guessing, *models = summary_rows(found, "dissimilar")
    assert people[0] == "people"
    assert people[1].startswith("0.821 [0.763, 0.883]")
    assert guessing[1:4] == ["0.500", "0.333", "0.160"]
    assert [row[0] for row in models] == ["chance", "chaining", "start_end"]
    assert models[1][1].endswith("✗")
    assert models[2][1].split()[1] == "✓"
    text = "\n".join(diagnosis_text(found))
    assert "**chaining**: agrees in locality" in text
    assert "10%" in text
