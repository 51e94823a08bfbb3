"""`compiled`: how a kernel is compiled, in one place."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache
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
    if getattr(numba.config, "DISABLE_JIT", 0):  # NUMBA_DISABLE_JIT=1, for a debugger: numba leaves kernels as they are
        vars(kernel)["py_func"] = kernel
        return kernel
    dispatcher = numba.njit(**rules)(kernel)
    try:
        dispatcher._cache = _Cache(dispatcher.py_func)  # type: ignore[no-untyped-call]  # as njit(cache=True) does
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        _say_that_nothing_is_cached("numba finds no folder to keep compiled code in")
    return cast(Kernel, dispatcher)


class _Cache(FunctionCache):
    """Numba's cache, which a full disk or a damaged file only slows down: the kernel is compiled, and the user told."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return kept code, or None."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        except Exception as error:  # whatever unpickling a damaged file raises
            _say_that_nothing_is_cached(f"compiled code in {self.cache_path} cannot be read ({type(error).__name__})")
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code, if that can be done."""
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        except Exception as error:  # the damaged file is read here too
            _say_that_nothing_is_cached(f"compiled code cannot be kept in {self.cache_path} ({error})")


def _say_that_nothing_is_cached(why: str) -> None:
    if not _SAID:
        _SAID.append(why)
        warnings.warn(
            f"{why}, so every run compiles anew: set NUMBA_CACHE_DIR to a folder that you may write to.",
            RuntimeWarning,
            stacklevel=4,
        )


_SAID: list[str] = []
"""Whether the user was told; once is enough."""
