"""`Model`: what every model class inherits, so that a new theory is one file.

A model is a frozen dataclass. Its fields are its *options* (which rule, not which number); its numbers are in
`parameters`. See ``models/chance.py`` for the smallest whole example.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, get_args, get_type_hints

import numpy as np

from memlab.core.errors import NotSupported, ParameterError, UnknownName
from memlab.core.lesions import Lesion, check_lesions, parse_lesions
from memlab.core.parameters import Parameter, Values, resolve
from memlab.core.recall import RecallData, Recalls, StudyLists

__all__ = ["Model", "credited_positions"]


@dataclasses.dataclass(frozen=True)
class Model(ABC):
    """Base of every model.

    Class attributes that a model sets
    ----------------------------------
    name : str
        The name in the registry.
    title : str
        One line: the theory's full name.
    citation : str
        The paper.
    parameters : tuple of Parameter
        The table. A model whose table depends on its options overrides `parameters` as a property.
    paradigms : tuple of str
        What the model can be asked to do: ``"free_recall"``, ``"serial_recall"``, or both.
    predicts : tuple of str
        The curves that the model has something to say about: ``"spc"``, ``"pfr"``, ``"lag_crp"``; a model of serial
        recall alone names measures of `memlab.serial_measures`.
    seeds : tuple of str
        The trained networks that the model stands for, one a training seed; empty for a theory. A model that has some
        has an option ``network_seed`` of ``"all"`` (each list is given to one of them at random) and of each seed; its
        curve in a comparison is the mean over them.
    has_parameter_count : bool
        Whether the number of parameters says how free the model is, so that AIC and BIC mean something. False for
        networks: their weights are no usable count.
    lesions : mapping of str to str
        The words that `lesioned` takes, each with what exactly it changes; empty where nothing can be taken out.
    syndromes : mapping of str to str
        Those of the words that stand for a patient, each with the words that it means: ``{"kf": "capacity:1"}``.

    Attributes
    ----------
    damage : tuple of Lesion
        What was taken out, by `lesioned`; empty for an intact model. It is no option.
    """

    damage: tuple[Lesion, ...] = dataclasses.field(default=(), kw_only=True)

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    paradigms: ClassVar[tuple[str, ...]] = ("free_recall",)
    predicts: ClassVar[tuple[str, ...]] = ("spc", "pfr", "lag_crp")
    seeds: ClassVar[tuple[str, ...]] = ()
    has_parameter_count: ClassVar[bool] = True
    lesions: ClassVar[Mapping[str, str]] = {}
    syndromes: ClassVar[Mapping[str, str]] = {}

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """The table of parameters (a property, because options may add or drop some)."""

    @abstractmethod
    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list."""

    @property
    def options(self) -> dict[str, Any]:
        """The options by name, with the value each has now."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "damage"}

    def with_options(self, **options: Any) -> Self:
        """Return the same model with other options.

        Raises
        ------
        UnknownName
            An option the model does not have.
        ParameterError
            A value that the option does not allow.
        """
        for name in options:
            if name not in self.options:
                raise UnknownName(f"{self.name} has no option", name, self.options)
        return dataclasses.replace(self, **options)

    @property
    def trained_lengths(self) -> tuple[int, int] | None:
        """The shortest and the longest list that a network was trained on; None for a theory, which is not trained."""
        return None

    def lesioned(self, what: str | Sequence[Lesion]) -> Self:
        """Return the model with something taken out of it, in addition to what was before.

        Parameters
        ----------
        what
            Words of `lesions`, each with its number where it takes one, made all at once: ``"long_term_store"``,
            ``"slots:6+decay:0.05"``; or the same as `Lesion`.

        Raises
        ------
        NotSupported
            A model of which nothing can be taken out.
        UnknownName
            A word that the model does not know; the message has the nearest.
        ParameterError, UsageError
            A number out of its range; a word twice.
        """
        if not self.lesions:
            raise NotSupported(f"{self.name} has no part that a lesion could take out. See: memlab models {self.name}")
        asked = parse_lesions(what, self.lesions, self.name) if isinstance(what, str) else tuple(what)
        made = (*self.damage, *(part for lesion in asked for part in self._meant_by(lesion)))
        check_lesions(made, self.lesions, self.name)
        return dataclasses.replace(self, damage=made)

    def _meant_by(self, lesion: Lesion) -> tuple[Lesion, ...]:
        words = self.syndromes.get(lesion.name)
        return (lesion,) if words is None else parse_lesions(words, self.lesions, self.name)

    def has_lesion(self, word: str) -> bool:
        """Return whether a lesion was made."""
        return any(lesion.name == word for lesion in self.damage)

    def amount(self, word: str, intact: float) -> float:
        """Return the number of a lesion that was made, or what an intact model has in its place."""
        amounts = {lesion.name: lesion.amount for lesion in self.damage}
        found = amounts.get(word)
        return intact if found is None else found

    def __post_init__(self) -> None:
        """Check each option against its declared choices."""
        hints = get_type_hints(type(self))
        for name, value in self.options.items():
            choices = get_args(hints[name]) or ((True, False) if hints[name] is bool else ())
            if choices and value not in choices:
                allowed = ", ".join(repr(c) for c in choices)
                raise ParameterError(f"{self.name}: option {name} must be one of {allowed}. Got {value!r} instead.")

    def resolve(self, values: Values | None) -> dict[str, float]:
        """Return a checked value for every parameter."""
        return resolve(self.name, self.parameters, values)

    def defaults(self) -> Mapping[str, float]:
        """Return the default of every parameter."""
        return {p.name: p.default for p in self.parameters}


def credited_positions(study: StudyLists, recalls: Recalls) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the first correct recalls alone, in order: what a likelihood without an error process is taken of.

    Repeats and intrusions are dropped (``drop_events``), the rest moves up. An item presented several times is credited
    once, at its first position.

    Returns
    -------
    (n_lists, list_length) int
        1-based positions, `STOP` after the last.

    Examples
    --------
    >>> study = StudyLists.simple(1, 3)
    >>> credited_positions(study, Recalls(np.array([[3, -1, 3, 1]])))
    array([[3, 1, 0]])
    """
    RecallData(study, recalls)  # one row a list, positions within the list
    from memlab.core.crediting import first_correct

    return first_correct(study.at_first_presentation(recalls.position), study.list_length)
