"""Does a DNC chain or look up in serial recall? What it reads at each place, and what it does when it is disturbed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from memlab.analysis.serial_order import serial_accuracy_counts
from memlab.comparison import as_columns
from memlab.core.files import Columns
from memlab.core.recall import Floats, RecallData
from memlab.core.rng import stream
from memlab.core.serial_test import SerialTest
from memlab.models.neural.dnc.reading import reading_tables
from memlab.models.neural.wrong_response import NEXT, after_wrong_response
from memlab.studies.dnc_brain.measured import columns_where, fresh_lists
from memlab.studies.dnc_brain.networks import missing, serial_models_of, stems_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested

__all__ = ["run"]

KIND = "dnc.serial"
OTHERS = ("lstm.serial", "gru.serial", "transformer.serial")

LENGTHS = (6, 20)
"""Lists as long as people's, and the longest of the training."""

N_ITEMS = 26
"""Different items that lists are drawn from: as many as letters."""

RECORDED = 500
"""Lists a network whose reading is recorded, at most: every step of every slot is kept."""

MODES = ("backward", "content", "forward")

DUE, DUE_IN_PART = 0.5, 0.1
"""A network goes along its links if these give at least this share of its reading; or in part."""

HALF = 0.5
"""… and if at most this share of its right responses is left when the links are cut."""


class Variant(NamedTuple):
    """Networks of one kind, whole or with a lesion."""

    kind: str
    lesion: str
    label: str


VARIANTS = (
    Variant(KIND, "", "intact"),
    Variant(KIND, "links", "links cut at test"),
    Variant(KIND, "content", "content addressing cut at test"),
    Variant("dnc.forward", "", "forward order"),
    Variant("dnc.forward", "links", "forward order, links cut at test"),
    Variant("dnc.forward.nolinks", "", "forward order, trained without links"),
)
INTACT, CUT, NO_CONTENT, FORWARD, FORWARD_CUT, NEVER = (variant.label for variant in VARIANTS)

TITLE = "Serial order: does it chain or look up?"
BLOG = "Asked whether recall chains or goes by position; did not measure it"
CLAIMS = {
    "links": "In serial recall a DNC goes along its temporal links",
    "cued": "What cues the next item is the response before it",
    "needed": "Order cannot be had without links",
    "errors": "A wrong item is one that was read, not one that was read right and given wrong",
}
TEXT = (
    f"Networks trained to give item k at place k recalled lists of {LENGTHS[0]} items, as people's are, and of "
    f"{LENGTHS[1]}, the longest that they were trained on. The read weights on the slot of the item that was given are "
    "recorded at each place: how much of them comes by forward and backward links and by content. The first item has "
    "none before it, so shares are over the places after it. A network *goes along its links*, by our rule, if these "
    f"give at least {DUE:.0%} of that read weight and at most {HALF:.0%} of its right responses are left when they are "
    "cut at test; the claim holds if all networks do, in part if some do. Then a wrong response was put to the "
    "networks: at one place, drawn at random, the item that the network sees as its own last response is one from "
    "later in the list. A chain cued by responses goes on with that item's successor; a network that keeps its own "
    "place, on links or otherwise, goes on with the item that is due. The claim holds if the successor follows in "
    f"{DUE:.0%} of the lists, in part in {DUE_IN_PART:.0%}. No networks were trained on serial recall without links; "
    "those trained on free recall in forward order were, and are asked here to fill the same places. Order cannot be "
    f"had without links, by our rule, if networks trained without them give less than {HALF:.0%} of the items at their "
    f"places. A wrong item was read, by our rule, if at least {DUE:.0%} of the reading was on its slot; in part, if it "
    "got more than the item due."
)

READ_COLUMNS = ("list_length", "seed", "output", "given", *MODES, "due", "responses")
ACCURACY_COLUMNS = ("variant", "list_length", "seed", "place", "value")
NEXT_COLUMNS = ("kind", "seed", "lag", *NEXT, "lists")


def run(setting: Setting) -> Section:
    """Measure reading, lesions and what follows a wrong response."""
    if absent := missing(setting, KIND):
        lost = [not_tested(claim, BLOG, absent) for claim in CLAIMS.values()]
        return Section("serial_order", TITLE, {}, [], lost, TEXT)
    reads: Columns = as_columns(READ_COLUMNS, list(_reads(setting)))
    accuracy = as_columns(ACCURACY_COLUMNS, list(_accuracy(setting)))
    tables = {"reads": reads, "accuracy": accuracy, "next": as_columns(NEXT_COLUMNS, list(_next(setting)))}
    figures = [
        Drawn("reading", _draw_reading, READING_CAPTION),
        Drawn("after_a_wrong_response", _draw_next, NEXT_CAPTION),
    ]
    claims = [_links_claim(tables), _cued_claim(tables), _needed_claim(setting, tables), _errors_claim(tables)]
    return Section("serial_order", TITLE, tables, figures, claims, TEXT)


def _reads(setting: Setting) -> Iterator[tuple[Any, ...]]:
    """Give what was read at each place, network by network."""
    for length in LENGTHS:
        for seed, stem in stems_of(setting, KIND).items():
            rng = stream(setting.seed, "dnc-brain", "places", length, seed)
            table = reading_tables(stem, min(RECORDED, setting.lists), length, rng)["places"]
            names = ("output", "given", *MODES, "due", "responses")
            for row in zip(*(table[name].tolist() for name in names), strict=True):
                yield length, seed, *row


def _accuracy(setting: Setting) -> Iterator[tuple[Any, ...]]:
    """Give the share of lists with the right item at each place, variant by variant and network by network."""
    for kind, lesion, label in VARIANTS:
        if missing(setting, kind):
            continue
        for length in LENGTHS:
            study = dataclasses.replace(fresh_lists(setting, length, n_items=N_ITEMS), serial=SerialTest())
            for seed, model in serial_models_of(setting, kind).items():
                chosen = model.lesioned(lesion) if lesion else model
                recalls = chosen.simulate(study, None, stream(setting.seed, "dnc-brain", kind, seed))
                counts = serial_accuracy_counts(RecallData(study, recalls))
                for place, value in zip(counts.x.tolist(), counts.prob().mean(axis=0).tolist(), strict=True):
                    yield label, length, seed, place, value


def _next(setting: Setting) -> Iterator[tuple[Any, ...]]:
    """Give what follows a wrong response, by how far too early it came; lag 0 is the mean over lists."""
    for kind in (KIND, *(other for other in OTHERS if not missing(setting, other))):
        for seed, stem in stems_of(setting, kind).items():
            table = after_wrong_response(stem, LENGTHS[0], setting.lists, setting.seed)
            lists = table["lists"]
            yield kind, seed, 0, *(float(np.nansum(table[n] * lists) / lists.sum()) for n in NEXT), int(lists.sum())
            for row in zip(*(table[name].tolist() for name in ("lag", *NEXT, "lists")), strict=True):
                yield kind, seed, *row


def _links_claim(tables: Tables) -> Claim:
    shares = _link_shares(tables["reads"], LENGTHS[0])
    right, cut, blind = (_by_seed(tables["accuracy"], label, LENGTHS[0]) for label in (INTACT, CUT, NO_CONTENT))
    along = [seed for seed in shares if shares[seed] >= DUE and cut[seed] <= HALF * right[seed]]
    longer = _link_shares(tables["reads"], LENGTHS[1])
    text = (
        f"share of reading by links after the first place, network by network: {_listed(shares)} ({LENGTHS[1]} items: "
        f"{_listed(longer)}); items at their places {_listed(right)}, with links cut {_listed(cut)}, with content "
        f"addressing cut {_listed(blind)}; {len(along)} of {len(shares)} go along their links, the others look each "
        "item up by content"
    )
    verdict: Verdict = "holds" if len(along) == len(shares) else "holds in part" if along else "does not hold"
    return Claim(CLAIMS["links"], BLOG, text, len(shares), verdict)


def _link_shares(reads: Columns, length: int) -> dict[str, float]:
    """Return the share of links in the read weight on the slot of the item given, after the first place, by network."""
    found: dict[str, Floats] = {}
    for row in columns_where(reads, list_length=length):
        if row["output"] > 1 and row["responses"] and row["given"] != "intrusion":
            weight = np.array([row[mode] for mode in MODES]) * row["responses"]
            found[row["seed"]] = found.get(row["seed"], np.zeros(len(MODES))) + weight
    return {seed: float((weight[0] + weight[2]) / weight.sum()) for seed, weight in found.items()}


def _by_seed(accuracy: Columns, label: str, length: int) -> dict[str, float]:
    """Return the share of items at their places by network; empty where the variant was not measured."""
    rows = columns_where(accuracy, variant=label, list_length=length)
    seeds = dict.fromkeys(row["seed"] for row in rows)
    return {seed: float(np.mean([row["value"] for row in rows if row["seed"] == seed])) for seed in seeds}


def _listed(values: Mapping[str, float]) -> str:
    return " ".join(f"{value:.2f}" for value in values.values())


def _cued_claim(tables: Tables) -> Claim:
    kinds = [str(kind) for kind in dict.fromkeys(tables["next"]["kind"])]
    mean = {kind: {name: _mean_of(tables["next"], kind, 0, name) for name in NEXT} for kind in kinds}
    early = {kind: {name: _mean_of(tables["next"], kind, 1, name) for name in NEXT} for kind in kinds}
    said = [f"{kind} {_of_next(mean[kind])}" for kind in kinds]
    near = [f"{kind} {_of_next(early[kind])}" for kind in kinds]
    text = (
        f"share of lists in which the successor of the wrong item, the item due, the displaced item came next: "
        f"{'; '.join(said)}. Of items one place early (successor: infill, due: a repetition, displaced: fill-in): "
        f"{'; '.join(near)}"
    )
    n_seeds = len({row["seed"] for row in columns_where(tables["next"], kind=KIND)})
    return Claim(CLAIMS["cued"], BLOG, text, n_seeds, _by_share(mean[KIND]["successor"]))


def _of_next(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{value:.2f}" for value in shares.values())


def _mean_of(table: Columns, kind: str, lag: int, name: str) -> float:
    return float(np.nanmean([row[name] for row in columns_where(table, kind=kind, lag=lag)]))


def _by_share(share: float) -> Verdict:
    return "holds" if share >= DUE else "holds in part" if share >= DUE_IN_PART else "does not hold"


def _needed_claim(setting: Setting, tables: Tables) -> Claim:
    if absent := missing(setting, "dnc.forward", "dnc.forward.nolinks"):
        return not_tested(CLAIMS["needed"], BLOG, absent)
    said: list[str] = []
    never: dict[str, float] = {}
    for length in LENGTHS:
        labels = {"with links": FORWARD, "links cut at test": FORWARD_CUT, "trained without links": NEVER}
        each = {how: _by_seed(tables["accuracy"], label, length) for how, label in labels.items()}
        never = never or each["trained without links"]
        said.append(f"{length} items: {', '.join(f'{how} {_listed(values)}' for how, values in each.items())}")
    text = f"items at their places, networks trained to recall in forward order; {'; '.join(said)}"
    enough = [value >= HALF for value in never.values()]
    verdict: Verdict = "does not hold" if all(enough) else "holds in part" if any(enough) else "holds"
    return Claim(CLAIMS["needed"], BLOG, text, len(never), verdict)


def _errors_claim(tables: Tables) -> Claim:
    rows = columns_where(tables["reads"], output=0)
    wrong, strange, right = ([row for row in rows if row["given"] == g] for g in ("wrong", "intrusion", "right"))
    on_given, on_due = _weighed(wrong, MODES), _weighed(wrong, ("due",))
    text = (
        f"read weight on the slot of the item given and on that of the item due: right responses "
        f"{_weighed(right, MODES):.2f}; {_count(wrong)} wrong items {on_given:.2f} and {on_due:.2f}; {_count(strange)} "
        f"intrusions, on the item due {_weighed(strange, ('due',)):.2f}"
    )
    n_seeds = len({row["seed"] for row in rows})
    if not _count(wrong):
        return Claim(CLAIMS["errors"], BLOG, text, n_seeds, "not tested")
    verdict: Verdict = "holds" if on_given >= DUE else "holds in part" if on_given > on_due else "does not hold"
    return Claim(CLAIMS["errors"], BLOG, text, n_seeds, verdict)


def _weighed(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> float:
    """Return the mean over responses of the sum of some columns; NaN without responses."""
    values = [(sum(row[name] for name in names), row["responses"]) for row in rows if row["responses"]]
    total = sum(n for _, n in values)
    return sum(value * n for value, n in values) / total if total else math.nan


def _count(rows: Sequence[Mapping[str, Any]]) -> int:
    return int(sum(row["responses"] for row in rows))


READING_CAPTION = (
    f"Lists of {LENGTHS[0]} items, a line for each network of `{KIND}`. Left: share of forward and backward links in "
    "the read weight on the slot of the item that was given, right responses. Right: share of lists with the right "
    "item at each place, with the links cut at test."
)
NEXT_CAPTION = (
    "What comes next after a wrong response that was put to a network, by how many places too early its item came: its "
    "successor, the item due, the displaced item. Lines: mean over training seeds; shaded: 1.96 SD over them."
)


def _draw_reading(tables: Tables) -> Any:
    from memlab.analysis.figures.drawing import Series
    from memlab.analysis.figures.study import Panel, panels_figure

    nothing = np.full(LENGTHS[0], math.nan)
    shares, cut = {}, {}
    for seed in dict.fromkeys(tables["reads"]["seed"]):
        rows = columns_where(tables["reads"], list_length=LENGTHS[0], seed=seed, given="right")
        by_place = [(r["backward"] + r["forward"]) / max(_weighed([r], MODES), 1e-9) for r in rows if r["output"]]
        right = columns_where(tables["accuracy"], variant=CUT, list_length=LENGTHS[0], seed=seed)
        places = np.arange(1, LENGTHS[0] + 1, dtype=float)
        shares[f"network {seed}"] = Series(places, np.array(by_place), nothing, nothing)
        cut[f"network {seed}"] = Series(places, np.array([r["value"] for r in right]), nothing, nothing)
    panels = [
        Panel("", "Output place", "Reading by links", shares, bottom=0.0, top=1.0),
        Panel("", "Output place", "Right, links cut", cut, bottom=0.0, top=1.0),
    ]
    return panels_figure(panels, per_row=2)


def _draw_next(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    panels = []
    for kind in dict.fromkeys(tables["next"]["kind"]):
        curves = {name: _by_lag(tables["next"], str(kind), name) for name in NEXT}
        panels.append(Panel(str(kind), "Places too early", "Next response", curves, bottom=0.0, top=1.0))
    return panels_figure(panels, per_row=2)


def _by_lag(table: Columns, kind: str, name: str) -> Any:
    from memlab.analysis.figures.drawing import Series

    rows = [row for row in columns_where(table, kind=kind) if row["lag"]]
    lags = sorted({row["lag"] for row in rows})
    values = [np.array([row[name] for row in rows if row["lag"] == lag and row["lists"]]) for lag in lags]
    mean = np.array([one.mean() if len(one) else math.nan for one in values])
    spread = np.array([1.96 * one.std(ddof=1) if len(one) > 1 else math.nan for one in values])
    return Series(np.array(lags, dtype=float), mean, mean - spread, mean + spread)
