"""What to cite: memlab, models, data, analyses, and all that a run used."""

import re
from pathlib import Path

import pytest

import memlab
from memlab.citing import AUTHORS, OWN, TITLE, YEAR, bibtex, sources_of, sources_of_run
from memlab.core.errors import UnknownName
from memlab.data.bibliography import bibliography, entries_cited
from memlab.data.registry import data_record, data_sets
from memlab.models import get_model, model_names

ROOT = Path(__file__).resolve().parents[1]
NO_ENTRY = {"chance"}
"""Models without a paper."""

UNVERIFIED = {"fill_in", "ranschburg"}
"""Analyses of which one paper has no entry: its title or pages were not seen."""


def test_memlab_is_cited_as_its_citation_file_says():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    said = dict(re.findall(r'^([\w-]+): "?(.*?)"?$', text, flags=re.MULTILINE))
    assert (said["title"], said["version"]) == (TITLE, memlab.__version__)
    assert said["date-released"].startswith(YEAR)
    assert f'name: "{AUTHORS}"' in text


@pytest.mark.parametrize("name", [name for name in model_names() if name not in NO_ENTRY])
def test_every_model_has_an_entry(name):
    assert entries_cited(get_model(name).citation), get_model(name).citation


@pytest.mark.parametrize("name", data_sets())
def test_every_data_set_has_its_one_entry_with_its_title(name):
    (entry,) = entries_cited(data_record(name).citation)
    assert entry.fields["title"].replace("\\&", "&") in data_record(name).citation


def citations():
    yield from (get_model(name).citation for name in model_names())
    yield from (source.citation for source in sources_of([n for n in memlab.analysis.__all__ if n[0].islower()])[1:])


def test_volumes_and_pages_agree_with_the_citations():
    """Where a text gives a volume with pages, one of its entries has both."""
    for text in citations():
        entries = entries_cited(text)
        for volume, first, last in re.findall(r" (\d+A?), (\d+)-(\d+)", text):
            known = {(entry.fields.get("volume"), entry.fields.get("pages")) for entry in entries}
            missing = (volume, f"{first}--{last}") not in known
            assert not missing or any(text == one.citation for one in sources_of(sorted(UNVERIFIED))), text


def test_two_papers_of_one_author_and_year_are_told_apart_by_volume():
    assert [e.key for e in entries_cited("Henson (1998), Cogn. Psychol. 36, 73-137")] == ["henson1998sem"]
    assert [e.key for e in entries_cited("Henson (1998), J. Exp. Psychol. 24, 1162")] == ["henson1998ranschburg"]


def test_et_al_is_enough_and_another_year_is_not():
    assert [e.key for e in entries_cited("Graves, A., et al. (2016). Hybrid computing")] == ["graves2016"]
    assert entries_cited("Graves, A., et al. (2015)") == []


def test_every_entry_is_well_formed():
    assert len(bibliography()) > 30
    for key, entry in bibliography().items():
        assert {"author", "title", "year"} <= set(entry.fields), key
        assert key.startswith(entry.families[0].lower().replace("-", "")), key
        assert key.rstrip("abcdefghijklmnopqrstuvwxyz").endswith(entry.fields["year"]), key
        assert entry.text.count("{") == entry.text.count("}")
        assert entry.text.count("@") == 1


def test_names_are_looked_up_among_models_data_and_analyses():
    found = sources_of(["cmr", "murdock1962", "lag_crp", "cmr"])
    assert [(s.what, s.name) for s in found] == [
        ("memlab", "memlab"), ("model", "cmr"), ("data", "murdock1962"), ("analysis", "lag_crp")
    ]  # fmt: skip
    with pytest.raises(UnknownName, match="there is no model, data set, analysis or run folder 'cmrr'. Did you mean"):
        sources_of(["cmrr"])


def test_bibtex_has_each_paper_once_and_says_what_has_no_entry():
    text = bibtex(sources_of(["cmr", "cmr.polyn2009", "polyn2009", "chance"]))
    assert re.findall(r"^@\w+\{(\w+),$", text, flags=re.MULTILINE) == ["memlab", "polyn2009", "morton2016"]
    assert "% not all of this has an entry: model chance: No theory" in text
    assert text.count("\n%") == 1
    assert "% not all of this has an entry: analysis fill_in: Surprenant" in bibtex(sources_of(["fill_in"]))


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    out = tmp_path_factory.mktemp("compare") / "results"
    small = {"conditions": ["10-2"], "subjects": 2, "lists": 4, "replications": 1, "format": ["svg"]}
    memlab.compare("free_recall", models=["chance", "tcm"], out=out, **small)
    return out


def test_a_run_is_cited_with_all_that_it_used(compared):
    found = sources_of_run(compared)
    assert found[0] == OWN
    assert {(s.what, s.name) for s in found} >= {
        ("model", "tcm"), ("model", "chance"), ("data", "murdock1962"), ("analysis", "lag_crp")
    }  # fmt: skip
    keys = re.findall(r"^@\w+\{(\w+),$", bibtex(found), flags=re.MULTILINE)
    assert {"memlab", "howard2002", "murdock1962", "kahana1996"} <= set(keys)
    assert sources_of_run(compared / "run.json") == found
