"""Seeds: one number gives every model, condition and worker its own independent stream."""

from __future__ import annotations

import hashlib

import numpy as np

from memlab.core.errors import UsageError

__all__ = ["stream"]


def stream(seed: int, *keys: str | int) -> np.random.Generator:
    """Return the random stream that belongs to ``seed`` and ``keys``.

    The stream depends on nothing but its arguments, so the answer is the same in whatever order, and by however
    many workers, the pieces of a job are done. Streams with different keys are independent.

    Parameters
    ----------
    seed : int, >= 0
        The seed of the run.
    *keys
        What the stream is for, e.g. ``("cmr", "20-1", replication)``.

    Raises
    ------
    UsageError
        A seed that is negative or not a whole number.

    Examples
    --------
    >>> bool(stream(1, "cmr", 0).random() == stream(1, "cmr", 0).random())
    True
    """
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise UsageError(f"the seed must be a whole number of at least 0. Got {seed!r} instead.")
    digest = hashlib.sha256(repr(keys).encode()).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    return np.random.default_rng([int(seed), *words])
