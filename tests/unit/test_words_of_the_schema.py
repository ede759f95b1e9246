"""No field of a spec or of `govengine.yaml` is plain text without saying why."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from govengine.model import text, words
from govengine.model.fields import Kind, Node, Says, Words
from govengine.model.logical_type import SYNONYMS, WORDS, LogicalTypeError, declared, parse, spread
from govengine.model.mesh import Mesh, OwnWords
from govengine.model.own_words import lists_of, plain_word, widened
from govengine.model.product import DataProduct
from govengine.model.schema import mesh_schema, product_schema


def leaves(hint: Any, path: str, seen: set[type]) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Each type below an annotation that holds no other, with its path and the marks on the way to it."""
    yield from _leaves(hint, path, seen, ())


def _leaves(
    hint: Any, path: str, seen: set[type], marks: tuple[Any, ...]
) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    if typing.get_origin(hint) is Annotated:
        base, *more = typing.get_args(hint)
        yield from _leaves(base, path, seen, (*marks, *more))
    elif isinstance(hint, type) and issubclass(hint, Node):
        if hint not in seen:
            seen.add(hint)
            for name, inner in typing.get_type_hints(hint, include_extras=True).items():
                if name in hint.model_fields:
                    yield from _leaves(inner, f"{hint.__name__}.{name}", seen, ())
    elif typing.get_origin(hint) is typing.Literal or not typing.get_args(hint):
        yield path, hint, marks
    else:
        for inner in typing.get_args(hint):
            if inner is not type(None):
                yield from _leaves(inner, path, seen, marks)


SEEN: set[type] = set()
ALL = [*leaves(DataProduct, "", SEEN), *leaves(Mesh, "", SEEN)]


def test_the_walk_sees_every_field() -> None:
    table = {**product_schema()["objects"], **mesh_schema()["objects"]}
    written = {f"{o}.{f}" for o, d in table.items() for f, t in d["fields"].items() if not t["derived"]}
    seen = {path.removesuffix("_") for path, _, _ in ALL}
    inside = {f"{o}.{f}" for o, d in table.items() for f, t in d["fields"].items() if "object" in str(t["type"])}
    assert written - inside <= seen | {"Spec.schema", "PolicyLayers.global"}


@pytest.mark.parametrize(("path", "hint", "marks"), ALL, ids=[path for path, _, _ in ALL])
def test_no_text_without_a_list_a_type_or_a_reason(path: str, hint: Any, marks: tuple[Any, ...]) -> None:
    if hint is not str:
        return
    said = [mark for mark in marks if isinstance(mark, Says)]
    closed = [mark for mark in marks if isinstance(mark, Kind)]
    assert len(said) + len(closed) >= 1, f"{path} is plain text: give it a list of words, a type, or a reason"
    for mark in said:
        assert mark.kind in text.KINDS
        assert len(mark.reason) > 20, path


def test_the_council_can_lengthen_every_list_that_says_so() -> None:
    lists = lists_of(product_schema(), mesh_schema())
    assert set(lists) == set(OwnWords.model_fields)
    marked = {m.name for _, _, marks in ALL for m in marks if isinstance(m, Words)}
    assert marked == set(lists)


@pytest.mark.parametrize("name", sorted(lists_of(product_schema(), mesh_schema())))
def test_no_list_has_two_spellings_of_a_word(name: str) -> None:
    held = lists_of(product_schema(), mesh_schema())[name]
    assert len({plain_word(word) for word in held}) == len(held)


def test_a_list_is_lengthened_wherever_it_is_used() -> None:
    wider = widened(mesh_schema(), {"ordering": ["fifo"]})
    assert "fifo" in wider["objects"]["QualityGates"]["fields"]["ordering"]["type"][1]
    assert "fifo" not in mesh_schema()["objects"]["QualityGates"]["fields"]["ordering"]["type"][1]


@pytest.mark.parametrize(
    ("list_", "word"),
    [
        (words.InterfaceType, "rest_api"),
        (words.InterfaceType, "kafka"),
        (words.InterfaceType, "File"),
        (words.InterfaceType, "http-api"),
        (words.Format, "CSV"),
        (words.Format, "excel"),
        (words.Authentication, "oauth"),
        (words.Authentication, "OAuth2"),
        (words.Protocol, "TLS"),
        (words.Via, "app"),
        (words.AccessModel, "Open"),
        (words.LawfulBasis, "data-subject-consent"),
        (words.LawfulBasis, "legitimate-interest"),
        (words.SpecialCategoryCondition, "consent"),
        (words.TransferMechanism, "SCC"),
        (words.SchemaEvolution, "as_the_wind_blows"),
        (words.RetentionBasis, "Sox"),
        (words.LoggedEvent, "reads"),
    ],
)
def test_a_word_outside_is_refused(list_: Any, word: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(list_).validate_python(word)


@pytest.mark.parametrize("kind", ["name", "data", "prose"])
@pytest.mark.parametrize(
    "blank", ["", " ", "\t", "\u00a0", "\u2003", "\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u00ad"]
)
def test_what_shows_nothing_is_refused_in_every_text(kind: str, blank: str) -> None:
    assert text.wrong(blank, kind) is not None


@pytest.mark.parametrize(
    "odd",
    [
        "re\u200bad", "\u202edaer", "read\u2066", "\uff52\uff45\uff41\uff44", "r\u0435ad", "\u0391\u0392\u0395", " read", "read ", "a  b", "a\nb", "a\u0085b",
        "a\u2028b", "cafe\u0301", "a\u00a0b", "ﬁle", "...", "-", "\u00ad\u00ad", "a\ufe0f",
    ],
)  # fmt: skip
def test_a_name_is_what_it_shows(odd: str) -> None:
    assert text.wrong(odd, "name") is not None


@pytest.mark.parametrize(
    "name",
    ["read", "svc-loan-desk", "Müller, A.", "Иван Петров", "Αθήνα", "東京支店", "payments.*", "*", "C++", "50 % off"],
)
def test_a_plain_name_is_taken_in_any_script(name: str) -> None:
    assert text.wrong(name, "name") is None


@pytest.mark.parametrize("word", [*WORDS, *SYNONYMS])
def test_each_type_and_synonym_has_one_name(word: str) -> None:
    wanted = f"{word}(a)" if word == "enum" else word
    assert parse(wanted).name == SYNONYMS.get(word, word) == spread({"logical_type": wanted})["logical_type"]
    assert parse(wanted.upper()).name == parse(wanted).name


@pytest.mark.parametrize(
    "misspelt",
    [
        "intger",
        "interger",
        "strng",
        "sting",
        "txt",
        "texxt",
        "varchr",
        "decimel",
        "numric",
        "flot",
        "doble",
        "boolen",
        "dat",
        "tim",
        "timestmp",
        "timestampz",
        "time_stamp",
        "datetim",
        "uid",
        "jsn",
        "bnary",
        "arry",
        "lst",
        "maps",
        "strct",
        "recrd",
        "int4",
        "int128",
        "uint128",
        "float16",
        "decimal[10,2]",
        "decimal(,2)",
        "decimal(10,2",
        "decimal(2,10)",
        "decimal(0)",
        "decimal(39,2)",
        "decimal(1,2,3)",
        "string()",
        "string(-1)",
        "string(x)",
        "list<>",
        "list<strng>",
        "list<string",
        "list<string>>",
        "map<string>",
        "map<string,>",
        "struct<a>",
        "struct<a:>",
        "struct<a:int,a:int>",
        "enum()",
        "enum",
        "enum(a,a)",
        "integer(3)",
        "date(3)",
        "int[]",
        "list(string)",
        "string<int>",
        "<string>",
        "string?",
    ],
)
def test_what_is_no_type_is_refused(misspelt: str) -> None:
    with pytest.raises(LogicalTypeError):
        spread({"logical_type": misspelt})


@pytest.mark.parametrize(
    "column",
    [
        {"logical_type": "decimal(10,2)", "scale": 3},
        {"logical_type": "decimal(10,2)", "precision": 9},
        {"logical_type": "string", "precision": 9},
        {"logical_type": "decimal", "scale": 2},
        {"logical_type": "list<string>", "items": "integer"},
        {"logical_type": "map", "items": "integer"},
        {"logical_type": "string(5)", "max_length": 6},
        {"precision": 5},
        {"logical_type": "struct", "fields": {}},
    ],
)
def test_unlike_parameters_are_refused(column: dict[str, Any]) -> None:
    with pytest.raises(LogicalTypeError):
        spread(column)


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("numeric(10,2)", {"logical_type": "decimal", "precision": 10, "scale": 2}),
        ("array<list<int>>", {"logical_type": "list", "items": "list<integer>"}),
        ("map<text, decimal(5)>", {"logical_type": "map", "keys": "string", "items": "decimal(5)"}),
        ('record<"a b": int, c: date>', {"logical_type": "struct", "fields": {"a b": "integer", "c": "date"}}),
        ("enum(open, closed)", {"logical_type": "enum", "enum": ["open", "closed"]}),
        ("varchar(20)", {"logical_type": "string", "max_length": 20}),
    ],
)
def test_word_and_fields_are_one_type(word: str, fields: dict[str, Any]) -> None:
    found = spread({"logical_type": word})
    assert found == fields == spread(found)
    type_ = declared(found)
    assert type_ is not None
    assert type_ == parse(word) == parse(type_.written())
