"""What a run leaves: every output whole, and `run.json`, which says how to get it again."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import memlab
from memlab.core.errors import ChecksumError, DataError, OutputExists, UsageError
from memlab.core.files import Columns, csv_text, sha256, write_bytes, write_text
from memlab.core.holding import hold

__all__ = ["RUN_FILE", "RunFolder", "free_folder", "place_beside", "read_run", "record_beside", "verify", "versions"]

RUN_FILE = "run.json"
SCHEMA = 1
"""Version of the layout of `run.json`; raised when a field changes its meaning."""

RECORDED = ("numpy", "scipy", "pandas", "matplotlib", "numba", "torch")
"""Libraries whose version can change a number or a figure."""


def free_folder(name: str) -> Path:
    """Return ``name``, or ``name-2``, ``name-3`` … if that is taken: the default folder of a command.

    A folder that the user names is never swapped for another: `RunFolder` refuses it if it exists.
    """
    candidate, number = Path(name), 2
    while candidate.exists():
        candidate, number = Path(f"{name}-{number}"), number + 1
    return candidate


@dataclass
class RunFolder:
    """The folder of one run.

    Parameters
    ----------
    path
        Made if it is not there; refused if it holds anything, unless ``force``.
    command
        What was run: ``"compare"``.
    config
        Every resolved option, so that the run can be repeated.
    data
        ``{"id", "sha256", "citation"}`` of each data set used, and of each kind of trained network; and what else is
        known of it.
    force
        Replace the outputs of an earlier run, each when its successor is there; what has none goes when the run is
        finished. Files that no run of memlab wrote are never touched.

    Raises
    ------
    OutputExists
        The folder is not empty and ``force`` is off, or it holds a file that is not ours under a name that we need.
    UsageError
        The folder cannot be made or written.

    Notes
    -----
    While a run writes, its folder is held (`memlab.core.holding`): a second run into it is refused, with ``force`` too.
    """

    path: Path
    command: str
    config: Mapping[str, Any]
    data: list[dict[str, Any]] = field(default_factory=list)
    force: bool = False
    outputs: dict[str, str] = field(default_factory=dict)
    device: str = field(default_factory=lambda: _device())
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.path = Path(self.path)
        self._is_new = not self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            there = sorted(os.listdir(self.path))
        except OSError as error:
            raise UsageError(
                f"cannot write to {self.path}: {error.strerror or error}. Choose another folder with --out."
            ) from None
        self._held = hold(self.path)  # let go of with this object, where the claim is refused
        if not self.force:
            self._claim(there)
        known = RUN_FILE in there and os.path.getsize(self.path / RUN_FILE) > 0  # not killed as it made the file
        self._earlier = read_run(self.path) if known else {"outputs": {}}
        self._write_record(complete=False)

    def _claim(self, there: list[str]) -> None:
        """Make the record's file in an empty folder; of two runs at once only one can, and the other is refused."""
        try:
            if there:
                raise FileExistsError
            (self.path / RUN_FILE).touch(exist_ok=False)
        except FileExistsError:
            raise OutputExists(
                f"{self.path} exists and is not empty. Use --force to replace the run, or another --out."
            ) from None
        except OSError as error:
            raise UsageError(
                f"cannot write to {self.path}: {error.strerror or error}. Choose another folder with --out."
            ) from None

    def discard(self) -> None:
        """Take back a run that failed before it wrote anything: its record, and its folder if it made that."""
        self._held.let_go()
        if self.outputs:
            return
        if self._earlier["outputs"]:
            write_text(self.path / RUN_FILE, _json(self._earlier))
            return
        (self.path / RUN_FILE).unlink(missing_ok=True)
        if self._is_new and not os.listdir(self.path):
            self.path.rmdir()

    def place(self, name: str) -> Path:
        """Return where an output goes.

        Raises
        ------
        OutputExists
            A file is there that neither this run nor the earlier one wrote.
        """
        target = self.path / name
        if target.exists() and name not in self.outputs and name not in self._earlier["outputs"]:
            raise OutputExists(f"{target} was not written by a run of memlab. Move it away, or choose another --out.")
        return target

    def write_text(self, name: str, text: str) -> Path:
        """Write a text file and record its checksum."""
        return self._record(write_text(self.place(name), text))

    def write_bytes(self, name: str, content: bytes) -> Path:
        """Write a binary file and record its checksum."""
        return self._record(write_bytes(self.place(name), content))

    def write_csv(self, name: str, columns: Columns) -> Path:
        """Write a table and record its checksum."""
        return self.write_text(name, csv_text(columns))

    def adopt(self, path: Path) -> Path:
        """Record a file that something else wrote into the folder."""
        return self._record(path)

    def _record(self, path: Path) -> Path:
        self.outputs[path.relative_to(self.path).as_posix()] = sha256(path)
        self._write_record(complete=False)
        return path

    def finish(self) -> Path:
        """Mark the run as complete, and delete what the earlier run had and this one has not."""
        for name in self._earlier["outputs"]:
            if name not in self.outputs and name == Path(name).name:
                (self.path / name).unlink(missing_ok=True)
        record = self._write_record(complete=True)
        self._held.let_go()
        return record

    def _write_record(self, *, complete: bool) -> Path:
        left = {} if complete else self._earlier["outputs"]
        record = _record(
            self.command, self.config, self.data, self.started, {**left, **self.outputs}, self.device, complete
        )
        return write_text(self.path / RUN_FILE, _json(record))


def _device() -> str:
    return f"cpu ({platform.machine()}, {os.cpu_count()} cores)"


def _record(
    command: str,
    config: Mapping[str, Any],
    data: list[dict[str, Any]],
    started: datetime,
    outputs: Mapping[str, str],
    device: str,
    complete: bool,
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "command": command,
        "command_line": sys.argv,
        "config": dict(config),
        "seed": config.get("seed"),
        "data": data,
        "versions": versions(),
        "git": _git(),
        "device": device,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "complete": complete,
        "outputs": dict(sorted(outputs.items())),
    }


def record_beside(file: Path, command: str, config: Mapping[str, Any], started: datetime) -> Path:
    """Write the record of a run that made one file, beside it: ``recalls.run.json`` for ``recalls.csv``.

    `read_run`, `verify` and ``memlab rerun`` take it as they take the ``run.json`` of a folder.
    """
    record = _record(command, config, [], started, {file.name: sha256(file)}, _device(), True)
    return write_text(place_beside(file), _json(record))


def place_beside(file: Path) -> Path:
    """Return where the record of a run goes that makes one file."""
    return file.with_name(f"{file.stem}.{RUN_FILE}")


def _json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def versions() -> dict[str, str]:
    """Return the versions of memlab, Python and every library that can change a number."""
    found = {"memlab": memlab.__version__, "python": platform.python_version()}
    for name in RECORDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


_GIT: list[dict[str, Any] | None] = []


def _git() -> dict[str, Any] | None:
    """Return the commit of the checkout that memlab runs from and whether it was changed; None when installed."""
    if not _GIT:
        root = Path(memlab.__file__).resolve().parents[1]
        _GIT.append(_git_of(root) if (root / ".git").exists() else None)
    return _GIT[0]


def _git_of(root: Path) -> dict[str, Any] | None:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=10
        )
        return done.stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def read_run(path: str | Path) -> dict[str, Any]:
    """Read the record of a run.

    Parameters
    ----------
    path
        A run's folder or its ``run.json``.

    Raises
    ------
    DataError
        No record there, or not one that this version reads.
    ChecksumError
        The run was killed before it wrote a word of it.
    """
    file = Path(path)
    file = file / RUN_FILE if file.is_dir() else file
    try:
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            f"cannot read {file}: {error.strerror or error}. It is written by every run with --out."
        ) from None
    except (ValueError, RecursionError) as error:  # no JSON, or some that nobody writes
        if file.stat().st_size == 0:
            raise ChecksumError(
                f"{file} is empty: the run was killed as it began. Run it again with --force."
            ) from None
        raise DataError(f"{file} is not a run record: {error}.") from None
    if not _is_record(record):
        raise DataError(f"{file} is not a run record of schema {SCHEMA}.")
    return record


def _is_record(record: Any) -> bool:
    """Return whether all that is read of a record has the type that we write."""
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        return False
    if not all(isinstance(record.get(name), kind) for name, kind in FIELDS.items()):
        return False
    names = all(_is_name(name) and isinstance(known, str) for name, known in record["outputs"].items())
    return names and all(isinstance(entry, dict) for entry in record["data"])


def _is_name(name: str) -> bool:
    """Return whether a file can have this name."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


FIELDS = {"command": str, "config": dict, "data": list, "outputs": dict, "complete": bool}
"""What is read of a record, and its type."""


def verify(path: str | Path) -> dict[str, Any]:
    """Check every output of a run against the checksum in its record, and return the record.

    Raises
    ------
    ChecksumError
        An output is missing or changed, or the run was not completed.
    """
    record = read_run(path)
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    wrong = [name for name, expected in record["outputs"].items() if not _is(folder / name, expected)]
    if wrong:
        raise ChecksumError(
            f"{folder}: changed or missing since the run: {', '.join(wrong)}. Repeat it: memlab rerun {folder}"
        )
    if not record["complete"]:
        raise ChecksumError(
            f"{folder}: the run was interrupted; what is there is whole. Repeat it: memlab rerun {folder}"
        )
    return record


def _is(path: Path, expected: str) -> bool:
    return path.is_file() and sha256(path) == expected
