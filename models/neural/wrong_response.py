"""What a network gives next when a wrong response of its own is put to it: does it go on from there, or in place?

At one place of each list the response that the network sees next is replaced by an item from further on. A chain that
is cued by responses goes on with the item after it; a network that keeps its own place, with the item that is due.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from memlab.core.errors import UsageError
from memlab.models.neural.episodes import recall_input, response_scores
from memlab.models.neural.evaluation import streams
from memlab.models.neural.network import Network
from memlab.models.neural.rollout import before_recall
from memlab.models.neural.tasks import Lists, Task, draw_lists
from memlab.models.neural.threads import one_thread
from memlab.models.neural.weights import load_network

__all__ = ["NEXT", "after_wrong_response"]

Ints = NDArray[np.int64]

NEXT = ("successor", "due", "displaced")
"""What may come next: the item after the wrong one, the one due at the next place, the one that the wrong one took the
place of. Where the wrong item is the one due next, giving it again is ``due``."""

SHORTEST = 3
"""Items a list: one that is displaced, one that comes in its place, one that follows that."""


def after_wrong_response(
    stem: str | Path, list_length: int, n_lists: int, seed: int, **changes: Any
) -> dict[str, NDArray[Any]]:
    """Return what comes next after a wrong response that was put to a network, by how far too early the item came.

    Place and item are drawn at random for each list: the item is one from later in the list, but not its last.

    Parameters
    ----------
    stem
        Weights of a network trained to give lists back in order.
    list_length
        At least 3.
    n_lists, seed
        The same lists, places and items for the same seed, whatever the network.
    changes
        Of the network's configuration: ``links=False``.

    Returns
    -------
    ``lag`` : (list_length - 2,) places by which the item came too early
    ``successor``, ``due``, ``displaced`` : (list_length - 2,) share of lists; see `NEXT`
    ``lists`` : (list_length - 2,)

    Raises
    ------
    UsageError
        Lists that are too short.
    """
    if list_length < SHORTEST:
        raise UsageError(f"a wrong response needs lists of at least {SHORTEST} items. Got {list_length} instead.")
    network, card = load_network(stem)
    network = network.with_config(**changes) if changes else network
    rng, generator = streams(seed, "wrong response", list_length)
    lists = draw_lists(Task(**card["task"]), n_lists, list_length, rng)
    place = rng.integers(0, list_length - 2, n_lists)
    wrong = rng.integers(place + 1, list_length - 1)
    following = _following(network, lists, place, wrong, generator)
    return _by_lag(following, place, wrong, list_length)


@torch.no_grad()
def _following(network: Network, lists: Lists, place: Ints, wrong: Ints, generator: torch.Generator) -> Ints:
    """Return the response at the place after the one at which a wrong item is put in, from 0, (n_lists,)."""
    following = np.full(lists.n_lists, -1)
    everyone = torch.arange(lists.n_lists)
    with one_thread():
        _, state = network(before_recall(lists), None, generator)
        previous = torch.zeros_like(lists.candidates[:, 0])
        for k in range(int(place.max()) + 2):
            outputs, state = network(recall_input(previous)[None], state, generator)
            p = response_scores(outputs[0], lists.candidates)[:, :-1].softmax(-1)
            given = torch.multinomial(p, 1, generator=generator).squeeze(1)
            following = np.where(place + 1 == k, given.numpy(), following)
            given = torch.where(torch.from_numpy(place == k), torch.from_numpy(wrong), given)
            previous = lists.candidates[everyone, given]
    return following


def _by_lag(following: Ints, place: Ints, wrong: Ints, list_length: int) -> dict[str, NDArray[Any]]:
    lags = np.arange(1, list_length - 1)
    found = {"successor": following == wrong + 1, "due": following == place + 1, "displaced": following == place}
    at = [wrong - place == lag for lag in lags]
    shares = {
        name: np.array([hit[rows].mean() if rows.any() else np.nan for rows in at]) for name, hit in found.items()
    }
    return {"lag": lags, **shares, "lists": np.array([int(rows.sum()) for rows in at])}
