"""The tables of a pilot and their columns, as written down in `data_schema/*.json`.

Each file is a Table Schema of the Frictionless standard; what that standard lacks (English texts, units, soft
limits, privacy class) stands under keys that start with `werkzorg:`. Nothing else in the package defines a column.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from werkzorg.params.files import shipped

Type = Literal["string", "integer", "number", "month", "date", "boolean", "year"]
Privacy = Literal["key", "sensitive", "ordinary"]
Cardinality = Literal["person", "person_month", "event", "aggregate"]

STANDARD_TYPES: dict[str, Type] = {"yearmonth": "month"}
"""Types of the standard that have another name here; all others keep their name."""

OTHER_SCHEMA = "results.schema.json"
"""The schema of the results, which is no table of case records."""


class Part(BaseModel):
    """Base of everything in a schema: unknown keys are errors, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """A text in Dutch and English."""

    nl: str
    en: str


class Code(Part):
    """One entry of a closed list: the stored code and what people read."""

    code: str
    nl: str
    en: str


class Field(Part):
    """One column.

    `minimum` and `maximum` are hard limits (outside them is a mistake), `soft_maximum` is the largest value that is
    usual (above it is worth a look). Limits of months are written as `2000-01`, of dates as `2000-01-01`.
    """

    name: str
    type: Type
    title: Text
    description: Text
    example: str
    required: bool = False
    unit: str | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    soft_maximum: float | None = None
    pattern: str | None = None
    enum: tuple[Code, ...] = ()
    privacy: Privacy = "ordinary"
    missing_values: tuple[str, ...] = ("",)
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    allow_negative: bool = False

    def codes(self) -> dict[str, str]:
        """What may be written in the cell, in lower case -> stored code: the code and both labels of each entry."""
        return {text.casefold(): entry.code for entry in self.enum for text in (entry.code, entry.nl, entry.en)}


class ForeignKey(Part):
    """Columns of this table that must exist in the key of another."""

    fields: tuple[str, ...]
    table: str
    reference: tuple[str, ...]


class Table(Part):
    """One table: what a row is, its key and its columns in their order."""

    name: str
    title: Text
    description: Text
    cardinality: Cardinality
    supplier: Text
    primary_key: tuple[str, ...]
    fields: tuple[Field, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()

    def field(self, name: str) -> Field:
        """The column of that name; KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(field.name for field in self.fields)


def schema_files() -> list[Path]:
    """The Table Schema files, in alphabetical order."""
    return sorted(path for path in shipped("data_schema").glob("*.json") if path.name != OTHER_SCHEMA)


@functools.cache
def tables() -> dict[str, Table]:
    """All tables by name, in the order in which people meet them (`werkzorg:order`)."""
    read = [(path.stem, json.loads(path.read_text(encoding="utf8"))) for path in schema_files()]
    return {name: make_table(name, data) for name, data in sorted(read, key=lambda entry: entry[1]["werkzorg:order"])}


def table(name: str) -> Table:
    """One table; KeyError when the name is unknown."""
    return tables()[name]


def make_table(name: str, data: dict[str, Any]) -> Table:
    """A table from the content of its Table Schema file."""
    return Table(
        name=name,
        title=_text(data, "title"),
        description=_text(data, "description"),
        cardinality=data["werkzorg:cardinality"],
        supplier=data["werkzorg:supplier"],
        primary_key=_names(data["primaryKey"]),
        fields=tuple(_field(entry, data["missingValues"]) for entry in data["fields"]),
        foreign_keys=tuple(
            ForeignKey(
                fields=_names(key["fields"]),
                table=key["reference"]["resource"],
                reference=_names(key["reference"]["fields"]),
            )
            for key in data.get("foreignKeys", ())
        ),
    )


def _field(data: dict[str, Any], missing: list[str]) -> Field:
    limits = data.get("constraints", {})
    labels = data.get("werkzorg:labels", {})
    return Field(
        name=data["name"],
        type=STANDARD_TYPES.get(data["type"], data["type"]),
        title=_text(data, "title"),
        description=_text(data, "description"),
        example=data["example"],
        required=limits.get("required", False),
        unit=data.get("werkzorg:unit"),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        soft_maximum=data.get("werkzorg:soft_maximum"),
        pattern=limits.get("pattern"),
        enum=tuple(Code(code=code, **labels[code]) for code in limits.get("enum", ())),
        privacy=data["werkzorg:privacy"],
        missing_values=tuple(missing),
        true_values=tuple(data.get("trueValues", ())),
        false_values=tuple(data.get("falseValues", ())),
        allow_negative=data.get("werkzorg:allow_negative", False),
    )


def _text(data: dict[str, Any], key: str) -> Text:
    """Dutch stands under the standard's own key, English next to it."""
    return Text(nl=data[key], en=data[f"werkzorg:{key}_en"])


def _names(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
