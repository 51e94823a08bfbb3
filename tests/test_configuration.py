"""Options are checked wherever they come from."""

import pytest

from memlab.configuration import CompareConfig, FitConfig
from memlab.core.errors import DataError, UnknownName, UsageError


def test_the_command_line_overrules_the_file(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text('models = ["cmr", "tcm"]\nseed = 5\n[values.cmr]\nbeta_enc = 0.5\n')
    config = CompareConfig.load(file, {"seed": 7, "lists": None})
    assert (config.models, config.seed, config.lists) == (("cmr", "tcm"), 7, None)
    assert config.values == {"cmr": {"beta_enc": 0.5}}


def test_names_may_be_written_with_commas():
    assert CompareConfig.load(given={"models": "cmr, tcm,"}).models == ("cmr", "tcm")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"paradigm": "recal"},
            "option paradigm: input should be 'free_recall' or 'serial_recall'. Got 'recal' instead.",
        ),
        (
            {"format": "pngg"},
            "option format: input should be 'pdf', 'svg' or 'png'. Got 'pngg' instead. Did you mean 'png'?",
        ),
        ({"seed": -1}, "option seed: input should be greater than or equal to 0. Got -1 instead."),
        ({"lists": 0}, "option lists: .* Got 0 instead."),
        ({"format": "pdf,gif"}, "option format: .* Got 'gif' instead."),
    ],
)
def test_a_wrong_value_is_one_line(given, message):
    with pytest.raises(UsageError, match=message):
        CompareConfig.load(given=given)


def test_an_unknown_option_gets_the_nearest(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text("sed = 5\n")
    with pytest.raises(UnknownName, match="there is no option 'sed'. Did you mean 'seed'"):
        CompareConfig.load(file)


def test_a_file_that_is_no_toml_or_not_there_is_refused(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text("seed = = 5")
    with pytest.raises(DataError, match="is not a TOML file"):
        FitConfig.load(file)
    with pytest.raises(DataError, match="cannot read"):
        FitConfig.load(tmp_path / "none.toml")


def test_a_record_gives_the_same_configuration_back():
    config = CompareConfig.load(given={"models": "cmr", "seed": 3, "values": {"cmr": {"tau": 2.0}}})
    assert CompareConfig.load(given=config.record()) == config
