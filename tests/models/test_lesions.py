"""Each lesion of a theory does what it claims, and a lesion that takes nothing away changes nothing."""

import numpy as np
import pytest

from memlab.core.lesions import AMOUNTS, delay_test
from memlab.core.recall import LikelihoodModel, RecallData, Recalls, StudyLists
from memlab.models import get_model, model_names
from memlab.patients import PATIENTS

LESIONED = [
    name
    for name in model_names("free_recall")
    if not name.startswith(("dnc", "lstm", "gru", "transformer")) and get_model(name).lesions
]
CONTEXT = ["tcm", "cmr", "tcm.a", "cmr.polyn2009"]
SAM = ["sam.rs1981", "sam.kahana2012"]
STUDY = StudyLists.simple(300, 12, recall_seconds=60.0)


def recalled(model, study=STUDY, values=None, seed=1):
    """Positions, (n_lists, n_outputs)."""
    return model.simulate(study, values, np.random.default_rng(seed)).position


def spc(position, n):
    return np.array([(position == i + 1).any(axis=1).mean() for i in range(n)])


def test_these_theories_can_be_lesioned():
    assert set(LESIONED) == {*CONTEXT, *SAM}


@pytest.mark.parametrize("name", LESIONED)
def test_every_word_is_explained_and_its_lesioned_model_keeps_the_interface(name):
    model = get_model(name)
    for word, change in model.lesions.items():
        assert len(change) > 20
        lesioned = model.lesioned(word)
        assert lesioned.name == name
        position = recalled(lesioned)
        RecallData(STUDY, Recalls(position))
        assert not np.array_equal(np.pad(position, ((0, 0), (0, 0))), recalled(model)), word


@pytest.mark.parametrize("name", LESIONED)
def test_patients_are_among_the_words_and_mean_others_of_them(name):
    model = get_model(name)
    assert set(model.syndromes) <= set(model.lesions) & set(PATIENTS)
    for word, meaning in model.syndromes.items():
        assert model.lesioned(word).damage == model.lesioned(meaning).damage


@pytest.mark.parametrize("name", LESIONED)
def test_a_share_of_one_leaves_the_model_as_it_is(name):
    model = get_model(name)
    shares = [w for w in model.lesions if w in AMOUNTS and (AMOUNTS[w].low, AMOUNTS[w].high) == (0, 1)]
    assert shares
    for word in shares:
        np.testing.assert_array_equal(recalled(model.lesioned(f"{word}:1")), recalled(model))


@pytest.mark.parametrize("name", SAM)
def test_without_long_term_store_exactly_the_buffer_is_recalled(name):
    position = recalled(get_model(name).lesioned("hm"))
    assert ((position > 0).sum(axis=1) == 4).all()  # r
    assert (position == 12).any(axis=1).all()  # the last item is always in it


def test_without_long_term_store_sam_recalls_by_the_closed_form_of_its_buffer():
    n_lists, n, r = 20_000, 12, 4
    position = recalled(get_model("sam").lesioned("hm"), StudyLists.simple(n_lists, n))
    expected = (1 - 1 / r) ** np.minimum(n - np.arange(1, n + 1), n - r)  # P(item i is still in), i > r: q^(N-i)
    error = np.sqrt(expected * (1 - expected) / n_lists)
    assert (np.abs(spc(position, n) - expected) <= 4 * error + 1e-12).all()


@pytest.mark.parametrize("name", SAM)
def test_an_emptied_buffer_is_a_filled_delay(name):
    model = get_model(name)
    delayed = recalled(model, delay_test(STUDY, 30.0))
    np.testing.assert_array_equal(recalled(model.lesioned("buffer")), delayed)
    np.testing.assert_array_equal(recalled(model.lesioned("buffer"), values={"clear_seconds": 20.0}), delayed)


@pytest.mark.parametrize("name", SAM)
def test_without_buffer_and_long_term_store_nothing_is_recalled(name):
    assert (recalled(get_model(name).lesioned("buffer+long_term_store")) == 0).all()


@pytest.mark.parametrize("name", SAM)
def test_a_smaller_capacity_is_a_smaller_r_and_a_larger_one_is_none(name):
    model = get_model(name)
    np.testing.assert_array_equal(recalled(model.lesioned("kf")), recalled(model, values={"r": 1}))
    np.testing.assert_array_equal(recalled(model.lesioned("capacity:2")), recalled(model, values={"r": 2}))
    np.testing.assert_array_equal(recalled(model.lesioned("capacity:9")), recalled(model))


@pytest.mark.parametrize("name", ["cmr", "tcm.a", "cmr.polyn2009"])
def test_without_its_gradient_primacy_is_that_of_phi_s_at_zero(name):
    model = get_model(name)
    np.testing.assert_array_equal(recalled(model.lesioned("primacy")), recalled(model, values={"phi_s": 0.0}))


@pytest.mark.parametrize("name", CONTEXT)
def test_without_item_to_context_learning_gamma_is_zero(name):
    model = get_model(name)
    gamma = "new_to_old" if name == "tcm" else "gamma_fc"
    np.testing.assert_array_equal(recalled(model.lesioned("item_to_context")), recalled(model, values={gamma: 0.0}))


def test_half_of_item_to_context_learning_is_half_of_gamma():
    model = get_model("cmr")
    half = recalled(model, values={"gamma_fc": model.resolve(None)["gamma_fc"] / 2})
    np.testing.assert_array_equal(recalled(model.lesioned("item_to_context:0.5")), half)


@pytest.mark.parametrize("name", ["tcm", "tcm.a"])
def test_without_context_to_item_learning_a_theory_without_earlier_support_recalls_at_random(name):
    n_lists, n = 10_000, 6
    position = recalled(get_model(name).lesioned("context_to_item"), StudyLists.simple(n_lists, n, recall_seconds=60.0))
    first = np.bincount(position[:, 0][position[:, 0] > 0], minlength=n + 1)[1:]
    total = first.sum()
    assert total > 1000
    assert (np.abs(first / total - 1 / n) <= 4 * np.sqrt((1 / n) * (1 - 1 / n) / total)).all()


def test_without_context_to_item_learning_cmr_has_the_support_from_before_the_list_alone():
    """The context at test gives item i delta times its own unit and alpha times those of the others."""
    model, n = get_model("cmr"), 5
    v = {"beta_enc": 0.6, "beta_start": 0.0, "delta": 1.5, "alpha": 0.25, "tau": 2.0, "stop_scale": 0.001}
    unit = 0.6 * 0.8 ** (n - np.arange(1, n + 1))  # c_N at each item's unit
    weight = (1.5 * unit + 0.25 * (unit.sum() - unit)) ** 2
    study = StudyLists.simple(n, n, max_responses=1)
    log_p = model.lesioned("context_to_item").log_likelihood(study, Recalls(np.arange(1, n + 1)[:, None]), v)
    np.testing.assert_allclose(np.exp(log_p), (1 - 0.001) * weight / weight.sum(), rtol=1e-9)


@pytest.mark.parametrize("name", CONTEXT)
def test_end_context_is_a_filled_delay_before_the_test(name):
    model = get_model(name)
    np.testing.assert_array_equal(recalled(model.lesioned("end_context:30")), recalled(model, delay_test(STUDY, 30.0)))
    study = StudyLists.simple(4000, 12, recall_seconds=60.0)
    gone, intact = (spc(recalled(m, study), 12)[-3:].mean() for m in (model.lesioned("end_context"), model))
    assert gone < 0.8 * intact


@pytest.mark.parametrize("name", [n for n in CONTEXT if isinstance(get_model(n), LikelihoodModel)])
def test_a_likelihood_sees_the_lesion_that_simulation_sees(name):
    model = get_model(name)
    for word in model.lesions:
        own = model.lesioned(word)
        recalls = own.simulate(STUDY, None, np.random.default_rng(3))
        assert own.log_likelihood(STUDY, recalls).sum() > model.log_likelihood(STUDY, recalls).sum() - 1.0, word
