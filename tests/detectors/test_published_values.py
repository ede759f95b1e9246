"""Each detector on values that were published as examples or for tests, and on what comes close and is none."""

from __future__ import annotations

import pytest

from tests.detectors.searching import look

CARDS = {
    "visa": "4111111111111111", "visa, 13 digits": "4222222222222", "mastercard": "5555555555554444",
    "mastercard since 2017": "2223003122003222", "american express": "378282246310005",
    "diners club": "30569309025904", "discover": "6011111111111117", "jcb": "3530111333300000",
    "unionpay": "6200000000000005", "maestro": "6759649826438453",
}  # fmt: skip

PUBLISHED = [
    *[("pan", number) for number in CARDS.values()],
    ("pan", "4111 1111 1111 1111"),
    ("pan", "4111-1111-1111-1111"),
    ("pan", "3782 822463 10005"),
    ("pan", "3056-930902-5904"),
    ("pan", "number:4111111111111111."),
    ("pan", "paid with 4111111111111111 12/27"),
    ("pan", "4111 1111 1111 1111 737"),
    ("pan", "order 7 4111 1111 1111 1111"),
    ("pan", "a,4111111111111111,12/27"),
    ("pan", "card4111111111111111"),
    ("pan", "4111111111111111.0"),
    ("pan", "4111.1111.1111.1111"),
    ("pan", "4111\u00a01111\u00a01111\u00a01111"),
    ("pan", "paid with 3782.822463.10005."),
    ("pan", "4111111111111111_copy"),
    ("pan", "scan_4111111111111111_2"),
    ("pan", '{"card": 4111111111111111}'),
    ("pan", "first 4111111111111112, then 4111111111111111"),
    ("track-data", "%B4111111111111111^DOE/JANE^27121010000000000?"),
    ("track-data", ";4111111111111111=27121010000000000?"),
    ("iban", "DE89370400440532013000"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB29NWBK60161331926819"),
    ("iban", "FR1420041010050500013M02606"),
    ("iban", "CZ6508000000192000145399"),
    ("iban", "NO9386011117947"),
    ("iban", "MT84MALT011000012345MTLCAST001S"),
    ("iban", "pay to BE68 5390 0754 7034 BEFORE NOON"),
    ("iban", "gb29 nwbk 6016 1331 9268 19"),
    ("email", "someone@example.com"),
    ("email", "Some One <some.one+tag@mail.example.co.uk>"),
    ("email", "write to mailto:x@example.org."),
    ("phone", "+442079460958"),
    ("phone", "+1 (202) 555-0143"),
    ("phone", "call +420 601 123 456 today"),
    ("phone", "(020) 7946 0958"),
    ("phone", "202-555-0143"),
    ("ip-address", "203.0.113.77"),
    ("ip-address", "192.168.1.254"),
    ("ip-address", "from 198.51.100.7, refused"),
    ("ip-address", "2001:db8:85a3::8a2e:370:7334"),
    ("ip-address", "fe80:0000:0000:0000:0202:b3ff:fe1e:8329"),
    ("national-id", "780123/3540"),
    ("national-id", "811228-9874"),
    ("national-id", "19811228-9874"),
    ("national-id", "85.07.30-033.28"),
    ("national-id", "12345678Z"),
    ("national-id", "X1234567L"),
    ("national-id", "756.9217.0769.85"),
    ("national-id", "insured as 756.9217.0769.85, since May"),
    ("national-id", "078-05-1120"),
    ("national-id", "his number (219-09-9999) was printed"),
    ("birth-number", "780123/3540"),
    ("secret", "AKIAIOSFODNN7EXAMPLE"),
    ("secret", "-----BEGIN RSA PRIVATE KEY-----"),
    ("secret", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
    ("secret", "Authorization: Bearer mF_9.B5f-4.1JqM0123456789"),
    ("secret", "password=correct-horse"),
]

NEAR_MISSES = [
    *[("pan", number[:-1] + str((int(number[-1]) + 1) % 10)) for number in CARDS.values()],
    ("pan", "411111111111111"),  # a digit short
    ("pan", "41111111111111111111"),  # 20 digits
    ("pan", "94111111111111111"),  # inside a longer number
    ("pan", "1234567890123452"),  # the checksum fits, no issuer has it
    ("pan", "0.4111111111111111"),
    ("pan", "4111111111111111.25"),
    ("pan", "4111111111111111abcd"),
    ("pan", "deadbeef4111111111111111c0ffee"),
    ("pan", "4111 1111 11111111"),
    ("pan", "1700000000000"),  # milliseconds since 1970
    ("pan", "FR76 3000 6000 0112 3456 7890 189"),  # digits of an account
    ("track-data", "4111111111111111=27131010000"),  # month 13
    ("track-data", "4111111111111112=2712101"),
    ("track-data", "B4111111111111111^DOE/JANE"),
    ("iban", "DE89370400440532013001"),
    ("iban", "DE8937040044053201300"),
    ("iban", "DE893704004405320130000"),
    ("iban", "DE00370400440000000060"),  # the remainder fits, no check digits are 00
    ("iban", "XX89370400440532013000"),
    ("iban", "XDE89370400440532013000"),
    ("email", "someone@example"),
    ("email", "@someone"),
    ("email", "git@example.com:team/project"),
    ("email", "icon@2x.png"),
    ("email", "pkg@1.2.3"),
    ("phone", "442079460958"),
    ("phone", "2026-11-01 10:30"),
    ("phone", "01-02-2026"),
    ("phone", "+12"),
    ("phone", "a+1234567890b"),
    ("phone", "4111 0111 1111 1111"),  # a group of a card number
    ("phone", "paid with 4111 1111 0111 1111 737, thanks"),
    ("phone", "DE89 0370 4004 4053 2013 00"),  # and of an IBAN
    ("phone", "GB29 NWBK 0161 3319 2681 9"),
    ("ip-address", "203.0.113.256"),
    ("pan", "4111.1111.1111.1112"),
    ("pan", "4111 1111.1111-1111"),  # three separators: no card is written so
    ("pan", "4111111111111111.5"),
    ("pan", "4111111111111112_copy"),
    ("ip-address", "1.2.3.4"),  # as likely a version
    ("ip-address", "203.0.113.7.5"),
    ("ip-address", "std::vector"),
    ("ip-address", "12:30:45"),
    ("national-id", "780123/3541"),
    ("national-id", "781323/3540"),
    ("national-id", "811228-9875"),
    ("national-id", "85.07.30-033.29"),
    ("national-id", "12345678A"),
    ("national-id", "X1234567M"),
    ("national-id", "912345678Z"),
    ("national-id", "756.9217.0769.84"),
    ("national-id", "757.9217.0769.85"),
    ("national-id", "1756.9217.0769.85"),
    ("national-id", "7569217076985"),  # as may be a code of goods
    ("national-id", "000-12-3456"),  # no such area, group or serial number
    ("national-id", "666-12-3456"),
    ("national-id", "900-12-3456"),
    ("national-id", "078-00-1120"),
    ("national-id", "078-05-0000"),
    ("national-id", "078-05-1120-7"),
    ("national-id", "9078-05-1120"),
    ("national-id", "111222333"),  # bare digits prove nothing one by one
    ("birth-number", "706213"),
    ("secret", "AKIAIOSFODNN7"),
    ("secret", "-----BEGIN PUBLIC KEY-----"),
    ("secret", "the bearer of this letter"),
    ("secret", "password policy"),
]


@pytest.mark.parametrize(("detector", "value"), PUBLISHED)
def test_a_published_value_is_found(detector: str, value: str) -> None:
    seen = look([value], detector)
    assert seen.hits >= 1
    assert seen.outcome in ("review", "fail")
    assert seen.evidence["failing"] == 1


@pytest.mark.parametrize(("detector", "value"), NEAR_MISSES)
def test_a_near_miss_is_not(detector: str, value: str) -> None:
    seen = look([value], detector)
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
