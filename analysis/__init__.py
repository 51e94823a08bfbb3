"""Recalls in, tidy tables out: one analysis a concept, the same for people and models.

Names are imported when they are first used: counting a small experiment needs neither pandas nor numba. No module here
has the name of a public function, which it would hide once imported.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Counts": "counts",
    "EndEffects": "list_ends",
    "FillIn": "after_errors",
    "LagRanks": "lag",
    "accuracy_after": "next_places",
    "accuracy_after_counts": "next_places",
    "average": "averages",
    "bootstrap": "intervals",
    "displacement_latency": "serial_timing",
    "end_effects": "list_ends",
    "fill_in": "after_errors",
    "fill_in_counts": "after_errors",
    "intrusion_counts": "recall_errors",
    "intrusions": "recall_errors",
    "irt": "timing",
    "lag_crp": "lag",
    "lag_crp_counts": "lag",
    "lag_rank": "lag",
    "lag_rank_counts": "lag",
    "length_function": "list_lengths",
    "noise_ceiling": "scores",
    "number_recalled": "stopping",
    "number_recalled_by_list": "stopping",
    "pfr": "serial_position",
    "pfr_counts": "serial_position",
    "pli_list_lag": "recall_errors",
    "pnr": "serial_position",
    "pnr_counts": "serial_position",
    "pooled": "averages",
    "primacy_recency": "list_ends",
    "protrusions": "protruding",
    "ranschburg": "repeated_items",
    "repetition_counts": "recall_errors",
    "repetitions": "recall_errors",
    "rmsd": "scores",
    "serial_accuracy": "serial_order",
    "serial_accuracy_counts": "serial_order",
    "serial_error_counts": "serial_order",
    "serial_errors": "serial_order",
    "serial_latency": "serial_timing",
    "spc": "serial_position",
    "spc_counts": "serial_position",
    "stop_counts": "stopping",
    "stop_probability": "stopping",
    "t_interval": "intervals",
    "transposition_counts": "serial_order",
    "transposition_gradient": "serial_order",
    "within_subject": "intervals",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module(f"memlab.analysis.{_PUBLIC[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'memlab.analysis' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
