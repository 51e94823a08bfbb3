"""Human data shipped as numbers, and trial-level data that a user brings or downloads."""

from memlab.data.formats import FORMATS, check_file, convert, export_file, import_file
from memlab.data.human_reference import HumanReference, list_references, load
from memlab.data.registry import DataRecord, data_record, data_sets

__all__ = [
    "FORMATS",
    "DataRecord",
    "HumanReference",
    "check_file",
    "convert",
    "data_record",
    "data_sets",
    "export_file",
    "import_file",
    "list_references",
    "load",
]
