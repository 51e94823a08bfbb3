"""Whether a machine has what memlab needs: versions, devices, caches, data, folders, terminal; each with advice."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import memlab
from memlab.core.errors import ChecksumError, DataError, MissingExtra, UsageError

__all__ = ["STATES", "Check", "examined"]

State = Literal["ok", "warning", "problem"]
STATES: tuple[State, ...] = ("ok", "warning", "problem")

REQUIRED = (
    "numpy", "scipy", "pandas", "matplotlib", "numba", "typer", "rich", "pydantic", "joblib", "pooch", "torch",
    "safetensors",
)  # fmt: skip
"""What memlab does not run without; a test holds that these are its dependencies."""

EXTRAS = {
    "score": ("rapidfuzz", "memlab score"),
    "hdf5": ("h5py", "HDF5 files"),
    "cma": ("cma", "--method cma"),
    "cluster": ("distributed", "Dask"),
}
"""What some commands need: the extra, its library, and what it is for."""

LITTLE, TOO_LITTLE = 2e9, 2e8
"""Bytes of free disk below which there is a warning (trained networks and big simulations), and below which a problem
(a comparison with its figures would not fit)."""

A_DAY = 86_400.0
"""Seconds that a file may be from the future: time zones of archives."""


@dataclass(frozen=True)
class Check:
    """What was looked at.

    Attributes
    ----------
    check, found : str
        What, and how it is.
    state : str
        ``ok``, ``warning`` (memlab runs, with less) or ``problem``.
    advice : str
        What to do; "" where there is nothing to be done.
    exit_code : int
        Of a problem: see `memlab.core.errors`.
    """

    check: str
    found: str
    state: State = "ok"
    advice: str = ""
    exit_code: int = UsageError.exit_code


def examined() -> list[Check]:
    """Look at everything; what cannot be looked at is a problem of its own, and the rest is looked at all the same."""
    return [check for look in LOOKS for check in _looked(look)]


def _looked(look: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(look())
    except Exception as error:  # whatever it is, it is what the user came to be told
        what = f"{type(error).__name__}: {error}".replace("\n", " ")
        advice = "Report this, with what memlab doctor --json prints."
        return [Check(look.__name__.strip("_"), what, "problem", advice, 1)]


def _versions() -> Iterator[Check]:
    place = Path(memlab.__file__).parent
    yield Check("memlab", f"{memlab.__version__} in {place}")
    python = platform.python_version()
    enough = sys.version_info >= (3, 11)
    advice = "" if enough else "memlab needs Python 3.11 or later: make an environment with one."
    yield Check("Python", f"{python}, {platform.system()} {platform.machine()}", "ok" if enough else "problem", advice)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _libraries() -> Iterator[Check]:
    for name in REQUIRED:
        found = _version(name)
        if found:
            yield Check(name, found)
        else:
            advice = f"Install it: python -m pip install {name}"
            yield Check(name, "not installed", "problem", advice, MissingExtra.exit_code)
    for extra, (name, purpose) in EXTRAS.items():
        found = _version(name)
        advice = "" if found else f'For {purpose}: python -m pip install "memlab[{extra}]"'
        yield Check(f"{name} (extra)", found or "not installed", "ok", advice)


def _devices() -> Iterator[Check]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Check("CPU", f"{usable} of {os.cpu_count()} cores usable")
    if not _version("torch"):
        return
    from memlab.models.neural.devices import cuda_devices

    names = cuda_devices()
    yield Check("CUDA", ", ".join(names) or "no device: networks run on the CPU, which is enough for those we ship")


def _compiled_code() -> Iterator[Check]:
    if not _version("numba"):
        return
    from memlab.models.choice import log_weights

    folder = getattr(getattr(log_weights, "stats", None), "cache_path", None)
    if folder is None:
        advice = "Set NUMBA_CACHE_DIR to a folder that you may write to; until then every run compiles anew."
        yield Check("compiled code", "is not kept", "warning", advice)
        return
    kept = list(Path(folder).glob("*.nbc"))
    size = sum(file.stat().st_size for file in kept)
    yield Check("compiled code", f"{len(kept)} kernels, {size / 1e6:.1f} MB in {folder}")


def _data() -> Iterator[Check]:
    from memlab.data import list_references, load
    from memlab.data.checksums import damaged
    from memlab.data.parameter_sets import load_parameter_set, parameter_set_names

    names = list_references()
    try:
        if changed := damaged():
            raise ChecksumError(f"not as they were shipped: {', '.join(changed)}")
        sets = [load_parameter_set(one, name) for name in names for one in parameter_set_names(load(name).name)]
    except (OSError, DataError, ChecksumError) as error:
        advice = "Install memlab again: python -m pip install --force-reinstall --no-deps memlab"
        yield Check("shipped data", str(error), "problem", advice, getattr(error, "exit_code", DataError.exit_code))
        return
    weights = len(list((Path(memlab.data.__file__).parent / "weights").glob("*.safetensors")))
    yield Check("shipped data", f"{len(names)} data sets, {len(sets)} parameter sets, {weights} trained networks")
    yield _fetched()


def _fetched() -> Check:
    from memlab.data.fetch import data_folder

    folder = data_folder()
    there = sorted(path.parent.name for path in folder.glob("*/*.csv")) if folder.is_dir() else []
    found = f"{', '.join(dict.fromkeys(there)) or 'nothing yet'} in {folder}"
    nearest = next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
    if _can_write(nearest):
        return Check("downloaded data", found, advice="" if there else "memlab data fetch murdock1962 brings some.")
    advice = "Set MEMLAB_DATA to a folder that you may write to."
    return Check("downloaded data", f"{found}, which cannot be written", "warning", advice)


def _folders() -> Iterator[Check]:
    try:
        yield Check("home", str(Path.home()))
    except RuntimeError:
        advice = "Set HOME; or MEMLAB_DATA and NUMBA_CACHE_DIR to folders of your own."
        yield Check("home", "there is none", "warning", advice)
    yield from _writable("this folder", Path.cwd(), "Work in another folder, or give --out a path elsewhere.")
    try:
        yield from _writable("temporary files", Path(tempfile.gettempdir()), "Set TMPDIR to another folder.")
    except FileNotFoundError:
        yield Check("temporary files", "no folder can be written", "problem", "Set TMPDIR to a folder of your own.")


def _writable(name: str, folder: Path, otherwise: str) -> Iterator[Check]:
    """Yield whether a folder can be written and has room."""
    if not _can_write(folder):
        yield Check(name, f"{folder} cannot be written", "problem", otherwise)
        return
    free = shutil.disk_usage(folder).free
    state: State = "problem" if free < TOO_LITTLE else "warning" if free < LITTLE else "ok"
    advice = "" if state == "ok" else f"Make room, or: {otherwise[0].lower()}{otherwise[1:]}"
    yield Check(name, f"{folder}, {free / 1e9:.1f} GB free", state, advice)


def _can_write(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _terminal() -> Iterator[Check]:
    size = shutil.get_terminal_size()
    kind = "a terminal" if sys.stdout.isatty() else "no terminal"
    colour = "no colour" if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else "colour"
    yield Check("output", f"{kind}, {size.columns} columns, {colour}")
    encoding = (getattr(sys.stdout, "encoding", None) or "unknown").lower()
    good = re.fullmatch(r"utf-?8", encoding) is not None
    advice = "" if good else "Set PYTHONUTF8=1: letters that it does not have are printed as their codes."
    yield Check("encoding", encoding, "ok" if good else "warning", advice)


def _clock() -> Iterator[Check]:
    newest = max(path.stat().st_mtime for path in Path(memlab.__file__).parent.glob("*.py"))
    behind = newest - time.time()
    now = time.strftime("%Y-%m-%d %H:%M")
    if behind > A_DAY:
        advice = "Set the clock: records of runs say when they were made."
        yield Check("clock", f"{now}, {behind / A_DAY:.0f} days before memlab was installed", "warning", advice)
    else:
        yield Check("clock", now)


LOOKS: tuple[Callable[[], Iterator[Check]], ...] = (
    _versions,
    _libraries,
    _devices,
    _compiled_code,
    _data,
    _folders,
    _terminal,
    _clock,
)
"""What is looked at, in the order it is told."""
