"""The blog's curve beside proper ones: the probabilities of the first two outputs, and recall scored as people's is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from memlab.comparison import as_columns
from memlab.contender import Simulated
from memlab.core.files import Columns
from memlab.core.recall import Floats, RecallData
from memlab.core.rng import stream
from memlab.curves import MEASURES
from memlab.models.neural.card import read_card
from memlab.models.neural.output_bits import item_probabilities
from memlab.report import SHARE_OF_HUMAN
from memlab.signatures import SIGNATURES, primacy, recency
from memlab.studies.dnc_brain.measured import (
    columns_where,
    curve_table,
    fresh_lists,
    measured,
    nearest_people,
    network_data,
    people_rows,
    recall_counts,
    score,
    series_of,
    simulated_rows,
)
from memlab.studies.dnc_brain.networks import missing, models_of, stems_of
from memlab.studies.dnc_brain.section import Claim, Drawn, Section, Setting, Tables, Verdict, not_tested
from memlab.target import TargetCondition

__all__ = ["run"]

KIND = "dnc.blog"
LIST_LENGTH, N_OUTPUTS = 12, 2
TRIALS_A_LIST = 5
"""Trials of the blog's curve for each list of the study: 5,000, as the blog had, at the full size of 1,000."""

N_PEOPLE = 2
NEARLY_FLAT = 0.1
"""A curve that spans no more than this is called nearly flat on an axis from 0 to 1."""

BLOG_MEASURE = "first_two_outputs"
TITLE = "The blog's curve, and the same networks scored as people are"
SIMILAR = "The network's primacy and recency are similar to people's"
SIMILAR_BLOG = "Mean probability of the first two outputs over 5,000 lists of 12, on a zoomed axis"
FLAT = "The network's curve is nearly flat"
FLAT_BLOG = "The same curve on an axis from 0 to 1"

TEXT = (
    f"The blog's curve, as it was described to us: after training on lists of 1-5, lists of {LIST_LENGTH} are "
    "studied, and the probabilities that each of the first two outputs gives to the items are averaged by serial "
    "position over 5,000 trials. Our choices: an item is a few bits, and its probability at an output is the product "
    "of the probabilities of its bits; at its second output the network sees its first one, each bit at its more "
    f"probable value; {TRIALS_A_LIST} trials for every list of the study. The probabilities of the twelve positions "
    "cannot sum to more than 1, so this curve cannot rise far above 1/12 and is no proportion recalled: only its "
    "shape can be compared with people's. Recall of the same networks, sampled output by output and scored as "
    "people's, is beside it (they were not trained to stop and give as many responses as the list has items). An "
    f"effect is similar to people's, by our rule, from {SHARE_OF_HUMAN:.0%} of its human size, the mean of the two "
    "conditions, if the interval over training seeds is above 0; a curve is nearly flat if it spans at most "
    f"{NEARLY_FLAT:g}."
)

SCORE_COLUMNS = ("source", "curve", "measure", "value", "low", "high")


def run(setting: Setting) -> Section:
    """Measure the blog's curve and the proper ones."""
    absent = missing(setting, KIND)
    if absent:
        lost = [not_tested(SIMILAR, SIMILAR_BLOG, absent), not_tested(FLAT, FLAT_BLOG, absent)]
        return Section("blog_curve", TITLE, {}, [], lost, TEXT)
    people = nearest_people(setting, LIST_LENGTH, N_PEOPLE)
    blog = _first_outputs(setting)
    study = fresh_lists(setting, LIST_LENGTH, KIND, n_items=_n_patterns(setting))
    recalls = network_data(setting, models_of(setting, KIND), study, KIND)
    proper = measured(recalls)
    rows = simulated_rows(KIND, BLOG_MEASURE, blog, (BLOG_MEASURE,)) + simulated_rows(KIND, "recall", proper)
    for one in people:
        rows += [(f"people {one.name}", *row[1:]) for row in people_rows(one)]
    tables = {"curves": curve_table(rows), "scores": _scores(blog, proper, people)}
    tables["counts"] = _counts(recalls)
    names = [one.name for one in people]
    claims = [_similar(tables["scores"], names, len(blog.seeds)), _flat(tables, names, len(blog.seeds))]
    return Section("blog_curve", TITLE, tables, [Drawn("curves", _draw, _caption(names))], claims, TEXT)


def _n_patterns(setting: Setting) -> int:
    """Return how many items there are: all patterns of bits."""
    stem = next(iter(stems_of(setting, KIND).values()))
    return int(2 ** read_card(f"{stem}.json")["task"]["n_features"])


def _first_outputs(setting: Setting) -> Simulated:
    """Return the blog's curve of each training seed."""
    n_trials = TRIALS_A_LIST * setting.lists
    curves = [
        item_probabilities(stem, n_trials, LIST_LENGTH, N_OUTPUTS, stream(setting.seed, "dnc-brain", "blog", seed))
        for seed, stem in stems_of(setting, KIND).items()
    ]
    by_seed = np.array([curve.mean(axis=(0, 1)) for curve in curves])  # (n_seeds, list_length)
    x = np.arange(1, LIST_LENGTH + 1)
    return Simulated({BLOG_MEASURE: x}, {BLOG_MEASURE: by_seed}, n_trials, tuple(stems_of(setting, KIND)))


def _span(curve: Floats) -> float:
    return float(np.nanmax(curve) - np.nanmin(curve))


def _relative(statistic: Any) -> Any:
    """Return an end effect as a share of the curve's mean: of curves on different scales only the shape is compared."""
    return lambda curve: statistic(curve) / curve.mean()


OF_SPC = {
    "primacy": primacy,
    "recency": recency,
    "primacy_relative": _relative(primacy),
    "recency_relative": _relative(recency),
    "span": _span,
}


def _scores(blog: Simulated, proper: Simulated, people: Sequence[TargetCondition]) -> Columns:
    rows: list[tuple[object, ...]] = []
    for curve, done, measure in (("first two outputs", blog, BLOG_MEASURE), ("recall", proper, "spc")):
        for name, statistic in OF_SPC.items():
            value, error = score(statistic, done, measure)
            rows.append((KIND, curve, name, value, value - error, value + error))
    for name, measure, signature in SIGNATURES[2:]:
        value, error = score(signature, proper, measure)
        rows.append((KIND, "recall", name, value, value - error, value + error))
    nan = float("nan")
    for one in people:
        curves = {m: one.everyone[m].mean for m in MEASURES}
        human = {name: statistic(curves["spc"]) for name, statistic in OF_SPC.items()}
        human |= {name: signature(curves[measure]) for name, measure, signature in SIGNATURES[2:]}
        rows += [(f"people {one.name}", "recall", name, value, nan, nan) for name, value in human.items()]
    return as_columns(SCORE_COLUMNS, rows)


def _counts(recalls: Mapping[str, RecallData]) -> Columns:
    """Return ``seed, recalled, repeats, intrusions``: the share of items, and a list."""
    rows = [(seed, *recall_counts(data)) for seed, data in recalls.items()]
    return as_columns(("seed", "recalled", "repeats", "intrusions"), rows)


def _get(scores: Columns, source: str, curve: str, measure: str) -> float:
    return float(columns_where(scores, source=source, curve=curve, measure=measure)[0]["value"])


def _low(scores: Columns, curve: str, measure: str) -> float:
    return float(columns_where(scores, source=KIND, curve=curve, measure=measure)[0]["low"])


def _human(scores: Columns, names: Sequence[str], measure: str) -> float:
    """Return the mean over the two conditions of the people."""
    return float(np.mean([_get(scores, f"people {name}", "recall", measure) for name in names]))


def _similar(scores: Columns, names: Sequence[str], n_seeds: int) -> Claim:
    said, alike = [], []
    for curve, kind in (("first two outputs", "_relative"), ("recall", "")):
        for end in ("primacy", "recency"):
            value, human = _get(scores, KIND, curve, end + kind), _human(scores, names, end + kind)
            unit = " of the curve's mean" if kind else ""
            said.append(f"{end} of the {curve} {value:z.2f}{unit} (people {human:.2f})")
            alike.append(value >= SHARE_OF_HUMAN * human and not _low(scores, curve, end + kind) <= 0 < value)
    verdict: Verdict = "holds" if all(alike) else "holds in part" if any(alike) else "does not hold"
    return Claim(SIMILAR, SIMILAR_BLOG, f"{', '.join(said)}; conditions {', '.join(names)}", n_seeds, verdict)


def _flat(tables: Tables, names: Sequence[str], n_seeds: int) -> Claim:
    scores, counts = tables["scores"], tables["counts"]
    blog, proper = _get(scores, KIND, "first two outputs", "span"), _get(scores, KIND, "recall", "span")
    text = (
        f"the probabilities of the first two outputs span {blog:.3f}, the serial-position curve of recall "
        f"{proper:.2f}, people's {_human(scores, names, 'span'):.2f}; of {LIST_LENGTH} items "
        f"{_mean(counts, 'recalled'):.2f} are recalled, with {_mean(counts, 'repeats'):.1f} repeats and "
        f"{_mean(counts, 'intrusions'):.1f} intrusions a list"
    )
    flat = [span <= NEARLY_FLAT for span in (blog, proper)]
    verdict: Verdict = "holds" if all(flat) else "holds in part" if any(flat) else "does not hold"
    return Claim(FLAT, FLAT_BLOG, text, n_seeds, verdict)


def _mean(counts: Columns, name: str) -> float:
    return float(np.mean([row[name] for row in columns_where(counts)]))


def _caption(names: Sequence[str]) -> str:
    return (
        "(A) The blog's curve, the mean probability that the first two outputs give to the item of each position, on "
        "an axis from 0 to 1 with people's serial-position curves; (B) the same curve on a zoomed axis; (C-E) "
        "serial-position curve, first recall and lag-CRP of what the same networks recall. Symbols: people, "
        f"conditions {' and '.join(names)}, 95 % t intervals over subjects. Lines: mean over training seeds; shaded: "
        "1.96 SD over them. The two curves of people have lists of other lengths than the networks' twelve."
    )


def _draw(tables: Tables) -> Any:
    from memlab.analysis.figures.study import Panel, panels_figure

    table = tables["curves"]
    people = [str(s) for s in dict.fromkeys(table["source"]) if str(s).startswith("people")]
    blog = {KIND: series_of(table, source=KIND, measure=BLOG_MEASURE)}

    def beside(measure: str) -> dict[str, Any]:
        return {s: series_of(table, source=s, measure=measure) for s in people}

    def own(measure: str) -> dict[str, Any]:
        return beside(measure) | {KIND: series_of(table, source=KIND, measure=measure)}

    position = "Serial position"
    panels = [
        Panel("First two outputs", position, "Probability", beside("spc") | blog, top=1.0),
        Panel("The same, zoomed", position, "Probability", blog, bottom=_floor(blog[KIND].value)),
        Panel("Recall", position, "Recall probability", own("spc"), top=1.0),
        Panel("First recall", position, "Probability of\nfirst recall", own("pfr")),
        Panel("Transitions", "Lag", "Lag-CRP", own("lag_crp"), by_lag=True),
    ]
    return panels_figure(panels, per_row=3)


def _floor(values: Floats) -> float:
    """Return where a zoomed axis begins: a tenth of the span below the lowest point."""
    return float(values.min() - 0.1 * max(_span(values), 1e-6))
