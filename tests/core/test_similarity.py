"""Similarity of words: read from a file, and looked up for the words of lists."""

from dataclasses import replace

import numpy as np
import pytest

from memlab.core.errors import DataError, UsageError
from memlab.core.recall import Conditions, Pool, RecallData, Recalls, StudyLists
from memlab.core.similarity import Similarity, read_similarity, with_similarity

WORDS = ("cat", "dog", "cup")
MATRIX = np.array([[1.0, 0.6, 0.1], [0.6, 1.0, 0.2], [0.1, 0.2, 1.0]])
TABLE = ",cat,dog,cup\ncat,1,.6,.1\ndog,.6,1,.2\ncup,.1,.2,1\n"


def lists(words=("cup", "cat", "intrusion")):
    return replace(StudyLists.simple(1, 2), pool=Pool(words=words))


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_table_of_similarities_is_read(tmp_path, separator):
    path = tmp_path / "words.csv"
    path.write_text(TABLE.replace(",", separator))
    read = read_similarity(path)
    assert read.words == WORDS
    np.testing.assert_array_equal(read.matrix, MATRIX)


def test_distances_are_told_by_the_first_cell_of_a_table_or_the_name_of_an_array(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("distance" + TABLE)
    np.testing.assert_allclose(read_similarity(path).matrix, 1 - MATRIX)
    np.savez(tmp_path / "words.npz", items=np.array(WORDS), distances=1 - MATRIX)
    np.testing.assert_allclose(read_similarity(tmp_path / "words.npz").matrix, MATRIX)


def test_a_numpy_archive_of_similarities_is_read(tmp_path):
    np.savez(tmp_path / "words.npz", words=np.array(WORDS), similarity=MATRIX)
    read = read_similarity(tmp_path / "words.npz")
    assert read.words == WORDS
    np.testing.assert_array_equal(read.matrix, MATRIX)


def test_pickled_objects_are_refused(tmp_path):
    np.savez(tmp_path / "words.npz", words=np.array(WORDS, dtype=object), similarity=MATRIX)
    with pytest.raises(DataError, match="not a NumPy archive of plain arrays"):
        read_similarity(tmp_path / "words.npz")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "words.csv is empty"),
        (TABLE.replace("dog,.6", "hat,.6"), "words.csv, row 3: 'hat' stands where the header has 'dog'"),
        (TABLE.replace(".2\n", "\n"), "row 3: a similarity of 'dog' is no number"),
        (TABLE.replace(",.2\n", "\n"), "row 3: 2 similarities; the header has 3 words"),
        (TABLE.replace("cup,.1,.2,1\n", ""), "the header has 3 words, and there are 2 rows"),
        (TABLE.replace("cup", "cat"), "the word 'cat' stands there twice"),
        (TABLE.replace(".2\n", "nan\n"), "the similarity of 'dog' and 'cup' is no finite number"),
    ],
)
def test_a_file_that_is_no_matrix_of_similarities_is_refused_in_one_line(tmp_path, text, message):
    path = tmp_path / "words.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message) as refused:
        read_similarity(path)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named():
    for name in ("nowhere.csv", "nowhere.npz"):
        with pytest.raises(DataError, match="cannot read nowhere"):
            read_similarity(name)


def test_items_are_looked_up_by_their_words():
    pool = with_similarity(lists(), Similarity(WORDS, MATRIX)).pool
    np.testing.assert_array_equal(pool.similarity[:2, :2], [[1.0, 0.1], [0.1, 1.0]])
    assert np.isnan(pool.similarity[2]).all()  # an intrusion, which no list presents
    assert pool.words == ("cup", "cat", "intrusion")


def test_conditions_and_data_keep_their_recalls():
    data = RecallData(lists(), Recalls(np.array([[2, 0]])), "quiet")
    for given in (
        with_similarity(data, (WORDS, MATRIX)),
        with_similarity(Conditions([data]), (WORDS, MATRIX))["quiet"],
    ):
        assert given.study.pool.similarity[0, 1] == 0.1
        assert given.recalls is data.recalls
        assert given.name == "quiet"


def test_a_studied_word_without_similarity_is_named():
    with pytest.raises(DataError, match="no similarity for 1 of the studied words: 'hat'"):
        with_similarity(lists(("cup", "hat")), (WORDS, MATRIX))


def test_lists_without_words_are_refused():
    with pytest.raises(UsageError, match="the lists have no words"):
        with_similarity(StudyLists.simple(1, 2), (WORDS, MATRIX))
