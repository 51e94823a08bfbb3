"""memlab: the same lists for people, theories of memory and networks, as the same curves and scores.

Names are imported when they are first used, so ``import memlab`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

from memlab.core.file_reader import use_reader

__version__ = "0.1.0"

_PUBLIC = {
    "Conditions": "memlab.core.recall",
    "LikelihoodModel": "memlab.core.recall",
    "MemlabError": "memlab.core.errors",
    "Parameter": "memlab.core.parameters",
    "Pool": "memlab.core.recall",
    "RecallData": "memlab.core.recall",
    "RecallModel": "memlab.core.recall",
    "Recalls": "memlab.core.recall",
    "StudyLists": "memlab.core.recall",
    "compare": "memlab.runs.compare",
    "fit": "memlab.runs.fit",
    "get_model": "memlab.models",
    "load": "memlab.data",
    "model_names": "memlab.models",
    "read_similarity": "memlab.core.similarity",
    "read_table": "memlab.core.table",
    "recover": "memlab.runs.recover",
    "score": "memlab.paradigms.scoring",
    "sweep": "memlab.runs.sweep",
    "with_similarity": "memlab.core.similarity",
    "write_table": "memlab.core.table",
}
_FOLDERS = ("analysis", "data", "models", "paradigms")

__all__ = ["__version__", *_PUBLIC, *_FOLDERS]

use_reader("memlab.data.formats:import_file")


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module(_PUBLIC[name]), name)
        globals()[name] = value
        return value
    if name in _FOLDERS:
        return importlib.import_module(f"memlab.{name}")
    raise AttributeError(f"module 'memlab' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
