"""Messages are one line and say what is allowed; every error has its exit code."""

import pytest

from memlab.core import errors


def test_an_unknown_name_gets_the_nearest_and_the_allowed():
    error = errors.UnknownName("cmr has no parameter", "beta_end", ["beta_enc", "beta_rec"])
    assert str(error) == "cmr has no parameter 'beta_end'. Did you mean 'beta_enc'? Allowed: beta_enc, beta_rec"


def test_a_name_like_no_other_gets_no_guess():
    assert "Did you mean" not in str(errors.UnknownName("there is no model", "xyz", ["cmr"]))
    assert "Allowed: none" in str(errors.UnknownName("there is no model", "xyz", []))


def test_a_long_list_of_names_is_cut():
    assert str(errors.UnknownName("no", "x", [f"name{i}" for i in range(30)])).endswith("name11, …")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.UsageError, 2),
        (errors.ParameterError, 2),
        (errors.NotSupported, 2),
        (errors.DataError, 3),
        (errors.NotConverged, 4),
        (errors.OutputExists, 6),
        (errors.ChecksumError, 7),
    ],
)
def test_exit_codes(kind, code):
    assert kind("x").exit_code == code
    assert isinstance(kind("x"), errors.MemlabError)


def test_a_missing_extra_says_how_to_install_it():
    error = errors.MissingExtra("the lab page", "starlette", "lab")
    assert error.exit_code == 5
    assert 'pip install "memlab[lab]"' in str(error)


def test_errors_are_what_python_users_catch():
    assert issubclass(errors.UsageError, ValueError)
    assert issubclass(errors.DataError, ValueError)
    assert issubclass(errors.OutputExists, FileExistsError)


def test_a_line_break_out_of_a_users_file_does_not_break_the_message():
    assert str(errors.DataError("row 2: item is 'a\nb'.")) == "row 2: item is 'a b'."
    assert str(errors.OutputExists("a\r\nb")) == "a b"
