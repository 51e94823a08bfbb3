"""Nearness of a typed word: forms, plurals, and edits against a slow twin."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memlab.core.errors import MissingExtra
from memlab.paradigms.materials import load_pool
from memlab.paradigms.spelling import Lexicon, normal_form, plurals

POOL = load_pool("nouns").words
words = st.text(alphabet="abcd", min_size=1, max_size=9)


def edits(a, b):
    """Letters added, dropped, replaced, or swapped with a neighbour: the definition, without a table."""
    if not a or not b:
        return len(a) + len(b)
    ways = [edits(a[1:], b) + 1, edits(a, b[1:]) + 1, edits(a[1:], b[1:]) + (a[0] != b[0])]
    if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
        ways.append(edits(a[2:], b[2:]) + 1)
    return min(ways)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=5), min_size=1, max_size=3), st.text("ab", max_size=5))
def test_edits_are_those_of_the_slow_twin(forms, typed):
    lexicon = Lexicon(tuple(dict.fromkeys(forms)), letters_per_edit=1, with_plurals=False)
    reach = max(len(form) for form in forms)
    expected = {(form, edits(typed, form)) for form in lexicon.forms if edits(typed, form) <= reach}
    found = lexicon.candidates([typed])[typed]
    assert {(lexicon.forms[one.form], one.edits) for one in found} == expected
    assert found == sorted(found)


@given(st.text(max_size=12))
def test_a_form_has_no_case_no_blanks_around_it_and_is_its_own_form(text):
    form = normal_form(text)
    assert normal_form(form) == form
    assert normal_form(f"  {text} ") == form
    assert bool(form) == bool(text.strip())


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ice cream", "ice-cream"), ("CAFÉ", "cafe\u0301"), ("naïve", "naive"), ("don't", "don’t"), ("ﬁsh", "fish")],
)
def test_case_accents_blanks_and_signs_make_no_difference(one, other):
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("singular", "plural"),
    [("dog", "dogs"), ("fox", "foxes"), ("church", "churches"), ("berry", "berries"), ("key", "keys"),
     ("potato", "potatoes"), ("piano", "pianos"), ("knife", "knives"), ("roof", "roofs"), ("cliff", "cliffs")],
)  # fmt: skip
def test_regular_plurals_are_known(singular, plural):
    assert plural in plurals(singular)


def test_irregular_plurals_are_not_known():
    assert "mice" not in plurals("mouse")
    assert "children" not in plurals("child")


def test_letters_decide_how_many_slips_are_forgiven():
    lexicon = Lexicon(("cat", "table", "elephant"))
    assert [lexicon.allowed(i) for i in range(3)] == [0, 1, 2]
    assert Lexicon(("elephant",), letters_per_edit=0).allowed(0) == 0


def test_the_same_form_goes_before_a_plural_and_a_plural_before_a_slip():
    lexicon = Lexicon(("boats", "boat", "coats"))
    nearest = [lexicon.forms[one.form] for one in lexicon.candidates(["boats"])["boats"]]
    assert nearest == ["boats", "boat", "coats"]


def test_one_letter_less_in_a_word_of_our_pool_is_never_nearer_to_another_word():
    """Words of five letters and more are three edits apart, and two from words of four: those may be as near."""
    lexicon = Lexicon(POOL)
    less = {word: word[:2] + word[3:] for word in POOL if len(word) > 4}
    found = lexicon.candidates(list(less.values()))
    for word, slip in less.items():
        best = [one for one in found[slip] if one.nearness == found[slip][0].nearness]
        assert word in {lexicon.forms[one.form] for one in best}
        assert all(len(lexicon.forms[one.form]) == 4 for one in best if lexicon.forms[one.form] != word)


def test_slips_need_the_extra_and_exact_words_do_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    with pytest.raises(MissingExtra, match=r'needs rapidfuzz, .* pip install "memlab\[score\]"'):
        Lexicon(("table",)).candidates(["tabel"])
    (found,) = Lexicon(("table",), letters_per_edit=0).candidates(["tables"])["tables"]
    assert found.nearness == (1, 1)
