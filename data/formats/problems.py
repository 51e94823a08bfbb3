"""`Problems`: what is wrong with a file. Read to be used, the first error is raised; validated, all are kept."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Literal

from memlab.core.errors import DataError, DataWarning

__all__ = ["Problem", "Problems"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes
    ----------
    kind : {"error", "warning"}
        With an error the file is not read; with a warning it is.
    row : int, or None
        Row of the file (the header is row 1), of the matrix, or number of the trial in JSON, from 1.
    column : str
        Empty where it is not of one column.
    problem : str
    effect : str
        What memlab does about it when the file is read.
    file : str
        Which one, where a folder is read.
    """

    kind: Literal["error", "warning"]
    row: int | None
    column: str
    problem: str
    effect: str
    file: str = ""


@dataclass
class Problems:
    """Collects what is wrong, or raises the first error.

    Attributes
    ----------
    name : str
        The file's name, the start of every message.
    collect : bool
        Keep errors instead of raising them; the reader goes on with what is left.
    found : list of Problem
    file : str
        The file of a folder that is being read.
    """

    name: str
    collect: bool = False
    found: list[Problem] = field(default_factory=list)
    file: str = ""

    def error(
        self,
        problem: str,
        *,
        row: int | None = None,
        column: str = "",
        effect: str = "the file is refused",
        file: str = "",
    ) -> None:
        """Note an error, or raise it.

        Raises
        ------
        DataError
            Unless errors are collected.
        """
        if not self.collect:
            raise DataError(self.place(row, column, problem, file) + problem)
        self.found.append(Problem("error", row, column, problem, effect, file or self.file))

    def warn(self, problem: str, *, row: int | None = None, column: str = "", effect: str, file: str = "") -> None:
        """Note what is read all the same."""
        self.found.append(Problem("warning", row, column, problem, effect, file or self.file))

    def place(self, row: int | None, column: str, problem: str, file: str = "") -> str:
        """Return the start of a message: the file, the row, and the column where the problem does not name it."""
        named = not column or (column in problem and not column.isdigit())
        within = f"/{file or self.file}" if file or self.file else ""
        where = (
            self.name + within + (f", row {row}" if row is not None else "") + ("" if named else f", column {column}")
        )
        return f"{where}: "

    @property
    def errors(self) -> list[Problem]:
        """What keeps the file from being read."""
        return [problem for problem in self.found if problem.kind == "error"]

    def tell(self) -> None:
        """Warn of what was read all the same: one line a kind of problem, with the first place and how many more."""
        groups: dict[tuple[str, str], list[Problem]] = {}
        for problem in self.found:
            if problem.kind == "warning":
                groups.setdefault((problem.column, problem.effect), []).append(problem)
        for (column, effect), group in groups.items():
            more = f" (and {len(group) - 1} more like it; memlab validate lists them)" if len(group) > 1 else ""
            first = group[0]
            message = f"{self.place(first.row, column, first.problem, first.file)}{first.problem} It {effect}.{more}"
            warnings.warn(" ".join(message.split()), DataWarning, stacklevel=3)
