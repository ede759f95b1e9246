"""GOV33x: waivers and rulings."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from govengine.diagnostics import Diagnostic, Label, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = str


def duplicate(kind: str, name: str, span: Span, first: Span) -> Diagnostic:
    """Two waivers share a name."""
    return Diagnostic(
        "GOV330", "duplicate-waiver", "error", f"`{kind} {name}` is there twice", span, "again here",
        (Label(first, "first here"),), ("reports name waivers, so each needs a name of its own",),
        "give one another name",
    )  # fmt: skip


def incomplete(kind: str, name: str, example: str, span: Span) -> Diagnostic:
    """A clause is missing that the decision rests on."""
    clause = " ".join(takewhile(str.isalpha, example.split())) or example
    return Diagnostic(
        "GOV331", "incomplete-waiver", "error", f"`{kind} {name}` lacks `{clause}`", span, f"no `{clause}`", (),
        ("an exception says what it is from, for which product, why, who asked, who agreed, and when it ends",),
        f"add `{example}`",
    )  # fmt: skip


def unknown_rule(address: str, span: Span, *, suggestion: str | None) -> Diagnostic:
    """A waiver speaks of a rule that does not exist."""
    return Diagnostic(
        "GOV332", "waiver-of-unknown-rule", "error", f"there is no rule `{address}`", span,
        f"did you mean `{suggestion}`?" if suggestion else "no such rule", (), (),
        f"write `{suggestion}`" if suggestion else "name a rule as `policy/rule`",
    )  # fmt: skip


def lost_rule(address: str, span: Span) -> Diagnostic:
    """What the council says speaks of a domain's rule that is not there, or not to be read."""
    return Diagnostic(
        "GOV348", "lost-rule", "warning", f"no domain has a rule `{address}` now", span, "no such rule", (),
        ("a domain took it out, renamed it, or its overlay is broken; what is said of it here has no force",),
        "name the rule that is meant, write `formerly` on the one that was renamed, or take this out",
    )  # fmt: skip


def not_waivable(address: str, span: Span, declared: Span) -> Diagnostic:
    """A non-waivable rule is waived."""
    return Diagnostic(
        "GOV333", "not-waivable", "error", f"`{address}` cannot be waived", span, "waived here",
        (Label(declared, "the council made it non-waivable"),),
        ("what may never be excepted is marked `enforce non-waivable`",), "mend the product instead",
    )  # fmt: skip


def element_missing(address: str, variable: str, span: Span) -> Diagnostic:
    """A rule over elements is waived as a whole."""
    return Diagnostic(
        "GOV334", "element-missing", "error", f"`{address}` judges each {variable}: say which one is excepted", span,
        "no element named", (), ("elements that come later must not be covered by what is agreed today",),
        f'add `for {variable} "…"`',
    )  # fmt: skip


def no_element(address: str, span: Span) -> Diagnostic:
    """An element is named for a rule that has none."""
    return Diagnostic(
        "GOV346", "no-elements", "error", f"`{address}` judges the product as a whole, and has no elements", span,
        "no such element", (), (), "leave this line out",
    )  # fmt: skip


def other_element(address: str, word: str, variable: str, span: Span) -> Diagnostic:
    """The element is called by another word than the rule's."""
    return Diagnostic(
        "GOV347", "other-element", "error", f"`{address}` judges each {variable}, not each {word}", span,
        f"`{variable}` in the rule", (), (), f'write `for {variable} "…"`',
    )  # fmt: skip


def self_approved(kind: str, span: Span, requested: Span) -> Diagnostic:
    """Who asked has agreed."""
    return Diagnostic(
        "GOV335", "self-approved", "error", f"who asks for a {kind} cannot approve it", span, "approved by the same",
        (Label(requested, "requested here"),), ("an exception takes two persons",), "let somebody else approve it",
    )  # fmt: skip


def wrong_approver(who: str, severity: str, span: Span, *, listed: Sequence[str]) -> Diagnostic:
    """The approver is not on the council's list."""
    words = ", ".join(f"`{x}`" for x in listed)
    return Diagnostic(
        "GOV336", "wrong-approver", "error", f"`{who}` may not approve exceptions from {severity} rules", span,
        "not on the council's list", (),
        (f"`council.approvers` lists {words}",) if listed else ("`council.approvers` lists nobody for it",),
        "ask one of them" if listed else "a rule of this severity cannot be waived",
    )  # fmt: skip


def out_of_order(late: str, early: str, span: Span, other: Span) -> Diagnostic:
    """Dates run backward."""
    verb = "ends" if late == "ended" else f"is {late}"
    return Diagnostic(
        "GOV337", "dates-out-of-order", "error", f"it {verb} before it was {early}", span, f"{late} here",
        (Label(other, f"{early} here"),), (), "correct the dates",
    )  # fmt: skip


def unknown_finding(word: str, span: Span, *, known: Sequence[str]) -> Diagnostic:
    """A ruling finds something that it cannot."""
    return Diagnostic(
        "GOV338", "unknown-finding", "error", f"a ruling finds {' or '.join(f'`{k}`' for k in known)}, not `{word}`",
        span, "neither of them", (), (), f"write {' or '.join(f'`finds {k}`' for k in known)}",
    )  # fmt: skip


def compensates_itself(address: str, span: Span) -> Diagnostic:
    """The rule that is waived is said to make up for it."""
    return Diagnostic(
        "GOV339", "compensates-itself", "error", f"`{address}` cannot make up for its own failure", span,
        "the rule that is waived", (), (), "name another rule, one that passes",
    )  # fmt: skip


def unknown_product(name: str, span: Span, *, suggestion: str | None) -> Diagnostic:
    """A waiver speaks of a product that the mesh does not have."""
    return Diagnostic(
        "GOV340", "waiver-of-unknown-product", "error", f"the mesh has no product `{name}`", span,
        f"did you mean `{suggestion}`?" if suggestion else "no such product", (), (),
        f"write `{suggestion}`" if suggestion else "name a product as `domain/product`",
    )  # fmt: skip


def void(name: str, why: str, span: Span) -> Diagnostic:
    """A waiver has no force."""
    return Diagnostic(
        "GOV341", "void-waiver", "warning", f"`{name}` has no force: {why}", span, "void", (),
        ("the finding that it was for stays open",), "put right what is said here, or take it out",
    )  # fmt: skip


def expired(name: str, ended: str, span: Span) -> Diagnostic:
    """A waiver has ended."""
    return Diagnostic(
        "GOV342", "expired-waiver", "warning", f"`{name}` {ended}", span, "expired", (),
        ("the rule judges again as if there had never been a waiver",), "take it out, or ask for a new one",
    )  # fmt: skip


def unused(name: str, span: Span) -> Diagnostic:
    """A waiver excepts nothing that fails."""
    return Diagnostic(
        "GOV343", "unused-waiver", "warning", f"`{name}` excepts nothing: what it is for does not fail", span,
        "not needed", (), ("a waiver that nobody needs hides the next failure",), "take it out",
    )  # fmt: skip


def expiring(name: str, days: int, until: str, span: Span) -> Diagnostic:
    """A waiver ends soon."""
    left = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    return Diagnostic(
        "GOV344", "expiring-waiver", "warning", f"`{name}` ends {left}, on {until}", span, "ends soon", (),
        ("from the day after, the rule blocks again",), "mend what it is for, or ask for a new one in time",
    )  # fmt: skip


def request(name: str, rule: str, span: Span) -> Diagnostic:
    """A waiver in a domain's folder is a request."""
    return Diagnostic(
        "GOV345", "waiver-request", "warning", f"`{name}` is a request: it has no force from a domain's folder", span,
        "waits for the council", (), (f"`{rule}` is the council's rule",),
        "the council approves it by taking it into policies/global, or its approver by `govengine waivers sign`",
    )  # fmt: skip


def bad_approver_key(who: str, file: str, why: str, span: Span) -> Diagnostic:
    """A key file that `council.keys` names cannot be used."""
    return Diagnostic(
        "GOV349", "bad-approver-key", "warning", f"the key of `{who}`, `{file}`, cannot be used: {why}", span, why, (),
        ("nothing that this approver signs has force without it",),
        "put the approver's public Ed25519 key there, as `openssl pkey -pubout` writes it; several may stand in a file",
    )  # fmt: skip
