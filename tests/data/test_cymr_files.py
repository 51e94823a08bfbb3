"""cymr's JSON of parameters and its table of fits are read as cymr writes them, and give its own likelihood here."""

import json

import pytest

import memlab
from memlab.core.errors import DataError, NotSupported
from memlab.data.cymr_files import read_cymr_parameters, read_cymr_results

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


def test_what_to_json_writes_is_read_and_no_expression_is_evaluated(tmp_path):
    definition()[0].to_json(str(tmp_path / "parameters.json"))
    read = read_cymr_parameters(tmp_path / "parameters.json")
    assert read.fixed == {"Afc": 0.0, "Acf": 0.0, **FIXED}
    assert read.free == {"B_enc": (0.0, 1.0)}
    assert read.dependent == {"Dfc": "1 - Lfc", "Dcf": "1 - Lcf"}
    with pytest.raises(NotSupported, match="B_enc"):
        read.parameter_set()
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
