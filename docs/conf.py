"""Sphinx configuration: an offline site; notebooks are executed, and tables and figures made, when it is built."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

import memlab

sys.path.insert(0, str(Path(__file__).parent))
mpl.use("Agg")

project = "memlab"
author = "The memlab developers"
project_copyright = "2026, the memlab developers (MIT licence)"
version = release = memlab.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc", "mathml", "offline", "directives"]
exclude_patterns = ["_build", "generated", "results", "**/.ipynb_checkpoints"]
default_role = "py:obj"  # a name in `backticks` in a docstring is linked where it is documented

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings give shapes, units and ranges, which say more than the types
numpydoc_show_class_members = False

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3

nb_execution_mode = "force"  # no cache: what a page shows is what the code does now
nb_execution_raise_on_error = True
nb_execution_in_temp = True  # what a page writes is not left among the sources
nb_execution_timeout = 900  # seconds a cell: the first one may compile
nb_merge_streams = True
suppress_warnings = ["myst-nb.lexer"]  # with -D nb_execution_mode=off a notebook does not say its language

html_theme = "pydata_sphinx_theme"
html_title = f"memlab {release}"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
html_copy_source = False
html_sidebars: dict[str, list[str]] = {"index": [], "gallery": []}  # no page stands below them
html_theme_options: dict[str, Any] = {
    "logo": {"text": "memlab"},
    "navbar_end": ["theme-switcher"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "header_links_before_dropdown": 8,
}
