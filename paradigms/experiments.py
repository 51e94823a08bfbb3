"""Named experiments, of free and of serial recall: the designs of published studies, as far as we know them.

Confidence: [V] checked against the trial-level data or the paper's table; [M] from memory of the literature and, where
said, a second summary of it; [?] unsure. The heights that people reached are no part of a design.
"""

from __future__ import annotations

from memlab.core.errors import UnknownName, UsageError
from memlab.paradigms.free_recall import FreeRecall
from memlab.paradigms.serial_recall import SerialRecall

__all__ = [
    "EXPERIMENTS",
    "SERIAL_EXPERIMENTS",
    "get_condition",
    "get_experiment",
    "get_serial_condition",
    "get_serial_experiment",
]


def _murdock1962() -> tuple[FreeRecall, ...]:
    conditions = ((10, 2, 10), (15, 2, 15), (20, 2, 15), (20, 1, 15), (30, 1, 15), (40, 1, 15))
    return tuple(
        FreeRecall(
            f"{length}-{seconds}",
            list_length=length,
            seconds_per_item=seconds,
            n_lists=80,
            n_subjects=15,
            recall_seconds=90,
            max_responses=kept,
            people=f"{length}-{seconds}",
            material="common English words, spoken; the words themselves are not in the archive",
            source="Murdock (1962), J. Exp. Psychol. 64, 482-488, between people. [V] lengths, rates, 80 lists, and "
            "from the archive 15 people a group (18, 19, 15, 16, 19, 16 in Table 1) and the responses kept. [M] 90 s "
            "of recall, the material.",
        )
        for length, seconds, kept in conditions
    )


def _murdock_okada1970() -> tuple[FreeRecall, ...]:
    return tuple(
        FreeRecall(
            name,
            list_length=20,
            seconds_per_item=seconds,
            n_lists=20,
            n_subjects=36,
            recall_seconds=90,
            people=name,
            material="common English words, read; recall spoken and timed",
            source="Murdock & Okada (1970), J. Exp. Psychol. 86, 263-267, between people. [V] 20 lists of 20, 36 "
            "people a group. [M] which group had which rate, the material. [?] 90 s of recall (the last response on "
            "record came at 74 s).",
        )
        for name, seconds in (("60wpm", 1.0), ("120wpm", 0.5))
    )


def _polyn2009() -> tuple[FreeRecall, ...]:
    return tuple(
        FreeRecall(
            task,
            list_length=24,
            seconds_per_item=4,
            n_lists=8,
            n_subjects=45,
            recall_seconds=90,
            material="words, each judged for the same thing (is it large, or is it living) throughout the list",
            source="Polyn, Norman & Kahana (2009), Psychol. Rev. 116, 129-156, control lists, within people. [V] 24 "
            "words, 45 people, 4 to 9 lists a person in either task (here 8, the mean), 90 s of recall (the last "
            "response on record came at 89.5 s). [M] 3 s shown and about 1 s blank.",
        )
        for task in ("size", "animacy")
    )


def _glanzer_cunitz1966() -> tuple[FreeRecall, ...]:
    return tuple(
        FreeRecall(
            f"{delay}s",
            list_length=15,
            seconds_per_item=3,
            delay_seconds=delay,
            n_lists=5,
            n_subjects=46,
            material="common one-syllable nouns, on a screen; counting aloud in the delay",
            source="Glanzer & Cunitz (1966), J. Verb. Learn. Verb. Behav. 5, 351-360, Experiment II, within people. "
            "[M], with a second summary: 15 words, 1 s shown and 2 s blank, 5 lists a delay, 46 people. [?] the "
            "material, the time for recall (here without limit).",
        )
        for delay in (0, 10, 30)
    )


def _howard_kahana1999() -> tuple[FreeRecall, ...]:
    first = (("immediate", 0, 0), ("delayed", 0, 10))
    second = tuple((f"continual-{gap}", gap, 16) for gap in (0, 2, 8, 16))
    return tuple(
        FreeRecall(
            name,
            list_length=12,
            seconds_per_item=1,
            distractor_seconds=gap,
            delay_seconds=delay,
            n_lists=25,
            n_subjects=20,
            people=f"experiment {number}",
            material="common nouns; arithmetic as distraction",
            source=f"Howard & Kahana (1999), J. Exp. Psychol. Learn. Mem. Cogn. 25, 923-941, Experiment {number}. [M] "
            "12 words; Experiment 1: test at once or after 10 s of distraction; Experiment 2: 0, 2, 8 or 16 s between "
            "items and 16 s before the test. [?] 1 s an item, people, lists, the time for recall (here without limit): "
            "illustrative, not published.",
        )
        for number, conditions in ((1, first), (2, second))
        for name, gap, delay in conditions
    )


def _farrell_lewandowsky2012_e2() -> tuple[SerialRecall, ...]:
    return (
        SerialRecall(
            "dissimilar",
            list_length=6,
            seconds_per_item=1,
            vocabulary=tuple("HKLMQRWXYZ"),
            n_lists=120,
            n_subjects=20,
            material="consonants, on a screen, typed",
            source="Farrell & Lewandowsky (2012), Mem. Cognit. 40, 1070-1080, Experiment 2. [V] 20 people, 120 lists "
            "of 6 out of the ten letters H K L M Q R W X Y Z, as recorded with each list; blanks occur (.3 %). [M] "
            "immediate forward recall, read and typed. [?] 1 s an item.",
        ),
    )


def _nimmo_lewandowsky2006_e2() -> tuple[SerialRecall, ...]:
    return tuple(
        SerialRecall(
            modality,
            list_length=7,
            seconds_per_item=1,
            vocabulary=tuple("BCDFGHJKLMNPRSTVWXZ"),
            n_lists=360,
            n_subjects=n_subjects,
            people=modality,
            material=f"consonants, {how}",
            source="Nimmo & Lewandowsky (2006), Mem. Cognit. 34, 1368-1375, Experiment 2, between people. [V] 11 "
            "people heard and 9 saw 360 lists of 7 of the consonants without Q and Y; a place could be left blank. [M] "
            "the time between two items was irregular, the point of the study. [?] 1 s an item, here regular.",
        )
        for modality, n_subjects, how in (("auditory", 11, "spoken"), ("visual", 9, "on a screen"))
    )


def _gew2012_e2() -> tuple[SerialRecall, ...]:
    lengths = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15)
    return tuple(
        SerialRecall(
            f"{knowledge}-{length}",
            list_length=length,
            seconds_per_item=1,
            items="words",
            length_known=knowledge == "length_known",
            n_lists=8,
            n_subjects=20,
            people=knowledge,
            material="words of two syllables, read aloud from a screen, written down in numbered places",
            source="Grenfell-Essam & Ward (2012), J. Mem. Lang. 67, 106-148, Experiment 2, between people in what they "
            "knew of the length, within people in the length. [V] the lengths, 8 lists of each, 20 people a group. [M] "
            "the material. [?] 1 s an item; the words here are memlab's.",
        )
        for knowledge in ("length_known", "length_unknown")
        for length in lengths
    )


EXPERIMENTS: dict[str, tuple[FreeRecall, ...]] = {
    "murdock1962": _murdock1962(),
    "murdock_okada1970": _murdock_okada1970(),
    "polyn2009": _polyn2009(),
    "glanzer_cunitz1966": _glanzer_cunitz1966(),
    "howard_kahana1999": _howard_kahana1999(),
}
"""The conditions of each free-recall experiment, in the order of its paper."""

SERIAL_EXPERIMENTS: dict[str, tuple[SerialRecall, ...]] = {
    "farrell_lewandowsky2012_e2": _farrell_lewandowsky2012_e2(),
    "nimmo_lewandowsky2006_e2": _nimmo_lewandowsky2006_e2(),
    "gew2012_e2": _gew2012_e2(),
}
"""The conditions of each serial-recall experiment."""


def get_experiment(name: str) -> tuple[FreeRecall, ...]:
    """Return the conditions of a named free-recall experiment.

    Raises
    ------
    UnknownName
        No such experiment; the message has the nearest name.
    UsageError
        An experiment of serial recall.

    Examples
    --------
    >>> [condition.name for condition in get_experiment("murdock1962")]
    ['10-2', '15-2', '20-2', '20-1', '30-1', '40-1']
    """
    if name in SERIAL_EXPERIMENTS:
        raise UsageError(f"{name} is an experiment of serial recall; this needs one of free recall.")
    if name not in EXPERIMENTS:
        raise UnknownName("there is no experiment", name, EXPERIMENTS)
    return EXPERIMENTS[name]


def get_condition(experiment: str, name: str) -> FreeRecall:
    """Return one condition of a named experiment.

    Raises
    ------
    UnknownName
        No such experiment or condition.
    """
    conditions = {condition.name: condition for condition in get_experiment(experiment)}
    if name not in conditions:
        raise UnknownName(f"{experiment} has no condition", name, conditions)
    return conditions[name]


def get_serial_experiment(name: str) -> tuple[SerialRecall, ...]:
    """Return the conditions of a named serial-recall experiment.

    Raises
    ------
    UnknownName
        No such experiment; the message has the nearest name.
    UsageError
        An experiment of free recall.

    Examples
    --------
    >>> [condition.name for condition in get_serial_experiment("nimmo_lewandowsky2006_e2")]
    ['auditory', 'visual']
    """
    if name in EXPERIMENTS:
        raise UsageError(f"{name} is an experiment of free recall; this needs one of serial recall.")
    if name not in SERIAL_EXPERIMENTS:
        raise UnknownName("there is no experiment", name, SERIAL_EXPERIMENTS)
    return SERIAL_EXPERIMENTS[name]


def get_serial_condition(experiment: str, name: str) -> SerialRecall:
    """Return one condition of a named serial-recall experiment.

    Raises
    ------
    UnknownName
        No such experiment or condition.
    UsageError
        An experiment of free recall.
    """
    conditions = {condition.name: condition for condition in get_serial_experiment(experiment)}
    if name not in conditions:
        raise UnknownName(f"{experiment} has no condition", name, conditions)
    return conditions[name]
