"""Probed recall, what came after an item that is shown: what all models keep to, and each theory's closed form."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from memlab.analysis import serial_accuracy
from memlab.core.recall import INTRUSION, OMISSION, LikelihoodModel, Pool, RecallData, Recalls, StudyLists
from memlab.core.sequences import PopulationModel, sequences_of
from memlab.core.serial_test import SerialTest
from memlab.models import get_model
from memlab.models.start_end import overlap
from memlab.recall_bits import uniform_log_likelihood

PROBED = (
    "chance", "chaining", "todam", "start_end", "perturbation", "oscar", "cru", "cmr", "simple.serial",
    "position_marking",
)  # fmt: skip
PROBED_LIKELIHOOD = tuple(name for name in PROBED if isinstance(get_model(name), LikelihoodModel))


def lists(n_lists, length=6, direction="forward", **test):
    return StudyLists.simple(n_lists, length, serial=SerialTest(direction, **test))


def probes(cues, length=6, **test):
    """Lists with one question each, or, of a table of cues, with as many as it has columns."""
    cues = np.asarray(cues)
    return lists(len(cues), length, "probed", cue=cues[:, None] if cues.ndim == 1 else cues, **test)


def simulated(name, study, values=None, seed=0, **options):
    return get_model(name).with_options(**options).simulate(study, values, np.random.default_rng(seed)).position


def shares(position, length):
    """How often each item, from 1, is given as the only answer."""
    return np.bincount(np.maximum(position, 0).ravel(), minlength=length + 1)[1:] / position.size


def agree(observed, expected, n):
    return (np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / n) + 1e-9).all()


# ----------------------------------------------------------------------------------------- probed recall: all models


@pytest.mark.parametrize("name", PROBED)
def test_every_cue_has_one_answer_and_never_the_item_shown(name):
    study = probes(np.tile([[1, 4], [5, 2], [3, 3]], (40, 1)))
    recalls = get_model(name).simulate(study, None, np.random.default_rng(1))
    assert recalls.position.shape == (120, 2)
    assert (recalls.position != study.serial.cue).all()
    assert (recalls.position != 0).all()
    assert (recalls.position > 0).mean() > 0.3
    again = get_model(name).simulate(study, None, np.random.default_rng(1))
    np.testing.assert_array_equal(recalls.position, again.position)
    np.testing.assert_array_equal(recalls.time, again.time)


@pytest.mark.parametrize("name", PROBED)
def test_two_items_leave_one_answer_and_no_lists_can_be_simulated(name):
    two = simulated(name, probes(np.ones(30, dtype=int), 2))
    assert set(two.ravel()) <= {2, OMISSION, INTRUSION}
    assert simulated(name, probes(np.empty(0, dtype=int))).shape == (0, 1)


@pytest.mark.parametrize("name", PROBED)
def test_the_second_question_about_a_list_is_answered_like_a_first_one(name):
    n = 4000
    first = shares(simulated(name, probes(np.full(n, 2), 4), seed=5), 4)
    second = shares(simulated(name, probes(np.tile([3, 2], (n, 1)), 4), seed=6)[:, 1:], 4)
    pooled = (first + second) / 2
    assert (np.abs(first - second) <= 4.5 * np.sqrt(2 * pooled * (1 - pooled) / n) + 1e-9).all()


@pytest.mark.parametrize("name", PROBED_LIKELIHOOD)
@pytest.mark.parametrize("omissions_allowed", [True, False])
def test_answers_are_as_frequent_as_their_probability(name, omissions_allowed):
    model, n, cue = get_model(name), 20_000, 2
    answers = np.array([[1], [3], [4], [OMISSION]])
    four = probes(np.full(4, cue), 4, omissions_allowed=omissions_allowed)
    p = np.exp(model.log_likelihood(four, Recalls(answers)))
    assert p.sum() == pytest.approx(1, abs=1e-9)
    drawn = simulated(name, probes(np.full(n, cue), 4, omissions_allowed=omissions_allowed), seed=3)
    assert agree((drawn == answers.T).mean(axis=0), p, n)
    assert (p[3] == 0) != omissions_allowed


@pytest.mark.parametrize("name", PROBED_LIKELIHOOD)
def test_the_probability_of_several_answers_about_a_list_is_their_product(name):
    model = get_model(name)
    both = model.log_likelihood(probes([[1, 3], [3, 1]]), Recalls(np.array([[2, 2], [OMISSION, 5]])))
    each = model.log_likelihood(probes([1, 3, 3, 1]), Recalls(np.array([[2], [2], [OMISSION], [5]])))
    np.testing.assert_allclose(both, each.reshape(2, 2).sum(axis=1), rtol=1e-12)


@pytest.mark.parametrize("name", PROBED_LIKELIHOOD)
def test_an_intrusion_and_the_item_shown_count_as_no_answer(name):
    answers = Recalls(np.array([[OMISSION], [INTRUSION], [3], [0]]))
    log_p = get_model(name).log_likelihood(probes([3, 3, 3, 3]), answers)
    np.testing.assert_array_equal(log_p, log_p[0])


@pytest.mark.parametrize("name", [n for n in PROBED_LIKELIHOOD if isinstance(get_model(n), PopulationModel)])
@pytest.mark.parametrize("forced", [True, False])
def test_a_population_answers_like_each_of_its_members(name, forced):
    model, study = get_model(name), probes(np.tile([[1, 4], [5, 2]], (5, 1)), omissions_allowed=not forced)
    recalls = model.simulate(study, None, np.random.default_rng(2))
    other = {p.name: 0.8 * p.default + 0.1 * min(p.high, 2 * p.default + 1) for p in model.parameters}
    members = [dict(model.defaults()), model.resolve(other)]
    points = np.array([[member[p.name] for p in model.parameters] for member in members])
    sequences = sequences_of(RecallData(study, recalls))
    assert (sequences.n_events == 2).all()
    together = model.population_log_likelihood(sequences, points)
    each = [model.log_likelihood(study, recalls, member).sum() for member in members]
    np.testing.assert_allclose(together, each, rtol=1e-9)


def test_a_floor_of_probed_recall_guesses_among_the_others_and_a_blank():
    data = RecallData(probes([[2, 1]], 4), Recalls(np.array([[3, OMISSION]])))
    np.testing.assert_allclose(uniform_log_likelihood(sequences_of(data)), 2 * np.log(1 / 4))


def test_accuracy_of_answers_is_counted_by_the_position_of_the_item_that_is_asked_for():
    study = probes(np.tile(np.arange(1, 6), 2000))
    right = serial_accuracy(RecallData(study, get_model("chance").simulate(study, None, np.random.default_rng(0))))
    assert set(right["scoring"]) == {"strict"}
    assert right["possible"].tolist() == [0, *[2000] * 5]
    assert agree(right["prob"].to_numpy()[1:], np.full(5, 0.4 / 5), 2000)


# ------------------------------------------------------------------------------------ probed recall: theory by theory


def probability(name, shown, answer, length, values, **options):
    model = get_model(name).with_options(**options)
    return float(np.exp(model.log_likelihood(probes([shown], length), Recalls(np.array([[answer]])), values))[0])


@pytest.mark.parametrize("cue", ["simple", "compound"])
def test_a_chain_follows_the_link_from_the_item_shown(cue):
    f, b, tau = 0.5, 0.7, 1.7
    values = {"forward": f, "backward": b, "tau": tau, "blank": 0.0}
    links = np.array([b * f, b, 0.0, 1.0, f, f**2]) ** tau  # from item 3 of 6
    for answer in (1, 2, 4, 5, 6):
        expected = links[answer - 1] / links.sum()
        assert probability("chaining", 3, answer, 6, values, cue=cue) == pytest.approx(expected)


def test_a_chain_with_similar_items_is_cued_by_all_that_sound_alike():
    alike = np.eye(4)
    alike[0, 2] = alike[2, 0] = 0.6
    v = {"forward": 0.5, "backward": 0.4, "confusion": 0.8, "T": 0.3, "blank": 0.0}
    study = replace(probes([1], 4), pool=Pool(similarity=alike))
    from_1, from_3 = np.array([0, 1, 0.5, 0.25]), np.array([0.4 * 0.5, 0.4, 0, 1])
    weight = np.exp(2 * np.maximum(from_1 + 0.8 * 0.6 * from_3, 1e-6) / v["T"])
    model = get_model("chaining").with_options(similarity=True, choice_rule="softmax")
    got = np.exp(model.log_likelihood(study, Recalls(np.array([[4]])), v))
    np.testing.assert_allclose(got, weight[3] / weight[1:].sum())


def test_cru_finds_the_items_after_the_one_shown_by_how_far_they_are():
    beta, tau, n, cue = 0.6, 4.0, 6, 2
    rho = np.sqrt(1 - beta**2)
    values = {"beta_enc": beta, "beta_rec": 0.2, "tau": tau, "stop_scale": 0.0}
    weight = np.array([rho ** (tau * (d - 1)) for d in range(1, n - cue + 1)])
    for d in range(1, n - cue + 1):
        expected = weight[d - 1] / weight.sum()
        assert probability("cru", cue, cue + d, n, values) == pytest.approx(expected, rel=1e-5)
    assert probability("cru", cue, 1, n, values) < 1e-12


def twin_of_cmr(cue, n, v, before):
    """Support of each item by what the item shown retrieves, with the vectors written out; unit 0 is the start."""
    unit, context, learned = np.eye(n + 1), np.eye(n + 1)[0], []
    rho = np.sqrt(1 - v["beta_enc"] ** 2)
    for i in range(1, n + 1):
        old = context
        context = rho * context + v["beta_enc"] * unit[i]
        learned.append(old if before else context)
    retrieved = (1 - v["gamma_fc"]) * unit[cue] + v["gamma_fc"] * learned[cue - 1]
    retrieved = retrieved / np.linalg.norm(retrieved)
    phi = v["phi_s"] * np.exp(-v["phi_d"] * np.arange(n)) + 1
    own, others = retrieved[1:], retrieved[1:].sum() - retrieved[1:]
    return phi * (np.array(learned) @ retrieved) + v["delta"] * own + v["alpha"] * others


@pytest.mark.parametrize("learn", ["after", "before"])
@pytest.mark.parametrize("encoding", ["constant", "declining"])
def test_cmr_chooses_by_what_the_item_shown_retrieves(learn, encoding):
    model = get_model("cmr").with_options(learn=learn, encoding=encoding)
    v = model.resolve({"gamma_fc": 0.4, "stop_scale": 0.0, "tau": 2.0})
    if encoding == "declining":  # by the context vectors
        v["beta_enc_late"] = v["beta_enc"]
    support = twin_of_cmr(3, 5, v, learn == "before") ** 2.0
    support[2] = 0.0
    got = [probability("cmr", 3, answer, 5, v, learn=learn, encoding=encoding) for answer in (1, 2, 4, 5)]
    np.testing.assert_allclose(got, support[[0, 1, 3, 4]] / support.sum(), rtol=1e-5)


def test_todam_finds_the_item_before_as_well_as_the_one_after():
    values = {"n_features": 1024, "alpha": 1.0, "omega": 1.0, "omega_decay": 1.0, "lexicon": 0, "criterion": -10.0}
    middle = shares(simulated("todam", probes(np.full(2000, 3), 5), values), 5)
    assert agree(middle[[1, 3]], np.full(2, middle[[1, 3]].sum() / 2), 2000)
    assert middle[[1, 3]].sum() > 0.95
    first = shares(simulated("todam", probes(np.full(500, 1), 5), values), 5)
    assert first[1] > 0.95  # nothing stands before the first item


def test_in_the_perturbation_model_answers_are_what_stands_at_the_place_after_the_item_shown():
    theta, n = 0.3, 20_000
    values = {"theta": theta, "steps": 1, "blank": 0.0, "steps_output": 5}
    expected = np.array([0, 1 - theta, theta / 2, 0]) / (1 - theta / 2)  # given that item 1 does not stand there
    exact = get_model("perturbation").place_probabilities(probes([1], 4), values)
    np.testing.assert_allclose(exact, expected[None, None])
    assert agree(shares(simulated("perturbation", probes(np.full(n, 1), 4), values), 4), expected, n)


def test_probed_answers_of_the_perturbation_model_come_from_the_places_of_forward_recall():
    values = {"theta": 0.4, "steps": 3, "steps_output": 0, "blank": 0.2}
    at = get_model("perturbation").place_probabilities(lists(1, 5), values)[0]
    found = get_model("perturbation").place_probabilities(probes([[2, 4]], 5), values)[0]
    for row, cue in enumerate((2, 4)):
        there = np.where(np.arange(1, 6) == cue, 0.0, at[cue])
        np.testing.assert_allclose(found[row], 0.8 * there / there.sum())


def test_with_two_rivals_the_start_end_model_is_right_by_the_difference_of_their_overlaps():
    v, n = get_model("start_end").resolve({"T_O": -2.0, "G_C": 0.1}), 20_000
    code = [(v["S_0"] * v["S"] ** i, v["E_0"] * v["E"] ** (2 - i)) for i in range(3)]
    strength = [overlap(*code[1], *code[i]) for i in range(3)]  # the cue is place 2
    expected = norm.cdf((strength[1] - strength[2]) / (v["G_C"] * np.sqrt(2)))
    drawn = simulated("start_end", probes(np.full(n, 1), 3), {**v, "context": 0.0})
    assert agree(shares(drawn, 3), np.array([0, expected, 1 - expected]), n)


def test_lists_before_intrude_into_answers_at_the_place_that_is_asked_for():
    items = np.arange(40).reshape(8, 5)
    study = replace(probes(np.tile([2, 3], (8, 1)), 5), items=items)
    recalls = get_model("start_end").simulate(
        study, {"context": 1.0, "G_C": 0.0, "T_O": -2.0}, np.random.default_rng(0)
    )
    np.testing.assert_array_equal(recalls.position, np.tile([3, 4], (8, 1)))  # a tie goes to the list's own
    study = replace(study, subject=np.repeat([1, 2], 4))
    noisy = get_model("start_end").simulate(study, {"context": 1.0, "G_C": 0.05}, np.random.default_rng(0))
    row, column = np.nonzero(noisy.position == INTRUSION)
    assert len(row) > 0
    assert (row % 4 > 0).all()  # a person's first list has none before it
    assert (noisy.item[row, column] // 5 == row - 1).all()


def test_with_two_rivals_oscar_is_right_by_the_difference_of_their_activations():
    values, n = {"noise": 0.4, "threshold": -5.0}, 20_000
    x = get_model("oscar").activation(probes([1], 3), values)[0, 0]
    expected = norm.cdf((x[1] - x[2]) / (0.4 * np.sqrt(2)))
    assert agree(
        shares(simulated("oscar", probes(np.full(n, 1), 3), values), 3), np.array([0, expected, 1 - expected]), n
    )
    forward = get_model("oscar").activation(lists(1, 3), {**values, "quality": 1.0})[0]
    np.testing.assert_allclose(x, forward[1])
    both = get_model("oscar").activation(probes([[2, 1]], 3), values)[0]
    np.testing.assert_allclose(both[1], x)  # the second question loses no quality


def test_simple_gives_the_item_after_the_one_shown_by_its_share_of_discriminability():
    v = {"c": 4.0, "t": 0.2, "s": 6.0, "seconds_per_place": 0.8, "place_share": 0.3}
    log_age = np.log(np.arange(4, -1, -1) + 0.8)
    eta = np.exp(-v["c"] * (0.7 * np.abs(log_age - log_age[2]) + 0.3 * np.abs(np.arange(5) - 2)))  # the cue is item 3
    d = eta / eta.sum()
    for answer in (1, 3, 4, 5):
        expected = d[answer - 1] / (1 - d[1]) * expit(v["s"] * (d[answer - 1] - v["t"]))
        assert probability("simple.serial", 2, answer, 5, v) == pytest.approx(expected)


def test_items_but_for_the_one_shown_race_for_the_answer():
    n, noise, rng = 5, 0.1, np.random.default_rng(3)
    study, expected = probes(np.tile([1, 4, 2], 5), n), []
    activation = get_model("position_marking").activation(study)[:, 0]
    for row, cue in enumerate(study.serial.cue[:, 0]):
        x = np.delete(activation[row], cue - 1)
        while not (x >= 1).any():
            x = np.maximum(0, 1.1 * x - 0.1 * (x.sum() - x) + noise * rng.standard_normal(n - 1))
        expected.append(np.delete(np.arange(1, n + 1), cue - 1)[x.argmax()])
    drawn = simulated("position_marking", study, {"noise": noise}, seed=3)
    np.testing.assert_array_equal(drawn[:, 0], expected)
    assert (drawn[:, 0] != study.serial.cue[:, 0] + 1).any()


@pytest.mark.parametrize("name", ["start_end", "perturbation", "oscar", "simple.serial", "position_marking"])
def test_codes_of_positions_answer_well_at_all_places(name):
    study = probes(np.tile(np.arange(1, 6), 400))
    drawn = simulated(name, study)
    right = (drawn == study.serial.cue + 1).reshape(400, 5).mean(axis=0)
    assert (right > 0.4).all()


@pytest.mark.parametrize("name", ["start_end", "oscar", "position_marking"])
def test_a_stage_of_similar_sounds_does_not_speak_the_item_shown(name):
    study = replace(probes(np.tile([1, 3, 5], 100)), pool=Pool(similarity=np.full((6, 6), 0.9)))
    assert (simulated(name, study, similarity=True) != study.serial.cue).all()
