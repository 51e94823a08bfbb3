"""Fetching: from a server of our own; offline and corrupted files are answered with what to do."""

import http.server
import shutil
import socket
import threading
from functools import partial

import numpy as np
import pytest

from memlab.core.errors import ChecksumError, DataError, NotSupported, UnknownName
from memlab.core.files import sha256
from memlab.core.table import read_conditions
from memlab.data import data_record, import_file, load, registry
from memlab.data.fetch import data_folder, fetch, load_trials
from memlab.data.formats.murdock_text import TextRecord
from memlab.data.registry import DataRecord, Download


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    served: list[str]

    def do_GET(self):
        self.server.served.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    """Serve a folder on 127.0.0.1; return its address and the list of what was asked for."""
    servers = []

    def start(folder):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
        server.served = []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/", server.served

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A data set of one made-up file, two subjects of two lists, on record as ``small``."""
    folder = tmp_path / "server"
    folder.mkdir()
    path = folder / "fr3-1.txt"
    path.write_text("3 88 1\n2\n1 2 3\n0\n")
    texts = {"fr3-1.txt": TextRecord("3-1", 3, lists_per_subject=2, recall_seconds=90, max_responses=3)}
    record = DataRecord(
        "small", "Made up", "Nobody", (), 1, Download("https://x.invalid/", {path.name: sha256(path)}, texts, "")
    )
    monkeypatch.setattr(registry, "_registry", lambda: {"small": record})
    monkeypatch.setenv("MEMLAB_DATA", str(tmp_path / "cache"))
    return folder


def unused_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_a_fetched_file_becomes_the_long_table(small, serve, tmp_path):
    address, _ = serve(small)
    path = fetch("small", base_url=address)
    assert path == tmp_path / "cache" / "small" / "small.csv"
    data = read_conditions(path)["3-1"]
    np.testing.assert_array_equal(data.recalls.position, [[3, -1, 1], [2, 0, 0], [1, 2, 3], [0, 0, 0]])


def test_what_is_there_is_not_downloaded_again(small, serve):
    address, served = serve(small)
    fetch("small", base_url=address)
    fetch("small", base_url=address.rstrip("/"))
    assert served == ["/fr3-1.txt"]


def test_another_cache_can_be_named(small, serve, tmp_path):
    assert fetch("small", serve(small)[0], tmp_path / "else").parent == tmp_path / "else" / "small"


def test_fetched_lists_keep_the_limits_of_the_record(small, serve):
    fetch("small", base_url=serve(small)[0])
    data = load_trials("small")["3-1"]
    assert (data.study.recall_seconds, data.study.max_responses) == (90, 3)


def test_a_corrupted_download_is_refused_and_not_kept(small, serve, tmp_path):
    (small / "fr3-1.txt").write_text("3 88 1\n2\n1 2 3\n1\n")
    with pytest.raises(ChecksumError, match=r"fr3-1\.txt is not the file on record .*another copy goes to .*small"):
        fetch("small", base_url=serve(small)[0])
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_offline_says_the_address_and_where_to_put_the_file(small, tmp_path):
    address = f"http://127.0.0.1:{unused_port()}"
    with pytest.raises(DataError) as caught:
        fetch("small", base_url=address)
    message = str(caught.value)
    assert "\n" not in message
    assert f"{address}/fr3-1.txt" in message
    assert f"put it at {tmp_path / 'cache' / 'small' / 'fr3-1.txt'}" in message


def test_offline_every_file_that_is_wanted_is_named_at_once(tmp_path):
    with pytest.raises(DataError, match=r"and beside it fr15-2\.txt, .*fr40-1\.txt\).*\(the others beside it\)"):
        fetch("murdock1962", base_url=f"http://127.0.0.1:{unused_port()}", cache=tmp_path)


def test_what_is_no_address_is_said_so(small):
    with pytest.raises(DataError, match="cannot download here/fr3-1.txt .an address starts with http"):
        fetch("small", base_url="here")


def test_a_file_put_there_by_hand_needs_no_network(small, tmp_path):
    folder = tmp_path / "cache" / "small"
    folder.mkdir(parents=True)
    shutil.copy(small / "fr3-1.txt", folder)
    assert fetch("small", base_url=f"http://127.0.0.1:{unused_port()}").is_file()


def test_offline_a_wrong_file_put_there_by_hand_is_said_so(small, tmp_path):
    folder = tmp_path / "cache" / "small"
    folder.mkdir(parents=True)
    (folder / "fr3-1.txt").write_text("1\n")
    with pytest.raises(DataError, match="The file there has another checksum"):
        fetch("small", base_url=f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(ChecksumError, match="Run: memlab data fetch small"):
        load_trials("small")


def test_a_file_missing_on_the_server_is_said_so(small, serve):
    (small / "fr3-1.txt").unlink()
    with pytest.raises(DataError, match=r"cannot download .* \(HTTP 404\)"):
        fetch("small", base_url=serve(small)[0])


def test_a_long_table_put_there_by_hand_is_read(small, serve, tmp_path):
    path = fetch("small", base_url=serve(small)[0])
    (path.parent / "fr3-1.txt").unlink()
    assert load_trials("small")["3-1"].n_lists == 4


def test_without_the_variable_the_users_cache_is_used(monkeypatch):
    monkeypatch.delenv("MEMLAB_DATA", raising=False)
    assert data_folder().name == "memlab"


def test_data_without_an_address_and_unknown_data_are_refused():
    with pytest.raises(NotSupported, match="memlab has no address"):
        fetch("murdock_okada1970")
    with pytest.raises(UnknownName, match="Did you mean 'murdock1962'"):
        fetch("murdock")


def test_the_address_on_record_is_percent_encoded_at_a_fixed_commit():
    download = data_record("murdock1962").download
    assert download.base_url.endswith("Assignment_2%3ASearch_of_Associative_Memory_Model/Murd62%20data/")
    assert "/d42f510330c799588d7bb22b88a07bc98a7d1513/" in download.base_url
    assert len(download.sha256) == 6


def test_murdock_1962_is_fetched_checked_and_read(human, serve, tmp_path, monkeypatch):
    monkeypatch.setenv("MEMLAB_DATA", str(tmp_path))
    address, served = serve(human / "raw")
    table = read_conditions(fetch("murdock1962", base_url=address))
    assert len(served) == 6
    trials = load("murdock1962").trials()
    assert list(trials) == list(table) == list(load("murdock1962").conditions)
    for name, data in trials.items():
        np.testing.assert_array_equal(data.recalls.position, table[name].recalls.position)
        np.testing.assert_array_equal(data.study.onset, table[name].study.onset)
        np.testing.assert_array_equal(
            data.recalls.position, import_file(human / "raw" / f"fr{name}.txt")[name].recalls.position
        )
