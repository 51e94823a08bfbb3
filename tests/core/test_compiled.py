"""Kernels are compiled and cached; where nothing can be cached they still run."""

import subprocess
import sys

import numpy as np

from memlab.core.compiled import compiled


@compiled
def share(part, whole):
    return part / whole


def test_division_by_zero_follows_numpy():
    assert np.isinf(share(1.0, 0.0))
    assert share(1.0, 4.0) == share.py_func(1.0, 4.0) == 0.25


def test_without_a_place_for_the_cache_a_kernel_is_compiled_and_the_user_told_once():
    code = """
import numba.core.caching as caching, warnings
caching.CacheImpl._locator_classes = []
warnings.simplefilter("always")
from memlab.core.compiled import compiled
first, second = compiled(lambda x: x + 1), compiled(lambda x: x + 2)
print(first(1), second(1))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "2 3"
    assert result.stderr.count("set NUMBA_CACHE_DIR") == 1
