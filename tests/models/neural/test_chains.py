"""Cue chains: what is shown, what is asked, and what the right answer is."""

import dataclasses

import numpy as np
import pytest
import torch

from memlab.core.errors import ParameterError
from memlab.models.neural.chains import answer_scores, chain_inputs, chain_of_task, draw_chains
from memlab.models.neural.episodes import FLAGS, input_size
from memlab.models.neural.evaluation import score_network
from memlab.models.neural.network import Network, build_network
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.trials import trial_loss

TASK = Task(paradigm="chain", lengths=(4, 6), hops=(1, 3), thinking=(1, 2), cues=2, n_lures=5, n_features=8)


def chains_of(length=5, hops=2, steps=3, n_cues=2, n_lists=7, seed=0):
    lists = draw_lists(TASK, n_lists, length, np.random.default_rng(seed))
    return draw_chains(lists, hops, steps, n_cues, torch.Generator().manual_seed(seed))


def flags(inputs):
    return {name: inputs[..., 8 + i] for i, name in enumerate(FLAGS)}


class Perfect(Network):
    """Follows the pairs that it was shown; its query is the answer."""

    def __init__(self):
        super().__init__(input_size(8), 9, None)

    def initial_state(self, n_lists):
        return {}

    def forward(self, inputs, state=None, generator=None):
        outputs = torch.zeros(*inputs.shape[:2], 9)
        for b in range(inputs.shape[1]):
            leads_to, cue, hops = {}, None, 0
            for t, x in enumerate(inputs[:, b]):
                study, recall, asked = x[8], x[10], x[11]
                if study and not recall:
                    cue = tuple(x[:8].tolist())
                elif study:
                    leads_to[cue] = tuple(x[:8].tolist())
                elif asked:
                    cue, hops = tuple(x[:8].tolist()), round(float(asked) * 5)
                elif recall:
                    for _ in range(hops):
                        cue = leads_to[cue]
                    outputs[t, b, :8] = torch.tensor(cue)
        return outputs, {}


def test_a_trial_is_pairs_then_cue_thinking_and_answer_for_each_question():
    chains = chains_of()
    inputs = chain_inputs(chains)
    shown = flags(inputs[:, 0])
    assert len(inputs) == chains.n_steps == 2 * 5 + 2 * (3 + 2)
    assert shown["study"].tolist() == [1] * 10 + [0] * 10
    assert shown["recall"].tolist() == [0, 1] * 5 + [0, 0, 0, 0, 1] * 2
    assert shown["delay"].tolist() == [0] * 10 + [0, 1, 1, 1, 0] * 2
    assert shown["repeats"].tolist() == pytest.approx([0] * 10 + [0.4, 0, 0, 0, 0] * 2)
    assert not inputs[11:15, :, :8].any()


def test_every_item_is_once_a_cue_and_once_a_successor_and_pairs_are_neighbours_in_the_chain():
    chains = chains_of()
    studied = chain_inputs(chains)[:10, 3, :8]
    where = [[int((row == item).all(-1).nonzero()) for row in [chains.items[3]]] for item in studied]
    cues, successors = [w[0] for w in where[::2]], [w[0] for w in where[1::2]]
    assert sorted(cues) == sorted(successors) == list(range(5))
    assert successors == [(cue + 1) % 5 for cue in cues]


def test_the_order_of_pairs_and_the_cues_differ_between_lists():
    chains = chains_of(n_lists=30)
    assert len({tuple(order.tolist()) for order in chains.pairs}) > 10
    assert len({tuple(cues.tolist()) for cues in chains.cues}) > 10


@pytest.mark.parametrize("hops", [1, 2, 3, 6])
def test_following_the_pairs_gives_the_right_answers(hops):
    chains = chains_of(hops=hops)
    scores, _ = answer_scores(Perfect(), chains, torch.Generator())
    assert (scores.argmax(-1) == chains.answers).all()


def test_hops_and_thinking_are_drawn_from_the_task():
    lists = draw_lists(TASK, 2, 5, np.random.default_rng(0))
    generator = torch.Generator().manual_seed(0)
    drawn = {(c.hops, c.steps // c.hops) for c in (chain_of_task(TASK, lists, generator) for _ in range(100))}
    assert drawn == {(hops, thinking) for hops in (1, 2, 3) for thinking in (1, 2)}


def test_a_curriculum_of_hops_ends_in_the_hops():
    task = dataclasses.replace(TASK, hops_curriculum=((10, 1, 1), (5, 1, 2)))
    assert [task.at(step).hops for step in (0, 9, 10, 14, 15)] == [(1, 1), (1, 1), (1, 2), (1, 2), (1, 3)]
    assert TASK.at(0) is TASK
    assert Task(**task.record()) == task


def test_a_chain_has_a_loss_with_a_gradient_and_a_score():
    network = build_network("dnc", input_size(8), 9, {"hidden": 8, "slots": 4, "word": 4}, seed=1)
    lists = draw_lists(TASK, 4, 5, np.random.default_rng(0))
    trial_loss(network, TASK, lists, torch.Generator().manual_seed(0)).backward()
    assert all(weight.grad.isfinite().all() for weight in network.parameters())
    assert 0 <= score_network(network, TASK, 5, 20, 1)["recalled"] <= 1


def test_the_options_of_chains_are_refused_elsewhere():
    with pytest.raises(ParameterError, match="hops, hops_curriculum, thinking, cues belong to chain"):
        Task(hops=(1, 2))
    with pytest.raises(ParameterError, match=r"hops must be \[low, high\]"):
        dataclasses.replace(TASK, hops=(0, 2))
