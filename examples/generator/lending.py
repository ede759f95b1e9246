"""The lending domain's data."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from generator import files
from generator.chance import Chance
from generator.defects import Defect, Defects
from generator.values import CURRENCIES, moment, money, word

if TYPE_CHECKING:
    from pathlib import Path

APPLICATIONS = 6_000
APPLICANTS = 4_200
ASSESSMENTS = 5_000
SCORES = 8_000
MODELS = 24
REPAYMENTS = 5_000
START = datetime(2026, 5, 1)  # noqa: DTZ001 - naive times are UTC in the mesh
DAYS = 184


def generate(folder: Path, defects: Defects) -> None:
    """Write the domain's five datasets."""
    applications(folder, defects)
    credit_assessments(folder, defects)
    models(folder)
    scores(folder)
    repayments(folder, defects)


def applications(folder: Path, defects: Defects) -> None:
    """Applications for loans; a few lack a purpose, which the product's promise allows."""
    chance = Chance("lending/applications")
    columns = (
        "application_id", "applicant_id", "birth_date", "requested_amount", "term_months", "purpose", "applied_at",
        "channel", "decision",
    )  # fmt: skip
    silent = chance.places(3, APPLICATIONS)
    rows: list[tuple[object, ...]] = []
    for row in range(APPLICATIONS):
        applicant = chance.below(APPLICANTS)
        # A person has one birth date, however often he applies.
        birth = date(1946, 1, 1) + timedelta(days=Chance(f"applicant/{applicant}").below(59 * 365))
        rows.append((
            f"LA-{row:06d}", f"APP-{applicant:05d}", birth.isoformat(), money(chance.between(10, 900) * 10_000),
            chance.pick((12, 24, 36, 48, 60, 84, 120)),
            None if row in silent else chance.pick(("car", "home improvement", "debt consolidation", "study", "other")),
            (START + timedelta(seconds=row * DAYS * 86_400 // APPLICATIONS + chance.below(2_600))).isoformat(),
            chance.pick(("online", "online", "branch", "broker")),
            chance.pick(("approved",) * 5 + ("declined",) * 3 + ("withdrawn", "pending")),
        ))  # fmt: skip
    files.write(folder / "applications.csv.gz", files.csv_text(columns, rows))
    defects.plant(Defect(
        "applications", "purpose", "empty", len(silent), APPLICATIONS,
        "SELECT count(*) FROM applications WHERE purpose IS NULL",
        "lending/purposeless-application", "passes: the product promises >99.9%",
    ))  # fmt: skip


def credit_assessments(folder: Path, defects: Defects) -> None:
    """Assessments of applications, some of applications that nobody made."""
    chance = Chance("lending/credit_assessments")
    columns = {
        "assessment_id": "VARCHAR", "application_id": "VARCHAR", "applicant_id": "VARCHAR", "score": "INTEGER",
        "probability_of_default": "DOUBLE", "grade": "VARCHAR", "assessed_at": "TIMESTAMP", "model_version": "VARCHAR",
    }  # fmt: skip
    orphans = chance.places(6, ASSESSMENTS)
    rows: list[tuple[object, ...]] = []
    for row in range(ASSESSMENTS):
        application = row + APPLICATIONS if row in orphans else row
        score = chance.between(300, 850)
        rows.append((
            f"CA-{row:06d}", f"LA-{application:06d}", f"APP-{chance.below(APPLICANTS):05d}", score,
            (870 - score) * (870 - score) / 1_000_000, "GFEDCBA"[(score - 300) * 7 // 551],
            (START + timedelta(seconds=row * DAYS * 86_400 // APPLICATIONS + 7_200 + chance.below(5_000))).isoformat(),
            chance.pick(("4.1.0", "4.1.0", "4.2.0")),
        ))  # fmt: skip
    files.write_parquet(folder / "credit_assessments.parquet", columns, rows)
    defects.plant(Defect(
        "credit_assessments", "application_id", "no such loan application", len(orphans), ASSESSMENTS,
        "SELECT count(*) FROM credit_assessments WHERE application_id NOT IN (SELECT application_id FROM applications)",
        "lending/orphan-assessment", "fails",
    ))  # fmt: skip


def models(folder: Path) -> None:
    """The scoring models; nothing is wrong with the rows."""
    chance = Chance("lending/models")
    columns = ("model_id", "name", "version", "approved_on", "developed_by", "validated_by")
    rows: list[tuple[object, ...]] = []
    for row in range(MODELS):
        maker = chance.below(9)
        rows.append((
            f"MOD-{row:02d}", f"{word(chance).lower()}-scorecard", f"{1 + row % 4}.{chance.below(6)}.0",
            moment(chance, datetime(2024, 1, 1), 900).date().isoformat(),  # noqa: DTZ001 - a day, no instant
            f"QA-{maker:02d}", f"QA-{(maker + 1 + chance.below(8)) % 9:02d}",
        ))  # fmt: skip
    files.write(folder / "models.ndjson", files.ndjson_text(columns, rows))


def scores(folder: Path) -> None:
    """What the models said; nothing is wrong with the rows."""
    chance = Chance("lending/scores")
    columns = {
        "score_id": "VARCHAR", "model_id": "VARCHAR", "application_id": "VARCHAR", "scored_at": "TIMESTAMP",
        "score": "DOUBLE",
    }  # fmt: skip
    rows = [
        (
            f"SC-{row:06d}", f"MOD-{chance.below(MODELS):02d}", f"LA-{chance.below(APPLICATIONS):06d}",
            moment(chance, START, DAYS).isoformat(), chance.below(10_001) / 10_000,
        )
        for row in range(SCORES)
    ]  # fmt: skip
    files.write_parquet(folder / "scores.parquet", columns, rows)


def repayments(folder: Path, defects: Defects) -> None:
    """Instalments due; the transfer broke off in the middle of the last line."""
    chance = Chance("lending/repayments")
    columns = ("repayment_id", "loan_id", "applicant_id", "due_on", "paid_on", "amount", "currency")
    rows: list[tuple[object, ...]] = []
    for row in range(REPAYMENTS + 1):
        due_on = START.date() + timedelta(days=row * DAYS // (REPAYMENTS + 1))
        paid = None if chance.below(40) == 0 else (due_on + timedelta(days=chance.below(9) - 3)).isoformat()
        rows.append((
            f"RP-{row:06d}", f"LN-{chance.below(1_900):05d}", f"APP-{chance.below(APPLICANTS):05d}",
            due_on.isoformat(), paid, money(chance.between(4_000, 180_000)), chance.pick(CURRENCIES),
        ))  # fmt: skip
    text = files.csv_text(columns, rows)
    last = text.rindex("\n", 0, -1) + 1
    files.write(folder / "repayments.csv", text[: last + len("RP-005000,LN-00")])
    defects.plant(Defect(
        "repayments", "(the file)", "ends in the middle of a row", 1, REPAYMENTS + 1,
        "SELECT count(DISTINCT line) FROM reject_errors",
        "lending/implausible-repayment", "undetermined: the row that cannot be read could be either",
    ))  # fmt: skip
