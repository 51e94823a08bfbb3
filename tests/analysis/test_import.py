"""`memlab.analysis` is light, and what it offers is there."""

import subprocess
import sys
from pathlib import Path

import memlab.analysis as analysis

FOLDER = Path(analysis.__file__).parent


def test_every_public_name_is_there():
    for name in analysis.__all__:
        assert getattr(analysis, name).__module__.startswith("memlab.analysis")


def test_no_module_hides_a_public_name():
    assert not set(analysis.__all__) & {path.stem for path in FOLDER.glob("*.py")}


def test_counting_a_small_experiment_imports_neither_pandas_nor_numba_nor_scipy():
    code = """
import sys
import numpy as np
import memlab.analysis as analysis
from memlab.core.recall import RecallData, Recalls, StudyLists
data = RecallData(StudyLists.simple(2, 8), Recalls(np.array([[8, 7, 1], [1, 2, 0]])))
for name in ("spc", "pfr", "pnr", "lag_crp", "lag_rank", "number_recalled", "stop_probability", "intrusions"):
    getattr(analysis, name)(data, as_frame=False)
print([name for name in ("pandas", "numba", "scipy", "matplotlib") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
