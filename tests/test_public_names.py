"""What others build on: the names of `memlab` and `memlab.analysis`, frozen here so that a change is noticed."""

import importlib
import inspect

import numpy as np
import pytest

import memlab

NAMES = {
    "memlab": {
        "Conditions",
        "LikelihoodModel",
        "MemlabError",
        "Parameter",
        "Pool",
        "RecallData",
        "RecallModel",
        "Recalls",
        "StudyLists",
        "__version__",
        "analysis",
        "compare",
        "data",
        "fit",
        "get_model",
        "load",
        "model_names",
        "models",
        "paradigms",
        "read_similarity",
        "read_table",
        "recover",
        "score",
        "sweep",
        "with_similarity",
        "write_table",
    },
    "memlab.analysis": {
        "Counts",
        "EndEffects",
        "FillIn",
        "LagRanks",
        "accuracy_after",
        "accuracy_after_counts",
        "average",
        "bootstrap",
        "displacement_latency",
        "end_effects",
        "fill_in",
        "fill_in_counts",
        "intrusion_counts",
        "intrusions",
        "irt",
        "lag_crp",
        "lag_crp_counts",
        "lag_rank",
        "lag_rank_counts",
        "length_function",
        "noise_ceiling",
        "number_recalled",
        "number_recalled_by_list",
        "pfr",
        "pfr_counts",
        "pli_list_lag",
        "pnr",
        "pnr_counts",
        "pooled",
        "primacy_recency",
        "protrusions",
        "ranschburg",
        "repetition_counts",
        "repetitions",
        "rmsd",
        "serial_accuracy",
        "serial_accuracy_counts",
        "serial_error_counts",
        "serial_errors",
        "serial_latency",
        "spc",
        "spc_counts",
        "stop_counts",
        "stop_probability",
        "t_interval",
        "transposition_counts",
        "transposition_gradient",
        "within_subject",
    },
}
EVERY_NAME = [(module, name) for module, names in NAMES.items() for name in sorted(names)]


@pytest.mark.parametrize("module", NAMES)
def test_the_public_names_are_these_and_no_others(module):
    names = importlib.import_module(module).__all__
    assert len(names) == len(set(names))
    assert set(names) == NAMES[module]


@pytest.mark.parametrize(("module", "name"), EVERY_NAME, ids=[f"{m}.{n}" for m, n in EVERY_NAME])
def test_a_public_name_is_importable_and_documented(module, name):
    value = getattr(importlib.import_module(module), name)
    if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
        assert value.__doc__
    assert name in dir(importlib.import_module(module))


@pytest.mark.parametrize("module", NAMES)
def test_a_name_that_does_not_exist_is_an_attribute_error(module):
    with pytest.raises(AttributeError, match="no attribute 'lag_crb'"):
        _ = importlib.import_module(module).lag_crb


ROWS = {
    "subject": [1] * 7,
    "list": [1] * 7,
    "trial_type": ["study"] * 4 + ["recall"] * 3,
    "position": [1, 2, 3, 4, 1, 2, 3],
    "item": ["a", "b", "c", "d", "c", "d", "b"],
}


@pytest.fixture(scope="module")
def class_table(tmp_path_factory):
    """One list of four items, recalled 3, 4, 2: a frame, and the same in a file."""
    import pandas as pd

    frame = pd.DataFrame(ROWS)
    path = tmp_path_factory.mktemp("table") / "class.csv"
    frame.to_csv(path, index=False)
    return {"frame": frame, "path": path}


@pytest.mark.parametrize("source", ["frame", "path"])
def test_read_table_gives_study_lists_and_recalls(class_table, source):
    data = memlab.read_table(class_table[source])
    assert isinstance(data, memlab.RecallData)
    assert data.study.list_length == 4
    assert data.recalls.position.tolist() == [[3, 4, 2]]


def test_several_lengths_are_a_mapping_of_conditions():
    import pandas as pd

    short = pd.DataFrame({"subject": 1, "list": 1, "trial_type": "study", "position": [1, 2], "item": ["a", "b"]})
    long = pd.DataFrame({"subject": 1, "list": 2, "trial_type": "study", "position": [1, 2, 3], "item": list("cde")})
    data = memlab.read_table(pd.concat([short, long]))
    assert isinstance(data, memlab.Conditions)
    assert sorted(one.list_length for one in data.values()) == [2, 3]


def test_load_gives_the_shipped_curves():
    human = memlab.load("murdock1962")
    x, mean, sd, n = human.curve("20-1", "spc")
    assert x.tolist() == list(range(1, 21))
    assert mean.shape == sd.shape == n.shape == (20,)
    assert mean[-1] > 0.9  # Murdock (1962): the last item is nearly always recalled


@pytest.mark.parametrize("source", ["frame", "path"])
def test_an_analysis_takes_a_table_or_recall_data_and_gives_the_same_columns(class_table, source):
    table = memlab.analysis.lag_crp(class_table[source])
    assert list(table.columns) == ["subject", "lag", "prob", "actual", "possible"]
    assert table.loc[table["actual"] > 0, "lag"].tolist() == [-2, 1]  # 3-4 and 4-2
    assert table.equals(memlab.analysis.lag_crp(memlab.read_table(class_table[source])))


def test_a_model_by_name_simulates_and_has_a_likelihood():
    model = memlab.get_model("cmr")
    assert isinstance(model, memlab.LikelihoodModel)
    assert model.name == "cmr"
    assert {"beta_enc", "gamma_fc"} <= {parameter.name for parameter in model.parameters}
    assert all(isinstance(parameter, memlab.Parameter) for parameter in model.parameters)
    softmax = model.with_options(choice_rule="softmax")
    assert "T" in {parameter.name for parameter in softmax.parameters}

    study = memlab.StudyLists.simple(3, 8)
    recalls = model.simulate(study, {"beta_enc": 0.6}, np.random.default_rng(1))
    assert isinstance(recalls, memlab.Recalls)
    logp = model.log_likelihood(study, recalls, {"beta_enc": 0.6})  # the rest takes its default
    assert logp.shape == (3,)
    assert np.isfinite(logp).all()


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("scores.csv", ["model", "condition", "measure", "value", "error", "ceiling", "chance"]),
        ("curves.csv", ["source", "condition", "measure", "x", "value", "low", "high"]),
    ],
)
def test_compare_leaves_its_numbers_in_the_columns_promised(comparison, file, columns):
    result, out = comparison
    table = result.scores() if file == "scores.csv" else result.curves()
    assert list(table) == columns
    assert (out / file).read_text(encoding="utf-8").splitlines()[0].split(",") == columns
    assert "chance" in table[columns[0]]


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    out = tmp_path_factory.mktemp("compare") / "results"
    small = {"conditions": ["20-1"], "subjects": 2, "lists": 10, "replications": 2, "format": ["svg"]}
    return memlab.compare("free_recall", models=["chance"], seed=1, out=out, **small), out
