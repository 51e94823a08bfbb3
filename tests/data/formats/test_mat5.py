"""Our reader of MATLAB files gives what SciPy's gives, and refuses what crashes it."""

import warnings

import numpy as np
import pytest
import scipy.io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from memlab.core.errors import DataError
from memlab.data.formats.mat5 import read_mat5

NUMBERS = arrays.arrays(
    st.sampled_from(["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]),
    arrays.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=4),
)
TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Z", "C"]), min_size=1, max_size=5
)
CELLS = arrays.arrays(object, arrays.array_shapes(min_dims=2, max_dims=2, max_side=3), elements=TEXT)
NAMES = st.text("abcxyz", min_size=1, max_size=8)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SETTINGS
@given(st.dictionaries(NAMES, NUMBERS | TEXT | CELLS, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_what_scipy_writes_is_read_as_scipy_reads_it(tmp_path_factory, variables, packed, within):
    path = tmp_path_factory.mktemp("mat") / "file.mat"
    scipy.io.savemat(path, {"data": variables} if within else variables, do_compression=packed)
    read = read_mat5(path)
    ours = read["data"] if within else read
    theirs = scipy.io.loadmat(path)
    theirs = {name: theirs["data"][name].flat[0] for name in variables} if within else theirs
    assert set(ours) == set(variables)
    for name, value in variables.items():
        if isinstance(value, str):
            assert ours[name] == str(theirs[name][0])
        elif value.dtype == object:
            assert ours[name].tolist() == [[str(cell[0]) for cell in row] for row in theirs[name]]
        else:
            np.testing.assert_array_equal(ours[name], theirs[name])
            assert ours[name].dtype == theirs[name].dtype


def test_what_is_no_plain_value_is_passed_over(tmp_path):
    path = tmp_path / "file.mat"
    struct = np.zeros(2, dtype=[("a", "f8")])
    scipy.io.savemat(path, {"x": np.array([[1j]]), "s": scipy.sparse.eye_array(3).tocsc(), "many": struct, "n": 3.0})
    assert {name: value.tolist() for name, value in read_mat5(path).items()} == {"n": [[3.0]]}


def test_a_big_endian_file_reads_alike(tmp_path):
    """Written by hand, as the format has it: flags, shape, name, numbers."""
    words = [6, 8, 6, 0, 5, 8, 1, 2]
    body = np.array(words, ">u4").tobytes() + np.array([1, 1], ">u4").tobytes() + b"x\0\0\0\0\0\0\0"
    body += np.array([9, 16], ">u4").tobytes() + np.array([1.5, -2.0], ">f8").tobytes()
    path = tmp_path / "file.mat"
    head = b"MATLAB 5.0 MAT-file".ljust(124) + b"\1\0MI"
    path.write_bytes(head + np.array([14, len(body)], ">u4").tobytes() + body)
    assert read_mat5(path)["x"].tolist() == [[1.5, -2.0]]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("mat") / "file.mat"
    cells = np.array([["cat", "dog"]], dtype=object)
    struct = {"recalls": [[1, 2], [0, 0]], "words": cells, "deep": {"deeper": {"x": 1.5}}, "name": "some text"}
    scipy.io.savemat(path, {"data": struct}, do_compression=data.draw(st.booleans()))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(124, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(124, len(content)))])
    message = "file.mat is not a readable MATLAB file"
    try:
        assert isinstance(read_mat5(path), dict)
    except DataError as error:
        message = str(error)
    assert "file.mat is not a readable MATLAB file" in message


def test_structs_that_nest_without_end_are_refused(tmp_path):
    value = {"x": 1.0}
    for _ in range(30):
        value = {"x": value}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scipy.io.savemat(tmp_path / "deep.mat", {"data": value})
    with pytest.raises(DataError, match="structs and cells nest too deeply"):
        read_mat5(tmp_path / "deep.mat")
