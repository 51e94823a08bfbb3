"""`SerialNeuralModel`: networks trained on serial recall, as models of it: an item, or a blank, at every place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from memlab.core.parameters import Parameter, Values
from memlab.core.recall import INTRUSION, OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.models.neural.decoding import Candidates, given_at_places, sampled_at_places
from memlab.models.neural.network import Network
from memlab.models.neural.recall import NeuralModel
from memlab.models.neural.threads import one_thread
from memlab.models.serial_lists import SERIAL_CURVES, check_serial, given_places

__all__ = ["SerialNeuralModel"]

BLANK = Parameter(
    "blank", 0.0, 0.0, 1.0, "probability that a place is left blank", source="0: it was trained to fill every place"
)

_TRAINED = "its networks were trained to recall forward"


@dataclass(frozen=True)
class SerialNeuralModel(NeuralModel):
    """Networks of one kind, trained from several seeds to give item k of a list at place k.

    As in free recall, each list is given to one network and put in one lexicon, both at random, and an item is one step
    of study. Then there are as many steps as places; the response at each is drawn from a softmax over the list's items
    and lures, and the network sees it at the next step. A lure is an intrusion, an item given again a repetition. Two
    things that people may be told make no difference to a network: how long the list will be, and pauses between
    groups, as an item takes one step whatever its time.

    With ``decoder="masked"`` what would be an intrusion or a repetition is a blank, after which the network sees zeros:
    the process whose probability `log_likelihood` is.
    """

    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table: that of free recall, and blanks."""
        return (*super().parameters, BLANK)

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Lists may be longer than those of the training (`trained_lengths`), and may hold an item twice.

        Raises
        ------
        NotSupported
            Lists that are not to be recalled forward from the first item.
        """
        check_serial(self.name, study, repeats=self.decoder == "free", because=_TRAINED)
        return Recalls(self._positions(study, values, rng)[:, : study.list_length])

    def log_likelihood(self, study: StudyLists, recalls: Recalls, values: Values | None = None) -> Floats:
        """Return the log-probability of what was given at each place, (n_lists,), nats.

        Teacher-forced: at each place the probability of the item that was given; of a place without one, with an
        intrusion or with a repetition, the probability of all these together. The mean over networks and lexicons.

        Raises
        ------
        NotSupported
            Noise in memory: the probability is then no closed form. Lists that are not recalled forward, or that hold
            an item twice.
        """
        check_serial(self.name, study, because=_TRAINED)
        numbers, position = self.resolve(values), given_places(study, recalls)
        responses = np.where(position == OMISSION, -1, position - 1)

        def score(network: Network, rows: Ints, lexicon: int) -> Floats:
            return self._at_places(network, study.select(rows), responses[rows], lexicon, numbers)

        return self._mixed(study, score)

    def _at_places(
        self, network: Network, study: StudyLists, responses: Ints, lexicon: int, numbers: dict[str, float]
    ) -> Floats:
        lexicons = np.full(study.n_lists, lexicon)
        state = self._after_study(network, study, lexicons, numbers)
        with torch.no_grad(), one_thread():
            return given_at_places(
                network,
                state,
                self._candidates(study, lexicons, int(numbers["lures"])),
                responses,
                blank=_blank(study, numbers),
                temperature=numbers["temperature"],
            )

    def _recalled(
        self,
        network: Network,
        study: StudyLists,
        lexicon: Ints,
        numbers: dict[str, float],
        rng: np.random.Generator,
        generator: torch.Generator,
    ) -> Ints:
        """Return what one network gives at each place, (n_lists, list_length)."""
        state = self._after_study(network, study, lexicon, numbers, generator)
        with torch.no_grad(), one_thread():
            responses = sampled_at_places(
                network,
                state,
                self._candidates(study, lexicon, int(numbers["lures"])),
                blank=_blank(study, numbers),
                temperature=numbers["temperature"],
                masked=self.decoder == "masked",
                rng=rng,
                generator=generator,
            )
        position = np.where(responses < study.list_length, responses + 1, INTRUSION)
        return np.where(responses < 0, OMISSION, position)

    def _candidates(self, study: StudyLists, lexicon: Ints, n_lures: int) -> Candidates:
        """Return what can be given at a place: never stopping, though the network may have learned to stop."""
        return dataclasses.replace(super()._candidates(study, lexicon, n_lures), stops=False)


def _blank(study: StudyLists, numbers: dict[str, float]) -> float:
    """Return the probability of leaving a place blank: 0 where that is not allowed."""
    return numbers["blank"] if study.serial is None or study.serial.omissions_allowed else 0.0
