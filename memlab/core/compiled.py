"""`compiled`: how a kernel is compiled, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

__all__ = ["compiled"]

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel with numba, cached on disk, with NumPy's rules for division by zero.

    It runs without the interpreter's lock, so several conditions can be simulated at once in threads; each needs a
    random generator of its own. The undecorated function stays reachable as ``kernel.py_func``.
    """
    return cast(Kernel, numba.njit(cache=True, error_model="numpy", nogil=True)(kernel))
