"""SQL predicates: what may stand between backticks, held by DuckDB's own parse tree.

The parser is handed in (`serialize`: a statement → DuckDB's `json_serialize_sql` as a value), so that nothing here
opens a connection; and it is DuckDB's, so that what is checked is what will run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from govengine.diagnostics import nearest
from govengine.predicates.measure import AGGREGATES, aggregate_name, extent, is_aggregate, measure_problems
from govengine.predicates.sense import is_condition, no_column, sense_problems, truth
from govengine.predicates.truth import sense

Serialize = Callable[[str], dict[str, Any]]

MAX_LENGTH = 4_000
_HEAD = "SELECT 1 FROM t WHERE (\n"
_TAIL = "\n)"
_WHOLE = "SELECT 1 FROM t WHERE whole_predicate(\n", "\n, 7)"
"""Text that closes one of our brackets and opens another, as `1) OR (1 = 1`, is no first argument of two."""

FUNCTIONS = frozenset(
    # numbers
    "abs ceil ceiling floor round trunc sign sqrt ln log log10 log2 exp power pow mod greatest least "  # noqa: SIM905 - a list of words reads best as one
    "isnan isinf isfinite + - * / % // ^ ** & | << >> @ "
    # text
    "lower upper trim ltrim rtrim length len strlen char_length character_length substring substr left right replace "
    "contains starts_with ends_with prefix suffix strpos instr position concat concat_ws split_part || "
    "~~ !~~ ~~* !~~* ~~~ ~~* like_escape not_like_escape ilike_escape not_ilike_escape "
    "regexp_matches regexp_full_match regexp_extract regexp_replace "
    # dates and times, none of which reads the clock
    "year month day hour minute second quarter week weekday dayofweek isodow dayofyear date_part datepart date_trunc "
    "datetrunc date_diff datediff date_sub datesub date_add last_day make_date strftime strptime try_strptime epoch "
    "epoch_ms to_years to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds monthname dayname "
    # missing values
    "coalesce ifnull nullif "
    # lists and structs
    "list_contains list_has array_contains list_has_any list_has_all list_value array_extract list_extract "
    "struct_extract array_length cardinality map_contains element_at row struct_pack".split()
)
_CLOCK = frozenset(
    "now today current_date current_time current_timestamp localtime localtimestamp get_current_time "  # noqa: SIM905 - a list of words reads best as one
    "get_current_timestamp transaction_timestamp".split()
)
_OTHER_CLOCKS = frozenset(["getdate", "curdate", "curtime", "sysdate", "systimestamp", "sysdatetime"])
"""Functions of other databases; none of these names is one of DuckDB's."""
_CHANCE = frozenset(["random", "uuid", "gen_random_uuid", "setseed", "nextval", "currval"])
_SESSION = frozenset(
    ["user", "current_user", "session_user", "current_role", "current_schema", "current_catalog", "current_database"]
)
_CEL_METHODS = {
    "startswith": "starts_with",
    "endswith": "ends_with",
    "contains": "contains",
    "matches": "regexp_matches",
    "size": "length",
    "lowerascii": "lower",
    "upperascii": "upper",
}
_ELSEWHERE = {
    "nvl": "coalesce",
    "if": "case when … then … else … end",
    "iif": "case when … then … else … end",
    "regexp_like": "regexp_matches",
}
"""Functions of other databases, by what they are called here."""
_NULL_TESTS = {"isnull": "is null", "notnull": "is not null", "isnotnull": "is not null"}
_REACHES_OUT = re.compile(
    r"(?:read|write|scan|pg|duckdb|pragma|parquet|json_execute|query|sniff|iceberg|delta|sqlite|postgres|mysql)(?:_.*|$)"
    r"|glob|checkpoint|getenv|getvariable|current_setting|which_secret|\w+_(?:csv|parquet|json|ndjson|text|blob)(?:_auto)?"
)
"""Functions that reach files, settings or other databases: no near name does what they do."""
_SCHEMAS = frozenset(["main", "system", "memory", "temp", "pg_catalog", "information_schema"])
_OUTSIDE = frozenset(["spec", "setting"])
"""Names of conditions that nobody would give to a column with fields of its own."""
_TYPES = frozenset(
    """bool boolean tinyint smallint int int1 int2 int4 int8 integer long bigint hugeint utinyint usmallint uinteger
    ubigint decimal dec numeric real float float4 float8 double text string char bpchar varchar date time timestamp
    datetime timestamptz interval uuid""".split()  # noqa: SIM905 - a list of words reads best as one
)
"""Types that a value may be cast to: nothing that reads a catalogue."""
_CLASSES = frozenset(
    {
        "COMPARISON",
        "CONJUNCTION",
        "OPERATOR",
        "FUNCTION",
        "COLUMN_REF",
        "CONSTANT",
        "CAST",
        "CASE",
        "BETWEEN",
        "PARAMETER",
    }
)


_ESCAPED = re.compile(r"(?<!\w)(?:[eExXbB]|[uU]&)$")
"""`E'…'` and its like: texts whose quotes end elsewhere than they seem to."""


_HOLE = re.compile(r'"__hole_\d+"|\$hole_\d+')
_LEFT_SIDE = re.compile(r"(?P<left>.*?)\s*(?:[<>=!]=?|<>|==)\s*\(*\s*", re.DOTALL)


class Allowed(NamedTuple):
    """What may stand in a piece of SQL: functions, kinds of nodes, whether functions may be `DISTINCT` or filtered."""

    functions: frozenset[str]
    classes: frozenset[str]
    grouped: bool


ROW = Allowed(FUNCTIONS, _CLASSES, False)
GROUP = Allowed(FUNCTIONS | AGGREGATES, _CLASSES, True)


class Hole(NamedTuple):
    """A `{…}` in a predicate: a column, or a value."""

    kind: str
    number: int


class Problem(NamedTuple):
    """What is wrong with a predicate. `piece` and `offset` say where, in characters into that piece as written.

    Of the kind "column" it is nothing wrong, but the first place of the column that `detail` names.
    """

    kind: str
    piece: int
    offset: int
    length: int
    detail: str
    near: str | None = None


class Checked(NamedTuple):
    """A predicate that may run: the columns that it names, sorted, and where; of a query, the tables."""

    columns: tuple[str, ...]
    tables: tuple[str, ...] = ()
    places: tuple[Problem, ...] = ()


def check_predicate(
    pieces: tuple[str | Hole, ...],
    serialize: Serialize,
    allowed: Allowed = ROW,
    grouped_by: frozenset[str] = frozenset(),
    *,
    of_rows: bool = False,
) -> Checked | list[Problem]:
    """Whether a predicate is one expression over the columns of one row (of a group, for `GROUP`), and nothing else.

    `grouped_by` are the columns that make the groups, in small letters; a `{…}` is `__hole_0`, by its number. A
    predicate `of_rows` judges them, so it must name a column.
    """
    problems = text_problems(pieces)
    if problems:
        return problems
    statement, starts = statement_of(pieces)
    tree = serialize(statement)
    places = Places(statement, starts, pieces)
    if tree.get("error"):
        at = int(tree.get("position") or len(_HEAD))
        early = at >= len(statement.encode()) - len(_TAIL)
        words = "something is missing at its end" if early else parser_words(tree)
        return [places.problem("syntax", at, 1, words)]
    statements = tree.get("statements", [])
    where = _only_where(statements)
    if where is None:
        return [Problem("not-one-expression", 0, 0, len(pieces[0]) if isinstance(pieces[0], str) else 1, "")]
    columns: dict[str, Problem] = {}
    problems = list(walk(where, places, columns, allowed)) or list(sense_problems(where, places))
    if allowed.grouped and not problems:
        told = truth(where, places)
        problems = [told] if told is not None else list(measure_problems(where, places, grouped_by))
    if problems:
        return problems
    if not _stands_alone(serialize(_WHOLE[0] + statement[len(_HEAD) : -len(_TAIL)] + _WHOLE[1])):
        return [Problem("not-one-expression", 0, 0, len(pieces[0]) if isinstance(pieces[0], str) else 1, "")]
    if of_rows and not columns:
        return [no_column(where, places)]
    found = None if allowed.grouped else sense(where)
    if found == "never" or (found == "always" and of_rows):
        return [places.problem(found, *extent(where), "")]
    named = sorted(c for c in columns if not c.startswith("__hole_"))
    return Checked(tuple(named), places=tuple(columns[c] for c in named))


def text_problems(pieces: tuple[str | Hole, ...]) -> list[Problem]:
    """What is wrong with the text before it is parsed: nothing there, comments, `;`, odd characters, open quotes."""
    if not any(isinstance(p, Hole) or p.strip() for p in pieces):
        return [Problem("empty", 0, 0, 1, "")]
    for i, piece in enumerate(pieces):
        if not isinstance(piece, str):
            continue
        found = list(_text_problems(i, piece))
        quote = found[-1].detail if found and found[-1].kind == "quote" else ""
        later = pieces[i + 2 :] if quote and len(pieces) > i + 1 else ()
        closing = next((p for p in later if isinstance(p, str) and quote in p), None)
        if closing is not None:  # it is closed behind a `{…}`
            alone = piece.endswith(quote) and closing.startswith(quote) and closing is pieces[i + 2]
            return [*found[:-1], Problem("hole-in-quotes", i + 1, 0, 1, quote, "alone" if alone else None)]
        if found:
            return found
    return []


def _text_problems(index: int, text: str) -> Iterator[Problem]:
    if len(text) > MAX_LENGTH:
        yield Problem("too-long", index, 0, 1, f"{MAX_LENGTH} characters at most")
    quote = ""
    at = 0
    while at < len(text):
        letter, two = text[at], text[at : at + 2]
        if quote:
            quote = "" if letter == quote else quote
        elif letter == "'" and _ESCAPED.search(text[:at]):
            yield Problem("escapes", index, at - 1, 2, text[at - 1 : at + 1])
            return
        elif letter in "'\"":
            quote = letter
        elif two in ("--", "/*", "*/"):
            yield Problem("comment", index, at, 2, two)
            return
        elif letter == ";":
            yield Problem("statement", index, at, 1, ";")
            return
        elif letter == "$":
            yield Problem("parameter", index, at, 1, "$")
            return
        elif two == "&&":
            yield Problem("cel", index, at, 2, "&&", "AND")
            return
        elif letter == "!" and two not in ("!=", "!~"):
            yield Problem("cel", index, at, 1, "!", "NOT")
            return
        category = unicodedata.category(letter)
        if (category in ("Cc", "Cf", "Co", "Cs") and letter not in "\t\n\r") or (category[0] == "Z" and letter != " "):
            yield Problem("character", index, at, 1, f"U+{ord(letter):04X}")
            return
        at += 1
    if quote:
        yield Problem("quote", index, len(text) - 1, 1, quote)


def statement_of(pieces: tuple[str | Hole, ...], head: str = _HEAD, tail: str = _TAIL) -> tuple[str, list[int]]:
    """The pieces as one statement, and where each begins in it."""
    text, starts = head, []
    for piece in pieces:
        starts.append(len(text))
        if isinstance(piece, str):
            text += piece
        else:
            text += f'"__hole_{piece.number}"' if piece.kind == "column" else f"$hole_{piece.number}"
    return text + tail, starts


def _shown(text: bytes) -> str:
    return " ".join(_HOLE.sub("{…}", text.decode(errors="replace")).split())


class Places:
    """DuckDB's positions (bytes into the statement) → pieces and characters."""

    def __init__(self, statement: str, starts: list[int], pieces: tuple[str | Hole, ...]) -> None:
        self._bytes = statement.encode()
        self._starts, self._pieces = starts, pieces

    def sign(self, sign: str, position: int) -> int:
        """Where a sign first stands from a byte of the statement on."""
        known = position if position <= len(self._bytes) else len(_HEAD)  # DuckDB leaves some operators without a place
        return max(self._bytes.find(sign.encode(), known), known)

    def written(self, node: dict[str, Any]) -> str:
        """The text of a node, with `{…}` where one stands."""
        start, length = int(node.get("query_location", 0)), int(node.get("query_location_length", 1) or 1)
        return _shown(self._bytes[start : start + length])

    def operand(self, node: Any) -> str:
        """The text of a column, value or call; `…` for what is put together, whose brackets have no place."""
        kind = node.get("class") if isinstance(node, dict) else None
        plain = kind in ("COLUMN_REF", "CONSTANT", "PARAMETER") or (kind == "FUNCTION" and not node.get("is_operator"))
        return self.written(node) if plain else "…"

    def sides(self, node: dict[str, Any]) -> tuple[str, str] | None:
        """What stands on both sides of a comparison."""
        start, right = int(node.get("query_location", 0)), extent(node["right"])
        match = _LEFT_SIDE.fullmatch(_shown(self._bytes[start : right[0]]))
        return (match["left"], _shown(self._bytes[right[0] : sum(right)])) if match else None

    def problem(self, kind: str, position: int, length: int, detail: str, near: str | None = None) -> Problem:
        """A problem at a byte of the statement."""
        if position > len(self._bytes):
            position = len(_HEAD)
        at = len(self._bytes[:position].decode(errors="ignore"))
        index = max((i for i, start in enumerate(self._starts) if start <= at), default=0)
        offset = max(at - self._starts[index], 0)
        piece = self._pieces[index]
        size = len(piece) if isinstance(piece, str) else 1
        return Problem(kind, index, min(offset, max(size - 1, 0)), min(length, max(size - offset, 1)), detail, near)


def parser_words(tree: dict[str, Any]) -> str:
    """DuckDB's message about the policy's own text; no row was read, so it holds no data."""
    words = str(tree.get("error_message", "")).split("\n", 1)[0].strip()
    if words.startswith("Only SELECT"):
        return "only a `select` may be asked"
    return words or "it is not SQL"


def _only_where(statements: list[dict[str, Any]]) -> dict[str, Any] | None:
    if len(statements) != 1:
        return None
    node = statements[0].get("node", {})
    table = node.get("from_table") or {}
    plain = (
        node.get("type") == "SELECT_NODE"
        and not node.get("modifiers")
        and not node.get("cte_map", {}).get("map")
        and table.get("type") == "BASE_TABLE"
        and table.get("table_name") == "t"
        and not table.get("sample")
        and not table.get("alias")
        and not node.get("group_expressions")
        and not node.get("having")
        and not node.get("qualify")
        and not node.get("sample")
        and len(node.get("select_list", [])) == 1
    )
    where = node.get("where_clause")
    return where if plain and isinstance(where, dict) else None


def _stands_alone(tree: dict[str, Any]) -> bool:
    call = None if tree.get("error") else _only_where(tree.get("statements", []))
    return (
        call is not None
        and call.get("function_name") == "whole_predicate"
        and len(call.get("arguments", ())) == 2
        and not call.get("distinct")
        and not call.get("filter")
        and not call.get("order_bys", {}).get("orders")
    )


def _unsteady(name: str) -> str:
    """Of what kind a function is whose answer is another one each time."""
    return "session" if name in _SESSION else "chance" if name in _CHANCE else "clock"


def _refused(node: dict[str, Any], name: str, places: Places, allowed: Allowed) -> Problem:
    """A function that may not stand here, and what to write instead."""
    position, length = node.get("query_location", 0), node.get("query_location_length", 1) or 1
    shown = name.removesuffix("_star")
    path = [str(part) for part in node.get("qualified_name", {}).get("path", ())]
    method = len(path) > 1 and path[0].lower() not in _SCHEMAS
    arguments = [argument.get("expression", argument) for argument in node.get("arguments", ())]
    if method and (name in _CEL_METHODS or name in allowed.functions):
        # DuckDB takes `x.startsWith('a')` for a function of the schema `x`.
        whole = places.written(node).partition("(")[0]
        called = ", ".join((whole.rpartition(".")[0], *(_as_text(places.operand(a)) for a in arguments)))
        instead = f"{_CEL_METHODS.get(name, name)}({called})"
        return places.problem("cel" if name in _CEL_METHODS else "function", position, length, whole, instead)
    if len(path) == 1 and name in _CLOCK | _CHANCE | _OTHER_CLOCKS:
        return places.problem(_unsteady(name), position, length, shown)
    near: str | None = None
    if name in _NULL_TESTS and len(arguments) == 1:
        near = f"{places.operand(arguments[0])} {_NULL_TESTS[name]}"
    elif name == "isnull":
        near = "coalesce"
    elif name not in allowed.functions and not _REACHES_OUT.fullmatch(name) and len(path) == 1:
        near = _ELSEWHERE.get(name) or nearest(name, allowed.functions)
    return places.problem("function", position, length, shown, near)


def _as_text(written: str) -> str:
    """A text in double quotes, as CEL has them, in SQL's."""
    return "'" + written[1:-1].replace("'", "''") + "'" if written[:1] == '"' == written[-1:] else written


def walk(node: Any, places: Places, columns: dict[str, Problem], allowed: Allowed) -> Iterator[Problem]:
    """All that may not stand in a parse tree; the columns that it names go into `columns`."""
    if isinstance(node, list):
        for item in node:
            yield from walk(item, places, columns, allowed)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("class")
    position, length = node.get("query_location", 0), node.get("query_location_length", 1) or 1
    if kind == "TYPE":
        name = str(node.get("type_name", ""))
        if name.lower() not in _TYPES or node.get("schema") or node.get("catalog"):
            yield places.problem("construct", position, length, f"the type {name}")
        return
    if kind is not None:
        if kind not in allowed.classes:
            words = {"SUBQUERY": "a subquery", "WINDOW": "a window function", "STAR": "`*`", "LAMBDA": "a lambda"}
            yield places.problem("construct", position, length, words.get(kind, kind.lower().replace("_", " ")))
            return
        if kind == "FUNCTION":
            name = str(node.get("function_name", "")).lower()
            if (
                node.get("schema")
                or node.get("catalog")
                or name not in allowed.functions
                or ((node.get("distinct") or node.get("filter")) and not allowed.grouped)
            ):
                if is_aggregate(name) and not allowed.grouped:
                    yield places.problem("aggregate", position, len(aggregate_name(node)), aggregate_name(node))
                    return
                yield _refused(node, name, places, allowed)
                return
            # In SQL it joins texts: a predicate would be compared with `true` written out.
            if name == "||" and any(is_condition(argument) for argument in node.get("arguments", ())):
                yield places.problem("cel", places.sign("||", position), 2, "||", "OR")
                return
        elif kind == "PARAMETER" and not str(node.get("identifier", "")).startswith("hole_"):
            yield places.problem("parameter", position, length, "?")
            return
        elif node.get("type") == "GROUPING_FUNCTION":
            yield places.problem("function", position, length, "grouping")
            return
        elif kind == "COLUMN_REF":
            name = str(node["column_names"][0])
            if name in _OUTSIDE and len(node["column_names"]) > 1:
                whole = ".".join(map(str, node["column_names"]))
                yield places.problem("cel", position, length, whole, "{" + whole + "}")
                return
            if name.lower() in _CLOCK | _CHANCE | _SESSION:
                yield places.problem(_unsteady(name.lower()), position, length, name)
                return
            columns.setdefault(name, places.problem("column", position, length, name))
    for child in node.values():
        if isinstance(child, dict | list):
            yield from walk(child, places, columns, allowed)
