"""Training, scoring and resuming on a GPU, as far as a pretended one shows: no devices are mixed, little is waited."""

import numpy as np
import pytest
import torch

from memlab.core.errors import UsageError
from memlab.core.recall import RecallData, Recalls, StudyLists
from memlab.models.neural.checkpoint import load_checkpoint, newest_checkpoint, save_checkpoint
from memlab.models.neural.dnc.replay import captures_of
from memlab.models.neural.evaluation import streams
from memlab.models.neural.network import NETWORKS, build_network
from memlab.models.neural.people import People
from memlab.models.neural.rollout import sample_responses
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.train import TrainConfig, train
from memlab.models.neural.trainer import Trainer
from memlab.models.neural.weights import load_network, save_weights

pytestmark = pytest.mark.filterwarnings("ignore:PyTorch was compiled without cuDNN")  # as it pretends to want it

DNC = {"hidden": 8, "slots": 4, "word": 4, "layer_norm": True}
SMALL = {
    "dnc": DNC,
    "transformer": {"width": 8, "layers": 1, "heads": 2},
    "key_value": {"hidden": 8, "word": 4},
} | {name: {"hidden": 8} for name in ("lstm", "gru", "rnn")}
SHORT = {"n_features": 4, "lengths": (1, 3), "n_lures": 2}
TASKS = {
    "set": Task(**SHORT, delay=(1, 2)),
    "forward": Task(objective="forward", items="words", **SHORT),
    "blog": Task(objective="blog", items="binary", **SHORT),
    "serial": Task("serial_recall", **SHORT),
    "repeat_copy": Task("repeat_copy", items="binary", n_features=4, lengths=(1, 2), repeats=(1, 3)),
    "chain": Task("chain", n_features=4, lengths=(3, 4), n_lures=2, hops=(1, 2), cues=2),
}


@pytest.fixture(autouse=True)
def few_lists(monkeypatch):
    """Score on few lists: here it is not the scores that matter."""
    monkeypatch.setattr("memlab.models.neural.train.SCORED_LISTS", 20)
    monkeypatch.setattr("memlab.models.neural.train.SCORED_LENGTHS", 2)
    monkeypatch.setattr("memlab.models.neural.trainer.HELD_OUT_LISTS", 20)


def config(steps=2, network="dnc", device="cuda", **changes):
    task, options = changes.pop("task", TASKS["set"]), SMALL[network] | changes.pop("options", {})
    usual = {"batch": 4, "evaluate_every": 2, "checkpoint_every": 2}
    return TrainConfig(network, options, task, steps=steps, device=device, **usual | changes)


def one_item(**changes):
    return config(task=Task(n_features=4, lengths=(1, 1), n_lures=1, write_cost=0.1), options={"noise": 0.1}, **changes)


def test_a_dnc_trains_on_a_gpu_by_replays_and_mixes_no_devices(pretend_gpu):
    trainer = Trainer(one_item(batch=2))
    trainer.step()
    captures = captures_of(trainer.network)
    assert not captures.failed
    assert 2 <= len(captures) <= 3  # a step without a gradient, and sequences with one
    assert all(weight.is_cuda for weight in trainer.network.parameters())


@pytest.mark.slow
def test_a_dnc_is_trained_and_scored_on_a_gpu(pretend_gpu):
    trained = train(one_item())
    assert trained.card["machine"].startswith("a pretended GPU, CUDA")
    assert not captures_of(trained.network).failed


def trained_and_scored(config, people=None):
    trainer = Trainer(config, people=people)
    trainer.step()
    trainer.evaluate()
    return all(weight.is_cuda for weight in trainer.network.parameters())


@pytest.mark.parametrize("task", TASKS)
def test_no_task_mixes_devices(pretend_gpu, task):
    assert trained_and_scored(config(network="gru", task=TASKS[task]))


@pytest.mark.parametrize("name", sorted(set(NETWORKS) - {"dnc", "gru"}))
def test_no_network_mixes_devices(pretend_gpu, name):
    assert trained_and_scored(config(network=name))


def test_people_are_trained_on_without_mixing_devices(pretend_gpu):
    position = np.tile([3, 1, 0], (12, 1))
    data = RecallData(StudyLists.simple(12, 3), Recalls(position))
    human = Task(objective="human", **SHORT)
    assert trained_and_scored(config(network="gru", task=human), People.of([data], [data], [data]))


def test_the_card_names_the_gpu(pretend_gpu):
    trained = train(config(1, network="gru", task=Task(n_features=4, lengths=(1, 1), n_lures=1)))
    assert trained.card["machine"].startswith("a pretended GPU, CUDA")


def test_what_mixes_devices_is_found(pretend_gpu):
    network = build_network("gru", 8, 5, SMALL["gru"]).to("cuda")
    with pytest.raises(RuntimeError, match="a tensor on the CPU meets one on the GPU"):
        network(torch.zeros(3, 2, 8))
    with pytest.raises(RuntimeError, match="random numbers of"):
        torch.rand(3, device="cuda", generator=torch.Generator())


@pytest.mark.parametrize("network", ["gru", "dnc"])
def test_recall_on_a_gpu_waits_for_nothing(pretend_gpu, network):
    rng, generator = streams(1, "lists", device="cuda")
    lists = draw_lists(TASKS["set"], 4, 3, rng, "cuda")
    model = build_network(network, 8, 5, SMALL[network]).to("cuda")
    sample_responses(model, lists, 5, generator)  # a first run compares what it captures, and waits for that
    pretend_gpu.waits = 0
    responses = sample_responses(model, lists, 5, generator)
    assert responses.is_cuda
    assert pretend_gpu.waits == 0


def test_a_training_step_waits_for_the_gpu_as_often_for_long_lists_as_for_short_ones(pretend_gpu):
    waits = []
    for length in (1, 6):
        trainer = Trainer(config(network="gru", task=Task(n_features=4, lengths=(length, length), n_lures=2)))
        trainer.step()
        pretend_gpu.waits = 0
        trainer.step()
        waits.append(pretend_gpu.waits)
    assert waits[0] == waits[1] <= 4


def test_weights_from_a_gpu_load_on_the_cpu_and_give_the_same(pretend_gpu, tmp_path):
    there = build_network("dnc", 8, 5, DNC, seed=3).to("cuda")
    save_weights(there, {}, tmp_path / "dnc.set.seed3")
    here, _ = load_network(tmp_path / "dnc.set.seed3")
    x = torch.randn(3, 2, 8)
    assert torch.allclose(there(x.to("cuda"))[0].cpu(), here(x)[0], atol=1e-6)
    assert load_network(tmp_path / "dnc.set.seed3", "cuda")[0].to_output.weight.is_cuda


def test_a_run_resumed_on_a_gpu_equals_an_uninterrupted_one(pretend_gpu, tmp_path):
    whole, resumed = Trainer(config(network="gru")), Trainer(config(network="gru"))
    whole.step()
    save_checkpoint(whole.checkpoint(), tmp_path)
    resumed.resume(load_checkpoint(newest_checkpoint(tmp_path)))
    assert whole.step() == resumed.step()
    ours, theirs = resumed.checkpoint(), whole.checkpoint()
    assert ours.facts == theirs.facts
    assert ours.tensors.keys() == theirs.tensors.keys()
    assert all(ours.tensors[name].cpu().equal(theirs.tensors[name].cpu()) for name in ours.tensors)


@pytest.mark.parametrize("devices", [("cpu", "cuda"), ("cuda", "cpu")])
def test_a_run_goes_on_upon_another_device_with_its_weights_and_moments(pretend_gpu, tmp_path, devices):
    first, second = (config(2, network="gru", device=device) for device in devices)
    before = Trainer(first)
    before.step()
    save_checkpoint(before.checkpoint(), tmp_path)
    after = Trainer(second)
    after.resume(load_checkpoint(newest_checkpoint(tmp_path)))
    ours, theirs = after._learned(), before._learned()
    assert ours.keys() == theirs.keys()
    assert all(ours[name].cpu().equal(theirs[name].cpu()) for name in ours)
    assert after.network.to_output.weight.is_cuda == (devices[1] == "cuda")
    after.step()
    assert after.step_count == 2


@pytest.mark.parametrize("device", ["mps", "cuda:7", "meta", "xpu"])
def test_a_device_that_networks_do_not_run_on_is_refused_with_what_there_is(device):
    with pytest.raises(UsageError, match=rf"device '{device}' cannot be used here: .*There is: cpu.*Take one of these"):
        TrainConfig(device=device)
