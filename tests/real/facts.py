"""What the `SOURCE.md` of each data set says of it, and the figures that a rule of the mesh must report for it."""

from __future__ import annotations

from typing import NamedTuple


class Fact(NamedTuple):
    """One fact: where it is said and in which words, the rule that shows it, and what its evidence must be.

    `part` is a piece of the part's element or expectation, where the rule has several parts.
    """

    folder: str
    said: str
    rule: str
    product: str
    outcome: str
    population: int
    tested: int
    failing: int
    threshold: str = "100%"
    part: str = ""


_BERKA, _FDH, _GERMAN = "berka", "card-payments-fdh", "german-credit-uci"
_CLIENTS, _CALLS, _RATES, _CARS = "credit-card-default-uci", "bank-marketing-uci", "fx-rates-ecb", "car-loan-nannyml"

_TRANS = "trans | 49,102 whole rows + 1 broken"
_TYPE = "trans.type is outside {PRIJEM, VYDAJ} in 651 rows (1.326 %), all VYBER"
_ORPHANS = (
    "no orphan in disp to client, disp to account, card to disp, loan to account, order to account, trans to account"
)
_ZERO = "TX_AMOUNT = 0 in 29 rows (0.0025 %)"
_MISSING = "missing is written `unknown`: job 288, education 1,857, contact 13,020, poutcome 36,959"


def _berka(said: str, rule: str, product: str, outcome: str, rows: int, failing: int, *more: str) -> Fact:
    return Fact(_BERKA, said, rule, f"banking-{product}", outcome, rows, rows, failing, *more)


def _trans(said: str, rule: str, outcome: str, failing: int, *more: str) -> Fact:
    """The broken row counts into the population and is not tested."""
    return Fact(_BERKA, said, rule, "banking-payments", outcome, 49_103, 49_102, failing, *more)


def _fdh(said: str, rule: str, outcome: str, failing: int, *more: str) -> Fact:
    return Fact(_FDH, said, rule, "payments-card-transactions", outcome, 1_169_723, 1_169_723, failing, *more)


def _calls(said: str, rule: str, outcome: str, failing: int, *more: str) -> Fact:
    return Fact(_CALLS, said, rule, "marketing-calls", outcome, 45_211, 45_211, failing, *more)


def _rates(said: str, rule: str, outcome: str, failing: int, *more: str) -> Fact:
    return Fact(_RATES, said, rule, "reference-data-fx-rates", outcome, 7_126, 7_126, failing, *more)


def _clients(said: str, rule: str, outcome: str, failing: int, *more: str) -> Fact:
    return Fact(_CLIENTS, said, rule, "cards-clients", outcome, 30_000, 30_000, failing, *more)


FACTS = (
    # The bookings: one row is broken, so what is absolute of all rows cannot be said.
    _trans("`amount > 0 AND amount < 1000000` holds for all 49,102", "banking/implausible-booking", "unknown", 0),
    _trans(_TRANS, "banking/implausible-booking-share", "pass", 0, ">99.9%"),
    _trans(_TRANS, "house/repeated-key", "unknown", 0, "100%", "column trans_id"),
    _trans("1993-01-01 to 1994-03-31 only", "banking/booking-out-of-period", "pass", 0, "99.9%"),
    _trans(_TYPE, "banking/undocumented-type", "fail", 651, "99%"),
    _trans(_TYPE, "banking/undocumented-type-lenient", "pass", 651, "98.6%"),
    _trans(_TYPE, "banking/undocumented-type-undecided", "unknown", 651, "98.673%"),
    # The faces of missing: an empty cell, one that holds a space, a question mark.
    _trans("26,197 empty and 1,677 that hold one space", "banking/missing-symbol", "fail", 26_197 + 1_677, "50%"),
    _trans("and 1,677 that hold one space", "banking/blank-symbol", "fail", 1_677, "99%"),
    _trans("26,197 empty and 1,677 that hold one space", "banking/symbol-at-all", "pass", 26_197 + 1_677, "40%"),
    _berka("order.k_symbol: 1,379 hold one space", "banking/blank-order-symbol", "payments", "fail", 6_471, 1_379, "95%"),
    _berka("order.k_symbol: 1,379 hold one space", "banking/missing-order-symbol", "payments", "fail", 6_471, 1_379),
    _berka("has `?` in A12 and A15", "banking/unnumbered-district", "customers", "fail", 77, 1, "100%", "A12"),
    _berka("has `?` in A12 and A15", "banking/unnumbered-district", "customers", "fail", 77, 1, "100%", "A15"),
    _berka("has `?` in A12 and A15", "banking/missing-district-figure", "customers", "pass", 77, 0, "100%", "column A12"),
    # Personal data under a harmless name.
    _berka("decode to a birth date and a sex (2,645 women)", "house/hidden-birth-number", "customers", "fail", 5_369,
           2_645, "75%", "column birth_number"),
    _berka("all 5,369 decode to a birth date", "banking/unreadable-birth-number", "customers", "pass", 5_369, 0),
    # Controls that must pass.
    _berka(_ORPHANS, "banking/right-without-client", "customers", "pass", 5_369, 0),
    _berka(_ORPHANS, "banking/right-without-account", "customers", "pass", 5_369, 0),
    _berka(_ORPHANS, "banking/card-without-right", "accounts", "pass", 892, 0),
    _berka(_ORPHANS, "banking/order-without-account", "payments", "pass", 6_471, 0),
    _trans(_ORPHANS, "banking/booking-without-account", "unknown", 0),
    Fact(_BERKA, _ORPHANS, "lending/loan-without-account", "lending-loans", "pass", 682, 682, 0),
    _berka("account to district", "banking/homeless-account", "accounts", "pass", 4_500, 0),
    _berka("client to district", "banking/homeless-client", "customers", "pass", 5_369, 0),
    _berka("every account has exactly one OWNER", "banking/ownerless-account", "accounts", "pass", 4_500, 0),
    _berka("OWNER 4,500, DISPONENT 869", "banking/too-many-co-holders", "customers", "pass", 5_369, 869, "80%"),
    _berka("OWNER 4,500, DISPONENT 869", "banking/shared-account", "customers", "fail", 5_369, 869),
    _berka("OWNER 4,500, DISPONENT 869", "banking/single-holder", "accounts", "fail", 4_500, 4_500 - 869, "20%"),
    _berka("statement fee code (3 Czech codes)", "banking/unknown-frequency", "accounts", "pass", 4_500, 0),
    _berka("classic 659, junior 145, gold 88", "banking/unknown-card", "accounts", "pass", 892, 0),
    Fact(_BERKA, "payments x duration = amount in all 682 loans", "lending/unbalanced-loan", "lending-loans", "pass",
         682, 682, 0),
    Fact(_BERKA, "status A 203, B 31, C 403, D 45", "lending/bad-loans", "lending-loans", "fail", 682, 682, 31 + 45,
         "90%"),
    Fact(_BERKA, "status A 203, B 31, C 403, D 45", "lending/unknown-loan-status", "lending-loans", "pass", 682, 682, 0),
    # Card payments: 29 zero amounts among 1.17 million.
    _fdh(_ZERO, "payments/implausible-amount", "pass", 29, "99.9%"),
    _fdh(_ZERO, "payments/implausible-amount-absolute", "fail", 29),
    _fdh("TRANSACTION_ID is unique and gapless from 0", "payments/gap-in-ids", "pass", 0, "100%", "unique"),
    _fdh("TRANSACTION_ID is unique and gapless from 0", "payments/gap-in-ids", "pass", 0, "100%", ">= 0"),
    _fdh("No nulls", "payments/missing-value", "pass", 0, ">99.5%", "column TX_AMOUNT"),
    _fdh("9,465 frauds", "payments/too-much-fraud", "pass", 9_465, "99%"),
    _fdh("TX_FRAUD = 1 exactly where TX_FRAUD_SCENARIO > 0 (0 exceptions)", "payments/unexplained-fraud", "pass", 0),
    # Missing written as a word or a number.
    _calls(_MISSING, "marketing/unknown-job", "pass", 288, "99%"),
    _calls(_MISSING, "marketing/unknown-education", "fail", 1_857, "99%"),
    _calls(_MISSING, "marketing/unknown-contact", "fail", 13_020, "90%"),
    _calls(_MISSING, "marketing/unknown-outcome", "fail", 36_959, "50%"),
    _calls("pdays = -1 means never called (36,954)", "marketing/never-called", "fail", 36_954, "50%"),
    _calls("no SQL nulls", "marketing/empty-cell", "pass", 0, "100%", "column education"),
    _calls("Column name `default` is an SQL keyword", "marketing/empty-cell", "pass", 0, "100%", "column default"),
    _calls("Column name `default` is an SQL keyword", "marketing/undocumented-default", "pass", 0),
    # Rates: `N/A`, and a column without a name.
    _rates("Date is unique", "reference-data/repeated-day", "pass", 0),
    _rates("USD has no gap", "reference-data/gap-in-dollar", "pass", 0, "100%", "filled"),
    _rates("USD has no gap", "reference-data/gap-in-dollar", "pass", 0, "100%", "> 0"),
    _rates("missing is the text `N/A`", "reference-data/empty-lev", "pass", 0),
    _rates("missing is the text `N/A`", "reference-data/gap-in-lev", "fail", 611),
    _rates("a 43rd, nameless, empty column", "reference-data/nameless-column", "fail", 7_126),
    # Codes that no one documented.
    _clients("education outside the documented codes 1 to 4: 345 rows", "cards/undocumented-education", "fail", 345, "99%"),
    _clients("marriage = 0 (undocumented): 54 rows", "cards/undocumented-marriage", "pass", 54, "99.8%"),
    _clients("has_default = 1: 6,636", "cards/too-many-defaults", "pass", 6_636, "75%"),
    _clients("age 21 to 79", "cards/implausible-age", "pass", 0),
    # A share that is met exactly.
    Fact(_GERMAN, "creditability bad 300 / good 700", "lending/bad-applications", "lending-applications", "pass", 1_000,
         1_000, 300, "70%"),
    Fact(_GERMAN, "creditability bad 300 / good 700", "lending/bad-applications-strict", "lending-applications", "fail",
         1_000, 1_000, 300, "70.001%"),
    # Nothing wrong at all.
    Fact(_CARS, "id unique", "house/repeated-key", "lending-scores", "pass", 50_000, 50_000, 0, "100%", "unique"),
    Fact(_CARS, "no nulls", "lending/missing-score", "lending-scores", "pass", 50_000, 50_000, 0, "100%", "column car_value"),
)  # fmt: skip

FOLDERS = tuple(dict.fromkeys(fact.folder for fact in FACTS))
