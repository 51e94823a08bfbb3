"""Saved figures have the same bytes each time, the exact width, and no metadata."""

import json
import re
import subprocess
import sys

import matplotlib as mpl
import pytest

from memlab.analysis.figures.panels import compare_figure
from memlab.analysis.figures.saving import save
from memlab.analysis.figures.style import WIDTHS
from memlab.core.errors import UnknownName, UsageError

POINTS_PER_MM = 72 / 25.4


@pytest.fixture(scope="module")
def few(make_curves):
    return make_curves(("people", "cmr", "mine"), ("10-2", "40-1"))


def test_two_figures_of_the_same_curves_are_the_same_bytes(few, tmp_path):
    first = save(compare_figure(few), tmp_path / "a")
    second = save(compare_figure(few), tmp_path / "b")
    assert [path.suffix for path in first] == [".pdf", ".svg", ".png"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_saving_twice_gives_the_same_bytes(few, tmp_path):
    figure = compare_figure(few)
    first = [path.read_bytes() for path in save(figure, tmp_path / "a")]
    assert first == [path.read_bytes() for path in save(figure, tmp_path / "a")]


def test_another_process_at_another_time_with_other_settings_gives_the_same_bytes(few, tmp_path):
    here = [path.read_bytes() for path in save(compare_figure(few), tmp_path / "here")]
    (tmp_path / "matplotlibrc").write_text("font.size: 20\nsavefig.bbox: tight\nlines.linewidth: 5\naxes.grid: True\n")
    code = (
        "import sys, json, pathlib\n"
        "from memlab.analysis.figures.panels import compare_figure\n"
        "from memlab.analysis.figures.saving import save\n"
        "save(compare_figure(json.load(sys.stdin)), pathlib.Path('there'))\n"
        "assert 'pandas' not in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], input=json.dumps(few), text=True, check=True, cwd=tmp_path)
    assert here == [(tmp_path / f"there.{suffix}").read_bytes() for suffix in ("pdf", "svg", "png")]


@pytest.mark.parametrize("name", ["apa.single", "nature.double", "slide"])
def test_pdf_and_svg_have_the_exact_width_whatever_the_user_has_set(few, tmp_path, name):
    with mpl.rc_context({"savefig.bbox": "tight"}):
        pdf, svg = save(compare_figure(few, width=name), tmp_path / "figure", formats=("pdf", "svg"))
    points = WIDTHS[name].mm * POINTS_PER_MM
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", pdf.read_bytes())
    assert float(box[1]) == pytest.approx(points, abs=1e-3)
    assert float(re.search(r'<svg[^>]* width="([\d.]+)pt"', svg.read_text())[1]) == pytest.approx(points, abs=1e-3)


def test_pdf_text_is_truetype_and_nothing_says_when_or_with_what_it_was_made(few, tmp_path):
    pdf, svg, png = (path.read_bytes() for path in save(compare_figure(few), tmp_path / "figure"))
    assert b"/CIDFontType2" in pdf
    assert b"/Type3" not in pdf
    for content in (pdf, svg, png):
        assert not re.search(rb"CreationDate|<dc:date|Matplotlib v|Software|Producer", content)


def test_a_name_with_a_dot_keeps_it(few, tmp_path):
    (path,) = save(compare_figure(few), tmp_path / "cmr.polyn2009", formats=("svg",))
    assert path.name == "cmr.polyn2009.svg"


def test_an_unknown_format_is_refused_before_anything_is_written(few, tmp_path):
    with pytest.raises(UnknownName, match="there is no figure format 'jpg'"):
        save(compare_figure(few), tmp_path / "figure", formats=("pdf", "jpg"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("given", "says"), [({"formats": ()}, "formats must be"), ({"dpi": 0}, "dpi must be")])
def test_no_format_and_no_dots_are_refused(few, tmp_path, given, says):
    with pytest.raises(UsageError, match=says):
        save(compare_figure(few), tmp_path / "figure", **given)


def test_a_folder_that_is_not_there_is_named(few, tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        save(compare_figure(few), tmp_path / "nowhere" / "figure")
