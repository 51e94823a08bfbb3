"""Writing up: the Methods and Results of a run as Markdown and LaTeX."""

from __future__ import annotations

from pathlib import Path

from memlab.core.errors import OutputExists
from memlab.core.files import write_text
from memlab.manuscript.document import Document, latex, markdown
from memlab.manuscript.material import read_material
from memlab.manuscript.methods import methods
from memlab.manuscript.results import results

__all__ = ["report"]

NAME = "manuscript"


def report(folder: str | Path, *, out: str | Path | None = None, force: bool = False) -> tuple[Path, Path]:
    """Write Methods and Results of a run.

    Parameters
    ----------
    folder
        What ``memlab fit``, ``evidence``, ``recover`` or ``compare`` left.
    out
        Where ``manuscript.md`` and ``manuscript.tex`` go; by default into the folder itself.
    force
        Replace them.

    Returns
    -------
    (Path, Path)
        The Markdown and the LaTeX file.

    Raises
    ------
    DataError
        Not the folder of a run.
    OutputExists
        One of the files is there and `force` is off.
    """
    material = read_material(folder)
    document = Document([*methods(material), *results(material)])
    target = Path(out) if out is not None else Path(folder)
    paths = target / f"{NAME}.md", target / f"{NAME}.tex"
    for path in paths:
        if path.exists() and not force:
            raise OutputExists(f"{path} exists. Use --force to replace it, or another --out.")
    target.mkdir(parents=True, exist_ok=True)
    return write_text(paths[0], markdown(document)), write_text(paths[1], latex(document))
