"""A network let recall: its responses sampled and fed back to it, and whole sequences made of given responses."""

from __future__ import annotations

import torch
from torch import Tensor

from memlab.models.neural.episodes import FLAGS, recall_input, response_scores, study_inputs
from memlab.models.neural.network import Network
from memlab.models.neural.tasks import Lists

__all__ = [
    "REPEATS_UNIT",
    "before_recall",
    "copied",
    "copy_inputs",
    "given_back",
    "live_outputs",
    "sample_responses",
]

REPEATS_UNIT = 5
"""A network is told to give a list back r times by r / 5 in the repeats channel: small numbers stay of the size of the
other inputs."""


def before_recall(lists: Lists) -> Tensor:
    """Return the inputs of study and delay, (n_steps, n_lists, n_in)."""
    return study_inputs(lists.items, lists.distractors)


def copy_inputs(lists: Lists, *, told: bool, given: Tensor | None = None) -> Tensor:
    """Return the inputs of a copying trial: study, how often to give back (if `told`), and recall.

    Recall has one step more than there is to give back: the one at which to stop.

    Parameters
    ----------
    given : (n_outputs, n_lists, n_features), optional
        The vectors that were given back, from `copied`; without them, silence.

    Returns
    -------
    (n_steps, n_lists, n_in)
    """
    shape = (lists.list_length * lists.repeats + 1, lists.n_lists, lists.items.shape[2])
    previous = lists.items.new_zeros(shape)
    if given is not None:
        previous[1:] = given[:-1]
    return torch.cat([_before_copying(lists, told), recall_input(previous)])


def _before_copying(lists: Lists, told: bool) -> Tensor:
    studied = before_recall(lists)
    if not told:
        return studied
    how_often = torch.zeros_like(studied[:1])
    how_often[..., lists.items.shape[2] + FLAGS.index("repeats")] = lists.repeats / REPEATS_UNIT
    return torch.cat([studied, how_often])


@torch.no_grad()
def copied(network: Network, lists: Lists, generator: torch.Generator, *, told: bool) -> Tensor:
    """Let the network give lists back; the bits that it gives are fed back to it, as responses are in recall.

    A bit is 1 where its logit is above 0. Without feedback the same network does not learn to copy ten vectors within
    thousands of steps; with it, within hundreds.

    Returns
    -------
    (n_outputs, n_lists, n_features), 0 or 1
        With the output at which to stop.
    """
    n_outputs = lists.list_length * lists.repeats + 1
    given = lists.items.new_zeros(n_outputs, lists.n_lists, lists.items.shape[2])
    _, state = network(_before_copying(lists, told), None, generator)
    previous = torch.zeros_like(given[0])
    for k in range(n_outputs):
        outputs, state = network(recall_input(previous)[None], state, generator)
        previous = (outputs[0, :, :-1] > 0).to(given.dtype)
        given[k] = previous
    return given


@torch.no_grad()
def sample_responses(
    network: Network,
    lists: Lists,
    n_outputs: int,
    generator: torch.Generator,
    *,
    stops: bool = True,
    masked: bool = False,
) -> Tensor:
    """Let the network recall, each response drawn from a softmax over items, lures and stopping and fed back.

    Repeats and intrusions are allowed. A list that has stopped goes on stopping. On the CPU the network runs no longer
    than the last list; a GPU would have to wait at every output to know, so there it runs on, to the same responses.

    Parameters
    ----------
    n_outputs
        At most this many responses.
    stops
        Whether stopping is among the responses.
    masked
        Whether lures and what was given before are left out.

    Returns
    -------
    (n_outputs, n_lists) int
        Index into `Lists.candidates`; their number means stopping.
    """
    candidates, n_items = lists.candidates, lists.list_length
    n_lists, stop = lists.n_lists, candidates.shape[1]
    barred = torch.zeros(n_lists, stop + 1, dtype=torch.bool, device=candidates.device)
    barred[:, n_items:stop] = masked
    barred[:, stop] = not stops
    stopped = barred.new_zeros(n_lists)
    responses = torch.full((n_outputs, n_lists), stop, device=candidates.device)
    _, state = network(before_recall(lists), None, generator)
    previous = candidates.new_zeros(n_lists, candidates.shape[2])
    for k in range(n_outputs):
        outputs, state = network(recall_input(previous)[None], state, generator)
        scores = response_scores(outputs[0], candidates).masked_fill(barred, -torch.inf)
        scores[:, stop] = scores[:, stop].masked_fill(barred[:, :stop].all(1), 0.0)  # nothing else is left
        chosen = _drawn(scores.softmax(-1), generator)
        responses[k] = torch.where(stopped, stop, chosen)
        stopped = stopped | (responses[k] == stop)
        if stopped.device.type == "cpu" and stopped.all():
            break
        if masked:
            barred.scatter_(1, responses[k : k + 1].T.clamp(max=stop - 1), True)
        previous = _vectors_of(responses[k], candidates)
    return responses


def _drawn(p: Tensor, generator: torch.Generator) -> Tensor:
    """Return an index drawn from each row of probabilities; of a row of NaN, which `torch.multinomial` refuses, 0."""
    cumulative = p.double().cumsum(-1)
    uniform = torch.rand(len(p), 1, dtype=torch.float64, device=p.device, generator=generator)
    return (cumulative <= uniform * cumulative[:, -1:]).sum(-1).clamp(max=p.shape[1] - 1)


def given_back(lists: Lists, responses: Tensor) -> Tensor:
    """Return the inputs of a whole trial in which these responses were given, (n_steps, n_lists, n_in).

    Parameters
    ----------
    responses : (n_outputs, n_lists) int
        Index into `Lists.candidates`; their number, for stopping, feeds zeros back.
    """
    candidates = lists.candidates
    first = candidates.new_zeros(1, lists.n_lists, candidates.shape[2])
    later = [_vectors_of(given, candidates)[None] for given in responses[:-1]]
    return torch.cat([before_recall(lists), recall_input(torch.cat([first, *later]))])


def _vectors_of(responses: Tensor, candidates: Tensor) -> Tensor:
    """Return the vector of each list's response, zeros for stopping, (n_lists, n_features)."""
    stop = candidates.shape[1]
    vectors = candidates[torch.arange(len(candidates), device=candidates.device), responses.clamp(max=stop - 1)]
    return vectors * (responses < stop).unsqueeze(1)


def live_outputs(responses: Tensor, stop: int) -> Tensor:
    """Return which outputs came before or with the first stop, (n_outputs, n_lists) bool.

    Examples
    --------
    >>> live_outputs(torch.tensor([[0], [9], [9]]), 9).squeeze(1)
    tensor([ True,  True, False])
    """
    stopped_before = (responses[:-1] == stop).cumsum(0) > 0
    return torch.cat([torch.ones_like(responses[:1], dtype=torch.bool), ~stopped_before])
