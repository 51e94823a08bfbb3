"""On a real GPU: captured graphs give what the eager network gives on the CPU, and a run trains, stops and goes on."""

import dataclasses
import warnings

import pytest
import torch

from memlab.models.neural.checkpoint import load_checkpoint, newest_checkpoint, save_checkpoint
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.dnc.replay import captures_of
from memlab.models.neural.tasks import Task
from memlab.models.neural.train_config import TrainConfig
from memlab.models.neural.trainer import Trainer

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")

OPTIONS = [
    {},
    {"heads": 2, "layers": 2, "layer_norm": True, "decay": 0.1},
    {"controller": "feedforward", "masking": True, "deallocation": True, "sharpening": True},
    {"allocation": "softmax", "similarity": "euclidean", "jitter": 0.5},
]


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["plain", "compiled"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_replays_give_what_the_eager_network_gives_on_the_cpu(options, compiled):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        here = DifferentiableNeuralComputer(3, 2, DNCConfig(hidden=8, slots=5, word=4, **options)).double()
    there = DifferentiableNeuralComputer(3, 2, here.config).double().cuda()
    there.load_state_dict(here.state_dict())
    there.compiled = compiled
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed, n_steps in enumerate((6, 9, 6)):
            x = torch.randn(n_steps, 4, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
            expected, _ = here.forward_eager(x)
            outputs, state = there(x.cuda())
            with torch.no_grad():
                again, _ = there(x.cuda())
            assert torch.allclose(outputs.cpu(), expected, atol=1e-9)
            assert torch.allclose(again.cpu(), expected, atol=1e-9)
            assert all(value.is_cuda for value in state.values())
            gradients = torch.autograd.grad(outputs.square().sum(), list(there.parameters()))
            wanted = torch.autograd.grad(expected.square().sum(), list(here.parameters()))
            assert all(torch.allclose(one.cpu(), two, atol=1e-9) for one, two in zip(gradients, wanted, strict=True))
    assert not captures_of(there).failed
    assert len(captures_of(there)) == 3  # two lengths with a gradient, one step without


def test_a_run_on_a_gpu_stops_goes_on_and_moves_to_the_cpu(tmp_path):
    task = Task(n_features=8, lengths=(1, 4), n_lures=4)
    config = TrainConfig("dnc", {"layer_norm": True}, task, steps=4, batch=16, device="cuda")
    trainer, resumed = Trainer(config), Trainer(config)
    losses = [trainer.step() for _ in range(2)]
    save_checkpoint(trainer.checkpoint(), tmp_path)
    checkpoint = load_checkpoint(newest_checkpoint(tmp_path))
    resumed.resume(checkpoint)
    assert resumed.generator.get_state().equal(trainer.generator.get_state())
    assert resumed.step() == pytest.approx(trainer.step(), rel=1e-3)
    assert not captures_of(trainer.network).failed
    moved = Trainer(dataclasses.replace(config, device="cpu"))
    moved.resume(checkpoint)
    assert moved.step() == pytest.approx(losses[-1], rel=0.5)
