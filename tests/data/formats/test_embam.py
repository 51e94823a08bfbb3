"""The struct of the Behavioral Toolbox and jaxcmr's HDF5 are read with their times, items and intrusions."""

import h5py
import numpy as np
import pytest
import scipy.io

from memlab.core.errors import DataError, DataWarning
from memlab.core.recall import INTRUSION
from memlab.data import check_file, import_file
from memlab.data.formats.embam import read_embam, write_embam
from memlab.data.formats.jaxcmr import read_jaxcmr

NAN = np.nan
DATA = {
    "subject": [[63], [63]],
    "listLength": 3,
    "recalls": [[3, -1, 1, NAN], [2, -1, NAN, NAN]],
    "pres_itemnos": [[11, 12, 13], [21, 22, 23]],
    "rec_itemnos": [[13, 99, 11, NAN], [22, 12, NAN, NAN]],
    "times": [[512, 1400, 2755, NAN], [801, 3000, NAN, NAN]],
    "intrusions": [[0, -1, 0, NAN], [0, 1, NAN, NAN]],
}


def save(path, struct=DATA, **more):
    scipy.io.savemat(path, {"data": struct, **more})
    return path


def words(data):
    return [[data.study.pool.words[i] if i >= 0 else "" for i in row] for row in data.recalls.item]


def test_times_are_milliseconds_and_intrusions_keep_their_items(tmp_path):
    (data,) = read_embam(save(tmp_path / "data.mat", version=np.array([[1.0]]))).values()
    np.testing.assert_array_equal(data.recalls.position, [[3, INTRUSION, 1], [2, INTRUSION, 0]])
    np.testing.assert_allclose(data.recalls.time[0], [0.512, 1.4, 2.755])
    assert [row[:2] for row in words(data)] == [["13", "99"], ["22", "12"]]  # 12 was studied one list back


def test_a_struct_of_version_7_3_reads_alike(tmp_path):
    """MATLAB 7.3 is HDF5 behind a header of 512 bytes, with each matrix transposed."""
    path = tmp_path / "data.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        group = file.create_group("data")
        for name, value in DATA.items():
            group.create_dataset(name, data=np.atleast_2d(np.array(value, dtype=float)).T)
        group.create_dataset("pres_items", (3, 2), dtype=h5py.ref_dtype)  # cells that are empty: no words
    content = bytearray(path.read_bytes())
    header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan 01 00:00:00 2024 HDF5 schema 1.00 ."
    content[: len(header)] = header
    path.write_bytes(content)
    (ours,), (theirs,) = import_file(path).values(), read_embam(save(tmp_path / "old.mat")).values()
    np.testing.assert_array_equal(ours.recalls.position, theirs.recalls.position)
    np.testing.assert_allclose(ours.recalls.time, theirs.recalls.time)
    assert words(ours) == words(theirs)


def test_cells_of_words_of_version_7_3_are_references_to_letters(tmp_path):
    path = tmp_path / "data.mat"
    pres = np.array([["cat", "dög", "fox"], ["hen", "owl", "pig"]])
    given = np.array([["fox", "cow", "cat", ""], ["owl", "dög", "", ""]])
    with h5py.File(path, "w", userblock_size=512) as file:
        group = file.create_group("data")
        for name, value in DATA.items():
            group.create_dataset(name, data=np.atleast_2d(np.array(value, dtype=float)).T)
        for name, cells in (("pres_items", pres), ("rec_items", given)):
            group.create_dataset(name, cells.T.shape, dtype=h5py.ref_dtype)
            for place, word in np.ndenumerate(cells.T):
                letters = np.array([[ord(letter)] for letter in word] or [[0], [0]], dtype=np.uint16)
                one = file.create_dataset(f"#refs#/{name}{place[0]}_{place[1]}", data=letters)
                if not word:
                    one.attrs["MATLAB_empty"] = np.uint8(1)
                group[name][place] = one.ref
    content = bytearray(path.read_bytes())
    content[:19] = b"MATLAB 7.3 MAT-file"
    path.write_bytes(content)
    (data,) = import_file(path).values()
    assert [[data.study.pool.words[i] for i in row] for row in data.study.items] == pres.tolist()
    assert words(data)[0][:3] == ["fox", "cow", "cat"]


def test_cells_of_words_name_the_items(tmp_path):
    cells = {
        "pres_items": np.array([["cat", "dog", "fox"], ["hen", "owl", "pig"]], dtype=object),
        "rec_items": np.array([["fox", "cow", "cat", ""], ["owl", "dog", "", ""]], dtype=object),
        "condition": np.array([["fast"], ["fast"]], dtype=object),
    }
    (data,) = read_embam(save(tmp_path / "data.mat", DATA | cells)).values()
    assert data.name == "fast"
    assert words(data) == [["fox", "cow", "cat"], ["owl", "dog", ""]]


def test_cells_that_do_not_fit_the_item_numbers_are_passed_over(tmp_path):
    for cells in (
        {"pres_items": np.array([["cat", "", "fox"], ["hen", "owl", "pig"]], dtype=object)},
        {"wordpool": np.array([["cat"], ["dog"]], dtype=object)},
    ):
        (data,) = read_embam(save(tmp_path / "data.mat", DATA | cells)).values()
        assert [row[:2] for row in words(data)] == [["13", "99"], ["22", "12"]]


def test_an_item_number_that_contradicts_the_position_is_warned_of(tmp_path):
    path = save(tmp_path / "data.mat", DATA | {"rec_itemnos": [[12, 13, 11, NAN], [22, 12, NAN, NAN]]})
    _, conditions, problems = check_file(path)
    assert [(p.kind, p.row, p.column) for p in problems.found] == [("warning", 1, "rec_itemnos")] * 2
    assert "column 1 says 3, and the response was item 12" in problems.found[0].problem
    np.testing.assert_array_equal(conditions["all"].recalls.position[0], [3, INTRUSION, 1])


def test_times_that_look_like_seconds_are_warned_of(tmp_path):
    times = [[0.512, 1.4, 2.755, NAN], [0.8, 3, NAN, NAN]]
    with pytest.warns(DataWarning, match="they look like seconds. It is read as milliseconds"):
        import_file(save(tmp_path / "data.mat", DATA | {"times": times}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"listLength": 4},
            "row 1, column listLength: .* listLength is 4, and pres_itemnos has 3 items|listLength is 4",
        ),
        ({"times": [[1, 2], [3, 4]]}, r"times has shape \(2, 2\); it must be that of recalls, \(2, 4\)"),
        ({"subject": "ab"}, "recalls has 2 rows, subject 1"),
        ({"subject": [["a", "b"]]}, "there is no variable 'subject'"),
        ({"recalls": [[9, 0, 0, 0], [0, 1, 0, 0]]}, "row 1: recalls, column 1: 9|row 2: recalls, column 2: 1 after"),
    ],
)
def test_an_odd_struct_is_refused(tmp_path, change, message):
    with pytest.raises(DataError, match=message):
        read_embam(save(tmp_path / "data.mat", DATA | change))


def test_every_problem_of_a_struct_is_listed(tmp_path):
    bad = {"recalls": [[9, 1.5, -3, NAN], [0, 1, NAN, NAN]], "listLength": 3}
    _, conditions, problems = check_file(save(tmp_path / "data.mat", DATA | bad))
    assert conditions is None
    told = [(p.row, p.problem) for p in problems.errors]
    assert [row for row, _ in told] == [1, 2, 1, 1]
    assert [what.split(":")[0] for _, what in told] == [f"recalls, column {c}" for c in (2, 2, 1, 3)]


def test_what_is_written_has_the_fields_of_the_toolbox(make, tmp_path):
    struct = scipy.io.loadmat(write_embam(import_file(make("table")), tmp_path / "out.mat"))["data"]
    fields = {name: struct[name].flat[0] for name in struct.dtype.names}
    assert fields["listLength"].tolist() == [[3]]
    assert fields["recalls"].tolist() == [[3, -1, 1], [2, 0, 0]]
    assert fields["pres_itemnos"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert fields["rec_itemnos"].tolist() == [[3, 7, 1], [5, 0, 0]]
    assert fields["intrusions"].tolist() == [[0, -1, 0], [0, 0, 0]]
    assert fields["subject"].tolist() == [[1], [1]]
    assert [str(cell[0]) for cell in fields["wordpool"].ravel()] == ["w11", "w12", "w13", "w21", "w22", "w23", "x"]


def test_jaxcmr_without_item_ids_numbers_items_within_their_list(tmp_path):
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("data")
        group["subject"], group["listLength"] = [[1, 1]], [[4, 4]]
        group["recalls"] = np.array([[2, 1, 0], [4, 0, 0]]).T
        group["pres_itemnos"] = np.array(
            [[1, 2, 3, 4], [1, 2, 1, 4]]
        ).T  # the second list presents its first item twice
        group["irt"] = np.array([[700, 300, 0], [1500, 0, 0]]).T
    (data,) = read_jaxcmr(path).values()
    np.testing.assert_array_equal(data.recalls.position, [[2, 1], [4, 0]])
    np.testing.assert_allclose(data.recalls.time[:, 0], [0.7, 1.5])
    assert data.recalls.time[0, 1] == 1.0
    assert data.study.n_items.tolist() == [4, 3]


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + bytes(500)])
def test_what_is_not_hdf5_is_refused(tmp_path, content):
    path = tmp_path / "data.h5"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"data\.h5 is not a readable HDF5 file"):
        read_jaxcmr(path)
