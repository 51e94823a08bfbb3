"""``memlab lesion``: the intact model and its lesions in one figure, one table, a report and a record."""

import csv

import numpy as np
import pytest

from memlab.core.errors import NotSupported, ParameterError, UnknownName, UsageError
from memlab.lesion_report import lesion_report
from memlab.patients import kept
from memlab.runs.lesion import lesion

SMALL = {"conditions": ["10-2"], "subjects": 2, "lists": 10, "replications": 2, "format": ("svg",)}


@pytest.fixture(scope="module")
def sam():
    return lesion("sam", "hm,kf,buffer+capacity:2", conditions=["20-1"], subjects=4, lists=20, replications=3)


def test_the_sources_of_the_curves_are_people_intact_and_each_lesion(sam):
    assert list(dict.fromkeys(sam.curves()["source"])) == ["people", "intact", "hm", "kf", "buffer+capacity:2"]


def test_without_long_term_store_as_many_items_are_recalled_as_the_buffer_holds(sam):
    r = sam.contenders[0].parameters.values["r"]
    assert sam.score("hm", "recalled", "20-1") == r
    assert sam.score("kf", "end_of_list") < sam.score("intact", "end_of_list")


def test_every_score_stands_beside_the_intact_models_and_the_ceiling(sam):
    table = sam.scores()
    assert list(table) == ["lesion", "condition", "measure", "value", "error", "intact", "ceiling"]
    rows = {row[:3]: row[3:] for row in zip(*table.values(), strict=True)}
    assert rows["hm", "20-1", "recalled"][2] == rows["intact", "20-1", "recalled"][0]
    assert rows["hm", "20-1", "rmsd_spc"][3] > 0
    spc = sam.simulated["hm", "20-1"].mean("spc")
    assert rows["hm", "20-1", "early_and_middle"][0] == pytest.approx(spc[:14].mean())
    assert rows["hm", "20-1", "end_of_list"][0] == pytest.approx(spc[-3:].mean())
    assert rows["people", "20-1", "recalled"][0] == pytest.approx(sam.target.conditions[0].scored["spc"].mean.sum())


def test_the_report_says_what_was_changed_and_puts_patients_beside_the_model(sam):
    text = lesion_report(sam)
    assert "**hm** (made as long_term_store:0)" in text
    assert "**buffer+capacity:2** (made as buffer + capacity:2)" in text
    assert "the recency part of the immediate serial-position curve normal" in text
    assert "Baddeley & Warrington (1970)" in text
    assert "Shallice & Warrington (1970)" in text
    assert "[m] from memory" in text
    assert "in the last 3 positions" in text
    assert "spared, as in patients." in text
    assert "nan" not in text


def test_a_part_is_spared_from_two_thirds_on_and_gone_up_to_one_third():
    assert [kept(x, 0.9) for x in (0.6, 0.59, 0.31, 0.3)] == ["spared", "reduced", "reduced", "gone"]


def test_no_lesion_of_learning_lowers_the_number_that_a_stop_rule_sets_and_the_report_says_so():
    found = lesion("cmr", "context_to_item", **SMALL)
    assert found.score("context_to_item", "recalled") == pytest.approx(found.score("intact", "recalled"))
    assert "In cmr a rule of its own decides when recall stops" in lesion_report(found)


def test_lists_of_ones_own_and_named_experiments_have_no_people():
    found = lesion("sam", "hm", list_length=8, delay_seconds=10.0, subjects=2, lists=5)
    assert found.target is None
    assert found.score("hm", "recalled") == 0  # the delay empties the buffer, and nothing else is left
    assert "rmsd_spc" not in found.scores()["measure"]
    assert "No people: own lists." in lesion_report(found)
    named = lesion("sam", "hm", experiment="glanzer_cunitz1966", subjects=2, lists=2, replications=1)
    assert [condition.name for condition in named.conditions] == ["0s", "10s", "30s"]


def test_the_answer_does_not_depend_on_the_number_of_workers():
    one, two = (lesion("cmr", "primacy,end_context", jobs=jobs, **SMALL) for jobs in (1, 2))
    assert str(one.curves()) == str(two.curves())
    assert str(one.scores()) == str(two.scores())


def test_values_and_options_of_the_user_are_those_of_every_lesion():
    found = lesion("sam", "hm", values={"r": 3}, **SMALL)
    assert found.score("hm", "recalled") == 3
    found = lesion("cmr", "primacy", options={"choice_rule": "softmax"}, values={"T": 0.3}, **SMALL)
    assert {c.model.options["choice_rule"] for c in found.contenders} == {"softmax"}
    assert found.contenders[1].parameters.values["T"] == 0.3


@pytest.mark.parametrize(
    ("arguments", "options", "kind", "message"),
    [
        (("sam", "bufer"), {}, UnknownName, "sam.rs1981 has no lesion 'bufer'. Did you mean 'buffer'"),
        (("sam", "capacity:0"), {}, ParameterError, "lesion: capacity must be a whole number in"),
        (("sam", ""), {}, UsageError, "name what to take out of sam.rs1981 with --what: buffer, capacity, hm, kf"),
        (("sam", "hm,hm"), {}, UsageError, "a lesion is named twice"),
        (("simple", "hm"), {}, NotSupported, "simple has no part that a lesion could take out"),
        (("simple", ""), {}, NotSupported, "simple has no part"),
        (("sam", "hm"), {"data": "murdock1962", "list_length": 5}, UsageError, "leave --list-length out, or --data"),
        (("sam", "hm"), {"data": "murdock1962", "experiment": "glanzer_cunitz1966"}, UsageError, "leave --experiment"),
        (("sam", "hm"), {"list_length": 5, "conditions": ["20-1"]}, UsageError, "--conditions belongs to"),
        (("sam", "hm"), {"values": {"q": 1}}, UnknownName, "sam.rs1981 has no parameter 'q'"),
        (("sma", "hm"), {}, UnknownName, "there is no model 'sma'"),
    ],
)
def test_a_wrong_call_is_one_line_and_leaves_nothing(tmp_path, arguments, options, kind, message):
    with pytest.raises(kind, match=message) as caught:
        lesion(*arguments, out=tmp_path / "out", **options)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


CALL = (
    "lesion",
    "sam",
    "--what",
    "hm,kf",
    "--conditions",
    "10-2",
    "--subjects",
    "2",
    "--lists",
    "5",
    "--format",
    "svg",
)


def test_lesion_leaves_a_folder_that_verifies_repeats_and_is_drawn_again(cli, tmp_path):
    code, out, err = cli(*CALL, "--out", "a")
    assert code == 0, err
    assert "intact" in out
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert names == {"curves.csv", "scores.csv", "report.md", "figure.svg", "figure.caption.md", "run.json"}
    assert cli("verify", "a")[0] == 0
    code, _, err = cli("rerun", "a/run.json", "--out", "b", "--jobs", "2")
    assert (code, "every file is the same" in err) == (0, True), err
    assert cli("plot", "a", "--format", "svg", "--out", "c")[0] == 0
    for name in ("figure.svg", "figure.caption.md"):
        assert (tmp_path / "c" / name).read_bytes() == (tmp_path / "a" / name).read_bytes()
    caption = (tmp_path / "a" / "figure.caption.md").read_text()
    assert caption.startswith("Recall of sam.rs1981, intact and with 2 lesions beside people.")
    assert "people of Murdock (1962), mean over subjects (n = 15)" in caption
    assert "Lines: intact (black), and hm, kf: mean over simulated experiments." in caption
    with (tmp_path / "a" / "curves.csv").open() as file:
        assert {row["source"] for row in csv.DictReader(file)} == {"people", "intact", "hm", "kf"}


def test_a_second_run_into_the_same_folder_is_refused_and_help_has_an_example(cli):
    assert cli(*CALL, "--out", "a", "-q")[:2] == (0, "")
    assert cli(*CALL, "--out", "a")[0] == 6
    assert "memlab lesion sam --what hm,kf,buffer" in cli("lesion", "--help")[1]


def test_models_lists_the_lesions_of_one(cli):
    assert (
        "lesion long_term_store: a, b and c are multiplied by the share" in cli("models", "sam", "--format", "table")[2]
    )


def test_the_figure_has_a_line_for_each_and_the_intact_one_is_black(sam):
    from memlab.analysis.figures.panels import compare_figure
    from memlab.analysis.figures.style import lesion_looks

    curves = sam.curves()
    figure = compare_figure(curves, styles=lesion_looks(curves["source"]))
    lines = [line for line in figure.axes[0].get_lines() if len(line.get_xdata()) == 20]
    assert len(lines) == 5
    by_label = {line.get_label(): line for line in lines}
    assert by_label["Intact"].get_color() == "#000000"
    intact = sam.simulated["intact", "20-1"].mean("spc")
    np.testing.assert_allclose(by_label["Intact"].get_ydata(), intact)
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 5


def test_a_lesioned_network_is_the_mean_over_its_seeds_too():
    from dataclasses import dataclass
    from typing import ClassVar, Literal

    from memlab.contender import Contender
    from memlab.core.model import Model
    from memlab.core.recall import Recalls, StudyLists
    from memlab.data.parameter_sets import ParameterSet
    from memlab.lesioning import INTACT, run_lesions
    from memlab.lists import ListCondition

    @dataclass(frozen=True)
    class Network(Model):
        """Network k recalls the first k items of a list, and a lesioned one as many as it has slots at most."""

        network_seed: Literal["all", "2", "4"] = "all"
        name: ClassVar[str] = "network"
        title: ClassVar[str] = "Of a test"
        citation: ClassVar[str] = "No paper."
        seeds: ClassVar[tuple[str, ...]] = ("2", "4")
        lesions: ClassVar[dict[str, str]] = {"slots": "as many slots as that"}
        parameters = ()
        trained_lengths = (1, 6)

        def simulate(self, study, values, rng):
            n = min(int(self.network_seed), int(self.amount("slots", 99)))
            return Recalls(np.tile(np.arange(1, n + 1), (study.n_lists, 1)))

    values = ParameterSet("network", "", {})
    whole = Network()
    contenders = [Contender(whole, values, label=INTACT), Contender(whole.lesioned("slots:3"), values, label="slots:3")]
    found = run_lesions(contenders, [ListCondition("8", StudyLists.simple(4, 8))], None)
    assert found.score(INTACT, "recalled") == 3
    assert found.score("slots:3", "recalled") == 2.5
    assert found.simulated["slots:3", "8"].seeds == ("2", "4")
    text = lesion_report(found)
    assert "network: mean and 1.96 SD over 2 trained networks, each lesioned in the same way." in text
    assert "Outside of that: 8 (lists of 8)." in text
