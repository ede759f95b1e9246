"""Kinds of fields, for the pydantic models: each a type, how it is read, and its name in the schema table."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, Strict, WithJsonSchema, model_validator

from govengine.model.logical_type import canonical
from govengine.model.quantity import PARSERS, Bound, Period, QuantityError, Rate
from govengine.model.text import wrong


class Kind:
    """Names a field's type in the schema table where the annotation cannot."""

    def __init__(self, *described: object) -> None:
        self.described = list(described)


class Sugar:
    """Names a further shape that the reader takes."""

    def __init__(self, name: str) -> None:
        self.name = name


class Node(BaseModel):
    """An object of a spec: unknown keys are refused, explicit nulls count as absent, `x-…` and `custom` are skipped."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_foreign(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        known = {info.alias or name for name, info in cls.model_fields.items()}
        return {
            k: v
            for k, v in data.items()
            if not (v is None and k in known) and not (isinstance(k, str) and (k.startswith("x-") or k == "custom"))
        }


class Says:
    """What a text is, and why no list of words closes it.

    `kind` is one of `govengine.model.text.KINDS`; `reason` says why any text may stand there. `names` is what the text
    must name, where that is something of the same spec: "column", "purpose", "category", "dataset".
    """

    def __init__(self, kind: str, reason: str, names: str | None = None) -> None:
        self.kind, self.reason, self.names = kind, reason, names


class Words:
    """A closed list to which the council may add words in `govengine.yaml`, under `words`, by this name."""

    def __init__(self, name: str) -> None:
        self.name = name


def _text(kind: str, reason: str, names: str | None = None) -> Any:
    """A text of a kind, and why it is no word of a list."""

    def read(value: str) -> str:
        found = wrong(value, kind)
        if found is not None:
            raise ValueError(found[0])
        return value

    return Annotated[str, Strict(), AfterValidator(read), Says(kind, reason, names)]


def _quantity(kind: str) -> object:
    def read(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("not a quantity")  # noqa: TRY004 - pydantic turns ValueError into its own error
        try:
            return PARSERS[kind](str(value))
        except QuantityError as error:
            raise ValueError(str(error)) from error

    return read


def _day(value: object) -> date:
    if not isinstance(value, str) or len(value) != 10 or value[7] != "-":  # no week dates
        raise ValueError("a date is written `2027-03-31`")
    return date.fromisoformat(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise ValueError("not a number")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a whole number")  # noqa: TRY004 - pydantic turns ValueError into its own error
    return value


Name = _text("name", "names something of the mesh; what names a thing differs from mesh to mesh")
Reference = _text("name", "leads to a document, contract or system outside the mesh")
Person = _text("name", "an address or a name of who answers for something; `council` and `owners` know who they are")
Way = _text("name", "a way of working in the house's own words; no rule can compare them but with its own list")
InData = _text("data", "stands so in the data")
Dataset = _text("data", "stands so in the data", "dataset")
Marker = _text("cell", "a value of a cell, whatever it is")
Prose = _text("prose", "read by people; rules may ask whether it is there, not what it says")
ColumnName = _text("data", "names a column, and one that is declared", "column")
PurposeName = _text("name", "names a purpose of `processing.purposes`", "purpose")
CategoryName = _text("name", "names a category of `retention.per_category`", "category")
Key = _text("data", "a key of a map, which names what stands under it")
Folder = _text("data", "a path from the mesh root")
Digest = _text("name", "a digest, compared with that of the file it names")
Encoding = _text("name", "any encoding that the reader's library knows; held against it when the spec is read")
InLog = _text("data", "names a column of the log that `audit.sink` leads to")
Version = _text("name", "a version as its owner counts them; `version(…)` reads it, and says where it is none")
Country = Annotated[str, Strict(), Kind("str", "country")]
TypeWord = Annotated[str, Strict(), AfterValidator(canonical), Kind("str", "logical_type")]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict(), PlainValidator(_whole)]
Number = Annotated[float, PlainValidator(_number), WithJsonSchema({"type": "number"})]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Length = Annotated[Period, PlainValidator(_quantity("period")), Kind("period"), WithJsonSchema({"type": "string"})]
Bounded = Annotated[Bound, PlainValidator(_quantity("bound")), Kind("bound"), WithJsonSchema({"type": "string"})]
RateOf = Annotated[Rate, PlainValidator(_quantity("rate")), Kind("rate"), WithJsonSchema({"type": "string"})]
Classification = Annotated[str, Strict(), Kind("str", "classification")]
Compliance = Annotated[str, Strict(), Kind("str", "compliance")]
SemanticType = Annotated[str, Strict(), Kind("str", "semantic_type")]
Action = Annotated[str, Strict(), Kind("str", "action")]
Tag = Annotated[str, Strict(), Kind("str", "tag")]
