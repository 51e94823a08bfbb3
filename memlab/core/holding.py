"""Holding a folder, or a file's name, while a run writes it: a second run at once is refused and not mixed in.

The system lets go of what a process held when the process ends, however it ends: nothing is left behind that somebody
would have to delete. A file's name is held through a hidden file ``.NAME.lock``; that of a run that was killed is taken
over. Where the system has no such locks (Windows, some network disks), nothing is held.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

from memlab.core.errors import OutputExists

__all__ = ["Hold", "hold", "hold_file"]

_HELD: WeakValueDictionary[Path, Hold] = WeakValueDictionary()
"""What this process holds: a run that goes on where an earlier one of the same process broke off takes it over. Weak,
so that a run that nobody has in hand any more holds nothing."""


@dataclass(eq=False)
class Hold:
    """A folder that is held until `let_go`, until nobody has this any more, or until the process ends."""

    folder: Path
    handle: int | None = field(default=None)

    def let_go(self) -> None:
        """Let another run write; a second time does nothing."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None

    def __del__(self) -> None:
        self.let_go()


def hold(folder: str | Path) -> Hold:
    """Hold a folder that exists.

    Raises
    ------
    OutputExists
        Another process holds it.
    """
    place = Path(folder).resolve()
    earlier = _HELD.get(place)
    if earlier is not None:
        earlier.let_go()
    held = Hold(place, _locked(place, place.name))
    _HELD[place] = held
    return held


@contextlib.contextmanager
def hold_file(file: str | Path) -> Iterator[bool]:
    """Hold the name of a file, which need not be there, until the block ends; yield whether it could be held.

    Raises
    ------
    OutputExists
        Another run holds it.
    """
    target = Path(file)
    lock = target.with_name(f".{target.name}.lock")
    handle = _locked(lock, target.name)
    while handle is not None and not _is_at(handle, lock):  # its last holder has deleted it meanwhile
        os.close(handle)
        handle = _locked(lock, target.name)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            with contextlib.suppress(OSError):
                lock.unlink()
            os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    """Return whether an open file is the one that has this name."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except OSError:
        return False


def _locked(place: Path, name: str) -> int | None:
    """Return a locked handle on a folder, or on a file that is made; None where the system cannot lock one."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    handle = None
    try:
        handle = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _close(handle)
        raise OutputExists(
            f"{name} is being written by another run at this moment. Wait until that has ended, or choose "
            "another --out."
        ) from None
    except OSError:  # a disk without locks
        _close(handle)
        return None
    return handle


def _close(handle: int | None) -> None:
    if handle is not None:
        with contextlib.suppress(OSError):
            os.close(handle)
