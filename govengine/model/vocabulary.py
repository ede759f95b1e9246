"""Closed lists of words that specs may use. Imported on every run, so it imports little."""

from __future__ import annotations

from typing import NamedTuple


class Vocabulary(NamedTuple):
    """A closed list of words.

    `open_roots` are first segments below which any further segment is allowed (`person.nickname`). Where `reserved`
    is not empty, only words with such a first segment are closed, and all others are free.
    """

    name: str
    words: frozenset[str]
    open_roots: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()

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
    }
