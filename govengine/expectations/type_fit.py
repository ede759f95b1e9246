"""Whether data of one type can stand where another is declared, nested types included.

The type of data is read from SQL's own words (`STRUCT(a INTEGER, b VARCHAR[])`) into the form that declared types
have, and compared part by part: a list of numbers is no list of texts.
"""

from __future__ import annotations

import re

from govengine.model.logical_type import LogicalType

FAMILIES = {
    "text": ("string", "uuid", "enum"),
    "whole": ("integer", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    "decimal": ("decimal",),
    "fraction": ("float32", "float64"),
    "truth": ("boolean",),
    "date": ("date",),
    "moment": ("timestamp", "timestamptz"),
    "time": ("time",),
    "span": ("interval",),
    "bytes": ("binary",),
    "list": ("list",),
    "map": ("map",),
    "struct": ("struct",),
    "json": ("json",),
}
"""Types that are compared as one."""
_FAMILY = {name: family for family, names in FAMILIES.items() for name in names}
_PLAIN = (
    (re.compile(r"VARCHAR|UUID|ENUM\b.*", re.DOTALL), "string"),
    (re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?"), "integer"),
    (re.compile(r"DECIMAL.*"), "decimal"),
    (re.compile(r"DOUBLE|FLOAT"), "float64"),
    (re.compile(r"BOOLEAN"), "boolean"),
    (re.compile(r"DATE"), "date"),
    (re.compile(r"TIMESTAMP.*"), "timestamp"),
    (re.compile(r"TIME.*"), "time"),
    (re.compile(r"INTERVAL"), "interval"),
    (re.compile(r"BLOB"), "binary"),
    (re.compile(r"JSON"), "json"),
    (re.compile(r"UNION.*", re.DOTALL), "struct"),
)
_FITS = {("whole", "decimal"), ("whole", "fraction"), ("decimal", "fraction")}
"""Pairs of a real and a declared family of which the first can stand for the second without loss."""
_WRITTEN = {
    ("fraction", "decimal"), ("date", "text"), ("moment", "text"), ("time", "text"), ("date", "moment"),
    ("struct", "json"), ("list", "json"), ("map", "json"), ("text", "json"), ("json", "struct"), ("json", "list"),
    ("json", "map"), ("json", "text"),
}  # fmt: skip
"""The same for JSON, where days and times are texts and decimals are numbers: its types are guessed from its values."""


def real_type(sql: str) -> LogicalType | None:
    """The type that SQL's words name, or None for one of no known kind."""
    sql = sql.strip()
    if match := re.fullmatch(r"(.+)\[\d*\]", sql, re.DOTALL):
        return LogicalType("list", items=real_type(match[1]))
    if match := re.fullmatch(r"STRUCT\((.*)\)", sql, re.DOTALL):
        fields = [_field(part) for part in _parts(match[1])]
        return LogicalType("struct", fields=tuple((n, real_type(t) or LogicalType("")) for n, t in fields))
    if match := re.fullmatch(r"MAP\((.*)\)", sql, re.DOTALL):
        parts = _parts(match[1])
        return LogicalType("map", keys=real_type(parts[0]), items=real_type(parts[-1]))
    name = next((name for pattern, name in _PLAIN if pattern.fullmatch(sql)), None)
    return None if name is None else LogicalType(name)


def _parts(text: str) -> list[str]:
    """What stands between the commas of a type, outside brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for i, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def _field(part: str) -> tuple[str, str]:
    match = re.match(r'\s*(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)', part, re.DOTALL)
    if match is None:
        return part.strip(), ""
    return (match[2] or match[1].replace('""', '"')), match[3]


def fits(declared: LogicalType, real: LogicalType | None, *, guessed: bool) -> bool | None:
    """Whether data of type `real` may stand where `declared` is; None where that cannot be compared.

    `guessed` tells that types were guessed from values, as those of JSON are.
    """
    if real is None or not real.name:
        return None
    meant, there = _FAMILY[declared.name], _FAMILY[real.name]
    if guessed and meant == "map" and there == "struct" and real.fields is not None:
        return _all(None if declared.items is None else fits(declared.items, t, guessed=True) for _, t in real.fields)
    if meant != there:
        return (there, meant) in (_FITS | _WRITTEN if guessed else _FITS)
    if meant == "list":
        return True if declared.items is None else fits(declared.items, real.items, guessed=guessed)
    if meant == "map":
        pairs = ((declared.keys, real.keys), (declared.items, real.items))
        return _all(True if d is None else fits(d, r, guessed=guessed) for d, r in pairs)
    if meant == "struct" and declared.fields is not None and real.fields is not None:
        held = {name.lower(): type_ for name, type_ in real.fields}
        wanted = {name.lower() for name, _ in declared.fields}
        if wanted != held.keys() and not (guessed and wanted >= held.keys()):
            return False
        return _all(fits(t, held[n.lower()], guessed=guessed) for n, t in declared.fields if n.lower() in held)
    return True


def _all(answers: object) -> bool | None:
    found = list(answers)  # type: ignore[call-overload]
    if False in found:
        return False
    return None if None in found else True
