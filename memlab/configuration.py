"""What a run is configured by: checked options, from the command line, a TOML file or a run's record."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from memlab.core.errors import DataError, UnknownName, UsageError, nearest
from memlab.data.checksums import checked_text

__all__ = [
    "AnalyzeConfig",
    "CompareConfig",
    "EvidenceConfig",
    "FitConfig",
    "InspectConfig",
    "LesionConfig",
    "ListsConfig",
    "RecoverConfig",
    "ScoreConfig",
    "SimulateConfig",
    "StudyConfig",
    "SweepConfig",
    "TrainConfig",
]


def _names(value: object) -> object:
    """Split ``"cmr,tcm"``; leave a list alone."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
FigureFormat = Literal["pdf", "svg", "png"]
Formats = Annotated[tuple[FigureFormat, ...], BeforeValidator(_names)]
Count = Annotated[int, Field(ge=1)]


class Config(BaseModel):
    """Options of a command; unknown names and wrong values are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def load(cls, file: str | Path | None = None, given: Mapping[str, Any] | None = None) -> Self:
        """Return the options of a TOML file, overruled by those given.

        Parameters
        ----------
        file
            A TOML file with options at its top level; None for none.
        given
            Options by name; None values count as not given.

        Raises
        ------
        UsageError
            An unknown option or a value that is not allowed.
        DataError
            The file cannot be read or is not TOML.
        """
        options = _read(file) if file else {}
        options |= {name: value for name, value in (given or {}).items() if value is not None}
        for name in options:
            if name not in cls.model_fields:
                raise UnknownName("there is no option", name, cls.model_fields)
        try:
            return cls.model_validate(options)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(part for part in first["loc"] if isinstance(part, str))
            guess = nearest(str(first["input"]), re.findall(r"'([^']*)'", first["msg"]))
            meant = f" Did you mean '{guess}'?" if guess else ""
            raise UsageError(
                f"option {where}: {first['msg'].lower()}. Got {first['input']!r} instead.{meant}"
            ) from None

    def record(self) -> dict[str, Any]:
        """Return the options as JSON can hold them."""
        return self.model_dump(mode="json")


def _read(file: str | Path) -> dict[str, Any]:
    try:
        return tomllib.loads(checked_text(file))
    except OSError as error:
        raise DataError(f"cannot read {file}: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file} is not a TOML file: {error}.") from None


DEFAULT_PEOPLE = {"free_recall": "murdock1962", "serial_recall": "farrell_lewandowsky2012_e2"}
"""Whom models are compared with where no people are named, and whose parameter sets are used for data without any."""


class CompareConfig(Config):
    """Options of ``memlab compare``; the data follow from the paradigm where none are named."""

    paradigm: Literal["free_recall", "serial_recall"] = "free_recall"
    models: Names | None = None
    data: str = "murdock1962"
    conditions: Names | None = None
    lists: Count | None = None
    subjects: Count | None = None
    replications: Count | None = None
    seed: Annotated[int, Field(ge=0)] = 1
    per_condition: bool = False
    fitted_by: Literal["likelihood", "curves"] = "likelihood"
    diagnosis: bool = True
    values: dict[str, dict[str, float]] = Field(
        default_factory=dict,
        description="Values of parameters, by model: those that a set or the defaults have give way.",
    )
    options: dict[str, dict[str, bool | str]] = Field(default_factory=dict)
    layout: Literal["conditions", "models"] = "conditions"
    width: str | None = None
    format: Formats = ("pdf", "svg", "png")

    @model_validator(mode="before")
    @classmethod
    def _people_of_paradigm(cls, given: Any) -> Any:
        paradigm = given.get("paradigm") if isinstance(given, dict) else None
        return {"data": DEFAULT_PEOPLE[paradigm], **given} if paradigm in tuple(DEFAULT_PEOPLE) else given


class EvidenceConfig(Config):
    """Options of ``memlab evidence``."""

    models: Names = ()
    data: str
    fits: Names = ()
    conditions: Names | None = None
    per: Literal["subject", "condition", "group"] = "subject"
    folds: Annotated[int, Field(ge=2)] = 5
    method: Literal["de", "lbfgs", "cma"] = "de"
    restarts: Count = 3
    events: Literal["drop_events", "drop_lists", "error_process"] = "drop_events"
    options: dict[str, dict[str, bool | str]] = Field(default_factory=dict)
    particles: Count = 512
    lapse: Annotated[float, Field(ge=0, lt=1)] = 0.0
    seed: Annotated[int, Field(ge=0)] = 1
    width: str | None = None
    format: Formats = ("pdf", "svg", "png")


class FitConfig(Config):
    """Options of ``memlab fit``."""

    model: str
    data: str = "murdock1962"
    conditions: Names | None = None
    only: Names | None = None
    per: Literal["subject", "group", "condition"] = "group"
    half: Literal["fit", "score", "all"] | None = None
    objective: Literal["likelihood", "curves", "counts"] | None = None
    events: Literal["drop_events", "drop_lists"] = "drop_events"
    weights: Literal["se", "equal"] = "se"
    similarity: str | None = None
    free: Names | None = None
    fixed: dict[str, float] = Field(default_factory=dict)
    options: dict[str, bool | str] = Field(default_factory=dict)
    folds: Annotated[int, Field(ge=2)] | None = None
    method: Literal["de", "lbfgs", "cma"] = "de"
    start: str | None = None
    restarts: Count | None = None
    tolerance: Annotated[float, Field(gt=0)] | None = None
    generations: Count | None = None
    lists: Count | None = None
    subjects: Count | None = None
    seed: Annotated[int, Field(ge=0)] = 1


class SimulateConfig(Config):
    """Options of ``memlab simulate``."""

    model: str
    paradigm: Literal["free_recall", "serial_recall"] | None = None
    experiment: str | None = None
    conditions: Names | None = None
    list_length: Count = 20
    seconds_per_item: Annotated[float, Field(gt=0)] = 1.0
    distractor_seconds: Annotated[float, Field(ge=0)] = 0.0
    delay_seconds: Annotated[float, Field(ge=0)] = 0.0
    direction: Literal["forward", "backward", "probed"] = "forward"
    omissions_allowed: bool = True
    length_known: bool = True
    lists: Count | None = None
    subjects: Count | None = None
    values: dict[str, float] = Field(default_factory=dict)
    options: dict[str, bool | str] = Field(default_factory=dict)
    seed: Annotated[int, Field(ge=0)] = 1


class ListsConfig(Config):
    """Options of the commands that put one model to people's lists, a named experiment's or lists of one's own."""

    model: str
    data: str | None = None
    experiment: str | None = None
    conditions: Names | None = None
    list_length: Count | None = None
    seconds_per_item: Annotated[float, Field(gt=0)] | None = None
    distractor_seconds: Annotated[float, Field(ge=0)] | None = None
    delay_seconds: Annotated[float, Field(ge=0)] | None = None
    lists: Count | None = None
    subjects: Annotated[Count | None, Field(description="People whose lists are used. [all]")] = None
    values: dict[str, float] = Field(default_factory=dict)
    options: dict[str, bool | str] = Field(default_factory=dict)
    seed: Annotated[int, Field(ge=0)] = 1
    width: str | None = None
    format: Formats = ("pdf", "svg", "png")


class LesionConfig(ListsConfig):
    """Options of ``memlab lesion``."""

    what: Names = ()
    replications: Count | None = None


class SweepConfig(ListsConfig):
    """Options of ``memlab sweep``."""

    param: dict[str, str | tuple[float, ...]] = Field(default_factory=dict)
    replications: Count | None = None


class RecoverConfig(ListsConfig):
    """Options of ``memlab recover``; ``subjects`` is whose lists there are, ``n`` how many are simulated."""

    model: str = ""
    models: Names = ()
    n: Count = 30
    truth: str = "preset"
    spread: Annotated[float, Field(ge=0)] | None = None
    free: Names | None = None
    fixed: dict[str, float] = Field(default_factory=dict)
    method: Literal["de", "lbfgs", "cma"] = "de"
    restarts: Count = 3
    profiles: Annotated[int, Field(ge=0)] = 2
    criterion: Literal["bic", "aic", "aicc", "held_out", "curves"] = "bic"
    folds: Annotated[int, Field(ge=2)] = 5


class InspectConfig(Config):
    """Options of ``memlab inspect``."""

    network: str = "dnc"
    weights: str | None = None
    list_length: Count | None = None
    trials: Count = 200
    seed: Annotated[int, Field(ge=0)] = 1
    width: str | None = None
    format: Formats = ("pdf", "svg", "png")


class AnalyzeConfig(Config):
    """Options of ``memlab analyze``."""

    file: str
    analyses: Names = ("spc", "pfr", "lag_crp")
    conditions: Names | None = None
    average: bool = False
    width: str | None = None
    format: Formats = ("pdf", "svg", "png")


class ScoreConfig(Config):
    """Options of ``memlab score``."""

    file: str
    lists: str | None = None
    pool: str | None = None
    letters_per_edit: Annotated[int, Field(ge=0)] = 4
    plurals: bool = True
    blanks: Literal["drop", "omission"] = "drop"
    corrections: str | None = None


class StudyConfig(Config):
    """Options of ``memlab study``."""

    study: Literal["dnc-brain"] = "dnc-brain"
    sections: Names | None = None
    lists: Count | None = None
    seeds: Count | None = None
    quick: bool = False
    weights: str | None = None
    data: str = "murdock1962"
    format: Formats = ("pdf", "svg", "png")
    seed: Annotated[int, Field(ge=0)] = 1


class TrainConfig(Config):
    """Options of ``memlab train``: `memlab.models.neural.train_config.TrainConfig` says what each means."""

    network: str = "dnc"
    name: str | None = None
    recipe: str | None = None
    paradigm: Literal["free_recall", "serial_recall", "copy", "repeat_copy", "chain"] = "free_recall"
    objective: str | None = None
    options: dict[str, bool | int | float | str] = Field(default_factory=dict)
    task: dict[str, Any] = Field(default_factory=dict)
    tasks: list[dict[str, Any]] = Field(
        default_factory=list, description="Several tasks that one network is trained on in turn, each as in task."
    )
    steps: Count = 3000
    batch: Count = 64
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    decay: Literal["none", "cosine"] = "none"
    warmup: Annotated[int, Field(ge=0)] = 0
    clip: Annotated[float, Field(ge=0)] = 10.0
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    optimiser: Literal["adam", "rmsprop"] = "adam"
    evaluate_every: Count = 100
    checkpoint_every: Count = 500
    patience: Annotated[int, Field(ge=0)] = 0
    device: str = "cpu"
    compile: bool = False
    init: str | None = None
    data: str | None = None
    conditions: Names | None = None
    citation: str | None = None
    seed: Annotated[int, Field(ge=0)] = 1
