"""How the numbers of one model become those of other code, and the other way round: a function a notation each way."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from memlab.core.errors import NotSupported

__all__ = ["ALL", "CONSTANT", "Notation", "Numbers", "OurValues"]

Numbers = Mapping[str, float]

JAXCMR = {
    "beta_enc": "encoding_drift_rate",
    "beta_start": "start_drift_rate",
    "beta_rec": "recall_drift_rate",
    "gamma_fc": "learning_rate",
    "delta": "item_support",
    "alpha": "shared_support",
    "phi_s": "primacy_scale",
    "phi_d": "primacy_decay",
    "tau": "choice_sensitivity",
    "stop_scale": "stop_probability_scale",
    "stop_growth": "stop_probability_growth",
}
"""jaxcmr's "BaseCMR": names alone differ."""

POLYN2009 = {
    "beta_enc": "beta_enc_temp",
    "beta_rec": "beta_rec_temp",
    "beta_source": "beta_source",
    "d": "d",
    "l_sw": "L_sw",
    "gamma_fc": "gamma_fc",
    "s": "s",
    "phi_s": "phi_s",
    "phi_d": "phi_d",
    "kappa": "kappa",
    "lambda_race": "lambda",
    "eta": "eta",
}
"""Table 1 of Polyn, Norman & Kahana (2009), but for its tau."""

CONSTANT = {"learn": "after", "rho": "scalar", "encoding": "constant"}
"""The options of cmr that the other code has no choice of."""


@dataclass(frozen=True)
class Notation:
    """What one model's numbers are called in other code.

    Attributes
    ----------
    name : str
        Of the notation.
    model : str
        The model it is for, and what `from_notation` gives.
    options : mapping
        The options of the model under which the numbers mean the same there; another one is refused.
    traps : tuple of str
        What goes wrong when numbers are copied by name.
    to, back : callable
        From our values to theirs, and from theirs to ours.
    needed, optional : tuple of str
        Their names: those that must be given, and those that may.
    """

    name: str
    model: str
    options: Mapping[str, str | bool]
    traps: tuple[str, ...]
    to: Callable[[Numbers, Numbers], dict[str, float]]
    back: Callable[[Numbers, Numbers], dict[str, float]]
    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


class OurValues(dict[str, float]):
    """Our values, asked for by name; what is not to be carried over is refused unless it says nothing."""

    def __init__(self, model: str, values: Numbers, ignore: Collection[str]) -> None:
        super().__init__(values)
        self._model, self._ignore = model, ignore

    def refuse(self, name: str, notation: str, nothing: float, why: str) -> None:
        """Raise unless a parameter has the value at which it does nothing, or may be ignored."""
        if self.get(name, nothing) != nothing and name not in self._ignore:
            raise NotSupported(
                f"{self._model}: {name} = {self[name]:g} has no counterpart in {notation}, {why}. Only {nothing:g} can "
                f"be carried over; or have {name} ignored."
            )


def _stretch(beta_distract: float, seconds: float) -> float:
    """Return the drift of a stretch of distraction from that of one second."""
    return math.sqrt(1.0 - (1.0 - beta_distract * beta_distract) ** seconds)


def _second(drift: float, seconds: float) -> float:
    """Return the drift of one second of distraction from that of a stretch."""
    return math.sqrt(1.0 - (1.0 - drift * drift) ** (1.0 / seconds))


def _tcm_as_cmr(values: Numbers) -> OurValues:
    """Return TCM's values as CMR's: it is CMR without primacy, start of the list and support before the list."""
    share = values["new_to_old"] / (1.0 + values["new_to_old"])
    same: dict[str, float] = dict.fromkeys(("beta_start", "delta", "alpha", "phi_s", "phi_d"), 0.0)
    same |= {"beta_enc": values["beta"], "beta_rec": values["beta"], "gamma_fc": share}
    same |= {name: values[name] for name in ("T", "beta_distract") if name in values}
    same |= {name: values.get(name, 0.0) for name in ("stop_scale", "stop_growth")}  # it may go on until all are out
    return OurValues("tcm", same, getattr(values, "_ignore", ()))


def _to_cymr(v: Numbers, seconds: Numbers) -> dict[str, float]:
    theirs = {
        "B_enc": v["beta_enc"], "B_start": v["beta_start"], "B_rec": v["beta_rec"],
        "Lfc": v["gamma_fc"], "Dfc": 1.0 - v["gamma_fc"], "Afc": 0.0,
        "Lcf": 1.0, "Dcf": v["delta"] - v["alpha"], "Acf": v["alpha"],
        "P1": v["phi_s"], "P2": v["phi_d"], "T": v["T"], "X1": v["stop_scale"], "X2": v["stop_growth"],
    }  # fmt: skip
    if "s" in v:
        theirs["s"] = v["s"]
    if seconds["distractor"] or seconds["delay"]:
        theirs["B_distract"] = _stretch(v["beta_distract"], seconds["distractor"])
        theirs["B_retention"] = _stretch(v["beta_distract"], seconds["delay"])
    return theirs


def _from_cymr(v: Numbers, seconds: Numbers) -> dict[str, float]:
    if v.get("Afc", 0.0) != 0.0:
        raise NotSupported(f"cymr: Afc = {v['Afc']:g} has no counterpart here: an item retrieves its own unit alone.")
    scale, own = v["Lcf"], v.get("Dfc", 1.0 - v["Lfc"])
    if scale <= 0.0:
        raise NotSupported(f"cymr: Lcf = {scale:g} has no counterpart here: learning has the scale 1, not none.")
    if v["Lfc"] + own <= 0.0:
        raise NotSupported(f"cymr: Lfc + Dfc = {v['Lfc'] + own:g}: an item would retrieve nothing.")
    shared = v.get("Acf", 0.0)
    ours = {
        "beta_enc": v["B_enc"], "beta_start": v["B_start"], "beta_rec": v["B_rec"],
        "gamma_fc": v["Lfc"] / (v["Lfc"] + own),  # what is retrieved has length 1: only the ratio counts
        "delta": (v.get("Dcf", 0.0) + shared) / scale, "alpha": shared / scale,
        "phi_s": v["P1"] / scale, "phi_d": v["P2"], "T": v["T"] / scale,
        "stop_scale": v["X1"], "stop_growth": v["X2"],
    }  # fmt: skip
    if "s" in v:
        ours["s"] = v["s"] / scale
    return ours | _drift_of_seconds(v, seconds)


def _drift_of_seconds(v: Numbers, seconds: Numbers) -> dict[str, float]:
    """Return our drift of one second of distraction, the same for cymr's two."""
    found: dict[str, float] = {}
    for name, stretch in (("B_distract", "distractor"), ("B_retention", "delay")):
        if not v.get(name, 0.0):
            continue
        if not seconds[stretch]:
            raise NotSupported(f"cymr: {name} is the drift of a whole stretch; say how long it was: {stretch}_seconds.")
        found[name] = _second(v[name], seconds[stretch])
    if len(found) == 2 and not math.isclose(*found.values(), rel_tol=1e-6):
        raise NotSupported(
            f"cymr: B_distract is {found['B_distract']:.4g} and B_retention {found['B_retention']:.4g} for one second; "
            "here one beta_distract serves both."
        )
    return {"beta_distract": next(iter(found.values()))} if found else {}


def _to_jaxcmr(v: Numbers, seconds: Numbers) -> dict[str, float]:
    return {theirs: v[ours] for ours, theirs in JAXCMR.items()}


def _from_jaxcmr(v: Numbers, seconds: Numbers) -> dict[str, float]:
    return {ours: v[theirs] for ours, theirs in JAXCMR.items()}


def _to_kahana(v: Numbers, seconds: Numbers) -> dict[str, float]:
    assert isinstance(v, OurValues)
    v.refuse("beta_start", "kahana", 0.0, "where the start of the list is not reinstated before recall")
    before = v["delta"] - v["alpha"]  # the softmax does not change when all items get alpha less
    if before < 0.0:
        v.refuse("alpha", "kahana", 0.0, "where a unit supports no item more than its own")
    gamma_cf = 1.0 / (1.0 + before)
    theirs = {
        "beta_enc": v["beta_enc"], "beta_rec": v["beta_rec"], "gamma_fc": v["gamma_fc"], "gamma_cf": gamma_cf,
        "phi_s": v["phi_s"], "phi_d": v["phi_d"], "tau": v["T"] * gamma_cf,
        "theta_s": v["stop_scale"], "theta_r": v["stop_growth"],
    }  # fmt: skip
    if v.get("s"):
        if not before:
            v.refuse("s", "kahana", 0.0, "where similarity counts beside the support of an item by its own unit")
        theirs["s_cf"] = v["s"] / before if before else 0.0
    return theirs


def _from_kahana(v: Numbers, seconds: Numbers) -> dict[str, float]:
    if not 0.0 < v["gamma_cf"] <= 1.0:
        raise NotSupported(f"kahana: gamma_cf = {v['gamma_cf']:g} has no counterpart here: learning is not none.")
    before = (1.0 - v["gamma_cf"]) / v["gamma_cf"]
    ours = {
        "beta_enc": v["beta_enc"], "beta_start": 0.0, "beta_rec": v["beta_rec"], "gamma_fc": v["gamma_fc"],
        "delta": before, "alpha": 0.0, "phi_s": v["phi_s"], "phi_d": v["phi_d"], "T": v["tau"] / v["gamma_cf"],
        "stop_scale": v["theta_s"], "stop_growth": v["theta_r"],
    }  # fmt: skip
    return ours | ({"s": v["s_cf"] * before} if "s_cf" in v else {})


def _to_polyn2009(v: Numbers, seconds: Numbers) -> dict[str, float]:
    return {**{theirs: v[ours] for ours, theirs in POLYN2009.items()}, "tau": 1000.0 * v["tau_race"]}


def _from_polyn2009(v: Numbers, seconds: Numbers) -> dict[str, float]:
    return {**{ours: v[theirs] for ours, theirs in POLYN2009.items()}, "tau_race": v["tau"] / 1000.0}


def _to_cymr_from_tcm(v: Numbers, seconds: Numbers) -> dict[str, float]:
    return _to_cymr(_tcm_as_cmr(v), seconds)


def _to_kahana_from_tcm(v: Numbers, seconds: Numbers) -> dict[str, float]:
    return _to_kahana(_tcm_as_cmr(v), seconds)


def _tcm_from(back: Callable[[Numbers, Numbers], dict[str, float]]) -> Callable[[Numbers, Numbers], dict[str, float]]:
    """Return how TCM's values are got from numbers that are read as those of CMR."""

    def convert(v: Numbers, seconds: Numbers) -> dict[str, float]:
        ours = back(v, seconds)
        if ours["beta_enc"] != ours["beta_rec"]:
            raise NotSupported(
                f"tcm has one drift; {ours['beta_enc']:g} at study and {ours['beta_rec']:g} at recall are two. "
                "Take cmr."
            )
        for name in ("beta_start", "delta", "alpha", "phi_s", "s"):
            if ours.get(name, 0.0):
                raise NotSupported(f"tcm has no counterpart of {name} = {ours[name]:g}. Take cmr.")
        if ours["gamma_fc"] >= 1.0:
            raise NotSupported("tcm: gamma_fc = 1 leaves nothing of the context before the list. Take cmr.")
        kept = ("beta_distract", "T", "stop_scale", "stop_growth")
        new_to_old = ours["gamma_fc"] / (1.0 - ours["gamma_fc"])
        same = {name: ours[name] for name in kept if name in ours}
        return {"beta": ours["beta_enc"], "new_to_old": new_to_old, **same}

    return convert


_CYMR_TRAPS = (
    "P1 is phi_s times Lcf, and Acf, Dcf and T are too: only their ratios to Lcf count (here Lcf = 1)",
    "Dcf is delta less alpha: cymr adds Acf to an item's own unit as well",
    "T is the temperature of a softmax; tau, the exponent of the power rule, has no counterpart",
    "B_distract and B_retention are the drift of a whole stretch of distraction, beta_distract that of one second",
    "cymr clips each probability at 1e-5 before its logarithm; memlab does not",
)
_JAXCMR_TRAPS = (
    "choice_sensitivity is tau, the exponent of a power rule; T, the temperature of a softmax, has no counterpart",
    "rho is elementwise there: with the scalar rho of the papers the same numbers have another likelihood, by up to 15 "
    "nats a person in Murdock (1962) 20-1",
    "its floor under support differs: where choice_sensitivity is high and item_support low, it decides among items",
    "there is no distraction: beta_distract is left out",
)
_KAHANA_TRAPS = (
    "tau is the temperature of a softmax as in Howard & Kahana (2002): our T, times gamma_cf; it is not our tau",
    "gamma_cf is the scale of learning against the support before the list: delta - alpha = (1 - gamma_cf) / gamma_cf",
    "alpha is taken from all items alike, which the softmax does not see; it comes back as 0",
    "theta_s and theta_r are the stop rule of the versions with a likelihood; those with a race have none",
    "the start of the list is not reinstated: beta_start must be 0",
    "Polyn et al. (2009) learn after context has drifted, Lohnas et al. (2015) before: that is the option learn of cmr",
    "distraction is left out: papers give the drift of a whole stretch, beta_distract is that of one second",
)
_POLYN_TRAPS = (
    "tau is the time constant of the accumulators, in ms: our tau_race, in s; it is neither our tau nor our T",
    "distraction is left out: beta_distract is ours",
)
_CYMR = ("B_enc", "B_start", "B_rec", "Lfc", "Lcf", "P1", "P2", "T", "X1", "X2")
_CYMR_OPTIONAL = ("Dfc", "Afc", "Acf", "Dcf", "s", "B_distract", "B_retention")
_KAHANA = ("beta_enc", "beta_rec", "gamma_fc", "gamma_cf", "phi_s", "phi_d", "tau", "theta_s", "theta_r")
_SOFTMAX = {"choice_rule": "softmax", **CONSTANT}
_EITHER_LEARNING = {name: value for name, value in _SOFTMAX.items() if name != "learn"}
ALL = (
    Notation("cymr", "cmr", _SOFTMAX, _CYMR_TRAPS, _to_cymr, _from_cymr, _CYMR, _CYMR_OPTIONAL),
    Notation("cymr", "tcm", {}, _CYMR_TRAPS, _to_cymr_from_tcm, _tcm_from(_from_cymr), _CYMR, _CYMR_OPTIONAL),
    Notation(
        "jaxcmr",
        "cmr",
        {"choice_rule": "power", **CONSTANT, "rho": "elementwise", "semantics": False},
        _JAXCMR_TRAPS,
        _to_jaxcmr,
        _from_jaxcmr,
        tuple(JAXCMR.values()),
    ),
    Notation("kahana", "cmr", _EITHER_LEARNING, _KAHANA_TRAPS, _to_kahana, _from_kahana, _KAHANA, ("s_cf",)),
    Notation("kahana", "tcm", {}, _KAHANA_TRAPS, _to_kahana_from_tcm, _tcm_from(_from_kahana), _KAHANA),
    Notation(
        "kahana",
        "cmr.polyn2009",
        {},
        _POLYN_TRAPS,
        _to_polyn2009,
        _from_polyn2009,
        (*POLYN2009.values(), "tau"),
    ),
)
"""Every notation of every model."""
