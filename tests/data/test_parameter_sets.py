"""Parameter sets are written and read without loss, and each says where it comes from."""

import csv
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from memlab.core.errors import DataError, UnknownName
from memlab.core.recall import LikelihoodModel
from memlab.curve_sets import curve_set
from memlab.data import load
from memlab.data.parameter_sets import (
    ParameterSet,
    load_parameter_set,
    load_subject_values,
    parameter_set_names,
    read_parameter_set,
    write_parameter_set,
)
from memlab.models import get_model
from memlab.subject_scores import subject_scores
from memlab.target import load_target

FOLDER = Path(str(files("memlab.data"))) / "presets"
DATA = ("murdock1962", "murdock_okada1970", "polyn2009")
SERIAL_DATA = ("farrell_lewandowsky2012_e2",)
SHIPPED = [(data, name) for data in (*DATA, *SERIAL_DATA) for name in parameter_set_names(data)]


def test_what_is_written_reads_back(tmp_path):
    found = ParameterSet(
        "cmr",
        "murdock1962",
        {"beta_enc": 0.5, "r": 4.0, "tiny": 1.5e-7},
        {"10-2": {"beta_enc": 0.25}},
        {"choice_rule": "softmax", "stop": True},
        {"command": 'memlab fit "x" \\', "seed": 3, "converged": False, "free": ["a", "b"], "seconds": 1.25},
        {"rmsd_spc": 0.0625},
    )
    path = write_parameter_set(found, tmp_path / "cmr.toml")
    assert read_parameter_set(path) == found
    assert found.for_condition("10-2", per_condition=True) == {"beta_enc": 0.25}
    assert found.for_condition("10-2", per_condition=False) == found.values
    assert found.for_condition("20-1", per_condition=True) == found.values


@pytest.mark.parametrize("text", ["model = 1 = 2", 'model = "cmr"', 'model = "cmr"\ndata = "x"'])
def test_a_broken_file_is_refused(tmp_path, text):
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(DataError, match="is not a parameter set"):
        read_parameter_set(tmp_path / "x.toml")


def test_a_model_without_a_set_is_refused():
    with pytest.raises(UnknownName, match="there is no parameter set for murdock1962 of model 'nonsense'"):
        load_parameter_set("nonsense", "murdock1962")


@pytest.mark.parametrize(("data", "name"), SHIPPED)
def test_a_shipped_set_fits_its_model_and_says_how_it_was_made(data, name):
    found = load_parameter_set(name, data)
    model = get_model(name).with_options(**found.options)
    assert model.resolve(found.values) == dict(found.values)
    for values in found.conditions.values():
        assert model.resolve(values) == dict(values)
    if model.seeds:  # a trained network enters as it was trained, and its weights say how
        assert found.values == model.defaults()
        assert found.fit["command"].startswith("none: nothing was fitted")
        return
    assert found.fit["command"].startswith(f"memlab fit {name} ")
    assert found.fit["people"] == "the fit half only"
    assert found.fit["seed"] >= 0
    measures = curve_set("serial_recall").predicted(model) if data in SERIAL_DATA else model.predicts
    assert all(f"rmsd_{measure}" in found.held_out for measure in measures)
    likely = isinstance(model, LikelihoodModel)
    assert ("--objective likelihood" in found.fit["command"]) == likely == ("bits_per_event" in found.held_out)


@pytest.mark.parametrize("name", ["chance", "tcm", "cmr", "summed_similarity"])
def test_the_values_fitted_to_curves_stand_beside_those_of_highest_likelihood(name):
    found = load_parameter_set(name, "murdock1962", "curves")
    assert "--objective curves" in found.fit["command"]
    assert found.held_out["rmsd_spc"] < load_parameter_set(name, "murdock1962").held_out["rmsd_spc"]
    assert load_parameter_set("sam.rs1981", "murdock1962", "curves") == load_parameter_set("sam.rs1981", "murdock1962")


@pytest.mark.parametrize("name", ["chance", "chaining", "cmr", "cru", "primacy", "simple.serial"])
def test_models_of_serial_recall_fitted_to_curves_stand_beside_those_of_highest_likelihood(name):
    found = load_parameter_set(name, SERIAL_DATA[0], "curves")
    assert "--objective curves" in found.fit["command"]
    moved = "rmsd_transposition_gradient"
    assert found.held_out[moved] < load_parameter_set(name, SERIAL_DATA[0]).held_out[moved]


SUBJECTS = [(data, name) for data in DATA for name in parameter_set_names(data) if name != "dnc"]
"""Every theory that has a set for everybody has values for each subject; a network is trained on none of them."""


@pytest.mark.parametrize(("data", "name"), SUBJECTS)
def test_the_values_of_each_subject_fit_the_model_and_say_how_they_were_found(data, name):
    values = load_subject_values(name, data)
    reference = load(data)
    fitted = {condition: int(reference.curve(condition, "spc", "fit")[3].max()) for condition in reference.conditions}
    between = data != "polyn2009"  # there the same people are in both conditions
    assert len(values) == (sum(fitted.values()) if between else max(fitted.values()))
    model = get_model(name)
    assert all(model.resolve(one) == one for one in values.values())
    record = tomllib.loads((FOLDER / data / "subjects" / f"{name}.toml").read_text())["fit"]
    assert record["command"].startswith(f"memlab fit {name} --data {data}.csv --half fit --per subject --seed 1")
    assert record["subjects"] == len(values)


def held_out_of_subjects(data, name):
    return tomllib.loads((FOLDER / data / "subjects" / f"{name}.toml").read_text())["held_out"]


@pytest.mark.parametrize(("data", "name"), [(data, name) for data, name in SUBJECTS if name != "chance"])
def test_the_values_of_each_subject_foresee_other_people_better_than_chance(data, name):
    """Values that were fitted to lists at another rate than the people's did not."""
    assert held_out_of_subjects(data, name)["rmsd_spc"] < load_parameter_set("chance", data).held_out["rmsd_spc"]


@pytest.mark.parametrize(("data", "name"), [("polyn2009", "tcm"), ("murdock_okada1970", "simple")])
def test_the_scores_of_the_values_of_subjects_are_those_that_they_get(data, name):
    values, target = load_subject_values(name, data), load_target(data)
    with (FOLDER / data / "subjects" / f"{name}.csv").open() as file:
        conditions = {row["who"]: row["conditions"].split(";") for row in csv.DictReader(file)}
    fitted = {c.name: [one for who, one in values.items() if c.name in conditions[who]] for c in target.conditions}
    recorded = held_out_of_subjects(data, name)
    for score, value in subject_scores(get_model(name), fitted, target).items():
        assert recorded[score] == pytest.approx(value, abs=0.002)


def test_subjects_of_data_without_such_values_are_refused():
    with pytest.raises(UnknownName, match="there are no values of the subjects of murdock1962 for model 'dnc'"):
        load_subject_values("dnc", "murdock1962")
