"""`diagnose`: people and models on every signature, as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from memlab.core.files import Columns
from memlab.core.recall import StudyLists
from memlab.diagnosis.lists import lists_of
from memlab.diagnosis.people import Known, People
from memlab.diagnosis.signature import Setting, Signature
from memlab.diagnosis.signatures import SIGNATURES
from memlab.diagnosis.simulated import Diagnosed, Measured, Piece, simulate_piece
from memlab.diagnosis.verdicts import Direction, Size, direction, size

__all__ = ["COLUMNS", "Diagnosis", "Finding", "diagnose"]

COLUMNS = (
    *("signature", "condition", "model", "value", "error", "low", "high", "n_subjects", "neutral"),
    *("direction", "size", "note"),
)
"""People have ``low`` and ``high``, ends of the bootstrap interval, and no ``error``; models the other way round."""

ELSEWHERE: tuple[Setting, ...] = ("lengths", "materials")
LIST_LENGTH = 6
"""Of the lists of letters; the neutral values of signatures outside the target do not depend on it."""


@dataclass(frozen=True)
class Finding:
    """One model on one signature.

    Attributes
    ----------
    signature : Signature
    condition : str
        Of the target; empty for signatures measured elsewhere.
    model : str
    measured : Measured
    known : Known
        People's side.
    neutral : float
    direction : {"agrees", "does not agree", "cannot tell"}
    size : {"within", "below", "above", "cannot tell"}
    """

    signature: Signature
    condition: str
    model: str
    measured: Measured
    known: Known
    neutral: float
    direction: Direction
    size: Size


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """People and models on the signatures of serial recall.

    Attributes
    ----------
    people : People
    models : tuple of str
        Those that were diagnosed, in their order.
    findings : tuple of Finding
        Signature by signature, condition by condition, model by model.
    seed : int
    interrupted : bool
        Whether Ctrl-C left some out.
    """

    people: People
    models: tuple[str, ...]
    findings: tuple[Finding, ...]
    seed: int
    interrupted: bool = False

    def finding(self, signature: str, model: str, condition: str = "") -> Finding:
        """Return one finding; of the first condition by default."""
        return next(
            one
            for one in self.findings
            if (one.signature.name, one.model) == (signature, model) and condition in ("", one.condition)
        )

    def columns(self) -> Columns:
        """Return the table: for each signature and condition a row of people, then a row a model; see `COLUMNS`."""
        rows = list(self._rows())
        return {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}

    def _rows(self) -> Iterator[tuple[object, ...]]:
        nan = float("nan")
        last: tuple[str, str] | None = None
        for one in self.findings:
            key = (one.signature.name, one.condition)
            if key != last:
                known = one.known
                yield (*key, "people", known.mean, nan, known.low, known.high, known.n_subjects, one.neutral, "", "",
                       known.source)  # fmt: skip
            last = key
            measured = one.measured
            numbers = (measured.value, measured.error, nan, nan, 0, one.neutral)
            yield (*key, one.model, *numbers, one.direction, one.size, measured.note)


Progress = Callable[[str, int, int], None]


def diagnose(
    contenders: Sequence[Diagnosed],
    people: People,
    *,
    seed: int = 1,
    replications: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Diagnosis:
    """Measure every signature of people and models, and say where they agree.

    Parameters
    ----------
    contenders
        Models with their values: `memlab.contender.Contender`, or whatever has ``name``, ``model``, ``seeds`` and
        ``values(condition)``.
    people
        From `shipped_people` or `measured_people`.
    seed
        The same seed gives the same table, whatever the number of jobs.
    replications
        Simulated experiments a setting; None goes on until Monte-Carlo errors are small. Of trained networks, each
        makes so many, one by default.
    jobs
        Threads; kernels run without the interpreter's lock.
    progress
        Called with what was done, how many pieces are done, and how many there are.

    Examples
    --------
    >>> from memlab.contender import Contender
    >>> from memlab.data.parameter_sets import ParameterSet
    >>> from memlab.diagnosis.people import shipped_people
    >>> from memlab.models import get_model
    >>> chain = get_model("chaining")
    >>> contender = Contender(chain, ParameterSet("chaining", "", dict(chain.defaults())))
    >>> found = diagnose([contender], shipped_people("farrell_lewandowsky2012_e2"), replications=2)
    >>> found.finding("fill_in", "chaining").direction
    'does not agree'
    """
    pieces = _pieces(contenders, people, seed)
    done, interrupted = _simulate(pieces, seed, replications, jobs, progress)
    findings = tuple(_findings(contenders, people, pieces, done))
    return Diagnosis(people, tuple(one.name for one in contenders), findings, seed, interrupted)


Key = tuple[str, str, str]
"""Contender, setting and condition: what a piece is."""


def _pieces(contenders: Sequence[Diagnosed], people: People, seed: int) -> dict[Key, Piece]:
    settings: list[tuple[Setting, str, dict[str, StudyLists]]] = [
        ("target", one.name, {one.name: one.study}) for one in people.conditions
    ]
    settings += [(setting, "", lists_of(setting, seed)) for setting in ELSEWHERE]
    return {
        (contender.name, setting, condition): _piece(contender, people, setting, condition, lists)
        for contender in contenders
        for setting, condition, lists in settings
    }


def _piece(
    contender: Diagnosed, people: People, setting: Setting, condition: str, lists: dict[str, StudyLists]
) -> Piece:
    signatures = [signature for signature in SIGNATURES if signature.setting == setting]
    known = {signature.name: people.known(signature, condition) for signature in signatures}
    return Piece(contender, setting, condition, lists, signatures, known)


Done = dict[Key, dict[str, Measured]]


def _simulate(
    pieces: dict[Key, Piece], seed: int, replications: int | None, jobs: int, progress: Progress | None
) -> tuple[Done, bool]:
    from concurrent.futures import ThreadPoolExecutor, as_completed

    done: Done = {}
    pool = ThreadPoolExecutor(max_workers=max(1, jobs))
    waiting = {pool.submit(simulate_piece, piece, seed, replications): key for key, piece in pieces.items()}
    try:
        for future in as_completed(waiting):
            key = waiting[future]
            done[key] = future.result()
            if progress:
                progress(" ".join(part for part in key if part), len(done), len(pieces))
    except KeyboardInterrupt:
        return done, True
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return done, False


def _findings(
    contenders: Sequence[Diagnosed], people: People, pieces: dict[Key, Piece], done: Done
) -> Iterator[Finding]:
    for signature in SIGNATURES:
        conditions = [one.name for one in people.conditions] if signature.setting == "target" else [""]
        for condition in conditions:
            for contender in contenders:
                key = (contender.name, signature.setting, condition)
                if key in done:
                    yield _finding(signature, condition, contender.name, done[key], pieces[key])


def _finding(signature: Signature, condition: str, model: str, done: dict[str, Measured], piece: Piece) -> Finding:
    length = piece.lists[condition].list_length if condition else LIST_LENGTH
    measured, known, neutral = done[signature.name], piece.known[signature.name], signature.neutral(length)
    scale = done.get(signature.scale)
    verdict = direction(signature.claim, measured, known, neutral, scale)
    return Finding(signature, condition, model, measured, known, neutral, verdict, size(measured, known))
