"""Addressing against closed forms, finite differences and its bounds."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck

from memlab.models.neural.dnc import addressing

KINDS = ["cosine", "euclidean", "squared_euclidean", "manhattan"]
RULES = ["sort", "ratio", "softmax"]


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def random(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def weightings(*shape, seed):
    """Random weights that are at least 0 and sum to at most 1."""
    generator = torch.Generator().manual_seed(seed)
    raw = torch.rand(*shape, dtype=torch.float64, generator=generator) ** 4
    total = torch.rand(*shape[:-1], 1, dtype=torch.float64, generator=generator)
    return raw / raw.sum(-1, keepdim=True) * total


def unit(vectors):
    return vectors / vectors.norm(dim=-1, keepdim=True)


# strengths and content


@pytest.mark.parametrize(("x", "expected"), [(0.0, 1 + math.log(2)), (-50.0, 1.0), (30.0, 31.0)])
def test_oneplus_is_one_plus_the_softplus(x, expected):
    assert addressing.oneplus(tensor(x)).item() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("beta", "expected"), [(1.0, 0.153), (5.0, 0.908), (10.0, 0.9993)])
def test_an_exact_match_among_16_orthogonal_rows_gets_the_closed_form(beta, expected):
    memory, key = torch.eye(16, dtype=torch.float64)[None], torch.eye(16, dtype=torch.float64)[None, 3:4]
    weights = addressing.content_weights(memory, key, tensor([[beta]]))[0, 0]
    assert weights[3].item() == pytest.approx(math.exp(beta) / (math.exp(beta) + 15), abs=1e-5)
    assert weights[3].item() == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_content_weights_sum_to_one_and_a_growing_strength_picks_the_nearest_row(kind):
    memory, keys = unit(random(2, 5, 4)), unit(random(2, 3, 4, seed=1))
    nearest = addressing.similarity_of(memory, keys, kind).argmax(-1)
    weights = addressing.content_weights(memory, keys, torch.full((2, 3), 1e4, dtype=torch.float64), kind)
    assert torch.allclose(weights.sum(-1), torch.ones(2, 3, dtype=torch.float64))
    assert torch.allclose(weights, torch.nn.functional.one_hot(nearest, 5).double(), atol=1e-6)


def test_each_similarity_is_its_definition():
    memory, keys = tensor([[[3.0, 4.0], [-1.0, 0.5]]]), tensor([[[0.0, 2.0]]])
    expected = {
        "cosine": [0.8, 0.5 / math.sqrt(1.25)],
        "euclidean": [-math.sqrt(13), -math.sqrt(3.25)],
        "squared_euclidean": [-13.0, -3.25],
        "manhattan": [-5.0, -2.5],
    }
    for kind, values in expected.items():
        got = addressing.similarity_of(memory, keys, kind)[0, 0]
        assert got.tolist() == pytest.approx(values, abs=2e-6), kind


def test_a_squared_distance_of_strength_beta_is_a_cosine_of_strength_two_beta_for_unit_vectors():
    memory, keys, beta = unit(random(2, 6, 5)), unit(random(2, 3, 5, seed=1)), 1 + torch.rand(2, 3).double()
    squared = addressing.content_weights(memory, keys, beta, "squared_euclidean")
    assert torch.allclose(squared, addressing.content_weights(memory, keys, 2 * beta, "cosine"), atol=1e-5)


def test_an_empty_row_has_cosine_0_but_the_distance_of_the_keys_length():
    empty, key = torch.zeros(1, 1, 2, dtype=torch.float64), tensor([[[3.0, 4.0]]])
    got = {kind: addressing.similarity_of(empty, key, kind).item() for kind in KINDS}
    expected = {"cosine": 0, "euclidean": -5, "squared_euclidean": -25, "manhattan": -7}
    assert got == pytest.approx(expected, abs=1e-6)


def test_a_short_key_finds_the_empty_slot_by_distance_and_not_by_cosine():
    memory, key, beta = tensor([[[0.0, 0.0], [3.0, 0.0]]]), tensor([[[0.5, 0.0]]]), tensor([[5.0]])
    assert addressing.content_weights(memory, key, beta, "euclidean")[0, 0].argmax() == 0
    assert addressing.content_weights(memory, key, beta, "cosine")[0, 0].argmax() == 1


def test_what_is_masked_is_not_compared():
    memory, keys, beta = random(1, 4, 6), random(1, 2, 6, seed=1), torch.full((1, 2), 3.0, dtype=torch.float64)
    mask = torch.zeros(1, 2, 6, dtype=torch.float64)
    mask[:, 0, :3], mask[:, 1, 3:] = 1, 1
    masked = addressing.content_weights(memory, keys, beta, "cosine", mask)
    for head, kept in enumerate([slice(0, 3), slice(3, 6)]):
        alone = addressing.content_weights(memory[..., kept], keys[:, head : head + 1, kept], beta[:, :1])
        assert torch.allclose(masked[:, head], alone[:, 0], atol=1e-6)


def test_a_mask_of_ones_changes_nothing_and_each_list_has_its_own():
    memory, keys, beta = random(3, 4, 5), random(3, 2, 5, seed=1), torch.full((3, 2), 2.0, dtype=torch.float64)
    for kind in KINDS:
        plain = addressing.content_weights(memory, keys, beta, kind)
        masks = torch.ones_like(keys)
        assert torch.allclose(addressing.content_weights(memory, keys, beta, kind, masks), plain)
        masks[1] = 0.3
        other = addressing.content_weights(memory, keys, beta, kind, masks)
        assert torch.allclose(other[[0, 2]], plain[[0, 2]])


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_content_weights_are_the_finite_differences(kind, masked):
    inputs = [random(2, 3, 4), random(2, 2, 4, seed=1), 1 + random(2, 2, seed=2).abs()]
    inputs += [random(2, 2, 4, seed=3).sigmoid()] if masked else []
    inputs = [part.requires_grad_() for part in inputs]
    assert gradcheck(lambda m, k, b, *mask: addressing.content_weights(m, k, b, kind, *mask), inputs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("memory", ["empty", "the key itself", "huge"])
@pytest.mark.parametrize("key", [0.0, 1.0, 1e6])
def test_content_weights_and_their_gradients_stay_finite(kind, memory, key):
    rows = {
        "empty": torch.zeros(1, 3, 4),
        "the key itself": torch.full((1, 3, 4), key),
        "huge": torch.full((1, 3, 4), 1e6),
    }
    inputs = [rows[memory].requires_grad_(), torch.full((1, 2, 4), key, requires_grad=True), torch.ones(1, 2)]
    weights = addressing.content_weights(*inputs, kind)
    weights[..., 0].sum().backward()
    assert torch.isfinite(weights).all()
    assert all(torch.isfinite(part.grad).all() for part in inputs[:2])


# usage


def test_retention_is_the_product_over_heads():
    reads = tensor([[[1.0, 0.0, 0.5], [0.5, 0.5, 0.0]]])
    assert addressing.retention(tensor([[1.0, 0.5]]), reads)[0].tolist() == pytest.approx([0, 0.75, 0.5])


def test_usage_is_filled_by_writing_and_emptied_by_freeing():
    u, w, psi = tensor([[0.5, 0.5, 0.0, 1.0]]), tensor([[0.5, 0.0, 1.0, 0.0]]), tensor([[1.0, 0.2, 1.0, 0.0]])
    assert addressing.usage_after_step(u, w, psi)[0].tolist() == pytest.approx([0.75, 0.1, 1.0, 0.0])


def test_gradients_of_usage_are_the_finite_differences_even_where_a_gate_frees_all():
    gates, reads = tensor([[1.0, 0.4]]), tensor([[[1.0, 0.0, 0.0], [0.2, 0.5, 0.3]]])
    inputs = [part.requires_grad_() for part in (gates, reads, tensor([[0.9, 0.2, 0.1]]), tensor([[0.1, 0.6, 0.2]]))]
    assert gradcheck(lambda f, r, u, w: addressing.usage_after_step(u, w, addressing.retention(f, r)), inputs)


# allocation


def test_sorted_allocation_breaks_ties_by_index_and_sums_to_one_minus_the_product():
    usage = tensor([[0.9, 0.2, 0.6, 0.2]])
    allocation = addressing.allocation_weights(usage)
    assert allocation[0].tolist() == pytest.approx([0.0024, 0.8, 0.016, 0.16])
    assert allocation.sum().item() == pytest.approx(1 - usage.prod().item())


def test_the_jacobian_of_sorted_allocation_is_the_closed_form():
    jacobian = torch.autograd.functional.jacobian(
        lambda u: addressing.allocation_weights(u[None])[0], tensor([0.9, 0.2, 0.6, 0.3])
    )
    assert jacobian.diagonal().tolist() == pytest.approx([-0.036, -1, -0.06, -0.2])
    assert jacobian[3, 1].item() == pytest.approx(0.7)
    assert jacobian[1].tolist() == pytest.approx([0, -1, 0, 0])  # the least used slot heeds no other


def test_the_other_allocations_are_their_closed_forms():
    usage = tensor([[0.9, 0.2, 0.6, 0.2]])
    ratio = addressing.allocation_weights(usage, "ratio")[0]
    assert ratio.tolist() == pytest.approx([0.1 / 2.1, 0.8 / 2.1, 0.4 / 2.1, 0.8 / 2.1], abs=1e-5)
    softmax = addressing.allocation_weights(usage, "softmax", 5.0)[0]
    powers = [math.exp(5 * (1 - u)) for u in (0.9, 0.2, 0.6, 0.2)]
    assert softmax.tolist() == pytest.approx([power / sum(powers) for power in powers])
    assert softmax.tolist() == pytest.approx([0.014, 0.462, 0.0625, 0.462], abs=5e-4)


@pytest.mark.parametrize("rule", RULES)
def test_less_used_slots_get_more_and_never_less(rule):
    """The slide's softmax((u - 1) beta) fails here: its sign is the other way round."""
    usage = torch.linspace(0.05, 0.95, 7, dtype=torch.float64)[torch.randperm(7)][None]
    allocation = addressing.allocation_weights(usage, rule, 5.0)
    assert allocation[0].argsort().tolist() == usage[0].argsort(descending=True).tolist()


@pytest.mark.parametrize(("rule", "expected"), [("sort", [0.0] * 4), ("ratio", [0.25] * 4), ("softmax", [0.25] * 4)])
def test_a_full_memory_is_left_alone_by_sorting_and_smeared_over_by_the_others(rule, expected):
    usage = torch.ones(1, 4, dtype=torch.float64, requires_grad=True)
    allocation = addressing.allocation_weights(usage, rule, 10.0)
    assert allocation[0].tolist() == pytest.approx(expected)
    allocation[0, 0].backward()
    assert torch.isfinite(usage.grad).all()


@pytest.mark.parametrize(("rule", "largest"), [("sort", 1.0), ("ratio", 1 / 6), ("softmax", 1 / 6)])
def test_six_writes_on_six_slots_stay_apart_only_where_ties_are_broken(rule, largest):
    weights = _writes(rule, torch.zeros(1, 6, dtype=torch.float64), strength=10.0)
    assert weights.max(-1).values.tolist() == pytest.approx([largest] * 6, abs=1e-6)
    if rule == "sort":
        assert torch.equal(weights, torch.eye(6, dtype=torch.float64))


def test_jitter_in_the_first_usage_lets_the_softmax_tell_slots_apart():
    uneven = 0.9 * torch.arange(6, dtype=torch.float64)[None] / 6
    weights = _writes("softmax", uneven, strength=200.0)
    assert weights[:5].argmax(-1).tolist() == [0, 1, 2, 3, 4]
    assert (weights[:5].max(-1).values > 0.99).all()


def test_with_distinct_usages_a_strong_softmax_is_the_first_term_of_sorting():
    usage = tensor([[0.9, 0.3, 0.6, 0.2]])
    softmax = addressing.allocation_weights(usage, "softmax", 1000.0)[0]
    assert softmax.tolist() == pytest.approx([0, 0, 0, 1], abs=1e-9)
    assert addressing.allocation_weights(usage)[0].argmax() == 3


def _writes(rule, usage, strength):
    """Write six times wherever allocation says; returns the weights, (6, n_slots)."""
    weights = []
    for _ in range(6):
        weights.append(addressing.allocation_weights(usage, rule, strength))
        usage = addressing.usage_after_step(usage, weights[-1], torch.ones_like(usage))
    return torch.cat(weights)


@pytest.mark.parametrize("rule", RULES)
def test_gradients_of_allocation_are_the_finite_differences(rule):
    usage = tensor([[0.9, 0.2, 0.6, 0.3], [0.1, 0.5, 0.15, 0.8]]).requires_grad_()
    assert gradcheck(lambda u: addressing.allocation_weights(u, rule, 3.0), usage)


def test_sorting_moves_gradients_through_usages_of_0_without_dividing_by_them():
    usage = torch.zeros(1, 4, dtype=torch.float64, requires_grad=True)
    (addressing.allocation_weights(usage) * tensor([1.0, 2.0, 4.0, 8.0])).sum().backward()
    assert usage.grad[0].tolist() == pytest.approx([-1 + 2, 0, 0, 0])  # a = [1 - u1, u1 (1 - u2), u1 u2 ..., ...]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.sampled_from(RULES), st.floats(0.1, 50))
def test_allocation_is_at_least_0_and_sums_to_at_most_1_whatever_the_usage(usage, rule, strength):
    allocation = addressing.allocation_weights(tensor([usage]), rule, strength)[0]
    expected = 1 - math.prod(usage) if rule == "sort" else 1.0
    assert (allocation >= 0).all()
    assert allocation.sum().item() == pytest.approx(expected, abs=1e-9)


# links


def test_one_hot_writes_make_ones_below_the_diagonal():
    n = 5
    link, precedence = torch.zeros(1, n, n, dtype=torch.float64), torch.zeros(1, n, dtype=torch.float64)
    for slot in range(n):
        w = torch.eye(n, dtype=torch.float64)[slot][None]
        link = addressing.link_after_writing(link, w, precedence)
        precedence = addressing.precedence_after_writing(precedence, w)
    assert torch.equal(link[0], torch.diag(torch.ones(n - 1, dtype=torch.float64), -1))
    assert torch.equal(precedence[0], torch.eye(n, dtype=torch.float64)[-1])


def test_links_are_written_from_the_precedence_before_this_write():
    w = tensor([[0.5, 0.25]])
    link = addressing.link_after_writing(torch.zeros(1, 2, 2, dtype=torch.float64), w, tensor([[0.0, 1.0]]))
    assert link[0].tolist() == [[0.0, 0.5], [0.0, 0.0]]


def test_writing_a_slot_again_takes_its_old_links_away():
    link = tensor([[[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]])
    again = addressing.link_after_writing(link, tensor([[0.0, 1.0, 0.0]]), tensor([[0.0, 0.0, 1.0]]))
    assert again[0].tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]


def test_no_writing_leaves_links_and_precedence_as_they_were():
    link, precedence, nothing = random(2, 3, 3), random(2, 3, seed=1), torch.zeros(2, 3, dtype=torch.float64)
    link = link * (1 - torch.eye(3))
    assert torch.equal(addressing.link_after_writing(link, nothing, precedence), link)
    assert torch.equal(addressing.precedence_after_writing(precedence, nothing), precedence)


def test_gradients_of_links_and_precedence_are_the_finite_differences():
    inputs = [random(2, 3, 3), weightings(2, 3, seed=1), weightings(2, 3, seed=2)]
    assert gradcheck(addressing.link_after_writing, [part.requires_grad_() for part in inputs])
    assert gradcheck(addressing.precedence_after_writing, inputs[1:])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 10_000))
def test_links_precedence_and_usage_keep_their_bounds_over_any_run_of_writes(n_slots, n_steps, seed):
    writes = weightings(n_steps, 1, n_slots, seed=seed)
    reads = weightings(n_steps, 1, 2, n_slots, seed=seed + 1)
    gates = torch.rand(n_steps, 1, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    link = torch.zeros(1, n_slots, n_slots, dtype=torch.float64)
    precedence, usage = torch.zeros(1, n_slots, dtype=torch.float64), torch.zeros(1, n_slots, dtype=torch.float64)
    for w, r, f in zip(writes, reads, gates, strict=True):
        usage = addressing.usage_after_step(usage, w, addressing.retention(f, r))
        link = addressing.link_after_writing(link, w, precedence)
        precedence = addressing.precedence_after_writing(precedence, w)
        sums = torch.stack([link.sum(1), link.sum(2)])
        within = 1 + 1e-12  # rounding
        assert (sums <= within).all()
        assert precedence.sum() <= within
        assert ((usage >= 0) & (usage <= within)).all()
        assert (link >= 0).all()
        assert not link.diagonal(dim1=1, dim2=2).any()


# sharpening


def test_sharpening_raises_weights_to_a_power_and_makes_them_sum_to_one():
    weights = tensor([[[0.3, 0.1, 0.2, 0.0]]])
    assert addressing.sharpened(weights, tensor([[1.0]]))[0, 0].tolist() == pytest.approx(
        [0.5, 1 / 6, 1 / 3, 0], abs=1e-5
    )
    powered = np.array([0.3, 0.1, 0.2, 0.0]) ** 3
    assert addressing.sharpened(weights, tensor([[3.0]]))[0, 0].tolist() == pytest.approx(
        (powered / powered.sum()).tolist(), abs=1e-4
    )
    assert addressing.sharpened(weights, tensor([[60.0]]))[0, 0].tolist() == pytest.approx([1, 0, 0, 0], abs=1e-4)


def test_sharpening_nothing_gives_nothing_and_no_nan():
    weights = torch.zeros(1, 1, 4, requires_grad=True)
    sharp = addressing.sharpened(weights, torch.full((1, 1), 50.0))
    sharp.sum().backward()
    assert not sharp.any()
    assert torch.isfinite(weights.grad).all()


def test_gradients_of_sharpening_are_the_finite_differences():
    inputs = [weightings(2, 2, 4, seed=1), 1 + random(2, 2).abs()]
    assert gradcheck(addressing.sharpened, [part.requires_grad_() for part in inputs])


@pytest.mark.parametrize("n", [1, 2, 3, 7, 16])
def test_products_before_are_the_cumulative_products_and_so_are_their_gradients_where_a_value_is_zero(n):
    values = torch.rand(4, n, dtype=torch.float64, generator=torch.Generator().manual_seed(n))
    values[1, n // 2], values[2, 0], values[2, -1] = 0.0, 0.0, 0.0
    values.requires_grad_()
    ours = addressing.products_before(values)
    theirs = torch.cat([torch.ones(4, 1, dtype=torch.float64), values.cumprod(-1)[:, :-1]], dim=1)
    assert torch.allclose(ours, theirs, atol=1e-15)
    upstream = torch.arange(4.0 * n, dtype=torch.float64).reshape(4, n)
    assert torch.allclose(*(torch.autograd.grad(one, values, upstream, allow_unused=True)[0] for one in (ours, theirs)))
