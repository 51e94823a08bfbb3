"""Training: it learns, a seed gives its weights, a resumed run is the uninterrupted one, NaN is survived."""

import dataclasses
import json
import os
import signal

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from memlab.core.errors import DataError, NotConverged, ParameterError, UnknownName, UsageError
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.models.neural.checkpoint import Checkpoint, load_checkpoint, newest_checkpoint, save_checkpoint
from memlab.models.neural.network import build_network
from memlab.models.neural.people import People
from memlab.models.neural.tasks import Task
from memlab.models.neural.train import TrainConfig, Trained, train
from memlab.models.neural.trainer import MOST_RESTORED, RATE_AFTER_NAN, Trainer

TINY = {"hidden": 8, "slots": 4, "word": 4, "layer_norm": True}
SHORT = {"n_features": 4, "lengths": (1, 3), "n_lures": 2}


GRU = {"network": "gru", "options": {"hidden": 8}}


@pytest.fixture(autouse=True)
def few_lists(monkeypatch):
    """Score on few lists: here it is not the scores that matter."""
    monkeypatch.setattr("memlab.models.neural.train.SCORED_LISTS", 40)
    monkeypatch.setattr("memlab.models.neural.trainer.HELD_OUT_LISTS", 40)


def config(steps=6, **changes):
    task = changes.pop("task", Task(**SHORT))
    usual = {"options": TINY, "batch": 8, "evaluate_every": 3, "checkpoint_every": 2, "decay": "cosine"}
    return TrainConfig(task=task, steps=steps, **usual | changes)


TASKS = {
    "set": Task(**SHORT, delay=(0, 2), write_cost=0.01),
    "forward": Task(objective="forward", items="words", **SHORT),
    "blog": Task(objective="blog", items="binary", **SHORT),
    "nearest": Task(objective="nearest", items="binary", **SHORT),
    "serial": Task("serial_recall", curriculum=((2, 1, 1),), **SHORT),
    "copy": Task("copy", items="binary", n_features=4, lengths=(1, 3)),
    "repeat_copy": Task("repeat_copy", items="binary", n_features=4, lengths=(1, 2), repeats=(1, 3)),
}


def people(n_lists=12, length=4):
    """People who recall the last item first, then the first; a third part for each use."""
    position = np.tile([length, 1, 0, 0], (n_lists, 1))
    data = RecallData(StudyLists.simple(n_lists, length), Recalls(position))
    return People.of([data], [data], [data])


@pytest.mark.parametrize("name", TASKS)
def test_every_task_trains_and_says_what_it_did(name):
    trained = train(config(task=TASKS[name]))
    card = trained.card
    assert [row["step"] for row in trained.history] == [3, 6]
    assert Task(**card["task"]) == TASKS[name]
    assert card["stops"] == (name in ("set", "forward"))
    assert card["steps"] == card["weights_of_step"] == 6
    assert set(card["scores"]["by_length"]) == {str(n) for n in range(1, card["trained_lengths"][1] + 1)}
    assert 0 <= card["scores"]["recalled"] <= 1
    json.dumps(card, allow_nan=False)


@pytest.mark.parametrize("network", ["lstm", "gru", "transformer", "key_value"])
def test_every_network_trains(network):
    options = {"transformer": {"width": 8, "layers": 1, "heads": 2}}.get(network, {"hidden": 8})
    before = build_network(network, 8, 5, options, seed=1).state_dict()
    after = train(config(2, network=network, options=options)).network.state_dict()
    assert not all(before[name].equal(after[name]) for name in before)


def test_the_loss_falls_on_all_of_a_short_task():
    task = Task(objective="forward", n_features=8, lengths=(1, 2), n_lures=2)
    larger = {"options": TINY | {"hidden": 32, "word": 8}, "learning_rate": 1e-2, "decay": "none"}
    rows = train(config(100, task=task, batch=32, evaluate_every=100, **larger)).history
    assert rows[-1]["held_out_bits"] < 1.0  # chance: log2(5) = 2.3
    assert rows[-1]["recalled"] > 0.7


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first, again, other = (train(config(3, seed=seed)).network.state_dict() for seed in (1, 1, 2))
    assert all(first[name].equal(again[name]) for name in first)
    assert not any(first[name].equal(other[name]) for name in first if "norm" not in name)


@pytest.mark.parametrize(
    ("optimiser", "task", "cut", "noise"),
    [("adam", "set", 3, 0.05), ("adam", "set", 4, 0.0), ("rmsprop", "repeat_copy", 5, 0.0)],
)
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(tmp_path, optimiser, task, cut, noise):
    """Weights, moments, states of both random numbers, history: every tensor and every fact of the last checkpoint."""
    whole = config(6, optimiser=optimiser, task=TASKS[task], options=TINY | {"noise": noise})
    train(whole, folder=tmp_path / "whole")
    interrupted = train(whole, on_progress=lambda now: stop_at(now, cut), folder=tmp_path / "cut")
    assert interrupted.interrupted
    assert newest_checkpoint(tmp_path / "cut").name == f"step-{cut:09d}.safetensors"
    resumed = train(whole, folder=tmp_path / "cut")
    assert not resumed.interrupted
    ours, theirs = (load_checkpoint(newest_checkpoint(tmp_path / name)) for name in ("cut", "whole"))
    assert ours.step == theirs.step == 6
    assert ours.tensors.keys() == theirs.tensors.keys()
    assert {"rng.torch", "weights.to_output.weight", "optimiser.0.step"} <= ours.tensors.keys()
    for name, tensor in ours.tensors.items():
        assert tensor.dtype == theirs.tensors[name].dtype
        assert tensor.numpy().tobytes() == theirs.tensors[name].numpy().tobytes(), name
    assert ours.facts | {"seconds": 0} == theirs.facts | {"seconds": 0}


def stop_at(now, step):
    """Press Ctrl-C after a step."""
    if now.step == step:
        os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_the_run_after_the_step_under_way_and_leaves_the_handler_as_it_was(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    trained = train(config(6), on_progress=lambda now: stop_at(now, 4), folder=tmp_path)
    assert (trained.interrupted, trained.card) == (True, {})
    assert load_checkpoint(newest_checkpoint(tmp_path)).step == 4
    assert signal.getsignal(signal.SIGINT) is before


def test_two_checkpoints_stay_and_a_damaged_one_is_named(tmp_path):
    train(config(7, **GRU), folder=tmp_path)
    assert [file.name for file in sorted(tmp_path.iterdir())] == [
        "step-000000006.safetensors",
        "step-000000007.safetensors",
    ]
    newest = newest_checkpoint(tmp_path)
    newest.write_bytes(newest.read_bytes()[:100])
    with pytest.raises(DataError, match="step-000000007.safetensors is not a whole checkpoint"):
        train(config(7, **GRU), folder=tmp_path)
    newest.unlink()
    assert not train(config(7, **GRU), folder=tmp_path).interrupted  # from the one before


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path):
    train(config(2, **GRU), folder=tmp_path)
    with pytest.raises(DataError, match="of another configuration"):
        train(config(4, **GRU), folder=tmp_path)


def test_a_checkpoint_holds_numbers_and_text_only(tmp_path):
    tensors = {"a": torch.tensor([1.5, -0.0]), "rng": torch.arange(4, dtype=torch.uint8)}
    file = save_checkpoint(Checkpoint(3, tensors, {"big": 2**127, "loss": 0.1}), tmp_path)
    assert load_file(file).keys() == tensors.keys()
    back = load_checkpoint(file)
    assert (back.step, back.facts) == (3, {"big": 2**127, "loss": 0.1})
    assert all(back.tensors[name].numpy().tobytes() == tensors[name].numpy().tobytes() for name in tensors)


class Sometimes(Trainer):
    """A trainer whose loss is not a number at some steps."""

    bad = ()

    def _loss(self):
        loss = super()._loss()
        return loss * float("nan") if self.step_count in self.bad else loss


def test_a_loss_that_is_no_number_restores_the_last_good_weights_and_lowers_the_learning_rate():
    trainer = Sometimes(config(10, decay="none", learning_rate=1e-3, **GRU))
    trainer.step()
    good = {name: value.clone() for name, value in trainer.network.state_dict().items()}
    trainer.step()  # its loss was fine, so `good` is where it started from
    trainer.bad = (2,)
    assert not np.isfinite(trainer.step())
    assert trainer.restored == 1
    assert all(value.equal(good[name]) for name, value in trainer.network.state_dict().items())
    trainer.step()
    assert trainer.optimiser.param_groups[0]["lr"] == 1e-3 * RATE_AFTER_NAN
    assert all(value.isfinite().all() for value in trainer.network.state_dict().values())


def test_training_that_keeps_failing_gives_up_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr("memlab.models.neural.train.Trainer", Sometimes)
    monkeypatch.setattr(Sometimes, "bad", range(99))
    with pytest.raises(NotConverged, match=f"step {MOST_RESTORED}: .* were not finite.*lower --learning-rate"):
        train(config(99, **GRU))


def test_the_card_counts_what_was_restored(monkeypatch):
    monkeypatch.setattr("memlab.models.neural.train.Trainer", Sometimes)
    monkeypatch.setattr(Sometimes, "bad", (1, 3))
    seen = []
    assert train(config(6, **GRU), on_progress=lambda now: seen.append(now.restored)).card["restored"] == 2
    assert seen == [0, 1, 1, 2, 2, 2]


def test_patience_ends_training_and_keeps_the_best_weights():
    stopped = train(config(60, learning_rate=0.0, evaluate_every=1, patience=3, **GRU))
    assert len(stopped.history) == 4  # one that is the best, three that are no better
    assert stopped.card["weights_of_step"] == 1
    diverging = config(30, task=TASKS["serial"], learning_rate=0.5, decay="none", evaluate_every=2, patience=4, **GRU)
    trained = train(diverging)
    best = min(trained.history, key=lambda row: row["held_out_bits"])
    assert trained.card["weights_of_step"] == best["step"]


def test_held_out_lists_are_the_same_at_every_evaluation_and_are_not_trained_on():
    trainer = Trainer(config(6, **GRU))
    first, again = trainer.evaluate(), trainer.evaluate()
    assert first["held_out_bits"] == again["held_out_bits"]
    state = trainer.rng.bit_generator.state
    trainer.evaluate()
    assert trainer.rng.bit_generator.state == state


def test_training_starts_from_other_weights_whose_limits_may_differ():
    start = build_network("dnc", 8, 5, TINY | {"slots": 9, "decay": 0.1}, seed=7)
    trainer = Trainer(config(1), start)
    assert all(value.equal(start.state_dict()[name]) for name, value in trainer.network.state_dict().items())
    larger = build_network("dnc", 8, 5, TINY | {"hidden": 9})
    with pytest.raises(DataError, match="do not fit: .*Give both the same sizes"):
        Trainer(config(1), larger)


def test_people_are_learned_and_their_bits_are_on_the_card():
    task = Task(objective="human", n_features=4, n_lures=2, lengths=(1, 4))
    trained = train(
        config(120, task=task, learning_rate=2e-2, batch=32, evaluate_every=60, decay="none"), people=people()
    )
    bits = trained.card["scores"]["held_out_bits_per_event"]
    assert bits["all"] < 1.0  # chance: (log2(5) + log2(4) + log2(3)) / 3 = 1.97
    assert trained.card["trained_lengths"] == [4, 4]


def test_people_and_the_objective_human_go_together():
    with pytest.raises(UsageError, match="the objective human is trained on people's recalls"):
        train(config(1), people=people())
    with pytest.raises(UsageError, match="the objective human is trained on people's recalls"):
        train(config(1, task=Task(objective="human")))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "steps must be a whole number of at least 1. Got 0"),
        ({"decay": "linear"}, "decay must be none or cosine. Got 'linear'"),
        ({"learning_rate": -1}, "learning_rate must be a number of at least 0"),
    ],
)
def test_a_wrong_option_is_refused_by_name(changes, message):
    with pytest.raises(ParameterError, match=message):
        dataclasses.replace(config(), **changes)


def test_a_network_that_does_not_write_cannot_pay_for_writing():
    with pytest.raises(ParameterError, match="write_cost needs a network with a memory"):
        train(config(1, network="gru", options={"hidden": 8}, task=Task(**SHORT, write_cost=1.0)))


def test_an_option_that_the_network_does_not_have_is_refused():
    with pytest.raises(UnknownName, match="network dnc has no option 'slot'. Did you mean 'slots'"):
        train(config(1, options={"slot": 3}))


def test_training_leaves_the_number_of_threads_and_the_global_random_state_as_they_were():
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    assert isinstance(train(config(2)), Trained)
    assert torch.get_num_threads() == threads
    assert torch.get_rng_state().equal(state)


@pytest.mark.parametrize("device", ["cudda", *([] if torch.cuda.is_available() else ["cuda"])])
def test_a_device_that_is_not_there_is_refused_before_anything_is_done(device):
    with pytest.raises(UsageError, match=rf"device '{device}' cannot be used here: .*There is: cpu"):
        TrainConfig(device=device)
