"""Packed files are unpacked within limits, never outside their place; pickles and links to other files never open."""

import gzip
import pickle
import zipfile

import h5py
import numpy as np
import pytest
import scipy.io

from memlab.core.errors import DataError
from memlab.data import import_file
from memlab.data.formats import opening
from memlab.data.formats.opening import opened

TABLE = b"subject,list,trial_type,position,item\n1,1,study,1,a\n1,1,recall,1,a\n"


@pytest.fixture
def small_limits(monkeypatch):
    monkeypatch.setattr(opening, "SMALL", 10_000)


def pack(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("suffix", ["gz", "zip"])
def test_a_bomb_is_refused_before_it_is_unpacked_whole(tmp_path, small_limits, suffix):
    path, bomb = tmp_path / f"class.csv.{suffix}", TABLE + b"1" * 20_000_000
    if suffix == "gz":
        path.write_bytes(gzip.compress(bomb))
    else:
        pack(path, {"class.csv": bomb})
    with pytest.raises(DataError, match=r"class\.csv\..* unpacks to more than .* it looks like a zip bomb"):
        import_file(path)


def test_a_well_packed_table_is_no_bomb(tmp_path):
    path = tmp_path / "class.csv.gz"
    path.write_bytes(gzip.compress(TABLE + b"\n" * 100_000))
    assert import_file(path)["all"].n_lists == 1


@pytest.mark.parametrize("name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "..\\out.csv", "C:\\out.csv"])
def test_a_name_that_climbs_out_of_its_folder_is_refused(tmp_path, name):
    path = pack(tmp_path / "in" / "class.zip" if (tmp_path / "in").mkdir() is None else None, {name: TABLE})
    with pytest.raises(DataError, match="which leads out of its folder; refused"):
        import_file(path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["class.zip", "in"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"folder/": b""}, "holds 0 files"),
        (
            {"a.csv": TABLE, "b.csv": TABLE},
            r"is a folder; its files must all be of one format of .*; found: table\. Say which",
        ),
        ({"a.txt": TABLE, "b.bin": b"x"}, "found: table"),
        ({"a.png": b"x", "b.bin": b"x"}, "it has none ending in"),
        ({"[Content_Types].xml": b"", "xl/workbook.xml": b""}, "is an Office document. Save the sheet as CSV"),
        ({"a.csv.gz": gzip.compress(TABLE)}, "is packed twice"),
        ({"a.pkl": b"x"}, "is a pickle"),
        ({"a.csv": pickle.dumps([1])}, "is a pickle"),
    ],
)
def test_an_archive_of_something_else_is_refused(tmp_path, members, message):
    with pytest.raises(DataError, match=message):
        import_file(pack(tmp_path / "class.zip", members))


@pytest.mark.parametrize("cut", [5, 30, 60])
def test_a_packed_file_that_broke_off_is_refused(tmp_path, cut):
    for path, content in (
        (tmp_path / "class.csv.gz", gzip.compress(TABLE)),
        (tmp_path / "class.zip", pack(tmp_path / "whole.zip", {"class.csv": TABLE}).read_bytes()),
    ):
        path.write_bytes(content[:cut])
        with pytest.raises(DataError, match=rf"cannot unpack .*{path.name}"):
            import_file(path)


def test_an_archive_of_a_folder_is_that_folder(make, tmp_path):
    text = make("psychopy").read_text()
    files = {f"study/data/{name}.csv": text.replace(",1,2024", f",{name},2024") for name in ("ann", "ben")}
    path = pack(tmp_path / "pavlovia.zip", files | {"study/data/ann.log": "x", "__MACOSX/._x": b"x"})
    with pytest.raises(DataError, match="is a folder"):
        import_file(path)  # two folders deep: where a folder of data stands is not guessed
    path = pack(tmp_path / "pavlovia.zip", {name.replace("study/", ""): text for name, text in files.items()})
    assert import_file(path)["all"].study.subject.tolist() == ["ann", "ann", "ben", "ben"]
    with opened(path) as folder:
        assert folder.name == "data"
        assert sorted(file.name for file in folder.iterdir()) == ["ann.csv", "ben.csv"]
    assert not folder.exists()


def test_the_files_of_a_bomb_count_together(tmp_path, small_limits):
    path = pack(tmp_path / "data.zip", {f"{i}.csv": TABLE + b"1" * 300_000 for i in range(40)})
    with pytest.raises(DataError, match="it looks like a zip bomb"):
        import_file(path)


def test_more_files_than_any_data_set_has_are_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MAX_FILES", 3)
    with pytest.raises(DataError, match=r"data\.zip holds 4 files; memlab unpacks 1 to 3"):
        import_file(pack(tmp_path / "data.zip", {f"{i}.csv": TABLE for i in range(4)}))


def test_the_unpacked_copy_is_gone_afterwards(tmp_path):
    path = tmp_path / "class.csv.gz"
    path.write_bytes(gzip.compress(TABLE))
    with opened(path) as plain:
        assert plain.read_bytes() == TABLE
    assert not plain.exists()


class Runs:
    """A pickle of it would run code when opened."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('the pickle was opened')",))


def test_no_pickle_is_opened_wherever_it_hides(tmp_path):
    evil = pickle.dumps(Runs())
    np.save(tmp_path / "evil.npy", np.array([Runs()], dtype=object), allow_pickle=True)
    for name in ("evil.csv", "evil.mat", "evil.h5", "evil.json", "evil_events.tsv"):
        (tmp_path / name).write_bytes(evil)
    with h5py.File(tmp_path / "attribute.h5", "w") as file:
        group = file.create_group("data")
        group.create_dataset("recalls", data=np.frombuffer(evil, dtype=np.uint8))
        group.attrs["pickle"] = np.void(evil)
        group.create_dataset("object", data=np.void(evil))
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(DataError):
            import_file(path)


def test_hdf5_that_points_outside_itself_is_not_followed(make, tmp_path):
    path, other = make("jaxcmr"), tmp_path / "other.h5"
    with h5py.File(path, "a") as file:
        file.copy("data", "hidden")
    other.write_bytes(path.read_bytes())
    with h5py.File(path, "a") as file:
        del file["data"], file["hidden"]
        file["data"] = h5py.ExternalLink("other.h5", "/data")
    with pytest.raises(DataError, match=r"there is no group /data\. It has: data"):
        import_file(path)
    with h5py.File(path, "a") as file:
        del file["data"]
        file.create_group("data")["recalls"] = h5py.ExternalLink("other.h5", "/data/recalls")
    with pytest.raises(DataError, match="there is no variable 'recalls'"):
        import_file(path)


def test_hdf5_that_declares_an_endless_array_is_refused(tmp_path):
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as file:
        file.create_group("data").create_dataset("recalls", shape=(10**9, 1000), dtype="i8", chunks=(1000, 1000))
    with pytest.raises(DataError, match=r"data\.h5: recalls declares more than 100,000,000 entries"):
        import_file(path)


def test_a_matlab_bomb_is_refused(tmp_path, monkeypatch):
    from memlab.data.formats import mat5

    monkeypatch.setattr(mat5, "MAX_UNPACKED", 1_000_000)
    path = tmp_path / "data.mat"
    scipy.io.savemat(path, {"recalls": np.zeros((1000, 1000))}, do_compression=True)
    with pytest.raises(DataError, match=r"data\.mat is not a readable MATLAB file: it unpacks to more than 0 MiB"):
        import_file(path)
    scipy.io.savemat(path, {"recalls": np.zeros((10, 10))}, do_compression=True)
    with pytest.raises(DataError, match="there is no variable 'pres_itemnos'"):
        import_file(path)
