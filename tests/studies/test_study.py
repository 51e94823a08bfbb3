"""`memlab study dnc-brain`, on networks that were never trained: the report, its folder, and what stands in a claim."""

import csv
import json
import sys

import numpy as np
import pytest

from memlab.cli import main
from memlab.configuration import StudyConfig
from memlab.core.errors import UnknownName
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.network import build_network
from memlab.models.neural.tasks import Task
from memlab.models.neural.weights import save_weights
from memlab.run_folder import verify
from memlab.runs.study import run_study
from memlab.studies.dnc_brain import blog_curve, forgetting, lengths, links, stores
from memlab.studies.dnc_brain.claims import claims_markdown
from memlab.studies.dnc_brain.measured import columns_where
from memlab.studies.dnc_brain.section import Claim, Section, Setting
from memlab.studies.dnc_brain.study import SECTIONS

TINY = {"hidden": 8, "slots": 5, "word": 6}
OURS = ("blog_curve", "links", "forgetting", "stores", "lengths")
SET = Task(n_features=6, lengths=(1, 8))
TASKS = {
    "dnc.set": SET,
    "dnc.set5": Task(n_features=6, lengths=(1, 5)),
    "dnc.set.nolinks": SET,
    "dnc.forward": Task(n_features=6, objective="forward"),
    "dnc.limited": SET,
    "dnc.blog": Task(objective="blog", items="binary", n_features=6, lengths=(1, 5)),
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    for name, task in TASKS.items():
        for seed in (1, 2):
            options = TINY | {"links": not name.endswith("nolinks")}
            network = build_network("dnc", input_size(6), output_size(6), options, seed)
            save_weights(network, {"seed": seed, "task": task.record()}, folder / f"{name}.seed{seed}")
    return folder


@pytest.fixture(scope="module")
def setting(weights):
    return Setting(lists=8, quick=True, weights=weights)


@pytest.fixture(scope="module")
def config(weights):
    return StudyConfig(sections=OURS, lists=6, quick=True, weights=str(weights), format=("svg",))


@pytest.fixture(scope="module")
def done(config, tmp_path_factory):
    """The folder of a whole quick run of these sections."""
    folder = tmp_path_factory.mktemp("study") / "run"
    run_study(config, folder, jobs=1)
    return folder


def test_the_report_begins_with_the_claims_and_has_a_section_with_figures_for_each(done):
    report = (done / "report.md").read_text()
    assert report.index("## Claims") < report.index("## 1. The blog's curve")
    assert "quick run" in report
    for name in OURS:
        assert f"]({name}." in report
    assert report.count("\n## ") == len(OURS) + 2  # claims and sources


def test_every_claim_has_a_verdict_and_a_figure_that_is_there(done):
    with open(done / "claims.csv", encoding="utf-8") as file:
        claims = list(csv.DictReader(file))
    assert {claim["section"] for claim in claims} == set(OURS)
    for claim in claims:
        assert claim["verdict"] in {"holds", "holds in part", "does not hold", "not tested"}
        for figure in claim["figure"].split(", "):
            assert (done / f"{figure}.svg").is_file()


def test_the_folder_verifies_and_its_record_names_people_and_weights(done):
    record = verify(done)
    known = {entry["id"] for entry in record["data"]}
    assert known == {"murdock1962", *TASKS}
    assert record["config"]["quick"] is True


def test_the_same_seed_gives_the_same_files_whatever_the_jobs(done, weights, tmp_path):
    few = {"sections": ("lengths", "stores"), "lists": 6, "quick": True, "weights": str(weights), "format": ("svg",)}
    run_study(StudyConfig(**few), tmp_path / "again", jobs=2)
    again = json.loads((tmp_path / "again" / "run.json").read_text())["outputs"]
    first = json.loads((done / "run.json").read_text())["outputs"]
    compared = [name for name in again if name not in ("claims.csv", "report.md")]
    assert len(compared) > 4
    assert {name: again[name] for name in compared} == {name: first[name] for name in compared}


def test_without_weights_the_study_goes_on_and_says_what_was_not_tested(tmp_path):
    (tmp_path / "none").mkdir()
    config = StudyConfig(sections=OURS, weights=str(tmp_path / "none"), quick=True, format=("svg",))
    sections, interrupted = run_study(config, tmp_path / "out")
    claims = [claim for section in sections for claim in section.claims]
    assert not interrupted
    assert {claim.verdict for claim in claims} == {"not tested"}
    assert "weights dnc.blog are not there" in (tmp_path / "out" / "report.md").read_text()


def test_weights_that_are_missing_in_part_leave_only_their_claims_untested(setting):
    untested = [claim for claim in lengths.run(setting).claims if claim.verdict == "not tested"]
    assert len(untested) == 1
    assert "dnc.set12" in untested[0].measured


def test_a_section_that_does_not_exist_is_refused_and_the_message_has_the_nearest():
    with pytest.raises(UnknownName, match="lengths"):
        run_study(StudyConfig(sections=("length",)), "nowhere")


def test_sections_are_those_of_the_issue_in_its_order():
    order = ["blog_curve", "repeat_copy", "links", "forgetting", "stores", "hops", "transfer", "lengths"]
    order += ["serial_order", "serial_errors"]
    assert list(SECTIONS) == [name for name in order if name in SECTIONS]
    assert set(OURS) <= set(SECTIONS)


def test_the_command_writes_a_folder_that_rerun_repeats(weights, tmp_path, monkeypatch, capsys):
    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["memlab", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, *capsys.readouterr()

    options = ["--quick", "--sections", "lengths", "--lists", 4, "--seeds", 1, "--format", "svg", "--weights", weights]
    code, out, err = command("study", "dnc-brain", *options, "--out", tmp_path / "a")
    assert (code, "does not hold" in out or "holds" in out) == (0, True)
    assert "are in" in err
    code, _, err = command("rerun", tmp_path / "a", "--out", tmp_path / "b")
    assert (code, "every file is the same" in err) == (0, True)


def test_bars_and_line_breaks_cannot_break_the_table_of_claims():
    section = Section("x", "X", {}, [], [Claim("a | b", "c\nd", "e", 1, "holds")], "")
    rows = claims_markdown([section]).splitlines()
    assert len(rows) == 3
    assert rows[2] == "| a / b | c d | e | 1 | holds |  |"


def test_numbers_in_a_claim_are_those_of_the_table(setting):
    section = lengths.run(setting)
    table = section.tables["by_length"]
    (row,) = columns_where(table, weights="dnc.set5", slots="as trained", list_length=12, measure="recalled")
    (claim,) = [claim for claim in section.claims if "dnc.set5" in claim.measured]
    assert f"of 12 items {row['value']:.2f} with its own slots" in claim.measured
    assert claim.n_seeds == row["n_seeds"] == 2


def test_more_slots_are_tried_only_where_the_list_has_more_items_than_slots(setting):
    table = lengths.run(setting).tables["by_length"]
    for length, differs in ((2, False), (20, True)):
        values = [
            columns_where(table, weights="dnc.set", slots=slots, list_length=length, measure="recalled")[0]["value"]
            for slots in ("as trained", "as many as items")
        ]
        assert (values[0] != values[1]) is differs


def test_sam_without_its_buffer_loses_the_end_and_without_its_long_term_store_the_rest(setting):
    from dataclasses import replace

    tables = stores.run(replace(setting, lists=150)).tables
    lost = {cut: stores._lost(tables["parts"], stores.THEORY, cut) for cut in (stores.SHORT, stores.LONG)}
    assert lost[stores.SHORT][stores.END] > 2 * lost[stores.SHORT][stores.BEFORE]
    assert lost[stores.LONG][stores.BEFORE] > 2 * lost[stores.LONG][stores.END]


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [(0.9, 0.2, "holds"), (0.5, 0.3, "holds in part"), (0.9, 0.85, "does not hold"), (0.05, 0.0, "does not hold")],
)
def test_a_cut_is_selective_by_the_stated_rule(own, other, verdict):
    assert stores._verdict(own, other) == verdict


def test_cutting_links_that_a_network_has_not_changes_no_recall(setting):
    variants = [links.Variant("dnc.set.nolinks", lesion, "") for lesion in ("", "links")]
    curves = [links._simulated(setting, variant, 8).curves["lag_crp"] for variant in variants]
    np.testing.assert_array_equal(*curves)


def test_contiguity_is_due_to_links_only_where_cutting_them_takes_it_away():
    assert [links._by_share(share) for share in (0.9, 0.2, 0.05, -0.3)] == [
        "holds",
        "holds in part",
        "does not hold",
        "does not hold",
    ]


@pytest.mark.slow
def test_read_weights_of_the_three_modes_are_shares_of_a_read(setting):
    reads = links.run(setting).tables["reads"]
    values = np.array([row["value"] for row in columns_where(reads, kind="dnc.set", lag=0)])
    assert len(values) == 3
    assert (values >= 0).all()
    assert values.sum() <= 1 + 1e-6


def test_forgetting_crosses_decay_with_slots_and_measures_each_limit_beside_people(setting):
    section = forgetting.run(setting)
    crossed, single = section.tables["crossed"], section.tables["one_at_a_time"]
    pairs = {(row["decay"], row["slots"]) for row in columns_where(crossed, measure="recency")}
    assert len(pairs) == len({d for d, _ in pairs}) * len({n for _, n in pairs})
    assert {row["limit"] for row in columns_where(single, measure="rmsd_spc")} == {
        "intact",
        "slots",
        "decay",
        "noise",
        "delay",
    }
    human = {row["people"] for row in columns_where(single, measure="recency")}
    assert len(human) == 1
    assert 0.2 < human.pop() < 0.8  # Murdock (1962) has a large recency effect


def test_an_effect_that_other_training_seeds_may_lack_is_not_shown():
    row = {"value": 0.2, "low": 0.1, "people": 0.3}
    assert forgetting._shown(row)
    assert not forgetting._shown(row | {"low": -0.05})
    assert not forgetting._shown(row | {"value": 0.05, "low": 0.04})


def test_the_blogs_curve_cannot_sum_to_more_than_one_over_positions(setting):
    section = blog_curve.run(setting)
    rows = columns_where(section.tables["curves"], source="dnc.blog", measure=blog_curve.BLOG_MEASURE)
    assert len(rows) == blog_curve.LIST_LENGTH
    assert 0 < sum(row["value"] for row in rows) <= 1 + 1e-6


def test_the_blogs_figure_has_its_two_scales(setting):
    section = blog_curve.run(setting)
    figure = section.figures[0].draw(section.tables)
    whole, zoomed = figure.axes[:2]
    assert whole.get_ylim() == (0.0, 1.0)
    low, high = zoomed.get_ylim()
    assert high - low < 0.5
    lines = [line for line in zoomed.get_lines() if len(line.get_xdata()) == blog_curve.LIST_LENGTH]
    np.testing.assert_array_equal(lines[0].get_ydata(), _values(section, blog_curve.BLOG_MEASURE))


def _values(section, measure):
    return [row["value"] for row in columns_where(section.tables["curves"], source="dnc.blog", measure=measure)]


def test_ctrl_c_keeps_the_sections_that_are_finished_and_says_so(config, tmp_path, monkeypatch):
    from memlab.core.errors import ChecksumError
    from memlab.runs import study

    def stopped(name, setting):
        if name == "lengths":
            raise KeyboardInterrupt
        return Section(name, "Done", {"t": {"x": [1]}}, [], [], "Text.")

    monkeypatch.setattr(study, "run_section", stopped)
    sections, interrupted = run_study(config, tmp_path / "out")
    assert interrupted
    assert "lengths" not in {section.name for section in sections}
    for section in sections:
        assert (tmp_path / "out" / f"{section.name}.t.csv").is_file()
    with pytest.raises(ChecksumError, match="interrupted"):
        verify(tmp_path / "out")
