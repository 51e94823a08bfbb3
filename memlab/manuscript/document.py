"""A text of headings, paragraphs, tables and figures, and its two written forms: Markdown and LaTeX.

Text is plain but for two marks, which both forms know: `` `code` `` and ``*emphasis*``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

__all__ = ["Block", "Document", "Figure", "Heading", "Paragraph", "Table", "latex", "markdown"]


NUMBER = re.compile(r"[−-]?[\d.,]+|–$")
"""How a cell with a number begins; a dash stands for none."""


@dataclass(frozen=True)
class Heading:
    """A heading.

    Attributes
    ----------
    text : str
    level : int
        1: section, 2: subsection.
    """

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of text."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    Attributes
    ----------
    head : sequence of str
    rows : sequence of sequences of str
    caption : str
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str

    def holds_numbers(self, column: int) -> bool:
        """Return whether a column is mostly numbers (or dashes), which are set flush right."""
        cells = [row[column] for row in self.rows]
        return sum(bool(NUMBER.match(cell)) for cell in cells) > len(cells) / 2


@dataclass(frozen=True)
class Figure:
    """A figure by the name of its file, with its caption."""

    file: str
    caption: str


Block = Heading | Paragraph | Table | Figure


@dataclass
class Document:
    """A text in the order of its blocks."""

    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        """Put blocks at the end."""
        self.blocks += blocks


def markdown(document: Document) -> str:
    """Return the document as Markdown.

    Examples
    --------
    >>> print(markdown(Document([Heading("Methods"), Paragraph("We fitted `cmr`.")])))
    # Methods
    <BLANKLINE>
    We fitted `cmr`.
    <BLANKLINE>
    """
    return "\n\n".join(_markdown(block) for block in document.blocks) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {text}"
        case Paragraph(text):
            return text
        case Table():
            rules = ["---:" if block.holds_numbers(i) else "---" for i in range(len(block.head))]
            lines = [_row(block.head), _row(rules), *map(_row, block.rows)]
            return "\n".join([f"*Table.* {block.caption}", "", *lines])
        case Figure(file, caption):
            return f"![]({file})\n\n*Figure.* {caption}"
        case _:
            assert_never(block)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


PREAMBLE = (
    "% Needs the packages booktabs and graphicx.\n"
    "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n"
    "\\usepackage{booktabs}\n\\usepackage{graphicx}\n\\begin{document}\n\n"
)

SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$", "±": r"$\pm$", "×": r"$\times$",
    "…": r"\ldots{}",
    "≤": r"$\le$", "≥": r"$\ge$", "²": r"$^2$", "–": "--", "—": "---", "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip
"""What LaTeX does not print as it stands."""

SECTIONS = ("section", "subsection", "subsubsection")


def latex(document: Document) -> str:
    r"""Return the document as a LaTeX file that compiles by itself.

    Examples
    --------
    >>> print(latex(Document([Paragraph("We fitted `beta_enc` by *likelihood*.")])).splitlines()[-3])
    We fitted \texttt{beta\_enc} by \emph{likelihood}.
    """
    return PREAMBLE + "\n\n".join(_latex(block) for block in document.blocks) + "\n\n\\end{document}\n"


def _latex(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"\\{SECTIONS[level - 1]}{{{_inline(text)}}}"
        case Paragraph(text):
            return _inline(text)
        case Table():
            return _latex_table(block)
        case Figure(file, caption):
            picture = f"\\includegraphics[width=\\linewidth]{{{file}}}"
            return f"\\begin{{figure}}\n\\centering\n{picture}\n\\caption{{{_inline(caption)}}}\n\\end{{figure}}"
        case _:
            assert_never(block)


def _latex_table(table: Table) -> str:
    lines = [" & ".join(map(_inline, row)) + r" \\" for row in (table.head, *table.rows)]
    columns = "".join("r" if table.holds_numbers(i) else "l" for i in range(len(table.head)))
    opening = [r"\begin{table}", r"\centering", f"\\caption{{{_inline(table.caption)}}}"]
    body = [r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule"]
    return "\n".join([*opening, f"\\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}", r"\end{table}"])


MARK = re.compile(r"`(?P<code>[^`]+)`|\*(?P<emphasis>[^*\s][^*]*)\*")


def _inline(text: str) -> str:
    """Return text with its marks as commands and everything else escaped."""
    parts, end = [], 0
    for mark in MARK.finditer(text):
        parts.append(_escaped(text[end : mark.start()]))
        code, emphasis = mark["code"], mark["emphasis"]
        parts.append(f"\\texttt{{{_escaped(code)}}}" if code else f"\\emph{{{_escaped(emphasis)}}}")
        end = mark.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(character, character) for character in text)
