"""`memlab evidence` from end to end: tables, resuming, refusals, and what a figure shows."""

import csv
import dataclasses
import itertools
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from memlab.analysis.figures.evidence import evidence_caption, evidence_figure
from memlab.cli import main
from memlab.core.errors import DataError
from memlab.core.recall import RecallData, StudyLists
from memlab.core.table import read_conditions, write_table
from memlab.fitting.result import Fit
from memlab.models import get_model
from memlab.run_folder import read_run, verify
from memlab.runs.evidence_fits import fits_in
from memlab.runs.repeat import repeat
from memlab.trained_people import fitted_half, trained_on

OPTIONS = ["--folds", "2", "--method", "lbfgs", "--restarts", "2", "--jobs", "1", "--format", "svg"]


def memlab(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["memlab", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    study = StudyLists.simple(24, 6, subject=np.repeat([1, 2, 3], 8))
    study = dataclasses.replace(study, list=np.tile(np.arange(1, 9), 3))
    made = RecallData(study, get_model("tcm").simulate(study, None, np.random.default_rng(2)), "one")
    return write_table(made, tmp_path_factory.mktemp("people") / "people.csv")


@pytest.fixture(scope="module")
def done(people, tmp_path_factory):
    out = tmp_path_factory.mktemp("evidence") / "out"
    with pytest.MonkeyPatch.context() as patch:
        code = memlab(patch, "-q", "evidence", "tcm,simple", "--data", people, "--out", out, *OPTIONS)
    assert code in (0, 4)  # 4: a fit that did not settle; the table is written all the same
    return out


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_models_that_nobody_can_be_compared_with_leave_tables_and_a_word_and_no_figure(
    people, monkeypatch, capsys, tmp_path
):
    code = memlab(monkeypatch, "evidence", "simple", "--data", people, "--out", tmp_path / "out", *OPTIONS)
    assert code in (0, 4)
    said = capsys.readouterr().err
    assert "No model here has a score for everybody" in said
    assert f"tables, report and fits are in {tmp_path / 'out'}" in said
    assert "No model here has a score for everybody" in (tmp_path / "out" / "report.md").read_text()
    assert not list((tmp_path / "out").glob("figure*"))
    verify(tmp_path / "out")


def test_a_run_leaves_tables_report_figure_and_a_fit_a_subject(done):
    assert [row["model"] for row in rows(done / "evidence.csv")] == ["tcm", "simple", "chance", "uniform"]
    assert len(rows(done / "evidence_subjects.csv")) == 3 * 4
    assert {path.name for path in done.iterdir()} >= {
        "report.md",
        "figure.svg",
        "figure.caption.md",
        "run.json",
        "fits",
    }
    assert {path.name for path in (done / "fits").iterdir()} == {
        f"{m}.{i}.json" for m in ("tcm", "chance") for i in (1, 2, 3)
    }
    verify(done)


def test_the_numbers_are_those_of_the_fits(done, people):
    data = read_conditions(people)["one"]
    fits = [fit for fit in fits_in(done) if fit.model == "tcm"]
    table = {row["model"]: row for row in rows(done / "evidence.csv")}["tcm"]
    assert float(table["log_likelihood"]) == pytest.approx(sum(fit.log_likelihood for fit in fits))
    assert float(table["k"]) == sum(len(fit.free) for fit in fits)
    again = [
        get_model("tcm").log_likelihood(own.study, own.recalls, fit.values).sum()
        for fit in fits
        for own in [data.select_subjects([int(fit.who)])]
    ]
    assert sum(again) == pytest.approx(float(table["log_likelihood"]))
    nats = sum(fit.held_out.log_likelihood for fit in fits)
    n = sum(fit.n_events for fit in fits)
    assert float(table["bits"]) == pytest.approx(-nats / n / np.log(2))


def test_an_interrupted_run_goes_on_from_the_fits_it_has_and_ends_the_same(done, people, tmp_path, monkeypatch):
    from memlab.runs import evidence_fits

    out, do_jobs = tmp_path / "out", evidence_fits.do_jobs

    def two_jobs(jobs, *more):
        yield from itertools.islice(do_jobs(jobs, *more), 2)
        raise KeyboardInterrupt

    monkeypatch.setattr(evidence_fits, "do_jobs", two_jobs)
    assert memlab(monkeypatch, "-q", "evidence", "tcm,simple", "--data", people, "--out", out, *OPTIONS) == 130
    assert len(list((out / "fits").iterdir())) == 2
    monkeypatch.setattr(evidence_fits, "do_jobs", do_jobs)
    memlab(monkeypatch, "-q", "evidence", "tcm,simple", "--data", people, "--out", out, "--resume", *OPTIONS)
    for name in ("evidence.csv", "evidence_subjects.csv", "report.md", "figure.svg"):
        assert (out / name).read_bytes() == (done / name).read_bytes(), name


def test_resuming_with_other_options_is_refused(done, people, monkeypatch, capsys):
    options = [*OPTIONS[2:], "--folds", "3", "--resume"]
    assert memlab(monkeypatch, "evidence", "tcm", "--data", people, "--out", done, *options) == 3
    assert "made with other options" in capsys.readouterr().err


def test_fits_of_an_earlier_run_are_not_made_again(done, people, tmp_path, monkeypatch):
    from memlab.runs import evidence_fits

    monkeypatch.setattr(evidence_fits, "do_jobs", lambda jobs, *more: iter(()) if not jobs else 1 / 0)
    out = tmp_path / "out"
    memlab(monkeypatch, "-q", "evidence", "--fits", done, "--data", people, "--out", out, *OPTIONS)
    table = {row["model"]: row for row in rows(out / "evidence.csv")}
    before = {row["model"]: row for row in rows(done / "evidence.csv")}
    assert table["tcm"] == before["tcm"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["tcm", "--data", "murdock1962"], 2, "Single lists are needed, not curves"),
        (["--data", "PEOPLE"], 2, "nothing to weigh"),
        (["tcm", "--data", "PEOPLE", "--events", "keep"], 2, "events"),
        (["tcm", "--data", "PEOPLE", "--option", "cmr.learn=before"], 2, "not named"),
        (["tcm", "--data", "PEOPLE", "--option", "tcm.stop=false"], 2, "says nothing of when recall ends"),
        (["tcm", "--data", "PEOPLE", "--conditions", "two"], 2, "no condition 'two'"),
        (["--data", "PEOPLE", "--fits", "NOWHERE"], 3, "holds no fits"),
    ],
)
def test_a_mistake_is_one_line(people, tmp_path, monkeypatch, capsys, arguments, code, message):
    known = {"PEOPLE": people, "NOWHERE": tmp_path}
    given = [known.get(word, word) for word in arguments]
    assert memlab(monkeypatch, "evidence", *given, "--out", tmp_path / "out") == code
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_who_a_network_was_trained_on_does_not_count_for_it(people):
    card = {"data": {"id": "a.csv", "sha256": "x", "citation": "Us", "split": "some", "seen": {"one": list("02468")}}}
    network = SimpleNamespace(networks={"1": (None, card)})
    nine = dataclasses.replace(StudyLists.simple(9, 4, subject=np.arange(9)))
    data = [RecallData(nine, get_model("tcm").simulate(nine, None, np.random.default_rng(0)), "one")]
    seen, said = trained_on(network, data, {"id": "b.csv", "sha256": "x"})
    assert seen == {"0", "2", "4", "6", "8"}
    assert "Us" in said
    assert trained_on(network, data, {"id": "b.csv", "sha256": "y"})[0] == set()
    assert len(trained_on(network, data, {"id": "a.csv", "sha256": "y"})[0]) == 9
    assert trained_on(get_model("tcm"), data, {})[0] == set()


def test_a_parameter_set_has_seen_the_half_that_it_was_fitted_to(people):
    from memlab.data.parameter_sets import ParameterSet

    data = [read_conditions(people)["one"]]
    parameters = ParameterSet("sam.rs1981", "people", {}, fit={"people": "the fit half only"})
    assert fitted_half(parameters, data, "people")[0] == {"1", "2"}
    assert fitted_half(parameters, data, "murdock1962")[0] == set()
    everyone = dataclasses.replace(parameters, fit={})
    assert fitted_half(everyone, data, "people")[0] == {"1", "2", "3"}


def test_a_folder_without_fits_is_refused(tmp_path):
    with pytest.raises(DataError, match="holds no fits"):
        fits_in(tmp_path)


def test_reading_a_fit_gives_what_was_written(done):
    path = done / "fits" / "tcm.1.json"
    assert Fit.read(path).held_out.folds == 2


def columns(models, kinds, differences, subjects):
    """Columns of both tables, bits and AIC alike."""
    n = len(models)
    value = np.array(differences, dtype=float)
    ends = {"difference": value, "low": value - 0.1, "high": value + 0.1}
    table = {f"{m}_{end}": v for m in ("bits", "aic") for end, v in ends.items()}
    table |= {"model": models, "kind": kinds, "bits_subjects": [subjects] * n}
    own = np.repeat(value, subjects) + np.tile(np.linspace(-0.05, 0.05, subjects), n)
    return table, {"model": np.repeat(models, subjects), "bits": own, "aic": own}


def test_the_figure_has_the_best_on_top_and_writes_what_is_off_the_scale():
    table, subjects = columns(
        ["tcm", "cmr", "dnc", "uniform", "sam.rs1981"],
        ["fitted", "fitted", "frozen", "floor", "estimated"],
        [0.2, 0, 9, 1, np.inf],
        3,
    )
    bits, aic = evidence_figure(table, subjects).axes
    assert [tick.get_text() for tick in bits.get_yticklabels()] == ["CMR", "TCM", "uniform", "DNC", "SAM (1981)"]
    assert [tick.get_text() for tick in aic.get_yticklabels()] == ["CMR", "TCM"]
    assert [text.get_text() for text in bits.texts] == ["9 →", "∞ →"]
    means = [line.get_xdata()[0] for container in bits.containers for line in container.lines[:1]]
    assert means == [0, 0.2, 1]
    low, high = bits.get_xlim()
    assert low < -0.1
    assert 1.1 <= high < 9
    bottom, top = bits.get_ylim()
    assert bottom > top


def test_panels_go_below_each_other_where_the_figure_is_narrow():
    table, subjects = columns(["tcm", "summed_similarity"], ["fitted"] * 2, [0.2, 0], 3)
    wide, narrow = (evidence_figure(table, subjects, width=mm) for mm in (180, 82))
    for figure, one_row in ((wide, True), (narrow, False)):
        first, second = (axes.get_position() for axes in figure.axes)
        assert bool(first.y1 == second.y1) is one_row
        assert min(first.x0, second.x0) > 0
        assert max(first.x1, second.x1) < 1
    assert narrow.get_figwidth() * 25.4 == pytest.approx(82)


def test_the_caption_says_over_whom_a_network_is_shown():
    table, _ = columns(["cmr", "dnc.human"], ["fitted", "frozen"], [0, 0.2], 3)
    table["bits_subjects"] = [6, 3]
    assert "dnc.human over the 3 subjects that it was not trained on" in evidence_caption(table, 6, "class.csv")


@pytest.mark.slow  # starts worker processes
def test_repeated_by_two_workers_the_run_leaves_the_same_files(done, tmp_path):
    assert repeat(read_run(done), tmp_path / "again", jobs=2) == []
