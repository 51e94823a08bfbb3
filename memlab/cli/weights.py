"""``memlab weights``: trained networks that we ship or that a folder has: what they are, and whether they are whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from memlab.cli import completion
from memlab.cli.help_pages import MemlabCommand, subcommands
from memlab.cli.options import TableStyle

__all__ = ["app"]

app = subcommands("List and check the weights of trained networks.")

Folder = Annotated[Path | None, typer.Option("--folder", help="Where to look. [the weights that memlab ships]")]

SCORE = "recalled"
"""The score that is listed where a card has several; otherwise its first."""

CHECKSUM = 7
"""Exit code of a file that is not the one recorded; it goes before that of any other failure."""


@app.command("list", cls=MemlabCommand)
def list_weights(
    name: Annotated[
        str | None, typer.Argument(help="A kind of weights, to see seed by seed.", autocompletion=completion.weights)
    ] = None,
    folder: Folder = None,
    style: TableStyle = None,
) -> None:
    """List trained networks: memlab weights list, or memlab weights list dnc.set.

    Of one kind, seed by seed; of all, one row a kind: steps, seconds and score are means over its seeds, bytes the sum.
    """
    from memlab.cli.console import say, show_table
    from memlab.models.neural.card import find_weights, shipped_weights, weights_folder, weights_in

    if name is None:
        paths = weights_in(folder)
        rows = [
            _row(kind, seeds, [paths[f"{kind}.seed{seed}"] for seed in seeds])
            for kind, seeds in shipped_weights(folder).items()
        ]
    else:
        single = {stem.rpartition(".seed"): path for stem, path in find_weights(name, folder).items()}
        rows = [_row(kind, (int(seed),), [path]) for (kind, _, seed), path in single.items()]
    if not rows:
        say(f"there are no weights in {folder or weights_folder()}")
    show_table({column: [row[column] for row in rows] for column in _row("", (), [])}, style, "weights")


def _row(kind: str, seeds: Sequence[int], paths: list[Path]) -> dict[str, Any]:
    """Return a row of the table: what one seed or several of a kind have in common."""
    cards = [_card(path) for path in paths]
    task = [card["task"] if isinstance(card.get("task"), dict) else {} for card in cards]
    scores = [_score(card) for card in cards]
    return {
        "name": kind,
        "seeds": ",".join(map(str, seeds)),
        "network": _same(card.get("network") for card in cards),
        "task": _same(one.get("paradigm") for one in task),
        "objective": _same(one.get("objective") for one in task),
        "lengths": _same(map(_lengths, cards, task)),
        "steps": _mean([card.get("steps") for card in cards], digits=0),
        "seconds": _mean([card.get("seconds") for card in cards], digits=0),
        "measure": _same(name for name, _ in scores),
        "score": _mean([value for _, value in scores], digits=6),
        "bytes": sum(_size(path) for path in paths),
    }


def _card(path: Path) -> dict[str, Any]:
    """Return a card; of one that cannot be read, what is wrong with it on stderr, and nothing."""
    from memlab.cli.console import failure
    from memlab.core.errors import DataError
    from memlab.models.neural.card import read_card

    try:
        return read_card(f"{path}.json", whole=False)
    except DataError as error:
        failure("DataError", str(error), error.exit_code)
        return {}


def _size(path: Path) -> int:
    weights = Path(f"{path}.safetensors")
    return weights.stat().st_size if weights.is_file() else 0


def _lengths(card: dict[str, Any], task: dict[str, Any]) -> str | None:
    """Return the lengths of the lists trained on: ``1-12``."""
    match card.get("trained_lengths", task.get("lengths")):
        case [low, high]:
            return str(low) if low == high else f"{low}-{high}"
        case _:
            return None


def _score(card: dict[str, Any]) -> tuple[str | None, float | None]:
    """Return one score on fresh lists, with its name."""
    scores = card.get("scores")
    usable = {name: value for name, value in scores.items() if _number(value)} if isinstance(scores, dict) else {}
    name = SCORE if SCORE in usable else next(iter(usable), None)
    return name, usable.get(name)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(values: Any) -> str | None:
    """Return what all seeds share; several are named, none is None."""
    return ", ".join(dict.fromkeys(str(value) for value in values if value is not None)) or None


def _mean(values: Sequence[Any], digits: int) -> float | int | None:
    from statistics import fmean

    known = [float(value) for value in values if _number(value)]
    if not known:
        return None
    return round(fmean(known), digits) if digits else round(fmean(known))


@app.command("verify", cls=MemlabCommand)
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Kinds (dnc.set) or single seeds (dnc.set.seed1). [all]", autocompletion=completion.weights
        ),
    ] = None,
    folder: Folder = None,
) -> int:
    """Check weights against their cards, checksum, shapes and values: memlab weights verify."""
    from memlab.cli.console import say
    from memlab.models.neural.card import find_weights, weights_folder, weights_in

    found: dict[str, Path] = {}
    for name in names or []:
        found |= find_weights(name, folder)
    if not names:
        found = weights_in(folder)
    if not found:
        say(f"there are no weights in {folder or weights_folder()}")
        return 0
    failures = [code for path in found.values() if (code := _verify(path))]
    if failures:
        say(f"{len(found) - len(failures)} of {len(found)} weights files are as their cards say")
        return CHECKSUM if CHECKSUM in failures else failures[0]
    say(
        f"{len(found)} weights files are as their cards say" if len(found) > 1 else "the weights are as their card says"
    )
    return 0


def _verify(path: Path) -> int:
    """Check one file; return 0, or say what is wrong and return the exit code."""
    from memlab.cli.console import failure
    from memlab.core.errors import MemlabError
    from memlab.models.neural.weights import verify_weights

    try:
        verify_weights(path)
    except MemlabError as error:
        return failure(type(error).__name__, str(error), error.exit_code)
    return 0
