"""Signing a waiver: the request that is meant, whether it would have force, and its text with the signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from govengine.diagnostics import nearest
from govengine.evaluate.waivers import SOON, apply
from govengine.language.parser import parse
from govengine.language.source import Source
from govengine.run.exceptions import owned
from govengine.run.session import Request, judge
from govengine.sources.inputs import Inputs
from govengine.sources.people import read_people
from govengine.sources.signature import KeyFileError, NoCryptographyError
from govengine.sources.waiver_signatures import WaiverSignatures, sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from govengine.diagnostics import Span
    from govengine.evaluate.waivers import Standing
    from govengine.language.syntax import Ruling, Waiver
    from govengine.plan.decisions import PlanWaiver


class NotSignedError(Exception):
    """A waiver that is not signed; the message says why, and nothing of the key."""


@dataclass(frozen=True, slots=True)
class SignedWaiver:
    """A signed waiver: its own text, and the whole file with it, by path from the mesh root.

    `status` is how it stands on the day of its approval, `last` the last day on which it counts.
    """

    text: str
    file: str
    whole: str
    name: str
    status: str
    why: str
    last: date

    def notes(self, today: date) -> list[str]:
        """What to tell whoever signs of a waiver that has force and is of no use, or not for long."""
        told = [f"`{self.name}` excepts nothing: {self.why}"] if self.status == "unused" else []
        left = (self.last - today).days
        if left < 0:
            told.append(f"`{self.name}` has ended already: its last day was {self.last}")
        elif left <= SOON:
            told.append(f"`{self.name}` ends soon: its last day is {self.last}")
        return told


def signed(root: Path, name: str, by: str, on: date, private_key: bytes) -> SignedWaiver:
    """Approve and sign a request.

    Args:
        root: the mesh.
        name: the waiver's or ruling's.
        by: who approves, as `council.keys` names them.
        on: the day of the approval.
        private_key: an Ed25519 key as PEM.

    Raises:
        NotSignedError: there is no such request, it would have no force, or the key cannot be used.

    """
    by = by.strip()  # as it is read back
    outcome = judge(Request(root, on))
    if outcome.basis is None:
        raise NotSignedError("the policies cannot be read: `govengine check` says why")
    book, mesh, inputs = outcome.basis.book, outcome.basis.mesh, Inputs(root)
    entries = book.plan["waivers"]
    entry = next((e for e in entries if e["name"] == name), None)
    if entry is None:
        near = nearest(name, [e["name"] for e in entries])
        raise NotSignedError(f"there is no waiver `{name}`" + (f"; did you mean `{near}`?" if near else ""))
    if entry["approved"] is not None or entry["signature"] is not None:
        raise NotSignedError(f"`{name}` is approved already: draft a new request")
    if entry["requested"][1] > on.isoformat():
        raise NotSignedError(f"`{name}` is requested on {entry['requested'][1]}, after {on.isoformat()}")
    made: PlanWaiver = {**entry, "approved": (by, on.isoformat()), "approved_span": entry["span"]}
    try:
        signature = made["signature"] = sign(made, mesh.name, private_key)
    except (KeyFileError, NoCryptographyError) as error:
        raise NotSignedError(f"the key cannot be used: {error}") from error
    people, said = read_people(inputs, mesh)
    if said:
        raise NotSignedError(said[0].message)
    book.plan = {**book.plan, "waivers": [made if e is entry else e for e in entries]}
    # Judged as it will be: with the mesh's own public key, so that a key that does not belong to it signs nothing.
    found = apply(book, outcome.report.verdicts, owned(outcome.basis), mesh, people, on, WaiverSignatures(inputs, mesh))
    lost = _lost(outcome.report.waivers, found.standings)
    if lost:
        raise NotSignedError(f"`{name}` would take the force of `{lost}`: all windows together are held to one term")
    standing = next(s for s in found.standings if s.entry is made)
    if standing.status in ("void", "expired", "request"):
        raise NotSignedError(f"`{name}` would have no force: {standing.why}")
    text, whole = _written(entry, outcome.texts[entry["span"][0]], by, on, signature)
    last = on + timedelta(days=standing.days_left or 0)
    return SignedWaiver(text, entry["span"][0], whole, name, standing.status, standing.why, last)


def _lost(before: Iterable[Mapping[str, object]], after: Iterable[Standing]) -> str | None:
    """A waiver that was not void before and would be."""
    sound = {w["name"] for w in before if w["status"] not in ("void", "request")}
    return next((s.entry["name"] for s in after if s.status == "void" and s.entry["name"] in sound), None)


def _written(entry: PlanWaiver, text: str, by: str, on: date, signature: str) -> tuple[str, str]:
    """The waiver's own text with its approval, and the whole file."""
    parsed, _ = parse(Source(entry["span"][0], text))
    span = _span_of((*parsed.waivers, *parsed.rulings), entry["name"])
    lines = text.split("\n")
    last = span.end_line - 1
    # Before the closing brace, whether it stands on a line of its own or not.
    at = span.end_column - 2
    before, after = lines[last][:at], lines[last][at:]
    end_of_line = "\r" if lines[0].endswith("\r") else ""
    clauses = [
        f'  approved  by "{by}" on {on.isoformat()}{end_of_line}',
        f'  signature "{signature}"{end_of_line}',
    ]
    middle = [*clauses, after] if not before.strip() else [before.rstrip() + end_of_line, *clauses, after]
    whole = [*lines[:last], *middle, *lines[last + 1 :]]
    end = last + len(middle)
    return "\n".join(whole[span.line - 1 : end]), "\n".join(whole)


def _span_of(declared: Iterable[Waiver | Ruling], name: str) -> Span:
    return next(d.span for d in declared if d.name.text == name)


__all__ = ["NotSignedError", "SignedWaiver", "signed"]
