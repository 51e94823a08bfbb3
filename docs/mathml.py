"""Equations as MathML, for a site that is read offline: every browser draws it itself, with no script and no font.

The conversion is docutils' own (``docutils.utils.math.latex2mathml``), which Sphinx installs anyway. The other ways
need more: MathJax and KaTeX some megabytes of scripts and fonts beside the pages, pictures a LaTeX installation. An
equation that docutils cannot convert ends the build.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

__all__ = ["converted", "setup"]


def converted(tex: str, *, block: bool) -> str:
    """Return an equation of LaTeX as MathML.

    Raises
    ------
    ExtensionError
        A command that docutils does not know; the message has the equation.

    Examples
    --------
    >>> converted("x", block=False).replace("\\n", "")
    '<math xmlns="http://www.w3.org/1998/Math/MathML">  <mi>x</mi></math>'
    """
    try:
        return str(tex2mathml(tex, as_block=block))
    except (MathError, IndexError) as error:  # IndexError: an empty cell of an array
        raise ExtensionError(f"docutils cannot make MathML of the equation {tex!r}: {error}") from error


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(converted(node.astext(), block=False))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="equation"))
    self.body.append(converted(node.astext(), block=True))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the renderer ``mathml`` of HTML pages."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True}
