"""Everybody's files of recalls: one file a format, told from their names and contents."""

from memlab.data.formats.detect import detect_format
from memlab.data.formats.known import FORMATS, Format
from memlab.data.formats.problems import Problem, Problems
from memlab.data.formats.reading import check_file, import_file
from memlab.data.formats.writing import Conversion, convert, export_file

__all__ = [
    "FORMATS",
    "Conversion",
    "Format",
    "Problem",
    "Problems",
    "check_file",
    "convert",
    "detect_format",
    "export_file",
    "import_file",
]
