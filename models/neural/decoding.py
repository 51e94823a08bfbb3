"""Decoding: how a network's outputs become responses, and how probable given responses are.

At a recall step the network sees its own last response and gives a score to every candidate: the list's items, lures
that were not studied, and stopping. Probabilities are a softmax of the scores over a temperature. In serial recall
there is a response at every place and no stopping; a place may be left blank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from memlab.models.neural.episodes import recall_input, response_scores
from memlab.models.neural.network import Network, State, select

__all__ = ["BLANK", "Candidates", "given_at_places", "given_responses", "sampled_at_places", "sampled_responses"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STOPPED = -1
"""A response that is no candidate."""

BLANK = -1
"""The same in serial recall: nothing at this place."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """What can be given as a response.

    Attributes
    ----------
    vectors : (n_lists, n_candidates, n_features)
        The list's items in the order of study, then lures.
    n_items : int
        How many of them are the list's.
    absent : (n_lists, n_candidates) bool
        Candidates that cannot be given.
    stops : bool
        Whether the network was trained to stop; one that was not gives as many responses as the list has items.
    """

    vectors: Tensor
    n_items: int
    absent: NDArray[np.bool_]
    stops: bool

    def select(self, lists: Ints) -> Candidates:
        """Return those of some lists."""
        return Candidates(self.vectors[torch.from_numpy(lists)], self.n_items, self.absent[lists], self.stops)


def sampled_responses(
    network: Network,
    state: State,
    candidates: Candidates,
    *,
    temperature: float,
    masked: bool,
    rng: np.random.Generator,
    generator: torch.Generator | None = None,
    most: int | None = None,
) -> Ints:
    """Sample responses until the network stops.

    Recall ends at a stop, or after twice as many responses as there are items. `masked` leaves out lures and what was
    given before, and ends recall when nothing is left; it is the process that `given_responses` gives the probability
    of. After `most` responses no more are sampled.

    Returns
    -------
    (n_lists, n_outputs) int
        Index of a candidate, or -1 after the end.
    """
    n_lists, n_items = len(candidates.vectors), candidates.n_items
    n_outputs = n_items if masked or not candidates.stops else 2 * n_items
    n_outputs = n_outputs if most is None else min(n_outputs, most)
    responses = np.full((n_lists, n_outputs), STOPPED)
    rows, barred = np.arange(n_lists), _barred_at_first(candidates, masked)
    previous = torch.zeros(n_lists, candidates.vectors.shape[-1], dtype=candidates.vectors.dtype)
    for k in range(n_outputs):
        outputs, state = network(recall_input(previous)[None], state, generator)
        log_p = _log_probabilities(outputs[0], candidates, barred, temperature)
        chosen = _sampled(log_p, rng)
        going = np.flatnonzero(chosen < log_p.shape[1] - 1)
        responses[rows[going], k] = chosen[going]
        if not len(going):
            break
        if masked:
            barred[np.arange(len(chosen))[going], chosen[going]] = True
        if len(going) < len(rows):  # lists that have stopped are dropped
            rows, barred, chosen = rows[going], barred[going], chosen[going]
            candidates, state = candidates.select(going), select(state, torch.from_numpy(going))
        previous = candidates.vectors[torch.arange(len(rows)), torch.from_numpy(chosen)]
    return responses


def given_responses(
    network: Network,
    state: State,
    candidates: Candidates,
    responses: Ints,
    ended: NDArray[np.bool_],
    temperature: float,
) -> Floats:
    """Return the log-probability of given responses, (n_lists,), nats, over items not yet given and stopping.

    Parameters
    ----------
    responses : (n_lists, n_outputs) int
        Indices of items without repeats, -1 after the last.
    ended : (n_lists,) bool
        Whether the end of recall was seen; where it was not, there is no factor for stopping.
    """
    n_lists, n_outputs = responses.shape
    total, barred = np.zeros(n_lists), _barred_at_first(candidates, True)
    previous = torch.zeros(n_lists, candidates.vectors.shape[-1], dtype=candidates.vectors.dtype)
    everyone = np.arange(n_lists)
    for k in range(n_outputs):
        outputs, state = network(recall_input(previous)[None], state)
        log_p = _log_probabilities(outputs[0], candidates, barred, temperature)
        stop, going = log_p.shape[1] - 1, responses[:, k] >= 0
        before = going if k == 0 else responses[:, k - 1] >= 0
        at_end = ended & ~going & (before if k else True)
        total[going] += log_p[everyone[going], responses[going, k]]
        total[at_end] += log_p[at_end, stop]
        if not going.any():
            break
        barred[everyone[going], responses[going, k]] = True
        given = torch.from_numpy(np.maximum(responses[:, k], 0))
        previous = candidates.vectors[torch.arange(n_lists), given]
    return total


def sampled_at_places(
    network: Network,
    state: State,
    candidates: Candidates,
    *,
    blank: float,
    temperature: float,
    masked: bool,
    rng: np.random.Generator,
    generator: torch.Generator | None = None,
) -> Ints:
    """Sample a response at each place of serial recall.

    A place is left blank with a given probability; a candidate is drawn for it elsewhere. After a blank the network
    sees zeros, as before its first response. `masked` makes a blank of a lure and of an item that was given before: it
    is the process that `given_at_places` gives the probability of.

    Returns
    -------
    (n_lists, n_items) int
        Index of a candidate, or `BLANK`.
    """
    n_lists, barred = len(candidates.vectors), _barred_at_first(candidates, masked=False)
    missed, rows = _missed_at_first(candidates), np.arange(n_lists)
    responses = np.full((n_lists, candidates.n_items), BLANK)
    for k in range(candidates.n_items):
        previous = _vectors_of(candidates, responses[:, k - 1] if k else np.full(n_lists, BLANK))
        outputs, state = network(recall_input(previous)[None], state, generator)
        chosen = _sampled(_log_probabilities(outputs[0], candidates, barred, temperature), rng)
        nothing = rng.random(n_lists) < blank
        if masked:
            nothing |= missed[rows, chosen]
            missed[rows[~nothing], chosen[~nothing]] = True
        responses[:, k] = np.where(nothing, BLANK, chosen)
    return responses


def given_at_places(
    network: Network, state: State, candidates: Candidates, responses: Ints, *, blank: float, temperature: float
) -> Floats:
    """Return the log-probability of what is given at each place of serial recall, (n_lists,), nats.

    That of a blank is the probability of leaving the place blank, of a lure, and of an item that was given before.

    Parameters
    ----------
    responses : (n_lists, n_items) int
        Indices of items without repeats, or `BLANK`.
    """
    n_lists, barred = len(responses), _barred_at_first(candidates, masked=False)
    missed, rows, total = _missed_at_first(candidates), np.arange(n_lists), np.zeros(n_lists)
    log_blank, log_filled = np.log(np.array([blank, 1 - blank]), where=[blank > 0, blank < 1], out=np.full(2, -np.inf))
    for k in range(candidates.n_items):
        previous = _vectors_of(candidates, responses[:, k - 1] if k else np.full(n_lists, BLANK))
        outputs, state = network(recall_input(previous)[None], state)
        log_p = _log_probabilities(outputs[0], candidates, barred, temperature)
        log_missed = np.logaddexp.reduce(np.where(missed, log_p, -np.inf), axis=1)
        item = responses[:, k]
        empty = np.logaddexp(log_blank, log_filled + log_missed)
        total += np.where(item == BLANK, empty, log_filled + log_p[rows, item])
        missed[rows[item >= 0], item[item >= 0]] = True
    return total


def _missed_at_first(candidates: Candidates) -> NDArray[np.bool_]:
    """Return which candidates count as no item of the list: the lures, (n_lists, n_candidates + 1)."""
    missed = np.zeros((len(candidates.absent), candidates.absent.shape[1] + 1), dtype=bool)
    missed[:, candidates.n_items : -1] = True
    return missed


def _vectors_of(candidates: Candidates, responses: Ints) -> Tensor:
    """Return the vector of each list's response, zeros for a blank, (n_lists, n_features)."""
    given = torch.from_numpy(responses)
    vectors = candidates.vectors[torch.arange(len(responses)), given.clamp(min=0)]
    return vectors * (given >= 0).unsqueeze(1)


def _barred_at_first(candidates: Candidates, masked: bool) -> NDArray[np.bool_]:
    """Return which candidates cannot be given, (n_lists, n_candidates + 1)."""
    barred = np.zeros((len(candidates.absent), candidates.absent.shape[1] + 1), dtype=bool)
    barred[:, :-1] = candidates.absent
    if masked:
        barred[:, candidates.n_items : -1] = True
    barred[:, -1] = not candidates.stops
    return barred


def _log_probabilities(output: Tensor, candidates: Candidates, barred: NDArray[np.bool_], temperature: float) -> Floats:
    """Return log-probabilities of candidates and stop, (n_lists, n_candidates + 1); of stop alone at the end."""
    scores = response_scores(output, candidates.vectors).double().numpy() / temperature
    scores[barred] = -np.inf
    nothing = np.isneginf(scores).all(axis=1)
    scores[nothing, -1] = 0.0
    scores -= scores.max(axis=1, keepdims=True)
    log_p: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return log_p


def _sampled(log_p: Floats, rng: np.random.Generator) -> Ints:
    """Return one index a list, drawn from the probabilities, (n_lists,)."""
    cumulative = np.exp(log_p).cumsum(axis=1)
    threshold = rng.random(len(log_p))[:, None] * cumulative[:, -1:]
    return np.asarray((cumulative <= threshold).sum(axis=1), dtype=np.int64)
