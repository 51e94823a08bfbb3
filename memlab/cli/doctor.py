"""``memlab doctor``: whether this machine has what memlab needs, and what to do where it has not."""

from __future__ import annotations

from memlab.cli.options import TableStyle

__all__ = ["doctor"]


def doctor(style: TableStyle = None) -> int:
    """Check versions, devices, caches, data and folders: memlab doctor.

    Ends with 0 where nothing is broken; warnings are no failure. Otherwise with the exit code of the first problem: 2
    something cannot be written, 3 shipped data are not readable, 5 a library is missing.
    """
    from memlab.cli.console import say, show_table
    from memlab.health import STATES, examined

    found = examined()
    columns = {name: [getattr(check, name) for check in found] for name in ("state", "check", "found", "advice")}
    show_table(columns, style, "checks")
    counts = {state: sum(check.state == state for check in found) for state in STATES}
    say(", ".join(f"{number} {state}" for state, number in counts.items() if number), counts=counts)
    return next((check.exit_code for check in found if check.state == "problem"), 0)
