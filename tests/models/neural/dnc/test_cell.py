"""The whole network against a slow NumPy twin, finite differences, its limits, and numbers that must stay finite."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck

from memlab.core.errors import ParameterError, UnknownName
from memlab.models.neural.dnc.cell import DifferentiableNeuralComputer
from memlab.models.neural.dnc.config import CHANGEABLE, DNCConfig

SMALL = {"hidden": 3, "slots": 3, "word": 2, "heads": 1}
OPTIONS = [
    {},
    {"controller": "feedforward", "layers": 2},
    {"layers": 2, "heads": 2},
    {"layer_norm": True},
    {"similarity": "euclidean"},
    {"similarity": "squared_euclidean"},
    {"similarity": "manhattan"},
    {"allocation": "ratio", "jitter": 0.5},
    {"allocation": "softmax", "jitter": 0.5},
    {"masking": True, "deallocation": True, "sharpening": True},
    {"usage_gradient": False},
    {"links": False},
    {"content": False},
    {"allocate": False},
    {"write": False},
    {"decay": 0.1},
]


class Eager(DifferentiableNeuralComputer):
    """The network as its equations are written, whatever faster way `forward` has."""

    def forward(self, inputs, state=None, generator=None):
        return self.forward_eager(inputs, state, generator)


def network(n_in=3, n_out=2, seed=0, **options):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Eager(n_in, n_out, DNCConfig(**SMALL | options)).double()


def inputs(n_steps, n_lists=1, n_in=3, seed=0):
    return torch.randn(n_steps, n_lists, n_in, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


# the twin: Graves et al. (2016), Methods, one list at a time, as the equations are printed


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def oneplus(x):
    return 1 + np.log(1 + np.exp(x))


def softmax(x):
    return np.exp(x) / np.exp(x).sum()


def cosine(u, v):
    """With the 1e-6 that DeepMind's code adds: the paper's own is undefined for an empty row."""
    return u @ v / (np.sqrt(u @ u + 1e-6) * np.sqrt(v @ v + 1e-6) + 1e-6)


def content(memory, key, strength):
    return softmax(np.array([strength * cosine(key, row) for row in memory]))


class Paper:
    """The network in loops over slots and heads; state named as in the paper."""

    def __init__(self, dnc):
        c = dnc.config
        self.N, self.W, self.R, self.L, self.H = c.slots, c.word, c.heads, c.layers, c.hidden
        self.lstm = [
            (w.detach().numpy(), b.detach().numpy())
            for w, b in zip(dnc.controller.weights, dnc.controller.biases, strict=True)
        ]
        self.W_xi, self.W_y, self.W_r = (
            part.weight.detach().numpy() for part in (dnc.to_interface, dnc.to_output, dnc.from_reads)
        )
        self.h, self.s = np.zeros((self.L, self.H)), np.zeros((self.L, self.H))
        self.M, self.link = np.zeros((self.N, self.W)), np.zeros((self.N, self.N))
        self.u, self.p, self.w_w = np.zeros(self.N), np.zeros(self.N), np.zeros(self.N)
        self.w_r, self.r = np.zeros((self.R, self.N)), np.zeros((self.R, self.W))

    def step(self, x):
        chi = np.concatenate([x, *self.r])
        for layer, (weight, bias) in enumerate(self.lstm):
            below = [self.h[layer - 1]] if layer > 0 else []
            i, f, o, g = np.split(weight @ np.concatenate([chi, self.h[layer], *below]) + bias, 4)
            self.s[layer] = sigmoid(f) * self.s[layer] + sigmoid(i) * np.tanh(g)
            self.h[layer] = sigmoid(o) * np.tanh(self.s[layer])
        h = self.h.flatten()
        self.access(self.W_xi @ h)
        return self.W_y @ h + self.W_r @ self.r.flatten()

    def access(self, xi):
        N, W, R = self.N, self.W, self.R
        lengths = [W] * R + [1] * R + [W, 1, W, W] + [1] * R + [1, 1] + [3] * R
        assert sum(lengths) == W * R + 3 * W + 5 * R + 3
        parts = iter(np.split(xi, np.cumsum(lengths)[:-1]))
        k_r, beta_r = [next(parts) for _ in range(R)], [oneplus(next(parts)[0]) for _ in range(R)]
        k_w, beta_w = next(parts), oneplus(next(parts)[0])
        e, v = sigmoid(next(parts)), next(parts)
        f = [sigmoid(next(parts)[0]) for _ in range(R)]
        g_a, g_w = sigmoid(next(parts)[0]), sigmoid(next(parts)[0])
        pi = [softmax(next(parts)) for _ in range(R)]

        psi = np.ones(N)
        for i in range(R):
            psi = psi * (1 - f[i] * self.w_r[i])
        self.u = (self.u + self.w_w - self.u * self.w_w) * psi
        phi = sorted(range(N), key=lambda slot: self.u[slot])
        a = np.zeros(N)
        for j in range(N):
            a[phi[j]] = (1 - self.u[phi[j]]) * np.prod([self.u[phi[m]] for m in range(j)])
        c_w = content(self.M, k_w, beta_w)
        self.w_w = g_w * (g_a * a + (1 - g_a) * c_w)
        self.M = self.M * (1 - np.outer(self.w_w, e)) + np.outer(self.w_w, v)
        new = np.zeros((N, N))
        for i in range(N):
            for j in range(N):
                if i != j:
                    new[i, j] = (1 - self.w_w[i] - self.w_w[j]) * self.link[i, j] + self.w_w[i] * self.p[j]
        self.link = new
        self.p = (1 - self.w_w.sum()) * self.p + self.w_w
        for i in range(R):
            forward, backward = self.link @ self.w_r[i], self.link.T @ self.w_r[i]
            c_r = content(self.M, k_r[i], beta_r[i])
            self.w_r[i] = pi[i][0] * backward + pi[i][1] * c_r + pi[i][2] * forward
            self.r[i] = self.M.T @ self.w_r[i]


@pytest.mark.parametrize(("layers", "heads"), [(1, 1), (1, 3), (2, 1), (2, 2)])
def test_outputs_and_state_are_those_of_the_papers_equations(layers, heads):
    dnc = network(layers=layers, heads=heads, hidden=6, slots=5, word=4, seed=3)
    with torch.no_grad():
        for weight in dnc.parameters():
            weight.mul_(3)  # gates and strengths away from their middle
    x = inputs(12, n_lists=2, seed=4)
    outputs, state = dnc(x)
    for n in range(2):
        paper = Paper(dnc)
        expected = np.array([paper.step(step) for step in x[:, n].numpy()])
        np.testing.assert_allclose(outputs[:, n].detach(), expected, atol=1e-8)
        named = {
            "memory": paper.M,
            "usage": paper.u,
            "write_weights": paper.w_w,
            "read_weights": paper.w_r,
            "link": paper.link,
            "precedence": paper.p,
            "reads": paper.r,
            "controller_h": paper.h,
            "controller_s": paper.s,
        }
        assert set(state) == {*named, "written"}
        for name, value in named.items():
            np.testing.assert_allclose(state[name][n].detach(), value, atol=1e-8, err_msg=name)


def test_the_controller_sees_the_reads_of_the_step_before_and_the_output_those_of_the_same_step():
    dnc = network(heads=2)
    state = dnc.initial_state(1)
    _, state = dnc.step(inputs(1)[0], state)
    other = state | {"reads": state["reads"] + 1}
    features, _ = dnc.controller(torch.cat([inputs(1)[0], other["reads"].flatten(1)], -1), other)
    step, after = dnc.step(inputs(1)[0], other)
    expected = dnc.to_output(features) + dnc.from_reads(after["reads"].flatten(1))
    assert torch.allclose(step.output, expected)


# sequences


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_sequence_in_two_parts_is_the_sequence_in_one(options):
    dnc, x = network(**options), inputs(7, n_lists=2)
    whole, end = dnc(x)
    first, middle = dnc(x[:3])
    second, again = dnc(x[3:], middle)
    assert torch.allclose(torch.cat([first, second]), whole)
    assert all(torch.allclose(again[name], end[name]) for name in end)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_lists_do_not_touch_each_other(options):
    dnc, x = network(**options), inputs(6, n_lists=3)
    together, _ = dnc(x)
    alone, _ = dnc(x[:, 1:2])
    assert torch.allclose(together[:, 1:2], alone)


def test_a_sequence_of_no_steps_has_no_outputs_and_changes_nothing():
    dnc = network()
    outputs, state = dnc(inputs(0, n_lists=2))
    assert outputs.shape == (0, 2, 2)
    assert all(torch.equal(state[name], value) for name, value in dnc.initial_state(2).items())


def test_the_first_state_is_zeros():
    assert not any(value.any() for value in network(layers=2, heads=2).initial_state(3).values())


def test_watching_gives_every_step_and_changes_none():
    dnc, x, seen = network(), inputs(5), []
    watched, _ = dnc.forward_eager(x, watch=seen.append)
    assert torch.equal(watched, dnc.forward_eager(x)[0])
    assert torch.equal(torch.stack([step.output for step in seen]), watched)


def test_what_was_written_is_counted():
    dnc, x, seen = network(), inputs(5, n_lists=2), []
    _, state = dnc.forward_eager(x, watch=seen.append)
    assert torch.allclose(state["written"], sum(step.access.write_weights.sum(-1) for step in seen))


# gradients


@pytest.mark.parametrize("options", [o for o in OPTIONS if o.get("usage_gradient", True)], ids=str)
def test_gradients_over_a_sequence_are_the_finite_differences(options):
    """Not where the usage gradient is cut: there the gradient is not that of the function, on purpose."""
    dnc = network(seed=1, **options)
    x = inputs(4).requires_grad_()
    names, weights = zip(*dnc.named_parameters(), strict=True)

    def run(x, *weights):
        return torch.func.functional_call(dnc, dict(zip(names, weights, strict=True)), (x,))[0]

    assert gradcheck(run, [x, *weights], fast_mode=True)


def test_cutting_the_usage_gradient_changes_gradients_and_no_output():
    x, grads, outs = inputs(5), [], []
    for wanted in (True, False):
        dnc = network(usage_gradient=wanted)
        out, _ = dnc(x)
        out.square().sum().backward()
        grads.append(dnc.to_interface.weight.grad)
        outs.append(out)
    assert torch.equal(*outs)
    assert not torch.allclose(*grads)


# limits and lesions


@pytest.mark.parametrize("slots", [1, 2, 9])
def test_slots_change_with_the_same_weights(slots):
    dnc = network()
    other = dnc.with_config(slots=slots)
    outputs, state = other(inputs(4))
    assert state["memory"].shape == (1, slots, 2)
    assert torch.isfinite(outputs).all()
    assert all(a is b for a, b in zip(dnc.parameters(), other.parameters(), strict=True))
    assert dnc.config.slots == 3


def test_every_limit_changes_what_the_network_does():
    dnc, x = network(seed=2, masking=False), inputs(6)
    with torch.no_grad():
        for weight in dnc.parameters():
            weight.mul_(3)
    plain = dnc(x)[0]
    changes = {"slots": 2, "similarity": "manhattan", "allocation": "ratio", "jitter": 0.5, "deallocation": True}
    changes |= {"links": False, "content": False, "allocate": False, "write": False, "decay": 0.2, "noise": 0.5}
    for name, value in changes.items():
        assert not torch.allclose(dnc.with_config(**{name: value})(x)[0], plain), name
    soft = dnc.with_config(allocation="softmax", jitter=0.5)
    assert not torch.allclose(soft(x)[0], soft.with_config(allocation_strength=1.0)(x)[0])
    assert set(changes) | {"allocation_strength", "usage_gradient"} == set(CHANGEABLE)


def test_no_weight_depends_on_what_may_be_changed():
    shapes = [weight.shape for weight in network().parameters()]
    others = {"slots": 7, "similarity": "euclidean", "allocation": "ratio", "deallocation": True, "links": False}
    assert [weight.shape for weight in network(**others).parameters()] == shapes


def test_what_the_weights_depend_on_cannot_be_changed():
    with pytest.raises(UnknownName, match="a trained dnc cannot change 'hidden'"):
        network().with_config(hidden=8)


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("slots", 0, "a whole number of at least 1"),
        ("hidden", 2.5, "a whole number of at least 1"),
        ("heads", True, "a whole number of at least 1"),
        ("decay", 1.0, "a number of at least 0 and below 1"),
        ("noise", -0.1, "a number of at least 0"),
        ("noise", float("nan"), "a number of at least 0"),
        ("links", 1, "True or False"),
        ("similarity", "dot", "'cosine' or 'euclidean' or 'squared_euclidean' or 'manhattan'"),
    ],
)
def test_a_wrong_option_is_refused_with_what_is_allowed(option, value, allowed):
    with pytest.raises(ParameterError) as refusal:
        DNCConfig(**{option: value})
    assert str(refusal.value) == f"dnc: {option} must be {allowed}. Got {value!r} instead."


def test_a_configuration_survives_json():
    config = DNCConfig(hidden=5, allocation="ratio", decay=0.1, links=False)
    assert DNCConfig(**dataclasses.asdict(config)) == config


def test_noise_has_its_sd_and_follows_the_generator():
    dnc = network(noise=0.5, slots=40, word=50, write=False)
    runs = [dnc(inputs(1), generator=torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    memory = [state["memory"] for _, state in runs]
    assert torch.equal(memory[0], memory[1])
    assert not torch.equal(memory[0], memory[2])
    assert memory[0].std().item() == pytest.approx(0.5, rel=0.06)  # 2,000 cells: SE of an SD is 1.6%


def test_decay_alone_lets_memory_fade_by_its_share_a_step():
    dnc = network(decay=0.1, write=False)
    state = dnc.initial_state(1) | {"memory": torch.ones(1, 3, 2, dtype=torch.float64)}
    _, after = dnc(inputs(4), state)
    assert torch.allclose(after["memory"], torch.full((1, 3, 2), 0.9**4, dtype=torch.float64))


# numbers


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("size", [0.0, 1.0, 1e6])
def test_no_output_and_no_gradient_is_nan_in_float32(options, size):
    dnc = network(**options).float()
    outputs, state = dnc(size * inputs(6, n_lists=2).float())
    outputs.sum().backward()
    assert torch.isfinite(outputs).all()
    assert all(torch.isfinite(value).all() for value in state.values())
    assert all(torch.isfinite(p.grad).all() for p in dnc.parameters() if p.grad is not None)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_full_memory_and_zero_keys_give_no_nan(options):
    dnc = network(**options).float()
    state = dnc.initial_state(1) | {"usage": torch.ones(1, 3), "memory": torch.full((1, 3, 2), 1e6)}
    with torch.no_grad():
        dnc.to_interface.weight.zero_()
    outputs, after = dnc(inputs(3).float(), state)
    outputs.sum().backward()
    assert all(torch.isfinite(value).all() for value in (outputs, *after.values()))
    assert all(torch.isfinite(p.grad).all() for p in dnc.parameters() if p.grad is not None)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_float32_is_float64_to_its_precision(options):
    dnc = network(seed=5, hidden=8, slots=5, word=4, **{k: v for k, v in options.items() if k != "slots"})
    x = inputs(10, n_lists=2)
    double, _ = dnc(x)
    single, _ = dnc.float()(x.float())
    assert torch.allclose(single.double(), double, atol=1e-4)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_cuda_gives_what_the_cpu_gives(options):
    dnc, x = network(**options), inputs(8, n_lists=2)
    here, _ = dnc.forward_eager(x)
    there, state = dnc.cuda().forward_eager(x.cuda())
    assert torch.allclose(there.cpu(), here, atol=1e-9)
    assert all(value.is_cuda for value in state.values())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 3), st.sampled_from(["sort", "ratio", "softmax"]))
def test_weightings_links_and_usage_keep_their_bounds_whatever_the_weights(seed, slots, heads, allocation):
    dnc = network(seed=seed, slots=slots, heads=heads, allocation=allocation)
    with torch.no_grad():
        for weight in dnc.parameters():
            weight.mul_(5)
    within, seen = 1 + 1e-9, []
    dnc.forward_eager(inputs(8, seed=seed), watch=seen.append)
    for done in (step.access for step in seen):
        for weights in (done.write_weights, done.read_weights, done.link, done.link.transpose(1, 2)):
            assert (weights >= 0).all()
            assert (weights.sum(-1) <= within).all()
        assert ((done.usage >= 0) & (done.usage <= within)).all()
        assert not done.link.diagonal(dim1=1, dim2=2).any()
