"""The same two lists in every format: recalls 3, an intrusion, 1; then 2."""

import json

import h5py
import numpy as np
import pytest
import scipy.io

from memlab.data import FORMATS

WORDS = [["w11", "w12", "w13"], ["w21", "w22", "w23"]]
RECALLED = [["w13", "x", "w11"], ["w22"]]
POSITIONS = [[3, -1, 1], [2, 0, 0]]
MAP = """
subject = "Subject"
list = "Block"
[study]
rows = { Phase = "study" }
item = "Word"
[recall]
rows = { Phase = "recall" }
item = "Typed"
"""


def trials():
    """Return subject, list, phase and word, in the order of the experiment."""
    for number, (words, recalled) in enumerate(zip(WORDS, RECALLED, strict=True), start=1):
        yield from ((1, number, "study", word) for word in words)
        yield from ((1, number, "recall", word) for word in recalled)


def long_table(folder):
    rows = []
    for number, (words, recalled) in enumerate(zip(WORDS, RECALLED, strict=True), start=1):
        rows += [f"1,{number},study,{i},{word}" for i, word in enumerate(words, start=1)]
        rows += [f"1,{number},recall,{i},{word}" for i, word in enumerate(recalled, start=1)]
    return text(folder / "table.csv", ["subject,list,trial_type,position,item", *rows])


def murdock_text(folder):
    return text(folder / "fr3-1.txt", ["3 88 1", "2"] * 40)


def recall_matrix(folder):
    return text(folder / "matrix.csv", ["subject,list_length,recalls_1,recalls_2,recalls_3", "1,3,3,-1,1", "1,3,2,0,0"])


def position_table(folder):
    rows = ["1,1,3,1,3", "1,1,3,2,-1", "1,1,3,3,1", "1,2,3,1,2"]
    return text(folder / "positions.csv", ["subject,list,list_length,output_position,serial_position", *rows])


def embam(folder):
    struct = {
        "subject": [[1], [1]],
        "listLength": 3,
        "recalls": POSITIONS,
        "pres_itemnos": [[11, 12, 13], [21, 22, 23]],
        "rec_itemnos": [[13, -1, 11], [22, 0, 0]],
        "times": [[500, 1500, 2500], [700, 0, 0]],
        "intrusions": [[0, -1, 0], [0, 0, 0]],
    }
    scipy.io.savemat(folder / "data.mat", {"data": struct})
    return folder / "data.mat"


def jaxcmr(folder):
    arrays = {
        "subject": [[1], [1]],
        "listLength": [[3], [3]],
        "recalls": POSITIONS,
        "pres_itemnos": [[1, 2, 3], [1, 2, 3]],
        "pres_itemids": [[11, 12, 13], [21, 22, 23]],
        "rec_itemids": [[13, 99, 11], [22, 0, 0]],
    }
    with h5py.File(folder / "data.h5", "w") as file:
        group = file.create_group("data")
        for name, values in arrays.items():
            group.create_dataset(name, data=np.array(values).T)
    return folder / "data.h5"


def quail(folder):
    """As Egg.to_json() gives it: records as text, a record a list, null where there is no response."""
    records = [
        [{str(i): {"item": word, "temporal": i} for i, word in enumerate(words)} for words in part]
        for part in (WORDS, [RECALLED[0], [RECALLED[1][0], None, None]])
    ]
    for record in records[1]:
        for key, entry in record.items():
            record[key] = entry if entry["item"] else {"item": None}
    path = folder / "egg.json"
    path.write_text(json.dumps({"pres": json.dumps(records[0]), "rec": json.dumps(records[1])}))
    return path


def bids(folder):
    rows, clock = ["onset\tduration\ttrial_type\tresponse_time\titem_name\tserialpos\tlist\tsession\tsubject"], 0.0
    for _, number, phase, word in trials():
        clock += 1.6
        kind, time = ("WORD", "n/a") if phase == "study" else ("REC_WORD", f"{clock:.3f}")
        rows.append(f"{clock:.3f}\t1.6\t{kind}\t{time}\t{word}\tn/a\t{number}\t0\t1")
    return text(folder / "sub-1_ses-0_task-FR_events.tsv", rows)


def jspsych(folder):
    trial = {"trial_type": "html-keyboard-response", "internal_node_id": "0.0-0.0"}
    content = [
        trial
        | {"trial_index": i, "time_elapsed": 1000 * i, "subject": subject, "list": number, "phase": phase}
        | ({"stimulus": f"<p>{word}</p>", "response": None} if phase == "study" else {"response": word, "rt": 900})
        for i, (subject, number, phase, word) in enumerate(trials())
    ]
    path = folder / "jspsych.json"
    path.write_text(json.dumps(content))
    return path


def psychopy(folder):
    header = "block,phase,word,textbox.text,trials.thisN,participant,date,expName,psychopyVersion,frameRate,"
    rows = [
        f"{number},{phase},{word},,{i},1,2024-01-01,fr,2024.1,60,"
        if phase == "study"
        else f"{number},{phase},,{word},{i},1,2024-01-01,fr,2024.1,60,"
        for i, (_, number, phase, word) in enumerate(trials())
    ]
    path = folder / "psychopy.csv"
    path.write_text("\ufeff" + "\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def eprime(folder):
    """The log, UTF-16 as E-Prime writes it; a block's own frame comes after its trials."""
    lines = ["*** Header Start ***", "VersionPersist: 1", "LevelName: Session", "LevelName: Block", "LevelName: Trial"]
    lines += ["Experiment: fr", "Subject: 1", "Session: 1", "*** Header End ***"]
    everything = list(trials())
    for number in (1, 2):
        for _, _, phase, word in (trial for trial in everything if trial[1] == number):
            typed = "Word" if phase == "study" else "Typed"
            lines += ["\tLevel: 3", "\t*** LogFrame Start ***", f"\tPhase: {phase}", f"\t{typed}: {word}"]
            lines += ["\t*** LogFrame End ***"]
        lines += ["\tLevel: 2", "\t*** LogFrame Start ***", f"\tBlock: {number}", "\t*** LogFrame End ***"]
    lines += ["Level: 1", "*** LogFrame Start ***", "Experiment: fr", "*** LogFrame End ***"]
    path = folder / "eprime.txt"
    path.write_bytes("\r\n".join(lines).encode("utf-16"))
    (folder / "eprime.txt.columns.toml").write_text(MAP)
    return path


def mapped(folder):
    rows = [
        f"1;{n};{phase};{w if phase == 'study' else ''};{w if phase == 'recall' else ''}" for _, n, phase, w in trials()
    ]
    (folder / "own.csv.columns.toml").write_text(MAP)
    return text(folder / "own.csv", ["Subject;Block;Phase;Word;Typed", *rows])


def text(path, rows):
    path.write_text("\n".join(rows) + "\n")
    return path


MAKERS = {
    "table": long_table,
    "murdock_text": murdock_text,
    "recall_matrix": recall_matrix,
    "position_table": position_table,
    "embam": embam,
    "jaxcmr": jaxcmr,
    "quail": quail,
    "bids": bids,
    "jspsych": jspsych,
    "psychopy": psychopy,
    "eprime": eprime,
    "mapped": mapped,
}
assert set(MAKERS) == set(FORMATS)


@pytest.fixture(params=list(FORMATS))
def example(request, tmp_path):
    """A format, and the two lists in it."""
    return request.param, MAKERS[request.param](tmp_path)


@pytest.fixture
def make(tmp_path):
    """Write the two lists in a format."""
    return lambda name, folder=tmp_path: MAKERS[name](folder)
