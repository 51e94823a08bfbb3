"""`NeuralModel`: trained networks as recall models, so that they are simulated, compared and scored like any theory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from memlab.core.errors import NotSupported, UnknownName
from memlab.core.lesions import AMOUNTS, Lesion
from memlab.core.model import Model, credited_positions
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import INTRUSION, STOP, Floats, Ints, Recalls, StudyLists
from memlab.core.sequences import ends_observed
from memlab.models.neural.card import find_weights
from memlab.models.neural.decoding import Candidates, given_responses, sampled_responses
from memlab.models.neural.episodes import scheduled_inputs
from memlab.models.neural.lexicon import N_LEXICONS, N_SCORED, distractors, item_vectors, lure_vectors
from memlab.models.neural.network import Network, State, select
from memlab.models.neural.tasks import Task
from memlab.models.neural.threads import one_thread
from memlab.models.neural.weights import load_network

__all__ = ["NeuralLikelihoodModel", "NeuralModel"]

DNC_LESIONS: Mapping[str, str] = {
    "links": "no forward or backward reading: those weights are 0",
    "content": "no content addressing, neither for writing nor for reading: those weights are 0",
    "allocation": "no allocation of free slots: those weights are 0",
    "writes": "nothing is written to memory",
    "controller_state": "the controller's state is as before the list when recall begins",
    "memory": "memory (rows, usage, links, last weights and reads) is as before the list when recall begins",
    "slots": "so many slots of memory",
    "decay": "each step loses this share of every cell of memory",
    "noise": "each step adds Gaussian noise of this SD to every cell of memory",
    "hm": "medial-temporal amnesia, as far as a network has it: memory wiped before recall",
    "kf": "no short-term store, as far as a network has it: controller state wiped before recall",
}
"""What can be taken out of a trained DNC."""

SYNDROMES: Mapping[str, str] = {"hm": "memory", "kf": "controller_state"}

_FIELDS = {
    "links": "links",
    "content": "content",
    "allocation": "allocate",
    "writes": "write",
    "slots": "slots",
    "decay": "decay",
    "noise": "noise",
}
"""Lesion -> the field of the network's configuration that it changes."""

_OWNER = {True: "controller_state", False: "memory"}
"""Whether a state is the controller's -> the lesion that wipes it out."""

CHUNK = 2048
"""Lists that go through a network at a time: more only takes memory."""

TEMPERATURE = Parameter(
    "temperature", 1.0, 0.05, 20.0, "divides every score; above 1 recall is more random", source="1: as it was trained"
)
DISTRACTION = Parameter(
    "distraction_rate",
    0.5,
    0.0,
    10.0,
    "steps of distraction a second of delay",
    "1/s",
    "illustrative, not published: a distractor every 2 s, at the slow rate of Murdock (1962)",
)
LURES = Parameter(
    "lures",
    20,
    0,
    200,
    "items that were not studied but can be recalled",
    source="as many as in training",
    integer=True,
)


@dataclass(frozen=True)
class NeuralModel(Model):
    """Networks of one kind, trained from several seeds.

    Each list is given to one network and put in one lexicon (see `memlab.models.neural.lexicon`), both at random. A
    list is studied an item a step; then the network gives one response a step and sees it at the next one. A response
    is drawn from a softmax over the list's items, items that were not studied and stopping.

    Attributes
    ----------
    network_seed : str
        Which of the networks, or ``"all"``.
    decoder : {"free", "masked"}
        ``"free"``: repeats and intrusions happen and are kept, as people's are; recall ends at the latest after twice
        as many responses as there are items. ``"masked"``: only items not yet recalled, or stopping, under the few
        lexicons that `log_likelihood` is the mean over: the process whose probability that is.
    weights : str
        Name of shipped weights, or a path without seed and ending (``runs/mine`` for ``runs/mine.seed1.safetensors``,
        ``runs/mine.seed2.safetensors``, …) or without ending alone; empty: the model's own.
    """

    network_seed: str = "all"
    decoder: Literal["free", "masked"] = "free"
    weights: str = ""

    own_weights: ClassVar[str]
    has_parameter_count: ClassVar[bool] = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table: what may be changed in a trained network without training it anew."""
        return (TEMPERATURE, DISTRACTION, LURES)

    @property
    def networks(self) -> dict[str, tuple[Network, dict[str, Any]]]:
        """The trained networks and their cards, by seed."""
        return _trained(self.weights or self.own_weights)

    @property
    def seeds(self) -> tuple[str, ...]:  # type: ignore[override]
        """The seeds that networks were trained from."""
        return tuple(self.networks)

    @property
    def trained_lengths(self) -> tuple[int, int] | None:
        """The shortest and longest list that the networks were trained on."""
        return self._task.shortest, self._task.longest

    @property
    def _task(self) -> Task:
        """What the networks were trained on; all on the same."""
        _, card = next(iter(self.networks.values()))
        return Task(**card["task"])

    def _chosen(self) -> list[Network]:
        """Return the networks that take part.

        Raises
        ------
        UnknownName
            No network was trained from that seed.
        """
        known = self.networks
        if self.network_seed not in (*known, "all"):
            raise UnknownName(f"{self.name} has no network of seed", self.network_seed, [*known, "all"])
        seeds = known if self.network_seed == "all" else [self.network_seed]
        return [self._damaged(known[seed][0]) for seed in seeds]

    def _damaged(self, network: Network) -> Network:
        """Return the network with the lesions that are changes of its configuration."""
        changes = {_FIELDS[made.name]: _setting(made) for made in self.damage if made.name in _FIELDS}
        return network.with_config(**changes) if changes else network

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        No more responses are simulated than the experiment kept (`StudyLists.max_responses`).
        """
        position = self._positions(study, values, rng)
        used = int((position != STOP).any(axis=0).sum())
        return Recalls(position[:, : max(used, 1)])

    def _positions(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Ints:
        """Return simulated recalls as positions and codes, (n_lists, 2 list_length)."""
        numbers, networks = self.resolve(values), self._chosen()
        n_lexicons = N_SCORED if self.decoder == "masked" else N_LEXICONS
        which, lexicon = rng.integers(len(networks), size=study.n_lists), rng.integers(n_lexicons, size=study.n_lists)
        position = np.zeros((study.n_lists, 2 * study.list_length), dtype=np.int64)
        generator = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))
        for i, network in enumerate(networks):
            for rows in _pieces(study, np.flatnonzero(which == i)):
                given = self._recalled(network, study.select(rows), lexicon[rows], numbers, rng, generator)
                position[rows, : given.shape[1]] = given
        return position

    def _recalled(
        self,
        network: Network,
        study: StudyLists,
        lexicon: Ints,
        numbers: dict[str, float],
        rng: np.random.Generator,
        generator: torch.Generator,
    ) -> Ints:
        """Return what one network recalls of lists with the same distraction, (n_lists, n_outputs)."""
        state = self._after_study(network, study, lexicon, numbers, generator)
        candidates = self._candidates(study, lexicon, int(numbers["lures"]))
        with torch.no_grad(), one_thread():
            given = sampled_responses(
                network,
                state,
                candidates,
                temperature=numbers["temperature"],
                masked=self.decoder == "masked",
                rng=rng,
                generator=generator,
                most=study.max_responses,
            )
        return _as_positions(given, study.list_length)

    def _after_study(
        self,
        network: Network,
        study: StudyLists,
        lexicon: Ints,
        numbers: dict[str, float],
        generator: torch.Generator | None = None,
    ) -> State:
        """Return the network's state at the start of recall. Lists that are alike are studied once."""
        noisy = bool(getattr(network.config, "noise", 0))
        keys = np.column_stack([lexicon, study.items, *([np.arange(len(lexicon))] if noisy else [])])
        _, first, again = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        task, items, kinds = self._task, study.items[first], lexicon[first]
        steps = np.rint(study.distractor[0] * numbers["distraction_rate"]).astype(int).tolist()
        vectors = item_vectors(task.items, task.n_features, items, kinds)
        fill = distractors(task.items, task.n_features, sum(steps), kinds)
        with torch.no_grad(), one_thread():
            inputs = scheduled_inputs(torch.from_numpy(vectors), torch.from_numpy(fill), steps)
            _, state = network(inputs, None, generator)
            state = self._reset(network, state)
        return select(state, torch.from_numpy(again.ravel()))

    def _mixed(self, study: StudyLists, score: Callable[[Network, Ints, int], Floats]) -> Floats:
        """Return the log of the mean probability over networks and lexicons, (n_lists,), nats.

        Parameters
        ----------
        score : (network, rows, lexicon) -> (n_rows,), nats
            The log-probability of some lists, which have the same distraction.

        Raises
        ------
        NotSupported
            Noise in memory: the probability is then no closed form.
        """
        networks = self._chosen()
        if any(getattr(network.config, "noise", 0) for network in networks):
            raise NotSupported(f"{self.name} has noise in its memory, so it has no likelihood; take the noise out.")
        log_p = np.zeros(study.n_lists)
        for rows in _pieces(study, np.arange(study.n_lists)):
            each = [score(network, rows, lexicon) for network in networks for lexicon in range(N_SCORED)]
            log_p[rows] = np.logaddexp.reduce(each, axis=0) - np.log(len(each))
        return log_p

    def _reset(self, network: Network, state: State) -> State:
        """Return the state with what a lesion wipes out before recall as it was before the list."""
        first = network.initial_state(len(next(iter(state.values()))))
        wiped = {name for name in state if self.has_lesion(_OWNER[name.startswith("controller")])}
        return {name: first[name] if name in wiped else value for name, value in state.items()}

    def _candidates(self, study: StudyLists, lexicon: Ints, n_lures: int) -> Candidates:
        task = self._task
        vectors = item_vectors(task.items, task.n_features, study.items, lexicon)
        lures, missing = lure_vectors(task.items, task.n_features, study.items, lexicon, n_lures)
        absent = np.concatenate([np.zeros(study.items.shape, dtype=bool), missing], axis=1)
        stacked = torch.from_numpy(np.concatenate([vectors, lures], axis=1))
        return Candidates(stacked, study.list_length, absent, task.stops)


@dataclass(frozen=True)
class NeuralLikelihoodModel(NeuralModel):
    """Networks that were trained to stop: a recall sequence has a probability under them."""

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of each list's first correct recalls, (n_lists,), nats.

        Teacher-forced: at each output the probability of what was recalled, among the items not yet recalled and
        stopping; the mean over networks and lexicons. Repeats and intrusions are dropped. Only the first
        `StudyLists.max_responses` responses are looked at; a list with that many has no factor for stopping.

        Raises
        ------
        NotSupported
            Noise in memory: the probability is then no closed form.
        """
        numbers = self.resolve(values)
        kept = recalls.truncate(study.max_responses)
        responses, ended = credited_positions(study, kept) - 1, ends_observed(study, kept)

        def score(network: Network, rows: Ints, lexicon: int) -> Floats:
            return self._log_likelihood(network, study.select(rows), responses[rows], ended[rows], lexicon, numbers)

        return self._mixed(study, score)

    def _log_likelihood(
        self,
        network: Network,
        study: StudyLists,
        responses: Ints,
        ended: NDArray[np.bool_],
        lexicon: int,
        numbers: dict[str, float],
    ) -> Floats:
        lexicons = np.full(study.n_lists, lexicon)
        state = self._after_study(network, study, lexicons, numbers)
        with torch.no_grad(), one_thread():
            candidates = self._candidates(study, lexicons, 0)
            return given_responses(network, state, candidates, responses, ended, numbers["temperature"])


def _setting(lesion: Lesion) -> bool | int | float:
    """Return what a lesion sets a field of the configuration to."""
    if lesion.amount is None:
        return False
    return int(lesion.amount) if AMOUNTS[lesion.name].integer else lesion.amount


@cache
def _trained(weights: str) -> dict[str, tuple[Network, dict[str, Any]]]:
    """Return networks and cards by seed: shipped under a name, or in files of one's own."""
    own = Path(weights)
    found = find_weights(own.name, own.parent) if own.parent != Path() else find_weights(weights)
    networks = [load_network(stem) for stem in found.values()]
    for _, card in networks:
        _check_recalls(weights, card)
    return {str(card["seed"]): (network, card) for network, card in networks}


def _check_recalls(weights: str, card: Mapping[str, Any]) -> None:
    """Refuse weights of a network that was never asked to give a list back.

    Raises
    ------
    NotSupported
    """
    if Task(**card["task"]).paradigm == "chain":
        raise NotSupported(f"{weights} was trained on cue chains, not to recall lists. Name other weights: dnc.set, …")


def _pieces(study: StudyLists, rows: Ints) -> Iterator[Ints]:
    """Yield the rows in pieces whose lists have the same distraction."""
    _, schedule = np.unique(study.distractor[rows], axis=0, return_inverse=True)
    for kind in range(int(schedule.max(initial=-1)) + 1):
        alike = rows[schedule.ravel() == kind]
        yield from (alike[i : i + CHUNK] for i in range(0, len(alike), CHUNK))


def _as_positions(responses: Ints, list_length: int) -> Ints:
    """Return candidates as 1-based positions and codes: lures are intrusions, -1 is the end."""
    position = np.where(responses < list_length, responses + 1, INTRUSION)
    return np.where(responses < 0, STOP, position)
