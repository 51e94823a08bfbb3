"""A run's folder becomes Methods and Results that say what was done."""

import json

import pytest

from memlab.core.errors import DataError, OutputExists
from memlab.fitting.result import Fit, HeldOut, Restart
from memlab.run_folder import RunFolder
from memlab.runs.report import report

VALUES = {"p_recall": 0.4}


def fit(who, value, *, unit="subject", converged=True, **more):
    return Fit(
        model="chance",
        unit=unit,
        who=who,
        conditions=["20-1"],
        objective="likelihood",
        value=100 + value,
        values={"beta_enc": value, "delta": 1.0},
        free=["beta_enc"],
        bounds={"beta_enc": [0.0, 1.0]},
        at_bound=["beta_enc"] if value == 1 else [],
        n_lists=80,
        n_events=600,
        converged=converged,
        message="settled",
        evaluations=10,
        seconds=1.0,
        seed=7,
        dropped={"repeats": 3, "intrusions": 5, "lists": 0},
        method={"events": "drop_events", "optimiser": "de", "tolerance": 0.01, "generations": 1000, "polished": True},
        restarts=[Restart(100 + value, VALUES, 5, True, "settled"), Restart(100.5 + value, VALUES, 5, True, "settled")],
        held_out=HeldOut(5, -110.0, 600, []),
        **more,
    )


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "fits_of_cmr"
    data = {"id": "mine.csv", "sha256": "a" * 64, "citation": "Somebody (1999)", "subjects": {"20-1": 3}}
    run = RunFolder(path, "fit", {"model": "cmr", "seed": 7}, [data])
    (path / "fits").mkdir()
    for i, value in enumerate((0.2, 0.4, 1.0)):
        one = fit(str(i), value, converged=i != 2)
        text = json.loads(one.write(path / "fits" / f"{i}.json").read_text())
        (path / "fits" / f"{i}.json").write_text(json.dumps(text | {"model": "cmr"}))
    run.write_text("figure.caption.md", "A caption.\n")
    run.finish()
    return path


def test_methods_say_whom_how_and_what_was_left_out(folder):
    text = report(folder)[0].read_text()
    assert "Somebody (1999), 3 subjects (`mine.csv`, SHA-256 `aaaaaaaaaaaaaaaa`)" in text
    assert "3 subjects with 240 lists were fitted, 1,800 events in all" in text
    assert "Repeats and intrusions were deleted before the likelihood was taken (9 repeats and 15 intrusions)" in text
    assert "differential evolution (scipy), then polished by L-BFGS-B, relative tolerance 0.01" in text
    assert "2 starts, seed 7" in text
    assert "1 fit did not settle: 2." in text
    assert "The worst start ended at most 0.5 above the best." in text
    assert "On a bound: `beta_enc` (1 of 3)." in text
    assert "5-fold cross-validation over lists" in text
    assert "| `delta` | support of an item by its own unit before the list | 1 (held) | – |" in text


def test_results_give_parameters_with_intervals_and_the_captions(folder):
    text = report(folder)[0].read_text()
    # mean of .2 .4 1: .533; SD .416; t(2) = 4.303: half an interval is 1.034
    assert "| `beta_enc` | 0.533 | −0.501 to 1.57 | 0.4 | 0.3 to 0.7 | 1 |" in text
    assert "*Figure.* A caption." in text


def test_the_latex_says_the_same(folder):
    text = report(folder)[1].read_text()
    assert r"\texttt{beta\_enc} & 0.533 & $-$0.501 to 1.57 & 0.4 & 0.3 to 0.7 & 1 \\" in text
    assert r"\includegraphics[width=\linewidth]{figure.pdf}" in text


def test_an_earlier_text_is_not_replaced_unless_asked(folder, tmp_path):
    report(folder)
    with pytest.raises(OutputExists, match=r"manuscript\.md exists\. Use --force"):
        report(folder)
    report(folder, force=True)
    assert report(folder, out=tmp_path / "other")[0].parent == tmp_path / "other"


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(DataError, match="is not a folder"):
        report(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"run\.json"):
        report(tmp_path)


def test_a_table_of_evidence_is_printed_with_its_intervals_and_notes(folder):
    (folder / "evidence.csv").write_text(
        "model,bits,bits_difference,bits_low,bits_high,log_likelihood,k_each,aic_difference,aic_low,aic_high,notes\n"
        "cmr,3.1379821,0,0,0,-20044.9,11,0,0,0,\n"
        "dnc,17.029,13.89,13.6,14.16,,,,,,No AIC: a network.\n"
    )
    text = report(folder)[0].read_text()
    assert "| `cmr` | 3.138 | 0 | −20044.9 | 11 | 0 | – | – | – | – |" in text
    assert "| `dnc` | 17.03 | 13.9 [13.6, 14.2] | – | – | – |" in text
    assert "`dnc`: No AIC: a network." in text
