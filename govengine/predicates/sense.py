"""SQL that would run and cannot be meant: comparisons with NULL, broken patterns, truths where a figure belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.conditions.pattern import pattern
from govengine.predicates.measure import NOWHERE, extent, is_aggregate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govengine.predicates.check import Places, Problem

_COMPARISONS = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
}
"""`is distinct from` is none of them: it knows NULL."""
_LIKE = {"~~": "=", "~~*": "=", "~~~": "=", "!~~": "<>", "!~~*": "<>"}
_PATTERNS = frozenset(["regexp_matches", "regexp_full_match", "regexp_extract", "regexp_replace"])
_TESTS = frozenset(
    ["contains", "starts_with", "ends_with", "prefix", "suffix", "regexp_matches", "regexp_full_match", "isnan"]
)
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


def is_condition(argument: Any) -> bool:
    """Whether an argument of a function is true or false and nothing else."""
    node = argument.get("expression", argument) if isinstance(argument, dict) else {}
    tests = ("OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_NOT", "COMPARE_IN", "COMPARE_NOT_IN")
    return node.get("class") in ("COMPARISON", "CONJUNCTION", "BETWEEN") or node.get("type") in tests


def sense_problems(tree: Any, places: Places) -> Iterator[Problem]:
    """Comparisons with NULL, and patterns that are none, wherever they stand."""
    for node, negated in _nodes(tree):
        yield from _null(node, places, negated=negated)
        yield from _pattern(node, places)


def _nodes(tree: Any, *, negated: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """All nodes of a tree, and whether `not` stands right before them."""
    if isinstance(tree, list):
        for item in tree:
            yield from _nodes(item, negated=negated)
    elif isinstance(tree, dict):
        if "class" in tree:
            yield tree, negated
        under_not = tree.get("type") == "OPERATOR_NOT"
        for child in tree.values():
            if isinstance(child, dict | list):
                yield from _nodes(child, negated=under_not)


def _plain(node: dict[str, Any]) -> dict[str, Any]:
    """A value without the type that it is cast to."""
    while node.get("class") == "CAST" and isinstance(node.get("child"), dict):
        node = node["child"]
    return node


def _is_null(node: Any) -> bool:
    plain = _plain(node) if isinstance(node, dict) else {}
    return bool(plain.get("class") == "CONSTANT" and plain.get("literal", {}).get("kind") == "NULL_LITERAL")


def _null(node: dict[str, Any], places: Places, *, negated: bool) -> Iterator[Problem]:
    """`x = null` and its like, which no row satisfies."""
    compared, sign = _compared(node)
    nulls = [operand for operand in compared if _is_null(operand)]
    if not nulls:
        return
    at = _plain(nulls[0])
    others = [operand for operand in compared if not _is_null(operand)]
    asked = places.operand(others[0]) if others else "…"
    asked = "(…)" if asked == "…" else asked
    yield places.problem(
        "null", at["query_location"], at["query_location_length"], "", _instead(sign, asked, others, places, negated)
    )


def _compared(node: dict[str, Any]) -> tuple[list[Any], str]:
    """What a node compares: the operand first, and the sign."""
    kind = node.get("type")
    if kind in _COMPARISONS:
        made_up = node.get("query_location", 0) >= NOWHERE
        return [node.get("left"), node.get("right")], "case" if made_up else _COMPARISONS[str(kind)]
    if kind in ("COMPARE_IN", "COMPARE_NOT_IN"):
        return list(node.get("children", ())), "in"
    if node.get("class") == "BETWEEN":
        return [node.get("input"), node.get("lower"), node.get("upper")], "between"
    name = str(node.get("function_name", ""))
    if node.get("class") == "FUNCTION" and node.get("is_operator") and name in _LIKE:
        return [argument.get("expression", argument) for argument in node.get("arguments", ())], _LIKE[name]
    return [], ""


def _instead(sign: str, asked: str, others: list[Any], places: Places, negated: bool) -> str:
    """What to write instead; `others` are the operands that are not NULL, `asked` the first of them as written."""
    if sign == "case":
        return f"write the branch as `case when {asked} is null then …`"
    if sign == "in" and len(others) > 1:
        listed = ", ".join(places.operand(other) for other in others[1:])
        if negated:
            return f"write `({asked} not in ({listed}) and {asked} is not null)`"
        return f"write `({asked} in ({listed}) or {asked} is null)`"
    if sign == "in":
        return f"write `{asked} is {'not ' if negated else ''}null`"
    if sign in ("=", "<>"):
        return f"write `{asked} is {'' if sign == '=' else 'not '}null`"
    return f"write `{asked} is null` or `{asked} is not null`, or a value in the place of `null`"


def _pattern(node: dict[str, Any], places: Places) -> Iterator[Problem]:
    """A literal pattern that RE2, which DuckDB reads patterns by as well, refuses."""
    name = str(node.get("function_name", "")).lower()
    if node.get("class") != "FUNCTION" or name not in _PATTERNS:
        return
    arguments = [argument.get("expression", argument) for argument in node.get("arguments", ())]
    written = _text(arguments[1]) if len(arguments) > 1 else None
    if written is None:
        return
    options = [_text(a) or "" for a in arguments[2 + (name == "regexp_replace") :]]
    if any("l" in option for option in options):  # the text itself is looked for
        return
    try:
        pattern(written)
    except ValueError as error:
        at = arguments[1]
        yield places.problem("pattern", at["query_location"], at["query_location_length"], str(error))


def _text(node: dict[str, Any]) -> str | None:
    literal = node.get("literal", {})
    return str(literal.get("text", "")) if node.get("class") == "CONSTANT" and literal.get("kind") == "STRING" else None


def no_column(tree: dict[str, Any], places: Places) -> Problem:
    """That a predicate says the same of every row; `detail` is a text that was likely meant to be a column."""
    first, length = extent(tree)
    left = tree.get("left") or tree.get("input") or next(iter(tree.get("children", ())), None)
    text = _text(left) if isinstance(left, dict) else None
    return places.problem("no-column", first, length, text if text and text.isidentifier() else "")


def truth(tree: dict[str, Any], places: Places) -> Problem | None:
    """What is true or false where a figure belongs; `detail` is the figure, `near` its limit, where they are plain.

    `near` is "" where there is no figure: what is written is asked of each row.
    """
    name = str(tree.get("function_name", ""))
    tests = name in _TESTS or name in _LIKE
    if not is_condition(tree) and not tests:
        return None
    first, length = extent(tree)
    if not any(is_aggregate(str(node.get("function_name", ""))) for node, _ in _nodes(tree)):
        return places.problem("truth", first, length, "", "")
    return places.problem("truth", first, length, *_figure(tree, places))


def _figure(tree: dict[str, Any], places: Places) -> tuple[str, str | None]:
    """The figure that is compared, and the clause that says its limit."""
    sign = _COMPARISONS.get(str(tree.get("type")), "")
    if not sign:
        return "", None
    sides = places.sides(tree)
    limit = 1 if _is_limit(tree["right"]) else 0 if _is_limit(tree["left"]) else None
    if limit is None or sides is None:
        return "", None
    figure, number = sides[1 - limit], sides[limit].replace("{…}", "…")
    sign = sign if limit else _TURNED[sign]
    match sign:
        case ">" | ">=":
            return figure, f"at least {number}"
        case "<" | "<=":
            return figure, f"at most {number}"
        case "=":
            return figure, f"at least {number}` and once more with `at most {number}"
        case _:
            return figure, None


def _is_limit(node: dict[str, Any]) -> bool:
    """A number or `{…}`."""
    kind = node.get("literal", {}).get("kind")
    return node.get("class") == "PARAMETER" or (
        node.get("class") == "CONSTANT" and kind not in (None, "STRING", "NULL_LITERAL", "BOOLEAN")
    )
