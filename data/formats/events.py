"""`Events`: study and recall rows as a reader finds them, which become the long table."""

from __future__ import annotations

from typing import Any

import numpy as np

from memlab.core.long_file import LongFile

__all__ = ["Events"]


class Events:
    """The rows of a long table, one after the other, with the row of the file that each came from.

    Parameters
    ----------
    name : str
        The file's name, or the folder's.

    Attributes
    ----------
    file : str
        The file of a folder that rows are added from; empty for a single file.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.file = ""
        self._rows: list[int] = []
        self._files: list[str] = []
        self._columns: dict[str, list[Any]] = {
            column: []
            for column in (
                "subject",
                "list",
                "trial_type",
                "position",
                "item",
                "condition",
                "onset",
                "delay",
                "response_time",
            )
        }

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def responses(self) -> int:
        """How many recall rows there are."""
        return self._columns["trial_type"].count("recall")

    def study(
        self,
        row: int,
        subject: Any,
        number: Any,
        position: int,
        item: str,
        condition: str = "",
        onset: float = float("nan"),
        delay: float = float("nan"),
    ) -> None:
        """Add a studied item; onset since the first of the list, and delay (distraction after the list), in seconds."""
        self._add(row, subject, number, "study", position, item, condition, onset, delay, float("nan"))

    def recall(
        self,
        row: int,
        subject: Any,
        number: Any,
        position: int,
        item: str,
        condition: str = "",
        time: float = float("nan"),
    ) -> None:
        """Add a response; time in seconds since the test began."""
        self._add(row, subject, number, "recall", position, item, condition, float("nan"), float("nan"), time)

    def _add(self, row: int, *values: Any) -> None:
        self._rows.append(row)
        self._files.append(self.file)
        for column, value in zip(self._columns.values(), values, strict=True):
            column.append(value)

    def table(self) -> LongFile:
        """Return the long table; columns that say nothing are left out."""
        columns: dict[str, Any] = {name: values for name, values in self._columns.items() if name not in FLOATS}
        for name in FLOATS:
            values = np.array(self._columns[name], dtype=np.float64)
            if not np.isnan(values).all():
                columns[name] = values
        if not any(columns["condition"]):
            del columns["condition"]
        if "onset" in columns and np.isnan(columns["onset"][np.array(columns["trial_type"]) == "study"]).any():
            del columns["onset"]
        columns["position"] = np.array(columns["position"], dtype=np.int64)
        files = self._files if any(self._files) else ()
        return LongFile(self.name, columns, np.array(self._rows, dtype=np.int64), files=files)


FLOATS = ("onset", "delay", "response_time")
