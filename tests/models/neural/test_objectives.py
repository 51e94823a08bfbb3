"""Objectives, each against numbers worked out by hand."""

import math

import pytest
import torch

from memlab.models.neural.objectives import (
    bits_loss,
    blog_loss,
    forward_loss,
    human_loss,
    nearest_loss,
    not_yet_given,
    serial_loss,
    set_loss,
)

LN2 = math.log(2)

# Two items, one lure, stop: probabilities .4, .3, .1, .2 at every output.
SCORES = torch.tensor([0.4, 0.3, 0.1, 0.2]).log()


def outputs(n):
    return SCORES.expand(n, 1, 4)


def test_an_item_is_left_until_the_output_after_the_one_that_gave_it():
    left = not_yet_given(torch.tensor([[2], [0], [2], [0]]), 2)
    assert left[:, 0].tolist() == [[True, True], [True, True], [False, True], [False, True]]


def test_set_sums_the_probability_of_what_is_left_and_then_asks_to_stop():
    responses = torch.tensor([[1], [1], [2], [0], [3]])  # item 2, item 2 again, the lure, item 1, stop
    loss = set_loss(outputs(5), responses, 2)
    expected = [-math.log(p) for p in (0.7, 0.4, 0.4, 0.4, 0.2)]
    assert loss[:, 0].tolist() == pytest.approx(expected)


def test_set_does_not_ask_for_an_order():
    first, second = (set_loss(outputs(1), torch.tensor([[item]]), 2) for item in (0, 1))
    assert first.item() == second.item()


def test_forward_asks_for_each_item_at_its_place_and_then_to_stop():
    assert forward_loss(outputs(3), 2)[:, 0].tolist() == pytest.approx([-math.log(p) for p in (0.4, 0.3, 0.2)])


def test_serial_asks_for_each_item_at_its_place_and_leaves_stopping_out():
    assert serial_loss(outputs(2))[:, 0].tolist() == pytest.approx([-math.log(p / 0.8) for p in (0.4, 0.3)])


def test_human_is_the_probability_among_items_not_yet_recalled_and_stopping():
    responses = torch.tensor([[1], [0], [3]])  # item 2, item 1, stop
    loss = human_loss(outputs(3), responses, 2)
    assert loss[:, 0].tolist() == pytest.approx([-math.log(0.3 / 0.9), -math.log(0.4 / 0.6), 0.0])


def test_human_probabilities_of_all_sequences_of_three_items_sum_to_one():
    torch.manual_seed(0)
    scores = torch.randn(4, 1, 6)  # 3 items, 2 lures, stop

    def total(given):
        """Return the summed probability of all sequences that begin with these items and then stop."""
        k, p = len(given), 0.0
        for choice in [*(i for i in range(3) if i not in given), 5]:
            responses = torch.tensor([*given, choice])[:, None]
            here = math.exp(-human_loss(scores[: k + 1], responses, 3)[k, 0].item())
            p += here * (1.0 if choice == 5 else total([*given, choice]))
        return p

    assert total([]) == pytest.approx(1.0, abs=1e-6)


def test_nearest_is_the_smallest_cross_entropy_of_the_bits_over_the_list():
    items = torch.tensor([[[1.0, 0.0], [0.0, 0.0]]])
    query = torch.tensor([[[0.0, -math.log(3)]]])  # P(bit = 1): 1/2 and 1/4
    assert nearest_loss(query, items).item() == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 2)
    ones = torch.tensor([[[1.0, 1.0]]])
    assert nearest_loss(query, ones).item() == pytest.approx(-(math.log(0.5) + math.log(0.25)) / 2)


def test_blog_is_the_smallest_cross_entropy_of_each_items_bits_over_the_outputs():
    items = torch.tensor([[[1.0, 0.0], [1.0, 1.0]]])
    queries = torch.tensor([[[0.0, 0.0]], [[math.log(3), math.log(3)]]])  # P(bit = 1): 1/2 each, then 3/4 each
    expected = [-math.log(0.5), -math.log(0.75)]  # item 1 is best served by the first output, item 2 by the second
    assert blog_loss(queries, items)[:, 0].tolist() == pytest.approx(expected)


def test_blog_asks_nothing_of_an_output_that_serves_no_item_which_is_its_flaw():
    items = torch.tensor([[[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]])
    right = (20 * items - 10).transpose(0, 1)  # both items for certain
    again = torch.cat([right, right[:1], -right[:1]])  # then item 1 again, and something made up
    assert blog_loss(again, items).max().item() < 1e-3


def test_nearest_rewards_giving_the_same_item_over_and_over_and_blog_and_set_do_not():
    items = torch.tensor([[[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]])
    once = (20 * items[:, 0] - 10).expand(2, 1, 3)  # logits that give item 1 for certain, both times
    assert nearest_loss(once, items).max().item() < 1e-3
    assert blog_loss(once, items)[1].item() > 5
    certain = torch.tensor([10.0, 0.0, 0.0, 0.0]).expand(2, 1, 4)  # item 1 for certain, both times
    assert set_loss(certain, torch.tensor([[0], [0]]), 2)[:, 0].tolist() == pytest.approx([0.0, 10.0], abs=1e-3)


def test_bits_are_asked_for_as_often_as_told_and_then_only_the_stop_bit():
    items = torch.tensor([[[1.0], [0.0]]])
    right = torch.tensor([[9.0, -9.0], [-9.0, -9.0]] * 2 + [[5.0, 9.0]]).unsqueeze(1)  # 5: any bit will do at the stop
    assert bits_loss(right, items, 2).shape == (5, 1)
    assert bits_loss(right, items, 2).max().item() < 1e-3
    unsure = torch.zeros(3, 1, 2)
    assert bits_loss(unsure, items, 1)[:, 0].tolist() == pytest.approx([LN2, LN2, LN2])


@pytest.mark.parametrize("loss", [set_loss, human_loss])
def test_gradients_are_finite_when_nothing_is_left(loss):
    scores = torch.randn(3, 1, 4, requires_grad=True)
    loss(scores, torch.tensor([[0], [1], [3]]), 2).sum().backward()
    assert scores.grad.isfinite().all()
