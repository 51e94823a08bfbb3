"""memlab weights: what is there, and whether it is whole."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from memlab.cli import main
from memlab.models.neural.network import build_network
from memlab.models.neural.weights import save_weights

COLUMNS = ["name", "seeds", "network", "task", "objective", "lengths", "steps", "seconds", "measure", "score", "bytes"]


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command; returns the exit code, stdout and stderr."""

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["memlab", "weights", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return command


@pytest.fixture
def folder(tmp_path):
    """Two seeds of a DNC-like kind and one network with a card that says little."""
    for seed, recalled in ((1, 0.9), (2, 0.8)):
        card = {
            "task": {"paradigm": "free_recall", "objective": "set", "lengths": [1, 12]},
            "seed": seed,
            "steps": 100 * seed,
            "seconds": 1.2 * seed,
            "scores": {"loss": 0.1, "recalled": recalled},
        }
        save_weights(build_network("lstm", 6, 3, {"hidden": 4}, seed), card, tmp_path / f"lstm.set.seed{seed}")
    save_weights(build_network("gru", 6, 3, {"hidden": 4}), {}, tmp_path / "gru.copy.seed1")
    return tmp_path


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def spoil(folder, name):
    path = folder / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_list_has_one_row_a_kind_with_means_over_seeds_and_the_sum_of_bytes(run, folder):
    code, out, err = run("list", "--folder", folder)
    assert (code, err) == (0, "")
    bare, full = rows(out)
    size = sum((folder / f"lstm.set.seed{seed}.safetensors").stat().st_size for seed in (1, 2))
    expected = ["lstm.set", "1,2", "lstm", "free_recall", "set", "1-12", "150", "2", "recalled", "0.85"]
    assert full == dict(zip(COLUMNS, [*expected, str(size)], strict=True))
    assert (bare["name"], bare["network"], bare["task"], bare["score"]) == ("gru.copy", "gru", "", "")


def test_list_of_a_kind_has_one_row_a_seed(run, folder):
    _, out, _ = run("list", "lstm.set", "--folder", folder)
    assert [(row["seeds"], row["steps"], row["score"]) for row in rows(out)] == [
        ("1", "100", "0.9"),
        ("2", "200", "0.8"),
    ]


def test_list_gives_json_and_a_drawn_table_too(run, folder):
    _, out, _ = run("list", "--folder", folder, "--format", "json")
    records = json.loads(out)
    assert [list(record) for record in records] == [COLUMNS, COLUMNS]
    assert records[0]["score"] is None
    _, out, _ = run("list", "--folder", folder, "--format", "table")
    assert "lstm.set" in out
    assert "0.850" in out


def test_list_shows_what_it_can_of_a_card_that_cannot_be_read(run, folder):
    (folder / "gru.copy.seed1.json").unlink()
    (folder / "lstm.set.seed1.json").write_text("{")
    code, out, err = run("list", "--folder", folder)
    assert code == 0
    assert [row["name"] for row in rows(out)] == ["gru.copy", "lstm.set"]
    assert [line.partition(":")[0] for line in err.splitlines()] == ["DataError", "DataError"]


@pytest.mark.parametrize(
    "card", [{"task": 3, "scores": [1], "steps": "x"}, {"task": None, "scores": {}}, {"scores": {"a": None, "b": True}}]
)
def test_list_is_not_stopped_by_fields_of_the_wrong_kind(run, folder, card):
    path = folder / "gru.copy.seed1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | card))
    code, out, err = run("list", "gru.copy", "--folder", folder)
    assert (code, err) == (0, "")
    assert [rows(out)[0][column] for column in ("task", "steps", "measure", "score")] == ["", "", "", ""]


def test_an_empty_folder_has_no_weights_and_says_so(run, tmp_path):
    code, out, err = run("list", "--folder", tmp_path)
    assert (code, rows(out)) == (0, [])
    assert err == f"there are no weights in {tmp_path}\n"
    assert run("verify", "--folder", tmp_path) == (0, "", err)


def test_a_folder_or_kind_that_does_not_exist_is_one_line(run, folder):
    for command in ("list", "verify"):
        code, out, err = run(command, "--folder", folder / "nowhere")
        assert (code, out) == (2, "")
        assert err.startswith("UsageError: there is no folder ")
        code, out, err = run(command, "lstm.sett", "--folder", folder)
        assert (code, out) == (2, "")
        assert err.startswith("UnknownName: there are no weights 'lstm.sett'. Did you mean 'lstm.set'?")


def test_verify_says_that_everything_is_as_recorded(run, folder):
    assert run("verify", "--folder", folder) == (0, "", "3 weights files are as their cards say\n")
    assert run("verify", "lstm.set.seed2", "--folder", folder) == (0, "", "the weights are as their card says\n")


def test_verify_names_the_file_that_is_not_the_one_recorded_and_exits_with_seven(run, folder):
    spoil(folder, "lstm.set.seed2.safetensors")
    code, out, err = run("verify", "--folder", folder)
    assert (code, out) == (7, "")
    first, second = err.splitlines()
    assert first.startswith(f"ChecksumError: {folder / 'lstm.set.seed2.safetensors'} is not the file")
    assert second == "2 of 3 weights files are as their cards say"
    assert run("verify", "gru.copy", "lstm.set.seed1", "--folder", folder)[0] == 0
    assert run("verify", "gru.copy", "lstm.set", "--folder", folder)[0] == 7


def test_a_missing_file_is_bad_data_and_a_wrong_checksum_goes_before_it(run, folder):
    (folder / "gru.copy.seed1.safetensors").unlink()
    code, _, err = run("verify", "--folder", folder)
    assert code == 3
    assert err.startswith("DataError: cannot read the weights")
    spoil(folder, "lstm.set.seed1.safetensors")
    code, _, err = run("verify", "--folder", folder)
    assert code == 7
    assert err.splitlines()[-1] == "1 of 3 weights files are as their cards say"


def test_the_shipped_weights_are_listed_and_verified_by_default(run):
    assert run("list")[0] == 0
    assert run("verify")[0] == 0


def test_list_reads_cards_without_torch(folder):
    code = (
        "import sys; from memlab.cli import main\n"
        f"sys.argv = ['memlab', 'weights', 'list', '--folder', {str(folder)!r}, '--format', 'json']\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "assert not {'torch', 'safetensors', 'scipy', 'pandas', 'numba'} & set(sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert result.returncode == 0, result.stderr
    assert "lstm.set" in result.stdout
