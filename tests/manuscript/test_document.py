"""One text comes out as Markdown and as LaTeX, with nothing in it taken for a command."""

import re

from memlab.manuscript.document import Document, Figure, Heading, Paragraph, Table, latex, markdown

DOCUMENT = Document(
    [
        Heading("Results & more", 2),
        Paragraph("`beta_enc` is 50 % of *what* it was: {x} $1 #2 ~ ^ \\ a_b ± −1."),
        Table(["model", "AIC | k"], [["cmr", "−1.5"]], "Of 15 people."),
        Figure("figure.pdf", "A caption, 100 %."),
    ]
)


def test_markdown_has_headings_tables_and_figures():
    text = markdown(DOCUMENT)
    assert "## Results & more\n" in text
    assert "| model | AIC \\| k |\n| --- | ---: |\n| cmr | −1.5 |" in text
    assert "*Table.* Of 15 people." in text
    assert "![](figure.pdf)\n\n*Figure.* A caption, 100 %." in text


def test_latex_escapes_what_it_would_take_for_a_command():
    text = latex(DOCUMENT)
    assert r"\subsection{Results \& more}" in text
    assert r"\texttt{beta\_enc} is 50 \% of \emph{what} it was: \{x\} \$1 \#2" in text
    assert r"\textasciitilde{} \textasciicircum{} \textbackslash{} a\_b $\pm$ $-$1." in text
    assert "cmr & $-$1.5 \\\\" in text
    assert r"\includegraphics[width=\linewidth]{figure.pdf}" in text


def test_every_environment_and_brace_of_the_latex_is_closed():
    text = latex(DOCUMENT)
    for name in set(re.findall(r"\\begin\{(\w+)\}", text)):
        assert text.count(f"\\begin{{{name}}}") == text.count(f"\\end{{{name}}}")
    unescaped = re.sub(r"\\[{}]", "", text)
    assert unescaped.count("{") == unescaped.count("}")
    assert text.isascii()


def test_stars_that_are_no_emphasis_stay_stars():
    assert "2 * 3 * 4" in latex(Document([Paragraph("2 * 3 * 4")]))
