"""Memory that one sequence leaves for the next."""

import gc

import numpy as np
import pytest
import torch

from memlab.models.neural.dnc import space

SHAPES = {"small": ((3,), np.dtype(np.float32)), "large": ((50, 7, 11), np.dtype(np.float64))}


@pytest.fixture(autouse=True)
def nothing_spare():
    gc.collect()
    space._spare.clear()


def address(array):
    return array.ctypes.data


def test_arrays_have_the_shapes_and_types_asked_for_and_do_not_overlap():
    room = space.arrays({**SHAPES, "none": ((0, 4), np.dtype(np.int64))})
    assert {name: (a.shape, a.dtype) for name, a in room.items()} == {
        **SHAPES,
        "none": ((0, 4), np.dtype(np.int64)),
    }
    room["small"][:], room["large"][:] = 1, 2
    assert (room["small"] == 1).all()
    assert all(address(array) % space.LINE == 0 and array.flags.c_contiguous for array in room.values())


def test_memory_serves_again_once_nothing_refers_to_it():
    room = space.arrays(SHAPES)
    before = address(room["large"])
    del room
    assert address(space.arrays(SHAPES)["large"]) == before


@pytest.mark.parametrize("keep", [lambda a: a, lambda a: a[1:, 0], lambda a: a.reshape(-1), torch.from_numpy])
def test_memory_that_something_refers_to_is_not_given_out(keep):
    kept = keep(space.arrays(SHAPES)["large"])
    kept[...] = 5
    others = [space.arrays(SHAPES) for _ in range(3)]
    for other in others:
        other["large"][...] = 0
    assert (kept == 5).all()


def test_a_block_far_too_large_or_too_small_is_left_alone():
    large = {"a": ((10**6,), np.dtype(np.uint8))}
    address_of_large = address(space.arrays(large)["a"])
    assert address(space.arrays({"a": ((10**5,), np.dtype(np.uint8))})["a"]) != address_of_large
    assert address(space.arrays(large)["a"]) == address_of_large


def test_few_blocks_are_kept_and_no_very_large_one(monkeypatch):
    rooms = [space.arrays(SHAPES) for _ in range(space.MOST_SPARE + 3)]
    rooms.clear()
    assert len(space._spare) == space.MOST_SPARE
    space._spare.clear()
    monkeypatch.setattr(space, "LARGEST_SPARE", 1000)
    del rooms
    space.arrays(SHAPES)
    assert not space._spare
