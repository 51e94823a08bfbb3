"""Sphinx configuration: an offline site, with tables of models, weights and data made from what is shipped."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from registry_tables import data_markdown, model_markdown, overview_markdown, weights_markdown
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import memlab

project = "memlab"
author = "The memlab developers"
project_copyright = "2026, the memlab developers (MIT licence)"
version = release = memlab.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build", "generated"]
default_role = "py:obj"  # a name in `backticks` in a docstring is linked where it is documented

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings give shapes, units and ranges, which say more than the types
numpydoc_show_class_members = False

myst_heading_anchors = 3

html_theme = "pydata_sphinx_theme"
html_title = f"memlab {release}"
html_show_sourcelink = False
html_copy_source = False
html_sidebars: dict[str, list[str]] = {"**": []}  # no page has pages below it: the column would be empty
html_theme_options: dict[str, Any] = {
    "logo": {"text": "memlab"},
    "navbar_end": ["theme-switcher"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
}


class ModelTable(SphinxDirective):
    """``{model-table} cmr``: what a registered model can do, its options and its parameters, from the registry."""

    required_arguments = 1

    def run(self) -> list[Any]:
        return self.parse_text_to_nodes(model_markdown(self.arguments[0]))


class ModelOverview(SphinxDirective):
    """``{model-overview}``: one row for each registered model."""

    def run(self) -> list[Any]:
        return self.parse_text_to_nodes(overview_markdown())


class WeightsTable(SphinxDirective):
    """``{weights-table}``: one row for each kind of shipped weights, from their cards."""

    def run(self) -> list[Any]:
        return self.parse_text_to_nodes(weights_markdown())


class DataTable(SphinxDirective):
    """``{data-table} murdock1962``: a shipped data set, from its record."""

    required_arguments = 1

    def run(self) -> list[Any]:
        return self.parse_text_to_nodes(data_markdown(self.arguments[0]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives."""
    app.add_directive("model-table", ModelTable)
    app.add_directive("model-overview", ModelOverview)
    app.add_directive("data-table", DataTable)
    app.add_directive("weights-table", WeightsTable)
    return {"parallel_read_safe": True}
