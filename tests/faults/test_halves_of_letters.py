r"""Halves of letters (``"\ud800"``), which JSON can hold and UTF-8 cannot."""

import dataclasses
import json
import os

import pytest

from memlab.core.errors import DataError
from memlab.core.file_reader import read_file
from memlab.data.parameter_sets import load_parameter_set, read_parameter_set, write_parameter_set

EGG = {"pres": [[["a\ud800", "b"]]], "rec": [[["b"]]]}


def test_json_with_half_of_a_letter_is_refused_in_one_line_and_one_with_both_is_read(tmp_path):
    (tmp_path / "egg.json").write_text(json.dumps(EGG))
    with pytest.raises(DataError, match=r"egg\.json is no JSON that can be read: .*surrogates not allowed"):
        read_file(tmp_path / "egg.json")
    (tmp_path / "egg.json").write_text(json.dumps(EGG).replace("\\ud800", "\\ud83d\\ude00"))
    (data,) = read_file(tmp_path / "egg.json").values()
    assert "a😀" in data.study.pool.words


def test_a_parameter_set_fitted_to_a_file_named_in_another_encoding_is_read_again(tmp_path):
    fitted = dataclasses.replace(load_parameter_set("cmr", "murdock1962"), data=os.fsdecode(b"w\xf6rter"))
    write_parameter_set(fitted, tmp_path / "cmr.toml")
    assert read_parameter_set(tmp_path / "cmr.toml").data == "w?rter"
