"""The compiled step: one graph without a break, the eager step's numbers; the plain step where no compiler works."""

import pytest
import torch

from memlab.core.errors import ParameterError
from memlab.models.neural.dnc import compiled_step
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.train_config import TrainConfig

PAPER = {"heads": 2}
CHANGED = {
    "controller": "feedforward",
    "layers": 2,
    "layer_norm": True,
    "allocation": "softmax",
    "similarity": "euclidean",
    "masking": True,
    "deallocation": True,
    "sharpening": True,
    "decay": 0.1,
    "noise": 0.1,
}


def network(**options):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return DifferentiableNeuralComputer(3, 2, DNCConfig(hidden=8, slots=5, word=4, **options))


def inputs(n_steps, n_lists=3):
    return torch.randn(n_steps, n_lists, 3, generator=torch.Generator().manual_seed(0))


def seeded():
    return torch.Generator().manual_seed(5)


def result(run, dnc, x):
    outputs, state = run(dnc, x, None, seeded())
    loss = outputs.square().sum() + state["memory"].square().sum()
    return [outputs, *state.values(), *torch.autograd.grad(loss, list(dnc.parameters()))]


def use(monkeypatch, backend):
    step = compiled_step.compiled_step(backend)
    monkeypatch.setattr(compiled_step, "compiled_step", lambda: step)


def equal(ours, theirs, atol):
    return all(torch.allclose(one, two, atol=atol, rtol=1e-4) for one, two in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("options", [PAPER, CHANGED], ids=["paper", "changed"])
def test_a_step_is_one_graph_that_serves_every_step(monkeypatch, options):
    """`fullgraph` refuses a break; the graph is counted, and runs as torch would run it."""
    graphs = []

    def backend(graph, examples):
        graphs.append(graph)
        return graph.forward

    use(monkeypatch, backend)
    dnc = network(**options)
    dnc.compiled = True
    assert equal(result(compiled_step.run, dnc, inputs(4)), result(type(dnc).forward_eager, dnc, inputs(4)), 0)
    with torch.no_grad():
        dnc.to_output.weight.mul_(2)
    compiled_step.run(dnc, inputs(7), None, seeded())
    assert len(graphs) == 1
    assert dnc.compiled


@pytest.mark.slow
@pytest.mark.parametrize("options", [PAPER, CHANGED], ids=["paper", "changed"])
def test_the_compiler_gives_the_eager_networks_numbers_and_gradients(options):
    dnc = network(**options)
    dnc.compiled = True
    ours = result(compiled_step.run, dnc, inputs(6))
    assert dnc.compiled
    assert equal(ours, result(type(dnc).forward_eager, dnc, inputs(6)), 1e-5)


def test_where_no_compiler_works_the_step_runs_as_written_with_one_warning(monkeypatch):
    def backend(graph, examples):
        raise FileNotFoundError("no compiler here")

    use(monkeypatch, backend)
    dnc, x = network(controller="feedforward"), inputs(3)
    dnc.compiled = True
    with pytest.warns(UserWarning, match="step was not compiled and runs as written: .*no compiler") as seen:
        outputs, _ = dnc(x)
    assert len(seen) == 1
    assert outputs.equal(dnc.forward_eager(x)[0])


def test_compiling_is_for_the_dnc_and_off_unless_asked_for():
    with pytest.raises(ParameterError, match="compile is for the network dnc. Got 'gru'"):
        TrainConfig(network="gru", compile=True)
    assert "compile" not in TrainConfig().record()
    assert TrainConfig(compile=True).record()["compile"] is True
