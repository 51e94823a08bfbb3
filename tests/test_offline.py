"""The manual loads nothing from the network, and its equations need no script."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="the manual needs the docs extra")
DOCS = Path(__file__).resolve().parents[1] / "docs"


def load(name):
    spec = importlib.util.spec_from_file_location(f"manual_{name}", DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


offline, mathml = load("offline"), load("mathml")

REMOTE_PAGES = {
    "script": '<script src="https://cdn.example.org/mathjax.js"></script>',
    "style": '<link rel="stylesheet" href="//cdn.example.org/a.css">',
    "font": "<style>@font-face { src: url('https://fonts.example.org/a.woff2') }</style>",
    "import": '<style>@import "https://fonts.example.org/a.css";</style>',
    "image": '<img src="https://example.org/a.png">',
    "srcset": '<img srcset="a.png 1x, https://example.org/b.png 2x">',
    "background": '<p style="background: url(http://example.org/a.png)">a</p>',
}

LOCAL_PAGES = {
    "link": '<a href="https://example.org">a</a>',
    "canonical": '<link rel="canonical" href="https://example.org/index.html">',
    "next": '<link rel="next" title="b" href="https://example.org/b.html">',
    "local": '<script src="_static/a.js"></script><img src="data:image/png;base64,AAAA">',
    "text": "<p>url(https://example.org/a.png)</p>",
}


@pytest.mark.parametrize("name", REMOTE_PAGES)
def test_what_a_page_would_load_from_elsewhere_is_found(tmp_path, name):
    (tmp_path / "page.html").write_text(REMOTE_PAGES[name], encoding="utf-8")
    found = list(offline.elsewhere(tmp_path))
    assert [str(page) for page, _ in found] == ["page.html"]
    assert "example.org" in found[0][1]


@pytest.mark.parametrize("name", LOCAL_PAGES)
def test_links_and_local_files_are_fine(tmp_path, name):
    (tmp_path / "page.html").write_text(LOCAL_PAGES[name], encoding="utf-8")
    assert list(offline.elsewhere(tmp_path)) == []


def test_a_style_sheet_is_looked_into(tmp_path):
    (tmp_path / "a.css").write_text("p { background: url(b.png) } @import url(https://example.org/a.css);")
    assert [address for _, address in offline.elsewhere(tmp_path)] == ["https://example.org/a.css"]


def test_an_equation_becomes_mathml_and_one_that_cannot_ends_the_build():
    from sphinx.errors import ExtensionError

    assert "<mfrac>" in mathml.converted(r"\frac{a}{b}", block=True)
    with pytest.raises(ExtensionError, match=r"\\nosuch"):
        mathml.converted(r"\nosuch{a}", block=True)
