"""Where a file stops being UTF-8 is named, by row and byte, in a small file and in a large one."""

import pytest

from memlab.core import not_utf8 as module
from memlab.core.errors import DataError
from memlab.core.not_utf8 import not_utf8
from memlab.core.table import read_table


@pytest.mark.parametrize("block", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"item\ncaf\xe9\n", "row 2: it is not UTF-8 text (byte 9, 0xE9)"),
        ("ä\nö\n".encode() + b"\xc3(", "row 3: it is not UTF-8 text (byte 7, 0xC3)"),
        ("ä\nö".encode()[:-1], "row 2: it is not UTF-8 text (byte 4, 0xC3)"),
    ],
)
def test_the_row_and_the_byte_are_named(tmp_path, monkeypatch, block, content, place):
    monkeypatch.setattr(module, "BLOCK", block)
    path = tmp_path / "class.csv"
    path.write_bytes(content)
    assert str(not_utf8(path)) == f"class.csv, {place}. Save the file as UTF-8."


def test_in_a_large_file_they_are_those_of_the_file_and_not_of_a_part_of_it(tmp_path):
    path = tmp_path / "class.csv"
    rows = ["subject,list,trial_type,position,item", *(f"{i},1,study,1,cat" for i in range(20_000))]
    content = "\n".join(rows).encode() + b"\n1,2,study,1,caf\xe9\n"
    path.write_bytes(content)
    with pytest.raises(
        DataError, match=rf"class\.csv, row 20002: it is not UTF-8 text \(byte {len(content) - 1}, 0xE9"
    ):
        read_table(path)
