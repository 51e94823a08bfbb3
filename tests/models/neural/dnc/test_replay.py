"""What is replayed on a GPU is what the eager network gives: shown on the CPU, with functions in place of CUDA graphs.

The functions write over all that real graphs may write over: see `Functions` in conftest.py.
"""

import pytest
import torch
from torch.profiler import profile

from memlab.models.neural.dnc import replay
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.dnc.replay import captures_of

SMALL = {"hidden": 4, "slots": 3, "word": 2, "heads": 1}
OPTIONS = [
    {"heads": 2, "layers": 2, "layer_norm": True, "noise": 0.1, "decay": 0.1},
    {"controller": "feedforward", "masking": True, "deallocation": True, "sharpening": True},
    {"allocation": "softmax", "similarity": "euclidean", "jitter": 0.5},
    {"write": False, "links": False, "usage_gradient": False},
]

pytestmark = pytest.mark.usefixtures("functions_for_graphs")


def network(seed=0, **options):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return DifferentiableNeuralComputer(3, 2, DNCConfig(**SMALL | options)).double()


def inputs(n_steps, n_lists=2, seed=0):
    return torch.randn(n_steps, n_lists, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def replayed(dnc, *given):
    return replay.run(dnc, *given)


def eager(dnc, *given):
    return dnc.forward_eager(*given)


def seeded():
    return torch.Generator().manual_seed(5)


def same(ours, theirs):
    return all(
        one is two is None or torch.allclose(one, two, rtol=0, atol=1e-12)
        for one, two in zip(ours, theirs, strict=True)
    )


def cost(outputs, state):
    return outputs.square().sum() + state["memory"].sin().sum() + state["written"].sum()


def gradients(run, dnc, x, state):
    """Return outputs, last state and the gradients of inputs, first state and weights."""
    x, state = x.clone().requires_grad_(), {name: value.clone().requires_grad_() for name, value in state.items()}
    outputs, last = run(dnc, x, state, seeded())
    found = torch.autograd.grad(cost(outputs, last), [x, *state.values(), *dnc.parameters()], allow_unused=True)
    return [outputs, *last.values(), *(torch.zeros(()) if d is None or not d.any() else d for d in found)]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_outputs_state_and_gradients_are_the_eager_networks(options):
    dnc = network(**options)
    with torch.no_grad():
        _, state = eager(dnc, inputs(4, seed=1), None, seeded())
    for seed in (2, 3):  # the second call replays what the first captured
        assert same(
            gradients(replayed, dnc, inputs(5, seed=seed), state), gradients(eager, dnc, inputs(5, seed=seed), state)
        )
    assert len(captures_of(dnc)) == 1
    assert not captures_of(dnc).failed


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@torch.no_grad()
def test_without_a_gradient_one_captured_step_serves_every_length(options):
    dnc, state, again = network(**options), None, None
    for n_steps in (1, 4, 2):
        x, generator, other = inputs(n_steps, seed=n_steps), seeded(), seeded()
        outputs, state = replayed(dnc, x, state, generator)
        expected, again = eager(dnc, x, again, other)
        assert same([outputs, *state.values()], [expected, *again.values()])
        assert generator.get_state().equal(other.get_state())
    assert len(captures_of(dnc)) == 1


def test_a_backward_pass_is_right_whatever_was_replayed_since_its_forward_pass():
    dnc, x = network(layer_norm=True), [inputs(3, seed=1), inputs(3, seed=2), inputs(5, seed=3)]
    for run in (replayed, eager):  # the first captures everything
        [run(dnc, one)[0].sum().backward() for one in x]
    found = {}
    for run in (replayed, eager):
        outputs = [run(dnc, one)[0] for one in x]  # none of the forward passes but the last is the latest
        with torch.no_grad():
            run(dnc, x[0])
        kept = [one.detach().clone() for one in outputs]
        losses = [one.square().sum() for one in outputs]
        twice = [torch.autograd.grad(losses[1], dnc.parameters(), retain_graph=True) for _ in range(2)]
        found[run] = [*kept, *twice[0], *twice[1], *torch.autograd.grad(sum(losses), dnc.parameters())]
        assert same(kept, outputs)
    assert same(found[replayed], found[eager])


def test_changed_weights_are_seen_and_changed_weights_under_way_are_refused():
    dnc, x = network(), inputs(3)
    outputs, _ = replayed(dnc, x)
    with torch.no_grad():
        dnc.to_output.weight.mul_(2)
    assert same([replayed(dnc, x)[0]], [eager(dnc, x)[0]])
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        outputs.sum().backward()
    dnc.load_state_dict(network(seed=8).state_dict())
    assert same([replayed(dnc, x)[0]], [eager(dnc, x)[0]])
    assert len(captures_of(dnc)) == 1


def test_a_lesioned_network_has_captures_of_its_own():
    dnc, x = network(), inputs(4)
    lesioned = dnc.with_config(links=False, slots=2)
    for one in (dnc, lesioned, dnc):
        assert same([replayed(one, x)[0]], [eager(one, x)[0]])
    assert captures_of(dnc) is not captures_of(lesioned)


def test_another_precision_is_captured_anew():
    dnc, x = network(), inputs(4)
    before = captures_of(dnc)
    assert replayed(dnc.float(), x.float())[0].dtype == torch.float32
    assert captures_of(dnc) is not before


def test_only_so_many_captures_are_kept(monkeypatch):
    monkeypatch.setattr(replay, "MOST_CAPTURED", 2)
    dnc = network()
    for n_steps in (1, 2, 3, 1):
        assert same([replayed(dnc, inputs(n_steps))[0]], [eager(dnc, inputs(n_steps))[0]])
    assert len(captures_of(dnc)) == 2


def test_a_replay_that_differs_is_not_used(monkeypatch, functions_for_graphs):
    def capture(self, function):
        results, again = right(self, function)
        return results, lambda: (again(), [result.add_(0.1) for result in results])

    right = functions_for_graphs.capture
    monkeypatch.setattr(functions_for_graphs, "capture", capture)
    dnc, x = network(noise=0.1), inputs(3)
    with pytest.warns(UserWarning, match="runs eagerly on the GPU, which is slower: a replay differs .* by 0.1"):
        outputs, _ = replayed(dnc, x, None, seeded())
    assert same([outputs], [eager(dnc, x, None, seeded())[0]])
    assert captures_of(dnc).failed


def test_a_wrong_gradient_is_noticed(monkeypatch, functions_for_graphs):
    def capture(self, function):
        results, again = right(self, function)
        late = function.__name__ == "_backward"
        return results, lambda: (again(), [result.mul_(1.1) for result in results if late])

    right = functions_for_graphs.capture
    monkeypatch.setattr(functions_for_graphs, "capture", capture)
    dnc, x = network(), inputs(3)
    with pytest.warns(UserWarning, match="a replay differs"):
        replayed(dnc, x)[0].sum().backward()
    ours = [weight.grad.clone() for weight in dnc.parameters()]
    assert same(ours, torch.autograd.grad(eager(dnc, x)[0].sum(), dnc.parameters()))


def test_what_cannot_be_captured_runs_eagerly_with_a_warning(monkeypatch, functions_for_graphs):
    def capture(self, function):
        raise RuntimeError("CUDA error: operation not permitted when stream is capturing\nCompile with …")

    monkeypatch.setattr(functions_for_graphs, "capture", capture)
    dnc, x = network(), inputs(3)
    with pytest.warns(UserWarning, match="slower: CUDA error: operation not permitted when stream is capturing$"):
        assert same([replayed(dnc, x)[0]], [eager(dnc, x)[0]])


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_no_step_forward_or_backward_asks_for_a_value(options):
    """A GPU would be waited for, and a CUDA graph not be captured. Seen by the profiler, which changes nothing."""
    dnc = network(**options)
    with profile() as seen:
        outputs, state = eager(dnc, inputs(3), None, seeded())
        cost(outputs, state).backward()
    names = {event.key for event in seen.key_averages()}
    assert "aten::mm" in names
    assert not names & {"aten::item", "aten::_local_scalar_dense", "aten::nonzero", "aten::is_nonzero", "aten::equal"}
