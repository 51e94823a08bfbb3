"""Training one network on several tasks."""

import pytest

from memlab.configuration import TrainConfig as Options
from memlab.core.errors import ParameterError, UnknownName
from memlab.models.neural.tasks import Task
from memlab.models.neural.train import train
from memlab.models.neural.train_config import TrainConfig
from memlab.models.neural.trainer import Trainer
from memlab.runs.train import train_config, train_configured

FREE = Task(lengths=(1, 3), n_features=6, n_lures=3)
COPY = Task(paradigm="copy", items="binary", lengths=(1, 3), n_features=6)
TINY = {"hidden": 8, "slots": 4, "word": 4}


def several(**more):
    return TrainConfig(
        options=TINY, task=FREE, tasks=(FREE, COPY), steps=6, batch=4, evaluate_every=3, checkpoint_every=3, **more
    )


def test_every_task_is_drawn():
    trainer = Trainer(several())
    assert {trainer._drawn_task().name for _ in range(30)} == {"set", "copy"}


def test_one_task_draws_nothing_from_the_stream():
    trainer = Trainer(TrainConfig(options=TINY, task=FREE))
    before = trainer.rng.bit_generator.state
    assert trainer._drawn_task() == FREE
    assert trainer.rng.bit_generator.state == before


def test_the_card_says_all_tasks_and_how_well_each_went():
    card = train(several()).card
    assert [Task(**record) for record in card["tasks"]] == [FREE, COPY]
    assert set(card["scores"]["by_task"]) == {"set", "copy"}
    assert {"recalled", "recalled_set", "recalled_copy", "held_out_bits"} <= set(card["learning_curve"][0])


def test_resume_equals_an_uninterrupted_run_with_several_tasks(tmp_path):
    whole = train(several())
    trainer, again = Trainer(several()), Trainer(several())
    for _ in range(3):
        trainer.step()
    again.resume(trainer.checkpoint())
    for _ in range(3):
        again.step()
    for name, weight in whole.network.state_dict().items():
        assert (again.network.state_dict()[name] == weight).all()


def test_a_recipe_names_its_tasks_over_what_they_share(tmp_path):
    recipe = tmp_path / "all.toml"
    recipe.write_text(
        """
        steps = 2
        batch = 2
        evaluate_every = 2
        options = {hidden = 8, slots = 4, word = 4}
        task = {n_features = 6, n_lures = 3, lengths = [1, 3]}
        tasks = [{paradigm = "serial_recall"}, {paradigm = "copy", items = "binary", lengths = [1, 2]}]
        """
    )
    config = train_config({}, file=recipe)
    first, second = (Task(**record) for record in train_configured(config).card["tasks"])
    assert (first.paradigm, first.lengths, first.n_lures) == ("serial_recall", (1, 3), 3)
    assert (second.paradigm, second.lengths, second.n_features) == ("copy", (1, 2), 6)


def test_tasks_that_do_not_go_together_are_refused():
    wide = Task(n_features=7)
    with pytest.raises(ParameterError, match="the same n_features"):
        TrainConfig(task=FREE, tasks=(FREE, wide))
    with pytest.raises(ParameterError, match="the first of several"):
        TrainConfig(task=COPY, tasks=(FREE, COPY))
    with pytest.raises(UnknownName, match="a task has no option 'length'"):
        train_configured(Options(tasks=[{"length": 3}]))
