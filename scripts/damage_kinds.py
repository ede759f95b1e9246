"""Mistakes that authors make, each as a way to damage a sound policy text at any place where it can be made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from damage_text import Edit, Sound, Token, misspelt

if TYPE_CHECKING:
    from random import Random

Kind = Callable[[Sound, "Random"], Iterator[Edit]]
IDENTS = ("IDENT", "NAME", "cel__IDENT")
_CLAUSES = "severity enforce dimension when for_each on because finding fix version owner"
_HEADS = (
    "framework policy overlay waiver ruling conflict rule setting term version owner levels adopt tighten allow "
    "severity enforce control dimension when require expect because finding fix keep attest waives product reason "
    "requested approved until compensating ticket finds between decide judges on"
)
CLAUSES, HEADS = frozenset(_CLAUSES.split()), frozenset(_HEADS.split())
_OPERATORS = ("==", "!=", ">=", "<=", "<", ">", "&&", "||")
_SQL_CALL = re.compile(r"\b([a-z_]{4,})(?=\()")


def _replaced(token: Token, new: str) -> Edit:
    return Edit(token.start, token.end, new)


def _removed(token: Token) -> Edit:
    return Edit(token.start, token.end, "")


# -- braces, brackets, quotes ------------------------------------------------------------------------------------------


def closing_brace_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """A `}` is forgotten."""
    yield from (_removed(t) for _, t in sound.each("RBRACE"))


def opening_brace_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """A `{` is forgotten."""
    yield from (_removed(t) for _, t in sound.each("LBRACE"))


def brace_doubled(sound: Sound, _: Random) -> Iterator[Edit]:
    """A `}` is typed twice."""
    yield from (Edit(t.end, t.end, " }") for _, t in sound.each("RBRACE"))


def bracket_not_closed(sound: Sound, _: Random) -> Iterator[Edit]:
    """A `]` or `)` is forgotten."""
    yield from (_removed(t) for _, t in sound.each("RSQB", "RPAR"))


def bracket_not_opened(sound: Sound, _: Random) -> Iterator[Edit]:
    """A `[` or `(` is forgotten."""
    yield from (_removed(t) for _, t in sound.each("LSQB", "LPAR"))


def quote_not_closed(sound: Sound, _: Random) -> Iterator[Edit]:
    """The quote at the end is forgotten."""
    yield from (_replaced(t, t.text[:-1]) for _, t in sound.each("STRING_LIT") if len(t.text) > 2)


def quote_not_opened(sound: Sound, _: Random) -> Iterator[Edit]:
    """The quote at the beginning is forgotten."""
    yield from (_replaced(t, t.text[1:]) for _, t in sound.each("STRING_LIT") if len(t.text) > 2)


def no_quotes(sound: Sound, _: Random) -> Iterator[Edit]:
    """A text of a clause stands without quotes."""
    yield from (_replaced(t, t.text[1:-1]) for _, t in sound.each("STRING_LIT", condition=False) if len(t.text) > 3)


def curly_quotes(sound: Sound, _: Random) -> Iterator[Edit]:
    """A word processor has made the quotes curly."""
    yield from (_replaced(t, f"“{t.text[1:-1]}”") for _, t in sound.each("STRING_LIT") if len(t.text) > 2)


def backtick_not_closed(sound: Sound, _: Random) -> Iterator[Edit]:
    """The backtick at the end is forgotten."""
    yield from (_replaced(t, t.text[:-1]) for _, t in sound.each("SQL"))


def backtick_not_opened(sound: Sound, _: Random) -> Iterator[Edit]:
    """The backtick at the beginning is forgotten."""
    yield from (_replaced(t, t.text[1:]) for _, t in sound.each("SQL"))


# -- keywords and clauses ----------------------------------------------------------------------------------------------


def keyword_misspelt(sound: Sound, random: Random) -> Iterator[Edit]:
    """The first word of a clause or declaration."""
    yield from (_replaced(t, misspelt(t.text, random)) for _, t in sound.words(*HEADS) if len(t.text) > 2)


def inner_keyword_misspelt(sound: Sound, random: Random) -> Iterator[Edit]:
    """A word within a clause: `least`, `filled`, `each`."""
    for _, token in enumerate(sound.tokens):
        if token.type.startswith("_KW_") and token.text not in HEADS and len(token.text) > 3:
            yield _replaced(token, misspelt(token.text, random))


def keyword_in_capitals(sound: Sound, _: Random) -> Iterator[Edit]:
    """`Severity` for `severity`."""
    yield from (_replaced(t, t.text.capitalize()) for _, t in sound.words(*HEADS))


def keyword_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """A word of a phrase: `at` of `at least`, `in` of `for each x in`, `to` of `tighten … to`."""
    yield from (_removed(t) for _, t in sound.words("at", "least", "most", "in", "to", "by", "of"))


def each_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """`for column in columns`."""
    yield from (_removed(t) for _, t in sound.words("each"))


def words_swapped(sound: Sound, _: Random) -> Iterator[Edit]:
    """`high severity`."""
    for i, token in sound.words("severity", "enforce", "dimension", "owner", "version", "because", "adopt"):
        after = sound.tokens[i + 1]
        yield Edit(token.start, after.end, f"{after.text} {token.text}")


def clause_doubled(sound: Sound, _: Random) -> Iterator[Edit]:
    """A clause that may stand once stands twice."""
    for s in sound.stretches:
        if s.kind in CLAUSES and s.parent in ("rule", "policy", "overlay", "framework"):
            yield Edit(s.end, s.end, f"\n    {sound.text[s.start : s.end]}")


def clause_in_another_block(sound: Sound, _: Random) -> Iterator[Edit]:
    """`severity` in a policy, `owner` in a rule."""
    for s in sound.stretches:
        if s.kind == "rule" and s.parent in ("policy", "overlay"):
            yield Edit(s.start, s.start, "severity high\n  ")
            yield Edit(s.end - 1, s.end - 1, 'owner "risk@example.com"\n  ')


def title_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """A rule or policy without a title."""
    for i, _token in sound.words("rule", "policy", "overlay", "framework"):
        if sound.tokens[i + 2 : i + 3] and sound.tokens[i + 2].type == "STRING_LIT":
            yield _removed(sound.tokens[i + 2])


def colon_after_keyword(sound: Sound, _: Random) -> Iterator[Edit]:
    """`severity: high`, as in YAML."""
    for _, token in sound.words("severity", "owner", "version", "require", "when", "because", "dimension", "fix"):
        yield Edit(token.end, token.end, ":")


def colon_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """`setting idle period`, and a term without its colon."""
    yield from (_removed(t) for _, t in sound.each("COLON", condition=False))


def hash_for_slashes(sound: Sound, _: Random) -> Iterator[Edit]:
    """A comment as in YAML or Python."""
    for s in sound.stretches:
        if s.kind in ("rule", "require", "severity"):
            yield Edit(s.start, s.start, "# checked by risk\n    ")


def stray_comma(sound: Sound, _: Random) -> Iterator[Edit]:
    """A comma at the end of a clause."""
    for s in sound.stretches:
        if s.kind in ("severity", "enforce", "because", "version", "owner", "dimension", "require", "fix", "adopt"):
            yield Edit(s.end, s.end, ",")


def comma_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """`["a" "b"]`."""
    yield from (_removed(t) for _, t in sound.each("COMMA"))


# -- words out of closed lists -----------------------------------------------------------------------------------------


def severity_misspelt(sound: Sound, random: Random) -> Iterator[Edit]:
    """`severity hihg`."""
    after = (sound.tokens[i + 1] for i, _ in sound.words("severity"))
    yield from (_replaced(t, misspelt(t.text, random)) for t in after)


def enforcement_misspelt(sound: Sound, random: Random) -> Iterator[Edit]:
    """`enforce advisry`."""
    after = (sound.tokens[i + 1] for i, _ in sound.words("enforce"))
    yield from (_replaced(t, misspelt(t.text, random)) for t in after)


def type_misspelt(sound: Sound, random: Random) -> Iterator[Edit]:
    """`setting idle: perod`."""
    for i, _ in sound.words("setting"):
        yield _replaced(sound.tokens[i + 3], misspelt(sound.tokens[i + 3].text, random))


def unknown_level(sound: Sound, random: Random) -> Iterator[Edit]:
    """A level that `levels` does not have."""
    for i, token in sound.each("STRING_LIT", condition=True):
        if [t.text for t in sound.tokens[i - 2 : i]] == ["level", "("] and len(token.text) > 5:
            yield _replaced(token, f'"{misspelt(token.text[1:-1], random)}"')
    for _, token in sound.each(*IDENTS, condition=False):
        if token.clause in ("level_index", "level_value"):
            yield _replaced(token, misspelt(token.text, random))


def unknown_name_of_other(sound: Sound, random: Random) -> Iterator[Edit]:
    """A framework, policy or address that does not exist."""
    for i, token in enumerate(sound.tokens[:-1]):
        after = sound.tokens[i + 1]
        if token.text in ("control", "adopt", "tighten", "waives") and after.type in (*IDENTS, "ADDRESS"):
            yield _replaced(after, misspelt(after.text, random))


def underscore_in_name(sound: Sound, _: Random) -> Iterator[Edit]:
    """`rule clear_card_number`."""
    for i, _token in sound.words("rule", "policy"):
        if "-" in sound.tokens[i + 1].text:
            yield _replaced(sound.tokens[i + 1], sound.tokens[i + 1].text.replace("-", "_"))


# -- quantities --------------------------------------------------------------------------------------------------------


def wrong_unit(sound: Sound, random: Random) -> Iterator[Edit]:
    """`90 dyas`, `7 yrs`, `24 h`."""
    for _, token in sound.each("PERIOD"):
        figure, _, unit = token.text.partition(" ")
        yield _replaced(token, f"{figure} {random.choice([misspelt(unit, random), unit[0], 'quarters'])}")


def number_for_period(sound: Sound, _: Random) -> Iterator[Edit]:
    """`at most 90`."""
    yield from (_replaced(t, t.text.split()[0]) for _, t in sound.each("PERIOD"))


def percent_sign_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """`at least 99.9`."""
    yield from (_replaced(t, t.text[:-1]) for _, t in sound.each("PERCENT"))


def wrong_type_of_setting(sound: Sound, _: Random) -> Iterator[Edit]:
    """`at most "90 days"`."""
    for _, token in sound.each("PERIOD", "PERCENT", "DATE", "INT_LIT", "TRUTH", condition=False):
        if token.clause in ("value", "at_least", "at_most", "fixed", "level_value"):
            yield _replaced(token, f'"{token.text}"')


def no_such_day(sound: Sound, _: Random) -> Iterator[Edit]:
    """`2027-02-31`."""
    yield from (_replaced(t, t.text[:5] + "02-31") for _, t in sound.each("DATE"))


# -- conditions --------------------------------------------------------------------------------------------------------


def hyphen_for_underscore(sound: Sound, _: Random) -> Iterator[Edit]:
    """`spec.governance.pii-fields`."""
    for _, token in sound.each(*IDENTS, condition=True):
        if "_" in token.text:
            yield _replaced(token, token.text.replace("_", "-", 1))


def single_equals(sound: Sound, _: Random) -> Iterator[Edit]:
    """`=` for `==`."""
    yield from (_replaced(t, "=") for _, t in enumerate(sound.tokens) if t.condition and t.text == "==")


def sql_words(sound: Sound, _: Random) -> Iterator[Edit]:
    """`and`, `or`, `not`."""
    words = {"&&": "and", "||": "or", "!": "not "}
    yield from (_replaced(t, words[t.text]) for t in sound.tokens if t.condition and t.text in words)


def half_an_operator(sound: Sound, _: Random) -> Iterator[Edit]:
    """`&` for `&&`, `=>` for `>=`."""
    signs = {"&&": "&", "||": "|", ">=": "=>", "<=": "=<"}
    yield from (_replaced(t, signs[t.text]) for t in sound.tokens if t.condition and t.text in signs)


def operand_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """`a == `, `a &&`."""
    for i, token in enumerate(sound.tokens[:-2]):
        right, after = sound.tokens[i + 1], sound.tokens[i + 2]
        simple = right.type not in ("BANG", "LPAR", "LSQB", "MINUS") and after.text not in (".", "(", "[")
        if token.condition and right.condition and simple and token.text in _OPERATORS:
            yield _removed(right)
    for s in sound.stretches:
        if s.kind == "require":
            yield Edit(s.end, s.end, " &&")


def unknown_field(sound: Sound, random: Random) -> Iterator[Edit]:
    """A field that no product can have."""
    for i, token in sound.each(*IDENTS, condition=True):
        calls = sound.tokens[i + 1 : i + 2] and sound.tokens[i + 1].text == "("
        path = [t.text for t in sound.tokens[max(i - 2, 0) : i]]
        if path[1:] == ["."] and path[0] != "setting" and not calls and not token.untyped and len(token.text) > 2:
            yield _replaced(token, misspelt(token.text, random))


def unknown_setting(sound: Sound, random: Random) -> Iterator[Edit]:
    """A setting that the policy does not have."""
    for i, token in sound.each(*IDENTS, condition=True):
        if [t.text for t in sound.tokens[max(i - 2, 0) : i]] == ["setting", "."]:
            yield _replaced(token, misspelt(token.text, random))


def unknown_function(sound: Sound, random: Random) -> Iterator[Edit]:
    """A function, macro or term that does not exist."""
    for i, token in sound.each(*IDENTS, condition=True):
        if sound.tokens[i + 1].text == "(":
            yield _replaced(token, misspelt(token.text, random))


def unknown_root(sound: Sound, random: Random) -> Iterator[Edit]:
    """`spce.governance`."""
    for i, token in sound.each(*IDENTS, condition=True):
        if sound.tokens[i + 1].text == "." and sound.tokens[i - 1].text != "." and len(token.text) > 2:
            yield _replaced(token, misspelt(token.text, random))


def wrong_type_in_condition(sound: Sound, _: Random) -> Iterator[Edit]:
    """A number where the field holds text."""
    for i, token in sound.each("STRING_LIT", condition=True):
        if sound.tokens[i - 1].text in ("==", "!=") and not token.untyped:
            yield _replaced(token, "7")


# -- SQL ---------------------------------------------------------------------------------------------------------------


def cel_in_sql(sound: Sound, _: Random) -> Iterator[Edit]:
    """`&&` and `!=` of CEL between backticks, `==` too."""
    for _, token in sound.each("SQL"):
        for match in re.finditer(r"\b(and|or)\b", token.text, re.IGNORECASE):
            at = token.start + match.start()
            yield Edit(at, at + len(match[0]), "&&" if match[0].lower() == "and" else "||")


def sql_function_misspelt(sound: Sound, random: Random) -> Iterator[Edit]:
    """A function that DuckDB does not have."""
    for _, token in sound.each("SQL"):
        for match in _SQL_CALL.finditer(token.text):
            if match[1] not in ("cast", "values"):
                at = token.start + match.start(1)
                yield Edit(at, at + len(match[1]), misspelt(match[1], random))


def sql_bracket_missing(sound: Sound, _: Random) -> Iterator[Edit]:
    """A `)` is forgotten between backticks."""
    for _, token in sound.each("SQL"):
        for match in re.finditer(r"\)", token.text):
            yield Edit(token.start + match.start(), token.start + match.end(), "")


FAMILIES: dict[str, tuple[Kind, ...]] = {
    "braces, brackets": (
        closing_brace_missing, opening_brace_missing, brace_doubled, bracket_not_closed, bracket_not_opened,
    ),
    "quotes, backticks": (
        quote_not_closed, quote_not_opened, no_quotes, curly_quotes, backtick_not_closed, backtick_not_opened,
    ),
    "keywords, clauses": (
        keyword_misspelt, inner_keyword_misspelt, keyword_in_capitals, keyword_missing, each_missing, words_swapped,
        clause_doubled, clause_in_another_block, title_missing,
    ),
    "colons, commas, comments": (colon_after_keyword, colon_missing, hash_for_slashes, stray_comma, comma_missing),
    "words and names": (
        severity_misspelt, enforcement_misspelt, type_misspelt, unknown_level, unknown_name_of_other,
        underscore_in_name,
    ),
    "quantities": (wrong_unit, number_for_period, percent_sign_missing, wrong_type_of_setting, no_such_day),
    "conditions": (
        hyphen_for_underscore, single_equals, sql_words, half_an_operator, operand_missing, unknown_field,
        unknown_setting, unknown_function, unknown_root, wrong_type_in_condition,
    ),
    "SQL": (cel_in_sql, sql_function_misspelt, sql_bracket_missing),
}  # fmt: skip
KINDS = tuple(kind for kinds in FAMILIES.values() for kind in kinds)
"""All ways, in the order of the table."""
