"""How a list is put to a network: what goes in at each step, and how an output is read as a response.

A step's input is ``[item (n_features); study; delay; recall; repeats]``: an item with the study flag, a distractor
with the delay flag, the network's own last response (zeros at first) with the recall flag. An output is ``[query
(n_features); stop]``: a candidate's score is the dot product of the query with its vector, and the last score is that
of stopping. For items of zeros and ones this score is, up to a constant, the log-probability of the item's bits under
independent logits, so that networks trained on bits are read in the same way.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["FLAGS", "input_size", "output_size", "recall_input", "response_scores", "scheduled_inputs", "study_inputs"]

FLAGS = ("study", "delay", "recall", "repeats")
"""Channels after the item's features."""


def input_size(n_features: int) -> int:
    """Return the number of input channels for items of ``n_features``."""
    return n_features + len(FLAGS)


def output_size(n_features: int) -> int:
    """Return the number of output channels: a query and a stop logit."""
    return n_features + 1


def _step(vectors: Tensor, flag: str, value: float = 1.0) -> Tensor:
    """Return one input, or several: (…, n_features) -> (…, n_in)."""
    flags = vectors.new_zeros(*vectors.shape[:-1], len(FLAGS))
    flags[..., FLAGS.index(flag)] = value
    return torch.cat([vectors, flags], dim=-1)


def study_inputs(items: Tensor, distractors: Tensor | None = None) -> Tensor:
    """Return the inputs of the study phase.

    Parameters
    ----------
    items : (n_lists, list_length, n_features)
    distractors : (n_steps, n_lists, n_features), optional
        What fills the delay before recall.

    Returns
    -------
    (list_length + n_steps, n_lists, n_in)
    """
    studied = _step(items.transpose(0, 1), "study")
    return studied if distractors is None else torch.cat([studied, _step(distractors, "delay")])


def scheduled_inputs(items: Tensor, distractors: Tensor, steps: list[int]) -> Tensor:
    """Return the inputs of a study phase with distraction anywhere.

    Parameters
    ----------
    items : (n_lists, list_length, n_features)
    distractors : (sum of steps, n_lists, n_features)
        In the order in which they come.
    steps : list of list_length + 1 int
        Steps of distraction before each item and, last, before recall.

    Returns
    -------
    (list_length + sum of steps, n_lists, n_in)
    """
    studied, filled = study_inputs(items), list(torch.split(_step(distractors, "delay"), steps))
    return torch.cat([part for i, filler in enumerate(filled) for part in (filler, studied[i : i + 1])])


def recall_input(previous: Tensor) -> Tensor:
    """Return the input of a recall step, (…, n_in), from the vector of the last response, (…, n_features)."""
    return _step(previous, "recall")


def response_scores(outputs: Tensor, candidates: Tensor) -> Tensor:
    """Return the score of each candidate response and, last, of stopping.

    Parameters
    ----------
    outputs : (…, n_lists, n_features + 1)
    candidates : (n_lists, n_candidates, n_features)

    Returns
    -------
    (…, n_lists, n_candidates + 1)
        Logits.
    """
    query, stop = outputs[..., :-1], outputs[..., -1:]
    scores = torch.einsum("...ld,lcd->...lc", query, candidates)
    return torch.cat([scores, stop], dim=-1)
