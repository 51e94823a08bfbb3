"""Rollouts: what a network is fed, what it may answer, and that a sampled trial is the trial that is run again."""

import pytest
import torch

from memlab.models.neural.episodes import response_scores
from memlab.models.neural.network import Network, build_network
from memlab.models.neural.rollout import (
    REPEATS_UNIT,
    before_recall,
    copied,
    copy_inputs,
    given_back,
    live_outputs,
    sample_responses,
)
from memlab.models.neural.tasks import Lists

D = 3


class Script(Network):
    """A network that gives a fixed query at each recall step, and remembers what it was fed."""

    name = "script"

    def __init__(self, queries):
        super().__init__(D + 4, D + 1, None)
        self.queries, self.fed = queries, []

    def initial_state(self, n_lists):
        return {"k": torch.zeros(n_lists, 1)}

    def forward(self, inputs, state=None, generator=None):
        state = self.initial_state(inputs.shape[1]) if state is None else state
        outputs = []
        for x in inputs:
            recalling = bool(x[0, D + 2])
            self.fed.append(x)
            outputs.append(
                self.queries[int(state["k"][0])].expand(len(x), -1) if recalling else x.new_zeros(len(x), D + 1)
            )
            state = {"k": state["k"] + recalling}
        return torch.stack(outputs), state


def lists(n_lists=1, n_items=2, repeats=1):
    """Items 1 and 2 are the first two axes, the lure is the third."""
    axes = torch.eye(D).expand(n_lists, D, D)
    return Lists(axes[:, :n_items], axes[:, n_items:], torch.zeros(0, n_lists, D), repeats)


def certain(*candidates):
    """Return queries that make these candidates certain; 3 is stopping."""
    return 1000 * torch.eye(D + 1)[list(candidates)]


def seeded():
    return torch.Generator().manual_seed(1)


def test_responses_are_fed_back_and_repeats_and_intrusions_are_allowed():
    network = Script(certain(1, 1, 2, 0, 3))
    given = sample_responses(network, lists(), 6, seeded())
    assert given[:, 0].tolist() == [1, 1, 2, 0, 3, 3]
    fed = torch.stack(network.fed)[2:, 0, :D]  # after the two studied items
    assert fed.tolist() == [[0, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]


def test_a_network_that_may_not_stop_gives_something_else():
    scores = certain(3, 3) + torch.tensor([0.0, 50.0, 0.0, 0.0])
    assert sample_responses(Script(scores), lists(), 2, seeded(), stops=False)[:, 0].tolist() == [1, 1]


def test_masked_recall_gives_each_item_once_and_no_lure_and_then_stops():
    scores = certain(2, 2, 2) + torch.tensor([50.0, 90.0, 0.0, 0.0])
    given = sample_responses(Script(scores), lists(), 4, seeded(), masked=True)
    assert given[:, 0].tolist() == [1, 0, 3, 3]


def test_frequencies_of_responses_are_their_probabilities():
    p = torch.tensor([0.5, 0.2, 0.2, 0.1])
    given = sample_responses(Script(p.log()[None]), lists(20_000), 1, seeded())
    assert torch.bincount(given[0]) / 20_000 == pytest.approx(p, abs=0.012)  # 3.4 standard errors of .5


def test_scores_that_are_not_numbers_give_some_response_for_the_loss_to_notice():
    given = sample_responses(Script(torch.full((1, D + 1), float("nan"))), lists(), 1, seeded())
    assert 0 <= given.item() <= 3


def test_outputs_live_until_the_first_stop():
    responses = torch.tensor([[0, 3], [3, 3], [1, 0]])
    assert live_outputs(responses, 3).tolist() == [[True, True], [True, False], [False, False]]


def test_the_trial_that_is_run_again_has_the_inputs_of_the_sampled_one():
    network = build_network("dnc", D + 4, D + 1, {"hidden": 8, "slots": 4, "word": 4}, seed=3)
    drawn = lists(n_lists=5)
    given = sample_responses(network, drawn, 4, seeded())
    outputs, _ = network(given_back(drawn, given))
    again = sample_responses(network, drawn, 4, seeded())
    assert given.equal(again)
    state = network(before_recall(drawn))[1]
    first = network(given_back(drawn, given)[2:3], state)[0][0]
    assert torch.allclose(response_scores(first, drawn.candidates), response_scores(outputs[2], drawn.candidates))


def test_a_copying_trial_is_study_then_how_often_then_silence():
    inputs = copy_inputs(lists(repeats=3), told=True)[:, 0]
    assert len(inputs) == 2 + 1 + 3 * 2 + 1
    assert inputs[2, -1].item() == pytest.approx(3 / REPEATS_UNIT)
    assert inputs[2, :-1].abs().sum() == 0
    assert inputs[3:, :D].abs().sum() == 0
    assert (inputs[3:, D + 2] == 1).all()
    assert len(copy_inputs(lists(), told=False)) == 2 + 2 + 1


def test_what_is_copied_is_fed_back_bit_by_bit():
    logits = torch.tensor([[2.0, -1.0, 0.5, 0.0], [-1.0, -1.0, 3.0, 0.0], [1.0, 1.0, 1.0, 9.0]])
    network = Script(logits)
    given = copied(network, lists(), seeded(), told=False)
    assert given[:, 0].tolist() == [[1, 0, 1], [0, 0, 1], [1, 1, 1]]
    fed = copy_inputs(lists(), told=False, given=given)[2:, 0, :D]
    assert fed.tolist() == [[0, 0, 0], [1, 0, 1], [0, 0, 1]]
    assert torch.stack(network.fed)[2:, 0, :D].equal(fed)
