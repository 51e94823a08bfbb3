"""Every error memlab raises on purpose, each with the exit code of the command line.

::

    MemlabError                     1
    ├── UsageError                  2   a wrong call: unknown name, bad option
    │   ├── UnknownName                 a model, parameter, condition … that does not exist
    │   ├── ParameterError              a parameter out of its range or of the wrong kind
    │   └── NotSupported                a model asked for what it cannot do
    ├── DataError                   3   a file or table that breaks a rule; names file, row, column
    ├── NotConverged                4   a fit that did not settle (its results are written all the same)
    ├── MissingExtra                5   an optional dependency is not installed
    ├── OutputExists                6   the output is there already
    └── ChecksumError               7   a file is not the one that was recorded

A message is one line: what, where, what is allowed, what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "ChecksumError",
    "DataError",
    "DataWarning",
    "MemlabError",
    "MissingExtra",
    "NotConverged",
    "NotSupported",
    "OutputExists",
    "ParameterError",
    "UnknownName",
    "UsageError",
    "nearest",
]

NAMES_SHOWN = 12
"""At most this many allowed names are listed in a message."""


class MemlabError(Exception):
    """Any error that memlab raises on purpose."""

    exit_code = 1

    def __str__(self) -> str:
        """Return the message in one line, whatever a user's file has put into it."""
        return " ".join(super().__str__().splitlines())


class UsageError(MemlabError, ValueError):
    """A wrong call: the message says what is allowed."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that does not exist.

    Parameters
    ----------
    what
        The phrase before the name, e.g. ``"cmr has no parameter"``.
    name
        What was asked for.
    known
        Every name that is allowed.

    Examples
    --------
    >>> print(UnknownName("there is no model", "cmrr", ["cmr", "tcm"]))
    there is no model 'cmrr'. Did you mean 'cmr'? Allowed: cmr, tcm
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        guess = nearest(name, names)
        hint = f" Did you mean '{guess}'?" if guess else ""
        shown = ", ".join(names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
        super().__init__(f"{what} '{name}'.{hint} Allowed: {shown or 'none'}")


class ParameterError(UsageError):
    """A parameter out of its range or not a number."""


class NotSupported(UsageError):
    """A model or data set asked for something that it cannot give."""


class DataError(MemlabError, ValueError):
    """Data that breaks a rule; the message starts with the file, the row and the column."""

    exit_code = 3


class DataWarning(UserWarning):
    """Data that are read, but say something that is probably not meant."""


class NotConverged(MemlabError):
    """A fit did not settle; its results are written all the same."""

    exit_code = 4


class MissingExtra(MemlabError, ImportError):
    """An optional dependency is missing.

    Examples
    --------
    >>> print(MissingExtra("the lab page", "starlette", "lab"))
    the lab page needs starlette, which is not installed: pip install "memlab[lab]"
    """

    exit_code = 5

    def __init__(self, what: str, package: str, extra: str) -> None:
        super().__init__(f'{what} needs {package}, which is not installed: pip install "memlab[{extra}]"')


class OutputExists(MemlabError, FileExistsError):
    """The output is there already; ``--force`` replaces it."""

    exit_code = 6


class ChecksumError(MemlabError):
    """A file does not have the checksum that was recorded for it."""

    exit_code = 7


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the allowed name closest to ``name``, or None if none is close.

    Examples
    --------
    >>> nearest("beta_end", ["beta_enc", "gamma_fc"])
    'beta_enc'
    """
    by_folded = {k.casefold(): k for k in known}
    hits = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[hits[0]] if hits else None
