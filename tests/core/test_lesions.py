"""The words of lesions are read as they are written, and a mistake is one line."""

import pytest

from memlab.core.errors import NotSupported, ParameterError, UnknownName, UsageError
from memlab.core.lesions import AMOUNTS, Lesion, parse_lesions, separate_lesions
from memlab.models import get_model


def test_a_word_with_a_number_and_a_word_without():
    assert parse_lesions("slots:6,decay:0.05") == (Lesion("slots", 6), Lesion("decay", 0.05))
    assert parse_lesions(" links + noise:0.1 ") == (Lesion("links"), Lesion("noise", 0.1))


def test_a_number_that_is_left_out_is_the_default_of_the_table():
    for name, parameter in AMOUNTS.items():
        assert Lesion(name).amount == parameter.default
        assert parameter.source


def test_a_lesion_is_read_back_from_how_it_is_written():
    for text in ("slots:6", "links", "decay:0.05", "end_context:3600"):
        assert str(parse_lesions(text)[0]) == text


def test_commas_separate_lesions_and_plus_joins_them():
    assert separate_lesions("links,slots:6+decay:0.05,") == ("links", "slots:6+decay:0.05")


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("slots:six", ParameterError, "what follows 'slots:' must be a number. Got 'six' instead."),
        ("slots:", ParameterError, "what follows 'slots:' must be a number. Got '' instead."),
        ("slots:2.5", ParameterError, r"lesion: slots must be a whole number in \[1, 4096\] slots. Got 2.5 instead."),
        ("decay:2", ParameterError, r"lesion: decay must be a number in \[0, 1\]. Got 2 instead."),
        ("noise:nan", ParameterError, r"lesion: noise must be a number in \[0, 10\]. Got nan instead."),
        ("links:3", ParameterError, "lesion links takes no number. Write 'links' alone."),
        ("links++decay", UsageError, "names no lesion in one of its places"),
        ("", UsageError, "names no lesion in one of its places"),
    ],
)
def test_a_wrong_text_is_one_line(text, kind, message):
    with pytest.raises(kind, match=message) as caught:
        parse_lesions(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", ",", "links,links"])
def test_no_lesion_and_one_twice_are_refused(text):
    with pytest.raises(UsageError, match="no lesion is named|is named twice"):
        separate_lesions(text)


def test_an_unknown_word_gets_the_nearest_before_its_number_is_looked_at():
    with pytest.raises(UnknownName, match="sam.rs1981 has no lesion 'bufer'. Did you mean 'buffer'?"):
        get_model("sam").lesioned("bufer:x")
    with pytest.raises(UnknownName, match="cmr has no lesion 'slots'"):
        get_model("cmr").lesioned([Lesion("slots", 3)])


def test_a_word_twice_in_one_lesion_is_refused_also_when_a_patient_brings_it():
    for words in ("buffer+buffer", "kf+capacity:2"):
        with pytest.raises(UsageError, match="would be made twice at once"):
            get_model("sam").lesioned(words)


def test_a_model_without_parts_to_take_out_says_so():
    with pytest.raises(NotSupported, match="chance has no part that a lesion could take out"):
        get_model("chance").lesioned("buffer")


def test_a_lesion_is_no_option_and_outlives_a_change_of_options():
    lesioned = get_model("sam").lesioned("hm").with_options(credit="shared")
    assert lesioned.damage == (Lesion("long_term_store", 0.0),)
    assert lesioned.options == {"credit": "shared", "failed_cue_memory": True}
    assert lesioned.name == "sam.rs1981"
    assert get_model("sam").damage == ()
