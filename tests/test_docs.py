"""The manual and the code say the same: models, data, names, examples."""

import csv
import doctest
import importlib
import importlib.util
import inspect
import re
import sys
import tomllib
from pathlib import Path

import pytest

import memlab
from memlab.data import import_file, list_references
from memlab.models import MODELS, get_model
from memlab.runs.analyze import ANALYSES
from memlab.studies.dnc_brain.claims import claims_table
from memlab.studies.dnc_brain.study import SECTIONS

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {
    path.relative_to(DOCS).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(DOCS.rglob("*.md"))
    if path.relative_to(DOCS).parts[0] not in {"_build", "generated", "results"}
}
"""Every page by its name, as ``models/cmr``."""

OF_A_MODEL = ("Theory", "Equations", "Signature", "Parameters", "What it cannot do", "How to cite")
OF_AN_ANALYSIS = ("Definition", "Conventions", "Five items by hand", "Use")
DIRECTIVES_OF_A_MODEL = ("model-figure", "model-table", "model-citation")


def load_file(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def directives(page, name):
    return re.findall(rf"^```{{{name}}} (\S+)$", PAGES[page], flags=re.MULTILINE)


def headings(page):
    return re.findall(r"^## (.+)$", PAGES[page], flags=re.MULTILINE)


def examples(page):
    blocks = re.findall(r"^```pycon\n(.*?)^```$", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    return doctest.DocTestParser().get_doctest("\n".join(blocks), {}, page, page, 0)


@pytest.fixture(scope="module")
def tables():
    yield load_file(DOCS / "registry_tables.py", "registry_tables")
    del sys.modules["registry_tables"]


@pytest.fixture
def fading(monkeypatch):
    """Register the example as its page says."""
    module = "memlab.models.fading"
    monkeypatch.setitem(sys.modules, module, None)  # is taken away again afterwards
    load_file(DOCS / "examples" / "fading.py", module)
    monkeypatch.setitem(MODELS, "fading", f"{module}:Fading")


def test_every_page_is_in_the_contents_once():
    trees = [tree for page in PAGES.values() for tree in re.findall(r"```{toctree}\n(.*?)```", page, flags=re.DOTALL)]
    lines = [line for tree in trees for line in tree.split("\n") if line and not line.startswith(":")]
    listed = [re.sub(r"^.* <(.+)>$", r"\1", line) for line in lines]  # or: Title <page>
    assert sorted(["index", *listed]) == sorted(PAGES)


def test_every_registered_model_has_its_page_and_no_page_is_of_another():
    assert {page.removeprefix("models/") for page in PAGES if page.startswith("models/")} == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_the_page_of_a_model_has_every_part(name):
    page = f"models/{name}"
    parts = headings(page)
    assert [part for part in parts if part in OF_A_MODEL] == list(OF_A_MODEL)
    assert all(directives(page, directive) == [name] for directive in DIRECTIVES_OF_A_MODEL)
    assert ("Lesions" in parts) == bool(get_model(name).lesions)
    assert "By hand" in PAGES[page]


@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_of_a_model_stands_on_its_page(name):
    for parameter in get_model(name).parameters:
        assert re.search(rf"`{re.escape(parameter.name)}`", PAGES[f"models/{name}"]), parameter.name


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_of_the_command_line_has_its_page_with_every_part(name):
    assert headings(f"analyses/{name}") == list(OF_AN_ANALYSIS)
    assert f"`memlab.analysis.{name}`" in PAGES[f"analyses/{name}"]
    assert examples(f"analyses/{name}").examples


@pytest.mark.parametrize("page", [page for page in PAGES if "```pycon\n" in PAGES[page]])
def test_the_examples_of_a_page_give_what_it_says(page):
    runner = doctest.DocTestRunner()
    runner.run(examples(page))
    assert runner.summarize(verbose=False).failed == 0


def test_the_overview_links_to_every_model(tables):
    assert all(f"[`{name}`](/models/{name}.md)" in tables.overview_markdown() for name in MODELS)


def test_the_values_that_are_shipped_stand_with_their_command_and_scores(tables):
    markdown = tables.fitted_markdown("cmr")
    assert "| `beta_enc` | 0.584 |" in markdown
    assert "memlab fit cmr --objective likelihood --seed 1 --data murdock1962.csv --half fit" in markdown
    assert "| held out: rmsd_spc | 0.0942 |" in markdown
    assert tables.fitted_markdown("dnc.blog") == ""


@pytest.mark.parametrize("name", MODELS)
def test_the_page_of_a_theory_shows_the_values_that_are_shipped(tables, name):
    fitted = get_model(name).has_parameter_count and tables.fitted_markdown(name) != ""
    assert directives(f"models/{name}", "model-fitted") == [name] * fitted


@pytest.mark.parametrize("name", MODELS)
def test_the_table_of_a_model_is_its_registry_entry(tables, name):
    rows = tables.model_markdown(name)
    assert all(f"| `{p.name}` | {p.default:g} |" in rows for p in get_model(name).parameters)
    assert all(f"option `{option}`" in rows for option in get_model(name).options)


def test_a_parameter_that_only_an_option_brings_in_is_in_the_table(tables):
    assert "`T` (with `choice_rule=softmax`)" in tables.model_markdown("cmr")


def test_what_to_cite_for_a_model_is_the_model_the_data_of_its_values_and_memlab(tables):
    markdown = tables.citation_markdown("cmr")
    assert f"The model: {get_model('cmr').citation}." in markdown
    assert memlab.load("murdock1962").citation.rstrip(".") in markdown
    assert "The program: The memlab developers" in markdown
    assert "memlab cite cmr " in markdown
    assert all("fitted to" not in tables.citation_markdown(name) for name in ("dnc.blog", "dnc"))  # none was fitted


def test_the_page_of_a_theory_of_free_recall_says_which_effects_it_does_not_show(tables):
    held = tomllib.loads(tables.MISFITS.read_text(encoding="utf-8"))
    for name in MODELS:
        assert directives(f"models/{name}", "model-misfits") == [name] * (name in held)
    assert "- **primacy**: nothing favours the first items" in tables.misfits_markdown("tcm")


@pytest.mark.usefixtures("tables")
def test_the_caption_of_a_signature_figure_says_what_is_drawn_of_whom_and_with_which_values():
    figures = load_file(DOCS / "model_figures.py", "model_figures")
    del sys.modules["model_figures"]
    theory, network, serial = (figures.caption(name) for name in ("cmr", "dnc", "chaining"))
    assert theory.startswith("(A) serial-position curve, (B) probability of first recall, (C) lag-CRP. Circles: people")
    assert "mean of 15, with 95 % intervals" in theory
    assert "mean of 20" in serial
    assert all("fitted to half of these people" in text for text in (theory, serial))
    assert "mean of 5 trained networks and 1.96 SD over them, with its default values" in network


def test_every_shipped_data_set_has_its_table_with_its_caveats(tables):
    assert sorted(directives("data", "data-table")) == list(list_references())
    for name in list_references():
        human = memlab.load(name)
        markdown = tables.data_markdown(name)
        assert all(text in markdown for text in (human.citation, human.split, *human.caveats))
        assert all(f"| `{condition}` |" in markdown for condition in human.conditions)


@pytest.fixture(scope="module")
def one_condition(human):
    return next(iter(import_file(human / "raw" / "fr20-1.txt").values()))


def at(table, column, *places):
    return [f"{table.loc[table[column] == x, 'prob'].item():.3f}".lstrip("0") for x in places]


def test_the_numbers_of_the_conventions_are_those_of_the_data(one_condition):
    page, analysis = PAGES["conventions"], memlab.analysis
    pfr, crp, mean = page.split("## 2.")[1], page.split("## 3.")[1], page.split("## 4.")[1]
    for text, label, options in [
        (pfr, "default", {}),
        (pfr, "`strict=True`", {"strict": True}),
    ]:
        values = at(analysis.pooled(analysis.pfr(one_condition, **options)), "input", 1, 17, 19, 20)
        assert f"| {label} | {' | '.join(values)} |" in text
    for text, label, options in [
        (crp, "default", {}),
        (crp, '`between="drop"`: intrusions are deleted first', {"between": "drop"}),
        (
            crp,
            '`between="drop_with_repeats"`: intrusions and repeats are deleted first',
            {"between": "drop_with_repeats"},
        ),
        (crp, '`possible="all"`: recalled items stay possible', {"possible": "all"}),
        (mean, "pooled", {}),
    ]:
        values = at(analysis.pooled(analysis.lag_crp(one_condition, **options)), "lag", 1, -1)
        assert f"| {label} | {' | '.join(values)} |" in text
    averaged = analysis.average(analysis.lag_crp(one_condition), "prob", interval="none")
    assert f"| mean over subjects | {' | '.join(at(averaged, 'lag', 1, -1))} |" in mean


def test_first_recalls_begin_most_often_before_the_last_item_with_20_items_and_more():
    human = memlab.load("murdock1962")
    before_last = set()
    for condition in human.conditions:
        x, mean, _, _ = human.curve(condition, "pfr")
        assert x[mean.argmax()] > x[-1] - 4
        if mean.argmax() != len(x) - 1:
            before_last.add(condition)
    assert before_last == {"20-2", "20-1", "30-1", "40-1"}


@pytest.mark.parametrize("module", ["memlab", "memlab.analysis"])
def test_every_public_name_is_on_the_page_of_names(module):
    listed = set(re.findall(rf":: {re.escape(module)}\.(\w+)$", PAGES["api"], flags=re.MULTILINE))
    exceptions = {"MemlabError", "__version__", "analysis", "data", "models", "paradigms"}  # errors have their own part
    assert listed == set(importlib.import_module(module).__all__) - exceptions


@pytest.mark.usefixtures("fading")
def test_the_example_of_a_model_passes_its_own_tests():
    tests = load_file(DOCS / "examples" / "test_fading.py", "manual_test_fading")
    found = [name for name in vars(tests) if name.startswith("test_")]
    assert len(found) == 2
    for name in found:
        getattr(tests, name)()


@pytest.mark.usefixtures("fading")
def test_the_example_of_a_model_is_compared_like_any_other():
    result = memlab.compare(
        "free_recall", models=["fading", "chance"], conditions=["20-1"], subjects=2, lists=10, replications=2
    )
    assert {"fading", "chance"} <= set(result.scores()["model"])


@pytest.mark.usefixtures("fading")
def test_the_example_of_a_model_keeps_the_recall_interface():
    model = memlab.get_model("fading")
    assert isinstance(model, memlab.RecallModel)
    assert not isinstance(model, memlab.LikelihoodModel)
    assert all(parameter.meaning and parameter.source for parameter in model.parameters)


@pytest.fixture
def gated(monkeypatch):
    """Register the example of a network as its page says."""
    from memlab.models.neural.network import NETWORKS

    module = "memlab.models.neural.gated"
    monkeypatch.setitem(sys.modules, module, None)
    load_file(DOCS / "examples" / "gated.py", module)
    monkeypatch.setitem(NETWORKS, "gated", f"{module}:OneGate")


@pytest.mark.slow
@pytest.mark.usefixtures("gated")
def test_the_example_of_a_network_keeps_the_promises_of_every_network():
    tests = load_file(DOCS.parent / "tests" / "models" / "neural" / "test_every_network.py", "manual_every_network")
    assert "gated" in tests.NAMES
    found = [test for name, test in vars(tests).items() if name.startswith("test_")]
    ours = [test for test in found if list(inspect.signature(test).parameters) == ["name"]]
    assert len(ours) > 10
    for test in ours:
        test("gated")


@pytest.mark.usefixtures("gated")
def test_the_example_of_a_network_is_trained_like_any_other(tmp_path):
    from memlab.configuration import TrainConfig
    from memlab.models.neural.weights import load_network
    from memlab.runs.train import train_configured

    config = TrainConfig(network="gated", task={"lengths": [1, 3]}, steps=2, batch=4)
    train_configured(config, out=tmp_path / "run")
    network, card = load_network(tmp_path / "run" / "gated.set.seed1")
    assert (network.name, card["steps"]) == ("gated", 2)


def test_an_option_that_is_no_choice_is_shown_as_text(tables):
    assert "- option `weights`: text, by default empty" in tables.model_markdown("dnc")
    assert "- option `network_seed`: text, by default `all`" in tables.model_markdown("dnc")


def claims():
    return (DOCS / "results" / "dnc-brain" / "claims.csv").read_text(encoding="utf-8")


def test_the_page_on_the_dnc_shows_every_section_of_the_run_that_is_kept():
    rows = list(csv.DictReader(claims().splitlines()))
    assert list(rows[0]) == list(claims_table([]))
    shown = re.findall(r"^```{study-claims} results/dnc-brain (\S+)$", PAGES["dnc"], flags=re.MULTILINE)
    assert sorted(shown) == sorted({row["section"] for row in rows})
    assert set(shown) <= set(SECTIONS)


def test_the_short_answer_on_the_dnc_has_no_number_that_the_study_did_not_give():
    answer = PAGES["dnc"].partition("## The short answer")[2].partition("\n## ")[0]
    numbers = [n.replace("−.", "-0.") if n.startswith("−") else f"0{n}" for n in re.findall(r"−?(?<!\d)\.\d\d", answer)]
    assert len(numbers) > 10
    assert all(number in claims() for number in numbers)


def test_the_bits_on_the_page_on_the_dnc_are_those_of_the_page_on_networks():
    bits = re.findall(r"\d+\.\d\d", PAGES["dnc"].partition("## Against the theories")[2])
    assert len(bits) == 7
    assert all(f"| {number} |" in PAGES["networks"] for number in bits)
