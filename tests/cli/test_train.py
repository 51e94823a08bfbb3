"""`memlab train` as a new user meets it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib

import pytest
import torch

from memlab.configuration import TrainConfig
from memlab.runs.train import command_line, recipes, train_config, weights_name

SMALL = ["--set", "hidden=8", "--task", "lengths=[1,2]", "--task", "n_lures=2", "--batch", "8", "--evaluate-every", "5"]
GRU = ["gru", *SMALL]


@pytest.fixture(autouse=True)
def few_lists(monkeypatch):
    """Score on few lists: here it is not the scores that matter."""
    monkeypatch.setattr("memlab.models.neural.train.SCORED_LISTS", 40)
    monkeypatch.setattr("memlab.models.neural.trainer.HELD_OUT_LISTS", 40)


def test_train_leaves_weights_with_their_card_a_log_and_a_record(cli, tmp_path):
    code, out, err = cli("train", *GRU, "--steps", "10", "--seed", "3", "--out", "gru")
    assert code == 0
    assert out.startswith("list_length,recalled,repeats,intrusions,in_order,bits\n1,")
    assert "gru.set.seed3 is in gru: 10 steps" in err
    assert {p.name for p in (tmp_path / "gru").iterdir()} == {
        "gru.set.seed3.safetensors", "gru.set.seed3.json", "train.csv", "run.json",
    }  # fmt: skip
    assert (tmp_path / "gru" / "train.csv").read_text().splitlines()[2].startswith("10,1,2,0.002,")
    card = json.loads((tmp_path / "gru" / "gru.set.seed3.json").read_text())
    assert card["config"]["hidden"] == 8
    assert card["data"] is None
    assert card["learning_curve"][-1]["step"] == card["steps"] == 10


def test_the_command_on_the_card_trains_the_same_weights(cli, tmp_path):
    cli("train", *GRU, "--objective", "forward", "--steps", "5", "--out", "first")
    card = json.loads((tmp_path / "first" / "gru.forward.seed1.json").read_text())
    words = card["command"].split("memlab ")[1]
    assert cli(*__import__("shlex").split(words), "--out", "again")[0] == 0
    again = json.loads((tmp_path / "again" / "gru.forward.seed1.json").read_text())
    assert again["sha256"] == card["sha256"]


def test_weights_verify_and_verify_and_rerun_work_on_what_train_left(cli):
    cli("train", *GRU, "--steps", "5", "--out", "gru")
    assert cli("weights", "verify", "gru.set", "--folder", "gru")[0] == 0
    assert cli("verify", "gru")[0] == 0
    code, _, err = cli("rerun", "gru", "--out", "again")
    assert code == 0
    assert "every file is the same" in err


def test_a_second_run_into_the_same_folder_is_refused_and_force_starts_anew(cli):
    arguments = ("train", *GRU, "--steps", "5", "--out", "gru")
    assert cli(*arguments)[0] == 0
    code, _, err = cli(*arguments)
    assert code == 6
    assert "Use --force to replace the run" in err
    assert cli(*arguments, "--force")[0] == 0


def test_an_interrupted_run_exits_130_and_resume_finishes_it_as_if_nothing_had_happened(cli, tmp_path, monkeypatch):
    from memlab.models.neural.trainer import Trainer

    cli("train", *GRU, "--steps", "12", "--out", "whole")
    step = Trainer.step

    def interrupted(self):
        if self.step_count == 6:
            os.kill(os.getpid(), signal.SIGINT)
        return step(self)

    monkeypatch.setattr(Trainer, "step", interrupted)
    code, out, err = cli("train", *GRU, "--steps", "12", "--out", "cut")
    assert (code, out) == (130, "")
    assert err == "stopped after step 7 of 12; go on with: memlab train --resume cut\n"
    assert (tmp_path / "cut" / "checkpoints" / "step-000000007.safetensors").is_file()
    monkeypatch.setattr(Trainer, "step", step)
    assert cli("train", "--resume", "cut")[0] == 0
    for name in ("gru.set.seed1.safetensors", "train.csv"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (tmp_path / "cut" / "checkpoints").exists()
    assert cli("train", "--resume", "cut") == (0, "", "the run in cut is complete\n")
    assert cli("verify", "cut")[0] == 0


def test_weights_to_start_from_that_do_not_fit_leave_nothing_and_a_damaged_checkpoint_leaves_the_run(cli, tmp_path):
    cli("train", *GRU, "--steps", "5", "--out", "gru")
    arguments = ("train", *GRU, "--set", "hidden=9", "--init", "gru/gru.set.seed1", "--out", "new")
    code, _, err = cli(*arguments)
    assert code == 3
    assert "the weights to start from do not fit" in err
    assert not (tmp_path / "new").exists()
    record = json.loads((tmp_path / "gru" / "run.json").read_text())
    (tmp_path / "gru" / "run.json").write_text(json.dumps(record | {"complete": False, "outputs": {}}))
    (tmp_path / "gru" / "checkpoints").mkdir()
    (tmp_path / "gru" / "checkpoints" / "step-000000003.safetensors").write_bytes(b"x")
    code, _, err = cli("train", "--resume", "gru")
    assert code == 3
    assert "is not a whole checkpoint" in err
    assert (tmp_path / "gru" / "run.json").is_file()


def test_resume_takes_no_other_options_and_needs_a_run_of_training(cli):
    cli("train", *GRU, "--steps", "5", "--out", "gru")
    code, _, err = cli("train", "--resume", "gru", "--steps", "9")
    assert code == 2
    assert "a run is resumed as it was configured; leave out: steps" in err
    assert cli("train", "--resume", "nowhere")[0] == 3


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_gpu_that_is_not_there_is_one_line_and_leaves_nothing_or_the_run_as_it_was(cli, tmp_path):
    line = "UsageError: device 'cuda' cannot be used here: .*There is: cpu. Take one of these; cuda needs an NVIDIA GPU"
    code, out, err = cli("train", *GRU, "--device", "cuda", "--out", "gru")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.match(line, err)
    assert not (tmp_path / "gru").exists()
    cli("train", *GRU, "--steps", "5", "--out", "gru")
    record = (tmp_path / "gru" / "run.json").read_text().replace('"complete": true', '"complete": false')
    (tmp_path / "gru" / "run.json").write_text(record)
    code, _, err = cli("train", "--resume", "gru", "--device", "cuda")
    assert code == 2
    assert re.match(line, err)
    assert (tmp_path / "gru" / "run.json").read_text() == record


def test_the_command_on_a_card_says_device_and_compile():
    config = train_config({"device": "cuda:1", "compile": True})
    assert command_line(config) == "memlab train dnc --device cuda:1 --compile --seed 1"


def test_a_configuration_file_is_overruled_option_by_option(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('network = "gru"\nsteps = 7\n[options]\nhidden = 8\nlayers = 2\n[task]\nn_lures = 3\n')
    config = train_config({"steps": 9, "options": {"layers": 1}, "task": {"lengths": [2, 3]}}, file=file)
    assert (config.network, config.steps) == ("gru", 9)
    assert config.options == {"hidden": 8, "layers": 1}
    assert config.task == {"n_lures": 3, "lengths": [2, 3]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ltsm"], "there is no network 'ltsm'. Did you mean 'lstm'?"),
        (["--paradigm", "serial"], "option paradigm: input should be"),
        (["--objective", "bits"], "free_recall has no objective 'bits'."),
        (["--set", "slot=3"], "network dnc has no option 'slot'. Did you mean 'slots'?"),
        (["--task", "length=[1,3]"], "a task has no option 'length'. Did you mean 'lengths'?"),
        (["--task", "lengths=9"], "task: lengths must be [low, high]"),
        (["--recipe", "dnc.sett"], "there is no recipe 'dnc.sett'. Did you mean 'dnc.set'?"),
        (["--objective", "human"], "the objective human needs people's recalls"),
        (["--init", "nothing.seed1"], "nothing.seed1"),
    ],
)
def test_a_wrong_option_is_one_line_and_leaves_nothing(cli, tmp_path, arguments, message):
    code, out, err = cli("train", *arguments, "--steps", "5", "--out", "new")
    assert code in (2, 3)
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["dnc.set", "dnc.forward", "dnc.serial", "dnc.copy", "dnc.repeat_copy", "dnc.blog",
                                  "dnc.limited", "dnc.human", "lstm.set", "lstm.serial", "gru.set", "gru.serial",
                                  "transformer.set", "transformer.serial"])  # fmt: skip
def test_a_recipe_can_be_trained_and_names_its_weights(name):
    from memlab.runs.train import _neural_config

    config = train_config({"seed": 3}, recipe=name)
    assert weights_name(config) == name
    assert command_line(config) == f"memlab train --recipe {name} --seed 3"
    _neural_config(config)  # every option of network and task is allowed
    assert all(key in TrainConfig.model_fields for key in tomllib.loads(recipes()[name].read_text()))


def people(path, n_subjects=10, length=4):
    """Ten people who recall the last item, then the first."""
    rows = ["subject,list,trial_type,position,item"]
    for subject in range(n_subjects):
        for one in range(3):
            rows += [f"{subject},{one},study,{i + 1},w{one}{i}" for i in range(length)]
            rows += [f"{subject},{one},recall,1,w{one}{length - 1}", f"{subject},{one},recall,2,w{one}0"]
    path.write_text("\n".join(rows) + "\n")


def test_people_in_a_file_are_split_into_three_and_recorded(cli, tmp_path):
    people(tmp_path / "class.csv")
    code, _, err = cli("train", *GRU, "--objective", "human", "--data", "class.csv", "--steps", "5", "--out", "human")
    assert code == 0, err
    card = json.loads((tmp_path / "human" / "gru.human.seed1.json").read_text())
    assert card["data"]["id"] == "class.csv"
    assert card["data"]["subjects"] == {"all": 10}
    assert card["data"]["seen"] == {"all": ["0", "1", "2", "3", "4"]}
    assert {"fit_bits_per_event", "validation_bits_per_event", "held_out_bits_per_event"} <= card["scores"].keys()
    assert card["trained_lengths"] == [4, 4]


def test_no_person_is_in_two_parts(tmp_path):
    from memlab.core.table import read_conditions
    from memlab.runs.train import split_people

    people(tmp_path / "class.csv")
    fitted, validation, held_out = (
        part.subjects.tolist() for part in split_people(read_conditions(tmp_path / "class.csv")["all"])
    )
    assert [fitted, validation, held_out] == [[0, 1, 3, 4], [2], [5, 6, 7, 8, 9]]


def test_too_few_people_are_refused(cli, tmp_path):
    people(tmp_path / "class.csv", n_subjects=4)
    code, _, err = cli("train", *GRU, "--objective", "human", "--data", "class.csv", "--out", "human")
    assert code == 3
    assert "condition all has 4 subjects; to be fitted, validated and held out there must be at least 5" in err


@pytest.mark.slow
def test_smoke_keeps_nothing_and_takes_no_place_for_it(cli):
    code, _, err = cli("train", "--smoke", "--out", "x")
    assert (code, err) == (2, "UsageError: --smoke keeps nothing that it trains; leave out --out.\n")


def test_smoke_trains_every_kind_and_says_so(cli):
    start = time.perf_counter()
    code, out, err = cli("train", "--smoke")
    assert code == 0
    assert out.splitlines()[0] == "network,paradigm,first_bits,last_bits,seconds"
    assert "training works" in err
    assert time.perf_counter() - start < 30


@pytest.mark.slow
def test_ctrl_c_in_a_process_of_its_own_leaves_a_run_that_can_be_resumed(tmp_path):
    command = [sys.executable, "-m", "memlab", "train", *GRU, "--steps", "100000", "--out", str(tmp_path / "run")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "run" / "train.csv").is_file():
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "go on with: memlab train --resume" in err
    assert len(list((tmp_path / "run" / "checkpoints").iterdir())) >= 1


@pytest.mark.parametrize(
    ("given", "items", "lengths"),
    [
        ({"paradigm": "copy"}, "binary", (1, 10)),
        ({"paradigm": "repeat_copy"}, "binary", (1, 5)),
        ({"objective": "blog"}, "binary", (1, 12)),
        ({"paradigm": "copy", "task": {"lengths": [2, 3]}}, "binary", (2, 3)),
        ({"paradigm": "serial_recall"}, "gaussian", (1, 12)),
    ],
)
def test_a_paradigm_needs_no_more_than_its_name(given, items, lengths):
    from memlab.configuration import TrainConfig
    from memlab.runs.train import _neural_config

    task = _neural_config(TrainConfig.load(given=given)).task
    assert (task.items, task.lengths) == (items, lengths)
