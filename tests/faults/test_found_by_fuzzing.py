"""What fuzzing found: each input that once crashed a reader is read, or refused in one line."""

import pytest

from memlab.core.errors import DataError
from memlab.data import import_file

FRAME = "*** LogFrame Start ***\nWord: cat\n*** LogFrame End ***\n"


@pytest.mark.parametrize("level", ["", "Level: 0\n", "Level: 99\n"])
def test_a_log_frame_of_no_level_is_one_of_the_outermost(tmp_path, level):
    path = tmp_path / "eprime.txt"
    path.write_text(level + FRAME + "Level: 1\n" + FRAME)
    (tmp_path / "eprime.txt.columns.toml").write_text('subject = "Subject"\nlist = "Block"\n')
    with pytest.raises(DataError) as told:
        import_file(path, "eprime")
    assert len(str(told.value).splitlines()) == 1
