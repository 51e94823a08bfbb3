"""Start-up: what is not needed is not imported. Modules are counted, not seconds."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "scipy", "pandas", "matplotlib", "seaborn", "torch", "numba", "joblib")
"""Not pydantic: where it is installed, Typer imports it by itself."""


def imported(code):
    check = f"import sys\n{code}\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    return result.stdout.strip().splitlines()[-1]


def test_import_memlab_imports_nothing_heavy():
    assert imported("import memlab") == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["compare", "--help"], ["fit", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments):
    code = f"""
from memlab.cli import main
sys.argv = ['memlab', *{arguments!r}]
try:
    main()
except SystemExit:
    pass
"""
    assert imported(code) == "[]"


def test_naming_the_models_imports_no_model():
    assert imported("import memlab; memlab.model_names()") in ("[]", "['numpy']")


def test_analysing_a_small_file_needs_numpy_alone(tmp_path):
    rows = [
        "subject,list,trial_type,position,item",
        "1,1,study,1,a",
        "1,1,study,2,b",
        "1,1,recall,1,b",
        "1,1,recall,2,a",
    ]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(rows))
    code = f"""
import memlab
data = memlab.read_table({str(path)!r})
memlab.analysis.spc(data, as_frame=False)
memlab.analysis.lag_crp(data, as_frame=False)
"""
    assert imported(code) == "['numpy']"
