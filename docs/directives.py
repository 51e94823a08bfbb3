"""What the pages of the manual take from the code: tables, citations and figures, made when it is built."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import model_figures
from docutils import nodes
from registry_tables import (
    citation_markdown,
    data_markdown,
    fitted_markdown,
    lesions_markdown,
    misfits_markdown,
    model_markdown,
    overview_markdown,
    weights_markdown,
)
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

__all__ = ["setup"]

GENERATED = "generated"
"""The folder of the figures, under the sources; git ignores it."""


def _table(markdown: Callable[..., str], arguments: int) -> type[SphinxDirective]:
    """Return a directive that puts what a function says of its arguments on the page."""

    class Table(SphinxDirective):
        required_arguments = arguments

        def run(self) -> list[Any]:
            return self.parse_text_to_nodes(markdown(*self.arguments))

    return Table


class ModelFigure(SphinxDirective):
    """``{model-figure} cmr``: the signature figure, what it shows, and the code that drew it."""

    required_arguments = 1

    def run(self) -> list[Any]:
        name = self.arguments[0]
        file = f"{GENERATED}/{name}.svg"
        code = nodes.literal_block("", model_figures.code(name), language="python")
        if not self.config.draw_model_figures:
            return [code]
        model_figures.draw(name, Path(self.env.srcdir) / file)
        said = model_figures.caption(name)
        figure = nodes.figure("", nodes.image(uri=f"/{file}", alt=f"Curves of people and of {name}"))
        figure += nodes.caption("", "", *self.parse_inline(said)[0])
        return [figure, nodes.paragraph("", "The code that drew it:"), code]


def claims_markdown(folder: str, section: str) -> str:
    """Return the claims of one section of a study, from the table that the study left."""
    with (Path(__file__).parent / folder / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["section"] == section]
    columns = {"claim": "claim", "the blog": "blog", "measured": "measured", "seeds": "n_seeds", "verdict": "verdict"}
    lines = [list(columns), ["---"] * len(columns)]
    lines += [[row[name].replace("|", "\\|") for name in columns.values()] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives, and a setting that leaves the figures out for a quick look at the text."""
    app.add_config_value("draw_model_figures", True, "env", bool)
    tables = {
        "model-table": model_markdown,
        "model-fitted": fitted_markdown,
        "model-lesions": lesions_markdown,
        "model-misfits": misfits_markdown,
        "model-citation": citation_markdown,
        "model-weights": weights_markdown,
        "data-table": data_markdown,
    }
    for name, markdown in tables.items():
        app.add_directive(name, _table(markdown, 1))
    app.add_directive("model-overview", _table(overview_markdown, 0))
    app.add_directive("weights-table", _table(weights_markdown, 0))
    app.add_directive("study-claims", _table(claims_markdown, 2))
    app.add_directive("model-figure", ModelFigure)
    return {"parallel_read_safe": True}
