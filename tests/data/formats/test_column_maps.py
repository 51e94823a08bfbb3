"""Files whose columns are the experimenter's own are read by a column map, or by the names that are looked for."""

import json

import numpy as np
import pytest

from memlab.core.errors import DataError, UnknownName
from memlab.core.recall import INTRUSION
from memlab.data import check_file, import_file
from memlab.data.formats.column_map import read_column_map

MAP = """
subject = ["id", "participant"]
list = "block"
condition = "rate"
[study]
rows = { phase = "Learn", shown = [1, 2] }
item = "word"
position = "trial"
[recall]
rows = { phase = "test" }
item = "typed"
separator = ",;"
time = "rt"
time_unit = "ms"
time_since = "response"
"""
ROWS = [
    "participant,block,rate,phase,shown,trial,word,typed,rt",
    "p1,1,fast,learn,1,2,dog,,",
    "p1,1,fast,learn,2,1,cat,,",
    "p1,1,fast,learn,0,3,filler,,",
    "p1,1,,test,,,,dog,500",
    "p1,1,,test,,,,,400",
    "p1,1,,test,,,,owl,250",
    "p1,2,fast,learn,1,1,hen,,",
    "p1,2,fast,learn,1,2,pig,,",
    'p1,2,,test,,,,"pig; hen,",900',
]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "own.csv").write_text("\n".join(ROWS) + "\n")
    (tmp_path / "map.toml").write_text(MAP)
    return tmp_path / "own.csv", tmp_path / "map.toml"


def test_a_map_says_which_rows_and_columns_mean_what(files):
    path, columns = files
    conditions = import_file(path, columns=columns)
    data = conditions["fast"]
    assert [[data.study.pool.words[i] for i in row] for row in data.study.items] == [["cat", "dog"], ["hen", "pig"]]
    np.testing.assert_array_equal(data.recalls.position, [[2, INTRUSION], [2, 1]])
    np.testing.assert_allclose(data.recalls.time, [[0.5, 0.75], [np.nan, np.nan]])  # one time for two words is none
    assert data.study.subject.tolist() == ["p1", "p1"]


def test_a_map_beside_the_file_or_in_its_folder_is_found(files):
    path, columns = files
    for place in (path.with_name("own.csv.columns.toml"), path.with_name("columns.toml")):
        place.write_text(columns.read_text())
        assert check_file(path)[0] == "mapped"
        assert import_file(path)["fast"].n_lists == 2
        place.unlink()


def test_a_folder_has_a_file_a_person(files, tmp_path):
    path, columns = files
    folder = tmp_path / "people"
    folder.mkdir()
    text = path.read_text()
    (folder / "anna.csv").write_text(text.replace("participant,", "x,"))
    (folder / "bert.csv").write_text(text.replace("participant,", "x,"))
    (folder / "columns.toml").write_text(columns.read_text().replace('subject = ["id", "participant"]', ""))
    data = import_file(folder, "mapped")["fast"]
    assert data.study.subject.tolist() == ["anna", "anna", "bert", "bert"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('list = "block"', "", "there is no 'list'. Write list = \"COLUMN\""),
        ('list = "block"', "list = 3", "list must be the name of a column"),
        ("[study]", "[studied]", "there is no entry 'studied'. Did you mean 'study'"),
        ('time_unit = "ms"', 'time_unit = "min"', "time_unit is 'min'; allowed: s, ms"),
        ('time_since = "response"', 'time_since = "dawn"', "time_since is 'dawn'; allowed: test, response"),
        ('separator = ",;"', "separator = 1", "separator must be text"),
        ('rows = { phase = "test" }', 'rows = "test"', "rows must be a table"),
        ('rows = { phase = "test" }', "rows = { phase = [] }", "rows.phase must be a value, or a list"),
        ('subject = ["id"', "subject = [", "is no column map"),
        ('list = "block"', 'list = "blok"', "there is no column blok, which map.toml has for list"),
        ('item = "typed"', 'item = "type"', "there is no column type, which map.toml has for recall.item"),
        ('phase = "Learn"', 'phase = "never"', "there are recalls but no study rows"),
        ('"id", "participant"', '"id"', "there is no column id, which map.toml has for subject"),
    ],
)
def test_a_wrong_map_is_refused(files, old, new, message):
    path, columns = files
    assert old in MAP
    columns.write_text(MAP.replace(old, new))
    with pytest.raises((DataError, UnknownName), match=message):
        import_file(path, columns=columns)


def test_without_a_map_e_prime_asks_for_one(make):
    path = make("eprime")
    path.with_name("eprime.txt.columns.toml").unlink()
    with pytest.raises(DataError, match=r"whose columns are the experimenter's own\. Write eprime\.txt\.columns\.toml"):
        import_file(path)


def test_e_primes_frames_have_the_entries_of_the_frames_around_them(make):
    (data,) = import_file(make("eprime")).values()
    assert data.study.list.tolist() == [1, 2]  # the number stands in the block's frame, after its trials
    assert data.study.subject.tolist() == [1, 1]  # and the subject in the header


def test_a_log_that_is_cut_off_is_read_to_its_last_whole_frame_with_a_warning(make):
    path = make("eprime")
    lines = path.read_bytes().decode("utf-16").split("\r\n")
    ends = [i for i, line in enumerate(lines) if line.strip() == "*** LogFrame End ***"]
    path.write_bytes("\r\n".join([*lines[: ends[-1]]]).encode("utf-16"))
    _, conditions, problems = check_file(path)
    assert [(p.kind, p.effect) for p in problems.found] == [("warning", "is read up to the last whole frame")]
    assert conditions["all"].n_lists == 2


def test_e_data_aids_export_is_read_below_the_name_of_its_file(tmp_path):
    (tmp_path / "columns.toml").write_text(
        MAP.replace("shown = [1, 2]", "").replace('", }', '" }').replace('Learn", ', 'Learn"')
    )
    rows = ["C:\\data\\fr.edat2", *(row.replace('"', "").replace(",", "\t") for row in ROWS[:4] + ROWS[4:5])]
    rows[1] = rows[1].replace("participant", "id")
    path = tmp_path / "export.txt"
    path.write_bytes("\r\n".join(rows).encode("utf-16"))
    data = import_file(path, "eprime")["fast"]
    np.testing.assert_array_equal(data.recalls.position, [[2]])
    assert data.list_length == 3


def test_jspsychs_answers_in_json_and_html_are_read(tmp_path):
    trials = [
        {
            "trial_index": 0,
            "time_elapsed": 1,
            "participant": "p",
            "block": 1,
            "task": "study",
            "stimulus": "<b>R&amp;B</b>",
        },
        {"trial_index": 1, "time_elapsed": 2, "participant": "p", "block": 1, "task": "study", "stimulus": "jazz"},
        {
            "trial_index": 2,
            "time_elapsed": 9,
            "participant": "p",
            "block": 1,
            "task": "recall",
            "response": {"Q0": "jazz\nsoul, R&B"},
            "rt": 5000,
        },
    ]
    (tmp_path / "data.json").write_text(json.dumps(trials))
    header = list(dict.fromkeys(key for trial in trials for key in trial))
    quoted = [
        '"' + json.dumps(t.get(k)).replace('"', '""') + '"' if isinstance(t.get(k), dict) else str(t.get(k, ""))
        for t in trials
        for k in header
    ]
    rows = [",".join(quoted[i : i + len(header)]) for i in range(0, len(quoted), len(header))]
    (tmp_path / "data.csv").write_text("\n".join([",".join(header), *rows]) + "\n")
    for name in ("data.json", "data.csv"):
        (data,) = import_file(tmp_path / name).values()
        np.testing.assert_array_equal(data.recalls.position, [[2, INTRUSION, 1]])
        assert data.study.pool.words == ("R&B", "jazz", "soul")


def test_a_map_reads_back_as_it_was_written(files):
    known = read_column_map(files[1])
    assert known.subject == ("id", "participant")
    assert known.study.rows == ((("phase",), ("learn",)), (("shown",), ("1", "2")))
    assert (known.recall.unit, known.recall.since) == (0.001, "response")


def test_a_problem_of_a_folder_names_its_file(files, tmp_path):
    path, columns = files
    folder = tmp_path / "people"
    folder.mkdir()
    good = path.read_text()
    (folder / "a.csv").write_text(good)
    (folder / "b.csv").write_text(good.replace("p1", "p2").replace("dog,500", "dog,soon"))
    (folder / "c.csv").write_text(
        good.replace("p1", "p3").replace("learn,1,1,hen", "none,1,1,hen").replace("learn,1,2,pig", "none,1,2,pig")
    )
    with pytest.raises(DataError, match=r"people/b\.csv, row 5: rt is 'soon'; it must be a number"):
        import_file(folder, "mapped", columns=columns)
    _, _, problems = check_file(folder, "mapped", columns=columns)
    assert [(p.file, p.row) for p in problems.errors] == [("b.csv", 5), ("c.csv", 10)]
    (folder / "b.csv").unlink()
    with pytest.raises(DataError, match=r"people/c\.csv, row 10: list 2 of subject p3: there are recalls but no study"):
        import_file(folder, "mapped", columns=columns)


def test_jspsychs_csv_has_null_where_nothing_was_measured(tmp_path):
    rows = [
        "rt,stimulus,response,trial_type,trial_index,time_elapsed,subject,phase,list",
        '"2300","<p>Welcome</p>","0","html-button-response","0","2301","p1","",""',
        '"null","<p>cat</p>","null","html-keyboard-response","1","3302","p1","study","1"',
        '"null","<p>dog</p>","null","html-keyboard-response","2","4302","p1","study","1"',
        '"[310,355]","","[""a"",""b""]","sketch","3","5302","p1","",""',
        '"null","","null","html-keyboard-response","4","6302","p1","recall","1"',
        '"9000","","{""Q0"":""dog, cat""}","survey-text","5","9302","p1","recall","1"',
    ]
    path = tmp_path / "data.csv"
    path.write_text("\r\n".join(rows) + "\r\n")
    format, conditions, problems = check_file(path)
    assert (format, problems.found) == ("jspsych", [])
    assert conditions["all"].recalls.position.tolist() == [[2, 1]]


def test_a_folder_whose_files_are_of_one_format_needs_no_name(make, tmp_path):
    folder = tmp_path / "people"
    folder.mkdir()
    for name in ("ann", "ben"):
        (folder / f"{name}.csv").write_bytes(make("psychopy").read_bytes())
        (folder / f"{name}.log").write_text("8.1 DATA Keypress: space")
    assert check_file(folder)[0] == "psychopy"
    (folder / "cat.csv").write_bytes(make("jspsych").read_bytes())
    with pytest.raises(DataError, match="people is a folder; its files must all be of one format"):
        import_file(folder)


def test_e_data_aids_export_is_known_by_its_second_row(tmp_path):
    rows = ["C:\\data\\merged.emrg2", "ExperimentName\tSubject\tBlock\tPhase\tWord\tTyped"]
    rows += ["FR\t1\t1\tstudy\tcat\tNULL", "FR\t1\t1\tstudy\tdog\tNULL", "FR\t1\t1\trecall\tNULL\tdog"]
    path, columns = tmp_path / "export.txt", tmp_path / "map.toml"
    path.write_bytes("\r\n".join(rows).encode("utf-16"))
    columns.write_text(
        """subject = "Subject"
list = "Block"
study = { item = "Word", rows = { Phase = "study" } }
recall = { item = "Typed", rows = { Phase = "recall" } }"""
    )
    format, conditions, _ = check_file(path, columns=columns)
    assert format == "eprime"
    assert conditions["all"].recalls.position.tolist() == [[2]]


def test_rows_of_which_none_is_a_response_are_warned_of(make, tmp_path):
    path = tmp_path / "typo.csv"
    path.write_text(make("psychopy").read_text().replace("recall", "recal"))
    _, conditions, problems = check_file(path)
    assert (conditions["all"].recalls.position == 0).all()
    (warned,) = problems.found
    assert warned.problem == "no row is a response; the default for psychopy takes those where phase is recall or test."


@pytest.mark.parametrize("mark", ["\n", "\r\n", ""])
def test_jspsychs_results_of_several_people_in_one_file_are_read(make, tmp_path, mark):
    """JATOS writes an array a person, one after the other."""
    trials = make("jspsych").read_text()
    path = tmp_path / "jatos.txt"
    path.write_text(mark.join(trials.replace('"subject": 1', f'"subject": {i}') for i in (1, 2, 3)))
    format, conditions, problems = check_file(path)
    assert (format, problems.found) == ("jspsych", [])
    assert sorted(set(conditions["all"].study.subject.tolist())) == [1, 2, 3]
    path.write_text(trials + "\n[{]")
    with pytest.raises(DataError, match=r"jatos\.txt, row \d+, column \d+: .*it is no JSON"):
        import_file(path)
