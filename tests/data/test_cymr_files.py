"""cymr's JSON of parameters and its table of fits are read as cymr writes them, and give its own likelihood here."""

import json

import pytest

import memlab
from memlab.core.errors import DataError, NotSupported
from memlab.data.cymr_files import (
    CymrParameters,
    read_cymr_parameters,
    read_cymr_results,
    write_cymr_parameters,
)
from memlab.data.parameter_sets import ParameterSet

cymr = pytest.importorskip("cymr")

FIXED = {
    "T": 0.1,
    "Lfc": 0.15,
    "Lcf": 0.15,
    "P1": 0.2,
    "P2": 2.0,
    "B_start": 0.3,
    "B_rec": 0.9,
    "X1": 0.001,
    "X2": 0.25,
}


def definition():
    from cymr import cmr

    parameters, patterns = cmr.config_loc_cmr(768)
    parameters.set_fixed(Afc=0, Acf=0, **FIXED)
    parameters.set_free(B_enc=(0, 1))
    parameters.set_dependent(Dfc="1 - Lfc", Dcf="1 - Lcf")
    return parameters, patterns


def test_what_to_json_writes_is_read(tmp_path):
    definition()[0].to_json(str(tmp_path / "parameters.json"))
    read = read_cymr_parameters(tmp_path / "parameters.json")
    assert read.fixed == {"Afc": 0.0, "Acf": 0.0, **FIXED}
    assert read.free == {"B_enc": (0.0, 1.0)}
    assert read.dependent == {"Dfc": "1 - Lfc", "Dcf": "1 - Lcf"}
    with pytest.raises(NotSupported, match="B_enc"):
        read.parameter_set()
    assert read.values() == {**FIXED, "Afc": 0.0, "Acf": 0.0, "Dfc": 0.85, "Dcf": 0.85}
    ours = read.parameter_set({"B_enc": 0.6, "Dfc": 0.85, "Dcf": 0.85}, data="class")
    assert (ours.model, ours.data, ours.values["beta_enc"]) == ("cmr", "class", 0.6)


def test_a_table_of_fits_gives_the_best_of_each_subject_with_cymrs_own_likelihood(tmp_path):
    from cymr import cmr, fit

    data = fit.sample_data("Morton2013_mixed")
    data = data[(data["subject"] == 1) & (data["list"] <= 3)]
    parameters, patterns = definition()
    results = cmr.CMR().fit_indiv(data, parameters, patterns=patterns, n_rep=2, tol=0.5)
    results.to_csv(tmp_path / "fit.csv")
    (subject, found), *others = read_cymr_results(tmp_path / "fit.csv").items()
    assert (subject, others, found.k) == (1, [], 1)
    assert found.logl == pytest.approx(results["logl"].max(), abs=1e-12)

    ours = found.parameter_set()
    model = memlab.get_model("cmr").with_options(**ours.options)
    recalls = memlab.read_table(data)
    assert float(model.log_likelihood(recalls.study, recalls.recalls, ours.values).sum()) == pytest.approx(
        found.logl, abs=1e-6
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "holds no parameters of cymr"),
        ({"fixed": {}}, "it needs 'fixed' and 'free'"),
        ({"fixed": [1], "free": {}}, "'fixed' must be an object"),
        ({"fixed": {"T": "0.1"}, "free": {}}, "fixed.T is '0.1'; it must be a number"),
        ({"fixed": {"T": True}, "free": {}}, "fixed.T is 'True'; it must be a number"),
        ({"fixed": {}, "free": {"T": [1]}}, "free.T must be its two bounds"),
        ({"fixed": {}, "free": {"T": [0, None]}}, "free.T is 'None'; it must be a number"),
    ],
)
def test_another_json_is_refused(tmp_path, content, message):
    (tmp_path / "parameters.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match=rf"parameters\.json.*{message}"):
        read_cymr_parameters(tmp_path / "parameters.json")


def test_another_table_is_refused(tmp_path):
    (tmp_path / "fit.csv").write_text("subject,logl,n,k,T\n1,-3,x,1,0.1\n")
    with pytest.raises(DataError, match=r"fit\.csv, row 2: n is 'x'"):
        read_cymr_results(tmp_path / "fit.csv")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 - T", 0.9),
        ("2*(T + .5) / -4", -0.3),
        *(
            (text, None)
            for text in ("X", "T.real", "T ** 2", "__import__('os')", "exp(T)", "1 / (T - T)", "", "(" * 999)
        ),
    ],
)
def test_an_expression_that_is_arithmetic_is_computed_and_nothing_else_is(expression, value):
    read = CymrParameters({"T": 0.1}, {}, {"a": expression})
    if value is not None:
        assert read.values()["a"] == pytest.approx(value)
        return
    with pytest.raises(NotSupported, match=r"cymr: a = .* cannot be computed here\. Give its value"):
        read.values()


def test_the_file_that_is_written_has_our_likelihood_in_cymr(tmp_path):
    import numpy as np
    from cymr import cmr

    model = memlab.get_model("tcm")
    study = memlab.StudyLists.simple(4, 8)
    recalls = model.simulate(study, model.defaults(), np.random.default_rng(1))
    ours = ParameterSet("tcm", "class", model.defaults())
    parameters = cmr.read_config(str(write_cymr_parameters(ours, tmp_path / "tcm.json")))
    table = memlab.core.table.table_frame(memlab.RecallData(study, recalls, "all"))
    table["item_index"] = [int(item.removeprefix("item")) - 1 for item in table["item"]]
    _, patterns = cmr.config_loc_cmr(32)
    total = cmr.CMR().likelihood(table, parameters.fixed, param_def=parameters, patterns=patterns)["logl"].sum()
    assert total == pytest.approx(model.log_likelihood(study, recalls, model.defaults()).sum(), abs=1e-6)
    assert read_cymr_parameters(tmp_path / "tcm.json").parameter_set().values["T"] == pytest.approx(ours.values["T"])


def test_the_command_line_takes_cymrs_files_and_gives_them(tmp_path, capsys, monkeypatch):
    import sys

    from memlab.cli import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["memlab", "models", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, *capsys.readouterr()

    monkeypatch.chdir(tmp_path)
    definition()[0].to_json("parameters.json")
    found = run("cmr", "--values-from", "cymr", "--values", "parameters.json", "--set", "B_enc=.6", "--out", "cmr.toml")
    assert found[0] == 0
    assert "beta_enc,0.6" in found[1]
    assert run("cmr", "--values", "cmr.toml", "--values-for", "cymr", "--out", "again.json")[0] == 0
    again = read_cymr_parameters("again.json").fixed
    assert again["P1"] / again["Lcf"] == pytest.approx(FIXED["P1"] / FIXED["Lcf"])
    assert run("tcm", "--values-for", "cymr", "--out", "again.json")[0] == 6
    fits = ["subject,rep,logl,n,k," + ",".join(FIXED) + ",B_enc"]
    fits += [f"{i},0,-3,9,1," + ",".join(map(str, FIXED.values())) + f",0.{i}" for i in (1, 2)]
    (tmp_path / "fit.csv").write_text("\n".join(fits))
    assert "beta_enc,0.2" in run("cmr", "--values-from", "cymr", "--values", "fit.csv", "--subject", "2")[1]
    told = run("cmr", "--values-from", "cymr", "--values", "fit.csv")
    assert told[0] == 2
    assert told[2] == "UsageError: fit.csv has fits of 2 subjects. Name one with --subject: 1, 2.\n"
    assert run("cmr", "--values-for", "jaxcmr", "--ignore", "rho", "--out", "jax.json")[0] == 0
    assert run("cmr", "--values-from", "jaxcmr", "--values", "jax.json")[0] == 0
