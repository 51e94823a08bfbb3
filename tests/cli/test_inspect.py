"""``memlab inspect`` as a user meets it, on networks with fresh weights."""

import csv
import json

import pytest

FILES = {
    *("links.csv", "reads.csv", "modes.csv", "trial.csv", "trial.caption.md", "means.caption.md"),
    *("trial.svg", "means.svg", "run.json"),
}
SMALL = ["--trials", "5", "--list-length", "4", "--format", "svg"]


def save(folder, name="mine.seed1", network="dnc", task=None, config=None):
    from memlab.models.neural.episodes import input_size, output_size
    from memlab.models.neural.network import build_network
    from memlab.models.neural.tasks import Task
    from memlab.models.neural.weights import save_weights

    task = {"n_features": 4, "lengths": (1, 4), "n_lures": 2} if task is None else task
    config = {"hidden": 6, "slots": 5, "word": 3} if config is None else config
    card = {"task": Task(**task).record(), "seed": 1} if task else {"seed": 1}
    save_weights(build_network(network, input_size(4), output_size(4), config, 1), card, folder / name)


@pytest.fixture
def undrawn(monkeypatch):
    """Leave out the figures, which take most of the time."""
    import memlab.runs.inspect

    monkeypatch.setattr(memlab.runs.inspect, "_draw", lambda *arguments: None)


def test_inspect_leaves_figures_tables_and_a_record_and_prints_what_each_way_of_reading_carries(cli, tmp_path):
    save(tmp_path)
    code, out, err = cli("inspect", "--weights", "mine.seed1", *SMALL, "--out", "inside")
    assert code == 0
    assert out.startswith("output,backward,content,forward,")
    assert err == "figures and tables are in inside\n"
    assert {path.name for path in (tmp_path / "inside").iterdir()} == FILES
    steps = list(csv.DictReader((tmp_path / "inside" / "trial.csv").open()))
    assert [row["position"] for row in steps[:4]] == ["1", "2", "3", "4"]
    assert {row["phase"] for row in steps} == {"study", "recall"}
    record = json.loads((tmp_path / "inside" / "run.json").read_text())
    card = json.loads((tmp_path / "mine.seed1.json").read_text())
    assert record["complete"]
    assert record["data"][0]["sha256"] == card["sha256"]


@pytest.mark.slow
def test_a_rerun_gives_the_same_files_and_verify_finds_them_whole(cli, tmp_path):
    save(tmp_path)
    cli("inspect", "--weights", "mine.seed1", *SMALL, "--out", "inside")
    assert cli("verify", "inside")[0] == 0
    code, _, err = cli("rerun", "inside", "--out", "again")
    assert (code, err) == (0, "the run is in again: every file is the same\n")
    assert cli("inspect", "--weights", "mine.seed1", *SMALL, "--out", "inside")[0] == 6


def test_weights_that_have_changed_since_are_not_rerun(cli, tmp_path, undrawn):
    save(tmp_path)
    cli("inspect", "--weights", "mine.seed1.safetensors", *SMALL, "--out", "inside")
    save(tmp_path, config={"hidden": 7, "slots": 5, "word": 3})
    code, _, err = cli("rerun", "inside", "--out", "again")
    assert code == 7
    assert "mine.seed1.safetensors has changed since the run" in err


def test_a_model_is_looked_into_by_the_first_of_its_shipped_networks_and_any_other_by_name(
    cli, tmp_path, monkeypatch, undrawn
):
    from memlab.models import MODELS
    from memlab.models.neural import card

    monkeypatch.setitem(MODELS, "dnc", "memlab.models.neural.trained:DNC")
    (tmp_path / "shipped").mkdir()
    monkeypatch.setattr(card, "weights_folder", lambda: tmp_path / "shipped")
    for seed in (2, 10):
        save(tmp_path / "shipped", f"dnc.set.seed{seed}")
    for arguments, expected in (((), "dnc.set.seed2"), (("dnc.set.seed10",), "dnc.set.seed10")):
        assert cli("inspect", *arguments, *SMALL, "--out", expected)[0] == 0
        assert json.loads((tmp_path / expected / "run.json").read_text())["data"][0]["id"] == expected


def test_another_seed_is_another_trial(cli, tmp_path, undrawn):
    save(tmp_path)
    for seed in (1, 2):
        cli("inspect", "--weights", "mine.seed1", *SMALL, "--seed", seed, "--out", f"inside{seed}")
    assert (tmp_path / "inside1" / "reads.csv").read_text() != (tmp_path / "inside2" / "reads.csv").read_text()


def test_a_network_that_copies_can_be_looked_into(cli, tmp_path, undrawn):
    save(tmp_path, task={"paradigm": "copy", "items": "binary", "n_features": 4, "lengths": (1, 4)})
    assert cli("inspect", "--weights", "mine.seed1", *SMALL, "--out", "inside")[0] == 0
    steps = list(csv.DictReader((tmp_path / "inside" / "trial.csv").open()))
    assert [row["position"] for row in steps if row["phase"] == "recall"] == ["1", "2", "3", "4", "0"]


def test_what_cannot_be_looked_into_is_refused_in_one_line(cli, tmp_path):
    save(tmp_path, "other.seed1", network="lstm", config={})
    save(tmp_path, "bare.seed1", task={})
    save(tmp_path, "chain.seed1", task={"paradigm": "chain", "n_features": 4, "lengths": (2, 4), "n_lures": 2})
    wrong = {
        ("--weights", "other.seed1"): (2, "NotSupported: other.seed1 is of a lstm; inspect looks into the memory"),
        ("--weights", "bare.seed1"): (3, "DataError: the card of bare.seed1 does not say what the network was"),
        ("--weights", "chain.seed1"): (2, "NotSupported: chain.seed1 was trained on cue chains"),
        ("cmr",): (2, "NotSupported: cmr is no trained network"),
        ("dnk",): (2, "UnknownName: there are no weights 'dnk'"),
        ("--weights", "gone.seed1"): (2, "UnknownName: there are no weights 'gone.seed1'"),
    }
    for arguments, (code, message) in wrong.items():
        got, out, err = cli("inspect", *arguments, *SMALL, "--out", "inside")
        assert (got, out) == (code, ""), arguments
        assert err.startswith(message)
        assert err.count("\n") == 1
        assert not (tmp_path / "inside").exists()
