"""Recall from the first item on is what it was before other directions were added: the same seed, the same recalls."""

from dataclasses import replace

import numpy as np
import pytest

from memlab.core.recall import INTRUSION, OMISSION, Pool, StudyLists
from memlab.core.serial_test import SerialTest
from memlab.models import get_model

BEFORE = {
    "chance/plain": "---4-- 1-2--- --32-- -4-6-- 6-----",
    "chance/grouped": "---4-- 1-2--- --32-- -4-6-- 6-----",
    "chance/backward": "---4-- 1-2--- --32-- -4-6-- 6-----",
    "cmr/plain": "-12635 145-62 1-4236 123564 612--4",
    "cmr/grouped": "-12635 145-62 1-4236 123564 612--4",
    "chaining/plain": "12-345 1245-6 12345- 1245-- 1234-5",
    "chaining/grouped": "12-345 1245-6 12345- 1245-- 1234-5",
    "chaining/alike": "12-345 1245-6 12345- 1245-- 1234-5",
    "todam/plain": "1234xx 123456 123456 123456 1345xx",
    "todam/grouped": "1234xx 123456 123456 123456 1345xx",
    "todam/alike": "12345x 145236 123456 x43215 145x32",
    "start_end/plain": "12356- 123456 123456 132456 123456",
    "start_end/grouped": "123456 123456 123456 123456 123456",
    "start_end/backward": "654213 613421 641321 641231 623142",
    "start_end/alike": "521436 11346- 325416 134256 143153",
    "perturbation/plain": "12-456 1-2465 125436 132564 123645",
    "perturbation/grouped": "12-456 1-2465 125436 132564 123645",
    "perturbation/backward": "65-321 6-5312 652341 645213 654132",
    "cru/plain": "123456 123456 123456 123456 234561",
    "cru/grouped": "123456 123456 123456 123456 234561",
    "simple.serial/plain": "123465 12356- 124356 132465 123546",
    "simple.serial/grouped": "123465 12356- 1245-6 1324-6 123546",
    "simple.serial/backward": "65-2-1 654321 6543-1 65-321 653421",
    "primacy/plain": "123456 123465 123465 123456 132456",
    "primacy/grouped": "123456 123465 123465 123456 132456",
    "primacy/alike": "321456 132465 532416 523416 132456",
    "oscar/plain": "123456 123456 123456 123456 123456",
    "oscar/grouped": "123456 153426 123456 123456 123456",
    "oscar/backward": "654321 654321 654321 654312 654321",
    "oscar/alike": "15236- 521436 321546 123456 123456",
    "position_marking/plain": "123456 123456 123456 123456 123456",
    "position_marking/grouped": "123456 123456 123546 123456 123456",
    "position_marking/backward": "643215 634215 654321 654321 654321",
    "position_marking/alike": "532416 132456 523416 521346 321456",
}
"""Five lists of six items as simulated with seed 11 on 21 November 2026; x is an intrusion, - a blank."""

TESTS = {
    "plain": SerialTest(),
    "alike": SerialTest(),
    "backward": SerialTest("backward"),
    "grouped": SerialTest(group=np.tile([0, 0, 0, 1, 1, 1], (5, 1))),
}


def items_alike():
    alike = np.eye(6)
    alike[np.ix_([0, 2, 4], [0, 2, 4])] = 0.8
    np.fill_diagonal(alike, 1.0)
    return alike


@pytest.mark.parametrize("case", BEFORE)
def test_the_same_seed_gives_the_recalls_that_it_gave(case):
    name, kind = case.split("/")
    study = replace(StudyLists.simple(5, 6, serial=TESTS[kind]), pool=Pool(similarity=items_alike()))
    model = get_model(name).with_options(**({"similarity": True} if kind == "alike" else {}))
    position = model.simulate(study, None, np.random.default_rng(11)).position
    written = [[{"x": INTRUSION, "-": OMISSION}.get(c) or int(c) for c in row] for row in BEFORE[case].split()]
    np.testing.assert_array_equal(position, written)
