"""Parameter sets that we ship: fitted values, with the command that made them and their scores on people not seen."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from memlab.core.errors import DataError, UnknownName
from memlab.core.files import write_text
from memlab.data.checksums import checked_text
from memlab.data.notations import from_notation, to_notation

__all__ = [
    "FittedBy",
    "ParameterSet",
    "load_parameter_set",
    "load_subject_values",
    "parameter_set_names",
    "read_parameter_set",
    "write_parameter_set",
]

FittedBy = Literal["likelihood", "curves"]
"""What the values of a shipped set were fitted by: likelihood where the model has one and curves otherwise, or curves
for every model."""


@dataclass(frozen=True)
class ParameterSet:
    """Values of one model for one data set.

    Attributes
    ----------
    model : str
        Registered name.
    data : str
        Id of the data set.
    values : dict
        One set for all conditions, as a theory should have it.
    conditions : dict of dict
        Values by condition, where a set for each was fitted too; empty otherwise.
    options : dict
        Options of the model that differ from its defaults.
    fit : dict
        How the values were found: command, seed, objective, subjects, evaluations, seconds, versions.
    held_out : dict
        Scores on subjects that the fit did not see.
    """

    model: str
    data: str
    values: Mapping[str, float]
    conditions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    fit: Mapping[str, Any] = field(default_factory=dict)
    held_out: Mapping[str, float] = field(default_factory=dict)

    def for_condition(self, name: str, *, per_condition: bool) -> dict[str, float]:
        """Return the values to use in a condition: its own if asked for and there, otherwise the one set."""
        return dict(self.conditions[name] if per_condition and name in self.conditions else self.values)

    def to(self, notation: str, **how: Any) -> dict[str, float]:
        """Return the values under the names of other code: ``"cymr"``, ``"jaxcmr"`` or ``"kahana"``.

        Parameters
        ----------
        notation
            Whose names.
        **how
            ``ignore``, ``distractor_seconds``, ``delay_seconds``; see `memlab.data.notations.to_notation`.

        Raises
        ------
        NotSupported
            A parameter or an option that has no counterpart there; names it.
        """
        return to_notation(notation, self.values, model=self.model, options=self.options, **how)

    @classmethod
    def of(cls, notation: str, values: Mapping[str, float], *, model: str = "cmr", data: str = "", **how: Any) -> Self:
        """Return numbers of other code as a parameter set of ours, with the options they are for.

        See `memlab.data.notations.from_notation`.
        """
        ours, options = from_notation(notation, values, model=model, **how)
        return cls(model, data, ours, options=options, fit={"command": f"values of {notation}"})


def _folder() -> Path:
    return Path(str(files("memlab.data"))) / "presets"


def parameter_set_names(data: str) -> list[str]:
    """Return the models that have a shipped parameter set for a data set."""
    return sorted(path.stem for path in (_folder() / data).glob("*.toml"))


def load_parameter_set(model: str, data: str, fitted_by: FittedBy = "likelihood") -> ParameterSet:
    """Return the shipped parameter set of a model for a data set.

    Parameters
    ----------
    fitted_by
        ``"likelihood"``: maximum likelihood of the recall sequences where the model has one, otherwise curves;
        ``"curves"``: fitted to curves, as those of models without a likelihood always are, where such a set is shipped
        (murdock1962), and otherwise the same.

    Raises
    ------
    UnknownName
        There is none.
    ChecksumError
        It is not as it was shipped.
    """
    path = _folder() / data / f"{model}.toml"
    to_curves = _folder() / data / "curves" / f"{model}.toml"
    if fitted_by == "curves" and to_curves.is_file():
        return read_parameter_set(to_curves)
    if not path.is_file():
        raise UnknownName(f"there is no parameter set for {data} of model", model, parameter_set_names(data))
    return read_parameter_set(path)


def load_subject_values(model: str, data: str) -> dict[str, dict[str, float]]:
    """Return the shipped values of each subject of a data set, of its fit half, by the subject's label.

    They are maximum-likelihood fits of one person each, with few lists: see their ``at_bound`` and ``spread`` in the
    table that `memlab fit --per subject` made, ``data/presets/DATA/subjects/MODEL.csv``. Their mean is no parameter
    set, because parameters trade off within a person.

    Raises
    ------
    UnknownName
        There are none.
    """
    folder = _folder() / data / "subjects"
    path = folder / f"{model}.csv"
    if not path.is_file():
        known = sorted(file.stem for file in folder.glob("*.csv"))
        raise UnknownName(f"there are no values of the subjects of {data} for model", model, known)
    rows = list(csv.DictReader(checked_text(path).splitlines()))
    first = list(rows[0]).index("seed") + 1  # a column a parameter after that of the seed
    return {row["who"]: {name: float(row[name]) for name in list(row)[first:]} for row in rows}


def read_parameter_set(path: str | Path) -> ParameterSet:
    """Read a parameter set from a TOML file.

    Raises
    ------
    DataError
        Not readable, not TOML, or without ``model``, ``data`` and ``[values]``.
    ChecksumError
        A shipped set that is not as it was shipped.
    """
    try:
        content = tomllib.loads(checked_text(path).replace("\r\n", "\n"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a parameter set: {error}.") from None
    for name in ("model", "data", "values"):
        if name not in content:
            raise DataError(f"{path} is not a parameter set: it has no '{name}'.")
    names = ("model", "data", "values", "conditions", "options", "fit", "held_out")
    return ParameterSet(**{name: content[name] for name in names if name in content})


def write_parameter_set(parameters: ParameterSet, path: str | Path) -> Path:
    """Write a parameter set as TOML, whole or not at all."""
    lines = [f"model = {_toml(parameters.model)}", f"data = {_toml(parameters.data)}"]
    tables: dict[str, Mapping[str, Any]] = {"options": parameters.options, "values": parameters.values}
    tables |= {f"conditions.{_toml(name)}": values for name, values in parameters.conditions.items()}
    tables |= {"fit": parameters.fit, "held_out": parameters.held_out}
    for title, table in tables.items():
        if table:
            lines += ["", f"[{title}]", *(f"{_key(key)} = {_toml(value)}" for key, value in table.items())]
    text = "\n".join(lines).encode("utf-8", "replace").decode("utf-8")  # TOML has no halves of letters, as a name may
    return write_text(path, text + "\n")


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else _toml(name)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.1f}" if value.is_integer() else f"{value:.8g}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
