"""Every example in a docstring gives what it says."""

import ast
import doctest
import importlib
import inspect
import pkgutil

import pytest

import memlab

NOT_IMPORTED = {"memlab.__main__"}
"""Importing it runs the command line."""

MODULES = sorted(
    {"memlab", *(found.name for found in pkgutil.walk_packages(memlab.__path__, "memlab."))} - NOT_IMPORTED
)


def examples_found(module):
    tests = doctest.DocTestFinder().find(module)
    return sum(len(test.examples) for test in tests)


def examples_written(module):
    """Count the examples in every docstring of the source, whatever it belongs to."""
    tree = ast.parse(inspect.getsource(module))
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
    texts = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, owners)]
    return sum(len(doctest.DocTestParser().get_examples(text)) for text in texts)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_doctest_overlooks_no_example_of_a_module(name):
    module = importlib.import_module(name)
    assert examples_found(module) == examples_written(module)


@pytest.mark.parametrize("folder", ["analysis", "core", "data", "models", "paradigms"])
def test_every_folder_that_is_imported_has_examples(folder):
    modules = [importlib.import_module(name) for name in MODULES if name.startswith(f"memlab.{folder}")]
    assert sum(examples_found(module) for module in modules) > 0
