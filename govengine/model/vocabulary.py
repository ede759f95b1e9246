"""Closed lists of words that specs may use. Imported on every run, so it imports little."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govengine.diagnostics.suggest import nearest
from govengine.model.logical_type import SYNONYMS, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Vocabulary(NamedTuple):
    """A closed list of words.

    `open_roots` are first segments below which any further segment is allowed (`person.nickname`). Where `reserved`
    is not empty, only words with such a first segment are closed, and all others are free.
    """

    name: str
    words: frozenset[str]
    open_roots: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()
    synonyms: Mapping[str, str] = {}
    """Other words for those of the list, which a spec may use and no rule ever sees."""

    def near(self, word: str) -> str | None:
        """The word of the list that another was likely meant to be, or None."""
        return self.synonyms.get(word) or nearest(word, self.words)

    def holds(self, word: str) -> bool:
        """Whether a spec may use `word`."""
        if word in self.words:
            return True
        head, dot, rest = word.partition(".")
        if self.reserved and head not in self.reserved:
            return True
        return bool(dot and rest) and head in self.open_roots


SEMANTIC_TYPES = Vocabulary(
    "semantic_type",
    frozenset(
        [
            "pan",
            "pan.hash",
            "pan.truncated",
            "pan.token",
            "sad",
            "sad.track",
            "sad.cvv",
            "sad.pin",
            "person",
            "person.id",
            "person.name",
            "person.contact",
            "person.contact.email",
            "person.contact.phone",
            "person.contact.address",
            "person.birth_date",
            "person.national_id",
            "special",
            "special.health",
            "special.biometric",
            "criminal",
            "criminal.offence",
            "finance",
            "finance.account",
            "finance.amount",
            "finance.currency",
            "finance.date",
            "finance.reference",
        ]
    ),
    frozenset({"person", "special", "criminal", "finance"}),
)
TAGS = Vocabulary(
    "tag",
    frozenset(
        [
            "audit.maker",
            "audit.checker",
            "audit.limit",
            "audit.created_by",
            "audit.created_at",
            "audit.changed_by",
            "audit.changed_at",
            "time.event",
            "time.posting",
            "document.number",
        ]
    ),
    reserved=frozenset({"audit", "time", "document"}),
)

COUNTRIES = Vocabulary(
    "country",
    frozenset(
        """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
        BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM
        FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT
        JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN
        MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT
        PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL
        TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW""".split()  # noqa: SIM905 - as below
    ),
)
"""ISO 3166-1, two letters; and XK, which is in use without being in it."""
LOGICAL_TYPES = Vocabulary("logical_type", frozenset(WORDS), synonyms=SYNONYMS)

ACTIONS = Vocabulary(
    "action",
    frozenset(
        """* read write update delete truncate admin grant export copy download execute author approve deploy keys
        initiate release reconcile maintain-payee set-limit originate underwrite disburse value-collateral develop
        validate collect post-payment""".split()  # noqa: SIM905 - a list of words reads best as one
    ),
)
"""What grants give leave to do. None of them implies another: `delete` is not part of `write`."""


def vocabularies(levels: tuple[str, ...], frameworks: tuple[str, ...]) -> dict[str, Vocabulary]:
    """All vocabularies by name; levels and frameworks are the council's."""
    return {
        "classification": Vocabulary("classification", frozenset(levels)),
        "compliance": Vocabulary("compliance", frozenset(frameworks)),
        "semantic_type": SEMANTIC_TYPES,
        "tag": TAGS,
        "action": ACTIONS,
        "country": COUNTRIES,
        "logical_type": LOGICAL_TYPES,
    }
