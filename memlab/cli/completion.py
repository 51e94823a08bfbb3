"""What the shell completes: names of models, data sets, analyses and so on; where none fits, it completes files."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["analyses", "commands", "data_sets", "experiments", "formats", "models", "weights"]


def _fitting(incomplete: str, names: Iterable[str]) -> list[str]:
    """Return the names that go on with what was typed; after a comma, with its last part.

    Examples
    --------
    >>> _fitting("tcm,c", ["chance", "cmr", "tcm"])
    ['tcm,chance', 'tcm,cmr']
    """
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in names if name.startswith(last)]


def models(incomplete: str) -> list[str]:
    """Complete a model, or several with commas between."""
    from memlab.models import model_names

    return _fitting(incomplete, model_names())


def data_sets(incomplete: str) -> list[str]:
    """Complete a shipped data set."""
    from memlab.data import list_references

    return _fitting(incomplete, list_references())


def analyses(incomplete: str) -> list[str]:
    """Complete an analysis, or several with commas between."""
    from memlab.runs.analyze import ANALYSES

    return _fitting(incomplete, ANALYSES)


def experiments(incomplete: str) -> list[str]:
    """Complete a named experiment."""
    from memlab.paradigms import EXPERIMENTS, SERIAL_EXPERIMENTS

    return _fitting(incomplete, dict.fromkeys([*EXPERIMENTS, *SERIAL_EXPERIMENTS]))


def formats(incomplete: str) -> list[str]:
    """Complete a format of recalls."""
    from memlab.data.formats.known import FORMATS

    return _fitting(incomplete, FORMATS)


def commands(incomplete: str) -> list[str]:
    """Complete a command that has a configuration."""
    from memlab.cli.init import configurations

    return _fitting(incomplete, configurations())


def weights(incomplete: str) -> list[str]:
    """Complete a kind of trained networks."""
    from memlab.models.neural.card import shipped_weights

    return _fitting(incomplete, shipped_weights())
