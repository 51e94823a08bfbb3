"""A simulated table has the record of its run beside it, which verifies and repeats it."""

import json

import pytest

SMALL = ("--lists", "3", "--subjects", "2", "--seed", "4")


def test_the_record_is_beside_the_table_and_says_how_it_was_made(cli, tmp_path):
    assert cli("simulate", "chance", *SMALL, "--out", "recalls.csv")[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"recalls.csv", "recalls.run.json"}
    record = json.loads((tmp_path / "recalls.run.json").read_text(encoding="utf-8"))
    assert (record["command"], record["seed"], record["complete"]) == ("simulate", 4, True)
    assert record["config"] == {"model": "chance", "lists": 3, "subjects": 2, "seed": 4}
    assert set(record["outputs"]) == {"recalls.csv"}


@pytest.mark.parametrize("more", [(), ("--paradigm", "serial_recall")], ids=["free", "serial"])
def test_it_verifies_and_repeats_to_the_byte(cli, tmp_path, more):
    model = "primacy" if more else "chance"
    assert cli("simulate", model, *more, *SMALL, "--out", "recalls.csv")[0] == 0
    assert cli("verify", "recalls.run.json")[0] == 0
    code, _, err = cli("rerun", "recalls.run.json", "--out", "again")
    assert code == 0, err
    assert "every file is the same" in err
    assert (tmp_path / "again" / "recalls.csv").read_bytes() == (tmp_path / "recalls.csv").read_bytes()
    (tmp_path / "recalls.csv").write_text("x")
    assert cli("verify", "recalls.run.json")[0] == 7


def test_neither_table_nor_record_is_replaced_without_force(cli, tmp_path):
    (tmp_path / "recalls.run.json").write_text("mine")
    code, _, err = cli("simulate", "chance", *SMALL, "--out", "recalls.csv")
    assert (code, "recalls.run.json exists. Use --force" in err) == (6, True)
    assert (tmp_path / "recalls.run.json").read_text() == "mine"
    assert cli("simulate", "chance", *SMALL, "--out", "recalls.csv", "--force")[0] == 0
    assert cli("simulate", "chance", *SMALL, "--out", "recalls.csv")[0] == 6


def test_scored_answers_are_repeated_too(cli, tmp_path):
    (tmp_path / "typed.csv").write_text(
        "subject,list,trial_type,position,item\n1,1,study,1,horse\n1,1,study,2,table\n1,1,recall,1,hrose\n"
    )
    code, _, err = cli("score", "typed.csv", "--out", "scored")
    assert code == 0, err
    assert err.startswith("1 answers: 1 correct\nworth a look: 1 by rule spelling\n")
    assert {path.name for path in (tmp_path / "scored").iterdir()} == {"table.csv", "decisions.csv", "run.json"}
    assert cli("rerun", "scored", "--out", "again")[0] == 0
    assert cli("analyze", "scored/table.csv", "--analysis", "spc", "--format", "csv")[1].startswith("subject,input")
    (tmp_path / "typed.csv").write_text("changed")
    assert cli("rerun", "scored", "--out", "third")[0] == 7


def test_corrections_by_hand_go_from_file_to_file(cli, tmp_path):
    (tmp_path / "typed.csv").write_text(
        "subject,list,trial_type,position,item\n1,1,study,1,horse\n1,1,study,2,table\n1,1,recall,1,pony\n"
    )
    cli("score", "typed.csv", "--out", "first")
    decisions = (tmp_path / "first" / "decisions.csv").read_text(encoding="utf-8")
    (tmp_path / "mine.csv").write_text(decisions.rstrip("\n") + "horse\n", encoding="utf-8")
    assert cli("score", "typed.csv", "--corrections", "mine.csv", "--out", "second")[0] == 0
    assert ",horse,correct,corrected," in (tmp_path / "second" / "decisions.csv").read_text(encoding="utf-8")
    code, _, err = cli("score", "typed.csv", "--corrections", "first/decisions.csv", "--out", "first", "--force")
    assert (code, "would be replaced by this run" in err) == (2, True)
