"""What people write in `expect` and `on` who know SQL or English: the message stands there and says what to write."""

from __future__ import annotations

import pytest

from .test_odd_figures import in_rule, said

ON = "on a-b.c expect"


@pytest.mark.parametrize(
    ("clauses", "odd", "write"),
    [
        (f"{ON} rows amount > 0", "amount > 0", "write rows `amount > 0`"),
        (f"{ON} rows amount > 0 at least 99%", "amount > 0", "write rows `amount > 0`"),
        (f"{ON} amount > 0", "amount > 0", "write rows `amount > 0`"),
        (f"{ON} amount between 0 and 1", "amount between 0 and 1", "write rows `amount between 0 and 1`"),
        (f"{ON} rows 'amount > 0'", "'amount > 0'", "write rows `amount > 0`"),
        (f'{ON} rows "amount > 0" at least 99%', '"amount > 0"', "write rows `amount > 0`"),
        (f"{ON} rows 'cur = \"EUR\"'", "'cur = \"EUR\"'", "write rows `cur = 'EUR'`"),
        (f"{ON} rows 'cur = ''EUR'''", "'cur = ''EUR'''", "write rows `cur = 'EUR'`"),
        (f'{ON} rows "cur" > 0', '"cur" > 0', 'write rows `"cur" > 0`'),
        (f"{ON} rows declared", "declared", "write `rows as declared`"),
        (f"{ON} rows are declared", "are declared", "write `rows as declared`"),
        (f"{ON} rows declared > 0", "declared > 0", "write rows `declared > 0`"),
        (f"{ON} cur in currencies(code)", "in", "write `cur found in currencies(code)`"),
        (f"{ON} cur is not in a-b.old(code) at least 9%", "is not in", "write `cur never found in a-b.old(code)`"),
        (f'{ON} cur in ["EUR", "CHF"]', 'cur in ["EUR", "CHF"]', "write rows `cur in ('EUR', 'CHF')`"),
        (f"{ON} cur not in ('EUR')", "cur not in ('EUR')", "write rows `cur not in ('EUR')`"),
        (f'{ON} a == "x" or b = "y"', 'a == "x" or b = "y"', "write rows `a = 'x' or b = 'y'`"),
        (f"{ON} amount is filled", "is filled", "write `amount filled`"),
        (f"{ON} a, b are unique", "are unique", "write `a, b unique`"),
        (f"{ON} amount is not null", "is not null", "write `amount filled`"),
        (f"{ON} amount not null", "not null", "write `amount filled`"),
        (f"{ON} id found in merchants", "merchants", "write in which column, for example `merchants(id)`"),
        (f"{ON} id found in a-b.c at least 9%", "a-b.c", "write in which column, for example `a-b.c(id)`"),
        (f"{ON} `count(*)` more than 5", "more than", "write `at least`, `at most` or `equals`"),
        (f"{ON} `count(*)` >= 5", ">=", "write `at least`, `at most` or `equals`"),
        (f"{ON} `sum(x)` per day = 5", "=", "write `at least`, `at most` or `equals`"),
        (
            f"{ON} count(*) at least 5",
            "count(*)",
            "write `count(*)` between backticks, then `at least`, `at most` or `equals`",
        ),
        (
            f"{ON} rows `a > 0` at most 5%",
            "at most",
            "write `at least …`; where only few rows may hold it, turn the condition round",
        ),
        (
            "for each column in columns keep {column} for 7 years",
            "for",
            "write `at least` or `at most` and a period, as `at least 7 years`",
        ),
        ("expect promise spec.quality.accuracy is kept", "is kept", "write `kept`"),
        (f"{ON} newest x in 24 hours", "in", "write `within`, as `within 24 hours`"),
        (f"{ON} newest x younger than 24 hours", "younger than", "write `within`, as `within 24 hours`"),
        (
            f"{ON} `sum(x)` per day equals 5",
            "5",
            "name a column there, as `register.column`; a figure takes `at least 5` and `at most 5`",
        ),
        (f"{ON} `sum(x)` equals total", "total", "write which column, for example `total.amount`"),
        (f"{ON} `sum(x)` by day at least 5", "by", "write `per`"),
        (f"{ON} query `select 1`", "`select 1`", "write `returns no rows` after it"),
        (
            f"{ON} x unique at least 99%",
            "at least",
            "leave it out: no value may repeat; a share of rows is promised in `spec.quality.uniqueness`",
        ),
        (
            "on refunds expect amount filled",
            "refunds",
            "write both, `product.dataset`, as the spec's `interfaces` name them",
        ),
    ],
)
def test_what_is_written_instead(clauses: str, odd: str, write: str) -> None:
    assert said(in_rule(clauses)) == [("GOV102", odd, write)]


@pytest.mark.parametrize(
    "clauses",
    [
        f"{ON} amount filled sevrity low",
        f"{ON} rows `amount > 0` sevrity low",
        f"{ON} rows as declared sevrity low",
        f"{ON} id found in merchants(id) sevrity low",
        f"{ON} `count(*)` at most 5 sevrity low",
        f"{ON} `count(*)` per day at most 5 sevrity low",
        f"{ON} `count(*)` per day equals total.n sevrity low",
        f"{ON} query `select 1` returns no rows sevrity low",
        f"{ON} x unique sevrity low",
        f"{ON} newest x within 24 hours sevrity low",
        "for each column in columns keep {column} at least 7 years sevrity low",
    ],
)
def test_a_sound_clause_is_not_blamed_for_what_follows(clauses: str) -> None:
    assert said(in_rule(clauses))[0][:2] == ("GOV101", "sevrity")
