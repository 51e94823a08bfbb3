"""Lesions: words that take a part out of a model, the same for theories and for networks.

::

    buffer                      a word
    slots:6                     a word with its number
    slots:6+decay:0.05          both at once: one lesion
    buffer,long_term_store      two lesions, each on its own

Which words a model knows, and exactly what each changes in it, is in `memlab.core.model.Model.lesions`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memlab.core.errors import ParameterError, UnknownName, UsageError
from memlab.core.parameters import Parameter
from memlab.core.recall import StudyLists

__all__ = ["AMOUNTS", "Lesion", "check_lesions", "delay_test", "parse_lesions", "separate_lesions"]

GONE = "0: all of it is gone"


def _share(name: str, of_what: str) -> Parameter:
    return Parameter(name, 0.0, 0.0, 1.0, f"share of {of_what} that is left", source=GONE)


_TABLE = (
    Parameter("slots", 6, 1, 4096, "slots of memory", "slots", "about half of the usual lists", integer=True),
    Parameter("decay", 0.05, 0.0, 1.0, "share of memory that each step loses", source="our smallest with an effect"),
    Parameter("noise", 0.1, 0.0, 10.0, "SD of what each step adds to memory", source="our smallest with an effect"),
    Parameter("capacity", 1, 1, 20, "items that the buffer holds at most", "items", "K.F.'s span of 1-2", integer=True),
    _share("long_term_store", "the strengths learned in long-term store"),
    _share("context_to_item", "the learning from context to items"),
    _share("item_to_context", "the learning from items to context"),
    _share("primacy", "the extra learning at the start of the list"),
    Parameter(
        "end_context", 3600, 0, 86400, "filled seconds before the test", "s", "long enough to take all of it away"
    ),
)

AMOUNTS: dict[str, Parameter] = {parameter.name: parameter for parameter in _TABLE}
"""The words that take a number: its range, what it means, and what it is where none is given."""


@dataclass(frozen=True)
class Lesion:
    """One change of a model.

    Attributes
    ----------
    name : str
        The word.
    amount : float or None
        Its number, checked; the default of `AMOUNTS` where None is given. None for a word that takes none.

    Raises
    ------
    ParameterError
        A number out of its range, or for a word that takes none.

    Examples
    --------
    >>> str(Lesion("slots")), str(Lesion("decay", 0.1)), str(Lesion("links"))
    ('slots:6', 'decay:0.1', 'links')
    """

    name: str
    amount: float | None = None

    def __post_init__(self) -> None:
        parameter = AMOUNTS.get(self.name)
        if parameter is not None:
            amount = parameter.default if self.amount is None else self.amount
            object.__setattr__(self, "amount", parameter.check(amount, "lesion"))
        elif self.amount is not None:
            raise ParameterError(f"lesion {self.name} takes no number. Write '{self.name}' alone.")

    def __str__(self) -> str:
        """Return the lesion as it is written."""
        return self.name if self.amount is None else f"{self.name}:{self.amount:g}"


def separate_lesions(text: str) -> tuple[str, ...]:
    """Return the lesions that are made each on its own: what stands between commas.

    Raises
    ------
    UsageError
        None at all, or one twice.

    Examples
    --------
    >>> separate_lesions("links, slots:6+decay:0.05")
    ('links', 'slots:6+decay:0.05')
    """
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if not parts:
        raise UsageError("no lesion is named: give words such as buffer, or slots:6+decay:0.05, with commas between.")
    if len(set(parts)) != len(parts):
        raise UsageError(f"a lesion is named twice in: {', '.join(parts)}.")
    return parts


def parse_lesions(text: str, known: Iterable[str] | None = None, owner: str = "") -> tuple[Lesion, ...]:
    """Return lesions from their words, in their order; ``,`` and ``+`` both separate them.

    Parameters
    ----------
    text
        For example ``"slots:6,decay:0.05"``.
    known
        The words that are allowed; None allows any.
    owner
        The model's name, for messages.

    Raises
    ------
    UnknownName
        A word that is not known; the message has the nearest.
    ParameterError
        A number that is none, is out of its range, or is given to a word that takes none.
    UsageError
        An empty text, or a place without a word.

    Examples
    --------
    >>> parse_lesions("slots:6,decay:0.05")
    (Lesion(name='slots', amount=6.0), Lesion(name='decay', amount=0.05))
    """
    allowed = None if known is None else tuple(known)
    return tuple(_parse(part.strip(), text, allowed, owner) for part in text.replace(",", "+").split("+"))


def _parse(part: str, text: str, known: tuple[str, ...] | None, owner: str) -> Lesion:
    name, colon, amount = (piece.strip() for piece in part.partition(":"))
    if not name:
        raise UsageError(f"'{text}' names no lesion in one of its places: write WORD or WORD:NUMBER, joined by +.")
    if known is not None and name not in known:
        raise UnknownName(f"{owner} has no lesion", name, known)
    if not colon:
        return Lesion(name)
    try:
        return Lesion(name, float(amount))
    except ValueError as error:
        if isinstance(error, UsageError):
            raise
        raise ParameterError(f"lesion: what follows '{name}:' must be a number. Got '{amount}' instead.") from None


def check_lesions(lesions: Sequence[Lesion], known: Iterable[str], owner: str) -> None:
    """Raise UnknownName for a word that is not known, and UsageError for a word that stands twice."""
    names = [lesion.name for lesion in lesions]
    allowed = tuple(known)
    for name in names:
        if name not in allowed:
            raise UnknownName(f"{owner} has no lesion", name, allowed)
        if names.count(name) > 1:
            raise UsageError(f"{owner}: the lesion '{name}' would be made twice at once; name it once.")


def delay_test(study: StudyLists, seconds: float) -> StudyLists:
    """Return the same lists with so many more filled seconds before the test.

    Examples
    --------
    >>> delay_test(StudyLists.simple(1, 2), 30.0).distractor
    array([[ 0.,  0., 30.]])
    """
    distractor = study.distractor.copy()
    distractor[:, -1] += seconds
    return dataclasses.replace(study, distractor=distractor)
