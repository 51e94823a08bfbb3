"""Scoring what people typed: items of the list, repetitions and intrusions, with every decision kept.

A typed word is an item of the list where it is nearer to that item than to any other word of the pool, on the list or
not, and near enough (`memlab.paradigms.spelling`). As near to a word that is not on the list: an intrusion. As near to
two words of the list: not decided for either, and an intrusion too. So a doubt never makes a correct recall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from memlab.core.files import Columns
from memlab.core.long_file import LongFile
from memlab.core.recall import Conditions
from memlab.core.table import INTRUSION_WORD, OMISSION_WORD, read_conditions
from memlab.paradigms.spelling import LETTERS_PER_EDIT, RULES, Candidate, Lexicon, normal_form
from memlab.paradigms.typed_answers import Answers, read_answers, read_corrections, read_words

__all__ = ["KINDS", "Decision", "Scored", "score"]

KINDS = ("correct", "repetition", "prior_list", "extra_list", "omission", "blank")
"""What an answer can be: an item of its list, the first time or again; a word of an earlier list of the same person;
any other word; a blank in serial recall; no answer, which is left out of the table."""


class Decision(NamedTuple):
    """What one answer was taken for, and why.

    Attributes
    ----------
    item : str
        The word that it was taken for; what was typed, where that is no word that we know.
    kind : str
        One of `KINDS`.
    rule : str
        ``exact`` (letter by letter), ``form`` (but for case, accents, blanks and signs), ``plural``, ``spelling``;
        ``guard`` (as near to a word that is not on the list), ``tie`` (as near to two on the list), ``unknown`` (near
        to none); ``corrected`` (by hand), or ``""`` for no answer.
    distance : int or None
        Edits from what was typed to `item`; None where that is no word that we know.
    runner_up, runner_up_distance
        The word that came next, where one was within reach.
    lists_back : int or None
        Of a word of an earlier list: how many lists ago.
    """

    item: str
    kind: str
    rule: str
    distance: int | None = None
    runner_up: str = ""
    runner_up_distance: int | None = None
    lists_back: int | None = None


@dataclass(frozen=True, eq=False)
class Scored:
    """Scored answers.

    Attributes
    ----------
    table : dict of columns
        The long table that everything else reads: study rows as they were, a recall row an answer with the item that it
        was taken for, and what was ``typed``.
    decisions : dict of columns
        A row an answer: ``subject, list, output, raw, item, kind, rule, distance, runner_up, runner_up_distance,
        lists_back, corrected``. A word written into ``corrected`` overrules the decision when the file is given as
        `corrections` of `score`.
    conditions : Conditions
        The table as the analyses take it.
    """

    table: Columns
    decisions: Columns
    conditions: Conditions

    def counts(self) -> dict[str, int]:
        """Return how many answers there are of each kind."""
        found = Counter(self.decisions["kind"])
        return {kind: found[kind] for kind in KINDS}


def score(
    typed: object,
    *,
    lists: object | None = None,
    pool: str | Path | Sequence[str] | None = None,
    letters_per_edit: int = LETTERS_PER_EDIT,
    plurals: bool = True,
    blanks: Literal["drop", "omission"] = "drop",
    corrections: object | None = None,
) -> Scored:
    """Score typed answers against the lists.

    Parameters
    ----------
    typed : path, DataFrame or dict of columns
        The long table whose recall rows have what was typed in ``item``; or, with `lists`, a row an answer: ``subject,
        list, response`` (and ``position``, where the rows are not in the order of recall), or all answers to a list in
        one field ``responses``, separated by commas, semicolons or line ends.
    lists : path, DataFrame or dict of columns
        What was studied: ``list, position, item``, and ``subject`` where people had different lists.
    pool : path, ``"nouns"`` or words
        Further words that may have been meant, a word a line. Every word of every list is in the pool anyway.
    letters_per_edit
        One edit is forgiven for each so many letters of a word; 0: none is.
    plurals
        Whether the plural stands for the singular, and the other way round (regular English plurals).
    blanks
        What no answer is: ``"drop"`` leaves it out, ``"omission"`` is a blank in serial recall.
    corrections : path, DataFrame or dict of columns
        The decisions of an earlier scoring, with words, ``(intrusion)`` or ``(blank)`` in ``corrected``.

    Returns
    -------
    Scored

    Raises
    ------
    DataError
        The table breaks a rule of the long table; names file, row and column.
    MissingExtra
        Edits are forgiven and rapidfuzz is not installed.

    Examples
    --------
    >>> table = {
    ...     "subject": [1] * 7,
    ...     "list": [1] * 7,
    ...     "trial_type": ["study"] * 3 + ["recall"] * 4,
    ...     "position": [1, 2, 3, 1, 2, 3, 4],
    ...     "item": ["horse", "table", "moon", "HORSES", "tabel", "horse", "son"],
    ... }
    >>> score(table).decisions["kind"]
    ['correct', 'correct', 'repetition', 'extra_list']
    """
    answers = read_answers(typed, lists)
    fixed = read_corrections(corrections) if corrections is not None else {}
    judge = _Judge(answers, read_words(pool), letters_per_edit, plurals, blanks)
    decisions = judge.decide(fixed)
    scored_table = _scored_table(answers, decisions)
    columns = _decision_columns(answers, decisions, fixed)
    return Scored(scored_table.columns, columns, read_conditions(scored_table))


class _Judge:
    """Every word that may have been meant, and what each list and its predecessors were made of."""

    def __init__(self, answers: Answers, more: Sequence[str], letters: int, plurals: bool, blanks: str) -> None:
        self._answers, self._blanks = answers, blanks
        self._words: dict[str, str] = {}
        for word in (*answers.studied_words, *more):
            self._words.setdefault(normal_form(word), word)
        self._lexicon = Lexicon(tuple(self._words), letters, plurals)
        self._listed = [self._by_form(items) for items in answers.studied]

    def _by_form(self, items: Sequence[str]) -> dict[int, list[str]]:
        """Return the items of a list by the form they have; nearly always one each."""
        found: dict[int, list[str]] = {}
        for item in dict.fromkeys(items):
            found.setdefault(self._lexicon.index[normal_form(item)], []).append(item)
        return found

    def decide(self, corrected: Mapping[tuple[str, str, int], str]) -> list[Decision]:
        """Return a decision an answer, in the order of the answers."""
        answers = self._answers
        texts = [corrected.get(key, raw) for key, raw in zip(answers.keys, answers.text, strict=True)]
        near = self._lexicon.candidates(list(dict.fromkeys(normal_form(text) for text in texts if text)))
        credited: list[set[str]] = [set() for _ in answers.studied]
        decisions = []
        for key, text, unit in zip(answers.keys, texts, answers.unit, strict=True):
            decision = self._one(text, unit, near)
            if key in corrected:
                decision = decision._replace(rule="corrected", runner_up="", runner_up_distance=None)
            if decision.kind == "correct" and decision.item in credited[unit]:
                decision = decision._replace(kind="repetition")
            credited[unit].add(decision.item)
            decisions.append(decision)
        return decisions

    def _one(self, text: str, unit: int, near: Mapping[str, list[Candidate]]) -> Decision:
        """Decide what an answer stands for, whatever was answered before it."""
        if not text:
            return Decision("", "blank", "") if self._blanks == "drop" else Decision(OMISSION_WORD, "omission", "")
        if text in (OMISSION_WORD, INTRUSION_WORD):
            return Decision(text, "omission" if text == OMISSION_WORD else "extra_list", "exact")
        candidates = near[normal_form(text)]
        listed = self._listed[unit]
        on = [one for one in candidates if one.form in listed and self._lexicon.within(one)]
        off = [one for one in candidates if one.form not in listed]
        if on and (not off or on[0].nearness < off[0].nearness):
            return self._on_list(text, unit, on, candidates)
        return self._off_list(text, unit, off, on, candidates)

    def _on_list(self, text: str, unit: int, on: list[Candidate], candidates: list[Candidate]) -> Decision:
        """Return the one item that is nearest; none of two that are as near."""
        best = on[0]
        same = self._listed[unit][best.form]
        items = [text] if text in same else same
        if len(items) > 1 or (len(on) > 1 and on[1].nearness == best.nearness):
            second = items[1] if len(items) > 1 else self._word(on[1])
            return Decision(text, "extra_list", "tie", None, second, best.edits)
        return self._near(text, items[0], "correct", best, candidates)

    def _off_list(
        self, text: str, unit: int, off: list[Candidate], on: list[Candidate], candidates: list[Candidate]
    ) -> Decision:
        """Return the one word off the list that is nearest and near enough; else what was typed."""
        unique = off and (len(off) == 1 or off[1].nearness > off[0].nearness)
        if unique and self._lexicon.within(off[0]):
            back = self._lists_back(off[0].form, unit)
            word = self._word(off[0])
            kind = "extra_list" if back is None else "prior_list"
            return self._near(text, word, kind, off[0], candidates)._replace(lists_back=back)
        unknown = Decision(" ".join(text.split()), "extra_list", "guard" if on else "unknown")
        return self._with_runner_up(unknown, on or candidates)

    def _near(self, text: str, item: str, kind: str, best: Candidate, candidates: list[Candidate]) -> Decision:
        rule = "exact" if text == item else RULES[best.rule]
        return self._with_runner_up(Decision(item, kind, rule, best.edits), [c for c in candidates if c != best])

    def _with_runner_up(self, decision: Decision, others: list[Candidate]) -> Decision:
        if not others:
            return decision
        return decision._replace(runner_up=self._word(others[0]), runner_up_distance=others[0].edits)

    def _word(self, candidate: Candidate) -> str:
        return self._words[self._lexicon.forms[candidate.form]]

    def _lists_back(self, form: int, unit: int) -> int | None:
        """Return how many lists ago the same person studied a word; None for never."""
        earlier = self._answers.earlier[unit]
        return next((back for back, other in enumerate(earlier, start=1) if form in self._listed[other]), None)


def _scored_table(answers: Answers, decisions: Sequence[Decision]) -> LongFile:
    """Return the long table: answers as the items they were taken for, numbered anew without those left out."""
    rows = answers.table_rows
    item = np.array(answers.table.text("item"), dtype=object)
    position = np.array(answers.table.whole("position"))
    typed = np.full(len(answers.table), "", dtype=object)
    kept = np.ones(len(answers.table), dtype=bool)
    outputs = Counter[int]()
    for row, unit, raw, decision in zip(rows, answers.unit, answers.raw, decisions, strict=True):
        kept[row] = decision.kind != "blank"
        outputs[unit] += bool(kept[row])
        item[row], position[row], typed[row] = decision.item, outputs[unit], raw
    columns: dict[str, Any] = {name: np.asarray(column)[kept] for name, column in answers.table.columns.items()}
    columns |= {"item": item[kept], "position": position[kept], "typed": typed[kept]}
    return replace(answers.table, columns=columns, rows=answers.table.rows[kept])


def _decision_columns(
    answers: Answers, decisions: Sequence[Decision], corrected: Mapping[tuple[str, str, int], str]
) -> Columns:
    subjects, lists, outputs = ([key[i] for key in answers.keys] for i in range(3))
    columns: dict[str, list[Any]] = {"subject": subjects, "list": lists, "output": outputs, "raw": list(answers.raw)}
    for name in Decision._fields:
        values = [getattr(decision, name) for decision in decisions]
        columns[name] = ["" if value is None else value for value in values]
    columns["corrected"] = [_written(corrected.get(key)) for key in answers.keys]
    return columns


def _written(correction: str | None) -> str:
    """Return a correction as it is written: an empty field says that there is none."""
    return "" if correction is None else correction or "(blank)"
