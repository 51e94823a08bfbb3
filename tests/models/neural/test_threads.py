"""One thread of torch while networks run, and afterwards as many as before."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import torch

from memlab.models.neural.threads import one_thread


def test_inside_there_is_one_thread_and_afterwards_there_are_as_many_as_before():
    before = torch.get_num_threads()
    with one_thread():
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_threads_of_python_that_overlap_leave_as_many_as_before():
    before, together = torch.get_num_threads(), Barrier(4)

    def work(_):
        with one_thread():
            together.wait()
            return torch.get_num_threads()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(work, range(4))) == {1}
    assert torch.get_num_threads() == before
