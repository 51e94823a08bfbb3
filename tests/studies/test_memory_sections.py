"""Sections of the study on copying, chains and transfer: that they run, and that verdicts follow from the tables."""

import numpy as np
import pytest
import torch

from memlab.models.neural.chain_recall import chain_answers
from memlab.models.neural.chains import chain_loss, draw_chains
from memlab.models.neural.copying import copy_scores, recorded_copy
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.evaluation import streams
from memlab.models.neural.network import Network, build_network
from memlab.models.neural.tasks import Task, draw_lists
from memlab.models.neural.transfer import TESTED, transfer_score
from memlab.models.neural.weights import load_network, save_weights
from memlab.studies.dnc_brain import hops, repeat_copy, transfer
from memlab.studies.dnc_brain.section import Setting

TINY = {"hidden": 12, "slots": 6, "word": 8, "heads": 2}
FEATURES = 6

TASKS = {
    "dnc.set": Task(n_features=FEATURES),
    "dnc.forward": Task(n_features=FEATURES, objective="forward"),
    "dnc.serial": Task(n_features=FEATURES, paradigm="serial_recall"),
    "dnc.copy": Task(paradigm="copy", items="binary", n_features=FEATURES, lengths=(1, 3)),
    "dnc.repeat_copy": Task(
        paradigm="repeat_copy", items="binary", n_features=FEATURES, lengths=(1, 3), repeats=(1, 2)
    ),
    "dnc.chain": Task(paradigm="chain", n_features=FEATURES, hops=(1, 2), thinking=(2, 2)),
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A folder of networks that were never trained: enough to see that everything runs."""
    folder = tmp_path_factory.mktemp("weights")
    for name, task in TASKS.items():
        for seed in (1, 2):
            network = build_network("dnc", input_size(FEATURES), output_size(FEATURES), TINY, seed)
            save_weights(network, {"task": task.record(), "seed": seed}, folder / f"{name}.seed{seed}")
    return folder


@pytest.fixture(scope="module")
def setting(weights):
    return Setting(lists=20, seeds=2, quick=True, weights=weights)


@pytest.fixture(scope="module")
def done(setting):
    return {section.__name__: section.run(setting) for section in (repeat_copy, hops, transfer)}


@pytest.mark.parametrize("section", [repeat_copy, hops, transfer])
def test_a_section_gives_tables_figures_and_a_claim_from_networks(section, done):
    found = done[section.__name__]
    assert found.figures
    assert all(drawn.draw(found.tables) is not None and drawn.caption for drawn in found.figures)
    assert all(claim.verdict != "not tested" and claim.n_seeds == 2 for claim in found.claims[:1])


@pytest.mark.slow
@pytest.mark.parametrize("section", [repeat_copy, hops, transfer])
def test_the_same_seed_gives_the_same_tables(section, done, setting):
    again = section.run(setting)
    for name, table in done[section.__name__].tables.items():
        assert len({len(list(column)) for column in table.values()}) == 1
        for column, values in table.items():
            np.testing.assert_array_equal(np.asarray(values), np.asarray(again.tables[name][column]))


@pytest.mark.parametrize("section", [repeat_copy, hops, transfer])
def test_without_weights_a_section_says_what_is_not_there(section, tmp_path):
    done = section.run(Setting(quick=True, weights=tmp_path))
    assert {claim.verdict for claim in done.claims} == {"not tested"}
    assert not done.tables
    assert not done.figures


# copying


def test_the_drawn_trial_is_the_recorded_one(setting, done):
    tables = done[repeat_copy.__name__].tables
    recorded = recorded_copy(setting.weights / "dnc.repeat_copy.seed1", 3, 2, setting.seed)
    drawn = repeat_copy._trial(tables)
    np.testing.assert_array_equal(drawn.memory, recorded.memory[:, 0])
    np.testing.assert_array_equal(drawn.link, recorded.link[0])
    np.testing.assert_array_equal(drawn.free_gates, recorded.free_gates[:, 0])
    np.testing.assert_array_equal(drawn.write_weights, recorded.write_weights[:, 0])
    assert drawn.position.tolist() == [1, 2, 3, 1, 2, 3, 0]


def test_a_list_longer_than_memory_gets_as_many_slots_as_items(weights):
    assert [copy_scores(weights / "dnc.copy.seed1", n, 1, 5, 1)[1] for n in (3, 6, 9)] == [6, 6, 9]


def cell(items, lesion="intact", value=1.0, trained=True, weights="dnc.repeat_copy"):
    return {
        "weights": weights, "lesion": lesion, "list_length": items, "repeats": 1, "trained": trained, "value": value,
        "n_seeds": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "beyond", "verdict"),
    [(1.0, 1.0, "holds"), (0.995, 0.6, "holds in part"), (0.98, 1.0, "does not hold")],
)
def test_copying_is_perfect_if_it_is_inside_and_beyond_the_training(inside, beyond, verdict):
    claim = repeat_copy._perfect_claim([cell(3, value=inside), cell(9, value=beyond, trained=False)])
    assert claim.verdict == verdict
    assert f"{inside:.3f}" in claim.measured
    assert f"{beyond:.3f} of the items (9 items given 1 times)" in claim.measured


@pytest.mark.parametrize(("without", "verdict"), [(0.4, "holds"), (0.6, "holds in part"), (0.99, "does not hold")])
def test_links_carry_order_if_copying_the_longest_trained_list_needs_them(without, verdict):
    longer = [cell(n, lesion, 0.0, trained=False, weights="dnc.copy") for n in (20,) for lesion in ("intact", "links")]
    claim = repeat_copy._links_claim(
        [cell(10, weights="dnc.copy"), cell(10, "links", without, weights="dnc.copy"), *longer]
    )
    assert claim.verdict == verdict


def test_nothing_hangs_on_links_in_a_network_that_does_not_copy():
    claim = repeat_copy._links_claim([cell(10, value=0.1), cell(10, "links", 0.0)])
    assert claim.verdict == "does not hold"
    assert "does not copy" in claim.measured


# chains


def answer(k, value, steps=None, lesion="intact"):
    steps = 2 * k if steps is None else steps
    return {
        "lesion": lesion, "hops": k, "steps": steps, "as_trained": steps == 2 * k, "trained": k <= 2, "value": value,
        "n_seeds": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("two", "three", "three_later", "verdict"),
    [
        (1.0, 0.95, 0.1, "does not hold"),
        (1.0, 0.1, 0.95, "does not hold"),
        (1.0, 0.1, 0.2, "holds in part"),
        (0.5, 1.0, 1.0, "holds"),
    ],
)
def test_recall_by_context_is_judged_inside_the_training_and_beyond(two, three, three_later, verdict):
    rows = [answer(1, 1.0), answer(2, two), answer(3, three), answer(3, three_later, steps=9)]
    assert hops._recall_claim(rows, (1, 2), 0.5).verdict == verdict


def test_going_by_the_clock_is_measured_where_steps_and_hops_disagree():
    places = {f"answer_{d}_on": [0.0, 0.0, 0.0, 0.0] for d in range(hops.LENGTH)}
    places["answer_2_on"] = [0.3, 0.9, 0.7, 0.4]  # 2 hops in 4 steps, 1 hop in 4, 3 hops in 4, 1 hop in 3
    table = {"lesion": ["intact"] * 4, "seed": ["1"] * 4, "hops": [2, 1, 3, 1], "steps": [4, 4, 4, 3], **places}
    assert hops._by_clock(table, 2) == pytest.approx(0.8)


def test_asking_after_each_step_is_asking_after_that_many_steps(weights):
    stem = weights / "dnc.chain.seed1"
    network, card = load_network(stem)
    answers = chain_answers(stem, 4, [2], [0, 1, 3], 50, 1)
    for n, found in zip((0, 1, 3), answers[0, :, 2], strict=True):
        rng, generator = streams(1, "chains", 4)
        chains = draw_chains(draw_lists(Task(**card["task"]), 50, 4, rng), 2, n, 1, generator)
        _, each, _ = chain_loss(network, chains, generator)
        assert found == pytest.approx(float(each.double().mean()))
    np.testing.assert_allclose(answers.sum(-1), 1)


# transfer


def matrix(**values):
    return {
        (weights, task): {"value": values.get(f"{weights[4:]}_{task}", float(task == own)), "n_seeds": 5}
        for weights, own in {**transfer.SPECIALISTS, "dnc.all": ""}.items()
        for task in transfer.SPECIALISTS.values()
    }


def test_a_network_must_be_retrained_if_no_pair_transfers():
    claim = transfer._transfer_claim(matrix())
    assert claim.verdict == "holds"
    assert "1.00 of the items of their own task (5 of 5 do it) and 0.00 of those of another" in claim.measured
    assert "0 of 20 pairs transfer" in claim.measured


def test_a_pair_that_transfers_is_named():
    claim = transfer._transfer_claim(matrix(forward_set=0.95))
    assert claim.verdict == "holds in part"
    assert "1 of 20 pairs transfer (dnc.forward does set)" in claim.measured


def test_one_network_for_all_is_judged_task_by_task():
    everything = {f"all_{task}": 0.93 for task in transfer.SPECIALISTS.values()}
    assert transfer._all_claim(matrix(**everything)).verdict == "does not hold"
    assert transfer._all_claim(matrix(**everything | {"all_copy": 0.8})).verdict == "holds in part"
    assert transfer._all_claim(matrix()).verdict == "holds"


class Tape(Network):
    """Gives the list back in order, over and over."""

    def __init__(self):
        super().__init__(input_size(FEATURES), output_size(FEATURES), None)

    def initial_state(self, n_lists):
        return {"items": torch.zeros(n_lists, 0, FEATURES), "given": torch.zeros(n_lists)}

    def forward(self, inputs, state=None, generator=None):
        state = self.initial_state(inputs.shape[1]) if state is None else state
        outputs = torch.zeros(*inputs.shape[:2], FEATURES + 1)
        items, given = state["items"], state["given"]
        for t, x in enumerate(inputs):
            if x[0, FEATURES]:
                items = torch.cat([items, x[:, None, :FEATURES]], dim=1)
            elif x[0, FEATURES + 2]:
                outputs[t, :, :-1] = 50 * (2 * items[:, int(given[0]) % items.shape[1]] - 1)
                outputs[t, :, -1] = 1e4 if given[0] >= items.shape[1] else -1e4
                given = given + 1
        return outputs, {"items": items, "given": given}


@pytest.mark.parametrize("tested", ["copy", "repeat_copy"])
def test_giving_the_list_back_in_order_is_perfect_copying(tested, weights, monkeypatch):
    card = {"task": TASKS["dnc.copy"].record()}
    monkeypatch.setattr("memlab.models.neural.transfer.load_network", lambda stem: (Tape(), card))
    assert transfer_score("", tested, 4, 30, 1) == 1.0


def test_a_fresh_network_gives_about_as_much_as_a_guess(weights):
    stem = weights / "dnc.set.seed1"
    scores = {tested: transfer_score(stem, tested, 4, 100, 1, fresh=1) for tested in TESTED}
    assert all(0 <= score < 0.4 for score in scores.values())
