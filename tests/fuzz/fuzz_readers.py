"""Fuzz the readers: mutated files of every format are read, or refused in one line; anything else is a finding.

    python tests/fuzz/fuzz_readers.py random --seconds 60 [--formats table,embam] [--seed 1]
    python tests/fuzz/fuzz_readers.py atheris --seconds 60 --formats table

``random`` mutates the bytes of the example of each format in the tests. ``atheris`` (Google's coverage-guided fuzzer;
pip install atheris) does so guided by which lines of our readers a mutation reaches, one format at a time. Either
prints how many inputs were tried, and how often one was read, refused or found wanting (each is read twice: as its
format, and as what it looks like), and keeps each finding in ``--keep``; an input that ends the process stays there as
``now``. Not part of the test suite: what is found becomes a test of its own.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import importlib.util
import logging
import os
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

HANGS = 20
"""Seconds after which an input counts as one that never ends."""

WORDS = [
    *(b"0", b"-1", b"88", b"1e308", b"nan", b"inf", b"-", b"1_0", b"1" * 40, b"99999999999999999999"),
    *(b",", b";", b"\t", b'"', b"\n", b"\r", b"\r\n", b"{", b"}", b"[", b"]", b"null", b"\\u0000"),
    *(b"study", b"recall", b"trial_type", b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\x80\x04", b"PK\x03\x04", b"\x1f\x8b"),
]
"""What is put in: numbers at the edge of what is allowed, delimiters, marks of other formats and encodings."""


class Hangs(Exception):
    """An input took too long."""


def examples(folder: Path) -> dict[str, Path]:
    """Write the example of each format, as the tests have them."""
    place = Path(__file__).parents[1] / "data" / "formats" / "conftest.py"
    spec = importlib.util.spec_from_file_location("examples", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {}
    for name, make in module.MAKERS.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        found[name] = make(folder / name)
    return found


class Fuzzed:
    """One format: its place on disk, and what came of the inputs."""

    def __init__(self, name: str, example: Path, keep: Path) -> None:
        self.name, self.example, self.keep = name, example, keep
        self.outcomes: Counter[str] = Counter()
        self.kinds: set[str] = set()
        keep.mkdir(parents=True, exist_ok=True)

    def attempt(self, content: bytes) -> None:
        """Read an input, by the format's name and as whatever it looks like; note what is no answer."""
        from memlab.core.errors import MemlabError
        from memlab.data import import_file

        self.example.write_bytes(content)
        (self.keep / "now").write_bytes(content)
        for format in (self.name, None):
            signal.alarm(HANGS)
            try:
                import_file(self.example, format)
                self.outcomes["read"] += 1
            except MemlabError as error:
                self.outcomes["refused"] += 1
                if len(str(error).splitlines()) != 1:
                    self.found(content, error)
            except (Exception, Hangs) as error:
                self.found(content, error)
            finally:
                signal.alarm(0)
        self.outcomes["inputs"] += 1

    def found(self, content: bytes, error: BaseException) -> None:
        """Keep one input of each kind of finding."""
        self.outcomes["findings"] += 1
        last = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        if kind not in self.kinds:
            self.kinds.add(kind)
            path = self.keep / f"{self.name}-{hashlib.sha256(content).hexdigest()[:12]}{self.example.suffix}"
            path.write_bytes(content)
            print(f"FOUND {kind}: {error!r:.200} in {path}", flush=True)

    def report(self) -> str:
        """Return the counts in one line."""
        names = ("inputs", "read", "refused", "findings")
        return f"{self.name}: " + ", ".join(f"{self.outcomes[name]} {name}" for name in names)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Change a file in one to eight places."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 1, 2, 8, 64)))
        kind = rng.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 2:
            del data[at:end]
        elif kind == 3:
            data[at:at] = rng.choice(WORDS)
        elif kind == 4:
            word = rng.choice(WORDS)
            data[at : at + len(word)] = word
        elif kind == 5:
            data[at:at] = data[at:end] * rng.choice((1, 2, 50))
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def fuzz_random(fuzzed: Fuzzed, seconds: float, seed: int) -> None:
    """Try mutations of the example, and of mutations that were read."""
    rng, corpus, ends = (
        random.Random(f"{seed}-{fuzzed.name}"),
        [fuzzed.example.read_bytes()],
        time.monotonic() + seconds,
    )
    while time.monotonic() < ends:
        content = mutated(rng.choice(corpus), rng)
        before = fuzzed.outcomes["read"]
        fuzzed.attempt(content)
        if fuzzed.outcomes["read"] > before and len(corpus) < 500 and len(content) < 20_000:
            corpus.append(content)


def fuzz_atheris(fuzzed: Fuzzed, seconds: float, seed: int) -> None:
    """Let atheris mutate; it ends the process, so the counts are printed as it goes."""
    import atheris

    corpus = fuzzed.keep / f"corpus-{fuzzed.name}"
    corpus.mkdir(exist_ok=True)
    (corpus / fuzzed.name).write_bytes(fuzzed.example.read_bytes())
    ends = time.monotonic() + seconds

    def one(content: bytes) -> None:
        fuzzed.attempt(content)
        if time.monotonic() > ends:
            print(fuzzed.report(), flush=True)
            os._exit(0)  # anything else atheris takes for a finding

    sizes = ["-max_len=8192", f"-seed={seed}", "-verbosity=0", f"-max_total_time={int(seconds) + 5}"]
    atheris.Setup([sys.argv[0], *sizes, str(corpus)], one)
    atheris.Fuzz()


def instrument() -> None:
    """Import the readers so that atheris sees which of their lines are reached."""
    import atheris

    with atheris.instrument_imports(include=["memlab.data.formats", "memlab.core"]):
        import memlab.data.formats.known

        for known in memlab.data.formats.known.FORMATS.values():
            known.reader()


def main() -> None:
    """Fuzz, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=("random", "atheris"))
    parser.add_argument("--seconds", type=float, default=60, help="for each format")
    parser.add_argument("--formats", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    asked = parser.parse_args()
    faulthandler.enable()
    warnings.simplefilter("ignore")
    logging.disable()
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(Hangs(f"longer than {HANGS} s")))
    if asked.engine == "atheris":
        instrument()
    found = examples(asked.keep / "examples")
    for name in asked.formats.split(",") if asked.formats else found:
        fuzzed = Fuzzed(name, found[name], asked.keep)
        (fuzz_random if asked.engine == "random" else fuzz_atheris)(fuzzed, asked.seconds, asked.seed)
        print(fuzzed.report(), flush=True)


if __name__ == "__main__":
    main()
