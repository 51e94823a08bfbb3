"""TODAM: items and the links between neighbours added up in one vector, by convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from memlab.core.model import Model
from memlab.core.parameters import Parameter, Values
from memlab.core.recall import INTRUSION, OMISSION, Floats, Ints, Recalls, StudyLists
from memlab.core.similarity import similarity_of
from memlab.models.probed import by_cue, item_shown, one_question_each
from memlab.models.serial_lists import SERIAL_CURVES, allowed_threshold, check_serial

__all__ = ["DistributedAssociativeMemory", "convolution", "correlation"]

_OURS = "illustrative: the values of the fits of 1989 are not known to us"
_PARAMETERS = (
    Parameter("n_features", 128, 8, 4096, "features of an item's vector", source=_OURS, integer=True),
    Parameter("alpha", 0.95, 0.0, 1.0, "share of memory that is left when the next item comes", source=_OURS),
    Parameter(
        "omega", 0.9, 0.0, 1.0, "weight of the link to the first item; that of the item is 1 less it", source=_OURS
    ),
    Parameter("omega_decay", 0.9, 0.0, 1.0, "weight of a link over that of the link before", source=_OURS),
    Parameter(
        "criterion",
        0.2,
        -10.0,
        10.0,
        "a place is left blank if no item matches what is retrieved so well",
        source=_OURS,
    ),
    Parameter("lexicon", 10, 0, 1000, "items that can be given and are not on the list", source=_OURS, integer=True),
)
Vectors = NDArray[np.float32]

BATCH = 256
"""Lists that are computed together: more take more memory and are not faster."""


@dataclass(frozen=True)
class DistributedAssociativeMemory(Model):
    """One vector holds the list; an item, correlated with it, brings back a noisy version of the next item.

    Items are vectors f_j of independent Gaussian features with variance 1/n_features, f_0 stands for the start of the
    list. Studying item j, M ← alpha M + (1 - omega_j) f_j + omega_j (f_j ∗ f_{j-1}), with the weight of the link
    omega_j = omega omega_decay^(j - 1): attention to order falls over the list. At each place the probe, at first f_0,
    is correlated with memory. What that retrieves is compared, by the dot product, with the items not yet given and
    with ``lexicon`` others (intrusions). The best match is given, suppressed and becomes the next probe. If it misses
    the criterion the place stays blank, and the retrieved vector itself is the next probe: the chain goes on after an
    omission, though with these choices it seldom finds the next item.

    In probed recall the item shown is the probe. Convolution has no direction: the item before it, whose link is older
    but heavier, comes back as well as the one after it, and in forward recall is only kept from being given because it
    was given already. The chain begins at the start of the list: no backward recall. Where omissions are not allowed
    there is no criterion. Whether people know the length makes no difference.

    Options
    -------
    similarity
        True: vectors of similar items correlate, by their similarity (made positive semidefinite). The lists need the
        similarity of their items.

    Notes
    -----
    Convolution and correlation are circular, which leaves no tails to be cut off; the paper's are not. A retrieved
    vector that becomes a probe is brought to length 1 (ours): as it comes, it is too short to pass the criterion. No
    likelihood: vectors are drawn anew for each list. No repetitions, no times.

    References
    ----------
    Lewandowsky & Murdock (1989), Psychol. Rev. 96, 25-57; on its noise, Mewhort, Popham & James (1994), Psychol. Rev.
    101, 534-538; circular convolution: Plate (1995), IEEE Trans. Neural Networks 6, 623-641.

    Examples
    --------
    >>> from memlab.core.serial_test import SerialTest
    >>> study = StudyLists.simple(1, 2, serial=SerialTest())
    >>> values = {"n_features": 4096, "omega": 1.0, "alpha": 1.0}
    >>> DistributedAssociativeMemory().simulate(study, values, np.random.default_rng(0)).position
    array([[1, 2]])
    """

    similarity: bool = False

    name: ClassVar[str] = "todam"
    title: ClassVar[str] = "TODAM: theory of distributed associative memory, serial order"
    citation: ClassVar[str] = "Lewandowsky & Murdock (1989), Psychol. Rev. 96, 25-57"
    paradigms: ClassVar[tuple[str, ...]] = ("serial_recall",)
    predicts: ClassVar[tuple[str, ...]] = SERIAL_CURVES

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The table."""
        return _PARAMETERS

    def simulate(self, study: StudyLists, values: Values | None, rng: np.random.Generator) -> Recalls:
        """Return one simulated recall of each list; see `RecallModel.simulate`.

        Raises
        ------
        NotSupported
            Lists that are not for forward or probed serial recall, or that hold an item twice.
        DataError
            With similarity: the lists have no similarity of their items.
        """
        v = self.resolve(values)
        directions = ("forward", "probed")
        check_serial(self.name, study, directions=directions, because="the chain begins at the first item")
        assert study.serial is not None
        rows, n = one_question_each(study), study.list_length
        cue = item_shown(rows) + 1  # 0: the start of the list
        position = np.empty((rows.n_lists, n if study.serial.cue is None else 1), dtype=np.int64)
        criterion = allowed_threshold(study, v["criterion"])
        for begin in range(0, rows.n_lists, BATCH):
            lists = slice(begin, begin + BATCH)
            vectors = _vectors(self._roots(rows, lists), len(position[lists]), n, v, rng)
            position[lists] = _recall(vectors, _memory(vectors, n, v), cue[lists], position.shape[1], n, criterion)
        return Recalls(by_cue(study, position))

    def _roots(self, study: StudyLists, lists: slice) -> Floats | None:
        """Return the matrices that give vectors the similarity of each list's items, (n_lists, N, N)."""
        if not self.similarity:
            return None
        items = study.items[lists]
        alike = similarity_of(self.name, study)[items[:, :, np.newaxis], items[:, np.newaxis, :]]
        alike = np.where(np.eye(study.list_length, dtype=np.bool_), 1.0, (alike + alike.swapaxes(1, 2)) / 2)
        size, direction = np.linalg.eigh(alike)
        roots: Floats = direction * np.sqrt(np.maximum(size, 0.0))[:, np.newaxis, :]
        roots /= np.linalg.norm(roots, axis=2, keepdims=True)
        return roots


def convolution(a: Floats, b: Floats) -> Floats:
    """Return the circular convolution a ∗ b, along the last axis."""
    n = a.shape[-1]
    product: Floats = irfft(rfft(a) * rfft(b), n)
    return product


def correlation(probe: Floats, memory: Floats) -> Floats:
    """Return the circular correlation probe # memory, along the last axis: x # (x ∗ y) is like y."""
    n = probe.shape[-1]
    retrieved: Floats = irfft(np.conj(rfft(probe)) * rfft(memory), n)
    return retrieved


def _vectors(roots: Floats | None, n_lists: int, n: int, v: dict[str, float], rng: np.random.Generator) -> Vectors:
    """Draw the start, the items of the list and the others, (n_lists, 1 + N + lexicon, n_features)."""
    n_features = int(v["n_features"])
    shape = (n_lists, 1 + n + int(v["lexicon"]), n_features)
    vectors: Vectors = rng.standard_normal(shape, dtype=np.float32)  # drawing takes most of the time; half in 32 bits
    vectors /= np.float32(np.sqrt(n_features))
    if roots is not None:
        vectors[:, 1 : n + 1] = roots @ vectors[:, 1 : n + 1]
    return vectors


def _memory(vectors: Vectors, n: int, v: dict[str, float]) -> Vectors:
    """Return memory after the last item, (n_lists, n_features)."""
    n_features = vectors.shape[2]
    spectra = rfft(vectors[:, : n + 1])  # each vector's is needed twice; sums are the same in either domain
    memory = np.zeros_like(spectra[:, 0])
    for j in range(1, n + 1):
        omega = v["omega"] * v["omega_decay"] ** (j - 1)
        link = spectra[:, j] * spectra[:, j - 1]  # f_j ∗ f_{j-1}
        memory = v["alpha"] * memory + (1.0 - omega) * spectra[:, j] + omega * link
    whole: Vectors = irfft(memory, n_features)
    return whole


def _recall(vectors: Vectors, memory: Vectors, cue: Ints, n_places: int, n: int, criterion: float) -> Ints:
    """Return what is given at each place, (n_lists, n_places); the first probe is the vector numbered ``cue``."""
    n_lists, rows = len(vectors), np.arange(len(vectors))
    position = np.full((n_lists, n_places), OMISSION)
    barred = np.zeros(vectors.shape[:2], dtype=np.bool_)
    barred[:, 0] = True  # the start of the list is no item
    barred[rows, cue] = True
    probe, spectrum = vectors[rows, cue], rfft(memory)  # of memory, which stays the same at all places
    for place in range(n_places):
        retrieved = irfft(np.conj(rfft(probe)) * spectrum, vectors.shape[2])  # probe # memory, (n_lists, n_features)
        match = np.where(barred, -np.inf, (vectors @ retrieved[:, :, np.newaxis])[:, :, 0])
        best = match.argmax(axis=1)
        said = match[rows, best] >= criterion
        position[said, place] = np.where(best[said] <= n, best[said], INTRUSION)
        barred[rows[said], best[said]] = True
        unit = retrieved / np.maximum(np.linalg.norm(retrieved, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        probe = np.where(said[:, np.newaxis], vectors[rows, best], unit)
    return position
