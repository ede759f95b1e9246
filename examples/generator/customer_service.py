"""The customer-service domain's data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from generator import files
from generator.chance import Chance
from generator.defects import Defect, Defects
from generator.values import person

if TYPE_CHECKING:
    from pathlib import Path

INTERACTIONS = 7_000
RESOLUTIONS = 4_000
CUSTOMERS = 2_500
WEEKS = 42
START = datetime(2026, 6, 1)  # noqa: DTZ001 - naive times are UTC in the mesh
DAYS = 153
TEST_CARD_NUMBERS = ("4111111111111111", "4012888888881881", "5555555555554444")
"""Published by payment processors for tests: they pass the checksum and belong to nobody."""

TOPICS = ("card", "card", "transfer", "loan", "fees", "login", "complaint")
NOTES = (
    "asked why a payment was declined; limit explained",
    "wants the statement of last month by post",
    "disputes a fee of {amount} EUR; forwarded to operations",
    "cannot log in since the update; device removed and added again",
    "asks how a loan can be paid back early",
    "new address confirmed against the identity card",
    "reports a payment twice on the statement; one reversed",
)


def generate(folder: Path, defects: Defects) -> None:
    """Write the domain's four datasets."""
    interactions(folder, defects)
    satisfaction(folder)
    resolutions(folder)
    escalations(folder, defects)


def interactions(folder: Path, defects: Defects) -> None:
    """Calls, chats and mails; in a few notes somebody typed the card number that the customer read out."""
    chance = Chance("customer-service/interactions")
    columns = (
        "interaction_id", "customer_id", "customer_name", "opened_at", "channel", "topic", "note", "agent_id",
    )  # fmt: skip
    names = [person(chance) for _ in range(CUSTOMERS)]
    careless = sorted(chance.places(5, INTERACTIONS))
    rows: list[tuple[object, ...]] = []
    for row in range(INTERACTIONS):
        customer = chance.below(CUSTOMERS)
        note = chance.pick(NOTES).format(amount=chance.between(2, 60))
        if row in careless:
            number = TEST_CARD_NUMBERS[careless.index(row) % len(TEST_CARD_NUMBERS)]
            note = f"card stolen, number read out as {number}, blocked"
        rows.append((
            f"INT-{row:06d}", f"CUS-{customer:05d}", names[customer],
            (START + timedelta(seconds=row * DAYS * 86_400 // INTERACTIONS + chance.below(1_700))).isoformat(),
            chance.pick(("phone", "phone", "chat", "chat", "e-mail", "branch")), chance.pick(TOPICS), note,
            f"AG-{chance.below(60):03d}",
        ))  # fmt: skip
    files.write(folder / "interactions.ndjson.gz", files.ndjson_text(columns, rows))
    defects.plant(Defect(
        "interactions", "note", "a card number in clear (published test numbers)", len(careless), INTERACTIONS,
        "SELECT count(*) FROM interactions WHERE regexp_matches(note, '[0-9]{13,19}')",
        "customer-service/card-number-in-note", "fails",
    ))  # fmt: skip


def satisfaction(folder: Path) -> None:
    """Weekly results of the survey, a team and channel; nothing is wrong with them."""
    chance = Chance("customer-service/satisfaction")
    columns = ("survey_week", "team", "channel", "responses", "average_score", "promoters_share")
    rows: list[tuple[object, ...]] = []
    for week in range(WEEKS):
        monday = (datetime(2026, 1, 5) + timedelta(weeks=week)).date()  # noqa: DTZ001 - a day, no instant
        for team in ("north", "south", "west", "east", "business", "cards", "loans", "nights", "digital"):
            for channel in ("phone", "chat", "e-mail", "branch"):
                score = chance.between(290, 485)
                rows.append((
                    monday.isoformat(), team, channel, chance.between(5, 240), f"{score / 100:.2f}",
                    f"{chance.between(100, 780) / 1000:.3f}",
                ))  # fmt: skip
    files.write(folder / "satisfaction.csv", files.csv_text(columns, rows))


def resolutions(folder: Path) -> None:
    """How interactions ended; nothing is wrong with the rows."""
    chance = Chance("customer-service/resolutions")
    columns = {
        "resolution_id": "VARCHAR", "interaction_id": "VARCHAR", "customer_id": "VARCHAR", "resolved_at": "TIMESTAMP",
        "outcome": "VARCHAR", "first_contact": "BOOLEAN",
    }  # fmt: skip
    rows = [
        (
            f"RES-{row:06d}", f"INT-{row * INTERACTIONS // RESOLUTIONS:06d}", f"CUS-{chance.below(CUSTOMERS):05d}",
            (START + timedelta(seconds=row * DAYS * 86_400 // RESOLUTIONS + 9_000 + chance.below(80_000))).isoformat(),
            chance.pick(("solved",) * 7 + ("refunded", "escalated", "abandoned")),
            "true" if chance.below(3) else "false",
        )
        for row in range(RESOLUTIONS)
    ]  # fmt: skip
    files.write_parquet(folder / "resolutions.parquet", columns, rows)


def escalations(folder: Path, defects: Defects) -> None:
    """Cases handed on: the export has a header and no rows."""
    columns = ("escalation_id", "resolution_id", "escalated_at", "reason")
    files.write(folder / "escalations.csv", files.csv_text(columns, ()))
    defects.plant(Defect(
        "escalations", "(the file)", "has a header and no rows", 0, 0, "SELECT count(*) FROM escalations",
        "customer-service/unresolved-escalation", "undetermined: no rows, no evidence",
    ))  # fmt: skip
