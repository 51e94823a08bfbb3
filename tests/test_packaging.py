"""What is installed is what is here: every package, every data file, and nothing called `models` in site-packages."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
FOLDERS = ("paradigms", "models", "analysis", "data")


def packages_on_disk():
    folders = [ROOT / "memlab", *(ROOT / name for name in FOLDERS)]
    found = {init.parent for folder in folders for init in folder.rglob("__init__.py")}
    return {".".join(("memlab", *p.relative_to(ROOT).parts)).replace("memlab.memlab", "memlab") for p in found}


def test_every_package_is_named_in_pyproject():
    assert set(CONFIG["tool"]["setuptools"]["packages"]) == packages_on_disk()


@pytest.mark.parametrize("name", FOLDERS)
def test_the_checkout_has_a_relative_link_to_each_folder(name):
    link = ROOT / "memlab" / name
    assert link.is_symlink()
    assert str(link.readlink()) == f"../{name}"


def test_the_version_stands_in_one_place_only_twice():
    import memlab

    assert CONFIG["project"]["version"] == memlab.__version__
    assert f"\nversion: {memlab.__version__}\n" in (ROOT / "CITATION.cff").read_text()


@pytest.mark.slow
def test_a_wheel_holds_every_module_and_data_file_and_only_memlab(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"memlab"}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    for path in tracked:
        top = path.split("/")[0]
        if top in FOLDERS and "/" in path:
            assert f"memlab/{path}" in names, path
        elif top == "memlab" and path.endswith((".py", ".typed")):
            assert path in names, path
