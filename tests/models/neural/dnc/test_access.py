"""One step of memory: the closed forms of writing, linking and reading, and what each option takes away or adds."""

import dataclasses

import pytest
import torch
from torch.autograd import gradcheck

from memlab.models.neural.dnc.access import access, empty_memory
from memlab.models.neural.dnc.config import DNCConfig
from memlab.models.neural.dnc.interface import Interface, interface_parts, read_interface

N, W, R = 4, 4, 1
CONFIG = DNCConfig(slots=N, word=W, heads=R)
BACKWARD, CONTENT, FORWARD = 0, 1, 2


def orders(
    write_vector=None,
    *,
    gate=1.0,
    allocation=1.0,
    erase=1.0,
    free=0.0,
    mode=CONTENT,
    key=None,
    write_key=None,
    beta=50.0,
):
    """What a controller could tell memory, for one list and one head."""
    nothing = torch.zeros(1, W, dtype=torch.float64)
    number = torch.ones(1, dtype=torch.float64)
    return Interface(
        read_keys=(nothing if key is None else key)[:, None],
        read_strengths=beta * number[:, None],
        write_key=nothing if write_key is None else write_key,
        write_strength=beta * number,
        erase=erase * torch.ones(1, W, dtype=torch.float64),
        write_vector=nothing if write_vector is None else write_vector,
        free_gates=free * number[:, None],
        allocation_gate=allocation * number,
        write_gate=gate * number,
        read_modes=torch.eye(3, dtype=torch.float64)[mode][None, None],
    )


def word(i):
    return torch.eye(W, dtype=torch.float64)[i % W][None]


def carried(done, before):
    return {name: getattr(done, name) for name in before if name != "written"} | {"written": before["written"]}


def run(steps, config=CONFIG, state=None):
    """Return what each step did and the state after the last."""
    state = empty_memory(1, config, torch.zeros((), dtype=torch.float64)) if state is None else state
    done = []
    for xi in steps:
        done.append(access(state, xi, config))
        state = carried(done[-1], state)
    return done, state


# writing


def test_items_go_one_hot_to_slots_in_order_and_a_full_memory_takes_no_more():
    done, state = run([orders(word(t)) for t in range(N + 2)])
    written = torch.cat([step.write_weights for step in done])
    assert torch.equal(written[:N], torch.eye(N, dtype=torch.float64))
    assert not written[N:].any()
    assert torch.equal(state["usage"], torch.ones(1, N, dtype=torch.float64))
    assert torch.equal(state["memory"][0], torch.eye(N, dtype=torch.float64))


def test_write_weights_are_the_gated_mixture_of_allocation_and_content():
    _, state = run([orders(word(0)), orders(word(1))])
    xi = orders(word(2), gate=0.8, allocation=0.3, write_key=word(0), beta=50.0)
    done = access(state, xi, CONFIG)
    expected = 0.8 * (0.3 * torch.eye(N)[2] + 0.7 * torch.eye(N)[0])
    assert torch.allclose(done.write_weights[0], expected.double(), atol=1e-4)
    assert torch.allclose(done.write_weights, 0.8 * (0.3 * done.allocation + 0.7 * done.write_content))


def test_content_is_looked_up_for_writing_in_the_memory_before_the_write_and_for_reading_in_the_one_after():
    done, _ = run([orders(word(0), key=word(0), write_key=word(0), allocation=1.0)])
    assert done[0].write_content[0].tolist() == pytest.approx([0.25] * N)
    assert done[0].read_weights[0, 0, 0] == pytest.approx(1.0, abs=1e-3)


def test_erasing_is_by_cell_and_comes_before_adding():
    _, state = run([orders(word(0) + word(1))])
    half = orders(2 * word(1), gate=0.5, allocation=0.0, write_key=word(0) + word(1))
    half = half._replace(erase=torch.tensor([[1.0, 0.0, 0.0, 0.0]], dtype=torch.float64))
    done = access(state, half, CONFIG)
    assert done.memory[0, 0].tolist() == pytest.approx([0.5, 2.0, 0, 0], abs=1e-3)


def test_without_writing_memory_links_and_precedence_stay_and_usage_only_falls():
    _, state = run([orders(word(t)) for t in range(3)])
    state["read_weights"] = torch.full((1, R, N), 0.25, dtype=torch.float64)
    done = [access(state, orders(word(3), gate=0.0, free=0.6), CONFIG)]
    after = carried(done[0], state)
    again = access(after, orders(word(3), gate=0.0, free=0.6), CONFIG)
    for name in ("memory", "link", "precedence"):
        assert torch.equal(getattr(again, name), state[name])
    assert (again.usage <= done[0].usage).all()
    assert (again.usage < done[0].usage).any()


def test_a_slot_that_was_read_and_freed_is_empty_and_is_allocated_next():
    _, state = run([orders(word(t)) for t in range(N)])
    state["read_weights"] = torch.eye(N, dtype=torch.float64)[1][None, None]
    done = access(state, orders(2 * word(0), free=1.0), CONFIG)
    assert done.usage[0].tolist() == [1, 0, 1, 1]
    assert done.write_weights[0].tolist() == [0, 1, 0, 0]


# links and reading


def test_the_first_read_can_only_come_from_content():
    for mode in (BACKWARD, FORWARD):
        done, _ = run([orders(word(0), mode=mode)])
        assert not done[0].read_weights.any()
    done, _ = run([orders(word(0), mode=CONTENT)])
    assert done[0].read_weights.sum() == pytest.approx(1)


def test_forward_goes_to_the_slot_written_next_and_backward_to_the_one_before():
    _, state = run([orders(word(t)) for t in range(N)])
    assert torch.equal(state["link"][0], torch.diag(torch.ones(N - 1, dtype=torch.float64), -1))
    for slot in range(N):
        state["read_weights"] = torch.eye(N, dtype=torch.float64)[slot][None, None]
        ahead, back = (access(state, orders(gate=0.0, mode=mode), CONFIG) for mode in (FORWARD, BACKWARD))
        expected = torch.zeros(2, N, dtype=torch.float64)
        if slot < N - 1:
            expected[0, slot + 1] = 1
        if slot > 0:
            expected[1, slot - 1] = 1
        assert torch.equal(torch.cat([ahead.read_weights[0], back.read_weights[0]]), expected)
        assert torch.equal(ahead.reads[0, 0], expected[0] @ state["memory"][0])


def test_read_weights_mix_backward_content_and_forward_by_their_modes():
    _, state = run([orders(word(t)) for t in range(N)])
    state["read_weights"] = torch.eye(N, dtype=torch.float64)[1][None, None]
    xi = orders(gate=0.0, key=word(3))
    done = access(state, xi._replace(read_modes=torch.tensor([[[0.2, 0.5, 0.3]]], dtype=torch.float64)), CONFIG)
    assert done.read_weights[0, 0].tolist() == pytest.approx([0.2, 0, 0.3, 0.5], abs=1e-3)
    assert done.reads[0, 0].tolist() == pytest.approx([0.2, 0, 0.3, 0.5], abs=1e-3)


# options


def changed(**options):
    return dataclasses.replace(CONFIG, **options)


def test_without_links_only_content_reads():
    _, state = run([orders(word(t)) for t in range(N)])
    state["read_weights"] = torch.eye(N, dtype=torch.float64)[1][None, None]
    for mode in (FORWARD, BACKWARD):
        assert not access(state, orders(gate=0.0, mode=mode), changed(links=False)).read_weights.any()
    by_content = orders(gate=0.0, key=word(2))
    lesioned, intact = (access(state, by_content, config) for config in (changed(links=False), CONFIG))
    assert torch.equal(lesioned.read_weights, intact.read_weights)


def test_without_content_neither_reading_nor_writing_looks_anything_up():
    _, state = run([orders(word(t)) for t in range(3)])
    config = changed(content=False)
    assert not access(state, orders(word(0), allocation=0.0, write_key=word(1)), config).write_weights.any()
    assert not access(state, orders(gate=0.0, key=word(1)), config).read_weights.any()
    assert access(state, orders(word(3)), config).write_weights[0].tolist() == [0, 0, 0, 1]


def test_without_allocation_only_content_says_where_to_write():
    _, state = run([orders(word(t)) for t in range(2)])
    config = changed(allocate=False)
    assert not access(state, orders(word(2), allocation=1.0), config).write_weights.any()
    written = access(state, orders(word(2), allocation=0.0, write_key=word(1)), config).write_weights
    assert written[0, 1] == pytest.approx(1, abs=1e-3)


def test_without_writing_memory_stays_empty():
    done, state = run([orders(word(t)) for t in range(3)], changed(write=False))
    assert not any(state[name].any() for name in ("memory", "usage", "link", "precedence", "write_weights"))
    assert not done[-1].reads.any()


def test_decay_takes_its_share_before_each_write():
    _, state = run([orders(word(t)) for t in range(3)], changed(decay=0.1))
    assert state["memory"][0].diagonal().tolist() == pytest.approx([0.81, 0.9, 1, 0])


def test_noise_is_added_after_the_write_with_its_sd():
    config = changed(noise=0.3)
    state = empty_memory(1, config, torch.zeros((), dtype=torch.float64))
    noise = torch.randn(1, N, W, dtype=torch.float64)
    quiet, noisy = access(state, orders(word(0)), CONFIG), access(state, orders(word(0)), config, noise)
    assert torch.allclose(noisy.memory - quiet.memory, 0.3 * noise)
    assert torch.equal(noisy.write_weights, quiet.write_weights)


def test_deallocation_empties_the_rows_that_are_freed_and_the_published_network_does_not():
    _, state = run([orders(word(t)) for t in range(N)])
    state["read_weights"] = torch.eye(N, dtype=torch.float64)[2][None, None]
    free = orders(gate=0.0, free=0.75)
    kept, emptied = (
        access(state, free, config).memory[0].diagonal() for config in (CONFIG, changed(deallocation=True))
    )
    assert kept.tolist() == [1, 1, 1, 1]
    assert emptied.tolist() == [1, 1, 0.25, 1]


def test_sharpening_makes_blurred_links_crisp():
    _, state = run([orders(word(t), gate=0.7) for t in range(3)])
    state["read_weights"] = torch.eye(N, dtype=torch.float64)[0][None, None]
    xi = orders(gate=0.0, mode=FORWARD)
    number = torch.full((1, R), 20.0, dtype=torch.float64)
    sharp = access(state, xi._replace(forward_sharpness=number, backward_sharpness=number), changed(sharpening=True))
    blurred = access(state, xi, CONFIG)
    assert sharp.read_weights.argmax() == blurred.read_weights.argmax() == 1
    assert sharp.read_weights.max() > 0.999 > 0.9 > blurred.read_weights.max()


def test_the_mask_of_writing_and_the_masks_of_reading_each_act_on_their_own_key():
    memory = torch.tensor([[[1.0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 1, 1, 1]]], dtype=torch.float64)
    state = empty_memory(1, CONFIG, memory) | {"memory": memory}
    xi = orders(gate=1.0, allocation=0.0, erase=0.0, key=memory[:, 0], write_key=memory[:, 0])
    only = torch.tensor([[0.0, 0, 1, 0]], dtype=torch.float64)
    xi = xi._replace(read_masks=torch.ones(1, R, W, dtype=torch.float64), write_mask=only, read_keys=memory[:, :1])
    done = access(state, xi._replace(write_key=memory[:, 1]), changed(masking=True))
    third = done.write_content[0]
    assert third[[1, 3]].tolist() == pytest.approx([0.5, 0.5], abs=1e-3)  # every row with the third feature
    assert done.read_weights[0, 0, 0] == pytest.approx(1, abs=1e-3)


def test_jitter_makes_the_first_usage_uneven_and_leaves_memory_empty():
    like = torch.zeros((), dtype=torch.float64)
    state = empty_memory(2, changed(jitter=0.4), like)
    assert state["usage"].tolist() == [pytest.approx([0, 0.1, 0.2, 0.3])] * 2
    assert not any(value.any() for name, value in state.items() if name != "usage")
    assert not empty_memory(2, CONFIG, like)["usage"].any()


@pytest.mark.parametrize("gradient", [True, False])
def test_a_gradient_runs_from_usage_to_the_write_weights_only_where_it_is_asked_for(gradient):
    _, state = run([orders(word(0), gate=0.6)])
    state["write_weights"] = state["write_weights"].clone().requires_grad_()
    done = access(state, orders(word(1)), changed(usage_gradient=gradient))
    assert done.usage.requires_grad == gradient
    if gradient:
        (slope,) = torch.autograd.grad(done.usage.sum(), state["write_weights"])
        assert torch.equal(slope, 1 - state["usage"])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"heads": 2},
        {"similarity": "euclidean"},
        {"similarity": "squared_euclidean"},
        {"similarity": "manhattan"},
        {"allocation": "ratio"},
        {"allocation": "softmax", "allocation_strength": 3.0},
        {"masking": True},
        {"sharpening": True},
        {"deallocation": True, "heads": 2},
        {"decay": 0.2, "noise": 0.1},
        {"links": False},
        {"content": False},
        {"allocate": False},
    ],
    ids=str,
)
def test_gradients_of_a_step_are_the_finite_differences_under_every_option(options):
    config = DNCConfig(slots=3, word=2, **{"heads": 1} | options)
    generator = torch.Generator().manual_seed(2)
    parts = interface_parts(config.heads, 2, masking=config.masking, sharpening=config.sharpening)
    xi = torch.randn(1, sum(parts), dtype=torch.float64, generator=generator).requires_grad_()
    state = {n: v.clone().requires_grad_() for n, v in _somewhere(config, generator).items()}
    noise = torch.randn(1, 3, 2, dtype=torch.float64, generator=generator) if config.noise else None
    names = [name for name in state if name not in ("reads", "written")]

    def step(xi, *values):
        told = read_interface(xi, config.heads, 2, masking=config.masking, sharpening=config.sharpening)
        return tuple(access(state | dict(zip(names, values, strict=True)), told, config, noise))

    assert gradcheck(step, [xi, *(state[name] for name in names)])


def _somewhere(config, generator):
    """A state in the middle of a run, with every weighting strictly inside its bounds."""
    state = empty_memory(1, config, torch.zeros((), dtype=torch.float64))
    shares = {
        name: torch.rand(value.shape, dtype=torch.float64, generator=generator) / config.slots
        for name, value in state.items()
    }
    usage = torch.tensor([[0.7, 0.2, 0.5]], dtype=torch.float64)
    link = shares["link"] * (1 - torch.eye(config.slots, dtype=torch.float64))
    memory = torch.randn(state["memory"].shape, dtype=torch.float64, generator=generator)
    return shares | {"usage": usage, "link": link, "memory": memory}
