"""Kinds of fields, for the pydantic models: each a type, how it is read, and its name in the schema table."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, Strict, WithJsonSchema, model_validator

from govengine.model.quantity import PARSERS, Bound, Period, QuantityError, Rate


class Kind:
    """Names a field's type in the schema table where the annotation cannot."""

    def __init__(self, *described: Any) -> None:
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
    def _drop_foreign(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = {info.alias or name for name, info in cls.model_fields.items()}
        return {
            k: v
            for k, v in data.items()
            if not (v is None and k in known) and not (isinstance(k, str) and (k.startswith("x-") or k == "custom"))
        }


def _quantity(kind: str) -> Any:
    def read(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("not a quantity")  # noqa: TRY004 - pydantic turns ValueError into its own error
        try:
            return PARSERS[kind](str(value))
        except QuantityError as error:
            raise ValueError(str(error)) from error

    return read


def _day(value: Any) -> date:
    if not isinstance(value, str) or len(value) != 10 or value[7] != "-":  # no week dates
        raise ValueError("a date is written `2027-03-31`")
    return date.fromisoformat(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise ValueError("not a number")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a whole number")  # noqa: TRY004 - pydantic turns ValueError into its own error
    return value


Text = Annotated[str, Strict()]
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
