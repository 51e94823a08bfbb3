"""The direction of imports is the architecture (design: what people run -> what joins -> the folders -> core)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {
    "paradigms": ROOT / "paradigms",
    "models": ROOT / "models",
    "analysis": ROOT / "analysis",
    "data": ROOT / "data",
}
MAY_IMPORT = {
    "core": set(),
    "data": {"core"},
    "models": {"core"},
    "analysis": {"core"},
    "paradigms": {"core", "data"},
}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def python_files():
    folders = [ROOT / "memlab" / "core", ROOT / "memlab" / "cli", ROOT / "memlab" / "studies", *FOLDERS.values()]
    return sorted({*(ROOT / "memlab").glob("*.py"), *(f for folder in folders for f in folder.rglob("*.py"))})


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write memlab.…, not a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path):
    relative = path.relative_to(ROOT)
    return "core" if relative.parts[:2] == ("memlab", "core") else relative.parts[0]


def test_there_are_files_to_check():
    assert len(python_files()) > 15


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_imports_only_what_its_folder_may(path):
    allowed = MAY_IMPORT.get(part(path))
    for module in imported_modules(path):
        first = module.split(".")[0]
        assert first not in FOLDERS, f"write memlab.{module}"
        if allowed is None or first != "memlab":
            continue
        target = module.split(".")[1] if "." in module else "memlab"
        assert target in {*allowed, part(path), "memlab"}, f"{path.relative_to(ROOT)} may not import {module}"
        assert module != "memlab", f"{path.relative_to(ROOT)} may not import the top of memlab"


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_heavy_libraries_stay_in_their_folder(path):
    relative = str(path.relative_to(ROOT))
    for module in imported_modules(path):
        first = module.split(".")[0]
        assert first not in {"matplotlib", "seaborn"} or relative.startswith("analysis/figures/")
        assert first not in {"torch", "safetensors"} or relative.startswith("models/neural/")


def test_no_file_has_a_name_that_says_nothing():
    assert not [path for path in python_files() if path.stem in BANNED_NAMES]


def test_models_are_registered_where_they_are():
    from memlab.models import MODELS

    for place in MODELS.values():
        module = place.partition(":")[0]
        assert (ROOT / "models" / f"{module.removeprefix('memlab.models.').replace('.', '/')}.py").is_file()
