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
    from memlab.cli.console import begin, owes_json, result_document, tell_data_warnings

    _draw_into_files()
    _have_streams()
    tell_data_warnings()
    _print_anything()
    arguments = _anywhere_first(sys.argv[1:])
    asks_for_help = {"--help", "-h", "--version", "--show-completion"} & set(arguments)
    begin(json="--json" in arguments[: len(ANYWHERE)] and not asks_for_help)
    code = _run(arguments)
    sys.exit(_print_rest(result_document(code) + "\n" if owes_json() else "", code))


def _print_rest(document: str, code: int) -> int:
    """Print what is left to print and return the exit code; a reader who has gone is no failure."""
    try:
        sys.stdout.write(document)
        sys.stdout.flush()
    except BrokenPipeError:
        _print_no_more()
    except OSError as error:
        return _of_the_system(error)
    return code


def _print_no_more() -> None:
    """Let what is still to be printed go nowhere: at its end, Python would try it again and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _draw_into_files() -> None:
    """Let matplotlib take nothing else from the environment: a backend that is not there, a date that is none."""
    os.environ["MPLBACKEND"] = "agg"
    os.environ.pop("SOURCE_DATE_EPOCH", None)


def _have_streams() -> None:
    """Put something in the place of an output that is closed, where Python has None: data is refused, talk is lost."""
    for name, mode in (("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, mode), "w", encoding="utf-8"))


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
        message = error.format_message().replace("\n", " ").replace("Value error, ", "")
        page = getattr(getattr(error, "ctx", None), "command_path", None) or "memlab"
        return failure("UsageError", f"{message} See: {page} --help".lstrip(), error.exit_code)
    if isinstance(error, typer.Abort):
        return failure("Interrupted", "what was finished is kept.", INTERRUPTED)
    if verbose():
        raise error
    if isinstance(error, OSError):
        return _of_the_system(error)
    if isinstance(error, MemoryError):
        return failure("UsageError", "there is not enough memory for this. Ask for less at a time.", USAGE)
    what = f"{type(error).__name__}: {error}".replace("\n", " ")
    return failure(
        "Bug", f"{what} (this is our mistake; run it again with --verbose and report what it prints)", OUR_BUG
    )


def _of_the_system(error: OSError) -> int:
    """Report what the system refuses, which is no bug of ours: a full disk, a name too long, too many open files."""
    from memlab.cli.console import failure

    why = error.strerror or str(error) or type(error).__name__
    if error.filename is not None:
        return failure("UsageError", f"{_short(str(error.filename))}: {why}.", USAGE)
    if error.errno not in NOT_WRITTEN:
        return failure("UsageError", f"the system refuses: {why}.", USAGE)
    _print_no_more()
    return failure("UsageError", f"cannot write the output: {why}. Make room, or write elsewhere.", USAGE)


NOT_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""What a system says when it cannot write: a full disk or share, a limit, a damaged disk, a closed output."""


def _short(name: str) -> str:
    return name if len(name) <= LONG else f"{name[: LONG // 2]}…{name[-LONG // 2 :]}"


LONG = 100
"""Letters of a name that a message shows."""
