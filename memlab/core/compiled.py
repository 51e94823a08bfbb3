"""`compiled`: how a kernel is compiled, in one place."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import numba
from numba.core.compiler import Compiler

__all__ = ["compiled", "compiled_apart", "compiled_in_any_order"]

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel with numba, cached on disk, with NumPy's rules for division by zero.

    It runs without the interpreter's lock, so several conditions can be simulated at once in threads; each needs a
    random generator of its own. The undecorated function stays reachable as ``kernel.py_func``.
    """
    return _compiled(kernel, _RULES)


def compiled_in_any_order(kernel: Kernel) -> Kernel:
    """Compile a kernel as `compiled` does, but let the compiler add the terms of a sum in any order.

    Only so can a sum use vector instructions; its last digits then differ from the undecorated function's. NaN and
    infinity are kept as they are. No array that such a kernel writes to may share memory with another that it is given:
    the compiler counts on that, and so need not ask at every loop.
    """
    return _compiled(kernel, _RULES | {"fastmath": {"reassoc", "contract", "nsz"}, "pipeline_class": _ArraysApart})


def compiled_apart(kernel: Kernel) -> Kernel:
    """Compile a kernel as `compiled` does, told that no array it writes to shares memory with another it is given.

    The order of every sum stays; a product and a sum may be rounded once together.
    """
    return _compiled(kernel, _RULES | {"fastmath": {"contract"}, "pipeline_class": _ArraysApart})


class _ArraysApart(Compiler):
    """Numba's compiler, told that a kernel's arrays do not overlap; it has no option for that."""

    def __init__(
        self, typingctx: Any, targetctx: Any, library: Any, args: Any, return_type: Any, flags: Any, locals: Any
    ) -> None:
        flags.noalias = True
        super().__init__(typingctx, targetctx, library, args, return_type, flags, locals)  # type: ignore[no-untyped-call]


_RULES: dict[str, Any] = {"error_model": "numpy", "nogil": True}


def _compiled(kernel: Kernel, rules: dict[str, Any]) -> Kernel:
    try:
        return cast(Kernel, numba.njit(cache=True, **rules)(kernel))
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        _say_that_nothing_is_cached()
        return cast(Kernel, numba.njit(**rules)(kernel))


@cache
def _say_that_nothing_is_cached() -> None:
    warnings.warn(
        "numba finds no folder to keep compiled code in, so every run compiles anew: set NUMBA_CACHE_DIR to a folder "
        "that you may write to.",
        RuntimeWarning,
        stacklevel=4,
    )
