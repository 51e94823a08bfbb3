"""The models, by name. A model is one file here and one line in `MODELS`; it is imported when it is asked for.

Another package adds a model with an entry point in the group ``memlab.models``::

    [project.entry-points."memlab.models"]
    mine = "my_package.mine:MyModel"
"""

from __future__ import annotations

import importlib
from functools import cache
from importlib.metadata import entry_points

from memlab.core.errors import NotSupported, UnknownName
from memlab.core.model import Model

__all__ = ["ALIASES", "MODELS", "PARADIGMS", "get_model", "model_names"]

PARADIGMS: dict[str, str] = {"free_recall": "free recall", "serial_recall": "serial recall"}
"""What a model can be asked to do (`Model.paradigms`) -> the same in words."""

MODELS: dict[str, str] = {
    "chance": "memlab.models.chance:Chance",
    "tcm": "memlab.models.tcm:TemporalContextModel",
    "cmr": "memlab.models.cmr:ContextMaintenanceRetrieval",
    "tcm.a": "memlab.models.tcm_a:TemporalContextAccumulator",
    "cmr.polyn2009": "memlab.models.cmr_polyn2009:SourceContextMaintenanceRetrieval",
    "sam.rs1981": "memlab.models.sam:SearchOfAssociativeMemory",
    "sam.kahana2012": "memlab.models.sam_kahana2012:TextbookSearchOfAssociativeMemory",
    "summed_similarity": "memlab.models.summed_similarity:SummedSimilarity",
    "minerva2": "memlab.models.minerva2:Minerva2",
    "simple": "memlab.models.simple:ScaleInvariantMemory",
    "dnc": "memlab.models.neural.trained:DNC",
    "dnc.blog": "memlab.models.neural.trained:BlogDNC",
    "dnc.limited": "memlab.models.neural.trained:LimitedDNC",
    "dnc.human": "memlab.models.neural.trained:HumanDNC",
    "lstm": "memlab.models.neural.trained:LSTM",
    "gru": "memlab.models.neural.trained:GRU",
    "transformer": "memlab.models.neural.trained:Transformer",
    "chaining": "memlab.models.chaining:Chaining",
    "todam": "memlab.models.todam:DistributedAssociativeMemory",
    "start_end": "memlab.models.start_end:StartEnd",
    "perturbation": "memlab.models.perturbation:Perturbation",
    "cru": "memlab.models.cru:ContextRetrievalUpdating",
    "simple.serial": "memlab.models.simple_serial:SerialScaleInvariantMemory",
    "primacy": "memlab.models.primacy:PrimacyModel",
    "oscar": "memlab.models.oscar:OscillatorRecall",
    "position_marking": "memlab.models.position_marking:PositionMarking",
    "dnc.serial": "memlab.models.neural.trained:SerialDNC",
    "lstm.serial": "memlab.models.neural.trained:SerialLSTM",
    "gru.serial": "memlab.models.neural.trained:SerialGRU",
    "transformer.serial": "memlab.models.neural.trained:SerialTransformer",
}
"""Registered name -> ``module:class``."""

ALIASES: dict[str, str] = {"sam": "sam.rs1981"}
"""A family's name without a version -> the version it means."""


@cache
def _added_by_other_packages() -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group="memlab.models")}


def model_names(paradigm: str | None = None) -> tuple[str, ...]:
    """Return every registered name: ours in their order, then those of other packages.

    Parameters
    ----------
    paradigm
        Only the models of ``"free_recall"`` or of ``"serial_recall"``. They are imported to be asked; one of another
        package that cannot be used is then left out.

    Examples
    --------
    >>> model_names()[0]
    'chance'
    """
    names = (*MODELS, *(name for name in _added_by_other_packages() if name not in MODELS | ALIASES))
    return names if paradigm is None else tuple(name for name in names if _is_for(name, paradigm))


def _is_for(name: str, paradigm: str) -> bool:
    if paradigm not in PARADIGMS:
        raise UnknownName("there is no paradigm", paradigm, PARADIGMS)
    try:
        return paradigm in get_model(name).paradigms
    except NotSupported:
        if name in MODELS:
            raise
        return False


def get_model(name: str, paradigm: str | None = None) -> Model:
    """Return a model with its default options.

    Parameters
    ----------
    name
        A registered name, or a family's (``"sam"`` is ``"sam.rs1981"``).
    paradigm
        What the model must be for, ``"free_recall"`` or ``"serial_recall"``; None: anything.

    Raises
    ------
    UnknownName
        No such model; the message has the nearest name.
    NotSupported
        Another package's registration does not lead to a model, or the model is not for the paradigm.

    Examples
    --------
    >>> get_model("chance").resolve({"p": 0.25})
    {'p': 0.25}
    """
    full = ALIASES.get(name, name)
    places = {**_added_by_other_packages(), **MODELS}
    if full not in places:
        raise UnknownName("there is no model", name, [*model_names(), *ALIASES])
    made = _made(full, places[full])
    assert full not in MODELS or isinstance(made, Model), full
    model = made if isinstance(made, Model) and full in MODELS else _checked(full, places[full], made)
    if paradigm is not None and paradigm not in model.paradigms:
        raise _not_for(model, paradigm)
    return model


def _not_for(model: Model, paradigm: str) -> NotSupported:
    does = " and ".join(PARADIGMS[one] for one in model.paradigms)
    asked = PARADIGMS[paradigm]
    return NotSupported(
        f"{model.name} is a model of {does}; {asked} is not for it. Models of {asked}: "
        f"{', '.join(model_names(paradigm))}."
    )


def _made(name: str, place: str) -> object:
    module, _, attribute = place.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)()
    except Exception as error:  # another package's code may fail in any way
        raise NotSupported(
            f"model '{name}' is registered as {place}, which cannot be used: {type(error).__name__}: {error}. "
            "Correct or uninstall the package that registers it."
        ) from error


def _checked(name: str, place: str, model: object) -> Model:
    """Return another package's model, if it is one and has the name that it is registered under."""
    if not isinstance(model, Model):
        raise NotSupported(f"model '{name}' is registered as {place}, which is no subclass of memlab.core.model.Model.")
    if getattr(model, "name", None) != name:
        raise NotSupported(
            f"model '{name}' is registered as {place}, whose name is '{getattr(model, 'name', '')}'. "
            "Give both the same name."
        )
    return model
