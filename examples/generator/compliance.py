"""The compliance domain's data: the rows are sound, what is wrong with its products stands in their specs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from generator import files
from generator.chance import Chance
from generator.values import moment, money

if TYPE_CHECKING:
    from pathlib import Path

REPORTS = 125
LINES = 20
EVENTS = 8_000
ASSESSMENTS = 1_200
START = datetime(2026, 4, 1)  # noqa: DTZ001 - naive times are UTC in the mesh
DAYS = 213
QUARTERS = ("2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30")
PRODUCTS = (
    "payments-transaction-events", "payments-settlement-batches", "lending-credit-assessments",
    "lending-loan-applications", "customer-service-support-interactions", "compliance-regulatory-reports",
)  # fmt: skip


def generate(folder: Path) -> None:
    """Write the domain's three datasets."""
    report_lines(folder)
    audit_events(folder)
    assessments(folder)


def report_lines(folder: Path) -> None:
    """Lines of the reports to the supervisor, each prepared and reviewed by two people."""
    chance = Chance("compliance/report_lines")
    columns = (
        "report_id", "line_no", "period_end", "template", "position", "amount", "currency", "prepared_by",
        "reviewed_by",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for report in range(REPORTS):
        maker = chance.below(8)
        checker = (maker + 1 + chance.below(7)) % 8
        rows.extend(
            (
                f"REP-{report:05d}", line, QUARTERS[report % len(QUARTERS)], f"F {1 + report % 7:02d}.00",
                f"r{line * 10:04d}c010", money(chance.between(-400_000, 9_000_000) * 100), "EUR",
                f"RO-{maker:02d}", f"RO-{checker:02d}",
            )
            for line in range(1, LINES + 1)
        )  # fmt: skip
    files.write(folder / "report_lines.csv", files.csv_text(columns, rows))


def audit_events(folder: Path) -> None:
    """Who touched which product; actors are services and roles."""
    chance = Chance("compliance/audit_events")
    columns = ("event_id", "occurred_at", "actor", "action", "product", "outcome", "origin")
    rows = [
        (
            f"EV-{row:07d}",
            (START + timedelta(seconds=row * DAYS * 86_400 // EVENTS + chance.below(2_200))).isoformat(),
            chance.pick(("svc-fraud-scoring", "svc-finance-report", "svc-loan-batch", "role-steward", "role-auditor")),
            chance.pick(("read", "read", "read", "write", "grant", "log-access")),
            chance.pick(PRODUCTS), "denied" if chance.below(60) == 0 else "allowed",
            f"10.{chance.below(4)}.{chance.below(32)}.{chance.between(1, 254)}",
        )
        for row in range(EVENTS)
    ]  # fmt: skip
    files.write(folder / "audit_events.ndjson.gz", files.ndjson_text(columns, rows))


def assessments(folder: Path) -> None:
    """Risk classes of customers."""
    chance = Chance("compliance/assessments")
    columns = {
        "assessment_id": "VARCHAR", "customer_id": "VARCHAR", "risk_class": "VARCHAR", "reviewed_on": "DATE",
        "reviewer": "VARCHAR", "score": "INTEGER",
    }  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for row in range(ASSESSMENTS):
        score = chance.below(101)
        rows.append((
            f"RA-{row:05d}", f"CUS-{row * 2:05d}", "low" if score < 60 else "medium" if score < 85 else "high",
            moment(chance, START, DAYS).date().isoformat(), f"RO-{chance.below(8):02d}", score,
        ))  # fmt: skip
    files.write_parquet(folder / "assessments.parquet", columns, rows)
