"""The samples that psifr and cymr ship are read whole: as many lists, recalls and intrusions as psifr counts."""

from importlib.resources import files

import numpy as np
import pytest

from memlab.core.table import read_conditions
from memlab.data import check_file, convert, import_file

psifr = pytest.importorskip("psifr")
cymr = pytest.importorskip("cymr")


def sample(package, name):
    return files(package) / "data" / f"{name}.csv"


@pytest.mark.parametrize(
    ("package", "name"),
    [("psifr", "Morton2013"), ("psifr", "peers_notask"), ("cymr", "Morton2013_mixed"), ("cymr", "sample1")],
)
def test_a_sample_reads_as_psifr_merges_it(package, name):
    import pandas as pd
    from psifr import fr

    raw = pd.read_csv(str(sample(package, name)))
    merged = fr.merge_free_recall(raw)
    kind, conditions, problems = check_file(str(sample(package, name)))
    assert (kind, problems.errors) == ("table", [])
    assert sum(data.n_lists for data in conditions.values()) == len(raw.groupby(["subject", "list"]))
    on_the_list = sum(int((data.recalls.position > 0).sum()) for data in conditions.values())
    assert on_the_list == int((merged["recall"] & ~merged["intrusion"]).sum())
    intrusions = sum(int((data.recalls.position == -1).sum()) for data in conditions.values())
    assert on_the_list + intrusions == int((raw["trial_type"] == "recall").sum())


@pytest.mark.parametrize("suffix", [".mat", ".h5", ".json", "_events.tsv"])
def test_a_sample_goes_through_every_format_and_back(tmp_path, suffix):
    source = str(sample("cymr", "Morton2013_mixed"))
    (ours,) = read_conditions(source).values()
    convert(source, tmp_path / f"out{suffix}")
    (theirs,) = import_file(tmp_path / f"out{suffix}").values()
    ours, theirs = (data.select(np.lexsort((data.study.list, data.study.subject))) for data in (ours, theirs))
    np.testing.assert_array_equal(ours.recalls.position, theirs.recalls.position)
    np.testing.assert_array_equal(ours.study.subject, theirs.study.subject)
    np.testing.assert_array_equal(ours.study.list, theirs.study.list)
