"""The interface vector: its length, its order and the range of each part."""

import pytest
import torch
from torch.autograd import gradcheck

from memlab.models.neural.dnc.interface import interface_parts, read_interface


@pytest.mark.parametrize(("heads", "word"), [(1, 4), (3, 5), (4, 16)])
def test_the_published_interface_has_wr_3w_5r_3_numbers(heads, word):
    assert sum(interface_parts(heads, word)) == word * heads + 3 * word + 5 * heads + 3
    more = sum(interface_parts(heads, word, masking=True, sharpening=True)) - sum(interface_parts(heads, word))
    assert more == heads * word + word + 2 * heads


def test_the_parts_come_in_the_order_of_the_paper_each_in_its_range():
    xi = torch.arange(1, 24, dtype=torch.float64)[None] / 10  # R 2, W 2: 4 keys, 2 strengths, 2, 1, 2, 2, 2, 1, 1, 6
    got = read_interface(xi, heads=2, word=2)
    oneplus = 1 + torch.log1p(xi[0].exp())
    assert torch.equal(got.read_keys[0], xi[0, :4].view(2, 2))
    assert torch.allclose(got.read_strengths[0], oneplus[4:6])
    assert got.write_key[0].tolist() == pytest.approx([0.7, 0.8])
    assert torch.allclose(got.write_strength, oneplus[8:9])
    assert torch.allclose(got.erase[0], xi[0, 9:11].sigmoid())
    assert got.write_vector[0].tolist() == pytest.approx([1.2, 1.3])
    assert torch.allclose(got.free_gates[0], xi[0, 13:15].sigmoid())
    assert torch.allclose(got.allocation_gate, xi[0, 15:16].sigmoid())
    assert torch.allclose(got.write_gate, xi[0, 16:17].sigmoid())
    assert torch.allclose(got.read_modes[0], xi[0, 17:].view(2, 3).softmax(-1))
    assert (got.read_masks, got.write_mask, got.forward_sharpness, got.backward_sharpness) == (None,) * 4


@pytest.mark.parametrize(("masking", "sharpening"), [(True, False), (False, True), (True, True)])
def test_the_additions_follow_the_published_parts_and_leave_them_alone(masking, sharpening):
    length = sum(interface_parts(2, 3, masking=masking, sharpening=sharpening))
    xi = torch.randn(4, length, dtype=torch.float64)
    published = read_interface(xi[:, : sum(interface_parts(2, 3))], 2, 3)
    got = read_interface(xi, 2, 3, masking=masking, sharpening=sharpening)
    assert all(torch.equal(a, b) for a, b in zip(got[:10], published[:10], strict=True))
    if masking:
        assert got.read_masks.shape == (4, 2, 3)
        assert got.write_mask.shape == (4, 3)
    if sharpening:
        assert got.backward_sharpness.shape == got.forward_sharpness.shape == (4, 2)
        assert (got.forward_sharpness >= 1).all()


def test_strengths_are_at_least_one_and_gates_are_shares_however_large_the_vector():
    for size in (-1e6, 0.0, 1e6):
        got = read_interface(torch.full((1, sum(interface_parts(2, 3))), size), 2, 3)
        assert (got.read_strengths >= 1).all()
        assert got.write_strength >= 1
        for gate in (got.erase, got.free_gates, got.allocation_gate, got.write_gate, got.read_modes):
            assert ((gate >= 0) & (gate <= 1)).all()
        assert torch.allclose(got.read_modes.sum(-1), torch.ones(1, 2))


def test_gradients_of_the_interface_are_the_finite_differences():
    xi = torch.randn(2, sum(interface_parts(1, 2, masking=True, sharpening=True)), dtype=torch.float64)
    assert gradcheck(lambda x: tuple(read_interface(x, 1, 2, masking=True, sharpening=True)), xi.requires_grad_())
