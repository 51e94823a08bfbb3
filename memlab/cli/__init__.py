"""The command line, one file a command. Each command imports what it uses when it is run."""

from __future__ import annotations

import errno
import os
import sys

from memlab.core.errors import MemlabError

__all__ = ["main"]

INTERRUPTED, USAGE, OUR_BUG = 130, 2, 1
"""Exit codes of Ctrl-C, of a call without a command, and of an error that memlab did not foresee."""


def main() -> None:
    """Run the command line; every mistake of the user is one line on stderr and an exit code (see `core.errors`)."""
    from memlab.cli.console import begin, result_document, tell_data_warnings, wants_json

    tell_data_warnings()
    _print_anything()
    arguments = _anywhere_first(sys.argv[1:])
    asks_for_help = {"--help", "-h", "--version", "--show-completion"} & set(arguments)
    begin(json="--json" in arguments[: len(ANYWHERE)] and not asks_for_help)
    code = _run(arguments)
    if wants_json():
        _print_result(result_document(code))
    sys.exit(code)


def _print_result(document: str) -> None:
    """Print the result; a reader who has gone is no failure."""
    try:
        print(document, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    from memlab.cli.console import failure

    try:
        from memlab.cli.app import app

        return app(arguments, prog_name="memlab", standalone_mode=False) or 0
    except MemlabError as error:
        return failure(type(error).__name__, str(error), error.exit_code)
    except KeyboardInterrupt:
        return failure("Interrupted", "what was finished is kept.", INTERRUPTED)
    except Exception as error:
        return _other(error)


def _print_anything() -> None:
    """Let no letter be one that the terminal's encoding cannot print: it is written as its code, ``\\u2013``."""
    for stream in (sys.stdout, sys.stderr):
        if (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


ANYWHERE = ("--quiet", "-q", "--verbose", "-v", "--json")


def _anywhere_first(arguments: list[str]) -> list[str]:
    """Let ``--quiet``, ``--verbose`` and ``--json`` stand anywhere: ``memlab compare … --quiet``."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    found = list(dict.fromkeys(word for word in own if word in ANYWHERE))
    return found + [word for word in own if word not in ANYWHERE] + arguments[len(own) :]


def _other(error: Exception) -> int:
    """Report a wrong call that Typer found, or a bug of ours."""
    import typer

    from memlab.cli.console import failure, verbose

    if type(error).__name__ == "NoArgsIsHelpError":  # a class of Typer's own; its message is the help
        print(error, file=sys.stderr)
        return USAGE
    if isinstance(error, typer.TyperException):
        message = error.format_message().replace("\n", " ")
        return failure(
            "UsageError", f"{message} See: memlab --help" if message else "See: memlab --help", error.exit_code
        )
    if isinstance(error, typer.Abort):
        return failure("Interrupted", "what was finished is kept.", INTERRUPTED)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return failure(
            "UsageError", f"cannot write the output: {error.strerror}. Make room, or write elsewhere.", USAGE
        )
    if verbose():
        raise error
    what = f"{type(error).__name__}: {error}".replace("\n", " ")
    return failure(
        "Bug", f"{what} (this is our mistake; run it again with --verbose and report what it prints)", OUR_BUG
    )
