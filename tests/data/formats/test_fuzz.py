"""Damaged files of every format, for a minute: each is read or refused in one line, and validated alike."""

import os
import random
import time
import warnings

import pytest

from memlab.core.errors import MemlabError
from memlab.data import FORMATS, check_file, import_file

SECONDS, SEED = float(os.environ.get("MEMLAB_FUZZ_SECONDS", 60)), int(os.environ.get("MEMLAB_FUZZ_SEED", 1))
TOKENS = [
    *(b"nan", b"inf", b"-1", b"0", b"1e400", b"99999999999999999999", b"-999", b"1.5", b"1_0", b"02"),
    *(b"", b'"', b",", b";", b"\t", b"\n", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf"),
    *(b"null", b"[]", b"{}", b"true", b"study", b"recall", b"REC_WORD", b"(omission)"),
]


def damaged(content, rng):
    """Return a copy with bytes changed, cut out, put in or doubled."""
    content = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 6, 20])):
        at, how = rng.randrange(len(content) + 1), rng.random()
        if how < 0.35 and at < len(content):
            content[at] = rng.randrange(256)
        elif how < 0.5:
            del content[at : at + rng.choice([1, 2, 8, 64])]
        elif how < 0.85:
            content[at : at + rng.choice([0, 0, 1, 2, 3])] = rng.choice(TOKENS)
        elif how < 0.92:
            content[at:at] = content[rng.randrange(len(content) + 1) :][:80]
        else:
            del content[at:]
    return bytes(content)


@pytest.mark.slow
def test_no_damage_does_more_than_refuse_a_file(make, tmp_path):
    rng = random.Random(SEED)
    files = {}
    for name in FORMATS:
        (tmp_path / name).mkdir()
        path = make(name, tmp_path / name)
        files[name] = (path, path.read_bytes())
    counts = {"read": 0, "refused": 0}
    end = time.monotonic() + SECONDS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while time.monotonic() < end:
            name = rng.choice(list(files))
            path, content = files[name]
            path.write_bytes(damaged(content, rng))
            formats = (name,) if rng.random() < 0.6 else ()
            counts["refused" if refused(path, formats) else "read"] += 1
    print(f"{sum(counts.values())} damaged files, seed {SEED}: {counts}")
    assert min(counts.values()) > 10


def refused(path, formats):
    """Return whether a file is refused, in one line; validation must find an error just then."""
    message = kind = None
    try:
        import_file(path, *formats)
    except MemlabError as error:
        message = str(error)
    try:
        kind, _, problems = check_file(path, *formats)
    except MemlabError:
        kind = None
    assert message is None or len(message.splitlines()) == 1
    assert kind is not None or message is not None
    assert kind is None or bool(problems.errors) == (message is not None), path.read_bytes()
    return message is not None
