"""Each detector on values that were published as examples or for tests, and on what comes close and is none."""

from __future__ import annotations

import pytest

from govengine.detectors.registry import built_in
from tests.detectors.searching import look

CARDS = {
    "visa": "4111111111111111", "visa, 13 digits": "4222222222222", "mastercard": "5555555555554444",
    "mastercard since 2017": "2223003122003222", "american express": "378282246310005",
    "diners club": "30569309025904", "discover": "6011111111111117", "jcb": "3530111333300000",
    "unionpay": "6200000000000005", "maestro": "6759649826438453",
}  # fmt: skip

PUBLISHED = [(name, value) for name, detector in built_in().items() for value in detector.hits]
NEAR_MISSES = [(name, value) for name, detector in built_in().items() for value in detector.misses]


def _meant(detector: str) -> str | None:
    """The semantic type of a column of which the examples are, where a detector looks nowhere else."""
    found = built_in()[detector]
    return found.meaning if found.only_by_name else None


@pytest.mark.parametrize(("detector", "value"), PUBLISHED)
def test_a_published_value_is_found(detector: str, value: str) -> None:
    seen = look([value], detector, semantic_type=_meant(detector))
    assert seen.hits >= 1
    assert seen.outcome in ("review", "fail")
    assert seen.evidence["failing"] == 1


@pytest.mark.parametrize(("detector", "value"), NEAR_MISSES)
def test_a_near_miss_is_not(detector: str, value: str) -> None:
    seen = look([value], detector, semantic_type=_meant(detector))
    assert seen.outcome == "pass"
    assert seen.evidence["failing"] == 0


@pytest.mark.parametrize("value", ["4111 0111 1111 1111, call 0171 234 5678", "in 2024 0171 2345 6789 was hers"])
def test_a_telephone_number_beside_a_card_number_or_a_year_is_found(value: str) -> None:
    assert look([value], "phone").evidence["failing"] == 1


def test_numbers_without_a_checksum_are_for_a_person_however_many() -> None:
    seen = look([f"{100 + i}-{10 + i % 80}-{1000 + i}" for i in range(300)], "national-id", column="ssn")
    assert seen.forms["numbers written like US social security numbers"] == (300, 300, 300)
    assert seen.outcome == "review"


def test_one_number_is_for_a_person_and_several_are_no_accident() -> None:
    numbers = list(CARDS.values())
    assert look(numbers[:1], "pan").outcome == "review"
    assert look(numbers[:6], "pan").outcome == "fail"
    assert look(numbers[:1] * 1000, "pan").outcome == "review", "one number in a thousand rows is one number"


def test_a_word_beside_the_number_or_the_name_of_the_column_makes_fewer_enough() -> None:
    three = list(CARDS.values())[:3]
    assert look(three, "pan").outcome == "review"
    assert look([f"card {n}" for n in three], "pan").outcome == "fail"
    assert look(three, "pan", column="card_number").outcome == "fail"
    assert look(three, "pan", semantic_type="pan").outcome == "fail"


def test_a_few_digits_are_codes_only_where_something_says_so() -> None:
    codes = ["123", "456", "7890"]
    assert look(codes, "cvv", "pin").outcome == "pass"
    assert look(codes, "cvv", column="card_cvv").outcome == "review"
    assert look(codes, "pin", column="pin").outcome == "review"
    assert look(codes, "cvv", semantic_type="sad.cvv").outcome == "fail"
    assert look(codes, "pin", semantic_type="sad.pin").outcome == "fail"
    assert look(["ab", "12345"], "cvv", column="cvv").outcome == "pass"


def test_rows_are_counted_once_whatever_they_hold() -> None:
    seen = look(["4111111111111111 and 5555555555554444", "4111111111111111", "nothing", None], "pan")
    assert seen.forms["card numbers"] == (2, 2, 2)


def test_rows_that_repeat_are_counted_all() -> None:
    seen = look(["4111111111111111"] * 40 + ["nothing"] * 60, "pan")
    assert seen.forms["card numbers"] == (1, 1, 40)


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [
        ("BIGINT", "4111111111111111"),
        ("HUGEINT", "4111111111111111"),
        ("UBIGINT", "4111111111111111"),
        ("DECIMAL(20,2)", "4111111111111111.00"),
        ("DOUBLE", "4111111111111111.0"),
        ("BLOB", "'4111111111111111'"),
        ("VARCHAR[]", "['x', '4111111111111111']"),
        ("STRUCT(card VARCHAR, note VARCHAR)", "{'card': '4111 1111 1111 1111', 'note': 'x'}"),
        ("MAP(VARCHAR, BIGINT)", "MAP {'card': 4111111111111111}"),
        ("JSON", '\'{"card": "4111111111111111"}\''),
    ],
)
def test_numbers_and_nested_values_are_searched(sql_type: str, value: str) -> None:
    seen = look(f"SELECT CAST({value} AS {sql_type})", "pan", sql_type=sql_type)
    assert seen.forms["card numbers"] == (1, 1, 1)


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [("DATE", "DATE '2026-11-01'"), ("TIMESTAMP", "now()"), ("BOOLEAN", "true"), ("DECIMAL(20,2)", "4111111111111111.11"),
     ("DOUBLE", "0.4111111111111111"), ("DOUBLE", "'nan'"), ("DOUBLE", "'inf'"), ("DOUBLE", "1e300"),
     ("UUID", "uuid()")],
)  # fmt: skip
def test_what_no_card_number_can_be_is_passed_over(sql_type: str, value: str) -> None:
    assert (
        look(f"SELECT CAST({value} AS {sql_type})", "pan", "iban", "birth-number", sql_type=sql_type).outcome == "pass"
    )


def test_missing_values_look_like_nothing_and_no_rows_prove_nothing() -> None:
    assert look([None, None], "pan").outcome == "pass"
    assert look([], "pan").outcome == "unknown"


def test_rows_that_cannot_be_read_leave_open_what_was_not_found() -> None:
    assert look(["nothing"], "pan", rejected=1).outcome == "unknown"
    assert look(list(CARDS.values()), "pan", rejected=1).outcome == "fail"


def test_a_column_of_any_name() -> None:
    assert look(["4111111111111111"], "pan", column="Karten Nr. (alt)").hits == 1
