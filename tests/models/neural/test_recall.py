"""Networks behind the recall interface: untrained ones, saved in a temporary folder, keep its promises."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from memlab.core.errors import NotSupported, UnknownName
from memlab.core.recall import INTRUSION, LikelihoodModel, RecallData, Recalls, StudyLists
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.network import build_network
from memlab.models.neural.tasks import Task
from memlab.models.neural.trained import DNC, LSTM, BlogDNC
from memlab.models.neural.weights import save_weights

SMALL = {"hidden": 10, "slots": 4, "word": 5}


def save(folder, name, task, network="dnc", config=SMALL, seeds=(1, 2)):
    for seed in seeds:
        built = build_network(network, input_size(task.n_features), output_size(task.n_features), config, seed)
        save_weights(built, {"seed": seed, "task": task.record()}, folder / f"{name}.seed{seed}")
    return str(folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def dnc(folder):
    return DNC(weights=save(folder, "small", Task(n_features=6, lengths=(2, 5))))


@pytest.fixture(scope="module")
def blog(folder):
    task = Task(objective="blog", items="binary", n_features=4, lengths=(1, 5), n_lures=8)
    return BlogDNC(weights=save(folder, "bits", task))


def all_sequences(length):
    rows = [[*order, *[0] * (length - k)] for k in range(length + 1) for order in permutations(range(1, length + 1), k)]
    return Recalls(np.array(rows))


def test_networks_of_cue_chains_are_no_model_of_recall():
    with pytest.raises(NotSupported, match="^dnc.chain was trained on cue chains, not to recall lists. Name other"):
        DNC(weights="dnc.chain").trained_lengths  # noqa: B018  # it is the looking up that fails


def test_a_network_says_which_seeds_and_lengths_it_was_trained_on(dnc):
    assert dnc.seeds == ("1", "2")
    assert dnc.trained_lengths == (2, 5)
    assert not dnc.has_parameter_count
    assert isinstance(dnc, LikelihoodModel)


def test_probabilities_of_all_sequences_sum_to_one_for_each_network_and_for_all(dnc):
    sequences = all_sequences(3)
    study = StudyLists.simple(sequences.n_lists, 3)
    by_seed = [np.exp(dnc.with_options(network_seed=s).log_likelihood(study, sequences)) for s in dnc.seeds]
    assert [p.sum() for p in by_seed] == pytest.approx([1, 1], abs=1e-5)
    together = np.exp(dnc.log_likelihood(study, sequences))
    np.testing.assert_allclose(together, np.mean(by_seed, axis=0), rtol=1e-6)
    assert not np.allclose(*by_seed)


def test_masked_recalls_are_as_frequent_as_their_likelihood(dnc):
    sequences, n = all_sequences(3), 20_000
    expected = np.exp(dnc.log_likelihood(StudyLists.simple(sequences.n_lists, 3), sequences))
    masked = dnc.with_options(decoder="masked")
    drawn = masked.simulate(StudyLists.simple(n, 3), None, np.random.default_rng(3)).position
    drawn = np.pad(drawn, ((0, 0), (0, 3 - drawn.shape[1])))
    observed = (drawn[:, None, :] == sequences.position[None]).all(axis=2).mean(axis=0)
    assert (np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / n)).all()


def test_lists_of_different_items_and_delays_are_each_studied_as_they_are(dnc):
    """Alike lists are studied once; that must not mix lists up."""
    rng = np.random.default_rng(1)
    study = StudyLists.simple(12, 3)
    study = replace(
        study,
        items=rng.integers(0, 4, (12, 3)).argsort(axis=1),
        distractor=np.where(np.arange(4) == 3, rng.integers(0, 3, (12, 1)) * 4.0, 0.0),
    )
    recalls = Recalls(np.tile([2, 1, 0], (12, 1)))
    together = dnc.log_likelihood(study, recalls)
    alone = [dnc.log_likelihood(study.select([i]), recalls.select([i]))[0] for i in range(12)]
    np.testing.assert_allclose(together, alone, rtol=1e-4)
    assert len(np.unique(together.round(6))) > 3


def test_free_recalls_have_repeats_and_intrusions_and_masked_ones_none(dnc):
    study = StudyLists.simple(200, 4)
    hot = {"temperature": 10.0}
    free = dnc.simulate(study, hot, np.random.default_rng(0))
    RecallData(study, free)
    assert (free.position == INTRUSION).any()
    assert any(len(set(row[row > 0])) < (row > 0).sum() for row in free.position)
    masked = dnc.with_options(decoder="masked").simulate(study, hot, np.random.default_rng(0))
    assert (masked.position >= 0).all()
    assert all(len(set(row[row > 0])) == (row > 0).sum() for row in masked.position)


def test_without_lures_there_are_no_intrusions(dnc):
    recalls = dnc.simulate(StudyLists.simple(100, 4), {"lures": 0, "temperature": 10}, np.random.default_rng(0))
    assert (recalls.position != INTRUSION).all()


def test_a_network_that_was_not_trained_to_stop_gives_as_many_responses_as_items_and_has_no_likelihood(blog):
    recalls = blog.simulate(StudyLists.simple(30, 4), None, np.random.default_rng(0))
    assert recalls.position.shape == (30, 4)
    assert (recalls.position != 0).all()
    assert not isinstance(blog, LikelihoodModel)


def test_lists_longer_than_there_are_bit_patterns_can_be_recalled(blog):
    recalls = blog.simulate(StudyLists.simple(5, 20), None, np.random.default_rng(0))
    assert recalls.position.max() > 16


def test_one_network_can_be_asked_for_and_an_unknown_one_is_refused(dnc):
    study = StudyLists.simple(50, 4)
    one, other = (
        dnc.with_options(network_seed=s).simulate(study, None, np.random.default_rng(0)).position for s in dnc.seeds
    )
    width = min(one.shape[1], other.shape[1])
    assert not np.array_equal(one[:, :width], other[:, :width])
    with pytest.raises(UnknownName, match="no network of seed '9'"):
        dnc.with_options(network_seed="9").simulate(study, None, np.random.default_rng(0))


def state_after(model, words, study):
    lesioned = model.lesioned(words) if words else model
    (network,) = lesioned.with_options(network_seed="1")._chosen()
    lexicon = np.zeros(study.n_lists, dtype=np.int64)
    return network, lesioned._after_study(network, study, lexicon, lesioned.resolve(None))


def test_wiping_controller_or_memory_leaves_the_other_as_it_was(dnc):
    study = StudyLists.simple(2, 4)
    _, intact = state_after(dnc, "", study)
    for words, wiped in (("controller_state", True), ("memory", False), ("kf", True), ("hm", False)):
        _, state = state_after(dnc, words, study)
        for name, value in state.items():
            same = np.array_equal(value.numpy(), intact[name].numpy())
            if name.startswith("controller") == wiped:
                assert not value.any(), (words, name)
            else:
                assert same, (words, name)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("links", "links", False),
        ("content", "content", False),
        ("allocation", "allocate", False),
        ("writes", "write", False),
        ("slots:6", "slots", 6),
        ("decay:0.05", "decay", 0.05),
        ("noise:0.1", "noise", 0.1),
    ],
)
def test_each_word_changes_its_field_and_leaves_the_trained_network_alone(dnc, words, field, value):
    network, _ = state_after(dnc, words, StudyLists.simple(2, 4))
    assert getattr(network.config, field) == value
    intact, _ = state_after(dnc, "", StudyLists.simple(2, 4))
    assert getattr(intact.config, field) != value


def test_with_writes_off_nothing_is_in_memory(dnc):
    _, state = state_after(dnc, "writes", StudyLists.simple(2, 4))
    assert not state["memory"].any()


def test_noise_in_memory_has_no_likelihood_and_the_same_seed_still_gives_the_same_recalls(dnc):
    noisy, study = dnc.lesioned("noise:0.5"), StudyLists.simple(20, 4)
    with pytest.raises(NotSupported, match="noise in its memory"):
        noisy.log_likelihood(study, Recalls(np.zeros((20, 1), dtype=int)))
    first, again = (noisy.simulate(study, None, np.random.default_rng(5)).position for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_an_lstm_has_no_links_to_take_away(folder):
    lstm = LSTM(weights=save(folder, "lstm", Task(n_features=6), "lstm", {"hidden": 8}))
    assert lstm.simulate(StudyLists.simple(5, 3), None, np.random.default_rng(0)).n_lists == 5
    with pytest.raises(UnknownName, match="has no lesion 'links'"):
        lstm.lesioned("links")


def test_no_more_responses_are_simulated_than_the_experiment_kept(dnc):
    kept, all_of_them = StudyLists.simple(30, 4, max_responses=2), StudyLists.simple(30, 4)
    first = dnc.simulate(kept, {"temperature": 10.0}, np.random.default_rng(0))
    assert first.position.shape == (30, 2)
    assert dnc.simulate(all_of_them, {"temperature": 10.0}, np.random.default_rng(0)).n_outputs > 2
