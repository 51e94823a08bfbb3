"""What is studied and how it is tested: designs of experiments and the materials they draw on."""

from memlab.paradigms.confusability import confusability
from memlab.paradigms.experiments import (
    EXPERIMENTS,
    SERIAL_EXPERIMENTS,
    get_condition,
    get_experiment,
    get_serial_condition,
    get_serial_experiment,
)
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.materials import binary_vectors, load_pool, make_lists
from memlab.paradigms.serial_recall import SerialRecall

__all__ = [
    "EXPERIMENTS",
    "SERIAL_EXPERIMENTS",
    "FreeRecall",
    "SerialRecall",
    "binary_vectors",
    "confusability",
    "get_condition",
    "get_experiment",
    "get_serial_condition",
    "get_serial_experiment",
    "load_pool",
    "make_lists",
]
