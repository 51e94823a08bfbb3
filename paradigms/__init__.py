"""What is studied and how it is tested: designs of experiments and the materials they draw on."""

from memlab.paradigms.experiments import EXPERIMENTS, get_condition, get_experiment
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.materials import binary_vectors, load_pool, make_lists

__all__ = [
    "EXPERIMENTS",
    "FreeRecall",
    "binary_vectors",
    "get_condition",
    "get_experiment",
    "load_pool",
    "make_lists",
]
