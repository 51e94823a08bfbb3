"""Checks that the configurations of networks share."""

from __future__ import annotations

from memlab.core.errors import ParameterError

__all__ = ["check_size", "check_truth"]


def check_size(network: str, name: str, value: object) -> None:
    """Refuse a size that is not a whole number of at least 1.

    Raises
    ------
    ParameterError
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ParameterError(f"{network}: {name} must be a whole number of at least 1. Got {value!r} instead.")


def check_truth(network: str, name: str, value: object) -> None:
    """Refuse a switch that is neither True nor False.

    Raises
    ------
    ParameterError
    """
    if not isinstance(value, bool):
        raise ParameterError(f"{network}: {name} must be True or False. Got {value!r} instead.")
