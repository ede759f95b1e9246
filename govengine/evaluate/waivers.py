"""Waivers and rulings against verdicts: which have force, what they except, and what is wrong with the others.

The one place where it is decided: gate, audit and report all read what comes out of here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from govengine.diagnostics import Span, nearest
from govengine.diagnostics.codes import waivers as codes
from govengine.model.quantity import add, parse_period
from govengine.model.verdict import EVIDENCE_OF, SEVERITIES, Part, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govengine.diagnostics import Diagnostic
    from govengine.evaluate.people import People
    from govengine.evaluate.rulebook import Rulebook
    from govengine.model.values import Mesh
    from govengine.plan.decisions import PlanWaiver, Signature

Status = Literal["in-force", "request", "not-yet", "expired", "void", "unused"]
Force = Literal["place", "signature"]
SIGNATURE_PREFIX = "ed25519:"
SOON = 30
"""Days before its end from which a waiver is said to expire soon."""
_OPEN = frozenset({"fail", "error", "unknown", "review"})
_UNTOLD = frozenset({"error", "unknown", "not-run"})


class Ownership(NamedTuple):
    """What waivers need to know of a product of the mesh."""

    domain: str
    owner: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A waiver or ruling as it stands on a day. `days_left` counts to the end of `until`; None where there is none.

    `force` tells what gives it force: the place where it stands, or its approver's signature; None where it has none.
    """

    entry: PlanWaiver
    status: Status
    why: str
    days_left: int | None
    force: Force | None = None


class WaiverEffects(NamedTuple):
    """Verdicts with what is waived marked, how each waiver stands, and what is to be said."""

    verdicts: list[Verdict]
    standings: list[Standing]
    diagnostics: list[Diagnostic]


class Signatures(Protocol):
    """Holds signatures against the keys of approvers, at the edge."""

    @property
    def signers(self) -> tuple[str, ...]:
        """Whose keys are known."""
        ...

    def __call__(self, entry: PlanWaiver, names: Iterable[str]) -> str | None:
        """None where the signature of an entry is that of one of the names, else why not."""
        ...


def signed_text(entry: PlanWaiver, mesh: str) -> str:
    """What a signature of a waiver is over: every clause that means anything, and the mesh; never its layout."""
    said = {
        "mesh": mesh, "kind": entry["kind"], "name": entry["name"], "written_rule": entry["written_rule"],
        "domain": entry["domain"], "product": entry["product"], "element": entry["element"],
        "reason": entry["reason"], "requested": entry["requested"], "approved": entry["approved"],
        "until": entry["until"], "compensating": entry["compensating"], "ticket": entry["ticket"],
        "finding": entry["finding"],
    }  # fmt: skip
    return json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def apply(
    book: Rulebook,
    verdicts: Sequence[Verdict],
    products: Mapping[str, Ownership],
    mesh: Mesh,
    people: People,
    as_of: date,
    signatures: Signatures,
) -> WaiverEffects:
    """Mark what waivers and rulings except.

    `products` are all products of the mesh by name; `verdicts` those of this run. A waiver of a product that was not
    judged is neither used nor unused.
    """
    return _Waivers(book, verdicts, products, mesh, people, as_of, signatures).apply()


class _Waivers:
    def __init__(
        self,
        book: Rulebook,
        verdicts: Sequence[Verdict],
        products: Mapping[str, Ownership],
        mesh: Mesh,
        people: People,
        as_of: date,
        signatures: Signatures,
    ) -> None:
        self._signatures = signatures
        self._book, self._products, self._mesh, self._people, self._as_of = book, products, mesh, people, as_of
        self._verdicts = {(v.product, v.rule): v for v in verdicts}
        self._entries = book.plan["waivers"]
        self._council: Mapping[str, Any] = mesh.data.get("council", {})
        self._diagnostics: list[Diagnostic] = []
        self._spent: dict[tuple[str, str, str, str | None], int] = {}

    def apply(self) -> WaiverEffects:
        standings = []
        for entry in sorted(self._entries, key=lambda e: (e["approved"] or ("", "9999"))[1] + e["name"]):
            standing = self._standing(entry)
            if standing.status == "in-force":
                standing = self._use(standing)
            self._say(standing)
            standings.append(standing)
        return WaiverEffects(list(self._verdicts.values()), sorted(standings, key=_by_name), self._diagnostics)

    # -- whether it has force ----------------------------------------------------------------------------------------

    def _standing(self, entry: PlanWaiver) -> Standing:
        last, ended = self._last_day(entry)
        left = (last - self._as_of).days
        if not self._known(entry):
            return Standing(entry, "void", "the product does not exist", left)
        if entry["lost"]:
            return Standing(entry, "void", f"there is no rule `{entry['rule']}` now", left)
        placed = entry["layer"] == "global" or self._own(entry)
        if not placed and entry["signature"] is None:
            return Standing(entry, "request", "a waiver of a global rule needs the council", left)
        approved = entry["approved"]
        if approved is None:
            return Standing(entry, "request", "nobody has approved it", left)
        force: Force = "place" if entry["signature"] is None else "signature"
        # A signature that does not fit tells that somebody changed what was signed, wherever it stands.
        unsigned = None if entry["signature"] is None else self._unsigned(entry, approved)
        why = unsigned or self._why_void(entry, approved)
        if why is not None:
            return Standing(entry, "void", why, left)
        if self._as_of < date.fromisoformat(approved[1]):
            return Standing(entry, "not-yet", f"it is approved on {approved[1]}", left, force)
        if left < 0:
            return Standing(entry, "expired", ended, left)
        return Standing(entry, "in-force", "", left, force)

    def _last_day(self, entry: PlanWaiver) -> tuple[date, str]:
        """The last day on which it counts, and what to say after it.

        A ruling is evidence with a day of its own: where its rule says `every 3 months`, an older one settles nothing.
        """
        until, ended = date.fromisoformat(entry["until"]), f"it ended on {entry['until']}"
        rule = next((r for r in self._book.rules if r["address"] == entry["rule"]), None)
        if entry["kind"] != "ruling" or entry["approved"] is None or rule is None or rule["every"] is None:
            return until, ended
        given = date.fromisoformat(entry["approved"][1])
        last = add(given, parse_period(rule["every"]))
        if last >= until:
            return until, ended
        return last, f"it is of {given}, and the rule takes no evidence older than `every {rule['every']}`"

    def _unsigned(self, entry: PlanWaiver, approved: Signature) -> str | None:
        """Why a signature is not that of who approved."""
        who = approved[0]
        names = [name for name in self._signatures.signers if self._people.same(name, who)]
        if not names:
            return f"`council.keys` names no key of `{who}`"
        return self._signatures(entry, names)

    def _known(self, entry: PlanWaiver) -> bool:
        held = self._products.get(entry["product"])
        if held is not None and held.domain == entry["domain"]:
            return True
        named = [f"{owned.domain}/{name}" for name, owned in self._products.items()]
        asked = f"{entry['domain']}/{entry['product']}"
        self._diagnostics.append(
            codes.unknown_product(asked, Span(*entry["product_span"]), suggestion=nearest(asked, named))
        )
        return False

    @staticmethod
    def _own(entry: PlanWaiver) -> bool:
        """Whether a domain excepts its own product from its own rule."""
        return bool(entry["rule"].partition("/")[0] == entry["layer"] == entry["domain"])

    def _why_void(self, entry: PlanWaiver, approved: Signature) -> str | None:
        rule = next(r for r in self._book.rules if r["address"] == entry["rule"])
        severity = self._book.severity(rule, entry["domain"])
        if entry["kind"] == "waiver" and (self._book.enforcement(rule, entry["domain"], self._as_of) == "non-waivable"):
            return f"the domain `{entry['domain']}` made the rule non-waivable"
        listed = self._entry_for("approvers", severity) or []
        who, asked = approved[0], entry["requested"][0]
        stewards = self._mesh.domains.get(entry["domain"], {}).get("stewards", [])
        allowed = [*listed, *stewards] if self._own(entry) else list(listed)
        people = self._people
        for name in (who, asked):
            unknown = people.why_no_person(name)
            if unknown is not None:
                return f"`{name}` {unknown}"
        if people.is_group(who):
            return f"`{who}` is a group: a person approves, who can be held to it"
        if not any(people.same(who, other) or people.belongs(who, other) for other in allowed):
            span = Span(*(entry["approved_span"] or entry["span"]))
            self._diagnostics.append(codes.wrong_approver(who, severity, span, listed=allowed))
            return f"`{who}` may not approve exceptions from {severity} rules"
        owner = self._products[entry["product"]].owner
        for other, role in ((asked, "asked for it"), (owner, "owns the product")):
            if people.person(other) is None:
                return f"`{other}` is nobody that the register of principals knows"
            if people.may_be_same(who, other) or people.belongs(who, other):
                return f"`{who}` {role}, or belongs to the group that did" if role[0] == "a" else f"`{who}` {role}"
        return self._too_long(entry, approved, severity)

    def _too_long(self, entry: PlanWaiver, approved: Signature, severity: Severity) -> str | None:
        """All windows of one rule, product and element together are held against the longest term."""
        longest = self._entry_for("longest_waiver", severity)
        if longest is None:
            return f"`council.longest_waiver` allows none for {severity} rules"
        start, end = date.fromisoformat(approved[1]), date.fromisoformat(entry["until"])
        key = (entry["kind"], entry["rule"], entry["product"], entry["element"])
        spent = self._spent.get(key, 0) + (end - start).days + 1  # its first and its last day both count
        self._spent[key] = spent
        allowed = (add(start, longest) - start).days
        if spent > allowed:
            return f"it lasts {spent} days, with those before it; the longest for {severity} rules is {longest.text}"
        return None

    def _entry_for(self, table: str, severity: Severity) -> Any:
        """The council's entry for a severity, or for the next higher that has one."""
        held = self._council.get(table, {})
        higher = SEVERITIES[SEVERITIES.index(severity) :]
        return next((held[s] for s in higher if s in held), None)

    # -- what it excepts ---------------------------------------------------------------------------------------------

    def _use(self, standing: Standing) -> Standing:
        entry = standing.entry
        key = (entry["product"], entry["rule"])
        verdict = self._verdicts.get(key)
        if verdict is None or verdict.outcome == "not-run":
            return standing
        made_up = self._made_up(entry)
        if made_up is not None:
            return replace(standing, status="void", why=made_up, force=None)
        wanted = "fail" if entry["kind"] == "waiver" else "review"
        parts = [self._excepted(p, entry) if _meant(p, entry, wanted) else p for p in verdict.parts]
        if parts == list(verdict.parts):
            if any(p.outcome in _UNTOLD and p.element in (entry["element"], None) for p in verdict.parts):
                return standing  # whether what it is for fails, this run cannot tell: it may be a sample
            return replace(standing, status="unused", why="what it is for does not fail")
        self._verdicts[key] = _folded(replace(verdict, parts=tuple(parts)))
        return standing

    def _made_up(self, entry: PlanWaiver) -> str | None:
        """Why the rule that should make up for the failure does not, or None where it does."""
        address = entry["compensating"]
        if address is None:
            return None
        other = self._verdicts.get((entry["product"], address))
        if other is not None and other.outcome == "not-run":
            why = "looks at rows, which this run does not read: judge with data, or name a rule over the spec alone"
            return f"`{address}` should make up for it, and {why}"
        if other is None or other.outcome != "pass":
            stands = other.outcome if other is not None else "not judged here"
            return f"`{address}` should make up for it, and is {stands}"
        return None

    @staticmethod
    def _excepted(part: Part, entry: PlanWaiver) -> Part:
        evidence = {**part.evidence, entry["kind"]: entry["name"], "until": entry["until"]}
        if entry["kind"] == "ruling" and entry["approved"] is not None and EVIDENCE_OF in evidence:
            evidence[EVIDENCE_OF] = entry["approved"][1]
        if entry["kind"] == "waiver":
            return replace(part, disposition="waived", evidence=evidence)
        if entry["finding"] == "false-alarm":
            return replace(part, outcome="pass", message=f"a false alarm: {entry['reason']}", evidence=evidence)
        return replace(part, outcome="fail", disposition="open", evidence=evidence)

    # -- what is to be said ------------------------------------------------------------------------------------------

    def _say(self, standing: Standing) -> None:
        entry, span = standing.entry, Span(*standing.entry["span"])
        name = f"{entry['kind']} {entry['name']}"
        match standing.status:
            case "void" if standing.why != "the product does not exist":
                self._diagnostics.append(codes.void(name, standing.why, span))
            case "expired":
                self._diagnostics.append(codes.expired(name, standing.why.removeprefix("it "), span))
            case "unused":
                self._diagnostics.append(codes.unused(name, span))
            case "request":
                self._diagnostics.append(codes.request(name, entry["rule"], span))
            case "in-force" if standing.days_left is not None and standing.days_left <= SOON:
                self._diagnostics.append(
                    codes.expiring(name, standing.days_left, self._last_day(entry)[0].isoformat(), span)
                )
            case _:
                pass


def listed(standing: Standing) -> dict[str, object]:
    """A waiver as reports list it."""
    entry = standing.entry
    return {
        "name": entry["name"],
        "kind": entry["kind"],
        "rule": entry["rule"],
        "product": entry["product"],
        "element": entry["element"],
        "status": standing.status,
        "why": standing.why,
        "until": entry["until"],
        "days_left": standing.days_left,
        "force": standing.force,
        "approved_by": entry["approved"][0] if entry["approved"] else None,
        "reason": entry["reason"],
        "compensating": entry["compensating"],
        "ticket": entry["ticket"],
    }


def _meant(part: Part, entry: PlanWaiver, outcome: str) -> bool:
    return part.outcome == outcome and part.disposition != "waived" and part.element == entry["element"]


def _folded(verdict: Verdict) -> Verdict:
    """The verdict anew: its outcome from its parts, waived where all that is open in it is."""
    from govengine.evaluate.fold import worst

    outcome = worst(p.outcome for p in verdict.parts)
    open_ = [p for p in verdict.parts if p.outcome in _OPEN]
    waived = bool(open_) and all(p.disposition == "waived" for p in open_)
    return replace(verdict, outcome=outcome, disposition="waived" if waived else "open" if outcome == "fail" else None)


def _by_name(standing: Standing) -> tuple[str, str]:
    return str(standing.entry["product"]), str(standing.entry["name"])
