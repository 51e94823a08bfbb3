"""Looks are told apart without colour; widths are exact."""

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex

from memlab.analysis.figures.style import GREY, LOOKS, WIDTHS, condition_looks, drawing, looks, resolve_width
from memlab.core.errors import UnknownName, UsageError


def pairs(found):
    return [(look.linestyle, look.marker) for look in found.values()]


def test_no_two_named_looks_share_line_and_marker():
    assert len(set(pairs(LOOKS))) == len(LOOKS)


def test_colors_are_okabe_and_ito_without_yellow():
    allowed = {to_hex(color) for color in mpl.color_sequences["okabe_ito"]} - {"#f0e442"} | {GREY}
    used = {look.color for look in (*LOOKS.values(), *condition_looks(map(str, range(20))).values())}
    assert used <= allowed


def test_unknown_names_get_looks_that_nothing_else_has():
    found = looks([*LOOKS, *(f"mine{i}" for i in range(25))])
    assert len(set(pairs(found))) == len(found)
    assert found["mine3"].label == "mine3"


def test_the_look_of_an_unknown_name_follows_from_the_name():
    assert looks(["mine"])["mine"] == looks(["cmr", "mine", "people"])["mine"]


def test_too_many_unknown_names_are_refused():
    with pytest.raises(UsageError, match="too many sources"):
        looks(f"mine{i}" for i in range(100))


@pytest.mark.parametrize("n", [6, 13, 30])
def test_conditions_are_told_apart_without_color(n):
    assert len(set(pairs(condition_looks(map(str, range(n)))))) == n


def test_a_preset_has_its_exact_width_and_says_where_it_is_from():
    assert WIDTHS["nature.double"].mm == 183
    assert WIDTHS["elsevier.single"].mm == 90
    assert all(width.source for width in WIDTHS.values())


def test_an_unknown_width_names_the_nearest():
    with pytest.raises(UnknownName, match=r"Did you mean 'nature\.single'"):
        resolve_width("nature.singel")


@pytest.mark.parametrize("width", [10, float("nan"), 5000.0])
def test_a_width_that_cannot_be_drawn_is_refused(width):
    with pytest.raises(UsageError, match="width must be 60-1000 mm"):
        resolve_width(width)


def test_drawing_leaves_the_users_settings_as_they_were():
    with mpl.rc_context({"font.size": 31, "savefig.bbox": "tight"}):
        with drawing(8):
            assert mpl.rcParams["font.size"] == 8
            assert mpl.rcParams["savefig.bbox"] is None
            assert mpl.rcParams["pdf.fonttype"] == 42
        assert mpl.rcParams["font.size"] == 31
        assert mpl.rcParams["savefig.bbox"] == "tight"
