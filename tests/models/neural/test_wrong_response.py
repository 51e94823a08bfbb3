"""What comes after a wrong response that is put to a network: networks of which it is known what they give."""

import numpy as np
import pytest
import torch

from memlab.core.errors import UsageError
from memlab.models.neural.episodes import input_size, output_size
from memlab.models.neural.network import Network
from memlab.models.neural.tasks import Task
from memlab.models.neural.wrong_response import after_wrong_response

FEATURES = 32


class Tape(Network):
    """Knows the list by heart. It gives the item of its place, or the one after (or before) what it gave last."""

    def __init__(self, cued_by_response, step=1):
        super().__init__(input_size(FEATURES), output_size(FEATURES), None)
        self.cued_by_response, self.step = cued_by_response, step

    def initial_state(self, n_lists):
        return {"items": torch.zeros(n_lists, 0, FEATURES), "given": torch.zeros(n_lists)}

    def forward(self, inputs, state=None, generator=None):
        state = self.initial_state(inputs.shape[1]) if state is None else state
        outputs = torch.zeros(*inputs.shape[:2], FEATURES + 1)
        items, given = state["items"], state["given"]
        for t, x in enumerate(inputs):
            vectors = x[:, :FEATURES]
            if x[0, FEATURES]:
                items = torch.cat([items, vectors[:, None]], dim=1)
            else:
                at = given.long()
                if self.cued_by_response and given[0]:
                    at = (torch.einsum("bld,bd->bl", items, vectors).argmax(1) + self.step) % items.shape[1]
                outputs[t, :, :-1] = 50 * items[torch.arange(len(items)), at]
                given = given + 1
        return outputs, {"items": items, "given": given}


@pytest.fixture
def put_to(monkeypatch):
    def measure(network, length=5):
        card = {"task": Task("serial_recall", n_features=FEATURES).record()}
        monkeypatch.setattr("memlab.models.neural.wrong_response.load_network", lambda stem: (network, card))
        return after_wrong_response("", length, 200, 1)

    return measure


def test_a_network_that_keeps_its_place_gives_the_item_that_is_due(put_to):
    table = put_to(Tape(cued_by_response=False))
    assert table["lag"].tolist() == [1, 2, 3]
    assert table["due"].tolist() == [1, 1, 1]
    assert table["successor"].tolist() == table["displaced"].tolist() == [0, 0, 0]


def test_a_chain_that_is_cued_by_responses_goes_on_from_the_wrong_item(put_to):
    table = put_to(Tape(cued_by_response=True))
    assert table["successor"].tolist() == [1, 1, 1]
    assert table["due"].tolist() == [0, 0, 0]


def test_the_displaced_item_is_the_one_before_an_item_that_came_one_place_early(put_to):
    table = put_to(Tape(cued_by_response=True, step=-1))
    assert table["displaced"].tolist() == [1, 0, 0]
    assert table["due"].tolist() == [0, 1, 0]


def test_every_list_is_counted_once_and_a_lag_without_lists_is_not_a_number(put_to):
    table = put_to(Tape(cued_by_response=False), length=40)
    assert table["lists"].sum() == 200
    assert np.isnan(table["due"][table["lists"] == 0]).all()


def test_lists_that_leave_no_room_for_a_wrong_item_and_its_successor_are_refused(put_to):
    with pytest.raises(UsageError, match="at least 3 items. Got 2 instead"):
        put_to(Tape(cued_by_response=False), length=2)
