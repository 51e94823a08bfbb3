"""`fetch`: download the trial-level files of a data set, check them, and turn them into the long table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from memlab.core.errors import ChecksumError, DataError, NotSupported
from memlab.core.files import sha256
from memlab.core.recall import Conditions
from memlab.core.table import read_long_table, write_table
from memlab.data.formats.murdock_text import read_murdock_text
from memlab.data.registry import DataRecord, Download, data_record

__all__ = ["data_folder", "fetch", "load_trials"]

FOLDER_VARIABLE = "MEMLAB_DATA"
"""The environment variable that names another folder for downloaded data."""


def data_folder() -> Path:
    """Return where downloaded data are kept: ``MEMLAB_DATA``, or the user's cache folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    import pooch

    return Path(pooch.os_cache("memlab"))


def fetch(name: str, base_url: str | None = None, cache: str | Path | None = None) -> Path:
    """Download the trial-level files of a data set; files that are there already are only checked.

    Parameters
    ----------
    name
        The data set.
    base_url
        Another address of the folder that holds the files.
    cache
        The folder to keep data in; see `data_folder`.

    Returns
    -------
    Path
        The long table made of them, ``CACHE/NAME/NAME.csv``.

    Raises
    ------
    UnknownName, NotSupported
        No such data set, or one without an address.
    DataError
        A file cannot be downloaded; the message has its address and where to put it.
    ChecksumError
        A downloaded file is not the one on record. It is not kept.
    """
    record = data_record(name)
    download = _download(record)
    folder = (data_folder() if cache is None else Path(cache)) / name
    address = (base_url or download.base_url).rstrip("/") + "/"
    for file, known in download.sha256.items():
        others = [other for other in download.sha256 if other != file and not (folder / other).is_file()]
        _fetch_file(address + file, folder / file, known, others)
    return write_table(_read(download, folder), folder / f"{name}.csv")


def _download(record: DataRecord) -> Download:
    if record.download is None:
        raise NotSupported(
            f"{record.name}: memlab has no address for its single lists, only their curves. Bring your own file: "
            "memlab data import FILE."
        )
    return record.download


def _fetch_file(url: str, target: Path, known: str, others: Sequence[str]) -> None:
    """Download a file unless it is there; `others` are still to come, and named where there is no network."""
    if target.is_file() and sha256(target) == known:
        return
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")  # no "Downloading data …" on the terminal; an error says what is needed
    try:
        pooch.retrieve(url, known_hash=f"sha256:{known}", fname=target.name, path=target.parent)
    except requests.exceptions.RequestException as error:
        raise DataError(_not_reached(url, target, error, others)) from None
    except ValueError as error:
        if "hash" not in str(error):
            raise DataError(_not_reached(url, target, error, others)) from None
        raise ChecksumError(
            f"{url} is not the file on record (its sha256 is not {known[:12]}…). It was not kept; another copy goes to "
            f"{target}."
        ) from None
    except OSError as error:
        raise DataError(
            f"cannot write {target}: {error.strerror or error}. Set {FOLDER_VARIABLE} to a folder."
        ) from None


def _not_reached(url: str, target: Path, error: Exception, others: Sequence[str]) -> str:
    there = "The file there has another checksum. " if target.is_file() else ""
    more = f" (and beside it {', '.join(others)})" if others else ""
    return (
        f"cannot download {url} ({_reason(error)}). {there}Without a network: get that file{more} on another machine, "
        f"put it at {target}{' (the others beside it)' if others else ''}, and run the command again."
    )


def _reason(error: Exception) -> str:
    """Return the HTTP status, or the kind of failure: the whole text of a connection error fills several lines."""
    if type(error) is ValueError:  # pooch knows no way to such an address
        return "an address starts with http:// or https://"
    status = getattr(getattr(error, "response", None), "status_code", None)
    return f"HTTP {status}" if status else type(error).__name__


def _read(download: Download, folder: Path) -> Conditions:
    return Conditions([read_murdock_text(folder / file, text) for file, text in download.texts.items()])


def load_trials(name: str) -> Conditions:
    """Return the single lists of a data set from the user's folder.

    The downloaded files where they are all there and as recorded, else a long table ``NAME/NAME.csv`` that the user put
    there.

    Raises
    ------
    DataError
        Neither is there; the message says how to get them.
    """
    record = data_record(name)
    folder = data_folder() / name
    if record.download and all((folder / file).is_file() for file in record.download.texts):
        for file, known in record.download.sha256.items():
            if sha256(folder / file) != known:
                raise ChecksumError(f"{folder / file} is not the file on record. Run: memlab data fetch {name}")
        return _read(record.download, folder)
    table = folder / f"{name}.csv"
    if table.is_file():
        return read_long_table(table)
    how = f"Run: memlab data fetch {name}" if record.download else f"Put a long table of them at {table}"
    raise DataError(f"the single lists of {name} are not in {folder}; memlab ships their curves only. {how}")
