"""`not_utf8`: where a text file stops being UTF-8, as an error that a user can act on."""

from __future__ import annotations

import codecs
from pathlib import Path

from memlab.core.errors import DataError

__all__ = ["not_utf8"]

BLOCK = 1 << 20
"""Bytes that are looked at together."""


def not_utf8(path: Path) -> DataError:
    """Return the error for a file that is no UTF-8 text: its row, and its byte, counted from 1.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "class.csv"
    >>> path.write_bytes("item\\ncafé\\n".encode("latin-1"))
    10
    >>> print(not_utf8(path))
    class.csv, row 2: it is not UTF-8 text (byte 9, 0xE9). Save the file as UTF-8.
    """
    row, byte, value = _place(path)
    what = f"it is not UTF-8 text (byte {byte}, 0x{value:02X})"
    return DataError(f"{path.name}, row {row}: {what}. Save the file as UTF-8.")


def _place(path: Path) -> tuple[int, int, int]:
    """Return the row and the number of the first byte that is wrong, and the byte."""
    decoder, done, rows = codecs.getincrementaldecoder("utf-8")(), 0, 1
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            waiting = decoder.getstate()[0]
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                at = error.start
                return rows + (waiting + block)[:at].count(b"\n"), done - len(waiting) + at + 1, error.object[at]
            rows += block.count(b"\n")
            done += len(block)
    rest = decoder.getstate()[0]  # a letter that breaks off at the end
    return rows, done - len(rest) + 1, rest[0] if rest else 0
